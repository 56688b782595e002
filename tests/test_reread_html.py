"""Every formula of every example, read again from its page: its numbers are the engine's."""

import math
import re
from itertools import product

import numpy as np
import pytest

import byhand
from byhand.api import examples
from byhand.lesson.document import (
    Deriv,
    Fenced,
    Formula,
    Frac,
    Func,
    Matrix,
    Num,
    Power,
    Root,
    Row,
    Sym,
    Words,
)
from byhand.lesson.telling import Telling, tell
from byhand.sources.characters import GREEK
from byhand.views.html import render
from tests.page_tree import Tree
from tests.told import iterations

# -- a reader of its own ----------------------------------------------------------------------


def plain(node):
    """MathML as plain text: ``w1new``, ``dL/dw1``, ``-2.7e-9``, a matrix as [1;2|3;4]."""
    parts = node.children
    match node.tag:
        case "mi" | "mo" | "mn" | "mtext":
            return node.text.replace("−", "-").replace("\u2061", "")
        case "mfrac":
            top, bottom = map(plain, parts)
            return f"{top}/{bottom}" if top.startswith(("∂", "d")) else f"({top})/({bottom})"
        case "mover":
            return f"{plain(parts[0])}hat"
        case "msup" if parts[0].tag == "mn":
            return f"{plain(parts[0])}^{plain(parts[1])}"
        case "mtable":
            return "|".join(";".join(map(plain, row.children)) for row in parts)
        case _:
            return "".join(map(plain, parts))


def cells(words):
    """The cells of each row of an array; a cell may be an array of its own."""
    rows, depth = [[""]], 0
    for sign in words[1:-1]:
        depth += (sign == "[") - (sign == "]")
        if depth == 0 and sign == "|":
            rows.append([""])
        elif depth == 0 and sign == ";":
            rows[-1].append("")
        else:
            rows[-1][-1] += sign
    return rows


def number_in(words):
    """The number or the array that a member says."""
    if words.startswith("["):
        return np.array([[number_in(cell) for cell in row] for row in cells(words)])
    if found := re.fullmatch(r"(-?)\((\d+)\)/\((\d+)\)", words):
        return (-1 if found[1] else 1) * int(found[2]) / int(found[3])
    return float(words.replace("×10^", "e"))


def half_a_unit(words):
    """Half a unit of the last digit of a number as printed."""
    if words.startswith("["):
        return np.array([[half_a_unit(cell) for cell in row] for row in cells(words)])
    digits, _, exponent = words.partition("×10^")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def numerals(box):
    """Every numeral of a box, those of names too, in order."""
    match box:
        case Num(digits, exponent):
            power = ["10", str(exponent).lstrip("-")] if exponent is not None else []
            return [*digits.lstrip("-").split("×"), *power]  # a shape is one box
        case Sym(name, index):
            return [*re.findall(r"\d+", name), *re.findall(r"\d+", " ".join(index))]
        case Row(parts):
            return [numeral for part in parts for numeral in numerals(part)]
        case Frac(one, other) | Power(one, other) | Deriv(one, other):
            return numerals(one) + numerals(other)
        case Root(body) | Fenced(_, body, _):
            return numerals(body)
        case Func(_, args):
            return [numeral for arg in args for numeral in numerals(arg)]
        case Matrix(rows):
            return [numeral for row in rows for cell in row for numeral in numerals(cell)]
        case Words(words):
            return re.findall(r"\d+", words)
    return []


def engine(worked, number=1):
    """The engine's numbers of an iteration's first sample and its update, by the reader's names."""
    done = worked.run.passes[number]
    found = dict(done.forwards[0].values)
    if done.backwards:
        found |= {
            f"∂{worked.run.plan.objective}/∂{name}": g for name, g in done.backwards[0].gradients.items()
        }
    for name, update in done.updates.items():
        found[f"{name}new"] = update.new
    return {bare(name): value for name, value in found.items()}


def bare(name):
    """A name as a page shows it, without what parts its indices."""
    return GREEK.get(name, name).replace("_", "").replace(",", "")


def element_of(values, name):
    """The engine's number of a name, which may be an element."""
    whole, _, index = name.partition("[")
    value = values[whole]
    return value[tuple(map(int, index[:-1].split(",")))] if index else value


def formulas(document):
    """Each formula of a document with what the reader finds in the page: signs and members as text."""
    page = Tree(render(document)).root
    written = [block for block in document.blocks if isinstance(block, Formula)]
    shown = list(page.all(cls="formula"))
    assert len(written) == len(shown)
    for formula, line in zip(written, shown, strict=True):
        signs = [plain(sign) for sign in line.all(cls="sign")]
        yield formula, signs, [*line.all(cls="first"), *line.all(cls="member")]


@pytest.fixture(scope="module", params=product(examples(), ["en", "zh"]), ids="-".join)
def told(request):
    """An example, its lesson in a language, and the lesson's formulas as the reader finds them."""
    name, language = request.param
    worked = byhand.work(byhand.example(name))
    document = tell(worked.task, worked.run, Telling(language=language, scalar=True))
    return worked, document, list(formulas(document))


def test_every_formula_says_the_numbers_of_its_boxes(told):
    *_, shown = told
    for formula, signs, members in shown:
        assert list(formula.signs) == signs
        for box, member in zip(formula.parts, members, strict=True):
            texts = [text for math in member.all("math") for node in math.all() for text in node.inside]
            found = [n for text in texts if isinstance(text, str) for n in re.findall(r"\d+(?:\.\d+)?", text)]
            assert numerals(box) == found


def test_the_last_number_of_a_chain_is_the_engines(told):
    worked, document, shown = told
    checked = 0
    for number, (formula, signs, members) in zip(iterations(document), shown, strict=True):
        values = engine(worked, number)
        left, *_, last = ["".join(map(plain, member.children)) for member in members] or [""]
        name, bracket, index = left.partition("[")
        left = f"{bare(name)}{bracket}{index}"
        known = bare(name) in values
        assert known or formula.code not in ("forward", "gradient")
        if not known or formula.code not in ("forward", "gradient", "update") or worked.task.symbolic:
            continue
        if re.fullmatch(r"[\d×]+", last) and not re.fullmatch(r"\d+", last):  # the shape of a large array
            continue
        expected, printed = np.asarray(element_of(values, left), dtype=float), number_in(last)
        room = half_a_unit(last) * (1 + 1e-9) if signs[-1] == "≈" else 1e-14 * np.abs(expected)
        assert np.all(
            np.abs(expected - np.reshape(printed, expected.shape)) <= np.reshape(room, expected.shape)
        )
        checked += 1
    assert checked > 0 or worked.task.symbolic


def test_the_reader_notices_a_wrong_digit():
    assert -2.7e-9 == number_in("-2.7×10^-9")
    assert math.isclose(0.05e-9, half_a_unit("-2.7×10^-9"))
    assert [[1, 2], [3, 4]] == number_in("[1;2|3;4]").tolist()
    assert [[[[1, 2]], [[3, -4]]]] == number_in("[[1;2];[3;-4]]").tolist()
    assert -1 / 3 == number_in("-(1)/(3)")
