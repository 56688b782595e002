r"""The Boltzmann machine: units that are on by chance, in a clamped and in a free phase.

.. math:: p(s_i = 1) = \sigma(\Delta E_i / T), \quad \Delta E_i = \sum_j w_{ij} s_j + b_i, \quad
    \Delta w_{ij} \propto \langle s_i s_j \rangle_{\text{clamped}} - \langle s_i s_j \rangle_{\text{free}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, PositiveInt

from byhand.equations.energy import BIAS, energy, field
from byhand.equations.step import Positive, Settings, Shapes, Step
from byhand.errors import DataError, ProblemError
from byhand.words import in_all_languages

Chance = Annotated[float, Field(ge=0, le=1)]

# So many sweeps at a temperature.
Falling = tuple[PositiveInt, Positive]

FIRES = "p = sigmoid(gap/T)\non = p > r"
CHANGES: Mapping[str, str] = {
    "fixed": "W_new = W + eta*M*sign(P - P_free)\nb_new = b + eta*sign(m - m_free)",
    "proportional": "W_new = W + eta*M*(P - P_free)\nb_new = b + eta*(m - m_free)",
}
_MEANING = (
    *("X", "W", "b", "M", "eta", "r_noise", "r_start", "r", "r_start_free", "r_free", "V", "H0", "S0", "E0"),
    *("gap1", "p1", "on1", "S1", "P", "m", "S0_free", "E0_free", "gap1_free", "p1_free", "on1_free"),
    *("S1_free", "P_free", "m_free", "x", "s0", "E1", "s"),
)
_ROLES = {"X": "input", "x": "input", "W": "weight", "b": "bias", "eta": "setting"}


class Sizes(NamedTuple):
    """How many visible and hidden units there are, chains in either phase, and sweeps of each chain."""

    visible: int
    hidden: int
    chains: int
    sweeps: int


def draw_shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
    """The numbers that a learning cycle draws, all evenly between 0 and 1.

    Parameters
    ----------
    sizes : Sizes

    Returns
    -------
    dict
        ``r_noise`` for each clamped unit, ``r_start`` for each other unit's first state, ``r`` a row for each
        update; ``r_start_free`` and ``r_free`` of the free phase; a column for each chain.

    Examples
    --------
    >>> draw_shapes(Sizes(visible=3, hidden=2, chains=4, sweeps=5))["r_free"]
    (25, 4)
    """
    visible, hidden, chains, sweeps = sizes
    return {
        "r_noise": (visible, chains),
        "r_start": (hidden, chains),
        "r": (sweeps * hidden, chains),
        "r_start_free": (visible + hidden, chains),
        "r_free": (sweeps * (visible + hidden), chains),
    }


def drawn(seed: int, cycle: int, sizes: Sizes) -> dict[str, np.ndarray]:
    """The numbers drawn in a learning cycle, by its number, in float32.

    Parameters
    ----------
    seed, cycle : int
    sizes : Sizes
    """
    numbers = np.random.default_rng((seed, 5, cycle))
    return {name: numbers.random(shape, np.float32) for name, shape in draw_shapes(sizes).items()}


class BoltzmannMachine(Settings):
    """A machine whose first units are visible, as many as an input has numbers."""

    optional: ClassVar[tuple[str, ...]] = ("b",)

    connections: Literal["full"] | list[list[Literal[0, 1]]] = "full"
    step_size: Literal["fixed", "proportional"] = "fixed"
    learning_rate: Positive = 2.0
    annealing: Annotated[tuple[Falling, ...], Field(min_length=1)] = (
        (2, 20.0),
        (2, 15.0),
        (2, 12.0),
        (4, 10.0),
    )
    gathering: PositiveInt = 10
    repeats: PositiveInt = 2
    noise: tuple[Chance, Chance] = (0.15, 0.05)
    random_state: int | None = None
    phase: Literal["learn", "run"] = "learn"

    def falling(self) -> list[float]:
        """The temperature of each sweep before statistics are gathered."""
        return [temperature for sweeps, temperature in self.annealing for _ in range(sweeps)]

    def temperatures(self) -> list[float]:
        """The temperature of each sweep; statistics are gathered in the last ones."""
        return [*self.falling(), *[self.annealing[-1][1]] * self.gathering]

    def sizes(self, visible: int, units: int, samples: int) -> Sizes:
        """The sizes of a learning cycle with so many samples."""
        return Sizes(visible, units - visible, samples * self.repeats, len(self.temperatures()))

    def mask(self, units: int) -> np.ndarray:
        """1 where two units are connected; none is with itself.

        Raises
        ------
        DataError
            `connections` are not symmetric, or not between so many units.
        """
        if self.connections == "full":
            return 1 - np.eye(units, dtype=np.float32)
        found = np.array(self.connections, np.float32)
        if found.shape != (units, units) or (found != found.T).any() or np.diag(found).any():
            raise DataError("connections", units=units)
        return found

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of an input, the weights, and what is given of the numbers drawn."""
        base: Shapes = {"x": ("visible",), "W": ("units", "units"), "b": ("units",)}
        if np.ndim(given.get("x", 0)) < 2 or np.ndim(given.get("W", 0)) < 2:
            return base
        if self.phase == "run":
            updates = {"r": (len(self.falling()) * len(given["W"]),)} if "r" in given else {}
            return {**base, "x": ("units",), **updates}
        sizes = self.sizes(len(given["x"][0]), len(given["W"]), len(given["x"]))
        return base | {name: shape for name, shape in draw_shapes(sizes).items() if name in given}

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """What is neither 0 nor 1."""
        strange = x[~np.isin(x, (0, 1))]
        if not strange.size:
            return None
        return ProblemError("key_choice", key="x", found=f"{strange[0]:g}", known="0, 1")

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any], cycle: int = 0) -> Step:
        """A learning cycle with all samples clamped; or a run, in which every unit is free, from one state.

        Parameters
        ----------
        weights : mapping
            W, b, and what is given of the numbers drawn.
        samples : mapping
            ``x``; of a run the states of all units.
        cycle : int
            Its number, which decides the numbers that are not given.
        """
        X, W = np.asarray(samples["x"]), np.asarray(weights["W"])
        units = len(W)
        if len(unequal := np.argwhere(W.T != W)):
            i, j = unequal[0]
            raise DataError("not_symmetric", i=i, j=j, found=f"{W[i, j]:g}", other=f"{W[j, i]:g}")
        if self.phase == "run":
            return self._run(weights, X)
        if units < X.shape[1]:
            raise DataError("fewer_units", found=units, visible=X.shape[1])
        sizes = self.sizes(X.shape[1], units, len(X))
        numbers = {**drawn(self.random_state or 0, cycle, sizes), **weights}
        lines, headings = self._lines(sizes)
        given = {"X": np.repeat(X, self.repeats, axis=0), "M": self.mask(units), "eta": self.learning_rate}
        given |= {name: numbers[name] for name in draw_shapes(sizes) if re.search(rf"\b{name}\b", lines)}
        return _told(lines, CHANGES[self.step_size], {**weights, **given}, headings)

    def _run(self, weights: Mapping[str, Any], X: np.ndarray) -> Step:
        """One state, of which each unit is asked in turn while the temperature falls."""
        if len(X) != 1:
            raise DataError("one_start", found=len(X))
        units, headings = X.shape[1], {}
        lines = ["s0 = x", f"E0 = {energy('s0', BIAS)}"]
        for sweep, temperature in enumerate(self.falling()):
            for unit in range(units):
                k = sweep * units + unit + 1
                lines += [
                    f"gap{k} = {field(f's{k - 1}', BIAS, unit)}",
                    f"p{k} = sigmoid(gap{k}/{temperature!r})",
                    f"on{k} = p{k} > r[{k - 1}]",
                    f"s{k} = replace(s{k - 1}, {unit}, on{k})",
                    f"E{k} = E{k - 1} - (on{k} - s{k - 1}[{unit}])*gap{k}",
                ]
            facts = {"number": sweep + 1, "temperature": f"{temperature:g}"}
            headings[f"gap{sweep * units + 1}"] = in_all_languages("boltzmann.sweep", **facts)
        count = len(self.falling()) * units
        r = np.random.default_rng((self.random_state or 0, 6)).random(count, np.float32)
        given = {"x": X[0], "r": r, **weights}
        return _told("\n".join([*lines, f"s = s{count}"]), "", given, headings)

    def _lines(self, sizes: Sizes) -> tuple[str, dict[str, dict[str, str]]]:
        """The two phases, and a heading for each phase and each sweep."""
        lost, gained = self.noise
        clamped = f"V = where(X.T > 0, {1 - lost!r}, {gained!r}) > r_noise" if lost or gained else "V = X.T"
        units = range(sizes.visible + sizes.hidden)
        start = ["H0 = r_start < 0.5", "S0 = concat(V, H0)"] if sizes.hidden else ["S0 = V"]
        first = [clamped, *start, *self._phase(sizes, units[sizes.visible :], "")]
        second = ["S0_free = r_start_free < 0.5", *self._phase(sizes, units, "_free")]
        lines = "\n".join([*first, *second])
        headings = {"V": in_all_languages("boltzmann.clamped"), "S0_free": in_all_languages("boltzmann.free")}
        for end, asked in (("", sizes.hidden), ("_free", len(units))):
            for sweep, temperature in enumerate(self.temperatures() if asked else []):
                facts = {"number": sweep + 1, "temperature": f"{temperature:g}"}
                headings[f"gap{sweep * asked + 1}{end}"] = in_all_languages("boltzmann.sweep", **facts)
        return lines, headings

    def _phase(self, sizes: Sizes, units: Sequence[int], end: str) -> Iterator[str]:
        """Sweeps over some of the units, and how often units were on together in the last ones."""
        temperatures = self.temperatures() if units else []
        yield f"E0{end} = {energy(f'S0{end}', BIAS, columns=True)}"
        for sweep, temperature in enumerate(temperatures):
            for place, unit in enumerate(units):
                k = sweep * len(units) + place + 1
                before = f"S{k - 1}{end}"
                yield f"gap{k}{end} = {field(before, BIAS, unit)}"
                yield f"p{k}{end} = sigmoid(gap{k}{end}/{temperature!r})"
                yield f"on{k}{end} = p{k}{end} > r{end}[{k - 1}]"
                yield f"S{k}{end} = replace({before}, {unit}, on{k}{end})"
            yield f"E{k}{end} = {energy(f'S{k}{end}', BIAS, columns=True)}"
        last = [(sweep + 1) * len(units) for sweep in range(len(temperatures))][-self.gathering :] or [0]
        states, count = [f"S{k}{end}" for k in last], len(last) * sizes.chains
        yield f"P{end} = ({' + '.join([f'{one} @ {one}.T' for one in states])})/{count}"
        yield f"m{end} = ({' + '.join([f'sum({one}, axis=1)' for one in states])})/{count}"


def _told(
    lines: str, update: str, given: Mapping[str, Any], headings: Mapping[str, Mapping[str, str]]
) -> Step:
    """The lines with all that they are worked out from, and what the names mean."""
    names = {*given, *(line.partition(" = ")[0] for line in lines.splitlines())}
    labels = {name: in_all_languages(f"boltzmann.{name}") for name in _MEANING if name in names}
    roles = {name: _ROLES.get(name, "other") for name in given}
    return Step(lines, update, given=given, labels=labels, roles=roles, headings=headings, together=True)
