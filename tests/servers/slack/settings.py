"""What a test may change about Slack while it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Set with `SlackServer.set(name=value)`; times are seconds."""

    skew: float = 0.0
    """How far Slack's wall clock is ahead of this machine's: Date header, ts and signatures."""

    tiers: bool = False
    """Refuse above each method's documented tier (1: 1, 2: 20, 3: 50, 4: 100 a minute)."""

    per_channel: float = 0.0
    """The least time between two chat.postMessage in one channel; Slack keeps to about 1. 0 switches it off."""

    workspace_per_minute: int = 0
    """chat.postMessage in all channels together; Slack allows several hundred. 0 switches it off."""

    distributed: bool = False
    """Be an app sold outside the Marketplace: conversations.history and .replies once a minute, 15 messages."""

    history_lag: float = 0.0
    """How long a new message is missing from conversations.history and .replies."""

    ack_within: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """The waits before an Events API envelope that nobody acknowledged is sent again."""

    ping_every: float = 5.0
    """Pause between the WebSocket pings Slack sends."""

    grace: float = 1.0
    """How long after `disconnect` Slack closes the connection, where the app has not."""

    connections: int = 10
    response_uses: int = 5
    response_age: float = 1800.0
    trigger_age: float = 3.0
    edit_window: float = 0.0
    """How long after posting chat.update works; 0 is for ever."""

    read_only_error: str = "restricted_action"
    """Or "restricted_action_read_only_channel"."""

    file_ready: float = 0.3
    """How long after its upload a file can be used in `slack_file`."""

    blocks_json: int = 13_200
    """Characters of all blocks as JSON: github.com/slackapi/bolt-js/issues/2509."""

    metadata_json: int = 8_000
    """Characters of a message's metadata; docs name the error and no number."""

    garbage_type: str = "text/html"
    """The content type of what a "garbage" fault answers; slack_sdk reads "text/plain" as str and HTML as {}."""
