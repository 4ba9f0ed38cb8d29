"""Briefings that config.yaml names and that are not there."""

from collections.abc import Collection, Iterable, Iterator

from bot.content.parse import Parsed
from bot.content.problems import Problem
from bot.content.shape import place
from bot.content.suggest import did_you_mean
from bot.content.yaml_tree import read_tree
from bot.settings import Config


def ids_there(files: Iterable[Parsed]) -> frozenset[str] | None:
    """The ids of these files, also of those that have errors; None where a file is so broken that nobody can tell."""
    ids = [one.named for one in files]
    return None if None in ids else frozenset(filter(None, ids))


def unknown_briefings(config: Config, text: str, file: str, known: Collection[str]) -> tuple[Problem, ...]:
    """A warning wherever the `text` of `config` names a briefing that is not among the `known` ids."""
    tree = read_tree(text, file)
    mend = "write the id of a briefing that is there, or add one of this id"
    return tuple(
        tree.problem(
            place(tree, (*path, at)),
            f'there is no briefing "{name}"',
            "reference",
            did_you_mean(name, known) or mend,
            warning=True,
        )
        for path, names in _named(config)
        for at, name in enumerate(names)
        if name not in known
    )


def _named(config: Config) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Where briefings are named, and which."""
    for kind, named in (("channels", config.channels), ("digests", config.digests)):
        for name, one in named.items():
            yield (kind, name, "briefings"), one.briefings
