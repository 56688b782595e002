"""A network named in a problem file: searched, told, looked up, refused."""

import json

import numpy as np
import pytest

import byhand
from byhand.cli import run
from byhand.errors import ProblemError
from byhand.lesson.document import Table

# Several samples of a search, and the short form


def test_several_samples_are_searched_as_one_after_the_other():
    samples = [[0.1, 0.2], [0.15, 0.25], [0.8, 0.9], [0.3, 0.1]]
    settings = {"vigilance": 0.8, "learning_rate": 0.5}
    whole = byhand.work({"network": "FuzzyART", "settings": settings, "samples": {"x": samples}})
    W = None
    for number, x in enumerate(samples, 1):
        given = {"x": x} if W is None else {"x": x, "W": W.tolist()}
        one = byhand.work({"network": "FuzzyART", "settings": settings, "given": given})
        category, rows = one.values["J1"], 0 if W is None else len(W)
        W = one.values["W_new"][: max(rows, int(category) + 1)]
        assert category == whole.values[f"J1_{number}"]
        np.testing.assert_array_equal(W, whole.values[f"W_{number}"][: len(W)])
    assert 1 < len(W) < 4


def test_the_published_search_of_four_patterns():
    """Fausett 1994, example 5.1."""
    values = byhand.work(byhand.example("art1")).values
    assert [0, 1, 0, 1] == [values[f"J1_{k}"] for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(values["B_1"][0], [2 / 3, 2 / 3, 0, 0])
    np.testing.assert_allclose(values["y1_3"], [2 / 3, 0, 0.2])
    assert [[1, 0, 0, 0], [0, 0, 0, 1]] == values["T_4"][:2].tolist()


def test_the_short_form_of_resonance():
    """The nearest prototype learns; where it is not similar enough a new one is made."""
    sheet = {"network": "ART", "settings": {"vigilance": 0.4}, "samples": {"x": [[0, 0], [0.6, 0.8], [5, 5]]}}
    worked = byhand.work(sheet)
    assert 0.5 == worked.values["similarity1_2"]  # at the distance 1
    np.testing.assert_allclose(worked.values["W_3"], [[0.3, 0.4], [5, 5]])
    assert "Category 0 is nearest, but not similar enough" in worked.to_text(language="en")
    assert "离类别 0 最近，但相似度不够" in worked.to_text(language="zh")
    one = byhand.work({"network": "ART", "given": {"x": [1, 2], "W": [[1, 1], [4, 5]]}})
    np.testing.assert_allclose(one.values["W_new"], [[1, 1], [4, 5], [1, 2]])  # 1/(1 + 1) is not above 1/2


# Read, told and looked up

MAP = """
network = "SOM"
[settings]
neighbourhood = "bubble"
sigma = 0.5
[given]
x = [1, 0]
W = [[0, 0], [1, 2]]
"""


def test_a_file_is_worked_out_and_checked(tmp_path, capfd):
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    assert 0 == run(["work", str(tmp_path / "map.toml"), "--json"])
    found = json.loads(capfd.readouterr().out)
    assert [1.0, 2.0] == found["values"]["D"]
    assert [[0.5, 0.0], [1.0, 2.0]] == found["updates"]["W"]["new"]
    (tmp_path / "sheet.toml").write_text(f"{MAP}[claims]\nwinner = '0'\n'W_new[0,0]' = '1.5'\n", "utf-8")
    assert 1 == run(["check", str(tmp_path / "sheet.toml"), "--json"])
    assert "W_new[0,0]" == json.loads(capfd.readouterr().out)["first_wrong"]


def test_what_is_given_on_the_way_changes_the_search():
    sheet = {"network": "ART", "given": {"x": [0, 0], "W": [[1, 0]]}}
    assert [2, 1] == [len(byhand.work(sheet, x=x).values["W_new"]) for x in ([9, 9], [1, 0])]
    assert 2 == len(byhand.work(sheet, x=[1, 0], settings={"vigilance": 1}).values["W_new"])


@pytest.mark.parametrize(
    ("example", "wanted"),
    [
        (
            "som",
            {"W": "weight", "t": "given", "sigma0": "setting", "T": "setting", "r": "given", "x": "input"},
        ),
        ("art1", {"B": "weight", "T_spare": "weight", "rho": "setting", "L": "setting", "x_3": "input"}),
        ("rbf-xor", {"x": "input", "y": "target", "one": "given", "ridge": "setting", "W": "weight"}),
        ("kohonen", {"w0": "weight", "sigma": "setting", "x": "input"}),
    ],
)
def test_only_what_a_sample_gives_is_called_an_input(example, wanted):
    blocks = byhand.work(byhand.example(example)).lesson(language="en").document.blocks
    given = next(block for block in blocks if isinstance(block, Table))
    roles = {row[0][0].name: row[2][0] for row in given.rows}
    assert wanted == {name: roles[name] for name in wanted}


def test_why_a_weight_changed_by_lines_is_what_it_is():
    worked = byhand.work(byhand.example("som"))
    why = worked.why("W_new[2,1]", language="en")
    assert worked.number("W_new[2,1]") == why.value == worked.updates["W"].new[2, 1]
    assert "W_new[2, 1] = W[2, 1] + eta·h[2, 0]·(x[1] − W[2, 1])" in why.to_text()
    assert worked.number("W_new[2,1]#1") == worked.why("W_new[2,1]#1").value != why.value
    assert "往前追溯一步" in worked.why("W_new[2,1]", language="zh").to_text()


# What does not fit

SOM = {"network": "SOM", "given": {"x": [1, 2], "W": [[1, 2], [3, 4]]}}
ONE_D = {"W1_G": [[1]], "b1_G": 0, "W1_D": [[1]], "b1_D": 0}
GAN = {"network": "GAN", "given": {"x": [1], "z_D": [1], "z_G": [1], **ONE_D}}
MLP = {"network": "MLPClassifier", "given": {"x": [1, 2], "y": 1, "W1": [[1, 2]], "b1": 0}}
ENTROPY = {"output": "softmax", "loss": "binary_cross_entropy"}
SLIPS = {"sigm": 1, "sigma": -1, "torus": "maybe", "decay": "slow", "shape": [2]}
HAT = {"batch": True, "neighbourhood": "mexican_hat"}


def with_settings(sheet, settings):
    return {**sheet, "settings": settings}


def with_given(sheet, **given):
    return {**sheet, "given": {**sheet["given"], **given}}


def bare(network, **given):
    return {"network": network, "given": given}


WRONG = {
    "no such network": ({"network": "SON"}, "network_name_near", "did you mean SOM"),
    "part of a name": ({"network": "mlp"}, "network_name_near", "MLPClassifier, MLPRegressor"),
    "nothing given": ({"network": "SOM"}, "network_missing network_missing", "W is missing: SOM needs it"),
    "settings": (
        with_settings(SOM, SLIPS),
        "key_bound key_choice key_missing key_truth key_unknown_near",
        "There is no key settings.sigm; did you mean sigma?",
    ),
    "a key among settings": (with_settings(MLP, {"learning_rate": 1}), "setting_outside", "rate"),
    "a setting among what is given": (with_given(SOM, learning_rate=1), "setting_among_given", "[settings]"),
    "a number not given": (with_given(SOM, t="?"), "network_open", "given.t"),
    "settings of nothing": ({"problem": "y = 1", "settings": {}}, "settings_of_nothing", "network"),
    "equations twice": ({**SOM, "problem": "y = 1"}, "network_keys", "problem"),
    "a gradient's key": ({**SOM, "rate": 1}, "network_descent", "rate"),
    "a small letter": (bare("SOM", x=[1], w=[[1]]), "key_unknown_near network_missing", "did you mean W"),
    "width": (with_given(SOM, W=[[1, 2, 3]]), "network_shape", "W has the shape (1×3); it must be (1×2)"),
    "units": (with_settings(SOM, {"shape": [2, 2]}), "network_shape", "it must be (4×2)"),
    "samples": (with_given(SOM, x=[[1, 2], [3, 4]]), "network_samples", "[samples] x"),
    "a vector of weights": (with_given(MLP, W1=[1, 2]), "network_shape", "(1×2)"),
    "layers": (with_settings(MLP, {"activation": ["tanh"]}), "activations", "tanh"),
    "loss": (with_settings(MLP, ENTROPY), "output_loss", "softmax"),
    "map": (with_settings(SOM, HAT), "hat_in_batch", "Mexican"),
    "bits": (bare("ART1", x=[0.5, 1]), "key_choice", "0.5"),
    "no bit": (bare("ART1", x=[0, 0]), "nothing_excites", "1"),
    "half of the weights": (bare("ART1", x=[1, 0], B=[[1, 0]]), "network_missing", "given.T"),
    "no noise": (bare("GAN", x=[1], z_D=[1], **ONE_D), "network_missing", "given.z_G"),
    "an answer for each input": (with_given(GAN, W1_D=[[1], [2]]), "network_shape", "(1×1)"),
    "outside": (bare("FuzzyART", x=[1.5]), "key_bound", "0 ≤ x ≤ 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_said_at_once(name):
    problem, codes, said = WRONG[name]
    with pytest.raises(ProblemError) as caught:
        byhand.work(problem)
    error = caught.value
    found = error.facts["details"] if error.code == "several" else [error]
    assert codes == " ".join(sorted(one.code for one in found))
    assert said in error.explained("en")
    assert error.explained("zh") != error.explained("en")
