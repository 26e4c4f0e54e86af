"""What operators watch, by subject. ``python -m deploy.grafana.boards`` writes the JSON anew; a test compares."""

import json
from pathlib import Path

from deploy.grafana.panels import Dashboard, as_json
from deploy.grafana.traffic import LINKS, MESSAGING, PARKED
from deploy.grafana.work import CHAIN, CLOCKS

FOLDER = Path(__file__).resolve().parent / "dashboards"
BOARDS = (CHAIN, CLOCKS, LINKS, MESSAGING, PARKED)


def text_of(board: Dashboard) -> str:
    """Return the file that Grafana reads."""
    return json.dumps(as_json(board), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for board in BOARDS:
        (FOLDER / f"{board.uid}.json").write_text(text_of(board), encoding="utf-8")
