"""The neurons without a hidden layer: McCulloch–Pitts, perceptron, Adaline, logistic regression."""

import gzip
import itertools
import re
import warnings
from pathlib import Path

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression as Reference

from byhand.errors import CalculationError, ProblemError
from byhand.networks import Adaline, LogisticRegression, MPNeuron, Perceptron
from byhand.networks.fits.interrupts import Interrupted
from byhand.networks.neurons.rosenblatt import step
from byhand.networks.neurons.separable import separation
from byhand.networks.tasks.saving import load
from byhand.train import online
from byhand.train.online import go_through

MNIST = Path(__file__).parents[2] / "shared" / "data" / "mnist"

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
AND, XOR = [0, 0, 0, 1], [0, 1, 1, 0]

rng = np.random.default_rng(8)
X = rng.normal(size=(7, 3)) + 0.2
WORDS = np.array(["low", "mid", "top", "mid", "low", "top", "low"])
TWO = np.where(WORDS == "mid", "yes", "no")


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# McCulloch and Pitts


@pytest.mark.parametrize(
    ("function", "inputs", "weights", "threshold"),
    [
        (lambda a, b: a and b, 2, (1, 1), 2),
        (lambda a, b: a or b, 2, (1, 1), 1),
        (lambda a: not a, 1, (-1,), 0),
        (lambda a, b: not a or b, 2, (-1, 1), 0),
        (lambda a, b, c: a + b + c >= 2, 3, (1, 1, 1), 2),
        (lambda a, b, c: a and (b or c), 3, (2, 1, 1), 3),
        ([0, 0], None, (0,), 1),
    ],
)
def test_a_logic_function_has_its_smallest_neuron(function, inputs, weights, threshold):
    neuron = MPNeuron.of(function, inputs)
    assert (weights, threshold) == (neuron.weights, neuron.threshold)


def test_exactly_the_threshold_functions_have_a_neuron():
    """The 104 of three inputs, found by trying weights from -2 to 2: no others exist (Muroga 1971)."""
    rows = np.array(list(itertools.product((0, 1), repeat=3)))
    tries = itertools.product(range(-2, 3), range(-2, 3), range(-2, 3), range(-6, 7))
    known = {tuple((rows @ w >= t).astype(int).tolist()) for *w, t in tries}
    assert 104 == len(known)
    for table in list(itertools.product((0, 1), repeat=8))[3::17]:
        if table in known:
            assert list(table) == MPNeuron.of(table).fires(rows).tolist()
        else:
            with pytest.raises(ProblemError) as found:
                MPNeuron.of(table)
            contradicts(found.value.facts, rows, table)


def contradicts(facts, rows, table):
    """That the rows named are rows of the function, and that what they ask adds up to a contradiction."""
    sums = []
    for rows_key, asked_key, value in (("firing", "asked", 1), ("silent", "denied", 0)):
        named = [tuple(map(int, row)) for row in facts[rows_key].split(", ")]
        times = [int((re.match(r"(\d+) ×", text) or [0, 1])[1]) for text in facts[asked_key].split(", ")]
        places = [rows.tolist().index(list(row)) for row in named]
        assert all(table[place] == value for place in places)
        assert facts["count"] == sum(times)
        sums.append(sum(many * np.array(row) for many, row in zip(times, named, strict=True)).tolist())
    assert sums[0] == sums[1]


def test_xor_is_refused_with_its_contradiction():
    with pytest.raises(ProblemError) as found:
        MPNeuron.of(lambda a, b: a != b, 2)
    english, chinese = found.value.explained("en"), found.value.explained("zh")
    assert "fire for 01, 10, so w2 ≥ θ, w1 ≥ θ; added up, w1 + w2 ≥ 2θ" in english
    assert "not fire for 00, 11, so 0 < θ, w1 + w2 < θ; added up, w1 + w2 < 2θ" in english
    assert "相加得 w1 + w2 < 2θ。两者矛盾。" in chinese


def test_a_function_of_six_inputs():
    rows = np.array(list(itertools.product((0, 1), repeat=6)))
    table = (rows @ [3, -2, 1, 5, -1, 2] >= 4).astype(int)
    assert table.tolist() == MPNeuron.of(table).fires(rows).tolist()


def test_a_neuron_is_worked_out():
    work = MPNeuron((2, -1.5), 0.5).work([1, 1])
    assert (0.5, 1.0) == (work.values["net"], work.values["y"])
    assert "net = w1·x1 + w2·x2 = 2×1 + (−1.5)×1 = 2 + (−1.5) = 0.5" in work.to_text(language="en")
    assert ["theta", "0.5", "threshold"] in [
        line.split() for line in work.to_text(language="en").splitlines()
    ]
    several = MPNeuron.of(AND).work(CORNERS)
    assert AND == several.values["y"].tolist()


def test_an_inhibitory_input_forbids_firing():
    neuron = MPNeuron((1, 1, 0), 1, inhibitory=[2])
    rows = np.array(list(itertools.product((0, 1), repeat=3)))
    expected = [int((a or b) and not c) for a, b, c in rows.tolist()]
    assert expected == neuron.fires(rows).tolist() == neuron.work(rows).values["y"].tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MPNeuron.of(AND).fires([0.5, 1]), "0.5 is no truth value"),
        (lambda: MPNeuron.of(AND).work([1, 0, 1]), "a row of 2 numbers"),
        (lambda: MPNeuron.of([0, 1, 1]), "Given is 3"),
        (lambda: MPNeuron.of(lambda *x: all(x), 9), "from 1 to 6"),
        (lambda: MPNeuron.of([0, 2]), "2 is no truth value"),
        (lambda: MPNeuron((1, 1), 1, inhibitory=[2]), "there are 2 inputs"),
    ],
)
def test_what_a_neuron_cannot_use(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Whether a hyperplane divides two sets


@pytest.mark.parametrize("seed", range(6))
def test_an_answer_comes_with_its_proof(seed):
    random = np.random.default_rng(seed)
    points = random.integers(-3, 4, (9, 2)) * [1.0, 100.0] + [0.5, 0.0]
    inside = points @ [1.0, 0.02] + random.normal(size=9) * (seed % 3) > 0.1
    found = separation(points, inside)
    if found.separable:
        assert (np.where(inside, 1, -1) * (points @ found.weights + found.bias) > 0.9).all()
    else:
        for side, shares in ((True, found.first), (False, found.second)):
            assert 1 == sum(shares.values())
            assert all(inside[k] == side and share > 0 for k, share in shares.items())
            np.testing.assert_allclose(
                sum(float(share) * points[k] for k, share in shares.items()), found.point
            )


def test_both_answers_occur():
    apart = np.arange(9.0)[:, None]
    assert separation(apart, apart[:, 0] > 4.5).separable
    assert not separation(apart, np.isin(apart[:, 0], (3, 5))).separable
    assert not separation(np.ones((2, 2)), np.array([True, False])).separable


# The perceptron


def test_the_published_and():
    """Boolean AND by hand (scribd.com/document/895937188): weights 0.9, rate 0.6, threshold 0.5."""
    net = Perceptron(0.6, fit_intercept=False, shuffle=False)
    net.fit(CORNERS, AND, coef_init=[[0.9, 0.9]], intercept_init=[-0.5])
    assert [2, 0] == net.mistakes_
    np.testing.assert_allclose(net.params_["W1"], [[0.3, 0.3]], rtol=1e-6)
    assert [-0.5] == net.params_["b1"].tolist()
    net.params_ = {"W1": np.array([[0.9, 0.9]], np.float32), "b1": np.array([-0.5], np.float32)}
    work = net.work(CORNERS, AND)
    weights = [work.number(f"W1_new#{k}")[0] for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(weights, [[0.9, 0.9], [0.9, 0.3], [0.3, 0.3], [0.3, 0.3]], rtol=1e-6)
    sums = [work.number(f"z1#{k}")[0] + 0.5 for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(sums, [0, 0.9, 0.9, 0.6], rtol=1e-6)
    assert "so many of the 4 samples changed something: 2." in work.to_text(width=200, language="en")


@pytest.mark.parametrize("y", [TWO, WORDS], ids=["one unit", "three units"])
def test_rosenblatts_rule(y):
    """The rule written out in NumPy, over all of the fit's epochs in their order."""
    net = Perceptron(0.3, shuffle=False, max_iter=4).fit(X, y)
    columns = (y[:, None] == (net.classes_ if len(net.classes_) > 2 else net.classes_[1:])).astype(float)
    W, b = np.zeros((columns.shape[1], 3)), np.zeros(columns.shape[1])
    for _ in range(net.n_iter_):
        for x, target in zip(X.astype(np.float32), columns, strict=True):
            e = target - (W @ x + b > 0)
            W, b = W + 0.3 * np.outer(e, x), b + 0.3 * e
    np.testing.assert_allclose(net.params_["W1"], W, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net.params_["b1"], b, rtol=1e-5, atol=1e-6)
    z = X @ W.T + b
    expected = net.classes_[z.argmax(1) if len(net.classes_) > 2 else (z[:, 0] > 0).astype(int)]
    assert expected.tolist() == net.predict(X).tolist()
    np.testing.assert_allclose(net.decision_function(X).reshape(z.shape), z, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("y", [TWO, WORDS], ids=["one unit", "three units"])
def test_what_is_compiled_is_what_is_worked_out(y):
    net = Perceptron(0.3, max_iter=2, random_state=1).fit(X, y)
    repeated = np.tile(np.arange(7), 8)[:50]
    work = net.work(X[repeated], y[repeated])
    samples = {"x": X[repeated].astype(np.float32), "y": net._targets(y[repeated])}
    order = [np.arange(50)]
    run = (step(("W1", "b1")), net.params_, {"eta": 0.3}, samples, iter(order))
    (single,) = go_through(*run)
    with jax.enable_x64(True):
        wide = {name: value.astype(np.float64) for name, value in samples.items()}
        params = {name: value.astype(np.float64) for name, value in net.params_.items()}
        (double,) = go_through(run[0], params, {"eta": 0.3}, wide, iter(order))
        assert np.float64 == double.params["W1"].dtype
    for name in ("W1", "b1"):
        worked = work.updates[name].new
        np.testing.assert_allclose(double.params[name], worked, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(single.params[name], worked, rtol=1e-5, atol=1e-6)
    yhat = [work.number(f"yhat#{k}").tolist() for k in (1, 2, 50)]
    assert yhat == double.decisions["yhat"][[0, 1, 49]].tolist()
    assert not np.array_equal(net.params_["W1"], single.params["W1"])


def test_a_separable_set_ends_without_mistakes():
    inputs, species = load_iris(return_X_y=True)
    net = Perceptron(random_state=0).fit(inputs, species == 0)
    assert 0 == net.mistakes_[-1] < net.mistakes_[0]
    assert len(net.mistakes_) == net.n_iter_ < 200
    assert 150 * net.n_iter_ == net.t_
    assert 1.0 == net.score(inputs, species == 0)
    assert net.separable(inputs, species == 0).separable
    assert not net.separable(inputs, species).separable


def test_ctrl_c_keeps_what_whole_epochs_learned(monkeypatch):
    def broken_off(*given):
        yield next(go_through(*given))
        raise KeyboardInterrupt

    net = Perceptron(random_state=0)
    with monkeypatch.context() as patch:
        patch.setattr(online, "go_through", broken_off)
        with pytest.warns(Interrupted, match="after epoch 1") as told:
            net.fit(X, WORDS)
    assert (1, __file__) == (net.n_iter_, told[0].filename)
    whole = Perceptron(random_state=0).fit(X, WORDS)
    assert (whole.params_["W1"] == net.resume(X, WORDS).params_["W1"]).all()


def test_xor_is_said_to_be_inseparable_and_why(monkeypatch):
    same = r"1/2·\(0, 1\) \+ 1/2·\(1, 0\) and 1/2·\(0, 0\) \+ 1/2·\(1, 1\) are the same point \(0.5, 0.5\)"
    with pytest.warns(ConvergenceWarning, match=rf"in epoch 3.*not linearly separable. {same}"):
        Perceptron(max_iter=3).fit(CORNERS, XOR)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.warns(ConvergenceWarning, match="训练集不是线性可分的"):
        Perceptron(max_iter=3).fit(CORNERS, XOR)


def test_too_few_epochs_for_a_separable_set_are_said():
    with pytest.warns(ConvergenceWarning, match="is linearly separable, so the mistakes will end"):
        Perceptron(max_iter=1).fit(CORNERS, AND)


def test_large_data_are_not_decided_without_being_asked():
    wide = np.tile(CORNERS, (1, 7000))
    with pytest.warns(ConvergenceWarning, match=r"separable\(X, y\) tells"):
        Perceptron(max_iter=1).fit(wide, XOR)


def test_going_on_is_never_having_stopped(tmp_path):
    whole = Perceptron(0.7, max_iter=5, random_state=3).fit(X, WORDS)
    part = Perceptron(0.7, max_iter=2, random_state=3, warm_start=True).fit(X, WORDS)
    part.save(tmp_path / "net.byhand")
    loaded = load(tmp_path / "net.byhand").set_params(max_iter=3).fit(X, WORDS)
    assert (whole.params_["W1"] == loaded.params_["W1"]).all()
    assert whole.mistakes_ == loaded.mistakes_
    assert whole.predict(X).tolist() == loaded.predict(X).tolist()
    loaded.partial_fit(X, WORDS)
    assert 6 == loaded.n_iter_


def test_first_weights_that_do_not_fit():
    with pytest.raises(ValueError, match=r"coef_init has the shape \(2,\).*\(1, 2\)"):
        Perceptron().fit(CORNERS, AND, coef_init=[0.9, 0.9])
    with pytest.raises(CalculationError, match="diverges"):
        Perceptron(1e38).fit(CORNERS * 100, XOR)


@pytest.mark.parametrize(
    "change", [{"b1": np.zeros(2, np.float32)}, {"W1": np.full((3, 3), np.nan, np.float32)}]
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = Perceptron(max_iter=1).fit(X, WORDS)
    net.params_ |= change
    net.save(tmp_path / "net.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        load(tmp_path / "net.byhand")


# Adaline


@pytest.mark.parametrize(("batch_size", "size"), [(1, 1), ("all", 7)])
def test_the_delta_rule(batch_size, size):
    """w ← w + η (y - z) x after each sample, or the mean of it after each epoch, in NumPy."""
    net = Adaline(0.05, batch_size=batch_size, shuffle=False, max_iter=1, random_state=2)
    start = clone(net).partial_fit(X, WORDS, classes=np.unique(WORDS))
    W, b = start.params_["W1"].astype(float), start.params_["b1"].astype(float)
    targets = np.where(WORDS[:, None] == start.classes_, 1.0, -1.0)
    for first in range(0, 7, size):
        x, y = X[first : first + size], targets[first : first + size]
        e = y - (x @ W.T + b)
        W, b = W + 0.05 * e.T @ x / size, b + 0.05 * e.mean(axis=0)
    work = start.work(X[:size], WORDS[:size])
    start.partial_fit(X, WORDS)
    np.testing.assert_allclose(start.params_["W1"], W, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(start.params_["b1"], b, rtol=1e-5, atol=1e-6)
    assert {"sgd"} == {work.run.plan.rule.name}
    if size == 7:
        np.testing.assert_allclose(work.updates["W1"].new, W, rtol=1e-6)
    else:
        np.testing.assert_allclose(
            work.values["L"], 0.5 * np.sum((work.values["y"] - work.values["z1"]) ** 2)
        )


def test_adaline_finds_the_least_squares():
    net = Adaline(0.1, batch_size="all", max_iter=3000, tol=0, random_state=0).fit(X, TWO)
    augmented = np.column_stack([X, np.ones(7)])
    expected, *_ = np.linalg.lstsq(augmented, np.where(TWO == "yes", 1.0, -1.0), rcond=None)
    np.testing.assert_allclose([*net.params_["W1"][0], *net.params_["b1"]], expected, rtol=1e-3, atol=1e-4)
    z = augmented @ expected
    np.testing.assert_allclose(net.decision_function(X), z, rtol=1e-2, atol=1e-3)
    assert np.where(z > 0, "yes", "no").tolist() == net.predict(X).tolist()


def test_the_rate_of_its_own_is_stable_on_unscaled_inputs():
    net = Adaline(random_state=0).fit(X * 300 + 1000, WORDS)
    assert net.loss_curve_[-1] < net.loss_curve_[0]
    longest = np.square((X * 300 + 1000).astype(np.float32)).sum(axis=1).max()
    assert net.learning_rate_ == pytest.approx(0.1 / (1 + longest), rel=1e-5)


# Logistic regression


@pytest.mark.parametrize("y", [TWO, WORDS], ids=["sigmoid", "softmax"])
def test_logistic_regression_is_scikit_learns(y):
    """J = mean loss + λ/2 · ΣW² is scikit-learn's with C = 1/(λ n)."""
    net = LogisticRegression(
        rule="sgd", learning_rate=0.5, alpha=0.1, max_iter=2000, tol=0, random_state=0
    ).fit(X, y)
    reference = Reference(C=1 / (0.1 * 7), tol=1e-10, max_iter=5000).fit(X, y)
    np.testing.assert_allclose(net.params_["W1"], reference.coef_, rtol=2e-3, atol=2e-4)
    np.testing.assert_allclose(net.predict_proba(X), reference.predict_proba(X), rtol=2e-3)
    assert ["W1", "b1"] == list(net.params_)
    names = ["z1", "yhat", "L"]
    assert names == [name for name in net.work(X[:1], y[:1]).values if name in names]


def test_several_labels_are_refused():
    with pytest.raises(ValueError, match="1d array"):
        LogisticRegression().fit(X, np.array([[0, 1]] * 6 + [[1, 1]]))


@pytest.mark.parametrize(
    "net", [Adaline(max_iter=3, random_state=0), LogisticRegression(max_iter=3, random_state=0)]
)
def test_the_one_layer_networks_are_saved(net, tmp_path):
    fitted = clone(net).fit(X, TWO)
    fitted.save(tmp_path / "net.byhand")
    loaded = load(tmp_path / "net.byhand")
    assert fitted.predict(X).tolist() == loaded.predict(X).tolist()
    again = [one.partial_fit(X, TWO).params_["W1"].tolist() for one in (fitted, loaded)]
    assert again[0] == again[1]


def test_mnist():
    if not MNIST.is_dir():
        pytest.skip("MNIST is not beside the checkout")
    images, digits = (
        pixels("train-images-idx3", 16).reshape(-1, 784) / np.float32(255),
        pixels("train-labels-idx1", 8),
    )
    net = LogisticRegression(learning_rate=0.001, max_iter=15, random_state=0).fit(images, digits)
    unseen = pixels("t10k-images-idx3", 16).reshape(-1, 784) / np.float32(255)
    assert 1 - net.score(unseen, pixels("t10k-labels-idx1", 8)) < 0.078


def pixels(name, header):
    return np.frombuffer(gzip.decompress((MNIST / f"{name}-ubyte.gz").read_bytes()), np.uint8, offset=header)
