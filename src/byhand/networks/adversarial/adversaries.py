"""An adversarial network that has learned: a generator makes samples, a discriminator judges them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.equations import adversarial
from byhand.equations.adversarial import Game
from byhand.equations.layers import Layers
from byhand.errors import CalculationError
from byhand.networks.base.network import Network
from byhand.networks.base.remark import Remark
from byhand.networks.multilayer import mlp


class Adversaries(Network):
    """The part of an adversarial network that does not learn."""

    loss: str
    noise: str
    noise_size: Any
    bounded_: bool
    params_: dict[str, np.ndarray]

    # What the players are

    def _sizes(self) -> dict[str, tuple[int, ...]]:
        """The sizes of each player's layers, from what it sees on."""
        hidden = {
            player: mlp.sizes_of(name, getattr(self, name))
            for player, name in (("G", "generator_layer_sizes"), ("D", "discriminator_layer_sizes"))
        }
        features = self.n_features_in_
        return {"G": (int(self.noise_size), *hidden["G"], features), "D": (features, *hidden["D"], 1)}

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return adversarial.shapes(self._sizes())

    def _game_of(self, *, bounded: bool) -> Game:
        sizes = self._sizes()
        chosen = self._chosen(adversarial.GAN)
        return chosen.game(len(sizes["G"]) - 2, len(sizes["D"]) - 2, bounded=bounded)

    def _game(self) -> Game:
        return self._game_of(bounded=self.bounded_)

    def makeup(self) -> Remark:
        """Both players' layers."""
        sizes, game = self._sizes(), self._game()
        facts = {"generator": list(sizes["G"]), "discriminator": list(sizes["D"])}
        functions = ", ".join(dict.fromkeys((*game.generator, *game.discriminator, game.loss)))
        return Remark("players", {**facts, "parameters": self._parameter_count(), "functions": functions})

    # What they say and make

    @property
    def answer(self) -> str:  # type: ignore[override]
        """What the discriminator says."""
        return "f" if self.loss == "wasserstein" else "D"

    @property
    def asked_first(self) -> str:  # type: ignore[override]
        """What the discriminator says of the sample."""
        return f"{self.answer}_real[0]"

    def sample(self, n_samples: int = 1, random_state: Any = None) -> np.ndarray:
        """Samples that the generator makes out of noise.

        Parameters
        ----------
        n_samples : int
        random_state : int, RandomState instance or None
            None for the numbers of the fit's seed.

        Returns
        -------
        ndarray, shape (n_samples, n_features)

        Raises
        ------
        CalculationError
            ``output_not_finite``
        """
        check_is_fitted(self)
        made = self._made(self._noise(self._random(random_state), n_samples))
        if not np.isfinite(made).all():
            raise CalculationError("output_not_finite")
        return made

    def _noise(self, random: np.random.Generator, count: int) -> np.ndarray:
        shape = count, int(self.noise_size)
        return random.standard_normal(shape) if self.noise == "normal" else random.uniform(-1, 1, shape)

    def _made(self, noise: np.ndarray) -> np.ndarray:
        """What the generator makes of noise, in float64."""
        return mlp.forward(Layers(self._game().generator, ""), self._weights_of("G"), noise)

    def _weights_of(self, player: str) -> dict[str, np.ndarray]:
        """A player's weights, by the names they have in a network of its own."""
        return {
            name.removesuffix(f"_{player}"): value.astype(np.float64)
            for name, value in self.params_.items()
            if name.endswith(f"_{player}")
        }

    def predict(self, X: Any) -> np.ndarray:
        """How probable the discriminator finds it that each sample is real; of a critic its value f.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)

        Raises
        ------
        CalculationError
            ``output_not_finite``
        """
        return self._judged(self._inputs(X))

    def _judged(self, X: np.ndarray) -> np.ndarray:
        game = self._game()
        output = "identity" if game.loss == "wasserstein" else "sigmoid"
        layers = Layers((*game.discriminator, output), "")
        return mlp.outputs(layers, self._weights_of("D"), X)[:, 0]

    def errors(self, X: Any) -> dict[str, float]:
        """What the discriminator says of samples and of as many generated ones, on average, by name.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        """
        X = self._inputs(X)
        kind = "critic" if self.loss == "wasserstein" else "discriminator"
        real, fake = self._judged(X), self._judged(self.sample(len(X)))
        return {f"{kind}_real": float(real.mean()), f"{kind}_fake": float(fake.mean())}
