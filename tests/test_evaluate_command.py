"""``byhand evaluate``, ``predict`` and ``why`` of networks that ``byhand train`` left, and their pictures."""

import csv
import io
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn import metrics
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.data import from_arrays, load
from byhand.data.known import spelled
from byhand.errors import ProblemError
from byhand.networks import MLPRegressor
from byhand.networks.tasks import evaluating, origin, reading
from byhand.views import panels

rng = np.random.default_rng(5)
SPOTS = rng.normal(size=(90, 2)) + 1.5 * np.arange(90)[:, None] % 3 + [0.3, -0.2]
KINDS = np.array(["ant", "bee", "fly"])[np.arange(90) % 3]
SIZES = rng.normal(size=(60, 2)) * [3, 0.5] + [10, 1]
COSTS = SIZES @ [40.0, -25.0] + 300 + rng.normal(size=60) * 15


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder with data and the networks that were trained with them."""
    folder = tmp_path_factory.mktemp("trained")
    table(folder / "insects.csv", ["length", "width", "kind"], SPOTS, KINDS)
    table(folder / "bills.csv", ["size", "height", "cost"], SIZES, COSTS)
    (folder / "grid.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "utf-8")
    for network, data, *settings in [
        ("mlp", folder / "insects.csv", "hidden_layer_sizes=3", "learning_rate=0.02", "max_iter=30"),
        ("mlp", folder / "bills.csv", "hidden_layer_sizes=3", "learning_rate=0.05", "max_iter=30"),
        ("perceptron", folder / "grid.csv", "max_iter=2"),
        ("logistic", "digits", "learning_rate=0.05", "max_iter=2"),
    ]:
        name = f"{network}-{Path(data).stem}.byhand"
        assert 0 == run(["train", network, "--data", str(data), *settings, "-o", str(folder / name)])
    return folder


@pytest.fixture
def typed(capfd, trained, monkeypatch, tmp_path):
    """Runs a command on a network of `trained`: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def command(name, model, *arguments):
        capfd.readouterr()
        code = run([name, str(trained / f"{model}.byhand"), *(str(one) for one in arguments)])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def table(path, names, numbers, last):
    rows = [[*map(repr, row), label] for row, label in zip(numbers.tolist(), last.tolist(), strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])


def found(typed, *arguments):
    code, out, err = typed(*arguments, "--json")
    assert (0, "") == (code, err)
    return json.loads(out)


# Classes


def test_the_figures_of_classes_are_scikit_learn_s(typed, trained):
    net = byhand.load(trained / "mlp-insects.byhand")
    rows = np.arange(90)[load(trained / "insects.csv").division()[1]]
    learned = np.setdiff1d(np.arange(90), rows)
    X = (SPOTS - SPOTS[learned].mean(axis=0)) / SPOTS[learned].std(axis=0)
    true, predicted = KINDS[rows], net.predict(X[rows])
    told = found(typed, "evaluate", "mlp-insects")
    assert ("byhand.evaluate/1", "held_out", 18) == (told["schema"], told["part"], told["rows"])
    assert metrics.accuracy_score(true, predicted) == told["accuracy"] < 1
    assert metrics.confusion_matrix(true, predicted).tolist() == told["confusion"]
    wanted = metrics.precision_recall_fscore_support(true, predicted, zero_division=0)
    for key, values in zip(("precision", "recall", "f1", "rows"), wanted, strict=True):
        assert values.tolist() == pytest.approx([one[key] or 0 for one in told["figures"]])
    p = told["accuracy"]
    assert told["standard_error"] == pytest.approx(np.sqrt(p * (1 - p) / 18))
    assert told["most_frequent"] == max(np.mean(true == kind) for kind in set(true))
    shares = net.predict_proba(X)[np.arange(90), np.searchsorted(net.classes_, KINDS)]
    wrong = rows[true != predicted]
    worst = sorted(wrong.tolist(), key=lambda row: shares[row])[:8]
    assert worst == [one["row"] for one in told["mistakes"]]
    assert shares[worst].tolist() == pytest.approx(
        [one["true_probability"] for one in told["mistakes"]], rel=1e-4
    )


def judged(classes, shares, y, rows=None):
    """The evaluation of a network that gives these shares."""
    net = SimpleNamespace(
        needs_target=True,
        classes_=np.array(classes),
        predict=lambda X: np.array(classes)[shares.argmax(axis=1)],
        predict_proba=lambda X: shares[X[:, 0].astype(int)],
    )
    data = from_arrays(np.arange(len(y))[:, None], np.array(y), task="classification")
    same = SimpleNamespace(inputs=lambda part: part.X)
    return evaluating.evaluate(net, same, reading.Chosen(data, np.arange(len(y)), "all"))


def test_a_small_one_by_hand():
    """Rows 0 and 3 are right; row 1 is taken for a with 0.9, row 2 for b with 0.6."""
    shares = np.array([[0.8, 0.2], [0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    done = judged(["a", "b"], shares, ["a", "b", "a", "b"])
    assert (0.5, 0.25, 0.5) == (done.accuracy, done.standard_error, done.most_frequent)
    assert [[1, 1], [1, 1]] == done.confusion
    assert [
        (1, "b", "a", 0.9, 0.1, None),
        (2, "a", "b", 0.6, 0.4, None),
    ] == done.mistakes


def test_classes_that_training_did_not_show_are_mistakes():
    shares = np.array([[0.8, 0.2], [0.9, 0.1], [0.4, 0.6]])
    done = judged(["a", "b"], shares, ["a", "c", "b"])
    assert (["a", "b", "c"], [[1, 0, 0], [0, 1, 0], [1, 0, 0]]) == (done.classes, done.confusion)
    assert ("c", None, 0.0, 0.0, 1) == done.figures[2]
    assert [(1, "c", "a", 0.9, 0.0, None)] == done.mistakes
    with pytest.raises(ProblemError) as caught:
        judged(["a", "b"], shares, ["c", "d", "c"])
    assert ("classes_strange", "c, d") == (caught.value.code, caught.value.facts["found"])


def test_without_probabilities_the_margin_is_told(typed, trained):
    net = byhand.load(trained / "perceptron-grid.byhand")
    told = found(typed, "evaluate", "perceptron-grid", "--data", trained / "grid.csv")
    assert "training" == told["part"]
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    z, y = net.decision_function(X), np.array([0, 1, 1, 0])
    wrong = np.flatnonzero((z > 0) != y)
    assert sorted(wrong.tolist()) == sorted(one["row"] for one in told["mistakes"])
    assert [abs(z[one["row"]]) for one in told["mistakes"]] == [one["margin"] for one in told["mistakes"]]
    assert "margin" in typed("evaluate", "perceptron-grid", "--data", trained / "grid.csv")[1]


# Amounts


def test_the_figures_of_amounts_are_scikit_learn_s(typed, trained):
    net = byhand.load(trained / "mlp-bills.byhand")
    rows = np.arange(60)[load(trained / "bills.csv").division()[1]]
    learned = np.setdiff1d(np.arange(60), rows)
    X = (SIZES - SIZES[learned].mean(axis=0)) / SIZES[learned].std(axis=0)
    predicted = net.predict(X[rows]) * COSTS[learned].std() + COSTS[learned].mean()
    told = found(typed, "evaluate", "mlp-bills", "--worst", 3)
    assert told["rmse"] == pytest.approx(metrics.root_mean_squared_error(COSTS[rows], predicted), rel=1e-5)
    assert told["mae"] == pytest.approx(metrics.mean_absolute_error(COSTS[rows], predicted), rel=1e-5)
    assert told["r2"] == pytest.approx(metrics.r2_score(COSTS[rows], predicted), rel=1e-5)
    worst = rows[np.argsort(-abs(COSTS[rows] - predicted))][:3]
    assert worst.tolist() == [one["row"] for one in told["residuals"]]
    assert COSTS[worst].tolist() == [one["true"] for one in told["residuals"]]
    assert "R²" in typed("evaluate", "mlp-bills")[1]


# Which rows


def test_new_data_are_used_whole_and_those_of_the_training_only_where_held_out(typed, trained, tmp_path):
    told = found(typed, "evaluate", "mlp-insects", "--data", trained / "insects.csv")
    assert ("held_out", 18) == (told["part"], told["rows"])
    table(tmp_path / "new.csv", ["width", "length", "kind"], SPOTS[:7, ::-1], KINDS[:7])
    told = found(typed, "evaluate", "mlp-insects", "--data", tmp_path / "new.csv")
    assert ("all", 7) == (told["part"], told["rows"])
    _, out, _ = typed("evaluate", "mlp-insects", "--data", tmp_path / "new.csv", "--lang", "zh")
    assert "new 的全部 7 行。" in out


def altered(trained, tmp_path, **changes):
    """A network whose file says something else of its origin."""
    net = byhand.load(trained / "mlp-insects.byhand")
    net.origin_ = {**net.origin_, **changes}
    net.save(tmp_path / "altered.byhand")
    return tmp_path / "altered"


def test_data_that_have_changed_are_noticed(typed, trained, tmp_path):
    model = altered(trained, tmp_path, digest="0" * 64)
    code, _, err = typed("evaluate", model)
    assert 2 == code
    assert "no longer what the network was trained with" in err
    assert "all" == found(typed, "evaluate", model, "--data", trained / "insects.csv")["part"]


@pytest.mark.parametrize("source", ["mnist", "MNIST", "Fashion_MNIST"])
def test_a_file_alone_never_fetches_anything(typed, trained, tmp_path, monkeypatch, source):
    monkeypatch.setenv("BYHAND_DATA", str(tmp_path / "empty"))
    code, _, err = typed("evaluate", altered(trained, tmp_path, source=source))
    assert 2 == code
    assert f"--data {spelled(source)}" in err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["evaluate", "mlp-insects", "--data", "iris"], "2 columns are missing"),
        (["evaluate", "mlp-insects", "-o", "picture.bmp"], ".html, .svg, .png, .pdf"),
        (["evaluate", "nothing"], "nothing.byhand"),
        (["predict", "mlp-bills", "iris", "--proba"], "gives no probabilities"),
        (["why", "perceptron-grid", "z1[3]"], "z1[0]"),
    ],
)
def test_what_cannot_be_used_is_said(typed, command, told):
    code, out, err = typed(*command)
    assert (2, "") == (code, out)
    assert told in err
    assert 2 == typed(*command, "--lang", "zh")[0]


# Networks saved without an origin


def test_a_network_that_was_fitted_by_hand_takes_numbers(typed, tmp_path):
    net = MLPRegressor((2,), max_iter=9, random_state=0)
    with pytest.warns(ConvergenceWarning):
        net.fit(SIZES[:, :1], COSTS / 100).save(tmp_path / "own.byhand")
    table(tmp_path / "own.csv", ["size", "cost"], SIZES[:9, :1], COSTS[:9] / 100)
    np.save(tmp_path / "own.npy", SIZES[:9, :1])
    told = found(typed, "evaluate", tmp_path / "own", "--data", tmp_path / "own.csv")
    predicted = net.predict(SIZES[:9, :1])
    assert told["mae"] == pytest.approx(np.mean(abs(COSTS[:9] / 100 - predicted)))
    told = found(typed, "predict", tmp_path / "own", tmp_path / "own.npy")
    assert predicted.tolist() == told["predictions"]
    for data, word in [
        (None, "does not know what it was trained with"),
        (tmp_path / "gap.csv", "lacks values"),
        (tmp_path / "wide.csv", "3 input columns"),
    ]:
        (tmp_path / "gap.csv").write_text("size,cost\n1,2.5\n,3.5\n", "utf-8")
        (tmp_path / "wide.csv").write_text("a,b,c,cost\n1,2,3,2.5\n1,2,3,3.5\n", "utf-8")
        code, _, err = typed("evaluate", tmp_path / "own", *(["--data", data] if data else []))
        assert 2 == code
        assert word in err


def test_several_targets_are_refused(tmp_path):
    net = MLPRegressor((2,), max_iter=1, tol=0, random_state=0)
    with pytest.warns(ConvergenceWarning):
        net.fit(SIZES, SIZES)
    with pytest.raises(ProblemError) as caught:
        reading.read(net, "iris")
    assert "one_target_only" == caught.value.code


# Predictions


def test_predictions_as_csv(typed, trained, tmp_path):
    net = byhand.load(trained / "mlp-insects.byhand")
    preparation = origin.origin_of(net).preparation
    X = preparation.inputs(from_arrays(SPOTS[:4], feature_names=["length", "width"]))
    table(tmp_path / "new.csv", ["width", "length"], SPOTS[:4, :0:-1], SPOTS[:4, 0])
    code, out, err = typed("predict", "mlp-insects", tmp_path / "new.csv", "--proba")
    assert (0, "") == (code, err)
    head, *rows = csv.reader(io.StringIO(out))
    assert ["kind", "p(ant)", "p(bee)", "p(fly)"] == head
    assert net.predict(X).tolist() == [row[0] for row in rows]
    shares = [[float(cell) for cell in row[1:]] for row in rows]
    assert net.predict_proba(X).tolist() == [pytest.approx(row, rel=1e-5) for row in shares]


def test_amounts_are_predicted_in_their_unit_and_into_a_file(typed, trained, tmp_path):
    (tmp_path / "new.csv").write_text("size,height,cost\n10,1,\n,1.2,?\n", "utf-8")
    assert (0, "", "") == typed("predict", "mlp-bills", tmp_path / "new.csv", "-o", "out.csv")
    head, *costs = Path("out.csv").read_text("utf-8").splitlines()
    assert "cost" == head
    assert all(COSTS.min() < float(cost) < COSTS.max() for cost in costs)


def test_standard_input(typed, trained, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"b,a\n1,0\n0,0\n")))
    wanted = byhand.load(trained / "perceptron-grid.byhand").predict([[0, 1], [0, 0]])
    assert (0, "y\n{}\n{}\n".format(*wanted), "") == typed("predict", "perceptron-grid", "-")


# One number of such a network


def test_why_takes_a_row_of_the_data_it_was_trained_with(typed, trained):
    net = byhand.load(trained / "mlp-bills.byhand")
    preparation = origin.origin_of(net).preparation
    (x,) = preparation.inputs(from_arrays(SIZES[7:8], feature_names=["size", "height"]))
    y = (COSTS[7] - preparation.target.centre) / preparation.target.spread
    wanted = net.why("dL/dW1[1,0]", x, y).value
    for data in ([], ["--data", trained / "bills.csv"]):
        told = found(typed, "why", "mlp-bills", "dL/dW1[1,0]", "--sample", 7, *data)
        assert wanted == told["value"]


# Pictures


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("mlp-insects", ["混淆矩阵", "决策边界", "ant", "length", "分错"]),
        ("mlp-bills", ["残差", "cost，预测值", "cost，真实 − 预测"]),
        ("logistic-digits", ["混淆矩阵", "最严重的错误"]),
    ],
)
def test_a_picture_has_real_text_in_the_reader_s_language(typed, model, words):
    assert 0 == typed("evaluate", model, "-o", "picture.svg", "--lang", "zh")[0]
    drawn = Path("picture.svg").read_text("utf-8")
    assert [] == [word for word in words if word not in drawn]
    assert ("<image" in drawn) == (model != "mlp-bills")


def test_a_page_holds_the_figures_and_the_pictures(typed):
    code, out, _ = typed("evaluate", "logistic-digits", "-o", "page.html", "--worst", 2)
    page = Path("page.html").read_text("utf-8")
    assert 0 == code
    assert 2 == page.count("<svg")
    (row, *_), *_ = re.findall(r"^(\d+)  +\d  +\d  +0\.", out, flags=re.MULTILINE), None
    assert f"row {row}:" in page
    assert "default-src 'none'" in page


def test_the_plane_is_asked_and_the_points_are_marked(typed, monkeypatch):
    shown = []
    monkeypatch.setattr(panels, "draw", lambda path, found: shown.extend(found))
    assert 0 == typed("evaluate", "mlp-insects", "-o", "picture.png")[0]
    matrix, regions = shown
    assert ["ant", "bee", "fly"] == list(matrix.labels)
    assert 18 == np.sum(matrix.counts) == sum(len(group.x) for group in regions.groups)
    assert np.sum(matrix.counts) - np.trace(matrix.counts) == len(regions.marked.x)
    assert {0, 1, 2} >= set(np.unique(regions.field.places).tolist())


def test_many_classes_have_no_counts_but_a_picture(tmp_path):
    counts = np.eye(30, dtype=int) * 3
    panels.draw(
        tmp_path / "many.svg", [panels.Matrix("many", [f"c{k}" for k in range(30)], counts, "x", "y")]
    )
    drawn = (tmp_path / "many.svg").read_text("utf-8")
    assert ">c28<" in drawn
    assert ">c29<" not in drawn
    assert ">3<" not in drawn
