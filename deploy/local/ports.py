"""Free TCP ports on the loopback address."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LOWEST = 10_240
_FALLBACK = range(20_000, 32_768)


def free_ports(count: int) -> list[int]:
    """Return ``count`` different ports on which nothing listens at this moment."""
    candidates = _outside_outgoing_range()
    found: list[int] = []
    for port in random.sample(candidates, len(candidates)):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    if len(found) < count:
        raise OSError(f"only {len(found)} of {count} loopback ports are free")
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do it: a connection in TIME_WAIT does not hold the port, a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _outside_outgoing_range() -> range:
    """Ports the kernel never gives to outgoing connections.

    A server that was killed keeps its port number for its restart. Inside the outgoing range a
    client that keeps reconnecting could be given that very port, and would connect to itself.
    """
    limits = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not limits.exists():
        return _FALLBACK
    lowest_outgoing, highest_outgoing = map(int, limits.read_text(encoding="ascii").split())
    below = range(_LOWEST, lowest_outgoing)
    above = range(highest_outgoing + 1, 65_536)
    return max(below, above, key=len) or _FALLBACK
