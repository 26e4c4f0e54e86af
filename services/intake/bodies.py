"""Reading a request's body once: JSON straight into its model, without a second validation and without an echo."""

import hashlib
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from services.intake.errors import BodyUnfit, SecrecyMarked
from shared.access.inputs import describe_fault
from shared.access.marks import find_marks, texts_in

M = TypeVar("M", bound=BaseModel)
LARGEST_BODY = 1_048_576  # bytes; the same bound as a message's on the bus


async def read_body(request: Request, model: type[M], *, at_most: int = LARGEST_BODY) -> M:
    """Return the body as ``model``.

    Raises BodyUnfit naming the first field that does not fit, or SecrecyMarked when the unfit body bears a mark.
    """
    raw = await request.body()
    if len(raw) > at_most:
        raise BodyUnfit(f"内容超过 {at_most // 1024} KB", remedy="请缩短正文，或分成几份提交")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _told(raw, error) from None


def _told(raw: bytes, error: ValidationError) -> BodyUnfit | SecrecyMarked:
    try:
        marks = find_marks(texts_in(from_json(raw)))
    except ValueError:
        marks = find_marks((("正文", raw.decode("utf-8", "replace")),))
    if marks:
        return SecrecyMarked(marks)
    faults = [describe_fault(dict(each)) for each in error.errors(include_url=False, include_input=False)]
    more = f"；另有 {len(faults) - 1} 处需要修改" if len(faults) > 1 else ""
    return BodyUnfit(
        f"{faults[0].field}：{faults[0].what_zh}{more}",
        field=faults[0].field,
        remedy=faults[0].remedy_zh,
        more={"errors": [{"field": f.field, "what": f.what_zh, "remedy": f.remedy_zh} for f in faults]},
    )


def hash_of(body: BaseModel) -> str:
    """Return what tells two bodies apart whatever their layout: the SHA-256 (hex) of the validated content."""
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return ``openapi_extra`` for a body that is read by ``read_body``: the schema, with its parts written out."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inlined(schema, parts)}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    match node:
        case {"$ref": str(ref)}:
            return _inlined(parts[ref.rpartition("/")[2]], parts)
        case dict():
            return {key: _inlined(value, parts) for key, value in node.items()}
        case list():
            return [_inlined(value, parts) for value in node]
        case _:
            return node
