"""Sheets as people write them, each written for this test: names, conventions, a mistake planted.

A sheet is its problem, what is right on it, and the changes that make it wrong: first wrong name and cause.
"""

import pytest

import byhand
from byhand.cli import run
from byhand.words import say

WINNER_ALONE = {"neighbourhood": "bubble", "sigma": 0.5, "decay": "constant"}
MAP = {
    "network": "SOM",
    "settings": {**WINNER_ALONE, "learning_rate": 0.5},
    "given": {"x": [0.3, 0.7], "W": [[0.1, 0.4], [0.5, 0.8], [0.9, 0.2]]},
}
DELTA_RULE = {
    "problem": "y = w1*x1 + w2*x2\nE = 1/2*(t - y)^2",
    "given": {"w1": 0.2, "w2": 0.3, "x1": 1, "x2": 2, "t": 1},
    "minimise": "E",
    "rate": 0.1,
    "learn": ["w1", "w2"],
}
UNITS = {
    "problem": """
        I4 = w14*x1 + w24*x2 + w34*x3 + th4
        O4 = sigmoid(I4)
        I5 = w15*x1 + w25*x2 + w35*x3 + th5
        O5 = sigmoid(I5)
        I6 = w46*O4 + w56*O5 + th6
        O6 = sigmoid(I6)
        E = 0.5*(T - O6)^2""".replace("    ", ""),
    "given": {
        **{"x1": 1, "x2": 0, "x3": 1, "w14": 0.1, "w24": 0.5, "w34": -0.4, "w15": -0.2, "w25": 0.3},
        **{"w35": 0.4, "w46": -0.5, "w56": 0.6, "th4": -0.3, "th5": 0.1, "th6": 0.2, "T": 1},
    },
    "minimise": "E",
    "rate": 0.9,
    "learn": ["w14", "w24", "w34", "w15", "w25", "w35", "w46", "w56", "th4", "th5", "th6"],
}
PERCEPTRON = {
    "problem": """
        y_in = b + x1*w1 + x2*w2
        y = where(y_in > 0.2, 1, where(y_in < -0.2, -1, 0))
        dw1 = where(y == t, 0, alpha*t*x1)
        dw2 = where(y == t, 0, alpha*t*x2)
        db = where(y == t, 0, alpha*t)""".replace("    ", ""),
    "update": "w1_new = w1 + dw1\nw2_new = w2 + dw2\nb_new = b + db",
    "given": {"w1": 0, "w2": 0, "b": 0, "alpha": 1},
    "samples": {"x1": [1, 1, -1, -1], "x2": [1, -1, 1, -1], "t": [1, -1, -1, -1]},
    "steps": 4,
}
VELOCITY = {
    "problem": "L = (w - 3)^2",
    "given": {"w": 0},
    "minimise": "L",
    "rate": 0.1,
    "rule": "momentum",
    "steps": 2,
}
ADAM = {"problem": "f = w^2", "given": {"w": 1}, "minimise": "f", "rate": 0.1, "rule": "adam", "steps": 2}
BATCH = {
    "problem": "z = w*x + b\np = sigmoid(z)\nL = -(y*log(p) + (1 - y)*log(1 - p))",
    "given": {"w": 0.5, "b": 0},
    "samples": {"x": [1, 2, 3], "y": [0, 1, 1]},
    "minimise": "L",
    "reduce": "mean",
    "rate": 0.5,
}
LAYERS = {
    "problem": "z1 = W1 @ x + b1\na1 = sigmoid(z1)\nz2 = W2 @ a1 + b2\na2 = sigmoid(z2)\nL = (a2[0] - y)^2/2",
    "given": {
        "x": [1, 0],
        "W1": [[0.1, 0.2], [0.3, 0.4]],
        "b1": [0.1, 0.1],
        "W2": [[0.5, 0.6]],
        "b2": [0.2],
        "y": 1,
    },
    "minimise": "L",
    "rate": 0.5,
    "learn": ["W1", "b1", "W2", "b2"],
}
RESET = {
    "network": "ART1",
    "settings": {"vigilance": 0.7},
    "given": {
        "x": [1, 1, 1, 1],
        "B": [[0.667, 0.667, 0, 0], [0, 0, 0, 1]],
        "T": [[1, 1, 0, 0], [0, 0, 0, 1]],
    },
}
CODED = {
    "network": "FuzzyART",
    "settings": {"vigilance": 0.6, "choice": 0.5, "learning_rate": 0.3},
    "given": {"x": [0.1, 0.9], "W": [[0.4, 0.8, 0.6, 0.2]]},
}

SHEETS = {
    "squared distances, units counted from 1": (
        MAP,
        {"D(1)": "0.13", "D(2)": "0.05", "D(3)": "0.61", "J": "2", "new w2": ["0.4", "0.75"]},
        [({"D(3)": "0.16"}, "D(3)", "digits_transposed"), ({"J": "3"}, "J", None)],
    ),
    "distances by name and number": (
        MAP,
        {"d_1": "0.36", "d_2": "0.22", "d_3": "0.78", "获胜神经元": "2", "w_2^{new}": ["0.40", "0.75"]},
        [({"d_3": "0.87"}, "d_3", "digits_transposed")],
    ),
    "the square in the name": (
        MAP,
        {"D_1^2": "0.13", "D_2^2": "0.05", "D_3²": "0.61", "BMU": "2"},
        [({"D_3²": "0.16"}, "D_3²", "digits_transposed")],
    ),
    "changes of weights": (
        DELTA_RULE,
        {"y": "0.8", "E": "0.02", "Δw1": "0.02", "Δw_2": "0.04", "w1(t+1)": "0.22", "w_2^{new}": "0.34"},
        [
            ({"Δw1": "0.2", "w1(t+1)": "0.4"}, "Δw1", "rate_left_out"),
            ({"w1(t+1)": "0.18"}, "w1(t+1)", "sign_of_step"),
        ],
    ),
    "changes that are subtracted": (
        DELTA_RULE,
        {"\\Delta w_1": "-0.02", "\\Delta w_2": "-0.04", "w1": "0.22", "w2": "0.34"},
        [({"w2": "0.26"}, "w2", "sign_of_step")],
    ),
    "new weights by their bare names": (
        DELTA_RULE,
        {"w1": "0.2", "y": "0.8", "E": "0.02", "w2": "0.34"},
        [({"w2": "0.26"}, "w2", "sign_of_step")],
    ),
    "error terms as minus the derivative": (
        UNITS,
        {
            **{"I_4": "-0.6", "O_4": "0.354", "I_5": "0.3", "O_5": "0.574", "I_6": "0.367", "O_6": "0.591"},
            **{"Err_6": "0.0989", "Err_5": "0.0145", "Err_4": "-0.0113"},
            **{"w46": "-0.468", "w56": "0.651", "w_{14}": "0.0898"},
        },
        [({"Err_5": "0.0154"}, "Err_5", "digits_transposed")],
    ),
    "error terms of layers": (
        LAYERS,
        {
            **{"z^{(1)}_1": "0.2", "z^{(1)}_2": "0.4", "a_1^{(1)}": "0.5498", "a_2^{(1)}": "0.5987"},
            **{"z^{(2)}": "0.8341", "a^{(2)}": "0.6972", "δ^{(2)}": "-0.0639", "W^{(1)}_{11,new}": "0.1040"},
        },
        [({"δ^{(2)}": "-0.3028"}, "δ^{(2)}", "derivative_left_out")],
    ),
    "changes that the problem names itself": (
        PERCEPTRON,
        {
            **{"y_in#1": "0", "y#1": "0", "Δw1#1": "1", "Δw_2#1": "1", "Δb#1": "1", "w1_new#1": "1"},
            **{"y_in#2": "1", "w1#3": "0", "w2#3": "2", "b#3": "0", "y_in#3": "2", "w1_new#3": "1"},
            **{"y_in#4": "-3", "w1(new)#4": "1"},
        },
        [({"Δw_2#1": "-1"}, "Δw_2#1", "sign_lost")],
    ),
    "a velocity that holds the rate": (
        VELOCITY,
        {"v#1": "0.6", "w_new#1": "0.6", "v#2": "1.02", "w_new#2": "1.62"},
        [({"v#2": "0.48"}, "v#2", "term_left_out")],
    ),
    "a velocity without the rate": (
        VELOCITY,
        {"v#1": "-6", "w_new#1": "0.6", "v#2": "-10.2", "w_new#2": "1.62"},
        [({"v#2": "-4.8"}, "v#2", "term_left_out")],
    ),
    "the means of Adam": (
        ADAM,
        {
            **{"m#1": "0.2", "v#1": "0.004", "m_hat#1": "2", "\\hat{v}#1": "4", "w_new#1": "0.9"},
            **{"m#2": "0.36", "v#2": "0.007236", "m̂#2": "1.8947", "v̂#2": "3.6198", "w_new#2": "0.8004"},
        },
        [({"m#2": "0.63"}, "m#2", "digits_transposed")],
    ),
    "half the squares, and a mistake besides": (
        {
            **BATCH,
            "problem": "y = w*x + b\nE = (t - y)^2",
            "minimise": "E",
            "samples": {"x": [1, 2], "t": [1, 3]},
            "rate": 0.1,
        },
        {
            "y_1": "0.5",
            "y_2": "1",
            "E": "1.0625",
            "∂E/∂w": "-2.25",
            "∂E/∂b": "-1.25",
            "w'": "0.725",
            "b'": "0.125",
        },
        [({"w'": "0.275"}, "w'", "sign_of_step")],
    ),
    "only the first of two updates": (
        {
            "network": "SOM",
            "settings": {"shape": [2, 2], "sigma": 1, "decay": "exponential", "decay_time": 10},
            "given": {"W": [[0.2, 0.3], [0.8, 0.2], [0.1, 0.9], [0.7, 0.8]]},
            "samples": {"x": [[0.9, 0.6], [0.2, 0.7]]},
        },
        {
            **{"d1": "0.76", "d2": "0.41", "d3": "0.85", "d4": "0.28", "BMU": "4"},
            **{
                "h": [["0.37"], ["0.61"], ["0.61"], ["1"]],
                "w_4^{new}": ["0.80", "0.70"],
                "w1(new)": ["0.33", "0.36"],
            },
        },
        [({"w_4^{new}": ["0.80", "0.07"]}, "w_4^{new}[1]", "decimal_point")],
    ),
    "samples counted from 1": (
        BATCH,
        {
            "z_1": "0.5",
            "z_2": "1",
            "z^{(3)}": "1.5",
            "p_1": "0.622",
            "p2": "0.731",
            "p_3": "0.818",
            "w": "0.577",
        },
        [({"p2": "0.713"}, "p2", "digits_transposed")],
    ),
    "a search with two resets": (
        RESET,
        {
            **{
                "y1": ["1.334", "1", "0.8"],
                "J1": "0",
                "match1": "0.5",
                "fits1": "0",
                "J2": "1",
                "match2": "0.25",
            },
            **{"fits2": "0", "J3": "2", "B_new[2]": ["0.4", "0.4", "0.4", "0.4"]},
        },
        [({"B_new[2]": ["0.4", "0.4", "0.2", "0.4"]}, "B_new[2,2]", "factor_two")],
    ),
    "one round of a search": (
        CODED,
        {
            "I": ["0.1", "0.9", "0.9", "0.1"],
            "J": "0",
            "match": "0.8",
            "W_new[0]": ["0.31", "0.8", "0.6", "0.17"],
        },
        [({"match": "0.4"}, "match", "factor_two")],
    ),
}


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_right_is_read_and_right(name):
    problem, right, _ = SHEETS[name]
    verdicts = {claim.name: claim.verdict for claim in byhand.check(problem, right).claims}
    assert {} == {key: verdict for key, verdict in verdicts.items() if verdict not in ("right", "rounded")}


@pytest.mark.parametrize(("name", "k"), [(name, k) for name in SHEETS for k in range(len(SHEETS[name][2]))])
def test_a_planted_mistake_is_found_where_it_stands_first(name, k):
    problem, right, planted = SHEETS[name]
    changes, first, cause = planted[k]
    checked = byhand.check(problem, {**right, **changes})
    assert first == checked.first_wrong
    (wrong,) = [claim for claim in checked.claims if claim.name == first]
    assert cause in [None, *(code for one in wrong.explanations for code in one.codes)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("squared distances, units counted from 1", "squared_distances"),
        ("squared distances, units counted from 1", "counted_from_one"),
        ("changes that are subtracted", "steps_subtracted"),
        ("error terms as minus the derivative", "error_terms_negative"),
        ("a velocity that holds the rate", "velocity_form"),
    ],
)
def test_another_convention_is_said_aloud(name, code):
    problem, right, _ = SHEETS[name]
    checked = byhand.check(problem, right)
    assert checked.record()["convention"][code] is True
    for language in ("en", "zh"):
        assert say(f"check.{code}", language) in checked.to_markdown(language=language)


def test_a_place_counts_from_0():
    """W_new[1] is the second row, so the winner is unit 1, and 2 is wrong."""
    assert "winner" == byhand.check(MAP, {"winner": "2", "W_new[1]": ["0.40", "0.75"]}).first_wrong


def test_the_expected_number_stands_in_the_convention_of_the_sheet():
    checked = byhand.check(MAP, {"D_1": "0.13", "D_2": "0.05", "D_3": "0.61", "J": "2"})
    assert [0.13, 0.05, 0.61, 2] == pytest.approx([claim.expected for claim in checked.claims])


def test_the_pupils_numbers_in_a_file_of_their_own(tmp_path, capsys):
    (tmp_path / "map.toml").write_text(
        'network = "SOM"\nsettings = { neighbourhood = "bubble", sigma = 0.5, decay = "constant" }\n'
        "[given]\nx = [0.3, 0.7]\nW = [[0.1, 0.4], [0.5, 0.8], [0.9, 0.2]]\n",
        "utf-8",
    )
    (tmp_path / "pupil.toml").write_text(
        "[claims]\nd_1 = '0.13'\nd_2 = '0.05'\nd_3 = '0.16'\nJ = '2'\n", "utf-8"
    )
    sheet = ["check", str(tmp_path / "pupil.toml"), "--problem", str(tmp_path / "map.toml"), "--lang", "zh"]
    assert 1 == run(sheet)
    assert "距离的平方" in capsys.readouterr().out
    assert 1 == run([*sheet, "--hint", "1"])
    assert "0.61" not in capsys.readouterr().out
