"""An internet of the tests' own: names with public addresses, and real servers of this machine behind these."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.fetching import Wire

PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

NEWS = {"news.example": [[PUBLIC]], "other.example": [[PUBLIC]]}

Answer = Callable[[str], bytes | Iterable[bytes]]
"""From the head of a request to what is sent; of several parts one is sent every tenth of a second."""


def page(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    """An answer over HTTP, whole."""
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body


def moved(to: str, status: int = 302) -> bytes:
    """An answer that leads on."""
    return page(b"", f"Location: {to}", status=f"{status} Moved")


@dataclass
class Internet:
    """Names and the addresses they have, one list for each time they are asked for; the last one stays."""

    names: dict[str, list[Sequence[str]]]
    ports: dict[int, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    trust: ssl.SSLContext | None = None

    def wire(self, within: float = 10.0) -> Wire:
        """How to fetch from here: all is as outside, and only the last step ends at this machine's servers."""
        return Wire(self._look_up, self._socket, self.trust or True, within)

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:  # such as 0x7f.1, which this machine reads as it always does
            info = await asyncio.get_running_loop().getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
            return [str(address[0]) for *_, address in info]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _socket(self, info: Any) -> socket.socket:
        internet = self

        class Diverted(socket.socket):
            def connect(self, address: Any) -> None:
                internet.called.append(f"{address[0]}:{address[1]}")
                super().connect(("127.0.0.1", internet.ports[address[1]]))

        return Diverted(socket.AF_INET, socket.SOCK_STREAM)


@asynccontextmanager
async def internet(
    answer: Answer, names: Mapping[str, Sequence[Sequence[str]]] = NEWS, certificate: Path | None = None
) -> AsyncIterator[Internet]:
    """One server behind all addresses, on port 80, and on 443 where there is a certificate."""
    here = Internet({name: list(answers) for name, answers in names.items()})

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            here.heads.append(head)
            await _send(writer, answer(head))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who fetched went away, which is what most tests here are about
        finally:
            writer.close()

    servers = [(80, await asyncio.start_server(serve, "127.0.0.1", 0))]
    if certificate:
        with_it = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with_it.load_cert_chain(certificate)
        here.trust = ssl.create_default_context(cafile=str(certificate))
        servers.append((443, await asyncio.start_server(serve, "127.0.0.1", 0, ssl=with_it)))
    here.ports = {port: server.sockets[0].getsockname()[1] for port, server in servers}
    try:
        yield here
    finally:
        for _, server in servers:
            server.close()


async def _send(writer: asyncio.StreamWriter, answered: bytes | Iterable[bytes]) -> None:
    for part in [answered] if isinstance(answered, bytes) else answered:
        writer.write(part)
        await writer.drain()
        if not isinstance(answered, bytes):
            await asyncio.sleep(0.1)


def certificate(folder: Path, host: str) -> Path:
    """A key and a certificate for a host, in one file."""
    made = folder / "both.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(made)]
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    done = subprocess.run(["openssl", "req", "-x509", *key, *names, "-days", "2"], capture_output=True, check=True)
    made.write_bytes(made.read_bytes() + done.stdout)
    return made
