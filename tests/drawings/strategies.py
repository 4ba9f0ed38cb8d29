"""Messages with any words in them, the worst that people and editors could write among them."""

from hypothesis import strategies as st

from bot.message import (
    Action,
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
)

HOSTILE = (
    *("<@1>", "<@!1>", "<@&1>", "<#7>", "<t:0>", "<t:0:R>", "</cmd:1>", "<:e:1>", "<a:e:1>", "<id:home>"),
    *(
        "<!channel>",
        "<!here>",
        "<!subteam^S1>",
        "<@U1>",
        "<#C1>",
        "<https://evil.example|x>",
        "@everyone",
        "@here",
    ),
    *(
        "[a](javascript:x)",
        "[a](https://evil.example)",
        "](https://evil.example)",
        "https://evil.example/x",
        "://",
    ),
    *(
        "**",
        "*",
        "__",
        "_",
        "~~",
        "||",
        "`",
        "```",
        "\\",
        "# ",
        "-# ",
        "- ",
        "1. ",
        "> ",
        ">>> ",
        "+ ",
        "[",
        "]",
    ),
    *(":smile:", ":", "<", ">", "&", "&lt;", "\n", "\n# ", " ", "  ", "\x1b[31m", "\u202e", "\x00", "\ud800"),
    *("http", "https:", "//", "@", "every", "one", "t:1", "한국어", "😀", "\u200b", "\u2028"),
)

words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), max_size=8).map("".join)
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 200))
# One draw instead of sixteen: most texts of a message are a hostile pair, the others anything.
pairs = st.sampled_from([one + other for one in HOSTILE for other in HOSTILE])
texts = st.one_of(pairs, pairs, pairs, words, long_words)
lines = st.lists(texts, max_size=3).map(tuple)
addresses = st.none() | pairs | st.just("https://news.example/a") | pairs.map("https://news.example/".__add__)

references = st.builds(
    Reference,
    st.sampled_from([str(number) for number in range(30)]),
    texts,
    addresses,
    st.none() | pairs,
)
cites = st.lists(st.builds(Cite, references, pairs), max_size=12).map(tuple)
spans = st.lists(st.builds(Span, texts, st.sampled_from(["plain", "bold", "italic"])), max_size=5).map(tuple)
pictures = st.builds(Picture, texts, st.just((Mark("now", "x", "Reported", open=False),)), texts)

claims = st.builds(Claim, texts, lines, cites, st.none() | texts, st.none() | texts, lines, struck=st.booleans())
entries = st.builds(Entry, texts, texts, lines, addresses, cites)
blocks = st.one_of(
    claims,
    claims,
    entries,
    st.builds(Heading, texts),
    st.builds(Paragraph, spans),
    st.builds(Facts, st.lists(st.tuples(pairs, texts), max_size=20).map(tuple)),
    st.builds(Quiet, texts),
    pictures,
)
commands = st.sampled_from(["impact", "sources", "search", "no command", ""])
actions = st.builds(Action, texts, commands, pairs, st.integers(0, 12_000))

messages = st.builds(
    Message,
    title=texts.map("T".__add__),
    about=st.none() | texts,
    blocks=st.lists(blocks, max_size=15).map(tuple),
    closing=lines,
    footer=lines,
    actions=st.lists(actions, max_size=30).map(tuple),
    label=st.sampled_from(["TLP:CLEAR", "TLP:AMBER+STRICT"]),
    origin=st.none() | st.builds(Action, st.just("q"), commands, words),
    stamp=st.sampled_from(["0000", "3fa9"]),
    notices=lines,
    offers=st.sampled_from([(), ("share", "report")]),
    pick=st.none() | texts,
)
