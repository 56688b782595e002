"""Published worked examples: every number that their pages print comes out of byhand.

Each file of `cases/` is one page. A ``[[calculation]]`` is a problem by the keys of a problem file, or a
built-in ``example``, and holds what must come out, by name:

- ``printed``: as the page prints it; our value, rounded to those digits, is that number.
- ``last_digit``: printed, but rounded or cut on the way; ours is within one unit of its last digit.
- ``recomputed``: not printed there, or printed wrongly (that stands in a comment); ten digits agree.

``part`` tells calculations of a page apart. ``spaces`` holds arrays that the page makes evenly spaced: first,
last, then the shape. ``w.m`` is the state m that a rule keeps for the weight w. With ``exact = true`` the
numbers must also come out as fractions.
"""

import tomllib
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import byhand

PAGES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("cases/*.toml")
}
KINDS = ("printed", "last_digit", "recomputed")
OURS = {"example", "part", "exact", "spaces", *KINDS}


class Expected(NamedTuple):
    """One number that must come out: of which calculation on which page, and how it is judged."""

    page: str
    calculation: int
    exact: bool
    kind: str
    name: str
    wanted: Any


def expectations() -> list[Any]:
    """Every number of every page as a test with an id of its own: ``mazur-2015: dE_total/dw5``."""
    found = []
    for page in sorted(PAGES):
        for k, calculation in enumerate(PAGES[page]["calculation"]):
            for exact in [False, True] if calculation.get("exact") else [False]:
                words = [page, calculation.get("part", ""), "exact" if exact else ""]
                for kind in KINDS:
                    for name, wanted in calculation.get(kind, {}).items():
                        label = f"{' '.join(filter(None, words))}: {name}"
                        found.append(pytest.param(Expected(page, k, exact, kind, name, wanted), id=label))
    return found


@cache
def worked(page: str, k: int, exact: bool) -> byhand.Work:
    """A calculation of a page, worked out once."""
    calculation = PAGES[page]["calculation"][k]
    keys = {key: value for key, value in calculation.items() if key not in OURS}
    if "example" in calculation:
        return byhand.work(byhand.example(calculation["example"]), exact=exact, **keys)
    given = dict(keys.pop("given", {}))
    for name, (first, last, *shape) in calculation.get("spaces", {}).items():
        spaced = np.linspace(first, last, int(np.prod(shape))).reshape(shape).tolist()
        weight, _, state = name.partition(".")
        if state:
            keys.setdefault("rule_state", {}).setdefault(weight, {})[state] = spaced
        else:
            given[name] = spaced
    return byhand.work(keys, given, exact=exact)


def number(work: byhand.Work, name: str) -> Any:
    weight, _, state = name.partition(".")
    return work.updates[weight].working[f"{state}_new"] if state else work.number(name)


@pytest.mark.parametrize("expected", expectations())
def test_page(expected: Expected) -> None:
    value = number(worked(*expected[:3]), expected.name)
    assert np.shape(expected.wanted) == np.shape(value)
    for wanted, ours in zip(np.ravel(expected.wanted).tolist(), np.ravel(value), strict=True):
        assert isinstance(ours, Fraction) == expected.exact
        if expected.kind == "recomputed":
            assert pytest.approx(wanted, rel=1e-10, abs=0) == float(ours)
        else:
            assert_printed(wanted, ours, Fraction(1, 2) if expected.kind == "printed" else Fraction(1))


def assert_printed(text: str, ours: Any, units: Fraction) -> None:
    """Our number is at most so many units of the last printed digit away from the printed one."""
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    assert abs(Fraction(text) - Fraction(ours)) <= units * Fraction(10) ** exponent, (
        f"printed {text}, ours {ours}"
    )


@pytest.mark.parametrize("page", sorted(PAGES))
def test_page_is_named_and_asks_something(page: str) -> None:
    assert {"title", "author", "address", "language"} == PAGES[page]["page"].keys()
    assert all(calculation.keys() & set(KINDS) for calculation in PAGES[page]["calculation"])


def test_a_printed_number_is_missed_by_more_than_half_a_unit() -> None:
    assert_printed("0.36", 0.3649, Fraction(1, 2))
    assert_printed("0.36", 0.3678, Fraction(1))
    with pytest.raises(AssertionError, match="ours 0"):
        assert_printed("0.36", 0.3651, Fraction(1, 2))
