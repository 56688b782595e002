"""Every formula of every example, read again from Markdown and from LaTeX: its numbers are the engine's."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from byhand.api import Work, example, examples, work
from byhand.lesson.document import Document, Formula
from byhand.lesson.telling import Telling, tell
from byhand.views import latex, markdown
from tests.latex_reader import DIGITS, Reader, members, plain, printed
from tests.near import InSymbols, Near
from tests.told import iterations


def engine(worked: Work, number: int = 1) -> dict[str, Any]:
    """An iteration's first sample's values and gradients, and its update, by the name without marks."""
    first = worked.run.passes[number]
    known: dict[str, Any] = {
        name: value for name, value in first.forwards[0].values.items() if "." not in name
    }
    if first.backwards:
        objective = worked.run.plan.objective
        known |= {f"d{objective}/d{name}": value for name, value in first.backwards[0].gradients.items()}
    known |= {f"{name}_new": update.new for name, update in first.updates.items()}
    return {name.replace("_", ""): value for name, value in known.items()}


WAYS = [
    Telling("en", DIGITS),
    Telling("en", DIGITS, by="paths"),
    Telling("zh", DIGITS, scalar=True, by="delta"),
    Telling("zh", 8, verify=True),
]


def displays(view: str, document: Document) -> list[str]:
    if view == "markdown":
        return re.findall(r"^\$\$\n(.*?)\n\$\$$", markdown.render(document), re.M | re.S)
    found = re.findall(r"^\\\[\n(.*?)\n\\\]$", latex.render(document), re.M | re.S)
    return [re.sub(r"^\\fit\{\$\\displaystyle (.*)\$\}$", r"\1", display, flags=re.S) for display in found]


def read(source: str) -> Near | None:
    try:
        return Reader(source).whole()
    except InSymbols:
        return None


def assert_agrees(value: Near, result: Near) -> None:
    apart = np.abs(np.reshape(value.mid, -1) - np.reshape(result.mid, -1))
    allowed = np.reshape(value.radius, -1) + np.reshape(result.radius, -1)
    assert np.all(apart <= allowed + 1e-14 * np.abs(np.reshape(result.mid, -1)))


def assert_formula(formula: Formula, display: str, known: dict[str, Any]) -> int:
    """How many of the numbers printed for it were compared."""
    left, *others = members(display)
    assert len(others) == len(formula.signs)
    values = [read(member) for member in others]
    result = values[-1] if values else None
    if result is None:
        assert all(value is None for value in values)
        return 0
    for value in values[:-1]:
        if value is not None:
            assert_agrees(value, result)
    name = plain(left)
    # The matrix form of a network of scalars has vectors of its own, a1 and b1 among them.
    if name in known and formula.code != "prediction" and np.size(known[name]) == np.size(result.mid):
        assert_agrees(Near(np.asarray(known[name], float), 0.0), result)
        return len(values)
    return len(values) - 1


@pytest.mark.parametrize("view", ["markdown", "latex"])
@pytest.mark.parametrize("name", examples())
def test_every_printed_number_is_the_engines(name: str, view: str) -> None:
    worked = work(example(name))
    for how in WAYS:
        document = tell(worked.task, worked.run, how)
        formulas = [block for block in document.blocks if isinstance(block, Formula)]
        shown = displays(view, document)
        assert len(formulas) == len(shown)
        compared = sum(
            assert_formula(formula, display, engine(worked, number))
            for formula, display, number in zip(formulas, shown, iterations(document), strict=True)
        )
        assert (compared == 0) == worked.task.symbolic
        assert worked.task.symbolic or compared >= len(formulas)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r"2 \times (300000 - 0.645656) \times (-1)", -599998.708688),
        (r"4 - \frac{0.5 \times 4}{\sqrt{16} + 1 \times 10^{-8}}", 3.50000000125),
        (r"\sigma\!\left( \begin{bmatrix} 0 & 0 \\ 0 & 0 \end{bmatrix} \right)", [[0.5, 0.5], [0.5, 0.5]]),
        (
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{\top} \, \begin{bmatrix} 1 \\ 1 \end{bmatrix}",
            [[4], [6]],
        ),
        (r"(0.5 \gt 0)", 1.0),
    ],
)
def test_reader(source: str, value: Any) -> None:
    np.testing.assert_allclose(Reader(source).whole().mid, value, rtol=1e-14)


def test_reader_finds_a_wrong_number() -> None:
    result = printed("0.645657")
    with pytest.raises(AssertionError):
        assert_agrees(Near(1 / (1 + math.exp(-0.6)), 0.0), result)
