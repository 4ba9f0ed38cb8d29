"""What an audience may not see is in no export, and leaves no byte in one."""

import json
from pathlib import Path

import yaml
from hypothesis import given

from bot.content.view import View
from bot.exports.data import data
from bot.exports.document import document
from tests.commands.test_leaks import HIGHER, clear, with_secrets, without
from tests.content.editions import DREDGING, JAPANESE, NOW, SHIPPED, Raw, briefings, edition, made, shipped
from tests.sizes import examples

SECRETS: list[str] = yaml.safe_load(
    (Path(__file__).parents[1] / "exam" / "leak_words.yaml").read_text(encoding="utf-8")
)


def exports(view: View) -> list[str]:
    """All there is, in both forms."""
    return [document(view, view.briefings, NOW), json.dumps(data(view, view.briefings, NOW), ensure_ascii=False)]


def test_no_export_holds_a_word_of_a_briefing_above_the_ceiling() -> None:
    everything = edition((shipped(SHIPPED), shipped(JAPANESE), shipped(DREDGING)))
    for audience in ("TLP:CLEAR", "TLP:GREEN"):
        for told in exports(everything.seen_by(audience, NOW)):
            assert [secret for secret in SECRETS if secret in told.lower()] == []


def test_the_same_words_are_exported_where_the_ceiling_is_higher() -> None:
    amber = edition((shipped(SHIPPED), shipped(DREDGING))).seen_by("TLP:AMBER", NOW)
    shown, told = exports(amber)
    assert [secret for secret in SECRETS if secret not in told.lower()] == ["harbour-dredging"], "a file's name"
    assert [secret for secret in SECRETS if secret not in shown.lower()] == ["bilgefen", "harbour-dredging"]


@examples(30)
@given(briefings("story", ("TLP:CLEAR",)), briefings("other", HIGHER))
def test_a_briefing_above_the_ceiling_changes_no_byte_of_an_export(low: Raw, high: Raw) -> None:
    below, above = made(low, high)
    assert exports(clear(below)) == exports(clear(above, below)) == exports(clear(below, above))


@examples(40)
@given(with_secrets())
def test_a_hidden_snippet_is_in_an_export_as_if_it_had_never_been_written(raw: Raw) -> None:
    (whole,), (less,) = made(raw), made(without(raw))
    assert exports(clear(whole)) == exports(clear(less))


def test_an_export_of_what_is_hidden_would_be_noticed() -> None:
    leaking = edition((shipped(SHIPPED), shipped(DREDGING))).seen_by("TLP:RED", NOW)
    for told, clean in zip(exports(leaking), exports(clear(shipped(SHIPPED))), strict=True):
        assert told != clean
        assert "murkwater" in told.lower()
