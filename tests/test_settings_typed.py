"""Networks by name and their settings as they are typed: read, listed, refused; help and pictures."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pets import SMALL, command_beside_tables

from byhand.cli import run
from byhand.data import load
from byhand.networks.tasks import named, saving
from byhand.networks.tasks.allowed import misfit
from byhand.words import LANGUAGES, catalogue


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_beside_tables(capfd)


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
