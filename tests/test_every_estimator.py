"""Every estimator: saved and loaded, fitted again, given inputs with names."""

import warnings

import numpy as np
import pytest
from every_estimator import EVERY, WAYS
from sklearn.base import clone, is_regressor
from sklearn.exceptions import ConvergenceWarning

from byhand.networks.tasks.saving import load

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.default_rng(4).normal(size=(7, 3)) + 0.1
WORDS = np.array(["low", "mid", "top", "mid", "low", "top", "low"])


def targets(net):
    return X[:, 0] if is_regressor(net) else WORDS


@pytest.mark.parametrize("name", {**EVERY, **WAYS})
def test_every_estimator_comes_back_as_it_was(name, tmp_path):
    net = clone({**EVERY, **WAYS}[name])
    net.fit(X, targets(net)).save(tmp_path / "first")
    loaded = load(tmp_path / "first")
    loaded.save(tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert net.predict(X).tolist() == loaded.predict(X).tolist()


@pytest.mark.parametrize("name", EVERY)
def test_a_new_fit_forgets_where_the_samples_of_the_last_one_were_from(name):
    net = clone(EVERY[name])
    net.fit(X, targets(net)).origin_ = {"source": "iris"}
    assert not hasattr(net.fit(X, targets(net)), "origin_")


@pytest.mark.parametrize("name", EVERY)
def test_inputs_with_names_keep_them(name):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    net, frame = clone(EVERY[name]), pandas.DataFrame(X, columns=["length", "width", "height"])
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(frame, targets(net))
        assert len(net.predict(frame)) == len(X)
        assert net.problem(frame[:1], targets(net)[:1])["given"]
