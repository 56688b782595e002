"""A JAX function worked out: its author's names and formulas, every number against JAX's own in float64."""

import json
import subprocess
import sys
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax_functions import assert_as_jax, formulas, names, normal

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.ops import OPS
from byhand.sources.function import recording
from byhand.sources.function.movement import moved

# The same function as formula text and as JAX

HOUSE = """z1 = w1*x1 + w4*x2
z2 = w2*x1 + w5*x2
z3 = w3*x1 + w6*x2
h1 = sigmoid(z1)
h2 = sigmoid(z2)
h3 = sigmoid(z3)
yhat = w7*h1 + w8*h2 + w9*h3
L = (y - yhat)^2"""


def house(params, x1, x2, y):
    z1 = params["w1"] * x1 + params["w4"] * x2
    z2 = params["w2"] * x1 + params["w5"] * x2
    z3 = params["w3"] * x1 + params["w6"] * x2
    h1 = jax.nn.sigmoid(z1)
    h2 = jax.nn.sigmoid(z2)
    h3 = jax.nn.sigmoid(z3)
    yhat = params["w7"] * h1 + params["w8"] * h2 + params["w9"] * h3
    L = (y - yhat) ** 2
    return L


HOUSE_WEIGHTS = {f"w{k}": round(0.1 * k - 0.35, 2) for k in range(1, 10)}


def test_the_house_price_is_that_of_the_formula_text():
    of_code = byhand.work(house, HOUSE_WEIGHTS, 1.2, 1, 0.3, rate=0.1)
    learn = list(HOUSE_WEIGHTS)
    of_text = byhand.work(HOUSE, given={**HOUSE_WEIGHTS, "x1": 1.2, "x2": 1, "y": 0.3}, rate=0.1, learn=learn)
    assert of_text.values == {name: of_code.values[name] for name in of_text.values}
    assert of_text.gradients == {name: of_code.gradients[name] for name in of_text.gradients}
    assert {name: u.new for name, u in of_text.updates.items()} == {
        name: u.new for name, u in of_code.updates.items()
    }
    assert formulas(of_text) == formulas(of_code)
    assert of_text.why("dL/dw4", language="en").to_text() == of_code.why("dL/dw4", language="en").to_text()
    assert of_code.number("w4_new") == of_code.updates["w4"].new


# Loops, branches, transformations


def grown(w):
    v = lax.while_loop(lambda v: v < 10, lambda v: v * w, w)
    v = lax.cond(v > 11, lambda a: a * 2, lambda a: a + 1, v)
    return v


@pytest.mark.parametrize(("w", "power", "factor"), [(1.9, 4, 2.0), (2.2, 3, 1.0)])
def test_while_has_the_turns_that_happened_and_cond_its_branch(w, power, factor):
    work = byhand.work(grown, w)
    assert formulas(work)[:2] == ["v_1 = w·w", "v_2 = v_1·w"]
    assert len(names(work)) == power
    assert work.gradients["w"] == pytest.approx(factor * power * w ** (power - 1), rel=1e-14)
    text = work.to_text(language="en")
    assert f"── lambda, iteration {power - 1} ──" in text
    assert "── the branch taken: lambda ──" in text
    assert [one["code"] for one in json.loads(work.to_json())["conventions"]] == ["branches_taken"]


def repeated(w, n):
    s = lax.fori_loop(0, 3, lambda i, s: s * w + i, w)
    for _ in range(n):
        s = s / 2
    if s > 0:
        s = s * 3
    return s


def test_loops_and_branches_of_python():
    work = byhand.work(repeated, 1.9, 2)
    with jax.enable_x64(True):
        value, gradient = map(float, jax.value_and_grad(repeated)(1.9, 2))
    assert names(work) == ["s_1", "s_2", "s", "s_3", "s_4", "s_5"]
    assert work.values["s_5"] == pytest.approx(value, rel=1e-15)
    assert work.gradients["w"] == pytest.approx(gradient, rel=1e-15)


@jax.jit
def one(W, b, x):
    z = W @ x + b
    return jnp.sum(jax.nn.sigmoid(z) ** 2)


def batched(W, b, X):
    each = jax.vmap(one, in_axes=(None, None, 0))(W, b, X)
    slope = jax.grad(one)(W, b, X[0])
    return each.mean() + jnp.sum(slope)


def test_jit_vmap_and_a_gradient_inside():
    W, b, X = normal(4, 3), normal(4), normal(5, 3)
    one(W, b, X[0])  # compiled before: its names are there all the same
    work = byhand.work(batched, W, b, X)
    assert formulas(work)[:2] == ["z = (W @ Xᵀ)ᵀ + b", "each = sum(σ(z)², axis=1)"]
    assert {"slope", "z_2"} <= set(names(work))
    assert "── one, for the whole batch at once ──" in work.to_text(language="en")
    assert_as_jax(work, batched, W, b, X)
    assert_as_jax(byhand.work(jax.jit(batched), W, b, X), batched, W, b, X)


def test_what_a_batch_hides_from_its_function_is_still_right():
    def columns(W):
        return jnp.sum(jax.vmap(lambda w: jax.nn.softmax(w, axis=0) * jnp.max(w), in_axes=1)(W) ** 2)

    W = normal(3, 4)
    assert_as_jax(byhand.work(columns, W), columns, W)


# Names


def rebound(x):
    h = x * 2
    for _ in range(2):
        h = jnp.sin(h) * x
    return h.sum()


class Params(NamedTuple):
    W: np.ndarray
    b: np.ndarray


def two_layers(layers, extra, x):
    for layer in layers:
        x = jnp.tanh(layer.W @ x + layer.b)
    return x @ extra["W"]


def test_names_that_are_bound_again_have_a_number():
    work = byhand.work(rebound, normal(3))
    assert names(work) == ["h", "h_2", "h_3", "rebound"]
    assert formulas(work)[1] == "h_2 = sin(h) ⊙ x"


def test_names_in_a_tree_of_arrays():
    layers = [Params(normal(3, 2), normal(3)), Params(normal(2, 3), normal(2))]
    extra, x = {"W": normal(2)}, normal(2)
    work = byhand.work(two_layers, layers, extra, x)
    assert list(work.run.given) == ["layers_0_W", "layers_0_b", "layers_1_W", "layers_1_b", "extra_W", "x"]
    assert names(work) == ["x_2", "x_3", "two_layers"]
    assert_as_jax(work, two_layers, layers, extra, x)


def test_a_lambda_and_a_function_without_source():
    a, b = normal(3), normal(3)
    work = byhand.work(lambda a, b: jnp.dot(a, b) + jax.nn.logsumexp(a), a, b)
    assert formulas(work) == ["f = a @ b + logsumexp(a)"]
    assert work.task.problem.title == ""
    space = {}
    exec("import jax.numpy as jnp\ndef g(a, b):\n    c = a * b\n    return jnp.sum(c * c)", space)  # noqa: S102
    work = byhand.work(space["g"], a, b)
    assert names(work) == ["c", "g"]
    assert "source" not in json.loads(work.to_json())["steps"][0]
    np.testing.assert_allclose(work.gradients["a"], 2 * a * b * b)


def test_arrays_of_the_functions_own_are_given_under_their_names():
    def scored(w):
        target = jnp.array([1.0, 2.0, 4.0])
        return jnp.sum((w - target) ** 2) + w @ jnp.array([3.0, 0.0, 1.0])

    work = byhand.work(scored, normal(3))
    assert formulas(work) == ["scored = Σ(w − target)² + w @ c"]
    assert work.values["c"].tolist() == [3, 0, 1]


# What has no formula


def opaque(x):
    F = jnp.abs(jnp.fft.fft(x)) ** 2
    s = lax.sort(x)
    k = jnp.argmax(x)
    return jnp.sum(F * s) + s[0] * x[k] + jnp.cumsum(x)[1]


@jax.custom_vjp
def rounded(x):
    return jnp.round(x)


rounded.defvjp(lambda x: (rounded(x), None), lambda _, g: (1.5 * g,))


def straight_through(x):
    y = rounded(2 * x)
    return jnp.sum(y * x) + jax.vmap(rounded)(x).sum()


def test_what_has_no_formula_is_calculated_and_said():
    x = normal(3)
    work = byhand.work(opaque, x)
    assert "s = sort(x)" in formulas(work)
    assert_as_jax(work, opaque, x)
    told = {one["code"]: one["facts"] for one in json.loads(work.to_json())["conventions"]}["opaque"]
    assert {"fft", "sort", "cumsum", "argmax"} <= set(told["functions"].split(", "))
    assert {"F", "s", "k"} <= set(told["names"])
    assert "由 JAX 计算" in work.to_text(language="zh")
    with pytest.raises(ProblemError) as error:
        work.to_python()
    assert error.value.code == "no_python"


def test_a_derivative_of_ones_own_is_kept():
    x = normal(3)
    work = byhand.work(straight_through, x)
    assert "y = rounded(2·x)" in formulas(work)
    assert_as_jax(work, straight_through, x)
    assert "rounded_vjp(" in work.to_text()


def test_an_opaque_step_spelled_out():
    work = byhand.work(lambda x: jnp.sum(lax.sort(x) ** 2), np.array([0.5, -2.0]))
    assert "sort([x[0], x[1]])" in work.to_text(scalar=True)


# What a JAX function leaves as it was, and what it cannot be


def test_the_x64_flag_and_the_trace_function_are_as_they_were():
    before = jax.config.x64_enabled, sys.gettrace(), jax.config.jax_disable_jit
    byhand.work(rebound, normal(3))
    with pytest.raises(ZeroDivisionError):
        byhand.work(lambda x: x * (1 // 0), 1.0)
    assert before == (jax.config.x64_enabled, sys.gettrace(), jax.config.jax_disable_jit)
    assert jnp.ones(2).dtype == jnp.float32


def test_an_array_result_is_shown_and_needs_a_number_to_learn():
    work = byhand.work(lambda w: w * 2.0, np.array([1.0, 3.0]))
    assert work.values["f"].tolist() == [2, 6]
    assert work.gradients == {}
    with pytest.raises(CalculationError) as error:
        byhand.work(lambda w: w * 2.0, np.array([1.0, 3.0]), rate=0.1)
    assert error.value.code == "objective_not_scalar"


def test_further_results_stand_beside_the_first():
    def loss(w):
        yhat = 3 * w
        return (yhat - 1) ** 2, {"accuracy": jnp.round(yhat)}

    work = byhand.work(loss, 0.5)
    assert (work.run.plan.objective, work.values["loss"], work.values["loss_2"]) == ("loss", 0.25, 2.0)


@pytest.mark.parametrize(
    ("function", "args", "code"),
    [
        (lambda w: w**2, ("two",), "not_an_array"),
        (lambda w: w["a"] ** 2, ({"a": object()},), "not_an_array"),
        (lambda w: jnp.sum(w), (np.array([1.0, np.nan]),), "not_finite"),
        (lambda w, x: w * x, (1.0,), "wrong_arguments"),
        (lambda w: 3.0, (1.0,), "constant_result"),
        (lambda labels: jnp.sum(labels), (np.array([1, 2]),), "constant_result"),
        (
            lambda w: jax.nn.softmax(jnp.where(w > 0, w, -jnp.inf))[0],
            (np.array([1.0, -1.0]),),
            "infinite_constant",
        ),
        (lambda w: jnp.log(w - 2), (1.0,), "log_of_not_positive"),
        (lambda w: 1 / (w - 1), (1.0,), "division_by_zero"),
    ],
)
def test_what_cannot_be_worked_out_is_one_clear_error(function, args, code):
    with pytest.raises((ProblemError, CalculationError)) as error:
        byhand.work(function, *args)
    assert error.value.code == code
    assert error.value.explained("en") != error.value.explained("zh")


def test_exact_is_for_formulas():
    with pytest.raises(ProblemError, match="decimals"):
        byhand.work(rebound, normal(3), exact=True)


def test_a_loop_that_is_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(recording, "MOST_OPERATIONS", 100)
    with pytest.raises(ProblemError, match="100 operations"):
        byhand.work(lambda w: lax.while_loop(lambda v: v > 0, lambda v: v * w, w), 1.5)


def test_formulas_load_no_jax():
    code = (
        "import byhand, sys; byhand.work('L = w*x', w=1.0, x=2.0).to_text(); sys.exit('jax' in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


# Movements of elements


@pytest.mark.parametrize(
    "take",
    [
        lambda a: a[1],
        lambda a: a[-1, 2],
        lambda a: a[:, 1:3],
        lambda a: a[0:1],
        lambda a: a[[2, 0, 2]],
        lambda a: a[[2, 0], [1, 3]],
        lambda a: a[:, ::-1],
        lambda a: a.T,
        lambda a: a.reshape(2, 6),
        lambda a: a[:, None, :],
        lambda a: np.broadcast_to(a, (2, 3, 4)),
        lambda a: a.reshape(3, 2, 2).transpose(2, 0, 1),
    ],
)
def test_a_movement_of_elements_is_found_from_where_they_came(take):
    array = normal(3, 4)
    at = take(np.arange(12).reshape(3, 4))
    op, attrs = moved(np.asarray(at), (3, 4))
    np.testing.assert_array_equal(OPS[op].value(array, **attrs), take(array))
