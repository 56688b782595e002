"""Whole sheets: published pages with their mistakes, unusable files, mutated ones, and the time they take."""

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from test_cases import PAGES, worked

import byhand
from byhand.check.report import check_claims
from byhand.cli import run
from byhand.errors import ByhandError

HOUSE = Path(__file__).parent / "sheets" / "seed003-house-price.toml"


# -- the page with thirteen wrong numbers ---------------------------------------------------------


@pytest.fixture(scope="module")
def house():
    return {claim.name: claim for claim in byhand.check(HOUSE).claims}


def test_the_house_price_verdicts(house):
    wrong = ["z1", "z2", "z3", "h2", "L", "∂ŷ/∂h₁", "∂ŷ/∂h₂", "∂h₁/∂w₁", "w1_new"]
    carried = ["h1", "h3", "yhat", "∂L/∂ŷ", "∂L/∂w₁"]
    assert wrong == [name for name, claim in house.items() if claim.verdict == "wrong"]
    assert carried == [name for name, claim in house.items() if claim.verdict == "carried"]
    assert "right" == house["∂ŷ/∂h₃"].verdict  # by luck: the right number rounds to it


def test_sigma_prime_at_z_with_the_right_z_although_a_wrong_one_is_written(house):
    (why,) = house["∂h₁/∂w₁"].explanations
    assert (("sigma_prime_at_z",), "sure", -69090) == (why.codes, why.certainty, pytest.approx(why.value))
    ((value, source),) = [used for q, used in why.used.items() if q.of == "z1"]
    assert (24.5, "true") == (pytest.approx(value), source)
    assert "sigma_prime_at_z" == house["∂ŷ/∂h₁"].cause == house["∂ŷ/∂h₂"].cause


def test_the_product_of_wrong_derivatives_is_carried(house):
    assert "carried" == house["∂L/∂w₁"].verdict
    assert 994893860 == pytest.approx(house["∂L/∂w₁"].from_own, abs=0.5)
    assert {"∂L/∂ŷ", "∂ŷ/∂h₁", "∂h₁/∂w₁"} == set(house["∂L/∂w₁"].rests_on)


def test_two_mistakes_in_the_update(house):
    (why,) = house["w1_new"].explanations
    assert (("old_weight_dropped", "digit_lost"), 994893.86) == (why.codes, pytest.approx(why.value))


def test_what_no_mistake_explains_is_said_so(house):
    assert (None, None) == (house["z3"].cause, house["L"].cause)
    assert "wrong_index" == house["z1"].cause  # 0.2·120 + 0.2·1 = 24.2


# -- the wrong numbers of other pages -------------------------------------------------------------


def printed(page, k):
    """What a page prints right."""
    calculation = PAGES[page]["calculation"][k]
    return {
        name: text
        for kind in ("printed", "last_digit")
        for name, text in calculation.get(kind, {}).items()
        if "." not in name
    }


@pytest.mark.parametrize(
    ("page", "claims", "first", "verdicts", "code"),
    [
        (
            "nndl-homework-bp",
            {"dL/dw1": "0.01", "dL/dw3": "0.01", "w1_new": "0.19", "w3_new": "0.49"},
            "dL/dw1",
            ["wrong", "wrong", "carried", "carried"],
            "sum_of_weight_gradients",
        ),
        (
            "nndl-homework-bp",  # with the digits that the page's own program has
            {"dL/dw1": "0.0146", "dL/dw3": "0.0087", "w1_new": "0.1854", "w3_new": "0.4913"},
            "dL/dw1",
            ["wrong", "wrong", "carried", "carried"],
            "sum_of_weight_gradients",
        ),
        # its hidden layer learned with w5 … w8 as they are after their update
        ("mazur-2015", {"E_total#2": "0.291027924"}, "E_total#2", ["wrong"], "updated_too_early"),
        (
            "nikolaev-rbf-xor",  # sums from its cut 0.3678; the targets of another column
            {"G[0,1]": "1.8709", "G[1,1]": "1.2889", "G[1,2]": "0.5412", "r": ["2", "1.3678", "0.5031"]},
            "r[1]",
            ["rounded", "rounded", "rounded", "right", "wrong", "wrong"],
            "wrong_index",
        ),
        ("seed002-add-multiply", {"d": "1"}, "d", ["wrong"], "sign"),
        ("seed002-add-multiply", {"a_new": "4.93"}, "a_new", ["wrong"], "sign_of_step"),
    ],
)
def test_a_published_mistake_is_found_at_the_first_number_it_changes(page, claims, first, verdicts, code):
    report = check_claims(worked(page, 0, False).run, {**printed(page, 0), **claims})
    assert first == report.first_wrong
    asked = [
        claim
        for claim in report.claims
        if claim.name.partition("[")[0] in {n.partition("[")[0] for n in claims}
    ]
    assert verdicts == [claim.verdict for claim in asked]
    (wrong,) = [claim for claim in report.claims if claim.name == first]
    named = [code for one in wrong.explanations for code in one.codes]
    assert code in named if code else not named


# -- unusable sheets ------------------------------------------------------------------------------

GOOD = """\
problem = '''
z = w*x + b
h = sigmoid(z)
L = (y - h)^2
'''
minimise = "L"
rate = 0.5
learn = ["w", "b"]
[given]
w = 0.4
x = 1.5
b = 0.2
y = 1
[claims]
z = "0.8"
h = "0.689974"
"dL/dw" = "-0.198952"
w_new = "0.499476"
"""
HOSTILE = "__import__('os').system('touch executed')"


@pytest.fixture
def handed_in(tmp_path, monkeypatch, capfd):
    """Checks a sheet's text by the command: exit code, output, errors; nothing may have been executed."""
    monkeypatch.chdir(tmp_path)

    def hand_in(text, name="sheet.toml"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        code = run(["check", name])
        assert [name] == [path.name for path in tmp_path.iterdir()]
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return hand_in


def test_the_good_sheet_is_right(handed_in):
    assert 0 == handed_in(GOOD)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("[given]", "[given"), "line 9"),
        (GOOD + 'z = "0.8"\n', "twice"),
        (GOOD + "[given]\n", "twice"),
        (GOOD + "#" * (256 * 1024), "256"),
        (GOOD.replace("w = 0.4", f'w = "{HOSTILE}"'), "w"),
        (GOOD.replace("w*x + b", HOSTILE), "line 1"),
        (GOOD.replace('minimise = "L"', f'minimise = "{HOSTILE}"'), "minimise"),
        (GOOD.replace('["w", "b"]', f'["{HOSTILE}"]'), "learn"),
        (GOOD.replace("rate = 0.5", f'rate = "{HOSTILE}"'), "rate"),
        (GOOD.replace("0.4", "4" * 5000), "few digits"),
        (GOOD.replace("0.4", "1e999999999"), "w"),
        (GOOD.replace("[claims]", "[claims]\n[claims.a.b]"), ""),
        (GOOD.partition("[claims]")[0] + f'[claims]\n"{HOSTILE}" = "{HOSTILE}"\n', "claims"),
        (GOOD.partition("[claims]")[0] + '[claims]\nz = "' + "9" * 200_000 + '"\n', "claims"),
        (GOOD.partition("[claims]")[0], "claims"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("", ""),
    ],
)
def test_an_unusable_sheet_is_one_clear_message(handed_in, text, said):
    code, out, err = handed_in(text)
    assert (2, "") == (code, out)
    assert said in err
    assert len(err) < 1500


@pytest.mark.parametrize(
    "hostile", [HOSTILE, "9" * 100_000, "1e999999999", "\\u0000", "<script>", "z" * 5000]
)
def test_a_hostile_claim_is_not_understood_and_the_rest_is_judged(handed_in, hostile):
    code, out, err = handed_in(GOOD + f'"{hostile[:300]}" = "0.5"\nL = "{hostile}"\n')
    assert (0, "") == (code, err)
    assert len(out) < 20_000


@pytest.mark.parametrize("text", ["0/7", "-0.000", "1e-290", "9.99e299", "0%"])
def test_a_wrong_number_at_the_edges_is_wrong(text):
    checked = byhand.check({"problem": "z = w*x", "given": {"w": 0.4, "x": 1.5}}, {"z": text})
    assert "z" == checked.first_wrong


def test_mutated_sheets_never_end_in_a_traceback(tmp_path):
    """Letters changed, doubled, lost, lines exchanged: a report or one of our errors."""
    rng, letters = random.Random(7), "0159.-+*/^=()[]\"'\n\\{}#eEzwxhL_,∂₁ −%"
    for _ in range(400):
        text = [*GOOD]
        for _ in range(rng.randint(1, 4)):
            k = rng.randrange(len(text))
            text[k] = rng.choice(["", text[k] * 2, rng.choice(letters), rng.choice(letters) + text[k]])
        path = tmp_path / "sheet.toml"
        path.write_text("".join(text), "utf-8")
        with suppress(ByhandError):
            json.loads(byhand.check(path).to_json())


# -- thirty numbers -----------------------------------------------------------------------------------------


def test_three_mistakes_among_thirty_numbers():
    given = {f"w{k}": v for k, v in enumerate((0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), 1)}
    problem = {
        "problem": """
            z1 = w1*x1 + w2*x2 + b1
            z2 = w3*x1 + w4*x2 + b1
            h1 = sigmoid(z1)
            h2 = sigmoid(z2)
            z3 = w5*h1 + w6*h2 + b2
            z4 = w7*h1 + w8*h2 + b2
            o1 = sigmoid(z3)
            o2 = sigmoid(z4)
            E = 1/2*((y1 - o1)^2 + (y2 - o2)^2)
        """,
        "given": {**given, "x1": 0.05, "x2": 0.1, "b1": 0.35, "b2": 0.6, "y1": 0.01, "y2": 0.99},
        "minimise": "E",
        "rate": 0.5,
        "learn": [f"w{k}" for k in range(1, 9)],
    }
    values = ["z1", "z2", "h1", "h2", "z3", "z4", "o1", "o2", "E"]
    slopes = [f"dE/d{name}" for name in ("o1", "o2", "z3", "z4", "h1", "h2", *given)]
    names = [*values, *slopes, *(f"w{k}_new" for k in range(1, 8))]
    work = byhand.work(problem)
    claims = {name: f"{work.number(name):.5f}" for name in names}
    claims |= {"z1": "0.02750", "dE/dh1": "0.05540", "w3_new": "-0.00025"}
    assert 30 == len(claims)
    checked = byhand.check(problem, claims)
    assert ["bias_left_out", "path_left_out", "old_weight_dropped"] == [
        claim.cause
        for claim in checked.claims
        if claim.verdict == "wrong" and claim.name in ("z1", "dE/dh1", "w3_new")
    ]
