"""Strategies: several starts, annealing, both penalties; each against the same thing written out."""

import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

import byhand
from byhand.equations.layers import Layers, equations
from byhand.errors import CalculationError
from byhand.networks import MLPClassifier, MLPRegressor
from byhand.networks.base.objective import objective
from byhand.networks.multilayer import mlp
from byhand.train.annealing import Annealing, anneal, beginning, draws, temperatures
from byhand.train.descent import Descent, Epoch, descend
from byhand.train.measuring import mean_loss

rng = np.random.default_rng(8)
X = rng.normal(size=(24, 3)).astype(np.float32) + 0.2
WORDS = np.array(["low", "mid", "top"])[(X @ [1.0, -0.7, 0.4] > 0.1).astype(int) + (X[:, 1] > 0.3)]
AMOUNTS = np.column_stack([X @ [1.0, -2.0, 0.5], X[:, 0] ** 2]) + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def widened(tree):
    return jax.tree.map(lambda value: np.asarray(value, np.float64), tree)


def close(params, wanted, rtol=1e-4):
    assert params.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(params[name], value, rtol=rtol, atol=rtol / 10)


# Penalty


@pytest.mark.parametrize(("form", "strength"), [("half", 0.3), ("textbook", 0.7)])
def test_a_penalised_step_is_the_step_worked_out_and_the_step_by_hand(form, strength):
    net = MLPRegressor((), rule="sgd", learning_rate=0.1, alpha=strength, penalty=form, random_state=2)
    net.set_params(max_iter=2).fit(X, AMOUNTS)
    work = net.work(X, AMOUNTS)
    W, b = (net.params_[name].astype(float) for name in ("W1", "b1"))
    error = X @ W.T + b - AMOUNTS.astype(np.float32)
    E, dW = np.mean(error**2), error.T @ X / len(X)
    J, slope = {
        "half": (E + 0.15 * np.sum(W**2), dW + 0.3 * W),
        "textbook": (0.7 * E + 0.3 * np.sum(W**2), 0.7 * dW + 0.6 * W),
    }[form]
    np.testing.assert_allclose(work.run.first.objective, J, rtol=1e-6)
    np.testing.assert_allclose(work.updates["W1"].new, W - 0.1 * slope, rtol=1e-6)
    form, settings = net._layers(), net._settings()
    descent = Descent(objective(equations(form)), "sgd", settings, ("W1",), strength, len(X), net.penalty)
    targets = AMOUNTS.astype(np.float32).astype(np.float64)
    with jax.enable_x64(True):
        start = Epoch(widened(net.params_), {}, net.t_, 0.0)
        samples = {"x": X.astype(np.float64), "y": targets}
        (epoch,) = descend(descent, start, samples, np.ones(len(X)), iter([np.arange(len(X))]))
    np.testing.assert_allclose(epoch.params["W1"], work.updates["W1"].new, rtol=1e-12)
    np.testing.assert_allclose(epoch.loss, work.run.first.objective, rtol=1e-12)


def test_lambda_by_cross_validation():
    net = MLPRegressor((4,), "tanh", penalty="textbook", learning_rate=0.03, max_iter=60, random_state=0)
    search = GridSearchCV(net, {"alpha": [0.05, 0.999]}, cv=3, error_score="raise").fit(X, AMOUNTS)
    assert {"alpha": 0.999} == search.best_params_


@pytest.mark.parametrize("strength", [0.0, 1.0, 2.5])
def test_lambda_of_the_textbook_lies_between_0_and_1(strength):
    with pytest.raises(ValueError, match="between 0 and 1"):
        MLPRegressor((), penalty="textbook", alpha=strength).fit(X, AMOUNTS)


# Several starts


@pytest.mark.parametrize(("stopping", "dropout"), [(False, 0.3), (True, 0.0)])
def test_of_several_starts_the_best_is_kept_and_each_goes_as_it_would_alone(stopping, dropout):
    several = MLPClassifier((5,), "tanh", batch_size=7, learning_rate=0.05, max_iter=12, random_state=4)
    several.set_params(dropout=dropout)
    several.set_params(restarts=3, early_stopping=stopping, validation_fraction=0.3, n_iter_no_change=2)
    several.fit(X, WORDS)
    alone = []
    for start in range(3):
        one = clone(several).set_params(restarts=1, max_iter=1, warm_start=True).fit(X, WORDS)
        sizes, form = (3, 5, 3), one._layers()
        one.params_, one.rule_state_, one.t_ = mlp.first_weights(one._seed, sizes, form, start), {}, 0
        one.n_iter_, one.loss_curve_, one.validation_scores_ = 0, [], []
        alone.append(one.set_params(max_iter=12).fit(X, WORDS))
    assert 3 == len(several.restart_losses_) == len(set(several.restart_losses_))
    best = alone[int(np.argmin(several.restart_losses_))]
    close(several.params_, best.params_)
    np.testing.assert_allclose(several.loss_curve_, best.loss_curve_, rtol=1e-4)
    assert best.n_iter_ == several.n_iter_
    assert best.t_ == several.t_
    if stopping:
        assert best.validation_scores_ == several.validation_scores_
    else:
        np.testing.assert_allclose(several.restart_losses_, [one.loss_ for one in alone], rtol=1e-4)
        assert several.loss_ == min(several.restart_losses_)


def test_the_first_start_is_that_of_a_single_fit_and_the_kept_network_is_worked_out():
    net = MLPClassifier((5,), "tanh", random_state=4, max_iter=3, restarts=4, learning_rate=0.05).fit(
        X, WORDS
    )
    single = clone(net).set_params(restarts=1).fit(X, WORDS)
    np.testing.assert_allclose(net.restart_losses_[0], single.loss_, rtol=1e-5)
    work = net.work(X[:6], WORDS[:6])
    close(net.partial_fit(X[:6], WORDS[:6]).params_, {name: u.new for name, u in work.updates.items()}, 1e-5)


def test_a_start_that_diverges_is_not_kept_and_all_diverging_is_said():
    far = MLPRegressor((6,), "relu", rule="sgd", random_state=1, restarts=8, max_iter=20, learning_rate=0.35)
    far.fit(X, AMOUNTS * 3)
    lost = np.isinf(far.restart_losses_)
    assert 0 < lost.sum() < 8
    assert np.isfinite(far.loss_)
    with pytest.raises(CalculationError, match="diverge"):
        far.set_params(learning_rate=1e6).fit(X, AMOUNTS)
    assert all(np.isfinite(value).all() for value in far.params_.values())


def test_ctrl_c_during_several_starts_keeps_the_best_so_far():
    def stop(report):
        if report.epoch == 2:
            raise KeyboardInterrupt

    net = MLPClassifier((5,), random_state=4, restarts=3)
    with pytest.warns(UserWarning, match="Interrupted"):
        net.fit(X, WORDS, callbacks=[stop])
    assert 2 == net.n_iter_ == len(net.loss_curve_)
    ahead = min(start["losses"][-1] for start in net._fitting.ahead["starts"])
    assert ahead == net.loss_


# Simulated annealing


def by_hand(params, samples, drawn, cooling, scale, strength):
    """The chain of a 3-2-2 tanh network with mse, in NumPy."""
    names = list(params)

    def energy(p):
        a1 = np.tanh(samples["x"] @ p["W1"].T + p["b1"])
        yhat = a1 @ p["W2"].T + p["b2"]
        return np.mean((samples["y"] - yhat) ** 2) + strength / 2 * sum(
            np.sum(p[k] ** 2) for k in ("W1", "W2")
        )

    here = energy(params)
    best, lowest, losses, taken = params, here, [], []
    for normal, u, T in zip(drawn.normal, drawn.uniform, cooling, strict=True):
        pieces = np.split(normal, np.cumsum([params[name].size for name in names])[:-1])
        there = {
            k: params[k] + scale * n.reshape(params[k].shape) for k, n in zip(names, pieces, strict=True)
        }
        proposed = energy(there)
        taken.append(bool(u < min(1.0, np.exp(-(proposed - here) / T))))
        if taken[-1]:
            params, here = there, proposed
        if here < lowest:
            best, lowest = params, here
        losses.append(here)
    return params, best, losses, taken


def test_a_chain_is_the_chain_by_hand():
    form = Layers(("tanh", "identity"), "mse")
    first = widened(mlp.first_weights(3, (3, 2, 2), form))
    samples = {"x": X.astype(float), "y": AMOUNTS}
    (drawn,) = draws(7, 0, 14, 200)
    drawn = type(drawn)(drawn.normal.astype(float), drawn.uniform.astype(float))
    chain = Annealing(objective(equations(form)), ("W1", "W2"), "half", 0.02, 0.1, 0.3, 0.1, 200)
    with jax.enable_x64(True):
        start = beginning(chain, samples, np.ones(24), first)
        ((reached, found),) = anneal(chain, samples, np.ones(24), start, iter([drawn]))
    cooling = 0.3 * (0.1 / 0.3) ** (np.arange(200) / 199)
    np.testing.assert_allclose(temperatures(chain), cooling, rtol=1e-12)
    params, best, losses, taken = by_hand(first, samples, drawn, cooling, 0.1, 0.02)
    assert taken == found.accepted.tolist()
    assert 40 < sum(taken) < 180
    assert min(losses) < losses[-1] - 0.01
    worse = found.accepted & (np.diff([np.inf, *losses]) > 0)
    assert worse.sum() > 10
    np.testing.assert_allclose(found.losses, losses, rtol=1e-10)
    np.testing.assert_allclose(reached.lowest, min(losses), rtol=1e-10)
    close(widened(reached.params), params, 1e-9)
    close(widened(reached.best), best, 1e-9)


def test_a_proposal_worked_out_is_the_proposal_of_the_compiled_chain():
    net = MLPClassifier(
        (4,), "sigmoid", output="sigmoid", strategy="annealing", alpha=0.8, penalty="textbook"
    )
    net.set_params(random_state=3, max_iter=30, strategy_settings={"scale": 0.1, "temperature": 0.2})
    net.fit(X, WORDS)
    decisions = set()
    for _ in range(6):
        work = net.work(X, WORDS)
        (drawn,) = draws(net._seed, net.n_iter_, sum(value.size for value in net.params_.values()), 1)
        chain = Annealing(objective(equations(net._form)), ("W1", "W2"), "textbook", 0.8, 0.1, 0.2, 0.2, 1)
        samples = {"x": X.astype(float), "y": net._targets(WORDS).astype(float)}
        wide = type(drawn)(drawn.normal.astype(float), drawn.uniform.astype(float))
        with jax.enable_x64(True):
            start = beginning(chain, samples, np.ones(24), widened(net.params_))
            ((reached, found),) = anneal(chain, samples, np.ones(24), start, iter([wide]))
        assert work.values["accepted"] == found.accepted[0]
        np.testing.assert_allclose(work.values["E_try"], found.proposed[0], rtol=1e-12)
        close(widened(reached.params), {name: work.values[f"{name}_new"] for name in net.params_}, 1e-11)
        decisions.add(bool(found.accepted[0]))
        net.set_params(warm_start=True, max_iter=1).fit(X, WORDS)
    assert {True, False} == decisions


def test_annealing_keeps_the_best_weights_and_counts_what_it_accepts():
    net = MLPClassifier((4,), "tanh", strategy="annealing", random_state=3, max_iter=1200)
    net.set_params(strategy_settings={"scale": 0.1, "temperature": 0.05, "final_temperature": 1e-3})
    seen = []
    net.fit(X, WORDS, callbacks=[lambda report: seen.append(report.epoch)])
    assert [500, 1000, 1200] == seen
    assert 1200 == net.n_iter_ == len(net.loss_curve_)
    assert net.best_loss_ == min(net.loss_curve_) < net.loss_curve_[0] / 2
    moved = np.count_nonzero(np.diff(net.loss_curve_))
    assert net.accepted_ - 1 <= moved <= net.accepted_
    samples = {"x": X, "y": net._targets(WORDS)}
    np.testing.assert_allclose(
        mean_loss(objective(equations(net._form)), net.params_, samples), net.best_loss_, rtol=1e-5
    )
    again = clone(net).fit(X, WORDS)
    assert again.loss_curve_ == net.loss_curve_


def test_annealing_then_descent():
    net = MLPClassifier((4,), "tanh", strategy="annealing", random_state=3, max_iter=100).fit(X, WORDS)
    before = net.best_loss_
    net.set_params(strategy="descent", warm_start=True, max_iter=20, learning_rate=0.02).fit(X, WORDS)
    assert net.loss_ < before
    assert 20 == net.t_


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"strategy_settings": {"heat": 1.0}}, "heat"),
        ({"strategy_settings": {"scale": 0.0}}, "scale is 0.0"),
        ({"early_stopping": True}, "early_stopping"),
        ({"restarts": 2}, "restarts"),
        ({"dropout": 0.5}, "dropout"),
    ],
)
def test_what_annealing_cannot_do(settings, words):
    with pytest.raises(ValueError, match=words):
        MLPClassifier((2,), strategy="annealing", **settings).fit(X, WORDS)


def test_a_proposal_is_of_samples_that_count_the_same():
    net = MLPClassifier((2,), strategy="annealing", max_iter=2, random_state=0).fit(X, WORDS)
    with pytest.raises(ValueError, match="sample_weight"):
        net.work(X[:2], WORDS[:2], [1.0, 2.0])


def test_annealing_is_no_epoch_of_descent():
    net = MLPClassifier((2,), strategy="annealing")
    with pytest.raises(ValueError, match="whole schedule"):
        net.partial_fit(X, WORDS, ["low", "mid", "top"])
    assert not hasattr(net, "params_")


def test_the_numbers_of_elements_of_ai():
    """Building AI, simulated annealing: 205 to 196 at T = 0.5, 0.4 and 13; and 200 to 180 at T = 7."""
    work = byhand.work(byhand.example("annealing"))
    dS, T = np.array([-9, -9, -9, -20, -20, 9]), np.array([0.5, 0.4, 13, 7, 7, 0.4])
    published = [1.52299797447e-08, 1.69189792262e-10, 0.500419920361, 0.0574326192676, 0.0574326192676, 1]
    np.testing.assert_allclose(work.values["p"], published, rtol=1e-11)
    np.testing.assert_allclose(work.values["p"], np.minimum(1, np.exp(dS / T)), rtol=1e-14)
    assert [0, 0, 1, 0, 1, 1] == list(work.values["accepted"])
