"""What a Transformer draws to leave out a share of its values while it learns (Devlin et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from byhand.equations.transformer import Form
from byhand.words import in_all_languages

CODES = {
    **{"uX": "drawn_embeddings", "uA": "drawn_attention", "uO": "drawn_heads"},
    **{"uF": "drawn_feed_forward", "up": "drawn_pooled"},
}


def drawn(form: Form, steps: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the uniform numbers of a sample of so many tokens.

    Examples
    --------
    >>> drawn(Form(1, 2, 4, dropout=0.1), 3)
    {'uX0': (3, 4), 'uA1': (2, 3, 3), 'uO1': (3, 4), 'uF1': (3, 4)}
    >>> drawn(Form(1, 2, 4, attention_dropout=0.1), 3)
    {'uA1': (2, 3, 3)}
    >>> drawn(Form(1, 2, 4), 3)
    {}
    """
    embeddings = {"uX0": (steps, form.units)} if form.left_out("X0") else {}
    return {**embeddings, **layers_drawn(form, steps)}


def layers_drawn(form: Form, steps: int) -> dict[str, tuple[int, ...]]:
    """Those of the layers: for the attention's shares, and for what each half of a layer adds."""
    halves = (steps, form.units)
    shapes = {"A": (form.heads, steps, steps), "O": halves, "F": halves}
    layers = range(1, form.layers + 1)
    return {f"u{name}{k}": shapes[name] for k in layers for name in shapes if form.left_out(name)}


def told(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the numbers drawn are, and what they are there for, by the keys of a problem."""
    labels = {name: in_all_languages(f"dropout.{CODES[name[:2]]}", number=name[2:]) for name in names}
    return {"labels": labels, "roles": dict.fromkeys(labels, "other")}
