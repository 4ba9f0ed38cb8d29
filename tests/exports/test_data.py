"""The data that programs read keeps its shape: what docs/export.md says of it, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import assume, given

from bot.content.dates import read_date
from bot.content.model import LABELS, Person, Source, TimelineEntry
from bot.content.view import View
from bot.exports.data import data
from tests.commands.test_golden import LATER, beside, corrected
from tests.content.editions import NOW, SHIPPED, Raw, briefings, edition, made, shipped
from tests.docs import apart, rows_under
from tests.sizes import examples

DOC = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
AS_A_CLAIM = {"id", "claimed_by", "speaker", "status", "read_in", "confidence", "as_of", "caveat", "caveat_by"}


def whole(view: View) -> Any:
    """As a program reads it."""
    return json.loads(json.dumps(data(view, view.briefings, NOW)))


def test_every_key_is_documented_and_every_documented_key_is_there() -> None:
    found = whole(beside(LATER))
    for heading, told, also in (
        ("The object", [found], set()),
        ("A briefing", found["briefings"], set()),
        ("A claim", [one for briefing in found["briefings"] for one in briefing["snippets"]], set()),
        ("A claim", [one for briefing in found["briefings"] for one in briefing["withdrawn"]], set()),
        ("A figure", [one for briefing in found["briefings"] for one in briefing["figures"]], AS_A_CLAIM),
    ):
        assert told
        for one in told:
            assert apart(heading, rows_under(DOC, heading) | also, one) == []
    for name, model in (("sources", Source), ("people", Person), ("timeline", TimelineEntry)):
        keys = {info.alias or key for key, info in model.model_fields.items()}
        assert all(set(one) == keys for briefing in found["briefings"] for one in briefing[name])


def test_a_claim_stands_with_its_speaker_and_its_source() -> None:
    (briefing,) = whole(edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW))["briefings"]
    told = next(one for one in briefing["snippets"] if one["id"] == "first-flight")
    assert told["speaker"]["name"] == "Dan Pinkston"
    assert (told["status"], told["likelihood"], told["confidence"]) == ("assessed", "very-likely", "moderate")
    assert told["read_in"] == [
        {
            "source": "dw-2024-11-11",
            "publisher": "DW",
            "published": "2024-11-11",
            "title": None,
            "url": None,
            "state": "active",
            "paragraphs": [10, 11],
        }
    ]
    assert briefing["rests_on"] == {"claims": 34, "speaker": None, "source": "dw-2024-11-11"}
    sections = list(dict.fromkeys(one["section"] for one in briefing["snippets"]))
    assert sections == ["deployment", "exposure", "control", "impact", "caveats"]


def test_what_became_of_a_claim_is_told_as_cite_tells_it() -> None:
    (briefing,) = whole(corrected(LATER))["briefings"]
    count = next(one for one in briefing["snippets"] if one["id"] == "troop-count")
    assert [(step["change"], "about" in step["text"]) for step in count["versions"]] == [
        ("new", True),
        ("corrected", False),
    ]
    assert count["correction"]["note"] == "more than 10,000, not about 10,000"
    taken_back = {one["id"]: one for one in briefing["withdrawn"]}
    assert set(taken_back) == {"airlift-motive", "foreign-media"}
    assert taken_back["airlift-motive"]["text"].startswith("Pinkston")
    erased = taken_back["foreign-media"]
    assert {key for key, value in erased.items() if value is not None} == {
        "id", "section", "claimed_by", "speaker", "read_in", "state", "correction", "versions",
    }  # fmt: skip
    assert [step["text"] for step in erased["versions"]] == [None, None]


@examples(60)
@given(briefings("story"))
def test_dates_are_dates_numbers_keep_their_digits_and_nothing_derived_is_told(raw: Raw) -> None:
    told = whole(edition(made(raw)).seen_by(LABELS[-1], NOW))["briefings"]
    assume(told)  # of drafts alone nothing is told, and so not the briefing either
    (story,) = told
    for one in story["figures"]:
        given_figure = next(figure for figure in raw["figures"] if figure["id"] == one["id"])
        if given_figure.get("derived"):
            assert (one["value"], one["low"], one["high"]) == (None, None, None)
        elif "value" in given_figure:
            assert float(one["value"]) == float(given_figure["value"])
            assert "e" not in one["value"].lower()
    for one in story["sources"]:
        if one["published"]:
            read_date(one["published"])  # a program and a person read it alike
            assert not re.search(r"T\d\d:\d\d(:\d\d)?$", one["published"]), "a time has its offset"
    known = {person["id"] for person in story["people"]} | {"editor"}
    for one in (*story["snippets"], *story["withdrawn"], *story["figures"]):
        assert one["claimed_by"] == one["speaker"]["id"]
        assert one["claimed_by"] in known
        assert {read["source"] for read in one["read_in"]} <= {source["id"] for source in story["sources"]}
