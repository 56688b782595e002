"""Networks of radial basis functions for classes and for quantities."""

from __future__ import annotations

from typing import ClassVar

from byhand.networks.base.labels import Decisions
from byhand.networks.base.quantities import Quantities
from byhand.networks.radial_basis.gaussian import RBFNetwork


class RBFClassifier(Decisions, RBFNetwork):
    r"""A classifier of radial basis functions.

    .. math:: \phi_j = e^{-\beta_j \lVert x - c_j \rVert^2}, \quad \beta_j = \frac{1}{2 \sigma_j^2}, \quad
        \hat y = W \phi + b, \\
        J = \frac1n \sum \tfrac12 \lVert y - \hat y \rVert^2 + \frac\alpha2 \sum W^2

    The target y is 1 for a sample's own class and 0 otherwise. Two classes have one output, which decides by
    1/2; of several outputs the largest decides.

    Each output is the least-squares estimate of its class's probability, and those of all classes sum to 1 by
    least squares; but nothing keeps them between 0 and 1, so that they are no probabilities and there is no
    `predict_proba`. `sklearn.calibration.CalibratedClassifierCV` makes some of them.

    Parameters
    ----------
    units : int
        The most units; there are fewer where fewer samples differ, or where more would add nothing.
    centres : str or array-like, shape (units, inputs)
        ``k-means`` [1]_, ``random`` (samples, drawn) [2]_, ``orthogonal``: samples selected one by one, each
        the one that lowers the squared error most [3]_. Or the centres themselves.
    kmeans_iter : int
        The most iterations of k-means.
    widths : str or float
        :math:`\sigma`. ``nearest``: the root of the mean squared distance from a centre to its nearest
        neighbours [1]_; ``shared``: :math:`d_\max / \sqrt{2m}` for all units; a number for all.
    neighbours : int
        How many neighbours count for ``nearest``.
    overlap : float
        What widths that are found by distances are multiplied by.
    training : str
        ``least_squares``: W and b that minimise J, by the normal equations. ``descent``: W and b by gradient
        descent, from 0. ``full``: from the least squares on, centres, :math:`\beta`, W and b all descend.
    alpha : float
        The ridge on W.
    rule, rule_settings, learning_rate, batch_size, max_iter, shuffle, tol, n_iter_no_change, verbose
        Of a descent, as for `MLPClassifier`.
    random_state : int, RandomState instance or None
        Decides which samples the centres begin with, and the orders of a descent.
    warm_start : bool
        `fit` goes on with the centres there are: a descent from where it stopped.

    Attributes
    ----------
    classes_ : ndarray
    params_ : dict
        ``C`` of shape (units, inputs), ``beta`` of shape (units,), ``W`` of shape (outputs, units) and ``b``
        of shape (outputs,), float32.
    n_features_in_, n_outputs_ : int
    kmeans_iter_ : int
        Iterations of k-means made.
    error_reductions_ : ndarray
        By what share of the target's variation each unit of ``orthogonal`` lowers the squared error.
    n_iter_ : int
        Least squares solved, or epochs.
    t_, loss_, loss_curve_
        Of a descent, as for `MLPClassifier`.

    References
    ----------
    .. [1] Moody & Darken 1989, Fast learning in networks of locally-tuned processing units.
    .. [2] Broomhead & Lowe 1988, Multivariable functional interpolation and adaptive networks.
    .. [3] Chen, Cowan & Grant 1991, Orthogonal least squares learning algorithm for radial basis function
       networks.

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"]
    >>> net = RBFClassifier(centres=[[1, 1], [0, 0]], widths=0.5**0.5, alpha=0).fit(X, y)
    >>> net.predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    >>> net.work(X, y).values["w"].round(4).tolist()
    [[2.8413], [-2.5027], [-2.5027]]
    """

    learned: ClassVar[tuple[str, ...]] = (*RBFNetwork.learned, "classes_")


class RBFRegressor(Quantities, RBFNetwork):
    r"""Radial basis functions for one or several quantities.

    .. math:: \phi_j = e^{-\beta_j \lVert x - c_j \rVert^2}, \quad \beta_j = \frac{1}{2 \sigma_j^2}, \quad
        \hat y = W \phi + b, \\
        J = \frac1n \sum \tfrac12 \lVert y - \hat y \rVert^2 + \frac\alpha2 \sum W^2

    Parameters
    ----------
    units, centres, kmeans_iter, widths, neighbours, overlap, training, alpha, rule, rule_settings, \
learning_rate, batch_size, max_iter, shuffle, random_state, tol, n_iter_no_change, warm_start, verbose
        As for `RBFClassifier`.

    Attributes
    ----------
    params_, n_features_in_, n_outputs_, kmeans_iter_, error_reductions_, n_iter_, t_, loss_, loss_curve_
        As for `RBFClassifier`.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(-3, 3, 40)[:, None]
    >>> net = RBFRegressor(8, random_state=0).fit(X, np.sin(X[:, 0]))
    >>> net.predict([[0.5], [2.0]]).round(1).tolist()
    [0.5, 0.9]
    """
