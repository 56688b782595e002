"""Formula lines read by JAX are what is worked out: every operation that training reads."""

import jax
import numpy as np
import pytest

import byhand
from byhand.equations.layers import ACTIVATIONS
from byhand.sources.formula import read_lines
from byhand.trace.program import build, givens_of
from byhand.train.reading import OPERATIONS, read

CASES = {
    "neg": "-u",
    "copy": "u",
    "add": "u + v",
    "sub": "u - v",
    "mul": "u*v",
    "div": "u/v",
    "pow": "u^2 + u^3",
    "total": "u + v + u",
    "sqrt": "sqrt(v)",
    "exp": "exp(u)",
    "sum": "u*sum(M, axis=0)",
    "matmul": "M @ u",
    "outer": "outer(u, t)",
    "step": "u*step(u)",
    **{name: f"{name}(u)" for name in ACTIVATIONS if name != "identity"},
    "softmax": "softmax(u)",
    "quadratic": "quadratic(v, u)",
    "mse": "mse(v, u)",
    "cross_entropy": "cross_entropy(t, p)",
    "binary_cross_entropy": "binary_cross_entropy(t, p)",
    "norm": "u*norm(u)",
    "mean": "u*mean(v)",
    "abs": "abs(u)",
    "cos": "cos(u)",
    "floor": "u*floor(v)",
    "minimum": "min(u, v)",
    "maximum": "max(u, v)",
    "le": "u*(u <= v)",
    "ge": "u*(u >= v)",
    "gt": "u*(u > v)",
    "lt": "u*(u < v)",
    "sign": "u*sign(v)",
    "eq": "u*(v == v)",
    "where": "where(u > 0, u, v)",
    "argmin": "u*argmin(v)",
    "argmax": "u*argmax(v)",
    "take": "take(M, argmin(v))",
    "index": "M[1, 0:2]*u[1]",
    "pick": "pick([u, v], [2, 0])",
    **{name: f"{name}(u)" for name in ("erf", "gelu", "gelu_tanh", "layer_norm")},
    "replace": "replace(M, argmin(v), u)",
    "concat": "concat(u, v)",
    "stack": "[u, v]",
    "transpose": "transpose(M)",
    "flatten": "flatten(M)",
    "conv": "conv(M, M, stride=2, pad=2, dilation=1, groups=1)",
    "pool": "pool(M, 2, 1)",
    "mean_pool": "mean_pool(M, 2, 1)",
}
ONE_NUMBER = {"quadratic", "mse", "cross_entropy", "binary_cross_entropy"}
GIVEN = {
    "u": np.array([0.7, -1.3, 0.4]),
    "v": np.array([0.9, 0.2, 1.7]),
    "M": np.array([[0.3, -0.6, 1.1], [-0.8, 0.5, 0.9]]),
    "t": np.array([0.0, 0.3, 0.7]),
    "p": np.array([0.25, 0.35, 0.4]),
}


def test_every_operation_that_is_read_has_a_case():
    lines = {code: build(read_lines(f"q = {text}").expressions) for code, text in CASES.items()}
    used = {equation.op for program in lines.values() for equation in program.equations}
    assert set(OPERATIONS) - {"total"} <= used


@pytest.mark.parametrize("code", CASES)
def test_jax_reads_an_operation_as_it_is_worked_out(code):
    squared = "q*q" if code in ONE_NUMBER else "quadratic(q, 0*q + 0.5)"
    lines = f"q = {CASES[code]}\nL = {squared}"
    program = build(read_lines(lines).expressions)
    known = {name: GIVEN[name] for name in givens_of(program)}
    worked = byhand.work(lines, known, minimise="L")
    with jax.enable_x64(True):
        loss, gradients = jax.jit(jax.value_and_grad(lambda given: read(program, given)["L"]))(known)
    np.testing.assert_allclose(loss, worked.values["L"], rtol=1e-12)
    for name in known:
        np.testing.assert_allclose(gradients[name], worked.gradients[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("text", ["cross_entropy(t, softmax(u))", "binary_cross_entropy(t, sigmoid(u))"])
def test_the_logarithm_of_an_activation_is_taken_from_its_pre_activation(text):
    program = build(read_lines(f"L = {text}").expressions)
    known = {"t": np.array([0.0, 0.0, 1.0]), "u": np.array([3.0, 1.0, -2.0])}
    with jax.enable_x64(True):
        at = jax.jit(
            jax.value_and_grad(lambda u: read(program, {"t": known["t"].astype(u.dtype), "u": u})["L"])
        )
        loss, slope = at(known["u"])
        worked = byhand.work(f"L = {text}", known, minimise="L")
        np.testing.assert_allclose(loss, worked.values["L"], rtol=1e-12)
        np.testing.assert_allclose(slope, worked.gradients["u"], rtol=1e-12)
    loss, slope = at(np.array([300.0, 1.0, -200.0], np.float32))
    assert np.isfinite(loss)
    assert loss > 100
    assert np.isfinite(slope).all()


def test_relu_has_the_derivative_0_at_its_corner_in_both_readings():
    program = build(read_lines("L = relu(u)").expressions)
    assert 0.0 == jax.grad(lambda u: read(program, {"u": u})["L"])(0.0)
    assert 0.0 == byhand.work("L = relu(u)", u=0, minimise="L").gradients["u"]
