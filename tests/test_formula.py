"""The formula language: what people type, against trees and against Python and NumPy."""

import json
import math
from importlib import resources

import numpy as np
import pytest

from byhand.errors import FormulaError
from byhand.ops import Call, Name, Number
from byhand.sources.characters import composed, plain
from byhand.sources.formula import is_name, names_in, read_lines
from byhand.sources.tables import digest
from byhand.sources.vocabulary import FUNCTIONS
from byhand.trace.evaluate import evaluate
from tests.reading import read_expression

A, B, C, X, Z = 1.5, -2.25, 3.5, 0.75, -0.4
VALUES = {
    **{"a": A, "b": B, "c": C, "x": X, "z": Z, "w1": 0.2, "x1": 120.0, "yhat": 0.9, "y": 2.0, "价格": 3.0},
    "W": np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]]),
    "v": np.array([2.0, -1.0, 0.5]),
    "u": np.array([3.0, -4.0]),
}
W, V, U = VALUES["W"], VALUES["v"], VALUES["u"]


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


TYPED = [
    # precedence and association, as in Python
    ("a + b*c", A + B * C),
    ("a - b - c", A - B - C),
    ("a/b/c", A / B / C),
    ("a/b*c", A / B * C),
    ("a/(b*c)", A / (B * C)),
    ("-2^2", -4.0),
    ("(-2)^2", 4.0),
    ("2^3^2", 512.0),
    ("2**3**2", 512.0),
    ("x^-1", 1 / X),
    ("2^-x^2", 2 ** -(X**2)),
    ("-x^2", -(X**2)),
    ("--x", X),
    ("+x", X),
    ("a*-b", A * -B),
    ("a - -b", A + B),
    # a number before a value is a product
    ("2x", 2 * X),
    ("2(a+b)", 2 * (A + B)),
    ("2x^2", 2 * X**2),
    ("3 x", 3 * X),
    ("-2x", -2 * X),
    ("2σ(z)", 2 * sigmoid(Z)),
    ("2x*3a", 2 * X * 3 * A),
    ("a/2*b", A / 2 * B),
    ("½(y - yhat)^2", 0.5 * 1.1**2),
    ("½x", 0.5 * X),
    ("x/½", X / 0.5),
    # numbers
    ("1e-3", 1e-3),
    ("1.2×10^-3", 1.2 * 10**-3),
    ("2e3x", 2000 * X),
    (".5", 0.5),
    ("5.", 5.0),
    ("π", math.pi),
    ("2π", 2 * math.pi),
    # signs as people type them
    ("a·b", A * B),
    ("a × b", A * B),
    ("a ⋅ b", A * B),
    ("a⊙b", A * B),
    ("a ÷ b", A / B),
    ("a − b", A - B),
    ("－x", -X),
    ("√x", math.sqrt(X)),
    ("√(x+1)", math.sqrt(X + 1)),
    ("2√x", 2 * math.sqrt(X)),
    ("x²", X**2),
    ("x⁻¹", 1 / X),
    ("x¹⁰", X**10),
    ("x₁²", 120.0**2),
    ("w₁·x₁", 24.0),
    ("σ(z)", sigmoid(Z)),
    ("𝜎(𝑧)", sigmoid(Z)),
    ("σ（z）", sigmoid(Z)),
    ("ａ＋ｂ＊２", A + B * 2),
    ("（ａ－ｂ）／２．５", (A - B) / 2.5),
    ("０。５x", 0.5 * X),
    ("ŷ", 0.9),
    ("y\u0302", 0.9),
    ("价格*2", 6.0),
    ("a\u200b+\u00a0b\u3000+ c", A + B + C),
    ("x。", X),
    # bars, sums, arrays
    ("|b|", abs(B)),
    ("|a|*|b|", abs(A) * abs(B)),
    ("|a - |b||", abs(A - abs(B))),
    ("|a - 2|", abs(A - 2)),
    ("||a| - 1|", abs(abs(A) - 1)),
    ("2*|a|", 2 * abs(A)),
    ("‖u - 2‖", np.linalg.norm(U - 2)),
    ("‖v‖", np.linalg.norm(V)),
    ("‖v‖²", np.linalg.norm(V) ** 2),
    ("Σ(v−a)²", np.sum((V - A) ** 2)),
    ("∑v", np.sum(V)),
    ("1/2 Σ(v - a)^2", 0.5 * np.sum((V - A) ** 2)),
    ("Σv·v + 1", np.sum(V * V) + 1),
    ("1/(2*3)*Σ(v−a)²", np.sum((V - A) ** 2) / 6),
    ("W @ v", W @ V),
    ("Wᵀ @ u", W.T @ U),
    ("W.T @ u", W.T @ U),
    ("W @ v + u", W @ V + U),
    ("W*v", W * V),
    ("W[0, 1]", -2.0),
    ("W[1]", W[1]),
    ("W[-1, 0]", 0.5),
    ("W[:, 0]", W[:, 0]),
    ("W[0, 1:]", W[0, 1:]),
    ("W[0][1]", -2.0),
    ("[a, 2b]", np.array([A, 2 * B])),
    ("[[1, 2], [3, 4]] @ u", np.array([[1.0, 2], [3, 4]]) @ U),
    ("【1，2，】", np.array([1.0, 2])),
    # comparison
    ("a > b", 1.0),
    ("a ≤ b", 0.0),
    ("a ＝＝ 1.5", 1.0),
    ("a ≠ 1.5", 0.0),
    ("v >= 0", np.array([1.0, 0.0, 1.0])),
    ("(0 < x)*(x < 1)", 1.0),
    ("where(b > 0, a, c)", C),
    ("argmin(v)", np.argmin(V)),
    ("argmax(W, axis=0)", np.argmax(W, axis=0)),
    ("take(W, 1 - argmax(v))", W[1 - np.argmax(V)]),
    # functions
    ("exp(x)", math.exp(X)),
    ("ln(x)", math.log(X)),
    ("log(x)", math.log(X)),
    ("sqrt(x)", math.sqrt(X)),
    ("abs(b)", abs(B)),
    ("sin(z) + cos(z)", math.sin(Z) + math.cos(Z)),
    ("tanh(z)", math.tanh(Z)),
    ("sigmoid(z)", sigmoid(Z)),
    ("relu(v)", np.maximum(V, 0)),
    ("leaky_relu(v)", np.where(V > 0, V, 0.01 * V)),
    ("leaky_relu(v, slope=0.2)", np.where(V > 0, V, 0.2 * V)),
    ("leaky_relu(v, 0.2)", np.where(V > 0, V, 0.2 * V)),
    ("softplus(z)", math.log1p(math.exp(Z))),
    ("gaussian(z)", math.exp(-(Z**2))),
    ("erf(z)", math.erf(Z)),
    ("gelu(z)", Z * (1 + math.erf(Z / math.sqrt(2))) / 2),
    ("gelu_tanh(z)", Z * (1 + math.tanh(math.sqrt(2 / math.pi) * (Z + 0.044715 * Z**3))) / 2),
    ("layer_norm(v, 0.5)", (V - V.mean()) / np.sqrt(V.var() + 0.5)),
    ("step(v)", np.array([1.0, 0.0, 1.0])),
    ("sign(v)", np.sign(V)),
    ("floor(v)", np.floor(V)),
    ("softmax(v)", np.exp(V) / np.exp(V).sum()),
    ("softmax(W, axis=0)", np.exp(W) / np.exp(W).sum(axis=0)),
    ("softmax(W，axis＝－1)", np.exp(W) / np.exp(W).sum(axis=1, keepdims=True)),
    ("sum(W)", W.sum()),
    ("sum(W, 0)", W.sum(axis=0)),
    ("mean(W, axis=1, keepdims=1)", W.mean(axis=1, keepdims=True)),
    ("max(W, axis=1)", W.max(axis=1)),
    ("max(a, b)", A),
    ("min(v, 0)", np.minimum(V, 0)),
    ("norm(v)", np.linalg.norm(V)),
    ("dot(v, W[0])", V @ W[0]),
    ("outer(u, v)", np.outer(U, V)),
    ("solve([[2, 1], [1, 3]], [1, -2])", np.array([1.0, -1.0])),
    ("inverse([[2, 1], [0, 4]])", np.array([[0.5, -0.125], [0.0, 0.25]])),
    ("inv([[2, 0], [0, 4]])", np.array([[0.5, 0.0], [0.0, 0.25]])),
    ("concat(W, W, axis=1)", np.concatenate([W, W], axis=1)),
    ("concat(u, v)", np.concatenate([U, V])),
    ("transpose(W)", W.T),
    ("stop_gradient(W)", W),
    ("conv(W, [[1, 2]])", W[:, :2] + 2 * W[:, 1:]),
    ("conv(W, [[1]], pad=1)", np.pad(W, 1)),
    ("conv(W, [[1, 2]], dilation=2)", W[:, :1] + 2 * W[:, 2:]),
    ("flatten(W)", np.ravel(W)),
    ("pool(W, 2, 1)", np.array([[4.0, 4.0]])),
    ("mean_pool(W, size=2, stride=1)", np.array([[3.5 / 4, 1.0]])),
    ("argmin(v)", float(np.argmin(V))),
    ("argmax(W, axis=1)", np.argmax(W, axis=1).astype(float)),
    ("take(v, 1)", V[1]),
    ("pick(W, [2, 0])", np.array([W[0, 2], W[1, 0]])),
    ("replace(W, 1, W[0])", np.array([W[0], W[0]])),
    ("quadratic(v, W[0])", np.sum((V - W[0]) ** 2) / 2),
    ("mse(v, W[0])", np.mean((V - W[0]) ** 2)),
    ("cross_entropy([0, 1], [0.3, 0.7])", -math.log(0.7)),
    ("binary_cross_entropy(1, 0.3)", -math.log(0.3)),
    ("hinge(-1, 0.3)", 1.3),
]


@pytest.mark.parametrize(("typed", "value"), TYPED, ids=[typed for typed, _ in TYPED])
def test_what_is_typed_has_the_value_of_python_and_numpy(typed, value):
    found = evaluate(read_expression(typed), VALUES)
    assert np.shape(value) == np.shape(found)
    np.testing.assert_allclose(value, found, rtol=1e-15, atol=0)


POOLS = {"max_pool", "maxpool", "avg_pool", "avgpool"}


def test_every_function_is_in_the_table_above():
    text = " ".join(typed for typed, _ in TYPED)
    assert set() == {name for name in FUNCTIONS if f"{name}(" not in text} - {
        "ReLU",
        "LeakyReLU",
        "GELU",
        "MSE",
        "CE",
        "BCE",
        *POOLS,
    }


def test_the_tables_that_ship_are_those_of_the_grammar():
    shipped = json.loads(resources.files("byhand").joinpath("sources", "grammar.json").read_text("utf-8"))
    assert digest() == shipped["grammar"], "call byhand.sources.tables.write()"


a, b, x = Name("a"), Name("b"), Name("x")
KEPT = [
    ("a - b", Call("sub", (a, b))),
    ("b*a*b", Call("mul", (Call("mul", (b, a)), b))),
    ("a*a", Call("mul", (a, a))),
    ("x", x),
    ("(a)", a),
    ("-x", Call("neg", (x,))),
    ("2x", Call("mul", (Number(2.0), x))),
    ("x²", Call("pow", (x, Number(2.0)))),
    ("sum(x, axis=1)", Call("sum", (x,), (("axis", 1),))),
    ("x[0, 1:]", Call("index", (x,), (("index", (0, slice(1, None))),))),
]


@pytest.mark.parametrize(("typed", "tree"), KEPT, ids=[typed for typed, _ in KEPT])
def test_operands_stay_in_the_order_written(typed, tree):
    assert tree == read_expression(typed)


def names_of(text):
    return [(name, source.number) for name, source in read_lines(text).sources.items()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("z = t", [("z", 1)]),
        ("a = 1\n\n  b = 2  # the second\n# c = 3\nd=4", [("a", 1), ("b", 3), ("d", 5)]),
        ("a = 1; b = 2；c = 3;", [("a", 1), ("b", 1), ("c", 1)]),
        ("x1=120，x2=1", [("x1", 1), ("x2", 1)]),
        ("x1 = 120, x2 = max(1, 2)", [("x1", 1), ("x2", 1)]),
        ("y = (a +\n  b)\nz = y", [("y", 1), ("z", 3)]),
        ("y = sum(W,\n  axis=1)", [("y", 1)]),
        ("W = [[1, 2],  # first row\n [3, 4]]", [("W", 1)]),
        ("L := (y - yhat)^2", [("L", 1)]),
        ("ŷ ＝ ｗ＊ｘ", [("yhat", 1)]),
        ("w₁ = 1\r\nθ̂ = 2\r\n", [("w1", 1), ("θhat", 2)]),
        ("损失 = (价格 - 预测)²  ＃ 平方误差", [("损失", 1)]),
    ],
)
def test_statements(text, names):
    assert names == names_of(text)


def test_a_line_is_kept_as_it_was_typed():
    assert "ŷ ＝ σ（z）" == read_lines("x = 1\n  ŷ ＝ σ（z） # output").sources["yhat"].text


def test_characters_are_swapped_one_for_one():
    typed = composed("ŷ＝σ（ｗ₁·𝑥²）。\u200b−½")
    assert len(typed) == len(plain(typed))
    assert "ŷ=σ(w1*x²)  -½" == plain(typed)


def test_names_in_a_line_are_found_where_they_stand():
    assert [("w1", 8), ("axis", 24)] == names_in("ŷ = sum(w₁, axis=0) + 2*axis")


@pytest.mark.parametrize("name", ["x", "w_11", "权重", "θ", "wᵢⱼ", "x" * 32])
def test_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "1x", "x y", "x²", "x" * 33, "a__b", "a.b", "x[0]", "x\n", "½", "Σx", "a-b"]
)
def test_no_name(name):
    assert not is_name(name)


WRONG = [
    ("y = sin x", "needs_brackets", 8),
    ("y = relu[z]", "needs_brackets", 9),
    ("y = sin^2(x)", "function_power", 9),
    ("y = sin²(x)", "function_power", 8),
    ("y = (a+b)(c+d)", "product_sign", 9),
    ("y = (a+b)c", "product_sign", 9),
    ("y = x y", "product_sign", 6),
    ("y = x²y", "product_sign", 6),
    ("y = √2x", "product_sign", 6),
    ("y = 2 3", "two_numbers", 6),
    ("y = 3.14.15", "two_numbers", 8),
    ("y = [1 2]", "two_numbers", 7),
    ("y = 2。5。1", "two_numbers", 6),
    ("y = 1/2x", "two_ways", 5),
    ("L = 1/2(y - a)²", "two_ways", 5),
    ("R = λ/2‖w‖²", "product_sign", 7),
    ("y = W^T x", "transpose_power", 8),
    ("y = a and b", "not_a_word", 6),
    ("y = 5 if a else 3", "not_a_word", 9),
    ("y = {a+b}*c", "braces", 4),
    ("y = x_{1}", "braces", 6),
    ("y = \\frac{a}{b}", "latex", 4),
    ("y = ∂L/∂w", "derivative", 4),
    ("y = σ'(z)", "prime", 5),
    ("y = 5%", "percent", 5),
    ("y = np.exp(x)", "point", 6),
    ("y = [1; 2]", "rows", 6),
    ('y = "text"', "quotes", 4),
    ("y = 1,000", "thousands", 5),
    ("y = 1，000", "thousands", 5),
    ("y = a, b", "comma", 5),
    ("y = 0,594", "comma", 5),
    ("y = 0 < a < 1", "chained", 10),
    ("y = (a + b", "unclosed", 4),
    ("y = a + b)", "unopened", 9),
    ("a + b", "no_equals", 0),
    ("y", "no_equals", 0),
    ("print(x)", "no_equals", 0),
    ("2x = y", "left_side", 0),
    ("f(x) = x^2", "left_side", 0),
    ("= 3", "left_side", 0),
    ("y -= 3", "left_side", 0),
    ("L == 3", "double_equals", 2),
    ("y = a = b", "second_equals", 6),
    ("y = a * * b", "unexpected", 8),
    ("y = a ⊗ b", "unexpected", 6),
    ("y = W[i]", "unexpected", 6),
    ("y = x +", "unexpected_end", 7),
    ("y =", "unexpected_end", 3),
    ("y = a(b + c)", "unknown_function", 4),
    ("y = sigmiod(z)", "unknown_function_near", 4),
    ("y = SIGMOID(z)", "unknown_function_near", 4),
    ("y = lg(x)", "write_instead", 4),
    ("y = tan(x)", "write_instead", 4),
    ("y = max(a, b, c)", "two_at_a_time", 4),
    ("y = exp(1, 2)", "arguments", 4),
    ("y = exp()", "arguments", 4),
    ("y = sum(x, foo=1)", "arguments", 4),
    ("y = sum(x, 1, axis=1)", "arguments", 4),
    ("y = sum(x, y)", "setting_not_number", 4),
    ("y = sum(x, axis=0.5)", "setting_range", 4),
    ("y = conv(x, w, stride=0)", "setting_range", 4),
    ("y = pool(x, size=1e300)", "setting_range", 4),
    ("y = W[1.5]", "index_not_whole", 6),
    ("π = 3", "reserved", 0),
    ("y = 1e400", "number_too_large", 4),
    ("y = x^" + "9" * 50, "number_too_long", 6),
    ("y = x" + "⁹" * 50, "number_too_long", 5),
    ("y = " + "x" * 33, "name_too_long", 4),
    ("y = x__y", "name_underscores", 4),
    ("y = " + "(" * 61 + "x" + ")" * 61, "too_deep", 64),
    ("y = x" + " + x" * 230, "chain_too_long", 0),
    ("y = " + " + ".join(["(a*b + c*d)"] * 80), "too_many_nodes", 0),
    ("y = " + "x" * 2000, "line_too_long", None),
    ("y = x\ny = 2", "assigned_twice", 0),
]


@pytest.mark.parametrize(("typed", "code", "column"), WRONG, ids=[typed[:30] for typed, _, _ in WRONG])
def test_what_cannot_be_read_is_named_and_pointed_at(typed, code, column):
    with pytest.raises(FormulaError) as caught:
        read_lines(typed)
    assert (code, column) == (caught.value.code, caught.value.column)


def test_a_bracket_that_is_forgotten_is_found_in_its_own_line():
    with pytest.raises(FormulaError) as caught:
        read_lines("a = 1\nz = (a + 2\nf = z*3\ng = (f)")
    assert ("unclosed", 2, 4, "z = (a + 2") == (
        caught.value.code,
        caught.value.line,
        caught.value.column,
        caught.value.source,
    )


def test_sixty_levels_of_brackets_are_read():
    assert Name("x") == read_expression("(" * 60 + "x" + ")" * 60)


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), ("# nothing\n\n", "empty"), ("x" * 300_000, "text_too_long")]
)
def test_no_text_or_too_much(text, code):
    with pytest.raises(FormulaError) as caught:
        read_lines(text)
    assert code == caught.value.code


def test_too_many_lines():
    with pytest.raises(FormulaError, match="10001"):
        read_lines("\n".join(f"a{k} = 1" for k in range(10_001)))
