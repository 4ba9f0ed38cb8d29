"""`draft`: reads an article, and writes a new briefing and the text beside it; nothing is overwritten."""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from bot.content.counting import how_many
from bot.content.numbering import Numbered, numbered, tidy
from bot.content.values import ID
from bot.drafting.article import Article, from_text, one_line, slug
from bot.drafting.decoding import decoded
from bot.drafting.pages import is_page, read_page
from bot.drafting.speakers import cast_of, voices
from bot.drafting.stub import NOBODY, PARAGRAPHS, briefing_id, source_id, stub
from bot.errors import NotFetched, Refused, StartError
from bot.fetching import INTERNET, Wire, fetch
from bot.given_texts import TEXTS
from bot.settings import Settings
from bot.whole import opened, put, take_over

MOST = 10 * 1024 * 1024
"""Bytes of a file at most: browsers save pages with everything in them."""

_SAVE = "save the article's text as a file, and draft from that"
_TAKES = "name the path of a file, or an address that begins with http:// or https://"
_IGNORE = ".gitignore"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


async def article_at(what: str, wire: Wire = INTERNET) -> Article:
    """The article in a file, or at an address of the internet; raises Refused, NotFetched or StartError."""
    if not what.lower().startswith(("http://", "https://")):
        if what == "-" or re.match(r"[A-Za-z][\w+.-]+:/", what):
            raise Refused(f"{'Standard input' if what == '-' else one_line(what)} is not read: {_TAKES}")
        return _read(_bytes(Path(what)), Path(what).suffix.lower())
    page = await fetch(what, wire)
    if page.status != 200:
        raise NotFetched(f"The page answers with status {page.status}; save it as a file, and draft from that")
    if page.kind not in ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"):
        raise Refused(f"There is no web page, but {one_line(page.kind, 60)}; {_SAVE}")
    return _read(page.body, ".txt" if page.kind == "text/plain" else "", page.url, page.charset)


def write_draft(settings: Settings, article: Article, today: date, wanted: str | None = None) -> list[str]:
    """Write the text and the briefing, and say so in lines; raises Refused where a briefing of that name is there."""
    counted = numbered(article.text)
    if not any(counted.paragraphs):
        raise Refused("There is no text in it")
    text = tidy(article.text).strip() + "\n"
    for folder, linked in ((settings.home / TEXTS, False), (settings.folder, True)):
        _must_be_a_folder(folder, linked=linked)
    source, beside = _place_for_text(settings.home / TEXTS, source_id(article, today), text)
    name = wanted or briefing_id(article, source)
    file = settings.folder / f"{name}.yaml"
    for there in (file, file.with_suffix(".yml")):
        if there.exists():
            raise Refused(f"{_shown(there)} is already there; nothing was written. Choose another id with --id")
    written = stub(article, counted, (name, source), settings.sections, today)
    with _told_of(beside):
        _keep_text(beside, text)
    with _told_of(file):
        _put(file, written)
    return _told(article, counted, file, beside)


def published_by(name: str | None, article: Article) -> Article:
    """The article with this publisher in the place of the one that was found, if a name is given."""
    given = one_line(name or "")
    return replace(article, publisher=given) if given else article


def checked_id(given: str | None) -> str | None:
    """An id as the format wants it; raises Refused for another."""
    if given is not None and not re.fullmatch(ID, given):
        better = slug(given)
        mend = f"; write {better}" if better else ""
        raise Refused(f"An id is made of small letters, digits and hyphens, at most 64{mend}")
    return given


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MOST + 1)
    except OSError as error:
        is_address = re.match(r"[\w-]+(\.[\w-]+)+/", str(path)) and isinstance(error, FileNotFoundError)
        mend = f". For a web page, write https://{path}" if is_address else ""
        raise StartError(f"{path} cannot be read: {error.strerror}{mend}") from error
    if len(body) > MOST:
        raise Refused(f"{path} is larger than 10 MB, which is not read")
    return body


def _read(body: bytes, suffix: str, url: str | None = None, charset: str | None = None) -> Article:
    if body.startswith(b"%PDF-"):
        raise Refused(f"This is a PDF; {_SAVE}")
    if suffix in (".html", ".htm", ".xhtml") or (suffix != ".txt" and is_page(body)):
        return read_page(body, url, charset)
    text = decoded(body, charset)
    if text is None or "\0" in text:
        if b"\0" not in body or body.startswith(_UTF_16):
            raise Refused("The text is not in UTF-8; save it so")
        raise Refused(f"This is neither a web page nor a text; {_SAVE}")
    return from_text(text, url)


def _must_be_a_folder(path: Path, *, linked: bool) -> None:
    """StartError where something else stands in its place; a link to one counts where it may be `linked`."""
    if path.is_symlink() and not linked:
        raise StartError(
            f"{_shown(path)} is a link, and no text of an article is written through one; nothing was written. "
            "Put a folder in its place"
        )
    if os.path.lexists(path) and not path.is_dir():
        raise StartError(f"{_shown(path)} is there, and is no folder; nothing was written. Move it away")


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Tell of the file that was being written."""
    try:
        yield
    except OSError as error:
        raise StartError(f"{_shown(path)} cannot be written: {error.strerror}") from error


def _place_for_text(folder: Path, source: str, text: str) -> tuple[str, Path]:
    """The source's id and the text's path: another article of the same outlet and day gets another number."""
    for number in count(1):
        name = source if number == 1 else f"{source}-{number}"
        path = folder / f"{name}.txt"
        if not os.path.lexists(path):
            return name, path
        with suppress(OSError, UnicodeDecodeError):
            if path.read_text(encoding="utf-8") == text:
                return name, path
    raise AssertionError("numbers do not end")


def _keep_text(path: Path, text: str) -> None:
    """Write a text for its owner alone, into a folder that Git passes over in any repository."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(path.parent) as folder:
        if _is_free(path.with_name(_IGNORE)):
            put(folder, _IGNORE, b"# The texts of articles are not ours to publish.\n*\n", take=take_over)
        if not path.exists():
            put(folder, path.name, text.encode(), mode=0o600)


def _is_free(ignore: Path) -> bool:
    """Whether nothing stands there, or an empty file, as a full disk leaves it."""
    return not os.path.lexists(ignore) or (ignore.is_file() and not ignore.is_symlink() and ignore.stat().st_size == 0)


def _is_passed_over(ignore: Path) -> bool:
    """Whether Git passes over all that lies beside this file; it follows no link."""
    try:
        lines = [] if ignore.is_symlink() else ignore.read_bytes().splitlines()
    except OSError:
        return False
    return b"*" in lines and not any(line.startswith(b"!") and line != b"!.gitignore" for line in lines)


def _kept(text: Path) -> list[str]:
    ignore = text.with_name(_IGNORE)
    if _is_passed_over(ignore):
        return [f"Wrote {_shown(text)}, for you alone: Git passes it over"]
    mend = f'give {_shown(ignore)} a line with "*" alone, and none that begins with "!"'
    mend = f"put a file with the line * in the place of the link {_shown(ignore)}" if ignore.is_symlink() else mend
    return [f"Wrote {_shown(text)}", f"Git does not pass it over, and it is not ours to publish: {mend}."]


def _put(file: Path, written: str) -> None:
    """Put a whole file at its place, or none: a bot that watches the folder never reads it by half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with opened(file.parent) as folder:
            put(folder, file.name, written.encode())
    except FileExistsError as there:
        raise Refused(f"{_shown(file)} is already there; nothing was written. Choose another id with --id") from there


def _told(article: Article, counted: Numbered, file: Path, text: Path) -> list[str]:
    speakers = [one_line(one.name, 40) for one in cast_of(voices(counted.paragraphs[:PARAGRAPHS]))]
    last = len(counted.paragraphs) - 1
    skipped = [one.kind for one in counted.skipped]
    left = [how_many(skipped.count(kind), kind) for kind in ("subheading", "credit") if kind in skipped]
    sure = [] if article.title else ["No title was found: write it."]
    sure += [] if article.publisher else [f'No publisher was found: write it where "{NOBODY}" stands.']
    paths = shlex.quote(_shown(file)), shlex.quote(_shown(text))
    return [
        f"Wrote {_shown(file)}",
        *_kept(text),
        "",
        f"Paragraphs: ¶{0 if counted.paragraphs[0] else 1} to ¶{last}"
        + (f"; not counted: {', '.join(left)}" if left else ""),
        f"Speakers: {', '.join(speakers) if speakers else 'none found'}",
        *sure,
        *article.unsure,
        "",
        "Next: fill in snippets, and then",
        f"  briefing-bot check {paths[0]}",
        f"  briefing-bot verify {paths[0]} --text {paths[1]}",
        "Readers see a claim once you take its line state: draft away.",
    ]


def _shown(path: Path) -> str:
    """A path as seen from where the command runs."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
