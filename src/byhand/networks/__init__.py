"""Networks: one file a family, its equations and its estimators."""

from byhand.networks.adaline import Adaline as Adaline
from byhand.networks.checkpoint import Checkpoint as Checkpoint
from byhand.networks.classifier import MLPClassifier as MLPClassifier
from byhand.networks.logistic import LogisticRegression as LogisticRegression
from byhand.networks.neuron import MPNeuron as MPNeuron
from byhand.networks.perceptron import Perceptron as Perceptron
from byhand.networks.regressor import MLPRegressor as MLPRegressor

__all__ = [
    *("Adaline", "Checkpoint", "LogisticRegression", "MLPClassifier", "MLPRegressor", "MPNeuron"),
    "Perceptron",
]
