r"""Gradient rules, each written once: the equations that turn a gradient g into a new weight.

An equation is a name and its formula. Within a rule, ``w`` is the weight, ``g`` its gradient,
``rate`` the learning rate, ``t`` the number of this update (1 for the first), other names a state
kept for each weight, or a setting. The last equation gives the new weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from byhand.ops import Call, Expr, Name
from byhand.ops.expression import names, substitute
from byhand.ops.functions import apply, equal, where

w, g, rate, t = names("w g rate t")
m, v, s = names("m v s")
m_hat, v_hat = names("m_hat v_hat")
p, u, mu, parabola, growth = names("p u mu parabola growth")
momentum, decay, beta1, beta2, eps, weight_decay = names("momentum decay beta1 beta2 eps weight_decay")


@dataclass(frozen=True, eq=False)
class Rule:
    """An update rule as data.

    Attributes
    ----------
    name : str
    equations : tuple of (str, Expr)
        In order; the last one is ``("w", …)``, the new weight.
    state : tuple of str
        What is kept for each weight from step to step; 0 before the first.
    settings : dict
        The rule's settings and their usual values.
    linear : bool
        Whether the step is linear in the gradients: one that vanishes leaves the weight where it is.
    conventions : tuple of str
        In which of the forms in use it is written; the sentence of each is ``convention.<code>``.
    source : str
        Where the rule was published.
    shared : tuple of str
        The equations that are the same for all weights, in an update.
    clips : bool
        Whether it looks at ``norm``, that of the gradients by all weights together.
    """

    name: str
    equations: tuple[tuple[str, Expr], ...]
    state: tuple[str, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    linear: bool = False
    conventions: tuple[str, ...] = ()
    source: str = ""
    shared: tuple[str, ...] = ()
    clips: bool = False


def root(x: Expr) -> Expr:
    """The square root, as a tree."""
    return Call("sqrt", (x,))


_MOMENTS = (
    ("m", beta1 * m + (1 - beta1) * g),
    ("v", beta2 * v + (1 - beta2) * g**2),
    ("m_hat", m / (1 - beta1**t)),
    ("v_hat", v / (1 - beta2**t)),
)

# Quickprop puts a parabola through this slope and the last one, and goes to its lowest point: so many times
# the last step, at most mu times. It takes mu times where the slope has not fallen enough for a nearer point.
_PARABOLA = apply("maximum", apply("minimum", g / (p - g + equal(p, g)), mu), -mu)
_STEEP = apply("maximum", apply("ge", u * (g - mu / (1 + mu) * p), 0), equal(p, g))

_RULES = (
    Rule("sgd", (("w", w - rate * g),), linear=True, source="Robbins & Monro 1951"),
    Rule(
        "momentum",
        (("m", momentum * m + g), ("w", w - rate * m)),
        state=("m",),
        settings={"momentum": 0.9},
        linear=True,
        conventions=("momentum_form",),
        source="Polyak 1964",
    ),
    Rule(
        "nesterov",
        (("m", momentum * m + g), ("w", w - rate * (g + momentum * m))),
        state=("m",),
        settings={"momentum": 0.9},
        linear=True,
        conventions=("momentum_form",),
        source="Nesterov 1983, in the form of Sutskever et al. 2013",
    ),
    Rule(
        "adagrad",
        (("s", s + g**2), ("w", w - rate * g / (root(s) + eps))),
        state=("s",),
        settings={"eps": 1e-10},
        conventions=("eps_outside_root",),
        source="Duchi, Hazan & Singer 2011",
    ),
    Rule(
        "rmsprop",
        (("s", decay * s + (1 - decay) * g**2), ("w", w - rate * g / (root(s) + eps))),
        state=("s",),
        settings={"decay": 0.9, "eps": 1e-8},
        conventions=("eps_outside_root",),
        source="Tieleman & Hinton 2012",
    ),
    Rule(
        "adam",
        (*_MOMENTS, ("w", w - rate * m_hat / (root(v_hat) + eps))),
        state=("m", "v"),
        settings={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        conventions=("eps_outside_root", "bias_corrected"),
        source="Kingma & Ba 2015",
    ),
    Rule(
        "adamw",
        (*_MOMENTS, ("w", w - rate * (m_hat / (root(v_hat) + eps) + weight_decay * w))),
        state=("m", "v"),
        settings={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        conventions=("eps_outside_root", "bias_corrected", "decoupled_decay"),
        source="Loshchilov & Hutter 2019",
    ),
    Rule(
        "quickprop",
        (
            ("parabola", _PARABOLA),
            ("growth", where(_STEEP, mu, parabola)),
            ("u", growth * u + rate * g * apply("ge", u * g, 0)),
            ("p", g),
            ("w", w - u),
        ),
        state=("p", "u"),
        settings={"mu": 2.0},
        source="Fahlman 1988, with the linear term as in Fahlman & Lebiere 1990",
    ),
)

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}


def distinct(rule: Rule) -> list[tuple[str, Expr]]:
    """The equations with each result named apart from what it replaces: ``m_new = momentum*m + g``."""
    made: set[str] = set()
    result: list[tuple[str, Expr]] = []

    def newest(node: Expr) -> Expr | None:
        return Name(f"{node.name}_new") if isinstance(node, Name) and node.name in made else None

    for name, expr in rule.equations:
        result.append((f"{name}_new", substitute(expr, newest)))
        made.add(name)
    return result


def ascending(rule: Rule) -> Rule:
    """The rule that climbs: the step is added. Weight decay still shrinks the weight."""
    *before, (name, last) = rule.equations
    assert isinstance(last, Call)
    weight, step = last.args
    if "decoupled_decay" in rule.conventions:
        assert isinstance(step, Call)
        assert isinstance(step.args[1], Call)
        direction, shrink = step.args[1].args
        step = step.args[0] * (direction - shrink)
    return replace(rule, equations=(*before, (name, weight + step)))
