r"""Gradients kept short, written once: all of them together are no longer than c.

.. math:: g \leftarrow g\,\frac{c}{\max(\lVert g \rVert, c)} = g \min\Bigl(1, \frac{c}{\lVert g \rVert}\Bigr)

with the norm over all weights together (Pascanu, Mikolov & Bengio 2013).
"""

from __future__ import annotations

from dataclasses import replace

from byhand.ops import Expr
from byhand.ops.expression import names, substitute
from byhand.ops.functions import apply
from byhand.rules.gradient import Rule

g, norm, clip_norm, factor, clipped_g = names("g norm clip_norm factor clipped")
FACTOR: Expr = clip_norm / apply("maximum", norm, clip_norm)


def clipped(rule: Rule) -> Rule:
    """The rule with shortened gradients; ``norm`` is that of all gradients together, ``clip_norm`` is c.

    Examples
    --------
    >>> from byhand.rules import RULES
    >>> rule = clipped(RULES["momentum"])
    >>> [name for name, _ in rule.equations], rule.clips
    (['factor', 'clipped', 'm', 'w'], True)
    """
    after = [
        (key, substitute(expr, lambda node: clipped_g if node == g else None)) for key, expr in rule.equations
    ]
    return replace(
        rule,
        equations=(("factor", FACTOR), ("clipped", g * factor), *after),
        settings={**rule.settings, "clip_norm": 0.0},
        shared=(*rule.shared, "factor"),
        linear=False,
        clips=True,
    )
