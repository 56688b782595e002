"""Cases of every operation: shapes, settings, and operands drawn within its domain."""

from typing import Any, NamedTuple

import jax
import numpy as np

from byhand.ops import OPS
from tests.jax_reference import REFERENCE

# In formulas of derivatives alone.
INTERNAL = {
    *("total", "ratio", "times_log", "largest", "smallest", "sum_to", "place", "put", "opaque_pull"),
    *("conv_to_kernel", "conv_to_image", "pool_route", "mean_pool_share"),
}


class Case(NamedTuple):
    """One use of an operation: the shapes of its operands, the range of its numbers, its settings."""

    op: str
    shapes: tuple[tuple[int, ...], ...]
    ranges: tuple[str, ...]
    attrs: dict[str, Any]

    def __str__(self) -> str:
        shapes = " ".join("x".join(map(str, shape)) or "scalar" for shape in self.shapes)
        return f"{self.op} {shapes} {self.attrs or ''}"


def case(op, *shapes, ranges=(), **attrs):
    return Case(op, shapes, tuple(ranges) or ("real",) * len(shapes), attrs)


RANGES = {
    "real": lambda rng, n: rng.choice([-1, 1], n) * rng.uniform(0.3, 2, n),
    "positive": lambda rng, n: rng.uniform(0.3, 2, n),
    "share": lambda rng, n: rng.uniform(0.1, 0.9, n),
    "sign": lambda rng, n: rng.choice([-1.0, 1.0], n),
    "whole": lambda rng, n: rng.integers(-2, 4, n).astype(float),
    "flag": lambda rng, n: rng.integers(0, 2, n).astype(float),
    "place": lambda rng, n: rng.integers(0, 2, n).astype(float),
}


def operands(case):
    """Numbers of an operation: the same for the same case, off zero, no two alike."""
    rng = np.random.default_rng(sum(map(ord, str(case))))
    numbers = [
        RANGES[kind](rng, int(np.prod(shape))) for shape, kind in zip(case.shapes, case.ranges, strict=True)
    ]
    arrays = [np.round(x, 4).reshape(shape) for x, shape in zip(numbers, case.shapes, strict=True)]
    return [array if array.ndim else float(array) for array in arrays]


S, V, M = (), (3,), (2, 3)
UNARY = [S, V, M, (1,), (3, 1)]
BINARY = [
    (S, S),
    (V, V),
    (M, M),
    (V, S),
    (S, M),
    (M, V),
    (V, M),
    ((2, 1), V),
    (M, (1, 3)),
    ((1,), M),
    ((2, 1, 3), (4, 1)),
]
REDUCED = [
    *[(shape, {}) for shape in UNARY],
    *[(shape, {"axis": axis}) for shape in (V, M, (2, 3, 2)) for axis in {0, -1}],
    (M, {"axis": 0, "keepdims": True}),
    (M, {"axis": 1, "keepdims": True}),
    (M, {"keepdims": True}),
]
PRODUCTS = [(V, V), (M, V), ((2,), M), (M, (3, 4)), ((1, 3), (3, 1))]
CONVOLUTIONS = [
    ((4, 5), (2, 3), {}),
    ((4, 5), (2, 2), {"stride": 2, "pad": 1}),
    ((2, 4, 5), (3, 2, 2, 3), {"pad": 1}),
    ((2, 2, 5, 4), (3, 2, 3, 2), {"stride": 2, "pad": 1}),
    ((1, 7, 8), (2, 1, 2, 2), {"stride": 3}),
    ((6, 7), (2, 3), {"dilation": 2, "pad": 1}),
    ((4, 4, 5), (6, 2, 2, 3), {"groups": 2}),
    ((2, 2, 6, 7), (4, 1, 2, 2), {"stride": 2, "pad": 2, "dilation": 3, "groups": 2}),
]
POOLS = [
    ((4, 6), {}),
    ((5, 4), {"size": 2, "stride": 1}),
    ((2, 5, 7), {"size": 3, "stride": 2}),
    ((2, 2, 4, 4), {}),
]
INDICES = [
    (V, (1,)),
    (V, (-1,)),
    (V, (slice(1, None),)),
    (M, (1, 2)),
    (M, (0,)),
    (M, (slice(None), -1)),
    (M, (slice(0, 1), slice(-2, None))),
]
TAKEN = [
    (V, ((2, 0, 2),)),
    (M, ((1, 0, 1), (2, 0, 2))),
    (M, (slice(None), (2, 2))),
    ((2, 3, 2), (((0, 1), (1, 1)),)),
]
TAKEN_BY_VALUE = [(V, S), (M, S), (M, V), ((2, 3, 2), (3, 1)), ((2,), M)]
PERMUTED = [(M, (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (0, 2, 1))]
EINSUMS = [
    ("bij,bjk->bik", (2, 2, 3), (2, 3, 4)),
    ("bij,kj->bik", (2, 2, 3), (4, 3)),
    ("ij,ji->", M, (3, 2)),
    ("bi,bj->bij", M, (2, 4)),
]
FILLED = [(S, M, None), (V, M, None), ((2, 1), M, None), ((2,), M, 1), (V, M, -2)]


class Attention:
    """A function that byhand has no formula of: tanh of a matrix times a vector."""

    name = "attention"

    def __repr__(self):
        return "attention"

    def value(self, W, x):
        return np.tanh(W @ x)

    def pull(self, i, g, W, x):
        below = g * (1 - np.tanh(W @ x) ** 2)
        return W.T @ below if i else np.outer(below, x)


ATTENTION = Attention()


def convolved(image, kernel, attrs):
    with jax.enable_x64(True):
        return jax.eval_shape(
            lambda x, w: REFERENCE["conv"](x, w, **attrs), np.zeros(image), np.zeros(kernel)
        ).shape


def pooled(shape, attrs):
    with jax.enable_x64(True):
        return jax.eval_shape(lambda x: REFERENCE["pool"](x, **attrs), np.zeros(shape)).shape


CASES = [
    *[case(op, shape) for op in ("neg", "copy", "exp", "abs", "sin", "cos", "sign", "floor", "sigmoid",
                                 "tanh", "relu", "stop_gradient", "softplus", "gaussian", "step", "erf",
                                 "gelu", "gelu_tanh") for shape in UNARY],
    *[case(op, shape, ranges=["positive"]) for op in ("log", "sqrt") for shape in UNARY],
    *[case("leaky_relu", shape, **attrs) for shape in UNARY for attrs in ({}, {"slope": 0.3})],
    *[case(op, *shapes) for op in ("add", "sub", "mul", "div", "maximum", "minimum", "ratio")
      for shapes in BINARY],
    *[case(op, *shapes, ranges=["whole"] * 2) for op in ("eq", "ne", "lt", "le", "gt", "ge")
      for shapes in BINARY],
    *[case("pow", *shapes, ranges=["positive", "real"]) for shapes in BINARY],
    *[case("pow", *shapes, ranges=["real", "whole"]) for shapes in BINARY],
    *[case("times_log", *shapes, ranges=["real", "positive"]) for shapes in BINARY],
    *[case("where", shapes[0], *shapes, ranges=["flag", "real", "real"]) for shapes in BINARY],
    *[case("total", *shapes, shapes[1]) for shapes in BINARY],
    *[case(op, S, S, S) for op in ("largest", "smallest")],
    *[case(op, shape, **attrs) for op in ("sum", "mean", "max", "min", "norm", "logsumexp")
      for shape, attrs in REDUCED],
    *[case(op, shape, **attrs) for op in ("argmin", "argmax") for shape, attrs in REDUCED
      if "keepdims" not in attrs],
    *[case("take", *shapes, ranges=["real", "place"]) for shapes in TAKEN_BY_VALUE],
    *[case("pick", *shapes, ranges=["real", "place"]) for shapes in ((M, (2,)), ((1, 4), (1,)))],
    *[case("layer_norm", shape, **attrs) for shape in (V, M, (2, 2, 3)) for attrs in ({}, {"eps": 0.5})],
    *[case("replace", shape, S, shape[1:], ranges=["real", "place", "real"]) for shape in (V, M, (2, 3, 2))],
    *[case("put", (*places, *shape[1:]), places, shape=shape, ranges=["real", "place"])
      for shape, places in TAKEN_BY_VALUE],
    *[case(op, shape, **attrs) for op in ("softmax", "log_softmax") for shape, attrs in REDUCED
      if shape and "keepdims" not in attrs],
    *[case(op, *shapes) for op in ("matmul", "dot") for shapes in PRODUCTS],
    case("outer", (2,), V),
    *[case("solve", (n, n), b) for n, b in ((1, (1,)), (2, (2,)), (3, V), (4, (4, 2)), (5, (5, 2)))],
    *[case("inverse", (n, n)) for n in (1, 2, 3, 4, 5)],
    case("concat", (2,), V),
    case("concat", M, M),
    case("concat", M, (2, 1), axis=1),
    case("concat", (2, 1, 2), (2, 3, 2), axis=-2),
    *[case("permute", shape, axes=axes) for shape, axes in PERMUTED],
    *[case("reshape", shape, shape=whole) for shape, whole in (((2, 3), (3, 2)), (V, (3, 1)), ((1, 1), S))],
    *[case("flatten", shape) for shape in (V, M, (2, 3, 2))],
    *[case("einsum", *shapes, spec=spec) for spec, *shapes in EINSUMS],
    *[case(op, M, V, function=ATTENTION) for op in ("opaque", "opaque_choice")],
    case("opaque_pull", (2,), M, V, function=ATTENTION, operand=1),
    *[case("transpose", shape) for shape in (V, M, (2, 3, 4))],
    *[case("index", shape, index=index) for shape, index in (*INDICES, *TAKEN)],
    *[case("place", np.zeros(shape)[index].shape, shape=shape, index=index)
      for shape, index in (*INDICES, *TAKEN)],
    *[case("stack", *[shape] * 3) for shape in (S, V, M)],
    *[case("fill", shape, shape=whole, axis=axis) for shape, whole, axis in FILLED],
    *[case("sum_to", whole, shape=shape) for shape, whole, axis in FILLED if axis is None],
    *[case("conv", image, kernel, **attrs) for image, kernel, attrs in CONVOLUTIONS],
    *[case(op, convolved(image, kernel, attrs), image, kernel, **attrs)
      for op in ("conv_to_kernel", "conv_to_image") for image, kernel, attrs in CONVOLUTIONS],
    *[case(op, shape, **attrs) for op in ("pool", "mean_pool") for shape, attrs in POOLS],
    *[case(op, pooled(shape, attrs), shape, **attrs) for op in ("pool_route", "mean_pool_share")
      for shape, attrs in POOLS],
    *[case(op, shape, shape) for op in ("quadratic", "mse") for shape in (S, V, M)],
    *[case(op, shape, shape, ranges=["share"] * 2) for op in ("cross_entropy", "binary_cross_entropy")
      for shape in (S, V, M)],
    *[case("cross_entropy", shape, shape, ranges=["flag", "share"]) for shape in (V, M)],
    *[case("hinge", shape, shape, ranges=["sign", "real"]) for shape in (S, V, M)],
]  # fmt: skip
DIFFERENTIABLE = [one for one in CASES if OPS[one.op].partials or OPS[one.op].pull]
