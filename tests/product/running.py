"""The bot as its operator starts it: a process with a folder and an environment, and somebody at its desk."""

import asyncio
import html
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests import nursery
from tests.nursery import PIPE, ROOT, STDOUT, Process
from tests.sizes import WHOLE

START = 60.0
"""Seconds a process may take to open its desk; a machine that stalls takes long over it."""

CAP = 60.0
"""Seconds a test waits for anything at most. What was promised in seconds is read from the servers' logs."""

CSRF = re.compile(r'name="csrf" (?:content|value)="([^"]+)"')


@dataclass
class Product:
    """A running bot, all it said so far, and a visitor who is in at its desk."""

    process: Process
    desk: str
    out: list[str]
    err: list[str]
    password: str
    _http: aiohttp.ClientSession
    _csrf: str = field(default="", repr=False)

    @property
    def said(self) -> str:
        """Everything on standard output and standard error."""
        return "".join([*self.out, *self.err])

    async def enter(self) -> None:
        """Log in at the desk as a browser does."""
        form = await self.page("/enter")
        sent = {"csrf": _csrf_in(form), "secret": self.password}
        async with self._http.post(f"{self.desk}/enter", data=sent, headers={"Origin": self.desk}) as response:
            assert response.status == 200, await response.text()
        self._csrf = _csrf_in(await self.page("/"))

    async def page(self, path: str) -> str:
        """A page of the desk, as HTML."""
        async with self._http.get(self.desk + path, headers={"Accept": "text/html"}) as response:
            return await response.text()

    async def words(self, path: str) -> str:
        """The words on a page of the desk."""
        return _words(await self.page(path))

    async def ask(self, line: str, channel: str = "") -> str:
        """The words of an answer at the desk, asked as in one of the channels."""
        form = {"typed": line, "channel": channel, "csrf": self._csrf}
        headers = {"X-Desk-Part": "turn", "Origin": self.desk}
        async with self._http.post(f"{self.desk}/ask", data=form, headers=headers) as response:
            page = await response.text()
            assert response.status == 200, page
        assert '<div class="message">' in page, page
        return _words(page[page.index('<div class="message">') : page.index('<div class="drawings"')])

    async def submit(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        """What a page of the desk answers to a form that a script sends."""
        headers = {"X-Desk-Part": "form", "Origin": self.desk}
        async with self._http.post(self.desk + path, data={"csrf": self._csrf, **form}, headers=headers) as response:
            return response.status, await response.text()

    async def tells(self, line: str, *wanted: str, channel: str = "") -> None:
        """Wait until an answer at the desk holds all these words."""

        async def told() -> bool:
            answer = await self.ask(line, channel)
            return all(word in answer for word in wanted)

        await until(told)

    async def shows(self, path: str, *wanted: str) -> None:
        """Wait until a page of the desk holds all these words."""

        async def shown() -> bool:
            page = await self.words(path)
            return all(word in page for word in wanted)

        await until(shown)

    async def says(self, *wanted: str) -> None:
        """Wait until it said all these words on its standard streams."""
        await until(lambda: all(word in self.said for word in wanted), lambda: self.said)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    def memory(self) -> int:
        """Bytes of memory that are its own."""
        status = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        return sum(int(found) for found in re.findall(r"Private_\w+:\s+(\d+) kB", status)) * 1024


@asynccontextmanager
async def started(home: Path, environ: Mapping[str, str], *, whole: bool = WHOLE) -> AsyncIterator[Product]:
    """`python -m bot run` with this environment and nothing else in it; stopped at the end.

    Whatever happened, it logged no traceback, and left no connection open behind it.
    """
    password = environ.get("DESK_PASSWORD") or "canary-" + secrets.token_hex(8)
    environ = surroundings({"DESK_PASSWORD": password, **environ})
    words = ("run", "--config", str(home / "config.yaml"))
    process = await nursery.start("bot", *words, cwd=home, env=environ, stdout=PIPE, stderr=PIPE, whole=whole)
    assert process.stdout is not None
    assert process.stderr is not None
    out: list[str] = []
    err: list[str] = []
    reading = [asyncio.create_task(_read(process.stdout, out)), asyncio.create_task(_read(process.stderr, err))]
    try:
        await until(lambda: process.returncode is not None or any(line.startswith("Stop with") for line in out))
        desk = next((line for line in out if line.startswith("Desk: ")), None)
        assert desk is not None, "".join([*out, *err])
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=CAP)) as http:
            product = Product(process, desk.removeprefix("Desk: ").strip().rstrip("/"), out, err, password, http)
            await product.enter()
            yield product
    finally:
        await _end(process)
        await asyncio.gather(*reading)
        print("".join([*out, *err]))
    unwanted = [line for line in err if "Traceback" in line or "Unclosed" in line]
    assert not unwanted, "".join(err)


async def told(home: Path, *words: str, environ: Mapping[str, str]) -> tuple[int, str]:
    """Exit code and everything said by `python -m bot WORDS`."""
    words = (*words, "--config", str(home / "config.yaml"))
    process = await nursery.start("bot", *words, cwd=home, env=surroundings(environ), stdout=PIPE, stderr=STDOUT)
    try:
        async with asyncio.timeout(2 * CAP):
            said, _ = await process.communicate()
    finally:
        await _end(process)
    assert process.returncode is not None
    return process.returncode, said.decode()


async def until(
    holds: Callable[[], bool | Awaitable[bool]], why: Callable[[], str] = lambda: "it does not come about"
) -> None:
    """Wait until this holds; what another process does can only be asked for, which costs it some of its time."""
    end = time.monotonic() + CAP
    while True:
        found = holds()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < end, why()
        await asyncio.sleep(0.1 if isinstance(found, bool) else 0.25)


async def together(*works: Awaitable[None]) -> None:
    """Do all at once, each to its end, and raise whatever went wrong in any of them."""
    found = await asyncio.gather(*works, return_exceptions=True)
    wrong = [one for one in found if isinstance(one, BaseException)]
    if wrong:
        raise BaseExceptionGroup(f"{len(wrong)} of {len(works)} went wrong", wrong)


def surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment of what is given, and what a Python needs."""
    usual = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    return usual | {"PYTHONDONTWRITEBYTECODE": "1", **environ}


async def _end(process: Process) -> None:
    """Ask it to stop, and see that it does."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), CAP)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError("it does not stop when it is asked to") from None


async def _read(stream: asyncio.StreamReader, lines: list[str]) -> None:
    while line := await stream.readline():
        lines.append(line.decode())


def _csrf_in(page: str) -> str:
    found = CSRF.search(page)
    assert found, page
    return html.unescape(found[1])


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())
