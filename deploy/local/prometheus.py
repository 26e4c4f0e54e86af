"""A private Prometheus, for tests of dashboards and alerts and for the demo."""

import os
import shutil
from pathlib import Path

import httpx

from deploy.local.errors import ProgramMissing
from deploy.local.ports import LOOPBACK
from deploy.local.processes import Launch, ServerProcess
from deploy.local.remembered import remember_ports

_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0


class PrometheusServer:
    """The system's Prometheus with the configuration file ``config``, keeping its data in ``directory``."""

    def __init__(self, directory: Path, config: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory.resolve()
        self.config = config.resolve()
        self.port = remember_ports(self.directory / "ports.json", ["prometheus"])["prometheus"]
        self._process = ServerProcess("Prometheus", self.directory / "process.json")

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def url(self) -> str:
        """Base address, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start, and return when it serves queries. Raises ProgramMissing, or ServerFailed for a bad configuration."""
        program = shutil.which("prometheus")
        if program is None:
            raise ProgramMissing("Prometheus", remedy="apt-get install prometheus")
        data = self.directory / "data"
        self._process.start(
            Launch(
                arguments=[
                    program,
                    f"--config.file={self.config}",
                    f"--storage.tsdb.path={data}",
                    f"--web.listen-address={LOOPBACK}:{self.port}",
                ],
                environment={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
                directory=self.directory,
                log=self.directory / "prometheus.log",
                marker=f"--storage.tsdb.path={data}",
            )
        )
        self._process.wait_ready(self._answers, _READY_SECONDS)

    def stop(self) -> None:
        self._process.stop(_STOP_SECONDS)

    def _answers(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/-/ready", trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK
