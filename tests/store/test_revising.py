"""Whatever comes between, the newest revision is what stands at a place in the end, and nothing is made for nothing."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from bot.store.revising import is_due, same, waiting
from bot.store.rows import Page


@dataclass
class Row:
    """A delivery of the part."""

    id: int
    revision: int
    state: str
    kind: str = "edit"
    external_id: str = ""


@dataclass
class Place:
    """A part at a place, as the ledger and a lane treat it; `shown` is the text that stands there."""

    rows: list[Row] = field(default_factory=lambda: [Row(0, 0, "sent", "post", "171.1")])
    texts: dict[int, Page] = field(default_factory=lambda: {0: page(0)})
    shown: int = 0
    edits: int = 0

    @property
    def newest(self) -> int:
        return max(self.texts)

    def revise(self, text: int) -> None:
        """Freeze a revision with that text, unless it is the last one's."""
        if same(self.texts[self.newest], page(text)):
            return
        self.texts[self.newest + 1] = page(text)
        self.address()

    def address(self) -> None:
        for row in waiting(self.rows):
            if not same(self.texts[row.revision], self.texts[self.newest]):
                row.state = "expired"
        if is_due(self.rows, self.texts, self.newest):
            self.rows.append(Row(len(self.rows), self.newest, "pending"))

    def begin(self) -> None:
        """Claim what waits, where nothing is under way."""
        if not self.flying and (found := waiting(self.rows)):
            found[0].state = "sending"

    def land(self) -> None:
        """Edit, where no later correction stands behind it."""
        if (row := self.flying) is None:
            return
        later = [one for one in self.rows if one.revision > row.revision and one.state != "expired"]
        row.state = "expired" if later else "sent"
        if not later:
            self.shown, self.edits = int(self.texts[row.revision].keys[0]), self.edits + 1

    def give_back(self) -> None:
        """The platform asks to wait."""
        if row := self.flying:
            row.state = "retry"

    @property
    def flying(self) -> Row | None:
        return next((row for row in self.rows if row.state == "sending"), None)


def page(text: int) -> Page:
    return Page("", "", (str(text),), way="edit")


steps = st.lists(st.sampled_from(("0", "1", "2", "begin", "land", "back", "address")), max_size=30)


@given(steps)
def test_the_newest_text_is_what_stands_there(steps: list[str]) -> None:
    place = Place()
    for step in steps:
        match step:
            case "begin":
                place.begin()
            case "land":
                place.land()
            case "back":
                place.give_back()
            case "address":
                place.address()
            case text:
                place.revise(int(text))
    for _ in range(len(place.rows) + 1):
        place.begin()
        place.land()
    assert place.shown == int(place.texts[place.newest].keys[0])
    assert place.edits <= sum(step == "land" for step in steps) + 1


def test_a_text_that_comes_back_while_it_is_under_way_is_not_stopped_by_what_was_ended() -> None:
    place = Place()
    place.revise(1)
    place.begin()
    place.revise(2)
    place.revise(1)
    place.land()
    assert (place.shown, place.edits) == (1, 1)
