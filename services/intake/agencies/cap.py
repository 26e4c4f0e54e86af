"""CAP 1.2 (Common Alerting Protocol, OASIS) as an agency event."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from shared.contracts.vocabulary import Mode, SignalSource

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_NAMES = {"cap": NAMESPACE}
_MODES = {"Actual": Mode.ACTUAL, "Exercise": Mode.DRILL, "Test": Mode.TEST}
_STATES_AN_EVENT = ("Alert", "Update")
TERRITORY = "shangda:territory"
FIGURES = ("dead", "missing", "injured")


class NotCap(ValueError):
    """The bytes are not an XML document with a CAP 1.2 alert."""


class NotAnAlert(ValueError):
    """A CAP message that states no event to us: a draft, a system message, a cancellation, an acknowledgement."""


def read_cap(body: bytes) -> dict[str, object]:
    """Return the fields of an AgencyEvent, not validated yet, from a CAP 1.2 alert; the first ``info`` counts.

    sender: the agency's code, alone or before an @. identifier: event_id; an Update has an identifier of its own
    and is a signal of its own. Figures come as parameters dead, missing, injured; the territory as geocode
    ``shangda:territory``. Raises NotCap, NotAnAlert.
    """
    try:
        alert: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        raise NotCap(f"XML: {type(error).__name__}") from error
    if alert.tag != f"{{{NAMESPACE}}}alert":
        raise NotCap(f"the root is not an alert of {NAMESPACE}")
    status, kind = _text(alert, "status"), _text(alert, "msgType")
    if status not in _MODES or kind not in _STATES_AN_EVENT:
        raise NotAnAlert(f"status {status[:20]}, msgType {kind[:20]}")
    info = alert.find("cap:info", _NAMES)
    if info is None:
        raise NotAnAlert("no info")
    parameters = _named(info, "parameter")
    return {
        "event_id": _text(alert, "identifier"),
        "agency": _text(alert, "sender").partition("@")[0],
        "source": parameters.get("source", SignalSource.LINE_DEPT.value),
        "occurred_at": _text(info, "onset") or _text(info, "effective") or None,
        "sent_at": _text(alert, "sent") or None,
        "place": _text(info, "area/areaDesc"),
        "territory": _territory(info),
        "kind": _text(info, "event"),
        "figures": {name: parameters[name] for name in FIGURES if parameters.get(name)},
        "gist": _text(info, "description") or _text(info, "headline"),
        "mode": _MODES[status].value,
    }


def _text(element: Element, path: str) -> str:
    found = element.find("/".join(f"cap:{step}" for step in path.split("/")), _NAMES)
    return "" if found is None else (found.text or "").strip()


def _named(element: Element, tag: str) -> dict[str, str]:
    return {_text(each, "valueName"): _text(each, "value") for each in element.findall(f"cap:{tag}", _NAMES)}


def _territory(info: Element) -> str | None:
    area = info.find("cap:area", _NAMES)
    return None if area is None else _named(area, "geocode").get(TERRITORY)
