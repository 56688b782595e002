"""Networks by the names people type, and settings by the names of an estimator's parameters."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sklearn.base import is_regressor

from byhand import networks
from byhand.data.dataset import Dataset, Task
from byhand.errors import ProblemError
from byhand.networks.tasks.allowed import allowed, misfit

# Each name stands for the first of its networks that fits the targets.
NAMES: Mapping[str, tuple[str, ...]] = {
    "perceptron": ("Perceptron",),
    "adaline": ("Adaline",),
    "logistic": ("LogisticRegression",),
    "mlp": ("MLPClassifier", "MLPRegressor"),
    "autoencoder": ("Autoencoder",),
    "stacked-autoencoder": ("StackedAutoencoderClassifier",),
    "dbn": ("DBNClassifier",),
    "rbf": ("RBFClassifier", "RBFRegressor"),
    "som": ("SOM",),
    "art": ("ART",),
    "art1": ("ART1",),
    "fuzzy-art": ("FuzzyART",),
    "fuzzy-artmap": ("FuzzyARTMAP",),
    "hopfield": ("Hopfield",),
    "boltzmann": ("BoltzmannMachine",),
    "rbm": ("RBM",),
    "gan": ("GAN",),
    "cascade": ("CascadeCorrelationClassifier", "CascadeCorrelationRegressor"),
    "elman": ("ElmanClassifier", "ElmanRegressor"),
    "lstm": ("LSTMClassifier", "LSTMRegressor"),
    "character-model": ("CharacterModel",),
    "cnn": ("CNNClassifier",),
    "transformer": ("TransformerClassifier",),
    "bert": ("BERT",),
    "gpt": ("GPT",),
}


def kinds(name: str) -> tuple[Any, ...]:
    """The estimators that a name can stand for: one of `NAMES`, or the name of a class.

    Raises
    ------
    ProblemError
        There is no such network.
    """
    known = {
        **NAMES,
        **{one.lower(): (one,) for ones in NAMES.values() for one in ones},
    }
    if name.lower() not in known:
        raise unknown("network_name", name, NAMES, {one for ones in NAMES.values() for one in ones})
    return tuple(getattr(networks, one) for one in known[name.lower()])


def needs_target(name: str) -> bool:
    """Whether the network of a name learns from targets.

    Raises
    ------
    ProblemError
        As of `kinds`.
    """
    return any(kind().needs_target for kind in kinds(name))


def reads_text(name: str) -> bool:
    """Whether the network of a name learns from a text, not from a table.

    Raises
    ------
    ProblemError
        As of `kinds`.
    """
    return all(kind.reads_text for kind in kinds(name))


def takes_texts(name: str) -> bool:
    """Whether each sample of the network of a name can be a text.

    Raises
    ------
    ProblemError
        As of `kinds`.
    """
    return all(kind.takes_texts for kind in kinds(name))


def network(name: str, data: Dataset, settings: Mapping[str, Any]) -> Any:
    """A new network that fits the targets of a data set.

    Parameters
    ----------
    name : str
        As for `kinds`.
    data : Dataset
    settings : mapping
        Parameters by name.

    Returns
    -------
    estimator

    Raises
    ------
    ProblemError
        There is no such network or parameter, the value of one is of no use, or the targets do not fit.

    Examples
    --------
    >>> from byhand.data import load
    >>> network("mlp", load("houses"), {"hidden_layer_sizes": [8, 4]})
    MLPRegressor(hidden_layer_sizes=[8, 4])
    """
    fitting = [kind for kind in kinds(name) if _fits(kind(), data.task)]
    if not fitting:
        raise ProblemError("network_task", network=name[:60], data=data.name)
    net = fitting[0]()
    for key in settings.keys() - net.get_params().keys():
        raise unknown("network_setting", key, net.get_params())
    if "image_shape" in net.get_params() and len(data.sample_shape) > 1:
        net.set_params(image_shape=data.sample_shape)
    net.set_params(**settings)
    if wrong := misfit(net):
        key, value, possible = wrong
        raise ProblemError("setting_unusable", key=key, found=str(value)[:60], allowed=possible)
    net._validate_params()
    return net


class Setting(NamedTuple):
    """A parameter of an estimator, as it is typed.

    Attributes
    ----------
    name : str
    default : str
    allowed : str
        What it may be.
    kinds : tuple of str
        The classes of which that is true.
    """

    name: str
    default: str
    allowed: str
    kinds: tuple[str, ...]


def settings_of(name: str) -> list[Setting]:
    """All settings of the network of a name, for each of the estimators that it can stand for.

    Raises
    ------
    ProblemError
        As of `kinds`.

    Examples
    --------
    >>> settings_of("art")[1]
    Setting(name='max_iter', default='100', allowed='1, 2, …', kinds=('ART',))
    """
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for kind in kinds(name):
        net = kind()
        for key, value in net.get_params(deep=False).items():
            row = key, typed(value), allowed(net, key)
            found[row] = (*found.get(row, ()), kind.__name__)
    return sorted(Setting(*row, kinds=of) for row, of in found.items())


def unknown(code: str, name: str, known: Collection[str], others: Collection[str] = ()) -> ProblemError:
    """The error of a name that is none of those known; it asks whether one like it was meant.

    Parameters
    ----------
    code : str
        Of its sentence; that with such a question ends in ``_near``.
    name : str
    known : collection of str
    others : collection of str
        Names that are known too, but not listed.

    Returns
    -------
    ProblemError

    Examples
    --------
    >>> unknown("network_name", "mpl", ["mlp", "som"]).facts["near"]
    'mlp'
    """
    plainly = {one.lower(): one for one in (*others, *known)}
    near = "".join([plainly[one] for one in difflib.get_close_matches(name.lower(), plainly, 1)])
    listed = ", ".join(sorted(known))
    return ProblemError(f"{code}_near" if near else code, name=name[:60], near=near, known=listed)


def setting(text: str) -> tuple[str, Any]:
    """A setting as it is typed: ``NAME=VALUE``, the value as JSON, numbers between commas, or a word.

    Raises
    ------
    ProblemError
        It is no such pair.

    Examples
    --------
    >>> [setting(text)[1] for text in ("a=0.5", "a=16,8", "a=relu,tanh", "a=true", "a=adam")]
    [0.5, [16, 8], ['relu', 'tanh'], True, 'adam']
    """
    name, sign, value = (part.strip() for part in text.partition("="))
    if not (name and sign and value):
        raise ProblemError("not_a_pair", found=text[:60])
    parts = value.split(",")
    is_list = len(parts) > 1 and value[0] not in '[{"'
    return name, [_value(part.strip()) for part in parts] if is_list else _value(value)


def typed(value: Any) -> str:
    """What is typed for a value: what `setting` reads it from.

    Examples
    --------
    >>> [typed(value) for value in (0.5, (16, 8), (100,), True, None, "adam", {"momentum": 0.9})]
    ['0.5', '16,8', '100', 'true', 'null', 'adam', '{"momentum": 0.9}']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and not any(isinstance(part, list | tuple) for part in value):
        return ",".join(map(typed, value))
    return json.dumps(value, ensure_ascii=False)


def _fits(net: Any, task: Task | None) -> bool:
    """Whether a network learns from such targets."""
    return not net.needs_target or (task is not None and is_regressor(net) == (task == "regression"))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {"True": True, "False": False, "None": None}.get(text, text)
