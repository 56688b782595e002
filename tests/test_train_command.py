"""``byhand train`` as a user meets it, the file it leaves, and going on after Ctrl-C."""

import json
import re
import shlex
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.data import load
from byhand.errors import ProblemError
from byhand.networks import MLPClassifier, Perceptron, named, origin, saving
from byhand.networks.allowed import misfit
from byhand.train import online
from byhand.train.backend import threads
from byhand.words import LANGUAGES, catalogue

# Missing: the weight of row 3, the colour of row 5.
PETS = """\
id,weight,colour,animal
0,4.5,black,cat
1,12,brown,dog
2,3.5,black,cat
3,,white,dog
4,5,white,cat
5,18,,dog
6,4,black,cat
7,15,brown,dog
8,3,white,cat
9,9,brown,dog
"""
LAMP = "left,right,lamp\n0,0,off\n0,1,off\n1,0,off\n1,1,on\n"
SMALL = ("hidden_layer_sizes=3", "max_iter=4", "activation=tanh")


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    """Runs a command in a folder with data: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    Path("pets.csv").write_text(PETS, "utf-8")
    Path("lamp.csv").write_text(LAMP, "utf-8")

    def command(*arguments):
        code = run([str(one) for one in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def quiet(learn, *samples):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return learn(*samples)


def same(one, other):
    return all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)


TOLD = {
    "en": """\
Perceptron trained with lamp
════════════════════════════

Data
────
• lamp: 4 rows, 2 inputs
• classes (lamp): off (3), on (1)
• all 4 rows to learn from, none held out

Network
───────
• 2-1, 3 parameters (step)
• settings: random_state=0, shuffle=False; threads: {threads}

Result
──────
          accuracy
────────  ────────
training  100.0 %

→ Epoch 6 had no mistake, so there was nothing more to learn.

What next
─────────
• The network is in perceptron-lamp.byhand.
• byhand evaluate perceptron-lamp.byhand
• byhand why perceptron-lamp.byhand 'W1_new[0,0]' --sample 0
""",
    "zh": """\
用 lamp 训练 Perceptron
═══════════════════════

数据
────
• lamp：4 行，2 个输入
• 类别（lamp）：off (3)、on (1)
• 全部 4 行用于学习，没有留出

网络
────
• 2-1，共 3 个参数（step）
• 设置：random_state=0, shuffle=False；线程数：{threads}

结果
────
          正确率
────────  ───────
训练部分  100.0 %

→ 第 6 轮没有出错，没有什么可再学的了。

接下来
──────
• 网络存在 perceptron-lamp.byhand 中。
• byhand evaluate perceptron-lamp.byhand
• byhand why perceptron-lamp.byhand 'W1_new[0,0]' --sample 0
""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_training_is_told_word_for_word(typed, language):
    arguments = ("train", "perceptron", "--data", "lamp.csv", "shuffle=false", "--scaling", "none")
    code, out, err = typed(*arguments, "--lang", language)
    assert (0, "") == (code, err)
    assert TOLD[language].format(threads=threads()) == out
    assert byhand.load("perceptron-lamp.byhand").predict([[0, 1], [1, 1]]).tolist() == ["off", "on"]


def test_the_inputs_are_prepared_by_the_training_part_alone(typed):
    code, out, _ = typed("train", "mlp", "--data", "pets.csv", "--drop", "id", *SMALL, "--seed", 2)
    assert 0 == code
    assert "8 rows to learn from, 2 held out (seed 2)" in out
    net = byhand.load("mlp-pets.byhand")
    rows = np.arange(10)
    training, held_out = (rows[part] for part in load("pets.csv", drop=["id"]).division(None, 2))
    assert (8, 2, set(rows)) == (len(training), len(held_out), {*training, *held_out})
    weight = np.array([4.5, 12, 3.5, np.nan, 5, 18, 4, 15, 3, 9])
    colour = np.array(["black", "brown", "black", "white", "white", "", "black", "brown", "white", "brown"])
    weight = np.where(np.isnan(weight), np.nanmedian(weight[training]), weight)
    scaled = (weight - weight[training].mean()) / weight[training].std()
    levels = [*sorted(set(colour[training]) - {""}), *([""] if "" in colour[training] else [])]
    X = np.column_stack([scaled, *(colour == level for level in levels)])
    y = np.array(["cat", "dog"] * 5)
    wanted = quiet(MLPClassifier(3, "tanh", max_iter=4, random_state=2).fit, X[training], y[training])
    assert all(np.allclose(net.params_[name], wanted.params_[name], atol=1e-6) for name in wanted.params_)
    assert f"{X.shape[1]}-3-2" in out


def test_the_publisher_s_division_is_kept(typed):
    X, y = np.arange(24.0).reshape(12, 2), np.arange(12) % 2
    np.savez("parts.npz", x_train=X[:9], y_train=y[:9], x_test=X[9:], y_test=y[9:])
    assert (
        "9 rows to learn from, 3 held out, as published"
        in typed("train", "adaline", "--data", "parts.npz")[1]
    )
    assert 3 == json.loads(typed("evaluate", "adaline-parts.byhand", "--json")[1])["rows"]


def test_json_is_one_object(typed):
    code, out, _ = typed("train", "mlp", "--data", "houses", *SMALL, "--test", "0.5", "--json", "-o", "h")
    found = json.loads(out)
    assert (0, "byhand.train/1", "MLPRegressor") == (code, found["schema"], found["network"])
    inputs, *layers = found["layers"]
    assert ([3, 1], inputs * 3 + 3 + 3 + 1) == (layers, found["parameters"])
    assert ("epochs", 4, 4) == (found["stopped"], found["epochs"], len(found["loss_curve"]))
    assert (1465, 1465) == (found["training"]["rows"], found["held_out"]["rows"])
    assert found["held_out"]["rmse"] > 1000  # dollars, not standard deviations


def test_nothing_is_replaced_unasked(typed):
    command = ("train", "perceptron", "--data", "lamp.csv", "-o", "own.byhand")
    assert 0 == typed(*command)[0]
    before = Path("own.byhand").read_bytes()
    code, out, err = typed(*command)
    assert (2, "") == (code, out)
    assert "own.byhand is there already" in err
    assert before == Path("own.byhand").read_bytes()
    assert 0 == typed(*command, "--force", "learning_rate=0.5")[0]
    assert before != Path("own.byhand").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mpl", "--data", "iris"], "did you mean mlp?"),
        (["mlp"], "--data"),
        (["mlp", "--data", "irs"], "did you mean iris?"),
        (["mlp", "--data", "pets.csv", "--target", "animl"], "did you mean “animal”?"),
        (
            ["mlp", "--data", "pets.csv", "hiden_layer_sizes=3"],
            "did you mean hidden_layer_sizes? It has: acc",
        ),
        (["mlp", "--data", "pets.csv", "max_iter=-3"], "max_iter may be 1, 2, …; here it is -3"),
        (["mlp", "--data", "pets.csv", "max_iter"], "no pair of a name and a value"),
        (["logistic", "--data", "houses"], "logistic does not fit the targets of houses"),
        (["mlp", "--data", "one.csv"], "the one class x"),
        (["mlp", "--data", "gap.csv"], "no value in row 2"),
        (["mlp", "--data", "pets.csv", "--plot", "loss.doc"], ".svg, .png, .pdf"),
        (["mlp", "--data", "pets.csv", "--resume"], "nothing to go on with"),
    ],
)
def test_what_cannot_be_used_is_said(typed, arguments, told):
    Path("one.csv").write_text("a,b,y\n1,2,x\n2,3,x\n4,1,x\n", "utf-8")
    Path("gap.csv").write_text("a,b,y\n1,2,3.5\n2,3,\n4,1,2.5\n", "utf-8")
    code, out, err = typed("train", *arguments)
    assert (2, "") == (code, out)
    assert told in err
    assert 2 == typed("train", *arguments, "--lang", "zh")[0]
    assert [] == list(Path().glob("*.byhand"))


# Going on


def test_a_training_goes_on_with_more_epochs(typed):
    command = ("train", "mlp", "--data", "pets.csv", *SMALL)
    assert "max_iter=8 --resume" in typed(*command)[1]
    assert 0 == typed(*command, "max_iter=8", "--resume")[0]
    assert 0 == typed(*command, "max_iter=8", "-o", "whole.byhand")[0]
    resumed, whole = byhand.load("mlp-pets.byhand"), byhand.load("whole.byhand")
    assert 8 == resumed.n_iter_
    assert same(resumed, whole)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (["learning_rate=0.5"], "learning_rate=0.001"),
        (["--seed", "1"], "random_state=0"),
        (["--seed", "1", "random_state=0"], "seed=0"),
        (["--test", "0.4"], "test=None"),
        (["--scaling", "range"], "scaling=standard"),
        (["--drop", "id"], "other data or columns"),
    ],
)
def test_only_the_same_training_goes_on(typed, change, told):
    command = ("train", "mlp", "--data", "pets.csv", *SMALL)
    typed(*command)
    code, _, err = typed(*command, *change, "--resume")
    assert 2 == code
    assert told in err


def test_after_ctrl_c_the_command_that_is_named_goes_on_to_the_same_weights(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = ["hidden_layer_sizes=4", "max_iter=2000", "tol=0", "n_iter_no_change=2000"]
    command = ["train", "mlp", "--data", "spirals", *settings]
    process = subprocess.Popen(
        [sys.executable, "-m", "byhand", *command], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    path = tmp_path / "mlp-spirals.byhand"
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (130, "") == (process.returncode, out)
    assert "Interrupted after epoch" in err
    assert byhand.load(path).n_iter_ < 2000
    (again,) = [line for line in err.splitlines() if line.startswith("  byhand ")]
    assert 0 == run(shlex.split(again)[1:])
    assert 0 == run([*command, "-o", "whole.byhand"])
    assert same(byhand.load(path), byhand.load(tmp_path / "whole.byhand"))


def test_a_perceptron_goes_on_too(typed, monkeypatch):
    rows = [f"{k % 7},{k % 5},{k % 2}" for k in range(35)]
    Path("two.csv").write_text("\n".join(["a,b,y", *rows]), "utf-8")
    command = ("train", "perceptron", "--data", "two.csv", "max_iter=12")
    go_through = online.go_through

    def broken_off(*arguments):
        for number, epoch in enumerate(go_through(*arguments), 1):
            yield epoch
            if number == 5:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(online, "go_through", broken_off)
        code, out, err = typed(*command)
    assert (130, "") == (code, out)
    assert "after epoch 5" in err
    assert 0 == typed(*command, "--resume")[0]
    assert 0 == typed(*command, "-o", "whole.byhand")[0]
    resumed, whole = byhand.load("perceptron-two.byhand"), byhand.load("whole.byhand")
    assert (12, whole.mistakes_) == (resumed.n_iter_, resumed.mistakes_)
    assert same(resumed, whole)


@pytest.mark.parametrize(
    ("setting", "told"),
    [("restarts=2", "max_iter=8 --resume"), ("strategy=annealing", "over after 4 proposals")],
)
def test_a_search_is_gone_on_with_too(typed, setting, told):
    command = ("train", "mlp", "--data", "pets.csv", *SMALL, setting)
    code, out, _ = typed(*command, "--force")
    assert 0 == code
    assert told in out
    net = byhand.load("mlp-pets.byhand")
    assert "pets.csv" == origin.origin_of(net).source
    assert 0 == typed(*command, "--resume")[0]
    assert same(net, byhand.load("mlp-pets.byhand"))


def test_a_perceptron_that_made_no_mistake_has_nothing_to_go_on_with():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    net = Perceptron(random_state=0).fit(X, y)
    epochs = net.n_iter_
    assert epochs == net.resume(X, y).n_iter_


# What the file says of its origin


def test_a_fit_by_hand_forgets_where_the_samples_were_from(typed):
    for network in ("perceptron", "mlp"):
        typed("train", network, "--data", "lamp.csv", "-o", "net.byhand", "--force", "max_iter=2")
        net = byhand.load("net.byhand")
        assert "lamp.csv" == origin.origin_of(net).source
        quiet(net.fit, [[0, 1], [1, 0]], ["off", "on"])
        assert origin.origin_of(net) is None


def test_files_from_before_still_load():
    net = byhand.load(Path(__file__).parent / "networks" / "version-1.byhand")
    assert origin.origin_of(net) is None


def test_an_origin_that_cannot_be_read_is_an_error():
    net = Perceptron()
    net.origin_ = {"source": "xor"}
    with pytest.raises(ProblemError) as caught:
        origin.origin_of(net)
    assert "no_preparation" == caught.value.code


def test_a_warning_that_comes_last_is_told_too(typed, monkeypatch):
    save = origin.OriginCheckpoint.save

    def saved(self, network):
        save(self, network)
        warnings.warn("The disk is nearly full.", stacklevel=2)

    monkeypatch.setattr(origin.OriginCheckpoint, "save", saved)
    _, out, _ = typed("train", "mlp", "--data", "lamp.csv", "max_iter=1", "restarts=2")
    assert "The disk is nearly full." in out
    assert "Epoch 1 was the last one allowed" in out
    assert "still falling" not in out


# Names, settings, pictures


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_network_can_be_named_and_has_words(language):
    words = {code.removeprefix("network.") for code in catalogue(language) if code.startswith("network.")}
    assert words == named.NAMES.keys()
    assert set(saving.NETWORKS) == {kind for kinds in named.NAMES.values() for kind in kinds}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n=16", 16),
        ("n=1e-3", 0.001),
        ("n=16,8", [16, 8]),
        ("n=[16, 8]", [16, 8]),
        ("n=relu,tanh", ["relu", "tanh"]),
        ("n=True", True),
        ("n=null", None),
        ('n={"momentum": 0.9}', {"momentum": 0.9}),
        ('n={"momentum": 0.9, "b": 1}', {"momentum": 0.9, "b": 1}),
        ("n=adam", "adam"),
    ],
)
def test_settings_are_read(text, value):
    assert ("n", value) == named.setting(text)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("mlp", "iris", "MLPClassifier"),
        ("MLP", "diabetes", "MLPRegressor"),
        ("MLPClassifier", "iris", "MLPClassifier"),
        ("adaline", "xor", "Adaline"),
    ],
)
def test_a_name_stands_for_the_network_that_fits_the_targets(name, data, kind):
    assert kind == type(named.network(name, load(data), {})).__name__


def test_a_learning_curve_is_drawn(typed):
    command = ("train", "mlp", "--data", "pets.csv", *SMALL, "early_stopping=true", "validation_fraction=0.5")
    assert 0 == typed(*command, "--plot", "loss.svg", "--lang", "zh")[0]
    drawn = Path("loss.svg").read_text("utf-8")
    assert all(words in drawn for words in ("损失", "验证得分", "轮"))
    assert 0 == typed("train", "perceptron", "--data", "lamp.csv", "--plot", "mistakes.png")[0]
    assert Path("mistakes.png").read_bytes().startswith(b"\x89PNG")


def test_help_is_quick():
    program = (
        "import sys; from byhand.cli import run\n"
        "codes = [run([name, '--help']) for name in ('train', 'evaluate', 'predict')] + [run(['list'])]\n"
        "sys.exit(any(codes) or bool({'jax', 'sklearn', 'matplotlib'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("arguments", [["train", "mlp", "--data", "xor"], ["list", "mlp"]])
def test_what_is_missing_is_named(arguments):
    program = (
        "import sys\nsys.modules['sklearn.base'] = None\n"
        f"from byhand.cli import run\nsys.exit(run({arguments!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (2, "") == (done.returncode, done.stdout)
    assert 'pip install "byhand[train]"' in done.stderr


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("hidden_layer_sizes=abc", "A,B,… | 1, 2, …"),
        (
            "activation=relux",
            "gaussian | identity | leaky_relu | relu | sigmoid | softplus | tanh | A,B,…",
        ),
        ("validation_fraction=1.5", "0 < … < 1"),
        ("alpha=-1", "≥ 0"),
        ("shuffle=maybe", "true | false"),
    ],
)
def test_a_setting_of_no_use_is_told_in_the_readers_language(capfd, setting, allowed):
    key, _, value = setting.partition("=")
    for language, told in (
        ("en", f"{key} may be {allowed}; here it is {value}."),
        ("zh", f"{key} 可以是 {allowed}；这里写的是 {value}。"),
    ):
        assert 2 == run(["train", "mlp", "--data", "iris", setting, "--lang", language])
        assert told in " ".join(capfd.readouterr().err.split())


# What may be set


@pytest.mark.parametrize("name", named.NAMES)
def test_the_settings_that_are_listed_can_be_typed(typed, name):
    _, out, _ = typed("list", name, "--json")
    listed = json.loads(out)["settings"]
    for kind in named.kinds(name):
        mine = {one["name"]: one["default"] for one in listed if kind.__name__ in one["kinds"]}
        read = dict(named.setting(f"{key}={text}") for key, text in mine.items())
        assert {key: as_typed(value) for key, value in kind().get_params(deep=False).items()} == read
        assert misfit(kind().set_params(**read)) is None
    assert all(one["allowed"] for one in listed)


def as_typed(value):
    """What a value is read as: lists for tuples, a list of one as that one."""
    found = json.loads(json.dumps(value))
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def test_the_settings_of_a_network_are_a_table_in_either_language(typed):
    _, out, _ = typed("list", "lstm")
    assert re.search(r"loss \(of LSTMRegressor\) +auto +auto \| mse \| quadratic", out)
    assert re.search(r"^units +32 +1, 2, …$", out, re.MULTILINE)
    _, out, _ = typed("list", "lstm", "--lang", "zh")
    assert "loss（仅 LSTMRegressor）" in out
    code, _, err = typed("list", "lsmt")
    assert 2 == code
    assert "did you mean lstm?" in err
