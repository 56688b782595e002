"""Every estimator of tables: one that is added to those a file may name joins the tests by itself."""

from sklearn.utils import get_tags

from byhand import networks
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.tasks.saving import NETWORKS

KINDS = {
    name: getattr(networks, name)
    for name in NETWORKS
    if get_tags(getattr(networks, name)()).input_tags.two_d_array
}

SMALL = {
    **{"hidden_layer_sizes": (3,), "units": 4, "shape": (2, 3), "max_units": 2, "candidates": 2},
    **{"layers": 1, "bins": 5},
    **{"generator_layer_sizes": (3,), "discriminator_layer_sizes": (3,), "noise_size": 2},
    **{"max_iter": 3, "pretraining_epochs": 2, "random_state": 0},
}


OWN = {"CNNClassifier": {"layers": ("conv 2 1x1", "relu")}}


def small(kind, **settings):
    """One that is soon fitted."""
    known, own = kind().get_params(), OWN.get(kind.__name__, {})
    return kind(**{name: value for name, value in SMALL.items() if name in known} | own | settings)


EVERY = {name: small(kind) for name, kind in KINDS.items()}

# The same estimators where they learn in another way.
WAYS = {
    "early stopping": small(KINDS["MLPClassifier"], early_stopping=True, validation_fraction=0.4),
    "restarts": small(KINDS["MLPRegressor"], restarts=3),
    "restarts, early stopping": small(
        KINDS["MLPClassifier"], restarts=2, early_stopping=True, validation_fraction=0.4
    ),
    "annealing": small(KINDS["MLPRegressor"], strategy="annealing"),
    "dropout": small(KINDS["DBNClassifier"], dropout=0.5, input_dropout=0.2, batch_size=3),
    "dropout, restarts": small(KINDS["MLPRegressor"], dropout=0.5, restarts=2),
    "auto-encoder that denoises": small(KINDS["Autoencoder"], corruption=0.3, tied=False, batch_size=3),
    "CNN that drops and moves": small(
        KINDS["CNNClassifier"], layers=("conv 2 1x3 pad 1", "tanh", "dropout 0.25"), shift=1, rotation=5
    ),
    "CNN that norms": small(
        KINDS["CNNClassifier"], layers=("conv 2 1x3 pad 1", "batch_norm", "tanh", "layer_norm"), batch_size=4
    ),
    "RBF descent": small(KINDS["RBFClassifier"], training="descent"),
    "RBF full": small(KINDS["RBFRegressor"], training="full"),
    "RBF random": small(KINDS["RBFRegressor"], centres="random", widths="shared", alpha=0.0),
    "RBF orthogonal": small(KINDS["RBFRegressor"], centres="orthogonal"),
    "SOM batch": small(KINDS["SOM"], batch=True),
    "RBM persistent": small(KINDS["RBM"], persistent=True, momentum=0.5, batch_size=3),
    "RBM gaussian": small(KINDS["RBM"], visible="gaussian", weight_decay=0.01),
    "cascade early stopping": small(
        KINDS["CascadeCorrelationRegressor"], early_stopping=True, validation_fraction=0.4
    ),
}

DESCENDING = {
    name: net
    for name, net in {**EVERY, **WAYS}.items()
    if isinstance(net, GradientNetwork)
    and getattr(net, "strategy", "descent") == "descent"
    and getattr(net, "training", "descent") != "least_squares"
}
