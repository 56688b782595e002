"""Schedules of the rate, clipping and accumulation: against Optax, worked out, resumed, refused."""

import warnings

import jax
import numpy as np
import optax
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.errors import DataError, ProblemError
from byhand.networks import (
    Checkpoint,
    DBNClassifier,
    ElmanRegressor,
    LogisticRegression,
    MLPClassifier,
    MLPRegressor,
)
from byhand.networks.fits.descending import prepare, standing
from byhand.rules import SCHEDULES
from byhand.train.batches import batches
from byhand.train.descent import Step, compiled, descend
from byhand.train.pacing import paced, shortened

rng = np.random.default_rng(12)
X = rng.uniform(0.1, 0.9, (11, 4)).astype(np.float32)
AMOUNTS = X @ [[1.0, 0.5], [-2.0, 0.1], [0.5, 0.9], [0.3, -0.8]] + 0.3
WORDS = np.array(["low", "mid", "top"])[np.argsort(np.argsort(X[:, 0] - X[:, 1])) // 4]
HOW = {"max_iter": 4, "random_state": 3, "tol": 0.0}
STEPS, RATE = 50, 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# The rate

OPTAX = {
    "constant": lambda updates: optax.constant_schedule(RATE),
    "linear": lambda updates: optax.linear_schedule(RATE, 0.1 * RATE, updates),
    "cosine": lambda updates: optax.cosine_decay_schedule(RATE, updates, 0.1),
    "exponential": lambda updates: optax.exponential_decay(RATE, 7, 0.6),
    "step": lambda updates: optax.exponential_decay(RATE, 7, 0.6, staircase=True),
}
OWN = {
    **{name: {"updates": 40.0, "end": 0.1} for name in ("linear", "cosine")},
    **{name: {"drop": 0.6, "every": 7.0} for name in ("exponential", "step")},
}


@pytest.mark.parametrize(
    ("name", "warmup"), [*((name, 0) for name in SCHEDULES), ("cosine", 5), ("constant", 5)]
)
def test_the_rate_of_each_of_50_updates_is_optax_s(name, warmup):
    theirs = OPTAX[name](40 - warmup)
    if warmup:
        rising = optax.linear_schedule(RATE / warmup, RATE, warmup - 1)
        theirs = optax.join_schedules([rising, theirs], [warmup])
    own = {"rate": RATE, **OWN.get(name, {}), **({"warmup": float(warmup)} if warmup else {})}
    with jax.enable_x64(True):
        rates = [float(paced(name, own, k)["rate"]) for k in range(STEPS)]
        np.testing.assert_allclose(rates, [float(theirs(k)) for k in range(STEPS)], rtol=1e-6)
    problem = {"problem": "L = w", "given": {"w": 0.0}, "minimise": "L", "rate": RATE, "steps": STEPS}
    settings = {**OWN.get(name, {}), **({"warmup": warmup} if warmup else {})}
    starts = byhand.work({**problem, "schedule": name, "schedule_settings": settings}).run.starts
    np.testing.assert_allclose(-np.diff([start["w"] for start in starts]), rates, rtol=1e-12)


# Clipping


@pytest.mark.parametrize("limit", [0.5, 50.0])
def test_gradients_are_shortened_as_optax_shortens_them(limit):
    gradients = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=3)}
    with jax.enable_x64(True):
        ours = shortened(gradients, limit)
        theirs, _ = optax.clip_by_global_norm(limit).update(gradients, optax.EmptyState())
        for name, value in theirs.items():
            np.testing.assert_allclose(ours[name], value, rtol=1e-14)


# Compiled and worked out

LEFT = {"end": 0.25}
PACED = {
    "linear": MLPRegressor(
        (3,),
        "tanh",
        rule="momentum",
        schedule="linear",
        schedule_settings=LEFT,
        clip_norm=0.3,
        alpha=0.1,
        **HOW,
    ),
    "cosine": LogisticRegression(
        schedule="cosine", schedule_settings={"warmup": 0.25, "end": 0.1}, accumulate=2, **HOW
    ),
    "fine-tuning": DBNClassifier(
        (3,), schedule="linear", schedule_settings=LEFT, clip_norm=0.1, pretraining_epochs=1, **HOW
    ),
}


def targets(net):
    return AMOUNTS if isinstance(net, MLPRegressor) else WORDS


@pytest.mark.parametrize("name", PACED)
def test_one_compiled_step_is_one_worked_step(name):
    net = clone(PACED[name]).set_params(batch_size=6, shuffle=False).fit(X, targets(PACED[name]))
    batch = X[:6], targets(net)[:6]
    work, epoch = net.work(*batch), in_double(net, *batch)
    rate = work.run.plan.settings["rate"]
    one = next(iter(work.updates.values())).working
    assert "clip_norm" not in net._pace() or one["factor_new"] < 1
    assert net.schedule != "linear" or one["eta_new"] == pytest.approx(0.25 * rate)
    for key, update in work.updates.items():
        np.testing.assert_allclose(epoch.params[key], update.new, rtol=1e-12, atol=1e-14)


def in_double(net, X, y, weight=None, **how):
    """The next epoch in float64, by the same compiled function."""
    samples = net._prepared(X, y, weight, first=False, declare=False)
    descent, columns, weights = prepare(net, *samples[:3])
    start = standing(net)
    start = start._replace(params=widened(start.params), kept=widened(start.kept))
    order = iter([np.arange(len(weights))])
    with jax.enable_x64(True):
        found = descend(descent._replace(**how), start, widened(columns), widened(weights), order)
        return jax.tree.map(np.asarray, list(found)[-1])


def widened(tree):
    return jax.tree.map(lambda value: np.asarray(value, np.float64), tree)


def test_every_update_of_a_stream_has_its_own_rate():
    """Two updates a batch; with the second nothing is left of the rate, as if there were only the first."""
    series = rng.normal(size=(1, 4, 1)).astype(np.float32)
    net = ElmanRegressor(2, truncation=2, online=True, return_sequences=True, rule="sgd", **HOW)
    net.fit(series, series)
    net.set_params(schedule="step", schedule_settings={"every": net.t_ + 1, "drop": 1e-15})
    both, first = (in_double(net, part, part) for part in (series, series[:, :2]))
    steady = in_double(net, series, series, schedule="constant")
    assert (2, 1) == (both.turn - net.t_, first.turn - net.t_)
    for key, value in first.params.items():
        np.testing.assert_allclose(both.params[key], value, rtol=1e-12, err_msg=key)
        assert np.abs(steady.params[key] - value).max() > 1e-6


# A batch in parts


@pytest.mark.parametrize("parts", [3, 16])
def test_a_batch_in_parts_gives_the_same_step_as_the_whole_batch(parts):
    """With a last batch that is shorter, weights of samples, a penalty, and values left out."""
    net = MLPRegressor((5,), "tanh", batch_size=8, alpha=0.1, dropout=0.3, rule="nesterov", **HOW)
    weight = rng.uniform(0.5, 2, len(X))
    net.fit(X, AMOUNTS, weight)
    whole, parted = (in_double(net, X, AMOUNTS, weight, accumulate=count) for count in (1, parts))
    np.testing.assert_allclose(whole.loss, parted.loss, rtol=1e-12)
    for key, value in whole.params.items():
        np.testing.assert_allclose(parted.params[key], value, rtol=1e-12, atol=1e-14)


def test_a_batch_in_parts_needs_less_memory():
    net = MLPRegressor((64,), "tanh", max_iter=1, random_state=0)
    many = np.tile(X, (50, 1)), np.tile(AMOUNTS, (50, 1))
    net.fit(*many)
    descent, columns, weight = prepare(net.set_params(batch_size=512), *many, np.ones(550, np.float32))
    index, share, _ = batches(np.arange(550), weight, 512)
    room = []
    for parts in (1, 8):
        run = compiled(Step(descent.objective, "sgd", accumulate=parts), quick=True)
        made = run.lower(net.params_, {}, 0, columns, index, share, {"rate": 0.1}, 0.0).compile()
        room.append(made.memory_analysis().temp_size_in_bytes)
    assert room[1] < room[0] / 4


# Stopping and going on


@pytest.mark.parametrize("name", ["cosine", "fine-tuning"])
def test_a_fit_that_was_stopped_goes_on_at_its_rate(tmp_path, name):
    y, path = targets(PACED[name]), tmp_path / "net.byhand"
    never = clone(PACED[name]).set_params(batch_size=4).fit(X, y)
    stopping = [Checkpoint(path), lambda report: report.epoch == 2]
    clone(PACED[name]).set_params(batch_size=4).fit(X, y, callbacks=stopping)
    resumed = byhand.load(path).resume(X, y)
    assert never.updates_ == resumed.updates_ == resumed.t_
    assert 4 == len(resumed.rate_curve_)
    assert never.rate_curve_ == resumed.rate_curve_
    assert all(never.params_[key].tobytes() == value.tobytes() for key, value in resumed.params_.items())
    with pytest.raises(DataError, match="max_iter"):
        byhand.load(path).set_params(max_iter=9).resume(X, y)


def test_several_starts_have_the_rates_that_each_would_have_alone():
    net = clone(PACED["linear"]).set_params(batch_size=4)
    several = clone(net).set_params(restarts=2).fit(X, AMOUNTS)
    assert net.fit(X, AMOUNTS).loss_ == pytest.approx(several.restart_losses_[0], rel=1e-4)


# Told


def test_progress_says_the_rate_where_it_changes(capsys):
    reports = []
    net = clone(PACED["linear"]).set_params(verbose=True, learning_rate=0.1, batch_size=11)
    net.fit(X, AMOUNTS, callbacks=[reports.append])
    steady = clone(net).set_params(schedule="constant", schedule_settings=None)
    steady.fit(X, AMOUNTS, callbacks=[reports.append])
    rates = [0.1 * (1 - 0.75 * k / 4) for k in range(4)]
    assert rates == pytest.approx([report.rate for report in reports[:4]])
    assert [None] * 4 == [report.rate for report in reports[4:]]
    told = capsys.readouterr().err.splitlines()
    assert [k < 4 for k in range(8)] == [("rate" in line or "学习率" in line) for line in told]


def test_a_paced_step_is_told_once_for_all_weights_and_asked_about():
    net = clone(PACED["linear"]).fit(X, AMOUNTS)
    work = net.work(X[:1], AMOUNTS[:1])
    text = work.to_text(language="en")
    for line in ("way = min(1, (t − 1)/updates)", "η_t = η·(1 − (1 − end)·way)", "norm = √(‖∂J/∂W1‖²"):
        assert 1 == text.count(line)
    assert "factor = clip_norm/max(norm, clip_norm)" in text
    assert "clipped_W1 = ∂J/∂W1 · factor" in text
    why = net.why("W1[0,2]_new", X[0], AMOUNTS[0])
    assert why.value == pytest.approx(work.updates["W1"].new[0, 2], rel=1e-14)
    assert "clipped_W1[0, 2]" in why.to_text(language="en")
    lines = {}
    exec(work.to_python(), lines)  # noqa: S102
    np.testing.assert_allclose(lines["W1"], work.updates["W1"].new, rtol=1e-12)


def test_a_sheet_with_a_clipped_step_is_checked():
    problem = {
        **{"problem": "z = w*x + b\nL = (y - z)^2", "given": {"x": 3, "y": 1, "w": 0.5, "b": 0.2}},
        **{"learn": ["w", "b"], "minimise": "L", "rate": 0.1, "clip_norm": 1},
    }
    new = byhand.work(problem).updates["w"].new
    assert 0.5 - 0.1 * 4.2 / np.hypot(4.2, 1.4) == pytest.approx(new)
    assert "right" == byhand.check({**problem, "claims": {"w_new": f"{new:.5f}"}}).verdict
    assert "wrong" == byhand.check({**problem, "claims": {"w_new": "0.08000"}}).verdict


# Refused


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"schedule": "linear", "schedule_settings": {"update": 5}}, "no setting “update”"),
        ({"schedule": "linear", "schedule_settings": {"updates": 5, "warmup": 5}}, "rise for 5 of 5 updates"),
        ({"schedule": "step", "schedule_settings": {"drop": 0}}, "schedule_settings.drop is 0"),
        ({"schedule_settings": {"warmup": 0.1}}, "schedule_settings.warmup is 0.1"),
        ({"schedule": "sawtooth"}, "schedule"),
        ({"clip_norm": 0.0}, "clip_norm"),
        ({"accumulate": 0}, "accumulate"),
        ({"schedule": "cosine", "strategy": "annealing"}, "a schedule, clip_norm"),
    ],
)
def test_what_cannot_be_done_is_said(settings, words):
    with pytest.raises(ValueError, match=words):
        MLPClassifier((2,), max_iter=1, **settings).fit(X, WORDS)


def test_a_schedule_that_leads_to_an_end_needs_to_know_it():
    with pytest.raises(DataError, match=r"schedule_settings\.updates"):
        MLPClassifier((2,), schedule="linear").partial_fit(X, WORDS, classes=np.unique(WORDS))
    problem = {"problem": "L = w^2", "given": {"w": 1}, "minimise": "L", "rate": 0.1}
    with pytest.raises(ProblemError, match=r"schedule_settings\.updates"):
        byhand.work({**problem, "schedule": "linear"})
    with pytest.raises(ProblemError, match="constant, linear, cosine"):
        byhand.work({**problem, "schedule": "sawtooth"})
