"""JAX's primitives by the operations they are: a rule makes the nodes of one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import ascii_lowercase
from typing import Any

import numpy as np

from byhand.sources.function.nodes import CONSTANT, Node, is_uniform

Make = Callable[..., Node]
Rule = Callable[..., Node | None]

# The result is the operand itself: what differs is how a computer keeps it.
KEPT = {"convert_element_type", "copy", "copy_p", "optimization_barrier", "pvary", "sharding_constraint"}

# Elements are only moved: the same done with their positions.
MOVED: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "reshape": lambda at, params: np.reshape(at, params["new_sizes"]),
    "squeeze": lambda at, params: np.squeeze(at, tuple(params["dimensions"])),
    "expand_dims": lambda at, params: np.expand_dims(at, tuple(params["dimensions"])),
    "transpose": lambda at, params: np.transpose(at, params["permutation"]),
    "rev": lambda at, params: np.flip(at, tuple(params["dimensions"])),
    "slice": lambda at, params: at[
        tuple(
            map(slice, params["start_indices"], params["limit_indices"], params["strides"] or [1] * at.ndim)
        )
    ],
    "broadcast_in_dim": lambda at, params: np.broadcast_to(
        np.expand_dims(at, _new_axes(params)), params["shape"]
    ),
}
# The same, with several results.
MOVED_APART: Mapping[str, Callable[[Any, Mapping[str, Any]], list[Any]]] = {
    "split": lambda at, params: np.split(at, np.cumsum(params["sizes"])[:-1], params["axis"]),
    "unstack": lambda at, params: list(np.moveaxis(at, params["axis"], 0)),
}
# The same, where other operands say from where.
MOVED_BY_INDEX = {"gather", "dynamic_slice"}


def _new_axes(params: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(k for k in range(len(params["shape"])) if k not in params["broadcast_dimensions"])


def _same(op: str) -> Rule:
    return lambda make, params, *operands: make(op, *operands)


def _reduced(op: str) -> Rule:
    def rule(make: Make, params: Mapping[str, Any], a: Node) -> Node:
        axes = sorted(map(int, params["axes"]))
        if len(axes) == len(a.shape):
            return make(op, a)
        for axis in reversed(axes):
            a = make(op, a, axis=axis)
        return a

    return rule


def _select(make: Make, params: Mapping[str, Any], which: Node, *cases: Node) -> Node | None:
    if which.op == CONSTANT and is_uniform(which.value):  # decided by numbers of the function's own
        return cases[int(np.min(which.value))]
    return make("where", which, cases[1], cases[0]) if len(cases) == 2 else None


def _extreme(op: str, none: float) -> Rule:
    """The larger or the smaller of two; a bound at infinity that a library brought in is none."""

    def rule(make: Make, params: Mapping[str, Any], a: Node, b: Node) -> Node:
        for bound, other in ((a, b), (b, a)):
            if bound.op == CONSTANT and np.all(bound.value == none) and bound.shape in ((), other.shape):
                return other
        return make(op, a, b)

    return rule


def _product(make: Make, params: Mapping[str, Any], a: Node, b: Node) -> Node:
    """A product of matrices and vectors as the textbook writes it; an einsum where it is none."""
    (left, right), (left_batch, right_batch) = params["dimension_numbers"]
    if not left_batch and {len(a.shape), len(b.shape)} <= {1, 2} and len(left) == 1:
        first = a if left[0] == len(a.shape) - 1 else make("transpose", a)
        return make("matmul", first, b if right[0] == 0 else make("transpose", b))
    if not left_batch and not left and len(a.shape) == len(b.shape) == 1:
        return make("outer", a, b)
    letters = iter(ascii_lowercase)
    first_term = [next(letters) for _ in a.shape]
    second_term = [next(letters) for _ in b.shape]
    for i, j in zip((*left, *left_batch), (*right, *right_batch), strict=True):
        second_term[j] = first_term[i]
    batch = [first_term[i] for i in left_batch]
    free = [
        letter
        for term, other in ((first_term, second_term), (second_term, first_term))
        for letter in term
        if letter not in other
    ]
    spec = f"{''.join(first_term)},{''.join(second_term)}->{''.join([*batch, *free])}"
    return make("einsum", a, b, spec=spec)


def _joined(make: Make, params: Mapping[str, Any], *parts: Node) -> Node:
    axis = int(params["dimension"])
    return make("concat", *parts, **({"axis": axis} if axis else {}))


def _stacked(make: Make, params: Mapping[str, Any], *parts: Node) -> Node:
    axis, rows = params["axis"], make("stack", *parts)
    if not axis:
        return rows
    return make("permute", rows, axes=(*range(1, axis + 1), 0, *range(axis + 1, len(rows.shape))))


def _convolved(make: Make, params: Mapping[str, Any], image: Node, kernel: Node) -> Node | None:
    """A convolution of (N, C, H, W) with (O, C/groups, h, w), with the same settings both ways."""
    specs = params["dimension_numbers"]
    strides, margins = set(params["window_strides"]), {n for pair in params["padding"] for n in pair}
    dilations = set(params["rhs_dilation"])
    plainly = (
        all(tuple(spec) == (0, 1, 2, 3) for spec in (specs.lhs_spec, specs.rhs_spec, specs.out_spec))
        and {*params["lhs_dilation"]} == {1}
        and params["batch_group_count"] == len(strides) == len(margins) == len(dilations) == 1
        and min(margins) >= 0
    )
    attrs = {
        **{"stride": int(min(strides)), "pad": int(min(margins))},
        **{"dilation": int(min(dilations)), "groups": int(params["feature_group_count"])},
    }
    default = {"stride": 1, "pad": 0, "dilation": 1, "groups": 1}
    kept = {key: value for key, value in attrs.items() if value != default[key]}
    return make("conv", image, kernel, **kept) if plainly else None


_SAME_OPERATION = {
    "add": "add",
    "add_any": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "pow": "pow",
    "neg": "neg",
    "exp": "exp",
    "log": "log",
    "sqrt": "sqrt",
    "abs": "abs",
    "sin": "sin",
    "cos": "cos",
    "erf": "erf",
    "tanh": "tanh",
    "sign": "sign",
    "logistic": "sigmoid",
    "stop_gradient": "stop_gradient",
    "and": "mul",
    "or": "maximum",
    **{code: code for code in ("eq", "ne", "lt", "le", "gt", "ge")},
}

RULES: Mapping[str, Rule] = {
    **{name: _same(op) for name, op in _SAME_OPERATION.items()},
    "square": lambda make, params, a: make("pow", a, 2.0),
    "integer_pow": lambda make, params, a: make("pow", a, float(params["y"])),
    "exp2": lambda make, params, a: make("pow", 2.0, a),
    "rsqrt": lambda make, params, a: make("div", 1.0, make("sqrt", a)),
    "log1p": lambda make, params, a: make("log", make("add", 1.0, a)),
    "erfc": lambda make, params, a: make("sub", 1.0, make("erf", a)),
    "expm1": lambda make, params, a: make("sub", make("exp", a), 1.0),
    "not": lambda make, params, a: make("sub", 1.0, a),
    "max": _extreme("maximum", -np.inf),
    "min": _extreme("minimum", np.inf),
    "reduce_sum": _reduced("sum"),
    "reduce_max": _reduced("max"),
    "reduce_min": _reduced("min"),
    "select_n": _select,
    "dot_general": _product,
    "concatenate": _joined,
    "stack": _stacked,
    "conv_general_dilated": _convolved,
}
