"""Slack through slack-bolt and slack_sdk, which are known to this room only."""

from bot.platforms.slack.wire.listeners import Heard
from bot.platforms.slack.wire.slack import Slack
from bot.platforms.slack.wire.socket import Timings

__all__ = ["Heard", "Slack", "Timings"]
