"""The command line with networks that need no descent: RBF, SOM, ART, cascade-correlation."""

import csv
import json
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib import figure

import byhand
from byhand.cli import run
from byhand.data import Preparation, load
from byhand.networks import (
    ART1,
    GAN,
    SOM,
    FuzzyARTMAP,
    RBFClassifier,
    RBFRegressor,
    grouping,
    origin,
    pictures,
    training,
)
from byhand.train import adversarial, boltzmann, competitive, contrastive, growing, resonance
from byhand.views import growth, hinton, maps, outlines, panels

rng = np.random.default_rng(3)
KIND = np.arange(45) % 3
SPOTS = np.round(rng.normal(size=(45, 2)) * 0.6 + np.array([[0, 0], [3, 1], [1, 4]])[KIND], 3)
BITS = rng.integers(0, 2, (24, 6))
WAVE = np.round(np.linspace(-2, 2, 40), 3)
# A network's name, its data, and settings with which it is quick.
FAMILIES = {
    "rbf": ("spots.csv", "units=6"),
    "som": ("spots.csv", "shape=3,4", "max_iter=8", "--target", "kind"),
    "art": ("spots.csv", "max_iter=20", "--target", "kind"),
    "art1": ("bits.csv", "--target", "kind"),
    "fuzzy-art": ("spots.csv", "vigilance=0.8", "--target", "kind"),
    "fuzzy-artmap": ("spots.csv", "vigilance=0.5"),
    "hopfield": ("bits.csv", "rule=pseudo-inverse", "--target", "kind"),
    "boltzmann": ("bits.csv", "max_iter=6", "--target", "kind"),
    "rbm": ("bits.csv", "units=5", "max_iter=6", "--target", "kind"),
    "gan": (
        *("spots.csv", "generator_layer_sizes=4", "discriminator_layer_sizes=3", "noise_size=2"),
        *("max_iter=3", "--target", "kind"),
    ),
    "cascade": ("spots.csv", "max_units=3", "max_iter=60", "error_limit=0"),
}


def written(name, head, rows):
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    """Runs a command in a folder with data: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    spots = [[*row, "abc"[k]] for row, k in zip(SPOTS.tolist(), KIND, strict=True)]
    written("spots.csv", ["length", "width", "kind"], spots)
    written("bits.csv", [*"uvwxyz", "kind"], [[*row, "ab"[k % 2]] for k, row in enumerate(BITS.tolist())])
    written("wave.csv", ["time", "height"], zip(WAVE.tolist(), (5 + np.sin(WAVE)).tolist(), strict=True))

    def command(*arguments):
        capfd.readouterr()
        code = run([str(one) for one in arguments])
        return code, *capfd.readouterr()

    return command


def trained(typed, name, *more):
    """The network that a family's command leaves, and what it says as JSON."""
    data, *settings = FAMILIES[name]
    code, out, err = typed("train", name, "--data", data, *settings, "-o", "net", "--force", "--json", *more)
    assert (0, "") == (code, err)
    return byhand.load("net"), json.loads(out)


def same(one, other):
    return all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)


# Trained and told


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("rbf", "2-6-3, 39 parameters: 6 Gaussian units", "6 个高斯单元"),
        ("som", "a rectangular map of 3×4 units, each with 2 weights", "3×4 个单元的矩形网格"),
        ("art", "of 2 inputs at vigilance 0.5", "2 个输入，警戒值 0.5"),
        ("art1", "of 6 inputs at vigilance 0.7", "6 个输入，警戒值 0.7"),
        ("fuzzy-art", "Epoch 2 changed nothing any more", "第 2 轮没有引起任何改变"),
        ("fuzzy-artmap", "of 2 inputs at baseline vigilance 0.5", "警戒值的基准 0.5"),
        ("hopfield", "units: 6, patterns stored: 19 (3.17 for each unit)", "存储了 19 个模式"),
        ("boltzmann", "6 visible and 2 hidden units, 28 connections", "6 个可见单元，2 个隐藏单元"),
        ("rbm", "6 visible units, 5 hidden ones; 41 parameters", "可见单元 6 个，隐藏单元 5 个"),
        ("gan", "a generator 2-4-2 and a discriminator 2-3-1; 35 parameters", "生成器 2-4-2，判别器 2-3-1"),
        ("cascade", "hidden units: 3, each connected with all before it", "3 个隐藏单元"),
    ],
)
def test_each_family_is_told_in_its_own_terms(typed, name, english, chinese):
    data, *settings = FAMILIES[name]
    for language, words in (("en", english), ("zh", chinese)):
        command = ("train", name, "--data", data, *settings, "-o", "net", "--force")
        code, out, _ = typed(*command, "--lang", language)
        assert 0 == code
        assert words in out.replace("\n  ", " ")
        asked = out.split()[-3].strip("'")  # of the command that is named last
        assert 0 == typed("why", "net", asked, "--lang", language)[0]


def test_the_record_holds_what_the_network_is_made_of(typed):
    net, found = trained(typed, "cascade")
    one_unit = [1 + 2 + k for k in range(3)]  # from the bias, the inputs, the units before
    assert (2, 3, 3) == (found["inputs"], found["units"], found["outputs"])
    assert sum(one_unit) + 3 * (1 + 2 + 3) == found["parameters"]
    assert np.count_nonzero(net.params_["U"]) == sum(one_unit)
    _, found = trained(typed, "som")
    assert (3, 4, 24) == (found["rows"], found["columns"], found["parameters"])


def test_art_networks_see_the_numbers_as_they_are(typed):
    for name, wanted in (("art1", "none"), ("fuzzy-art", "none"), ("som", "standard")):
        net, _ = trained(typed, name)
        assert wanted == origin.origin_of(net).preparation.scaling


def test_without_a_target_every_column_is_an_input(typed):
    written("plain.csv", ["a", "b", "c"], rng.normal(size=(20, 3)).tolist())
    code, out, _ = typed("train", "som", "--data", "plain.csv", "shape=2,2", "max_iter=2")
    assert 0 == code
    assert "no column set aside" in out
    assert 3 == byhand.load("som-plain.byhand").n_features_in_
    assert "没有留出标签列" in typed("train", "fuzzy-art", "--data", "plain.csv", "--lang", "zh")[1]
    code, _, err = typed("train", "rbf", "--data", "plain.csv", "--target", "nothing")
    assert (2, True) == (code, "nothing" in err)


def test_art1_says_that_nothing_tells_the_samples_apart(typed):
    code, out, _ = typed("train", "art1", "--data", "iris")
    assert 0 == code
    assert "there is one category only" in out.replace("\n  ", " ")
    net = byhand.load("art1-iris.byhand")
    assert 1 == net.n_categories_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ART1().fit(BITS)


# Broken off, and gone on with


def broken_off(module, name, after):
    """A function of training that is broken off after so many results."""
    whole = getattr(module, name)

    def steps(*arguments, **how):
        for k, found in enumerate(whole(*arguments, **how)):
            if k == after:
                raise KeyboardInterrupt
            yield found

    return steps


def called(module, name, after):
    """A function of training that is broken off after it was called so many times."""
    whole, done = getattr(module, name), []

    def call(*arguments):
        done.append(1)
        if len(done) > after:
            raise KeyboardInterrupt
        return whole(*arguments)

    return call


def patched(patch, name, after):
    if name == "som":
        patch.setattr(competitive, "go_through", broken_off(competitive, "go_through", after))
    elif name == "rbm":
        patch.setattr(contrastive, "go_through", broken_off(contrastive, "go_through", after))
    elif name == "gan":
        patch.setattr(adversarial, "play", broken_off(adversarial, "play", after))
    elif name == "cascade":
        patch.setattr(growing, "grow", broken_off(growing, "grow", after))
    elif name == "boltzmann":
        patch.setattr(boltzmann, "learn", called(boltzmann, "learn", after))
    else:
        patch.setattr(resonance, "present", called(resonance, "present", after))


@pytest.mark.parametrize(
    "name", ["som", "art", "art1", "fuzzy-art", "fuzzy-artmap", "rbm", "boltzmann", "gan", "cascade"]
)
def test_after_ctrl_c_the_command_that_is_named_goes_on_to_the_same_weights(typed, monkeypatch, name):
    data, *settings = FAMILIES[name]
    command = ("train", name, "--data", data, *settings)
    with monkeypatch.context() as patch:
        patched(patch, name, 1)
        code, out, err = typed(*command, "-o", "cut.byhand")
    assert (130, "") == (code, out)
    assert "byhand train" in err.splitlines()[-1]
    assert err.rstrip().endswith("--resume")
    assert 0 == typed(*command, "-o", "cut.byhand", "--resume")[0]
    assert 0 == typed(*command, "-o", "whole.byhand")[0]
    cut, whole = byhand.load("cut.byhand"), byhand.load("whole.byhand")
    assert whole.n_iter_ == cut.n_iter_
    assert same(cut, whole)


@pytest.mark.parametrize("name", ["fuzzy-art", "cascade"])
def test_where_nothing_was_learned_nothing_is_saved(typed, monkeypatch, name):
    patched(monkeypatch, name, 0)
    data, *settings = FAMILIES[name]
    assert 130 == typed("train", name, "--data", data, *settings, "-o", "net.byhand")[0]
    assert not Path("net.byhand").exists()


def test_more_units_are_grown_and_more_epochs_gone_through(typed):
    for name, own, more, attribute in [
        ("cascade", [], "max_units=4", "n_units_"),
        ("som", ["decay_time=300"], "max_iter=11", "n_iter_"),
    ]:
        data, *settings = FAMILIES[name]
        command = ("train", name, "--data", data, *settings, *own, "-o", "net")
        assert 0 == typed(*command, "--force")[0]
        assert 0 == typed(*command, more, "--resume")[0]
        assert int(more.partition("=")[2]) == getattr(byhand.load("net"), attribute)
    trained(typed, "som")  # how its steps shrink hangs on how many there are to be
    code, _, err = typed("train", "som", "--data", *FAMILIES["som"], "max_iter=11", "-o", "net", "--resume")
    assert (2, True) == (code, "max_iter" in err)
    trained(typed, "rbf")
    code, _, err = typed("train", "rbf", "--data", "spots.csv", "units=6", "-o", "net", "--resume")
    assert (2, True) == (code, "no fit to go on with" in err)


# Judged, used


def test_a_map_is_judged_by_its_two_errors_and_a_class_map(typed):
    net, found = trained(typed, "som")
    data = load("spots.csv")
    rows = np.arange(45)[origin.origin_of(net).division(data)[1]]
    X = origin.origin_of(net).preparation.inputs(data)[rows]
    told = json.loads(typed("evaluate", "net", "--json")[1])
    assert (len(rows), net.quantisation_error(X)) == (told["rows"], told["quantisation_error"])
    assert net.topographic_error(X) == told["topographic_error"] == found["held_out"]["topographic_error"]
    winners, classes = net.predict(X), data.y[rows]
    for unit, group in enumerate(told["groups"]):
        assert [unit // 4, unit % 4] == group["group"]
        assert [int(np.sum(classes[winners == unit] == name)) for name in "abc"] == group["counts"]
    assert "two nearest units are no neighbours" in typed("evaluate", "net")[1].replace("\n", " ")
    assert "在网格上不相邻" in typed("evaluate", "net", "--lang", "zh")[1]


def test_groups_by_hand():
    """Categories 0, 0, 1, none; classes a, b, b, b: three rows are in a group, two in its majority."""

    class Sorted:
        answer = "category"

        def group(self, X):
            return X[:, 0]

        def groups(self):
            return [0, 1, 2]

        def errors(self, X):
            return {}

    found = grouping.grouped(Sorted(), np.array([[0], [0], [1], [-1]]), np.array([*"abbb"]))
    assert ([[1, 1], [0, 1], [0, 0]], 1, 0.5) == (found.counts, found.unmatched, found.purity)
    found = grouping.grouped(Sorted(), np.array([[0], [0], [1], [-1]]), None)
    assert ([[2], [1], [0]], [], None) == (found.counts, found.classes, found.purity)


def test_categories_are_told_with_the_classes_in_them(typed):
    net, _ = trained(typed, "fuzzy-art", "--test", "0.4")
    told = json.loads(typed("evaluate", "net", "--json")[1])
    assert net.n_categories_ == len(told["groups"])
    assert told["rows"] == told["unmatched"] + sum(sum(one["counts"]) for one in told["groups"])
    out = typed("evaluate", "net", "--lang", "zh")[1]
    assert "各个类别" in out
    assert "纯度" in out


def test_a_machine_is_judged_by_how_probable_it_finds_the_rows(typed):
    net, found = trained(typed, "rbm")
    data, where = load("bits.csv"), origin.origin_of(net)
    bits = where.preparation.inputs(data)
    X = bits[np.arange(24)[where.division(data)[1]]]
    told = json.loads(typed("evaluate", "net", "--json")[1])
    figures = {"rows": len(X), **net.errors(X)}
    assert figures == {name: told[name] for name in figures}
    assert net.log_likelihood(X).value == told["log_likelihood"] == found["held_out"]["log_likelihood"]
    assert "with the exact partition function" in typed("evaluate", "net")[1].replace("\n", " ")
    assert "配分函数是精确算出的" in typed("evaluate", "net", "--lang", "zh")[1].replace("\n", "")
    head, *answers = csv.reader(typed("predict", "net", "bits.csv")[1].splitlines())
    assert ["reconstruction(u)", "rbm4"] == [head[0], head[-1]]
    restored = np.transpose(list(where.preparation.columns_of(net.predict(bits)).values()))
    expected = np.hstack([restored, net.transform(bits)])
    np.testing.assert_allclose(np.array(answers, float), expected, rtol=1e-5)
    told = json.loads(typed("predict", "net", "bits.csv", "--json")[1])
    assert (restored.tolist(), net.transform(bits).tolist()) == (told["predictions"], told["code"])


def test_a_machine_that_sees_pictures_is_drawn_with_samples_and_chains(typed):
    command = ("train", "rbm", "--data", "bars-and-stripes", "units=4", "max_iter=2", "-o", "net.byhand")
    assert 0 == typed(*command, "--plot", "drawn.svg", "--lang", "zh")[0]
    drawn = Path("drawn.svg").read_text("utf-8")
    assert all(words in drawn for words in ("滤波器", "采样：", "马尔可夫链", ">100 步<"))


def test_a_game_is_judged_by_its_discriminator_and_drawn_as_it_went(typed):
    data, *settings = FAMILIES["gan"]
    command = ("train", "gan", "--data", data, *settings, "-o", "net", "--plot", "drawn.svg")
    assert 0 == typed(*command, "--lang", "en")[0]
    net, drawn = byhand.load("net"), Path("drawn.svg").read_text("utf-8")
    shown = ["loss of the generator", "Samples after epoch 2", "Samples after epoch 3", "generated"]
    assert all(words in drawn for words in shown)
    where, data = origin.origin_of(net), load("spots.csv")
    X = where.preparation.inputs(data)
    told = json.loads(typed("evaluate", "net", "--json")[1])
    figures = {"rows": 9, **net.errors(X[where.division(data)[1]])}
    assert figures == {name: told[name] for name in figures}
    assert "cannot tell them apart" in typed("evaluate", "net")[1].replace("\n", " ")
    head, *answers = typed("predict", "net", "spots.csv")[1].split()
    assert "D" == head
    np.testing.assert_allclose([float(one) for one in answers], net.predict(X), rtol=1e-5)
    data = load("bars-and-stripes")
    shape = Preparation.fit(data)
    X = shape.inputs(data)
    net = GAN(3, 3, loss="wasserstein", max_iter=2, random_state=0).fit(X)
    shown = pictures.panels_of(net, pictures.Seen(X, data.y, shape), "zh")
    assert ["第 1 轮之后生成的样本", "第 2 轮之后生成的样本"] == [panel.title for panel in shown]
    assert (3, 3) == shown[0].pictures[0][1].shape


def test_predictions_are_winners_with_their_places_and_categories(typed):
    net, _ = trained(typed, "som")
    X = origin.origin_of(net).preparation.inputs(load("spots.csv"))
    head, *rows = csv.reader(typed("predict", "net", "spots.csv")[1].splitlines())
    assert ["winner", "map_down", "map_right"] == head
    assert net.predict(X).tolist() == [int(row[0]) for row in rows]
    assert net.transform(X).tolist() == [[float(one) for one in row[1:]] for row in rows]
    told = json.loads(typed("predict", "net", "spots.csv", "--json")[1])
    assert net.transform(X).tolist() == told["positions"]
    net, _ = trained(typed, "fuzzy-art")
    head, *answers = typed("predict", "net", "spots.csv")[1].split()
    assert ("category", net.predict(SPOTS).tolist()) == (head, [int(one) for one in answers])
    assert 2 == typed("predict", "net", "spots.csv", "--proba")[0]


def test_what_a_memory_recalls_and_a_machine_codes_are_predicted_unit_by_unit(typed):
    net, _ = trained(typed, "hopfield")
    head, *rows = csv.reader(typed("predict", "net", "bits.csv")[1].splitlines())
    assert [*"uvwxyz"] == head
    assert net.predict(BITS).tolist() == [[int(one) for one in row] for row in rows]
    told = json.loads(typed("evaluate", "net", "--json")[1])
    assert told["rows"] == told["unmatched"] + sum(sum(one["counts"]) for one in told["groups"])
    net, _ = trained(typed, "boltzmann")
    head, *rows = csv.reader(typed("predict", "net", "bits.csv")[1].splitlines())
    assert (["h0", "h1"], net.predict(BITS).tolist()) == (head, [[int(one) for one in row] for row in rows])
    told = json.loads(typed("evaluate", "net", "--json")[1])
    assert ["00", "01", "10", "11"] == [one["group"] for one in told["groups"]]


def test_an_artmap_s_scores_agree_with_its_answers():
    for classes in (2, 3):
        y = np.array([*"abc"])[KIND % classes]
        net = FuzzyARTMAP(vigilance=0.6).fit(SPOTS, y)
        z = net.decision_function(SPOTS)
        answers = net.classes_[(z > 0).astype(int) if classes == 2 else z.argmax(axis=1)]
        assert net.predict(SPOTS).tolist() == answers.tolist()


# Why


def why(typed, value, *more):
    code, out, err = typed("why", "net", value, "--sample", "4", "--json", *more)
    assert (0, "") == (code, err)
    return json.loads(out)["value"]


def test_a_map_s_next_weight_is_that_of_the_next_step(typed):
    net, _ = trained(typed, "som")
    (x,) = origin.origin_of(net).preparation.inputs(load("spots.csv"))[4:5]
    winner = net.predict([x])[0]
    assert winner == why(typed, "winner")
    assert np.linalg.norm(x - net.params_["W"][5]) == pytest.approx(why(typed, "D[5]"), rel=1e-6)
    wanted = byhand.load("net").partial_fit([x]).params_["W"]
    for value in (f"W_new[{winner},1]", f"W[{winner},1]_new"):
        assert wanted[winner, 1] == pytest.approx(why(typed, value), rel=1e-5)


def test_a_category_s_next_weight_is_that_of_the_next_step(typed):
    net, _ = trained(typed, "fuzzy-artmap", "learning_rate=0.5")
    row = load("spots.csv").take(slice(4, 5))
    wanted = byhand.load("net").partial_fit(row.X, row.y).params_["W"]
    k = int(why(typed, "J1"))
    assert net.predict(row.X)[0] == net.classes_[net.params_["V"][k].argmax()]
    assert wanted[k, 2] == pytest.approx(why(typed, f"W_new[{k},2]"), rel=1e-5)
    code, _, err = typed("why", "net", "J1", "--x", "1,2")
    assert (2, True) == (code, "depends on the class" in err)


def test_the_numbers_of_the_others(typed):
    net, _ = trained(typed, "cascade")
    (x,) = origin.origin_of(net).preparation.inputs(load("spots.csv"))[4:5]
    h1 = np.tanh(net.params_["U"][0, :3] @ [1, *x])
    assert h1 == pytest.approx(why(typed, "h1[0,0]"), rel=1e-6)
    assert h1 == pytest.approx(why(typed, "h1[0,0]", "--x", ",".join(map(str, x))), rel=1e-4)
    assert 2 == typed("why", "net", "L", "--x", "0.5,1")[0]  # the loss needs a target
    net, _ = trained(typed, "rbf")
    apart = np.square(x - net.params_["C"][2]).sum()
    assert np.exp(-net.params_["beta"][2] * apart) == pytest.approx(why(typed, "phi[2]"), rel=1e-5)
    net, _ = trained(typed, "art1")
    assert net.params_["B"][0] @ BITS[4] == pytest.approx(why(typed, "y1[0]"))


# Pictures


@pytest.mark.parametrize(
    ("name", "kinds", "words"),
    [
        ("som", [panels.Lines, maps.Map, maps.Map, maps.Map, maps.Net, maps.Map], "U 矩阵"),
        ("art", [outlines.Outlines], "圆内的输入足够相似"),
        ("fuzzy-art", [outlines.Outlines], "每个类别是一个盒子"),
        ("fuzzy-artmap", [outlines.Outlines], "每个类别是一个盒子"),
        ("rbf", [outlines.Outlines], "半径为 σ 的圆"),
        ("rbm", [panels.Lines, panels.Lines, maps.Map], "每行一个隐藏单元"),
        ("cascade", [growth.Growth], "网络的增长过程"),
        ("art1", [maps.Map], "每行一个类别"),
        ("hopfield", [panels.Lines, hinton.Hinton], "回忆过程中能量下降"),
        ("boltzmann", [panels.Lines, hinton.Hinton], "方块的面积表示大小"),
    ],
)
def test_what_was_learned_is_drawn(typed, monkeypatch, name, kinds, words):
    trained(typed, name, "--plot", "drawn.svg", "--lang", "zh")
    assert words in Path("drawn.svg").read_text("utf-8")
    shown = []
    monkeypatch.setattr(panels, "draw", lambda path, found: shown.extend(found))
    trained(typed, name, "--plot", "drawn.png")
    assert kinds == [type(panel) for panel in shown]


def test_equal_weights_are_squares_of_their_own():
    """Attention that is the same everywhere would be one white area."""
    place = figure.Figure()
    hinton.draw_hinton(place, hinton.Hinton("Attention", np.full((2, 2), 0.5), ("a", "b")))
    squares = [path.get_extents() for path in place.axes[0].collections[0].get_paths()]
    assert 4 == len(squares)
    assert not any(one.overlaps(other) for one, other in combinations(squares, 2))


def test_templates_that_are_pictures_are_called_so(typed):
    digits = ("train", "art1", "--data", "digits", "vigilance=0.3", "--target", "class", "-o", "net.byhand")
    assert 0 == typed(*digits, "--force", "--plot", "drawn.svg", "--lang", "zh")[0]
    count = len(byhand.load("net.byhand").params_["T"])
    assert f"前 16 个类别的模板及其编号（共 {count} 个类别）" in Path("drawn.svg").read_text("utf-8")


def test_groups_are_drawn_by_evaluate_too(typed):
    for name, words in (("som", "Class map"), ("fuzzy-art", "a box each")):
        trained(typed, name)
        assert 0 == typed("evaluate", "net", "-o", "page.html")[0]
        page = Path("page.html").read_text("utf-8")
        assert words in page
        assert "<svg" in page


def seen(X, y, scaling="none"):
    from byhand.data import Preparation, from_arrays

    data = from_arrays(X, y, feature_names=[f"x{k}" for k in range(X.shape[1])])
    preparation = Preparation.fit(data, scaling)
    return pictures.Seen(preparation.inputs(data), data.y, preparation)


def test_boxes_hold_their_samples_in_the_unit_of_the_data():
    shown = seen(SPOTS, KIND)
    net = FuzzyARTMAP().fit(shown.X, KIND)
    (panel,) = pictures.panels_of(net, shown, "en")
    for place, kind in zip(SPOTS, KIND, strict=True):
        own = [one for one in panel.outlines if one.group == kind]
        assert any(
            2 * abs(place[0] - one.x) <= one.width + 1e-5 and 2 * abs(place[1] - one.y) <= one.height + 1e-5
            for one in own
        )
    places = panel.field.places
    assert {0, 1, 2} == set(np.unique(places))
    left, right, bottom, top = panel.field.extent
    column = round((SPOTS[0, 0] - left) / (right - left) * (pictures.GRID - 1))
    row = round((SPOTS[0, 1] - bottom) / (top - bottom) * (pictures.GRID - 1))
    assert net.predict(shown.X[:1])[0] == places[row, column]


def test_circles_have_their_widths_in_the_unit_of_the_data():
    shown = seen(SPOTS * [10, 1], KIND, "standard")
    net = RBFClassifier(4, widths=0.5, random_state=0).fit(shown.X, KIND)
    (panel,) = pictures.panels_of(net, shown, "en")
    spread = (SPOTS * [10, 1]).std(axis=0)
    for one, centre in zip(panel.outlines, net.params_["C"], strict=True):
        assert (2 * 0.5 * spread).tolist() == pytest.approx([one.width, one.height], rel=1e-5)
        assert centre * spread + (SPOTS * [10, 1]).mean(axis=0) == pytest.approx([one.x, one.y], rel=1e-4)


def test_bumps_and_bias_add_up_to_the_curve():
    shown = seen(WAVE[:, None], 5 + np.sin(WAVE), "standard")
    target = shown.preparation.target
    net = RBFRegressor(5, random_state=0).fit(shown.X, (shown.y - target.centre) / target.spread)
    (panel,) = pictures.panels_of(net, shown, "en")
    bias = shown.preparation.restored(net.params_["b"][0])
    assert bias + np.sum(np.array(panel.bumps) - bias, axis=0) == pytest.approx(panel.curve, rel=1e-6)
    assert abs(np.interp(WAVE, panel.grid, panel.curve) - 5 - np.sin(WAVE)).max() < 0.1


def test_the_two_inputs_in_which_units_differ_most_are_shown():
    X = np.column_stack([SPOTS[:, 0], rng.normal(size=45) * 0.01, SPOTS[:, 1]])
    net = FuzzyARTMAP(scale=True).fit(X, KIND)
    (panel,) = pictures.panels_of(net, seen(X, KIND), "en")
    assert ("x0", "x2", None) == (panel.x, panel.y, panel.field)


# Noticed before the work begins


@pytest.mark.parametrize("option", ["-o", "--plot"])
def test_a_file_that_cannot_be_written_is_noticed_before_the_work(typed, monkeypatch, option):
    monkeypatch.setattr(training, "train", None)  # whoever calls it fails
    for path, english, chinese in [("nowhere/net.svg", "no such file or folder", "没有这个文件或文件夹"),
                                   ("folder.svg", "it is a folder", "这是一个文件夹")]:  # fmt: skip
        Path("folder.svg").mkdir(exist_ok=True)
        command = ("train", "som", "--data", "iris", option, path, "--force")
        for language, words in (("en", english), ("zh", chinese)):
            code, out, err = typed(*command, "--lang", language)
            assert (2, "") == (code, out)
            assert words in err


def test_looking_leaves_nothing_behind(typed):
    trained(typed, "som", "--plot", "map.svg")
    before = Path("net").read_bytes()
    assert 2 == typed("evaluate", "net", "--data", "nothing.csv", "-o", "page.html")[0]
    assert not Path("page.html").exists()
    assert before == Path("net").read_bytes()


def test_progress_is_told_on_standard_error(capfd):
    SOM((2, 2), max_iter=2, verbose=True).fit(SPOTS)
    FuzzyARTMAP(verbose=True).fit(SPOTS, KIND)
    told = capfd.readouterr().err
    assert "epoch 2 of 2: " in told
    assert "epoch 1 of at most 100: " in told


def test_what_a_network_makes_of_its_inputs_is_in_the_unit_of_the_data(typed):
    """Lengths of hundreds, and colours: inputs of the order of 1 to the network."""
    rows = [[100 + 7 * k, "red" if k % 3 else "blue"] for k in range(20)]
    written("cloth.csv", ["length", "colour"], rows)
    assert 0 == typed("train", "autoencoder", "--data", "cloth.csv", "max_iter=300", "-o", "net")[0]
    head, *answers = csv.reader(typed("predict", "net", "cloth.csv")[1].splitlines())
    assert ["xhat(length)", "xhat(colour)"] == head[:2]
    assert all(50 < float(answer[0]) < 300 for answer in answers)
    assert [colour for _, colour in rows] == [answer[1] for answer in answers]
    told = json.loads(typed("predict", "net", "cloth.csv", "--json")[1])
    assert [[pytest.approx(float(a[0]), rel=1e-5), a[1]] for a in answers] == told["predictions"]


def test_texts_are_learned_from_lines_and_from_a_column(typed):
    pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    said = [f"{one} {two}" for one in ("to be", "or not", "so be") for two in ("it", "he", "we", "you")]
    Path("lines.txt").write_text("\n".join(said), "utf-8")
    size = ("units=4", "layers=1", "heads=1", "vocabulary=40", "max_iter=1")
    assert 0 == typed("train", "bert", "--data", "lines.txt", *size, "-o", "bert")[0]
    Path("asked.txt").write_text("to [MASK] it\nso [MASK] [MASK]\n", "utf-8")
    head, *answers = csv.reader(typed("predict", "bert", "asked.txt")[1].splitlines())
    assert [["xhat"], [1, 2]] == [head, [len(one.split()) for (one,) in answers]]
    assert json.loads(typed("evaluate", "bert", "--json")[1])["masked_loss"] > 0
    assert 0 == typed("why", "bert", "l[0]")[0]
    written("said.csv", ["said", "who"], [[one, one[0]] for one in said])
    command = ("train", "transformer", "--data", "said.csv", "pretrained=bert", "max_iter=1", "-o", "net")
    assert 0 == typed(*command)[0]
    net = byhand.load("net")
    assert byhand.load("bert").tokens_.words.tolist() == net.tokens_.words.tolist()
    head, *answers = csv.reader(typed("predict", "net", "said.csv")[1].splitlines())
    assert (["who"], [[one] for one in net.predict(said).tolist()]) == (head, answers)
    assert 0 == typed("why", "net", "L")[0]
    assert 0 == typed("evaluate", "net", "-o", "net.html")[0]
