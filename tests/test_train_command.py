"""``byhand train`` as a user meets it, and the file it leaves."""

import json
from pathlib import Path

import numpy as np
import pytest
from pets import SMALL, command_beside_tables, quiet

import byhand
from byhand.data import load
from byhand.networks import MLPClassifier
from byhand.train.backend import threads
from byhand.words import LANGUAGES


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_beside_tables(capfd)


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
