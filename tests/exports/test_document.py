"""The document one hands to a colleague: every claim with its speaker and its source, and nothing that is alive.

Renew the golden ones with `RENEW_GOLDEN=1 python -m pytest tests/exports/test_document.py`, and read the difference as
a colleague would.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given

from bot.commands.telling import claim, withdrawn
from bot.content.view import View
from bot.exports.data import data
from bot.exports.document import document
from bot.platforms.literal import clean, visible, web_link
from tests.commands.test_golden import LATER, beside, corrected
from tests.content.editions import NOW, SHIPPED, Raw, briefings, edition, made, shipped
from tests.exports.reading import bare, read
from tests.sizes import examples

GOLDEN = Path(__file__).parent / "golden"
VIEWS = {"corrected": corrected, "beside": beside}


@pytest.mark.parametrize("name", VIEWS)
def test_the_document_reads_as_reviewed(name: str) -> None:
    view = VIEWS[name](LATER)
    file, drawn = GOLDEN / f"{name}.md", document(view, view.briefings, LATER)
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def whole(view: View) -> str:
    return document(view, view.briefings, NOW)


@examples(60)
@given(briefings("story"), briefings("other"))
def test_every_claim_stands_there_with_its_speaker_and_its_source_and_nothing_is_alive(one: Raw, other: Raw) -> None:
    view = edition(made(one, other)).seen_by("TLP:RED", NOW)
    found = read(whole(view))
    lines = [bare(line) for line in found.lines]
    for briefing in view.briefings:
        for seen in (*briefing.snippets, *briefing.withdrawn):
            told = withdrawn(seen) if seen in briefing.withdrawn else claim(seen)
            text = bare(clean(told.text))
            if visible(text):
                assert text in lines
                beneath = lines[lines.index(text) + 1] if lines.count(text) == 1 else ""
                assert not beneath or bare(clean(told.attribution[1])) in beneath
                assert not beneath or beneath.count("¶") >= (1 if any(read.paragraphs for read in seen.read_in) else 0)
    addresses = {
        link.url
        for briefing in view.briefings
        for source in briefing.sources.values()
        for link in (web_link(source.url), web_link(source.archived_url))
        if link
    }
    assert {web_link(link) for link in found.links} <= {web_link(address) for address in addresses}
    assert found.live == set()
    assert found.kinds <= {"paragraph", "heading", "bullet_list", "list_item", "strong", "link"}


def test_sections_come_in_the_order_of_the_configuration() -> None:
    view = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW)
    titles = [section.title for section in view.sections.values()]
    headings = read(whole(view)).headings
    assert headings[0] == view.briefings[0].head.title
    assert [heading for heading in headings if heading in titles] == titles


def test_a_claim_whose_section_is_gone_from_the_configuration_is_not_lost() -> None:
    whole_edition = edition((shipped(SHIPPED),))
    sections = {name: one for name, one in whole_edition.sections.items() if name != "impact"}
    fewer = type(whole_edition)(whole_edition.briefings, sections, whole_edition.zone, whole_edition.history)
    drawn = whole(fewer.seen_by("TLP:CLEAR", NOW))
    assert "## Other claims" in drawn
    assert "gnaw at the soldiers" in drawn.partition("## Other claims")[2]


def test_likelihood_and_confidence_never_stand_in_one_line() -> None:
    drawn = whole(edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW))
    assert "(very likely)" in drawn
    assert "editors' confidence: moderate" in drawn
    assert [line for line in drawn.split("\n") if "likely)" in line and "confidence" in line] == []


def test_a_source_of_which_little_is_known_says_what_is_missing() -> None:
    drawn = whole(edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW))
    assert "- [1] **DW, 11 November 2024**: title missing, link missing\n" in drawn
    assert "\n[1]: <" not in drawn, "a number leads nowhere where there is no link"


def test_a_number_leads_to_its_source_through_several_briefings() -> None:
    found = whole(beside(LATER))
    assert "[2]" in found
    assert "\n[3]: <https://kirihama-shinpo.example/2026/03/16/uni?page=1>" in found
    assert read(found).links.count("https://kirihama-shinpo.example/2026/03/16/uni?page=1") > 3


def test_what_is_erased_or_drafted_is_in_neither_form() -> None:
    view = corrected(LATER)
    gone = [one for one in shipped(SHIPPED).snippets if one.id in ("foreign-media", "escapees")]
    assert len(gone) == 2
    for told in (whole(view), json.dumps(data(view, view.briefings, NOW))):
        assert [one.id for one in gone if one.text in told] == []
    assert "The text was erased." in whole(view)
