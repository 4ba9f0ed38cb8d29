"""Writes many valid briefings of invented content, the same ones for the same seed, to measure on."""

from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

SECTIONS = ("deployment", "exposure", "control", "impact", "caveats")

_COMMON = """
    agreement airfield ambassador ammunition artillery assembly battalion blockade border bridge brigade
    budget cargo ceasefire census checkpoint coalition colonel commander convoy council courier court
    credit customs deadline defector delegation depot drone election embargo engineer envoy escort
    estimate evacuation exchange export factory ferry fleet forecast fuel garrison governor grain
    harbour harvest helicopter hospital import inspection inspector insurance interpreter inventory
    laboratory ledger licence loan market medic militia minister missile negotiation observer office
    officer oil outpost parliament patrol payment pension permit pipeline pilot platoon police port
    prison prisoner protest province radar railway recruit refinery refugee regiment reservist
    resolution retreat rotation salary sanction satellite school shipment shortage sniper soldier staff
    strike submarine subsidy summit supply survey tanker tariff terminal trainer training treaty trench
    tribunal truck union uniform veteran village volunteer wage warehouse warning weapon winter witness
"""
_VERBS = """
    abandon accept block buy cancel close conceal count delay deliver deny divide double expand expel
    finance guard halt hide inspect lease limit lose move open patrol pay postpone protect publish raise
    reach rebuild recall reduce refuse reopen repair replace return seize sell send share sign split
    store suspend test track train transfer weaken withdraw
"""
_ADJECTIVES = """
    armed autumn civilian coastal costly daily eastern federal foreign former hidden joint junior large
    late local mobile monthly mountain naval new night northern old partial private regional rural
    second senior small southern spare special steady summer urgent western winter
"""
_ONSETS = "b br ch d dr f g gr h j k kl l m n p pr r s sh st t tr v y z"
_VOWELS = "a e i o u ai ei ou ya"
_CODAS = ("", "", "", "k", "l", "m", "n", "ng", "r", "rsk", "sk", "t", "v")
_OPENINGS = (
    ("{who} reports that {what}", "reported", None, None),
    ("{who} expects that {what}", "forecast", None, None),
    ("{who} says that {what}", "assessed", None, None),
    ("According to {who}, {what}", "reported", None, None),
    ("{who} calls it likely that {what}", "forecast", "likely", "likely"),
    ("{who} calls it very unlikely that {what}", "forecast", "very-unlikely", "very unlikely"),
    ("{who} writes that {what}, but cannot confirm it", "unconfirmed", None, None),
    ("{who} recalls that {what}", "background", None, None),
)
_CAVEATS = (
    "Nobody else has confirmed what is said about the {a} {b} of {place}.",
    "The {a} {b} may have been counted twice, since {place} reports it every month.",
    "No date is given for the {a} {b}, and {place} has not answered.",
)
_FIRST_DAY = date(2023, 1, 1)


def write(folder: Path, files: int, snippets: int = 25, seed: int = 1) -> None:
    """Write `files` briefings of `snippets` snippets each, about 700 bytes a snippet, into a folder.

    They are valid with the sections in SECTIONS. A file depends on the seed and its number only, so that
    a larger corpus begins with the smaller one; ids are unique in the whole corpus.
    """
    world = _World(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        name, text = _briefing(world, Random(f"{seed}/{number}"), number, snippets)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")


class _World:
    """The words, places and people that all briefings of one seed share; few are frequent, most are rare."""

    def __init__(self, seed: int) -> None:
        random = Random(f"{seed}/world")
        invented = list(dict.fromkeys(_invent(random) for _ in range(4600)))
        self.nouns = [*_COMMON.split(), *invented[:2400]]
        self.places = [word.capitalize() for word in invented[2400:2800]]
        names = [word.capitalize() for word in invented[2800:]]
        self.people = [f"{given} {family}" for given, family in zip(names[:400], names[400:800], strict=True)]
        self.outlets = [f"{place} {kind}" for place in self.places[:40] for kind in ("Courier", "Gazette", "Radio")]


def _pick(random: Random, words: list[str], count: int = 1) -> list[str]:
    """Different words, the earlier ones more often."""
    chosen: dict[str, None] = {}
    while len(chosen) < count:
        chosen[random.choices(words, cum_weights=_falling(len(words)))[0]] = None
    return list(chosen)


@cache
def _falling(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 8) for rank in range(count)))


def _invent(random: Random) -> str:
    syllables = (random.choice(_ONSETS.split()) + random.choice(_VOWELS.split()) for _ in range(random.randint(2, 3)))
    return "".join(syllables) + random.choice(_CODAS)


def _briefing(world: _World, random: Random, number: int, snippets: int) -> tuple[str, str]:
    place, other = _pick(random, world.places, 2)
    topic, second = _pick(random, world.nouns, 2)
    people = _pick(random, world.people, 4)
    outlets = _pick(random, world.outlets, 3)
    day = _FIRST_DAY + timedelta(days=random.randrange(1000))
    name = f"{topic}-{place.lower()}-{number:05}"
    text = "\n".join(
        [
            "format: 1",
            "briefing:",
            f"  id: {name}",
            f"  title: The {topic} of {place} and the {second} of {other}",
            f"  summary: What is reported about the {topic} of {place}, and what it may mean for {other}.",
            "  language: en",
            f"  sharing: TLP:{random.choices(('CLEAR', 'GREEN', 'AMBER'), (8, 2, 1))[0]}",
            f"  tags: [{topic}, {second}, {place.lower()}]",
            f"defaults: {{source: source-1-{number}}}",
            "sources:",
            *(_source(random, at, number, outlet, f"{topic} of {place}", day) for at, outlet in enumerate(outlets, 1)),
            "people:",
            *(
                f"  - {{id: person-{at}-{number}, name: {person}, role: Researcher of the {topic}, "
                f"affiliation: Institute of {other}, para: {at}}}"
                for at, person in enumerate(people, 1)
            ),
            "snippets:",
            *(_snippet(world, random, f"{at}-{number}", people, at / snippets, day) for at in range(snippets)),
            "",
        ]
    )
    return name, text


def _source(random: Random, at: int, number: int, outlet: str, about: str, day: date) -> str:
    published = day + timedelta(days=at)
    return f"""\
  - id: source-{at}-{number}
    kind: article
    publisher: {outlet}
    title: What is known about the {about}
    url: https://example.org/{published:%Y/%m/%d}/{at}-{number}
    published: {published}
    language: en
    reliability: {random.choice("ABC")}
    numbering: body
    paragraphs: 30"""


def _snippet(world: _World, random: Random, where: str, people: list[str], through: float, day: date) -> str:
    speaker = random.randrange(len(people))
    a, b, c, d, e, f = _pick(random, world.nouns, 6)
    place, other = _pick(random, world.places, 2)
    opening, status, likelihood, hedge = random.choice(_OPENINGS)
    verb, then, later = random.sample(_VERBS.split(), 3)
    first, second, third = random.sample(_ADJECTIVES.split(), 3)
    what = (
        f"the {first} {a} of {place} will {verb} the {second} {b} near {other} "
        f"in {random.randint(2, 90)} days, that the {third} {c} would {then} "
        f"more than {random.randint(2, 900)} of the {d}, "
        f"and that neither the {e} nor the {f} could {later} what the {d} of {place} had cost"
    )
    caveat = random.choice(_CAVEATS).format(a=second, b=b, place=other)
    number = where.partition("-")[2]
    lines = [
        f"  - id: {a}-{b}-{where}",
        f"    section: {SECTIONS[int(through * len(SECTIONS))]}",
        f"    text: {opening.format(who=people[speaker], what=what)}.",
        f"    claimed_by: person-{speaker + 1}-{number}",
        f"    source: source-{random.randint(1, 3)}-{number}",
        f"    para: [{random.randint(0, 14)}, {random.randint(15, 30)}]",
        f"    status: {status}",
        f"    confidence: {random.choice(('low', 'moderate', 'high'))}",
        f"    as_of: {day - timedelta(days=random.randrange(30))}",
        f"    caveat: {caveat}",
        f"    caveat_by: {random.choice(('source', 'editor'))}",
        f"    people: [person-{speaker + 1}-{number}, person-{(speaker + 1) % len(people) + 1}-{number}]",
        f"    tags: [{a}, {b}, {place.lower()}, {other.lower()}]",
    ]
    if likelihood and hedge:
        lines += [f"    likelihood: {likelihood}", f"    hedge: {hedge}"]
    return "\n".join(lines)
