"""The Hopfield network: stored, recalled, worked out, told and checked; what cannot be used."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import byhand
from byhand.errors import ProblemError
from byhand.networks import Hopfield
from byhand.networks.tasks.saving import load
from byhand.train import recall

CASE = Path(__file__).parents[2] / "shared" / "cases" / "rosen-hopfield.yaml"

rng = np.random.default_rng(3)
PATTERNS = rng.choice([-1, 1], (3, 22))
STARTS = np.where(rng.random((6, 22)) < 0.1, -1, 1) * PATTERNS[[0, 1, 2, 0, 1, 2]]
FAR = rng.choice([-1, 1], (3, 22))
KINDS = {
    "Hebb": {},
    "sequential": {"order": "sequential"},
    "a list": {"order": [*range(21, -1, -1), 3, 3, 5]},
    "binary": {"states": "binary", "at_zero": "fire"},
    "rest": {"at_zero": "rest", "bias": 1.5},
    "diagonal": {"diagonal": True, "normalise": "units"},
    "pseudo-inverse": {"rule": "pseudo-inverse", "bias": np.linspace(-0.1, 0.1, 22)},
    "external": {"external": True, "normalise": "patterns"},
    "synchronous": {"synchronous": True},
}


def made(kind, **more):
    return Hopfield(**KINDS[kind], random_state=4, **more)


# Stored


@pytest.mark.parametrize("states", ["bipolar", "binary"])
def test_hebbs_rule_and_the_projection(states):
    """Either is the same for both states: the patterns are signs in the rule."""
    net = Hopfield(states=states).fit(PATTERNS)
    W = sum(np.outer(p, p) for p in PATTERNS) - 3 * np.eye(22)
    assert W.tolist() == net.params_["W"].tolist()
    projection = PATTERNS.T @ np.linalg.inv(PATTERNS @ PATTERNS.T) @ PATTERNS
    net = Hopfield("pseudo-inverse", states=states, diagonal=True).fit(PATTERNS)
    np.testing.assert_allclose(net.params_["W"], projection, atol=1e-6)
    assert (net.params_["W"] == net.params_["W"].T).all()


def test_a_projection_keeps_every_pattern_stable():
    many = np.random.default_rng(9).choice([-1, 1], (18, 22))
    net = Hopfield("pseudo-inverse").fit(many)
    assert 1.0 == net.score(many)
    assert Hopfield(order="sequential").fit(many).score(many) < 0.9
    twice = Hopfield("pseudo-inverse").fit(np.vstack([many, many[::-1], -many]))
    np.testing.assert_allclose(twice.params_["W"], net.params_["W"], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_patterns_one_after_the_other_are_patterns_together(kind):
    whole, parts = made(kind).fit(PATTERNS), made(kind)
    for pattern in PATTERNS:
        parts.partial_fit(pattern[None])
    np.testing.assert_allclose(parts.params_["W"], whole.params_["W"], atol=1e-6)
    assert whole.patterns_.tolist() == parts.patterns_.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_is_what_is_worked_out(kind):
    net = made(kind).fit(PATTERNS[:2])
    work = net.work(PATTERNS[2:], phase="store")
    expected = work.updates["W"].new if work.updates else work.values["W"]
    np.testing.assert_allclose(net.partial_fit(PATTERNS[2:]).params_["W"], expected, rtol=1e-5, atol=1e-6)


# Recalled


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_compiled_is_what_is_worked_out(kind, monkeypatch):
    """In blocks of eight units, the last one of six."""
    monkeypatch.setattr(recall, "BLOCK", 8)
    net = made(kind).fit(PATTERNS)
    found = net.recall(STARTS)
    for k in (0, 5):
        work = net.work(STARTS[k : k + 1])
        assert work.values["s"].tolist() == found.states[k].tolist()
        last = max(int(name[1:]) for name in work.values if name[0] == "E")
        energy = work.values[f"E{last}"]
        outside = found.states[k] @ work.values["x"] if net.external else 0
        assert energy + outside == pytest.approx(net.energy(found.states[k : k + 1])[0], rel=1e-5, abs=1e-4)
        if not net.synchronous:
            assert (np.diff([work.values[f"E{i}"] for i in range(last + 1)]) <= 1e-9).all()
    assert found.stable.all()
    assert (found.states != net._states(STARTS)).any()
    asked = 1 if net.synchronous else len(next(net._kind(22).orders(22)))
    once = net.set_params(max_sweeps=1).recall(FAR).states
    for k, start in enumerate(FAR):
        assert net.work(start[None]).values[f"s{asked}"].tolist() == once[k].tolist()


def test_memories_are_recalled_from_a_part():
    net = Hopfield(random_state=0).fit(PATTERNS)
    assert PATTERNS[[0, 1, 2, 0, 1, 2]].tolist() == net.predict(STARTS).tolist()
    assert [0, 1, 2, 0, 1, 2] == net.group(STARTS).tolist()
    assert [-1] == net.group(-PATTERNS[:1]).tolist()  # the reverse is stable, and nobody stored it
    assert 1.0 == net.score(STARTS, PATTERNS[[0, 1, 2, 0, 1, 2]])


def test_all_at_once_may_go_back_and_forth():
    net = Hopfield(synchronous=True).fit([[1, -1]])
    net.params_ = {"W": np.array([[0, -1], [-1, 0]], np.float32), "b": np.zeros(2, np.float32)}
    found = net.recall([[1, 1], [1, -1]])
    assert ([True, False], [False, True]) == (found.cycles.tolist(), found.stable.tolist())
    work = net.work([[1, 1]])
    assert "back and forth between two states" in work.to_text(language="en").replace("\n", " ")
    assert "来回" in work.to_text(language="zh")
    rest = net.set_params(synchronous=False).recall([[1, 1]])
    assert (False, True) == (rest.cycles[0], rest.stable[0])


@pytest.mark.parametrize(("at_zero", "wanted"), [("keep", [1, -1]), ("fire", [1, 1]), ("rest", [-1, -1])])
def test_a_field_of_zero(at_zero, wanted):
    net = Hopfield(at_zero=at_zero).fit([[1, 1], [1, -1]])  # the weights add up to 0
    assert [wanted] == net.predict([[1, -1]]).tolist()


def test_the_external_input_of_fausett():
    """Example 3.22: (1, 1, 1, 0) is stored; from (0, 0, 1, 0), units 0, 3, 2, 1 in this order recall it."""
    sheet = {
        "network": "Hopfield",
        "settings": {"states": "binary", "external": True, "order": [0, 3, 2, 1]},
        "given": {"patterns": [[1, 1, 1, 0]], "x": [0, 0, 1, 0]},
    }
    values = byhand.work(sheet).values
    assert [1, -2, 1 + 1, 2] == [values[f"u{k}"] for k in (1, 2, 3, 4)]
    assert [1, 1, 1, 0] == values["s"].tolist()
    net = Hopfield(states="binary", external=True, order=[0, 3, 2, 1]).fit([[1, 1, 1, 0]])
    assert [[1, 1, 1, 0]] == net.predict([[0, 0, 1, 0]]).tolist()


def test_the_memory_breaks_near_its_load():
    """Amit, Gutfreund & Sompolinsky 1985: few wrong bits below 0.138 patterns a unit, far more above."""
    wrong = {}
    for load_ in (0.1, 0.22):
        patterns = np.random.default_rng(0).choice([-1, 1], (int(400 * load_), 400))
        wrong[load_] = 1 - Hopfield(order="sequential").fit(patterns).score(patterns)
    assert wrong[0.1] < 0.003
    assert wrong[0.22] > 0.1


# The page

ROSEN = {
    "network": "Hopfield",
    "settings": {"states": "binary", "at_zero": "fire", "order": [1, 3, 2, 4, 0]},
    "given": {"patterns": [[0, 1, 1, 0, 1], [1, 0, 1, 0, 1]], "x": [1, 1, 1, 1, 1]},
}
WRITTEN = {
    **{"W[0,1]": "-2", "W[2,4]": "2", "u1": "-2", "v1": "0", "u2": "-4", "u3": "2", "u4": "2", "u5": "0"},
    **{"v5": "1", "u6": "-2", "u7": "-4", "s": ["1", "0", "1", "0", "1"]},
}


@pytest.mark.skipif(not CASE.exists(), reason="the published cases are not here")
def test_the_published_recall():
    """Rosen's notes for CS161: every field in the order of the page, and the state at the end."""
    case = {check["name"]: check["published"] for check in yaml.safe_load(CASE.read_text("utf-8"))["checks"]}
    inputs = yaml.safe_load(CASE.read_text("utf-8"))["inputs"]
    values = byhand.work(ROSEN).values
    order = inputs["order"]
    assert [unit - 1 for unit in order[:5]] == ROSEN["settings"]["order"]
    assert [case[f"V{unit}in"] for unit in order] == [values[f"u{k}"] for k in range(1, 8)]
    assert "u8" not in values
    assert case["end state"] == values["s"].tolist()


def test_a_hand_calculation_is_checked():
    assert "right" == byhand.check({**ROSEN, "claims": WRITTEN}).verdict
    report = byhand.check({**ROSEN, "claims": {**WRITTEN, "u2": "-2"}})
    assert ("wrong", "u2") == (report.verdict, report.first_wrong)
    report = byhand.check({**ROSEN, "claims": {**WRITTEN, "W[1,0]": "-1", "u1": "-1"}})
    assert "W[1,0]" == report.first_wrong
    assert "carried" == next(claim.verdict for claim in report.claims if claim.name == "u1")


def test_a_recall_is_told():
    english, chinese = (byhand.work(ROSEN).to_text(language=language, width=200) for language in ("en", "zh"))
    assert "Update 1: unit 1, 1 → 0" in english
    assert "Update 5: unit 0 stays 1" in english
    assert "E1 = E0 − (v1 − s0[1])·u1" in english
    assert "after update 7 the state is stable. It is pattern 1, counted from 0." in english
    assert "更新 1：单元 1，1 → 0" in chinese
    assert "它正是模式 1（从 0 数起）" in chinese


def test_several_starts_are_recalled_one_after_the_other():
    """As one by one; each name ends in the number of its start."""
    sheet = {**ROSEN, "given": {"patterns": ROSEN["given"]["patterns"]}}
    starts = [[1, 1, 1, 1, 1], [0, 1, 1, 0, 0]]
    worked = byhand.work({**sheet, "samples": {"x": starts}})
    for number, x in enumerate(starts, 1):
        one = byhand.work(sheet, x=x).values
        for name in ("x", "s0", "E0", "u1", "v2", "s3", "E4", "s"):
            np.testing.assert_array_equal(worked.values[f"{name}_{number}"], one[name])
    english, chinese = (worked.to_text(language=language, width=200) for language in ("en", "zh"))
    assert "Start 2: Since the last change" in english.replace("\n", " ")
    assert "── 初始状态 2 ──" in chinese
    net = Hopfield(states="binary", at_zero="fire", order=[1, 3, 2, 4, 0]).fit(sheet["given"]["patterns"])
    assert worked.values["s_2"].tolist() == net.work(starts).values["s_2"].tolist()


def test_thresholds_and_an_energy_with_a_diagonal():
    W = [[2, -1, 0.5], [-1, 0, 1], [0.5, 1, -1]]
    sheet = {
        "network": "Hopfield",
        "settings": {"order": "sequential", "max_sweeps": 2},
        "given": {"W": W, "theta": [0.5, 0, -0.25], "x": [-1, 1, 1]},
    }
    values = byhand.work(sheet).values
    theta = np.array([0.5, 0, -0.25])
    for k in range(4):
        s = values[f"s{k}"]
        assert values[f"E{k}"] == pytest.approx(-s @ W @ s / 2 + theta @ s)
    assert values["u1"] == pytest.approx(W[0] @ values["s0"] - 0.5)


# Saved, and what cannot be used


@pytest.mark.parametrize("kind", ["a list", "pseudo-inverse"])
def test_a_file_holds_the_memory(tmp_path, kind):
    net = made(kind).fit(PATTERNS)
    net.save(tmp_path / "net.byhand")
    loaded = load(tmp_path / "net.byhand")
    assert net.predict(STARTS).tolist() == loaded.predict(STARTS).tolist()
    assert net.group(STARTS).tolist() == loaded.group(STARTS).tolist()


@pytest.mark.parametrize(
    "change", [{"params_": {"W": np.ones((22, 22), np.float32)}}, {"patterns_": np.zeros((2, 22), np.int8)}]
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = Hopfield().fit(PATTERNS)
    vars(net).update(change)
    net.save(tmp_path / "net.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        load(tmp_path / "net.byhand")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Hopfield(binarize=None).fit([[1, 0.5]]),
            "A pattern holds 0.5; with these states .* -1 and 1",
        ),
        (lambda: Hopfield(order=[0, 2]).fit([[1, -1]]), "order is .0, 2.* from 0 to 1"),
        (lambda: Hopfield(order=[0.5]).fit([[1, -1]]), "order is"),
        (lambda: Hopfield(bias=[1, 2, 3]).fit([[1, -1]]), "bias has the shape"),
        (lambda: Hopfield(rule="oja").fit([[1, -1]]), "rule"),
    ],
)
def test_what_cannot_be_used(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        ({"W": [[0, 1], [2, 0]], "x": [1, 1]}, {}, r"W\[0,1\] is 1, but W\[1,0\] is 2"),
        ({"W": [[0, 1], [1, 0]], "x": [1, 0.5]}, {}, "-1, 0, 1"),
        ({"W": [[0, 1], [1, 0]], "x": [1, -1]}, {"states": "binary"}, "0, 1"),
        ({"patterns": [[1, 0]], "x": [1, 1]}, {}, "holds 0"),
        ({"W": [[0, 1], [1, 0]], "patterns": [[1, 1]], "x": [1, 1]}, {}, "Both W and patterns"),
        ({"patterns": [[1, 1]], "x": [1, 1]}, {"order": [0, 2]}, "unit 2; units are counted from 0 to 1"),
        ({"x": [1, 1]}, {}, "W is missing"),
        (
            {"patterns": [[1, 1], [-1, -1]], "x": [1, 1]},
            {"rule": "pseudo-inverse"},
            "singular|no inverse|one solution",
        ),
    ],
)
def test_sheets_that_do_not_fit(given, settings, message):
    with pytest.raises(byhand.errors.ByhandError, match=message):
        byhand.work({"network": "Hopfield", "settings": settings, "given": given})
