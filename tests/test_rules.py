"""What an update rule says of itself: which conventions it follows, whether its step is linear."""

import tomllib
from pathlib import Path

import pytest

from byhand.rules import RULES
from byhand.rules.gradient import Rule, distinct
from byhand.trace.evaluate import evaluate

WORDS = Path(__file__).parent.parent / "src" / "byhand" / "words"


def steps(rule: Rule, gradients: list[float]) -> list[float]:
    """How far the weight goes at each of some gradients, from a state of zeros."""
    state, found = dict.fromkeys(rule.state, 0.0), []
    for t, gradient in enumerate(gradients, 1):
        values = {"w": 0.0, "g": gradient, "rate": 0.1, "t": float(t), **rule.settings, **state}
        for name, formula in distinct(rule):
            values[name] = evaluate(formula, values)
        state = {name: values[f"{name}_new"] for name in rule.state}
        found.append(float(values["w_new"]))
    return found


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_linear_where_the_steps_of_two_losses_add_up_to_those_of_their_sum(name):
    one, other, both = (steps(RULES[name], g) for g in ([0.7, -0.2, 0.4], [0.3, 0.5, 0.1], [1.0, 0.3, 0.5]))
    added = [a + b for a, b in zip(one, other, strict=True)]
    assert RULES[name].linear == (both == pytest.approx(added, rel=1e-12))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_convention_of_a_rule_has_its_sentence(language):
    sentences = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))["convention"]
    assert {code for rule in RULES.values() for code in rule.conventions} <= sentences.keys()
