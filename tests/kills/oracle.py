"""What must have been delivered, once each, and whether it was: told from config.yaml, a clock, and the servers' logs.

Nothing of the bot is used. A post is known by its content: each digest has a title of its own, and each of its claims
says which mark of which log it is. The slots of a digest cannot be told apart in a post, so the keys are counted that
the posts bear: as many as there were slots, for every part in every place. The same key kept twice is a doubling; so is
a post before anything was due for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.kills.digests import Claim, Digest, says

UNDER_WAY = ("pending", "sending", "unknown", "retry")
GIVEN_UP = ("held", "failed", "expired", "skipped")
KINDS = ("lost", "doubled", "strange", "unfinished", "stale")
"""What can be wrong; stale is a post that does not say a mark's last word."""

NO_WORDS: Mapping[Claim, str] = {}
PAGE = 10
"""Claims in one part at most."""


@dataclass(frozen=True)
class Due:
    """One time that a digest was to be posted. Where nobody can say whether it was, it is not `sure`."""

    digest: str
    at: datetime
    why: str
    sure: bool = True


@dataclass(frozen=True)
class Post:
    """A message of the bot, as a server kept it; `odd` says what is wrong with it by itself."""

    place: str
    key: str
    claims: frozenset[Claim]
    words: str
    at: datetime
    odd: str = ""
    id: str = ""

    def __str__(self) -> str:
        return f"{self.key or 'without a key'} in {self.place} at {self.at:%H:%M:%S.%f}, {_told(self.claims)}"


@dataclass
class Verdict:
    """How many posts there had to be, how many of them there are, and a sentence for each that is wrong."""

    expected: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not any(getattr(self, kind) for kind in KINDS)

    @property
    def line(self) -> str:
        counts = ", ".join(f"{len(getattr(self, kind))} {kind}" for kind in KINDS)
        return f"{self.expected} expected, {self.delivered} delivered, {counts}"

    def __str__(self) -> str:
        told = [f"  {kind}: {one}" for kind in KINDS for one in getattr(self, kind)]
        return "\n".join([self.line, *told])


def judge(
    digests: Sequence[Digest],
    dues: Sequence[Due],
    posts: Sequence[Post],
    states: Mapping[str, int] | None = None,
    touched: Sequence[str] = (),
    words: Mapping[Claim, str] = NO_WORDS,
) -> Verdict:
    """Compare. `states` is how many deliveries the bot counts in each, `touched` what became of posts afterwards.

    `words` say how marks are at the end that were corrected: so they have to stand in every post.
    """
    verdict = Verdict(strange=list(touched))
    owned = _owned(verdict, digests, posts)
    desk = 0
    for digest in digests:
        own = [due for due in dues if due.digest == digest.name]
        desk += _judge_one(verdict, digest, own, owned[digest.name])
    for post in posts:
        wrong = [claim for claim in sorted(post.claims & words.keys()) if says(claim, words[claim]) not in post.words]
        verdict.stale += [f"{says(claim, words[claim])} is not said in {post}" for claim in wrong]
    if states is not None:
        _judge_states(verdict, states, len({(post.place, post.key) for post in posts if post.key}), desk)
    return verdict


def _owned(verdict: Verdict, digests: Sequence[Digest], posts: Sequence[Post]) -> dict[str, list[Post]]:
    """The posts of each digest. What belongs to none, or to two, or stands in the wrong place, is strange."""
    found: dict[str, list[Post]] = defaultdict(list)
    places: dict[str, str] = {}
    for post in posts:
        titled = {one.name for one in digests if one.title in post.words}
        told = {one.name for one in digests if one.claims & post.claims}
        whose = titled | told
        digest = next((one for one in digests if one.name in whose), None)
        if digest is None or len(whose) > 1:
            verdict.strange.append(f"nobody asked for {post}: {post.words[:80]!r}")
        elif post.odd or not post.key:
            verdict.strange.append(f"{digest.title}: {post.odd or 'no key'}: {post}")
        elif post.place not in digest.places:
            verdict.strange.append(f"{digest.title}: not for this place: {post}")
        elif not post.claims or not post.claims <= digest.claims:
            verdict.strange.append(f"{digest.title}: not what it tells: {post}")
        elif digest.at_most is not None and len(post.claims) > digest.at_most:
            verdict.strange.append(f"{digest.title}: more than {digest.at_most} claims: {post}")
        elif places.setdefault(post.key, post.place) != post.place:
            verdict.strange.append(f"{digest.title}: the key stands in {places[post.key]} too: {post}")
        else:
            found[digest.name].append(post)
    return found


def _judge_one(verdict: Verdict, digest: Digest, dues: Sequence[Due], posts: Sequence[Post]) -> int:
    """Count the posts of one digest, and return how many the desk was to have."""
    firsts = _without_doubles(verdict, digest, posts)
    chats = [place for place in digest.places if not place.startswith("desk:")]
    parts = {place: _parts(verdict, digest, place, firsts) for place in chats}
    kept = {
        (place, part): sorted(post.at for post in firsts if post.place == place and _is(digest, post, part))
        for place in chats
        for part in parts[place]
    }
    sure = sum(due.sure for due in dues)
    # What was perhaps asked for was asked for where it is found anywhere: all places are written down together.
    times = min(max([sure, *map(len, kept.values())]), len(dues))
    for (place, part), there in kept.items():
        what = f"{digest.title} in {place}, {_told(part)}"
        verdict.expected += times
        verdict.delivered += min(times, len(there))
        lost = f"{what}: {len(there)} of {times}, due {_dues(dues)}"
        verdict.lost += [lost] * (times - len(there))
        more = f"{what}: {len(there)} under different keys where {times} were due: {_dues(dues)}"
        verdict.doubled += [more] * (len(there) - times)
        verdict.doubled += _early(what, dues, there)
    return times * (len(digest.places) - len(chats))


def _without_doubles(verdict: Verdict, digest: Digest, posts: Sequence[Post]) -> list[Post]:
    """The first post with each key; the others are doubled."""
    firsts: dict[str, Post] = {}
    for post in sorted(posts, key=lambda one: one.at):
        first = firsts.setdefault(post.key, post)
        if first is not post:
            verdict.doubled.append(
                f"{digest.title}: {post} was there {(post.at - first.at).total_seconds():.2f} s before"
            )
    return list(firsts.values())


def _parts(verdict: Verdict, digest: Digest, place: str, posts: Sequence[Post]) -> list[frozenset[Claim]]:
    """How the platform of this place cuts the digest: by the posts there, and for what is in none of them by ten."""
    if digest.at_most is not None:
        return [digest.claims]
    platform = place.partition(":")[0]
    cuts = Counter(post.claims for post in posts if post.place.startswith(f"{platform}:"))
    parts: list[frozenset[Claim]] = []
    for cut, _ in cuts.most_common():
        if not any(cut & part for part in parts):
            parts.append(cut)
            continue
        wrong = [post for post in posts if post.place == place and post.claims == cut]
        verdict.strange += [f"{digest.title}: a part that overlaps another: {post}" for post in wrong]
    rest = sorted(digest.claims.difference(*parts))
    parts += [frozenset(rest[at : at + PAGE]) for at in range(0, len(rest), PAGE)]
    return sorted(parts, key=min)


def _is(digest: Digest, post: Post, part: frozenset[Claim]) -> bool:
    """Whether this post is that part; a digest that rotates has one, which tells another few each time."""
    return digest.at_most is not None or post.claims == part


def _early(what: str, dues: Sequence[Due], there: Sequence[datetime]) -> list[str]:
    """Posts that came before so many were due: one slot was posted twice, and perhaps another not at all."""
    due = sorted(one.at for one in dues)
    pairs = list(zip(there, due, strict=False))
    return [
        f"{what}: post {n} at {at:%H:%M:%S}, before {by:%H:%M:%S}" for n, (at, by) in enumerate(pairs, 1) if at < by
    ]


def _judge_states(verdict: Verdict, states: Mapping[str, int], kept: int, desk: int) -> None:
    for state in (*UNDER_WAY, *GIVEN_UP):
        verdict.unfinished += [f"a delivery is {state}"] * states[state]
        if state != "expired":  # another took its place
            verdict.unfinished += [f"a correction is {state}"] * states.get(f"correction {state}", 0)
    if states["sent"] != kept + desk:
        counted = f"{kept} keys on the servers and {desk} for the desk"
        verdict.strange.append(f"the bot counts {states['sent']} as sent; there are {counted}")


def _dues(dues: Sequence[Due]) -> str:
    return "; ".join(f"{one.why}{'' if one.sure else ' (perhaps)'}" for one in sorted(dues, key=lambda one: one.at))


def _told(claims: Iterable[Claim]) -> str:
    """ "marks 1-10 of log 7"."""
    marks: dict[int, list[int]] = defaultdict(list)
    for log, mark in sorted(claims):
        marks[log].append(mark)
    told = [f"marks {', '.join(_spans(found))} of log {log}" for log, found in marks.items()]
    return " and ".join(told) or "no marks"


def _spans(numbers: Sequence[int]) -> list[str]:
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return [f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans]
