"""The four equations of backpropagation for a layered network, from the output back to the input.

With C the objective and delta_j = dC/dz_j: (1) delta of the last layer is dC/da times act'(z); (2) below it,
the weighted sum of the deltas above times act'(z); (3) dC/db = delta; (4) dC/dw_jk = delta_j a_k.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from byhand.lesson.network import IDENTITY, Layer, Network
from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.expression import times
from byhand.ops.table import Shape, total
from byhand.trace.derivative import pulled, tidy
from byhand.trace.evaluate import evaluate
from byhand.trace.paths import uses
from byhand.trace.program import Program


class Delta(NamedTuple):
    """The delta of one unit (of a whole layer, where a name is an array).

    Attributes
    ----------
    z, a : str
        The weighted sum (a name or an inner step) and the activation.
    arriving : Expr
        dC/da: from the objective, or from the deltas of the layer above.
    slope : Expr or None
        The activation's derivative; None without activation, and for softmax, whose units act together.
    formula : Expr
        The delta: arriving times slope.
    value : float, Fraction or ndarray
        dC/dz as the backward pass found it.
    """

    z: str
    a: str
    arriving: Expr
    slope: Expr | None
    formula: Expr
    value: Any


class LayerDeltas(NamedTuple):
    """One layer's deltas, and the gradients that follow from them.

    Attributes
    ----------
    layer : Layer
    deltas : tuple of Delta
    weights, biases : dict
        By name: the formula of dC/dname in deltas and activations.
    """

    layer: Layer
    deltas: tuple[Delta, ...]
    weights: dict[str, Expr]
    biases: dict[str, Expr]


class Matrices(NamedTuple):
    """One layer of a network of scalars as vectors and a matrix, the numbers put in.

    Attributes
    ----------
    layer : Layer
    arriving : Expr or None
        The transposed weight matrix above times the delta above; None in the last layer.
    delta : Expr
        arriving times slope, element by element.
    bias, weight : Expr
        The delta itself, and the outer product of the delta and the layer's inputs.
    """

    layer: Layer
    arriving: Expr | None
    delta: Expr
    bias: Expr
    weight: Expr


def layer_deltas(
    program: Program,
    network: Network,
    objective: str,
    values: Mapping[str, Any],
    gradients: Mapping[str, Any],
) -> list[LayerDeltas]:
    """The deltas of every layer, the last layer first.

    Parameters
    ----------
    program : Program
    network : Network
    objective : str
    values, gradients : mapping
        Of one sample, inner steps included.

    Returns
    -------
    list of LayerDeltas
    """
    shapes = {name: np.shape(value) for name, value in values.items() if np.ndim(value)}
    found: list[LayerDeltas] = []
    for layer in reversed(network.layers):
        deltas = []
        for k, (z, a) in enumerate(zip(layer.z, layer.a, strict=True)):
            if found:
                arriving = _from_above(found[-1].layer, k, objective, shapes)
            else:
                arriving = _from_objective(program, objective, a, shapes)
            slope, formula = _through(program, layer, z, a, arriving, shapes)
            deltas.append(Delta(z, a, arriving, slope, formula, gradients[z]))
        found.append(
            LayerDeltas(
                layer, tuple(deltas), _weights(layer, objective, shapes), _biases(layer, objective, shapes)
            )
        )
    return found


def _from_objective(program: Program, objective: str, a: str, shapes: Mapping[str, Shape]) -> Expr:
    """dC/da of an output, through every line that uses it."""
    users = uses(program).get(a, [])
    shares = [
        pulled(program, user, a, Number(1) if user == objective else Derivative(objective, user), shapes)
        for user in users
    ]
    return total(shares) if shares else Number(0)


def _from_above(above: Layer, k: int, objective: str, shapes: Mapping[str, Shape]) -> Expr:
    """dC/da of a hidden unit: the deltas above, each times the weight that leads to it."""
    if above.form == "scalar":
        rows = zip(above.weights, above.z, strict=True)
        return total(Name(name) * Derivative(objective, z) for row, z in rows if (name := row[k]) is not None)
    return _matrix_share(above, 1 if above.form == "column" else 0, objective, shapes)


def _matrix_share(layer: Layer, operand: int, objective: str, shapes: Mapping[str, Shape]) -> Expr:
    """What the product of a matrix and the layer's input hands to one of its operands."""
    weight, source = str(layer.weights[0][0]), layer.inputs[0]
    operands = (weight, source) if layer.form == "column" else (source, weight)
    pull = OPS["matmul"].pull
    assert pull is not None
    template = pull(operand, tuple(shapes.get(name, ()) for name in operands), {})
    return tidy(template(Derivative(objective, layer.z[0]), *map(Name, operands), None))


def _through(
    program: Program, layer: Layer, z: str, a: str, arriving: Expr, shapes: Mapping[str, Shape]
) -> tuple[Expr | None, Expr]:
    """The activation's derivative, and the delta."""
    if layer.activation == IDENTITY:
        return None, arriving
    if not OPS[layer.activation].partials:
        return None, pulled(program, a, z, arriving, shapes)
    slope = pulled(program, a, z, Number(1), shapes)
    return slope, times(arriving, slope)


def _weights(layer: Layer, objective: str, shapes: Mapping[str, Shape]) -> dict[str, Expr]:
    if layer.form != "scalar":
        return {
            str(layer.weights[0][0]): _matrix_share(
                layer, 0 if layer.form == "column" else 1, objective, shapes
            )
        }
    return {
        name: Derivative(objective, z) * Name(source)
        for row, z in zip(layer.weights, layer.z, strict=True)
        for name, source in zip(row, layer.inputs, strict=True)
        if name is not None
    }


def _biases(layer: Layer, objective: str, shapes: Mapping[str, Shape]) -> dict[str, Expr]:
    """dC/db: the delta; summed over the units, or the samples, that share the bias."""
    shares: dict[str, list[Expr]] = {}
    for z, unit in zip(layer.z, layer.biases, strict=True):
        for name, sign in unit:
            delta: Expr = Derivative(objective, z)
            if shapes.get(name, ()) != shapes.get(z, ()):
                shape = shapes.get(name, ())
                delta = Call("sum_to", (delta,), (("shape", shape),)) if shape else Call("sum", (delta,))
            shares.setdefault(name, []).append(delta if sign == 1 else -delta)
    return {name: total(terms) for name, terms in shares.items()}


def matrices(
    found: list[LayerDeltas], values: Mapping[str, Any], gradients: Mapping[str, Any]
) -> list[Matrices]:
    """A network of scalars as vectors and matrices, the last layer first; nothing for one of arrays.

    Softmax has no scalar form, so every unit has a slope; without an activation it is 1.
    """
    made: list[Matrices] = []
    for k, own in enumerate(found):
        layer = own.layer
        if layer.form != "scalar":
            return []
        delta = _vector(gradients, layer.z)
        arriving: Expr | None = None
        if k:
            above = found[k - 1].layer
            weight = _matrix(values, above.weights)
            arriving = Call("transpose", (Number(weight),)) @ Number(_vector(gradients, above.z))
        slopes = [delta.slope or Number(1.0) for delta in own.deltas]
        local = np.array([evaluate(slope, values) for slope in slopes])
        upstream = Number(_vector(gradients, layer.a))
        outer = Call("outer", (Number(delta), Number(_vector(values, layer.inputs))))
        made.append(Matrices(layer, arriving, upstream * Number(local), Number(delta), outer))
    return made


def _vector(of: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return np.array([of[name] for name in names])


def _matrix(values: Mapping[str, Any], weights: tuple[tuple[str | None, ...], ...]) -> Any:
    """The weight matrix, 0 where two units are not connected."""
    return np.array([[0.0 if name is None else values[name] for name in row] for row in weights])
