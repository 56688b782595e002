"""Networks from files: the fixed list of what a file may name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from byhand.errors import ProblemError
from byhand.networks import files, mlp
from byhand.networks.classifier import MLPClassifier
from byhand.networks.regressor import MLPRegressor
from byhand.rules import RULES

REGISTRY = {kind.__name__: kind for kind in (MLPClassifier, MLPRegressor)}


def load(path: str | Path) -> Any:
    """Load a network that was saved with ``save``.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    estimator
        As it was: `partial_fit`, and `fit` with `warm_start`, go on from where it stood, to the same bits.

    Raises
    ------
    ProblemError
        No such file, none of ours, cut short, altered, of a later version, or of an unknown network.
    """
    saved = files.read(Path(path))
    kind = REGISTRY.get(saved.kind)
    if kind is None:
        known = ", ".join(REGISTRY)
        raise ProblemError("model_kind", path=str(path), found=str(saved.kind)[:60], known=known)
    try:
        return _restored(kind(), saved)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise ProblemError("model_altered", path=str(path)) from None


def _restored(net: Any, saved: files.Saved) -> Any:
    """The network with what a file holds, if its parts fit together."""
    if saved.settings.keys() != net.get_params(deep=False).keys():
        raise ValueError
    if not set(net.learned) >= saved.state.keys():
        raise ValueError
    net.set_params(**saved.settings)
    net._validate_params()
    for name, value in saved.state.items():
        setattr(net, name, value)
    net._form = form = net._layers()
    if not set(RULES[net.rule].state) >= net.rule_state_.keys():
        raise ValueError
    shapes = mlp.shapes((net.n_features_in_, *net._hidden_sizes(), net.n_outputs_), form)
    for tree in (net.params_, *net.rule_state_.values()):
        if shapes != {name: value.shape for name, value in tree.items()}:
            raise ValueError
        if not all(value.dtype == np.float32 and np.isfinite(value).all() for value in tree.values()):
            raise ValueError
    return net
