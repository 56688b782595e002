"""What one number rests on: the part of a program that leads to it, run on numbers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from byhand.ops import Derivative, Expr
from byhand.trace.backward import run_backward
from byhand.trace.derivative import pulled_terms, total_of
from byhand.trace.element import Speller
from byhand.trace.evaluate import evaluate
from byhand.trace.forward import run_forward
from byhand.trace.lookup import one_at
from byhand.trace.paths import sliced, uses
from byhand.trace.program import Program, lines_of
from byhand.trace.scalar import element_name
from byhand.trace.widened import Widened


class Elements:
    """An array of which each element is worked out when it is asked for."""

    def __init__(self, shape: tuple[int, ...], at: Callable[[tuple[int, ...]], Any]) -> None:
        self.shape, self.ndim, self._at = shape, len(shape), at

    def __getitem__(self, index: tuple[int, ...]) -> Any:
        return self._at(index)


class Cone:
    """The values that lead to one number, and its derivative by each of them.

    Parameters
    ----------
    program : Program
    given : mapping
        Values by name; the weights of a network as `Widened`, whose gradients are never made as arrays.
    of : str
    index : tuple of int
        The element that is differentiated.
    known : bool
        Whether the values are numbers that were given; otherwise they only stand for their shapes.

    Raises
    ------
    CalculationError
    """

    def __init__(
        self,
        program: Program,
        given: Mapping[str, Any],
        of: str,
        index: tuple[int, ...] = (),
        known: bool = True,
    ) -> None:
        self.program, self.of, self.index, self.known = sliced(program, of), of, index, known
        self._forward = run_forward(self.program, given)
        self.values = self._forward.values
        self.label = element_name(of, index)

    @cached_property
    def gradients(self) -> dict[str, Any]:
        """The derivative by each value; by a `Widened` array element by element, on demand."""
        wide = {name: value for name, value in self.values.items() if isinstance(value, Widened)}
        seed = one_at(self.values[self.of], self.index)
        found = run_backward(self.program, self._forward, self.of, seed, self.values.keys() - wide.keys())
        on_demand = {name: Elements(value.shape, self._at(name)) for name, value in wide.items()}
        return {**found.gradients, **on_demand}

    def _at(self, name: str) -> Callable[[tuple[int, ...]], Any]:
        return lambda index: evaluate(self.slope(name, index), self.values, self.gradients)

    def element(self, expr: Expr, index: tuple[int, ...]) -> Expr:
        """One element of an array formula."""
        return Speller(self.values, self.gradients).element(expr, index)

    def slope(self, by: str, index: tuple[int, ...]) -> Expr:
        """The formula of the derivative by an element or a whole array: through each line that uses it."""
        terms = [
            term
            for user in self._users.get(by, [])
            for term in pulled_terms(self.program, user, by, Derivative(self.label, user), self._shapes)
        ]
        is_whole = np.ndim(self.values[by]) and not index
        return total_of(tuple(terms if is_whole else [self.element(term, index) for term in terms]))

    @cached_property
    def _users(self) -> dict[str, list[str]]:
        return uses(self.program)

    @cached_property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: np.shape(value) for name, value in self.values.items()}

    @cached_property
    def lines(self) -> frozenset[str]:
        """The names that are calculated here."""
        return frozenset(lines_of(self.program))
