"""The rounds of an adversarial network: how each player learns, and the next round worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.equations import adversarial
from byhand.networks.adversaries import Adversaries
from byhand.networks.objective import objective
from byhand.networks.pacing import Paced
from byhand.networks.working import Learned, Names, rule_settings, step_problem
from byhand.rules import RULES

if TYPE_CHECKING:
    from byhand.api import Work
    from byhand.train.adversarial import Players


class Rounds(Adversaries, Paced):
    """The part of an adversarial network that has its players learn in turn."""

    discriminator_updates: int
    rule: str
    rule_settings: dict[str, float] | None
    learning_rate: float
    generator_learning_rate: float | None
    rule_state_: dict[str, Any]
    t_: int

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
            generator's, where it has one. The names are x, z_D, W1_G, b1_G, z1_G, a1_G …, xfake, W1_D, b1_D,
            z1_real, a1_real …, D_real, z1_fake …, D_fake, L_D; and z_G, L_G. Of a critic f_real, f_fake,
            epsilon, xhat, z1_hat …, g1_hat …, gradient, penalty.
        """
        return super().work(X, y)
