"""What a parameter of an estimator may be, in signs that need no language."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions, make_constraint

# As they are typed on the command line; by a word of what scikit-learn says of a constraint.
_SIGNS = {
    **{"bool": "true | false", "array-like": "A,B,…", "list": "A,B,…", "tuple": "A,B,…", "dict": "{…}"},
    **{"RandomState": "0, 1, …", "float": "0.5, …", "None": "null"},
}


def allowed(net: Any, name: str) -> str:
    """What a parameter may be: one sign or word beside another.

    Parameters
    ----------
    net : estimator
    name : str

    Examples
    --------
    >>> from byhand.networks import SOM, MLPClassifier
    >>> allowed(SOM(), "sigma")
    'auto | > 0'
    >>> allowed(MLPClassifier(), "hidden_layer_sizes")
    'A,B,… | 1, 2, …'
    """
    return " | ".join(dict.fromkeys(_told(one) for one in _constraints(net, name) if not one.hidden))


def misfit(net: Any) -> tuple[str, Any, str] | None:
    """The first parameter of no use.

    Parameters
    ----------
    net : estimator

    Returns
    -------
    (name, value, what it may be) or None

    Examples
    --------
    >>> from byhand.networks import SOM, FuzzyART
    >>> misfit(FuzzyART(vigilance=1.5))
    ('vigilance', 1.5, '0 ≤ … ≤ 1')
    >>> misfit(SOM(sigma=-1))
    ('sigma', -1, 'auto | > 0')
    """
    for name, value in net.get_params(deep=False).items():
        if not any(one.is_satisfied_by(value) for one in _constraints(net, name)):
            return name, value, allowed(net, name)
    return None


def _constraints(net: Any, name: str) -> list[Any]:
    return [make_constraint(one) for one in net._parameter_constraints[name]]


def _told(constraint: Any) -> str:
    """What satisfies a constraint."""
    if isinstance(constraint, StrOptions):
        return " | ".join(sorted(constraint.options))
    if isinstance(constraint, Interval):
        return _numbers(constraint)
    said = str(constraint)
    return next((sign for word, sign in _SIGNS.items() if word in said), said)


def _numbers(interval: Interval) -> str:
    """Whole numbers by the first of them, others by their bounds."""
    low, high = interval.left, interval.right
    if interval.type is Integral and low is not None:
        first = low if interval.closed in ("left", "both") else low + 1
        return f"{first}, {first + 1}, …" + ("" if high is None else f", {high}")
    below = "≤" if interval.closed in ("left", "both") else "<"
    above = "≤" if interval.closed in ("right", "both") else "<"
    if low is None and high is None:
        return _SIGNS["float"]
    if high is None:
        return f"{'≥' if below == '≤' else '>'} {low:g}"
    return f"… {above} {high:g}" if low is None else f"{low:g} {below} … {above} {high:g}"
