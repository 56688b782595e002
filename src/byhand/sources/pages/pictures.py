"""A formula kept as a picture: the text in its place is the formula, where it is no sentence."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} ")
_SIGN = re.compile(r"[=≈\\]")


def is_formula(text: str) -> bool:
    """Whether the text in place of a picture is a formula.

    Examples
    --------
    >>> is_formula(r"h = \\sigma(0.3)"), is_formula("A network"), is_formula("the loss falls = good")
    (True, False, False)
    """
    return _SIGN.search(text) is not None and _SENTENCE.search(text) is None
