r"""The Transformer's layers, and a classifier on them.

With one token a row of :math:`X_0`, for each layer and each of its heads:

.. math:: S = Q K^\top, \quad A = \operatorname{softmax}(S/\sqrt d + M), \quad Z = A V, \\
    H = \operatorname{norm}(X_0 + \textstyle\sum_h Z_h W_{O,h}^\top + b_O), \quad
    X_1 = \operatorname{norm}(H + f(H W_1^\top + b_1) W_2^\top + b_2)

The norms stand after the sums, as in Vaswani et al. 2017 and Devlin et al. 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
from pydantic import PositiveInt

from byhand.equations import dropout
from byhand.equations.step import Positive, Settings, Shapes, Step
from byhand.errors import DataError
from byhand.words import in_all_languages

Activation = Literal["gelu", "gelu_tanh", "relu"]
Pooling = Literal["mean", "first"]
ACTIVATIONS: tuple[str, ...] = get_args(Activation)
ATTENTION = ("WQ", "bQ", "WK", "bK", "WV", "bV", "WO", "bO")
# What is added to the scaled score of a key that a query must not see: its share is 0.
UNSEEN = -1e9


class Form(NamedTuple):
    """What the equations depend on besides the number of tokens.

    Attributes
    ----------
    layers, heads, units : int
        Units are the width of a token's vector.
    activation : str
        Of the feed-forward networks.
    eps : float
        Added to the variance in a norm.
    tokens : bool
        Samples are numbers of tokens; else each token is given by its features.
    causal : bool
        A token sees no later one.
    normed : bool
        To the embedding of a token that of its kind is added, and the sum is normed, as BERT has it.
    dropout : float
        The share that is left out while it learns, as BERT has it: of the embeddings, of the attention's
        shares, of what each half of a layer adds, and of what the classes are told from.
    attention_dropout : float or None
        Of the attention's shares, where it is another.
    """

    layers: int
    heads: int
    units: int
    activation: str = "gelu"
    eps: float = 1e-12
    tokens: bool = True
    causal: bool = False
    normed: bool = True
    dropout: float = 0.0
    attention_dropout: float | None = None

    @property
    def width(self) -> int:
        """Of a head."""
        return self.units // self.heads

    def left_out(self, name: str) -> float:
        """The share that is left out of the values of a name, such as ``X0``, ``A1_2`` or ``O1``."""
        if self.attention_dropout is None or not name.startswith("A"):
            return self.dropout
        return self.attention_dropout


def check_heads(units: int, heads: int) -> None:
    """That the heads share the units evenly.

    Raises
    ------
    DataError
    """
    if units % heads:
        raise DataError("uneven_heads", units=units, heads=heads)


def norm_line(form: Form, name: str, x: str, number: str) -> str:
    """A norm with its gain and bias."""
    return f"{name} = layer_norm({x}, {_number(form.eps)})*gamma{number} + beta{number}"


def dropping_lines(form: Form, name: str, drawn: str = "") -> list[str]:
    """What leaves out a share of some values, where that is asked for.

    Examples
    --------
    >>> dropping_lines(Form(2, 2, 4, dropout=0.1), "O1")
    ['keepO1 = uO1 >= 0.1', 'dO1 = O1*keepO1/(1 - 0.1)']
    """
    share = form.left_out(name)
    return dropout.lines(name, name, share, drawn) if share else []


def kept(form: Form, name: str) -> str:
    """What values are called once a share of them is left out."""
    return f"d{name}" if form.left_out(name) else name


def embedding_lines(form: Form, steps: int | None = None) -> list[str]:
    """The vectors of the tokens of a sample.

    Parameters
    ----------
    form : Form
    steps : int, optional
        Tokens; without it P holds so many positions already.

    Examples
    --------
    >>> embedding_lines(Form(2, 2, 4), 3)
    ['e = take(E, x) + P[0:3] + T[0]', 'X0 = layer_norm(e, 1e-12)*gamma0 + beta0']
    >>> embedding_lines(Form(2, 2, 4, normed=False), 3)
    ['X0 = take(E, x) + P[0:3]']
    """
    positions = "P" if steps is None else f"P[0:{steps}]"
    if not form.tokens:
        found = [f"X0 = x @ E.T + {positions}"]
    elif not form.normed:
        found = [f"X0 = take(E, x) + {positions}"]
    else:
        found = [f"e = take(E, x) + {positions} + T[0]", norm_line(form, "X0", "e", "0")]
    return [*found, *dropping_lines(form, "X0")]


def head_lines(form: Form, number: str, head: int) -> list[str]:
    """The attention of one head of a layer: scores, scale and mask, softmax, mix.

    Examples
    --------
    >>> print("\\n".join(head_lines(Form(2, 2, 4, causal=True), "1", 2)))
    S1_2 = Q1[:, 2:4] @ K1[:, 2:4].T
    R1_2 = S1_2/sqrt(2) + mask
    A1_2 = softmax(R1_2)
    Z1_2 = A1_2 @ V1[:, 2:4]
    """
    own, part = f"{number}_{head}", _part(form, head)
    mask = " + mask" if form.causal else ""
    return [
        f"S{own} = Q{number}[:, {part}] @ K{number}[:, {part}].T",
        f"R{own} = S{own}/sqrt({form.width}){mask}",
        f"A{own} = softmax(R{own})",
        *dropping_lines(form, f"A{own}", f"uA{number}[{head - 1}]"),
        f"Z{own} = {kept(form, f'A{own}')} @ V{number}[:, {part}]",
    ]


def layer_lines(form: Form, number: str, before: str) -> list[str]:
    """A layer: attention, residual and norm, feed-forward network, residual and norm.

    Parameters
    ----------
    form : Form
    number : str
        Of the layer.
    before : str
        The name of what it gets.

    Examples
    --------
    >>> for line in layer_lines(Form(1, 1, 2), "1", "X0"):
    ...     print(line)
    Q1 = X0 @ WQ1.T + bQ1
    K1 = X0 @ WK1.T + bK1
    V1 = X0 @ WV1.T + bV1
    S1_1 = Q1[:, 0:2] @ K1[:, 0:2].T
    R1_1 = S1_1/sqrt(2)
    A1_1 = softmax(R1_1)
    Z1_1 = A1_1 @ V1[:, 0:2]
    O1 = Z1_1 @ WO1[:, 0:2].T + bO1
    r1_1 = X0 + O1
    H1 = layer_norm(r1_1, 1e-12)*gamma1_1 + beta1_1
    z1 = H1 @ W1_1.T + b1_1
    a1 = gelu(z1)
    F1 = a1 @ W1_2.T + b1_2
    r1_2 = H1 + F1
    X1 = layer_norm(r1_2, 1e-12)*gamma1_2 + beta1_2
    """
    n, heads = number, range(1, form.heads + 1)
    mixed = " + ".join(f"Z{n}_{head} @ WO{n}[:, {_part(form, head)}].T" for head in heads)
    return [
        *[f"{letter}{n} = {before} @ W{letter}{n}.T + b{letter}{n}" for letter in "QKV"],
        *[line for head in heads for line in head_lines(form, n, head)],
        f"O{n} = {mixed} + bO{n}",
        *dropping_lines(form, f"O{n}"),
        f"r{n}_1 = {before} + {kept(form, f'O{n}')}",
        norm_line(form, f"H{n}", f"r{n}_1", f"{n}_1"),
        f"z{n} = H{n} @ W{n}_1.T + b{n}_1",
        f"a{n} = {form.activation}(z{n})",
        f"F{n} = a{n} @ W{n}_2.T + b{n}_2",
        *dropping_lines(form, f"F{n}"),
        f"r{n}_2 = H{n} + {kept(form, f'F{n}')}",
        norm_line(form, f"X{n}", f"r{n}_2", f"{n}_2"),
    ]


def encoder_lines(form: Form, steps: int) -> list[str]:
    """From a sample of so many tokens to the vectors of the last layer."""
    before = [kept(form, "X0"), *[f"X{k}" for k in range(1, form.layers)]]
    layers = [line for k, x in enumerate(before, 1) for line in layer_lines(form, str(k), x)]
    return [*embedding_lines(form, steps), *layers]


def class_lines(form: Form, pooling: str, last: str | None = None) -> list[str]:
    """From the vectors of the last layer to the loss of a class.

    Examples
    --------
    >>> class_lines(Form(2, 2, 4), "mean")
    ['p = mean(X2, axis=0)', 'o = Wy @ p + by', 'yhat = softmax(o)', 'L = cross_entropy(y, yhat)']
    >>> class_lines(Form(2, 2, 4), "first")[0]
    'p = tanh(Wp @ X2[0] + bp)'
    """
    last = last or f"X{form.layers}"
    pooled = f"mean({last}, axis=0)" if pooling == "mean" else f"tanh(Wp @ {last}[0] + bp)"
    seen = [f"p = {pooled}", *dropping_lines(form, "p"), f"o = Wy @ {kept(form, 'p')} + by"]
    return [*seen, "yhat = softmax(o)", "L = cross_entropy(y, yhat)"]


def embedding_shapes(form: Form, rows: Any, positions: Any, units: Any, kinds: Any = "kinds") -> Shapes:
    """Of the embeddings; of tokens that have features, `rows` is how many."""
    if not form.tokens:
        return {"E": (units, rows), "P": (positions, units)}
    if not form.normed:
        return {"E": (rows, units), "P": (positions, units)}
    return {
        **{"E": (rows, units), "P": (positions, units), "T": (kinds, units)},
        **{"gamma0": (units,), "beta0": (units,)},
    }


def layer_shapes(form: Form, units: Any, inner: Any) -> Shapes:
    """Of the weights of all layers."""
    found: Shapes = {}
    for k in range(1, form.layers + 1):
        for letter in "QKVO":
            found |= {f"W{letter}{k}": (units, units), f"b{letter}{k}": (units,)}
        found |= {f"gamma{k}_1": (units,), f"beta{k}_1": (units,)}
        found |= {f"W{k}_1": (inner, units), f"b{k}_1": (inner,)}
        found |= {f"W{k}_2": (units, inner), f"b{k}_2": (units,)}
        found |= {f"gamma{k}_2": (units,), f"beta{k}_2": (units,)}
    return found


def class_shapes(pooling: str, units: Any, outputs: Any) -> Shapes:
    """Of what is learned for classes."""
    pooler: Shapes = {"Wp": (units, units), "bp": (units,)} if pooling == "first" else {}
    return {**pooler, "Wy": (outputs, units), "by": (outputs,)}


def weights_among(names: Any) -> tuple[str, ...]:
    """Those that a penalty keeps small: neither biases nor gains."""
    return tuple([name for name in names if name[0] in "EPTW"])


def mask_of(form: Form, steps: int) -> dict[str, np.ndarray]:
    """What is added to the scaled scores, by its name: 0, or `UNSEEN` where a key comes after its query."""
    if not form.causal:
        return {}
    return {"mask": np.where(np.arange(steps)[None] > np.arange(steps)[:, None], UNSEEN, 0.0)}


def told(form: Form) -> dict[str, Any]:
    """Headings of layers and heads, what names mean, and what they are there for."""
    layers, heads = range(1, form.layers + 1), range(1, form.heads + 1)
    headings = {f"Q{k}": in_all_languages("transformer.layer", number=k) for k in layers}
    headings |= {
        f"S{k}_{head}": in_all_languages("transformer.head", number=k, head=head)
        for k in layers
        for head in heads
    }
    headings |= {f"O{k}": in_all_languages("transformer.residual", number=k) for k in layers}
    headings |= {f"z{k}": in_all_languages("transformer.feed_forward", number=k) for k in layers}
    names = {"E": "embeddings" if form.tokens else "projection", "P": "positions"}
    names |= {"x": "tokens"} if form.tokens else {}
    names |= {"mask": "mask"} if form.causal else {}
    labels = {name: in_all_languages(f"transformer.{code}") for name, code in names.items()}
    for k in layers:
        for head in heads:
            own = f"{k}_{head}"
            labels |= {
                f"{letter}{own}": in_all_languages(f"transformer.{code}")
                for letter, code in {"S": "scores", "R": "scaled", "A": "attention", "Z": "mixed"}.items()
            }
    roles = {"x": "other" if form.tokens else "input", **({"mask": "other"} if form.causal else {})}
    return {"headings": headings, "labels": labels, "roles": roles}


class Encoder(Settings):
    """What both networks are set by, in a sheet."""

    heads: PositiveInt = 2
    activation: Activation = "gelu"
    eps: Positive = 1e-12

    def form(self, weights: Mapping[str, Any], *, tokens: bool) -> Form:
        """What the lines depend on, where the weights say how many layers there are."""
        layers, units = layers_among(weights), int(np.shape(weights["P"])[-1])
        check_heads(units, self.heads)
        return Form(layers, self.heads, units, self.activation, self.eps, tokens)


class TransformerClassifier(Encoder):
    """For classes; y is 1 for the class of a sample and 0 otherwise."""

    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    pooling: Pooling = "mean"

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, a row or a number a token, of y and of the weights."""
        form = Form(layers_among(given), self.heads, 0, tokens="T" in given)
        x: Shapes = {"x": ("steps",) if form.tokens else ("steps", "features"), "y": ("outputs",)}
        rows = "vocabulary" if form.tokens else "features"
        return {
            **x,
            **embedding_shapes(form, rows, "positions", "units"),
            **layer_shapes(form, "units", "inner"),
            **class_shapes(self.pooling, "units", "outputs"),
        }

    def step(self, weights: Mapping[str, Any], samples: Mapping[str, Any]) -> Step:
        """A step of the descent."""
        form = self.form(weights, tokens="T" in weights)
        lines = [*encoder_lines(form, len(samples["x"][0])), *class_lines(form, self.pooling)]
        aim = {"minimise": "L", "learn": list(weights)}
        own = told(form)
        own["roles"] |= {"y": "target"}
        return Step("\n".join(lines), aim=aim, penalised=weights_among(weights), **own)


def layers_among(names: Any) -> int:
    """How many layers have weights among these names; at least one."""
    count = 1
    while f"WQ{count + 1}" in names:
        count += 1
    return count


def _part(form: Form, head: int) -> str:
    """The columns of a head."""
    return f"{(head - 1) * form.width}:{head * form.width}"


def _number(value: float) -> str:
    return repr(float(value))
