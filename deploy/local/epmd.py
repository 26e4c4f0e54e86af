"""Erlang's name server on a private port, shared by the RabbitMQ nodes of one stack."""

import os
import shutil
import socket
from pathlib import Path

from deploy.local.errors import ProgramMissing
from deploy.local.ports import LOOPBACK
from deploy.local.processes import Launch, ServerProcess
from deploy.local.remembered import remember_ports, remember_secret

_READY_SECONDS = 20.0
_STOP_SECONDS = 5.0


class Epmd:
    """One epmd, and the cookie that its nodes share: nodes of one ``Epmd`` may form a cluster.

    Left alone, every Erlang tool would start an epmd for the whole machine on 0.0.0.0:4369 that
    outlives the nodes. This one listens on the loopback address and is ended by its process id.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.port = remember_ports(directory / "ports.json", ["epmd"])["epmd"]
        self.cookie = remember_secret(directory / "cookie")
        self._process = ServerProcess("epmd", directory / "process.json")

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def environment(self) -> dict[str, str]:
        """What every Erlang process must be started with to find this epmd and start no other."""
        return {"ERL_EPMD_PORT": str(self.port), "ERL_EPMD_ADDRESS": LOOPBACK}

    def start(self) -> None:
        """Start and return when it answers. Raises ProgramMissing or ServerFailed."""
        program = shutil.which("epmd")
        if program is None:
            raise ProgramMissing("epmd (Erlang)", remedy="apt-get install rabbitmq-server")
        self._process.start(
            Launch(
                arguments=[program, "-port", str(self.port), "-address", LOOPBACK],
                environment={"PATH": os.environ.get("PATH", os.defpath)},
                directory=self.directory,
                log=self.directory / "epmd.log",
                marker=f"-port {self.port}",
            )
        )
        self._process.wait_ready(self._answers, _READY_SECONDS)

    def stop(self) -> None:
        self._process.stop(_STOP_SECONDS)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0
