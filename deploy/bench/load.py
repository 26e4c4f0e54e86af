"""A small HTTP client for load: keep-alive connections, one request in flight on each, times of each answer."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Measured:
    """``rate``: requests per second. ``seconds``: time of each request, sorted. ``refused``: answers other than 2xx."""

    rate: float
    seconds: Sequence[float]
    refused: int

    def percentile(self, percent: float) -> float:
        """Return the time within which ``percent`` of the requests were answered, in seconds."""
        return self.seconds[min(int(len(self.seconds) * percent / 100), len(self.seconds) - 1)]


async def load(port: int, requests: Sequence[bytes], clients: int) -> Measured:
    """Send ``requests`` (complete HTTP/1.1 requests) over ``clients`` connections to the loopback address."""
    waiting = iter(requests)
    times: list[float] = []
    refused = 0

    async def work() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection(HOST, port)
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            times.append(time.perf_counter() - begun)
            refused += not 200 <= status < 300
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(clients)))
    return Measured(len(requests) / (time.perf_counter() - begun), sorted(times), refused)


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    if length:
        await reader.readexactly(length)
    return int(lines[0].split()[1])


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return a complete POST request with a JSON body."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
