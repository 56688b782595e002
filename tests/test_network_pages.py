"""Published pages about networks as sheets: what is right, and a wrong number where it stands first."""

import pytest

import byhand

PAGES = {
    "SOM": (
        {  # Problems on SOM-1: the winner alone learns
            "network": "SOM",
            "settings": {"neighbourhood": "bubble", "sigma": 0.5, "decay": "constant"},
            "given": {"x": [1, 0, 0, 1], "W": [[0.2, 0.3, 0.15, 0.3], [0.3, 0.25, 0.2, 0.2]]},
        },
        {"D": ["1.114675", "1.11018"], "winner": "1", "W_new[1]": ["0.650", "0.125", "0.100", "0.600"]},
        {
            "D[1]": ({"D": ["1.114675", "1.12018"], "winner": "0"}, ["winner"]),
            "winner": ({"winner": "0", "W_new[0,0]": "0.6"}, ["W_new[0,0]"]),
            "W_new[1,1]": ({"W_new[1]": ["0.650", "0.375", "0.100", "0.600"]}, []),
        },
    ),
    "ART1": (
        "art1",
        {
            **{
                "y1_1": ["0.4"],
                "J1_1": "0",
                "match1_1": "1",
                "B_1[0]": ["0.66666667", "0.66666667", "0", "0"],
            },
            **{"T_1[0]": ["1", "1", "0", "0"], "y1_2": ["0", "0.2"], "J1_2": "1", "J1_3": "0", "J1_4": "1"},
            **{
                "y1_4": ["0", "1.0", "0.4"],
                "match1_4": "0.5",
                "fits1_4": "1",
                "T_4[1]": ["0", "0", "0", "1"],
            },
        },
        {
            "J1_4": ({"J1_4": "2"}, []),
            "match1_4": ({"match1_4": "0.2", "fits1_4": "0"}, ["fits1_4"]),
            "T_4[1,2]": ({"T_4[1]": ["0", "0", "1", "1"]}, []),
        },
    ),
    "ElmanRegressor": (
        {  # Tom Yeh, RNN; the page has no targets
            "network": "ElmanRegressor",
            "settings": {"output": "sigmoid", "return_sequences": True},
            "given": {
                "x": [[2, -1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0], [1, 2, -1, 2]],
                **{"W": [[1, 0, -1, 1], [0, 2, 1, 0], [1, 2, 1, 0]], "bh": [1, -1, -1]},
                **{"U": [[1, 0, 1], [0, 1, 1], [0, 1, 0]], "V": [[3, 0, -1]], "by": [3]},
                "y": [[1], [0], [1], [0]],
            },
        },
        {
            **{"z1": ["4", "-3", "-1"], "h1": ["0.999329", "-0.995055", "-0.761594"], "o1": ["6.759582"]},
            **{"z2": ["1.237735", "-1.756649", "0.004945"], "h2": ["0.844808", "-0.942128", "0.004945"]},
            **{"h3": ["0.993327", "0.062735", "0.784848"], "yhat3": ["0.994487"]},
            **{"z4": ["6.778175", "2.847583", "3.062735"], "yhat4": ["0.993336"]},
        },
        {
            "z2[1]": (
                {"z2": ["1.237735", "-0.756649", "0.004945"], "h2": ["0.844808", "-0.639099", "0.004945"]},
                ["h2[1]"],
            ),
            "yhat4[0]": ({"yhat4": ["0.993836"]}, []),
        },
    ),
    "LSTMRegressor": (
        {  # Tom Yeh, LSTM; the page has neither outputs nor a target
            "network": "LSTMRegressor",
            "given": {
                "x": [[1, 2, 1], [2, 1, 0], [0, -1, 3], [-1, 0, 2]],
                **{"W_f": [[0, -1, 0], [-2, 0, -2]], "U_f": [[0, -2], [-2, 0]], "b_f": [0, 0]},
                **{"W_g": [[0, 1, 0], [-1, 0, -1]], "U_g": [[0, -1], [-4, 0]], "b_g": [0, 1]},
                **{"W_i": [[2, 0, 3], [0, 1, 0]], "U_i": [[1, 0], [0, 2]], "b_i": [1, 0]},
                **{"W_o": [[1, 1, 0], [0, 0, -1]], "U_o": [[4, 1], [-1, -2]], "b_o": [0, 4]},
                **{"V": [[1, 1]], "b_y": [0], "y": [0]},
            },
        },
        {
            **{
                "f1": ["0.119203", "0.017986"],
                "g1": ["0.964028", "-0.761594"],
                "i1": ["0.997527", "0.880797"],
            },
            **{
                "c1": ["0.961644", "-0.67081"],
                "o1": ["0.952574", "0.952574"],
                "h1": ["0.709677", "-0.557744"],
            },
            **{"f2": ["0.52884", "0.00441"], "g2": ["0.915054", "-0.999074"], "i2": ["0.996697", "0.47116"]},
            **{
                "c2": ["1.420588", "-0.473682"],
                "o2": ["0.994938", "0.987941"],
                "h2": ["0.885218", "-0.43585"],
            },
            **{
                "f3": ["0.866655", "0.000422"],
                "g3": ["-0.51105", "-0.999969"],
                "i3": ["0.999981", "0.133345"],
            },
            **{
                "c3": ["0.720118", "-0.133541"],
                "o3": ["0.89139", "0.728392"],
                "h3": ["0.549972", "-0.096696"],
            },
            **{
                "f4": ["0.548198", "0.04311"],
                "g4": ["0.096396", "-0.975738"],
                "i4": ["0.996127", "0.451802"],
            },
            **{"c4": ["0.49079", "-0.446597"], "o4": ["0.750858", "0.838"], "h4": ["0.341523", "-0.351204"]},
        },
        {
            "c1[0]": ({"c1": ["0.691644", "-0.67081"]}, []),
            "h4[1]": ({"h4": ["0.341523", "-0.531204"]}, []),
        },
    ),
    "RBF": (
        {  # CIS 311: two Gaussian units and the normal equations
            "network": "RBFRegressor",
            "settings": {"alpha": 0},
            "given": {"C": [[1, 1], [0, 0]], "beta": [1, 1]},
            "samples": {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0]},
        },
        {
            "Phi": [["0.1353", "1"], ["0.3679", "0.3679"], ["0.3679", "0.3679"], ["1", "0.1353"]],
            **{"r": [["2"], ["0.7358"], ["0.7358"]], "w": [["2.8413"], ["-2.5027"], ["-2.5027"]]},
        },
        {  # the page's own slips: the targets are x2, and the weights follow from that
            "r[1,0]": (
                {"r": [["2"], ["1.3678"], ["0.5031"]], "w": [["0.5"], ["0.5782"], ["-0.5782"]]},
                ["w[0,0]", "w[1,0]", "w[2,0]"],
            ),
            "Phi[0,0]": ({"Phi[0,0]": "0.3679"}, []),
        },
    ),
}


def page(name):
    problem, right, planted = PAGES[name]
    return byhand.example(problem) if isinstance(problem, str) else problem, right, planted


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_prints_right_is_right(name):
    problem, right, _ = page(name)
    verdicts = {claim.name: claim.verdict for claim in byhand.check(problem, right).claims}
    assert {} == {key: verdict for key, verdict in verdicts.items() if verdict not in ("right", "rounded")}


@pytest.mark.parametrize(("name", "first"), [(name, key) for name in PAGES for key in PAGES[name][2]])
def test_a_wrong_number_is_found_where_it_stands_first(name, first):
    problem, right, planted = page(name)
    changes, carried = planted[first]
    kept = {key: text for key, text in right.items() if first.partition("[")[0] != key or key in changes}
    checked = byhand.check(problem, {**kept, **changes})
    assert first == checked.first_wrong
    verdicts = {claim.name: claim.verdict for claim in checked.claims}
    assert carried == [key for key, verdict in verdicts.items() if verdict == "carried"]


def test_a_zero_that_is_exact_stands_for_itself_alone():
    """The second pattern shares nothing with the first category: its sum is 0, not anything up to 1."""
    problem = byhand.example("art1")
    first = {"B_1": [["0.667", "0.667", "0", "0"], ["0.2", "0.2", "0.2", "0.2"]]}
    assert "y1_2[0]" == byhand.check(problem, {**first, "y1_2": ["0.13", "0.2"]}).first_wrong
