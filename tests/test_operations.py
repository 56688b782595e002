"""Every operation of the table, on every shape it takes: value, gradient, corner, fraction, element."""

from fractions import Fraction
from functools import partial

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
from tests.operation_cases import CASES, DIFFERENTIABLE, INTERNAL, Case, S, V, case, operands


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
        for one, xs, seed in zip(cases, inputs, seeds, strict=True):
            value, pull = jax.vjp(partial(REFERENCE[one.op], **one.attrs), *xs)
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
