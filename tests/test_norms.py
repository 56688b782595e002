"""Norms of a network for images: what is compiled is what is worked out; PyTorch's numbers; what is kept."""

import copy
import warnings

import jax
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.equations import image_batches
from byhand.equations.convolutional import Form
from byhand.equations.image_layers import written
from byhand.networks import CNNClassifier
from byhand.networks.convolutional.feature_maps import outputs
from byhand.networks.tasks.saving import load
from byhand.train import descent
from byhand.train.backend import quick_options
from byhand.train.imaging import Imaging

rng = np.random.default_rng(4)
LAYERS = ("conv 2 2x2", "batch_norm", "tanh", "layer_norm", "dense 3", "batch_norm", "sigmoid")
FORM = Form(written(LAYERS), (2, 3, 4), 3, "softmax", "cross_entropy")
PARAMS = {name: rng.normal(size=shape) / 2 for name, shape in FORM.shapes.items()}
KEPT = {name: 1 + rng.uniform(-0.5, 0.5, shape) for name, shape in FORM.statistics.items()}
X, Y = rng.normal(size=(4, *FORM.image)), np.eye(3)[[2, 0, 1, 2]]
IMAGES, NAMES = rng.uniform(0.1, 1, (4, 4, 3)).astype(np.float32), np.array(["up", "down", "left", "up"])
HOW = {"rule": "momentum", "learning_rate": 0.2, "max_iter": 2, "random_state": 3, "shuffle": False}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def worked(weight=None):
    """The step of a batch; with weights each image counts its own."""
    columns = {"x": X, "y": Y} if weight is None else {"x": X, "y": Y, "c": weight}
    lines = image_batches.equations(FORM, len(X), weighted=weight is not None)
    given = {**PARAMS, **KEPT, **image_batches.given(columns)}
    return byhand.work(problem=lines, given=given, minimise="L", learn=list(PARAMS))


@pytest.mark.parametrize("weight", [None, np.array([0.5, 1.5, 1.75, 0.25])], ids=["alike", "weighted"])
def test_a_compiled_step_is_the_step_that_is_worked_out(weight):
    """The batch is filled up with an image that counts nothing."""
    work, share = worked(weight), np.append(np.ones(4) if weight is None else weight, 0) / 4
    filled = {"x": np.concatenate([X, X[:1] + 9]), "y": np.concatenate([Y, Y[:1]]), "share": share}

    def batch(params):
        losses, after = Imaging(FORM).together({**params, **KEPT}, filled)
        return (share * losses).sum(), after

    with jax.enable_x64(True):
        graded = jax.jit(jax.value_and_grad(batch, has_aux=True), compiler_options=quick_options())
        (value, after), gradients = graded(PARAMS)
    np.testing.assert_allclose(value, work.run.first.objective, rtol=1e-12)
    for key, gradient in gradients.items():
        np.testing.assert_allclose(gradient, work.gradients[key], rtol=1e-11, atol=1e-13, err_msg=key)
    assert KEPT.keys() == after.keys()
    for key, moved_on in after.items():
        np.testing.assert_allclose(moved_on, work.values[f"{key}_new"], rtol=1e-12, err_msg=key)


def test_pytorch_has_the_same_numbers_learning_and_answering():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    net = nn.Sequential(
        *(nn.Conv2d(2, 2, 2), nn.BatchNorm2d(2), nn.Tanh(), nn.LayerNorm((2, 2, 3)), nn.Flatten()),
        *(nn.Linear(12, 3), nn.BatchNorm1d(3), nn.Sigmoid(), nn.Linear(3, 3)),
    ).double()
    layers = {1: net[0], 2: net[1], 3: net[3], 4: net[5], 5: net[6], 6: net[8]}
    own = {"W": "weight", "b": "bias", "gamma": "weight", "beta": "bias"}
    own |= {"M": "running_mean", "V": "running_var"}

    def theirs(name):
        letters = name.rstrip("0123456789")
        return getattr(layers[int(name[len(letters) :])], own[letters])

    with torch.no_grad():
        for name, value in {**PARAMS, **KEPT}.items():
            theirs(name).copy_(torch.tensor(value.reshape(theirs(name).shape)))
    found = net.eval()(torch.tensor(X)).softmax(1)
    np.testing.assert_allclose(outputs(FORM, {**PARAMS, **KEPT}, X), found.detach(), rtol=1e-10)
    loss = nn.functional.cross_entropy(net.train()(torch.tensor(X)), torch.tensor(Y))
    loss.backward()
    work = worked()
    assert pytest.approx(loss.item(), rel=1e-10) == work.values["L"]
    for name in PARAMS:
        expected = theirs(name).grad.numpy().reshape(PARAMS[name].shape)
        np.testing.assert_allclose(work.gradients[name], expected, rtol=1e-10, atol=1e-13, err_msg=name)
    for name in KEPT:
        expected = theirs(name).numpy().reshape(KEPT[name].shape)
        np.testing.assert_allclose(work.values[f"{name}_new"], expected, rtol=1e-10, err_msg=name)


def test_an_epoch_of_one_batch_is_the_step_that_work_tells(tmp_path):
    net = CNNClassifier(LAYERS, **HOW).fit(IMAGES, NAMES)
    net.save(tmp_path / "net.byhand")
    work, again = net.work(IMAGES, NAMES), load(tmp_path / "net.byhand")
    net.partial_fit(IMAGES, NAMES), again.partial_fit(IMAGES, NAMES)
    for key in net.params_:
        new = work.updates[key].new if key in work.updates else work.values[f"{key}_new"]
        np.testing.assert_allclose(net.params_[key], new, rtol=1e-5, atol=1e-6, err_msg=key)
        np.testing.assert_array_equal(net.params_[key], again.params_[key])
    told = work.to_text(language="zh")
    assert "第 2 层：batch_norm" in told
    assert "第 2 层：每个通道或单元在这一批上的均值" in told


def test_one_image_is_normed_by_what_was_kept():
    net = CNNClassifier(LAYERS, **HOW).fit(IMAGES, NAMES)
    alone = np.concatenate([net.predict_proba(image[None]) for image in IMAGES])
    np.testing.assert_allclose(net.predict_proba(IMAGES), alone, rtol=1e-12)
    why = net.why("yhat[1]", IMAGES[0])
    assert pytest.approx(alone[0, 1], rel=1e-12) == why.value
    assert "M2[1, 0, 0]" in str(net.why("n2[1,0,1]", IMAGES[0]))
    assert net.feature_maps(IMAGES)["h2"].shape == (4, 2, 3, 2)


def test_equal_images_count_as_often_as_they_are_there():
    """A whole batch is not made shorter: the running variance knows how many numbers there were."""
    twice = np.repeat(IMAGES, 2, axis=0), np.repeat(NAMES, 2)
    net = CNNClassifier(LAYERS, **HOW).fit(*twice)
    work = net.work(*twice)
    net.partial_fit(*twice)
    np.testing.assert_allclose(net.params_["V2"], work.values["V2_new"], rtol=1e-6)


def test_a_batch_that_is_normed_together_is_not_divided_among_devices(monkeypatch):
    def shares(*_):
        raise AssertionError

    monkeypatch.setattr(descent, "shares", shares)
    monkeypatch.setattr(Imaging, "divisible", True, raising=False)
    net = CNNClassifier(LAYERS, **HOW).fit(IMAGES, NAMES)
    with pytest.raises(AssertionError):
        copy.deepcopy(net).set_params(layers=LAYERS[3:5]).fit(IMAGES, NAMES)


def test_the_tables_count_gains_and_not_what_is_kept():
    net = CNNClassifier(["conv 3 2x2", "batch_norm", "relu", "layer_norm"], **HOW).fit(IMAGES, NAMES)
    counts = {one.layer: (one.parameters, one.unshared) for one in net.layer_counts()}
    assert (6, 6 * 6) == counts["batch_norm"]
    assert (2 * 18, 2 * 18) == counts["layer_norm"]
    assert sum(value.size for name, value in net.params_.items() if name[0] not in "MV") == sum(
        own for own, _ in counts.values()
    )


def test_a_batch_that_is_normed_is_not_worked_through_in_parts():
    X, y = np.arange(32.0).reshape(8, 4), [0, 1] * 4
    for norm, allowed in (("batch_norm", False), ("layer_norm", True)):
        net = CNNClassifier(["conv 2 1x1", norm, "relu"], accumulate=2, batch_size=4, max_iter=1, tol=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            if allowed:
                assert np.isfinite(net.fit(X, y).loss_)
            else:
                with pytest.raises(ValueError, match="Take accumulate=1, or layer_norm"):
                    net.fit(X, y)
