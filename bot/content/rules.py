"""What the shelf needs of the configuration."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Protocol

from bot.content.model import Section

CONFIG = "/config.yaml"
"""The name under which the last good configuration is remembered; no briefing's name begins with a slash."""


class Rules(Protocol):
    """The part of the configuration that briefings are read and shown by."""

    @property
    def sections(self) -> Mapping[str, Section]: ...

    @property
    def zone(self) -> tzinfo: ...
