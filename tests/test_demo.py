"""The main job: what it tells is what the engine worked out, and how good it is on houses it has not seen."""

import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from rich.cells import cell_len

from byhand import demo
from byhand.data import houses
from byhand.demo.learning import divided, inputs_of, learn
from byhand.demo.measuring import Errors, average, errors, linear_prices
from byhand.demo.scores import NEXT, verdict
from byhand.lesson.numbers import printed
from byhand.lesson.sentences import Speaker
from byhand.views.text_math import math_text

AMES = houses()


def told(language, width=80, progress=None):
    parts = []
    trials = demo.run(language, parts.append, width, progress)
    return "".join(parts), trials


@pytest.fixture(scope="module")
def progress():
    """Every call that reports progress, filled by the English demo."""
    return []


@pytest.fixture(scope="module")
def english(progress):
    return told("en", progress=lambda done, whole: progress.append((done, whole)))


@pytest.fixture(scope="module")
def chinese():
    return told("zh")


def shown(value, digits=4):
    return math_text(printed(value, digits)[0])


def test_the_network_beats_both_simple_ways(english):
    measured = [errors(AMES, trial) for trial in english[1]]
    assert 5 == len(measured)
    mean, linear, network = average(measured)
    assert network <= 0.65 * mean
    assert network <= 1.02 * linear


def test_the_errors_are_those_of_the_learned_weights(english):
    trial = english[1][3]
    split, weights = trial.split, trial.work.run.starts[-1]
    price, known = AMES.price, split.training
    X, target = inputs_of(AMES, split, split.held_out), price[split.held_out]
    H = 1 / (1 + np.exp(-(X @ weights["W1"] + weights["b1"])))
    guess = (H @ weights["w2"] + weights["b2"]) * price[known].std() + price[known].mean()
    A = np.c_[inputs_of(AMES, split, known), np.ones(len(known))]
    plane = np.linalg.solve(A.T @ A, A.T @ price[known])
    expected = Errors(
        mean=np.mean(np.abs(target - price[known].mean())),
        linear=np.mean(np.abs(target - np.c_[X, np.ones(len(X))] @ plane)),
        network=np.mean(np.abs(target - guess)),
    )
    assert expected == pytest.approx(errors(AMES, trial), rel=1e-9)


def test_the_gradients_of_the_first_step_are_right(english):
    """By central differences of the loss written with NumPy alone."""
    first, given = english[1][0].work.run.first, english[1][0].work.run.given

    def loss(name, change):
        v = {**given, name: given[name] + change}
        H = 1 / (1 + np.exp(-(v["X"] @ v["W1"] + v["b1"])))
        return np.mean((H @ v["w2"] + v["b2"] - v["y"]) ** 2)

    for name in ("W1", "b1", "w2", "b2"):
        found = np.zeros(np.shape(given[name]))
        for at in np.ndindex(found.shape):
            step = np.zeros(found.shape)
            step[at] = 1e-5
            found[at] = (loss(name, step) - loss(name, -step)) / 2e-5
        assert found == pytest.approx(np.asarray(first.gradients[name]), rel=1e-6, abs=1e-9)
        assert np.asarray(given[name] - 0.2 * found) == pytest.approx(
            first.updates[name].new, rel=1e-6, abs=1e-9
        )


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_the_text_holds_the_numbers_of_the_engine(language, request):
    text, trials = request.getfixturevalue(language)
    run = trials[0].work.run
    for name, update in run.first.updates.items():
        for value in (*np.ravel(run.first.gradients[name]), *np.ravel(update.new)):
            assert shown(value) in text
    for loss in (run.objectives[0], run.objectives[-1]):
        assert shown(loss) in text
    measured = [errors(AMES, trial) for trial in trials]
    for row in [*measured, average(measured)]:
        assert re.search(r"\s+".join(f"{error:,.0f}" for error in row), text)
    assert shown(-3.77172936e-05, 6) in text  # dL/dw1 of the problem as posed


def test_both_languages_tell_the_same_numbers(english, chinese):
    def numbers(text):
        chapters = re.sub(r"^\d(\. .*\n═)", r"\1", text, flags=re.MULTILINE)
        return Counter(re.findall(r"\d[\d,.]*\d|\d", chapters))

    assert numbers(english[0]) == numbers(chinese[0])


def test_the_posed_network_is_warned_of_and_the_mended_one_is_not(english):
    posed, real = english[0].split("2. Real houses")
    assert 6 == len(re.findall("^! ", posed, flags=re.MULTILINE))
    assert "89999400001" in posed.replace(",", "")
    assert "\n! " not in real
    assert "Nothing is left to warn of." in real


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80])
def test_no_line_is_too_wide(language, width, monkeypatch):
    monkeypatch.setattr(demo, "SEEDS", (1,))
    text, _ = told(language, width)
    wide = [line for line in text.splitlines() if cell_len(line) > width]
    assert [] == wide
    assert width == 60 or all(command in text for command in NEXT.values())


@pytest.mark.parametrize(
    ("network", "code", "percents"),
    [
        (30, ("beats_both", "less"), "70.0 25.0"),
        (50, ("beats_mean", "more"), "50.0 25.0"),
        (101, ("beats_neither", ""), ""),
    ],
)
def test_the_verdict_is_honest(network, code, percents):
    speaker = Speaker("en")
    said = "".join(verdict(Errors(100, 40, network), speaker).text)
    assert percents.split() == re.findall(r"(\d+\.\d) %", said)
    assert code[1] in said
    assert ("than least squares." in said) == (code[0] != "beats_neither")
    assert ("not beat" in said) == (code[0] == "beats_mean")


def test_progress_counts_every_step_of_every_split(english, progress):
    assert [(k, 2500) for k in range(1, 2501)] == progress


@pytest.mark.parametrize(("at", "splits", "done"), [(1, 1, 1), (230, 1, 230), (730, 2, 230)])
def test_interrupted_it_tells_what_was_done(at, splits, done):
    def stop(count, _):
        if count == at:
            raise KeyboardInterrupt

    text, trials = told("en", progress=stop)
    assert splits == len(trials)
    assert "interrupted" == trials[-1].work.run.stopped
    assert f"Interrupted in split {splits} after {done} of 500 steps" in text
    assert f"{errors(AMES, trials[-1]).network:,.0f}" in text
    assert "byhand list" in text


def test_a_seed_gives_the_same_weights_again(english):
    expected, again = english[1][3].work.run.starts[-1], learn(AMES, divided(AMES, 4)).work.run.starts[-1]
    assert all(np.array_equal(expected[name], again[name]) for name in expected)


def test_least_squares_goes_through_the_means():
    split = divided(AMES, 5)
    assert AMES.price[split.training].mean() == pytest.approx(linear_prices(AMES, split, np.zeros((1, 2)))[0])


def test_it_needs_neither_jax_nor_matplotlib():
    program = """
import sys
for name in ("jax", "matplotlib", "sklearn", "scipy", "torch"):
    sys.modules[name] = None
from byhand import demo
demo.SEEDS = (1,)
demo.run("zh", sys.stdout.write)
"""
    environment = {"PYTHONUTF8": "1", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
    assert "学习率" in done.stdout.decode("utf-8")
