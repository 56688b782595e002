"""A search, a map, a growth stopped at any moment and going on, to the same bits."""

import numpy as np
import pytest
from sklearn.base import clone
from stopped_fits import AMOUNTS, WEIGHT, WORDS, X, assert_same, classifier, interrupt_after, stop_after

import byhand
from byhand.errors import CalculationError, ProblemError
from byhand.networks import (
    ART,
    ART1,
    BERT,
    GAN,
    SOM,
    CascadeCorrelationClassifier,
    CascadeCorrelationRegressor,
    Checkpoint,
    FuzzyART,
    FuzzyARTMAP,
    MLPRegressor,
    TransformerClassifier,
)
from byhand.networks.fits import checkpoint
from byhand.train import resonance

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SMALL = {"max_units": 4, "candidates": 3, "max_iter": 20, "random_state": 3}

# A search


SEARCHES = {
    "annealing": classifier(strategy="annealing", max_iter=2200),
    "restarts": classifier(restarts=3, max_iter=9),
    "restarts, early stopping": classifier(
        **{"restarts": 3, "early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 2},
        **{"max_iter": 30, "learning_rate": 0.05},
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("reports", [1, 3])
def test_a_search_goes_on_as_if_it_had_never_been_stopped(tmp_path, name, reports):
    path, told = tmp_path / "run.byhand", []
    never = clone(SEARCHES[name]).fit(X, WORDS, WEIGHT)

    def stop(report):
        told.append(report.loss)
        return len(told) == reports

    stopped = clone(SEARCHES[name]).fit(X, WORDS, WEIGHT, callbacks=[Checkpoint(path), stop])
    assert stopped.n_iter_ < never.n_iter_
    for net in (byhand.load(path), stopped):
        net.resume(X, WORDS, WEIGHT, callbacks=[Checkpoint(path)])
        assert_same(never, net)
        assert_same(never, byhand.load(path).resume(X, WORDS, WEIGHT))
        for found in ("accepted_", "restart_losses_"):
            assert getattr(never, found, None) == getattr(net, found, None)


def test_a_chain_keeps_its_schedule(tmp_path):
    net = clone(SEARCHES["annealing"])
    net.fit(X, WORDS, callbacks=[Checkpoint(tmp_path / "run"), lambda report: True])
    with pytest.raises(ValueError, match=r"max_iter 2200 → 5000.* only these may change: verbose"):
        byhand.load(tmp_path / "run").set_params(max_iter=5000).resume(X, WORDS)


def test_starts_that_all_diverge_do_so_again(tmp_path):
    path = tmp_path / "run.byhand"
    net = MLPRegressor((3,), rule="sgd", learning_rate=1e4, restarts=2, max_iter=9, random_state=0)
    with pytest.raises(CalculationError, match="diverges: in epoch") as error:
        net.fit(X, AMOUNTS, callbacks=[Checkpoint(path)])
    saved = byhand.load(path)
    assert all(np.isfinite(value).all() for value in saved.params_.values())
    with pytest.raises(CalculationError, match=f"in epoch {error.value.facts['epoch']} "):
        saved.resume(X, AMOUNTS)


# Maps


@pytest.mark.parametrize("batch", [False, True])
def test_a_map_goes_on_as_if_it_had_never_been_stopped(tmp_path, batch):
    path, how = tmp_path / "map.byhand", {"batch": batch, "max_iter": 8, "random_state": 1}
    never = SOM((2, 3), **how).fit(X)
    stopped = SOM((2, 3), **how).fit(X, callbacks=[Checkpoint(path), stop_after(3)])
    assert 3 == stopped.n_iter_
    for net in (byhand.load(path), stopped):
        net.resume(X, callbacks=[Checkpoint(path)])
        assert never.params_["W"].tobytes() == net.params_["W"].tobytes()
        assert (never.distances_, never.t_, 8) == (net.distances_, net.t_, net.n_iter_)
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(path).resume(X + 1)
    with pytest.raises(ValueError, match="max_iter 8 → 9"):
        byhand.load(path).set_params(max_iter=9).resume(X)
    with pytest.raises(ProblemError, match="no fit to go on with"):
        stopped.partial_fit(X).resume(X)


# Categories, and units that are grown


def bits(X):
    return (X > 0).astype(float)


OTHERS = {
    "ART": (ART(0.6, max_iter=9, shuffle=True, random_state=1), (X,)),
    "ART1": (ART1(0.6, max_iter=9), (bits(X),)),
    "FuzzyART": (FuzzyART(0.8, learning_rate=0.5, max_iter=4, shuffle=True, random_state=1), (X,)),
    "FuzzyARTMAP": (FuzzyARTMAP(0.7, max_iter=9, random_state=1), (X, WORDS)),
    "GAN": (
        GAN(3, 3, loss="wasserstein", discriminator_updates=2, batch_size=5, max_iter=4, random_state=1),
        (X,),
    ),
    "attention": (TransformerClassifier(4, 1, max_iter=3, random_state=1), (X, WORDS)),
    "masked tokens": (BERT(4, 1, bins=4, max_iter=3, random_state=1), (X,)),
    "growth": (CascadeCorrelationClassifier(**SMALL, error_limit=0), (X, WORDS)),
    "growth, early stopping": (
        CascadeCorrelationRegressor(
            **{**SMALL, "max_units": 6, "error_limit": 0, "n_units_no_change": 2},
            **{"early_stopping": True, "validation_fraction": 0.3},
        ),
        (X, X[:, 0] ** 2),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_place_where_it_can_stop_leads_to_the_same_end(tmp_path, name):
    (kind, data), path, told = OTHERS[name], tmp_path / "run.byhand", []
    never = clone(kind).fit(*data)
    watched = clone(kind).fit(*data, callbacks=[lambda report: told.append(report.epoch)])
    assert_same(never, watched)
    assert len(told) > 1
    for place in told:
        stopped = clone(kind).fit(*data, callbacks=[Checkpoint(path), stop_after(place)])
        resumed = byhand.load(path)
        assert_same(stopped, resumed)
        for net in (stopped, resumed):
            net.resume(*data, callbacks=[Checkpoint(path)])
            assert_same(never, net)
        assert_same(never, byhand.load(path).resume(*data))  # one at its end stays there
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(path).resume(1 - data[0], *data[1:])
    with pytest.raises(ValueError, match="random_state"):
        byhand.load(path).set_params(random_state=7).resume(*data)


def test_a_growth_beyond_its_best_network_goes_on_from_where_it_stood(tmp_path):
    (kind, data), path = OTHERS["growth, early stopping"], tmp_path / "run.byhand"
    net = clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    assert "validation" == net.stopped_
    ahead = byhand.load(path)._fitting.ahead
    assert net.n_units_ + 2 == len(ahead["params_"]["U"])


def test_more_units_are_grown_where_more_are_asked_for(tmp_path):
    (kind, data), path = OTHERS["growth"], tmp_path / "run.byhand"
    net = clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    more = byhand.load(path).set_params(max_units=5).resume(*data)
    assert ("units", 4, 5) == (net.stopped_, net.n_units_, more.n_units_)
    assert net.params_["U"].tolist() == more.params_["U"][:4, :-1].tolist()
    assert net.losses_ == more.losses_[:5]


@pytest.mark.parametrize("saves", [1, 3, 9, 12])
def test_a_search_goes_on_in_the_midst_of_an_epoch(tmp_path, monkeypatch, saves):
    """Checkpoints after two samples each: 12 in an epoch of 23."""
    (kind, data), path = OTHERS["FuzzyART"], tmp_path / "run.byhand"
    never = clone(kind).fit(*data)
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    monkeypatch.setattr(resonance, "steps_together", lambda work: 2)
    interrupt_after(saves, monkeypatch)
    with pytest.warns(UserWarning, match=r"Go on with byhand\.load\(.*run\.byhand"):
        clone(kind).fit(*data, callbacks=[Checkpoint(path)])
    stopped = byhand.load(path)
    assert (saves // 12, min(2 * saves, 23)) == (stopped.n_iter_, stopped.t_)
    assert min(2 * saves, 23) == (stopped.labels_ >= 0).sum()
    assert_same(never, stopped.resume(*data))
