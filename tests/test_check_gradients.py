"""Somebody's own backpropagation in code: right, and with the mistakes people make."""

import numpy as np
import pytest

import byhand

RANDOM = np.random.default_rng(5)
X, Y = RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(5, 2))
PARAMS = {
    "W1": RANDOM.normal(size=(3, 4)),
    "b1": RANDOM.normal(size=4),
    "W2": RANDOM.normal(size=(4, 2)),
    "b2": RANDOM.normal(size=2),
}


def loss(p, x, y):
    hidden = np.tanh(x @ p["W1"] + p["b1"])
    return np.mean(np.sum((hidden @ p["W2"] + p["b2"] - y) ** 2, axis=1))


def backpropagation(p, x, y):
    """The gradients by hand."""
    hidden = np.tanh(x @ p["W1"] + p["b1"])
    error = 2 * (hidden @ p["W2"] + p["b2"] - y) / len(x)
    back = (error @ p["W2"].T) * (1 - hidden**2)
    return {"W1": x.T @ back, "b1": back.sum(axis=0), "W2": hidden.T @ error, "b2": error.sum(axis=0)}


def checked(**wrong):
    return byhand.check_gradients({**backpropagation(PARAMS, X, Y), **wrong}, loss, PARAMS, X, Y)


def test_right_gradients_are_right():
    found = checked()
    assert ("right", None) == (found.verdict, found.first_wrong)
    assert ["b2", "W2", "b1", "W1"] == [one.name for one in found.compared]
    assert "All 4 gradients are right." in str(found)


RIGHT = backpropagation(PARAMS, X, Y)
LAST = backpropagation(PARAMS, X[-1:], Y[-1:])
MISTAKES = {
    "sign": ("W2", -RIGHT["W2"]),
    "count_left_out": ("b2", RIGHT["b2"] * 5),
    "count_twice": ("b1", RIGHT["b1"] / 5),
    "factor": ("W1", RIGHT["W1"] / 2),
    "zero": ("W1", np.zeros((3, 4))),
    "last_sample": ("W2", LAST["W2"] / 5),
    "transposed": ("W1", RIGHT["W1"].T),
}


@pytest.mark.parametrize("cause", MISTAKES)
def test_a_mistake_is_found_in_its_parameter_and_named(cause):
    name, gradient = MISTAKES[cause]
    found = checked(**{name: gradient})
    assert name == found.first_wrong
    assert cause == next(one.cause for one in found.compared if one.name == name)
    assert 3 == sum(one.verdict == "right" for one in found.compared)
    for language in ("en", "zh"):
        assert name in found.lesson(language=language).to_text()


def test_the_gradient_of_another_parameter_of_the_same_shape():
    params = {"a": np.array([1.0, 2.0]), "b": np.array([0.5, -1.0])}
    own = {"a": 2 * params["a"], "b": 2 * params["a"]}
    found = byhand.check_gradients(own, lambda p: np.sum(p["a"] ** 2 + 3 * p["b"] ** 2), params)
    assert ("b", "of_another", {"other": "a"}) == (
        found.first_wrong,
        found.compared[0].cause,
        found.compared[0].facts,
    )


def test_the_first_wrong_one_is_counted_from_the_output_back():
    found = checked(W1=RIGHT["W1"] + 1, b2=RIGHT["b2"] * 3)
    assert "b2" == found.first_wrong
    unexplained = found.compared[-1]
    assert ("W1", "wrong", None) == (unexplained.name, unexplained.verdict, unexplained.cause)
    assert unexplained.true + 1 == pytest.approx(unexplained.own)


def test_a_forgotten_derivative_is_wrong_though_no_constant_explains_it():
    hidden = np.tanh(X @ PARAMS["W1"] + PARAMS["b1"])
    error = 2 * (hidden @ PARAMS["W2"] + PARAMS["b2"] - Y) / 5
    found = checked(W1=X.T @ (error @ PARAMS["W2"].T), b1=(error @ PARAMS["W2"].T).sum(axis=0))
    assert "b1" == found.first_wrong


def test_a_missing_gradient_and_a_wrong_shape():
    own = backpropagation(PARAMS, X, Y)
    del own["b1"]
    own["W2"] = own["W2"][0]
    found = byhand.check_gradients(own, loss, PARAMS, X, Y)
    verdicts = {one.name: one.verdict for one in found.compared}
    assert {"b2": "right", "W2": "shape", "b1": "missing", "W1": "right"} == verdicts
    assert "4×2" in str(found)


def test_a_problem_in_place_of_code():
    problem = {"problem": "z = W @ x\nL = mse(y, z)", "minimise": "L", "rate": 1, "learn": ["W"]}
    problem["given"] = {"W": [[1, 2, 3], [0, -1, 2]], "x": [1, 2, -1], "y": [3, 5]}
    error = 2 * (np.array([[1, 2, 3], [0, -1, 2]]) @ [1, 2, -1] - [3, 5]) / 2
    assert "right" == byhand.check_gradients({"W": np.outer(error, [1, 2, -1])}, problem).verdict
    wrong = byhand.check_gradients({"W": np.outer([1, 2, -1], error)}, problem)
    assert ("shape", "transposed") == (wrong.compared[0].verdict, wrong.compared[0].cause)


def test_jax_arrays():
    jnp = pytest.importorskip("jax.numpy")

    def in_jax(p, x):
        return jnp.sum(jnp.tanh(p["w"] * x))

    x = jnp.array([0.5, -1.0, 2.0])
    w = jnp.array([0.3, 0.7, -0.2])
    right = (1 - np.tanh(np.asarray(w * x)) ** 2) * np.asarray(x)
    assert "right" == byhand.check_gradients({"w": right}, in_jax, {"w": w}, x).verdict
    assert "sign" == byhand.check_gradients({"w": -right}, in_jax, {"w": w}, x).compared[0].cause


def test_pytorch_tensors():
    torch = pytest.importorskip("torch", reason="PyTorch is no part of the development set")
    params = {name: torch.tensor(value, dtype=torch.float32) for name, value in PARAMS.items()}
    x, y = torch.tensor(X, dtype=torch.float32), torch.tensor(Y, dtype=torch.float32)

    def in_torch(p, x, y):
        hidden = torch.tanh(x @ p["W1"] + p["b1"])
        return ((hidden @ p["W2"] + p["b2"] - y) ** 2).sum(dim=1).mean()

    own = {name: torch.tensor(value, dtype=torch.float32) for name, value in RIGHT.items()}
    assert "right" == byhand.check_gradients(own, in_torch, params, x, y).verdict
    own["W2"] = -own["W2"]
    assert ("W2", "sign") == (
        byhand.check_gradients(own, in_torch, params, x, y).first_wrong,
        byhand.check_gradients(own, in_torch, params, x, y).compared[1].cause,
    )
