"""Reading one message of an agency: an event, or why it is refused. Pure; never raises for what a message holds."""

import hashlib
import html
import re
from dataclasses import dataclass

from pydantic import ValidationError

from services.intake.agencies.cap import NotAnAlert, NotCap, read_cap
from services.intake.agencies.model import AgencyEvent, RefusalCause
from shared.access.inputs import describe_fault
from shared.access.marks import Mark, find_marks
from shared.broker.names import AGENCY_CODE, agency_key
from shared.contracts.texts import storable

_KEY_STEM = agency_key("")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Stated:
    """An event that an agency stated. ``body`` is the message as it came."""

    agency: str
    event: AgencyEvent
    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not taken. ``kept`` is what may be stored of it; ``detail`` repeats no values of it."""

    agency: str
    cause: RefusalCause
    detail: str
    size: int
    body_hash: str
    kept: bytes | None
    event_id: str | None = None
    marks: tuple[Mark, ...] = ()


def hash_of_message(body: bytes) -> str:
    """Return the SHA-256 (hex) of a message: what names it in answers."""
    return hashlib.sha256(body).hexdigest()


def read_message(body: bytes, routing_key: str, at_most: int) -> Stated | Refused:
    """Return the event in a message, or why it is refused. The routing key ``agency.<code>`` is the identity."""
    agency = routing_key.removeprefix(_KEY_STEM)
    if len(body) > at_most:  # before anything reads it
        agency = agency if AGENCY_CODE.fullmatch(agency) else ""
        return _refused(agency, RefusalCause.OVERSIZED, f"{len(body)} 字节，最多 {at_most}", body, keep=False)
    if not routing_key.startswith(_KEY_STEM) or not AGENCY_CODE.fullmatch(agency):
        return _refused("", RefusalCause.UNKNOWN_SENDER, "路由键不是 agency.<代码>", body)
    text = readable(body)
    if marks := find_marks([("消息", text)]):
        return _marked(agency, marks, body)
    read = _read_cap(agency, body) if text.lstrip("\ufeff \t\r\n").startswith("<") else _read_json(agency, body)
    if isinstance(read, Refused):
        return read
    if marks := find_marks(_texts(read)):
        return _marked(agency, marks, body)
    if read.agency != agency:
        what = "发送单位与路由键不符：请写本机构的代码"
        return _refused(agency, RefusalCause.SOURCE_MISMATCH, what, body, event_id=read.event_id)
    if "\x00" in "".join(text for _, text in _texts(read)):
        return _refused(agency, RefusalCause.WRONG_FIELDS, "文字里有 NUL 字符", body)
    return Stated(agency, read, body)


def readable(body: bytes) -> str:
    """Return the text of a message with JSON's and XML's escapes resolved, for finding marks whatever its form."""
    text = (
        body.decode("utf-16", "replace") if body[:2] in (b"\xff\xfe", b"\xfe\xff") else body.decode("utf-8", "replace")
    )
    if "\ufffd" in text:
        text = f"{text}\n{body.decode('gb18030', 'replace')}"
    unescaped = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text).replace("\\n", "\n")
    return html.unescape(unescaped)


def _texts(event: AgencyEvent) -> tuple[tuple[str, str], ...]:
    return (
        ("place", event.place),
        ("kind", event.kind),
        ("gist", event.gist),
        ("event_id", event.event_id),
        ("territory", event.territory or ""),
    )


def _read_json(agency: str, body: bytes) -> AgencyEvent | Refused:
    try:
        return AgencyEvent.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return _refused(agency, RefusalCause.NOT_READABLE, "不是 JSON，也不是 CAP 1.2", body)
        return _unfit(agency, error, body)


def _read_cap(agency: str, body: bytes) -> AgencyEvent | Refused:
    try:
        fields = read_cap(body)
    except NotCap:
        return _refused(agency, RefusalCause.NOT_READABLE, "不是 CAP 1.2 的 XML", body)
    except NotAnAlert as error:
        what = f"此类 CAP 消息不作线索接收（{error}）：接收 Actual、Exercise、Test 的 Alert 和 Update"
        return _refused(agency, RefusalCause.NOT_AN_ALERT, what, body)
    try:
        return AgencyEvent.model_validate(fields)
    except ValidationError as error:
        return _unfit(agency, error, body)


def _unfit(agency: str, error: ValidationError, body: bytes) -> Refused:
    faults = [describe_fault(dict(each)) for each in error.errors(include_url=False, include_input=False)]
    told = "；".join(f"{fault.field}：{fault.what_zh}，{fault.remedy_zh}" for fault in faults[:5])
    return _refused(agency, RefusalCause.WRONG_FIELDS, told[:500], body)


def _marked(agency: str, marks: tuple[Mark, ...], body: bytes) -> Refused:
    detail = f"内容含密级标识“{marks[0].text}”，未保存。请按保密渠道报送，并告知保密员。"
    return _refused(agency, RefusalCause.SECRECY_MARK, detail, body, keep=False, marks=marks)


def _refused(
    agency: str,
    cause: RefusalCause,
    detail: str,
    body: bytes,
    *,
    keep: bool = True,
    event_id: str | None = None,
    marks: tuple[Mark, ...] = (),
) -> Refused:
    """Words that an agency chose, such as the name of a field, may stand in what is told; they must be storable."""
    kept = body if keep and not find_marks([("消息", readable(body))]) else None
    named = None if event_id is None else storable(event_id)
    return Refused(agency, cause, storable(detail), len(body), hash_of_message(body), kept, named, marks)
