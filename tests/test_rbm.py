"""The restricted Boltzmann machine: what is compiled, worked out, told and checked; its likelihood."""

from statistics import NormalDist

import jax
import numpy as np
import pytest

import byhand
from byhand.equations.contrastive import RBM as Settings
from byhand.equations.contrastive import drawn, learned
from byhand.equations.step import posed
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
    with jax.enable_x64(True):
        double, states = contrastive.step(kind)(params, {"v0": X}, way.letters(), drawings)
    single, _ = contrastive.step(kind)(
        as_float32(params), as_float32({"v0": X}), way.letters(), as_float32(drawings)
    )
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
