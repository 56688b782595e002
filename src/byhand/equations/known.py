"""The networks whose equations a problem file can ask for, by the names of their estimators."""

from __future__ import annotations

from collections.abc import Mapping

from byhand.equations.adversarial import GAN
from byhand.equations.autoencoder import Autoencoder
from byhand.equations.boltzmann import BoltzmannMachine
from byhand.equations.cascade import CascadeCorrelationClassifier, CascadeCorrelationRegressor
from byhand.equations.contrastive import RBM
from byhand.equations.gated import CharacterModel, LSTMClassifier, LSTMRegressor
from byhand.equations.generative import GPT
from byhand.equations.hopfield import Hopfield
from byhand.equations.imaging import CNNClassifier
from byhand.equations.kohonen import SOM
from byhand.equations.layered import Adaline, LogisticRegression, MLPClassifier, MLPRegressor
from byhand.equations.masked import BERT
from byhand.equations.perceptron import Perceptron
from byhand.equations.radial import RBF
from byhand.equations.recurrent import ElmanClassifier, ElmanRegressor
from byhand.equations.resonance import ART, ART1, FuzzyART, FuzzyARTMAP
from byhand.equations.step import Settings
from byhand.equations.transformer import TransformerClassifier

NETWORKS: Mapping[str, type[Settings]] = {
    **{kind.__name__: kind for kind in (Perceptron, Adaline, LogisticRegression)},
    **{kind.__name__: kind for kind in (MLPClassifier, MLPRegressor)},
    **{"RBFClassifier": RBF, "RBFRegressor": RBF},
    **{kind.__name__: kind for kind in (ART, ART1, FuzzyART, FuzzyARTMAP, SOM)},
    **{kind.__name__: kind for kind in (Hopfield, BoltzmannMachine)},
    **{kind.__name__: kind for kind in (CascadeCorrelationClassifier, CascadeCorrelationRegressor)},
    **{kind.__name__: kind for kind in (ElmanClassifier, ElmanRegressor, LSTMClassifier, LSTMRegressor)},
    "CharacterModel": CharacterModel,
    "CNNClassifier": CNNClassifier,
    "Autoencoder": Autoencoder,
    "RBM": RBM,
    "TransformerClassifier": TransformerClassifier,
    "BERT": BERT,
    "GPT": GPT,
    "GAN": GAN,
}
