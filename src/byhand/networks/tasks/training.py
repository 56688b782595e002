"""A network trained with a data set into a file, from the start or from where an earlier run stopped."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sklearn.exceptions import ConvergenceWarning

from byhand.data.dataset import Dataset
from byhand.errors import ProblemError
from byhand.networks.fits.fitting import is_same
from byhand.networks.fits.interrupts import Interrupted
from byhand.networks.tasks.origin import Origin, OriginCheckpoint, origin_of
from byhand.networks.tasks.saving import load


class Trained(NamedTuple):
    """How a training went.

    Attributes
    ----------
    net : estimator
    stopped : str
        ``converged`` (it ended by itself), ``epochs`` (it went through all it may), or ``interrupted``.
    warned : list of warnings.WarningMessage
        What was said on the way.
    """

    net: Any
    stopped: Literal["converged", "epochs", "interrupted"]
    warned: list[warnings.WarningMessage]


def train(net: Any, data: Dataset, origin: Origin, path: Path, resume: bool = False) -> Trained:
    """Train a network with the training part of a data set; the file is written while it goes on.

    Parameters
    ----------
    net : estimator
        New, with its settings.
    data : Dataset
    origin : Origin
    path : Path
    resume : bool
        Go on with what the file holds.

    Returns
    -------
    Trained

    Raises
    ------
    ProblemError
        The file is of another training, or the data cannot be trained with.
    CalculationError
        The training diverges.
    """
    if resume:
        net = _stopped(net, origin, path)
    training = data.take(origin.division(data)[0])
    X = origin.preparation.inputs(training)
    samples = (X, origin.preparation.targets(training)) if net.needs_target else (X,)
    checkpoint = OriginCheckpoint(path, origin)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        learn = net.resume if resume else net.fit
        if net.saved_on_the_way:
            learn(*samples, callbacks=[checkpoint])
        else:
            learn(*samples)
            checkpoint.save(net)
    told = [one for one in caught if issubclass(one.category, UserWarning)]
    kinds = {one.category for one in told}
    stopped: Literal["converged", "epochs", "interrupted"] = (
        "interrupted" if Interrupted in kinds else "epochs" if ConvergenceWarning in kinds else "converged"
    )
    return Trained(net, stopped, [one for one in told if one.category is not Interrupted])


def _stopped(net: Any, origin: Origin, path: Path) -> Any:
    """The network in a file, if what it was trained with is what is asked for now."""
    if not path.exists():
        raise ProblemError("nothing_there", path=str(path))
    saved = load(path)
    before = origin_of(saved)
    if before is None or before.digest != origin.digest:
        raise ProblemError("resume_data", path=str(path))
    wanted, had, may_change = net.get_params(), saved.get_params(), saved._may_change()
    changed = [
        f"{name}={had.get(name)}"
        for name in wanted
        if name not in may_change and not is_same(wanted[name], had.get(name))
    ]
    if type(saved) is not type(net):
        changed = [type(saved).__name__]
    if (before.test, before.seed) != (origin.test, origin.seed):
        changed += [f"test={before.test}", f"seed={before.seed}"]
    elif before.preparation != origin.preparation:
        changed.append(f"scaling={before.preparation.scaling}")
    if changed:
        raise ProblemError("resume_settings", path=str(path), settings=", ".join(changed))
    return saved.set_params(**{name: wanted[name] for name in may_change if name in wanted})
