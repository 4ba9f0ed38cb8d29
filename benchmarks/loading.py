"""Loading 10,000 snippets with places and every check, against PyYAML's C loader making plain objects of them."""

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks.figures import Figure, ratio
from benchmarks.houses import FILES, SNIPPETS, many
from bot.content.folder import look
from bot.content.gather import Gathered, gather
from bot.content.parse import Sections, in_bulk, parse_file
from bot.settings import load as load_settings

PAIRS = 7
BOUND = 1.0


def measure() -> Iterator[Figure]:
    """Ours reads from disk with the collector as it sets it; theirs has the bytes in memory already."""
    with many() as config:
        settings = load_settings(config)
        folder, sections = settings.folder, settings.sections
        data = [(folder / name).read_bytes() for name in look(folder)]
        found = _ours(folder, sections)
        assert sum(len(parsed.briefing.snippets) for parsed in found.files if parsed.briefing) == FILES * SNIPPETS
        del found
        ours, theirs, our_quiet, their_quiet = [], [], [], []
        for _ in range(PAIRS):
            ours.append(_timed(lambda: _ours(folder, sections)))
            theirs.append(_timed(lambda: _theirs(data)))
            with in_bulk():
                our_quiet.append(_timed(lambda: _ours(folder, sections)))
                their_quiet.append(_timed(lambda: _theirs(data)))
    size = sum(map(len, data)) / 1e6
    yield ratio(f"load, checked and with places ({size:.1f} MB), over CSafeLoader", ours, theirs, BOUND)
    yield ratio("the same, the collector off for both", our_quiet, their_quiet)
    yield Figure("the same, in seconds of processor time", tuple(ours), "s")


def _ours(folder: Path, sections: Sections) -> Gathered:
    return gather([parse_file(folder / name, folder, sections) for name in look(folder)])


def _theirs(data: list[bytes]) -> list[object]:
    return [yaml.load(text, Loader=yaml.CSafeLoader) for text in data]


def _timed(load: Callable[[], object]) -> float:
    """Processor time of a load whose result is kept until the clock is read."""
    gc.collect()
    started = time.process_time()
    found = load()
    taken = time.process_time() - started
    assert found
    return taken
