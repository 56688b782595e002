"""The python view: plain NumPy scripts that print the engine's own numbers."""

import ast
import json
import re
import subprocess
import sys

import numpy as np
import pytest

import byhand
from byhand.ops import OPS
from byhand.trace.forward import run_forward
from byhand.views.python import render

# Runs every script of its arguments in one process and prints what each printed, as one JSON object.
RUN_ALL = """
import contextlib, io, json, runpy, sys
printed = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(path)
    printed[path] = out.getvalue()
print(json.dumps(printed))
"""

W = [[0.2, -0.4, 0.6], [0.3, -0.5, 0.8]]
IMAGE = [[[0.1, 0.9, -0.3, 0.4], [0.5, -0.2, 0.8, 0.7], [0.6, 0.3, -0.9, 0.2], [-0.4, 1.1, 0.35, 0.15]]]
KERNEL = [[[[0.5, -1.0], [0.25, 2.0]]], [[[-0.3, 0.7], [1.5, 0.1]]]]

PROBLEMS = {
    "copy, neg, comparison": {
        "problem": "t = -a\nu = t\nL = u * (a < 3) - a*(b >= 2)",
        "given": {"a": 1.5, "b": 2},
    },
    "precedence": {
        "problem": "p = (a - (b - c)) / (a * (b / c))\nq = (-a)^2 + (a^b)^c - a^(b^0.5)\nL = -(p + q)^2 * 2a",
        "given": {"a": 1.7, "b": 0.6, "c": 2.5},
    },
    "elementary": {
        "problem": "u = exp(a) + log(b) + sqrt(b) + abs(-a) + sin(a) + cos(b) + tanh(a) + sign(a)\n"
        "v = softplus(a) + gaussian(b) + step(a) + sigmoid(b) + relu(a) + leaky_relu(-a, 0.1)\n"
        "L = u*v + max(a, b) + min(a, b)",
        "given": {"a": 0.7, "b": 1.3},
    },
    "smooth units, a norm, chosen places": {
        "problem": "q = gelu(u) + gelu_tanh(v) + erf(u)\nn = layer_norm(q, 0.01)\np = pick([u, v], [2, 0])\n"
        "L = sum(n*u) + sum(p^2)",
        "given": {"u": [0.7, -1.3, 0.4], "v": [0.9, 0.2, 1.7]},
    },
    "where": {"problem": "L = where(a > b, a^2, b^3)", "given": {"a": 0.7, "b": 1.3}},
    "broadcasting": {
        "problem": "z = W * x + b\nL = sum(z^2) + mean(W)",
        "given": {"W": W, "x": [[1.0], [2.5]], "b": [0.1, 0.2, 0.3]},
    },
    "reductions": {
        "problem": "a = max(W, axis=0)\nb = sum(W, axis=1, keepdims=1)\nc = mean(W, axis=-1)\nd = norm(W)\n"
        "e = min(W)\nL = sum(a) * d + sum(b * W) + sum(c^2) + e",
        "given": {"W": W},
    },
    "products": {
        "problem": "p = W @ x\nq = x @ W.T\nr = outer(p, x)\ns = dot(x, x)\nL = sum(r @ x * q) * s + norm(x)",
        "given": {"W": W, "x": [1.0, 0.5, -0.25]},
    },
    "index and list": {
        "problem": "v = [W[0, 1], x[-1], 2]\ns = W[1, 0:2]\nL = sum(v^2) * sum(s) + W[:, 2][0]",
        "given": {"W": W, "x": [1.0, 0.5]},
    },
    "whole numbers": {"problem": "v = [1, 2]\nL = sum(v^-1) * w + 2^-1 + 7/2", "given": {"w": 3}},
    "softmax": {
        "problem": "p = softmax(W @ x)\nL = cross_entropy(y, p)",
        "given": {"W": W, "x": [1.0, 0.5, -0.25], "y": [0, 1]},
    },
    "softmax of rows": {
        "problem": "p = softmax(W, axis=1)\nL = cross_entropy(y, p)",
        "given": {"W": W, "y": [[0, 1, 0], [0.5, 0.5, 0]]},
    },
    "quadratic": {"problem": "L = quadratic(y, W)^2", "given": {"W": W, "y": [[0, 1, 0], [1, 0, 0]]}},
    "mse": {"problem": "L = mse(y, W)", "given": {"W": W, "y": [[0, 1, 0], [1, 0, 0]]}},
    "binary": {
        "problem": "L = binary_cross_entropy(y, sigmoid(x))",
        "given": {"x": [0.3, -0.8], "y": [1, 0]},
    },
    "hinge": {"problem": "L = hinge(y, x)", "given": {"x": [0.3, -0.8, 2.5], "y": [1, -1, 1]}},
    "conv": {
        "problem": "h = relu(conv(x, w))\np = pool(h, 2, 1)\nL = sum(p^2)",
        "given": {"x": IMAGE, "w": KERNEL},
    },
    "conv with stride and pad": {
        "problem": "h = conv(x, w, stride=2, pad=1)\np = mean_pool(h, size=2, stride=1)\nL = sum(p^3)",
        "given": {"x": [IMAGE, np.negative(IMAGE).tolist()], "w": KERNEL},
    },
    "conv with dilation and groups": {
        "problem": "h = conv(x, w, stride=2, pad=2, dilation=2, groups=2)\nL = sum(flatten(h)^2)",
        "given": {"x": [IMAGE[0], IMAGE[0]], "w": [KERNEL[0], KERNEL[0]]},
    },
    "conv of one plane": {
        "problem": "h = conv(x, w)\nL = sum(pool(h, 3)^2) + sum(mean_pool(h, 2, 1)^2)",
        "given": {"x": IMAGE[0], "w": KERNEL[0][0]},
    },
    "penalty": {
        "problem": "yhat = w*x + b\nL = (y - yhat)^2",
        "minimise": "L",
        "rate": 0.1,
        "learn": ["w", "b"],
        "steps": 3,
        "penalty": {"form": "textbook", "lambda": 0.9, "names": ["w"]},
        "given": {"w": 0.5, "b": 0.1, "x": 2, "y": 3},
    },
    "batch, sum": {
        "problem": "yhat = sum(w*x)\nL = (y - yhat)^2",
        "minimise": "L",
        "rate": 0.01,
        "learn": ["w"],
        "reduce": "sum",
        "given": {"w": [0.5, -0.2]},
        "samples": {"x": [[1, 2], [3, 1], [0.5, 4]], "y": [1, 2, 3]},
    },
    "online": {
        "problem": "yhat = w*x\nL = (y - yhat)^2",
        "minimise": "L",
        "rate": 0.05,
        "steps": 7,
        "order": "online",
        "given": {"w": 0.5},
        "samples": {"x": [1, 2, 3], "y": [2, 4.1, 5.9]},
        "predict": {"x": 5, "result": "yhat"},
    },
    "until": {"problem": "L = (w - 3)^2", "minimise": "L", "rate": 0.2, "until": 1e-3, "given": {"w": 0}},
    "ascent": {"problem": "f = -(w - 3)^2", "maximise": "f", "rate": 0.2, "steps": 4, "given": {"w": 0}},
    "unused": {"problem": "L = a^2", "minimise": "L", "rate": 0.1, "given": {"a": 2, "b": 3, "W": W}},
    "Chinese": {
        "problem": "输出 = 权重 * 输入\n损失 = (目标 - 输出)^2",
        "given": {"权重": 0.5, "输入": 2, "目标": 3},
    },
    "taken names": {
        "problem": "L = lambda * np + k*n + show^2 - is*dL_dn + sigmoid(range)",
        "minimise": "L",
        "rate": 0.1,
        "steps": 2,
        "given": {"lambda": 1, "np": 2, "k": 3, "n": 4, "show": 5, "is": 6, "dL_dn": 7, "range": 8},
        "samples": {"rate": [1, 2]},
    },
    "one letter to Python": {"problem": "L = ℓ*2 + l*3", "given": {"ℓ": 5, "l": 7}},
    "exact": {"problem": "L = (a - b/3)^2", "minimise": "L", "rate": 0.1, "given": {"a": 0.9, "b": 2}},
    "two hundred terms": {"problem": "L = " + " - ".join(["a"] * 195), "given": {"a": 2}},
    **{
        f"rule {rule}": {
            "problem": "C = (w^2 + 10*sum(v^2))/2",
            "minimise": "C",
            "rate": 0.1,
            "rule": rule,
            "steps": 4,
            "given": {"w": 4, "v": [1.0, -2.0]},
            "rule_state": {"t": 2, "w": {"m": 0.6, "v": 0.3}} if rule.startswith("adam") else {},
        }
        for rule in ("momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
    },
    "adamw upward": {"problem": "f = -w^2", "maximise": "f", "rate": 0.1, "rule": "adamw", "given": {"w": 4}},
}


def worked(name):
    if name in PROBLEMS:
        return byhand.work(PROBLEMS[name], exact=name == "exact")
    example = byhand.example(name)
    ones = {name: 1 for name, value in example.given.items() if value == "?"}  # as in its script
    return byhand.work(example, ones)


NAMES = [*byhand.examples(), *PROBLEMS]


@pytest.fixture(scope="module")
def works():
    return {name: worked(name) for name in NAMES}


@pytest.fixture(scope="module")
def printed(works, tmp_path_factory):
    """What each script prints: label to number, all scripts run by one isolated Python."""
    folder = tmp_path_factory.mktemp("scripts")
    paths = {name: folder / f"script{k}.py" for k, name in enumerate(works)}
    for name, path in paths.items():
        path.write_text(render(works[name].task, works[name].run), "utf-8")
    command = [sys.executable, "-I", "-X", "utf8", "-W", "error", "-c", RUN_ALL, *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert "" == done.stderr
    texts = json.loads(done.stdout)
    return {name: read(texts[str(path)]) for name, path in paths.items()}


def read(text):
    return {label: json.loads(number) for label, number in (line.split(" = ") for line in text.splitlines())}


def engine_number(work, label):
    """The number the engine has for a label of the script."""
    if label.startswith("predicted ") and work.task.problem.predict:
        inputs = {name: float(x) for name, x in work.task.problem.predict.items() if name != "result"}
        start = {**work.run.given, **{name: column[0] for name, column in work.run.plan.samples.items()}}
        values = {**start, **work.run.starts[-1], **inputs}
        return run_forward(work.run.program, values).values[label.removeprefix("predicted ")]
    sample = re.search(r" of sample (\d+)$", label)
    if sample is None:
        return work.number(label)
    k, body = int(sample[1]) - 1, label[: sample.start()]
    first = work.run.first
    if "/d" in body:
        return first.backwards[k].gradients[body.split("/d")[1]]
    return first.forwards[k].values[body]


# Every number


@pytest.mark.parametrize("name", NAMES)
def test_the_script_prints_the_numbers_of_the_engine(works, printed, name):
    work = works[name]
    assert printed[name]
    for label, number in printed[name].items():
        expected = np.asarray(engine_number(work, label), dtype=float)
        # Not to the last bit: the engine adds contributions from the back, and squares by one product.
        np.testing.assert_allclose(
            number, expected, rtol=1e-12, atol=1e-12 * np.max(np.abs(expected)), err_msg=label
        )


@pytest.mark.parametrize("name", NAMES)
def test_the_script_prints_every_line_gradient_and_update(works, printed, name):
    plan, labels = works[name].run.plan, {label.split(" of sample ")[0] for label in printed[name]}
    assert set(works[name].run.program.lines) <= labels
    if plan.objective:
        assert {f"d{plan.objective}/d{by}" for by in plan.learn or works[name].run.given} <= labels
    assert {f"{learned}_new" for learned in plan.learn} <= labels


@pytest.mark.parametrize("name", ["house-price", "mazur", "matrix-network", "xor", "network-2-2-2"])
def test_the_same_operations_print_the_same_digits(works, printed, name):
    forward = works[name].run.first.forwards[0].values
    lines = [line for line in works[name].run.program.lines if line != works[name].run.plan.objective]
    here = {label.removesuffix(" of sample 1"): number for label, number in printed[name].items()}
    assert [repr(np.asarray(forward[line]).tolist()) for line in lines] == [
        repr(here[line]) for line in lines
    ]


def test_a_script_runs_to_the_iteration_where_the_run_stopped(works, printed):
    objectives = works["until"].run.objectives
    labels = [label for label in printed["until"] if "#" in label]
    assert [f"L#{k}" for k in range(1, len(objectives) + 1)] == labels


# The text


def script(**problem):
    work = byhand.work(problem)
    return render(work.task, work.run)


def test_the_chain_rule_is_written_from_the_back():
    text = script(
        problem="yhat = w*x\nL = (y - yhat)^2", given={"w": 0.5, "x": 2, "y": 3}, rate=0.1, learn=["w"]
    )
    expected = """\
yhat = w * x
L = (y - yhat) ** 2
dL_dyhat = 2 * (y - yhat) * -1
dL_dw = dL_dyhat * x
show({'yhat': yhat, 'L': L, 'dL/dyhat': dL_dyhat, 'dL/dw': dL_dw})
w = w - rate * dL_dw
show({'w_new': w})
"""
    assert expected == text[text.index("yhat = w") :]


def test_gradients_of_a_layer_are_written_with_matrices():
    text = script(problem="z = W @ x + b\nL = sum(z^2)", given={"W": W, "x": [1, 2, 3], "b": [1, 2]})
    assert "dL_dW = np.outer(dL_dz, x)\ndL_dx = W.T @ dL_dz\ndL_db = dL_dz\n" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_script_imports_numpy_and_defines_only_what_it_uses(works, name):
    tree = ast.parse(render(works[name].task, works[name].run))
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    standard = {"math"} if "erf" in defined else set()  # NumPy has no error function
    assert {"numpy", *standard} == {module.split(".")[0] for module in imported}
    assert defined <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_a_title_stays_in_its_comment():
    text = script(problem="L = a", given={"a": 1}, title="one\nimport os\r\u2028\x0cprint('two')\x00")
    assert "# one import os print('two')" == text.splitlines()[0]
    assert "import numpy as np" == text.splitlines()[1]


def test_a_given_without_a_number_is_said_to_lack_one():
    text = script(problem="L = a*b", given={"a": "?", "b": 2})
    assert "a = 1.0  # the problem gives no number: put yours here\nb = 2.0\n" in text


def test_every_operation_of_an_array_has_its_numpy_text():
    spelled_out_only = {"largest", "smallest"}
    opaque = {"opaque", "opaque_pull", "opaque_choice"}  # no script: a JAX function calculates them
    assert spelled_out_only | opaque == {code for code, op in OPS.items() if not op.python}
