r"""Contrastive divergence: how a restricted Boltzmann machine learns.

.. math:: E(v, h) = -b^\top v - c^\top h - h^\top W v, \quad
    W \leftarrow W + \eta\,(\langle h v^\top \rangle_0 - \langle h v^\top \rangle_k)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, PositiveInt

from byhand.equations.step import Positive, Settings, Shapes, Step
from byhand.errors import ProblemError
from byhand.words import in_all_languages

Visible = Literal["binary", "gaussian"]
Statistics = Literal["probabilities", "states"]


class Kind(NamedTuple):
    """What the equations of a machine depend on.

    Attributes
    ----------
    visible : str
        ``binary``, or ``gaussian`` with a variance of 1.
    k : int
        How often the chain goes down to the visible units and up again.
    persistent : bool
        The chain goes on from the hidden states ``h`` of the last step; else it starts at the sample.
    sample_visible : bool
        Visible units are drawn; else their means stand for them.
    positive, negative : str
        What of the hidden units is multiplied by the visible ones, in the sample and at the end of the chain:
        ``probabilities`` or ``states``.
    momentum, weight_decay : bool
        Whether there is any.
    rows : str
        What a row of W belongs to: a ``hidden`` unit or a ``visible`` one.
    known : frozenset of str
        States that are given, so that nothing is drawn for them.
    """

    visible: Visible = "binary"
    k: int = 1
    persistent: bool = False
    sample_visible: bool = True
    positive: Statistics = "probabilities"
    negative: Statistics = "probabilities"
    momentum: bool = False
    weight_decay: bool = False
    rows: Literal["hidden", "visible"] = "hidden"
    known: frozenset[str] = frozenset()


def learned(kind: Kind) -> tuple[str, ...]:
    """What a step changes: weights, biases, their velocities, the chain."""
    velocities = ("mW", "mb", "mc") if kind.momentum else ()
    return ("W", "b", "c", *velocities, *(("h",) if kind.persistent else ()))


def states(kind: Kind) -> list[str]:
    """The states of a step that are random, in the order in which they come about."""
    k, first = kind.k, not kind.persistent or kind.positive == "states"
    last = kind.persistent or kind.negative == "states"
    found = ["h0"] if first else []
    for t in range(1, k + 1):
        found += [f"v{t}"] if kind.sample_visible else []
        found += [f"h{t}"] if t < k or last else []
    return found


def drawn(kind: Kind) -> dict[str, str]:
    """The random numbers of a step, in the order in which they are drawn, and for which units each is.

    Examples
    --------
    >>> drawn(Kind())
    {'u_h0': 'hidden', 'u_v1': 'visible'}
    >>> drawn(Kind("gaussian", persistent=True))
    {'n_v1': 'visible', 'u_h1': 'hidden'}
    """
    units = {"h": "hidden", "v": "visible"}
    return {_number(kind, state): units[state[0]] for state in states(kind) if state not in kind.known}


def equations(kind: Kind, *, batch: bool) -> tuple[str, str]:
    """What is calculated for a sample, or for a batch of them in rows, and what is learned.

    Parameters
    ----------
    kind : Kind
    batch : bool

    Returns
    -------
    (str, str)

    Examples
    --------
    >>> lines, update = equations(Kind(), batch=False)
    >>> print(lines)
    z0 = W @ v0 + c
    ph0 = sigmoid(z0)
    h0 = u_h0 < ph0
    E0 = -(b @ v0) - c @ h0 - h0 @ (W @ v0)
    pv1 = sigmoid(W.T @ h0 + b)
    v1 = u_v1 < pv1
    z1 = W @ v1 + c
    ph1 = sigmoid(z1)
    F0 = -(b @ v0) - sum(softplus(z0))
    F1 = -(b @ v1) - sum(softplus(z1))
    vh0 = outer(ph0, v0)
    vh1 = outer(ph1, v1)
    >>> print(update)
    W_new = W + eta*(vh0 - vh1)
    b_new = b + eta*(v0 - v1)
    c_new = c + eta*(ph0 - ph1)
    """
    form, k = _Form(kind, batch), kind.k
    lines = [*form.up(0)]
    for t in range(1, k + 1):
        before = "h" if kind.persistent and t == 1 else f"h{t - 1}"
        lines += [*form.down(t, before), *form.up(t)]
    lines += [f"F{t} = {form.free(t)}" for t in (0, k)]
    positive = "h0" if kind.positive == "states" else "ph0"
    negative = f"h{k}" if kind.negative == "states" else f"ph{k}"
    lines += [f"vh0 = {form.together(positive, 'v0', 'n')}"]
    lines += [f"vh{k} = {form.together(negative, f'v{k}', 'm' if kind.persistent else 'n')}"]
    changes = {
        "W": f"vh0 - vh{k}" + (" - decay*W" if kind.weight_decay else ""),
        "b": f"{form.mean('v0')} - {form.mean(f'v{k}')}",
        "c": f"{form.mean(positive)} - {form.mean(negative)}",
    }
    update = []
    for name, change in changes.items():
        if kind.momentum:
            update += [f"m{name}_new = alpha*m{name} + eta*({change})", f"{name}_new = {name} + m{name}_new"]
        else:
            update.append(f"{name}_new = {name} + eta*({change})")
    if kind.persistent:
        update.append(f"h_new = h{k}")
    return "\n".join(lines), "\n".join(update)


def _number(kind: Kind, state: str) -> str:
    """The random number that decides a state: uniform, or normal where a Gaussian unit adds it."""
    return ("n_" if state[0] == "v" and kind.visible == "gaussian" else "u_") + state


class _Form:
    """How the parts of a step are written, for one sample or for a batch in rows."""

    def __init__(self, kind: Kind, batch: bool) -> None:
        self.kind, self.batch, self.random = kind, batch, states(kind)

    def up(self, t: int) -> list[str]:
        """The hidden units, given the visible ones."""
        lines = [f"z{t} = {self._product(f'v{t}', 'visible')} + c", f"ph{t} = sigmoid(z{t})"]
        if f"h{t}" in self.random:
            lines += [*self._drawn(f"h{t}", f"ph{t}"), f"E{t} = {self._energy(t)}"]
        return lines

    def down(self, t: int, before: str) -> list[str]:
        """The visible units, given the hidden states `before`."""
        mean = f"{self._product(before, 'hidden')} + b"
        name = "mv" if self.kind.visible == "gaussian" else "pv"
        mean = mean if self.kind.visible == "gaussian" else f"sigmoid({mean})"
        drawn = self._drawn(f"v{t}", f"{name}{t}") if self.kind.sample_visible else [f"v{t} = {name}{t}"]
        return [f"{name}{t} = {mean}", *drawn]

    def free(self, t: int) -> str:
        """The free energy of the visible units."""
        return f"{self._alone(t)} - {self._sum(f'softplus(z{t})')}"

    def together(self, hidden: str, visible: str, count: str) -> str:
        """How often hidden and visible units are on together."""
        first, second = (hidden, visible) if self.kind.rows == "hidden" else (visible, hidden)
        return f"{first}.T @ {second}/{count}" if self.batch else f"outer({first}, {second})"

    def mean(self, name: str) -> str:
        """The mean over a batch."""
        return f"mean({name}, axis=0)" if self.batch else name

    def _product(self, name: str, units: str) -> str:
        """W times what units of one kind say."""
        turned = units == self.kind.rows
        if self.batch:
            return f"{name} @ W" if turned else f"{name} @ W.T"
        return f"W.T @ {name}" if turned else f"W @ {name}"

    def _drawn(self, state: str, mean: str) -> list[str]:
        if state in self.kind.known:
            return []
        number = _number(self.kind, state)
        return [f"{state} = {mean} + {number}" if number[0] == "n" else f"{state} = {number} < {mean}"]

    def _energy(self, t: int) -> str:
        h, up = f"h{t}", self._product(f"v{t}", "visible")
        if self.batch:
            return f"{self._alone(t)} - {h} @ c - sum({h}*({up}), axis=1)"
        return f"{self._alone(t)} - c @ {h} - {h} @ ({up})"

    def _alone(self, t: int) -> str:
        """The energy of the visible units by themselves."""
        if self.kind.visible == "gaussian":
            return f"{self._sum(f'(v{t} - b)^2')}/2"
        return f"-(v{t} @ b)" if self.batch else f"-(b @ v{t})"

    def _sum(self, term: str) -> str:
        return f"sum({term}, axis=1)" if self.batch else f"sum({term})"


LETTERS = {"learning_rate": "eta", "momentum": "alpha", "weight_decay": "decay"}


class RBM(Settings):
    """A restricted Boltzmann machine."""

    optional: ClassVar[tuple[str, ...]] = ("b", "c", "mW", "mb", "mc", "h")

    visible: Visible = "binary"
    k: PositiveInt = 1
    persistent: bool = False
    learning_rate: Positive = 0.1
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.0
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    sample_visible: bool = True
    positive: Statistics = "probabilities"
    negative: Statistics = "probabilities"
    rows: Literal["hidden", "visible"] = "hidden"
    one_by_one: bool = False

    def kind(self, known: Mapping[str, Any] = {}) -> Kind:
        """What the lines depend on, where these names are given."""
        found = {name: getattr(self, name) for name in Kind._fields if name in type(self).model_fields}
        found |= {"momentum": self.momentum > 0, "weight_decay": self.weight_decay > 0}
        kind = Kind(**found)
        return kind._replace(known=frozenset(states(kind)).intersection(known))

    @property
    def sample(self) -> tuple[str, ...]:  # type: ignore[override]
        """The sample, and what is drawn for it."""
        kind = self.kind()
        return ("v0", *(name for state in states(kind) for name in (_number(kind, state), state)))

    def letters(self) -> dict[str, float]:
        """The settings by the letters of the equations."""
        found = {letter: getattr(self, name) for name, letter in LETTERS.items()}
        return {name: value for name, value in found.items() if value or name == "eta"}

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of the sample, of what is learned, and of what is drawn or given in its place."""
        kind = self.kind(given)
        weights = ("hidden", "visible") if self.rows == "hidden" else ("visible", "hidden")
        chains = len(given["v0"]) if "v0" in given and not self.one_by_one else 1
        chain: tuple[str | int, ...] = (chains, "hidden") if chains > 1 else ("hidden",)
        own: Shapes = {"W": weights, "b": ("visible",), "c": ("hidden",), "h": chain}
        own |= {f"m{name}": own[name] for name in ("W", "b", "c")}
        units = {"v": "visible", "h": "hidden"}
        random = {state: (units[state[0]],) for state in states(kind) if state in kind.known}
        drawings = {name: (units,) for name, units in drawn(kind).items()}
        return {"v0": ("visible",), **{name: own[name] for name in learned(kind)}, **random, **drawings}

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """What a binary unit cannot be, not even on average."""
        if self.visible == "gaussian" or ((x >= 0) & (x <= 1)).all():
            return None
        return ProblemError("key_bound", key="v0", found=str(x[(x < 0) | (x > 1)][0]), bound="0 ≤ v0 ≤ 1")

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """One sample after the other, or all as one batch."""
        count, kind = len(samples["v0"]), self.kind(samples)
        chains = len(weights["h"]) if np.ndim(weights.get("h", 0)) == 2 else 1
        together = not self.one_by_one and max(count, chains) > 1
        lines, update = equations(kind, batch=together)
        given: dict[str, Any] = self.letters()
        if together:
            given |= {"n": count, **({"m": chains} if kind.persistent else {})}
        names = {*given, *weights, *samples, *(line.partition(" = ")[0] for line in lines.splitlines())}
        return Step(
            lines,
            update,
            given=given | ({name: np.asarray(rows) for name, rows in samples.items()} if together else {}),
            labels={name: in_all_languages(f"rbm.{_meaning(name)}") for name in names},
            headings=_headings(kind),
            roles=_roles({*weights, *samples}) | dict.fromkeys(given, "setting"),
            together=together,
        )


def _meaning(name: str) -> str:
    """The code of what a name means: that of its letters, where not the very name has one."""
    if name in ("v0", "vh0"):
        return name
    if "_" in name:
        return "uniform" if name[0] == "u" else "normal"
    return "chain" if name == "h" else name.rstrip("0123456789")


def _headings(kind: Kind) -> dict[str, dict[str, str]]:
    """What stands above the phases of a step."""
    means = "mv" if kind.visible == "gaussian" else "pv"
    chain = {f"{means}{t}": in_all_languages("rbm.phase_chain", step=t) for t in range(1, kind.k + 1)}
    whole = {"z0": in_all_languages("rbm.phase_positive"), "F0": in_all_languages("rbm.phase_compared")}
    return {**whole, **chain}


def _roles(names: set[str]) -> dict[str, str]:
    roles = {"v0": "input", "W": "weight", "b": "bias", "c": "bias"}
    return {name: roles.get(name, "other") for name in names}
