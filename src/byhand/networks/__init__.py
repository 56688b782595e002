"""Networks: one file a family, its equations and its estimators."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from byhand.networks.adaline import Adaline as Adaline
    from byhand.networks.art import ART as ART
    from byhand.networks.art1 import ART1 as ART1
    from byhand.networks.autoencoder import Autoencoder as Autoencoder
    from byhand.networks.bert import BERT as BERT
    from byhand.networks.boltzmann import BoltzmannMachine as BoltzmannMachine
    from byhand.networks.cascade_correlation import (
        CascadeCorrelationClassifier as CascadeCorrelationClassifier,
    )
    from byhand.networks.cascade_correlation import CascadeCorrelationRegressor as CascadeCorrelationRegressor
    from byhand.networks.character import CharacterModel as CharacterModel
    from byhand.networks.checkpoint import Checkpoint as Checkpoint
    from byhand.networks.classifier import MLPClassifier as MLPClassifier
    from byhand.networks.cnn import CNNClassifier as CNNClassifier
    from byhand.networks.dbn import DBNClassifier as DBNClassifier
    from byhand.networks.elman import ElmanClassifier as ElmanClassifier
    from byhand.networks.elman import ElmanRegressor as ElmanRegressor
    from byhand.networks.fuzzy_art import FuzzyART as FuzzyART
    from byhand.networks.fuzzy_artmap import FuzzyARTMAP as FuzzyARTMAP
    from byhand.networks.gan import GAN as GAN
    from byhand.networks.gpt import GPT as GPT
    from byhand.networks.hopfield import Hopfield as Hopfield
    from byhand.networks.logistic import LogisticRegression as LogisticRegression
    from byhand.networks.lstm import LSTMClassifier as LSTMClassifier
    from byhand.networks.lstm import LSTMRegressor as LSTMRegressor
    from byhand.networks.neuron import MPNeuron as MPNeuron
    from byhand.networks.perceptron import Perceptron as Perceptron
    from byhand.networks.rbf import RBFClassifier as RBFClassifier
    from byhand.networks.rbf import RBFRegressor as RBFRegressor
    from byhand.networks.rbm import RBM as RBM
    from byhand.networks.regressor import MLPRegressor as MLPRegressor
    from byhand.networks.som import SOM as SOM
    from byhand.networks.stacked_autoencoder import (
        StackedAutoencoderClassifier as StackedAutoencoderClassifier,
    )
    from byhand.networks.transformer import TransformerClassifier as TransformerClassifier

__all__ = [
    "ART",
    "ART1",
    "BERT",
    "GAN",
    "GPT",
    "RBM",
    "SOM",
    "Adaline",
    "Autoencoder",
    "BoltzmannMachine",
    "CNNClassifier",
    "CascadeCorrelationClassifier",
    "CascadeCorrelationRegressor",
    "CharacterModel",
    "Checkpoint",
    "DBNClassifier",
    "ElmanClassifier",
    "ElmanRegressor",
    "FuzzyART",
    "FuzzyARTMAP",
    "Hopfield",
    "LSTMClassifier",
    "LSTMRegressor",
    "LogisticRegression",
    "MLPClassifier",
    "MLPRegressor",
    "MPNeuron",
    "Perceptron",
    "RBFClassifier",
    "RBFRegressor",
    "StackedAutoencoderClassifier",
    "TransformerClassifier",
]

# Imported when it is first asked for: one family needs no other.
_LATER = {
    "ART": "byhand.networks.art",
    "ART1": "byhand.networks.art1",
    "Adaline": "byhand.networks.adaline",
    "Autoencoder": "byhand.networks.autoencoder",
    "BERT": "byhand.networks.bert",
    "BoltzmannMachine": "byhand.networks.boltzmann",
    "CNNClassifier": "byhand.networks.cnn",
    "CascadeCorrelationClassifier": "byhand.networks.cascade_correlation",
    "CascadeCorrelationRegressor": "byhand.networks.cascade_correlation",
    "CharacterModel": "byhand.networks.character",
    "Checkpoint": "byhand.networks.checkpoint",
    "DBNClassifier": "byhand.networks.dbn",
    "ElmanClassifier": "byhand.networks.elman",
    "ElmanRegressor": "byhand.networks.elman",
    "FuzzyART": "byhand.networks.fuzzy_art",
    "FuzzyARTMAP": "byhand.networks.fuzzy_artmap",
    "GAN": "byhand.networks.gan",
    "GPT": "byhand.networks.gpt",
    "Hopfield": "byhand.networks.hopfield",
    "LSTMClassifier": "byhand.networks.lstm",
    "LSTMRegressor": "byhand.networks.lstm",
    "LogisticRegression": "byhand.networks.logistic",
    "MLPClassifier": "byhand.networks.classifier",
    "MLPRegressor": "byhand.networks.regressor",
    "MPNeuron": "byhand.networks.neuron",
    "Perceptron": "byhand.networks.perceptron",
    "RBFClassifier": "byhand.networks.rbf",
    "RBFRegressor": "byhand.networks.rbf",
    "RBM": "byhand.networks.rbm",
    "SOM": "byhand.networks.som",
    "StackedAutoencoderClassifier": "byhand.networks.stacked_autoencoder",
    "TransformerClassifier": "byhand.networks.transformer",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
