"""What a teacher would point out, and the conventions a calculation used."""

import math

import numpy as np
import pytest

import byhand
from byhand.lesson.conventions import conventions
from byhand.lesson.curvature import largest_curvature
from byhand.lesson.warnings import warnings
from byhand.words import say

NETWORK = """
h1 = sigmoid(w1*x1 + w2*x2 + b1)
h2 = sigmoid(w3*x1 + w4*x2 + b2)
o = sigmoid(v1*h1 + v2*h2 + c)
L = 1/2*(y - o)^2
"""
WEIGHTS = {"w1": 0.2, "w2": -0.3, "w3": 0.4, "w4": 0.1, "b1": 0.2, "b2": 0.3, "v1": 0.6, "v2": -0.7, "c": 0.1}
DATA = {"x1": 0.5, "x2": 0.3, "y": 0.9}
RELU = {"problem": "z = w*x\nh = relu(z)\no = v*h\nL = (y - o)^2", "learn": ["w", "v"], "rate": 0.1}


def network(**changes):
    given = {**WEIGHTS, **DATA, **changes}
    return {"problem": NETWORK, "given": given, "learn": list(WEIGHTS), "rate": 0.5, "minimise": "L"}


def warned(problem, **options):
    """The warnings of a problem by code, each checked to have its sentence in both languages."""
    w = byhand.work(problem, **options)
    found = warnings(w.task, w.run)
    for warning in found:
        assert_sentences("warning", warning)
    assert len(found) == len({warning.code for warning in found})
    return {warning.code: warning for warning in found}


def used(problem):
    """The conventions of a problem by code, each checked to have its sentence in both languages."""
    w = byhand.work(problem)
    found = conventions(w.task, w.run)
    for convention in found:
        assert_sentences("convention", convention)
    assert len(found) == len({convention.code for convention in found})
    return {convention.code: convention.facts for convention in found}


def assert_sentences(table, told):
    for language in ("en", "zh"):
        sentence = say(
            f"{table}.{told.code}", language, **{key: f"<{value}>" for key, value in told.facts.items()}
        )
        assert len(sentence) > 8


# -- no false alarms --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "codes"),
    [
        ("adam", []),
        ("annealing", []),
        ("add-multiply", []),
        ("apples", []),
        ("apples-and-oranges", []),
        ("four-points", []),
        ("logistic-regression", []),
        ("matrix-network", []),
        ("mazur", []),
        ("movie", []),
        ("network-2-2-2", []),
        ("network-2-2-2-symbols", []),
        ("one-neuron", ["unfinished"]),
        ("parameter-count", []),
        ("same-point-four-times", ["unfinished"]),
        ("step-and-sigmoid", []),
        ("valley", ["unfinished"]),
        ("xor", []),
    ],
)
def test_the_built_in_examples_are_warned_of_what_is_so_and_no_more(example, codes):
    assert codes == list(warned(byhand.example(example)))


def test_a_healthy_network_gets_no_warning():
    assert {} == warned(network())


def test_a_sigmoid_that_is_flat_because_it_has_reached_its_target_is_no_fault():
    assert {} == warned(network(c=12, y=1))


def test_a_flat_sigmoid_under_a_logarithm_is_no_fault_for_the_flat_slope_cancels():
    written = "p = sigmoid(w*x)\nL = -(y*log(p) + (1 - y)*log(1 - p))"
    assert {} == warned(written, given={"w": 9, "x": 1, "y": 0}, learn=["w"], rate=0.1)
    assert "saturated" in warned(
        "p = sigmoid(w*x)\nL = (y - p)^2", given={"w": 9, "x": 1, "y": 0}, learn=["w"], rate=0.1
    )


def test_a_sigmoid_that_still_slopes_is_not_called_saturated():
    assert {} == warned(network(c=3, y=0.2))
    assert ["saturated"] == list(warned(network(c=8, y=0.2)))


def test_a_forward_calculation_alone_is_not_lectured_about_saturation():
    assert {} == warned("p = sigmoid(w*x)\nq = 2*p", given={"w": 9, "x": 1})


# -- the house price --------------------------------------------------------------------------


def test_the_house_price_network_is_told_why_it_can_never_learn():
    found = warned(byhand.example("house-price"))
    assert [
        "out_of_reach_bound",
        "unscaled",
        "saturated",
        "thrown",
        "out_of_digits_sigmoid",
        "vanished",
    ] == list(found)
    assert (300_000 - 1) ** 2 == found["out_of_reach_bound"].facts["least"]
    assert ("x1",) == found["unscaled"].names
    assert ("h1", "h2", "h3") == found["saturated"].names
    assert math.exp(-24.5) / (1 + math.exp(-24.5)) ** 2 == pytest.approx(
        found["saturated"].facts["slope"], rel=1e-12
    )
    assert ("yhat",) == found["thrown"].names
    assert ("w2", "w3", "w4", "w5", "w6") == found["vanished"].names


def test_digits_lost_are_told_with_the_true_number():
    facts = warned(byhand.example("house-price"))["out_of_digits_sigmoid"].facts
    assert (("h3",), 48.7, 0.0) == (facts["unit"], pytest.approx(facts["z"]), facts["held"])
    assert 7.0771553898e-22 == pytest.approx(
        facts["truly"], rel=1e-9
    )  # exp(-48.7), the rest being 1 to 21 digits
    tanh = warned("o = tanh(w)\nL = (y - o)^2", given={"w": -19, "y": 0.5}, learn=["w"], rate=0.1)
    assert 2 * math.exp(-38) == pytest.approx(tanh["out_of_digits_tanh"].facts["truly"], rel=1e-12)
    huge = warned("o = sigmoid(w)\nL = (y - o)^2", given={"w": 900, "y": 0.5}, learn=["w"], rate=0.1)
    assert 900 == huge["out_of_range"].facts["z"]


# -- data -------------------------------------------------------------------------------------


def test_the_least_loss_for_an_unreachable_target():
    assert 0.07**2 / 2 == pytest.approx(
        warned(network(y=-0.07))["out_of_reach_bound"].facts["least"], rel=1e-12
    )
    rows = {"problem": "A = sigmoid(X @ W + b)\nL = mse(Y, A)", "learn": ["W", "b"], "rate": 0.1}
    given = {"X": [[1, 2], [3, 4]], "W": [[0.1], [0.2]], "b": [0.1], "Y": [[2], [0.5]]}
    assert (
        0.5 == warned(rows, given=given)["out_of_reach_bound"].facts["least"]
    )  # (2 - 1)^2 and 0, over 2 elements


def test_the_least_loss_is_that_of_the_loss_without_its_penalty():
    penalised = {**network(y=3), "penalty": {"form": "half", "lambda": 0.9}}
    assert 2.0 == warned(penalised)["out_of_reach_bound"].facts["least"]


def test_no_bound_is_claimed_where_a_weight_acts_on_the_loss_by_another_way():
    assert "out_of_reach" in warned(
        "o = sigmoid(w)\nL = (y - o)^2 + w", given={"w": 1, "y": 3}, learn=["w"], rate=0.1
    )


def test_a_target_of_a_cross_entropy_must_be_a_probability():
    found = warned(
        "p = sigmoid(w)\nL = binary_cross_entropy(y, p)", given={"w": 1, "y": 2}, learn=["w"], rate=0.1
    )
    assert 2 == found["no_probability"].facts["value"]


def test_inputs_of_very_different_scales():
    problem = {
        "problem": "p = sigmoid(w1*x1 + w2*x2)\nL = binary_cross_entropy(y, p)",
        "learn": ["w1", "w2"],
        "rate": 0.1,
    }
    samples = {"x1": [1, 2, 3], "x2": [0.01, 0.02, 0.005], "y": [0, 1, 1]}
    facts = warned({**problem, "samples": samples}, given={"w1": 0.1, "w2": 0.1})["scales_differ"].facts
    assert (("x1",), 3, ("x2",), 0.02) == (
        facts["large"],
        facts["largest"],
        facts["small"],
        facts["smallest"],
    )


def test_data_updated_because_nothing_says_what_is_learned():
    everything = {key: value for key, value in network().items() if key != "learn"}
    assert ("x1", "x2", "y") == warned(everything)["updated_data"].names


# -- units ------------------------------------------------------------------------------------


def test_units_that_start_alike_are_told():
    assert ("h1", "h2") == warned(network(w1=0.4, w2=0.1, b1=0.3, v1=-0.7))["alike"].names
    assert ("h1", "h2") == warned(network(**dict.fromkeys(WEIGHTS, 0)))["alike"].names


def test_units_that_differ_only_on_the_way_out_get_different_gradients_and_are_not_told():
    assert {} == warned(network(w1=0.4, w2=0.1, b1=0.3))


@pytest.mark.parametrize(
    ("problem", "shapes"),
    [
        ("a = tanh(W @ x + b)\np = softmax(V @ a)\nL = cross_entropy(y, p)", ((3, 2), (2, 3))),
        ("a = tanh(x @ W + b)\np = softmax(a @ V)\nL = cross_entropy(y, p)", ((2, 3), (3, 2))),
    ],
)
def test_units_of_a_matrix_that_start_alike(problem, shapes):
    weights = {"W": np.zeros(shapes[0]), "V": np.zeros(shapes[1]), "b": np.array([0.1, 0.1, 0.2])}
    found = warned(problem, given={"x": [1, 2], "y": [0, 1], **weights}, learn=["W", "V", "b"], rate=0.1)
    assert ("a[0]", "a[1]") == found["alike"].names


def test_a_relu_without_gradient_is_inactive_for_one_sample_and_dead_for_all():
    assert ("h",) == warned(RELU, given={"w": -1, "x": 2, "v": 0.5, "y": 1})["inactive"].names
    samples = {"x": [1, 2], "y": [1, 2]}
    dead = warned({**RELU, "samples": samples, "order": "online"}, given={"w": -1, "v": 0.5})
    assert 2 == dead["dead"].facts["number"]
    assert {} == warned({**RELU, "samples": {**samples, "x": [1, -2]}}, given={"w": -1, "v": 0.5})


# -- learning ---------------------------------------------------------------------------------


def test_an_overshoot_in_a_valley_is_told_with_its_bound():
    facts = warned("C = (v1^2 + 10*v2^2)/2", v1=4, v2=1, minimise="C", rate=0.21, steps=4)[
        "overshoots_bound"
    ].facts
    assert (3, pytest.approx(10), pytest.approx(0.2)) == (facts["step"], facts["curvature"], facts["bound"])


def test_the_curvature_is_the_largest_eigenvalue():
    w = byhand.work(
        "o = w*x + b\nL = (y - o)^2", given={"w": 1, "x": 2, "b": -2, "y": 1}, learn=["w", "b"], rate=1
    )
    hessian = 2 * np.array([[4, 2], [2, 1]])
    assert np.linalg.eigvalsh(hessian)[-1] == pytest.approx(
        largest_curvature(w.run, w.run.starts[0]), rel=1e-9
    )


@pytest.mark.parametrize("formula", ["C = v^4", "C = v^2 - 3*u^2", "C = relu(v)^2 + u"])
def test_no_curvature_where_the_objective_is_not_quadratic_or_has_no_least_value(formula):
    w = byhand.work(formula, given={"v": 0.4, "u": 1}, rate=0.1, minimise="C")
    assert largest_curvature(w.run, w.run.starts[0]) is None


def test_an_overshoot_without_a_bound_and_one_on_the_way_up():
    assert "overshoots" in warned("C = v^4", v=4, rate=0.21, minimise="C")
    assert "overshoots_up" in warned("C = -(v^2)", v=4, rate=1.5, maximise="C")


def test_a_sample_alone_is_compared_with_itself_when_learning_online():
    problem = {"problem": "o = w*x\nL = (y - o)^2", "order": "online", "steps": 4, "learn": ["w"]}
    samples = {"x": [1, 3], "y": [2, 4]}
    facts = warned({**problem, "samples": samples, "rate": 1.2}, given={"w": 0.5})["overshoots"].facts
    assert (2.25, pytest.approx(4.41)) == (facts["before"], facts["after"])
    assert {} == warned({**problem, "samples": samples, "rate": 0.01}, given={"w": 0.5})


def test_a_gradient_blocked_by_a_step_and_one_that_does_not_exist():
    blocked = warned(
        "o = step(w*x + b)\nL = (y - o)^2", given={"w": 1, "x": 2, "b": -1, "y": 0}, learn=["w", "b"], rate=1
    )
    assert (("w", "b"), ("o",)) == (blocked["blocked"].names, blocked["blocked"].facts["lines"])
    assert ("b",) == warned("L = w^2", given={"w": 1, "b": 2}, learn=["w", "b"], rate=0.1)[
        "independent"
    ].names
    assert ("x",) == warned("L = sqrt(x) + w", given={"x": 0, "w": 1}, learn=["w"], rate=0.1)[
        "undefined_gradient"
    ].names


def test_learning_that_is_not_finished_says_how_fast_it_still_goes():
    facts = warned(byhand.example("one-neuron"))["unfinished"].facts
    assert (30, pytest.approx(100 * (1 - 0.97**2))) == (facts["steps"], facts["percent"])


def test_a_calculation_with_fractions_says_where_it_left_them():
    problem = {"problem": "z = w*x\no = sigmoid(z)\nL = (y - o)^2", "given": {"w": 0.5, "x": 1, "y": 0.25}}
    assert ("o",) == warned(problem, exact=True)["inexact"].names
    assert {} == warned({**problem, "problem": "z = w*x\no = z^2\nL = (y - o)^2"}, exact=True)


# -- conventions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "code"),
    [
        ("L = (y - o)^2 + (t - p)^2", "square_plain"),
        ("L = 0.5*(y - o)^2 + (t - p)^2/2", "square_half"),
        ("L = ((y - o)*(y - o) + (t - p)^2)/4", "square_half_mean"),
        ("e = y - o\nL = quadratic(t, p)", "quadratic"),
        ("L = mse(t, p)", "mse"),
    ],
)
def test_the_factor_of_the_loss_is_found_however_it_is_written(loss, code):
    given = {"u": 0.3, "x": 2, "y": 1, "t": 0.4}
    assert [code] == list(used({"problem": f"o = u*x\np = u/x\n{loss}", "given": given, "minimise": "L"}))


def test_a_mean_of_three_squares():
    given = {"u": [0.3, 0.1, 0.2], "y": [1, 2, 3]}
    assert {"square_mean": {"number": 3}} == used({"problem": "o = 2*u\nL = mean((y - o)^2)", "given": given})


def test_the_factor_is_that_of_the_loss_and_not_of_its_penalty():
    found = used({**network(), "penalty": {"form": "textbook", "lambda": 0.9, "names": ["w1", "w2"]}})
    assert ["square_half", "sigmoid_slope", "penalty_textbook"] == list(found)
    assert (("w1", "w2"), 0.9) == (found["penalty_textbook"]["names"], found["penalty_textbook"]["strength"])


def test_batch_rule_and_logarithm():
    samples = {"x": [1, 2], "y": [0, 1]}
    problem = {
        "problem": "p = sigmoid(w*x)\nL = binary_cross_entropy(y, p)",
        "samples": samples,
        "given": {"w": 0.5},
    }
    loss = ["binary_cross_entropy", "batch_sum", "sigmoid_slope", "natural_logarithm"]
    assert [*loss, "momentum_form"] == list(
        used({**problem, "reduce": "sum", "rate": 0.1, "rule": "momentum"})
    )
    adam = [*loss, "eps_outside_root", "bias_corrected", "decoupled_decay"]
    assert adam == list(used({**problem, "reduce": "sum", "rate": 0.1, "rule": "adamw"}))


def test_corners_and_ties_are_told_only_where_they_are_met():
    problem = "h = relu(a)\nm = max(h, b)\nL = m + step(c)"
    assert {} == used({"problem": problem, "given": {"a": 1, "b": 2, "c": 3}})
    aside = {"problem": "h = relu(a)\nL = b", "given": {"a": 0, "b": 1}}
    assert {} == used(aside)
    met = used({"problem": problem, "given": {"a": 0, "b": 0, "c": 0}})
    assert {
        "corner_relu": {"names": ("h",)},
        "tie_shared": {"names": ("m",)},
        "corner_step": {"names": ("L",)},
    } == met


def test_zero_times_the_logarithm_of_zero():
    problem = {"problem": "p = w^2\nL = cross_entropy(y, p)", "given": {"w": [0, 1], "y": [0, 1]}}
    assert "zero_log_zero" in used(problem)
    assert "zero_log_zero" not in used({**problem, "given": {"w": [0.1, 1], "y": [0, 1]}})


def test_learning_without_a_rate_is_said():
    line = {"problem": "L = (w*x - y)^2", "given": {"w": 0.5, "x": 2, "y": 3}}
    assert {"keys": "steps, rule"} == warned({**line, "steps": 5, "rule": "adam"})["no_rate"].facts
    assert "no_rate" not in warned({**line, "steps": 5, "rule": "adam", "rate": 0.1, "learn": ["w"]})
    assert {} == warned(line)
