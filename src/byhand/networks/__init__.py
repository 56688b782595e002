"""Networks: one file a family, its equations and its estimators."""

from byhand.networks.adaline import Adaline as Adaline
from byhand.networks.art1 import ART1 as ART1
from byhand.networks.cascade_correlation import CascadeCorrelationClassifier as CascadeCorrelationClassifier
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
    *("ART1", "Adaline", "CascadeCorrelationClassifier", "CascadeCorrelationRegressor", "Checkpoint"),
    *("FuzzyART", "FuzzyARTMAP", "LogisticRegression", "MLPClassifier", "MLPRegressor", "MPNeuron"),
    *("Perceptron", "RBFClassifier", "RBFRegressor", "SOM"),
]
