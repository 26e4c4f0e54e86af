"""One private RabbitMQ node: started as an ordinary process, killed and restarted at will."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import httpx

from deploy.local.epmd import Epmd
from deploy.local.errors import LocalServerError, ProgramMissing
from deploy.local.ports import LOOPBACK
from deploy.local.processes import Launch, ServerProcess
from deploy.local.remembered import remember_ports, remember_secret

_PLUGINS = ("rabbitmq_management", "rabbitmq_shovel", "rabbitmq_shovel_management", "rabbitmq_prometheus")
_READY_SECONDS = 120.0  # a node needs 6 s alone; many at once on two cores need much longer
_STOP_SECONDS = 30.0
_CTL_SECONDS = 60.0
_GREETING = b"AMQP\x00\x00\x09\x01"
_PORTS = ("amqp", "management", "prometheus", "distribution", "ctl")


class RabbitNode:
    """A node called ``name`` (letters, digits, underscores) that keeps everything in ``directory``.

    Its ports and its administrator stay the same over kill, restart and a later run in the same
    directory. ``admin_user`` may do everything in the vhost ``/`` and manage the node.
    """

    admin_user = "shangda_admin"

    def __init__(self, directory: Path, name: str, epmd: Epmd) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory.resolve()
        self.name = name
        self.node_name = f"{name}@localhost"
        self.admin_password = remember_secret(self.directory / "admin-password")
        ports = remember_ports(self.directory / "ports.json", _PORTS)
        self.amqp_port = ports["amqp"]
        self.management_port = ports["management"]
        self.prometheus_port = ports["prometheus"]
        self._ports = ports
        self._epmd = epmd
        self._process = ServerProcess(f"RabbitMQ node {name}", self.directory / "process.json")

    @property
    def alive(self) -> bool:
        """Whether the process runs; ``start`` returns only once it also answers."""
        return self._process.alive

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.directory / "log" / "rabbit.log"

    @property
    def management_url(self) -> str:
        """Address of the management API without a login: http://127.0.0.1:<port>."""
        return f"http://{LOOPBACK}:{self.management_port}"

    @property
    def prometheus_url(self) -> str:
        return f"http://{LOOPBACK}:{self.prometheus_port}/metrics"

    def amqp_url(self, vhost: str = "/") -> str:
        """Address with the administrator's login. The vhost is always spelt out: a bare ``/`` means ""."""
        login = f"{self.admin_user}:{self.admin_password}"
        return f"amqp://{login}@{LOOPBACK}:{self.amqp_port}/{quote(vhost, safe='')}"

    def start(self) -> None:
        """Start, and return when AMQP and the management API answer.

        Raises ProgramMissing, or ServerFailed with the end of the node's log.
        """
        programs = find_rabbitmq()
        self._write_files()
        self._process.start(
            Launch(
                arguments=[str(programs / "rabbitmq-server")],
                environment=self._environment(),
                directory=self.directory,
                log=self.directory / "log" / "console.log",
                marker=f"-shangda {self.directory}",
            )
        )
        self._process.wait_ready(self._answers, _READY_SECONDS)

    def stop(self) -> None:
        """Stop in good order (5-8 s: RabbitMQ closes connections and queues first). Fine when not running."""
        self._process.stop(_STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL the node; returns when the process is gone. What it had confirmed is on the disk."""
        self._process.kill()

    def restart(self) -> None:
        """Start again after ``kill``, or stop and start when it runs."""
        self.stop()
        self.start()

    def ctl(self, *arguments: str) -> str:
        """Return what ``rabbitmqctl`` prints, run against this node. Raises LocalServerError when it fails."""
        done = subprocess.run(
            [str(find_rabbitmq() / "rabbitmqctl"), "--quiet", *arguments],
            env=self._environment(),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_CTL_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise LocalServerError(f"rabbitmqctl {' '.join(arguments)} failed: {done.stderr or done.stdout}")
        return done.stdout

    def flush_declarations(self) -> None:
        """Write to the disk which quorum queues exist (about 0.5 s). Call it between declaring and killing.

        RabbitMQ 3.10 writes that list about a second after the last declaration. A node killed
        before starts such a queue anew: empty, although it had confirmed messages, and mute.
        """
        self.ctl("eval", "lists:foreach(fun dets:sync/1, dets:all()).")

    def _answers(self) -> bool:
        """The AMQP door opens last, after all plugins; the management API is asked because tests need it."""
        try:
            with socket.create_connection((LOOPBACK, self.amqp_port), timeout=2.0) as probe:
                probe.sendall(_GREETING)
                if not probe.recv(7):
                    return False
            answer = httpx.get(
                f"{self.management_url}/api/overview", auth=(self.admin_user, self.admin_password), trust_env=False
            )
        except (OSError, httpx.TransportError):
            return False
        return answer.status_code == httpx.codes.OK

    def _write_files(self) -> None:
        for folder in ("log", "data", "generated"):
            (self.directory / folder).mkdir(exist_ok=True)
        configuration = self.directory / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(), encoding="utf-8")
        (self.directory / "advanced.config").write_text("[].\n", encoding="utf-8")
        (self.directory / "enabled_plugins").write_text(f"[{','.join(_PLUGINS)}].\n", encoding="utf-8")
        cookie = self.directory / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(self._epmd.cookie, encoding="ascii")
            cookie.chmod(0o400)

    def _configuration(self) -> str:
        lines = {
            "listeners.tcp.1": f"{LOOPBACK}:{self.amqp_port}",
            "management.tcp.ip": LOOPBACK,
            "management.tcp.port": self.management_port,
            "prometheus.tcp.ip": LOOPBACK,
            "prometheus.tcp.port": self.prometheus_port,
            "default_user": self.admin_user,
            "default_pass": self.admin_password,
            "collect_statistics_interval": 1000,  # milliseconds; stories wait for counts
            "channel_max": 2047,
            # A small machine's disk must not make the node refuse publishes in the middle of a story.
            "disk_free_limit.absolute": "50MB",
            "log.console": "false",
            "log.file": self.log.name,
            "log.file.level": "info",
        }
        return "".join(f"{key} = {value}\n" for key, value in lines.items())

    def _environment(self) -> dict[str, str]:
        """A whole environment, so that no RABBITMQ_* variable of the user reaches the node."""
        home = self.directory
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(home),  # holds the cookie
            **self._epmd.environment,
            # Only so does the script become the node itself; else it stays as a shell in between,
            # and a signal sent to it runs rabbitmqctl instead of reaching the node.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": self.node_name,
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.amqp_port),
            "RABBITMQ_DIST_PORT": str(self._ports["distribution"]),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(self._ports["ctl"]),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(self._ports["ctl"] + 20),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_PID_FILE": str(home / "rabbit.pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {{127,0,0,1}} -shangda {self.directory}"
            ),
        }


def find_rabbitmq() -> Path:
    """Return the folder with RabbitMQ's own scripts. Raises ProgramMissing.

    ``SHANGDA_RABBITMQ_BIN`` names it when RabbitMQ was unpacked by hand. The wrappers that Debian
    puts in /usr/sbin are passed over: they change the user and use /var/lib/rabbitmq.
    """
    named = os.environ.get("SHANGDA_RABBITMQ_BIN")
    folders = [Path(named)] if named else [Path("/usr/lib/rabbitmq/bin"), *_unpacked()]
    for folder in folders:
        if os.access(folder / "rabbitmq-server", os.X_OK):
            return folder
    raise ProgramMissing("RabbitMQ", remedy="apt-get install rabbitmq-server")


def _unpacked() -> list[Path]:
    """Where other packages and archives put the scripts."""
    found = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"), reverse=True)
    program = shutil.which("rabbitmq-server")
    if program and Path(program).parent != Path("/usr/sbin"):
        found.append(Path(program).resolve().parent)
    return found
