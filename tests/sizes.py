"""How much is tried: enough to be a test in an ordinary run, and far more in a long one (SOAK=1)."""

import os

from hypothesis import settings

SOAK = bool(os.environ.get("SOAK"))


def examples(usual: int) -> settings:
    """So many examples of a slow property; the profile's number where the tests soak."""
    return settings() if SOAK else settings(max_examples=usual)
