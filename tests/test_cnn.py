"""Convolutional networks: what is compiled is what is worked out; PyTorch's numbers; layers, images, why."""

import copy
import warnings
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.data import Preparation, from_arrays
from byhand.equations.convolutional import Form, equations
from byhand.equations.image_layers import NAMED, placed, written
from byhand.errors import DataError, ProblemError
from byhand.networks import CNNClassifier
from byhand.networks.convolutional.feature_maps import outputs
from byhand.networks.tasks import pictures
from byhand.networks.tasks.seen import Seen
from byhand.ops import OPS
from byhand.train.backend import jitted, quick_options
from byhand.train.descent import Step, compiled
from byhand.train.imaging import Imaging
from byhand.train.winograd import filtered

rng = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


# What is compiled is what is worked out

ENTROPY = ("softmax", "cross_entropy")
FORMS = {
    "like LeNet": Form(
        written(["conv 3 3x3 pad 1", "tanh", "mean_pool 2", "conv 2 3x1", "sigmoid", "dense 4", "relu"]),
        (1, 8, 12),
        *(3, *ENTROPY),
    ),
    "colours, groups, gaps": Form(
        written(
            ["conv 4 2x3 stride 2 pad 2 dilation 2 groups 2", "relu", "max_pool 2 stride 1", "dropout 0.3"]
        ),
        (2, 5, 7),
        *(3, "sigmoid", "binary_cross_entropy"),
    ),
    "windows that overlap": Form(
        written(["max_pool 3 stride 2", "conv 2 1x1", "mean_pool 2 stride 1", "tanh", "dropout 0.5"]),
        (2, 7, 6),
        *(2, "sigmoid", "quadratic"),
    ),
    "many channels": Form(
        written(["conv 33 2x2", "tanh", "max_pool 2 stride 1", "conv 34 2x2 pad 1", "tanh", "conv 33 3x3"]),
        (2, 4, 5),
        *(2, *ENTROPY),
    ),
    "pools that leave a rest": Form(
        written(["mean_pool 2", "conv 2 2x2 stride 2 pad 1", "max_pool 2", "softplus"]),
        (1, 9, 11),
        *(3, "softmax", "mse"),
    ),
}


def drawn(form, samples=1):
    """Weights, images with their targets, and what decides on dropping; here and there a pool has a tie."""
    own = np.random.default_rng(3)
    y = own.random((samples, form.outputs))
    x = own.normal(size=(samples, *form.image)).round(1)
    columns = {"x": x, "y": y / y.sum(axis=1, keepdims=True)}
    columns |= {name: own.random((samples, *shape)) for name, shape in form.drawn.items()}
    return {name: own.normal(size=shape) / 3 for name, shape in form.shapes.items()}, columns


def worked(form, params, columns, **keys):
    """The same step worked out."""
    problem = {"problem": equations(form), "minimise": "L", "learn": list(params), "given": params, **keys}
    return byhand.work({**problem, "samples": {name: list(column) for name, column in columns.items()}})


def graded(losses, params):
    """The mean of losses and its gradients, in float64."""
    with jax.enable_x64(True):
        at = jax.value_and_grad(lambda params: losses(params).mean())
        return jax.jit(at, compiler_options=quick_options())(params)


@pytest.mark.parametrize("name", FORMS)
def test_a_compiled_step_is_the_step_that_is_worked_out(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=2)
    work = worked(form, params, columns)
    found = graded(lambda params: Imaging(form).together(params, columns)[0], params)
    np.testing.assert_allclose(found[0], work.run.first.objective, rtol=1e-12)
    for key in params:
        np.testing.assert_allclose(found[1][key], work.gradients[key], rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", FORMS)
def test_many_images_at_once_give_what_each_gives_alone(name):
    form = FORMS[name]
    params, columns = drawn(form, samples=3)
    draws = {name: columns.pop(name) for name in form.drawn}
    kind = Imaging(form)
    each = jax.vmap(kind, (None, 0, 0))
    expected = graded(lambda params: each(params, columns, draws), params)
    found = graded(lambda params: kind.together(params, {**columns, **draws})[0], params)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14), found, expected)


@pytest.mark.parametrize("name", ["like LeNet", "pools that leave a rest"])
def test_its_answers_are_those_of_its_equations(name):
    form = FORMS[name]
    params, columns = drawn(form)
    work = worked(form, params, columns)
    np.testing.assert_allclose(outputs(form, params, columns["x"])[0], work.values["yhat"], rtol=1e-12)


@pytest.mark.parametrize("pad", [0, 1, 2])
def test_a_wide_convolution_keeps_single_precision(pad):
    """Sums of neighbours are multiplied by sums of weights: it is as near to its definition as any is."""
    own = np.random.default_rng(pad)
    x, w = own.normal(size=(3, 40, 7, 6)), own.normal(size=(36, 40, 3, 3))
    z = OPS["conv"].value(x, w, pad=pad)
    g = own.normal(size=z.shape)
    wanted = z, *(OPS[f"conv_to_{name}"].value(g, x, w, pad=pad) for name in ("image", "kernel"))
    given = [one.astype(np.float32) for one in (np.moveaxis(x, 0, -1), w, np.moveaxis(g, 0, -1))]

    @jitted
    def found(x, w, g):
        z, back = jax.vjp(partial(filtered, pad), x, w)
        dx, dw = back(g)
        return jnp.moveaxis(z, -1, 0), jnp.moveaxis(dx, -1, 0), dw

    for one, exact in zip(found(*given), wanted, strict=True):
        np.testing.assert_allclose(one, exact, rtol=0, atol=1e-5 * abs(exact).max())


def test_fifty_steps_give_the_weights_that_fifty_worked_steps_give():
    form = FORMS["like LeNet"]
    params, columns = drawn(form, samples=3)
    work = worked(form, params, columns, rate=0.1, steps=50)
    with jax.enable_x64(True):
        run = compiled(Step(Imaging(form), "sgd"), quick=True)
        index, share = np.tile(np.arange(3), (50, 1)), np.full((50, 3), 1 / 3)
        learned, _, _ = run(params, {}, 0, columns, index, share, {"rate": 0.1}, 0.0)
    for key, update in work.updates.items():
        np.testing.assert_allclose(learned[key], update.new, rtol=1e-10, atol=1e-12, err_msg=key)


IMAGES = rng.uniform(0.1, 1, (6, 4, 5)).astype(np.float32)
NAMES = np.array(["up", "down", "left", "up", "left", "down"])
LAYERS = ["conv 2 3x3 pad 1", "tanh", "max_pool 2", "dropout 0.4", "dense 5", "relu"]


def test_a_step_that_drops_and_moves_is_worked_out_with_the_same_numbers():
    net = CNNClassifier(LAYERS, shift=1, rotation=20, rule="sgd", max_iter=2, random_state=3)
    net.fit(IMAGES, NAMES).set_params(learning_rate=0.5)
    before = copy.deepcopy(net)
    net.partial_fit(IMAGES, NAMES)
    order = next(before._orders(len(IMAGES)))
    work = before.work(IMAGES[order], NAMES[order])
    for key, update in work.updates.items():
        np.testing.assert_allclose(net.params_[key], update.new, rtol=1e-5, atol=1e-6, err_msg=key)


# PyTorch's numbers

CONVOLUTIONS = {
    "plain": ((2, 3, 6, 7), (4, 3, 3, 2), {}),
    "stride and padding": ((2, 3, 6, 7), (4, 3, 3, 3), {"stride": 2, "pad": 1}),
    "dilation and groups": ((1, 4, 8, 9), (6, 2, 3, 2), {"pad": 2, "dilation": 2, "groups": 2}),
}


def assert_as_torch(problem, given, function):
    """A line of the formula language, and the gradients of its operands, beside a function of PyTorch's."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    work = byhand.work(f"z = {problem}\nL = sum(sin(z))", given)
    tensors = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in given.values()]
    expected = function(torch.nn.functional, *tensors)
    expected.sin().sum().backward()
    np.testing.assert_allclose(work.values["z"], expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    for (name, value), tensor in zip(given.items(), tensors, strict=True):
        np.testing.assert_allclose(
            work.gradients[name], tensor.grad.numpy().reshape(value.shape), rtol=1e-10, atol=1e-10
        )


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_a_convolution_is_that_of_pytorch(name):
    image, kernel, settings = CONVOLUTIONS[name]
    given = {"x": rng.normal(size=image), "w": rng.normal(size=kernel)}
    line = ", ".join(["conv(x", "w", *(f"{key}={value}" for key, value in settings.items())]) + ")"
    theirs = {"padding" if key == "pad" else key: value for key, value in settings.items()}
    assert_as_torch(line, given, lambda functions, x, w: functions.conv2d(x, w, **theirs))


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (3, 2)])
def test_pooling_is_that_of_pytorch(size, stride):
    given = {"x": rng.normal(size=(2, 3, 7, 8))}
    assert_as_torch(f"pool(x, {size}, {stride})", given, lambda f, x: f.max_pool2d(x, size, stride))
    assert_as_torch(f"mean_pool(x, {size}, {stride})", given, lambda f, x: f.avg_pool2d(x, size, stride))


def test_normalising_a_batch_is_that_of_pytorch():
    """By formula lines: the mean and the variance of each channel over images, rows and columns."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    mean = "mean(mean(mean({0}, axis=0), axis=1, keepdims=1), axis=2, keepdims=1)"
    lines = f"m = {mean.format('x')}\nv = {mean.format('(x - m)^2')}\nz = g*(x - m)/sqrt(v + 0.00001) + b"
    given = {
        "x": rng.normal(size=(4, 3, 2, 5)),
        "g": rng.normal(size=(3, 1, 1)),
        "b": rng.normal(size=(3, 1, 1)),
    }
    x, g, b = (torch.tensor(value, requires_grad=True) for value in given.values())
    expected = torch.nn.functional.batch_norm(x, None, None, g.ravel(), b.ravel(), training=True)
    expected.sin().sum().backward()
    work = byhand.work(f"{lines}\nL = sum(sin(z))", given)
    np.testing.assert_allclose(work.values["z"], expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    for name, tensor in zip("xgb", (x, g, b), strict=True):
        np.testing.assert_allclose(work.gradients[name], tensor.grad.numpy(), rtol=1e-10, atol=1e-10)


# Layers

WRONG = {
    "batch_norm 3": ("layer_form", "batch_norm"),
    "conv 6": ("layer_form", "conv 6 5x5"),
    "conv 6 5x5 pad": ("layer_form", "conv 6 5x5"),
    "conv 6 5x5 steps 2": ("layer_form", "conv 6 5x5"),
    "conv 0 5x5": ("layer_form", "conv 6 5x5"),
    "conv 6 5x5 stride 0": ("layer_form", "conv 6 5x5"),
    "max_pool 2 pad 1": ("layer_form", "max_pool 2"),
    "dense": ("layer_form", "dense 120"),
    "dense many": ("layer_form", "dense 120"),
    "dropout 1": ("layer_form", "dropout 0.5"),
    "dropout 0.0": ("layer_form", "dropout 0.5"),
    "relu 3": ("layer_alone", "relu"),
    "": ("layer_unknown", "conv"),
    "convolution 6": ("layer_unknown", "conv"),
    "conv 6 9x9": ("layer_window", "8x8"),
    "max_pool 9": ("layer_window", "8x8"),
    "conv 6 3x3 groups 2": ("layer_groups", "1 channel and 6 kernels"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_layer_that_cannot_be_is_named(text):
    code, said = WRONG[text]
    with pytest.raises(DataError) as caught:
        placed(written(["conv 1 1x1", text]), (1, 8, 8))
    assert code == caught.value.code
    assert f'Layer 2, "{text}"' in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "code"),
    [
        (["relu"], "layer_activated"),
        (["conv 1 1x1", "relu", "tanh"], "layer_activated"),
        (["dense 3", "max_pool 1"], "layer_flat"),
    ],
)
def test_layers_that_do_not_follow_each_other(layers, code):
    with pytest.raises(DataError) as caught:
        placed(written(layers), (1, 8, 8))
    assert code == caught.value.code


def test_lenet_has_the_parameters_of_the_field():
    """61,706 of LeNet-5 with all maps connected; of its first layer 156, and 122,304 were they not shared."""
    form = Form(written("lenet-5"), (1, 28, 28), 10, *ENTROPY)
    assert [156, 2416, 48120, 10164, 850] == [one.parameters for one in form.placed if one.parameters]
    assert 122_304 == form.placed[0].unshared
    for name in NAMED:
        assert placed(written(name), (1, 28, 28))


# Images, and answers


def test_an_image_may_be_given_in_several_ways():
    net = CNNClassifier(LAYERS[:3], max_iter=2, random_state=0).fit(IMAGES, NAMES)
    flat = CNNClassifier(LAYERS[:3], image_shape=(4, 5), max_iter=2, random_state=0)
    flat.fit(IMAGES.reshape(6, 20), NAMES)
    assert (4, 5, 1) == net.image_shape_ == flat.image_shape_
    for given in (IMAGES, IMAGES[..., None], IMAGES.reshape(6, -1), IMAGES.tolist()):
        np.testing.assert_array_equal(net.predict_proba(IMAGES), flat.predict_proba(given))
    assert str(net.why("z1[1,2,3]", IMAGES[0])) == str(flat.why("z1[1,2,3]", IMAGES[0].ravel()))


def test_channels_stand_last_in_an_image_and_first_in_the_network():
    X = rng.random((3, 2, 4, 3))
    net = CNNClassifier(["conv 2 1x2", "relu"], max_iter=1, random_state=0).fit(X, [0, 1, 0])
    np.testing.assert_allclose(net.work(X[:1], [0]).values["x"], np.moveaxis(X[0].astype(np.float32), -1, 0))
    assert (3, 2, 2, 3) == net.feature_maps(X)["a1"].shape


@pytest.mark.parametrize(
    ("X", "settings", "code"),
    [
        (IMAGES.reshape(6, 20), {"image_shape": (4, 4)}, "image_columns"),
        (IMAGES.reshape(6, 20), {"image_shape": (20,)}, "image_shape_setting"),
        (IMAGES.reshape(6, 20), {"image_shape": (4, -5)}, "image_shape_setting"),
        (IMAGES[:, :0], {}, "image_empty"),
        (IMAGES, {"layers": ["conv 1 5x5"]}, "layer_window"),
    ],
)
def test_images_that_cannot_be_used(X, settings, code):
    with pytest.raises(DataError) as caught:
        CNNClassifier(**{"layers": ["dense 2"], **settings}).fit(X, NAMES)
    assert code == caught.value.code


def test_what_does_not_fit_a_network_that_is_there():
    net = CNNClassifier(LAYERS[:2], max_iter=1, warm_start=True, random_state=0).fit(IMAGES, NAMES)
    with pytest.raises(DataError, match=r"4×4×1.*4×5×1"):
        net.predict(IMAGES[:, :, :4])
    with pytest.raises(DataError, match="no longer fits"):
        net.set_params(layers=["conv 3 3x3"]).fit(IMAGES, NAMES)


def test_digits_are_learned():
    X, y = load_digits(return_X_y=True)
    layers = ["conv 8 3x3 pad 1", "relu", "max_pool 2", "dense 32", "relu"]
    net = CNNClassifier(layers, learning_rate=0.005, batch_size=50, max_iter=8, random_state=0)
    net.set_params(early_stopping=True).fit(X[:1200] / 16, y[:1200])
    assert net.score(X[1200:] / 16, y[1200:]) > 0.85
    assert net.best_validation_score_ == max(net.validation_scores_) > 0.9
    assert "8×8; conv 8 3x3 pad 1, relu, max_pool 2, dense 32, relu" in net.makeup().sentence("en")


def test_why_shows_the_patch_the_sharing_and_the_routing():
    net = CNNClassifier(LAYERS[:3], max_iter=2, random_state=0).fit(IMAGES, NAMES)
    z, shared = (net.why(name, IMAGES[0], NAMES[0]) for name in ("z1[1,1,2]", "dL/dW1[1,0,0,2]"))
    assert "x[0, 0, 1]·W1[1, 0, 0, 0]" in str(z)
    assert "9 products" in str(z)
    assert "12 products" in str(shared)  # the corner of the kernel meets the image at 3 by 4 of 4 by 5 places
    routed = str(net.why("dL/da1[1,1,2]", IMAGES[0], NAMES[0]))
    assert "∂L/∂p2[1, 0, 1]" in routed
    assert "max(a1[1, 0, 2], a1[1, 0, 3])" in routed


def test_its_pictures_show_kernels_and_feature_maps():
    net = CNNClassifier(LAYERS[:3], max_iter=1, random_state=0).fit(IMAGES, NAMES)
    data = from_arrays(IMAGES.reshape(6, -1), NAMES)
    shown = pictures.panels_of(net, Seen(data.X, data.y, Preparation.fit(data, "none")), "en")
    assert ["0, 0", "1, 0"] == [caption for caption, _ in shown[0].pictures]
    np.testing.assert_array_equal(shown[0].pictures[1][1], net.params_["W1"][1, 0])
    assert ["conv 2 3x3 pad 1: 2 of 2", "max_pool 2: 2 of 2"] == [
        one.title.split(" feature")[0] for one in shown[1:]
    ]
    np.testing.assert_allclose(shown[2].pictures[0][1], net.feature_maps(IMAGES[:1])["p2"][0, 0])


def test_a_sheet_of_an_edge_is_worked_out():
    """The kernel finds the edge, and of each window only the largest passes the gradient on."""
    sheet = {
        "network": "CNNClassifier",
        "settings": {"layers": ["conv 1 2x2", "relu", "max_pool 2 stride 1"]},
        "rate": 0.1,
        "given": {
            "x": [[[0, 0, 1, 1], [0, 0, 0.8, 0.8], [0, 0, 0.6, 0.6], [0, 0, 0.9, 0.9]]],
            **{"y": [1, 0], "W1": [[[[-0.5, 0.5], [-0.5, 0.5]]]], "b1": [[[-0.1]]]},
            **{"W3": [[0.2, 0.1, 0.2, 0.1], [-0.1, 0, -0.1, 0]], "b3": [0, 0]},
        },
    }
    work = byhand.work(sheet)
    np.testing.assert_allclose(work.values["p2"], [[[0.8, 0.8], [0.65, 0.65]]])
    routed, pooled = work.gradients["a1"][0], work.gradients["p2"][0]
    np.testing.assert_allclose(routed, [[0, pooled[0].sum(), 0], [0, 0, 0], [0, pooled[1].sum(), 0]])
    right = routed[0, 1] + 0.6 * routed[2, 1], 0.8 * routed[0, 1] + 0.9 * routed[2, 1]
    np.testing.assert_allclose(work.gradients["W1"], [[[[0, right[0]], [0, right[1]]]]])
    assert "── Layer 2: max_pool 2 stride 1 ──" in str(work)
    claims = {"z1[0,0,1]": "0.8", "p2[0,0,0]": "0.7", "z3[0]": "0.42"}
    assert "p2[0,0,0]" == byhand.check({**sheet, "claims": claims}).first_wrong
    wrong = {**sheet, "given": {**sheet["given"], "W1": [[[[-0.5, 0.5]]]]}}
    with pytest.raises(ProblemError, match="W1"):
        byhand.work(wrong)
