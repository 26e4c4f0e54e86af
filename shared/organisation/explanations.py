"""What pydantic found wrong, in words that say what to do: nearest known key, nearest known word."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails


def explain(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong and the remedy, for one error of ``model``."""
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "this key is required", f"add '{detail['loc'][-1]}'"
        case "extra_forbidden":
            known = keys_at(model, detail["loc"][:-1])
            return "no such key", nearest(str(detail["loc"][-1]), known)
        case "enum" | "literal_error":
            words = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ",").split(",")]
            return "no such word here", nearest(str(found), words)
        case "string_type":
            return "this must be text", "put it between quotation marks"
        case "string_pattern_mismatch":
            return f"does not fit the pattern {context['pattern']}", "rewrite it in that form"
        case "value_error":
            wrong, _, remedy = str(context["error"]).partition("; ")
            return wrong, remedy or "correct the value"
        case _:
            return detail["msg"][:1].lower() + detail["msg"][1:], "correct the value"


def nearest(word: str, known: list[str]) -> str:
    """Return the remedy for a word that is not known: the nearest known one, else the whole list when it is short."""
    close = get_close_matches(word, known, n=1) or get_close_matches(word.upper(), known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"write one of {', '.join(sorted(known))}" if 0 < len(known) <= 20 else "write one that the file states"


def keys_at(model: type[BaseModel], spot: tuple[Any, ...]) -> list[str]:
    """Return the keys that a model knows at a spot, following lists and mappings to the model inside."""
    for step in spot:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        inner = _model_in(field.annotation) if field else None
        model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
