"""What an answer says where it could mislead: ambiguous words, empty shelves, several briefings, long pages."""

import pytest

from bot.commands.base import LONGEST
from bot.commands.registry import commands
from bot.content.search import MOST
from bot.content.view import View
from bot.message import Claim, Entry, Heading
from bot.platforms.buttons import button_id
from bot.platforms.discord.render import render as on_discord
from bot.platforms.slack.render import render as on_slack
from bot.settings import BUILT_IN
from tests.commands.asking import KNOWN, ask, words
from tests.content.editions import JAPANESE, NOW, SHIPPED, edition, read, shipped

HEAD = """\
format: 1
briefing: {id: boats, title: Boats, sharing: TLP:CLEAR}
defaults: {source: post}
sources:
  - {id: post, publisher: Harbour Post, title: Boats leave, url: "https://example.org/a", published: 2026-03-01}
people:
  - {id: amina-sol, name: Amina Sol}
  - {id: berit-sol, name: Berit Sol}
  - {id: carl-mute, name: Carl Mute}
"""
SNIPPETS = """\
snippets:
  - {id: leave, section: impact, text: Amina Sol says boats leave., claimed_by: amina-sol, para: 1, status: reported}
  - {id: stay, section: impact, text: Berit Sol says boats stay., claimed_by: berit-sol, para: 2, status: reported}
  - {id: unsure, section: control, text: Amina Sol is unsure., claimed_by: amina-sol, para: 3, status: assessed}
"""
BOATS = HEAD + SNIPPETS


def view(*texts: str) -> View:
    return edition([read(text) for text in texts]).seen_by("TLP:CLEAR", NOW)


BOTH = edition((shipped(SHIPPED), shipped(JAPANESE))).seen_by("TLP:GREEN", NOW)
ALONE = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", NOW)


# --- words that fit several things ---


def test_a_name_that_two_people_share_names_both() -> None:
    told = words(view(BOATS), "/impact sol")
    assert told.startswith("Impact: Amina Sol and Berit Sol · Boats")
    assert "boats leave" in told
    assert "boats stay" in told
    assert words(view(BOATS), "/people sol").startswith("Amina Sol and Berit Sol\n")


def test_an_id_that_two_briefings_use_is_asked_for_with_its_briefing() -> None:
    other = BOATS.replace("id: boats", "id: ships").replace("boats leave", "ships leave")
    answer = ask(view(BOATS, other), "cite", "leave")
    assert [action.text for action in answer.actions] == ["boats/leave", "ships/leave"]
    for action in answer.actions:
        assert ask(view(BOATS, other), "cite", action.text).title == "Cite: leave"


def test_a_withdrawn_and_erased_text_is_not_told_where_there_is_a_choice() -> None:
    erased = "state: withdrawn, correction: {at: 2026-03-02, note: Untrue., erase: true}, status: reported}"
    other = (
        BOATS.replace("id: boats", "id: ships")
        .replace("boats leave", "ships sink")
        .replace("status: reported}", erased, 1)
    )
    told = words(view(BOATS, other), "/cite leave")
    assert "The text was erased." in told
    assert "sink" not in told


def test_see_also_leads_to_the_claim_of_the_same_briefing() -> None:
    first = BOATS.replace("id: stay,", "id: stay, see: [leave],")
    other = BOATS.replace("id: boats", "id: ships")
    answer = ask(view(other, first), "cite", "boats/stay")
    assert [action.text for action in answer.actions] == ["boats/leave"]


# --- nothing there ---


def test_a_section_that_the_channel_does_not_follow_says_so() -> None:
    told = words(view(BOATS), "/impact", follows=frozenset({"others"}))
    assert "Nothing stands under Impact in the briefings that this channel follows. Elsewhere it has two claims" in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/impact", "Nothing stands under Impact yet."),
        ("/sources", "There is no source here yet."),
        ("/people", "Nobody is named here yet."),
        ("/figures", "There are no figures here yet."),
        ("/timeline", "There is no timeline here yet."),
        ("/cite", "There is no claim here yet."),
        ("/briefing", "There is no briefing here yet."),
        ("/search boats", "There is no briefing here yet."),
        ("/figures boats", "There are no figures here yet."),
        ("/changes", "Nothing changed since"),
        ("/people editor", "The editors say nothing here yet."),
        ("/status", "no briefings, 0 claims, no sources"),
    ],
)
def test_an_empty_shelf_says_what_is_missing(line: str, said: str) -> None:
    assert said in words(view(), line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/figures unsure", "There are no figures here yet."),
        ("/timeline unsure", "There is no timeline here yet."),
        ("/timeline boats", "There is no timeline for Boats yet."),
        ("/impact unsure", '"unsure" stands under Control at home.'),
        ("/deployment boats", "Nothing stands under Deployment yet."),
        ("/people mute", "makes no claim here"),
        ("/impact carl-mute", 'Nothing on "Carl Mute" under Impact.'),
        ("/people post", 'There is no person "post".'),
        ("/sources sol", "3 of 3 claims rest on it alone"),
        ("/sources boats", "Every claim of this briefing rests on one publication."),
        ("/briefing amina", "Boats\n"),
        ("/changes mute", 'Nothing on "Carl Mute" changed since'),
        ("/help nonsense", "There is no /nonsense."),
        ("/search boats leave", "• Amina Sol says boats leave."),
        ("/search leavs", "Did you mean leave"),
    ],
)
def test_what_is_not_there_is_never_denied_of_something_that_is(line: str, said: str) -> None:
    assert said in words(view(BOATS), line)


def test_nothing_is_said_of_claims_when_figures_were_asked_for() -> None:
    told = words(ALONE, "/figures pinkston")
    assert 'No figure on "Dan Pinkston".' in told
    assert "There are two figures" in told
    assert "6 claims elsewhere: /search Dan Pinkston." in told


@pytest.mark.parametrize("named", ["boats", "Boats leave the harbour, and stay"])
def test_a_briefing_without_figures_is_no_text_to_look_for(named: str) -> None:
    boats = BOATS.replace("title: Boats,", "title: 'Boats leave the harbour, and stay',")
    both = edition([read(boats), shipped(SHIPPED)]).seen_by("TLP:CLEAR", NOW)
    told = ask(both, "figures", named)
    said = words(both, f"/figures {named}")
    assert "There are no figures for Boats leave the harbour, and stay yet." in said
    assert "There are two figures: " in said
    assert [(one.command, one.text) for one in told.actions] == [("briefing", "boats")]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("what about chromium?", []),
        ("What does the chromium in Kursk do?", ["Kursk"]),
        ("whom could the very", []),
    ],
)
def test_small_words_alone_are_not_offered(asked: str, offered: list[str]) -> None:
    told = ask(ALONE, "search", asked)
    assert [one.text for one in told.actions if one.command == "search"] == offered
    assert '"the"' not in words(ALONE, f"/search {asked}")
    if not offered:
        assert f'Nothing on "{asked}".' in words(ALONE, f"/search {asked}")


# --- counting ---


def test_what_claims_rest_on_is_told_only_where_it_is_so() -> None:
    assert "Both claims rest on one publication." in words(view(BOATS), "/impact")
    assert "rest on" not in words(view(BOATS), "/control")
    two = BOATS.replace("people:", "  - {id: echo, publisher: Echo, url: 'https://example.org/b', title: B}\npeople:")
    two = two.replace("para: 2,", "source: echo, para: 2,")
    assert "rest" not in words(view(two), "/impact")
    assert "Both claims rest on one person and one publication." in words(view(two), "/search amina")
    assert "Every claim" not in words(view(two), "/sources")


def test_a_source_that_nothing_rests_on_does_not_hide_that_all_rest_on_one() -> None:
    more = BOATS.replace("people:", "  - {id: echo, publisher: Echo, url: 'https://example.org/b', title: B}\npeople:")
    told = words(view(more), "/sources")
    assert "Every claim of this briefing rests on one publication." in told
    assert "No claim rests on it" in told


def test_one_source_that_took_the_place_of_an_undated_one_is_named_so() -> None:
    state = "state: superseded, superseded_by: new"
    source = f"  - {{id: old, publisher: Old Post, title: O, url: 'https://example.org/o', {state}}}\n"
    newer = "  - {id: new, publisher: New Post, title: N, url: 'https://example.org/n'}\n"
    told = words(view(BOATS.replace("people:", f"{source}{newer}people:")), "/sources")
    assert "Superseded by New Post, undated" in told


# --- pages ---


def test_thousands_of_claims_are_told_page_by_page_and_each_page_says_what_it_leaves_out() -> None:
    said = "claimed_by: amina-sol, para: 1, status: reported"
    lines = "".join(
        f"  - {{id: s-{at}, section: impact, text: Amina Sol sees boat {at}., {said}}}\n" for at in range(1200)
    )
    many = view(HEAD + "snippets:\n" + lines)
    for name, text in (("impact", ""), ("search", "boat"), ("cite", "boat"), ("people", "amina"), ("impact", "boat")):
        answer = ask(many, name, text)
        first = on_discord(answer, 0)
        assert first.more
        assert "1–" in first.body["embeds"][0]["description"]
        assert on_slack(answer, 0).more
    assert f"{1200 - MOST:,} more: add a word to narrow it" in words(many, "/search boat")
    assert words(many, "/impact boat").count("\n• ") == 1200


def test_a_button_remembers_a_text_however_strange_it_was_typed() -> None:
    for typed in ("kursk\x00", "  kursk\u2028 ", "\u202ekursk", "kursk\ud800", "k" * 70):
        answer = ask(ALONE, "search", typed)
        assert answer.origin is not None
        assert len(answer.origin.text) <= LONGEST
        assert button_id(answer.origin, answer.stamp) is not None


def test_the_buttons_under_an_answer_lead_to_answers() -> None:
    long = "a-briefing-with-an-id-that-is-as-long-as-ids-may-be-in-this-form"
    told = view(BOATS.replace("id: boats", f"id: {long}"))
    for known in (told, ALONE, BOTH):
        for name in KNOWN:
            for action in [one for one in ask(known, name).actions if one.command != "changes"]:
                again = ask(known, action.command, action.text)
                assert any(isinstance(block, Claim | Entry) for block in again.blocks), action


# --- several briefings at once ---


@pytest.mark.parametrize("name", ["impact", "sources", "people", "figures", "timeline"])
def test_each_briefing_has_its_heading(name: str) -> None:
    headings = [block.text for block in ask(BOTH, name).blocks if isinstance(block, Heading)]
    assert sorted(headings) == sorted(briefing.head.title for briefing in BOTH.briefings)


@pytest.mark.parametrize("name", ["impact", "sources", "people", "figures", "timeline", "briefing"])
def test_a_channel_is_told_of_the_briefings_it_follows(name: str) -> None:
    follows = frozenset({"aosagi-urchins"})
    message = ask(BOTH, name, follows=follows)
    assert "青鷺島" in f"{message.title} {message.about}"
    assert message.title != ask(BOTH, name).title or message.about != ask(BOTH, name).about


def test_an_answer_of_one_briefing_carries_its_label_and_any_other_the_highest_that_is_seen() -> None:
    assert ask(BOTH, "impact", "lankov").label == "TLP:CLEAR"
    assert ask(BOTH, "briefing", "aosagi-urchins").label == "TLP:GREEN"
    assert {ask(BOTH, name, SHIPPED.stem).label for name in ("sources", "figures", "timeline", "people")} <= {
        "TLP:CLEAR"
    }
    assert ask(BOTH, "search", "no such words").label == ask(BOTH, "help").label == "TLP:GREEN"


def test_no_section_can_take_the_name_of_a_command() -> None:
    assert set(commands({})) <= BUILT_IN
