"""What can go wrong with a local server. Each message names the thing that is missing and the remedy."""

from pathlib import Path

_TAIL_LINES = 25


class LocalServerError(RuntimeError):
    """A private server could not be started, stopped or asked."""


class ProgramMissing(LocalServerError):
    """A program is not installed on this machine; nothing was started."""

    def __init__(self, program: str, *, remedy: str) -> None:
        super().__init__(f"{program} is not installed. Install it with:  {remedy}\n缺少 {program}，请执行：{remedy}")
        self.program = program
        self.remedy = remedy


class ServerFailed(LocalServerError):
    """A server ended by itself, or was not ready in time. The end of its log says why."""

    def __init__(self, server: str, what: str, log: Path) -> None:
        super().__init__(
            f"{server} {what}. The end of its log {log}:\n{_tail(log)}\n{server} 未能就绪，原因见上面的日志：{log}"
        )
        self.server = server
        self.log = log


class DirectoryUnsafe(LocalServerError):
    """A directory for server data exists and belongs to somebody else, so it is not written to."""

    def __init__(self, directory: Path, owner: int) -> None:
        super().__init__(
            f"{directory} belongs to user id {owner}. Remove it with:  rm -r {directory}\n"
            f"目录 {directory} 属于其他用户，请执行：rm -r {directory}"
        )
        self.directory = directory


def _tail(log: Path) -> str:
    if not log.exists():
        return "(no log was written)"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])
