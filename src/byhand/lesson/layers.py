"""A layered network found in a program: units ``a = act(sum of weight·input + bias)``, layer upon layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.lesson.network import IDENTITY, Layer, Network
from byhand.ops import OPS, Call, Expr, Name
from byhand.trace.program import Program, definition, lines_of, operands_of

_WEIGHT_LETTERS = "wvuθ"


class _Sum(NamedTuple):
    """A weighted sum as written."""

    form: str
    products: tuple[tuple[str, str], ...]
    biases: tuple[tuple[str, int], ...]


class _Unit(NamedTuple):
    """One line that is a unit."""

    a: str
    z: str
    activation: str
    sum: _Sum


def layers(program: Program, values: Mapping[str, Any]) -> Network | None:
    """The layered network a program is, or None if it is none.

    Parameters
    ----------
    program : Program
    values : mapping
        Every value by name (only the number of their axes is looked at).

    Returns
    -------
    Network or None
        None also where a weight is shared, a connection skips a layer, or a hidden value is used
        outside the next layer: there the four equations of backpropagation do not hold as they stand.
    """
    units = {unit.a: unit for unit in _units(program, values)}
    if not any(unit.activation != IDENTITY for unit in units.values()):
        return None
    often = Counter(operand for unit in units.values() for pair in unit.sum.products for operand in pair)
    parts = {name: _parted(unit, often, program) for name, unit in units.items()}
    if any(part is None for part in parts.values()):
        return None
    connections = {name: part for name, part in parts.items() if part is not None}
    depth: dict[str, int] = {}
    for name, pairs in connections.items():
        below = {depth.get(source, 0) for _, source in pairs}
        if len(below) != 1:
            return None
        depth[name] = 1 + below.pop()
    grouped = [[units[name] for name in depth if depth[name] == k] for k in range(1, max(depth.values()) + 1)]
    found = [_layer(group, connections, grouped[k - 1] if k else []) for k, group in enumerate(grouped)]
    if any(layer is None for layer in found):
        return None
    network = Network(tuple([layer for layer in found if layer is not None]))
    return network if _closed(network, program) else None


def _units(program: Program, values: Mapping[str, Any]) -> Iterator[_Unit]:
    """Every line that is an activation of a weighted sum; then the sums of activations that are outputs."""
    lines = lines_of(program)
    sums: dict[str, _Sum] = {}
    seen: list[_Unit] = []
    for name, equations in lines.items():
        expr = definition(program, name)
        if isinstance(expr, Call) and OPS[expr.op].kind == "activation":
            inner = equations[-1].args[0]
            own = sums.get(inner) or _weighted_sum(expr.args[0], values)
            if own is not None:
                seen.append(_Unit(name, inner, expr.op, own))
        elif (own := _weighted_sum(expr, values)) is not None:
            sums[name] = own
    activations = {unit.a for unit in seen}
    taken = {unit.z for unit in seen}
    yield from seen
    for name, own in sums.items():
        if name not in taken and any(operand in activations for pair in own.products for operand in pair):
            yield _Unit(name, name, IDENTITY, own)


def _weighted_sum(expr: Expr, values: Mapping[str, Any]) -> _Sum | None:
    """A sum of products of two names, and of bare names; or one product with a matrix, and bare names."""
    products: list[tuple[str, str]] = []
    biases: list[tuple[str, int]] = []
    form = "scalar"
    for sign, term in _terms(expr, 1):
        match term:
            case Name(name):
                biases.append((name, sign))
            case Call("mul", (Name(left), Name(right))) if sign == 1 and not np.ndim(values[left]) + np.ndim(
                values[right]
            ):
                products.append((left, right))
            case Call("matmul", (Name(left), Name(right))) if sign == 1 and not products:
                form = "matrix"
                products.append((left, right))
            case _:
                return None
    if not products or (form == "matrix" and len(products) > 1):
        return None
    return _Sum(form, tuple(products), tuple(biases))


def _terms(expr: Expr, sign: int) -> Iterator[tuple[int, Expr]]:
    match expr:
        case Call("add", (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign)
        case Call("sub", (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, -sign)
        case _:
            yield sign, expr


def _parted(unit: _Unit, often: Mapping[str, int], program: Program) -> list[tuple[str, str]] | None:
    """Each product as (weight, input); None where it cannot be one of a weight and an input."""
    lines = lines_of(program)
    pairs = []
    for left, right in unit.sum.products:
        if (left in lines) != (right in lines):
            weight, source = (right, left) if left in lines else (left, right)
        elif left in lines:
            return None
        elif (left[0].lower() in _WEIGHT_LETTERS) != (right[0].lower() in _WEIGHT_LETTERS):
            weight, source = (left, right) if left[0].lower() in _WEIGHT_LETTERS else (right, left)
        else:
            weight, source = (right, left) if often[left] > often[right] else (left, right)
        pairs.append((weight, source))
    return None if any(name in lines for name, _ in unit.sum.biases) else pairs


def _layer(
    group: list[_Unit], pairs: Mapping[str, list[tuple[str, str]]], below: list[_Unit]
) -> Layer | None:
    """One layer of units at the same depth; None where they are not alike."""
    forms = {unit.sum.form for unit in group}
    if (
        len({unit.activation for unit in group}) != 1
        or len(forms) != 1
        or (forms == {"matrix"} and len(group) > 1)
    ):
        return None
    sources = tuple(dict.fromkeys(source for unit in group for _, source in pairs[unit.a]))
    inputs = tuple(unit.a for unit in below) or sources
    if set(inputs) != set(sources):
        return None
    form = "scalar"
    if forms == {"matrix"}:
        form = "row" if group[0].sum.products[0][0] == inputs[0] else "column"
    rows = [{source: weight for weight, source in pairs[unit.a]} for unit in group]
    if any(len(row) != len(pairs[unit.a]) for row, unit in zip(rows, group, strict=True)):
        return None
    return Layer(
        form,
        inputs,
        tuple(unit.z for unit in group),
        tuple(unit.a for unit in group),
        group[0].activation,
        tuple(tuple(row.get(source) for source in inputs) for row in rows),
        tuple(unit.sum.biases for unit in group),
    )


def _closed(network: Network, program: Program) -> bool:
    """Whether each weight stands in one place and hidden values are used by the next layer alone."""
    weights = [name for layer in network.layers for row in layer.weights for name in row if name]
    if len(weights) != len(set(weights)):
        return False
    users: dict[str, set[str]] = {}
    for name, equations in lines_of(program).items():
        for operand in operands_of(equations):
            users.setdefault(operand, set()).add(name)
    for k, layer in enumerate(network.layers):
        for z, a in zip(layer.z, layer.a, strict=True):
            if z != a and not users.get(z, {a}) <= {a}:
                return False
        if k + 1 < len(network.layers):
            above = network.layers[k + 1]
            lines = {*above.z, *above.a}
            if layer.activation == IDENTITY or not all(users.get(a, set()) <= lines for a in layer.a):
                return False
    return True
