r"""A machine small enough to go through all its states: probabilities as sums, nothing drawn.

.. math:: p(v) = \frac1Z \sum_h e^{-E(v, h)/T}, \qquad Z = \sum_{v, h} e^{-E(v, h)/T}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.special import logsumexp, softmax

MOST_UNITS = 20  # whose states are gone through: a million
MOST_HIDDEN = 12  # whose states are gone through for each sample
TOGETHER = 2**22  # numbers in memory at a time


def every_state(units: int) -> np.ndarray:
    """All states of so many units, a row each.

    Parameters
    ----------
    units : int

    Returns
    -------
    ndarray, shape (2**units, units)

    Examples
    --------
    >>> every_state(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    return (np.arange(2**units)[:, None] >> np.arange(units)[::-1] & 1).astype(np.float64)


def energies(params: Mapping[str, np.ndarray], states: np.ndarray) -> np.ndarray:
    r"""The energy :math:`-\frac12 s^\top W s - b^\top s` of states.

    Parameters
    ----------
    params : mapping
        ``W`` of shape (units, units) and ``b`` of shape (units,).
    states : ndarray, shape (n, units)

    Returns
    -------
    ndarray, shape (n,)
    """
    W, b, s = (np.asarray(value, np.float64) for value in (params["W"], params["b"], states))
    return -0.5 * ((s @ W) * s).sum(axis=1) - s @ b


def log_weights(params: Mapping[str, np.ndarray], temperature: float, V: np.ndarray) -> np.ndarray:
    """The logarithm of each input's probability but for ln Z: ln of the sum over the hidden states.

    Parameters
    ----------
    params : mapping
    temperature : float
    V : ndarray, shape (n, visible)

    Returns
    -------
    ndarray, shape (n,)
    """
    return np.concatenate([logsumexp(part, axis=1) for part in _exponents(params, temperature, V)])


def log_partition(params: Mapping[str, np.ndarray], temperature: float, visible: int) -> float:
    """ln Z, of all states of all units.

    Parameters
    ----------
    params : mapping
    temperature : float
    visible : int
    """
    return float(logsumexp(log_weights(params, temperature, every_state(visible))))


def hidden_means(params: Mapping[str, np.ndarray], temperature: float, V: np.ndarray) -> np.ndarray:
    """The probability that each hidden unit is on, where the visible ones are clamped.

    Parameters
    ----------
    params : mapping
    temperature : float
    V : ndarray, shape (n, visible)

    Returns
    -------
    ndarray, shape (n, hidden)
    """
    H = every_state(len(params["b"]) - V.shape[1])
    return np.concatenate([softmax(part, axis=1) @ H for part in _exponents(params, temperature, V)])


def _exponents(params: Mapping[str, np.ndarray], temperature: float, V: np.ndarray) -> Iterator[np.ndarray]:
    """Minus the energy over T of each input with each hidden state, some inputs at a time."""
    W, b = (np.asarray(params[name], np.float64) for name in ("W", "b"))
    visible = V.shape[1]
    seen = {"W": W[:visible, :visible], "b": b[:visible]}
    own = {"W": W[visible:, visible:], "b": b[visible:]}
    H = every_state(len(b) - visible)
    alone = energies(own, H)
    for part in np.array_split(np.asarray(V, np.float64), -(-len(V) * len(H) // TOGETHER)):
        whole = energies(seen, part)[:, None] + alone - part @ W[:visible, visible:] @ H.T
        yield -whole / temperature
