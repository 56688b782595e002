"""Keys and values of a problem that do not fit, each named by its key and said in our own words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from byhand.errors import ProblemError

MAX_DEPTH, MAX_ENTRIES, MAX_WIDTH, MAX_TOLD = 32, 10_000, 1_000_000, 12

_WANTED = {
    "missing": "key_missing",
    "list_type": "key_list",
    "dict_type": "key_table",
    "model_type": "key_table",
    "model_attributes_type": "key_table",
    "string_type": "key_text",
}
_BOUNDS = {
    "greater_than": ("gt", ">"),
    "greater_than_equal": ("ge", "≥"),
    "less_than": ("lt", "<"),
    "less_than_equal": ("le", "≤"),
}
# Parameters of an estimator that a problem has keys of its own for.
_OUTSIDE = {"learning_rate": "rate", "alpha": "penalty", "rule": "rule", "rule_settings": "rule_settings"}
# Keys by the names they have elsewhere.
MEANT = {
    **dict.fromkeys(("learning_rate", "lr", "eta", "学习率"), "rate"),
    **dict.fromkeys(("epochs", "iterations", "max_iter", "步数"), "steps"),
    **dict.fromkeys(("formula", "formulas", "equations", "model", "题目", "公式"), "problem"),
    **dict.fromkeys(("loss", "objective", "目标"), "minimise"),
    **dict.fromkeys(("optimizer", "optimiser", "优化器"), "rule"),
    **dict.fromkeys(("values", "inputs", "weights", "已知", "给定"), "given"),
    **dict.fromkeys(("answers", "answer", "答案"), "claims"),
}
_TWO_LANGUAGES = {"title", "about", "conclusion", "labels", "headings"}


def misfits(error: ValidationError, data: Any, model: type[BaseModel]) -> ProblemError:
    """One error that names every key that does not fit.

    Parameters
    ----------
    error : ValidationError
    data : mapping
        What was validated.
    model : type
        What it should have been.
    """
    first: dict[str, ProblemError] = {}
    for wrong in error.errors(include_url=False):
        path = _path(wrong, data)
        key = ".".join(str(part)[:60] for part in path) or "?"
        if key not in first and len(first) < MAX_TOLD:
            first[key] = _misfit(key, path, wrong, model)
    return several(list(first.values()))


def several(errors: list[ProblemError]) -> ProblemError:
    """One error in place of one or more."""
    return errors[0] if len(errors) == 1 else ProblemError("several", details=tuple(errors[:MAX_TOLD]))


def check_depth(data: Any) -> None:
    """Refuse what is nested too deeply, or (through one list held in many places) too widely.

    Raises
    ------
    ProblemError
    """
    _counted(data, MAX_WIDTH)


def check_entries(data: Any) -> None:
    """Refuse a file with too many values.

    Raises
    ------
    ProblemError
    """
    count = _counted(data, MAX_WIDTH)
    if count > MAX_ENTRIES:
        raise ProblemError("too_many_entries", count=count, limit=MAX_ENTRIES)


def _counted(data: Any, widest: int) -> int:
    count, level = 0, [data]
    for _ in range(MAX_DEPTH + 1):
        inner = [part.values() if isinstance(part, Mapping) else part for part in level]
        count += sum(len(part) for part in inner)
        if count > widest:
            raise ProblemError("too_many_entries", count=count, limit=widest)
        level = [value for part in inner for value in part if isinstance(value, (Mapping, list, tuple))]
        if not level:
            return count
    raise ProblemError("nested_too_deep", limit=MAX_DEPTH)


def _path(wrong: Any, data: Any) -> tuple[Any, ...]:
    """The keys that lead to what does not fit; pydantic mixes in which of several kinds it tried."""
    path: list[Any] = []
    for part in wrong["loc"]:
        inside = (
            part in data
            if isinstance(data, Mapping)
            else isinstance(data, (list, tuple)) and isinstance(part, int) and part < len(data)
        )
        if inside:
            data = data[part]
        elif wrong["type"] != "missing":
            break
        path.append(part)
    return tuple(path)


def _misfit(key: str, path: tuple[Any, ...], wrong: Any, model: type[BaseModel]) -> ProblemError:
    kind, found = wrong["type"], str(wrong["input"])[:60]
    if kind in ("extra_forbidden", "invalid_key") or not path:
        outside = _OUTSIDE.get(str(path[-1])) if path and path[0] == "settings" else None
        if outside:
            return ProblemError("setting_outside", key=key, near=outside)
        known = _known(path, model)
        meant = [MEANT[key]] if MEANT.get(key) in known else []
        near = meant or difflib.get_close_matches(key.rpartition(".")[2], known, 1)
        if near:
            return ProblemError("key_unknown_near", key=key, near=near[0])
        return ProblemError("key_unknown", key=key, known=", ".join(known))
    if (kind, key) == ("missing", "problem"):
        return ProblemError("no_problem")
    if path[0] in _TWO_LANGUAGES:
        return ProblemError("key_two_languages", key=key, found=found)
    if kind in _BOUNDS:
        name, sign = _BOUNDS[kind]
        return ProblemError("key_bound", key=key, found=found, bound=f"{sign} {wrong['ctx'][name]:g}")
    if kind == "literal_error":
        known = wrong["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return ProblemError("key_choice", key=key, found=found, known=known)
    if kind.startswith("bool_"):
        return ProblemError("key_truth", key=key, found=found)
    if kind.startswith("int_"):
        return ProblemError("key_whole", key=key, found=found)
    return ProblemError(_WANTED.get(kind, "key_number"), key=key, found=found)


def _known(path: tuple[Any, ...], model: type[BaseModel]) -> list[str]:
    """The keys there are where an unknown one stands."""
    field = model.model_fields.get(str(path[0])) if len(path) > 1 else None
    parts = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else [model]
    inner = next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), model)
    return [field.alias or name for name, field in inner.model_fields.items()]
