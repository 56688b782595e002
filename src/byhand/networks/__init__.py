"""Networks: a folder a family, and the names that people import."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from byhand.networks.adversarial.gan import GAN as GAN
    from byhand.networks.constructive.cascade_correlation import (
        CascadeCorrelationClassifier as CascadeCorrelationClassifier,
    )
    from byhand.networks.constructive.cascade_correlation import (
        CascadeCorrelationRegressor as CascadeCorrelationRegressor,
    )
    from byhand.networks.convolutional.cnn import CNNClassifier as CNNClassifier
    from byhand.networks.energy_based.boltzmann import BoltzmannMachine as BoltzmannMachine
    from byhand.networks.energy_based.hopfield import Hopfield as Hopfield
    from byhand.networks.energy_based.rbm import RBM as RBM
    from byhand.networks.fits.checkpoint import Checkpoint as Checkpoint
    from byhand.networks.layerwise.autoencoder import Autoencoder as Autoencoder
    from byhand.networks.layerwise.dbn import DBNClassifier as DBNClassifier
    from byhand.networks.layerwise.stacked_autoencoder import (
        StackedAutoencoderClassifier as StackedAutoencoderClassifier,
    )
    from byhand.networks.multilayer.classifier import MLPClassifier as MLPClassifier
    from byhand.networks.multilayer.logistic import LogisticRegression as LogisticRegression
    from byhand.networks.multilayer.regressor import MLPRegressor as MLPRegressor
    from byhand.networks.neurons.adaline import Adaline as Adaline
    from byhand.networks.neurons.neuron import MPNeuron as MPNeuron
    from byhand.networks.neurons.perceptron import Perceptron as Perceptron
    from byhand.networks.radial_basis.rbf import RBFClassifier as RBFClassifier
    from byhand.networks.radial_basis.rbf import RBFRegressor as RBFRegressor
    from byhand.networks.recurrence.elman import ElmanClassifier as ElmanClassifier
    from byhand.networks.recurrence.elman import ElmanRegressor as ElmanRegressor
    from byhand.networks.recurrence.lstm import LSTMClassifier as LSTMClassifier
    from byhand.networks.recurrence.lstm import LSTMRegressor as LSTMRegressor
    from byhand.networks.resonance.art import ART as ART
    from byhand.networks.resonance.art1 import ART1 as ART1
    from byhand.networks.resonance.fuzzy_art import FuzzyART as FuzzyART
    from byhand.networks.resonance.fuzzy_artmap import FuzzyARTMAP as FuzzyARTMAP
    from byhand.networks.self_organising.som import SOM as SOM
    from byhand.networks.text.character import CharacterModel as CharacterModel
    from byhand.networks.transformers.bert import BERT as BERT
    from byhand.networks.transformers.gpt import GPT as GPT
    from byhand.networks.transformers.transformer import TransformerClassifier as TransformerClassifier

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
    "ART": "byhand.networks.resonance.art",
    "ART1": "byhand.networks.resonance.art1",
    "Adaline": "byhand.networks.neurons.adaline",
    "Autoencoder": "byhand.networks.layerwise.autoencoder",
    "BERT": "byhand.networks.transformers.bert",
    "BoltzmannMachine": "byhand.networks.energy_based.boltzmann",
    "CNNClassifier": "byhand.networks.convolutional.cnn",
    "CascadeCorrelationClassifier": "byhand.networks.constructive.cascade_correlation",
    "CascadeCorrelationRegressor": "byhand.networks.constructive.cascade_correlation",
    "CharacterModel": "byhand.networks.text.character",
    "Checkpoint": "byhand.networks.fits.checkpoint",
    "DBNClassifier": "byhand.networks.layerwise.dbn",
    "ElmanClassifier": "byhand.networks.recurrence.elman",
    "ElmanRegressor": "byhand.networks.recurrence.elman",
    "FuzzyART": "byhand.networks.resonance.fuzzy_art",
    "FuzzyARTMAP": "byhand.networks.resonance.fuzzy_artmap",
    "GAN": "byhand.networks.adversarial.gan",
    "GPT": "byhand.networks.transformers.gpt",
    "Hopfield": "byhand.networks.energy_based.hopfield",
    "LSTMClassifier": "byhand.networks.recurrence.lstm",
    "LSTMRegressor": "byhand.networks.recurrence.lstm",
    "LogisticRegression": "byhand.networks.multilayer.logistic",
    "MLPClassifier": "byhand.networks.multilayer.classifier",
    "MLPRegressor": "byhand.networks.multilayer.regressor",
    "MPNeuron": "byhand.networks.neurons.neuron",
    "Perceptron": "byhand.networks.neurons.perceptron",
    "RBFClassifier": "byhand.networks.radial_basis.rbf",
    "RBFRegressor": "byhand.networks.radial_basis.rbf",
    "RBM": "byhand.networks.energy_based.rbm",
    "SOM": "byhand.networks.self_organising.som",
    "StackedAutoencoderClassifier": "byhand.networks.layerwise.stacked_autoencoder",
    "TransformerClassifier": "byhand.networks.transformers.transformer",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
