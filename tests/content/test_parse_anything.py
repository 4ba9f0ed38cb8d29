"""Whatever lies in a file, the parser gives a briefing or says what is wrong, and never raises."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.parse import Parsed, parse, parse_bytes
from bot.content.problems import errors
from tests.content.editions import HOSTILE, JAPANESE, SECTIONS, SHIPPED, Raw, briefings, written
from tests.sizes import examples

TEXT = SHIPPED.read_text(encoding="utf-8")
LINES = TEXT.split("\n")
DATA = TEXT.encode()


def sound(parsed: Parsed) -> None:
    """Either a briefing, or an error at a place with a sentence; never both, never neither."""
    assert (parsed.briefing is None) == bool(errors(parsed.problems))
    for problem in parsed.problems:
        assert problem.mark.line >= 1
        assert problem.mark.column >= 1
        assert problem.message.strip()


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"format: 1\nbriefing: {id: a, title: " + b"\xc3" * 9)
def test_any_bytes(data: bytes) -> None:
    sound(parse_bytes(data, "x.yaml", SECTIONS))


@given(st.text(max_size=300) | st.lists(st.sampled_from(HOSTILE), max_size=12).map("\n".join), st.booleans())
@example("a: &b [*b]", True)
@example('a: "\\ud800"', True)
@example("? [a]\n: b", False)
def test_any_text(text: str, known: bool) -> None:
    sound(parse(text, "x.yaml", SECTIONS if known else None))


@given(st.data())
def test_the_shipped_briefing_with_lines_moved_doubled_lost_or_cut(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at, to = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(("move", "double", "lose", "cut", "indent", "outdent"))):
            case "move":
                lines.insert(to, lines.pop(at))
            case "double":
                lines.insert(to, lines[at])
            case "lose":
                del lines[at : at + 3]
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, 40))]
            case "indent":
                lines[at] = "  " + lines[at]
            case "outdent":
                lines[at] = lines[at].removeprefix("  ")
    sound(parse("\n".join(lines), "x.yaml", SECTIONS))


@given(st.integers(0, len(DATA)), st.integers(0, 30), st.binary(max_size=30) | st.sampled_from(HOSTILE).map(str.encode))
def test_the_shipped_briefing_with_some_bytes_replaced(at: int, length: int, put: bytes) -> None:
    sound(parse_bytes(DATA[:at] + put + DATA[at + length :], "x.yaml", SECTIONS))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(HOSTILE) | st.sampled_from(("note", "editor", "1")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("id", "source", "para", "a")), inner, max_size=3)
    ),
    max_leaves=5,
)


@examples(100)
@given(briefings(), VALUES, st.data())
def test_a_value_of_any_kind_in_any_place(raw: Raw, value: object, data: st.DataObject) -> None:
    """A list where a text is wanted, a mapping where an id is, nothing where something is."""
    spoiled: dict[str, object] = dict(raw)
    key = data.draw(st.sampled_from(sorted(spoiled)))
    item = spoiled[key]
    if isinstance(item, list) and item and data.draw(st.booleans()):
        one = dict(data.draw(st.sampled_from(item)))
        one[data.draw(st.sampled_from(sorted(one)))] = value
        spoiled[key] = [one, *item[1:]]
    elif isinstance(item, dict) and data.draw(st.booleans()):
        spoiled[key] = {**item, data.draw(st.sampled_from(sorted(item))): value}
    else:
        spoiled[key] = value
    sound(parse(written(spoiled), "x.yaml", SECTIONS))


@examples(60)
@given(briefings())
def test_what_an_editor_may_write_is_read_without_an_error(raw: Raw) -> None:
    parsed = parse(written(raw), "x.yaml", SECTIONS)
    assert errors(parsed.problems) == ()
    assert parsed.briefing is not None
    assert [snippet.id for snippet in parsed.briefing.snippets] == [item["id"] for item in raw["snippets"]]


def test_every_prefix_of_a_file_that_is_being_written_is_read_or_refused() -> None:
    data = JAPANESE.read_bytes()
    for end in range(0, len(data), 97):
        sound(parse_bytes(data[:end], "x.yaml", SECTIONS))
