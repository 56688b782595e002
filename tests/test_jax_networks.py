"""Networks as JAX functions, worked out: their formulas, and every number against JAX's own in float64."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax import lax
from jax_functions import assert_as_jax, formulas, names, normal

import byhand

MLP = {"W1": normal(3, 4), "b1": normal(4), "W2": normal(4, 2), "b2": normal(2)}
X, LABELS = normal(5, 3), np.array([0, 1, 1, 0, 1])
TARGETS = np.eye(2)[LABELS]


def mlp(params, X, y):
    z1 = X @ params["W1"] + params["b1"]
    h = jnp.tanh(z1)
    z2 = h @ params["W2"] + params["b2"]
    p = jax.nn.softmax(z2, axis=-1)
    L = -jnp.mean(jnp.sum(y * jnp.log(p), axis=1))
    return L


def test_a_multilayer_perceptron():
    work = byhand.work(mlp, MLP, X, TARGETS)
    assert formulas(work) == [
        "z1 = X @ W1 + b1",
        "h = tanh(z1)",
        "z2 = h @ W2 + b2",
        "p = softmax(z2)",
        "L = −mean(sum(y ⊙ ln(p), axis=1))",
    ]
    assert list(work.run.given) == ["W1", "b1", "W2", "b2", "X", "y"]
    assert_as_jax(work, mlp, MLP, X, TARGETS)
    assert work.updates == {}
    steps = json.loads(work.to_json())["steps"]
    assert steps[0]["source"] == 'z1 = X @ params["W1"] + params["b1"]'


def test_an_update_of_the_first_argument_or_of_what_is_named():
    work = byhand.work(mlp, MLP, X, TARGETS, rate=0.5)
    assert list(work.updates) == ["W1", "b1", "W2", "b2"]
    np.testing.assert_allclose(work.updates["b2"].new, MLP["b2"] - 0.5 * work.gradients["b2"], rtol=1e-15)
    work = byhand.work(mlp, MLP, X, y=TARGETS, rate=0.5, rule="adam", learn=["b2"])
    (update,) = work.updates.values()
    np.testing.assert_allclose(update.new, MLP["b2"] - 0.5 * np.sign(work.gradients["b2"]), rtol=1e-6)


def optax_labels(params, X, labels):
    h = jax.nn.relu(X @ params["W1"] + params["b1"])
    logits = h @ params["W2"] + params["b2"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


def optax_sum(params, X, y):
    logits = jax.nn.leaky_relu(X @ params["W1"] + params["b1"], 0.2) @ params["W2"] + params["b2"]
    entropy = optax.softmax_cross_entropy(logits, y).mean()
    binary = optax.sigmoid_binary_cross_entropy(logits, y).mean()
    return entropy + binary + optax.l2_loss(logits, y).sum() + optax.huber_loss(logits, y).sum()


def smooth(x):
    return jnp.sum(jax.nn.gelu(x)) + jnp.sum(jax.nn.gelu(x, approximate=False)) + jnp.sum(jax.lax.erf(x))


def test_both_forms_of_gelu():
    x = np.array([-1.5, 0.25, 2.0])
    work = byhand.work(smooth, x)
    assert_as_jax(work, smooth, x)
    assert {"gelu_tanh", "erf"} <= {equation.op for equation in work.run.program.equations}


def test_losses_of_optax():
    work = byhand.work(optax_labels, MLP, X, LABELS)
    assert formulas(work) == [
        "h = ReLU(X @ W1 + b1)",
        "logits = h @ W2 + b2",
        "optax_labels = mean(logsumexp(logits, axis=1) − logits[[0,1,2,3,4], [0,1,1,0,1]])",
    ]
    assert "labels" not in work.values  # whole numbers choose: nothing is differentiated by them
    assert_as_jax(work, optax_labels, MLP, X, LABELS, of=(0, 1))
    work = byhand.work(optax_sum, MLP, X, TARGETS)
    assert "entropy = mean(−sum(y ⊙ log_softmax(logits), axis=−1))" in formulas(work)
    assert_as_jax(work, optax_sum, MLP, X, TARGETS)


def layer_norm(x, gamma, beta):
    mu = jnp.mean(x, axis=-1, keepdims=True)
    var = jnp.var(x, axis=-1, keepdims=True)
    return gamma * (x - mu) / jnp.sqrt(var + 1e-5) + beta


def normed(params, x):
    out = layer_norm(x, params["gamma"], params["beta"])
    again = layer_norm(out, params["gamma"], params["beta"])
    return jnp.sum(again**3)


def test_layer_norm_is_a_section_each_time_it_is_called():
    params, x = {"gamma": normal(4), "beta": normal(4)}, normal(3, 4)
    work = byhand.work(normed, params, x)
    assert names(work) == ["mu", "var", "out", "mu_2", "var_2", "again", "normed"]
    assert "out = gamma ⊙ (x − mu)/√(var + 1×10⁻⁵) + beta" in formulas(work)
    assert "── layer_norm, call 2 ──" in work.to_text(language="en")
    assert "── layer_norm，第 2 次调用 ──" in work.to_text(language="zh")
    assert_as_jax(work, normed, params, x)


def head(params, x):
    Q, K, V = x @ params["Wq"], x @ params["Wk"], x @ params["Wv"]
    scores = Q @ K.T / jnp.sqrt(3.0)
    A = jax.nn.softmax(jnp.where(jnp.tril(jnp.ones((4, 4))) > 0, scores, -1e9))
    out = A @ V
    return jnp.mean(out**2)


def heads(W, x):
    q, k, v = jnp.einsum("bte,eshd->sbhtd", x, W)
    A = jax.nn.softmax(q @ jnp.swapaxes(k, -1, -2), axis=-1)
    out = jnp.einsum("bhts,bhsd->bthd", A, v).reshape(2, 3, 4)
    return jnp.sum(out**3)


def test_attention():
    params, x = {"Wq": normal(5, 3), "Wk": normal(5, 3), "Wv": normal(5, 2)}, normal(4, 5)
    work = byhand.work(head, params, x)
    assert formulas(work)[3:-1] == [
        "scores = Q @ Kᵀ/1.73205080756888",
        "A = softmax(where(c, scores, −1000000000))",
        "out = A @ V",
    ]
    assert work.values["c"].tolist() == np.tril(np.ones((4, 4))).tolist()
    assert_as_jax(work, head, params, x)
    W, x = normal(4, 3, 2, 2), normal(2, 3, 4)
    assert_as_jax(byhand.work(heads, W, x), heads, W, x)


def convolved(image, kernel):
    f = lax.conv_general_dilated(image, kernel, (1, 1), "VALID")
    a = jax.nn.relu(f)
    m = lax.reduce_window(a, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    return jnp.sum(m.reshape(-1) ** 2)


def test_a_convolution():
    image, kernel = normal(1, 2, 5, 7), normal(3, 2, 2, 2)
    work = byhand.work(convolved, image, kernel)
    assert formulas(work)[:2] == ["f = conv(image, kernel)", "a = ReLU(f)"]
    assert_as_jax(work, convolved, image, kernel)


def convolved_apart(image, kernel):
    f = lax.conv_general_dilated(
        image, kernel, (2, 2), [(1, 1)] * 2, rhs_dilation=(2, 2), feature_group_count=2
    )
    return jnp.sum(f**2)


def test_a_convolution_with_gaps_in_groups():
    image, kernel = normal(1, 4, 5, 7), normal(2, 2, 2, 2)
    work = byhand.work(convolved_apart, image, kernel)
    assert formulas(work)[0] == "f = conv(image, kernel, stride=2, pad=1, dilation=2, groups=2)"
    assert_as_jax(work, convolved_apart, image, kernel)


ELMAN = {"W": normal(2, 3), "U": normal(2, 2), "b": normal(2)}


def elman(params, xs):
    h0 = jnp.zeros(2)

    def cell(h, x):
        z = params["W"] @ x + params["U"] @ h + params["b"]
        h = jnp.tanh(z)
        return h, h

    h, hs = lax.scan(cell, h0, xs)
    L = jnp.sum(hs[1:] ** 2) + h[0]
    return L


def test_a_scan_is_told_step_by_step():
    xs = normal(3, 3)
    work = byhand.work(elman, ELMAN, xs)
    assert names(work) == ["x_1", "z_1", "h_1", "x_2", "z_2", "h_2", "x_3", "z_3", "h_3", "hs", "L"]
    assert "z_2 = W @ x_2 + U @ h_1 + b" in formulas(work)
    assert "hs = [h_1, h_2, h_3]" in formulas(work)
    assert work.values["h0"].tolist() == [0, 0]
    headings = [line.strip(" ─") for line in work.to_text(language="en").splitlines() if "── cell" in line]
    assert headings == ["cell, step 1", "cell, step 2", "cell, step 3"]
    sections = {step["line"]: step.get("sections") for step in json.loads(work.to_json())["steps"]}
    assert sections["z_2"] == [{"kind": "step", "name": "cell", "number": 2}]
    assert sections["hs"] is None
    assert_as_jax(work, elman, ELMAN, xs)
    np.testing.assert_allclose(work.number("dL/dh_2"), work.gradients["h_2"])


@pytest.mark.parametrize(("function", "args"), [(mlp, (MLP, X, TARGETS)), (elman, (ELMAN, normal(2, 3)))])
def test_every_view_tells_it(function, args):
    work = byhand.work(function, *args, rate=0.1)
    assert all((work.to_markdown(), work.to_latex(), work.to_html(), work.to_text(scalar=True)))
    assert "np.tanh(" in work.to_python()
