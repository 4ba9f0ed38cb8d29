"""The texts that are given to be compared with a briefing: each with its source, and counted in paragraphs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.content.model import Briefing
from bot.content.numbering import Numbered, numbered
from bot.content.receipt import checkable, cites
from bot.content.suggest import did_you_mean
from bot.errors import StartError

TEXTS = "texts"
"""The folder beside config.yaml for texts of articles, `SOURCE.txt` each; Git and the bot leave it alone."""
MOST = 10 * 1024 * 1024
"""Bytes of a text at most."""
MOST_CITED = 10_000_000
"""Characters of the paragraphs that all claims together cite at most: each claim is compared with all of its own."""


def counted_texts(briefing: Briefing, texts: Sequence[str], left: Path) -> dict[str, Numbered]:
    """The paragraphs of texts, `FILE` or `SOURCE=FILE`, by the ids of their sources; if none is given, of those `left`.

    Raises StartError for a file that cannot be read, where there is no text, and for more than can be compared.
    """
    found = _texts(briefing, texts) if texts else _left(briefing, left)
    counted = {source: _counted(path) for source, path in found.items()}
    _refuse_too_much(briefing, counted)
    return counted


def _texts(briefing: Briefing, texts: Sequence[str]) -> dict[str, Path]:
    """Where the text of each source lies, by the source's id."""
    known = {source.id: source for source in briefing.sources}
    found: dict[str, Path] = {}
    for given in texts:
        name, equals, path = given.partition("=")
        if not equals or Path(given).exists():
            name, path = _only_source(briefing), given
        if name not in known:
            meant = did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}"
            raise StartError(f'The briefing has no source "{name}"; {meant}')
        if name in found:
            raise StartError(
                f'{found[name]} and {path} are both given as the text of "{name}"; give one text for each source'
                + (", as --text SOURCE=FILE" if len(known) > 1 else "")
            )
        found[name] = Path(path)
    return found


def _left(briefing: Briefing, folder: Path) -> dict[str, Path]:
    """The texts that lie in the folder under the ids of the sources, as `draft` leaves them there."""
    paths = {source.id: folder / f"{source.id}.txt" for source in briefing.sources}
    found = {source: path for source, path in paths.items() if path.is_file()}
    if not found:
        wanted = " or ".join(f"{TEXTS}/{path.name}" for path in list(paths.values())[:3]) or "a source's text"
        raise StartError(f"Name the text it was made from, with --text FILE: {wanted} is not there")
    return found


def _only_source(briefing: Briefing) -> str:
    """The source that a text without a name belongs to."""
    default = briefing.defaults.source or (briefing.sources[0].id if len(briefing.sources) == 1 else None)
    if default is None:
        sources = ", ".join(source.id for source in briefing.sources) or "none"
        raise StartError(f"Say which source this is the text of: --text SOURCE=FILE; the briefing has {sources}")
    return default


def _counted(path: Path) -> Numbered:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > MOST:
        raise StartError(f"{path} is larger than 10 MB, which is no text of an article")
    try:
        counted = numbered(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StartError(f"{path} is not text in UTF-8; save it as a plain text file") from error
    if b"\0" in data:
        raise StartError(f"{path} is no plain text: it holds NUL bytes; save it as a plain text file in UTF-8")
    if not any(counted.paragraphs):
        raise StartError(f"There is no text in {path}")
    return counted


def _refuse_too_much(briefing: Briefing, counted: Mapping[str, Numbered]) -> None:
    texts = {name: text.paragraphs for name, text in counted.items()}
    cited = sum(
        sum(len(texts[source][para]) for para in {*paras} if para < len(texts[source]))
        for item in checkable(briefing)
        for source, paras in cites(item, briefing)
        if source in texts
    )
    if cited > MOST_CITED:
        told = f"The claims cite {cited:,} characters of text in all, and {MOST_CITED:,} are compared at most"
        raise StartError(f"{told}; cite only where a claim was read, and part the paragraphs by blank lines")
