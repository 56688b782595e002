"""A fit that can stop at any moment and go on, to the same bits: what all strategies share."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from byhand.errors import CalculationError
from byhand.networks.fits.checkpoint import Checkpoint
from byhand.networks.fits.fitting import Fitting, Samples
from byhand.networks.fits.interrupts import Interrupts, tell_interrupted
from byhand.networks.fits.progress import Callback
from byhand.words import say, system_language


class Stoppable:
    """One fit, begun or taken up again; a strategy says how it goes on, and where it stands.

    Parameters
    ----------
    net : Network
    samples : Samples
    fitting : Fitting
        Where the fit stands.
    callbacks : iterable
    """

    def __init__(
        self, net: Any, samples: Samples, fitting: Fitting, callbacks: Iterable[Callback | Checkpoint]
    ) -> None:
        self.net, self.samples, self.fitting = net, samples, fitting
        callbacks = list(callbacks)
        self.callbacks = [one for one in callbacks if not isinstance(one, Checkpoint)]
        self.checkpoints = [one for one in callbacks if isinstance(one, Checkpoint)]

    # What a strategy says.

    def _prepare(self) -> float:
        """Make what it goes on with; the arithmetic operations of one step, about."""
        raise NotImplementedError

    def _go_on(self, interrupts: Interrupts) -> bool:
        """Go on to the end; whether something stopped it before the last epoch."""
        raise NotImplementedError

    def _keep(self) -> None:
        """Give the network the weights it is to use."""
        raise NotImplementedError

    def _standing(self) -> dict[str, Any]:
        """What of a `Fitting` is its own."""
        raise NotImplementedError

    def _finish(self) -> None:
        """Give the network what it has at the end."""
        self._keep()

    def _has_learned(self) -> bool:
        """Whether the network has anything that is worth keeping."""
        return True

    def _updates(self) -> int:
        """Changes of the weights so far."""
        raise NotImplementedError

    def _far(self) -> tuple[str, dict[str, Any]]:
        """How far it came: the code of the sentence that says so, and its facts."""
        return "train.interrupted", {"epochs": self.net.n_iter_, "updates": self._updates()}

    def _unfinished(self) -> str:
        """What to say where the last epoch came before it was time to stop."""
        return say("train.not_converged", system_language(), epochs=self.net.max_iter)

    # Going on, and stopping.

    def run(self) -> None:
        """Go on until it is time to stop."""
        self._check_environment(self._prepare())
        vars(self.net).pop("_fitting", None)
        with Interrupts(bool(self.checkpoints)) as interrupts:
            try:
                stopped = self._go_on(interrupts)
                self._finish()
                if self.checkpoints:
                    self._save(self.checkpoints)
            except KeyboardInterrupt:
                if not self._has_learned():
                    raise
                stopped = True
                self._keep()
                self._save(self.checkpoints)
                self._tell_interrupted()
            except CalculationError:
                self._keep()
                if self._has_learned():
                    self._save(self.checkpoints)
                raise
            except BaseException:
                self._keep()
                self._pause()
                raise
        if not stopped:
            warnings.warn(self._unfinished(), ConvergenceWarning, stacklevel=4)

    def _save_where_due(self, epochs: int, *, whole: bool = True) -> None:
        due = [one for one in self.checkpoints if one.is_due(epochs, whole)]
        if due:
            self._keep()
            self._save(due)
            del self.net._fitting  # what a callback saves later is a network, not this moment of the fit

    def _save(self, checkpoints: list[Checkpoint]) -> None:
        self._pause()
        for checkpoint in checkpoints:
            checkpoint.save(self.net)

    def _pause(self) -> None:
        """Give the network what going on needs besides its weights."""
        from byhand.train.environment import environment

        self.net._fitting = self.fitting = Fitting(
            first=self.fitting.first,
            data=self.fitting.data or self.samples.fingerprint(),
            environment=environment(),
            settings=self.fitting.settings or self.net.get_params(deep=False),
            **self._standing(),
        )

    def _check_environment(self, work: float) -> None:
        """Say where the bits may differ from those of a fit that was begun elsewhere."""
        from byhand.train.backend import start_backend
        from byhand.train.environment import differences, environment

        start_backend(work)
        changed = differences(self.fitting.environment, environment()) if self.fitting.environment else []
        if changed:
            words = say("train.other_environment", system_language(), changes=", ".join(changed))
            warnings.warn(words, stacklevel=5)

    def _tell_interrupted(self) -> None:
        code, facts = self._far()
        if self.checkpoints:
            code, facts["path"] = f"{code}_saved", self.checkpoints[0].path.as_posix()
        tell_interrupted(code, 5, **facts)
