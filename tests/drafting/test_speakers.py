"""Who speaks in an article, as far as its words show it."""

import time

import pytest

from bot.drafting.speakers import Speaker, cast_of, voices

ARTICLE = (
    "The harbour is to be dredged.",
    "Western engineers and city officials say nothing; harbour officials said the plan holds.",
    '"It will be deeper," Ada Okoye, the harbour master, told Bay Radio.',
    '"And then the ferries can come in."',
    '"All of them," she said.',
    "The council meets again in March.",
    "In Aosagi, however, nobody knows where the mud goes, says Ken Mori, a teacher at the School of the Sea.",
    '"They asked nobody," he said, adding that it was late.',
    "But Okoye believes it will be over in a week.",
    '"Nobody will hear it."',
)


def test_each_paragraph_has_its_speakers_also_where_it_does_not_name_them() -> None:
    found = {
        number: [(voice.speaker.name, voice.para, voice.named_here) for voice in spoken]
        for number, spoken in voices(ARTICLE).items()
    }
    assert found == {
        1: [("Harbour officials", 1, True)],
        2: [("Ada Okoye", 2, True)],
        3: [("Ada Okoye", 2, False)],
        4: [("Ada Okoye", 2, False)],
        6: [("Ken Mori", 6, True)],
        7: [("Ken Mori", 6, False)],
        8: [("Ada Okoye", 8, True)],
        9: [("Ada Okoye", 8, False)],
    }
    assert cast_of(voices(ARTICLE)) == (
        Speaker("Harbour officials", 1, is_group=True),
        Speaker("Ada Okoye", 2),
        Speaker("Ken Mori", 6),
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('"Deeper," said Ada Okoye.', ["Ada Okoye"]),
        ("“Deeper,” said Dr. Ada Okoye.", ["Ada Okoye"]),
        ("According to the harbour master Ada Okoye, it is deep.", ["Ada Okoye"]),
        ("According to experts, it is deep.", ["Experts"]),
        ("Okoye, 54, expects no noise.", ["Okoye"]),
        ("Jean-Luc de la Tour (Bay Radio) told reporters it was over.", ["Jean-Luc de la Tour"]),
        ("On Monday Okoye said no.", ["Okoye"]),
        ("Okoye, who lives in North Bay, said North Bay was loud.", ["Okoye"]),
        ("Speaking to Bay Radio, Okoye said it was over.", ["Okoye"]),
        ("Three officials said it was over.", ["Three officials"]),
        ("Bay Radio reported that it was over.", ["Bay Radio"]),
        ('"I said to Bob Hope that he was wrong."', []),
        ("“Ken said so,” he said.", []),
        ("O'Hara's fears are great.", []),
        ("The town council said on Monday that it holds.", []),
        ("It is over.", []),
        ("", []),
    ],
)
def test_a_speaker_is_who_says_something_in_the_articles_own_words(text: str, names: list[str]) -> None:
    assert [voice.speaker.name for voice in voices([text]).get(0, ())] == names


@pytest.mark.parametrize("piece", ["Ada Okoye, ", "Aa ", 'said "', "said Ada, ", "“", "x (", "Ada, the, said Bo "])
def test_no_text_holds_it_up(piece: str) -> None:
    began = time.perf_counter()
    voices([piece * 100_000] * 3)
    assert time.perf_counter() - began < 3
