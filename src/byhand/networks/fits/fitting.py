"""What a fit works on, and what going on with a fit needs besides the network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import _check_sample_weight

from byhand.errors import DataError

NOTHING = np.zeros(0, np.float32)
_NONE = f"– {'':64}"  # in place of a fingerprint


class Samples(NamedTuple):
    """What a network is fitted with, checked.

    Attributes
    ----------
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    weight : ndarray, shape (n,)
    strata : ndarray or None
        What a validation part is drawn evenly from.
    """

    X: np.ndarray
    targets: np.ndarray = NOTHING
    weight: np.ndarray = NOTHING
    strata: np.ndarray | None = None

    def fingerprint(self) -> dict[str, str]:
        """Shape, type and SHA-256 of the bytes, by the names of what a fit takes."""
        parts = {"X": self.X, "y": self.targets, "sample_weight": self.weight}
        return {name: print_of(array) for name, array in parts.items()}


def counted(X: np.ndarray, y: np.ndarray, weight: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The samples that count something, their targets, and what each counts: see `weights_of`."""
    weight = weights_of(X, weight)
    counts = weight > 0
    return (X, y, weight) if counts.all() else (X[counts], y[counts], weight[counts])


def weights_of(X: np.ndarray, weight: Any) -> np.ndarray:
    """What each sample counts; 1 where nothing is said.

    Raises
    ------
    DataError
        No sample counts.
    ValueError
        The weights are not one for each sample, or one is negative.
    """
    weight = _check_sample_weight(weight, X, dtype=np.float32, ensure_non_negative=True)
    if not weight.any():
        raise DataError("no_weight")
    return weight


def order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the samples in an epoch; it depends on nothing but the seed and the epoch's number."""
    return np.random.default_rng((seed, 1, epoch)).permutation(count)


class Fitting(NamedTuple):
    """Where a fit in progress stands; the weights and the loss curve are the network's own.

    Attributes
    ----------
    first : int
        Epochs the network had when the fit began.
    lowest : float
        The best loss, or minus the best score, of the fit.
    without : int
        Epochs without improvement, up to now; of an ART network those that changed nothing.
    losses : ndarray
        In the midst of an epoch the objectives of its steps so far.
    ahead : dict or None
        What the strategy stands at, where the network has better weights of an earlier moment: of a descent
        ``params_``, ``rule_state_`` and ``t_``; of a chain ``params_``, ``here`` and ``lowest``; of several
        starts ``starts``, ``epochs`` and ``number``. Of an ART network in the midst of an epoch ``params_``
        before it, and how many samples it has ``seen``; of a growing one ``params_``, ``losses``, ``epochs``
        and ``scores`` of all its units.
    data : dict
        The fingerprint of the samples.
    environment : dict
        What the bits depend on besides.
    settings : dict
        The hyper-parameters.
    """

    first: int
    lowest: float = float("inf")
    without: int = 0
    losses: np.ndarray = NOTHING
    ahead: dict[str, Any] | None = None
    data: Mapping[str, str] = {}
    environment: Mapping[str, str] = {}
    settings: Mapping[str, Any] = {}

    def check_settings(self, settings: Mapping[str, Any], may_change: tuple[str, ...]) -> None:
        """That these are the hyper-parameters the fit began with.

        Raises
        ------
        DataError
        """
        changed = [
            f"{name} {str(before)[:40]} → {str(settings.get(name))[:40]}"
            for name, before in self.settings.items()
            if name not in may_change and not is_same(before, settings.get(name))
        ]
        if changed:
            raise DataError("other_settings", changes=", ".join(changed), free=", ".join(may_change) or "–")

    def check_data(self, samples: Samples) -> None:
        """That these are the samples the fit began with.

        Raises
        ------
        DataError
        """
        found = samples.fingerprint()
        for name in {**found, **self.data}:
            texts = self.data.get(name, _NONE), found.get(name, _NONE)
            if texts[0] != texts[1]:
                before, now = (text[:-52] for text in texts)  # 12 of 64 digits will do
                raise DataError("other_data", name=name, before=before, now=now)


def restored(saved: Mapping[str, Any], epochs: int) -> Fitting:
    """A fit in progress out of a file of a network with so many epochs; a ValueError where it is none."""
    fitting = Fitting(**saved)
    if not (0 <= fitting.first <= epochs and fitting.without >= 0 and fitting.lowest > -np.inf):
        raise ValueError
    if not isinstance(fitting.settings, dict):
        raise ValueError
    if fitting.losses.ndim != 1 or not np.isfinite(fitting.losses).all():
        raise ValueError
    texts = (*fitting.data.values(), *fitting.environment.values())
    if not {"X", "y", "sample_weight"} <= fitting.data.keys() or not all(isinstance(t, str) for t in texts):
        raise ValueError
    return fitting


def is_same(one: Any, other: Any) -> bool:
    """Whether two values of a hyper-parameter are the same; one may be an array."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return bool(one == other)


def places(ahead: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """All that holds weights in what a fit in progress has besides the network's own."""
    if not ahead:
        return []
    if "starts" not in ahead:
        return [ahead]
    return [one for one in (*ahead["epochs"], *(start["kept"] for start in ahead["starts"])) if one]


def held(epoch: Any, names: Iterable[str]) -> dict[str, Any]:
    """What a network keeps of an epoch, in NumPy, the weights in the order of their names."""
    return {
        "params_": {name: np.asarray(epoch.params[name]) for name in names},
        "rule_state_": {
            key: {name: np.asarray(tree[name]) for name in names} for key, tree in epoch.kept.items()
        },
        "t_": epoch.turn,
    }


def print_of(array: np.ndarray) -> str:
    """Shape, type and SHA-256 of an array's bytes."""
    digest = hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
    return f"{'×'.join(map(str, array.shape))} {array.dtype} {digest}"
