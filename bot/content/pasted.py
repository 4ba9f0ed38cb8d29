"""What looks like a secret is repeated nowhere: somebody may have pasted a token into a file by mistake."""

import re

MASK = "[a secret]"
MEND = "take the secret out of the file, make a new one where others could read it, and set it in the environment"

AROUND = 1000
"""Characters on each side of a place that are looked at: lines may be long."""

_SECRET = re.compile(
    r"(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xwfp|xoxe\.xox[a-z])-[\w-]{8,}"  # Slack's tokens
    r"|(?<![\w-])[\w-]{20,28}\.[\w-]{5,8}\.[\w-]{27,50}"  # a Discord bot's
    r"|(?<=/webhooks/)[\w/-]{20,}|(?<=hooks\.slack\.com/)[\w/-]{20,}"
    r"|(?<=://)[^\s/@\"]{1,200}:[^\s/@\"]{1,200}(?=@)"  # an address with a password
    r"|(?<![\w-])[0-9a-fA-F]{32}(?![\w-])"  # a signing secret
    # What a program drew by lot: small, great and digit side by side, more often than in words.
    r"|(?<![\w+=-])(?-i:(?=(?:[\w+=-]*?[a-z][A-Z]){2})(?=(?:[\w+=-]*?[A-Za-z]\d){2}))[\w+=-]{20,}",
    re.ASCII | re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text with words in the place of what looks like a secret."""
    return _SECRET.sub(MASK, text)


def dotted(line: str, at: int) -> str:
    """The line with a dot for each character of what looks like a secret around `at` (from 0): it stays as long."""
    begin, end = max(0, at - AROUND), at + AROUND
    return line[:begin] + _SECRET.sub(lambda found: "•" * len(found[0]), line[begin:end]) + line[end:]
