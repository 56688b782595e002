r"""Recurrent networks whose gates decide what is kept: LSTM and GRU.

A long short-term memory, with a forget gate and without peepholes, for :math:`t = 1, 2, \ldots`:

.. math:: i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i), \quad f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f), \\
    g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g), \quad o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o), \\
    c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad h_t = o_t \odot \tanh(c_t)

A gated recurrent unit, whose reset gate acts on the product with U, as in PyTorch:

.. math:: r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r), \quad z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z), \\
    m_t = U_n h_{t-1} + b_m, \quad n_t = \tanh(W_n x_t + r_t \odot m_t + b_n), \\
    h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}

Of either: :math:`\hat y_t = g(V h_t + b_y)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PositiveInt

from byhand.equations import dropout
from byhand.equations.layers import applied
from byhand.equations.unrolled import Classifying, Quantifying, Recurrent, Words
from byhand.words import LANGUAGES, in_all_languages, say

Cell = Literal["lstm", "gru"]
# In the order in which PyTorch stacks them.
GATES: Mapping[str, tuple[str, ...]] = {"lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "lstm": {
        **{"i": "input_gate", "f": "forget_gate", "g": "candidate", "o": "output_gate"},
        **{"c": "cell_state", "h": "cell_output"},
    },
    "gru": {"r": "reset_gate", "z": "update_gate", "m": "memory", "n": "candidate", "h": "mixed"},
}


def next_lines(form: Gated) -> list[str]:
    """The outputs of what comes next, from what was carried there."""
    before = {name: f"{name}0" for name in form.carried}
    return [*form.cell_lines(before), form._replace(dropout=0.0).output_lines()[0]]


class Gated(NamedTuple):
    """What the equations depend on besides the number of time steps: a `Form`.

    Attributes
    ----------
    cell : str
        ``lstm`` or ``gru``.
    output, loss, each_step, truncation
        As of a `Form`.
    dropout : float
        The share of the units that the outputs do not see while it learns, the same at all time steps of a
        sequence (Gal & Ghahramani 2016).

    Examples
    --------
    >>> from byhand.equations.unrolled import equations
    >>> print(equations(Gated("lstm", "identity", "mse", False, None), 1))
    a_i1 = W_i @ x[0] + U_i @ h0 + b_i
    a_f1 = W_f @ x[0] + U_f @ h0 + b_f
    a_g1 = W_g @ x[0] + U_g @ h0 + b_g
    a_o1 = W_o @ x[0] + U_o @ h0 + b_o
    i1 = sigmoid(a_i1)
    f1 = sigmoid(a_f1)
    g1 = tanh(a_g1)
    o1 = sigmoid(a_o1)
    c1 = f1*c0 + i1*g1
    h1 = o1*tanh(c1)
    a_y = V @ h1 + b_y
    yhat = a_y
    L = mse(y, yhat)
    >>> equations(Gated("lstm", "identity", "mse", False, None, dropout=0.5), 1).splitlines()[-5:-2]
    ['keep = u >= 0.5', 'd = h1*keep/(1 - 0.5)', 'a_y = V @ d + b_y']
    >>> print(equations(Gated("gru", "softmax", "cross_entropy", True, None), 1))
    a_r1 = W_r @ x[0] + U_r @ h0 + b_r
    a_z1 = W_z @ x[0] + U_z @ h0 + b_z
    r1 = sigmoid(a_r1)
    z1 = sigmoid(a_z1)
    m1 = U_n @ h0 + b_m
    a_n1 = W_n @ x[0] + r1*m1 + b_n
    n1 = tanh(a_n1)
    h1 = (1 - z1)*n1 + z1*h0
    a_y1 = V @ h1 + b_y
    yhat1 = softmax(a_y1)
    L1 = cross_entropy(y[0], yhat1)
    L = L1
    """

    cell: str
    output: str
    loss: str
    each_step: bool
    truncation: int | None
    dropout: float = 0.0

    @property
    def kind(self) -> str:
        """The cell."""
        return self.cell

    @property
    def functions(self) -> tuple[str, ...]:
        """Those of the gates, and of what is new."""
        return ("sigmoid", "tanh")

    @property
    def carried(self) -> tuple[str, ...]:
        """What the units give, and of an LSTM what its cells hold."""
        return ("h", "c") if self.cell == "lstm" else ("h",)

    @property
    def learned(self) -> tuple[str, ...]:
        """For each gate the weights from inputs and from units and the bias; then those of the outputs."""
        gates = GATES[self.cell]
        names = [f"{letter}_{gate}" for gate in gates for letter in "WUb"]
        return (*names, *(("b_m",) if self.cell == "gru" else ()), "V", "b_y")

    @property
    def drawn(self) -> tuple[str, ...]:
        """What decides on the units that the outputs do not see, one number a unit."""
        return ("u",) if self.dropout else ()

    @property
    def weights(self) -> tuple[str, ...]:
        """Without the biases."""
        return tuple(name for name in self.learned if not name.startswith("b"))

    def cell_lines(self, before: Mapping[str, str], number: str = "", x: str = "x") -> list[str]:
        """The gates, and what they let through."""
        h, k = before["h"], number
        if self.cell == "lstm":
            return [
                *[f"a_{gate}{k} = W_{gate} @ {x} + U_{gate} @ {h} + b_{gate}" for gate in "ifgo"],
                *[f"{gate}{k} = {'tanh' if gate == 'g' else 'sigmoid'}(a_{gate}{k})" for gate in "ifgo"],
                f"c{k} = f{k}*{before['c']} + i{k}*g{k}",
                f"h{k} = o{k}*tanh(c{k})",
            ]
        return [
            *[f"a_{gate}{k} = W_{gate} @ {x} + U_{gate} @ {h} + b_{gate}" for gate in "rz"],
            *[f"{gate}{k} = sigmoid(a_{gate}{k})" for gate in "rz"],
            f"m{k} = U_n @ {h} + b_m",
            f"a_n{k} = W_n @ {x} + r{k}*m{k} + b_n",
            f"n{k} = tanh(a_n{k})",
            f"h{k} = (1 - z{k})*n{k} + z{k}*{h}",
        ]

    def output_lines(self, number: str = "", hidden: str = "h") -> list[str]:
        """The outputs."""
        seen = dropout.lines(hidden, number, self.dropout, "u") if self.dropout else []
        a, d = f"a_y{number}", f"d{number}" if seen else hidden
        return [*seen, f"{a} = V @ {d} + b_y", f"yhat{number} = {applied(self.output, a)}"]

    def shapes(self, features: Any, units: Any, outputs: Any) -> dict[str, tuple[Any, ...]]:
        """Every gate has a row for each unit."""
        of_letter = {"W": (units, features), "U": (units, units), "b": (units,)}
        own = {"V": (outputs, units), "b_y": (outputs,)}
        return {name: own.get(name, of_letter.get(name[0], ())) for name in self.learned}

    def sizes(self, units: Any, outputs: Any) -> dict[str, Any]:
        """One number a unit."""
        return dict.fromkeys(self.carried, units)

    def meanings(self, number: str = "1") -> Mapping[str, Words]:
        """What each gate is there for, in the time step of a number, and what its weights lead to."""
        known = MEANINGS[self.cell]
        found = {f"{name}{number}": in_all_languages(f"gated.{code}") for name, code in known.items()}
        for gate in GATES[self.cell]:
            for letter, code in {"W": "input_weights", "U": "unit_weights", "b": "bias"}.items():
                found[f"{letter}_{gate}"] = {
                    one: say(f"gated.{code}", one, gate=say(f"gated.to_{known[gate]}", one))
                    for one in LANGUAGES
                }
        if self.cell == "gru":
            found["b_m"] = in_all_languages("gated.memory_bias")
        codes = {"V": "recurrent.output_weights", "b_y": "recurrent.output_bias"}
        codes |= {f"{name}0": f"gated.first_{name}" for name in self.carried}
        codes |= dict.fromkeys(self.drawn, "dropout.drawn_units")
        return found | {name: in_all_languages(code) for name, code in codes.items()}

    def taken_as_input(self, name: str) -> str:
        """The same letter, marked."""
        return f"{name}_in"


class GatedRecurrent(Recurrent):
    """What both kinds are set by."""

    cell: Cell = "lstm"
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @property
    def form(self) -> Gated:
        """As set."""
        output, loss = self.output_and_loss()
        return Gated(self.cell, output, loss, self.return_sequences, self.truncation, self.dropout)

    @property
    def sample(self) -> tuple[str, ...]:  # type: ignore[override]
        """Of a sequence x, y, and what decides on units left out."""
        return ("x", "y", *self.form.drawn)


class LSTMClassifier(Classifying, GatedRecurrent):
    """For classes."""


class LSTMRegressor(Quantifying, GatedRecurrent):
    """For quantities."""


class CharacterModel(GatedRecurrent):
    """For the next character of a text; x and y are 1 for a character and 0 for all others."""

    return_sequences: Literal[True] = True
    truncation: PositiveInt | None = 64

    def output_and_loss(self) -> tuple[str, str]:
        """One probability a character."""
        return "softmax", "cross_entropy"
