"""Messages as the commands say them, built by hand; the golden drawings are made of these."""

from dataclasses import replace

from bot.message import (
    Action,
    Block,
    Cite,
    Claim,
    Entry,
    Facts,
    Heading,
    Mark,
    Message,
    Paragraph,
    Picture,
    Quiet,
    Reference,
    Span,
    bold,
    plain,
)

STORY = "North Korean troops in Russia and what they may bring home"
AS_OF = "As of 11 November 2024"
DW = Reference("dw-2024-11-11", "DW, 11 November 2024 (link missing)", None, "outlet rated B by the editors")
WIRE = Reference("wire-7", "Example Wire, 3 December 2024", "https://news.example.org/a(7)", "outlet not rated")
ACTIONS = (
    Action("Sources", "sources"),
    Action("Share to channel", "share", "/impact"),
    Action("Report a problem", "report", "impact"),
)


def claim(text: str, *attribution: str, para: str, caveat: str | None = None, lead: str | None = None) -> Claim:
    """A claim that was read in the one article."""
    return Claim(text, attribution, (Cite(DW, para),), caveat, lead)


IMPACT_CLAIMS = (
    claim(
        "Lankov expects the soldiers' experiences to have an impact, but nothing of political weight for a "
        "couple of decades or more.",
        "Forecast",
        "Andrei Lankov",
        "horizon: a couple of decades or longer",
        para="¶7, ¶8",
    ),
    claim(
        'Lankov believes that having lived abroad, and seen the "obvious prosperity" there, will gnaw at the soldiers.',
        "Forecast",
        "Andrei Lankov",
        para="¶16",
    ),
    claim(
        "Lankov expects no revolution at once, but captains who fought in Ukraine will be generals within "
        "a few years, he says, and will still have doubts.",
        "Forecast",
        "Andrei Lankov",
        "horizon: a few years",
        para="¶16, ¶17",
    ),
    claim(
        "Lankov expects those who return to enjoy hero status and generous rewards from Kim Jong Un.",
        "Forecast",
        "Andrei Lankov",
        para="¶7",
    ),
)

IMPACT = Message(
    "Impact",
    STORY,
    IMPACT_CLAIMS,
    closing=("All four claims rest on one person and one publication.",),
    footer=(AS_OF,),
    actions=ACTIONS,
    origin=Action("Impact", "impact"),
    stamp="3fa9",
)

FIGURES = Message(
    "Figures",
    STORY,
    (
        claim(
            "North Korean troops in the Kursk region",
            "Reported",
            "Western intelligence (no service named)",
            "as of 11 November 2024",
            para="¶2",
            caveat="Hard to verify, says DW.",
            lead="More than 10,000 troops",
        ),
        claim(
            "Time before any political effect",
            "Forecast",
            "Andrei Lankov",
            para="¶7, ¶8",
            lead="A couple of decades or more",
        ),
    ),
    closing=("Both claims rest on one publication.",),
    footer=(AS_OF,),
    actions=ACTIONS,
    origin=Action("Figures", "figures"),
    stamp="3fa9",
)

DID_YOU_MEAN = Message(
    "Search",
    None,
    (Paragraph((Span('Nothing on "kusrk". Did you mean '), bold("Kursk"), Span("? (3 claims)"))),),
    actions=(Action("Show", "search", "Kursk"),),
    origin=Action("Search", "search", "kusrk"),
    stamp="3fa9",
)

NOTHING = Message(
    "Impact",
    STORY,
    (
        Paragraph(
            (
                Span('Nothing on "jobs" under '),
                bold("Impact"),
                Span(". It has four claims, on: decades, prosperity, captains, doubts."),
            )
        ),
        Quiet("Try /search jobs, or /impact lankov."),
    ),
    actions=(Action("Search for jobs", "search", "jobs"), Action("Lankov", "impact", "lankov")),
    origin=Action("Impact", "impact", "jobs"),
    stamp="3fa9",
)

SOURCES = Message(
    "Sources",
    STORY,
    (
        Entry(
            "DW, 11 November 2024",
            "link missing",
            (
                "Outlet rated B by the editors · 33 claims rest on it",
                "Based on two named academics in Seoul.",
            ),
        ),
        Entry(
            "Example Wire, 3 December 2024",
            "",
            ("Outlet not rated · 1 claim rests on it: troop-count",),
            url="https://news.example.org/a(7)?x=[1]",
        ),
        Quiet("Single source: 32 of 33 claims rest on one publication."),
    ),
    footer=(AS_OF,),
    actions=(Action("Report a problem", "report", "sources"),),
    origin=Action("Sources", "sources"),
    stamp="3fa9",
)

_MARKS = (
    Mark("for many decades", "North Korea works to keep foreign ideas out.", "Background", open=False),
    Mark(
        "before publication, day not given",
        "Troops reportedly flown from the Russian Far East.",
        "Unconfirmed",
        open=False,
    ),
    Mark(
        "by publication",
        "More than 10,000 North Korean troops are in the Kursk region, according to Western intelligence.",
        "Reported",
        open=False,
    ),
    Mark("11 November 2024", "DW publishes the article.", "Publication", open=False),
    Mark(
        "on their return",
        "Assessment, re-education and monitoring of returning troops are expected.",
        "Forecast",
        open=True,
    ),
    Mark("in a few years", "Captains of this war become generals (Lankov).", "Forecast", open=True),
    Mark(
        "a couple of decades on, at the earliest",
        "First politically meaningful effects, if any (Lankov).",
        "Forecast",
        open=True,
    ),
)

PICTURE = Picture(
    STORY,
    _MARKS,
    "Timeline of seven entries: one background, one unconfirmed, one reported, one publication, three "
    "forecasts: " + "; ".join(f"{mark.when}: {mark.text.rstrip('.')}" for mark in _MARKS) + ".",
)

TIMELINE = Message(
    "Timeline",
    STORY,
    (
        *(Entry(mark.when, mark.text, (mark.kind,), cites=(Cite(DW, "¶9"),)) for mark in _MARKS),
        PICTURE,
    ),
    footer=(AS_OF,),
    actions=ACTIONS,
    origin=Action("Timeline", "timeline"),
    stamp="3fa9",
)

DIGEST = Message(
    "Morning briefing",
    "Tuesday, 12 November",
    (
        Paragraph((bold("North Korean troops in Russia."), Span(" Numbers stay hard to verify."))),
        *IMPACT_CLAIMS[:2],
        Claim(
            "Western intelligence puts the force in Kursk at about 10,000.",
            ("Withdrawn", "Western intelligence"),
            (Cite(DW, "¶2"), Cite(WIRE, "¶1")),
            extra=("Withdrawn 14 November, 09:12 CET: the count was misread.",),
            struck=True,
        ),
        Heading("Corrected since yesterday"),
        Paragraph(plain('troop-count: "more than 10,000", not "about 10,000".')),
        Facts((("Claims", "5 of 36"), ("All of them", "/briefing dprk-troops-in-russia"))),
    ),
    closing=("One article. Most of it is expectation, not finding.",),
    footer=("As of 12 November 2024",),
    label="TLP:GREEN",
    notices=("Delayed from 08:00.",),
)

HOSTILE = Message(
    "# @everyone <@1>",
    "[a](javascript:alert(1)) <t:0>",
    (
        Claim(
            "**b** ||c|| [a](javascript:x) [d](https://evil.example) https://evil.example <!channel> :smile:",
            ("> quote", "`code`", "<@U1>"),
            (Cite(Reference("x", "- [label] @here", "javascript:alert(1)", "1. <id:home>"), "# p"),),
            caveat="-# ## <#7> </cmd:1> <https://evil.example>",
            lead="__u__ ~~s~~ \x1b[31m\u202e",
        ),
        Paragraph((Span("https:"), Span("//evil.example "), bold("*x*"), Span("_y_", "italic"), Span("@everyone"))),
        Entry("*", "&lt;!here&gt;", ("* * *",), url="https://evil.example/a b)c<d>\"'"),
    ),
    closing=("@everyone",),
    footer=("<!subteam^S1>",),
    actions=(Action("<@1> & co", "help", "a|b"), Action("bad", "no command"), Action("x" * 200, "help")),
    origin=Action("Help", "help"),
    stamp="0000",
)


def many(count: int, size: int = 90) -> tuple[Block, ...]:
    """That many claims of about `size` characters, under a heading for every seven."""
    blocks: list[Block] = []
    for at in range(count):
        if at % 7 == 0:
            blocks.append(Heading(f"Group {at // 7 + 1}"))
        text = f"Claim {at + 1} says so, " + "and more " * (size // 9)
        source = Reference(f"s{at % 5}", f"Source {at % 5}", f"https://example.org/{at % 5}")
        blocks.append(Claim(text, ("Reported", "Somebody"), (Cite(source, f"¶{at}"), Cite(DW, "¶1"))))
    return tuple(blocks)


LONG = Message(
    "Search",
    'for "soldiers"',
    many(36),
    footer=(AS_OF,),
    actions=ACTIONS,
    origin=Action("Search", "search", "soldiers"),
    stamp="3fa9",
)

PICKED = replace(
    IMPACT,
    blocks=IMPACT_CLAIMS[:1],
    closing=(),
    actions=ACTIONS[:1],
    offers=("share", "report"),
    pick="A person, a briefing, a claim's id, or words to look for",
)

ALL = {
    "impact": (IMPACT, 0),
    "figures": (FIGURES, 0),
    "did-you-mean": (DID_YOU_MEAN, 0),
    "nothing": (NOTHING, 0),
    "sources": (SOURCES, 0),
    "timeline": (TIMELINE, 0),
    "digest": (DIGEST, 0),
    "hostile": (HOSTILE, 0),
    "long-2": (LONG, 1),
    "picked": (PICKED, 0),
}
"""Each message with the page of it that is kept as a golden drawing."""
