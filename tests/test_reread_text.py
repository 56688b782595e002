"""Every printed step, read again as a reader would: the numbers put in give the number printed."""

import re

import numpy as np
import pytest

import byhand
from byhand.errors import FormulaError
from byhand.ops import Name
from byhand.ops.expression import leaves
from byhand.trace.evaluate import evaluate
from tests.reading import read_expression

TELLINGS = [{}, {"by": "delta"}, {"by": "paths"}, {"scalar": True}, {"digits": 3}, {"digits": 12}]


def chains(text):
    """The members of every chain of equalities, joined over its lines, without remarks."""
    found, current = [], None
    for line in text.splitlines():
        start = re.match(r"  (\S.*?) ([=≈]) (.*)$", line)
        goes_on = re.match(r"\s{4,}([=≈]) (.*)$", line)
        if goes_on and current:
            current += f" {goes_on[1]} {goes_on[2]}"
        elif start and not line.startswith("   "):
            found += [current] if current else []
            current = f"{start[1]} {start[2]} {start[3]}"
        elif line.startswith("    ") and current and not line.strip().startswith(("(", "（")):
            current += " " + line.strip()
        else:
            found += [current] if current else []
            current = None
    found += [current] if current else []
    return [re.split(r" (?:=|≈) ", re.split(r"\s{2,}[(（]", chain)[0]) for chain in found]


def number(member):
    """The value of a member that holds numbers alone; None where it has names or is no formula."""
    try:
        expr = read_expression(member)
    except FormulaError:
        return None
    if any(isinstance(leaf, Name) for leaf in leaves(expr)):
        return None
    return np.asarray(evaluate(expr, {}), dtype=float)


@pytest.mark.parametrize("how", TELLINGS, ids=str)
@pytest.mark.parametrize("name", byhand.examples())
def test_the_numbers_put_in_give_the_number_printed(name, how):
    text = byhand.work(byhand.example(name)).to_text(width=400, language="en", **how)
    tolerance = 10 * 10.0 ** (1 - how.get("digits", 6))
    compared = 0
    for members in chains(text):
        values = [value for value in map(number, members[1:]) if value is not None]
        for value in values[:-1]:
            last = values[-1]
            assert np.shape(value) == np.shape(last), members
            allowed = tolerance * np.abs(last) + 1e-300
            assert np.all(np.abs(value - last) <= allowed), members
            compared += 1
    if not name.endswith("symbols"):
        assert compared >= (1 if name in ("movie", "step-and-sigmoid", "xor") else 3)


@pytest.mark.parametrize("name", ["house-price", "mazur", "matrix-network", "adam"])
def test_the_last_number_is_the_engines(name):
    worked = byhand.work(byhand.example(name))
    compared = 0
    for members in chains(worked.to_text(width=400, language="en")):
        left = members[0].replace("∂", "d")
        last = number(members[-1])
        if last is not None and re.fullmatch(r"[\w/]+", left) and left not in ("η", "eps"):
            try:
                engine = worked.number(f"{left}#1" if left.endswith("_new") else left)
            except byhand.ProblemError:
                continue
            np.testing.assert_allclose(last, np.asarray(engine, dtype=float), rtol=1e-5)
            compared += 1
    assert compared > 4
