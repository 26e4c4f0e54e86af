"""PostgreSQL and RabbitMQ nodes together, for one demo, story, benchmark or test run."""

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.epmd import Epmd
from deploy.local.postgres import PostgresServer
from deploy.local.processes import sweep
from deploy.local.rabbit import RabbitNode

_LARGEST = 26


class LocalStack:
    """``with LocalStack(directory) as stack``: one PostgreSQL and ``rabbit_nodes`` independent brokers (1-26).

    ``durable``: see PostgresServer. ``keep``: whether the directory outlives the stack; a kept one
    continues with its data, ports and passwords in a later run.

    Each server's folder has a ``process.json`` with its process id while it runs. On exit exactly
    the servers started here are stopped. Left-overs of a crashed run in the same directory are
    ended before anything starts.
    """

    def __init__(self, directory: Path, rabbit_nodes: int = 1, durable: bool = True, *, keep: bool = True) -> None:
        if not 1 <= rabbit_nodes <= _LARGEST:
            raise ValueError(f"rabbit_nodes must be 1 to {_LARGEST}, not {rabbit_nodes}")
        self.directory = directory
        self.sweep(directory)
        directory.mkdir(parents=True, exist_ok=True)
        self.postgres = PostgresServer(directory / "postgres", durable)
        self.epmd = Epmd(directory / "epmd")
        self.nodes = [
            RabbitNode(directory / f"rabbit-{letter}", letter, self.epmd)
            for letter in map(chr, range(ord("a"), ord("a") + rabbit_nodes))
        ]
        self._keep = keep

    @property
    def rabbit(self) -> RabbitNode:
        """The first node, which is the only one in most runs."""
        return self.nodes[0]

    def start(self) -> None:
        """Start all servers at once and return when all answer. When one fails, the others are stopped again."""
        try:
            self.epmd.start()
            _all_at_once([self.postgres.start, *(node.start for node in self.nodes)])
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End what was started here, brokers and database at once, then their name server. Fine when stopped.

        With ``keep=False`` the servers are killed and their data removed: nobody reads them again,
        and a broker needs 6 s to stop in good order.
        """
        servers: list[PostgresServer | RabbitNode] = [self.postgres, *self.nodes]
        _all_at_once([server.stop if self._keep else server.kill for server in servers])
        self.epmd.stop()
        if not self._keep and self.directory.exists():
            self.postgres.remove_data()
            shutil.rmtree(self.directory)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def sweep(directory: Path) -> int:
        """End the servers that a crashed run left in ``directory``; returns how many there were.

        A process is ended only when its start time and command line show that it is that server.
        """
        return sum(sweep(record) for record in sorted(directory.glob("*/process.json")))


def _all_at_once(actions: Sequence[Callable[[], None]]) -> None:
    """Run the actions in parallel; when several fail, raise the group of their errors."""
    with ThreadPoolExecutor(max_workers=len(actions)) as workers:
        running: list[Future[None]] = [workers.submit(action) for action in actions]
    errors = [error for future in running if (error := future.exception()) is not None]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BaseExceptionGroup("several servers failed", errors)
