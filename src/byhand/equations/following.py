"""What comes next: one of several answers is drawn by its probability, with a number between 0 and 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from byhand.words import in_all_languages


def drawn_lines(outputs: str) -> list[str]:
    """Which answer a number u draws.

    The probabilities at a temperature tau are added up in the order of the answers (T holds ones on and below
    its diagonal); the first sum above u is that of the answer k.

    Parameters
    ----------
    outputs : str
        What the pre-activations of the answers are called.

    Examples
    --------
    >>> drawn_lines("o")
    ['p = softmax(o/tau)', 'F = T @ p', 'above = F > u', 'k = argmax(above)']
    """
    return [f"p = softmax({outputs}/tau)", "F = T @ p", "above = F > u", "k = argmax(above)"]


def given(count: int, temperature: float, u: float) -> dict[str, Any]:
    """What these lines are given for so many answers."""
    return {"T": np.tril(np.ones((count, count))), "tau": temperature, "u": u}


def told(characters: list[str]) -> dict[str, Any]:
    """What their names mean where the answers are characters, and what they are there for."""
    codes = {"p": "probability", "F": "sum", "u": "drawn", "above": "above", "k": "chosen"}
    codes |= {"tau": "temperature", "T": "adding"}
    order = " ".join(map(repr, characters))
    labels = {
        name: in_all_languages(f"characters.next_{code}", characters=order) for name, code in codes.items()
    }
    return {"labels": labels, "roles": {"u": "other", "T": "other", "tau": "setting"}}
