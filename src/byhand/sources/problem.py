"""A problem file or mapping, validated: what is given, what is calculated, what is learned."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from byhand.equations.known import NETWORKS
from byhand.equations.step import Settings
from byhand.errors import ProblemError
from byhand.ops.table import MAX_ELEMENTS
from byhand.sources.characters import composed, plain, spelled
from byhand.sources.files import file_text, mapping
from byhand.sources.formula import MAX_NAME, is_name
from byhand.sources.misfits import check_depth, misfits, several

_OF_EQUATIONS = ("problem", "update", "minimise", "minimize", "maximise", "maximize")

Role = Literal["input", "weight", "bias", "target", "threshold", "setting", "other"]
Text = str | dict[Literal["en", "zh"], str]


class Penalty(BaseModel):
    """An L2 penalty: ``half`` adds lambda/2 times the squares; ``textbook`` weighs error and squares."""

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


class Policy(BaseModel):
    """How a worksheet wants its numbers: to how many digits, rounded or cut, and what each is worth."""

    model_config = ConfigDict(extra="forbid")
    digits: int | None = Field(default=None, ge=1, le=17)
    decimals: int | None = Field(default=None, ge=0, le=17)
    rounding: Literal["round", "cut", "either"] = "either"
    marks: float = Field(default=1.0, ge=0)


class Problem(BaseModel):
    """A problem, by the keys of the problem file."""

    model_config = ConfigDict(extra="forbid")

    title: Text = ""
    about: Text = ""
    conclusion: Text = ""
    problem: str
    update: str = ""
    minimise: str | None = Field(default=None, validation_alias=AliasChoices("minimise", "minimize"))
    maximise: str | None = Field(default=None, validation_alias=AliasChoices("maximise", "maximize"))
    rate: float | None = None
    rule: str = "sgd"
    rule_settings: dict[str, float] = {}
    rule_state: dict[str, Any] = {}
    schedule: str = "constant"
    schedule_settings: dict[str, float] = {}
    clip_norm: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    learn: list[str] | None = None
    steps: int | None = Field(default=None, ge=1, le=1_000_000)
    until: float | None = Field(default=None, gt=0)
    order: Literal["batch", "online"] = "batch"
    reduce: Literal["mean", "sum"] = "mean"
    table: list[str] = []
    given: dict[str, Any] = {}
    samples: dict[str, list[Any]] = {}
    labels: dict[str, Text] = {}
    roles: dict[str, Role] = {}
    headings: dict[str, Text] = {}
    penalty: Penalty | None = None
    predict: dict[str, Any] = {}
    plot: list[Plot] = []
    claims: dict[str, Any] = {}
    policy: Policy = Policy()
    network: str = ""
    settings: Settings = Settings()
    then: dict[str, Any] = {}


class NetworkProblem(Problem):
    """A step of learning of a network, whose equations are known."""

    problem: str = ""


def read_problem(path: str | Path) -> Problem:
    """Read a problem file (TOML, or JSON with the same keys).

    Raises
    ------
    ProblemError
        The file cannot be opened, is no TOML or JSON, or has keys or values that do not fit.
    """
    return parse_problem(file_text(Path(path)), is_json=Path(path).suffix.lower() == ".json")


def parse_problem(text: str, is_json: bool = False) -> Problem:
    """Read a problem from text.

    Raises
    ------
    ProblemError
    """
    return make_problem(mapping(text, is_json))


def make_problem(data: Any) -> Problem:
    """A problem from a mapping; every key that does not fit is named at once.

    Raises
    ------
    ProblemError
    """
    if not isinstance(data, Mapping):
        raise ProblemError("not_a_mapping")
    check_depth(data)
    model = _model_of(data)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise misfits(error, data, model) from None


def _model_of(data: Mapping[str, Any]) -> type[Problem]:
    """What a mapping should be: a problem, or one of the network it names, whose settings are known."""
    if "network" not in data:
        if "settings" in data:
            raise ProblemError("settings_of_nothing")
        return Problem
    typed = str(data["network"])[:60]
    known = {name.lower(): name for name in NETWORKS}
    if typed.lower() not in known:
        near = difflib.get_close_matches(typed.lower(), known, 1)
        near = near or [name for name in known if typed.lower() in name]
        code = "network_name_near" if near else "network_name"
        shown = ", ".join(known[name] for name in near)
        raise ProblemError(code, name=typed, near=shown, known=", ".join(NETWORKS))
    beside = [key for key in _OF_EQUATIONS if key in data]
    if beside:
        raise ProblemError("network_keys", network=known[typed.lower()], keys=", ".join(beside))
    return _network_model(known[typed.lower()])


@cache
def _network_model(name: str) -> type[Problem]:
    kind = NETWORKS[name]
    return create_model(
        "NetworkProblem",
        __base__=NetworkProblem,
        network=(Annotated[str, AfterValidator(lambda _: name)], name),
        settings=(kind, kind()),
    )


def read_given(problem: Problem) -> tuple[dict[str, Any], set[str]]:
    """The numbers and arrays of a problem, and the names that have none (``"?"``): 1 stands for each.

    Raises
    ------
    ProblemError
        A value that is no number, a ragged list, NaN or infinity; all of them at once.
    """
    numberless = {typed for typed, value in problem.given.items() if isinstance(value, str) and value == "?"}
    values = _numbers(
        {typed: 1.0 if typed in numberless else value for typed, value in problem.given.items()}
    )
    return values, {checked_name(typed) for typed in numberless}


def _numbers(table: Mapping[str, Any], read: Callable[[str, Any], Any] | None = None) -> dict[str, Any]:
    """A table's values by the names of the formulas, or one error for all that do not fit."""
    values: dict[str, Any] = {}
    wrong: list[ProblemError] = []
    for typed, value in table.items():
        try:
            name = checked_name(typed)
            if name in values:
                raise ProblemError("given_twice", name=name)
            values[name] = (read or number_or_array)(name, value)
        except ProblemError as error:
            wrong.append(error)
    if wrong:
        raise several(wrong)
    return values


def checked_name(typed: str) -> str:
    """A name from a table's key, as formulas spell it.

    Raises
    ------
    ProblemError
    """
    name = plain(composed(typed))
    if not is_name(name) or name == "π":
        raise ProblemError("bad_name", name=typed[:60], limit=MAX_NAME)
    return spelled(name)


def number_or_array(name: str, value: Any) -> Any:
    """A float, or a float64 array from a nested list.

    Raises
    ------
    ProblemError
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and all(isinstance(entry, Real) for entry in array.flat):
            array = array.astype(np.float64)
    except OverflowError:
        raise ProblemError("not_finite", name=name) from None
    except ValueError:
        raise ProblemError("ragged", name=name) from None
    if array.size == 0 or array.size > MAX_ELEMENTS:
        raise ProblemError("bad_size", name=name, size=array.size, limit=MAX_ELEMENTS)
    if array.dtype.kind not in "iuf":
        found = next(x for x in array.flat if isinstance(x, np.bool_) or not isinstance(x, Real))
        raise ProblemError(
            "not_a_number", name=name, found=(repr(str(found)) if isinstance(found, str) else str(found))[:60]
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ProblemError("not_finite", name=name)
    return array if array.ndim else float(array)


def read_samples(problem: Problem) -> dict[str, list[Any]]:
    """The samples, each name's values in order.

    Raises
    ------
    ProblemError
        Columns of different lengths, or empty ones.
    """
    columns = _numbers(
        problem.samples, lambda name, column: [number_or_array(name, value) for value in column]
    )
    lengths = {name: len(column) for name, column in columns.items()}
    if lengths and (len(set(lengths.values())) > 1 or 0 in lengths.values()):
        raise ProblemError("sample_lengths", lengths=", ".join(f"{name}: {n}" for name, n in lengths.items()))
    for name, column in columns.items():
        shapes = {np.shape(value): None for value in column}
        if len(shapes) > 1:
            raise ProblemError(
                "sample_shapes", name=name, shapes=", ".join("×".join(map(str, s)) or "1" for s in shapes)
            )
    return columns


def text_in(text: Text, language: str) -> str:
    """A text in one language; the other one where it has only that."""
    if isinstance(text, str):
        return text
    return {**text}.get("zh" if language == "zh" else "en") or next(iter(text.values()), "")
