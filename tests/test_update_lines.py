"""Problems that say themselves how their values are updated: worked, told, looked up, checked, written."""

import json
import runpy
from fractions import Fraction

import numpy as np
import pytest

import byhand
from byhand.errors import ProblemError

# Hebb with decay, by hand: two samples, one output; w1 and w2 both see the old values.
HEBB = {
    "problem": "y = w1*x1 + w2*x2",
    "update": "w1_new = w1 + eta*y*(x1 - y*w1)\nw2_new = w2 + eta*y*(x2 - y*w2)",
    "given": {"eta": 0.5, "w1": 0.2, "w2": -0.4},
    "samples": {"x1": [1, -2], "x2": [3, 0.5]},
    "steps": 3,
}


def hebb(steps):
    """Oja's rule in NumPy: the weights after each step."""
    X, w, found = np.array([[1, 3], [-2, 0.5]]), np.array([0.2, -0.4]), []
    for k in range(steps):
        x = X[k % 2]
        y = w @ x
        w = w + 0.5 * y * (x - y * w)
        found.append(w)
    return found


def test_every_step_is_the_one_of_the_lines():
    worked = byhand.work(HEBB)
    expected = hebb(3)
    for k, w in enumerate(expected, 1):
        np.testing.assert_allclose([worked.number(f"w1_new#{k}"), worked.number(f"w2_new#{k}")], w)
    assert worked.number("w1_new") == worked.updates["w1"].new == worked.number("w1_new#3")
    assert worked.updates["w1"].old == worked.number("w1_new#2")
    assert -1.0 == pytest.approx(worked.values["y"])
    assert worked.gradients == {}
    record = json.loads(worked.to_json())
    np.testing.assert_allclose([record["updates"][name]["new"] for name in ("w1", "w2")], expected[-1])


def test_a_problem_may_hold_fractions():
    worked = byhand.work(HEBB, exact=True)
    assert Fraction(1, 5) + Fraction(1, 2) * -1 * (1 + Fraction(1, 5)) == worked.number("w1_new#1")


def test_one_step_without_samples():
    worked = byhand.work({"problem": "s = h*v", "update": "v_new = v + s", "given": {"h": 0.5, "v": 3}})
    assert 4.5 == worked.updates["v"].new
    assert "v_new = v + s = 3 + 1.5 = 4.5" in worked.to_text(language="en")
    assert "Iteration" not in worked.to_text(language="en")


def test_the_example_is_told_until_something_changes():
    told = byhand.work(byhand.example("perceptron-and")).to_text(language="en")
    assert "Iteration 1: sample 1" in told
    assert "Iteration 2: sample 2" in told
    assert "Iteration 3" not in told
    assert "w2_new = w2 + eta·e·x2 = 0.9 + 0.6×(−1)×1 = 0.9 + (−0.6) = 0.3" in told
    assert "so many of the 4 samples changed something: 2, 0." in told
    assert "In the last epoch nothing changed any more" in told


def test_an_epoch_with_changes_is_not_called_settled():
    told = byhand.work(byhand.example("perceptron-and"), steps=4).to_text(language="zh")
    assert "引起改变的样本个数依次为：2。" in told
    assert "再训练下去" not in told


def test_roles():
    told = byhand.work(byhand.example("perceptron-and")).to_text(language="en")
    rows = [line.split() for line in told.splitlines() if line.startswith(("eta ", "w1 ", "x1 ", "t "))]
    assert ["eta given", "w1 weight", "x1 input", "t target"] == [f"{row[0]} {row[2]}" for row in rows]


def test_why_a_new_weight_is_what_it_is():
    why = byhand.work(byhand.example("perceptron-and")).why("w2_new#2", language="en").to_text()
    assert "In iteration 2." in why
    assert "net = w1·x1 + w2·x2 = 0.9×0 + 0.9×1" in why
    assert "So w2_new#2 = 0.3." in why


def test_the_script_prints_the_same_numbers(tmp_path, capsys):
    (tmp_path / "hebb.py").write_text(byhand.work(HEBB).to_python())
    runpy.run_path(str(tmp_path / "hebb.py"))
    printed = capsys.readouterr().out.splitlines()
    w1, w2 = (float(line.split(" = ")[1]) for line in printed[-2:])
    np.testing.assert_allclose([w1, w2], hebb(3)[-1])


def test_in_symbols_alone():
    told = byhand.work({**HEBB, "given": {"eta": "?", "w1": 0.2, "w2": -0.4}}).to_text(language="en")
    assert "w1_new = w1 + eta·y·(x1 − y·w1)\n" in told


def test_a_curve_needs_something_to_minimise():
    with pytest.raises(ProblemError) as caught:
        byhand.work(byhand.example("perceptron-and"), plot=[{"kind": "curve"}])
    assert "update_curve" == caught.value.code
    assert "points" in caught.value.sentence("zh")


# Checking

AND = {
    "right": ({"net#2": "0.9", "w2_new#2": "0.3", "w1_new": "0.3", "w_1^{new}#3": "0.3"}, None),
    "sign": ({"e#2": "-1", "w2_new#2": "1.5", "net#4": "1.8"}, "sign_of_term"),
    "other input": ({"w2_new#2": "0.3", "net#3": "0.9", "w1_new#3": "0.9"}, "wrong_index"),
}


@pytest.mark.parametrize("name", AND)
def test_a_sheet_is_checked(name):
    claims, cause = AND[name]
    checked = byhand.check(byhand.example("perceptron-and"), claims)
    wrong = [claim for claim in checked.claims if claim.verdict == "wrong"]
    assert ([cause] if cause else []) == [claim.cause for claim in wrong]
    assert all(claim.verdict in ("right", "wrong", "carried") for claim in checked.claims)


def test_what_follows_from_a_wrong_update_is_carried():
    checked = byhand.check(byhand.example("perceptron-and"), AND["sign"][0])
    assert "w2_new#2" == checked.first_wrong
    assert "carried" == checked.claims[2].verdict


def test_a_sheet_of_many_steps():
    long = {**HEBB, "steps": 3000, "given": {"eta": 0.01, "w1": 0.2, "w2": -0.4}}
    value = byhand.work(long).number("w1_new")
    checked = byhand.check(long, {"w1_new": f"{value:.6g}", "w1_new#1": "0.188"})
    assert ["right", "right"] == [claim.verdict for claim in checked.claims]


# What does not fit


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        (
            {"rate": 0.1, "minimise": "y"},
            "these keys belong to learning by gradients: rate, minimise",
            "学习率",
        ),
        ({"order": "batch"}, "order", "order"),
        ({"update": "v_new = 2*w1"}, "no new value of anything given", "没有给任何已知量算出新值"),
    ],
)
def test_keys_that_do_not_fit(change, english, chinese):
    with pytest.raises(ProblemError, match=english) as found:
        byhand.work({**HEBB, **change})
    assert chinese in found.value.explained("zh")


# Near ties


def test_a_decision_made_by_rounding_is_said():
    lines = {"problem": "net = w1*x1 + w2*x2\nout = net >= 0.3", "table": ["out"]}
    near = byhand.work(lines, w1=0.1, w2=0.2, x1=1, x2=1)
    assert ["near_tie"] == [warning["code"] for warning in near.record()["warnings"]]
    assert "only 5.55×10⁻¹⁷ apart" in near.to_text(width=200, language="en")
    assert 0.0 == byhand.work(lines, w1=0.1, w2=0.2, x1=1, x2=0.9999).values["out"]
    for x2, exact in ((0.9999, False), (1, True)):
        worked = byhand.work(lines, w1=0.1, w2=0.2, x1=1, x2=x2, exact=exact)
        assert [] == worked.record()["warnings"]
