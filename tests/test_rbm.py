"""The restricted Boltzmann machine: what is compiled, worked out, told and checked; its likelihood."""

from itertools import product
from statistics import NormalDist

import jax
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import byhand
from byhand.data import bars_and_stripes
from byhand.equations.contrastive import RBM as Settings
from byhand.equations.contrastive import drawn, learned
from byhand.equations.step import posed
from byhand.errors import ProblemError
from byhand.networks import RBM, Checkpoint
from byhand.networks.energy_based import likelihood
from byhand.networks.fits.interrupts import Interrupted
from byhand.networks.tasks.saving import load
from byhand.train import contrastive

HIDDEN, VISIBLE, CHAINS = 3, 5, 4
RATES = {"learning_rate": 0.3, "momentum": 0.7, "weight_decay": 0.05}
WAYS = {
    "CD-1": {},
    "CD-3": {"k": 3},
    "PCD": {"persistent": True},
    "PCD-2, momentum, decay": {"k": 2, "persistent": True, **RATES},
    "means for visible units": {"sample_visible": False},
    "states": {"positive": "states", "negative": "states"},
    "PCD, states": {"persistent": True, "positive": "states", "negative": "states"},
    "gaussian": {"visible": "gaussian", "momentum": 0.7},
    "gaussian, PCD-2": {"visible": "gaussian", "k": 2, "persistent": True},
}
rng = np.random.default_rng(7)
X = rng.random((9, VISIBLE)).round(1)


def beginning(kind, chains=CHAINS):
    """A machine in the midst of its training."""
    random = np.random.default_rng(3)
    shapes = {"W": (HIDDEN, VISIBLE), "b": (VISIBLE,), "c": (HIDDEN,)}
    shapes |= {f"m{name}": shape for name, shape in shapes.items()}
    params = {name: random.normal(size=shape) for name, shape in shapes.items()}
    params["h"] = (random.random((chains, HIDDEN)) < 0.5) * 1.0
    return {name: params[name] for name in learned(kind)}


def numbers(kind, rows, chains=CHAINS):
    """The random numbers of a step by name, as many as are needed."""
    random, width = np.random.default_rng(5), {"hidden": HIDDEN, "visible": VISIBLE}
    count = {name: chains if kind.persistent and name != "u_h0" else rows for name in drawn(kind)}
    return {
        name: (random.normal if name[0] == "n" else random.uniform)(size=(count[name], width[units]))
        for name, units in drawn(kind).items()
    }


def as_float32(arrays):
    return {name: np.asarray(value, np.float32) for name, value in arrays.items()}


# The rule


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def contrasted(way, params, V, drawings):
    """Contrastive divergence (Hinton 2002), with chains that persist (Tieleman 2008), written out."""
    W, b, c, take = params["W"], params["b"], params["c"], iter(drawings.values())
    gaussian, persistent = way.visible == "gaussian", way.persistent

    def on(p):
        return (next(take) < p) * 1.0

    p0 = sigmoid(V @ W.T + c)
    h0 = on(p0) if not persistent or way.positive == "states" else None
    h = params["h"] if persistent else h0
    for t in range(1, way.k + 1):
        v = h @ W + b if gaussian else sigmoid(h @ W + b)
        if way.sample_visible:
            v = v + next(take) if gaussian else on(v)
        p = sigmoid(v @ W.T + c)
        h = on(p) if t < way.k or persistent or way.negative == "states" else None
    data, model = (h0 if way.positive == "states" else p0), (h if way.negative == "states" else p)
    changes = {
        "W": data.T @ V / len(V) - model.T @ v / len(v) - way.weight_decay * W,
        "b": V.mean(axis=0) - v.mean(axis=0),
        "c": data.mean(axis=0) - model.mean(axis=0),
    }
    found = {"h": h} if persistent else {}
    for name, change in changes.items():
        change = way.learning_rate * change
        if way.momentum:
            change = found[f"m{name}"] = way.momentum * params[f"m{name}"] + change
        found[name] = params[name] + change
    return found


@pytest.mark.parametrize("name", WAYS)
def test_the_rule_is_that_of_the_papers(name):
    """As worked out, and as compiled in either precision; a chain need not have a row for each sample."""
    way = Settings(**WAYS[name])
    kind = way.kind()
    params, drawings = beginning(kind), numbers(kind, len(X))
    expected = contrasted(way, params, X, drawings)
    assert learned(kind) == (*sorted(expected, key=learned(kind).index),)
    samples = {"v0": X, **drawings}
    work = byhand.work(posed(way.step(params, samples), params, samples))
    compiled = jax.jit(contrastive.step(kind))
    with jax.enable_x64(True):
        double, states = compiled(params, {"v0": X}, way.letters(), drawings)
    single, _ = compiled(as_float32(params), as_float32({"v0": X}), way.letters(), as_float32(drawings))
    for name, value in expected.items():
        np.testing.assert_allclose(work.updates[name].new, value, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(double[name], value, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(single[name], value, rtol=1e-5, atol=1e-6)
    for name, value in states.items():
        np.testing.assert_allclose(value, work.values[name.partition("_")[2]], rtol=1e-12)


@pytest.mark.parametrize("name", ["CD-1", "PCD-2, momentum, decay", "gaussian, PCD-2"])
def test_an_epoch_is_its_batches_one_after_the_other(name, monkeypatch):
    """Two whole batches and what is left, some at a time; the numbers drawn are those of the seed."""
    way = Settings(**WAYS[name])
    kind, params, order = way.kind(), beginning(way.kind()), np.array([3, 0, 8, 1, 7, 2, 5, 6, 4])
    monkeypatch.setattr(contrastive, "steps_together", lambda work: 1)
    start = as_float32(params), X.astype(np.float32), way.letters(), 4
    reached = list(contrastive.go_through(kind, *start, iter([order]), seed=11, start=2))
    assert [False, False, True] == [one.whole for one in reached]
    bits, expected = contrastive.generator(11, 2), params
    for batch in (order[:4], order[4:8], order[8:]):
        drawings = contrastive.split(kind, contrastive.draw(bits, (4, width(kind))), (HIDDEN, VISIBLE))
        rows = {
            n: v[: len(batch) if n == "u_h0" or not kind.persistent else CHAINS] for n, v in drawings.items()
        }
        expected = contrasted(way, expected, X[batch], as_float64(rows))
    for name, value in expected.items():
        np.testing.assert_allclose(reached[-1].params[name], value, rtol=1e-5, atol=1e-5)


def width(kind):
    return sum({"hidden": HIDDEN, "visible": VISIBLE}[units] for units in drawn(kind).values())


def as_float64(arrays):
    return {name: np.asarray(value, float) for name, value in arrays.items()}


def test_random_numbers_are_in_the_middle_of_equal_parts_and_normal_ones_their_quantiles():
    kind, bits = (
        Settings(visible="gaussian").kind(),
        np.array([[0, 1, 65535, 32768, 0, 65535, 49152, 7]], np.uint16),
    )
    found = contrastive.split(kind, bits, (HIDDEN, VISIBLE))
    assert [[0.5 / 65536, 1.5 / 65536, 1 - 0.5 / 65536]] == found["u_h0"].tolist()
    quantiles = [NormalDist().inv_cdf((number + 0.5) / 65536) for number in bits[0, HIDDEN:].tolist()]
    np.testing.assert_allclose(found["n_v1"][0], quantiles, rtol=1e-6)
    many = contrastive.draw(contrastive.generator(0, 0), (300, 1000)).astype(float)
    assert (0, 65535) == (many.min(), many.max())
    assert many.mean() == pytest.approx(32767.5, abs=3 * 18918 / 548)


# The estimator

SMALL = {"units": HIDDEN, "batch_size": CHAINS, "max_iter": 2, "random_state": 1, "shuffle": False}


def made(name, **settings):
    return RBM(**{**SMALL, **WAYS[name], **settings})


@pytest.mark.parametrize("name", WAYS)
def test_the_next_step_of_a_fit_is_the_worked_step(name):
    net = made(name).fit(X)
    work = net.work(X[:CHAINS])
    net.partial_fit(X[:CHAINS])
    assert (3, 7) == (net.n_iter_, net.t_)  # two epochs of two whole batches and one sample; and one batch
    learns = {**net.params_, **net.velocities_, **({} if net.chain_ is None else {"h": net.chain_})}
    assert work.updates.keys() == learns.keys()
    for key, value in learns.items():
        np.testing.assert_allclose(value, work.updates[key].new, rtol=1e-5, atol=1e-6)


def test_one_sample_is_told_with_vectors_and_its_numbers():
    net = made("PCD", batch_size=1).fit(X)
    work = net.work(X[:1])
    net.partial_fit(X[:1])
    np.testing.assert_allclose(net.chain_[0], work.updates["h"].new)
    np.testing.assert_allclose(net.params_["W"], work.updates["W"].new, rtol=1e-5, atol=1e-6)
    for language, words in (
        ("en", ["Step 1 of the chain", "h1 = (u_h1 < ph1)", "numbers drawn evenly between 0 and 1"]),
        ("zh", ["链的第 1 步", "h1 = (u_h1 < ph1)", "正相", "各隐藏单元取 1 的概率"]),
    ):
        told = work.to_text(language=language, width=200)
        assert all(word in told for word in words)


def test_inputs_outside_0_to_1_are_brought_there_and_cut_off():
    wide = X * 8 - 3
    wide[:, 2] = 5
    net = made("CD-1").fit(wide)
    low, high = wide.min(axis=0), wide.max(axis=0)
    between = (wide - low) / np.where(high > low, high - low, 1)
    np.testing.assert_allclose(net.transform(wide), made("CD-1").fit(between).transform(between), rtol=1e-5)
    far = np.where(np.arange(VISIBLE) % 2, 1e6, -1e6)
    np.testing.assert_array_equal(net.transform([far]), net.transform([np.clip(far, low, high)]))
    assert made("CD-1").fit(X).limits_ is None
    with pytest.raises(ProblemError, match="scale=True"):
        made("CD-1", scale=False).fit(wide)


@pytest.mark.parametrize(
    ("how", "then"),
    [
        ("CD-1", {"units": 4}),
        ("PCD", {"batch_size": 3}),
        ("CD-1", {"persistent": True}),
        ("CD-1", {"momentum": 0.5}),
    ],
)
def test_a_machine_of_other_settings_is_not_trained_on(how, then):
    net = made(how, warm_start=True).fit(X)
    with pytest.raises(ProblemError, match="has 3 hidden units"):
        net.set_params(**then).fit(X)


@pytest.mark.parametrize("name", ["CD-3", "PCD-2, momentum, decay"])
def test_going_on_is_never_having_stopped(name, tmp_path):
    how = {"max_iter": 6, "shuffle": True, "batch_size": 4}
    never = made(name, **how).fit(X)
    checkpoint = Checkpoint(tmp_path / "net.byhand")
    made(name, **how).fit(X, callbacks=[checkpoint, lambda report: report.epoch == 2])
    stopped = load(tmp_path / "net.byhand")
    assert 2 == stopped.n_iter_
    resumed = stopped.resume(X)
    for key, value in never._all_params().items():
        assert value.tobytes() == resumed._all_params()[key].tobytes()
    assert never.pseudo_likelihoods_ == resumed.pseudo_likelihoods_


def test_ctrl_c_in_the_midst_of_an_epoch_leaves_the_machine_of_the_last_one(monkeypatch):
    monkeypatch.setattr(contrastive, "steps_together", lambda work: 1)
    net, whole = made("PCD", max_iter=5), made("PCD", max_iter=2).fit(X)
    go_through = contrastive.go_through

    def broken_off(*arguments):
        for k, reached in enumerate(go_through(*arguments)):
            if k == 7:  # of three parts an epoch
                raise KeyboardInterrupt
            yield reached

    with monkeypatch.context() as patch:
        patch.setattr(contrastive, "go_through", broken_off)
        with pytest.warns(Interrupted, match="after epoch 2"):
            net.fit(X)
    assert whole.params_["W"].tobytes() == net.params_["W"].tobytes()
    assert made("PCD", max_iter=5).fit(X).params_["W"].tobytes() == net.resume(X).params_["W"].tobytes()


def test_bars_and_stripes():
    """At best each of the 14 patterns has the probability 1/14; the study has more steps, and five seeds."""
    patterns = bars_and_stripes().X
    X = np.tile(patterns, (500, 1))
    net = RBM(20, k=50, batch_size=140, learning_rate=1.0, max_iter=30, random_state=0).fit(X)
    net.set_params(learning_rate=0.1, max_iter=20, warm_start=True).fit(X)
    assert net.log_likelihood(patterns).value >= -1.01 * np.log(14)


def test_a_pipeline_with_a_classifier_and_a_search():
    digits, classes = load_digits(return_X_y=True)
    pipe = make_pipeline(
        RBM(60, learning_rate=0.06, max_iter=5, random_state=0), LogisticRegression(max_iter=200)
    )
    search = GridSearchCV(pipe, {"rbm__units": [2, 60]}, cv=2).fit(digits[:300] / 16, classes[:300])
    assert {"rbm__units": 60} == search.best_params_
    assert ["rbm0", "rbm1"] == RBM(2, max_iter=1).fit(X).get_feature_names_out().tolist()


# Probabilities


def machine(units=HIDDEN, visible=VISIBLE, gaussian=False, size=1.0):
    """A machine of drawn weights."""
    random = np.random.default_rng(8)
    net = RBM(units, visible="gaussian" if gaussian else "binary", max_iter=1, random_state=0).fit(
        np.eye(visible)
    )
    net.params_ = {
        name: (size * random.normal(size=value.shape)).astype(np.float32)
        for name, value in net.params_.items()
    }
    return net


def states(units):
    return np.array(list(product((0.0, 1.0), repeat=units)))


def energies(net, V, H):
    """E of every pair of a visible state (row) and a hidden one (column)."""
    W, b, c = (net.params_[name].astype(float) for name in "Wbc")
    alone = ((V - b) ** 2).sum(axis=1) / 2 if net.visible == "gaussian" else -V @ b
    return alone[:, None] - H @ c - V @ W.T @ H.T


@pytest.mark.parametrize(("units", "visible"), [(3, 5), (6, 4)])
def test_likelihoods_by_their_definitions(units, visible):
    net = machine(units, visible)
    V, H = states(visible), states(units)
    weight = np.exp(-energies(net, V, H))
    z, own = weight.sum(), weight.sum(axis=1)
    partition = net.log_partition()
    assert partition.exact
    assert np.log(z) == pytest.approx(partition.value, rel=1e-12) == partition.low
    np.testing.assert_allclose(net.free_energy(V), -np.log(own), rtol=1e-12)
    assert np.log(own / z)[:7].mean() == pytest.approx(net.log_likelihood(V[:7]).value, rel=1e-12)
    on = weight @ H / own[:, None]
    np.testing.assert_allclose(net.transform(V), on, rtol=1e-6)
    place = {tuple(row): k for k, row in enumerate(V.tolist())}
    flips = np.array(
        [[own[place[tuple(np.where(np.arange(visible) == i, 1 - v, v))]] for i in range(visible)] for v in V]
    )
    alone = np.log(own[:, None] / (own[:, None] + flips))
    np.testing.assert_allclose(net.score_samples(V), alone.sum(axis=1), rtol=1e-10)
    bits = np.arange(len(V)) % visible
    some = visible * alone[np.arange(len(V)), bits].mean()
    assert some == pytest.approx(net.pseudo_likelihood(V, bits), rel=1e-10)


def test_a_gaussian_density_adds_up_to_1():
    net = machine(4, 2, gaussian=True)
    along = np.linspace(-14, 14, 561)
    plane = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    density = np.exp(-net.free_energy(plane) - net.log_partition().value)
    assert 1 == pytest.approx(density.sum() * 0.05**2, rel=1e-6)
    np.testing.assert_array_equal(net.score_samples(X[:, :2]), -net.free_energy(X[:, :2]))
    with pytest.raises(ProblemError, match="no bits"):
        net.pseudo_likelihood(X[:, :2])


@pytest.mark.parametrize("gaussian", [False, True])
@pytest.mark.parametrize("with_samples", [False, True])
def test_annealed_importance_sampling_comes_near_the_exact_number(gaussian, with_samples, monkeypatch):
    """Salakhutdinov & Murray 2008: unbiased in Z, with a spread that holds it."""
    net = machine(12, 10, gaussian=gaussian, size=0.5)
    inputs = np.random.default_rng(1).random((50, 10)) if with_samples else None
    exact = net.log_partition().value
    monkeypatch.setattr(likelihood, "MOST_UNITS", 5)
    drawn = [net.log_partition(inputs, chains=200, temperatures=300, random_state=seed) for seed in range(5)]
    assert not any(one.exact for one in drawn)
    assert sum(one.low <= exact <= one.high for one in drawn) >= 4
    assert exact == pytest.approx(np.mean([one.value for one in drawn]), abs=0.05)
    few = net.log_partition(inputs, chains=200, temperatures=3, random_state=0)
    assert few.high - few.low > 3 * (drawn[0].high - drawn[0].low)


def test_likelihoods_of_a_machine_too_large_to_count(monkeypatch):
    net = machine(12, 10, size=0.5)
    exact, seen = net.log_likelihood(np.eye(10)), net.free_energy(np.eye(10)).mean()
    monkeypatch.setattr(likelihood, "MOST_UNITS", 5)
    drawn, z = net.log_likelihood(np.eye(10)), net.log_partition(np.eye(10))
    assert drawn.low < exact.value < drawn.high
    assert (-seen - z.high, -seen - z.low) == pytest.approx((drawn.low, drawn.high))
    assert "log_likelihood" not in net.errors(np.eye(10))


def test_chains_come_to_the_machine_s_own_distribution():
    net = machine(3, 4, size=0.7)
    own = np.exp(-net.free_energy(states(4)) - net.log_partition().value)
    for chains in (net.sample(4000, steps=30), net.gibbs(np.zeros((4000, 4)), steps=30, random_state=3)):
        numbers = (chains @ [8, 4, 2, 1]).astype(int)
        found = np.bincount(numbers, minlength=16) / 4000
        assert (np.abs(found - own) < 4.5 * np.sqrt(own * (1 - own) / 4000)).all()
    assert net.sample(3, random_state=1).tolist() == net.sample(3, random_state=1).tolist()
    gaussian = machine(3, 2, gaussian=True, size=0.4)
    field = states(3) @ gaussian.params_["W"]
    b = gaussian.params_["b"]
    share = np.exp(-energies(gaussian, b[None], states(3))[0] + (field**2).sum(axis=1) / 2)
    mean = b + share @ field / share.sum()
    assert mean == pytest.approx(gaussian.sample(4000, steps=30).mean(axis=0), abs=0.1)
