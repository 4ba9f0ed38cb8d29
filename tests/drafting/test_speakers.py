"""Who speaks in an article, as far as its words show it."""

from pathlib import Path

import pytest
import yaml

from bot.content.numbering import numbered
from bot.drafting.speakers import Speaker, cast_of, voices
from tests.pace import paces

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
        # How people are called.
        ("Tim O’Neill said no.", ["Tim O’Neill"]),
        ("Rik van der Berg told us no.", ["Rik van der Berg"]),
        ("“No,” said van der Berg.", ["van der Berg"]),
        ("“No,” said Professor Ana María de los Ríos.", ["Ana María de los Ríos"]),
        ("Élodie d'Arc and Bashar al-Assad said no.", ["Bashar al-Assad"]),
        ("Mohammed bin Salman said no.", ["Mohammed bin Salman"]),
        ("Mary-Kate Díaz-Canel said no.", ["Mary-Kate Díaz-Canel"]),
        ("J. K. Okoye said no.", ["J. K. Okoye"]),
        ("J.K. Okoye said no.", ["J.K. Okoye"]),
        ("John F. Okoye Jr. said no.", ["John F. Okoye Jr."]),
        ("Martin Luther King, Jr., said no.", ["Martin Luther King Jr."]),
        ("Theresa May said no.", ["Theresa May"]),
        # Titles are no part of a name.
        ("Lt. Gen. Kim Yong Bok said no.", ["Kim Yong Bok"]),
        ("Deputy Prime Minister Olha Okoye said no.", ["Olha Okoye"]),
        ("President-elect Ana Okoye said no.", ["Ana Okoye"]),
        ("Sen. Ana Okoye said no.", ["Ana Okoye"]),
        ("Economist Ana Okoye doubts it.", ["Ana Okoye"]),
        ("Former Mayor Ana Okoye doubts it.", ["Ana Okoye"]),
        # Where a sentence ends, its last name does too.
        ("It ended in July. Matej Kolar, the mayor, says no.", ["Matej Kolar"]),
        # What somebody is stands before the name or behind it.
        ("Its energy minister, Ada Okoye, told parliament no.", ["Ada Okoye"]),
        ("Divers in Bay, Ireland, said no.", []),
        ("“No,” said its project manager, Ada Okoye.", ["Ada Okoye"]),
        ("“No,” says harbour master Ada Okoye.", ["Ada Okoye"]),
        # What only begins like a name.
        ("According to Ukrainian officials, no.", ["Ukrainian officials"]),
        ("According to Russian state media, no.", []),
        # Of whom something was said.
        ("Ms. Ruiz said that the minister had told her to wait.", ["Ruiz"]),
        ("“No,” she told Ada Okoye.", []),
    ],
)
def test_a_speaker_is_who_says_something_in_the_articles_own_words(text: str, names: list[str]) -> None:
    assert [voice.speaker.name for voice in voices([text]).get(0, ())] == names


OKOYE = "Ada Okoye said no."


@pytest.mark.parametrize(
    ("paragraphs", "speaks"),
    [
        ([OKOYE, "She said it was late."], "Ada Okoye?"),
        ([OKOYE, "“It is late,” she said."], "Ada Okoye?"),
        ([OKOYE, "A plan is there, she said."], "Ada Okoye?"),
        ([OKOYE, "“It is late.”"], "Ada Okoye?"),
        # A paragraph that names another is about that one, named before or not.
        ([OKOYE, "Ken Mori has fished here for years. It was late, he said."], "Ken Mori"),
        ([OKOYE, "Ken Mori, whose boat is old, worries. “It is late,” he said."], "Ken Mori"),
        ([OKOYE, "Ken Mori said no.", "Okoye is not so sure. “It is late,” she said."], "Ada Okoye"),
        # Where it may be two, it is nobody.
        ([OKOYE, "Ken Mori likes it. Bo Lind hates it. It was late, he said."], ""),
        ([OKOYE, "A diver from the bay disagreed. “It is late,” he said."], ""),
        ([OKOYE, "Her skipper, Mori’s daughter Ruth, was there, she said."], ""),
        ([OKOYE, "Residents said yes.", "“It is late.”"], ""),
        ([OKOYE, "The council meets again.", "He said it was late."], ""),
        ([OKOYE, "Bo Okoye disagreed.", "Okoye said it was late."], ""),
        # Neither a place nor a body is "he".
        (["It lies in North Bay.", "North Bay has 300 houses. It was late, he said."], ""),
        (["Hydro Aosagi, which runs the dam, said no.", "It was late, he said."], ""),
        (["RDO said no.", "It was late, he said."], ""),
        # An unknown "he" speaks last, too.
        (["Ada Okoye said no. Ken Mori came. He said yes.", "“It is late.”"], ""),
    ],
)
def test_he_is_whom_the_paragraph_names_and_nobody_where_it_may_be_two(paragraphs: list[str], speaks: str) -> None:
    spoken = voices(paragraphs).get(len(paragraphs) - 1, ())
    assert ", ".join(one.speaker.name + ("" if one.named_here else "?") for one in spoken) == speaks


def test_a_speaker_has_the_full_name_from_wherever_it_stands() -> None:
    article = [
        "Okoye said no.",
        "Its owner, Ada Okoye, is away.",
        "Kim said no.",
        "It is Kim Jong Un’s.",
        "Kim Yo Jong.",
    ]
    assert cast_of(voices(article)) == (Speaker("Ada Okoye", 1),)  # and Kim may be two


EXAM = Path(__file__).parents[1] / "exam" / "grounding"
SPEAKING: dict[str, dict[int, list[str]]] = yaml.safe_load(Path(__file__).with_name("speakers.yaml").read_text("utf-8"))


def test_in_whole_articles_nobody_is_guessed_wrongly_and_most_are_found() -> None:
    found, right = set(), set()
    for name, speaking in SPEAKING.items():
        article = numbered((EXAM / f"{name}.txt").read_text(encoding="utf-8"))
        spoken = voices(article.paragraphs)
        found |= {(name, para, one.speaker.name) for para, its in spoken.items() for one in its}
        right |= {(name, para, one) for para, its in speaking.items() for one in its}
    assert not found - right
    assert len(found) / len(right) > 0.85


@pytest.mark.parametrize(
    "piece",
    [
        "Ada Okoye, ",
        "Aa ",
        'said "',
        "said Ada, ",
        "“",
        "x (",
        "Ada, the, said Bo ",
        "A. ",
        "Ada de la ",
        "He said ",
        "Ada Bo. He said ",
    ],
)
def test_no_text_holds_it_up(piece: str) -> None:
    assert paces(lambda: voices([piece * 100_000] * 3)) < 90
