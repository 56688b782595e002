"""A function call as people write it, brought to an operation: operands counted, settings named."""

from __future__ import annotations

import difflib
from typing import Any

from byhand.errors import FormulaError
from byhand.ops import Call, Expr, Number
from byhand.sources.vocabulary import FUNCTIONS, INSTEAD, OF_TWO, Function

LARGEST_SETTING = 10_000
_LEAST = {"stride": 1, "size": 1, "dilation": 1, "groups": 1, "pad": 0, "keepdims": 0}
_OPERANDS = "xyz"


def called(name: str, arguments: list[Any]) -> Expr:
    """The operation of a call.

    Parameters
    ----------
    name : str
    arguments : list
        Trees, and pairs (setting, number).

    Raises
    ------
    FormulaError
        No such function; too many or too few operands; a setting it does not have, or a value that
        the setting cannot take. Without its place.
    """
    operands = [argument for argument in arguments if isinstance(argument, Expr)]
    named = [argument for argument in arguments if not isinstance(argument, Expr)]
    function = OF_TWO[name] if name in OF_TWO and len(operands) == 2 else FUNCTIONS.get(name)
    if function is None:
        raise _unknown(name)
    if name in OF_TWO and len(operands) > 2:
        raise FormulaError("two_at_a_time", name=name)
    extra = operands[function.operands :]
    unnamed = [
        (key, _literal(name, key, value)) for key, value in zip(function.settings, extra, strict=False)
    ]
    settings = dict([*unnamed, *named])
    if (
        not 0 <= len(operands) - function.operands <= len(function.settings)
        or len(settings) < len(unnamed) + len(named)
        or not settings.keys() <= set(function.settings)
    ):
        raise FormulaError("arguments", name=name, takes=_signature(name, function))
    attrs = tuple((key, _setting(name, key, value)) for key, value in settings.items())
    return Call(function.op, tuple(operands[: function.operands]), attrs)


def near_function(name: str) -> str:
    """The function whose name is nearest, or nothing."""
    plainly = {function.casefold(): function for function in reversed(FUNCTIONS)}
    near = difflib.get_close_matches(name.casefold(), plainly, 1)
    return plainly[near[0]] if near else ""


def _unknown(name: str) -> FormulaError:
    if name.casefold() in INSTEAD:
        return FormulaError("write_instead", name=name, instead=INSTEAD[name.casefold()])
    near = near_function(name)
    if near:
        return FormulaError("unknown_function_near", name=name, near=near)
    return FormulaError("unknown_function", name=name, known=", ".join(FUNCTIONS))


def _signature(name: str, function: Function) -> str:
    operands = _OPERANDS[: function.operands]
    return f"{name}({', '.join([*operands, *(f'{key}=…' for key in function.settings)])})"


def _literal(name: str, key: str, expr: Expr) -> float:
    """A setting written in its place instead of by name."""
    sign = 1
    if isinstance(expr, Call) and expr.op == "neg":
        sign, expr = -1, expr.args[0]
    if not isinstance(expr, Number):
        raise FormulaError("setting_not_number", name=name, key=key)
    return sign * float(expr.value)


def _setting(name: str, key: str, value: float) -> Any:
    if key in ("slope", "eps"):
        return value
    least = _LEAST.get(key, -LARGEST_SETTING)
    if value != int(value) or not least <= value <= LARGEST_SETTING:
        raise FormulaError("setting_range", name=name, key=key, least=least, largest=LARGEST_SETTING)
    return bool(value) if key == "keepdims" else int(value)
