"""No secret in the log: however it got into a line, and however it is written there."""

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from traceback import TracebackException
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.environment import read_log_format
from bot.errors import SettingsError
from bot.logs import FORM, LEFT_OUT, AsJson, Redacting

PLAIN = "canary-" + "0123456789"
ODD = 'canary "/+%=&?\\ü\n' + "end of it"
SECRETS = [("DISCORD_TOKEN", PLAIN), ("DESK_PASSWORD", ODD), ("SHORT", "desk")]


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.any", logging.WARNING, __file__, 1, message, args, trace)


def written(message: str, *args: object, error: BaseException | None = None) -> str:
    return Redacting(SECRETS).format(record(message, *args, error=error))


def raised(text: str) -> BaseException:
    """An error as it is caught: with a cause, a note, and the text in local variables."""
    held = {"headers": text}
    try:
        asked({}, held["headers"])
    except ValueError as error:
        error.add_note(f"while asking with {text}")
        return error
    raise AssertionError


def asked(known: dict[str, str], text: str) -> str:
    try:
        return known[text]
    except KeyError as cause:
        raise ValueError(f"no route for {text}") from cause


def with_locals(error: BaseException) -> str:
    return "".join(TracebackException.from_exception(error, capture_locals=True).format())


LINES: dict[str, Callable[[str], logging.LogRecord]] = {
    "the message": lambda secret: record(f"connecting with {secret}"),
    "an argument": lambda secret: record("connecting with %s and %r", secret, [secret]),
    "an argument's repr": lambda secret: record("sent %r", {"Authorization": f"Bot {secret}"}),
    "the text of an error": lambda secret: record("failed: %s", raised(secret)),
    "a traceback, its cause and its note": lambda secret: record("failed", error=raised(secret)),
    "the locals of a traceback": lambda secret: record("failed:\n%s", with_locals(raised(secret))),
    "an address": lambda secret: record("GET %s", f"https://api.example/?token={quote(secret, safe='')}&a=1"),
    "JSON": lambda secret: record("sent %s", json.dumps({"token": secret})),
    "credentials": lambda secret: record("sent %s", base64.b64encode(f"bot:{secret}".encode()).decode()),
}


def stands(secret: str, text: str) -> bool:
    """Whether a stretch of the secret that tells something is in the text, under any of its escapes."""
    escaped = json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")
    inner = base64.b64encode(b"bot:" + secret.encode()).decode()[6:-6]
    return any(one in text for one in (secret, inner, *escaped))


@pytest.mark.parametrize("secret", [PLAIN, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize("line", LINES)
def test_a_secret_is_replaced_by_its_name_wherever_it_stands(line: str, secret: str) -> None:
    name = next(name for name, value in SECRETS if value == secret)
    said = Redacting(SECRETS).format(LINES[line](secret))
    assert not stands(secret, said)
    assert f"[{name}]" in said

    unguarded = logging.Formatter(FORM).format(LINES[line](secret))
    assert stands(secret, unguarded), "without the guard it would be told"


@pytest.mark.parametrize("secret", [PLAIN, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize("line", LINES)
def test_a_secret_is_replaced_in_json_too_and_the_line_stays_whole(line: str, secret: str) -> None:
    name = next(name for name, value in SECRETS if value == secret)
    said = AsJson(SECRETS).format(LINES[line](secret))
    told = json.loads(said)
    assert "\n" not in said
    assert f"[{name}]" in told["message"] + told.get("traceback", "")
    assert not stands(secret, said)
    assert not any(stands(secret, text) for text in told.values())
    assert any(stands(secret, text) for text in json.loads(AsJson([]).format(LINES[line](secret))).values())


def test_a_line_of_json_tells_when_how_grave_who_and_what() -> None:
    line = record("%d claims of %s", 54, "Fähre", error=raised("x"))
    line.created = datetime(2026, 11, 29, 8, 0, 0, 250_000, UTC).timestamp()
    said = AsJson(SECRETS).format(line)
    told = json.loads(said)
    assert said.isascii()
    assert list(told) == ["time", "level", "logger", "message", "traceback"]
    assert list(told.values())[:4] == ["2026-11-29T08:00:00.250Z", "WARNING", "bot.any", "54 claims of Fähre"]
    assert told["traceback"].startswith("Traceback (most recent call last):\n")
    assert told["traceback"].endswith("ValueError: no route for x\nwhile asking with x")
    assert "traceback" not in json.loads(AsJson([]).format(record("fine")))


def test_an_ordinary_text_whose_escapes_come_to_a_secret_is_left_out() -> None:
    secrets = [("NAME", r"line one\nline two")]
    text = "line one\nline two"
    assert secrets[0][1] in json.dumps(text), "without the guard it would be told"
    assert json.loads(AsJson(secrets).format(record(text)))["message"] == LEFT_OUT
    assert json.loads(AsJson(secrets).format(record("line one")))["message"] == "line one"


def test_what_is_no_secret_is_told_as_it_is() -> None:
    said = written("the desk listens on %s; %d claims", "http://127.0.0.1:8787", 54)
    assert said.endswith(" WARNING the desk listens on http://127.0.0.1:8787; 54 claims")


def test_a_log_without_secrets_is_an_ordinary_log() -> None:
    line = record("posted %s", "1", error=raised("x"))
    assert Redacting([]).format(line) == logging.Formatter(FORM).format(line)


def test_of_secrets_that_begin_alike_the_longer_is_replaced_whole() -> None:
    secrets = [("SHORTER", "canary-1"), ("LONGER", "canary-1234567"), ("SAME", "canary-1")]
    said = Redacting(secrets).format(record("canary-1234567 canary-1"))
    assert "[LONGER] [S" in said
    assert "canary" not in said


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_found_at_any_place_of_base64(before: str, encode: Callable[[bytes], bytes]) -> None:
    secret = "~~~???>>>" + "canary-9876"
    written = encode(f"{before}{secret}rest".encode()).decode()
    said = Redacting([("NAME", secret)]).format(record(written))
    left = said.rpartition(" ")[2].replace("[NAME]", "")
    assert len(left) <= len(encode(f"{before}rest".encode())) + 2


# A bracket at the end of a secret could be the first of its name.
any_secret = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=8, max_size=40)


@given(any_secret, st.text(max_size=20), st.text(max_size=20))
def test_no_text_around_a_secret_saves_it(secret: str, before: str, after: str) -> None:
    said = Redacting([("NAME", secret)], "%(message)s").format(record("%s%s%s", before, secret, after))
    assert secret not in said
    assert "[NAME]" in said


@given(any_secret, st.text(st.characters(exclude_categories=[])), st.text(st.characters(exclude_categories=[])))
def test_no_text_around_a_secret_saves_it_in_json(secret: str, before: str, after: str) -> None:
    said = AsJson([("NAME", secret)]).format(record("%s%s%s", before, secret, after))
    told = json.loads(said)
    # The words of the object itself are no secret, whatever somebody chose as theirs.
    assert secret not in told["message"]
    assert json.dumps(secret)[1:-1] not in json.dumps(told["message"])


def test_bytes_of_the_environment_that_are_no_text_do_no_harm() -> None:
    secret = b"canary-\xff\xfe-12".decode(errors="surrogateescape")
    assert "canary" not in Redacting([("NAME", secret)]).format(record("%s and %r", secret, secret))


SCRIPT = """
import logging, os, sys
from bot.logs import set_up
secret = os.environ["CANARY"]
set_up([("DISCORD_TOKEN", secret)])
log = logging.getLogger("bot.any")
log.info("hello %s", secret)
logging.getLogger("discord.http").info("a step")
logging.getLogger("apscheduler.scheduler").info("a step")
logging.getLogger("discord.http").warning("a warning of %s", secret)
log.info("three of %d", secret)
raise RuntimeError(f"nobody foresaw {secret}")
"""


def _run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1]), "CANARY": PLAIN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_a_process_logs_its_sentences_and_the_warnings_of_libraries_without_secrets() -> None:
    said = _run(SCRIPT)
    assert PLAIN not in said
    assert " INFO hello [DISCORD_TOKEN]\n" in said
    assert " WARNING a warning of [DISCORD_TOKEN]\n" in said
    assert "a step" not in said
    assert "a line of the log could not be written: <string>:11: TypeError\n" in said
    assert " CRITICAL the bot stopped because of an error that nobody foresaw\nTraceback" in said
    assert "RuntimeError: nobody foresaw [DISCORD_TOKEN]\n" in said


def test_a_process_logs_json_alone_where_it_is_asked_to() -> None:
    said = _run(SCRIPT.replace("secret)])", 'secret)], "json")'))
    lines = [json.loads(line) for line in said.splitlines()]
    assert PLAIN not in said
    assert [line["message"] for line in lines] == [
        "hello [DISCORD_TOKEN]",
        "a warning of [DISCORD_TOKEN]",
        "a line of the log could not be written: <string>:11: TypeError",
        "the bot stopped because of an error that nobody foresaw",
    ]
    assert lines[-1]["traceback"].endswith("RuntimeError: nobody foresaw [DISCORD_TOKEN]")
    assert [line["logger"] for line in lines] == ["bot.any", "discord.http", "bot.logs", "bot.logs"]


@pytest.mark.parametrize(("said", "form"), [("", "text"), ("text", "text"), ("json", "json")])
def test_the_environment_says_how_the_log_is_written(said: str, form: str) -> None:
    assert read_log_format({"LOG_FORMAT": said}) == form


def test_a_form_of_the_log_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match=r'^LOG_FORMAT is "JSON": it is text or json$'):
        read_log_format({"LOG_FORMAT": "JSON"})


def test_without_the_guard_the_same_process_tells_its_secret() -> None:
    unguarded = SCRIPT.replace('set_up([("DISCORD_TOKEN", secret)])', "logging.basicConfig(level=logging.INFO)")
    assert _run(unguarded).count(PLAIN) >= 4
