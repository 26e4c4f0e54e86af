"""Input that does not fit, told in Chinese: which field, what was given, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator

from shared.contracts.texts import storable

LONGEST_ECHO = 40  # characters of a refused value that are repeated to its sender
_PLACES = ("body", "query", "path", "header", "cookie")
_SECRETS = ("password", "token", "secret", "密码")

# pydantic's error type -> (what is wrong, remedy); braces are filled from the error's own context.
_TOLD: Mapping[str, tuple[str, str]] = {
    "missing": ("没有填", "请填写此项"),
    "extra_forbidden": ("没有这一项", "请删去此项，或核对名称"),
    "json_invalid": ("内容不是 JSON", "请按接口说明提交 JSON"),
    "string_type": ("应为文字", "请填写文字"),
    "string_too_short": ("不足 {min_length} 字", "请写至少 {min_length} 字"),
    "string_too_long": ("超过 {max_length} 字", "请缩短到 {max_length} 字以内（含）"),
    "string_pattern_mismatch": ("格式不符", "请按 {pattern} 的格式填写"),
    "too_short": ("不足 {min_length} 项", "请补足到 {min_length} 项"),
    "too_long": ("超过 {max_length} 项", "请减少到 {max_length} 项以内（含）"),
    "greater_than_equal": ("小于 {ge}", "请填写 {ge} 以上（含）的数"),
    "greater_than": ("不大于 {gt}", "请填写大于 {gt} 的数"),
    "less_than_equal": ("大于 {le}", "请填写 {le} 以下（含）的数"),
    "less_than": ("不小于 {lt}", "请填写小于 {lt} 的数"),
    "int_parsing": ("应为整数", "请填写整数，如 3"),
    "int_type": ("应为整数", "请填写整数，如 3"),
    "int_from_float": ("应为整数", "请填写整数，如 3"),
    "float_parsing": ("应为数字", "请填写数字，如 2.5"),
    "float_type": ("应为数字", "请填写数字，如 2.5"),
    "decimal_parsing": ("应为数字", "请填写数字，如 2.5"),
    "bool_parsing": ("应为是或否", "请填写 true 或 false"),
    "bool_type": ("应为是或否", "请填写 true 或 false"),
    "enum": ("不在可选范围内", "可选：{expected}"),
    "literal_error": ("不在可选范围内", "可选：{expected}"),
    "uuid_parsing": ("不是编号", "请填写完整编号（UUID）"),
    "uuid_type": ("不是编号", "请填写完整编号（UUID）"),
    "date_from_datetime_parsing": ("应为日期", "请按 2025-03-12 的格式填写"),
    "date_parsing": ("应为日期", "请按 2025-03-12 的格式填写"),
    "datetime_from_date_parsing": ("应为时间", "请按 2025-03-12T15:05:00+08:00 的格式填写"),
    "datetime_parsing": ("应为时间", "请按 2025-03-12T15:05:00+08:00 的格式填写"),
    "datetime_type": ("应为时间", "请按 2025-03-12T15:05:00+08:00 的格式填写"),
    "timezone_aware": ("时间没有时区", "请写明时区，如 2025-03-12T15:05:00+08:00"),
}
_OTHERWISE = ("与要求不符", "请按接口说明填写")


@dataclass(frozen=True, slots=True)
class InputFault:
    """One field that does not fit. ``value`` is what was given, shortened; None when absent, compound or secret."""

    field: str
    value: str | None
    what_zh: str
    remedy_zh: str


def describe_fault(error: Mapping[str, Any]) -> InputFault:
    """Return the fault told by one entry of pydantic's ``errors()``.

    A ValueError raised by one of our own validators is repeated as it stands: its text is written for people.
    """
    # Where in the text JSON ends to be JSON is no field.
    parts = () if error["type"] == "json_invalid" else error["loc"]
    field = storable(".".join(str(part) for part in parts if part not in _PLACES)) or "body"
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return InputFault(field, _echo(field, error), str(context.get("error", "与要求不符")), _OTHERWISE[1])
    what, remedy = _TOLD.get(error["type"], _OTHERWISE)
    return InputFault(field, _echo(field, error), what.format_map(context), remedy.format_map(context))


def _echo(field: str, error: Mapping[str, Any]) -> str | None:
    value = error.get("input")
    if error["type"] in ("missing", "json_invalid") or any(word in field.lower() for word in _SECRETS):
        return None
    if not isinstance(value, str | int | float):
        return None
    text = storable(str(value))
    return text if len(text) <= LONGEST_ECHO else f"{text[: LONGEST_ECHO - 1]}…"


def known_only(part: type[BaseModel]) -> BeforeValidator:
    """Return a check that a part of a body names no field that ``part`` does not have.

    Events ignore fields that a newer sender added; a person's misspelt figure must not vanish like that.
    """

    def check(stated: Any) -> Any:
        if isinstance(stated, Mapping) and (unknown := sorted(set(stated) - set(part.model_fields))):
            raise ValueError(f"没有“{storable(str(unknown[0])[:LONGEST_ECHO])}”这一项")
        return stated

    return BeforeValidator(check)


def in_utc(instant: datetime) -> datetime:
    """Return an aware instant in UTC. Raises ValueError when it lies beyond the years that UTC has."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("没有这个时间") from None


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""An aware datetime, in UTC whatever zone it was written in, so that what is stored is what is answered."""
