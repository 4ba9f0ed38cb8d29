"""What answers mean, and that a doubt never ends in a second post or in nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.digests.outcomes import Doubt, Verdict, again, answered, looked, next_step, put_right, repeated
from bot.errors import BriefingBotError, Gone, Later, NoAccess, NoPlace, PostError, Refused
from bot.platforms.base import Absent, Found, Unknown

GHOST, NONCE = 60.0, 90.0


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("42", "sent"),
        (Later("busy", 12), "retry"),
        (NoAccess("the token"), "retry"),
        (NoPlace("archived"), "failed"),
        (Refused("too long"), "failed"),
        (PostError("no answer"), "unknown"),
        (RuntimeError("nobody foresaw"), "unknown"),
    ],
)
def test_what_an_answer_means(answer: str | Exception, state: str) -> None:
    assert answered(answer, 1).state == state


def test_only_a_closed_place_is_suspended_and_only_refusals_are_counted() -> None:
    assert answered(NoPlace("archived"), 1).closed
    assert not answered(Refused("too long"), 1).closed
    counted = [
        answered(one, 1).refused for one in (NoPlace(""), Refused(""), NoAccess(""), Later("", 1), PostError(""))
    ]
    assert counted == [True, True, True, False, False]


def test_a_pause_is_kept_as_asked_and_grows_where_nobody_asked() -> None:
    assert answered(Later("busy", 12), 1).wait == 12
    assert [answered(Later("unreached", 0), attempts).wait for attempts in (1, 3, 20)] == [2, 8, 60]


@pytest.mark.parametrize("answer", [Later("busy", 1), NoAccess("x"), NoPlace("x"), Refused("x"), PostError("x")])
def test_a_repeat_that_fails_proves_nothing_about_the_first(answer: BriefingBotError) -> None:
    assert repeated(answer, 1).state == "unknown"
    assert not repeated(answer, 1).closed


@pytest.mark.parametrize(
    ("answer", "edit", "deletion", "edited_again"),
    [
        ("42", "sent", "sent", "sent"),
        (Later("busy", 12), "retry", "retry", "unknown"),
        (NoAccess("the token"), "retry", "retry", "unknown"),
        (NoPlace("archived"), "failed", "failed", "failed"),
        (Gone("deleted"), "skipped", "skipped", "skipped"),
        (Refused("too old"), "retry", "failed", "retry"),
        (PostError("no answer"), "unknown", "unknown", "unknown"),
    ],
)
def test_what_an_answer_to_a_correction_means(
    answer: str | Exception, edit: str, deletion: str, edited_again: str
) -> None:
    first, removed, second = put_right(answer, "edit", 1), put_right(answer, "delete", 1), again(answer, "edit", 1)
    assert (first.state, removed.state, second.state) == (edit, deletion, edited_again)
    instead = "reply" if type(answer) is Refused else None
    assert (first.instead, removed.instead, second.instead) == (instead, None, instead)
    assert second.state != "held"


def doubt(
    since: float, *, ours: bool = True, age: float = 1e9, looked: bool = False, quiet: float | None = None
) -> Doubt:
    return Doubt(ours, since, since if quiet is None else quiet, age, looked)


def test_on_slack_nothing_is_done_before_the_request_is_surely_over() -> None:
    assert [next_step(doubt(since), 0, GHOST) for since in (0, 59, 60)] == ["wait", "wait", "look"]


def test_on_discord_it_is_repeated_while_that_is_harmless_and_looked_for_after() -> None:
    assert [next_step(doubt(since), NONCE, GHOST) for since in (0, 79, 80)] == ["repeat", "repeat", "look"]


def test_after_a_restart_discord_is_looked_at_first() -> None:
    assert next_step(doubt(0, ours=False, age=5), NONCE, GHOST) == "look"
    assert next_step(doubt(1, ours=False, age=6, looked=True), NONCE, GHOST) == "repeat"


@pytest.mark.parametrize("age", [-7200.0, 85.0, 7200.0])
def test_a_clock_that_was_set_is_not_believed(age: float) -> None:
    assert next_step(doubt(1, ours=False, age=age), NONCE, GHOST) == "wait"
    assert next_step(doubt(61, ours=False, age=age), NONCE, GHOST) == "look"


def test_absence_counts_only_where_the_request_is_surely_over() -> None:
    assert looked(Absent(), doubt(59), GHOST, 1).state == "unknown"
    assert looked(Absent(), doubt(60), GHOST, 1).state == "retry"


@pytest.mark.parametrize("ours", [True, False])
def test_a_repeat_may_be_under_way_as_long_as_the_first_request(*, ours: bool) -> None:
    """And no further one is made, though the clock on the wall was set back and says that it is harmless."""
    soon, late = (doubt(100, ours=ours, age=5, looked=True, quiet=quiet) for quiet in (59, 60))
    assert [next_step(one, NONCE, GHOST) for one in (soon, late)] == ["wait", "look"]
    assert [looked(Absent(), one, GHOST, 1).state for one in (soon, late)] == ["unknown", "retry"]


def test_what_cannot_be_looked_for_is_held_and_what_cannot_be_now_is_tried_again() -> None:
    assert looked(Unknown("no permission", lasting=True), doubt(61), GHOST, 1).state == "held"
    assert looked(Unknown("busy"), doubt(61), GHOST, 1) == Verdict("unknown", "busy", 2.0)
    assert looked(Unknown("busy"), doubt(3600), GHOST, 99).state == "held"
    assert looked(Unknown("no permission", lasting=True), doubt(59), GHOST, 1).state == "unknown"


@dataclass
class Sky:
    """A platform that loses, delays and repeats answers; `slow` seconds at most pass until it does what it was told."""

    nonce: float
    posts: list[float] = field(default_factory=list)
    under_way: list[float] = field(default_factory=list)

    def told(self, now: float, kind: str, delay: float) -> str | Exception:
        """Take a request, to be done now, later or never; what is answered."""
        if kind == "busy":
            return Later("busy", 1)
        if kind != "lost before":
            self.under_way.append(now + (0.0 if kind == "answered" else delay))
            self.pass_to(now)
        return "1" if kind == "answered" else PostError("lost")

    def pass_to(self, now: float) -> None:
        for at in sorted(one for one in self.under_way if one <= now):
            if not any(at - before < self.nonce for before in self.posts):
                self.posts.append(at)
        self.under_way = [one for one in self.under_way if one > now]


BUSY = ("busy", 0.0, False)
WINDOW = 90.0 + GHOST
"""What `repost_within` promises: a repeat is harmless also where it is carried out as late as any request may be."""


@settings(max_examples=400)
@example(nonce=WINDOW, fates=[("lost after", 0.0, False), *[BUSY] * 6], steps=[30.0])
@example(nonce=WINDOW, fates=[("lost after", 50.0, True), *[BUSY] * 6], steps=[28.0])
@example(
    nonce=WINDOW,
    fates=[*[("lost before", 0.0, False)] * 3, ("lost after", 41.0, False), *[BUSY] * 2, ("lost before", 0.0, False)],
    steps=[40.0],
)
@given(
    nonce=st.sampled_from((0.0, WINDOW)),
    fates=st.lists(
        st.tuples(
            st.sampled_from(("answered", "lost before", "lost after", "busy")),
            st.floats(0, GHOST - 1),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    steps=st.lists(st.floats(0.5, 40), min_size=1, max_size=20),
)
def test_whatever_a_platform_does_a_delivery_is_there_once(
    nonce: float, fates: list[tuple[str, float, bool]], steps: list[float]
) -> None:
    """Each attempt has a fate, and after some of them the bot dies; at the end it comes to rest with one post."""
    sky, now, fate = Sky(nonce), 0.0, iter(fates)
    harmless = 90.0 if nonce else 0.0
    state, ours, since, asked, first, missed = "retry", True, 0.0, 0.0, None, False
    for step in islice(cycle(steps), 5000):
        sky.pass_to(now)
        if state == "sent":
            break
        in_doubt = Doubt(ours, now - since, now - asked, now - (first or 0.0), missed)
        action = "post" if state == "retry" else next_step(in_doubt, harmless, GHOST)
        if action == "look":
            found = Found("1") if sky.posts else Absent()
            verdict = looked(found, in_doubt, GHOST, 1)
            missed = True
            state = verdict.state
        elif action in ("post", "repeat"):
            kind, delay, dies = next(fate, ("answered", 0.0, False))
            asked = now
            if action == "post":
                first = now if first is None else first
            answer = sky.told(now, kind, delay)
            verdict = answered(answer, 1) if action == "post" else repeated(answer, 1)
            if action == "post":
                ours, since, missed = True, now, False
            state = verdict.state
            if dies and state != "sent":
                state, ours, since, missed = "unknown", False, now, False
        now += step
    sky.pass_to(now + GHOST)
    assert state == "sent"
    assert len(sky.posts) == 1


def test_the_lengths_here_are_those_of_the_port() -> None:
    from bot.platforms.discord.wire import Discord

    assert Discord.repost_within == timedelta(seconds=NONCE)
