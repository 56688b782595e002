"""Strategies side by side, the error surface, and the command that shows both."""

import json
import re
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from byhand.cli import run
from byhand.data import from_arrays, load
from byhand.errors import ProblemError
from byhand.networks import MLPClassifier, MLPRegressor, RBFRegressor
from byhand.networks.tasks.comparing import Estimate, Outcome, Strategy, outcomes, summary
from byhand.networks.tasks.studies import BASE, STUDIES, Setting, weights
from byhand.networks.tasks.surface import Path, surface
from byhand.rules import RULES
from byhand.views import charts
from byhand.words import LANGUAGES, catalogue

IRIS = load("iris")


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# Outcomes


def test_an_outcome_is_the_fit_of_its_split():
    net = MLPClassifier((3,), "tanh", learning_rate=0.05, max_iter=6, tol=0.0)
    pair = [Strategy("mini", {"batch_size": 9}), Strategy("whole", {"batch_size": 200, "alpha": 0.5})]
    found = list(outcomes(net, pair, IRIS, seeds=[7, 2], test=0.4))
    assert [("mini", 7), ("whole", 7), ("mini", 2), ("whole", 2)] == [
        (one.strategy, one.seed) for one in found
    ]
    training, held_out = IRIS.split(0.4, seed=7)
    assert (90, 60) == (len(training), len(held_out))
    mean, spread = training.X.mean(axis=0), training.X.std(axis=0)
    train, test = ((part.X - mean) / spread for part in (training, held_out))
    y, y_test = training.y, held_out.y
    place, test_place = np.searchsorted(IRIS.classes, y), np.searchsorted(IRIS.classes, y_test)
    for one, settings in zip(found[:2], ({"batch_size": 9}, {"batch_size": 200, "alpha": 0.5}), strict=True):
        alone = MLPClassifier(
            (3,), "tanh", learning_rate=0.05, max_iter=6, tol=0.0, random_state=7, **settings
        )
        alone.fit(train, y)
        assert (1 - alone.score(train, y), 1 - alone.score(test, y_test)) == (one.training, one.test)
        assert (alone.n_iter_, alone.t_) == (one.epochs, one.updates)
        p, own = alone.predict_proba(test), np.arange(len(test))
        np.testing.assert_allclose(-np.log(p[own, test_place]).mean(), one.curve[-1].test, rtol=1e-5)
        p, own = alone.predict_proba(train), np.arange(len(train))
        np.testing.assert_allclose(-np.log(p[own, place]).mean(), one.curve[-1].training, rtol=1e-5)
    assert [1, 2, 3, 4, 5, 6] == [point.epoch for point in found[0].curve]


def test_lambda_is_chosen_within_the_training_part():
    net = MLPRegressor((2,), "tanh", learning_rate=0.05, max_iter=20)
    lambdas = {"alpha": [0.0, 50.0]}
    widths = from_arrays(IRIS.X[:, :3], IRIS.X[:, 3])
    (one,) = outcomes(net, [Strategy("half", search=lambdas, share=0.5)], widths, seeds=[1])
    assert {"alpha": 0.0} == one.chosen
    assert 0 < one.test < 0.5


@pytest.mark.parametrize("training", ["descent", "full"])
def test_radial_units_descend_side_by_side(training):
    net = RBFRegressor(4, training=training, learning_rate=0.05, max_iter=3)
    (one,) = outcomes(net, [Strategy("slow")], from_arrays(IRIS.X[:, :3], IRIS.X[:, 3]), seeds=[1])
    assert [1, 2, 3] == [point.epoch for point in one.curve]
    # The loss is half the squared error, and the variance of the scaled targets is 1.
    np.testing.assert_allclose(2 * one.curve[-1].training, one.training, rtol=1e-5)


def test_means_standard_errors_and_paired_differences():
    tests = {"a": [0.25, 0.5, 0.75], "b": [0.5, 0.5, 1.25]}
    found = [
        Outcome(name, seed, 0.125, test, 10 + seed, 100, seconds, {}, ())
        for name, ones in tests.items()
        for (seed, test), seconds in zip(enumerate(ones), (9.0, 1.0, 2.0), strict=True)
    ]
    a, b = summary(found)
    assert (3, Estimate(0.125, 0.0), None, 11.0, 2.0) == (
        a.seeds,
        a.training,
        a.difference,
        a.epochs,
        a.seconds,
    )
    assert Estimate(0.5, 0.25 / 3**0.5) == a.test
    np.testing.assert_allclose(b.difference, [0.25, np.std([0.25, 0, 0.5], ddof=1) / 3**0.5])
    cut = summary(found[:5])[1]
    assert (2, Estimate(0.125, 0.125)) == (cut.seeds, cut.difference)
    assert [Estimate(0.25, None)] == [row.test for row in summary(found[:1])]


def test_ctrl_c_ends_the_comparison_and_half_a_fit_is_no_outcome(monkeypatch):
    calls = []

    def stop(*given):
        calls.append(given)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return np.float32(1.0)

    monkeypatch.setattr("byhand.train.measuring.mean_loss", stop)
    running = outcomes(MLPClassifier((3,), max_iter=2), [Strategy("a"), Strategy("b")], IRIS)
    assert "a" == next(running).strategy
    with pytest.raises(KeyboardInterrupt):
        next(running)


# Studies


@pytest.mark.parametrize("name", STUDIES)
def test_every_strategy_of_a_study_can_be_fitted(name):
    setting = Setting(True, 150, 4, 3, 8, 2)
    strategies = STUDIES[name](setting)
    assert len(strategies) == len({one.name for one in strategies}) > 1
    for one in strategies:
        MLPClassifier((8,), **BASE).set_params(**one.settings)._validate_params()
        for parameter, candidates in one.search.items():
            for value in candidates:
                MLPClassifier(**one.settings).set_params(**{parameter: value})._penalty()


def test_the_study_of_rules_is_of_all_rules():
    compared = STUDIES["rules"](Setting(True, 150, 4, 3, 8, 2))
    assert sorted(RULES) == sorted(one.settings["rule"] for one in compared)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_study_has_words_and_stands_in_the_help(language):
    words = catalogue(language)
    told = {code.removeprefix("compare.study_") for code in words if code.startswith("compare.study_")}
    assert STUDIES.keys() == told
    assert STUDIES.keys() <= set(re.findall(r"[a-z]+", words["compare.study"]))


def test_deeper_networks_have_about_as_many_weights():
    setting = Setting(True, 1797, 64, 10, 32, 40)
    sizes = [one.settings["hidden_layer_sizes"] for one in STUDIES["depth"](setting)]
    assert [1, 2, 3, 4] == [len(size) for size in sizes]
    numbers = [weights((64, *size, 10)) for size in sizes]
    assert 2410 == numbers[0]
    assert all(abs(number - 2410) < 120 for number in numbers)


# The error surface


def valley():
    """One tanh unit that has learned a little of y = ±0.5 at x = ±1, with a penalty on both weights."""
    net = MLPRegressor((1,), "tanh", rule="sgd", learning_rate=0.1, alpha=0.05, max_iter=3, random_state=3)
    way = Path(["W1[0,0]", "W2[0,0]"])
    points, targets = np.array([[1.0], [-1.0]]), np.array([0.5, -0.5])
    net.fit(points, targets, callbacks=[way])
    net.params_ |= {"b1": np.zeros(1, np.float32), "b2": np.zeros(1, np.float32)}
    return net, way, points, targets


def test_the_surface_of_one_unit_has_two_minima_and_a_saddle_between():
    net, way, points, targets = valley()
    found = surface(net, points, targets, way.names, span=3, points=40, paths={"sgd": way.places})
    assert (3, 2) == found.paths["sgd"].shape
    assert tuple(found.paths["sgd"][-1]) == (net.params_["W1"][0, 0], net.params_["W2"][0, 0])
    j, k = 7, 31
    u, v = found.first[j], found.second[k]
    np.testing.assert_allclose(
        found.losses[k, j], (0.5 - v * np.tanh(u)) ** 2 + 0.025 * (u**2 + v**2), rtol=1e-12
    )
    assert ["minimum", "minimum", "saddle"] == [one.kind for one in found.critical]
    low, high, saddle = found.critical
    np.testing.assert_allclose(low.place, np.negative(high.place), rtol=1e-9)
    np.testing.assert_allclose(saddle.place, [0, 0], atol=1e-12)
    np.testing.assert_allclose(saddle.loss, 0.25, rtol=1e-12)
    u, v = np.abs(low.place)
    t = np.tanh(u)
    slopes = [-2 * (0.5 - v * t) * v * (1 - t**2) + 0.05 * u, -2 * (0.5 - v * t) * t + 0.05 * v]
    np.testing.assert_allclose(slopes, [0, 0], atol=1e-9)
    np.testing.assert_allclose([u, v], [0.6810440907, 0.7881296662], rtol=1e-9)


def test_least_squares_lie_at_the_lowest_point_of_the_surface():
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, -1.0, 0.5])
    net = RBFRegressor(centres=[[0.0], [2.0]], widths=1.0, alpha=0.1).fit(X, y)
    (lowest,) = surface(net, X, y, ["W[0,0]", "W[0,1]"], points=9).critical
    assert "minimum" == lowest.kind
    np.testing.assert_allclose(lowest.place, net.params_["W"][0], rtol=1e-5)
    with pytest.raises(ProblemError, match=r"no weight “C\[0,0\]”"):
        surface(net, X, y, ["C[0,0]", "W[0,1]"])


def test_the_grid_goes_as_far_as_the_path():
    net, way, points, targets = valley()
    far = [(7.0, 0.0), *way.places]
    found = surface(net, points, targets, way.names, points=5, paths={"near": way.places, "far": far})
    assert found.first[0] < -5 < 7 < found.first[-1]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["W3[0,0]", "b1[0]"], r"no weight “W3\[0,0\]”"),
        (["W1[0,1]", "b1[0]"], r"W1 \(1×1\)"),
        (["W1[0]", "b1[0]"], "counted from 0"),
        (["W1", "b1[0]"], "no weight “W1”"),
        (["b1[0]", "b1[0]"], "two different"),
        (["b1[0]"], "two different"),
    ],
)
def test_names_that_are_no_two_weights(names, message):
    net, _, points, targets = valley()
    with pytest.raises(ProblemError, match=message):
        surface(net, points, targets, names)


# Charts


def test_a_chart_in_chinese_is_svg_with_real_text(tmp_path):
    file = tmp_path / "a.svg"
    lines = [
        charts.Line("早停", [1, 2, 3], [0.5, 0.2, 0.02], 0),
        charts.Line("x<y", [1, 2], [3, 1], 1, dashed=True),
    ]
    charts.draw_lines(file, lines, charts.Labels("训练", "轮", "损失"))
    drawn = file.read_text("utf-8")
    assert {"训练", "轮", "损失", "早停", "x&lt;y", "0.02"} <= set(
        re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    )


@pytest.mark.parametrize("heights", [[0.55, 0.7, 1.2], [0.08, 0.3], [0.02, 5]])
def test_a_logarithmic_axis_has_several_numbers(heights, tmp_path):
    file = tmp_path / "a.svg"
    line = charts.Line("early stopping", range(1, len(heights) + 1), heights, 0)
    charts.draw_lines(file, [line], charts.Labels("training", "epoch", "loss"))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", file.read_text("utf-8"))
    numbers = [text for text in texts if re.fullmatch(r"[\d.]+", text)]
    epochs = {str(epoch) for epoch in line.x}
    assert len(numbers) - len(epochs) >= 3


def test_without_chinese_letters_a_picture_is_in_english(tmp_path, monkeypatch):
    monkeypatch.setattr(charts, "families", lambda: ["DejaVu Sans"])
    assert ["en", "zh", "en"] == [
        charts.legible(tmp_path / name, language)
        for name, language in (("a.png", "zh"), ("a.svg", "zh"), ("a.svg", "en"))
    ]


# The command


def test_a_comparison_at_the_command_line(capsys, tmp_path):
    file = tmp_path / "curves.svg"
    common = ["compare", "mlpclassifier", "--data", "iris", "--epochs", "2", "--hidden", "3", "--seeds", "2"]
    typed = ["--strategies", "rule=sgd batch_size=1; rule=adam hidden_layer_sizes=[4,2]"]
    assert 0 == run([*common, *typed, "--json", "-o", str(file)])
    told = json.loads(capsys.readouterr().out)
    assert "byhand.compare/1" == told["schema"]
    assert {"rule": "adam", "hidden_layer_sizes": [4, 2]} == told["strategies"][1]["settings"]
    assert [("A", 0), ("B", 0), ("A", 1), ("B", 1)] == [
        (one["strategy"], one["seed"]) for one in told["outcomes"]
    ]
    first, second = told["summary"]
    assert first["difference"] is None
    difference = second["test"]["mean"] - first["test"]["mean"]
    np.testing.assert_allclose(second["difference"]["mean"], difference, atol=1e-12)
    assert "A: training" in file.read_text("utf-8")
    assert 0 == run([*common, *typed, "--lang", "zh"])
    assert "B：rule=adam、hidden_layer_sizes=[4, 2]" in capsys.readouterr().out


def test_names_and_settings_are_those_of_train(capsys):
    command = ["compare", "mlp", "--data", "iris", "--epochs", "1", "--seeds", "1", "--json"]
    assert 0 == run([*command, "--strategies", "hidden_layer_sizes=4,3 activation=relu,tanh"])
    told = json.loads(capsys.readouterr().out)
    assert "MLPClassifier" == told["network"]
    settings = {"hidden_layer_sizes": [4, 3], "activation": ["relu", "tanh"]}
    assert [settings] == [one["settings"] for one in told["strategies"]]


def test_after_z_comes_aa(capsys, monkeypatch):
    monkeypatch.setattr("byhand.networks.tasks.comparing.outcomes", lambda *given, **how: iter(()))
    many = "; ".join(["alpha=0.1"] * 28)
    assert 0 == run(["compare", "logistic", "--data", "iris", "--strategies", many, "--json"])
    names = [one["name"] for one in json.loads(capsys.readouterr().out)["strategies"]]
    assert ["A", "Z", "AA", "AB"] == [names[k] for k in (0, 25, 26, 27)]


@pytest.mark.parametrize(
    ("language", "name", "said"), [("en", "online", "1 of 15"), ("zh", "在线", "15 次训练")]
)
def test_ctrl_c_shows_what_is_done(capsys, monkeypatch, language, name, said):
    def some(net, strategies, data, **how):
        yield Outcome(strategies[0].name, 0, 0.0625, 0.125, 3, 30, 1.0, {}, ())
        raise KeyboardInterrupt

    monkeypatch.setattr("byhand.networks.tasks.comparing.outcomes", some)
    assert 130 == run(["compare", "MLPClassifier", "--data", "iris", "--study", "batch", "--lang", language])
    out, err = capsys.readouterr()
    assert said in err
    assert re.search(rf"{name} +1 +6\.25 +12\.50 ", out)


def test_a_surface_at_the_command_line(capsys, tmp_path):
    file = tmp_path / "surface.png"
    command = ["compare", "MLPRegressor", "--data", "diabetes", "--hidden", "2", "--epochs", "8"]
    command += ["--surface", "W1[0,2], b2[0]"]
    assert 0 == run([*command, "-o", str(file)])
    out = capsys.readouterr().out
    assert "W1[0,2] and b2[0]" in out
    assert re.search(r"minimum +−?\d", out)
    assert b"\x89PNG" == file.read_bytes()[:4]
    assert 0 == run(
        [*command, "--strategies", "rule=adam; rule=sgd", "--json", "-o", str(tmp_path / "a.svg")]
    )
    told = json.loads(capsys.readouterr().out)
    assert [("A", 8), ("B", 8)] == [(name, len(way)) for name, way in told["paths"].items()]
    assert "B: the descent, projected" in (tmp_path / "a.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["nothing", "--data", "iris", "--study", "loss"], "no network “nothing”. There are: adaline, "),
        (["MLPClasifier", "--data", "iris", "--study", "loss"], "did you mean MLPClassifier?"),
        (["perceptron", "--data", "iris", "--study", "loss"], "Those that do: adaline, "),
        (["autoencoder", "--data", "iris", "--study", "rules"], "Autoencoder learns without a target"),
        (["mlp", "--data", "iris", "--study", "stoping"], "did you mean stopping?"),
        (["LogisticRegression", "--data", "iris", "--study", "depth"], "no setting “hidden_layer_sizes”"),
        (["MLPRegressor", "--data", "iris", "--study", "batch"], "classes"),
        (["MLPRegressor", "--data", "diabetes", "--study", "loss"], "losses of classifiers"),
        (["MLPClassifier", "--data", "moon", "--study", "loss"], "breast-cancer"),
        (["MLPClassifier", "--data", "iris"], "--strategies"),
        (["MLPClassifier", "--data", "iris", "--strategies", "speed=3"], "no setting “speed”"),
        (["MLPClassifier", "--data", "iris", "--strategies", "learning_rate=-1"], "learning_rate"),
        (["MLPClassifier", "--data", "iris", "--surface", "W9[0,0],b1[0]"], "W9"),
        (["MLPClassifier", "--data", "iris", "--study", "loss", "-o", "a.gif"], ".svg, .png, .pdf"),
    ],
)
def test_what_cannot_be_compared(options, message, capsys):
    assert 2 == run(["compare", *options])
    assert message in capsys.readouterr().err
