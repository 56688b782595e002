"""Programs run there and back: names used often or never, ways through a program, exact runs, limits."""

import time
from fractions import Fraction

import numpy as np
import pytest

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.ops import Call, Name
from byhand.trace.backward import run_backward
from byhand.trace.forward import run_forward
from byhand.trace.paths import count_paths, paths, uses
from byhand.trace.program import Equation, Program, build, depends_on, lines_of, ordered


def gradients(problem, **given):
    return byhand.work(problem, given).gradients


# Names


def test_a_square_written_as_a_product_has_two_contributions():
    work = byhand.work("L = a*a", a=3)
    assert 6.0 == work.gradients["a"]
    contributions = work.run.first.backwards[0].contributions
    assert [("a", "L", 0, 3.0), ("a", "L", 1, 3.0)] == [
        (c.of, c.through, c.operand, c.product) for c in contributions
    ]


def test_a_name_used_by_five_steps_gets_the_sum_of_five():
    problem = "p = a*2\nq = a*a\nr = a - 1\ns = a/4\nt = 3*a\nL = p + q + r + s + t"
    work = byhand.work(problem, a=5)
    assert 2 + 10 + 1 + 0.25 + 3 == work.gradients["a"]
    assert {"p", "q", "r", "s", "t"} == {
        c.through for c in work.run.first.backwards[0].contributions if c.of == "a"
    }


def test_what_the_objective_does_not_depend_on_has_the_gradient_0():
    found = gradients("n = b + V\nL = a^2", a=3, b=1, V=[[1, 2, 3], [4, 5, 6]])
    assert 6.0 == found["a"]
    assert 0.0 == found["b"]
    np.testing.assert_array_equal(np.zeros((2, 3)), found["V"])
    np.testing.assert_array_equal(np.zeros((2, 3)), found["n"])


def test_an_unused_learned_name_keeps_its_value():
    assert 4.0 == byhand.work("L = a^2", {"a": 3, "b": 4}, rate=0.1).updates["b"].new


def test_nothing_flows_back_through_a_choice():
    work = byhand.work("c = a > 1\nL = c*b + where(a, b, 2) + step(a) + sign(a)", a=3, b=5)
    assert (0.0, 2.0) == (work.gradients["a"], work.gradients["b"])
    assert {"b", "c"} == {
        c.of for c in work.run.first.backwards[0].contributions if not c.of.startswith("L.")
    }
    assert "a" not in depends_on(work.run.program, "L")
    assert ["L"] == uses(work.run.program)["b"]
    assert "a" not in uses(work.run.program)


def test_a_derivative_that_is_infinite_is_not_learned_from():
    assert not np.isfinite(gradients("L = sqrt(a)", a=0)["a"])
    with pytest.raises(CalculationError, check=lambda error: error.code == "no_derivative"):
        byhand.work("L = sqrt(a)", {"a": 0}, rate=0.1)


def test_an_array_in_a_program_built_in_python_is_a_constant():
    program = Program((Equation("z", "mul", ("w", np.array([1.0, 2.0]))), Equation("L", "sum", ("z",))))
    forward = run_forward(program, {"w": 3.0})
    assert 9.0 == forward.values["L"]
    assert 3.0 == run_backward(program, forward, "L").gradients["w"]


# Numbers asked for by name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("z[1]", 7.5),
        ("dL/dW[0,2]", 2 * 4.5 * 3),
        ("dz[0]/dW[0,2]", 3.0),
        ("dz[0]/dW[1,2]", 0.0),
        ("dL/dz[-1]", 15.0),
        ("∂L/∂b", 24.0),
        ("b_new", 0.5 - 0.01 * 24),
        ("b#2", 0.5 - 0.01 * 24),
        ("W[1, 0]_new", 1.0 - 0.01 * 15),
    ],
)
def test_a_number_is_found_by_the_name_people_give_it(name, expected):
    given = {"W": [[1, 0, 1], [1, 0, 2]], "x": [1, 2, 3], "b": 0.5}
    work = byhand.work("z = W @ x + b\nL = sum(z^2)", given, rate=0.01, learn=["W", "b"])
    assert expected == pytest.approx(work.number(name), rel=1e-14)


# The order of lines


def test_lines_are_calculated_in_the_author_s_order_where_it_will_do():
    lines = byhand.work("L = c + d\nd = a + b\nb = 2*a\nc = a", a=1).run.program
    assert ["b", "d", "c", "L"] == list(lines_of(lines))


def test_a_circle_is_named_from_its_first_line():
    with pytest.raises(ProblemError) as caught:
        byhand.work("k = 1 + a\nx = y + k\ny = z\nz = 2*x", a=1)
    assert ("circular", "x → y → z → x") == (caught.value.code, caught.value.facts["circle"])


def quickest(function, times=5):
    def once():
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return min(once() for _ in range(times))


def test_ordering_takes_time_linear_in_the_lines():
    def lines(n):
        return [(f"v{k}", Name(f"v{k + 1}")) for k in range(n)]

    assert ["v2", "v1", "v0"] == [name for name, _ in ordered(lines(3), {})]
    short, long = lines(1000), lines(8000)
    assert quickest(lambda: ordered(long, {})) < 30 * quickest(lambda: ordered(short, {}))


# Ways through a program


def ladder(rungs):
    """2^rungs ways from x up a ladder that leads nowhere, and one from x to L."""
    lines = [("a0", Call("copy", (Name("x"),))), ("b0", Call("copy", (Name("x"),)))]
    for k in range(rungs):
        rung = Call("add", (Name(f"a{k}"), Name(f"b{k}")))
        lines += [(f"a{k + 1}", rung), (f"b{k + 1}", rung)]
    return build([*lines, ("L", Call("copy", (Name("x"),)))])


def test_blind_alleys_are_not_searched():
    program = ladder(40)
    assert [["L", "x"]] == paths(uses(program), "x", "L", 10)
    assert 1 == count_paths(program, uses(program), "x", "L")


def test_ways_are_counted_without_walking_them():
    program = ladder(40)
    assert 2**40 == count_paths(program, uses(program), "x", "a40")
    assert 5 == len(paths(uses(program), "x", "a40", 5))


# Fractions


def exact(problem, **options):
    return byhand.work(problem, exact=True, **options)


def test_apples_in_fractions():
    work = byhand.work(byhand.example("apples"), exact=True)
    assert all(isinstance(value, Fraction) for value in work.values.values())
    assert all(isinstance(value, Fraction) for value in work.gradients.values())
    floats = byhand.work(byhand.example("apples"))
    assert floats.values == pytest.approx(
        {name: float(value) for name, value in work.values.items()}, rel=1e-15
    )


def test_a_decimal_is_the_fraction_it_is_written_as():
    work = exact("L = (y - w*x)^2", given={"w": 0.1, "x": 3, "y": 0.7}, minimise="L", rate=0.01, learn=["w"])
    assert Fraction(4, 25) == work.values["L"]
    assert Fraction(-12, 5) == work.gradients["w"]
    assert Fraction(124, 1000) == work.updates["w"].new


def test_choices_ties_and_unused_names_keep_fractions():
    given = {"a": 0.1, "b": 0.1, "unused": 3}
    work = exact("L = a*(a > 0) + relu(a) + leaky_relu(-a) + max(a, b) + step(a)", given=given, rate=0.1)
    assert Fraction(1, 10) + Fraction(1, 10) - Fraction(1, 1000) + Fraction(1, 10) + 1 == work.values["L"]
    assert 1 + 1 - Fraction(1, 100) + Fraction(1, 2) == 2 * work.gradients["a"] - Fraction(249, 100)
    assert (Fraction, Fraction(3)) == (type(work.updates["unused"].new), work.updates["unused"].new)


@pytest.mark.parametrize(
    "operation", ["exp(a)", "sqrt(a)", "sigmoid(a)", "log(a)", "cos(a)", "a^0.5", "norm(a)"]
)
def test_where_there_is_no_fraction_the_numbers_are_decimals(operation):
    work, floats = (
        exact(f"z = {operation}\nL = z*a", given={"a": 0.7}),
        byhand.work(f"z = {operation}\nL = z*a", a=0.7),
    )
    assert isinstance(work.values["z"], float)
    assert isinstance(work.values["a"], Fraction)
    assert floats.values["L"] == pytest.approx(work.values["L"], rel=1e-15)
    assert floats.gradients["a"] == pytest.approx(work.gradients["a"], rel=1e-15)


def test_an_array_holds_fractions_or_decimals_and_never_both():
    work = exact("v = [a, exp(a), 2]\nu = [a, 1, 2]\nL = sum(v) + sum(u[1:])", given={"a": 0.5})
    assert np.float64 == work.values["v"].dtype
    assert all(isinstance(x, Fraction) for x in work.values["u"])


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_rules_without_roots_update_in_fractions(rule):
    work = exact("L = (w - 3)^2", given={"w": 0.5}, minimise="L", rate=0.1, rule=rule, steps=3)
    assert isinstance(work.updates["w"].new, Fraction)
    floats = byhand.work("L = (w - 3)^2", given={"w": 0.5}, minimise="L", rate=0.1, rule=rule, steps=3)
    assert floats.updates["w"].new == pytest.approx(float(work.updates["w"].new), rel=1e-14)


@pytest.mark.parametrize("problem", ["L = 9^9^9^9^9", "L = a^999999999", "L = (1/3)^-123456789"])
def test_a_power_that_would_fill_the_memory_is_refused(problem):
    with pytest.raises(CalculationError, check=lambda error: error.code == "overflow"):
        exact(problem, given={"a": 7})


def test_fractions_that_grow_at_every_step_end_as_decimals():
    work = exact("L = w^4", given={"w": 0.1}, minimise="L", rate=0.1, steps=20)
    floats = byhand.work("L = w^4", given={"w": 0.1}, minimise="L", rate=0.1, steps=20)
    assert isinstance(work.updates["w"].new, float)
    assert floats.updates["w"].new == pytest.approx(work.updates["w"].new, rel=1e-13)


# Errors


@pytest.mark.parametrize(
    ("problem", "given", "code"),
    [
        ("L = a / b", {"a": 1, "b": 0}, "division_by_zero"),
        ("L = sum(v / b)", {"v": [1, 2], "b": [1, 0]}, "division_by_zero"),
        ("L = a^-1", {"a": 0}, "division_by_zero"),
        ("L = log(a)", {"a": -1}, "log_of_not_positive"),
        ("L = cross_entropy(y, p)", {"y": [1, 0], "p": [-1, 2]}, "log_of_not_positive"),
        ("L = binary_cross_entropy(y, p)", {"y": [1, 0], "p": [0.5, 1]}, "log_of_not_positive"),
        ("L = sqrt(a)", {"a": -1}, "root_of_negative"),
        ("L = a^0.5", {"a": -4}, "root_of_negative"),
        ("L = exp(a)", {"a": 800}, "overflow"),
        ("L = sum(W @ v)", {"W": [[1, 2, 3], [4, 5, 6]], "v": [1, 2]}, "shapes_product"),
        ("L = sum(v + u)", {"v": [1, 2, 3], "u": [1, 2]}, "shapes"),
        ("L = sum(v > u)", {"v": [1, 2, 3], "u": [1, 2]}, "shapes"),
        ("L = max(a, axis=0)", {"a": 3}, "shapes_operand"),
        ("L = sum(v, axis=1)", {"v": [1, 2]}, "shapes_operand"),
        ("L = sum(softmax(a))", {"a": 3}, "shapes_operand"),
        ("L = v[5]", {"v": [1, 2]}, "index_outside"),
        ("L = sum(pool(W))", {"W": [[1, 2, 3]]}, "shapes_operand"),
    ],
)
@pytest.mark.parametrize("fractions", [False, True])
def test_what_cannot_be_calculated_is_named(problem, given, code, fractions):
    with pytest.raises(CalculationError) as caught:
        byhand.work(problem, given, exact=fractions)
    assert (code, problem) == (caught.value.code, caught.value.source)


@pytest.mark.parametrize(
    "problem",
    [
        "L = sum(outer(v, v))",
        "L = sum(column * v)",
        "L = sum(where(column, v, 0))",
        "L = sum(column @ row)",
        "L = sum(conv(row, row, pad=9000))",
        f"L = sum([{', '.join(['v'] * 400)}])",
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_made(problem):
    long = [0.5] * 3000
    with pytest.raises(CalculationError, check=lambda error: error.code == "too_large"):
        byhand.work(problem, v=long, column=[[x] for x in long], row=[long])
