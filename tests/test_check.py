"""Checking a worksheet as a user does: verdicts, hints, exit codes, pages."""

import json
import re

import pytest

import byhand
from byhand.cli import run

ONE_UNIT = {
    "problem": "z = w1*x1 + w2*x2 + b\nh = sigmoid(z)\nL = (y - h)^2",
    "minimise": "L",
    "rate": 0.5,
    "learn": ["w1", "w2", "b"],
    "given": {"w1": 0.4, "w2": -0.3, "b": 0.2, "x1": 1.5, "x2": 2, "y": 1},
}
# z = 0.2, h = 0.549834, L = 0.202649, dL/dh = -0.900332, dh/dz = 0.247517, dL/dz = -0.222847
RIGHT = {
    "z": "0.2",
    "h": "0.549834",
    "L": "0.202649",
    "dL/dh": "-0.900332",
    "dh/dz": "0.247517",
    "dL/dw1": "-0.334271",
    "w1_new": "0.567135",
    "b_new": "0.311424",
}


def verdicts(claims, problem=ONE_UNIT):
    return {claim.name: claim.verdict for claim in byhand.check(problem, claims).claims}


# -- verdicts -----------------------------------------------------------------------------------


def test_a_right_sheet_is_right():
    checked = byhand.check(ONE_UNIT, RIGHT)
    assert ("right", None) == (checked.verdict, checked.first_wrong)
    assert {"right"} == {claim.verdict for claim in checked.claims}


def test_in_any_order_with_steps_left_out():
    claims = dict(reversed([(name, RIGHT[name]) for name in ("z", "dL/dw1", "b_new")]))
    assert {"right"} == set(verdicts(claims).values())


def test_working_with_rounded_numbers_is_no_error():
    # From h = 0.55: dL/dh = -0.9, dh/dz = 0.2475, dL/dw1 = -0.9 · 0.2475 · 1.5 = -0.3341.
    assert {"h": "right", "dL/dh": "rounded", "dL/dw1": "rounded", "w1_new": "right"} == verdicts(
        {"h": "0.55", "dL/dh": "-0.9000", "dL/dw1": "-0.3341", "w1_new": "0.5671"}
    )


def test_cutting_is_no_error():
    # h = 0.549834, L = 0.202649
    assert {"h": "rounded", "L": "rounded"} == verdicts({"h": "0.549", "L": "0.20264"})


@pytest.mark.parametrize(
    ("lines", "right", "wrong"),
    [
        ("a = 2*x\nb = a*x", {"a": "6", "b": "18"}, "17"),
        ("a = 2*x\nb = a^2", {"a": "6", "b": "36"}, "35"),
        ("a = x/12\nb = a^2/2", {"a": "0.25", "b": "0.03125"}, "0.0325"),
        ("a = 0 - x\nb = a*x", {"a": "-3", "b": "-9"}, "-8"),
    ],
)
def test_numbers_that_needed_no_rounding_stand_for_themselves(lines, right, wrong):
    problem = {"problem": lines, "given": {"x": 3}}
    assert {"a": "right", "b": "right"} == verdicts(right, problem)
    assert {"a": "right", "b": "wrong"} == verdicts(right | {"b": wrong}, problem)


def test_the_next_number_is_not_cut_to_a_number_but_a_saturated_unit_is_cut_to_nines():
    cut = {"policy": {"rounding": "cut"}, "given": {"x": 40}}
    assert {"b": "wrong"} == verdicts({"b": "0.99"}, cut | {"problem": "b = x/40"})
    assert {"h": "rounded"} == verdicts({"h": "0.999"}, cut | {"problem": "h = sigmoid(x)"})
    assert {"h": "rounded"} == verdicts({"h": "-0.999"}, cut | {"problem": "h = tanh(0 - x)"})


def test_a_step_left_out_may_have_been_cut_but_never_grows_by_a_whole_unit():
    # dL/db = −2.8448·8.25/5.8² = −0.69767 stands nowhere; cut to −0.6976 it makes dL/dx larger.
    problem = {
        "problem": "a = x*y\nb = x + y\nq = a/b\nL = q^2",
        "minimise": "L",
        "given": {"x": 2.5, "y": 3.3},
    }
    before = {"a": "8.2500", "b": "5.8000", "dL/da": "0.4905"}
    seen = [verdicts(before | {"dL/dx": text}, problem)["dL/dx"] for text in ("0.9209", "0.9214", "0.9204")]
    assert ["right", "rounded", "wrong"] == seen


def test_what_follows_from_an_error_is_carried_and_not_wrong_again():
    # z = 1.5·0.4 + 2·0.3 + 0.2 = 1.4 (the minus lost); everything after it is worked out rightly from 1.4.
    claims = {"z": "1.4", "h": "0.8022", "L": "0.03913", "dL/dh": "-0.3956", "w1_new": "0.4471"}
    checked = byhand.check(ONE_UNIT, claims)
    assert "z" == checked.first_wrong
    assert ["wrong", "carried", "carried", "carried", "carried"] == [c.verdict for c in checked.claims]
    assert -0.2 + 0.4 == pytest.approx(checked.claims[0].expected)


def test_a_threshold_taken_for_another_is_a_wrong_index_and_no_wrong_target():
    # σ(0.78 + 0.9): θ2 where θ1 is meant. Both are subtracted from a calculated sum, as a target may be.
    problem = {
        "problem": "s = w1*x1 + w2*x2\nh = sigmoid(s - theta1)\nk = sigmoid(v*h - theta2)",
        "given": {"x1": 1.5, "x2": -0.7, "w1": 0.8, "w2": 0.6, "v": 0.4, "theta1": 0.3, "theta2": -0.9},
        "claims": {"s": "0.78", "h": "0.842905"},
    }
    (wrong,) = [claim for claim in byhand.check(problem).claims if claim.verdict == "wrong"]
    assert ("h", "wrong_index") == (wrong.name, wrong.cause)


def test_a_derivative_of_anything_by_anything():
    assert {"dz/dw1": "right", "dh/dw1": "right", "dL/dx1": "right", "dz/dh": "right"} == verdicts(
        {"dz/dw1": "1.5", "dh/dw1": "0.371275", "dL/dx1": "-0.0891388", "dz/dh": "0"}
    )


def test_an_array_is_claimed_as_a_whole_or_by_its_elements():
    problem = {
        "problem": "z = W @ x\nL = sum(z^2)",
        "minimise": "L",
        "rate": 0.1,
        "learn": ["W"],
        "given": {"W": [[1, 2, 0], [0, -1, 3]], "x": [1, 2, -1]},
    }
    found = verdicts(
        {
            "z": ["5.00", "-5.00"],
            "dL/dW": [["10.0", "20.0", "-10.0"], ["-10.0", "-20.0", "11.0"]],
            "dL/dW[0,2]": "-10.0",
            "W_new": [["0.00", "0.00", "1.00"], ["1.00", "1.00", "1.90"]],
        },
        problem,
    )
    wrong = {name for name, verdict in found.items() if verdict == "wrong"}
    assert {"dL/dW[1,2]"} == wrong
    assert "carried" == found["W_new[1,2]"]


def test_a_name_that_is_not_understood_is_said_and_the_rest_is_judged():
    assert {"z": "right", "zz": "unreadable", "h": "unreadable"} == verdicts(
        {"z": "0.2", "zz": "1", "h": "about a half"}
    )


def test_a_blank_is_missing_and_not_wrong():
    report = byhand.check(ONE_UNIT, {"z": "0.2", "h": ""}).record()
    assert (["h"], "right") == (report["missing"], report["verdict"])


def test_the_loss_with_one_half_throughout_is_another_convention_and_no_mistake():
    claims = {"L": "0.101325", "dL/dh": "-0.450166", "dL/dw1": "-0.167135", "w1_new": "0.483568"}
    report = byhand.check(ONE_UNIT, claims).record()
    assert ("right", {"loss_factor": 0.5}) == (report["verdict"], report["convention"])
    mixed = byhand.check(ONE_UNIT, {**claims, "L": "0.202649"})
    assert ("wrong", "dL/dh") == (mixed.verdict, mixed.first_wrong)


def test_several_steps():
    problem = {**ONE_UNIT, "steps": 3}
    worked = byhand.work(problem)
    claims = {f"w1_new#{k}": f"{worked.number(f'w1_new#{k}'):.5f}" for k in (1, 2, 3)}
    claims |= {"L#4": f"{worked.number('L#4'):.5f}", "w1_new": claims["w1_new#3"]}
    found = verdicts(claims, problem)
    assert {"right"} == set(found.values()) - {"unreadable"}
    assert "wrong" == verdicts({**claims, "w1_new#2": "0.9"}, problem)["w1_new#2"]


@pytest.mark.parametrize(
    ("rounding", "written", "verdict"),
    [  # z = 0.7×1.234 = 0.8638
        ("either", "0.864", "right"),
        ("either", "0.863", "rounded"),
        ("round", "0.864", "right"),
        ("round", "0.863", "wrong"),
        ("cut", "0.864", "wrong"),
        ("cut", "0.863", "right"),
    ],
)
def test_a_sheet_may_ask_for_rounding_or_for_cutting(rounding, written, verdict):
    sheet = {"problem": "z = w*x", "given": {"w": 0.7, "x": 1.234}, "claims": {"z": written}}
    report = byhand.check({**sheet, "policy": {"digits": 3, "rounding": rounding}})
    assert [verdict] == [claim.verdict for claim in report.claims]
    assert ("rounded_otherwise" if verdict == "wrong" else None) == report.claims[0].cause


def test_a_number_rounded_where_cutting_is_asked_for_is_seen_to_differ_from_what_it_should_be():
    # σ(0.602) = 0.64611366… is rounded to 0.646114 and cut to 0.646113.
    sheet = {"problem": "h = sigmoid(x)", "given": {"x": 0.602}, "claims": {"h": "0.646114"}}
    told = str(byhand.check({**sheet, "policy": {"decimals": 6, "rounding": "cut"}}))
    assert re.search(r"h +0\.646114 +WRONG +0\.6461137\n", told)
    assert "h = σ(x) = σ(0.602) ≈ 0.6461137" in told


# -- the command ---------------------------------------------------------------------------------


@pytest.fixture
def sheet(tmp_path):
    """Writes a worksheet and gives its path."""

    def write(claims, problem=ONE_UNIT):
        lines = ["problem = '''", problem["problem"], "'''", 'minimise = "L"', "rate = 0.5"]
        lines += [f"learn = {json.dumps(problem['learn'])}", "[given]"]
        lines += [f"{name} = {value}" for name, value in problem["given"].items()]
        lines += ["[claims]", *(f"{json.dumps(name)} = {json.dumps(text)}" for name, text in claims.items())]
        path = tmp_path / "sheet.toml"
        path.write_text("\n".join(lines), "utf-8")
        return str(path)

    return write


def test_exit_code_0_where_all_is_right_and_1_where_something_is_wrong(sheet, capfd):
    assert 0 == run(["check", sheet(RIGHT)])
    assert 1 == run(["check", sheet({**RIGHT, "z": "1.4"})])
    assert "1.4" in capfd.readouterr().out


def test_json_by_the_contract(sheet, capfd):
    assert 1 == run(["check", sheet({"z": "1.4", "h": "0.802"}), "--json"])
    found = json.loads(capfd.readouterr().out)
    assert ("byhand.check/1", "wrong", "z") == (found["schema"], found["verdict"], found["first_wrong"])
    first, second = found["claims"]
    assert {"name", "claimed", "expected", "from_own", "verdict", "cause", "explanations"} <= first.keys()
    assert ("wrong", "carried", None) == (first["verdict"], second["verdict"], second["cause"])
    assert {"codes", "used", "formula", "value", "certainty"} <= first["explanations"][0].keys()


def test_what_it_should_be_is_told_as_the_board_tells_it():
    sheet = {"problem": "h = tanh(z)\nL = (h - y)^2", "given": {"z": 0.7213, "y": 0.123456789}}
    told = byhand.check(sheet, {"h": "0.617984", "L": "0.3"}).lesson("en").to_text()
    assert "L = (h − y)² ≈ (0.617984 − 0.123457)² ≈ 0.244557" in told
    exact = byhand.check({"problem": "L = (h - y)^2", "given": {"h": 0.5, "y": 0.25}}, {"L": "0.25"})
    assert "L = (h − y)² = (0.5 − 0.25)² = 0.0625" in exact.lesson("en").to_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hints_say_where_then_what_then_how_and_never_the_answer(sheet, capfd, language):
    path = sheet({**RIGHT, "h": "0.2", "L": "0.64"})
    said = []
    for hint in ("1", "2", "3"):
        assert 1 == run(["check", path, "--hint", hint, "--lang", language])
        said.append(capfd.readouterr().out)
    assert all("h" in text and "0.5498" not in text for text in said)
    assert len(said[0]) < len(said[1]) < len(said[2])


@pytest.mark.parametrize(("hint", "cause"), [("1", None), ("2", "sign"), ("3", "sign")])
def test_a_hint_as_json_holds_no_answer(sheet, capfd, hint, cause):
    assert 1 == run(["check", sheet({**RIGHT, "dL/dh": "0.9"}), "--hint", hint, "--json"])
    out = capfd.readouterr().out
    found = json.loads(out)
    (claim,) = found["claims"]
    assert ("dL/dh", "dL/dh", cause) == (found["first_wrong"], claim["name"], claim["cause"])
    assert (None, None) == (claim["expected"], claim["from_own"])
    assert "0.45" not in out


def test_the_problem_may_stand_in_a_file_of_its_own(sheet, tmp_path, capfd):
    answers = tmp_path / "answers.toml"
    answers.write_text('[claims]\nz = "0.2"\nh = "0.55"\n', "utf-8")
    assert 0 == run(["check", str(answers), "--problem", sheet({})])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[claims", "line 1"),
        ('problem = "z = a"\n[given]\na = 1\n[claims]\n', "[claims]"),
        ('problem = "z = a"\n[given]\na = 1\n[claims]\nz = ""\n', "[claims]"),
        ('problem = "z = a"\n[given]\na = 1\n[claims]\nq = "1"\n', "[claims]"),
        ('problem = "z = a"\n[given]\na = 1\n[claims]\nz = "1"\nz = "2"\n', "twice"),
    ],
)
def test_an_unusable_sheet_is_one_message_and_exit_code_2(tmp_path, capfd, text, said):
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    assert 2 == run(["check", str(path)])
    out, err = capfd.readouterr()
    assert "" == out
    assert said in err


# -- pages ---------------------------------------------------------------------------------------

PAGE = """# One neuron

With $x = 2$, $w = 0.5$ and $b = 0.1$ the sum is $z = w x + b = 0.5 \\cdot 2 + 0.1 = 1.2$,
so $a = \\sigma(z) = \\sigma(1.2) \\approx 0.7685$.
"""


@pytest.mark.parametrize(("language", "said"), [("en", "1.1"), ("zh", "1.1")])
def test_a_page_is_checked_and_marked(tmp_path, capfd, language, said):
    page, marked = tmp_path / "page.md", tmp_path / "marked.md"
    page.write_text(PAGE, "utf-8")
    assert 1 == run(["check", str(page), "-o", str(marked), "--lang", language])
    assert said in capfd.readouterr().out
    assert "✗" in marked.read_text("utf-8")
    assert page.read_text("utf-8") == PAGE


def test_a_page_as_json(tmp_path, capfd):
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    assert 1 == run(["check", str(page), "--json"])
    found = json.loads(capfd.readouterr().out)
    assert ("byhand.article/2", "wrong") == (found["schema"], found["verdict"])
    first = found["findings"][0]
    assert ("1.2", 3, 1.1) == (first["text"], first["line"], first["expected"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hints_at_a_page_never_tell_the_answer(tmp_path, capfd, language):
    page, marked = tmp_path / "page.md", tmp_path / "marked.md"
    page.write_text(PAGE, "utf-8")
    said = []
    for hint in ("1", "2", "3"):
        assert 1 == run(["check", str(page), "--hint", hint, "--lang", language, "-o", str(marked)])
        said.append(capfd.readouterr().out)
        assert 1 == marked.read_text("utf-8").count("✗")
        assert all("1.2" in text and "1.1" not in text for text in (said[-1], marked.read_text("utf-8")))
    assert len(said[0]) < len(said[1]) < len(said[2])
    assert 1 == run(["check", str(page), "--hint", "2", "--json"])
    (finding,) = json.loads(capfd.readouterr().out)["findings"]
    assert ("1.2", None, "bias_doubled") == (
        finding["text"],
        finding["expected"],
        finding["causes"][0]["code"],
    )


def test_more_digits_of_what_a_page_should_have(tmp_path, capfd):
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    for digits, shown in (([], "0.7503."), (["--digits", "9"], "0.750260106.")):
        assert 1 == run(["check", str(page), *digits])
        assert shown in capfd.readouterr().out


def test_a_right_page_is_right(tmp_path, capfd):
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("1.2", "1.1").replace("0.7685", "0.7503"), "utf-8")
    assert 0 == run(["check", str(page)])


def test_a_page_of_no_known_kind(tmp_path, capfd):
    page = tmp_path / "page.docx"
    page.write_text(PAGE, "utf-8")
    assert 2 == run(["check", str(page)])
