"""Tells Slack's own requests from others': signed with our secret, new, and heard for the first time."""

import hashlib
import hmac
import re
from itertools import islice
from typing import Literal

PATH = "/slack/events"
"""Where Slack's requests arrive, all of them: commands, presses, events."""

AGE = 300.0
"""Seconds by which a request may be old, or ahead: docs.slack.dev/authentication/verifying-requests-from-slack."""

REMEMBERED = 2 * AGE
"""Seconds for which a signature is remembered: one made for the furthest moment ahead is too old after them."""

_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Doubt = Literal["no signature", "stale", "wrong signature", "replay"]
"""Why a request is not taken for Slack's."""


class Signatures:
    """Checks signatures; the secret and what was heard in the last ten minutes are in memory only."""

    __slots__ = ("_forgotten", "_heard", "_most", "_secret")

    def __init__(self, secret: str, most: int = 65_536) -> None:
        self._secret = secret.encode()
        self._most = most
        self._heard: dict[str, tuple[float, int]] = {}
        self._forgotten = -1

    def __repr__(self) -> str:
        return "Signatures()"

    def doubt_headers(self, stamp: str | None, signature: str | None, now: float) -> Doubt | None:
        """What can be said against a request before its body is read; `now` are seconds since 1970."""
        if stamp is None or signature is None or not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return "no signature"
        # What was forgotten for want of room cannot be told from a replay any more.
        if abs(now - int(stamp)) > AGE or int(stamp) <= self._forgotten:
            return "stale"
        return None

    def doubt(self, stamp: str | None, signature: str | None, body: bytes, now: float) -> Doubt | None:
        """What can be said against a request; None once for each that is Slack's."""
        if doubt := self.doubt_headers(stamp, signature, now):
            return doubt
        assert stamp is not None
        assert signature is not None
        if not hmac.compare_digest(self._signed(stamp, body), signature):
            return "wrong signature"
        return "replay" if self._heard_before(signature, int(stamp), now) else None

    def _signed(self, stamp: str, body: bytes) -> str:
        return "v0=" + hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()

    def _heard_before(self, signature: str, stamp: int, now: float) -> bool:
        if signature in self._heard:
            return True
        for old, (until, made) in list(islice(self._heard.items(), 2)):  # oldest first; two go for each that comes
            if until <= now:
                del self._heard[old]
            elif len(self._heard) >= self._most:
                del self._heard[old]
                self._forgotten = max(self._forgotten, made)
        self._heard[signature] = (now + REMEMBERED, stamp)
        return False
