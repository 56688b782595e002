r"""The generative adversarial network: a generator learns to make what a discriminator takes for real.

.. math:: L_D = -\ln D(x) - \ln(1 - D(G(z))), \qquad L_G = -\ln D(G(z))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.equations import adversarial
from byhand.equations.layers import ACTIVATIONS, Layers
from byhand.errors import DataError
from byhand.networks.adversarial.adversaries import Adversaries
from byhand.networks.adversarial.playing import Playing, epochs
from byhand.networks.base.limits import lies_within
from byhand.networks.base.network import check_arrays, checked
from byhand.networks.base.objective import objective
from byhand.networks.base.pacing import Paced
from byhand.networks.base.remark import Remark
from byhand.networks.base.unlabelled import InEpochs
from byhand.networks.base.working import Learned, Names, rule_settings, step_problem
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Samples
from byhand.networks.fits.progress import Callback
from byhand.networks.multilayer import mlp
from byhand.rules import RULES

if TYPE_CHECKING:
    from byhand.api import Work
    from byhand.train.adversarial import Players

MOST_REMEMBERED = 500  # samples of an epoch
_NUMBERS_REMEMBERED = 50_000


class GAN(Adversaries, InEpochs, Paced):
    r"""Generative adversarial network of two multilayer perceptrons that play against each other.

    .. math:: \tilde x = G(z), \qquad L_D = -\ln D(x) - \ln(1 - D(\tilde x))

    The generator makes samples out of noise; the discriminator says how probable it is that a sample is real.
    In each round the discriminator descends on its loss with a batch of samples and as much noise, then the
    generator on its own with new noise.

    Parameters
    ----------
    generator_layer_sizes, discriminator_layer_sizes : int or array-like of int
        Units of each hidden layer of the two players.
    noise_size : int
        Numbers of noise that the generator makes a sample of.
    generator_activation, discriminator_activation : str or sequence of str
        Of the hidden layers, one name for all or one for each: identity, sigmoid, tanh, relu, leaky_relu
        (slope 0.01), softplus, gaussian.
    output : str
        Activation of the generator's output: ``identity``, ``sigmoid``, ``tanh``, or ``auto``: a sigmoid
        where all samples of the first fit lie between 0 and 1, else the identity.
    loss : str
        ``non_saturating``: :math:`L_G = -\ln D(G(z))` [1]_; ``minimax``: :math:`L_G = \ln(1 - D(G(z)))`, the
        zero-sum game; ``wasserstein``: a critic f without sigmoid and a gradient penalty [2]_,
        :math:`L_D = f(\tilde x) - f(x) + \lambda (\lVert \nabla f(\hat x) \rVert - 1)^2`,
        :math:`L_G = -f(\tilde x)`, with :math:`\hat x` somewhere between :math:`x` and :math:`\tilde x`.
    gradient_penalty : float
        :math:`\lambda` of ``wasserstein``.
    discriminator_updates : int
        Turns of the discriminator, each with a batch of its own, before each turn of the generator.
    noise : str
        ``normal``: standard normal; ``uniform``: between -1 and 1.
    rule : str
        One of `byhand.rules.RULES`, of both players.
    rule_settings : dict, optional
        Settings of the rule; those of adam and adamw have a beta1 of 0.5 [3]_ where it is not set.
    learning_rate : float
        Of the discriminator, and of the generator if it has none of its own.
    generator_learning_rate : float, optional
    schedule, schedule_settings, clip_norm
        As for `MLPClassifier`, of either player by its own updates and its own gradients.
    batch_size : int
        Samples to a round.
    max_iter : int
        How many epochs.
    shuffle : bool
        A new order of the samples in each epoch.
    random_state : int, RandomState instance or None
        Decides the first weights, the orders, and the noise.
    warm_start : bool
        `fit` goes on from where it stopped.
    verbose : bool
        Tell about each epoch on standard error.

    Attributes
    ----------
    params_ : dict
        ``W1_G`` of shape (units, noise_size), ``b1_G`` … of the generator, ``W1_D``, ``b1_D`` … of the
        discriminator, float32.
    bounded_ : bool
        Whether all samples of the first fit lay between 0 and 1.
    n_features_in_ : int
    n_iter_, t_ : int
        Epochs gone through and rounds played so far.
    discriminator_losses_, generator_losses_ : list of float
        The mean loss of each player over each epoch.
    snapshots_ : ndarray, shape (snapshots, samples, n_features)
        What the generator made of the same noise after epochs 1, 2, 4, 8 …
    snapshot_epochs_ : list of int

    References
    ----------
    .. [1] Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville & Bengio 2014, Generative
       adversarial nets.
    .. [2] Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville 2017, Improved training of Wasserstein GANs.
    .. [3] Radford, Metz & Chintala 2016, Unsupervised representation learning with deep convolutional
       generative adversarial networks.

    Examples
    --------
    >>> X = [[2.0, -1.0], [2.1, -1.1], [1.9, -0.9], [2.0, -1.1]] * 8
    >>> net = GAN((8,), (8,), noise_size=1, learning_rate=0.01, max_iter=100, random_state=0).fit(X)
    >>> net.sample(5).shape
    (5, 2)
    >>> round_ = net.work(X[:1])
    >>> sorted(round_.updates) + sorted(round_.then.updates)
    ['W1_D', 'W2_D', 'b1_D', 'b2_D', 'W1_G', 'W2_G', 'b1_G', 'b2_G']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "generator_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "discriminator_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "noise_size": [Interval(Integral, 1, None, closed="left")],
        "generator_activation": [StrOptions(set(ACTIVATIONS)), list, tuple],
        "discriminator_activation": [StrOptions(set(ACTIVATIONS)), list, tuple],
        "output": [StrOptions({"auto", "identity", "sigmoid", "tanh"})],
        "loss": [StrOptions({"non_saturating", "minimax", "wasserstein"})],
        "gradient_penalty": [Interval(Real, 0, None, closed="left")],
        "discriminator_updates": [Interval(Integral, 1, None, closed="left")],
        "noise": [StrOptions({"normal", "uniform"})],
        "rule": [StrOptions(set(RULES))],
        "rule_settings": [dict, None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "generator_learning_rate": [Interval(Real, 0, None, closed="neither"), None],
        **Paced._parameter_constraints,
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
    }
    strategy = Playing
    saved_on_the_way = True
    learned: ClassVar[tuple[str, ...]] = (
        *Paced.learned,
        *("_seed", "n_iter_", "t_", "rule_state_", "bounded_", "_fitting"),
        *("discriminator_losses_", "generator_losses_", "snapshots_", "snapshot_epochs_"),
    )

    def __init__(
        self,
        generator_layer_sizes: Any = (64, 64),
        discriminator_layer_sizes: Any = (64, 64),
        *,
        noise_size: int = 8,
        generator_activation: Any = "relu",
        discriminator_activation: Any = "leaky_relu",
        output: str = "auto",
        loss: str = "non_saturating",
        gradient_penalty: float = 10.0,
        discriminator_updates: int = 1,
        noise: str = "normal",
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.0005,
        generator_learning_rate: float | None = None,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        batch_size: int = 64,
        max_iter: int = 100,
        shuffle: bool = True,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.generator_layer_sizes = generator_layer_sizes
        self.discriminator_layer_sizes = discriminator_layer_sizes
        self.noise_size = noise_size
        self.generator_activation = generator_activation
        self.discriminator_activation = discriminator_activation
        self.output = output
        self.loss = loss
        self.gradient_penalty = gradient_penalty
        self.discriminator_updates = discriminator_updates
        self.noise = noise
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.generator_learning_rate = generator_learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    # Fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, callbacks: Iterable[Callback | Checkpoint] | None = None) -> Self:
        """Learn to make samples like these.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        callbacks : iterable of callable, optional
            As for `MLPClassifier`; the loss is the discriminator's.

        Returns
        -------
        self

        Raises
        ------
        DataError
            Sizes of layers or settings of the rule that do not fit.
        CalculationError
            ``diverged``; the network has the weights of the last good epoch.
        """
        return self._fit(X, callbacks)

    def _epochs(self, X: np.ndarray, count: int) -> Iterator[bool]:
        return epochs(self, X, count)

    def _prepared(self, X: Any, first: bool) -> Samples:
        """Checked samples, and players for them."""
        X = checked(self, X, reset=first)
        if first:
            self._settings()
            self._sizes()
            self._start(X)
        elif self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            sizes = f"{self.generator_layer_sizes}, {self.discriminator_layer_sizes}"[:60]
            raise DataError("other_players", sizes=sizes, noise=self.noise_size)
        elif self.rule_state_ and self.rule_state_.keys() != set(RULES[self.rule].state):
            raise DataError("rule_changed", name=self.rule)
        return Samples(X)

    def _start(self, X: np.ndarray) -> None:
        bounded = lies_within(X)
        game = self._game_of(bounded=bounded)
        self._begin()
        self.bounded_ = bounded
        layers = {"G": Layers(game.generator, ""), "D": Layers((*game.discriminator, "sigmoid"), "")}
        self.params_ = {
            f"{name}_{player}": value
            for start, (player, sizes) in enumerate(self._sizes().items())
            for name, value in mlp.first_weights(self._seed, sizes, layers[player], start).items()
        }
        self.rule_state_: dict[str, Any] = {}
        self.t_ = 0
        self.discriminator_losses_: list[float] = []
        self.generator_losses_: list[float] = []
        self.snapshot_epochs_: list[int] = []
        self.snapshots_ = np.zeros((0, self._remembered(), self.n_features_in_), np.float32)

    def _remembered(self) -> int:
        """How many samples of an epoch are kept."""
        return int(min(MOST_REMEMBERED, max(16, _NUMBERS_REMEMBERED // self.n_features_in_)))

    def _remember(self) -> None:
        """Keep what the generator makes of the same noise now."""
        noise = self._noise(np.random.default_rng((self._seed, 5)), self._remembered())
        made = np.nan_to_num(self._made(noise)).astype(np.float32)
        self.snapshots_ = np.concatenate([self.snapshots_, made[None]])
        self.snapshot_epochs_ = [*self.snapshot_epochs_, self.n_iter_]

    # How they learn

    def _settings(self) -> dict[str, float]:
        """The settings of the rule."""
        usual = {"beta1": 0.5} if "beta1" in RULES[self.rule].settings else {}
        return rule_settings(self.rule, {**usual, **(self.rule_settings or {})})

    def _turns(self) -> dict[str, int]:
        """After how many rounds each player has its turn."""
        return {"D": 1, "G": int(self.discriminator_updates)}

    def _rates(self) -> dict[str, float]:
        """Each player's learning rate."""
        own = self.generator_learning_rate
        return {"D": float(self.learning_rate), "G": float(self.learning_rate if own is None else own)}

    def _players(self) -> Players:
        """What the compiled rounds depend on."""
        from byhand.train.adversarial import Players

        game = self._game()
        lines = adversarial.discriminator_lines(game), adversarial.generator_lines(game)
        losses = objective(lines[0], "L_D"), objective(lines[1], "L_G")
        noise = tuple((name, (int(self.noise_size),)) for name in ("z_D", "z_G"))
        targets = tuple((name, tuple(values)) for name, values in game.targets.items())
        how = self.noise == "normal", "epsilon" in game.drawn, self._turns()["G"], self.schedule
        return Players(losses, (game.learns("D"), game.learns("G")), self.rule, targets, noise, *how)

    # The next round

    def problem(self, X: Any, y: Any = None) -> dict[str, Any]:
        """The next round, with these samples as its batch, as a problem for `byhand.work`.

        After the discriminator's turn the generator's follows, if it has one.
        """
        from byhand.train.adversarial import drawn

        check_is_fitted(self)
        X, game = self._inputs(X), self._game()
        turn, every = self.t_, self._turns()["G"]
        draws = {
            name: np.asarray(value)
            for name, value in drawn(self._players(), self._seed, turn, len(X)).items()
        }
        then_draws = {"z_G": draws.pop("z_G")}
        first = adversarial.round_of(game)
        problem = self._turn(first, "D", self.params_, turn, {"x": X, **draws})
        problem["given"] = {**problem["given"], **game.targets}
        if first.then and (turn + 1) % every == 0:
            problem["then"] = self._turn(first.then, "G", {}, turn // every, then_draws)
        return problem

    def _turn(
        self, step: Any, player: str, params: Any, turn: int, samples: dict[str, np.ndarray]
    ) -> dict[str, Any]:
        """One player's turn as a problem."""
        names = Names(step.lines, self._game().learns(player), loss=f"L_{player}")
        settings = {"rate": self._rates()[player], **self._settings()}
        pace = self._pace(self._turns()[player])
        learned = Learned(params, self.rule, settings, self.rule_state_, turn, pace)
        count = len(next(iter(samples.values())))
        stated = step_problem(names, learned, ("half", 0.0), samples, np.ones(count))
        told = {"labels": step.labels, "headings": step.headings, "roles": step.roles}
        return {**stated, "title": step.aim["title"], **{key: dict(value) for key, value in told.items()}}

    def work(self, X: Any, y: Any = None) -> Work:
        """Work the next round out, with these samples as its batch.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        Work
            The discriminator's turn, with the noise that the fit would draw next; its ``then`` is the
            generator's, where it has one. The names are x, z_D, W1_G, b1_G, z1_G, a1_G …, x_fake, W1_D, b1_D,
            z1_real, a1_real …, D_real, z1_fake …, D_fake, L_D; and z_G, L_G. Of a critic f_real, f_fake,
            epsilon, xhat, z1_hat …, g1_hat …, gradient, penalty.
        """
        return super().work(X, y)

    def ended(self, stopped: str) -> Remark:
        """How the losses went."""
        facts: dict[str, Any] = {"epochs": self.n_iter_}
        facts |= {"discriminator": self.discriminator_losses_[-1], "generator": self.generator_losses_[-1]}
        return Remark("played", facts)

    def _settle(self) -> None:
        super()._settle()
        shapes = self._shapes()
        if not set(RULES[self.rule].state) >= self.rule_state_.keys():
            raise ValueError
        for tree in self.rule_state_.values():
            check_arrays(tree, shapes)
        kept = (len(self.snapshot_epochs_), self._remembered(), self.n_features_in_)
        check_arrays({"snapshots": self.snapshots_}, {"snapshots": kept})
        self._settle_fitting()
