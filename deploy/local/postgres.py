"""One private PostgreSQL server: started as an ordinary process, killed and restarted at will."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from deploy.local.errors import LocalServerError
from deploy.local.ports import LOOPBACK
from deploy.local.postgres_programs import data_directory, find_postgres, server_user
from deploy.local.processes import Launch, ServerProcess
from deploy.local.remembered import remember_ports, remember_secret

_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit
_SOCKET_NAME = "/.s.PGSQL.00000.lock"
# Only for tests that never kill the database: a crash may then lose or damage everything.
_FRAGILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """A server that keeps everything in ``directory``; its data may lie in the temporary directory.

    ``durable``: committed rows survive ``kill``. False is faster and promises nothing.

    The port and the administrator stay the same over kill, restart and a later run in the same
    directory. PostgreSQL refuses root, so under root the server runs as ``postgres`` or ``nobody``.
    """

    admin_user = "shangda_admin"

    def __init__(self, directory: Path, durable: bool = True) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory.resolve()
        self.durable = durable
        self.admin_password = remember_secret(self.directory / "admin-password")
        self.port = remember_ports(self.directory / "ports.json", ["postgres"])["postgres"]
        self.data: Path | None = None
        self._process = ServerProcess("PostgreSQL", self.directory / "process.json")

    @property
    def alive(self) -> bool:
        """Whether the process runs; ``start`` returns only once it also answers."""
        return self._process.alive

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.directory / "postgres.log"

    def admin_dsn(self, database: str = "postgres") -> str:
        """Address with the superuser's login, for asyncpg and psycopg alike."""
        return f"postgresql://{self.admin_user}:{self.admin_password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Make the data directory when there is none, start, and return when a query is answered.

        Raises ProgramMissing, DirectoryUnsafe, or ServerFailed with the end of the server's log.
        """
        programs = find_postgres()
        user = server_user()
        self.data = data_directory(self.directory / "data", user)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs, self.data)
        other = user.pw_uid != os.geteuid()
        self._process.start(
            Launch(
                arguments=[str(programs / "postgres"), "-D", str(self.data), *self._options(self.data)],
                environment=_environment(),
                directory=self.data,
                log=self.log,
                marker=f"-D {self.data}",
                user=user.pw_uid if other else None,
                group=user.pw_gid if other else None,
                stop_signal=signal.SIGINT,  # "fast": end the sessions, write everything, exit
            )
        )
        self._process.wait_ready(self._answers, _READY_SECONDS)

    def stop(self) -> None:
        """Stop in good order. Fine when not running."""
        self._process.stop(_STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL the server and every backend, as a power cut would; returns when all are gone.

        The backends too, because the next start is refused while one of them still holds the
        shared memory.
        """
        self._process.kill(descendants=True)

    def restart(self) -> None:
        """Start again after ``kill`` (which replays the log first), or stop and start when it runs."""
        self.stop()
        self.start()

    def remove_data(self) -> None:
        """Delete the data directory, wherever it lies. Raises RuntimeError while the server runs."""
        if self.alive:
            raise RuntimeError("PostgreSQL still runs; stop it before its data are removed")
        if self.data is not None and self.data.exists():
            shutil.rmtree(self.data)

    def _initialise(self, programs: Path, data: Path) -> None:
        user = server_user()
        other = user.pw_uid != os.geteuid()
        password_file = data.parent / f"{data.name}.password"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.admin_password, encoding="ascii")
        os.chown(password_file, user.pw_uid, user.pw_gid)
        done = subprocess.run(
            [
                str(programs / "initdb"),
                *("-D", str(data), "-U", self.admin_user, f"--pwfile={password_file}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"),
                *(() if self.durable else ("--no-sync",)),
            ],
            env=_environment(),
            cwd=data,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=user.pw_uid if other else None,
            group=user.pw_gid if other else None,
            extra_groups=[] if other else None,
        )
        password_file.unlink()
        if done.returncode != 0:
            raise LocalServerError(f"initdb could not make {data}: {done.stderr}\n无法初始化数据库目录 {data}")

    def _options(self, data: Path) -> list[str]:
        fits = len(os.fsencode(data)) + len(_SOCKET_NAME) <= _LONGEST_SOCKET_PATH
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(data) if fits else "",
            "max_connections": "400",
            "shared_buffers": "256MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else _FRAGILE),
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.admin_dsn(), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _environment() -> dict[str, str]:
    """A whole environment, so that no PG* variable of the user reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
