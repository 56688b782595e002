"""Cascade-correlation and quickprop, against NumPy written out and the paper's counts of units."""

import re
import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import byhand
from byhand.data import spirals
from byhand.errors import ProblemError
from byhand.networks import CascadeCorrelationClassifier, CascadeCorrelationRegressor
from byhand.networks.constructive import cascade
from byhand.networks.fits.descending import divided
from byhand.networks.fits.interrupts import Interrupted
from byhand.train import growing
from byhand.train.growing import grow
from byhand.train.grown import seedling
from byhand.train.phases import Growth, candidate_step, nothing_kept, output_step

rng = np.random.default_rng(4)
X = rng.normal(size=(9, 2)) + 0.2
WORDS = np.array(["a", "b", "c", "b", "a", "c", "a", "b", "c"])
TWO = np.column_stack([np.sin(2 * X[:, 0]), X[:, 1] ** 2 - X[:, 0]])
SMALL = {"max_units": 2, "candidates": 3, "max_iter": 6, "random_state": 3}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def parity(bits):
    """All rows of -1/2 and 1/2, and whether the number of positive ones is odd."""
    rows = (np.arange(2**bits)[:, None] >> np.arange(bits)) & 1
    return rows - 0.5, rows.sum(axis=1) % 2


# Quickprop


def fahlman(w, slope_at, rate, mu, steps):
    """The update of Fahlman's own program, downhill, for one weight; its step is bounded both ways."""
    delta, before, path = 0.0, 0.0, []
    shrink = mu / (1 + mu)
    for _ in range(steps):
        slope, step = slope_at(w), 0.0
        if delta < 0:
            if slope > 0:
                step -= rate * slope
            if slope >= shrink * before:
                step += mu * delta
            else:
                step += delta * np.clip(slope / (before - slope), -mu, mu)
        elif delta > 0:
            if slope < 0:
                step -= rate * slope
            if slope <= shrink * before:
                step += mu * delta
            else:
                step += delta * np.clip(slope / (before - slope), -mu, mu)
        else:
            step -= rate * slope
        w, delta, before = w + step, step, slope
        path.append(w)
    return path


@pytest.mark.parametrize(("start", "rate"), [(3.0, 0.02), (-2.5, 0.02), (3.0, 0.001), (0.4, 0.3)])
def test_quickprop_is_that_of_its_authors_program(start, rate):
    work = byhand.work(
        *("L = (w^2 - 2)^2/4 + w/5", {"w": start}),
        **{"minimise": "L", "rule": "quickprop", "rate": rate, "rule_settings": {"mu": 1.75}, "steps": 12},
    )
    expected = fahlman(start, lambda w: w * (w**2 - 2) + 0.2, rate, 1.75, 12)
    np.testing.assert_allclose([work.number(f"w_new#{k}") for k in range(1, 13)], expected, rtol=1e-12)


def test_quickprop_uphill_is_quickprop_downhill_upside_down():
    settings = {"rule": "quickprop", "rate": 0.02, "steps": 9}
    down, up = (
        byhand.work(f"L = {sign}(w^2 - 2)^2", {"w": 2.5}, **{aim: "L"}, **settings)
        for sign, aim in (("", "minimise"), ("-", "maximise"))
    )
    assert down.updates["w"].new == up.updates["w"].new


def test_quickprop_jumps_to_the_lowest_point_of_a_parabola():
    """From slopes 8 and 6 at 4 and 3 along (w - 0)², the second step ends at 0."""
    work = byhand.work(
        "L = w^2", {"w": 4}, minimise="L", rule="quickprop", rate=0.125, rule_settings={"mu": 9}, steps=2
    )
    assert [3.0, -0.75] == [work.number("w_new#1"), work.number("w_new#2")]
    with pytest.raises(ProblemError, match="mu"):
        byhand.work("L = w^2", {"w": 4}, minimise="L", rule="quickprop", rate=0.1, rule_settings={"nu": 9})


# One epoch


@pytest.mark.parametrize(
    ("net", "y"),
    [
        (CascadeCorrelationClassifier(**SMALL), WORDS),
        (CascadeCorrelationClassifier("sigmoid", loss="quadratic", rule="adam", **SMALL), WORDS),
        (CascadeCorrelationRegressor("gaussian", **SMALL), TWO),
    ],
    ids=["tanh", "sigmoid adam", "gaussian"],
)
def test_what_is_compiled_is_what_is_worked_out(net, y):
    net = clone(net).fit(X, y)
    assert 2 == net.n_units_
    growth = Growth(*cascade.programs(net._form()), net.rule)
    settings = net._settings()
    for phase, name in (("candidates", "U"), ("outputs", "W")):
        for kind, epochs, bound in ((np.float32, 1, 1e-5), (np.float64, 3, 1e-12)):
            problem = net.problem(X, y, phase, epochs)
            work = byhand.work(problem)
            with jax.enable_x64(kind is np.float64):
                weights, rows, E, Y = (
                    np.asarray(values, kind)
                    for values in (problem["given"][name], *map(work.number, ("X2", "E", "Y")))
                )
                make, target = (candidate_step, E) if phase == "candidates" else (output_step, Y)
                step, kept = (
                    jax.jit(make(growth, settings, rows, target)),
                    nothing_kept(growth, settings, weights),
                )
                first = step(weights, kept)[1]
                for _ in range(epochs):
                    (weights, kept), _ = step(weights, kept)
                assert kind == weights.dtype
            np.testing.assert_allclose(weights, work.updates[name].new, rtol=bound, atol=bound)
            worked = work.values["S" if phase == "candidates" else "L"]
            np.testing.assert_allclose(first[0], worked, rtol=bound, atol=bound)


def test_the_slope_of_the_authors_outputs_has_an_offset():
    net = CascadeCorrelationClassifier(loss="quadratic_offset", **SMALL).fit(X, WORDS)
    work = net.work(X, WORDS, phase="outputs")
    E, Yhat, rows = (work.values[name] for name in ("E", "Yhat", "X2"))
    expected = (E * (Yhat * (1 - Yhat) + 0.1)) @ rows.T / 27
    np.testing.assert_allclose(work.gradients["W"], expected, rtol=1e-12, atol=1e-15)


def test_the_candidates_by_hand():
    """Residuals, covariances and the winner's connections, in NumPy."""
    net = CascadeCorrelationClassifier(**SMALL).fit(X, WORDS)
    work = net.work(X, WORDS)
    rows = np.vstack([np.ones(9), X.astype(np.float32).T])
    for u in net.params_["U"].astype(float):
        rows = np.vstack([rows, np.tanh(u[: len(rows)] @ rows)])
    E = 1 / (1 + np.exp(-net.params_["W"] @ rows)) - (WORDS == net.classes_[:, None])
    U = cascade.draws(net._seed, 2, 3, 5).astype(float)
    V = np.tanh(U @ rows)
    spread = ((E - E.mean(axis=1, keepdims=True)) ** 2).sum()
    C = 9 * np.cov(V, E, bias=True)[:3, 3:] / spread
    np.testing.assert_allclose(work.values["E"], E, rtol=1e-12)
    np.testing.assert_allclose(work.values["C"], C, rtol=1e-9, atol=1e-12)
    S = np.abs(C).sum(axis=1)
    np.testing.assert_allclose(work.values["S"], S, rtol=1e-9)
    assert S.argmax() == work.values["j"]
    np.testing.assert_allclose(work.values["u"], U[S.argmax()])
    np.testing.assert_allclose(work.values["v"], -C[S.argmax()], rtol=1e-9, atol=1e-12)
    slope = (np.sign(C) @ (E - E.mean(axis=1, keepdims=True)) / spread) * (1 - V**2) @ rows.T
    np.testing.assert_allclose(work.gradients["U"], slope, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(work.updates["U"].new, U + 0.1 * slope, rtol=1e-9, atol=1e-12)


# The whole of it


def settled(w, evaluate, rate, most, patience, tol):
    """A phase in NumPy with plain gradient descent: the best weights of each row, and how many epochs."""
    best, losses, mark, since, epochs = w.copy(), np.inf, np.finfo(float).max, 0, 0
    while epochs < most and since < patience:
        found, slope = evaluate(w)
        better = found < losses
        best, losses = np.where(better, w, best), np.where(better, found, losses)
        if abs(found.min() - mark) > tol * abs(mark):
            mark, since = found.min(), 0
        else:
            since += 1
        w, epochs = w - rate * slope, epochs + 1
    return best, losses, epochs


def test_growth_written_out():
    """Two units grown on two quantities by gradient descent, each phase to its stop, in NumPy."""
    Y, units, pool = TWO.T, 2, 3
    rows = np.vstack([np.ones(9), X.T])
    draws = np.zeros((units, pool, 3 + units))
    for k in range(units):
        draws[k, :, : 3 + k] = cascade.draws(5, k, pool, 3 + k)
    W, losses, epochs, scores, U = np.zeros((2, 3)), [], [], [], []
    for k in range(units + 1):
        count = 0
        if k:
            E = W @ rows - Y
            D = E - E.mean(axis=1, keepdims=True)

            def evaluate(w, rows=rows, D=D):
                V = np.tanh(w @ rows)
                C = V @ D.T / (D**2).sum()
                return -np.abs(C).sum(axis=1)[:, None], -(np.sign(C) @ D / (D**2).sum() * (1 - V**2)) @ rows.T

            best, found, count = settled(draws[k - 1, :, : 2 + k], evaluate, 0.5, 30, 4, 0.02)
            j = found[:, 0].argmin()
            h = np.tanh(best[j] @ rows)
            W = np.column_stack([W, -(h @ D.T) / (D**2).sum()])
            rows, U = np.vstack([rows, h]), [*U, best[j]]
            scores.append(-found[:, 0])

        def evaluate(w, rows=rows):
            E = w @ rows - Y
            return np.mean(E**2), E @ rows.T / 9

        W, loss, more = settled(W, evaluate, 0.1, 30, 4, 0.02)
        losses.append(float(loss))
        epochs.append([count, more])
    settings = {"rate": 0.1, "candidate_rate": 0.5, "rule": {}, "epochs": 30, "patience": 4, "tol": 0.02}
    settings |= {"limit": np.zeros((2, 1)), "units_patience": 1}
    growth = Growth(*cascade.programs(cascade.Form("tanh", "identity", "mse")), "sgd")
    with jax.enable_x64(True):
        start = seedling(3, 2, units, pool, np.float64)
        data = {"X": np.vstack([np.ones(9), X.T]), "Y": Y}
        *_, grown = grow(growth, start, data, draws, settings)
    assert grown.stopped
    assert epochs == grown.epochs.tolist()
    np.testing.assert_allclose(grown.losses, losses, rtol=1e-9)
    np.testing.assert_allclose(grown.scores, scores, rtol=1e-9)
    np.testing.assert_allclose(grown.W, W, rtol=1e-9, atol=1e-12)
    for k in range(units):
        np.testing.assert_allclose(grown.U[k, : 3 + k], U[k], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("bits", "units"), [(2, {1}), (5, {2, 3})])
def test_parity_takes_as_few_units_as_in_the_paper(bits, units):
    """Fahlman & Lebiere 1990, the table of N-parity with Gaussian hidden units."""
    inputs, odd = parity(bits)
    net = CascadeCorrelationClassifier("gaussian", max_units=8, random_state=0).fit(inputs, odd)
    assert net.n_units_ in units
    assert 1.0 == net.score(inputs, odd)
    assert "error_limit" == net.stopped_


def test_two_spirals():
    """The paper's networks have 12 to 19 hidden units, 15.2 in the mean."""
    data = spirals()
    for seed in range(2):
        net = CascadeCorrelationClassifier(random_state=seed).fit(data.X, data.y)
        assert 1.0 == net.score(data.X, data.y)
        assert net.n_units_ <= 19
        assert (np.abs(net.predict_proba(data.X)[:, 1] - data.y) < 0.4).all()
        assert net.losses_[-1] < net.losses_[0] / 5
        assert 8 == net.scores_.shape[1]
        assert net.epochs_.sum() == net.n_iter_


def test_units_are_frozen_and_going_on_is_never_having_stopped(tmp_path):
    whole = CascadeCorrelationRegressor(**{**SMALL, "max_units": 4}).fit(X, TWO)
    part = CascadeCorrelationRegressor(**SMALL, warm_start=True).fit(X, TWO)
    part.save(tmp_path / "net.byhand")
    loaded = byhand.load(tmp_path / "net.byhand")
    assert loaded.predict(X).tolist() == part.predict(X).tolist()
    loaded.set_params(max_units=4).fit(X, TWO)
    assert 4 == loaded.n_units_
    assert loaded.params_["U"][:2, :5].tolist() == part.params_["U"].tolist()
    # With more room another program is compiled, and on some machines its last bits differ.
    np.testing.assert_allclose(loaded.params_["U"], whole.params_["U"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(loaded.params_["W"], whole.params_["W"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(loaded.losses_, whole.losses_, rtol=1e-5)
    assert loaded.fit(X, TWO).n_iter_ == whole.n_iter_


def test_a_held_out_part_decides_when_to_stop():
    inputs = rng.normal(size=(60, 3))
    noisy = inputs[:, 0] ** 2 + rng.normal(size=60)
    net = CascadeCorrelationRegressor(early_stopping=True, max_units=9, n_units_no_change=2, random_state=1)
    net.set_params(validation_fraction=0.3, candidates=4, max_iter=40).fit(inputs, noisy)
    assert "validation" == net.stopped_
    best = int(np.argmin(net.validation_losses_))
    assert best == net.n_units_ == len(net.validation_losses_) - 3
    unseen, targets, _ = divided(net, net._prepared(inputs, noisy, first=False))[1]
    found = np.mean((net.predict(unseen) - targets[:, 0]) ** 2)
    np.testing.assert_allclose(net.validation_losses_[best], found, rtol=1e-4)


def test_why_growth_ends(monkeypatch, capsys):
    with pytest.warns(ConvergenceWarning, match="With 2 hidden units some outputs are still too far"):
        CascadeCorrelationRegressor(**SMALL, verbose=True).fit(X, TWO)
    assert re.search("2 hidden units: loss 0", capsys.readouterr().err)
    assert 0 == CascadeCorrelationClassifier(error_limit=1.0).fit(X, WORDS).n_units_
    alone = CascadeCorrelationRegressor(max_iter=1).fit(X[:1], [2.5])
    assert "alike" == alone.stopped_

    def interrupted(*given, **how):
        yield next(grow(*given, **how))
        raise KeyboardInterrupt

    monkeypatch.setattr(growing, "grow", interrupted)
    net = CascadeCorrelationRegressor(**SMALL, warm_start=True, verbose=True)
    with pytest.warns(Interrupted, match="the network has 0 hidden units") as told:
        net.fit(X, TWO)
    assert (__file__, "interrupted") == (told[0].filename, net.stopped_)
    assert (9, 2) == net.predict(X).shape


# Told and checked


def test_a_sheet_is_marked():
    net = CascadeCorrelationClassifier("gaussian", **{**SMALL, "max_units": 1}).fit(*parity(2))
    problem, work = net.problem(*parity(2)), net.work(*parity(2))
    names = ("E[0,1]", "V[1,2]", "C[0,0]", "S[0]", "S[1]", "S[2]", "j", "dT/dU[0,1]", "U_new[0,1]")
    claims = {name: f"{float(work.number(name)):.6g}" for name in names}
    assert "right" == byhand.check({**problem, "claims": claims}).verdict
    wrong = byhand.check({**problem, "claims": {**claims, "S[1]": "0.777"}})
    assert "S[1]" == wrong.first_wrong


def test_it_is_told_in_both_languages():
    net = CascadeCorrelationClassifier(**SMALL).fit(X, WORDS)
    work = net.work(X[:3], WORDS[:3])
    english, chinese = (work.to_text(width=200, language=language) for language in ("en", "zh"))
    for told in ("residual errors", "what hidden unit 2 gives", "the winner, counted from 0"):
        assert told in english
    for told in ("残余误差", "第 2 个隐藏单元的输出值", "胜出的候选单元（从 0 数起）"):
        assert told in chinese
    assert "L = " not in english
    with pytest.raises(ProblemError, match="“growing” is no phase"):
        net.work(X, WORDS, phase="growing")


def test_a_picture_of_the_growth(tmp_path):
    net = CascadeCorrelationClassifier(**SMALL).fit(X, WORDS)
    for language, title in (("en", "The network as it grew: 2 hidden units"), ("zh", "共 2 个隐藏单元")):
        path = tmp_path / f"{language}.svg"
        net.picture(path, language)
        drawn = path.read_text("utf-8")
        assert title in drawn
        assert f"S = {net.scores_[1].max():.3g},  L = {net.losses_[1]:.3g} → {net.losses_[2]:.3g}" in drawn
        squares = np.count_nonzero(net.params_["U"]) + np.count_nonzero(net.params_["W"])
        assert 3 + 4 + 3 * 5 == squares
    with pytest.raises(ProblemError, match=r"\.svg, \.png, \.pdf"):
        net.picture(tmp_path / "net.gif")


# By scikit-learn's conventions


def test_pipeline_and_search():
    inputs = rng.normal(size=(40, 2)) * [1, 1000]
    above = (inputs[:, 0] + inputs[:, 1] / 1000 > 0.1).astype(int)
    net = CascadeCorrelationClassifier(max_units=2, candidates=4, max_iter=60, random_state=0)
    grid = {"cascadecorrelationclassifier__learning_rate": [0.01, 1.0]}
    search = GridSearchCV(make_pipeline(StandardScaler(), net), grid, cv=2).fit(inputs, above)
    assert search.best_score_ > 0.8


def test_probabilities_and_several_classes():
    net = CascadeCorrelationClassifier(max_units=6, candidates=4, random_state=0).fit(X, WORDS)
    assert WORDS.tolist() == net.predict(X).tolist()
    np.testing.assert_allclose(net.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"params_": {"U": np.ones((2, 5), np.float32), "W": np.ones((2, 5), np.float32)}},
        {"params_": {"U": np.zeros((1, 5), np.float32), "W": np.ones((2, 5), np.float32)}},
        {"losses_": [1.0]},
        {"n_units_": 3},
    ],
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = CascadeCorrelationRegressor(**SMALL).fit(X, TWO)
    vars(net).update(change)
    net.save(tmp_path / "net.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        byhand.load(tmp_path / "net.byhand")


def test_what_does_not_fit():
    for settings, message in [
        ({"rule_settings": {"nu": 1.0}}, "nu"),
        ({"activation": "relu"}, "activation"),
        ({"candidates": 0}, "candidates"),
        ({"max_units": 0}, "max_units"),
    ]:
        with pytest.raises(ValueError, match=message):
            CascadeCorrelationRegressor(**settings).fit(X, TWO)
    net = CascadeCorrelationRegressor(**SMALL, warm_start=True).fit(X, TWO)
    with pytest.raises(ProblemError, match="made for 2"):
        net.fit(X, TWO[:, 0])
