"""Who speaks in a sentence: named beside a verb of speech, meant by a pronoun, or still speaking from before."""

import pytest

from bot.content.grounding.article import article
from bot.content.grounding.checks import check
from bot.content.grounding.voices import Voice, keys, named, voices
from bot.content.grounding.words import read
from bot.content.model import Person
from tests.content.grounding.island import PEOPLE, SOURCE, snippet

KNOWN = keys(PEOPLE)


def heard(*paragraphs: str) -> list[list[set[str]]]:
    found = voices(tuple(map(read, paragraphs)), KNOWN, PEOPLE)
    return [[set(voice.people) for voice in paragraph] for paragraph in found]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Mina Dorrit says the boat is old.", {"mina"}),
        ("Brannock, who owns the yard and two boats, says so.", {"ives"}),
        ("The boat is old, according to Ives Brannock.", {"ives"}),
        ("The boat is old, said Brannock.", {"ives"}),
        ("The Coast Council said that fares rise.", {"council"}),
        ("Families on the island fear that the boat may stop.", {"islanders"}),
        ("The boat is old.", set()),
        ("Ives Brannock owns the yard.", set()),
        ("Brannock is expected to leave.", set()),
        ("Brannock is due to report in May.", set()),
        ("Brannock rang nobody, and nobody has called him since.", set()),
        ("Brannock maintains that the hull is thin.", {"ives"}),
        ("The head of the Coast Council said no word about the pier.", set()),
    ],
)
def test_who_is_named_beside_a_word_of_speech_speaks(text: str, who: set[str]) -> None:
    assert heard(text) == [[who]]


def test_who_is_told_something_does_not_speak() -> None:
    assert heard("Mina Dorrit told the Coast Council that the boat is old.") == [[{"mina"}]]
    assert heard("Mina Dorrit told the Courier that the boat is old.") == [[{"mina"}]]


def test_he_said_is_the_last_one_named() -> None:
    assert heard("Ives Brannock owns the yard. The hull is thin, he said.") == [[set(), {"ives"}]]
    assert heard("Mina Dorrit said no. The council said yes. She said it twice.")[0][2] == {"mina"}


def test_a_quotation_belongs_to_who_speaks_before_or_after_it() -> None:
    assert heard("Ives Brannock said so. “The hull is thin.”") == [[{"ives"}, {"ives"}]]
    assert heard("“The hull is thin.” Ives Brannock said so.") == [[{"ives"}, {"ives"}]]


def test_a_running_quotation_goes_on_in_the_next_paragraph() -> None:
    paragraphs = tuple(map(read, ("“The winter was hard,” Ives Brannock said.", "“And nobody came to help us.”")))
    assert voices(paragraphs, KNOWN, PEOPLE)[1] == (Voice(frozenset({"ives"}), carried=True, quoted=True),)


def test_narration_after_a_speaker_is_nobodys() -> None:
    assert heard("Mina Dorrit said no.", "The pier is closed.") == [[{"mina"}], [set()]]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Mina Dorrit", {"mina"}),
        ("Aldo Dorrit", {"aldo"}),
        ("Dorrit", {"mina", "aldo"}),
        ("Mina and Aldo Dorrit", {"mina", "aldo"}),
        ("Brannock", {"ives"}),
        ("Ives", set()),
        ("the council of the coast", {"council"}),
        ("the council", set()),
        ("families", {"islanders"}),
    ],
)
def test_of_one_family_a_first_name_says_which(text: str, who: set[str]) -> None:
    assert named(read(text), KNOWN) == who


def test_half_of_a_long_name_is_enough() -> None:
    name = "the health ministry of Qalun province"
    known = keys((Person.model_validate({"id": "ministry", "name": name, "kind": "organization"}),))
    assert named(read("The ministry in Qalun"), known) == {"ministry"}
    assert named(read("The ministry in Ostrin"), known) == set()


def test_a_very_long_name_is_read_soon() -> None:
    name = " ".join(f"w{number}" for number in range(50))
    known = keys((Person.model_validate({"id": "long", "name": name, "kind": "group"}),))
    assert named(read("w0 w1 w2 w3"), known) == {"long"}


def test_it_is_no_person_and_a_view_is_somebodys() -> None:
    assert heard("Ives Brannock said so. It finds that the hull is thin.") == [[{"ives"}, set()]]
    assert heard("Ives Brannock said no. The hull is, in his view, thin.") == [[{"ives"}, {"ives"}]]
    assert heard("The state has paid of what it promised in July.", "Ives Brannock says so.")[0] == [set()]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Mina Dorrit fears a storm. She said that Ives Brannock had promised repairs.", [{"mina"}, {"mina"}]),
        ("Aldo Dorrit, Brannock's mate, testified in May.", [{"aldo"}]),
        ("The Coast Council rejected it. Fares, the council warned, would rise.", [set(), {"council"}]),
        ("Mina Dorrit left. The boat warned of fog.", [set(), set()]),
    ],
)
def test_who_is_only_spoken_of_does_not_speak(text: str, who: list[set[str]]) -> None:
    assert heard(text) == [who]


@pytest.mark.parametrize(
    ("speaker", "text", "told"),
    [
        ("council", "The Coast Council rejects the charge that sheep were lost.", False),
        ("council", "The Coast Council knows nothing of sheep that were lost.", False),
        ("council", "The Coast Council speaks of sheep that were lost.", True),
        ("courier", "Sheep were lost in the storm, the Courier writes.", False),  # an aside, as likely as not
    ],
)
def test_whoever_answers_what_somebody_else_says_speaks_too(speaker: str, text: str, told: bool) -> None:
    source = article(
        ("Mina Dorrit said that sheep were lost in the storm. The Coast Council denied it.",), PEOPLE, SOURCE
    )
    found = [one.severity for one in check(snippet(speaker, 0, text), source, [0]) if one.rule == "speaker"]
    assert found == (["warning"] if told else [])
