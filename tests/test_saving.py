"""Saving a network and going on with it."""

import json
import os
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save
from sklearn.exceptions import ConvergenceWarning

from byhand.errors import ProblemError
from byhand.networks import MLPClassifier, MLPRegressor
from byhand.networks.fits import files
from byhand.networks.tasks.saving import load
from byhand.rules import RULES

rng = np.random.default_rng(4)
X = rng.normal(size=(7, 3)) + 0.1
WORDS = np.array(["low", "mid", "top", "mid", "low", "top", "low"])
AMOUNTS = X @ [[1.0, 0.5], [-2.0, 0.1], [0.5, 0.9]] + 0.3


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "net.byhand"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier().fit(X, WORDS).save(path)
    return path


def classifier(**settings):
    return MLPClassifier((4,), ["tanh"], batch_size=3, max_iter=2, random_state=1, **settings)


def assert_same(one, other):
    assert one.params_.keys() == other.params_.keys()
    assert all((one.params_[name] == other.params_[name]).all() for name in one.params_)
    assert one.loss_curve_ == other.loss_curve_
    assert (one.t_, one.n_iter_) == (other.t_, other.n_iter_)


# Going on


@pytest.mark.parametrize("rule", RULES)
def test_going_on_from_a_file_is_never_having_stopped(tmp_path, rule):
    path = tmp_path / "net.byhand"
    never = classifier(rule=rule, warm_start=True).fit(X, WORDS)
    never.save(path)
    resumed = load(path)
    assert_same(never, resumed)
    assert_same(never.fit(X, WORDS), resumed.fit(X, WORDS))
    assert 4 == resumed.n_iter_
    if rule == "adam":
        assert_same(never.partial_fit(X[:3], WORDS[:3]), resumed.partial_fit(X[:3], WORDS[:3]))


def test_everything_comes_back(saved):
    net, back = classifier().fit(X, WORDS), load(saved)
    assert net.get_params() == back.get_params()
    assert MLPClassifier is type(back)
    assert net.predict(X).tolist() == back.predict(X).tolist()
    assert (net.predict_proba(X) == back.predict_proba(X)).all()
    assert vars(net).keys() == vars(back).keys()
    assert net.work(X[:1], WORDS[:1]).to_json() == back.work(X[:1], WORDS[:1]).to_json()


def test_a_regressor_with_numpy_s_settings(tmp_path):
    net = MLPRegressor((np.int64(3),), learning_rate=np.float64(0.01), max_iter=1, random_state=0, tol=0)
    net.fit(X, AMOUNTS).save(tmp_path / "net")
    assert (net.predict(X) == load(tmp_path / "net").predict(X)).all()
    assert 0.01 == load(str(tmp_path / "net")).learning_rate


def test_the_file_is_safetensors_with_json(saved):
    tensors = load_file(saved)
    assert (4, 3) == tensors["params_.W1"].shape
    assert {"rule_state_.m.W1", "rule_state_.v.b2"} < tensors.keys()
    about = header(saved)
    assert (2, "MLPClassifier") == (about["format_version"], about["kind"])
    assert {"python", "byhand", "numpy", "jax"} <= about["versions"].keys()
    assert 64 == len(about["sha256"])


def header(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["byhand"])


def test_a_file_of_version_1_is_still_read_and_trained_on():
    """Written by byhand 0.1 with JAX 0.10.2; what it predicted and learned then stands here."""
    inputs = [[0.2, -1.1, 0.4], [1.3, 0.5, -0.7], [-0.6, 0.9, 1.8], [0.1, 0.3, -1.2], [2.0, -0.4, 0.6]]
    net = load(Path(__file__).parent / "networks" / "version-1.byhand")
    chances = [[0.3490985, 0.3467695, 0.3041320], [0.1983588, 0.1803581, 0.6212831]]
    np.testing.assert_allclose(net.predict_proba(inputs[:2]), chances, rtol=1e-5)
    assert (3, 9) == (net.n_iter_, net.t_)
    net.partial_fit(inputs, ["low", "top", "mid", "low", "top"])
    np.testing.assert_allclose(net.loss_curve_, [0.9721245, 0.7975797, 0.6765059, 0.5691362], rtol=1e-5)
    with pytest.raises(ProblemError, match="no fit to go on with"):
        net.resume(inputs, ["low", "top", "mid", "low", "top"])


# Damage


def test_every_length_cut_short_is_an_error(saved, tmp_path):
    content, cut = saved.read_bytes(), tmp_path / "cut"
    for length in {*range(0, len(content), 211), *range(20), len(content) - 1}:
        cut.write_bytes(content[:length])
        with pytest.raises(ProblemError, match=r"damaged|no file of a byhand network"):
            load(cut)


def test_every_byte_changed_is_an_error(saved, tmp_path):
    content, changed = bytearray(saved.read_bytes()), tmp_path / "changed"
    for place in range(0, len(content), 37):
        content[place] ^= 1
        changed.write_bytes(content)
        with pytest.raises(ProblemError):
            load(changed)
        content[place] ^= 1


def test_a_digit_that_changes_no_number_is_an_error(saved, tmp_path):
    """0.001 written 1e-3 is the same number: the file is another all the same."""
    content, changed = saved.read_bytes(), tmp_path / "changed"
    assert 1 == content.count(b": 0.001,")
    changed.write_bytes(content.replace(b": 0.001,", b":  1e-3,"))
    with pytest.raises(ProblemError, match="damaged"):
        load(changed)


def test_files_that_are_something_else(tmp_path):
    other = tmp_path / "other"
    for content in (
        b"",
        b"\x80\x04K\x01.",
        b"PK\x03\x04" + bytes(100),
        save({"w": np.ones(2)}),
        b"\xff" * 50,
    ):
        other.write_bytes(content)
        with pytest.raises(ProblemError, match="no file of a byhand network"):
            load(other)
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(ProblemError, match="cannot be read"):
            load(path)


def altered(saved, **changes):
    """The file with other metadata and a digest that fits them."""
    tensors, about = load_file(saved), header(saved)
    for key, value in changes.items():
        about[key] = {**about[key], **value} if isinstance(value, dict) else value
    del about["sha256"]
    about["sha256"] = files._digest(about, tensors)
    return save(tensors, {"byhand": json.dumps(about)})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": 3}, "format version 3"),
        ({"format_version": 0}, "format version 0"),
        ({"format_version": [1]}, "format version"),
        ({"kind": "os.system"}, "os.system; this byhand knows MLPClassifier"),
        ({"settings": {"alpha": -1.0}}, "damaged"),
        ({"settings": {"hidden_layer_sizes": {"tuple": [5]}}}, "damaged"),
        ({"settings": {"surprise": 1}}, "damaged"),
        ({"state": {"fit": 1}}, "damaged"),
        ({"state": {"__class__": 1}}, "damaged"),
        ({"state": {"params_": {"table": {}}}}, "damaged"),
        ({"state": {"n_features_in_": 4}}, "damaged"),
        ({"state": {"rule_state_": {"table": {"s": {"array": "params_.W1"}}}}}, "damaged"),
        ({"state": {"t_": {"array": "absent"}}}, "damaged"),
        ({"state": 3}, "damaged"),
        ({"state": {"_fitting": {"table": {}}}}, "damaged"),
        ({"state": {"_fitting": {"table": {"first": 0}}}}, "damaged"),
        ({"state": {"_fitting": {"table": {"first": 0, "surprise": 1}}}}, "damaged"),
    ],
)
def test_a_file_made_by_somebody_else(saved, tmp_path, changes, message):
    path = tmp_path / "made"
    path.write_bytes(altered(saved, **changes))
    with pytest.raises(ProblemError, match=message):
        load(path)


def test_a_made_file_without_changes_is_read(saved, tmp_path):
    (tmp_path / "made").write_bytes(altered(saved))
    assert_same(load(saved), load(tmp_path / "made"))


def test_a_file_that_is_too_large_is_not_read(saved, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    with pytest.raises(ProblemError, match="larger than"):
        load(saved)


# Writing


def test_an_earlier_file_stays_when_writing_fails(saved, tmp_path, monkeypatch):
    path = tmp_path / "net.byhand"
    path.write_bytes(saved.read_bytes())
    net = load(path)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProblemError, match=r"net\.byhand cannot be written: the disk is full"):
        net.save(path)
    assert_same(net, load(path))
    assert ["net.byhand"] == [file.name for file in tmp_path.iterdir()]


def test_a_folder_that_is_not_there(saved, tmp_path):
    with pytest.raises(ProblemError, match="cannot be written"):
        load(saved).save(tmp_path / "absent" / "net")


def test_a_setting_that_cannot_be_written_down(tmp_path):
    net = classifier().set_params(random_state=np.random.RandomState(0)).fit(X, WORDS)
    with pytest.raises(
        ProblemError, match=r"settings\.random_state cannot be saved: it is of the type RandomState"
    ):
        net.save(tmp_path / "net")
    assert [] == list(tmp_path.iterdir())
