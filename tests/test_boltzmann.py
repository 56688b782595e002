"""The Boltzmann machine: a cycle compiled and worked out, its distribution, codes, errors."""

import jax
import numpy as np
import pytest

import byhand
from byhand.equations.boltzmann import draw_shapes, drawn
from byhand.errors import CalculationError, ProblemError
from byhand.networks import BoltzmannMachine, Checkpoint
from byhand.networks.energy_based.enumerated import every_state
from byhand.networks.tasks.saving import load
from byhand.train.boltzmann import Form, learn

rng = np.random.default_rng(7)
X = rng.integers(0, 2, (3, 4)).astype(np.float32)
SHORT = {"annealing": [(1, 3.0), (2, 1.5)], "gathering": 2, "max_iter": 2, "random_state": 3}
LINKS = 1 - np.eye(6, dtype=int)
LINKS[0, 5] = LINKS[5, 0] = LINKS[1, 2] = LINKS[2, 1] = 0
KINDS = {
    "fixed": {"learning_rate": 0.5},
    "proportional": {"step_size": "proportional", "learning_rate": 0.7, "repeats": 3},
    "connections": {"connections": LINKS, "noise": (0.0, 0.0), "learning_rate": 0.5},
    "no hidden unit": {"hidden_units": 0, "step_size": "proportional", "learning_rate": 0.7},
}
ENCODER = np.tile(np.eye(4), (1, 2))  # four inputs, each with one unit on in either group
GROUPS = 1 - np.eye(10, dtype=int)
GROUPS[:4, 4:8] = GROUPS[4:8, :4] = 0  # the two groups meet in the hidden units only


def made(kind, **more):
    return BoltzmannMachine(**{**SHORT, **KINDS[kind], **more}).fit(X)


def weighted(units, visible=None):
    """A machine with weights of its own, at the temperature 1.5."""
    visible = visible or units - 2
    net = BoltzmannMachine(units - visible, annealing=[(5, 3.0), (5, 1.5)], max_iter=1, random_state=0)
    net.fit(every_state(visible)[:2])
    random = np.random.default_rng(units)
    W = np.triu(random.normal(size=(units, units)), 1)
    net.params_ = {"W": np.float32(W + W.T), "b": np.float32(random.normal(size=units))}
    return net


# A cycle


@pytest.mark.parametrize("kind", KINDS)
def test_the_compiled_cycle_is_the_worked_cycle(kind):
    net = made(kind)
    work, form, sizes = net.work(X), net._kind(), net._sizes(len(X))
    draws = drawn(net._seed, net.n_iter_, sizes)
    for name, shape in draw_shapes(sizes).items():
        assert shape == draws[name].shape
    with jax.enable_x64(True):
        settings = {"M": form.mask(len(net.params_["b"])).astype(float), "eta": form.learning_rate}
        settings |= {"T": np.array(form.temperatures()), "lost": form.noise[0], "gained": form.noise[1]}
        wide = {name: value.astype(float) for name, value in net.params_.items()}
        clamped = np.repeat(X, net.repeats, axis=0).astype(float)
        numbers = {name: value.astype(float) for name, value in draws.items()}
        double = learn(Form(sizes, form.gathering, form.step_size), wide, clamped, settings, numbers)
    single = net.partial_fit(X).params_
    for name in ("W", "b"):
        assert np.float64 == double.params[name].dtype
        np.testing.assert_allclose(double.params[name], work.updates[name].new, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(single[name], work.updates[name].new, rtol=1e-5, atol=1e-6)
    assert (work.updates["W"].new != work.updates["W"].old).any()


def test_each_number_of_a_cycle():
    """Noise, gaps, probabilities, states, energies and co-occurrences, once more in NumPy."""
    net = made("connections", noise=(0.2, 0.1))
    values, (W, b) = net.work(X).values, (net.params_[name].astype(float) for name in ("W", "b"))
    rows = np.repeat(X, 2, axis=0)
    assert (values["V"] == (values["r_noise"] < np.where(rows.T > 0, 0.8, 0.1))).all()
    temperatures = [3.0, 1.5, 1.5, 1.5, 1.5]
    for end, first, units in (("", values["S0"], [4, 5]), ("_free", values["S0_free"], range(6))):
        S, kept, k = first.copy(), [], 0
        for sweep, T in enumerate(temperatures):
            for unit in units:
                gap = W[unit] @ S + b[unit]
                S[unit] = values[f"r{end}"][k] < 1 / (1 + np.exp(-gap / T))
                k += 1
                np.testing.assert_allclose(values[f"gap{k}{end}"], gap, rtol=1e-9, atol=1e-12)
                assert values[f"S{k}{end}"].tolist() == S.tolist()
            energy = [-s @ W @ s / 2 - b @ s for s in S.T]
            np.testing.assert_allclose(values[f"E{k}{end}"], energy, rtol=1e-9, atol=1e-12)
            kept += [S.copy()] if sweep >= 3 else []
        np.testing.assert_allclose(values[f"P{end}"], sum(one @ one.T for one in kept) / 12)
        np.testing.assert_allclose(values[f"m{end}"], sum(one.sum(axis=1) for one in kept) / 12)


def test_numbers_on_a_sheet():
    """All numbers drawn may be given; without them they are drawn by random_state."""
    sheet = {
        "network": "BoltzmannMachine",
        "settings": {
            "annealing": [[1, 2.0]],
            "gathering": 1,
            "repeats": 1,
            "noise": [0, 0],
            "learning_rate": 0.5,
        },
        "given": {
            **{"W": [[0, 1], [1, 0]], "b": [0.5, -0.5], "x": [1], "r_start": [[0.2]], "r": [[0.3], [0.7]]},
            **{"r_start_free": [[0.9], [0.1]], "r_free": [[0.5], [0.4], [0.95], [0.25]]},
        },
    }
    right = {
        **{"gap1": ["0.5"], "p1": ["0.562"], "S1": [["1"], ["1"]], "E2": ["-1"], "P[0,1]": "0"},
        **{"gap1_free": ["1.5"], "p1_free": ["0.679"], "W_new[0,1]": "0.5"},
    }
    values = byhand.work(sheet).values
    assert 1 / (1 + np.exp(-0.25)) == pytest.approx(values["p1"][0])
    right["P[0,1]"] = f"{values['P'][0, 1]:g}"
    right["W_new[0,1]"] = f"{values['W_new'][0, 1]:g}"
    right["E2"] = [f"{values['E2'][0]:g}"]
    assert "right" == byhand.check({**sheet, "claims": right}).verdict
    assert "p1[0]" == byhand.check({**sheet, "claims": {**right, "p1": ["0.622"]}}).first_wrong
    drawn_ = {**sheet, "given": {name: sheet["given"][name] for name in ("W", "b", "x")}}
    one, other = (
        byhand.work(drawn_, settings={**sheet["settings"], "random_state": k}).values for k in (1, 2)
    )
    assert (one["r_free"] != other["r_free"]).all()


def test_a_run_of_one_state():
    """Each unit in turn: gap, probability, the number drawn, the state, the energy."""
    W, b = np.array([[0, 2, -1], [2, 0, 0.5], [-1, 0.5, 0]]), np.array([0.5, -1, 0.25])
    sheet = {
        "network": "BoltzmannMachine",
        "settings": {"phase": "run", "annealing": [[1, 2.0], [1, 1.25]]},
        "given": {"W": W.tolist(), "b": b.tolist(), "x": [1, 0, 1], "r": [0.9, 0.3, 0.5, 0.2, 0.6, 0.1]},
    }
    values, s = byhand.work(sheet).values, np.array([1.0, 0, 1])
    for k, T in enumerate([2.0] * 3 + [1.25] * 3):
        gap = W[k % 3] @ s + b[k % 3]
        s[k % 3] = sheet["given"]["r"][k] < 1 / (1 + np.exp(-gap / T))
        assert (gap, s.tolist()) == (values[f"gap{k + 1}"], values[f"s{k + 1}"].tolist())
        assert -s @ W @ s / 2 - b @ s == pytest.approx(values[f"E{k + 1}"])
    assert s.tolist() == values["s"].tolist()
    claims = {"gap1": "-0.5", "p1": "0.438", "on1": "0", "E1": "-0.25"}
    assert "right" == byhand.check({**sheet, "claims": claims}).verdict
    assert "p1" == byhand.check({**sheet, "claims": {**claims, "p1": "0.378"}}).first_wrong  # T left out
    ran = made("fixed").work(X[:1], phase="run").values
    assert X[0].tolist() == ran["s0"][:4].tolist()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Clamped phase: the visible units hold the inputs", "Sweep 2 at temperature 1.5", "energy gap"],
        ),
        ("zh", ["自由阶段：所有单元都可以改变", "第 2 遍，温度 1.5", "能量差"]),
    ],
)
def test_a_cycle_is_told(language, words):
    told = made("fixed").work(X[:1]).to_text(language=language, width=200)
    assert all(word in told for word in words)


# The distribution


def test_probabilities_by_their_definition():
    net = weighted(5)
    W, b = (net.params_[name].astype(float) for name in ("W", "b"))
    states = every_state(5)
    p = np.exp([(s @ W @ s / 2 + b @ s) / 1.5 for s in states])
    p /= p.sum()
    V = every_state(3)
    seen = [p[(states[:, :3] == v).all(axis=1)] for v in V]
    np.testing.assert_allclose(np.exp(net.score_samples(V)), [one.sum() for one in seen], rtol=1e-9)
    hidden = [one @ every_state(2) / one.sum() for one in seen]
    np.testing.assert_allclose(net.transform(V), hidden, rtol=1e-9)
    np.testing.assert_allclose(net.energy(states), -1.5 * np.log(p / p[0]), atol=1e-6)
    assert np.log([one.sum() for one in seen]).mean() == pytest.approx(net.score(V))


def test_samples_are_of_the_distribution():
    net = weighted(5)
    numbers = net.sample(20_000, random_state=1) @ [4, 2, 1]
    found = np.bincount(numbers.astype(int), minlength=8) / 20_000
    np.testing.assert_allclose(found, np.exp(net.score_samples(every_state(3))), atol=0.012)


def test_the_difference_of_the_phases_is_the_gradient_of_the_likelihood():
    """Ackley, Hinton & Sejnowski's theorem, by differences of the exact likelihood."""
    net = weighted(5)
    net.set_params(noise=(0.0, 0.0), step_size="proportional", learning_rate=1.0, repeats=4000, gathering=5)
    inputs = every_state(3)[[1, 6]]
    before = {name: value.copy() for name, value in net.params_.items()}
    net.partial_fit(inputs)
    change = net.params_["W"] - before["W"]
    for i, j in ((0, 1), (1, 4), (3, 4)):
        gain = []
        for step in (0.01, -0.01):
            net.params_ = {name: value.astype(float) for name, value in before.items()}
            net.params_["W"][i, j] += step
            net.params_["W"][j, i] += step
            gain.append(net.score(inputs))
        assert (gain[0] - gain[1]) / 0.02 * 1.5 == pytest.approx(change[i, j], abs=0.02)


def test_many_hidden_units_are_sampled():
    net = weighted(17, visible=4)
    found, exact = net.transform(every_state(4)), None
    whole = BoltzmannMachine.transform
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("byhand.networks.energy_based.enumerated.MOST_HIDDEN", 13)
        exact = whole(net, every_state(4))
    assert np.abs(found - exact).mean() < 0.2
    with pytest.raises(ValueError, match=r"with 22 units there are too many\. At most 20"):
        weighted(22, visible=4).score(every_state(4))


# Learning


HALF = np.where(np.arange(8) < 4, ENCODER, np.nan)


def passes_on(report):
    """Whether the four inputs have four codes, and what is clamped on one group appears on the other."""
    codes = np.unique(report.network.group(ENCODER))
    return len(codes) == 4 and ENCODER.tolist() == report.network.complete(HALF).tolist()


def test_the_encoder_finds_four_codes():
    """4-2-4 with the settings of the paper: its median is 110 cycles, its longest run took 1810."""
    for seed in range(5):
        net = BoltzmannMachine(2, connections=GROUPS, max_iter=1810, random_state=seed)
        net.fit(ENCODER, callbacks=[passes_on])
        assert net.n_iter_ < 1810
        assert 4 == len(np.unique(net.predict(ENCODER), axis=0))


def test_going_on_is_never_having_stopped(tmp_path):
    path = tmp_path / "run.byhand"
    never = made("fixed", max_iter=6)
    stop = BoltzmannMachine(**{**SHORT, **KINDS["fixed"], "max_iter": 6})
    stop.fit(X, callbacks=[Checkpoint(path), lambda report: report.epoch == 2])
    assert 2 == stop.n_iter_
    for net in (byhand.load(path), stop):
        net.resume(X, callbacks=[Checkpoint(path)])
        assert all(never.params_[name].tobytes() == net.params_[name].tobytes() for name in never.params_)
        assert never.differences_ == net.differences_
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(path).resume(1 - X)
    warm = made("fixed", max_iter=3, warm_start=True).fit(X)
    assert warm.params_["W"].tolist() == never.params_["W"].tolist()


# What cannot be used


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"connections": [[0, 1], [1, 0]]}, "a row and a column for each of the 6 units"),
        ({"connections": np.triu(LINKS)}, "symmetric"),
        ({"connections": LINKS * 0.5}, "connections is"),
        ({"annealing": [(2, 0.0)]}, "annealing is"),
        ({"annealing": []}, "annealing is"),
        ({"annealing": [3.0]}, "annealing is"),
        ({"noise": (0.1, 2.0)}, "noise is"),
        ({"binarize": None}, "[01].5 is neither 0 nor 1"),
        ({"step_size": "random"}, "step_size"),
    ],
)
def test_settings_that_do_not_fit(settings, message):
    with pytest.raises(ValueError, match=message):
        BoltzmannMachine(**settings).fit(X + 0.5 * (settings.get("binarize", 0) is None))


def test_what_diverges_is_said():
    with pytest.raises(CalculationError, match="diverges"):
        BoltzmannMachine(1, learning_rate=3e38, max_iter=50, random_state=0).fit(X)


def test_another_number_of_units():
    net = made("fixed").set_params(hidden_units=3)
    with pytest.raises(ProblemError, match="7 units, but the machine has 6"):
        net.partial_fit(X)


@pytest.mark.parametrize(
    "change", [{"W": np.triu(np.ones((6, 6), np.float32))}, {"b": np.ones(5, np.float32)}]
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = made("fixed")
    net.params_ |= change
    net.save(tmp_path / "net.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        load(tmp_path / "net.byhand")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"W": [[0, 1], [0.5, 0]], "x": [1]}, r"W\[0,1\] is 1, but W\[1,0\] is 0.5"),
        ({"W": [[0]], "x": [1, 0]}, "W connects 1 unit, but an input has 2 numbers"),
        ({"W": [[0, 1], [1, 0]], "x": [0.5]}, "0, 1"),
        ({"W": [[0, 1], [1, 0]], "x": [1], "r": [[0.5]]}, r"given.r has the shape"),
    ],
)
def test_sheets_that_do_not_fit(given, message):
    with pytest.raises(ProblemError, match=message):
        byhand.work({"network": "BoltzmannMachine", "given": given})
