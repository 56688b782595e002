"""``byhand why`` as a user meets it: one number of a saved network for one sample."""

import json
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.networks import MLPClassifier


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A saved network, and its samples as CSV and as .npy."""
    where = tmp_path_factory.mktemp("why")
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(6, 3)).round(2), np.array(["cat", "dog"] * 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        MLPClassifier((6,), "tanh", max_iter=2, random_state=1).fit(X, y).save(where / "pets.byhand")
    rows = [",".join([*map(str, row), label]) for row, label in zip(X, y, strict=True)]
    (where / "pets.csv").write_text("\n".join(["tail,ears,size,animal", *rows]), "utf-8")
    (where / "bare.csv").write_text("\n".join(rows), "utf-8")
    np.save(where / "pets.npy", X)
    return where


def typed(folder, capfd, *arguments):
    code = run(["why", str(folder / "pets.byhand"), *[str(one) for one in arguments]])
    out, err = capfd.readouterr()
    return code, out, err


def test_a_sample_comes_from_a_file_or_from_the_command_line(folder, capfd):
    found = []
    x = np.load(folder / "pets.npy")[2]
    for sample in (
        ("--data", folder / "pets.csv", "--sample", 2),
        ("--data", folder / "bare.csv", "--sample", 2),
        ("--data", folder / "pets.npy", "--sample", 2, "--y", "cat"),
        ("--x", ",".join(map(str, x)), "--y", "cat"),
    ):
        code, out, err = typed(folder, capfd, "dL/dW1[1,2]", *sample, "--json")
        assert (0, "") == (code, err)
        found.append(json.loads(out))
    assert found[0] == found[1] == found[2] == found[3]
    assert "byhand.why/1" == found[0]["schema"]
    net = byhand.load(folder / "pets.byhand")
    assert net.work([x], ["cat"]).number("dL/dW1[1,2]") == found[0]["value"]


def test_it_is_told_in_both_languages_and_into_a_file(folder, capfd, tmp_path):
    sample = ("--data", folder / "pets.csv", "--sample", 1)
    code, out, _ = typed(folder, capfd, "z2[1]", *sample, "--terms", 2)
    assert 0 == code
    assert "6 products: the 2 largest by size, and the other 4 together" in out
    _, out, _ = typed(folder, capfd, "z2[1]", *sample, "--full", "--lang", "zh")
    assert "共 6 个乘积，按绝对值从大到小排列：" in out
    typed(folder, capfd, "z2[1]", *sample, "-o", tmp_path / "why.html")
    assert (tmp_path / "why.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["z1[0]"], "--x"),
        (["z1[0]", "--x", "1,2"], "2 values; the network takes 3"),
        (["z1[0]", "--x", "1,2,four"], "“four”"),
        (["z1[0]", "--x", "1,2,1e99"], "finite"),
        (["L", "--x", "1,2,3"], "needs a target"),
        (["L", "--x", "1,2,3", "--y", "cow"], "cat, dog"),
        (["z3[0]", "--x", "1,2,3"], "z2"),
        (["z1[0]", "--data", "pets.csv", "--sample", "6"], "from 0 to 5"),
        (["z1[0]", "--data", "pets.byhand"], "ending of pets.byhand"),
        (["z1[0]", "--data", "nothing.csv"], "nothing.csv"),
    ],
)
def test_what_cannot_be_used_is_said(folder, capfd, monkeypatch, arguments, told):
    monkeypatch.chdir(folder)
    code, out, err = typed(folder, capfd, *arguments)
    assert (2, "") == (code, out)
    assert told in err


def test_neither_the_command_nor_the_network_needs_jax(folder):
    program = (
        "import sys; from byhand.cli import run\n"
        f"code = run(['why', {str(folder / 'pets.byhand')!r}, 'dL/dW1[1,2]', '--x', '1,2,3', '--y', 'cat'])\n"
        "sys.exit(code or 'jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (0, "") == (done.returncode, done.stderr)
