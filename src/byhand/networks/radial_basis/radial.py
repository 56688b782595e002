"""A network of radial basis functions: its pure functions, compiled or in NumPy for many samples."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.linalg import LinAlgError, LinAlgWarning, lstsq, solve

from byhand.train.kmeans import parts


def units(C: np.ndarray, beta: np.ndarray, X: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """What the Gaussian units give for many samples, by parts: the same equations with a sample a row.

    Parameters
    ----------
    C : ndarray, shape (units, inputs)
    beta : ndarray, shape (units,)
    X : ndarray, shape (n, inputs)

    Yields
    ------
    slice
        Which samples.
    ndarray, shape (samples, units)
        In float64.
    """
    # |x − c|² as |x|² − 2 x·c + |c|² is one product of matrices; near the centres' mean little cancels.
    mean = C.mean(axis=0, dtype=np.float64)
    places, rates = C - mean, -beta.astype(np.float64)
    lengths = np.einsum("ij,ij->i", places, places)
    for part in parts(len(X), len(C)):
        points = X[part] - mean
        phi = points @ places.T
        phi *= -2
        phi += np.einsum("ij,ij->i", points, points)[:, None]
        phi += lengths
        np.maximum(phi, 0, out=phi)
        phi *= rates
        yield part, np.exp(phi, out=phi)


def outputs(params: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The network's outputs for many samples.

    Parameters
    ----------
    params : mapping
        C, beta, W of shape (outputs, units) and b.
    X : ndarray, shape (n, inputs)

    Returns
    -------
    ndarray, shape (n, outputs)
    """
    W = params["W"].T.astype(np.float64)
    made = [phi @ W for _, phi in units(params["C"], params["beta"], X)]
    return np.concatenate(made) + params["b"]


def least_squares(
    C: np.ndarray, beta: np.ndarray, X: np.ndarray, targets: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    r"""The output's weights and biases that minimise the mean of the losses, by the normal equations.

    .. math:: J = \frac1n \sum_i \tfrac12 \lVert y_i - \hat y_i \rVert^2 + \frac\alpha2 \sum W^2, \qquad
        (A^\top A + n \alpha D)\, w = A^\top y, \qquad A = [1 \;\; \Phi]

    D is the identity but for the bias, which is not kept small. Where the equations have no single solution,
    or rounding would decide it, the shortest is taken.

    Parameters
    ----------
    C, beta
        The units.
    X : ndarray, shape (n, inputs)
    targets : ndarray, shape (n, outputs)
    alpha : float

    Returns
    -------
    W : ndarray, shape (outputs, units)
    b : ndarray, shape (outputs,)
    """
    m = len(C)
    G, r = np.zeros((m + 1, m + 1)), np.zeros((m + 1, targets.shape[1]))
    for part, phi in units(C, beta, X):
        y = targets[part].astype(np.float64)
        G[1:, 1:] += phi.T @ phi
        G[0, 1:] += phi.sum(axis=0)
        r[1:] += phi.T @ y
        r[0] += y.sum(axis=0)
    G[1:, 0], G[0, 0] = G[0, 1:], len(X)
    G[np.arange(1, m + 1), np.arange(1, m + 1)] += len(X) * alpha
    w = _solution(G, r)
    return w[1:].T, w[0]


def _solution(G: np.ndarray, r: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("error", LinAlgWarning)
        try:
            return solve(G, r, assume_a="pos")
        except (LinAlgError, LinAlgWarning):
            return lstsq(G, r, cond=len(G) * np.finfo(float).eps)[0]
