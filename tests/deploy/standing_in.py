"""A docker daemon and the base images of the compose project: real ones where they can be had, else stand-ins.

What is made is kept in ``KEPT``, so that only the first run takes long (debootstrap and a build: some ten minutes).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.processes import wait_until

KEPT = Path("/tmp/shangda-docker")
STANDINS = Path(__file__).with_name("standins")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
BASE = "shangda-standin:base"
PACKAGES = "ca-certificates,python3,python3-venv,python3-pip,rabbitmq-server,postgresql-15,prometheus,wget"
NEEDED = {
    "docker": "apt-get install docker.io",
    "debootstrap": "apt-get install debootstrap",
}


class CannotTry(Exception):
    """The compose project cannot be tried on this machine; the text says what is needed."""


def run(*command: str, environment: Mapping[str, str] | None = None, within: Path | None = None) -> str:
    """Return what a command prints. Raises CalledProcessError with its output noted."""
    done = subprocess.run(
        command,
        cwd=within,
        env={**os.environ, "DOCKER_BUILDKIT": "0", **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        error.add_note((done.stdout + done.stderr)[-4_000:])
        raise error
    return done.stdout


def answers(environment: Mapping[str, str]) -> bool:
    """Tell whether a docker daemon answers."""
    try:
        run("docker", "info", environment=environment)
    except subprocess.CalledProcessError:
        return False
    return True


@contextmanager
def daemon() -> Iterator[Mapping[str, str]]:
    """Yield the environment in which docker answers: the machine's daemon, or one started here. Raises CannotTry."""
    missing = [remedy for program, remedy in NEEDED.items() if shutil.which(program) is None]
    if missing:
        raise CannotTry("; ".join(missing))
    if answers({}):
        yield {}
        return
    program = shutil.which("dockerd")
    if program is None or os.geteuid() != 0:
        raise CannotTry(
            "no docker daemon answers, and none may be started here: that takes root and an executable dockerd "
            "(apt-get install docker.io). Start one yourself and name it in DOCKER_HOST."
        )
    KEPT.mkdir(exist_ok=True)
    environment = {"DOCKER_HOST": f"unix://{KEPT}/docker.sock"}
    roots = [f"--data-root={KEPT}/data", f"--exec-root={KEPT}/exec", f"--pidfile={KEPT}/pid"]
    with (KEPT / "log").open("wb") as log:
        started = subprocess.Popen(
            [program, *roots, "-H", environment["DOCKER_HOST"]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until(lambda: started.poll() is not None or answers(environment), 60)
        if started.poll() is not None:
            said = (KEPT / "log").read_text(errors="replace")[-1_500:]
            raise CannotTry(f"dockerd does not start here (namespaces, cgroups, iptables must be allowed): {said}")
        # What a run that was cut off left behind would start again by itself; nobody else uses this daemon.
        if leftovers := run("docker", "ps", "-aq", environment=environment).split():
            run("docker", "rm", "-f", "-v", *leftovers, environment=environment)
        run("docker", "volume", "prune", "-f", environment=environment)
        run("docker", "network", "prune", "-f", environment=environment)
        yield environment
    finally:
        started.terminate()
        started.wait(30)


def make_images(images: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Make sure that every image is there; return those for which a stand-in was made."""
    standing_in = [image for image in images if not _there(image, environment) and not _pulled(image, environment)]
    if standing_in and not _there(BASE, environment):
        _make_base(environment)
    for image in standing_in:
        _make(image, environment)
    return standing_in


def _there(image: str, environment: Mapping[str, str]) -> bool:
    return bool(run("docker", "images", "-q", image, environment=environment).strip())


def _pulled(image: str, environment: Mapping[str, str]) -> bool:
    try:
        run("docker", "pull", "-q", image, environment=environment)
    except subprocess.CalledProcessError:
        return False
    return True


def _make_base(environment: Mapping[str, str]) -> None:
    KEPT.mkdir(exist_ok=True)
    root, archive = KEPT / "root", KEPT / "base.tar"
    shutil.rmtree(root, ignore_errors=True)
    run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root))
    run("tar", "-C", str(root), "-cf", str(archive), ".")
    run("docker", "import", str(archive), BASE, environment=environment)
    archive.unlink()
    shutil.rmtree(root)


def _make(image: str, environment: Mapping[str, str]) -> None:
    kind = image.partition(":")[0].rpartition("/")[2]
    source, folder = STANDINS / kind, KEPT / "build" / kind
    if not source.exists():
        raise CannotTry(f"{image} cannot be pulled and has no stand-in")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    shutil.copy(CERTIFICATES, folder / CERTIFICATES.name)
    run("docker", "build", "-q", "-t", image, str(folder), environment=environment)
