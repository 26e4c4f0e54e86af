"""Structured logs on standard output: one JSON object a line, with the trace's id; never a payload."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.telemetry.tracing import Tracing, trace_id

Entry = MutableMapping[str, Any]


def set_up_logs(site: str, *, level: int = logging.INFO) -> None:
    """Send all logs of this process, ours and the libraries', to standard output as JSON lines."""

    def place(_: object, __: str, entry: Entry) -> Entry:
        entry["site"] = site
        if (found := trace_id(Tracing.now())) is not None:
            entry["trace"] = found
        return entry

    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            place,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # The driver logs every lost connection with a stack; ours say it once, with what follows from it.
    for noisy in ("aio_pika", "aiormq", "httpx", "httpcore", "yoyo"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
