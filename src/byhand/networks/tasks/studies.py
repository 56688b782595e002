"""Studies: for each question of training the strategies that answer it, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from byhand.errors import DataError
from byhand.networks.tasks.comparing import Strategy

BASE: dict[str, Any] = {
    "activation": "tanh",
    "batch_size": 32,
    "learning_rate": 0.005,
    "tol": 0.0,
    "n_iter_no_change": 10**6,
}


class Setting(NamedTuple):
    """What is studied.

    Attributes
    ----------
    classifier : bool
    samples, inputs, outputs : int
    hidden : int
        Units of the one hidden layer from which a study starts.
    epochs : int
    """

    classifier: bool
    samples: int
    inputs: int
    outputs: int
    hidden: int
    epochs: int


def batch(setting: Setting) -> list[Strategy]:
    """Online, mini-batch and full batch, each with a rate that suits it."""
    sizes = {"online": (1, 0.01), "mini_batch": (32, 0.1), "full_batch": (setting.samples, 0.5)}
    return [
        Strategy(name, {"rule": "sgd", "batch_size": size, "learning_rate": rate})
        for name, (size, rate) in sizes.items()
    ]


def rules(setting: Setting) -> list[Strategy]:
    """Every update rule, with a usual rate; quickprop, which compares slopes, on all samples at once."""
    usual = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "adagrad": 0.05}
    usual |= {"rmsprop": 0.002, "adam": 0.005, "adamw": 0.005}
    of_batches = [Strategy(name, {"rule": name, "learning_rate": rate}) for name, rate in usual.items()]
    whole = {"rule": "quickprop", "batch_size": setting.samples, "learning_rate": 0.1}
    return [*of_batches, Strategy("quickprop", whole)]


def loss(setting: Setting) -> list[Strategy]:
    """Squared error and cross-entropy.

    Raises
    ------
    DataError
        The targets are no classes.
    """
    if not setting.classifier:
        raise DataError("study_of_classes", name="loss")
    return [
        Strategy("mse_sigmoid", {"output": "sigmoid", "loss": "mse"}),
        Strategy("cross_entropy_sigmoid", {"output": "sigmoid", "loss": "binary_cross_entropy"}),
        Strategy("mse_softmax", {"output": "softmax", "loss": "mse"}),
        Strategy("cross_entropy_softmax", {"output": "softmax", "loss": "cross_entropy"}),
    ]


def depth(setting: Setting) -> list[Strategy]:
    """One, two, three and four hidden layers with about the same number of weights."""
    wanted = weights((setting.inputs, setting.hidden, setting.outputs))
    return [
        Strategy(f"{layers}x{width}", {"hidden_layer_sizes": (width,) * layers})
        for layers in range(1, 5)
        for width in [width_for(layers, wanted, setting)]
    ]


def weights(sizes: tuple[int, ...]) -> int:
    """How many weights and biases layers of these sizes have.

    Examples
    --------
    >>> weights((784, 16, 10))
    12730
    """
    return sum((before + 1) * units for before, units in pairwise(sizes))


def width_for(layers: int, wanted: int, setting: Setting) -> int:
    """The width of so many equal hidden layers that comes nearest to a number of weights."""

    def miss(width: int) -> int:
        return abs(weights((setting.inputs, *(width,) * layers, setting.outputs)) - wanted)

    return min(range(1, setting.hidden + 1), key=miss)


def data(setting: Setting) -> list[Strategy]:
    """All training samples, a half, a quarter, an eighth and a sixteenth, for as many updates."""
    return [
        Strategy(f"1/{part}" if part > 1 else "all", {"max_iter": setting.epochs * part}, share=1 / part)
        for part in (1, 2, 4, 8, 16)
    ]


def stopping(setting: Setting) -> list[Strategy]:
    """Training on to the end, and stopping early, where there are few samples."""
    long = {"max_iter": 5 * setting.epochs, "learning_rate": 0.02}
    early = {"early_stopping": True, "n_iter_no_change": 10, "validation_fraction": 0.2}
    return [Strategy("to_the_end", long, share=0.2), Strategy("early_stopping", {**long, **early}, share=0.2)]


def penalty(setting: Setting) -> list[Strategy]:
    """No penalty, and both forms with lambda by cross-validation, where there are few samples."""
    half = {"alpha": [0.0003, 0.001, 0.003, 0.01, 0.03]}
    textbook = {"alpha": [0.99, 0.997, 0.999, 0.9997, 0.9999]}
    return [
        Strategy("no_penalty", share=0.3),
        Strategy("half", {"penalty": "half"}, half, share=0.3),
        Strategy("textbook", {"penalty": "textbook"}, textbook, share=0.3),
    ]


def start(setting: Setting) -> list[Strategy]:
    """One start, the best of ten by the training objective, and simulated annealing."""
    proposals = {"strategy": "annealing", "max_iter": 200 * setting.epochs}
    return [Strategy("one_start"), Strategy("ten_starts", {"restarts": 10}), Strategy("annealing", proposals)]


STUDIES: Mapping[str, Callable[[Setting], list[Strategy]]] = {
    study.__name__: study for study in (batch, rules, loss, depth, data, stopping, penalty, start)
}
