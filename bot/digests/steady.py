"""A clock that only goes forward, also while the machine sleeps; nobody can set it."""

import time

_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def steady() -> float:
    """Seconds since some moment of this machine's own."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)
