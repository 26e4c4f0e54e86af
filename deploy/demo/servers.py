"""The servers of the demo: private ones, a broker per site, or those that the environment names."""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.postgres_programs import data_directory, server_user
from deploy.local.stack import LocalStack
from deploy.provision.site import Servers
from shared.contracts.identifiers import SiteId


class AlreadyRunning(Exception):
    """Two demos in one directory would end each other's servers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"演示已在运行（{folder}）。请先在那个终端按 Ctrl-C 结束它")


@dataclass(frozen=True, slots=True)
class Found:
    """Servers per site. ``flush``: write the brokers' declarations down. ``private``: they end with the demo."""

    by_site: Mapping[SiteId, Servers]
    flush: Callable[[], None]
    private: bool


def shared_servers(sites: Sequence[SiteId], named: Servers) -> Found:
    """Return servers that are not ours, the same for every site: only vhosts and databases are made there."""
    return Found(dict.fromkeys(sites, named), lambda: None, private=False)


@contextmanager
def private_servers(sites: Sequence[SiteId], folder: Path) -> Iterator[Found]:
    """Yield fresh servers in ``folder``: one PostgreSQL, and a broker per site. Sweeps up what a crash left there.

    Raises AlreadyRunning, LocalServerError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(folder) from error
        _sweep(folder)
        with LocalStack(folder, rabbit_nodes=len(sites), keep=False) as stack:
            yield _found(sites, stack)


def _found(sites: Sequence[SiteId], stack: LocalStack) -> Found:
    dsn = stack.postgres.admin_dsn()
    by_site = {
        site: Servers("127.0.0.1", node.amqp_port, node.management_url, node.admin_user, node.admin_password, dsn)
        for site, node in zip(sites, stack.nodes, strict=True)
    }

    def flush() -> None:
        """RabbitMQ 3.10 starts a just declared quorum queue anew when it is killed before it wrote it down."""
        for node in stack.nodes:
            node.flush_declarations()

    return Found(by_site, flush, private=True)


def _sweep(folder: Path) -> None:
    """End left-over servers and remove their data, so that the demo begins with nothing."""
    if not folder.exists():
        return
    LocalStack.sweep(folder)
    postgres = (folder / "postgres").resolve()
    if postgres.exists():
        shutil.rmtree(data_directory(postgres / "data", server_user()))
    shutil.rmtree(folder, ignore_errors=True)
