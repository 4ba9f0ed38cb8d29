"""`simulate`: when digests are due, as a table for a terminal of any width."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.platforms.terminal import columns
from bot.settings import parse_config
from bot.simulating import as_text, days, simulate
from tests.cli.shell import CONFIG, quickly, told
from tests.digests.clocks import put

DIGESTS = """\
digests:
  morning: {title: Morning briefing, at: "08:00", on: mon-fri, channels: [newsroom], holidays: DE-BE}
  night: {title: The night, at: "02:30", channels: [newsroom], holidays: [2026-10-24]}
  ticker: {title: Ticker, cron: "30 2 * * *", channels: [newsroom], timezone: America/New_York, enabled: no}
  often: {title: Often, cron: "30 * * * *", channels: [newsroom]}
"""


@pytest.fixture
def desk(home: Path) -> Path:
    (home / "config.yaml").write_text(CONFIG + DIGESTS)
    return home


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}", line)]


def test_each_slot_stands_in_three_times(desk: Path) -> None:
    said = told(desk, "simulate", "night", "--from", "2026-10-24", "--to", "2026-10-26", "--reader", "America/New_York")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "24 October 2026 to 26 October 2026. Reader time is America/New_York.\n"
        "\n"
        "night · The night\n"
        "02:30, every day, Europe/Berlin, without 1 day off\n"
        "\n"
        "Channel                 UTC     Reader\n"
        "Sat 2026-10-24 02:30  00:30  Fri 20:30  skipped: a day off\n"
        "Sun 2026-10-25 02:30  00:30  Sat 20:30  the clocks show 02:30 twice: due the first time\n"
        "Mon 2026-10-26 02:30  01:30  Sun 21:30\n"
        "\n"
        "3 slots, 1 skipped.\n"
    )


def test_a_narrow_terminal_gets_lines(desk: Path) -> None:
    words = ("simulate", "night", "--from", "2026-03-29", "--to", "2026-03-30", "--reader", "Asia/Tokyo")
    said = told(desk, *words, environ={"COLUMNS": "40"})
    assert said.out.splitlines()[4:] == [
        "02:30, every day, Europe/Berlin, without",
        "1 day off",
        "",
        "Sun 2026-03-29 02:30",
        "  01:00 UTC, 10:00 for the reader",
        "  the clocks skip 02:30: due at 03:00",
        "Mon 2026-03-30 02:30",
        "  00:30 UTC, 09:30 for the reader",
        "",
        "2 slots.",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 75, 76, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    settings, _ = parse_config(CONFIG + DIGESTS, Path("config.yaml"))
    assert settings is not None
    span = days("2026-10-23", "2026-12-26", date(2026, 1, 1))
    text = as_text(simulate(settings, (), span), span, None, width, colour=False)
    assert max(map(columns, text.splitlines())) <= width
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "Christmas" in text
    assert len(rows(text)) == 46 + 65 + 65 + 1000


def test_a_holiday_is_named(desk: Path) -> None:
    said = quickly(desk, "simulate", "morning", "--from", "2026-12-24", "--to", "2026-12-28").out
    assert "Fri 2026-12-25 08:00" in said
    assert "skipped: Christmas Day" in said
    assert said.endswith("3 slots, 1 skipped.\n")


def test_both_passes_of_an_hour_are_told_apart(desk: Path) -> None:
    said = told(desk, "simulate", "often", "--from", "2026-10-25", "--to", "2026-10-25", "--reader", "UTC")
    assert [line for line in rows(said.out) if " 02:30 " in line[:22]] == [
        "Sun 2026-10-25 02:30      00:30      00:30  the clocks show 02:30 twice: the first time",
        "Sun 2026-10-25 02:30      01:30      01:30  the clocks show 02:30 twice: the second time",
    ]
    assert len(rows(said.out)) == 25


def test_a_digest_that_rests_says_so_and_shows_what_would_be(desk: Path) -> None:
    said = quickly(desk, "simulate", "ticker", "--from", "2026-03-08", "--to", "2026-03-08").out
    assert 'cron "30 2 * * *", America/New_York\nIt rests (enabled: no): none of this is due.\n' in said
    assert "the clocks skip 02:30: due at 03:00" in " ".join(said.split())


def test_a_missing_day_says_on_which_day_it_is_due(desk: Path) -> None:
    (desk / "config.yaml").write_text((CONFIG + DIGESTS).replace("Europe/Berlin", "Pacific/Apia"))
    said = told(desk, "simulate", "night", "--from", "2011-12-30", "--to", "2011-12-30", "--reader", "UTC").out
    assert "Fri 2011-12-30 02:30  10:00   10:00  the clocks skip 02:30: due at 00:00 on 31 December 2011\n" in said


def test_without_days_a_month_from_today_is_shown() -> None:
    assert str(days(None, None, date(2026, 1, 31))) == str(days("2026-01-31", "2026-03-02", date(2020, 1, 1)))
    assert days("2026-01-01", "2027-01-01", date(2026, 1, 1)).last == date(2027, 1, 1)
    assert days("2199-12-20", None, date(2026, 1, 1)).last == date(2199, 12, 31)


def test_all_digests_are_shown_in_their_order_and_a_name_counts_once(desk: Path) -> None:
    every = quickly(desk, "simulate", "--from", "2026-10-20", "--to", "2026-10-20").out
    names = r"^(\w+) · "
    assert re.findall(names, every, re.MULTILINE) == ["morning", "night", "ticker", "often"]
    two = quickly(desk, "simulate", "ticker", "night", "ticker", "--from", "2026-10-20", "--to", "2026-10-20").out
    assert re.findall(names, two, re.MULTILINE) == ["ticker", "night"]


def test_where_nothing_is_due_that_is_said(desk: Path, home: Path) -> None:
    said = quickly(desk, "simulate", "morning", "--from", "2026-10-24", "--to", "2026-10-25")
    assert said.out.endswith("It has no slot in these days.\n")
    (home / "config.yaml").write_text(CONFIG)
    assert quickly(home, "simulate").out == "There are no digests in config.yaml.\n"


def test_a_digest_that_is_due_too_often_is_cut_and_says_so(desk: Path) -> None:
    said = quickly(desk, "simulate", "often", "--from", "2026-06-01", "--to", "2026-07-31").out
    assert said.endswith("1,464 slots. The first 1,000 are shown: ask for fewer days.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nite",), 'There is no digest "nite" in config.yaml; there are morning, night, ticker, often.'),
        (("--from", "2026-13-01"), '--from "2026-13-01" is no day (write it as 2026-12-25).'),
        (("--to", "1.10.2026"), '--to "1.10.2026" is no day (write "2026-10-01").'),
        (("--from", "1969-12-31"), "--from 1969-12-31 is not between 1970 and 2199."),
        (
            ("--from", "2026-10-02", "--to", "2026-10-01"),
            "--to 2026-10-01 is before --from 2026-10-02. Name the earlier day first.",
        ),
        (
            ("--from", "2026-01-01", "--to", "2027-01-02"),
            "2026-01-01 to 2027-01-02 is more than 366 days. Ask for fewer.",
        ),
        (("--reader", "Berlin"), '--reader "Berlin" is not a time zone (write it as Europe/Berlin).'),
        (
            ("--reader", "Europe/Berlni"),
            '--reader "Europe/Berlni" is not a time zone (did you mean "Europe/Berlin"?).',
        ),
    ],
)
def test_wrong_use_is_one_sentence(desk: Path, words: tuple[str, ...], sentence: str) -> None:
    said = quickly(desk, "simulate", *words)
    assert (said.code, said.out, said.err) == (2, "", f"briefing-bot: {sentence}\n")


def test_a_config_with_mistakes_is_told_like_everywhere(desk: Path) -> None:
    (desk / "config.yaml").write_text(CONFIG + DIGESTS.replace("DE-BE", "DE-BR"))
    said = quickly(desk, "simulate")
    assert (said.code, said.out) == (1, "")
    assert '"DE-BR" is no part of DE' in said.err


def test_the_clock_of_the_machine_is_the_readers_where_none_is_named(desk: Path) -> None:
    words = ("simulate", "morning", "--from", "2026-07-01", "--to", "2026-07-01")
    said = told(desk, *words, environ={"TZ": "EST5"})
    assert "Wed 2026-07-01 08:00  06:00   01:00\n" in said.out


def test_zones_come_from_the_package_whatever_the_machine_says(desk: Path, tmp_path: Path) -> None:
    strange = put(tmp_path / "zones", "Europe/Berlin", "Asia/Tokyo")
    words = ("simulate", "morning", "--from", "2026-07-01", "--to", "2026-07-01", "--reader", "UTC")
    said = told(desk, *words, environ={"PYTHONTZPATH": str(strange)})
    assert (said.code, said.err) == (0, "")
    assert "Wed 2026-07-01 08:00  06:00   06:00\n" in said.out
