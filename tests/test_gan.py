"""Adversarial networks: what is compiled is what is worked out, turn by turn; the ring of Gaussians."""

import copy
import tomllib
from importlib import resources

import jax
import numpy as np
import pytest

import byhand
from byhand.data import ring, ring_centres
from byhand.equations.adversarial import SLOPES, Game, discriminator_lines, generator_lines, shapes
from byhand.errors import CalculationError, DataError, ProblemError
from byhand.networks import GAN
from byhand.networks.adversarial.coverage import coverage
from byhand.networks.adversarial.playing import settings_of
from byhand.networks.base.objective import objective
from byhand.train.adversarial import drawn, rounds_of
from byhand.train.backend import quick_options

rng = np.random.default_rng(5)
X = rng.normal(size=(4, 2)) + 0.3

GAMES = {
    "non-saturating": Game(("tanh", "identity"), ("leaky_relu", "sigmoid")),
    "minimax": Game(("relu", "sigmoid"), ("gaussian",), "minimax"),
    "Wasserstein": Game(("softplus", "tanh"), ("tanh", "leaky_relu"), "wasserstein", 2.5),
    "Wasserstein, every activation": Game(("identity",), ("identity", *SLOPES), "wasserstein", 1.0),
}


def given(game):
    """Weights, samples and what is drawn for them, off zero."""
    own = np.random.default_rng(3)
    generator = (2, *(3 for _ in game.generator[1:]), 2)
    found = shapes({"G": generator, "D": (2, *(4 for _ in game.discriminator), 1)})
    params = {name: own.normal(size=shape) for name, shape in found.items()}
    draws = {name: own.random((4, 1 if name == "epsilon" else 2)) for name in game.drawn}
    return params, {"x": X, **draws}


def turns(game):
    """Each player's letter, and the lines of its turn."""
    return (("D", discriminator_lines(game)), ("G", generator_lines(game)))


def worked_turn(game, player, lines, params, columns):
    """One player's turn, worked out."""
    known = {name: value for name, value in {**params, **game.targets}.items() if name in lines}
    samples = {
        name: list(values) for name, values in columns.items() if f"{name} " in lines.replace("*", " ")
    }
    learn = list(game.learns(player))
    return byhand.work(
        {"problem": lines, "minimise": f"L_{player}", "learn": learn, "given": known, "samples": samples}
    )


@pytest.mark.parametrize("name", GAMES)
def test_compiled_gradients_of_both_players_are_those_that_are_worked_out(name):
    game = GAMES[name]
    params, columns = given(game)
    for player, lines in turns(game):
        loss, known = objective(lines, f"L_{player}"), {**params, **game.targets}
        with jax.enable_x64(True):

            def mean(own, loss=loss, known=known):
                known = {key: np.asarray(value) for key, value in known.items()} | own
                return jax.vmap(lambda sample: loss(known, sample, {}))(columns).mean()

            own = {key: params[key] for key in game.learns(player)}
            found = jax.jit(jax.value_and_grad(mean), compiler_options=quick_options())(own)
        work = worked_turn(game, player, lines, params, columns)
        np.testing.assert_allclose(found[0], work.run.first.objective, rtol=1e-12)
        for key, value in found[1].items():
            np.testing.assert_allclose(work.gradients[key], value, rtol=1e-11, atol=1e-13, err_msg=key)


def test_the_written_gradient_of_a_critic_is_its_gradient():
    game = GAMES["Wasserstein, every activation"]
    (params, columns), lines = given(game), discriminator_lines(game)
    values = worked_turn(game, "D", lines, params, columns).values
    with jax.enable_x64(True):
        critic = objective(lines, "f_real")
        at = jax.jit(
            jax.vmap(jax.grad(lambda x, rest: critic(params, {**rest, "x": x}, {})[0])),
            compiler_options=quick_options(),
        )
        expected = at(np.array(values["xhat"]), columns)
    assert abs(np.array(values["gradient"])).min() > 1e-6
    np.testing.assert_allclose(values["gradient"], expected, rtol=1e-12)


TORCH = {
    **{"softplus": "Softplus", "leaky_relu": "LeakyReLU", "sigmoid": "Sigmoid"},
    **{"tanh": "Tanh", "relu": "ReLU"},
}


def torch_player(torch, params, player, activations):
    """A player as PyTorch has it."""
    parts = []
    for k, activation in enumerate(activations, 1):
        layer = torch.nn.Linear(*params[f"W{k}_{player}"].shape[::-1], dtype=torch.float64)
        layer.weight.data, layer.bias.data = (torch.tensor(params[f"{one}{k}_{player}"]) for one in "Wb")
        parts += [layer] + ([getattr(torch.nn, TORCH[activation])()] if activation in TORCH else [])
    return torch.nn.Sequential(*parts)


@pytest.mark.parametrize("name", ["non-saturating", "Wasserstein"])
def test_both_players_gradients_are_those_of_pytorch(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    game = GAMES[name]
    params, columns = given(game)
    x, z_D, z_G = (torch.tensor(columns[key]) for key in ("x", "z_D", "z_G"))
    G = torch_player(torch, params, "G", game.generator)
    D = torch_player(torch, params, "D", (*game.discriminator, "identity"))
    fake = G(z_D).detach()
    if game.loss == "wasserstein":
        epsilon = torch.tensor(columns["epsilon"])
        between = (epsilon * x + (1 - epsilon) * fake).requires_grad_()
        (gradient,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        penalty = ((gradient.norm(dim=1) - 1) ** 2).mean()
        loss_D, loss_G = D(fake).mean() - D(x).mean() + 2.5 * penalty, -D(G(z_G)).mean()
    else:
        bce = torch.nn.BCEWithLogitsLoss()
        loss_D = bce(D(x), torch.ones(4, 1).double()) + bce(D(fake), torch.zeros(4, 1).double())
        loss_G = bce(D(G(z_G)), torch.ones(4, 1).double())
    for (player, lines), net, loss in zip(turns(game), (D, G), (loss_D, loss_G), strict=True):
        work = worked_turn(game, player, lines, params, columns)
        np.testing.assert_allclose(work.run.first.objective, loss.item(), rtol=1e-10)
        theirs = torch.autograd.grad(loss, list(net.parameters()))
        for key, value in zip(game.learns(player), theirs, strict=True):
            np.testing.assert_allclose(work.gradients[key], value, rtol=1e-10, atol=1e-12, err_msg=key)


# The estimator

HOW = {"noise_size": 2, "max_iter": 2, "shuffle": False, "batch_size": 4, "random_state": 1}
PLAYING = {
    "non-saturating": GAN((3,), (3,), **HOW),
    "minimax, uniform noise": GAN((3,), 3, loss="minimax", noise="uniform", rule="rmsprop", **HOW),
    "Wasserstein": GAN(3, (3,), loss="wasserstein", generator_learning_rate=0.1, **HOW),
    "paced": GAN(
        *(3, 3),
        **{**HOW, "max_iter": 3},
        **{"schedule": "linear", "schedule_settings": {"end": 0.2, "warmup": 0.5}},
        **{"clip_norm": 0.1, "learning_rate": 0.1, "discriminator_updates": 2},
    ),
}


def updates(work):
    """The new values of both players."""
    then = updates(work.then) if work.then else {}
    return {**{name: update.new for name, update in work.updates.items()}, **then}


@pytest.mark.parametrize("name", PLAYING)
def test_a_round_of_the_fit_is_the_round_that_is_worked_out(name):
    net = PLAYING[name].fit(X)
    expected = updates(net.work(X))
    net = copy.deepcopy(net).partial_fit(X)
    assert expected.keys() == net.params_.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(net.params_[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_the_generator_has_its_turn_after_so_many_of_the_discriminator():
    net = GAN((3,), (3,), **{**HOW, "discriminator_updates": 3}).fit(X)
    before = net.params_
    assert net.t_ == 2
    assert (net.params_["W1_D"] != (again := net.work(X)).updates["W1_D"].new).all()
    assert again.then is not None
    net.partial_fit(X)
    assert (net.params_["W1_G"] != before["W1_G"]).any()
    before = net.params_
    assert net.work(X).then is None
    assert (net.partial_fit(X).params_["W1_G"] == before["W1_G"]).all()


def test_ten_rounds_give_the_weights_that_ten_worked_rounds_give():
    net = GAN((3,), (3,), learning_rate=0.05, **HOW).fit(X)
    players, columns = net._players(), net._inputs(X)
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda value: value.astype(np.float64), (net.params_, net.rule_state_))
        index, share = np.tile(np.arange(4), (10, 1)), np.full((10, 4), 0.25)
        run = jax.jit(rounds_of(players), compiler_options=quick_options())
        rates, settings = np.array([0.05, 0.05]), tuple(settings_of(net).values())
        learned, _, losses = run(*wide, net.t_, columns, index, share, settings, rates, net._seed)
    for k in range(10):
        work = net.work(X)
        np.testing.assert_allclose(losses[k][0], work.run.first.objective, rtol=1e-9)
        for one in (work, work.then):
            for name, update in one.updates.items():
                net.params_ = {**net.params_, name: update.new}
                for key, tree in net.rule_state_.items():
                    tree[name] = update.working[f"{key}_new"]
        net.t_ += 1
    for name, value in learned.items():
        np.testing.assert_allclose(value, net.params_[name], rtol=1e-9, atol=1e-10, err_msg=name)


def test_what_is_drawn_depends_on_the_seed_and_the_round_alone():
    players = PLAYING["Wasserstein"]
    net = players.fit(X)
    draws = [drawn(net._players(), 3, turn, 500) for turn in (0, 0, 1)]
    assert all((draws[0][name] == draws[1][name]).all() for name in ("z_D", "z_G", "epsilon"))
    assert all((draws[0][name] != draws[2][name]).all() for name in ("z_D", "z_G", "epsilon"))
    assert abs(np.corrcoef(draws[0]["z_D"].ravel(), draws[0]["z_G"].ravel())[0, 1]) < 0.1
    assert 0.4 < draws[0]["epsilon"].mean() < 0.6
    assert 0.9 < draws[0]["z_D"].std() < 1.1


def test_why_reaches_both_turns():
    net = PLAYING["non-saturating"].fit(X)
    work = net.work(X[:1])
    for name, one in [("D_fake[0]", work), ("dL_D/dW1_D[0,1]", work), ("W1_D[0,1]_new", work)]:
        assert net.why(name, X[0]).value == pytest.approx(one.number(name), rel=1e-12)
    for name in ("L_G", "dL_G/dW1_G[1,0]", "W1_G[1,0]_new", "dL_G/dx_fake[1]"):
        assert net.why(name, X[0]).value == pytest.approx(work.then.number(name), rel=1e-12)
        assert work.number(name) == work.then.number(name)
        assert work.why(name).value == pytest.approx(work.then.number(name), rel=1e-12)
    with pytest.raises(ProblemError, match="W9_G"):
        net.why("W9_G", X[0])


def test_a_round_is_told_turn_by_turn():
    work = PLAYING["Wasserstein"].fit(X).work(X[:1])
    text = work.to_text(language="en")
    titles = ["The discriminator's turn", "Gradient between", "The generator's turn", "new noise"]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert "L_G" in work.record()["then"]["values"]
    assert work.record()["then"]["updates"].keys() == work.then.updates.keys()
    assert "生成器的回合" in work.to_text(language="zh")


def test_what_is_written_of_either_turn_is_checked():
    sheet = tomllib.loads((resources.files("byhand") / "examples" / "gan.toml").read_text("utf-8"))
    round_ = byhand.work(sheet)
    right = {"L_D": repr(float(round_.values["L_D"]))}
    right_then = {"L_G": repr(float(round_.then.values["L_G"])), "D_fake": ["0.27"]}

    def checked(first, then):
        return byhand.check({**sheet, "claims": first, "then": {**sheet["then"], "claims": then}})

    assert "right" == checked(right, right_then).verdict
    assert ["L_D", "L_G", "D_fake[0]"] == [one.name for one in checked(right, right_then).claims]
    for first, then, wrong in [
        ({"L_D": "0.7003"}, right_then, "L_D"),
        (right, {**right_then, "L_G": "1.2003"}, "L_G"),
        ({}, {"L_G": "1.2003"}, "L_G"),
    ]:
        found = checked(first, then)
        assert ("wrong", wrong) == (found.verdict, found.first_wrong)
        assert found.record(hint=1)["first_wrong"] == wrong
        assert wrong in found.to_text(language="en", hint=1)
    found = checked({"L_D": "0.7003"}, {"L_G": "1.2003"})
    assert "L_G" == found.record()["then"]["first_wrong"]
    assert "\nThe generator's turn\n" in found.to_text(language="en")
    assert "\n生成器的回合\n" in found.to_text(language="zh")


def test_the_output_stays_between_0_and_1_where_the_samples_do():
    net = GAN((3,), (3,), **HOW).fit(abs(X) / 3)
    assert ("sigmoid", True) == (net._game().generator[-1], net.bounded_)
    samples = net.sample(50, random_state=2)
    assert (samples > 0).all()
    assert (samples < 1).all()
    assert samples.tolist() == net.sample(50, random_state=2).tolist()
    assert net.sample(3).tolist() == net.sample(3).tolist()


def test_samples_over_time_are_kept():
    net = GAN((3,), (3,), **{**HOW, "max_iter": 9}).fit(X)
    assert [1, 2, 4, 8] == net.snapshot_epochs_
    assert (4, 500, 2) == net.snapshots_.shape
    early = GAN((3,), (3,), **{**HOW, "max_iter": 2}).fit(X)
    assert net.snapshots_[:2].tolist() == early.snapshots_.tolist()
    assert 9 == len(net.discriminator_losses_) == len(net.generator_losses_)


def test_what_does_not_fit():
    net = GAN((3,), (3,), warm_start=True, **HOW).fit(X)
    with pytest.raises(DataError, match="no longer fit"):
        net.set_params(noise_size=3).fit(X)
    with pytest.raises(DataError, match="generator_layer_sizes="):
        GAN((3, 0)).fit(X)
    with pytest.raises(DataError, match="no setting “momentum”"):
        GAN(rule_settings={"momentum": 0.5}).fit(X)
    with pytest.raises(CalculationError, match=r"smaller learning_rate than 1e\+38"):
        GAN((3,), (3,), rule="sgd", learning_rate=1e38, **HOW).fit(X)


# The ring


def test_a_generator_finds_the_eight_gaussians():
    X = ring(1024).X
    net = GAN(
        (32, 32), (32, 32), noise_size=2, learning_rate=0.002, batch_size=128, max_iter=100, random_state=2
    ).fit(X)
    found = coverage(net.sample(2500), ring_centres(), 0.05)
    assert 8 == found.modes
    assert 0.4 < found.share < coverage(X, ring_centres(), 0.05).share


def test_three_standard_deviations_hold_all_but_one_in_ninety():
    """Of a Gaussian in the plane all but exp(-9/2)."""
    assert 1 - np.exp(-4.5) == pytest.approx(coverage(ring(20_000).X, ring_centres(), 0.05).share, abs=0.003)
    assert (8, 1.0, (1,) * 8) == coverage(ring_centres(), ring_centres(), 0.01)
    assert (0, 0.0) == coverage([[0.0, 0.0]], ring_centres(), 0.05)[:2]
