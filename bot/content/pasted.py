"""What looks like a secret is repeated nowhere: somebody may have pasted a token into a file by mistake."""

import re
from collections.abc import Callable, Iterator

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


_NAME = re.compile(
    r"""(?:passw(?:or)?d|passphrase|pwd|token|secret|credential|(?:api|private|access|signing)[_-]?key)s?"""
    r"""(?:[_-]\w{1,20})?["']?[ \t]*[:=][ \t]*""",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"""(?:^|[{\[,:?"'-])[ \t]*["']?[\w.-]*$""", re.MULTILINE)
"""What stands before such a name where it is a key, and no word of a sentence."""
_REST = re.compile(r"[^\n]*")
_INSIDE = re.compile(r"""\"(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|[\[{][^\n]*|[^,}\n]*""")
"""A value inside { }; elsewhere it goes to the end of its line."""
_WORD = re.compile(r"""[^\s"'`{}\[\],]{4,}""")


def without_secrets(text: str, near: str = "") -> str:
    """The text with words in the place of what looks like a secret, and of what `near` has under a secret's name."""
    for begin, end in _named(near):
        for word in _WORD.findall(near, begin, end):
            text = text.replace(word, MASK)
    return _SECRET.sub(MASK, _hidden(text, lambda _: MASK))


def dotted(line: str, at: int) -> str:
    """The line with a dot for each character of what looks like a secret around `at` (from 0): it stays as long."""
    begin, shown = max(0, at - AROUND), around(line, at)
    end = begin + len(shown)
    shown = _hidden(shown, lambda value: "•" * len(value))
    return line[:begin] + _SECRET.sub(lambda found: "•" * len(found[0]), shown) + line[end:]


def around(line: str, at: int) -> str:
    """The part of a line that is looked at around `at` (from 0)."""
    return line[max(0, at - AROUND) : at + AROUND]


def _hidden(text: str, instead: Callable[[str], str]) -> str:
    pieces, at = [], 0
    for begin, end in _named(text):
        pieces += [text[at:begin], instead(text[begin:end])]
        at = end
    return "".join([*pieces, text[at:]])


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Where the values stand whose keys say that they are secret: `password: …`, also inside { }."""
    at = 0
    while name := _NAME.search(text, at):
        begin = at = name.end()
        if _BEFORE.search(text, max(0, name.start() - 60), name.start()):
            line = text[max(0, begin - AROUND) : begin].rpartition("\n")[2]
            value = (_INSIDE if "{" in line or "[" in line else _REST).match(text, begin)
            if value and any(map(str.isalnum, value[0])):
                at = value.end()
                yield begin, begin + len(value[0].rstrip())
