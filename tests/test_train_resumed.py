"""``byhand train --resume``: going on to the same weights, and what a file says of its origin."""

import shlex
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from pets import SMALL, command_beside_tables, quiet, same

import byhand
from byhand.cli import run
from byhand.errors import ProblemError
from byhand.networks import Perceptron
from byhand.networks.tasks import origin
from byhand.train import online


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_beside_tables(capfd)


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
