"""Problems: files, keys, numbers and names, and how they are made ready."""

import json
import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

import byhand
from byhand.errors import ByhandError, ProblemError
from byhand.sources import formula
from byhand.sources.problem import (
    make_problem,
    number_or_array,
    parse_problem,
    read_given,
    read_problem,
    text_in,
)
from byhand.sources.task import as_fractions, set_up

GOOD = {"problem": "y = w*x\nL = (y - t)^2", "minimise": "L", "rate": 0.1, "learn": ["w"]}
GIVEN = {"w": 0.5, "x": 2, "t": 3}


def wrong(data, **more):
    """The error of a problem that cannot be made ready."""
    with pytest.raises(ByhandError) as caught:
        set_up(make_problem({**data, **more}))
    return caught.value


def told(error):
    """The codes of an error: its own, or those of the several it holds."""
    return [part.code for part in error.facts["details"]] if error.code == "several" else [error.code]


# Files


TOML = """
problem = '''
y = w*x
'''
[given]
w = 0.5
x = 2
"""


def test_toml_and_json_give_the_same_problem(tmp_path):
    (tmp_path / "a.toml").write_text(TOML, "utf-8")
    (tmp_path / "b.JSON").write_text(
        json.dumps({"problem": "y = w*x\n", "given": {"w": 0.5, "x": 2}}), "utf-8"
    )
    assert read_problem(tmp_path / "a.toml") == read_problem(str(tmp_path / "b.JSON"))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + TOML.encode())
    assert "y = w*x\n" == read_problem(tmp_path / "a.toml").problem


BROKEN = [
    ("problem = ", "file_value", 1),
    ("problem = y = x", "file_value", 1),
    ("problem 'y'", "file_no_equals", 1),
    ("problem = 'y\nrate = 1", "file_unclosed", 2),
    ('problem = "y\nrate = 1', "file_unclosed", 1),
    ("problem = “y”", "file_sign", 1),
    ("[given]\nx ＝ 1", "file_sign", 2),
    ("[given]\nx = 0。5", "file_sign", 2),
    ("[given]\nx = [1，2]", "file_sign", 2),
    ("[given]\nx = 0,5", "file_value", 2),
    ("[given]\nx = .5", "file_value", 2),
    ("[given]\nx = 1/2", "file_value", 2),
    ("[given]\n价格 = 3", "file_key", 2),
    ("[given]\nw价 = 3", "file_key", 2),
    ('[claims]\nw+ = "3"', "file_key", 2),
    ('[claims]\ndL/dw1 = "3"', "file_key", 2),
    ('[claims]\nx₁ = "3"', "file_key", 2),
    ("z = 1×2", "file_value", 1),
    ("  [给定]\nx = 3", "file_key", 1),
    (" " * 200_000 + "z", "file_no_equals", 1),
    ("[a]\n[a.b]\n[a.b ]", "key_twice", 3),
    ("[given]\n“x” = 3", "file_sign", 2),
    ("problem = 'y' rate = 1", "file_statement", 1),
    ("problem = 'y'\n\nproblem = 'z'", "key_twice", 3),
    ("[given]\nx = 1\n[given]\ny = 1", "key_twice", 3),
    ("[given\nx = 1", "file_unclosed", 1),
    ("[given]\nx = [1, 2", "file_unclosed", 2),
    ('problem = "y = \\sigma"', "file_escape", 1),
    ("x = 1 # \x01", "file_character", 1),
    ("= 3", "file_statement", 1),
    ("x = " + "1" * 5000, "file_value", None),
    ("x = " + "[" * 5000, "nested_too_deep", None),
    ("x = " + "[" * 40 + "1" + "]" * 40, "nested_too_deep", None),
    ("a." * 50 + "b = 1", "nested_too_deep", None),
    ("x = [" + "1," * 10_001 + "]", "too_many_entries", None),
    ("#" * 300_000, "text_too_long", None),
]


@pytest.mark.parametrize(("text", "code", "line"), BROKEN, ids=[text[:20] for text, _, _ in BROKEN])
def test_broken_toml_is_named_in_its_line(text, code, line):
    with pytest.raises(ProblemError) as caught:
        parse_problem(text)
    assert (code, line) == (caught.value.code, caught.value.line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"problem": "y = x", "problem": "z = x"}', "key_twice"),
        ('{"given": {"x": 1, "x": 2}}', "key_twice"),
        ('{"problem" "y"}', "file_no_equals"),
        ('{"problem": }', "file_value"),
        ('{"problem": "y"', "file_unclosed"),
        ('{problem: "y"}', "file_json"),
        ('{"problem": "y",}', "file_json"),
        ('{“problem”: "y"}', "file_sign"),
        ('{"problem"："y"}', "file_sign"),
        ('{"rate": 0,5}', "file_value"),
        ('{"problem": "y\n"}', "file_unclosed"),
        ("[1, 2]", "not_a_mapping"),
        ("[" * 100_000, "nested_too_deep"),
        ("", "file_value"),
    ],
)
def test_broken_json_is_named(text, code):
    with pytest.raises(ProblemError) as caught:
        parse_problem(text, is_json=True)
    assert code == caught.value.code


def test_a_name_of_other_letters_is_shown_as_it_must_be_written():
    with pytest.raises(ProblemError) as caught:
        parse_problem("[given]\n价格 = 3")
    assert '要加引号："价格"' in caught.value.sentence("zh")
    assert {"价格": 3} == parse_problem('problem = "y = 价格"\n[given]\n"价格" = 3').given


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "large.toml").write_text("#" * (256 * 1024 + 1), "utf-8")
    (tmp_path / "gbk.toml").write_bytes("标题".encode("gbk"))
    names = {"none.toml": "no_such_file", "large.toml": "file_too_large", "gbk.toml": "not_utf8"}
    for name, code in {**names, ".": "is_a_folder", "a\0b": "cannot_open", "x" * 5000: "cannot_open"}.items():
        with pytest.raises(ProblemError) as caught:
            read_problem(tmp_path / name)
        assert code == caught.value.code


# Keys

KEYS = [
    ({}, ["no_problem"]),
    ({"problem": 3}, ["key_text"]),
    ({"problem": "y = x", "minimse": "y"}, ["key_unknown_near"]),
    ({"problem": "y = x", "zzz": 1}, ["key_unknown"]),
    ({"problem": "y = x", 7: 1}, ["key_unknown"]),
    ({"problem": "y = x", "rate": "fast"}, ["key_number"]),
    ({"problem": "y = x", "steps": 0}, ["key_bound"]),
    ({"problem": "y = x", "steps": 10**9}, ["key_bound"]),
    ({"problem": "y = x", "steps": 1.5}, ["key_whole"]),
    ({"problem": "y = x", "until": 0}, ["key_bound"]),
    ({"problem": "y = x", "until": math.nan}, ["key_bound"]),
    ({"problem": "y = x", "order": "all"}, ["key_choice"]),
    ({"problem": "y = x", "learn": "x"}, ["key_list"]),
    ({"problem": "y = x", "learn": [1]}, ["key_text"]),
    ({"problem": "y = x", "given": [1]}, ["key_table"]),
    ({"problem": "y = x", "title": {"fr": "Titre"}}, ["key_two_languages"]),
    ({"problem": "y = x", "title": 3}, ["key_two_languages"]),
    ({"problem": "y = x", "labels": {"x": 3}}, ["key_two_languages"]),
    ({"problem": "y = x", "roles": {"x": "knob"}}, ["key_choice"]),
    (
        {"problem": "y = x", "penalty": {"form": "full", "lamda": 1}},
        ["key_choice", "key_missing", "key_unknown_near"],
    ),
    ({"problem": "y = x", "penalty": 1}, ["key_table"]),
    ({"problem": "y = x", "plot": [{"kind": "pie"}]}, ["key_choice"]),
    (
        {"rate": "x", "steps": -1, "order": 3, "gven": {}},
        ["no_problem", "key_number", "key_bound", "key_choice", "key_unknown_near"],
    ),
]


@pytest.mark.parametrize(("data", "codes"), KEYS)
def test_every_key_that_does_not_fit_is_named_at_once(data, codes):
    assert codes == told(wrong(data))


@pytest.mark.parametrize(
    ("key", "meant"),
    [("learning_rate", "rate"), ("学习率", "rate"), ("epochs", "steps"), ("loss", "minimise")],
)
def test_a_key_by_its_name_elsewhere_is_known(key, meant):
    with pytest.raises(ProblemError, match=f"There is no key {key}; did you mean {meant}"):
        parse_problem(json.dumps({"problem": "y = x", key: 1}), is_json=True)


def test_the_key_and_what_was_written_are_named_in_both_languages():
    error = wrong(
        {"problem": "y = x", "steps": 0, "penalty": {"form": "full", "lambda": 1}, "minimise_": "y"}
    )
    english, chinese = error.explained("en"), error.explained("zh")
    for part in ("steps", "0", "≥ 1", "penalty.form", "full", "half, textbook", "minimise_", "minimise?"):
        assert part in english
    assert "penalty.form 是 full" in chinese
    assert "should be" not in chinese
    assert "Input" not in english + chinese


def test_a_hundred_wrong_keys_are_not_a_hundred_lines():
    assert len(wrong({"problem": "y = x", **{f"k{n}": n for n in range(5000)}}).explained().splitlines()) < 20


# Numbers


@pytest.mark.parametrize("value", [3, 3.0, np.float32(3), np.int8(3), Fraction(3), np.array(3)])
def test_a_number(value):
    assert 3.0 == number_or_array("x", value)
    assert type(number_or_array("x", value)) is float


@pytest.mark.parametrize(
    "value",
    [[[1, 2.5], [3, 4]], ((1, 2.5), (3, 4)), np.array([[1, 2.5], [3, 4]]), [[1, Fraction(5, 2)], [3, 4]]],
)
def test_an_array(value):
    found = number_or_array("x", value)
    assert np.float64 == found.dtype
    assert [[1.0, 2.5], [3.0, 4.0]] == found.tolist()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "not_a_number"),
        ([True, False], "not_a_number"),
        ("3", "not_a_number"),
        (["1", "2"], "not_a_number"),
        ([1, "2"], "not_a_number"),
        (None, "not_a_number"),
        ([None], "not_a_number"),
        ({"a": 1}, "not_a_number"),
        (1j, "not_a_number"),
        (date(2024, 1, 1), "not_a_number"),
        (math.nan, "not_finite"),
        ([1, math.inf], "not_finite"),
        (10**400, "not_finite"),
        ([[1, 2], [3]], "ragged"),
        ([1, [2]], "ragged"),
        ([], "bad_size"),
        ([[], []], "bad_size"),
        (np.zeros(1_000_001), "bad_size"),
    ],
)
def test_no_number(value, code):
    with pytest.raises(ProblemError) as caught:
        number_or_array("x", value)
    assert (code, "x") == (caught.value.code, caught.value.facts["name"])


def test_givens_go_by_the_names_of_the_formulas():
    values, open_names = read_given(
        make_problem({"problem": "y = 1", "given": {"ŷ": 1, "ｗ₁": "?", "权重": [2, 3]}})
    )
    assert {"w1"} == open_names
    assert ["yhat", "w1", "权重"] == list(values)


def test_all_givens_that_do_not_fit_are_named_at_once():
    given = {"x": "three", "w": [[1], [2, 3]], "a b": 1, "π": 3, "y1": 1, "y₁": 2, "k": math.nan}
    codes = ["not_a_number", "ragged", "bad_name", "bad_name", "given_twice", "not_finite"]
    assert codes == told(wrong({"problem": "y = x"}, given=given))


def test_a_list_that_holds_itself_and_one_that_doubles():
    endless = []
    endless.append(endless)
    doubled = [1]
    for _ in range(30):
        doubled = [doubled, doubled]
    assert "nested_too_deep" == wrong(GOOD, given={"x": endless}).code
    assert "too_many_entries" == wrong(GOOD, given={"x": doubled}).code


# Names

NAMES = [
    ({"given": {"w": 1, "x": 2}}, "unknown_name", 2, 9),
    ({"given": {"w": 1, "x": 2, "T": 3}}, "unknown_name_near", 2, 9),
    ({"given": {"w": 1}}, "unknown_names", 1, 6),
    ({"problem": "y = wx", "given": {"w": 1, "x": 2}}, "unknown_product", 1, 4),
    ({"problem": "y = a + w₁x₁", "given": {"a": 1, "w1": 1, "x1": 2}}, "unknown_product", 1, 8),
    ({"problem": "y = 120 m²*x", "given": {"x": 2}}, "after_number", 1, 8),
    ({"problem": "y = W^T @ x", "given": {"W": [[1]], "x": [2]}}, "transpose_power", 1, 6),
    ({"problem": "y = exp^x", "given": {"x": 2}}, "function_alone", 1, 4),
    ({"problem": "y = e^2", "given": {"x": 2}}, "unknown_e", 1, 4),
    ({"problem": "y = exp(x) + p", "given": {"x": 2}}, "unknown_name", 1, 13),
    ({"problem": "a = b\nb = c\nc = a"}, "circular", 1, None),
    ({"problem": "w = w - 0.1*g", "given": {"g": 1}}, "circular", 1, None),
    ({"problem": "a = 1\nx = 2", "given": {"x": 2}}, "given_and_defined", 2, 0),
    ({"given": GIVEN, "samples": {"x": [1, 2]}}, "given_twice", None, None),
    ({"samples": {"x": [1, 2], "t": [1]}}, "sample_lengths", None, None),
    ({"samples": {"x": []}}, "sample_lengths", None, None),
    ({"samples": {"x": [[1, 2], [1, 2, 3]]}}, "sample_shapes", None, None),
    ({"given": GIVEN, "minimise": "x"}, "unknown_in_key", None, None),
    ({"given": GIVEN, "maximise": "L"}, "two_objectives", None, None),
    ({"given": GIVEN, "learn": ["W"]}, "unknown_in_key_near", None, None),
    ({"given": GIVEN, "table": ["zz"]}, "unknown_in_key", None, None),
    ({"given": GIVEN, "labels": {"zz": "z"}}, "unknown_in_key", None, None),
    ({"given": GIVEN, "roles": {"zz": "input"}}, "unknown_in_key", None, None),
    ({"given": GIVEN, "plot": [{"kind": "points", "x": "zz"}]}, "unknown_in_key", None, None),
    ({"given": GIVEN, "plot": [{"kind": "points"}]}, "unknown_in_key", None, None),
    ({"given": GIVEN, "predict": {"x": 5}}, "unknown_in_key", None, None),
    ({"given": GIVEN, "predict": {"x": "five", "result": "y"}}, "not_a_number", None, None),
    ({"given": GIVEN, "problem": "L = w\nw_new = 2"}, "reserved_new", None, None),
    ({"given": GIVEN, "rate": math.inf}, "not_finite", None, None),
    ({"given": GIVEN, "rule": "adm"}, "unknown_rule", None, None),
    ({"given": GIVEN, "rule_settings": {"beta": 1}}, "unknown_setting", None, None),
    ({"given": GIVEN, "rule": "adam", "rule_settings": {"eps": math.nan}}, "not_finite", None, None),
    ({"given": GIVEN, "rule_state": {"t": [1]}}, "bad_turn", None, None),
    ({"given": GIVEN, "rule_state": {"x": {"m": 1}}}, "unknown_in_key", None, None),
    ({"given": GIVEN, "rule_state": {"w": 1}}, "key_table", None, None),
    ({"given": GIVEN, "rule": "momentum", "rule_state": {"w": {"v": 1}}}, "unknown_state", None, None),
    ({"given": GIVEN, "rule": "momentum", "rule_state": {"w": {"m": [1, 2]}}}, "state_shape", None, None),
    ({"given": GIVEN, "penalty": {"form": "half", "lambda": math.inf}}, "bad_penalty", None, None),
    ({"given": GIVEN, "penalty": {"form": "textbook", "lambda": 2}}, "bad_penalty", None, None),
    ({"given": {**GIVEN, "w": [0] * 1000}, "steps": 1_000_000}, "too_many_steps", None, None),
]


@pytest.mark.parametrize(
    ("more", "code", "line", "column"), NAMES, ids=[f"{code}-{k}" for k, (_, code, _, _) in enumerate(NAMES)]
)
def test_parts_that_do_not_fit_together(more, code, line, column):
    error = wrong(GOOD, **more)
    assert (code, line, column) == (error.code, error.line, error.column)


def test_the_product_that_was_meant_is_spelled_out():
    given = {"w1": 1, "x1": 2, "w": 1, "x": 2}
    assert "w1*x1" == wrong(GOOD, problem="y = w₁x₁", given=given).facts["product"]


def test_a_long_circle_is_not_written_out_in_full():
    text = "\n".join(f"a{k} = a{(k + 1) % 500}" for k in range(500))
    assert len(wrong({"problem": text}).explained()) < 500


def test_e_to_a_power_is_the_exponential_unless_something_is_called_e():
    assert 1 / (1 + math.exp(-2)) == byhand.work("y = 1/(1 + e^-x)", x=2).values["y"]
    assert math.exp(math.exp(2)) == byhand.work("y = e^e^x", x=2).values["y"]
    assert 9.0 == byhand.work("y = e^x", e=3, x=2).values["y"]
    assert 16.0 == byhand.work("e = 2 + x\nL = e^x", x=2).values["L"]


# Made ready


def test_a_problem_made_ready():
    task = set_up(make_problem({**GOOD, "given": GIVEN, "steps": 3}))
    assert ("L", ("w",), 3, False) == (
        task.plan.objective,
        task.plan.learn,
        task.plan.steps,
        task.plan.maximise,
    )
    assert {"w": 0.5, "x": 2.0, "t": 3.0} == task.given
    assert {"rate": 0.1} == task.plan.settings


def test_without_a_rate_nothing_is_learned_and_the_last_line_is_differentiated():
    plan = set_up(make_problem({"problem": "y = w*x\nz = y^2", "given": {"w": 1, "x": 2}})).plan
    assert ("z", (), 0, None) == (plan.objective, plan.learn, plan.steps, plan.rule)


def test_an_array_in_the_last_line_is_shown_and_not_differentiated():
    w = byhand.work("y = W @ x", W=[[1, 2, 3], [4, 5, 6]], x=[1, 0, -1])
    assert [-2.0, -2.0] == w.values["y"].tolist()
    assert (None, {}) == (w.task.plan.objective, w.gradients)
    assert "objective_not_scalar" == wrong_work("y = W @ x", minimise="y", W=[[1, 2]], x=[1, 0]).code


def wrong_work(text, **options):
    with pytest.raises(ByhandError) as caught:
        byhand.work(text, **options)
    return caught.value


def test_a_penalty_is_two_more_lines():
    penalty = {"form": "half", "lambda": 0.5}
    w = byhand.work({**GOOD, "given": {**GIVEN, "R": 1}, "penalty": penalty})
    assert 4.0 + 0.25 * 0.25 == w.values["J"]
    assert 0.25 == w.values["R1"]


def test_exact_decimals_are_the_fractions_they_are_written_as():
    assert Fraction(1, 10) == as_fractions(0.1)
    assert [Fraction(1, 10), Fraction(-3)] == as_fractions(np.array([0.1, -3.0])).tolist()


def test_a_text_in_a_language():
    assert ["Äpfel", "苹果", "apples"] == [
        text_in("Äpfel", "zh"),
        text_in({"en": "apples", "zh": "苹果"}, "zh"),
        text_in({"en": "apples"}, "zh"),
    ]


def test_a_line_that_has_been_read_is_not_read_again(monkeypatch):
    """An exercise tries the same lines with many numbers, and works out the one it keeps."""
    parser, seen = formula._parser(), []
    parse = parser.parse
    monkeypatch.setattr(parser, "parse", lambda line: seen.append(line) or parse(line))
    for given in (2, 3):
        assert 5 * given == byhand.work("tried = 4*kept\nL = tried + kept", kept=given).values["L"]
    assert ["tried = 4*kept", "L = tried + kept"] == seen
