"""Which days are public holidays, and what they are called."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def holiday(country: str, day: date) -> str:
    """The holiday's name in English where the library knows one, or nothing; `country` is "DE" or "DE-BE"."""
    return _known(country).get(day) or ""


@cache
def _known(country: str) -> "HolidayBase":
    from holidays import country_holidays  # 90 ms and 10 MB, for nothing where no digest asks

    code, _, part = country.partition("-")
    # Without a language, the names would be in that of whoever started the process.
    return country_holidays(code, subdiv=part or None, language="en_US")
