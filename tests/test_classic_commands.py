"""The command line with networks that need no descent: told, judged, used, asked why."""

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from classic_families import (
    BITS,
    FAMILIES,
    KIND,
    SPOTS,
    command_in_a_folder_with_data,
    trained,
    written,
)

import byhand
from byhand.data import Preparation, load
from byhand.networks import ART1, GAN, SOM, FuzzyARTMAP
from byhand.networks.tasks import grouping, origin, pictures, training
from byhand.networks.tasks.seen import Seen


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_in_a_folder_with_data(capfd)


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
    written("plain.csv", ["a", "b", "c"], np.random.default_rng(3).normal(size=(20, 3)).tolist())
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
    shown = pictures.panels_of(net, Seen(X, data.y, shape), "zh")
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
