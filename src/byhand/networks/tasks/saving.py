"""Networks from files: the fixed list of what a file may name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from byhand import networks
from byhand.errors import ProblemError
from byhand.networks.base.network import rebuilt
from byhand.networks.fits import files

NETWORKS = (
    *("MLPClassifier", "MLPRegressor", "Perceptron", "Adaline", "LogisticRegression"),
    *("StackedAutoencoderClassifier", "DBNClassifier", "Autoencoder"),
    *("RBFClassifier", "RBFRegressor", "SOM"),
    *("CascadeCorrelationClassifier", "CascadeCorrelationRegressor"),
    *("ElmanClassifier", "ElmanRegressor", "LSTMClassifier", "LSTMRegressor"),
    "CharacterModel",
    "CNNClassifier",
    *("ART", "ART1", "FuzzyART", "FuzzyARTMAP"),
    *("Hopfield", "BoltzmannMachine"),
    "RBM",
    *("TransformerClassifier", "BERT", "GPT"),
    "GAN",
)


def load(path: str | Path) -> Any:
    """Load a network that was saved with ``save``.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    estimator
        As it was: `resume` of a fit that was stopped, `partial_fit`, and `fit` with `warm_start`, go on from
        where it stood, to the same bits.

    Raises
    ------
    ProblemError
        No such file, none of ours, cut short, altered, of a later version, or of an unknown network.
    """
    saved = files.read(Path(path))
    if saved.kind not in NETWORKS:
        known = ", ".join(NETWORKS)
        raise ProblemError("model_kind", path=str(path), found=str(saved.kind)[:60], known=known)
    try:
        return rebuilt(getattr(networks, saved.kind)(), saved)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise ProblemError("model_altered", path=str(path)) from None
