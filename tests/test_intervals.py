"""What an operation can give when each of its numbers stands for a little range."""

import math

import numpy as np
import pytest

from byhand.check.enclosure import enclose
from byhand.ops import OPS, Call, Name
from byhand.ops.interval import EVERYTHING, Interval
from tests.operation_cases import CASES, RANGES, case

SCALAR = [one for one in CASES if OPS[one.op].interval and not any(one.shapes)]
SEVERAL = [case(op, (), (), ()) for op in ("argmin", "argmax")]
HALF_WIDTHS = (0.0, 1e-9, 0.05, 0.25)


def ranges_around(middles, rng, kinds):
    """An interval around each number; a place, a flag, a whole number stand for themselves."""
    moved = [0.0 if kind in ("whole", "flag") else rng.choice(HALF_WIDTHS) for kind in kinds]
    return [Interval(float(x - by), float(x + by)) for x, by in zip(middles, moved, strict=True)]


def numbers_inside(x, rng):
    return [x.low, x.high, *rng.uniform(x.low, x.high, 6)]


def test_an_operation_not_spelled_out_in_others_says_its_interval():
    assert [] == [code for code, op in OPS.items() if op.element is None and op.interval is None]


@pytest.mark.parametrize("case", [*SCALAR, *SEVERAL], ids=str)
def test_a_value_lies_in_the_interval(case):
    rng = np.random.default_rng(sum(map(ord, str(case))))
    op = OPS[case.op]
    for _ in range(50):
        xs = ranges_around([RANGES[kind](rng, 1)[0] for kind in case.ranges], rng, case.ranges)
        whole = op.interval(*xs, **case.attrs)
        for numbers in zip(*[rng.permutation(numbers_inside(x, rng)) for x in xs], strict=True):
            value = op.value(*map(float, numbers), **case.attrs)
            assert whole.low <= value <= whole.high, (xs, numbers)


@pytest.mark.parametrize(
    ("op", "xs", "expected"),
    [
        ("sub", [(3, 4), (1, 2)], (1, 3)),
        ("mul", [(-2, 3), (-5, 4)], (-15, 12)),
        ("div", [(1, 2), (4, 8)], (0.125, 0.5)),
        ("pow", [(-2, 3), (2, 2)], (0, 9)),
        ("pow", [(-2, 3), (3, 3)], (-8, 27)),
        ("abs", [(-2, 1)], (0, 2)),
        ("sin", [(1, 2)], (math.sin(1), 1)),
        ("cos", [(3, 4)], (-1, math.cos(4))),
        ("sigmoid", [(0, 50)], (0.5, 1)),
        ("sigmoid", [(40, 50)], (1 - 1e-10, 1)),
        ("gaussian", [(-1, 2)], (math.exp(-4), 1)),
        ("where", [(0, 1), (5, 6), (1, 2)], (1, 6)),
        ("lt", [(1, 3), (2, 4)], (0, 1)),
        ("eq", [(1, 1), (1, 1)], (1, 1)),
        ("ne", [(1, 2), (3, 4)], (1, 1)),
        ("argmin", [(2, 4), (5, 6), (3, 7)], (0, 2)),
        ("argmax", [(1, 1), (2, 2), (2, 2)], (1, 1)),
    ],
)
def test_an_interval_is_no_longer_than_it_need_be(op, xs, expected):
    assert OPS[op].interval(*[Interval(*map(float, x)) for x in xs]) == pytest.approx(
        expected, rel=1e-15, abs=1e-15
    )


@pytest.mark.parametrize(
    ("op", "xs"),
    [
        ("div", [(1, 2), (-1, 1)]),
        ("pow", [(-1, 1), (-1, -1)]),
        ("pow", [(-1, 1), (0.5, 0.5)]),
        ("log", [(-1, 1)]),
        ("log", [(0, 1)]),
        ("sqrt", [(-1, 4)]),
        ("exp", [(0, 1000)]),
        ("relu", [(0, math.inf)]),
        ("norm", [(1, 2)]),
    ],
)
def test_where_there_may_be_no_value_it_can_be_everything(op, xs):
    ranges = {f"x{i}": Interval(*map(float, x)) for i, x in enumerate(xs)}
    formula = Call(op, tuple(map(Name, ranges)))
    assert enclose(formula, lambda node: ranges[node.name] if isinstance(node, Name) else None) == EVERYTHING


def test_a_number_used_twice_is_one_number():
    y = Name("y")

    def leaf(node):
        return Interval(-0.5, 0.7) if node == y else None

    assert enclose(y * y, leaf) == pytest.approx((0.0, 0.49), abs=1e-15)
    assert enclose(y * (1 - y), leaf) == pytest.approx((-0.75, 0.25), abs=1e-15)
    assert enclose(1 - y, leaf) == pytest.approx((0.3, 1.5), abs=1e-15)
