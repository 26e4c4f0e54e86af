"""A TCP proxy that tests put before a server, to cut, stall and restore the way to it."""

import asyncio
from types import TracebackType
from typing import Self


class Proxy:
    """Forwards a local port to ``host``:``port``. ``async with Proxy(host, port) as proxy``, then use ``proxy.port``.

    ``cut`` closes every connection and refuses new ones, as an unplugged server does. ``stall`` keeps connections
    open and forwards nothing, as a hung server or a full link does; new ones are accepted and get no answer either.
    ``restore`` ends both: what was stalled goes on, what was cut has to connect again. ``strand`` leaves the
    connections there are hanging for ever and serves new ones, as a firewall does that forgot them.
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._closed = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.forwarded = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self) -> None:
        """Close every connection, and each new one at once, until ``restore``."""
        self._closed = True
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def stall(self) -> None:
        """Forward nothing until ``restore``; connections stay open and nothing is lost."""
        self._flowing.clear()

    async def strand(self) -> None:
        """Let the present connections hang and never go on; new ones are served."""
        self._flowing.clear()
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def restore(self) -> None:
        """Let everything flow again."""
        self._closed = False
        self._flowing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        flowing = self._flowing
        try:
            if self._closed:
                return
            await flowing.wait()
            far_reader, far_writer = await asyncio.open_connection(*self._to)
            self._writers.add(far_writer)
            ways = [
                asyncio.create_task(self._pump(reader, far_writer, flowing)),
                asyncio.create_task(self._pump(far_reader, writer, flowing)),
            ]
            self._tasks.update(ways)
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            self._tasks.difference_update(ways)
            far_writer.transport.abort()
            self._writers.discard(far_writer)
        except OSError:
            pass  # the server is away; whoever connected finds the connection closed
        finally:
            writer.transport.abort()
            self._writers.discard(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        try:
            while chunk := await reader.read(65_536):
                await flowing.wait()
                writer.write(chunk)
                await writer.drain()
                self.forwarded += len(chunk)
        except OSError:
            return
