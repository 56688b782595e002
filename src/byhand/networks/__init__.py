"""Networks: one file a family, its equations and its estimators."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from byhand.networks.adaline import Adaline as Adaline
    from byhand.networks.art import ART as ART
    from byhand.networks.art1 import ART1 as ART1
    from byhand.networks.cascade_correlation import (
        CascadeCorrelationClassifier as CascadeCorrelationClassifier,
    )
    from byhand.networks.cascade_correlation import CascadeCorrelationRegressor as CascadeCorrelationRegressor
    from byhand.networks.checkpoint import Checkpoint as Checkpoint
    from byhand.networks.classifier import MLPClassifier as MLPClassifier
    from byhand.networks.fuzzy_art import FuzzyART as FuzzyART
    from byhand.networks.fuzzy_artmap import FuzzyARTMAP as FuzzyARTMAP
    from byhand.networks.logistic import LogisticRegression as LogisticRegression
    from byhand.networks.neuron import MPNeuron as MPNeuron
    from byhand.networks.perceptron import Perceptron as Perceptron
    from byhand.networks.rbf import RBFClassifier as RBFClassifier
    from byhand.networks.rbf import RBFRegressor as RBFRegressor
    from byhand.networks.regressor import MLPRegressor as MLPRegressor
    from byhand.networks.som import SOM as SOM

__all__ = [
    *("ART", "ART1", "Adaline", "CascadeCorrelationClassifier", "CascadeCorrelationRegressor", "Checkpoint"),
    *("FuzzyART", "FuzzyARTMAP", "LogisticRegression", "MLPClassifier", "MLPRegressor", "MPNeuron"),
    *("Perceptron", "RBFClassifier", "RBFRegressor", "SOM"),
]

# Imported when it is first asked for: one family needs no other.
_LATER = {
    "ART": "byhand.networks.art",
    "ART1": "byhand.networks.art1",
    "Adaline": "byhand.networks.adaline",
    "CascadeCorrelationClassifier": "byhand.networks.cascade_correlation",
    "CascadeCorrelationRegressor": "byhand.networks.cascade_correlation",
    "Checkpoint": "byhand.networks.checkpoint",
    "FuzzyART": "byhand.networks.fuzzy_art",
    "FuzzyARTMAP": "byhand.networks.fuzzy_artmap",
    "LogisticRegression": "byhand.networks.logistic",
    "MLPClassifier": "byhand.networks.classifier",
    "MLPRegressor": "byhand.networks.regressor",
    "MPNeuron": "byhand.networks.neuron",
    "Perceptron": "byhand.networks.perceptron",
    "RBFClassifier": "byhand.networks.rbf",
    "RBFRegressor": "byhand.networks.rbf",
    "SOM": "byhand.networks.som",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
