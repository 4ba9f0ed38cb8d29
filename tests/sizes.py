"""How much is tried: enough to be a test in an ordinary run, and far more in a long one (SOAK=1)."""

import os
import sys

from hypothesis import settings

SOAK = bool(os.environ.get("SOAK"))

WHOLE = SOAK or sys.platform != "linux"
"""Whether each process is a Python of its own, and no fork of one that has read the bot already."""


def examples(usual: int) -> settings:
    """So many examples of a slow property; the profile's number where the tests soak."""
    return settings() if SOAK else settings(max_examples=usual)
