r"""How probable a restricted Boltzmann machine finds what it sees: free energies, the partition function.

.. math:: p(v) = \frac{e^{-F(v)}}{Z}, \quad
    F(v) = -b^\top v - \sum_j \ln\left(1 + e^{c_j + W_j v}\right)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logsumexp

Params = Mapping[str, np.ndarray]

MOST_UNITS = 20  # of the smaller layer, whose states are all gone through
_ROWS = 2**12
_NUMBERS = 2**22  # in memory at a time


class Estimate(NamedTuple):
    r"""A number in nats, exact or drawn.

    Attributes
    ----------
    value : float
    low, high : float
        Where the number is drawn, what three standard errors of the partition function make of it; of that
        of a machine :math:`\ln(\hat Z \pm 3 \hat\sigma)`. The value itself where it is exact.
    exact : bool
    """

    value: float
    low: float
    high: float
    exact: bool


def hidden(params: Params, X: np.ndarray, share: float = 1.0) -> np.ndarray:
    """What reaches each hidden unit, times `share`; shape (n, hidden)."""
    return share * (X @ params["W"].T + params["c"])


def free_energy(params: Params, X: np.ndarray, *, gaussian: bool) -> np.ndarray:
    """Of each row of X, shape (n,)."""
    b = params["b"]
    alone = ((X - b) ** 2).sum(axis=1) / 2 if gaussian else -(X @ b)
    return alone - np.logaddexp(0, hidden(params, X)).sum(axis=1)


def pseudo_likelihood(params: Params, X: np.ndarray, bits: np.ndarray | None = None) -> np.ndarray:
    r"""The logarithm of how probable each bit is given all others, added up over the bits.

    .. math:: \sum_i \ln p(v_i \mid v_{-i}) = \sum_i \ln \sigma(F(\tilde v^{(i)}) - F(v))

    Parameters
    ----------
    params : mapping
    X : ndarray, shape (n, visible)
        0 or 1.
    bits : ndarray of int, shape (n,), optional
        One bit of each sample, whose logarithm stands for all: it counts as often as there are bits.

    Returns
    -------
    ndarray, shape (n,)
        In nats.
    """
    W, b = params["W"], params["b"]
    z, sign, visible = hidden(params, X), 1 - 2 * X, X.shape[1]
    p = expit(z)

    def flipped(rows: slice, i: int | np.ndarray) -> np.ndarray:
        """ln p of bit i: by how much the free energy grows when it is flipped."""
        turn = sign[np.arange(len(X))[rows], i]
        # ln(1 + e^(z + d)) - ln(1 + e^z) = ln(1 - p + p e^d)
        change = turn[:, None] * W.T[i]
        growth = -(turn * b[i]) - _softened(z[rows], p[rows], change).sum(axis=1)
        return -np.logaddexp(0, -growth)

    rows = max(1, _NUMBERS // W.shape[0])
    parts = [slice(start, start + rows) for start in range(0, len(X), rows)]
    if bits is not None:
        return visible * np.concatenate([flipped(part, bits[part]) for part in parts])
    return np.concatenate([sum(flipped(part, i) for i in range(visible)) for part in parts])


def _softened(z: np.ndarray, p: np.ndarray, change: np.ndarray) -> np.ndarray:
    """softplus(z + change) - softplus(z), where p is the sigmoid of z."""
    if np.abs(change).max() < 30:
        return np.asarray(np.log1p(p * np.expm1(change)))
    return np.asarray(np.logaddexp(0, z + change) - np.logaddexp(0, z))


def partition(params: Params, *, gaussian: bool) -> Estimate:
    """Exactly, by going through all states of the smaller layer; of Gaussian visible units the hidden one.

    Parameters
    ----------
    params : mapping
    gaussian : bool
    """
    W, b, c = params["W"], params["b"], params["c"]
    by_hidden = gaussian or len(c) <= len(b)
    total = -np.inf
    for states in _states(len(c) if by_hidden else len(b)):
        if by_hidden:
            field = states @ W
            own = (field**2 / 2 + b * field).sum(axis=1) if gaussian else _both(field + b)
            terms = states @ c + own
        else:
            terms = states @ b + _both(states @ W.T + c)
        total = np.logaddexp(total, logsumexp(terms))
    value = float(total + (len(b) / 2 * np.log(2 * np.pi) if gaussian else 0))
    return Estimate(value, value, value, True)


def is_small(params: Params, *, gaussian: bool) -> bool:
    """Whether all states of a layer can be gone through."""
    hidden, visible = params["W"].shape
    return (hidden if gaussian else min(hidden, visible)) <= MOST_UNITS


def annealed_partition(
    params: Params,
    base: np.ndarray,
    random: np.random.Generator,
    *,
    gaussian: bool,
    chains: int,
    temperatures: int,
) -> Estimate:
    r"""By annealed importance sampling, from a machine whose units do not know of one another.

    Each chain goes from the base to the machine in small steps; its weight is the product of what each step
    changes the probability of the visible states by. Z is the mean weight times the base's own Z.

    .. math:: \ln p^*_\beta(v) = (1 - \beta)\, b_A^\top v + \beta\, b^\top v
        + \sum_j \ln\left(1 + e^{\beta (c_j + W_j v)}\right)

    Parameters
    ----------
    params : mapping
    base : ndarray, shape (visible,)
        Visible biases :math:`b_A` of the base.
    random : numpy.random.Generator
    gaussian : bool
    chains, temperatures : int
        How many chains, and how many steps from :math:`\beta = 0` to 1.

    Returns
    -------
    Estimate

    References
    ----------
    Salakhutdinov & Murray 2008, On the quantitative analysis of deep belief networks.
    """
    W, b = params["W"], params["b"]
    betas = np.linspace(0, 1, temperatures + 1)

    def visible(mean: np.ndarray) -> np.ndarray:
        if gaussian:
            return mean + random.standard_normal(mean.shape)
        return (random.random(mean.shape) < expit(mean)) * 1.0

    v = visible(np.broadcast_to(base, (chains, len(b))))
    weight = np.zeros(chains)
    for before, beta in pairwise(betas):
        z = hidden(params, v)
        weight += (beta - before) * (v @ (b - base))
        weight += (np.logaddexp(0, beta * z) - np.logaddexp(0, before * z)).sum(axis=1)
        h = (random.random(z.shape) < expit(beta * z)) * 1.0
        v = visible((1 - beta) * base + beta * (h @ W + b))
    own = len(W) * np.log(2)
    if gaussian:
        own += len(b) / 2 * np.log(2 * np.pi) + (base**2).sum() / 2 - (b**2).sum() / 2
    else:
        own += np.logaddexp(0, base).sum()
    mean = logsumexp(weight) - np.log(chains)
    spread = np.exp(weight - mean).std(ddof=1) / np.sqrt(chains)
    with np.errstate(divide="ignore"):
        low, high = np.log(max(0.0, 1 - 3 * spread)), np.log1p(3 * spread)
    value = float(own + mean)
    return Estimate(value, value + float(low), value + float(high), False)


def _both(field: np.ndarray) -> np.ndarray:
    """The sum over both states of each unit, as a logarithm."""
    return np.logaddexp(0, field).sum(axis=1)


def _states(units: int) -> Iterator[np.ndarray]:
    """All states of so many units, some at a time."""
    for start in range(0, 2**units, _ROWS):
        numbers = np.arange(start, min(start + _ROWS, 2**units))
        yield (numbers[:, None] >> np.arange(units) & 1).astype(np.float64)
