"""Nothing is said without its source: what names none is an error, and only an editor's own note needs none."""

import pytest

from bot.content.parse import parse
from bot.content.problems import errors
from tests.content.editions import SECTIONS

BRIEFING = """\
format: 1
briefing: {id: mud, title: The mud}
sources: [{id: gazette, publisher: Gazette, title: Mud, url: "https://gazette.example/mud"}]
people: [{id: okoye, name: Ada Okoye}]
snippets:
  - {id: clean, section: impact, text: Okoye says that the mud is clean., claimed_by: okoye, status: reported, source: gazette, para: 1}
"""  # noqa: E501 (a file as editors write it)


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("  - {id: x, section: impact, text: The editors note., claimed_by: editor, status: note}", []),
        (
            "  - {id: x, section: impact, text: Okoye says so., claimed_by: okoye, status: note}",
            ['"para" is missing: where was it read?', '"source" is missing: where was it read?'],
        ),
        (
            "  - {id: x, section: impact, text: Okoye says so., claimed_by: okoye, status: note, source: gazette}",
            ['"para" is missing: where was it read?'],
        ),
        (
            "figures: [{id: x, label: Bribes, value: 24, claimed_by: okoye, status: note, source: gazette}]",
            ['"para" is missing: where was it read?'],
        ),
    ],
)
def test_what_names_no_source_is_not_taken(more: str, wrong: list[str]) -> None:
    found = errors(parse(f"{BRIEFING}{more}\n", "mud.yaml", SECTIONS).problems)
    assert sorted(one.message for one in found) == wrong
    assert all(one.mend for one in found)
