"""`verify`: compares a briefing with the texts it was made from, and leaves a receipt beside it."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from bot.accepting import accepted, as_doubts, reasons
from bot.content.counting import how_many
from bot.content.folder import SUFFIXES, look
from bot.content.grounding.article import Article, article
from bot.content.grounding.checks import check
from bot.content.grounding.claim import Finding
from bot.content.model import Briefing, Figure, Snippet
from bot.content.numbering import Numbered
from bot.content.parse import Parsed, parse_file
from bot.content.problems import Problem, errors, in_order
from bot.content.receipt import (
    MADE,
    Accepted,
    CheckedClaim,
    CheckedText,
    Receipt,
    checkable,
    cites,
    name_of,
    print_of,
    receipt_beside,
    written,
)
from bot.content.saving import locked
from bot.content.suggest import did_you_mean
from bot.content.unchecked import place_of, places_in
from bot.content.yaml_tree import read_tree
from bot.errors import StartError
from bot.given_texts import TEXTS, counted_texts
from bot.settings import Settings
from bot.whole import put, take_over


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: how many claims stand, stand with a doubt, do not stand, and were not compared.

    `own` are the editors' own, which no text can bear out; of those with a doubt `accepted` are as an editor judged.
    `receipt` is where it lies, None where nothing was compared; `unwritten` says why it could not be written, and
    `unread` why the one before could not be read.
    """

    problems: tuple[Problem, ...]
    stand: int = 0
    doubted: int = 0
    fail: int = 0
    left: int = 0
    own: int = 0
    receipt: Path | None = None
    unwritten: str = ""
    accepted: int = 0
    unread: str = ""

    def told(self) -> str:
        """What came of it, in a few lines for a terminal."""
        if self.receipt is None:
            return "Nothing was compared: mend these errors first."
        compared = self.stand + self.doubted + self.fail
        parts = [
            how_many(self.stand, "stands", "stand"),
            how_many(self.doubted, "stands with a doubt", "stand with a doubt"),
            how_many(self.fail, "does not stand", "do not stand"),
        ]
        lines = [f"{MADE[:1].upper()}{MADE[1:]}. Of {how_many(compared, 'claim', 'claims')} {', '.join(parts)}."]
        if self.accepted:
            lines.append(f"{how_many(self.accepted, 'has', 'have')} errors that were accepted, and count as doubts.")
        if self.fail:
            lines.append("Where an error is mistaken, say so with --accept ID=WHY: it counts as a doubt then.")
        if self.left:
            lines.append(f"{how_many(self.left, 'was', 'were')} read in sources whose text was not given.")
        if self.own:
            lines.append(f"{how_many(self.own, 'is', 'are')} the editors' own, which no text can bear out.")
        if self.unread:
            lines.append(f"The receipt before {self.unread}: what was accepted in it has to be accepted again.")
        return "\n".join(lines if self.unwritten else [*lines, f"Receipt: {self.receipt}"])


def briefing_file(settings: Settings, named: str) -> Path:
    """The file of a briefing that is named by its path or by its id; StartError where there is none."""
    if Path(named).suffix in SUFFIXES or Path(named).exists():
        return Path(named)
    found = {
        parsed.named: settings.folder / name
        for name in look(settings.folder)
        if (parsed := parse_file(settings.folder / name, settings.folder, None)).named
    }
    if named not in found:
        raise StartError(f'There is no briefing "{named}"; {did_you_mean(named, found) or "name its file"}')
    path, here = found[named], Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def verify_file(
    file: Path, texts: Sequence[str], today: date, left: Path = Path(TEXTS), accept: Sequence[str] = ()
) -> Compared:
    """Compare a briefing with texts, `FILE` or `SOURCE=FILE`, and write what came of it beside the briefing.

    `accept` are errors that are mistaken, as `ID=WHY`. If no text is given, those are taken that lie in the folder
    `left` under the ids of its sources. With errors in the briefing, or a text that has not as many paragraphs as its
    source says, nothing is compared. Raises StartError for a file that cannot be read, for claims that cite more than
    can be compared, and for what cannot be accepted.
    """
    parsed = parse_file(file, file.parent, None)
    if parsed.briefing is None:
        return Compared(tuple(_named(problem, file) for problem in errors(parsed.problems)))
    counted = counted_texts(parsed.briefing, texts, left)
    if others := _others(parsed, parsed.briefing, counted):
        return Compared(tuple(_named(problem, file) for problem in others))
    given = reasons(accept, [item.id for item in checkable(parsed.briefing)])
    found = _findings(parsed.briefing, counted)
    receipt, shas = file.with_name(name_of(file.name)), {name: _text(text, today) for name, text in counted.items()}
    before = _before(receipt)
    known = accepted(found, given, _accepted_before(parsed.briefing, shas, before))
    findings = as_doubts(found, known)
    made = partial(_receipt, parsed.briefing, shas, found, given)
    return Compared(
        tuple(_named(problem, file) for problem in _compared(parsed, findings)),
        **_numbers(parsed.briefing, findings),
        accepted=sum(not _fails(findings[name]) for name in known),
        unread=before.message if isinstance(before, Problem) else "",
        receipt=receipt,
        unwritten=_left(receipt, file, made),
    )


# --- comparing ---


def _findings(briefing: Briefing, counted: Mapping[str, Numbered]) -> dict[str, tuple[Finding, ...]]:
    """What was found of each claim all of whose sources have a text here, by its id."""
    known = {source.id: source for source in briefing.sources}
    articles = {
        name: article(text.paragraphs, briefing.people, known[name], briefing.briefing.title)
        for name, text in counted.items()
    }
    return {
        item.id: _found(item, briefing, articles)
        for item in checkable(briefing)
        if all(source in articles for source, _ in cites(item, briefing))
    }


def _found(item: Snippet | Figure, briefing: Briefing, articles: Mapping[str, Article]) -> tuple[Finding, ...]:
    """What the source that bears a claim out best does not bear out."""
    tried = [check(item, articles[source], paras) for source, paras in cites(item, briefing)]
    return min(tried, key=lambda found: (sum(one.severity == "error" for one in found), len(found)))


def _fails(found: Sequence[Finding]) -> bool:
    return any(one.severity == "error" for one in found)


def _numbers(briefing: Briefing, findings: Mapping[str, tuple[Finding, ...]]) -> dict[str, int]:
    every = (*briefing.snippets, *briefing.figures)
    fail = sum(map(_fails, findings.values()))
    clean = sum(not found for found in findings.values())
    return {
        "stand": clean,
        "doubted": len(findings) - clean - fail,
        "fail": fail,
        "left": len(checkable(briefing)) - len(findings),
        "own": len(every) - len(checkable(briefing)),
    }


# --- telling ---


def _compared(parsed: Parsed, findings: Mapping[str, tuple[Finding, ...]]) -> tuple[Problem, ...]:
    """Each finding at its line."""
    tree = read_tree(parsed.text, parsed.file)
    places = places_in(tree)
    told = [
        tree.problem(
            place_of(places, name, one.key),
            f"{one.message}",
            f"text-{one.rule}",
            one.mend,
            warning=one.severity == "warning",
        )
        for name, found in findings.items()
        for one in found
    ]
    return in_order(told)


def _others(parsed: Parsed, briefing: Briefing, counted: Mapping[str, Numbered]) -> tuple[Problem, ...]:
    """Texts that are perhaps of another article: all claims would be told not to stand in them."""
    tree = read_tree(parsed.text, parsed.file)
    places = places_in(tree)
    ends = {name: len(text.paragraphs) - 1 for name, text in counted.items()}
    return tuple(
        tree.problem(
            place_of(places, source.id, "paragraphs"),
            f"the text ends with ¶{ends[source.id]}, and the source says {source.paragraphs}",
            "text-paragraphs",
            "give the right text, and whole; or write how many paragraphs it has",
        )
        for source in briefing.sources
        if source.id in ends and source.paragraphs not in (None, ends[source.id])
    )


def _named(problem: Problem, file: Path) -> Problem:
    return replace(problem, file=str(file))


# --- the receipt ---


def _before(path: Path) -> Receipt | Problem | None:
    """The receipt of the last check, if there is one, or why it cannot be read."""
    return receipt_beside(path, path.parent, path.name)


def _receipt(
    briefing: Briefing,
    texts: Mapping[str, CheckedText],
    found_now: Mapping[str, tuple[Finding, ...]],
    given: Mapping[str, str],
    last: Receipt | Problem | None,
) -> Receipt:
    """What was found now, and of the claims that were not compared now, what is known of them as they are.

    What somebody else accepted in the same moment stands in the receipt before, and counts.
    """
    before = None if isinstance(last, Problem) else last
    known = accepted(found_now, given, _accepted_before(briefing, texts, last))
    findings = as_doubts(found_now, known)
    claims: dict[str, CheckedClaim] = {}
    for item in checkable(briefing):
        if item.id in findings:
            found = findings[item.id]
            rules = tuple(sorted({one.rule for one in found}))
            claims[item.id] = CheckedClaim(
                claim=print_of(item, briefing), stands=not _fails(found), found=rules, accepted=known.get(item.id)
            )
        elif before and item.id in before.claims and not _is_of_another_text(item, briefing, texts, before):
            claims[item.id] = before.claims[item.id]
    kept = before.texts if before else {}
    used = {source for item in checkable(briefing) for source, _ in cites(item, briefing)}
    return Receipt(format=1, texts={**{k: v for k, v in kept.items() if k in used}, **texts}, claims=claims)


def _accepted_before(
    briefing: Briefing, texts: Mapping[str, CheckedText], before: Receipt | Problem | None
) -> dict[str, Accepted]:
    """What was accepted of claims that are what they were, in texts that are what they were."""
    if not isinstance(before, Receipt):
        return {}
    return {
        item.id: known.accepted
        for item in checkable(briefing)
        if (known := before.claims.get(item.id)) and known.accepted and known.claim == print_of(item, briefing)
        if not _is_of_another_text(item, briefing, texts, before)
    }


def _is_of_another_text(
    item: Snippet | Figure, briefing: Briefing, texts: Mapping[str, CheckedText], before: Receipt
) -> bool:
    """Whether a text of a claim's sources was given now that is not the one it was compared with."""
    of_it = [source for source, _ in cites(item, briefing) if source in texts]
    return any(source not in before.texts or before.texts[source].sha256 != texts[source].sha256 for source in of_it)


def _text(text: Numbered, today: date) -> CheckedText:
    whole = "\n\n".join(text.paragraphs)
    sha256 = hashlib.sha256(whole.encode()).hexdigest()
    return CheckedText(sha256=sha256, numbering="body", paragraphs=len(text.paragraphs) - 1, at=today.isoformat())


def _left(path: Path, beside: Path, made: Callable[[Receipt | Problem | None], Receipt]) -> str:
    """Leave the receipt that is made of the one before, in a locked folder; why it cannot be written, or nothing."""
    try:
        with locked(path.parent.resolve()) as folder:
            _write(folder, path, written(made(_before(path))), beside)
    except BlockingIOError:
        return f"The receipt {path} cannot be written: another process is writing in this folder. Verify again"
    except OSError as error:
        return f"The receipt {path} cannot be written: {error.strerror}"
    return ""


def _write(folder: int, path: Path, text: str, beside: Path) -> None:
    """Put the receipt in its place, whole, with the rights of the briefing it belongs to."""
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text:
        return
    rights = beside.stat().st_mode & 0o777
    put(folder, path.name, text.encode(), take=take_over, dress=lambda file: os.fchmod(file, rights))
