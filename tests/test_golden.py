"""Every built-in example as it is told, in both languages, word for word.

After a wanted change: ``BYHAND_GOLDEN=write pytest tests/test_golden.py``, then read the difference.
"""

import os
from pathlib import Path

import pytest

import byhand

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


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TOLD)
def test_an_example_is_told_word_for_word(name, language):
    example, how = TOLD[name]
    worked = byhand.work(byhand.example(example), exact=how.get("exact", False))
    how = {key: value for key, value in how.items() if key != "exact"}
    told = worked.to_text(width=88, language=language, **how)
    path = GOLDEN / f"{name.replace(' ', '_')}.{language}.txt"
    if os.environ.get("BYHAND_GOLDEN") == "write":
        path.write_text(told, "utf-8")
    assert path.read_text("utf-8") == told


def test_no_golden_file_is_left_over():
    expected = {f"{name.replace(' ', '_')}.{language}.txt" for name in TOLD for language in ("en", "zh")}
    assert expected == {path.name for path in GOLDEN.iterdir()}
