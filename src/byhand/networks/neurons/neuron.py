r"""The neuron of McCulloch and Pitts: a threshold, and no learning.

.. math:: \mathrm{net} = \sum_i w_i x_i, \qquad y = 1 \text{ if } \mathrm{net} \ge \theta \text{, else } 0

An inhibitory input that is 1 keeps the neuron from firing, whatever the others are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, Self

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from byhand.api import Work, work
from byhand.errors import DataError

MOST_INPUTS = 6


class MPNeuron:
    r"""A McCulloch–Pitts neuron: it fires when the weighted sum of its inputs reaches a threshold.

    .. math:: y = \left[\sum_i w_i x_i \ge \theta\right]

    Parameters
    ----------
    weights : sequence of float
        One an input.
    threshold : float
    inhibitory : iterable of int
        Which inputs, counted from 0, keep it from firing when they are 1.

    References
    ----------
    McCulloch & Pitts 1943, A logical calculus of the ideas immanent in nervous activity.

    Examples
    --------
    >>> neuron = MPNeuron.of(lambda a, b: a and not b, 2)
    >>> neuron
    MPNeuron((1, -1), 1)
    >>> neuron.fires([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist()
    [0, 0, 1, 0]
    >>> neuron.work([1, 0]).values["net"]
    1.0
    """

    def __init__(self, weights: Sequence[float], threshold: float, inhibitory: Iterable[int] = ()) -> None:
        self.weights, self.threshold, self.inhibitory = tuple(weights), threshold, tuple(inhibitory)
        for k in self.inhibitory:
            if not 0 <= k < len(self.weights):
                raise DataError("no_such_input", found=str(k)[:60], count=len(self.weights))

    @classmethod
    def of(cls, function: Callable[..., Any] | Sequence[Any], inputs: int | None = None) -> Self:
        """The neuron that computes a logic function, with the smallest whole weights.

        Parameters
        ----------
        function : callable or sequence
            A function of so many truth values, or its table: the results for the inputs counted up in
            binary, 00, 01, 10, 11 for two.
        inputs : int, optional
            How many, at most 6; a table says it by its length.

        Returns
        -------
        MPNeuron

        Raises
        ------
        ProblemError
            ``not_threshold``: no single neuron can; the contradiction is named, row by row.

        Examples
        --------
        >>> MPNeuron.of([0, 0, 0, 1])
        MPNeuron((1, 1), 2)
        >>> MPNeuron.of(lambda a, b: a != b, 2)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        byhand.errors.DataError: No threshold neuron computes this function. ...
        """
        rows, table = _table(function, inputs)
        weights = _smallest(rows, table)
        if weights is None:
            raise DataError("not_threshold", **_contradiction(rows, table))
        net = rows @ weights
        threshold = net[table].min() if table.any() else net.max() + 1
        return cls([int(w) for w in weights], int(threshold))

    def fires(self, X: Any) -> np.ndarray:
        """Whether it fires, 1 or 0, for each row of inputs.

        Parameters
        ----------
        X : array-like of 0 and 1, shape (n, inputs) or (inputs,)

        Returns
        -------
        ndarray of int, shape (n,) or ()
        """
        X = self._inputs(X)
        fires = X @ np.asarray(self.weights, float) >= self.threshold
        return (fires & ~X[..., list(self.inhibitory)].astype(bool).any(axis=-1)).astype(np.int64)

    def work(self, X: Any) -> Work:
        """Work the neuron out.

        Parameters
        ----------
        X : array-like of 0 and 1, shape (inputs,) or (n, inputs)
            One row of inputs, or several: then the first is told in full and all stand in a table.

        Returns
        -------
        Work
            The names are x1, x2, …, w1, w2, …, theta, net and y.
        """
        return work(self.problem(X))

    def problem(self, X: Any) -> dict[str, Any]:
        """The neuron and its inputs as a problem: a mapping that `byhand.work` takes."""
        X = self._inputs(X)
        numbers = range(1, len(self.weights) + 1)
        inputs, vetoes = [f"x{k}" for k in numbers], [f"x{k + 1}" for k in self.inhibitory]
        lines = ["net = " + " + ".join(f"w{k}*x{k}" for k in numbers)]
        if vetoes:
            lines += [f"inhibition = {' + '.join(vetoes)}", "y = (net >= theta)*(inhibition < 1)"]
        else:
            lines.append("y = net >= theta")
        given = {f"w{k}": float(w) for k, w in zip(numbers, self.weights, strict=True)}
        given["theta"] = float(self.threshold)
        names = [line.split(" = ")[0] for line in lines]
        problem = {"problem": "\n".join(lines), "given": given, "table": [*inputs, *names]}
        columns = X.T.tolist()
        if X.ndim == 1:
            return {**problem, "given": {**dict(zip(inputs, columns, strict=True)), **given}}
        return {**problem, "samples": dict(zip(inputs, columns, strict=True))}

    def _inputs(self, X: Any) -> np.ndarray:
        X = np.asarray(X, dtype=float)
        if X.ndim not in (1, 2) or X.shape[-1] != len(self.weights) or not X.size:
            raise DataError("input_count", found=str(X.shape), wanted=len(self.weights))
        if not np.isin(X, (0, 1)).all():
            raise DataError("not_boolean", found=str(X[~np.isin(X, (0, 1))][0]))
        return X

    def __repr__(self) -> str:
        inhibitory = f", inhibitory={self.inhibitory}" if self.inhibitory else ""
        return f"MPNeuron({self.weights}, {self.threshold}{inhibitory})"


def _table(function: Any, inputs: int | None) -> tuple[np.ndarray, np.ndarray]:
    """All rows of inputs, and for each whether the function holds."""
    known = None if callable(function) else [*function]
    count = len(known).bit_length() - 1 if known is not None and inputs is None else inputs
    if count is None or not 1 <= count <= MOST_INPUTS or (known is not None and len(known) != 2**count):
        raise DataError("table_size", found=len(known) if known else str(inputs), limit=MOST_INPUTS)
    rows = list(product((0, 1), repeat=count))
    results = [function(*map(bool, row)) for row in rows] if known is None else known
    for result in results:
        if result not in (0, 1):
            raise DataError("not_boolean", found=str(result)[:60])
    return np.array(rows), np.array(results).astype(bool)


def _smallest(rows: np.ndarray, table: np.ndarray) -> np.ndarray | None:
    """Whole weights whose sizes add up to least, by an integer programme; None where there are none."""
    count = rows.shape[1]
    # The unknowns: the positive and the negative part of each weight, and the threshold.
    net = np.hstack([rows, -rows, -np.ones((len(rows), 1))])
    found = milp(
        np.r_[np.ones(2 * count), 0],
        integrality=np.ones(2 * count + 1),
        bounds=Bounds(np.r_[np.zeros(2 * count), -np.inf], np.inf),
        constraints=LinearConstraint(net, np.where(table, 0, -np.inf), np.where(table, np.inf, -1)),
    )
    if not found.success:
        return None
    parts = np.rint(found.x).astype(int)
    return parts[:count] - parts[count : 2 * count]


def _contradiction(rows: np.ndarray, table: np.ndarray) -> dict[str, Any]:
    """The fewest demands on the weights that contradict each other when they are added up.

    How often each row is taken: as often in all where the function holds as where it does not, and with the
    same sum of the inputs. Then the former ask for a sum of at least so many θ, the latter for one below.
    """
    balance = np.where(table, 1, -1) * np.vstack([rows.T, np.ones(len(rows), int)])
    found = milp(
        np.ones(len(rows)),
        integrality=np.ones(len(rows)),
        constraints=[LinearConstraint(balance, 0, 0), LinearConstraint(table.astype(int), 1, np.inf)],
    )
    times = np.rint(found.x).astype(int)
    sides = {True: "≥", False: "<"}
    named = {
        side: ", ".join("".join(map(str, row)) for row in rows[times * (table == side) > 0]) for side in sides
    }
    asked = {
        side: ", ".join(
            demand if many == 1 else f"{many} × ({demand})"
            for row, many in zip(rows, times * (table == side), strict=True)
            if many and (demand := f"{_sum(row)} {relation} θ")
        )
        for side, relation in sides.items()
    }
    return {
        **{"firing": named[True], "asked": asked[True], "silent": named[False], "denied": asked[False]},
        "sum": _sum(times[table] @ rows[table]),
        "count": int(times[table].sum()),
    }


def _sum(counts: np.ndarray) -> str:
    """So many of each weight: ``w1 + 2·w3``."""
    terms = [f"w{k}" if many == 1 else f"{many}·w{k}" for k, many in enumerate(counts, 1) if many]
    return " + ".join(terms) or "0"
