"""The command line with networks that need no descent: broken off, and gone on with."""

from pathlib import Path

import pytest
from classic_families import FAMILIES, command_in_a_folder_with_data, same, trained

import byhand
from byhand.train import adversarial, boltzmann, competitive, contrastive, growing, resonance


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_in_a_folder_with_data(capfd)


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
