"""From a path to text: regular files inside the folder only, strict UTF-8, no character that hides anything."""

import errno
import os
import re
import stat
from pathlib import Path

from bot.content.mends_lines import shown
from bot.content.problems import START, Excerpt, Mark, Problem, excerpt

LARGEST = 2_000_000
"""Bytes of one file at most."""

_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)

# C0 and C1 but tab and line feed, NEL, line and paragraph separator, bidi embeddings, overrides and isolates.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_DIRECTIVE = re.compile("^%", re.MULTILINE)
_PLAIN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))


def read_file(path: Path, folder: Path, name: str) -> str | Problem:
    """Read one file that must be a regular file whose resolved path lies inside `folder`.

    It is opened without blocking, so that a fifo holds nobody up, and checked again after opening, so that a
    link swapped in between is not followed. What is refused comes back as a Problem without an excerpt.
    """
    found = read_bytes(path, folder, name)
    return found if isinstance(found, Problem) else decode(found, name)


def read_bytes(path: Path, folder: Path, name: str) -> bytes | Problem:
    """What lies in a file, under the same conditions, whatever it is."""
    try:
        found = _bytes_within(path, folder)
    except OSError as error:
        return _unreadable(name, error)
    return Problem(name, START, found, "file") if isinstance(found, str) else found


def _bytes_within(path: Path, folder: Path) -> bytes | str:
    root = os.path.realpath(folder, strict=True)
    real = os.path.realpath(path, strict=True)
    if os.path.commonpath([root, real]) != root:
        return "is a link to a file outside the briefings folder, which is not followed"
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        opened = os.fstat(descriptor)
        if not stat.S_ISREG(opened.st_mode):
            return f"is {_kind(opened.st_mode)}, not a file"
        if not os.path.samestat(opened, Path(real).stat()) or os.path.realpath(path, strict=True) != real:
            return "changed into another file while it was opened"
        if opened.st_size > LARGEST:
            return _too_large(opened.st_size)
        return _all_of(descriptor, opened.st_size)
    finally:
        os.close(descriptor)


def _all_of(descriptor: int, expected: int) -> bytes | str:
    chunks: list[bytes] = []
    size = 0
    while chunk := os.read(descriptor, expected + 1):  # a larger buffer costs more than the reading
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST:
            return _too_large(size)
    return b"".join(chunks)


def _too_large(size: int) -> str:
    return f"has {size:,} bytes; a file has at most {LARGEST:,}"


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _unreadable(name: str, error: OSError) -> Problem:
    said = {
        errno.EACCES: ("cannot be read: permission denied", "give the bot's user the right to read it"),
        errno.EPERM: ("cannot be read: permission denied", "give the bot's user the right to read it"),
        errno.ELOOP: ("is a link that leads back to itself", "replace the link by the file"),
        errno.ENOENT: ("is not there, or a link to a file that is not there", None),
        errno.ENXIO: ("is a socket, not a file", None),
    }.get(error.errno or 0, (f"cannot be read: {error.strerror}", None))
    return Problem(name, START, said[0], "file", said[1])


def decode(data: bytes, name: str) -> str | Problem:
    """Decode strict UTF-8 (a BOM is dropped, CRLF read as a line feed) and refuse what hides or stalls.

    Two megabytes of `%TAG` lines hold libyaml for 27 seconds, so lines that begin with `%` go no further.
    """
    if len(data) > LARGEST:
        return Problem(name, START, _too_large(len(data)), "file")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _encoding(name, encoding)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _undecodable(data, name, error.start)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _may_hide(data) and (hidden := HIDDEN.search(text)):
        return _hidden(text, name, hidden)
    if (text.startswith("%") or "\n%" in text) and (directive := _DIRECTIVE.search(text)):
        mark = mark_at(text, directive.start())
        message = "a line that begins with % is a directive to the YAML reader, which is not allowed"
        return Problem(
            name,
            mark,
            message,
            "syntax",
            "quote the text, or begin the line otherwise",
            excerpt=_line(text, mark),
        )
    return text


def _may_hide(data: bytes) -> bool:
    """Whether HIDDEN may match: the bytes that are not plain ASCII, most often a few, are looked at alone."""
    return HIDDEN.search(data.translate(None, _PLAIN).decode()) is not None


def mark_at(text: str, index: int, width: int = 1) -> Mark:
    """The place of a character index."""
    line_start = text.rfind("\n", 0, index) + 1
    return Mark(text.count("\n", 0, index) + 1, index - line_start + 1, width)


def name_of(char: str) -> str:
    """A hidden character by its number and what it does: `U+202E (changes the direction of the text)`."""
    code = f"U+{ord(char):04X}"
    if char == "\x00":
        return f"{code} (NUL)"
    if char in "\u0085\u2028\u2029":
        return f"{code} (a line break of another kind)"
    if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return f"{code} (changes the direction of the text)"
    return f"{code} (a control character)" if ord(char) < 0xA0 else f"{code} (invisible)"


def _hidden(text: str, name: str, found: re.Match[str]) -> Problem:
    if found.group() == "\x00" and text.count("\x00") * 3 > len(text):
        return _encoding(name, "UTF-16")
    mark = mark_at(text, found.start())
    message = f"the character {name_of(found.group())} is not allowed"
    return Problem(
        name,
        mark,
        message,
        "characters",
        "delete it, and retype what stands around it",
        excerpt=_line(text, mark),
        example=shown(HIDDEN.sub("", text.split("\n", mark.line)[mark.line - 1])) or None,
    )


def _encoding(name: str, encoding: str) -> Problem:
    return Problem(name, START, f"is encoded as {encoding}, not UTF-8", "encoding", "save it as UTF-8")


def _undecodable(data: bytes, name: str, at: int) -> Problem:
    if data[:400].count(0) * 3 > len(data[:400]):
        return _encoding(name, "UTF-16")
    before = data[:at].decode("utf-8-sig")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    guess = bytes([data[at]]).decode("cp1252", errors="replace")
    end = data.find(b"\n", at)
    rest = data[at : end if end >= 0 else len(data)].decode("utf-8", errors="replace")
    shown = before[before.rfind("\n") + 1 :] + rest
    message = f"byte 0x{data[at]:02X} is not UTF-8"
    mend = "save the file as UTF-8"
    if guess.isprintable() and guess != "\N{REPLACEMENT CHARACTER}":
        mend += f'; in Windows-1252 this byte is "{guess}"'
    mark = Mark(line, column)
    return Problem(name, mark, message, "encoding", mend, excerpt=excerpt(shown, mark))


def _line(text: str, mark: Mark) -> Excerpt:
    return excerpt(text.split("\n", mark.line)[mark.line - 1], mark)
