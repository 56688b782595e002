"""Bad input: one clear message in either language, no traceback, soon."""

import ast
import copy
import random
import time
import tomllib
import unicodedata
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import byhand
from byhand.api import examples
from byhand.errors import ByhandError, CalculationError, FormulaError, ProblemError
from byhand.sources.problem import parse_problem
from byhand.words import catalogue
from tests.sentences import facts

SRC = Path(byhand.__file__).parent
LIMIT = 2.0  # seconds


def work(problem, **options):
    """What a problem comes to: its work, or its error told in both languages; within the time allowed."""
    begun = time.process_time()
    try:
        return byhand.work(problem, **options)
    except ByhandError as error:
        for language in ("en", "zh"):
            assert_clear(error.explained(language))
        return error
    finally:
        assert time.process_time() - begun < LIMIT


def assert_clear(text):
    """A message a terminal can show: a few lines of plain text."""
    assert 5 < len(text) < 4000
    assert len(text.splitlines()) <= 16
    assert "Traceback" not in text
    assert text.replace("\n", "").replace("\u3000", " ").isprintable()
    text.encode("utf-8")


# Every code has its sentence

KINDS = {"ByhandError", "FormulaError", "ProblemError", "CalculationError", "DataError"}
PLACE = {"source", "line", "column"}
# Codes that are chosen by a table, and the facts given with them.
CHOSEN = {
    ("sources/hints.py", "_strange"): ("_STRANGE", {"found"}),
    ("sources/files.py", "_unreadable"): ("_REASONS", {"format"}),
    ("sources/misfits.py", "_misfit"): ("_WANTED", {"key", "found"}),
    ("trace/forward.py", "_explained"): ("", {"name", "sign", "shapes", "limit"}),
}
# Codes that a function is given by its callers.
PASSED = {
    ("networks/tasks/named.py", "unknown"): [
        f"{what}{near}"
        for what in ("network_name", "network_setting", "study_name")
        for near in ("", "_near")
    ],
}
CALCULATED = {
    "division_by_zero",
    "log_of_not_positive",
    "root_of_negative",
    "overflow",
    "shapes",
    "shapes_product",
}
CALCULATED |= {"shapes_equal", "shapes_operand", "shapes_entries", "index_outside", "too_large", "singular"}
SPOKEN = {"in_line", "expected", "a_value", "a_operator", "a_number", "a_end", "a_scalar"}
FROM_THE_COMMAND_LINE = {"unknown_source", "unknown_source_near", "no_source"}


@cache
def raised():
    """Every code raised in the source, and the facts given with it each time."""
    return list(_raised())


def _raised():
    for path in sorted(SRC.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for call in ast.walk(function):
                if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") in KINDS and call.args):
                    continue
                where = path.relative_to(SRC).as_posix(), function.name
                facts = {keyword.arg for keyword in call.keywords} - PLACE
                for code in _codes(call.args[0], tree, function, where):
                    yield code, facts | CHOSEN.get(where, ("", set()))[1]


def _codes(node, tree, function, where):
    match node:
        case ast.Constant(value=code):
            return [code]
        case ast.IfExp(body=one, orelse=other):
            return [*_codes(one, tree, function, where), *_codes(other, tree, function, where)]
        case ast.Name(id=name) if found := _assigned(function, name):
            return [code for value in found for code in _codes(value, tree, function, where)]
        case ast.Attribute(attr="code"):  # raised again, with its place
            return []
    if where in PASSED:
        return PASSED[where]
    if where[0].startswith("cli/"):
        return FROM_THE_COMMAND_LINE
    table = CHOSEN[where][0]
    if not table:
        return CALCULATED
    assigned = {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
    default = node.args[1:] if isinstance(node, ast.Call) else []
    return [value.value for value in [*assigned[table].values, *default]]


def _assigned(function, name):
    """What a name is set to in a function."""
    assignments = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
    return [one.value for one in assignments if name in [ast.unparse(target) for target in one.targets]]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_error_has_a_sentence_that_names_only_facts_it_is_given(language):
    words = catalogue(language)
    found = raised()
    assert len(found) > 100
    assert set() == {code for code, _ in found if f"error.{code}" not in words}
    whole = [(code, facts) for code, facts in found if None not in facts]  # None: **facts made elsewhere
    assert len(whole) > 0.8 * len(found)
    assert [] == [(code, told) for code, told in whole if not facts(words[f"error.{code}"]) <= told]


def test_every_sentence_is_of_an_error():
    sentences = {code.removeprefix("error.") for code in catalogue("en") if code.startswith("error.")}
    assert SPOKEN == sentences - {code for code, _ in raised()}


# The line and the caret


def test_the_caret_stands_under_the_place():
    error = work("a = 1\ny = a + * 2")
    assert error.explained().splitlines() == [
        "“*” cannot stand here.",
        "line 2:  y = a + * 2",
        "                 ^",
        "Here may stand: a number or a name, “(”.",
    ]
    assert error.explained("zh").splitlines() == [
        "这里不能出现“*”。",
        "第 2 行：  y = a + * 2",
        "                   ^",
        "这里可以写：数或名称、“(”。",
    ]


def test_a_chinese_character_takes_two_cells():
    _, line, caret = work("损失 = （价格 − 预测 误差", 预测=1).explained("zh").splitlines()[:3]
    cells = [2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line]
    assert sum(cells[: line.index("（")]) == caret.index("^")


@pytest.mark.parametrize("column", [0, 30, 500, 999])
def test_a_long_line_is_cut_round_the_caret(column):
    source = "".join(chr(ord("a") + k % 26) for k in range(1000))
    line, caret = FormulaError("empty", source=source, line=1, column=column).explained().splitlines()[1:]
    assert source[column] == line[caret.index("^")]
    assert len(line) < 90


def test_what_a_terminal_would_obey_is_not_shown():
    error = ProblemError("bad_name", name="\x1b[31m\u202e\ud800x", limit=3, source="y = \x07\tx", column=6)
    assert "“\ufffd[31m\ufffd\ufffdx”" in error.explained()
    assert "y = \ufffd x" in error.explained()


# What the issue names

MATRIX = {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2]}
COLUMN = np.arange(1.0, 2001.0).reshape(-1, 1)
BAD = [
    ("unknown name", "y = w*x", {"x": 1}, "unknown_name", ["w"]),
    ("circular", "a = b\nb = a", {}, "circular", ["a → b → a"]),
    ("twice", "a = 1\na = 2", {}, "assigned_twice", ["a", "1"]),
    ("division by zero", "y = 1/(x - 2)", {"x": 2}, "division_by_zero", ["y = 1/(x - 2)"]),
    ("negative power of zero", "y = x^-1", {"x": 0}, "division_by_zero", ["y"]),
    ("log of a negative", "y = log(x)", {"x": -1}, "log_of_not_positive", ["y = log(x)"]),
    ("root of a negative", "y = sqrt(x)", {"x": -1}, "root_of_negative", ["y"]),
    ("broken power of a negative", "y = x^0.5", {"x": -2}, "root_of_negative", ["y"]),
    ("overflow", "y = exp(x)", {"x": 1000}, "overflow", ["y", "1.8e308"]),
    ("overflow of a product", "y = x*x", {"x": 1e200}, "overflow", ["y"]),
    ("overflow while learning", "L = w^2", {"w": 1, "rate": 9, "steps": 500}, "overflow", ["rate"]),
    ("NaN", "y = x", {"x": float("nan")}, "not_finite", ["x"]),
    ("infinity", "y = x", {"x": [1, float("inf")]}, "not_finite", ["x"]),
    ("product of shapes", "y = W @ x", MATRIX, "shapes_product", ["W (2×3)", "x (2)"]),
    ("sum of shapes", "y = W + x", MATRIX, "shapes", ["W (2×3)", "x (2)"]),
    ("one number in a product", "y = W @ c", {**MATRIX, "c": 2}, "shapes_operand", ["c (one number)"]),
    ("shapes of a loss", "L = mse(W[0], x)", MATRIX, "shapes_equal", ["(3)", "x (2)"]),
    ("shapes in a list", "y = [x, 1]", MATRIX, "shapes_entries", ["x (2)", "(one number)"]),
    ("no such axis", "y = sum(x, axis=1)", MATRIX, "shapes_operand", ["x (2)"]),
    ("index outside", "y = W[2, 0]", MATRIX, "index_outside", ["W (2×3)"]),
    ("index far outside", "y = W[" + "9" * 30 + "]", MATRIX, "index_outside", ["W (2×3)"]),
    ("objective is an array", "y = 2*x", {"x": [1, 2], "rate": 1}, "objective_not_scalar", ["sum(y)"]),
    ("no derivative", "y = sqrt(x)", {"x": 0, "rate": 1}, "no_derivative", ["x"]),
    ("long line", "y = " + "x + " * 500 + "x", {"x": 1}, "line_too_long", ["2000"]),
    ("deep brackets", "y = " + "(" * 61 + "x" + ")" * 61, {"x": 1}, "too_deep", ["60"]),
    ("array by broadcasting", "y = x + x.T", {"x": COLUMN}, "too_large", ["1000000"]),
    ("array by an outer product", "y = outer(x[:, 0], x[:, 0])", {"x": COLUMN}, "too_large", ["1000000"]),
    ("array by a matrix product", "y = x @ x.T", {"x": COLUMN}, "too_large", ["1000000"]),
    ("array by padding", "y = conv([[1]], [[1]], pad=9999)", {}, "too_large", ["1000000"]),
    ("huge power", "y = 10^10^10", {}, "overflow", ["y"]),
    ("huge exact power", "y = 10^10^10", {"exact": True}, "overflow", ["y"]),
    ("many steps", "y = x", {"x": 1, "rate": 1, "steps": 10**9}, "key_bound", ["steps"]),
    ("large steps", "y = sum(x)", {"x": COLUMN, "rate": 1, "steps": 10**6}, "too_many_steps", ["1000000"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "options", "code", "named"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_bad_input_is_one_clear_message(problem, options, code, named):
    error = work(problem, **options)
    assert code == error.code
    assert [] == [part for part in named if part not in error.explained()]


def test_a_calculation_names_its_line():
    error = work("a = 1\nb = 2\n\ny = log(a - b)")
    assert isinstance(error, CalculationError)
    assert ("log_of_not_positive", "y = log(a - b)", 4) == (error.code, error.source, error.line)


def test_exact_powers_are_bounded():
    assert isinstance(work("a = 3^x\nb = a^a\nc = b^b", x=40, exact=True), CalculationError)
    assert 0.0 < float(work("y = (1 + 1/x)^x", x=1000, exact=True).values["y"]) < 3.0
    work({"problem": "L = (w^3 - 2)^2", "rate": 0.01, "steps": 60, "given": {"w": 0.3}}, exact=True)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 12_000 + "b = 1",
        '"a" . ' * 12_000 + "b = 1",
        "a = " + "[" * 200_000,
        "a = " + "{b = " * 50_000,
        "[" + "a." * 12_000 + "b]",
        "x" * 250_000,
        "'" * 250_000,
        '"a' * 120_000,
        "problem = '''" + "y = x\n" * 40_000 + "'''",
        "problem = '''" + "(" * 250_000 + "'''",
        "problem = '''y = " + "|" * 1_990 + "'''",
        "problem = '''y = " + "-" * 1_990 + "x'''",
        "problem = '''y = " + "2^" * 990 + "x'''",
        "problem = '''" + "\n".join(f"a{k} = a{k + 1}" for k in range(10_000)) + "'''",
        "problem = 'y = x'\n" + "\n".join(f"k{k} = 1" for k in range(9_000)),
        "problem = 'y = x'\n[given]\n" + "\n".join(f"k{k} = nan" for k in range(9_000)),
    ],
    ids=lambda text: text[:24],
)
def test_a_hostile_file_is_refused_soon(text):
    begun = time.process_time()
    with pytest.raises(ByhandError) as caught:
        byhand.work(parse_problem(text))
    assert_clear(caught.value.explained("zh"))
    assert time.process_time() - begun < LIMIT


# 20,000 generated inputs

BATCHES, PER_BATCH = 8, 2500
HOSTILE = [
    *(None, True, 0, -1, 1, 2, 0.5, 5e-324, 1e308, -1e308, float("nan"), float("inf"), 10**400, 2**63, 1j),
    *("", "?", " ", "x", "L", "0.5", "\x00", "\x1b[2J", "\ud800", "\u202e", "x" * 5000, "1" * 5000, "wx"),
    *("{0.__class__}", "{x!r:>999999999}", "%s%n", "__import__('os')", "<script>", "../../etc", "${x}"),
    *([], [[]], [1, [2]], [1, 2, 3], [[1, 2], [3, 4]], ["x"], [None], [float("nan")], [[[0.5]]]),
    *({}, {"x": {}}, {"en": 1}, date(2024, 2, 29), b"bytes", ("a",), np.zeros((2, 3)), object, range(3)),
]  # fmt: skip
SCRAPS = [
    *"()[]|‖{}+-*/^@=<>,:;.#σΣ√π²½ŷ₁ᵀ'\"\\ \n%!_0123456789eEabcwxyzLW价\u0302\u200b\x00\ud800",
    *("**", "==", ":=", "≤", ".T", "·", "×", "÷", "−", "１", "（", "）", "＝", "，", "。", "1e-3", "1e999"),
    *("exp(", "log(", "sum(", "axis=1", "softmax(", "max(", "where(", "conv(", "pool(", "outer(", "W @ v"),
    *("[1, 2]", "[0]", "[:, 1]", "10^10^10", "sin x", "wx", "e^", "x__y", "((((((((((", "]]]]]]]]]]"),
    *("--------", "^^", "a = b", "; b = a", "\nx = x"),
]  # fmt: skip
VALUES = {
    **{"a": 1.5, "b": -2, "c": 3, "x": 0.5, "z": -0.3, "w": 2, "x1": 1, "x2": 120, "w1": 0.2, "w2": 0.3},
    **{"t": 1, "s": 0, "价格": 3, "W": [[1, -2, 3], [0.5, 4, -1]], "v": [2, -1, 0.5], "u": [3, -4]},
}
LINES = """
w1*x1 + w2*x2
sigmoid(a*x + b)
(c - x)^2/2
σ（z）
sum(W @ v + u)
max(softmax(v))
cross_entropy([0, 1], [0.3, 0.7])
Σ(v − a)²
2x^2 - ½‖v‖
max(a, b)/c
W[0, 1] + W[1, -1]
mean(W, axis=0) @ v
1/(1 + e^-z)
√(x² + 1)
sum(conv(W, [[1, 2]]))
pool(W, 2, 1)[0, 1]
价格×a
where(a > b, x, z)
log(c) + ln(a)
dot(tanh(u), u)
sum(outer(u, v) @ v)
norm(W) - |b|
""".strip().splitlines()


def mutated(text, chance, times):
    """A text with pieces put in, taken out, doubled or moved."""
    for _ in range(times):
        i = chance.randrange(len(text) + 1)
        j = min(len(text), i + chance.choice((1, 1, 2, 5)))
        match chance.randrange(5):
            case 0:
                text = text[:i] + chance.choice(SCRAPS) + text[i:]
            case 1:
                text = text[:i] + text[j:]
            case 2:
                text = text[:i] + chance.choice(SCRAPS) + text[j:]
            case 3:
                text = text[:j] + text[i:]
            case 4:
                text = text[j:] + text[i:j] + text[:i]
    return text


def a_formula(chance):
    lines = [f"y{k} = {line}" for k, line in enumerate(chance.sample(LINES, chance.choice((1, 1, 2, 3))))]
    text = mutated(chance.choice("\n\n;,").join(lines), chance, chance.choice((0, 1, 1, 2, 4, 9)))
    return text, {"given": VALUES, "exact": chance.random() < 0.1}


ORIGINALS = {
    name: tomllib.loads(resources.files("byhand").joinpath("examples", f"{name}.toml").read_text("utf-8"))
    for name in examples()
}


KEYS = ["rate", "steps", "rule", "learn", "until", "given", "samples", "penalty", "plot", "rule_state"]


def a_problem(chance):
    """A built-in example with some of its parts spoiled."""
    problem = copy.deepcopy(ORIGINALS[chance.choice(sorted(ORIGINALS))])
    for _ in range(chance.choice((1, 1, 2, 3))):
        table = problem
        while chance.random() < 0.6 and (inner := [t for t in table.values() if isinstance(t, dict) and t]):
            table = chance.choice(inner)
        key = chance.choice(sorted(table, key=str)) if table else "x"
        match chance.randrange(6):
            case 0:
                table.pop(key, None)
            case 1:
                table[mutated(str(key), chance, 1)] = table.pop(key, 1)
            case 2 | 3:
                table[key] = copy.deepcopy(chance.choice(HOSTILE))
            case 4:
                table[chance.choice(KEYS)] = copy.deepcopy(chance.choice(HOSTILE))
            case 5:
                problem["problem"] = mutated(str(problem.get("problem", "y = x")), chance, 1)
    # Many steps are not bad input: whoever asks for them waits.
    if isinstance(problem.get("steps"), int) and 3 < problem["steps"] <= 1_000_000:
        problem["steps"] = 3
    if str(problem.get("until")) in ("5e-324", "0.5"):
        del problem["until"]
    return problem, {"exact": chance.random() < 0.1}


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("make", [a_formula, a_problem])
def test_generated_inputs_are_worked_or_explained(make, batch):
    chance = random.Random(batch)
    count = PER_BATCH // 2
    refused = sum(
        isinstance(work(source, **options), ByhandError)
        for source, options in (make(chance) for _ in range(count))
    )
    assert 0.2 * count < refused < 0.9 * count


@settings(max_examples=500)
@given(st.lists(st.sampled_from([*SCRAPS, *VALUES]), max_size=20).map("".join))
def test_any_text_is_worked_or_explained(text):
    assert isinstance(work(f"y = {text}", given=VALUES), byhand.Work | ByhandError)
