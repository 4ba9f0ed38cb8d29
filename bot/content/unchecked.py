"""What `check` and the desk say of claims that changed since they were checked, or do not stand in their text."""

from collections.abc import Mapping

from bot.content.parse import Parsed
from bot.content.problems import START, Mark, Problem
from bot.content.receipt import STANDS, Checked, checked_claims
from bot.content.yaml_tree import Map, Seq, Tree, mark_of, read_tree

AGAIN = "compare it with its text: briefing-bot verify {}"
MEND_FIRST = f"put it right, and {AGAIN}"


def unchecked(parsed: Parsed) -> tuple[Problem, ...]:
    """A warning for each claim that is not checked as it stands; none where there is no receipt."""
    if parsed.briefing is None or parsed.receipt is None:
        return ()
    checked = checked_claims(parsed.briefing, parsed.receipt)
    worth = {one: standing for one, standing in checked.items() if standing not in STANDS}
    if not worth:
        return ()  # spares the text a second reading
    tree, name = read_tree(parsed.text, parsed.file), parsed.briefing.briefing.id
    places = places_in(tree)
    rules = {one: claim.found for one, claim in parsed.receipt.claims.items()}
    return tuple(
        tree.problem(
            place_of(places, one, "id"),
            f'"{one}" {_said(standing, rules.get(one, ()))}',
            "unchecked",
            (MEND_FIRST if standing == Checked.FAILS else AGAIN).format(name),
            warning=True,
        )
        for one, standing in worth.items()
    )


def counted(parsed: Parsed) -> tuple[int, int]:
    """How many snippets stand in their texts as they are now, and how many of these with a doubt."""
    if parsed.briefing is None:
        return 0, 0
    checked = checked_claims(parsed.briefing, parsed.receipt)
    stand = [one for snippet in parsed.briefing.snippets if (one := checked.get(snippet.id)) in STANDS]
    return len(stand), stand.count(Checked.DOUBTED)


def places_in(tree: Tree) -> Mapping[str, Map]:
    """Each source, snippet and figure as it stands in the file, by its id."""
    groups = [tree.root.get(group) if tree.root is not None else None for group in ("snippets", "figures", "sources")]
    items = (item for group in groups if isinstance(group, Seq) for item in group)
    return {item["id"]: item for item in items if isinstance(item, Map) and isinstance(item.get("id"), str)}


def place_of(places: Mapping[str, Map], name: str, key: str) -> Mark:
    """Where a key of the source, snippet or figure of this id stands; where its id does, if the key is not there."""
    if item := places.get(name):
        return mark_of(item.events[key if key in item.events else "id"][1])
    return START


def _said(standing: Checked, found: tuple[str, ...]) -> str:
    if standing == Checked.FAILS:
        return f"did not stand in its text when it was checked ({', '.join(found)})"
    return "changed since it was checked against its text" if standing == Checked.CHANGED else "is not checked"
