"""Every operation of the table, on every shape it takes: value, gradient, corner, fraction, element."""

from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest

from byhand.errors import CalculationError
from byhand.ops import OPS, Call, Name
from byhand.ops.exact import LONGEST, is_exact
from byhand.ops.table import UNBOUNDED
from byhand.sources.vocabulary import FUNCTIONS
from byhand.trace.backward import run_backward
from byhand.trace.element import Speller
from byhand.trace.evaluate import evaluate
from byhand.trace.forward import run_forward
from byhand.trace.program import Equation, Program
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


def worked(case, xs, seed=None):
    """One operation on its operands, there and, where it has a gradient, back."""
    names = tuple([f"x{i}" for i in range(len(xs))])
    program = Program((Equation("y", case.op, names, case.attrs),))
    forward = run_forward(program, dict(zip(names, xs, strict=True)))
    if case.op in INTERNAL:
        return forward.values["y"], []
    backward = run_backward(program, forward, "y", seed)
    return forward.values["y"], [backward.gradients[name] for name in names]


def weights(value):
    """What the result receives from above: another number for each element."""
    return np.cos(np.arange(np.size(value)) + 1.0).reshape(np.shape(value)) if np.ndim(value) else 0.7


def references(cases, inputs, seeds):
    """The value of each case and what its operands receive, by JAX; all cases in one compilation."""

    def every(inputs, seeds):
        found = []
        for case, xs, seed in zip(cases, inputs, seeds, strict=True):
            value, pull = jax.vjp(partial(REFERENCE[case.op], **case.attrs), *xs)
            found.append((value, pull(seed)))
        return found

    with jax.enable_x64(True):
        return jax.jit(every, compiler_options={"xla_backend_optimization_level": 0})(inputs, seeds)


def assert_same(expected, found, case=""):
    assert np.shape(expected) == np.shape(found), case
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=str(case))


def test_every_operation_has_a_case_and_a_reference():
    assert set(OPS) == {one.op for one in CASES}
    assert set(OPS) == set(REFERENCE)


def test_every_operation_people_can_write_has_a_gradient_or_is_a_choice():
    without = {code for code, op in OPS.items() if not (op.partials or op.pull or op.discrete)}
    assert INTERNAL == without
    assert set() == INTERNAL & {function.op for function in FUNCTIONS.values()}


@pytest.mark.parametrize("op", OPS)
def test_values_and_gradients_are_those_of_jax(op):
    cases = [one for one in CASES if one.op == op]
    inputs = [operands(one) for one in cases]
    seeds = [weights(OPS[op].value(*xs, **one.attrs)) for one, xs in zip(cases, inputs, strict=True)]
    oracle = references(cases, inputs, seeds)
    for one, xs, seed, (value, pulled) in zip(cases, inputs, seeds, oracle, strict=True):
        found, gradients = worked(one, xs, seed)
        assert_same(value, found, one)
        if op not in INTERNAL:
            for mine, theirs in zip(gradients, pulled, strict=True):
                assert_same(theirs, mine, one)


@pytest.mark.parametrize("case", DIFFERENTIABLE, ids=str)
def test_gradient_is_the_central_difference(case):
    xs = operands(case)
    value = OPS[case.op].value(*xs, **case.attrs)
    seed = weights(value)
    for i, gradient in enumerate(worked(case, xs, seed)[1]):
        if case.ranges[i] in ("flag", "place") or (
            case.op == "pow" and case.ranges == ("real", "whole") and i == 1
        ):
            continue
        for index in np.ndindex(np.shape(xs[i])):
            x = np.asarray(xs[i])[index]
            h = 1e-5 * max(1.0, abs(x))
            ends = []
            for at in (x - h, x + h):
                moved = np.array(xs[i])
                moved[index] = at
                ends.append(np.sum(seed * OPS[case.op].value(*xs[:i], moved, *xs[i + 1 :], **case.attrs)))
            numeric = (ends[1] - ends[0]) / (2 * h)
            assert numeric == pytest.approx(np.asarray(gradient)[index], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if OPS[c.op].element or OPS[c.op].partials], ids=str)
def test_an_element_spelled_out_is_the_element_of_the_array(case):
    values = {f"x{i}": x for i, x in enumerate(operands(case))}
    expr = Call(case.op, tuple([Name(name) for name in values]), tuple(case.attrs.items()))
    whole, speller = evaluate(expr, values), Speller(values, {})
    for index in np.ndindex(np.shape(whole)):
        spelled = evaluate(speller.element(expr, index), values)
        assert () == np.shape(spelled)
        assert np.asarray(whole)[index] == pytest.approx(spelled, rel=1e-12, abs=1e-15)


def test_of_equal_elements_the_first_wins_in_the_spelled_out_pool_too():
    image = np.array([[1.0, 4.0, 4.0], [4.0, 4.0, 2.0], [0.0, 4.0, 3.0]])
    values = {"g": np.array([[1.0, 2.0], [4.0, 8.0]]), "x": image}
    expr = Call("pool_route", (Name("g"), Name("x")), (("size", 2), ("stride", 1)))
    expected = [[0.0, 3.0, 0.0], [4.0, 8.0, 0.0], [0.0, 0.0, 0.0]]
    speller = Speller(values, {})
    assert expected == evaluate(expr, values).tolist()
    assert expected == [[evaluate(speller.element(expr, (r, c)), values) for c in range(3)] for r in range(3)]


# Fractions


def exact_operands(case):
    fractions = np.vectorize(lambda x: Fraction(repr(float(x))), otypes=[object])
    return [fractions(x) if np.ndim(x) else Fraction(repr(x)) for x in operands(case)]


def gives_fractions(case):
    return OPS[case.op].exact and (case.op != "pow" or case.ranges == ("real", "whole"))


def as_float(value):
    return np.asarray(value, dtype=float)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fractions_stay_fractions_where_the_operation_says_so(case):
    values = {f"x{i}": x for i, x in enumerate(exact_operands(case))}
    found = evaluate(Call(case.op, tuple(map(Name, values)), tuple(case.attrs.items())), values)
    assert gives_fractions(case) == is_exact(found)
    expected = OPS[case.op].value(*operands(case), **case.attrs)
    np.testing.assert_allclose(as_float(found), as_float(expected), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", [c for c in DIFFERENTIABLE if gives_fractions(c)], ids=str)
def test_gradients_of_fractions_are_fractions(case):
    xs, floats = exact_operands(case), operands(case)
    seed = as_float(worked(case, floats)[0])
    exact = np.vectorize(Fraction, otypes=[object])(seed) if seed.ndim else Fraction(float(seed))
    for i, (found, expected) in enumerate(
        zip(worked(case, xs, exact)[1], worked(case, floats, seed)[1], strict=True)
    ):
        if not (case.op == "pow" and i == 1):  # there a logarithm stands
            assert is_exact(found)
        np.testing.assert_allclose(as_float(found), expected, rtol=1e-12, atol=1e-13)


def test_a_fraction_too_long_to_print_becomes_a_decimal():
    huge = Fraction(1, 3) ** LONGEST
    assert 0.0 == evaluate(Call("mul", (Name("a"), Name("a"))), {"a": huge})
    third = evaluate(Call("copy", (Name("a"),)), {"a": Fraction(1, 3)})
    assert Fraction(1, 3) == third


# Corners and ties, and what flows back there

CORNERS = [
    ("abs", [0.0], {}, "corner_abs", [0.0]),
    ("relu", [0.0], {}, "corner_relu", [0.0]),
    ("leaky_relu", [0.0], {"slope": 0.2}, "corner_leaky_relu", [0.2]),
    ("step", [0.0], {}, "corner_step", [0.0]),
    ("maximum", [2.0, 2.0], {}, "tie_shared", [0.5, 0.5]),
    ("minimum", [2.0, 2.0], {}, "tie_shared", [0.5, 0.5]),
    ("max", [np.array([3.0, 1.0, 3.0])], {}, "tie_shared", [[0.5, 0.0, 0.5]]),
    ("min", [np.array([[3.0, 1.0], [1.0, 1.0]])], {}, "tie_shared", [[[0.0, 1 / 3], [1 / 3, 1 / 3]]]),
    ("max", [np.array([[3.0, 1.0], [2.0, 2.0]])], {"axis": 1}, "tie_shared", [[[1.0, 0.0], [0.5, 0.5]]]),
    ("norm", [np.zeros(2)], {}, "corner_norm", [[0.0, 0.0]]),
    ("pool", [np.array([[1.0, 4.0], [4.0, 2.0]])], {}, "tie_first", [[[0.0, 1.0], [0.0, 0.0]]]),
    ("hinge", [np.array([1.0, -1.0]), np.array([1.0, 0.5])], {}, "corner_hinge", [[0.0, -0.25], [0.0, 0.5]]),
]


def test_every_operation_with_a_corner_has_one_here():
    assert {code for code, op in OPS.items() if op.corner} == {op for op, *_ in CORNERS}


@pytest.mark.parametrize(("op", "xs", "attrs", "code", "expected"), CORNERS)
def test_a_corner_is_said_and_its_convention_used(op, xs, attrs, code, expected):
    assert code == OPS[op].corner(*xs, **attrs)
    one = Case(op, (), (), attrs)
    value = OPS[op].value(*xs, **attrs)
    gradients = worked(one, xs, np.ones(np.shape(value)) if np.ndim(value) else 1.0)[1]
    for theirs, mine in zip(expected, gradients, strict=True):
        assert_same(np.asarray(theirs), mine)


@pytest.mark.parametrize("case", [c for c in CASES if OPS[c.op].corner], ids=str)
def test_no_corner_is_said_elsewhere(case):
    assert OPS[case.op].corner(*operands(case), **case.attrs) is None


@pytest.mark.parametrize(("op", "zero"), [("relu", -3.0), ("relu", -0.0), ("hinge", None)])
def test_nothing_gives_minus_zero(op, zero):
    xs = [1.0, 5.0] if zero is None else [zero]
    assert 1.0 == np.copysign(1.0, OPS[op].value(*xs))


@pytest.mark.parametrize(
    ("xs", "expected"),
    [((0.0, 0.0), 0.0), ((0.0, 1.0), 1.0), ((0.0, 2.0), 0.0), ((-2.0, 3.0), 12.0), ((-2.0, -1.0), -0.25)],
)
def test_a_power_of_zero_or_of_a_negative_number(xs, expected):
    assert expected == worked(case("pow", S, S), xs)[1][0]
    arrays = [np.array([x, 1.5]) for x in xs]
    assert expected == worked(case("pow", (2,), (2,)), arrays, np.ones(2))[1][0][0]


@pytest.mark.parametrize("large", [-800.0, 800.0])
def test_an_activation_far_out_does_not_overflow(large):
    expected = {
        "sigmoid": float(large > 0),
        "tanh": np.sign(large),
        "softplus": max(large, 0.0),
        "gaussian": 0.0,
    }
    for op, value in expected.items():
        assert (value, [expected["sigmoid"] if op == "softplus" else 0.0]) == worked(case(op, S), [large])
    far = np.array([large, 0.0])
    assert [float(large > 0), float(large < 0)] == worked(case("softmax", (2,)), [far], np.ones(2))[
        0
    ].tolist()


# What an operation is in a network


@pytest.mark.parametrize("code", [code for code, op in OPS.items() if op.range != UNBOUNDED])
def test_a_range_holds_the_values_and_is_reached_nearly(code):
    op = OPS[code]
    z = np.linspace(-30.0, 30.0, 61)
    values = op.value(z) if op.partials else np.array([op.value(np.array([a, 0.0]))[0] for a in z])
    assert op.range.low <= values.min() < op.range.low + 1e-9
    if op.range.high < np.inf:
        assert op.range.high - 1e-9 < values.max() <= op.range.high
    else:
        assert values.max() == pytest.approx(z.max())


def test_a_decision_passes_nothing_back_and_gives_whole_numbers():
    for one in CASES:
        op = OPS[one.op]
        if op.is_decision:
            assert op.discrete
            values = np.asarray(op.value(*operands(one), **one.attrs))
            assert np.array_equal(values, np.round(values))


def test_a_loss_takes_a_target_and_an_output_of_one_shape():
    for code in [code for code, op in OPS.items() if op.is_loss]:
        with pytest.raises(CalculationError) as caught:
            worked(case(code, V, V), [np.array([0.2, 0.7, 0.4]), np.array([0.3, 0.6])])
        assert caught.value.code == "shapes_equal"
