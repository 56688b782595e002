"""One number of a network: equal to the whole step worked out, to autodiff, told by its largest terms."""

import json
import subprocess
import sys
import tracemalloc
import warnings
from decimal import Decimal

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.api.why import Why, moment_of, why
from byhand.cli import run
from byhand.equations.layers import ACTIVATIONS, Layers, equations, shapes
from byhand.errors import CalculationError, ProblemError
from byhand.lesson.document import Table
from byhand.networks import MLPClassifier, MLPRegressor
from byhand.rules import RULES
from byhand.trace.evaluate import evaluate
from byhand.trace.moment import ask
from byhand.trace.widened import Widened

LOSSES = {
    "mse": "identity",
    "quadratic": "tanh",
    "cross_entropy": "softmax",
    "binary_cross_entropy": "sigmoid",
}


def step(sizes, activation="tanh", loss="mse", rule="sgd", strength=0.0, output=None):
    """A training step by the keys of a problem file, its weights in float32."""
    rng = np.random.default_rng(len(activation) + len(loss))
    layers = Layers((*[activation] * (len(sizes) - 2), output or LOSSES[loss]), loss)
    given = {
        name: rng.normal(0.1, 0.6, shape).astype(np.float32) for name, shape in shapes(tuple(sizes)).items()
    }
    target = np.eye(sizes[-1], dtype=np.float32)[0] if "entropy" in loss else rng.normal(size=sizes[-1])
    state = {
        name: {key: rng.uniform(0.01, 0.2, value.shape).astype(np.float32) for key in RULES[rule].state}
        for name, value in given.items()
    }
    x = rng.normal(0.3, 1, sizes[0]).astype(np.float32)
    penalty = {"penalty": {"form": "half", "lambda": strength, "names": ["W1", "W2"]}} if strength else {}
    return {
        "problem": equations(layers),
        "minimise": "L",
        "rate": 0.05,
        "rule": rule,
        "rule_state": {"t": 3, **(state if RULES[rule].state else {})},
        "learn": list(given),
        "given": {"x": x, "y": target.astype(np.float32), **given},
        **penalty,
    }


def elements(name, value):
    return [
        f"{name}[{','.join(map(str, index))}]" if index else name for index in np.ndindex(np.shape(value))
    ]


def names_of(worked, objective):
    """Every single number that may be asked for."""
    for name, value in worked.values.items():
        for element in elements(name, value):
            yield element
            yield f"d{objective}/d{element}"
            if name in worked.updates:
                yield f"{element}_new"
    for top, bottom in [
        ("a1", "x"),
        ("a1", "W1"),
        ("yhat", "a1"),
        ("z1", "z1"),
        ("yhat", "z2"),
        ("yhat", "b1"),
    ]:
        of = elements(top, worked.values[top])[-1]
        yield from (f"d{of}/d{element}" for element in elements(bottom, worked.values[bottom]))


# The same numbers


@pytest.mark.parametrize(
    ("sizes", "settings"),
    [
        *[((2, 3, 1), {"rule": rule}) for rule in RULES],
        *[((2, 3, 1), {"activation": activation}) for activation in ACTIVATIONS],
        *[((2, 3, 2), {"loss": loss}) for loss in LOSSES],
        *[((2, 3, 2), {"loss": "quadratic", "output": output}) for output in ("softmax", "gaussian")],
        ((4, 5, 3), {"loss": "cross_entropy", "rule": "adam"}),
        ((4, 5, 3), {"activation": "relu", "rule": "nesterov", "strength": 0.02}),
    ],
)
def test_every_number_is_that_of_the_step_worked_out(sizes, settings):
    problem = step(sizes, **settings)
    worked, moment = byhand.work(problem), moment_of(problem)
    found = {name: ask(moment, name) for name in names_of(worked, worked.run.plan.objective)}
    assert len(found) > 60
    for name, reason in found.items():
        assert float(worked.number(name)) == reason.value, name
        if reason.formula is not None:
            told = evaluate(reason.formula, reason.cone.values, reason.gradients)
            assert reason.value == pytest.approx(told, rel=1e-12, abs=1e-15), name


@pytest.mark.parametrize(
    ("activation", "jax_activation"),
    [("sigmoid", jax.nn.sigmoid), ("softplus", jax.nn.softplus), ("gaussian", lambda z: jnp.exp(-(z**2)))],
)
def test_derivatives_are_those_of_autodiff(activation, jax_activation):
    problem = step((4, 5, 3), activation, "cross_entropy")
    moment, given = moment_of(problem), problem["given"]

    def hidden(p):
        return jax_activation(p["W1"] @ p["x"] + p["b1"])

    def loss(p):
        return -jnp.sum(p["y"] * jax.nn.log_softmax(p["W2"] @ hidden(p) + p["b2"]))

    with jax.enable_x64(True):
        params = {name: jnp.asarray(value, jnp.float64) for name, value in given.items()}
        slopes, inner = jax.grad(loss)(params), jax.jacobian(hidden)(params)
        assert float(loss(params)) == pytest.approx(ask(moment, "L").value, rel=1e-12)
        for name in ("W1", "b1", "W2", "b2", "x"):
            for element, index in zip(
                elements(name, given[name]), np.ndindex(given[name].shape), strict=True
            ):
                found = ask(moment, f"dL/d{element}").value
                assert found == pytest.approx(float(slopes[name][index]), rel=1e-12, abs=1e-15)
                found = ask(moment, f"da1[3]/d{element}").value
                assert found == pytest.approx(float(inner[name][(3, *index)]), rel=1e-12, abs=1e-15)


def test_a_network_answers_for_its_next_step():
    X, y = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]]), np.array([["no"], ["yes"]]).ravel()
    net = MLPClassifier((4,), "sigmoid", batch_size=1, alpha=0.1, random_state=3).partial_fit(
        X, y, ["no", "yes"]
    )
    worked = net.work(X[:1], y[:1])
    for name in ("z1[2]", "yhat[1]", "J", "dJ/dW1[3,1]", "W2[1,0]_new", "dyhat[0]/dx[2]"):
        assert worked.number(name) == net.why(name, X[0], "no").value


def test_a_network_of_amounts_answers_too():
    X, y = np.array([[0.5, -1.0], [1.5, 0.3], [0.2, 0.9]]), np.array([[1.0, 2.0], [0.5, -1.0], [0.1, 0.2]])
    net = MLPRegressor((3,), "tanh", rule="momentum", random_state=3).partial_fit(X, y)
    assert net.work(X[:1], y[:1]).number("W1[2,0]_new") == net.why("W1[2,0]_new", X[0], y[0]).value


# Weights in float32, read as float64


@pytest.mark.parametrize("rows", [3, 700])
def test_widened_weights_calculate_as_their_copy_in_float64(rows, monkeypatch):
    monkeypatch.setattr("byhand.trace.widened.MAX_ELEMENTS", 7000)
    w = np.random.default_rng(0).normal(size=(rows, 41)).astype(np.float32)
    wide, copy = Widened(w), w.astype(np.float64)
    x, g = np.linspace(-1, 2, 41), np.linspace(0.5, 1, rows)
    np.testing.assert_allclose(wide @ x, copy @ x, rtol=1e-14)
    np.testing.assert_allclose(np.transpose(wide) @ g, copy.T @ g, rtol=1e-13)
    assert wide[2, 40] == copy[2, 40]
    assert type(wide[2, 40]) is float
    assert np.sum(wide * wide) == pytest.approx(np.sum(copy * copy), rel=1e-14)
    np.testing.assert_array_equal(wide + 1.0, copy + 1.0)


def test_a_large_network_is_not_copied():
    problem = step((3000, 1000, 3), "relu", "cross_entropy", strength=0.01)
    copy = 8 * 3_000_000
    for name in ("z1[3]", "dJ/dW1[3,17]", "W1[3,17]_new", "da1[3]/dx[5]"):
        tracemalloc.start()
        why(problem, name)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < copy  # two parts of at most a million numbers at a time


# Long sums


@pytest.fixture(scope="module")
def long():
    """A step with sums of 30 and of 12 products."""
    return step((30, 12, 5), "sigmoid", "cross_entropy")


def test_the_largest_terms_and_the_rest_make_up_the_sum(long):
    given = {name: np.asarray(value, np.float64) for name, value in long["given"].items()}
    products = given["W1"][4] * given["x"]
    found = why(long, "z1[4]", terms=3).record()
    largest = np.argsort(-abs(products))[:3]
    assert [[f"W1[4,{k}]", f"x[{k}]"] for k in largest] == [term["names"] for term in found["terms"]]
    assert products[largest].tolist() == [term["value"] for term in found["terms"]]
    assert 27 == found["rest"]["count"]
    assert products.sum() == pytest.approx(found["sum"], rel=1e-14)
    shown = sum(term["value"] for term in found["terms"]) + found["rest"]["sum"]
    assert shown == pytest.approx(found["sum"], rel=1e-14)
    assert found["sum"] + given["b1"][4] == pytest.approx(found["value"], rel=1e-14)
    assert "W1[4, 0]·x[0] + W1[4, 1]·x[1] + … + W1[4, 29]·x[29] + b1[4]" == found["formula"]


def tables(found):
    """The values of each table: its terms and, last, their sum."""
    for block in found.lesson().document.blocks:
        if isinstance(block, Table):
            yield [Decimal(row[2][0].digits) for row in block.rows]


@pytest.mark.parametrize("name", ["z1[4]", "z2[1]", "yhat[3]", "dL/da1[2]", "dL/dx[7]", "L"])
@pytest.mark.parametrize("terms", [1, 4, 10, None])
def test_what_is_printed_adds_up_to_the_printed_sum(long, name, terms):
    found = why(long, name, terms=terms, depth=3)
    for *values, whole in tables(found):
        assert sum(values).quantize(whole) == whole


def test_all_terms_are_shown_if_wanted(long):
    found = why(long, "z1[4]", terms=None)
    assert 31 == len(next(tables(found)))
    assert {"count": 0, "sum": 0.0} == found.record()["rest"]


@pytest.mark.parametrize(("choice", "sign"), [("argmin", 1), ("argmax", -1)])
def test_a_choice_among_many_tells_the_foremost_of_them(choice, sign):
    D = np.random.default_rng(4).normal(size=30)
    nearest = np.argsort(sign * D)
    found = why({"problem": f"d = 2*v\nwinner = {choice}(d)", "given": {"v": D / 2}}, "winner", terms=3)
    record = found.record()
    assert record["formula"] == f"{choice}(d[0], d[1], …, d[29])"
    assert [term["formula"] for term in record["terms"]] == [f"d[{k}]" for k in nearest[:3]]
    assert record["rest"] == {"count": 27, "sum": None}
    assert record["value"] == nearest[0]
    assert [source["name"] for source in record["from"]] == [f"d[{nearest[0]}]"]
    (table,) = [block for block in found.lesson().document.blocks if isinstance(block, Table)]
    assert len(table.rows) == 3
    assert f"winner = {choice}(d[0], d[1], …, d[29]) = {nearest[0]}" in str(found)


def test_a_number_is_followed_back_through_its_largest_term(long):
    given = {name: np.asarray(value, np.float64) for name, value in long["given"].items()}
    a1 = 1 / (1 + np.exp(-(given["W1"] @ given["x"] + given["b1"])))
    k = np.argmax(abs(given["W2"][1] * a1))
    back = why(long, "z2[1]").record()["from"]
    assert [f"a1[{k}]"] == [one["name"] for one in back]
    assert [f"z1[{k}]"] == [one["name"] for one in back[0]["from"]]
    assert a1[k] == pytest.approx(back[0]["value"], rel=1e-14)
    assert back[0]["from"][0]["terms"]
    assert [{"name": f"a1[{k}]", "value": back[0]["value"]}] == why(long, "z2[1]", depth=0).record()["from"]


def test_an_update_names_every_equation_of_its_rule():
    problem = step((2, 3, 1), rule="adam")
    found = why(problem, "W1[2,1]_new").record()
    state = {key: float(value[2, 1]) for key, value in problem["rule_state"]["W1"].items()}
    gradient = byhand.work(problem).gradients["W1"][2, 1]
    m, v = 0.9 * state["m"] + 0.1 * gradient, 0.999 * state["v"] + 0.001 * gradient**2
    made = found["equations"]
    assert (m, v) == pytest.approx((made["m_new"], made["v_new"]), rel=1e-12)
    assert m / (1 - 0.9**4) == pytest.approx(made["m_hat_new"], rel=1e-12)
    assert ["dL/dW1[2,1]"] == [one["name"] for one in found["from"]]


def test_exponentials_too_large_for_float64_are_shifted():
    given = {"z": [1000.0, 998.0, 0.0]}
    found = why({"problem": "p = softmax(z)\nL = sum(p)", "given": given}, "p[1]")
    assert np.exp(-2) / (1 + np.exp(-2)) == pytest.approx(found.value)
    assert "exp(998 − 1000)" in found.to_text()


def test_a_number_among_arrays_of_any_calculation_is_told_so():
    worked = byhand.work("z = W @ x\nL = sum(z^2)", W=[[1, 2], [3, 4], [5, 7]], x=[0.5, -2], minimise="L")
    found = worked.why("dL/dW[2,1]")
    assert isinstance(found, Why)
    assert worked.number("dL/dW[2,1]") == found.value == 2 * (5 * 0.5 - 7 * 2) * -2
    assert "∂L/∂W[2, 1] = ∂L/∂z[2] · x[1] = (−23)×(−2) = 46" in found.to_text()


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_written_in_every_form(long, form, language):
    found = getattr(why(long, "dL/dW1[3,17]", language=language), f"to_{form}")()
    assert "W" in found
    assert ("还可以接着问" if language == "zh" else "Ask next") in found


# Any number of a calculation, by one account

BATCH = {
    "problem": "z = w*x\nL = (z - y)^2",
    **{"given": {"w": 0.5}, "samples": {"x": [1, 2, 3], "y": [1, 1, 1]}, "learn": ["w"], "rate": 0.1},
}


@pytest.mark.parametrize(
    ("name", "taken", "shares"),
    [
        ("dL/dw", "mean", [-1, 0, 3]),
        ("w_new", "mean", [-1, 0, 3]),
        ("L", "mean", [0.25, 0, 0.25]),
        ("dL/dz", "part", [-1, 0, 1]),
        ("z", "each", [0.5, 1, 1.5]),
        ("dz/dw", "each", [1, 2, 3]),
    ],
)
def test_a_batch_tells_what_each_sample_contributes(name, taken, shares):
    worked = byhand.work(BATCH)
    found = worked.why(name, language="en")
    batch = found.record()["batch"]
    assert (taken, shares) == (batch["taken"], [one["value"] for one in batch["samples"]])
    whole = {"mean": np.mean(shares), "part": np.array(shares) / 3, "each": np.array(shares)}[taken]
    np.testing.assert_allclose(batch["value"], whole, rtol=1e-15)
    if name != "w_new":
        np.testing.assert_array_equal(found.value, worked.number(name))
        assert batch["value"] == found.record()["value"]
    assert "Shown for sample 1." in str(found)
    assert f"Each of the 3 samples has its own {batch['name']}" in str(found)


def test_the_shares_of_a_batch_may_be_added_up():
    found = byhand.work(BATCH, reduce="sum").why("dL/dw", language="zh")
    assert 2 == found.value
    assert "3 个样本各有自己的 dL/dw，整批取它们的和。" in str(found)


def test_what_all_samples_share_has_no_shares():
    assert "batch" not in byhand.work(BATCH).why("w").record()


def test_an_element_in_a_batch():
    found = byhand.work("z = w*x\nL = sum(z)", w=[2, 3], samples={"x": [1, 2]}, rate=0.1, learn=["w"])
    assert [3, 6] == found.why("z[1]").value.tolist()
    assert 1.5 == found.why("dL/dw[0]").value
    assert 2 - 0.1 * 1.5 == found.why("w[0]_new").value


@pytest.mark.parametrize("name", ["house-price", "mazur", "movie", "perceptron-and", "matrix-network", "xor"])
def test_every_number_of_a_calculation_has_its_account(name):
    worked = byhand.work(byhand.example(name), steps=1)
    objective = worked.run.plan.objective
    names = [*worked.values, *(f"{learned}_new" for learned in worked.updates)]
    names += [f"d{objective}/d{name}" for name in worked.values] if objective else []
    for wanted in names:
        found = worked.why(wanted)
        np.testing.assert_array_equal(found.value, worked.number(wanted))
        record = json.loads(found.to_json())
        np.testing.assert_array_equal(record["value"], np.asarray(found.value).tolist())
        first = found.account.first
        if first.formula is not None:
            told = evaluate(first.formula, first.cone.values, first.gradients)
            np.testing.assert_allclose(told, first.value, rtol=1e-12, atol=1e-15)


def test_an_element_by_a_whole_array():
    worked = byhand.work("z = W @ x\nq = 3*s\nL = sum(z) + q", W=[[1, 2], [3, 4]], x=[1, 2], s=3)
    assert [[1, 2], [0, 0]] == worked.why("dz[0]/dW").value.tolist()
    assert "∂z[0]/∂z = [1, 0]" in worked.why("dz[0]/dW").to_text()
    assert "No path leads from s to z[0]" in worked.why("dz[0]/ds", language="en").to_text()


def test_a_derivation_is_in_the_json_as_in_the_text():
    found = byhand.work(byhand.example("house-price")).why("dL/dw1").record()
    told, chain = found, []
    while told:
        chain.append(told["name"])
        told = next((one for one in told.get("from", []) if one["name"].startswith("dL/")), None)
    assert ["dL/dw1", "dL/dz1", "dL/dh1", "dL/dz", "dL/dyhat"] == chain
    assert "∂L/∂z1 · x1" == found["formula"]


def test_a_long_chain_is_told_without_end():
    chain = "\n".join(f"v{k} = v{k - 1}*a + v{max(k - 2, 0)}" for k in range(1, 300))
    found = byhand.work(chain, v0=0.1, a=0.01).why("dv299/da")
    assert found.value == json.loads(found.to_json())["value"]
    assert "v299" in found.to_text()


def test_an_update_that_was_not_kept_is_worked_out_again():
    steps = {"problem": "L = (w - 3)^2", "given": {"w": 0.5}, "rate": 0.1, "steps": 50}
    worked = byhand.work(steps)
    assert "w_new = w − η · ∂L/∂w" in worked.why("w_new#20", language="en").to_text()
    assert worked.number("w_new#20") == worked.why("w_new#20").account.first.update.new
    told = byhand.work(steps, rule="adam").why("w_new#20", language="en").to_text()
    assert "kept in full" in told


# What cannot be answered


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zz1[2]", "unknown_number"),
        ("dL/dW9[1,2]", "unknown_number"),
        ("", "unknown_number"),
        ("z1[12]", "index_range"),
        ("z1[-1]", "index_range"),
        ("W1[3]", "index_range"),
        ("dL/dW1[12,0]", "index_range"),
        ("dz1[99]/dx[0]", "index_range"),
        ("dz1[1]/dz2[99]", "index_range"),
        ("z1", "one_number"),
        ("dL/dW1", "one_number"),
        ("L[0]", "no_index"),
        ("x[1]_new", "not_learned"),
        ("L#2", "unknown_wanted"),
    ],
)
def test_a_number_that_is_none(long, name, code):
    with pytest.raises(ProblemError) as caught:
        why(long, name)
    assert code == caught.value.code
    assert caught.value.sentence("zh")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("W_new[9,1]", "index_range"),
        ("W[1]", "index_range"),
        ("t[0]", "no_index"),
        ("W_new[0,1]#7", "no_step"),
        ("W_new[0,1]#3", "no_step"),
        ("winner#0", "no_step"),
        ("nosuch", "unknown_wanted"),
    ],
)
def test_a_number_of_a_worked_example_that_is_none(name, code):
    with pytest.raises(ProblemError) as caught:
        byhand.work(byhand.example("som")).number(name)
    assert code == caught.value.code
    assert caught.value.sentence("zh")


def test_the_numbers_that_can_be_asked_for_are_named():
    with pytest.raises(ProblemError, match="Ask for one of w, x, z, y, or") as caught:
        byhand.work("z = 2*(w*x + 1)\ny = z^2", w=1, x=2).why("nosuch")
    assert "其中的量有：w, x, z, y；" in caught.value.sentence("zh")


def test_without_a_target_only_forward_values_can_be_asked_for(long):
    problem = {**long, "given": {**long["given"], "y": "?"}}
    assert why(problem, "yhat[2]").value == why(long, "yhat[2]").value
    for name in ("L", "dL/dz1[2]", "W1[0,0]_new", "y[0]"):
        with pytest.raises(ProblemError) as caught:
            why(problem, name)
        assert ("target_unknown", "y") == (caught.value.code, caught.value.facts["missing"])


def test_a_loss_that_is_not_finite_is_said():
    problem = step((2, 3, 2), loss="cross_entropy")
    problem["given"] |= {"b2": np.array([-900.0, 0.0], np.float32)}
    with pytest.raises(CalculationError):
        why(problem, "dL/dW1[0,0]")
    assert 0 == why(problem, "yhat[0]").value


# The command


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A saved network, and its samples as CSV and as .npy."""
    where = tmp_path_factory.mktemp("why")
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(6, 3)).round(2), np.array(["cat", "dog"] * 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        MLPClassifier((6,), "tanh", max_iter=2, random_state=1).fit(X, y).save(where / "pets.byhand")
    rows = [",".join([*map(str, row), label]) for row, label in zip(X, y, strict=True)]
    (where / "pets.csv").write_text("\n".join(["tail,ears,size,animal", *rows]), "utf-8")
    (where / "bare.csv").write_text("\n".join(rows), "utf-8")
    np.save(where / "pets.npy", X)
    return where


def typed(folder, capfd, *arguments):
    code = run(["why", str(folder / "pets.byhand"), *[str(one) for one in arguments]])
    out, err = capfd.readouterr()
    return code, out, err


def test_a_sample_comes_from_a_file_or_from_the_command_line(folder, capfd):
    found = []
    x = np.load(folder / "pets.npy")[2]
    for sample in (
        ("--data", folder / "pets.csv", "--sample", 2),
        ("--data", folder / "bare.csv", "--sample", 2),
        ("--data", folder / "pets.npy", "--sample", 2, "--y", "cat"),
        ("--x", ",".join(map(str, x)), "--y", "cat"),
    ):
        code, out, err = typed(folder, capfd, "dL/dW1[1,2]", *sample, "--json")
        assert (0, "") == (code, err)
        found.append(json.loads(out))
    assert found[0] == found[1] == found[2] == found[3]
    assert "byhand.why/1" == found[0]["schema"]
    net = byhand.load(folder / "pets.byhand")
    assert net.work([x], ["cat"]).number("dL/dW1[1,2]") == found[0]["value"]


def test_it_is_told_in_both_languages_and_into_a_file(folder, capfd, tmp_path):
    sample = ("--data", folder / "pets.csv", "--sample", 1)
    code, out, _ = typed(folder, capfd, "z2[1]", *sample, "--terms", 2)
    assert 0 == code
    assert "6 products: the 2 largest by size, and the other 4 together" in out
    _, out, _ = typed(folder, capfd, "z2[1]", *sample, "--full", "--lang", "zh")
    assert "共 6 个乘积，按绝对值从大到小排列：" in out
    typed(folder, capfd, "z2[1]", *sample, "-o", tmp_path / "why.html")
    assert (tmp_path / "why.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["z1[0]"], "--x"),
        (["z1[0]", "--x", "1,2"], "2 values; the network takes 3"),
        (["z1[0]", "--x", "1,2,four"], "“four”"),
        (["z1[0]", "--x", "1,2,1e99"], "finite"),
        (["L", "--x", "1,2,3"], "needs a target"),
        (["L", "--x", "1,2,3", "--y", "cow"], "cat, dog"),
        (["z3[0]", "--x", "1,2,3"], "z2"),
        (["z1[0]", "--data", "pets.csv", "--sample", "6"], "from 0 to 5"),
        (["z1[0]", "--data", "pets.byhand"], "ending of pets.byhand"),
        (["z1[0]", "--data", "nothing.csv"], "nothing.csv"),
    ],
)
def test_what_cannot_be_used_is_said(folder, capfd, monkeypatch, arguments, told):
    monkeypatch.chdir(folder)
    code, out, err = typed(folder, capfd, *arguments)
    assert (2, "") == (code, out)
    assert told in err


def test_neither_the_command_nor_the_network_needs_jax(folder):
    program = (
        "import sys; from byhand.cli import run\n"
        f"code = run(['why', {str(folder / 'pets.byhand')!r}, 'dL/dW1[1,2]', '--x', '1,2,3', '--y', 'cat'])\n"
        "sys.exit(code or 'jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (0, "") == (done.returncode, done.stderr)
