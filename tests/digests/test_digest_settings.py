"""Digests in config.yaml: every mistake is told at its line, with a mend that helps."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.content.problems import Problem
from bot.digest_settings import Digest
from bot.settings import Config, parse_config

BEGIN = """\
sections: {impact: {title: Impact, about: What may change}}
channels: {a: {at: "desk:a"}, b: {at: "desk:b"}}
"""


def found(text: str) -> tuple[Problem, ...]:
    return parse_config(BEGIN + text, Path("config.yaml"))[1]


def morning(keys: str) -> str:
    return f"digests: {{morning: {{title: T, channels: [a], {keys}}}}}\n"


def read(keys: str) -> Digest:
    settings, problems = parse_config(BEGIN + morning(keys), Path("config.yaml"))
    assert problems == ()
    assert settings is not None
    return settings.config.digests["morning"]


@pytest.mark.parametrize(
    ("keys", "meant", "message", "mend"),
    [
        # when
        ("show: new", "{title", '"at" is missing', 'add "at: …", a time of day, or "cron: …"'),
        ('at: "8:00", cron: "0 8 * * *"', "cron", '"at" and "cron" both say when it is due', "keep one of the two"),
        ('cron: "0 8 * * *", on: mon-fri', "on: mon", '"on" goes with "at" only', "delete it"),
        ('at: "25:00"', '"25', '"25:00" is not a time of day', "08:00"),
        # crons
        ('cron: "@daily"', '"@d', '"@daily" is no cron of five fields', 'write "0 0 * * *"'),
        ('cron: "@reboot"', '"@r', '"@reboot" is no cron of five fields', "write five: minute, hour"),
        ('cron: "0 8 * *"', '"0 8', '"0 8 * *" has 4 fields, not five', "write five: minute, hour"),
        ("cron: daily", "daily", '"daily" has 1 field, not five', "write five: minute, hour"),
        ('cron: "0 0 8 * * 1"', '"0 0', "has six fields, and a digest is due at a minute", 'write "0 8 * * 1"'),
        ('cron: "60 8 * * *"', '"60', "its minute is wrong", "a minute is 0 to 59"),
        ('cron: "0 24 * * *"', '"0 24', "its hour is wrong", "an hour is 0 to 23"),
        ('cron: "0 8 32 * *"', '"0 8', "its day of the month is wrong", "L for the last"),
        ('cron: "0 8 * 13 *"', '"0 8', "its month is wrong", "JAN to DEC"),
        ('cron: "0 8 * * MON-FRY"', '"0 8', "its day of the week is wrong", "MON to SUN"),
        ('cron: "0 8 30 2 *"', '"0 8', '"0 8 30 2 *" never comes', "name a day"),
        ('cron: "0 8 31 4,6 */2"', '"0 8', "never comes", "name a day"),
        ('cron: "0 8 */3 2 MON#5"', '"0 8', "never comes", "name a day"),
        (f'cron: "{"0," * 60}0 8 * * *"', '"0,', "at most 100", "shorten it"),
        ("cron: [0, 8]", "[0, 8", '"cron" must be a text, not a list', ""),
        # holidays
        ('at: "8:00", holidays: de-be', "de-be", "is no country whose holidays are known", 'did you mean "DE-BE"?'),
        ('at: "8:00", holidays: Germany', "Germany", '"Germany" is no country', 'did you mean "DE"?'),
        ('at: "8:00", holidays: germny', "germny", '"germny" is no country', 'did you mean "DE"?'),
        ('at: "8:00", holidays: Narnia', "Narnia", '"Narnia" is no country', "such as DE, DE-BE or US"),
        ('at: "8:00", holidays: DE-BER', "DE-BER", '"DE-BER" is no part of DE', 'did you mean "DE-BE"?'),
        ('at: "8:00", holidays: FR-XX', "FR-XX", '"FR-XX" is no part of FR', 'write "FR" for all of it'),
        ('at: "8:00", holidays: 2026-12-25', "2026", '"2026-12-25" is no list of days', 'write "[2026-12-25]"'),
        ('at: "8:00", holidays: [2026-12-25, 2026-02-30]', "2026-02", '"2026-02-30" is no day', "2026-12-25"),
        ('at: "8:00", holidays: [2026-12-25, 31.12.2026]', "31.", '"31.12.2026" is no day', 'write "2026-12-31"'),
        ('at: "8:00", holidays: [DE]', "DE]", '"DE" is no day', "2026-12-25"),
        ('at: "8:00", holidays: {DE: yes}', "{DE", '"holidays" must be a list', ""),
        # the rest
        ('at: "8:00", max_late: 0m', "0m", '"0m" is no time at all', "30m, 6h or 2d"),
        ('at: "8:00", chanels: [a]', "chanels", 'unknown key "chanels"', 'did you mean "channels"?'),
    ],
)
def test_a_mistake_in_a_digest_is_told_where_it_stands(keys: str, meant: str, message: str, mend: str) -> None:
    (one,) = found(morning(keys))
    assert message in one.message
    assert mend in (one.mend or "")
    assert (one.severity, one.mark.line) == ("error", 3)
    assert one.mark.column == morning(keys).index(meant) + 1


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "mend"),
    [
        (
            "digests:\n  My Morning: {title: T, channels: [a], at: '8:00'}",
            *(4, 3, '"My Morning" cannot name a digest', 'write "my-morning"'),
        ),
        (
            f"digests:\n  {'m' * 33}: {{title: T, channels: [a], at: '8:00'}}",
            *(4, 3, "at most 32", f'write "{"m" * 32}"'),
        ),
        (
            "digests:\n  m:\n    title: T\n    at: '8:00'\n    channels:\n      - a\n      - b\n      - a",
            *(10, 9, '"a" stands here a second time', "keep one of the two"),
        ),
        (
            "digests:\n  m:\n    title: T\n    at: '8:00'\n    channels: [newsrom]",
            *(7, 16, 'unknown channel "newsrom"', ""),
        ),
        ("delivery:\n  timeout: 60s\n  lease: 2h", 4, 12, '"ghost" must be longer than "timeout"', 'lengthen "ghost"'),
        ("delivery:\n  ghost: 15s", 4, 10, '"ghost" must be longer than "timeout"', 'or shorten "timeout"'),
        ("delivery:\n  lease: 29s", 4, 10, '"lease" must be at least twice as long', 'lengthen "lease"'),
        ("delivery:\n  timeout: 31s\n  ghost: 2m", 4, 12, '"lease" must be at least twice', 'shorten "timeout"'),
        ("delivery:\n  timeout: 0s", 4, 12, '"0s" is no time at all', "write it as"),
        ("delivery:\n  lease: 0d", 4, 10, '"0d" is no time at all', "write it as"),
        ("delivery:\n  ghost: 60", 4, 10, '"60" is not a length of time', "write it as"),
        ("keep:\n  steps: 6d", 4, 10, '"steps" must be at least 7d', 'write "7d"'),
        ("keep:\n  reports: 23h", 4, 12, '"reports" must be at least 1d', 'write "1d"'),
        ("keep:\n  steps: 7d\n  slots: 6d", 5, 10, '"slots" must be at least 7d', 'write "7d"'),
        ("keep:\n  slots: 89d", 4, 10, '"slots" must be at least as long as "steps"', 'shorten "steps"'),
        ("keep:\n  steps: 366d", 4, 10, '"slots" must be at least as long as "steps"', 'lengthen "slots"'),
        ("keep:\n  steps: long", 4, 10, '"long" is not a length of time', "write it as"),
        ("keep:\n  texts: 90d", 4, 3, 'unknown key "texts"', ""),
        (
            "digests:\n  m: {title: T, at: '8:00', channels: [a], max_late: 364d}",
            *(4, 54, '"slots" must be 2 days longer than "max_late" of "m"', 'shorten "max_late"'),
        ),
        (
            "keep: {steps: 7d, slots: 9d}\ndigests:\n  m: {title: T, at: '8:00', channels: [a], max_late: 8d}",
            *(3, 26, '"slots" must be 2 days longer than "max_late" of "m"', 'lengthen "slots"'),
        ),
    ],
)
def test_what_does_not_fit_together_is_told_where_it_stands(
    text: str, line: int, column: int, message: str, mend: str
) -> None:
    (one,) = found(text)
    assert (one.mark.line, one.mark.column) == (line, column)
    assert message in one.message
    assert mend in (one.mend or "")


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = morning('cron: "@daily", at: "25:00", holidays: DE-X, channels: [newsrom]').replace("channels: [a], ", "")
    messages = [one.message for one in found(text + "delivery: {ghost: 1s, lease: 1s}\n")]
    assert len(messages) == 7


@pytest.mark.parametrize(("show", "told"), [("rotate", 0), ("new", 0), ("headline", 1), ("all", 1)])
def test_a_count_that_changes_nothing_is_a_warning(show: str, told: int) -> None:
    problems = found(morning(f'at: "8:00", show: {show}, count: 3'))
    assert [(one.severity, one.mend) for one in problems] == [("warning", "delete it")] * told


def test_a_cron_is_kept_with_single_spaces() -> None:
    assert read('cron: "  0  8 * *   mon-fri "').cron == "0 8 * * mon-fri"


@pytest.mark.parametrize(
    "cron", ["*/15 * * * *", "0 8 29 2 *", "0 8 L * *", "0 8 LW * *", "0 8 * * 5L", "0 8 * JAN-MAR MON#1", "0 8 * * 7"]
)
def test_what_cron_knows_may_be_written(cron: str) -> None:
    assert read(f'cron: "{cron}"').cron == cron


@pytest.mark.parametrize(
    ("written", "holidays"),
    [
        ("[2026-12-25, 2026-12-31]", (date(2026, 12, 25), date(2026, 12, 31))),
        ("[]", ()),
        *((country, country) for country in ("DE", "DE-BE", "US", "US-CA", "GB-SCT", "NO", "BR-São Paulo Capital")),
    ],
)
def test_holidays_are_days_or_a_country(written: str, holidays: object) -> None:
    assert read(f'at: "8:00", holidays: {written}').holidays == holidays


def test_lengths_of_delivery_that_just_fit_are_fine() -> None:
    assert found("delivery: {timeout: 30s, lease: 60s, ghost: 61s}\n") == ()
    settings, _ = parse_config(BEGIN + "delivery: {timeout: 1s}\n", Path("config.yaml"))
    assert settings is not None
    assert settings.config.delivery.timeout == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("keys", "fits"),
    [
        ({"at": "08:00", "holidays": "DE-BE"}, True),
        ({"cron": "0 8 * * *", "holidays": ["2026-12-25"]}, True),
        ({"at": "08:00", "max_late": "10m"}, True),
        ({"at": "08:00", "max_late": "00m"}, False),
        ({"at": "08:00", "holidays": ["25.12.2026"]}, False),
        ({"at": "08:00", "holidays": 2026}, False),
    ],
)
def test_an_editors_program_knows_the_keys(keys: dict[str, object], fits: bool) -> None:
    schema = json.loads(json.dumps(Config.model_json_schema()))
    digest = {"title": "T", "channels": ["a"], **keys}
    given = {"sections": {"impact": {"title": "I", "about": "A"}}, "digests": {"morning": digest}}
    assert Draft202012Validator(schema).is_valid(given) == fits
