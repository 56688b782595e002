"""A problem file or mapping, validated: what is given, what is calculated, what is learned."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from byhand.errors import ProblemError
from byhand.sources.characters import composed, plain, spelled

MAX_FILE = 256 * 1024

Text = str | dict[Literal["en", "zh"], str]
Value = float | str | list[Any]


class Penalty(BaseModel):
    """An L2 penalty: ``half`` adds lambda/2 times the sum of squares; ``textbook`` weighs error and squares."""

    model_config = ConfigDict(extra="forbid")
    form: Literal["half", "textbook"]
    strength: float = Field(alias="lambda")
    names: list[str] = []


class Plot(BaseModel):
    """A picture that goes with the calculation."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["curve", "points"]
    of: str = ""
    x: str = ""
    y: str = ""
    group: str = ""


class Problem(BaseModel):
    """A problem, by the keys of the problem file."""

    model_config = ConfigDict(extra="forbid")

    title: Text = ""
    about: Text = ""
    conclusion: Text = ""
    problem: str
    minimise: str | None = None
    maximise: str | None = None
    rate: float | None = None
    rule: str = "sgd"
    rule_settings: dict[str, float] = {}
    rule_state: dict[str, Any] = {}
    learn: list[str] | None = None
    steps: int | None = Field(default=None, ge=1, le=1_000_000)
    until: float | None = Field(default=None, gt=0)
    order: Literal["batch", "online"] = "batch"
    reduce: Literal["mean", "sum"] = "mean"
    table: list[str] = []
    given: dict[str, Value] = {}
    samples: dict[str, list[Any]] = {}
    labels: dict[str, Text] = {}
    penalty: Penalty | None = None
    predict: dict[str, Any] = {}
    plot: list[Plot] = []
    claims: dict[str, Any] = {}


def read_problem(path: str | Path) -> Problem:
    """Read a problem file (TOML, or JSON with the same keys).

    Raises
    ------
    ProblemError
        The file cannot be opened, is no TOML or JSON, or has keys or values that do not fit.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ProblemError("cannot_open", path=str(path), reason=error.strerror or str(error)) from None
    if len(raw) > MAX_FILE:
        raise ProblemError("file_too_large", path=str(path), size=len(raw), limit=MAX_FILE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError("not_utf8", path=str(path)) from None
    return parse_problem(text, is_json=path.suffix.lower() == ".json", name=path.name)


def parse_problem(text: str, is_json: bool = False, name: str = "problem") -> Problem:
    """Read a problem from text.

    Raises
    ------
    ProblemError
    """
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates) if is_json else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        found = re.search(r"line (\d+),? col(?:umn)? (\d+)", str(error))
        line, column = (int(found[1]), int(found[2]) - 1) if found else (None, None)
        source = text.splitlines()[line - 1][:200] if line and line <= len(text.splitlines()) else ""
        reason = re.sub(r" ?\(.*\)$|: line.*$", "", str(error))
        raise ProblemError("not_a_file_format", source=source, line=line, column=column, name=name, reason=reason) from None
    except (RecursionError, ValueError) as error:
        raise ProblemError("not_a_file_format", name=name, reason=str(error)) from None
    return make_problem(data)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise ValueError(f"the key {repeated!r} stands there twice")
    return dict(pairs)


def make_problem(data: Any) -> Problem:
    """A problem from a mapping; every key that does not fit is named at once.

    Raises
    ------
    ProblemError
    """
    try:
        return Problem.model_validate(data)
    except ValidationError as error:
        keys = [".".join(str(part) for part in wrong["loc"][:2]) or "?" for wrong in error.errors()]
        details = "; ".join(_detail(key, wrong) for key, wrong in dict(zip(keys, error.errors(), strict=True)).items())
        raise ProblemError("invalid_keys", details=details) from None


def _detail(key: str, wrong: Any) -> str:
    if wrong["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, Problem.model_fields, 1)
        return f"{key}?" + (f" → {near[0]}" if near else "")
    shown = repr(wrong["input"])
    return f"{key} = {shown if len(shown) <= 60 else shown[:60] + '…'} ({wrong['msg']})"


def read_given(problem: Problem) -> tuple[dict[str, Any], set[str]]:
    """The numbers and arrays of a problem, and the names that have none (``"?"``).

    Raises
    ------
    ProblemError
        A value that is no number, a ragged list, NaN or infinity.
    """
    values: dict[str, Any] = {}
    open_names: set[str] = set()
    for typed, value in problem.given.items():
        name = checked_name(typed)
        if name in values:
            raise ProblemError("given_twice", name=name)
        if value == "?":
            open_names.add(name)
        values[name] = 1.0 if value == "?" else number_or_array(name, value)
    return values, open_names


def checked_name(typed: str) -> str:
    """A name from a table's key, as formulas spell it.

    Raises
    ------
    ProblemError
    """
    name = spelled(plain(composed(typed)))
    if not re.fullmatch(r"[^\W\d]\w*", name) or len(name) > 32 or "__" in name:
        raise ProblemError("bad_name", name=typed[:60])
    return name


def number_or_array(name: str, value: Any) -> Any:
    """A float, or a float64 array from a nested list.

    Raises
    ------
    ProblemError
    """
    if isinstance(value, bool) or isinstance(value, str):
        raise ProblemError("not_a_number", name=name, found=str(value)[:60])
    try:
        array = np.asarray(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise ProblemError("ragged", name=name) from None
    if not np.isfinite(array).all():
        raise ProblemError("not_finite", name=name)
    if array.size > 1_000_000 or array.size == 0:
        raise ProblemError("bad_size", name=name, size=array.size)
    return array if array.ndim else float(array)


def read_samples(problem: Problem) -> dict[str, list[Any]]:
    """The samples, each name's values in order.

    Raises
    ------
    ProblemError
        Columns of different lengths, or empty ones.
    """
    columns = {
        checked_name(name): [number_or_array(name, value) for value in column]
        for name, column in problem.samples.items()
    }
    lengths = {name: len(column) for name, column in columns.items()}
    if lengths and (len(set(lengths.values())) > 1 or 0 in lengths.values()):
        raise ProblemError("sample_lengths", lengths=", ".join(f"{name}: {n}" for name, n in lengths.items()))
    return columns


def text_in(text: Text, language: str) -> str:
    """A text in one language; the other one where it has only that."""
    if isinstance(text, str):
        return text
    return {**text}.get("zh" if language == "zh" else "en") or next(iter(text.values()), "")
