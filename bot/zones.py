"""Time zones come from the tzdata package, so that every machine and every replica knows the same clock changes."""

import zoneinfo
from importlib import metadata


def use_packaged_zones() -> None:
    """Look past the machine's own zones from now on, also where PYTHONTZPATH names some."""
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()


def tzdata_version() -> str:
    """The release of the zones: `2026.6`."""
    return metadata.version("tzdata")
