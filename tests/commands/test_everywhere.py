"""Whatever editors write and readers ask, every answer can be drawn everywhere, and nothing in it comes alive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Claim
from tests.commands.asking import KNOWN, NAMES, ask, fits_everywhere
from tests.content.editions import HOSTILE, NOW, Raw, briefings, edition, made, texts
from tests.sizes import examples

questions = st.one_of(
    st.just(""),
    st.sampled_from(("story", "person-0", "snippet-0", "x" * 64, "editor", "impact", "7d", "story/snippet-0", "2026")),
    texts(60),
    st.text(max_size=60),
)
locales = st.sampled_from(("en", "de", "fr", "de-CH", "ja", "xx-YY", ""))


@examples(50)
@given(briefings(), questions, locales)
def test_any_edition_answers_any_question_within_every_platforms_limits(raw: Raw, text: str, locale: str) -> None:
    view = edition(made(raw)).seen_by("TLP:RED", NOW)
    for name in NAMES:
        fits_everywhere(ask(view, name, text, locale))


@examples(20)
@given(briefings("story"), briefings("other"), questions)
def test_several_briefings_with_the_same_ids_answer_together(one: Raw, two: Raw, text: str) -> None:
    view = edition(made(one, two)).seen_by("TLP:RED", NOW)
    for name in NAMES:
        fits_everywhere(ask(view, name, text))


@examples(30)
@given(texts(50) | st.text(max_size=50), questions)
def test_a_command_that_does_not_exist_may_be_called_anything(name: str, text: str) -> None:
    fits_everywhere(ask(edition(()).seen_by("TLP:CLEAR", NOW), name, text))


@examples(30)
@given(briefings())
def test_no_claim_and_no_figure_is_told_without_who_says_it_and_where_it_was_read(raw: Raw) -> None:
    view = edition(made(raw)).seen_by("TLP:RED", NOW)
    told = [seen for briefing in view.briefings for seen in briefing.by_id.values()]
    read_nowhere = {seen.item.text for seen in told if not seen.read_in}
    read_nowhere |= {seen.item.label for seen in view.figures if not seen.read_in}
    for name in KNOWN:
        for block in ask(view, name).blocks:
            if isinstance(block, Claim):
                assert len(block.attribution) >= 2
                assert block.cites or block.text in read_nowhere


@pytest.mark.parametrize("text", HOSTILE)
def test_an_empty_edition_answers_everything(text: str) -> None:
    view = edition(()).seen_by("TLP:CLEAR", NOW)
    for name in NAMES:
        answer = ask(view, name, text)
        assert answer.blocks
        fits_everywhere(answer)
