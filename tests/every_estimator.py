"""Every estimator there is: one that is added to those a file may name joins the tests by itself."""

from byhand.networks.gradient import GradientNetwork
from byhand.networks.saving import REGISTRY

SMALL = {
    **{"hidden_layer_sizes": (3,), "units": 4, "shape": (2, 3), "max_units": 2, "candidates": 2},
    **{"max_iter": 3, "random_state": 0},
}


def small(kind, **settings):
    """One that is soon fitted."""
    known = kind().get_params()
    return kind(**{name: value for name, value in SMALL.items() if name in known} | settings)


EVERY = {name: small(kind) for name, kind in REGISTRY.items()}

# The same estimators where they learn in another way.
WAYS = {
    "early stopping": small(REGISTRY["MLPClassifier"], early_stopping=True, validation_fraction=0.4),
    "restarts": small(REGISTRY["MLPRegressor"], restarts=3),
    "restarts, early stopping": small(
        REGISTRY["MLPClassifier"], restarts=2, early_stopping=True, validation_fraction=0.4
    ),
    "annealing": small(REGISTRY["MLPRegressor"], strategy="annealing"),
    "RBF descent": small(REGISTRY["RBFClassifier"], training="descent"),
    "RBF full": small(REGISTRY["RBFRegressor"], training="full"),
    "RBF random": small(REGISTRY["RBFRegressor"], centres="random", widths="shared", alpha=0.0),
    "RBF orthogonal": small(REGISTRY["RBFRegressor"], centres="orthogonal"),
    "SOM batch": small(REGISTRY["SOM"], batch=True),
    "cascade early stopping": small(
        REGISTRY["CascadeCorrelationRegressor"], early_stopping=True, validation_fraction=0.4
    ),
}

DESCENDING = {
    name: net
    for name, net in {**EVERY, **WAYS}.items()
    if isinstance(net, GradientNetwork)
    and net.strategy == "descent"
    and getattr(net, "training", "descent") != "least_squares"
}
