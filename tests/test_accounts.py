"""Any number of a calculation that was worked out, accounted for: in a batch, an element, along a chain."""

import json

import numpy as np
import pytest

import byhand
from byhand.api.why import Why
from byhand.errors import ProblemError
from byhand.trace.evaluate import evaluate

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


def test_a_number_among_arrays_of_any_calculation_is_told_so():
    worked = byhand.work("z = W @ x\nL = sum(z^2)", W=[[1, 2], [3, 4], [5, 7]], x=[0.5, -2], minimise="L")
    found = worked.why("dL/dW[2,1]")
    assert isinstance(found, Why)
    assert worked.number("dL/dW[2,1]") == found.value == 2 * (5 * 0.5 - 7 * 2) * -2
    assert "∂L/∂W[2, 1] = ∂L/∂z[2] · x[1] = (−23)×(−2) = 46" in found.to_text()


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
