"""A fit saved again and again while it goes on."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from byhand.errors import DataError
from byhand.networks.fits import files

SECONDS = 5.0


class Checkpoint:
    """Saves a fit in progress, so that it can go on after any stop, to the same bits.

    Give it to `fit` as a callback. Ctrl-C, SIGTERM, divergence and the end of the fit save too. After a stop,
    ``byhand.load(path).resume(X, y)`` goes on; a new `fit` with the same path begins anew and replaces the
    file. It is one file, with the best weights so far as well; it is replaced only when the new one is whole.
    The numbers do not depend on when it is written.

    Parameters
    ----------
    path : str or Path
    every : int, optional
        Save after each so many epochs (of annealing, proposals; of a growth, units); otherwise about every
        five seconds, in the midst of a long epoch too.

    Raises
    ------
    ValueError
        `every` is no whole number from 1 up.

    Examples
    --------
    >>> import byhand
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from byhand.networks import MLPRegressor
    >>> X, y = [[-1.0], [-0.5], [0.5], [1.0]], [1.0, 0.25, 0.25, 1.0]
    >>> net = MLPRegressor((8,), "tanh", n_iter_no_change=3, tol=0.001, random_state=0)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "run.byhand"
    ...     stopped = net.fit(X, y, callbacks=[Checkpoint(path), lambda report: report.epoch == 12])
    ...     resumed = byhand.load(path)
    >>> resumed.n_iter_, resumed.resume(X, y).n_iter_, net.fit(X, y).n_iter_
    (12, 163, 163)
    """

    def __init__(self, path: str | Path, every: int | None = None) -> None:
        if every is not None and not (isinstance(every, int | np.integer) and every >= 1):
            raise DataError("checkpoint_every", found=str(every)[:60])
        self.path, self.every = Path(path), every
        self._saved: float | None = None

    def is_due(self, epochs: int, whole: bool) -> bool:
        """Whether to save now, after so many epochs, at the end of one or in its midst."""
        if self.every is not None:
            return whole and epochs % self.every == 0
        return self._saved is None or monotonic() - self._saved >= SECONDS

    def save(self, network: Any) -> None:
        """Save the network with its fit in progress.

        Raises
        ------
        ProblemError
            The file cannot be written.
        """
        if self._saved is None:
            files.sweep(self.path)
        network.save(self.path)
        self._saved = monotonic()
