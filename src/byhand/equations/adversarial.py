r"""A game of two networks: a generator makes samples out of noise, a discriminator tells them from real ones.

.. math:: \tilde x = G(z), \qquad L_D = -\ln D(x) - \ln(1 - D(\tilde x)), \qquad L_G = -\ln D(\tilde x)

Each player descends on its own loss, in turn; the discriminator goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count, takewhile
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from byhand.equations import layers
from byhand.equations.layers import Activation, one_a_layer, stacked
from byhand.equations.step import Settings, Shapes, Step
from byhand.words import in_all_languages

Loss = Literal["non_saturating", "minimax", "wasserstein"]
Output = Literal["identity", "sigmoid", "tanh"]
TARGETS = {"y1": [1.0], "y0": [0.0]}

ROLES = {"x": "input", "z_D": "input", "z_G": "input", "epsilon": "other"}
MEANINGS = (
    *("x", "z_D", "z_G", "epsilon", "y1", "y0", "x_fake", "D_real", "D_fake", "f_real", "f_fake"),
    *("xhat", "gradient", "penalty", "L_D", "L_G"),
)

# The derivative of each activation, by its argument z and its value a.
SLOPES = {
    "sigmoid": "{a}*(1 - {a})",
    "tanh": "1 - {a}^2",
    "relu": "step({z})",
    "leaky_relu": "where({z} > 0, 1, 0.01)",
    "softplus": "sigmoid({z})",
    "gaussian": "-2*{z}*{a}",
}


class Game(NamedTuple):
    """What the equations depend on.

    Attributes
    ----------
    generator : tuple of str
        Its activations, one a layer, the output's last.
    discriminator : tuple of str
        Those of its hidden layers; its output is one sigmoid unit, of a critic one sum.
    loss : str
        ``non_saturating``; ``minimax``: the generator raises what the discriminator lowers;
        ``wasserstein``: a critic whose slope is kept near 1 by a penalty.
    penalty : float
        lambda of the gradient penalty.
    """

    generator: tuple[str, ...]
    discriminator: tuple[str, ...]
    loss: Loss = "non_saturating"
    penalty: float = 10.0

    @property
    def drawn(self) -> Shapes:
        """The shapes of what is drawn for each sample of a round."""
        noise: Shapes = {"z_D": ("noise",), "z_G": ("noise",)}
        return noise | ({"epsilon": (1,)} if self.loss == "wasserstein" else {})

    @property
    def targets(self) -> dict[str, list[float]]:
        """What the discriminator is to answer."""
        return {} if self.loss == "wasserstein" else TARGETS

    def learns(self, player: str) -> tuple[str, ...]:
        """The names that a player, ``D`` or ``G``, learns."""
        depth = len(self.generator) if player == "G" else len(self.discriminator) + 1
        return tuple(f"{letter}{k}_{player}" for k in range(1, depth + 1) for letter in "Wb")


def discriminator_lines(game: Game) -> str:
    """The discriminator's turn, for one sample x and the noise z_D.

    Parameters
    ----------
    game : Game

    Returns
    -------
    str

    Examples
    --------
    >>> print(discriminator_lines(Game(("tanh",), ())))
    z1_G = W1_G @ z_D + b1_G
    x_fake = tanh(z1_G)
    z1_real = W1_D @ x + b1_D
    D_real = sigmoid(z1_real)
    z1_fake = W1_D @ x_fake + b1_D
    D_fake = sigmoid(z1_fake)
    L_D = binary_cross_entropy(y1, D_real) + binary_cross_entropy(y0, D_fake)
    """
    lines = [*_made(game, "z_D"), *_judged(game, "x", "real"), *_judged(game, "x_fake", "fake")]
    if game.loss != "wasserstein":
        loss = "binary_cross_entropy(y1, D_real) + binary_cross_entropy(y0, D_fake)"
        return "\n".join([*lines, f"L_D = {loss}"])
    loss = f"sum(f_fake) - sum(f_real) + {game.penalty!r}*penalty"
    return "\n".join([*lines, *gradient_penalty(game), f"L_D = {loss}"])


def generator_lines(game: Game) -> str:
    """The generator's turn, with the noise z_G.

    Parameters
    ----------
    game : Game

    Returns
    -------
    str

    Examples
    --------
    >>> print(generator_lines(Game(("tanh",), ())))
    z1_G = W1_G @ z_G + b1_G
    x_fake = tanh(z1_G)
    z1_fake = W1_D @ x_fake + b1_D
    D_fake = sigmoid(z1_fake)
    L_G = binary_cross_entropy(y1, D_fake)
    """
    losses = {
        "non_saturating": "binary_cross_entropy(y1, D_fake)",
        "minimax": "-binary_cross_entropy(y0, D_fake)",
        "wasserstein": "-sum(f_fake)",
    }
    lines = [*_made(game, "z_G"), *_judged(game, "x_fake", "fake")]
    return "\n".join([*lines, f"L_G = {losses[game.loss]}"])


def gradient_penalty(game: Game) -> list[str]:
    r"""How far the critic's slope is from 1 somewhere between a real and a generated sample.

    .. math:: \hat x = \epsilon x + (1 - \epsilon) \tilde x, \qquad (\lVert \nabla f(\hat x) \rVert - 1)^2

    The slope is backpropagated by lines of its own, so that it can be differentiated again.

    Parameters
    ----------
    game : Game

    Returns
    -------
    list of str

    References
    ----------
    Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville 2017, Improved training of Wasserstein GANs.

    Examples
    --------
    >>> print("\n".join(gradient_penalty(Game(("identity",), ("tanh",), "wasserstein"))))
    xhat = epsilon*x + (1 - epsilon)*x_fake
    z1_hat = W1_D @ xhat + b1_D
    a1_hat = tanh(z1_hat)
    g1_hat = W2_D[0]*(1 - a1_hat^2)
    gradient = W1_D.T @ g1_hat
    penalty = (norm(gradient) - 1)^2
    """
    hidden, last = game.discriminator, len(game.discriminator) + 1
    lines = ["xhat = epsilon*x + (1 - epsilon)*x_fake"]
    lines += stacked(hidden, "xhat", f"a{last - 1}_hat", weights="_D", values="_hat")
    back = f"W{last}_D[0]"
    for k in range(last - 1, 0, -1):
        slope = SLOPES.get(hidden[k - 1], "").format(z=f"z{k}_hat", a=f"a{k}_hat")
        lines.append(f"g{k}_hat = {back}*({slope})" if slope else f"g{k}_hat = {back}")
        back = f"W{k}_D.T @ g{k}_hat"
    return [*lines, f"gradient = {back}", "penalty = (norm(gradient) - 1)^2"]


def _made(game: Game, noise: str) -> list[str]:
    """What the generator makes of noise."""
    return stacked(game.generator, noise, "x_fake", weights="_G", values="_G")


def _judged(game: Game, sample: str, kind: str) -> list[str]:
    """What the discriminator says of a sample."""
    output, name = ("identity", "f") if game.loss == "wasserstein" else ("sigmoid", "D")
    activations = (*game.discriminator, output)
    return stacked(activations, sample, f"{name}_{kind}", weights="_D", values=f"_{kind}")


def shapes(sizes: Mapping[str, Sequence[Any]]) -> dict[str, tuple[Any, ...]]:
    """The shape of every weight, by the sizes of each player's layers, from what it sees on.

    Examples
    --------
    >>> shapes({"G": (1, 2)})
    {'W1_G': (2, 1), 'b1_G': (2,)}
    """
    return {
        f"{name}_{player}": shape
        for player, own in sizes.items()
        for name, shape in layers.shapes(tuple(own)).items()
    }


def round_of(game: Game) -> Step:
    """A round: the discriminator's turn, and then the generator's against what the discriminator is by then.

    Parameters
    ----------
    game : Game
    """
    judged = ("xhat", "gradient", "penalty") if game.loss == "wasserstein" else ()
    headed = ("z1_G", "z1_real", "z1_fake", *judged[:1], "L_D")
    second = _turn(game, "G", generator_lines(game), ("z1_G", "z1_fake", "L_G"))
    first = _turn(game, "D", discriminator_lines(game), headed)
    return replace(first, given=game.targets, then=replace(second, own=("z_G",)))


def _turn(game: Game, player: str, lines: str, headed: Iterable[str]) -> Step:
    """One player's turn, told with headings above some of its lines."""
    learned = {name: player for player in "GD" for name in game.learns(player)}
    used = re.findall(r"\w+", lines)
    meanings = {name: name for name in MEANINGS if name in used}
    meanings |= {name: f"{name[0]}_{owner}" for name, owner in learned.items()}
    roles = {name: "weight" if name[0] == "W" else "bias" for name in learned}
    roles |= {name: role for name, role in ROLES.items() if name in meanings}
    title = in_all_languages(f"gan.turn_{player}")
    return Step(
        lines,
        aim={"title": title, "minimise": f"L_{player}", "learn": list(game.learns(player))},
        labels={name: in_all_languages(f"gan.{code}") for name, code in meanings.items()},
        headings={name: in_all_languages(f"gan.phase_{name}") for name in headed},
        roles=roles,
    )


class GAN(Settings):
    """One round of the game; `z_D` and `z_G` are the noise of the two turns."""

    sample: ClassVar[tuple[str, ...]] = ("x", "z_D", "z_G", "epsilon")

    generator_activation: Activation | tuple[Activation, ...] = "relu"
    discriminator_activation: Activation | tuple[Activation, ...] = "leaky_relu"
    output: Literal["auto"] | Output = "auto"
    loss: Loss = "non_saturating"
    gradient_penalty: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0

    def game(self, generator: int, discriminator: int, *, bounded: bool) -> Game:
        """What the equations depend on.

        Parameters
        ----------
        generator, discriminator : int
            Hidden layers of each player.
        bounded : bool
            All samples lie between 0 and 1.
        """
        output = self.output if self.output != "auto" else "sigmoid" if bounded else "identity"
        return Game(
            (*one_a_layer(self.generator_activation, generator), output),
            one_a_layer(self.discriminator_activation, discriminator),
            self.loss,
            float(self.gradient_penalty),
        )

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of the sample and what is drawn for it, and of both players' weights."""
        generator, discriminator = (_depth(given, player) for player in "GD")
        made = ("noise", *(f"generator{k}" for k in range(1, generator)), "inputs")
        judged = ("inputs", *(f"discriminator{k}" for k in range(1, discriminator)), 1)
        drawn = self._game(given, bounded=False).drawn
        return {"x": ("inputs",), **drawn, **shapes({"G": made, "D": judged})}

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """Both players' turns."""
        bounded = all(0 <= value <= 1 for x in samples["x"] for value in x)
        return round_of(self._game(weights, bounded=bounded))

    def _game(self, given: Mapping[str, Any], *, bounded: bool) -> Game:
        return self.game(_depth(given, "G") - 1, _depth(given, "D") - 1, bounded=bounded)


def _depth(given: Mapping[str, Any], player: str) -> int:
    """How many layers of a player have weights; one at least."""
    return max(1, sum(1 for _ in takewhile(lambda k: f"W{k}_{player}" in given, count(1))))
