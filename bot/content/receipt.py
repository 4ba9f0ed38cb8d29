"""The receipt of a check against a text: it lies beside the briefing, with hashes and results, and no word of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints, ValidationError

from bot.content.model import EDITOR, Briefing, Cited, Figure, Part, Snippet, Status
from bot.content.problems import START, Problem
from bot.content.read import read_bytes
from bot.content.values import Id, Line

SUFFIX = ".receipt.json"
"""What stands in the place of `.yaml` in the receipt's name."""

LOOKED_AT = "figures, names, quotes"
MADE = f"checked against text: {LOOKED_AT}"
"""What a check is called. It is not called verified, because it cannot see whether a claim is true to its text."""

UNREAD = "receipt"
"""The rule of a problem with a receipt that cannot be read."""
_AGAIN = "delete it, and check the briefing against its text again"


class Checked(StrEnum):
    """How a claim stands to the text it was read in; one that stands with a doubt is checked too."""

    CHECKED = "checked against text"
    DOUBTED = "checked against text, with a doubt"
    FAILS = "does not stand in its text"
    CHANGED = "changed since the check"
    NOT = "not checked"


STANDS = (Checked.CHECKED, Checked.DOUBTED)
"""What a claim is that was checked and stands."""

Print = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16,64}$")]


class CheckedText(Part):
    """One text that was compared: the SHA-256 of its paragraphs, how they were counted, and how many they are."""

    sha256: Print
    numbering: Literal["body"]
    paragraphs: Annotated[int, Field(ge=0)]
    at: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,20}$")]


class Accepted(Part):
    """Why the errors by these rules, one for each, are mistaken, as an editor judged: they count as doubts."""

    rules: tuple[RuleName, ...]
    why: Line


class CheckedClaim(Part):
    """One claim that was compared: a print of all that was looked at, and the rules by which something was found."""

    claim: Print
    stands: StrictBool
    found: tuple[RuleName, ...] = ()
    accepted: Accepted | None = None


class Receipt(Part):
    """What was compared with what, and what came of it; by ids of sources, and of snippets and figures."""

    format: Literal[1]
    texts: dict[Id, CheckedText]
    claims: dict[Id, CheckedClaim]


def name_of(file: str) -> str:
    """The name of a briefing's receipt: `dprk.receipt.json` for `dprk.yaml`, and another one for `dprk.yml`."""
    return file.removesuffix(".yaml") + SUFFIX


def receipt_beside(path: Path, folder: Path, name: str) -> Receipt | Problem | None:
    """The receipt at this path inside `folder`, if one is there; what is torn, written by hand or no file is a problem.

    `name` is what it is called in that problem, which has no excerpt and always a mend.
    """
    if not path.exists():
        return None
    data = read_bytes(path, folder, name)
    if isinstance(data, Problem):
        return replace(data, rule=UNREAD, severity="warning", mend=data.mend or _AGAIN)
    try:
        return Receipt.model_validate_json(data)
    except ValidationError:
        return Problem(name, START, "is not a receipt that this bot wrote", UNREAD, _AGAIN, "warning")


def written(receipt: Receipt) -> str:
    """The receipt as it lies in its file: a line for each claim, so that Git shows what changed."""
    known = receipt.model_dump(mode="json", exclude_defaults=True)
    groups = [f' "{key}": {{\n{_lines(known[key])}\n }}' for key in ("texts", "claims")]
    return '{\n "format": 1,\n' + ",\n".join(groups) + "\n}\n"


def print_of(item: Snippet | Figure, briefing: Briefing) -> str:
    """Changes with all that a check looks at: what is claimed, by whom, in which paragraphs of what article.

    But not with the other people of the briefing: to add one is no reason to check all claims again.
    """
    speaker = next((one for one in briefing.people if one.id == item.claimed_by), None)
    kept = item.model_dump(mode="json", include=_COMPARED)
    where = cites(item, briefing)
    kept["cites"] = [[source, list(paras)] for source, paras in where]
    kept["title"] = briefing.briefing.title
    cited = [one for one in briefing.sources if one.id in dict(where)]
    kept["articles"] = [one.model_dump(mode="json", include=_OF_AN_ARTICLE) for one in cited]
    kept["speaker"] = [speaker.name, *speaker.aka, speaker.kind] if speaker else []
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:32]


def cites(item: Cited, briefing: Briefing) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Where a claim was read: each source with its paragraphs."""
    if item.cite:
        return tuple((one.source, one.para) for one in item.cite)
    source = item.source or briefing.defaults.source
    return ((source, item.para),) if source and item.para else ()


def checkable(briefing: Briefing) -> list[Snippet | Figure]:
    """The claims that can be compared with a text at all: the editors' own notes cannot."""
    every: list[Snippet | Figure] = [*briefing.snippets, *briefing.figures]
    return [one for one in every if one.claimed_by != EDITOR and one.status != Status.NOTE and cites(one, briefing)]


def checked_claims(briefing: Briefing, receipt: Receipt | None) -> Mapping[str, Checked]:
    """How each claim of a briefing stands to its text, by the id of the snippet or figure."""
    return {one.id: _standing(one, briefing, receipt) for one in checkable(briefing)}


def _standing(item: Snippet | Figure, briefing: Briefing, receipt: Receipt | None) -> Checked:
    known = receipt.claims.get(item.id) if receipt else None
    if receipt is None or known is None:
        return Checked.NOT
    if any(source not in receipt.texts for source, _ in cites(item, briefing)):
        return Checked.NOT  # of no text that is named here
    if known.claim != print_of(item, briefing):
        return Checked.CHANGED
    if not known.stands:
        return Checked.FAILS
    return Checked.DOUBTED if known.found else Checked.CHECKED


def _lines(group: Mapping[str, object]) -> str:
    return ",\n".join(f"  {json.dumps(name)}: {json.dumps(group[name], sort_keys=True)}" for name in group)


_OF_AN_ARTICLE = {"id", "title", "publisher", "published"}
_COMPARED = {
    "text", "label", "value", "low", "high", "qualifier", "unit", "derived", "claimed_by", "status", "hedge",
    "likelihood", "horizon", "quotes",
}  # fmt: skip
