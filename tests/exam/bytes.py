"""Things on disk that look like briefings and are none; a checker says why, shortly and soon."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .small import GOOD, HEAD, SECRET, SNIPPET


@dataclass(frozen=True)
class ByteCase:
    """One nasty thing.

    `build` gets the full path, ending in `.yaml`, in a briefings folder whose parent is the test's own. At
    least one fragment of `says` occurs, in lower case, in the messages about that path (the path itself not
    counted); none of `never` occurs in any output. With `fine` there is no error at all.
    """

    name: str
    build: Callable[[Path], None]
    says: tuple[str, ...]
    never: tuple[str, ...] = (SECRET,)
    fine: bool = False


DEEP = ("deep", "depth", "nest", "level", "16")
BIG = ("2 mb", "too large", "too big", "size", "bytes", "large")
MANY = ("200,000", "200000", "200 000", "values", "too many")
CODE = ("utf-8", "utf8", "encod")
WIDE = (*CODE, "utf-16", "nul", "u+0000", "control")
SIGN = ("control", "u+", "character")
DUPLICATE = ("twice", "duplicate", "already", "again", "more than once", "first")
KEY = ("key", "?")
EMPTY = ("empty", "nothing", "no document", "missing", "no briefing", "format")
TOP = ("map", "keys", "top level", "list", "expected", "format")
PLACE = ("regular file", "not a file", "folder", "directory", "outside", "link")
ONE = ("document", "---")


def cases() -> list[ByteCase]:
    """Returns every case; building one writes at most a few megabytes."""
    return [*_floods(), *_encodings(), *_signs(), *_shapes(), *_things(), *_fine()]


def _floods() -> list[ByteCase]:
    lines = "".join(f"  x{n}: &x{n} [*x{n - 1}, *x{n - 1}, *x{n - 1}, *x{n - 1}]\n" for n in range(1, 20))
    steps = "".join("  " * n + f"k{n}:\n" for n in range(200))
    return [
        _file("a-megabyte-of-brackets", b"[" * 1_000_000, DEEP),
        _file("a-megabyte-of-braces", b"{" * 1_000_000, DEEP),
        _file("brackets-in-a-field", _in_text("[" * 25_000), DEEP),
        _file("50-kilobytes-of-dashes", b"- " * 25_000, DEEP),
        _file(
            "nearly-two-megabytes-of-tag-directives",
            _filled(b"%TAG !e! tag:example.org,2000:\n"),
            ("%", "directive"),
        ),
        _file(
            "a-directive-after-a-comment",
            b"# all is well\n%YAML 1.1\n---\n" + GOOD.encode(),
            ("%", "directive"),
        ),
        _file("an-alias-bomb", (GOOD + "bomb:\n  x0: &x0 ha\n" + lines).encode(), ("anchor", "alias", "&", "*")),
        _file("an-alias-to-itself", (GOOD + "loop: &loop [*loop]\n").encode(), ("anchor", "alias", "&", "*")),
        ByteCase("50-megabytes", _sparse, BIG),
        _file("one-byte-over-two-mebibytes", _filled(b"# a comment\n", 2 * 1024 * 1024 + 1), BIG),
        _file("300000-small-values", (HEAD + "- 1\n" * 300_000).encode(), MANY),
        _file("300000-values-in-brackets", b"a: [" + b"1," * 300_000 + b"1]\n", MANY),
        _file("a-line-of-nearly-two-megabytes", _in_text("a" * 1_900_000), ("600", "long")),
        _file(
            "a-very-long-key",
            (GOOD + "k" * 100_000 + ": 1\n").encode(),
            ("key", "unknown", "long", "expected"),
        ),
        _file(
            "an-explicit-key-of-a-megabyte",
            (GOOD + "? " + "k" * 1_000_000 + "\n: 1\n").encode(),
            (*KEY, "long"),
        ),
        _file("200-levels-of-blocks", steps.encode() + b"  " * 200 + b"end: 1\n", DEEP),
        _file("thousands-of-question-marks", b"? " * 5_000 + b"a\n", (*DEEP, *KEY)),
        _file("thousands-of-lines-with-a-question-mark", b"? [a]\n" * 5_000, (*KEY, *MANY)),
        _file("100000-duplicate-keys", b"format: 1\n" * 100_000, (*DUPLICATE, *MANY)),
        _file("100000-unknown-keys", b"".join(b"k%d: 1\n" % n for n in range(100_000)), ("unknown", *MANY)),
        _file("a-list-of-50000-wrong-snippets", (HEAD + "  - {}\n" * 50_000).encode(), ("id", "missing", *MANY)),
        _file("a-hundred-thousand-quotes", _in_text('"' * 100_000), ("quote", "long", "600", "expected")),
    ]


def _encodings() -> list[ByteCase]:
    text = _in_text("Examina says that the caf\N{LATIN SMALL LETTER E WITH ACUTE} is open.").decode()
    plain = GOOD.encode()
    return [
        _file("utf-16-le-with-bom", b"\xff\xfe" + GOOD.encode("utf-16-le"), WIDE),
        _file("utf-16-be-with-bom", b"\xfe\xff" + GOOD.encode("utf-16-be"), WIDE),
        _file("utf-16-le-without-bom", GOOD.encode("utf-16-le"), WIDE),
        _file("utf-32-le-with-bom", b"\xff\xfe\x00\x00" + GOOD.encode("utf-32-le"), WIDE),
        _file("latin-1", text.encode("latin-1"), (*CODE, "windows-1252", "latin")),
        _file("windows-1252-quotes", _raw(b"Examina says \x93yes\x94."), (*CODE, "windows-1252")),
        _file("a-lone-surrogate", _raw(b"Examina says \xed\xa0\x80."), CODE),
        _file("overlong-utf-8", _raw(b"Examina says \xc0\xafetc."), CODE),
        _file("beyond-unicode", _raw(b"Examina says \xf4\x90\x80\x80."), CODE),
        _file("cut-off-at-the-end", plain + b"# caf\xc3", CODE),
        _file("only-half-a-bom", b"\xef\xbb" + plain, CODE),
        _file("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + bytes(range(256)), (*CODE, *SIGN, "nul")),
    ]


def _signs() -> list[ByteCase]:
    raw = {
        "nul": b"\x00",
        "escape-raw": b"\x1b[31mred",
        "backspace-raw": b"\x08",
        "delete-raw": b"\x7f",
        "c1-next-line-raw": b"\xc2\x85",
        "c1-csi-raw": b"\xc2\x9b",
        "line-separator-raw": b"\xe2\x80\xa8",
        "paragraph-separator-raw": b"\xe2\x80\xa9",
        "bidi-override-raw": b"\xe2\x80\xae",
        "bidi-isolate-raw": b"\xe2\x81\xa6",
    }
    escaped = {
        "nul-escaped": r"\u0000",
        "nul-escaped-short": r"\0",
        "bidi-override-escaped": r"\u202E",
        "escape-escaped": r"\x1b[2J",
        "escape-escaped-short": r"\e[2J",
        "bell-escaped": r"\a",
        "next-line-escaped": r"\N",
        "line-separator-escaped": r"\L",
        "bidi-isolate-escaped-long": r"\U00002066",
        "surrogate-escaped": r"\ud800",
    }
    return [
        *(_file(name, _raw(b"Examina says " + sign + b" so."), SIGN, (sign.decode(),)) for name, sign in raw.items()),
        *(_file(name, _in_text(f'"Examina says {code} so."'), SIGN, ("\x1b[2J",)) for name, code in escaped.items()),
        _file("escape-in-a-key", (GOOD + '"a\\x1b[2Jb": 1\n').encode(), (*SIGN, "key"), ("\x1b[2J",)),
        _file("bidi-override-in-a-comment", GOOD.encode() + b"# \xe2\x80\xae evil\n", SIGN, ("\u202e",)),
        _file("carriage-return-alone", _raw(b"Examina says\rso."), (*SIGN, "line", "carriage", "expected")),
    ]


def _shapes() -> list[ByteCase]:
    return [
        _file("empty", b"", EMPTY),
        _file("only-a-bom", b"\xef\xbb\xbf", EMPTY),
        _file("only-blank-lines", b"\n\n  \n", EMPTY),
        _file("only-comments", b"# later\n# much later\n", EMPTY),
        _file("only-two-document-marks", b"---\n---", (*ONE, *EMPTY)),
        _file("only-a-null", b"~\n", (*EMPTY, *TOP)),
        _file("a-list-at-the-top", b"- format: 1\n- briefing: x\n", TOP),
        _file("a-word-at-the-top", b"hello\n", TOP),
        _file("a-map-as-a-key", (GOOD + "? {a: 1}\n: 2\n").encode(), KEY),
        _file("a-list-as-a-key", (GOOD + "[a, b]: 2\n").encode(), KEY),
        _file("an-empty-key", (GOOD + ": 2\n").encode(), (*KEY, "unknown", "empty")),
        _file("two-documents", (GOOD + "---\n" + GOOD).encode(), ONE),
        _file("a-good-file-and-then-a-broken-document", (GOOD + "---\n[\n").encode(), ONE),
        _file("a-python-object", (GOOD + "x: !!python/object/apply:os.getcwd []\n").encode(), ("tag", "!")),
        _file("html", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", (*TOP, "':'", "yaml")),
        _file("json", b'{"format": 1}\n', ("briefing", "missing")),
    ]


def _things() -> list[ByteCase]:
    return [
        ByteCase("a-directory", lambda path: path.mkdir(), PLACE),
        ByteCase("a-pipe", lambda path: os.mkfifo(path), PLACE),
        ByteCase("a-socket", lambda path: os.mknod(path, stat.S_IFSOCK | 0o600), PLACE),
        ByteCase("a-link-to-itself", lambda path: path.symlink_to(path.name), (*PLACE, "loop")),
        ByteCase("two-links-in-a-circle", _circle, (*PLACE, "loop")),
        ByteCase(
            "a-link-to-nothing",
            lambda path: path.symlink_to("gone.txt"),
            (*PLACE, "no such", "gone", "exist"),
        ),
        ByteCase("a-link-to-a-file-outside", _outside, ("outside", "folder", "link")),
        ByteCase("a-link-through-a-folder-outside", _through, ("outside", "folder", "link")),
        ByteCase("a-link-to-a-neighbour-with-the-same-start", _neighbour, ("outside", "folder", "link")),
        ByteCase("a-link-to-a-device", lambda path: path.symlink_to("/dev/zero"), PLACE),
        ByteCase("a-link-to-the-environment", lambda path: path.symlink_to("/proc/self/environ"), PLACE, ("PATH=",)),
        ByteCase("not-to-be-read", _locked, ("permission", "read", "denied")),
    ]


def _fine() -> list[ByteCase]:
    return [
        _file("good", GOOD.encode(), (), fine=True),
        _file(
            "good-with-bom-and-windows-lines",
            b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
            (),
            fine=True,
        ),
        _file("good-with-a-megabyte-of-comments", GOOD.encode() + b"# all is well\n" * 75_000, (), fine=True),
        ByteCase("good-as-kubernetes-mounts-it", _mounted, (), fine=True),
    ]


def _file(
    name: str, content: bytes, says: tuple[str, ...], never: tuple[str, ...] = (), *, fine: bool = False
) -> ByteCase:
    def build(path: Path) -> None:
        path.write_bytes(content)

    return ByteCase(name, build, says, (SECRET, *never), fine)


def _in_text(text: str) -> bytes:
    return (HEAD + SNIPPET.replace("TEXT", text)).encode()


def _raw(text: bytes) -> bytes:
    return (HEAD + SNIPPET).encode().replace(b"TEXT", text)


def _filled(line: bytes, size: int = 1_990_000) -> bytes:
    return (line * (size // len(line) + 1))[:size]


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(GOOD.encode())
        file.truncate(50_000_000)


def _circle(path: Path) -> None:
    path.with_name("other.txt").symlink_to(path.name)
    path.symlink_to("other.txt")


def _secret(path: Path) -> Path:
    path.write_text(GOOD + f"{SECRET}: {SECRET}\n", encoding="utf-8")
    return path


def _outside(path: Path) -> None:
    path.symlink_to(_secret(path.parent.parent / "elsewhere.yaml"))


def _through(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.mkdir()
    _secret(elsewhere / "x.yaml")
    (path.parent / "inside").symlink_to(elsewhere, target_is_directory=True)
    path.symlink_to("inside/x.yaml")


def _neighbour(path: Path) -> None:
    neighbour = path.parent.with_name(path.parent.name + "-old")
    neighbour.mkdir()
    path.symlink_to(_secret(neighbour / "x.yaml"))


def _locked(path: Path) -> None:
    path.write_bytes(GOOD.encode())
    path.chmod(0)


def _mounted(path: Path) -> None:
    data = path.parent / "..2026_11_23"
    data.mkdir()
    (data / path.name).write_bytes(GOOD.encode())
    (path.parent / "..data").symlink_to(data.name, target_is_directory=True)
    path.symlink_to(f"..data/{path.name}")
