"""ART1, Fuzzy ART, Fuzzy ARTMAP: searched, reset, learned; compiled and worked out; saved; refused."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import jax
import numpy as np
import pytest
import yaml
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

import byhand
from byhand.data import circles
from byhand.errors import ProblemError
from byhand.networks import ART, ART1, FuzzyART, FuzzyARTMAP
from byhand.networks.fits.interrupts import Interrupted
from byhand.networks.tasks.saving import load
from byhand.train import resonance
from byhand.train.resonance import present

CASE = Path(__file__).parents[2] / "shared" / "cases" / "mnemstudio-art1.yaml"

FAUSETT = np.array([[1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 1]])

rng = np.random.default_rng(5)
X = rng.random((40, 3)).astype(np.float32)
CLASSES = np.where(X[:, 0] + 0.3 * X[:, 1] > 0.7, "up", np.where(X[:, 2] > 0.5, "mid", "down"))
BITS = (rng.random((30, 6)) < 0.4).astype(float)
BITS[:, 1] = 1 - BITS[:, 0]  # no row without a 1


# Each network once more, as its paper says it, in NumPy


def art1(rows, rho, L, epochs=1):
    """Carpenter & Grossberg 1987 in Fausett's notation; the label of each row, b and t."""
    b, t, labels = [], [], [None] * len(rows)
    for _ in range(epochs):
        for k, s in enumerate(rows):
            order = sorted(range(len(b)), key=lambda j: (-float(b[j] @ s), j))
            blank = s.sum() / (1 + len(s))
            better = [j for j in order if float(b[j] @ s) >= blank]
            match = [j for j in better if (s * t[j]).sum() / s.sum() >= rho]
            J = match[0] if match else len(b)
            if J == len(b):
                b.append(None)
                t.append(np.ones(len(s)))
            t[J] = s * t[J]
            b[J] = L * t[J] / (L - 1 + t[J].sum())
            labels[k] = J
    return labels, np.array(b), np.array(t)


def artmap(rows, targets, alpha, beta, rho, epsilon=None, epochs=1):
    """Fuzzy ARTMAP (1992), and Fuzzy ART (1991) where all targets are None; labels, weights, classes."""
    weights, classes, labels = [], [], [None] * len(rows)
    for _ in range(epochs):
        for k, (x, target) in enumerate(zip(rows, targets, strict=True)):
            coded, vigilance, done = np.concatenate([x, 1 - x]), rho, set()
            every = [*weights, np.ones(2 * len(x))]
            choice = [np.minimum(coded, w).sum() / (alpha + w.sum()) for w in every]
            while True:
                J = max((j for j in range(len(every)) if j not in done), key=lambda j: (choice[j], -j))
                match = np.minimum(coded, every[J]).sum() / len(x)
                if J == len(weights):
                    weights.append(coded)
                    classes.append(target)
                    break
                if match >= vigilance and classes[J] == target:
                    weights[J] = beta * np.minimum(coded, weights[J]) + (1 - beta) * weights[J]
                    break
                if match >= vigilance:
                    vigilance = min(match + epsilon, 1)
                done.add(J)
            labels[k] = J
    return labels, np.array(weights), classes


@pytest.mark.parametrize(("rho", "L"), [(0.3, 2.0), (0.6, 2.0), (0.9, 3.5)])
def test_art1(rho, L):
    net = ART1(rho, weight_constant=L).partial_fit(BITS).partial_fit(BITS)
    labels, b, t = art1(BITS, rho, L, epochs=2)
    assert labels == net.labels_.tolist()
    np.testing.assert_allclose(net.params_["B"], b, rtol=1e-6)
    assert t.tolist() == net.params_["T"].tolist()
    assert 2 < net.n_categories_ == len(b) < 30


def leader(rows, rho, eta, epochs=1):
    """The survey's words: the nearest prototype learns where it is similar enough, else one is added."""
    prototypes, labels = [], [None] * len(rows)
    for _ in range(epochs):
        for k, x in enumerate(rows):
            near = [1 / (1 + np.linalg.norm(x - w)) for w in prototypes]
            labels[k] = int(np.argmax(near)) if near and max(near) > rho else len(prototypes)
            if labels[k] == len(prototypes):
                prototypes.append(x)
            else:
                prototypes[labels[k]] = prototypes[labels[k]] + eta * (x - prototypes[labels[k]])
    return labels, np.array(prototypes)


@pytest.mark.parametrize(("rho", "eta"), [(0.6, 0.5), (0.75, 0.1), (0.8, 1.0), (0.0, 0.3)])
def test_the_short_form_of_art(rho, eta):
    net = ART(rho, learning_rate=eta).partial_fit(X * 2 - 1).partial_fit(X * 2 - 1)
    labels, prototypes = leader(X.astype(float) * 2 - 1, rho, eta, epochs=2)
    assert labels == net.labels_.tolist()
    np.testing.assert_allclose(net.params_["W"], prototypes, rtol=1e-5, atol=1e-6)
    assert len(prototypes) == net.n_categories_
    distances = np.linalg.norm(X[:, None] * 2 - 1 - net.params_["W"], axis=2)
    expected = np.where(distances.min(axis=1) < net.radius(), distances.argmin(axis=1), -1)
    assert expected.tolist() == net.predict(X * 2 - 1).tolist()


def test_a_prototype_settles_where_each_epoch_brings_it_back():
    """Between 0 and 1 with η = 1/2: from w after 1 to w/2 after 0 and (w/2 + 1)/2 = w after 1, so 2/3."""
    net = ART(0.3).fit([[0.0], [1.0]])
    assert 1 < net.n_iter_ < 100
    assert net.params_["W"][0, 0] == pytest.approx(2 / 3, rel=1e-6)


@pytest.mark.parametrize(("rho", "beta", "alpha"), [(0.7, 1.0, 0.001), (0.8, 0.4, 0.5), (0.0, 1.0, 0.01)])
def test_fuzzy_art(rho, beta, alpha):
    net = FuzzyART(rho, choice=alpha, learning_rate=beta, scale=False).partial_fit(X).partial_fit(X)
    labels, weights, _ = artmap(X.astype(float), [None] * 40, alpha, beta, rho, epochs=2)
    assert labels == net.labels_.tolist()
    np.testing.assert_allclose(net.params_["W"], weights, rtol=1e-5)
    assert 1 < net.n_categories_ < 40


@pytest.mark.parametrize(("rho", "beta"), [(0.0, 1.0), (0.5, 0.6)])
def test_fuzzy_artmap(rho, beta):
    net = FuzzyARTMAP(rho, learning_rate=beta, scale=False)
    net.partial_fit(X, CLASSES, classes=np.unique(CLASSES)).partial_fit(X, CLASSES)
    _, weights, classes = artmap(X.astype(float), CLASSES, 0.001, beta, rho, 0.001, epochs=2)
    np.testing.assert_allclose(net.params_["W"], weights, rtol=1e-5)
    assert classes == net.classes_[net.params_["V"].argmax(axis=1)].tolist()
    assert (net.params_["V"].sum(axis=1) == 1).all()
    assert 3 < net.n_categories_ < 40


def test_more_categories_than_the_first_arrays_hold():
    points = np.random.default_rng(1).random((300, 2)).astype(np.float32)
    net = FuzzyART(0.97, scale=False).partial_fit(points)
    labels, weights, _ = artmap(points.astype(float), [None] * 300, 0.001, 1.0, 0.97)
    assert 128 < len(weights) == net.n_categories_
    assert labels == net.labels_.tolist()


def test_predicting_learns_nothing_and_says_where_nothing_matches():
    net = FuzzyART(0.8, scale=False).fit(X[:20])
    before = net.params_["W"].copy()
    found = net.predict(X)
    choice = np.array([[np.minimum(i, w).sum() / (0.001 + w.sum()) for w in before]
                       for i in np.hstack([X, 1 - X])])  # fmt: skip
    match = np.array([[np.minimum(i, w).sum() / 3 for w in before] for i in np.hstack([X, 1 - X])])
    expected = np.where((match >= 0.8).any(axis=1), np.where(match >= 0.8, choice, -1).argmax(axis=1), -1)
    assert expected.tolist() == found.tolist()
    assert -1 in found
    assert (before == net.params_["W"]).all()
    assert -1 == ART1(0.9).fit(FAUSETT).predict([[0, 1, 1, 1]])[0]


# What is compiled is what is worked out


BEGUN = {
    "ART": (ART(0.75, learning_rate=0.4), X, None),
    "ART1": (ART1(0.6), BITS, None),
    "FuzzyART": (FuzzyART(0.85, learning_rate=0.7, scale=False), X, None),
    "FuzzyARTMAP": (FuzzyARTMAP(0.3, learning_rate=0.7, scale=False), X, CLASSES),
}


@pytest.fixture(params=BEGUN)
def begun(request):
    """A network that has seen ten samples, all inputs, and their classes where it learns from them."""
    net, inputs, targets = BEGUN[request.param]
    seen = (inputs[:10],) if targets is None else (inputs[:10], targets[:10], np.unique(targets))
    return clone(net).partial_fit(*seen), inputs, targets


def test_the_compiled_step_is_the_worked_step(begun):
    net, inputs, targets = begun
    rounds = set()
    for k in range(10, 30):
        target = None if targets is None else targets[k : k + 1]
        work = net.work(inputs[k : k + 1], target)
        rounds.add(sum(name.startswith("J") for name in work.values))
        samples = {name: np.array([work.values[name]]) for name in ("x", "y") if name in work.task.given}
        args = net._first(), net._settings(), samples, np.array([0])
        (single,) = present(net.kind.form, net.params_, *args[:2], _as(np.float32, samples), args[3])
        with jax.enable_x64(True):
            (double,) = present(net.kind.form, _as(np.float64, net.params_), *args)
        for name in net.kind.form.learned:
            worked = work.updates[name].new
            assert np.float64 == double.params[name].dtype
            worked = worked[: len(double.params[name])]
            np.testing.assert_allclose(double.params[name], worked, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(single.params[name], worked, rtol=1e-5, atol=1e-6)
        last = max(int(name[1:]) for name in work.values if name.startswith("J"))
        founds = work.values.get("similar1") == 0
        learns = net.n_categories_ if founds else work.values[f"J{last}"]
        assert learns == double.chosen[0] == single.chosen[0]
    assert 1 in rounds
    assert max(rounds) > 2 or net.kind.form.founds  # then there is no second one


def _as(kind, arrays):
    return {name: value.astype(kind) for name, value in arrays.items()}


def test_match_tracking_is_told():
    net = FuzzyARTMAP(scale=False).partial_fit([[0.2, 0.3], [0.8, 0.7]], [0, 1], [0, 1])
    work = net.work([[0.3, 0.4]], [1])
    assert [0, 1] == [work.values["J1"], work.values["J2"]]
    # I = (0.3, 0.4, 0.7, 0.6), w_0 = (0.2, 0.3, 0.8, 0.7): they share 0.2 + 0.3 + 0.7 + 0.6 of 2
    assert work.values["match1"] == pytest.approx(0.9, rel=1e-6)
    assert work.values["rho2"] == pytest.approx(0.901, rel=1e-6)
    assert 2 == work.values["J3"]
    english, chinese = (work.to_text(width=200, language=language) for language in ("en", "zh"))
    assert "Round 1: category 0 is proposed, and reset: it predicts another class" in english
    assert "Round 2: category 1 is proposed, and reset: it shares too little with the input" in english
    assert "Round 3: category 2 is proposed; it is a new one, and always resonates" in english
    assert "match1 = take(m, J1)/(Σ I) = m[0]/(I[0] + I[1] + I[2] + I[3])" in english
    assert "第 3 次尝试：提出类别 2，这是一个新类别，总会发生共振" in chinese


def test_a_search_as_a_script_gives_the_same_numbers(tmp_path):
    work = (
        FuzzyARTMAP(scale=False)
        .partial_fit(X[:9], CLASSES[:9], np.unique(CLASSES))
        .work(X[9:10], CLASSES[9:10])
    )
    script = tmp_path / "search.py"
    script.write_text(work.to_python(), "utf-8")
    printed = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    lines = [line for line in printed.splitlines() if line.startswith("W_new =")]
    np.testing.assert_allclose(json.loads(lines[0].split(" = ")[1]), work.updates["W"].new, rtol=1e-12)


def test_a_hand_calculation_of_a_search_is_marked():
    problem = ART1(0.4).partial_fit(FAUSETT[:3]).problem(FAUSETT[3:])
    claims = {"y1[1]": "1", "J1": "1", "match1": "0.5", "fits1": "1", "T_new[1,3]": "1"}
    assert "right" == byhand.check(problem | {"claims": claims}).verdict
    wrong = byhand.check(problem | {"claims": claims | {"y1[1]": "0.2", "J1": "2"}})
    assert ("wrong", "y1[1]") == (wrong.verdict, wrong.first_wrong)
    assert "carried" == next(claim.verdict for claim in wrong.claims if claim.name == "J1")


# The published page


@pytest.mark.skipif(not CASE.exists(), reason="the published cases are not here")
def test_the_published_art1():
    """mnemstudio.org's ART1 example, after Fausett 5.1: n = 4, L = 2, vigilance 0.4."""
    case = {check["name"]: check for check in yaml.safe_load(CASE.read_text("utf-8"))["checks"]}
    net = ART1(0.4)
    net.n_features_in_ = 4
    net._start()
    for k, x in enumerate(FAUSETT):
        y, (J,), (match,), b, t = case[f"vector {k}: y, winner, match, b, t"]["recomputed"]
        work = net.work(x[None])
        if k == 0:
            assert [case["initial b"]["published"]] * 4 == work.values["B"][0].tolist()
            assert case["InputSum of vector 0"]["published"] == work.values["x"].sum()
            new = work.updates
            assert case["b[0] after vector 0"]["published"] == new["B"].new[0].round(8).tolist()
            assert case["t[0] after vector 0"]["published"] == new["T"].new[0].tolist()
            assert case["cluster of vector 0"]["published"] == work.values["J1"]
        found = work.values["y1"]
        np.testing.assert_allclose(found, y[: len(found)], atol=1e-7)
        assert (J, match) == (work.values["J1"], work.values["match1"])
        np.testing.assert_allclose(work.updates["B"].new[J], b, atol=1e-7)
        assert t == work.updates["T"].new[J].tolist()
        net.partial_fit([x])
        assert J == net.labels_[0]


# What the paper reports


def test_circle_in_the_square():
    """Carpenter et al. 1992: after 100 exemplars 12 categories, 88.6 % on the test set."""
    test = circles(5000, seed=1_000_003)
    scores, sizes = [], []
    for seed in range(10):
        train = circles(100, seed=seed)
        net = FuzzyARTMAP(choice=0.05, scale=False).fit(train.X, train.y)
        scores.append(net.score(test.X, test.y))
        sizes.append(net.n_categories_)
        assert net.score(train.X, train.y) > 0.98
    assert np.mean(scores) > 0.886
    assert np.mean(sizes) < 12


# As estimators


def test_pipeline_search_and_frames():
    search = GridSearchCV(make_pipeline(MinMaxScaler(), FuzzyARTMAP()), {"fuzzyartmap__vigilance": [0, 0.5]})
    assert search.fit(X, CLASSES).best_score_ > 0.5
    assert clone(search.best_estimator_[-1]).get_params() == search.best_estimator_[-1].get_params()


def test_a_file_holds_the_categories_and_no_more(tmp_path, begun):
    net, inputs, targets = begun
    net.save(tmp_path / "net.byhand")
    loaded = load(tmp_path / "net.byhand")
    for name, value in net.params_.items():
        assert value.tolist() == loaded.params_[name].tolist()
        assert net.n_categories_ == len(value)
    args = (inputs,) if targets is None else (inputs, targets)
    assert net.predict(inputs).tolist() == loaded.predict(inputs).tolist()
    net.partial_fit(*args)
    loaded.partial_fit(*args)
    assert all(net.params_[name].tolist() == loaded.params_[name].tolist() for name in net.params_)


@pytest.mark.parametrize(
    "change",
    [{"W": np.ones((2, 5), np.float32)}, {"W": np.zeros((0, 6), np.float32)}, {"V": np.ones((1, 3))}],
    ids=["width", "none", "rows"],
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = FuzzyARTMAP().fit(X, CLASSES)
    net.params_ = {**net.params_, **change}
    net.save(tmp_path / "net.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        load(tmp_path / "net.byhand")


def test_scaled_inputs_are_cut_off_at_what_the_first_fit_saw():
    net = FuzzyART().fit(X * [1, 100, 3] - 5)
    plain = FuzzyART(scale=False).fit((X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0)))
    assert plain.labels_.tolist() == net.labels_.tolist()
    edge, beyond = X.max(axis=0) * [1, 100, 3] - 5, [1e6, 1e6, 1e6]
    assert net.predict([edge])[0] == net.predict([beyond])[0]
    assert np.isfinite(
        FuzzyART().fit(np.hstack([X, np.full((40, 1), 7), X[:, :1] * 3e38])).params_["W"]
    ).all()


def test_an_input_without_a_one_belongs_to_no_category():
    rows = np.vstack([FAUSETT, np.zeros((1, 4))])
    net = ART1(0.4).fit(rows)
    assert [0, 1, 0, 1, -1] == net.labels_.tolist() == net.predict(rows).tolist()
    assert 2 == net.n_categories_


def test_the_same_input_in_two_classes_makes_two_categories_and_the_first_answers():
    net = FuzzyARTMAP(scale=False, max_iter=3).fit([[0.5, 0.5], [0.5, 0.5], [0.1, 0.9]], ["a", "b", "b"])
    assert "a" == net.predict([[0.5, 0.5]])[0]
    assert 3 == net.n_categories_


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ART1(binarize=None).fit([[1, 0.5]]), "0.5 is neither 0 nor 1"),
        (lambda: ART1().fit(np.zeros((2, 3))), "without a single 1"),
        (lambda: ART1().fit(FAUSETT).work(FAUSETT), "one sample at a time; given are 4"),
        (lambda: ART1().fit(FAUSETT).work(FAUSETT[:1] * 0), "without a single 1"),
        (lambda: FuzzyART(scale=False).fit([[0.5, 1.5]]), "1.5 does not lie between 0 and 1"),
        (lambda: FuzzyART(1.5).fit(X), "vigilance"),
        (lambda: FuzzyARTMAP(choice=0).fit(X, CLASSES), "choice"),
    ],
)
def test_what_cannot_be_used(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unsettled_network_says_so(monkeypatch):
    with pytest.warns(ConvergenceWarning, match="After 1 epoch "):
        FuzzyART(max_iter=1).fit(X)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.warns(ConvergenceWarning, match="1 轮之后"):
        FuzzyART(max_iter=1).fit(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settled = FuzzyART(shuffle=True, random_state=0).fit(X)
    assert 1 < settled.n_iter_ < 100
    assert 40 * settled.n_iter_ == settled.t_


def test_ctrl_c_keeps_what_whole_epochs_learned(monkeypatch, begun):
    net, inputs, targets = begun

    def broken_off(*given):
        presented.append(given)
        if len(presented) == 2:
            raise KeyboardInterrupt
        return present(*given)

    presented = []
    monkeypatch.setattr(resonance, "present", broken_off)
    net, data = clone(net).set_params(max_iter=5), (inputs,) if targets is None else (inputs, targets)
    with pytest.warns(Interrupted, match=r"after epoch 1 \(\d+ updates") as told:
        net.fit(*data)
    assert (1, __file__) == (net.n_iter_, told[0].filename)
    presented.pop()
    with pytest.raises(KeyboardInterrupt):  # whoever calls again and again is to know of it
        net.partial_fit(*data)
    assert 1 == net.n_iter_
