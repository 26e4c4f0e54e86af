"""One server process that we own: started, watched, stopped, killed, and swept up after a crash.

Every process leads a session of its own, so that Ctrl+C in the terminal reaches the owner alone.
A guard (a shell that reads a pipe) ends the server when its owner dies in any way, SIGKILL
included. Linux' parent-death signal cannot do this: it fires when the *thread* that started the
child ends, and servers are started and restarted from worker threads.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.errors import ServerFailed

_POLL_SECONDS = 0.05
_GUARD = """
if read -r released; then exit 0; fi
kill -s "$2" -- "$1" 2>/dev/null
tries=0
while [ "$tries" -lt 40 ] && kill -s 0 -- "$1" 2>/dev/null; do sleep 0.25; tries=$((tries + 1)); done
kill -s KILL -- "$1" 2>/dev/null
"""


@dataclass(frozen=True)
class Launch:
    """How to start a server.

    ``marker`` is text that stands in the server's command line and in no other process's;
    a later run recognises its own left-over by it. ``user`` and ``group``: None means our own.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    marker: str
    user: int | None = None
    group: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class _Record:
    """What a later run needs to recognise a left-over; ``started`` in clock ticks after boot."""

    pid: int
    started: int
    marker: str
    stop_signal: int


@dataclass
class ServerProcess:
    """A server called ``name``; ``record`` is the file that holds its pid while it runs."""

    name: str
    record: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _launch: Launch | None = field(default=None, init=False)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id. Raises RuntimeError before the first start."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    def start(self, launch: Launch) -> None:
        """Start the process and its guard; returns at once. Raises RuntimeError when it already runs."""
        if self.alive:
            raise RuntimeError(f"{self.name} already runs as process {self.pid}")
        sweep(self.record)
        with launch.log.open("ab") as log:
            self._process = subprocess.Popen(
                launch.arguments,
                env=dict(launch.environment),
                cwd=launch.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=launch.user,
                group=launch.group,
                extra_groups=None if launch.user is None else [],
            )
        self._launch = launch
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "shangda-guard", f"-{self.pid}", launch.stop_signal.name.removeprefix("SIG")],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        entry = _Record(self.pid, _started(self.pid) or 0, launch.marker, int(launch.stop_signal))
        self.record.write_text(json.dumps(asdict(entry)), encoding="utf-8")

    def wait_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return once ``ready()`` holds. Raises ServerFailed when the process ends or time runs out."""

        def ready_or_ended() -> bool:
            return not self.alive or ready()

        in_time = wait_until(ready_or_ended, seconds)
        if not self.alive:
            code = self._process.returncode if self._process else None
            raise self.failure(f"ended with exit code {code} while starting")
        if not in_time:
            raise self.failure(f"was not ready within {seconds:.0f} s")

    def failure(self, what: str) -> ServerFailed:
        """The error to raise about this server, with the end of its log."""
        return ServerFailed(self.name, what, self._launch.log if self._launch else Path("(no log)"))

    def stop(self, seconds: float) -> None:
        """Ask the process to end, and return when it has; kill it after ``seconds``. Fine when not running."""
        if self._process is None or self._launch is None:
            return
        if self.alive:
            self._process.send_signal(self._launch.stop_signal)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()

    def kill(self, *, descendants: bool = False) -> None:
        """SIGKILL the whole process group and return when the process is gone. Fine when not running.

        ``descendants``: also kill children that lead groups of their own, and wait for them.
        """
        if self._process is None:
            return
        if self.alive:
            orphans = _children(self.pid) if descendants else {}
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            _kill_all(orphans)
        self._forget()

    def _forget(self) -> None:
        self.record.unlink(missing_ok=True)
        if self._guard is not None and self._guard.poll() is None:
            self._guard.communicate(b"released\n")
        self._guard = None


def wait_until(look: Callable[[], bool], seconds: float) -> bool:
    """Poll ``look`` until it is true; False when ``seconds`` have passed first."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def sweep(record: Path, seconds: float = 20.0) -> bool:
    """End the process that a crashed run recorded in ``record``; True when there was one to end.

    A process is ended only when its start time and its command line are the recorded ones: the
    number may belong to somebody else by now.
    """
    if not record.exists():
        return False
    entry = _Record(**json.loads(record.read_text(encoding="utf-8")))
    found = _is_ours(entry)
    if found:
        os.kill(entry.pid, entry.stop_signal)
        if not wait_until(lambda: not _is_ours(entry), seconds):
            os.killpg(entry.pid, signal.SIGKILL)
            wait_until(lambda: not _is_ours(entry), seconds)
    record.unlink(missing_ok=True)
    return found


def _is_ours(entry: _Record) -> bool:
    try:
        line = Path(f"/proc/{entry.pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return entry.marker.encode() in line.replace(b"\0", b" ") and _started(entry.pid) == entry.started


def _started(pid: int) -> int | None:
    """When the process began, in clock ticks after boot; None when there is no such process."""
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _children(parent: int) -> dict[int, int]:
    """Process ids of the children now, each with its start time."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        fields = _stat(int(entry.name)) if entry.name.isdigit() else None
        if fields and int(fields[1]) == parent:
            found[int(entry.name)] = int(fields[19])
    return found


def _kill_all(processes: Mapping[int, int]) -> None:
    """SIGKILL those that still are what they were, and wait until none of them runs."""

    def running() -> list[int]:
        states = {pid: _stat(pid) for pid in processes}
        return [
            pid for pid, fields in states.items() if fields and fields[0] != "Z" and int(fields[19]) == processes[pid]
        ]

    for pid in running():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not running(), 20.0)
