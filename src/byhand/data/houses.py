"""Houses sold in Ames, Iowa, from 2006 to 2010: how large, in which neighbourhood, for how much."""

from __future__ import annotations

import csv
from importlib import resources
from typing import NamedTuple

import numpy as np

SQUARE_METRES = 0.09290304  # in one square foot, exactly


class Houses(NamedTuple):
    """Houses, one an element.

    Attributes
    ----------
    area : ndarray of float64, shape (n,)
        Living area above ground, in square metres.
    neighbourhood : ndarray of str, shape (n,)
        The assessor's short name, such as ``NAmes`` for North Ames.
    price : ndarray of float64, shape (n,)
        What it was sold for, in US dollars.
    """

    area: np.ndarray
    neighbourhood: np.ndarray
    price: np.ndarray


def houses() -> Houses:
    """The 2,930 houses of the Ames data set; the file holds the original square feet and dollars.

    Returns
    -------
    Houses

    References
    ----------
    D. De Cock, "Ames, Iowa: Alternative to the Boston Housing Data as an End of Semester Regression
    Project", Journal of Statistics Education 19(3), 2011.

    Examples
    --------
    >>> ames = houses()
    >>> len(ames.price), str(ames.neighbourhood[0]), float(ames.price[0])
    (2930, 'NAmes', 215000.0)
    """
    _, *rows = csv.reader(resources.files("byhand.data").joinpath("ames.csv").read_text("utf-8").splitlines())
    feet, neighbourhood, dollars = zip(*rows, strict=True)
    return Houses(np.array(feet, float) * SQUARE_METRES, np.array(neighbourhood), np.array(dollars, float))
