"""Every built-in example as it is told, in both languages, word for word.

After a wanted change: ``BYHAND_GOLDEN=write pytest tests/test_golden.py``, then read the difference.
"""

import os
from pathlib import Path

import pytest

import byhand
from byhand.api.why import why

GOLDEN = Path(__file__).parent / "golden"
TOLD = {
    **{name: (name, {}) for name in byhand.examples()},
    "mazur by paths": ("mazur", {"by": "paths"}),
    "network-2-2-2 by delta": ("network-2-2-2", {"by": "delta"}),
    "network-2-2-2-symbols by delta": ("network-2-2-2-symbols", {"by": "delta"}),
    "network-2-2-2-symbols by paths": ("network-2-2-2-symbols", {"by": "paths"}),
    "matrix-network spelled out": ("matrix-network", {"scalar": True}),
    "matrix-network by delta": ("matrix-network", {"by": "delta"}),
    "house-price verified": ("house-price", {"verify": True}),
    "apples in fractions": ("apples", {"exact": True}),
}

SMALL = {
    "problem": "z1 = W1 @ x + b1\na1 = sigmoid(z1)\nz2 = W2 @ a1 + b2\nyhat = z2\nL = mse(y, yhat)",
    "minimise": "L",
    "rate": 0.1,
    "rule": "adam",
    "learn": ["W1", "b1", "W2", "b2"],
    "given": {
        **{"x": [0.5, -1], "y": [0.8], "b1": [0.1, -0.2, 0.3], "b2": [0.05]},
        **{"W1": [[0.2, -0.4], [0.7, 0.1], [-0.3, 0.6]], "W2": [[0.5, -0.6, 0.9]]},
    },
}
WIDE = {
    "problem": "z = W @ x + b\nyhat = softmax(z)\nL = cross_entropy(y, yhat)",
    "minimise": "L",
    "given": {
        **{"x": [1, 0, 0.5, -2, 0.25, 3], "y": [0, 1, 0], "b": [0.1, 0.2, -0.1]},
        "W": [
            [0.3, 0.1, -0.7, 0.2, 0.4, 0.1],
            [0.2, 0.5, 0.6, -0.1, 0.8, 0.3],
            [-0.4, 0.9, 0.1, 0.5, 0.2, -0.3],
        ],
    },
}
WHY = {
    "why W1_new of 2-3-1": (SMALL, "W1[1,0]_new", {}),
    "why yhat of 6-3": (WIDE, "yhat[1]", {"terms": 3}),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TOLD)
def test_an_example_is_told_word_for_word(name, language):
    example, how = TOLD[name]
    worked = byhand.work(byhand.example(example), exact=how.get("exact", False))
    how = {key: value for key, value in how.items() if key != "exact"}
    assert golden(name, language, worked.to_text(width=88, language=language, **how))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", WHY)
def test_one_number_is_told_word_for_word(name, language):
    problem, number, how = WHY[name]
    assert golden(name, language, why(problem, number, language=language, **how).to_text(width=88))


def golden(name, language, told):
    """Whether it is told as it was read and approved."""
    path = GOLDEN / f"{name.replace(' ', '_')}.{language}.txt"
    if os.environ.get("BYHAND_GOLDEN") == "write":
        path.write_text(told, "utf-8")
    return path.read_text("utf-8") == told


def test_no_golden_file_is_left_over():
    expected = {
        f"{name.replace(' ', '_')}.{language}.txt" for name in (*TOLD, *WHY) for language in ("en", "zh")
    }
    assert expected == {path.name for path in GOLDEN.iterdir()}
