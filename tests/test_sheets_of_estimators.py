"""A sheet that names a network is worked out and told as its estimator works a step out."""

import json
import runpy

import numpy as np
import pytest

import byhand
from byhand import networks
from byhand.equations.known import NETWORKS
from tests.estimator_sheets import SAME, sheet_of


@pytest.mark.parametrize("name", SAME)
def test_a_sheet_is_worked_out_as_the_estimator_is(name):
    net, _, data, *_ = SAME[name]
    sheet = sheet_of(name)
    expected, worked = net.work(*data), byhand.work(sheet)
    assert_same(expected, worked)
    if expected.then:
        assert_same(expected.then, worked.then)


def assert_same(expected, worked):
    """The same lines, the same numbers, and the same new ones."""
    assert expected.values.keys() == worked.values.keys()
    for key, value in expected.values.items():
        np.testing.assert_array_equal(value, worked.values[key], err_msg=key)
    assert expected.updates.keys() == worked.updates.keys() != set()
    for key, update in expected.updates.items():
        np.testing.assert_array_equal(update.new, worked.updates[key].new, err_msg=key)
    assert {name: line.text for name, line in expected.run.program.lines.items()} == {
        name: line.text for name, line in worked.run.program.lines.items()
    }


def test_every_estimator_with_equations_is_tried():
    assert {name.partition(" ")[0] for name in SAME} == NETWORKS.keys()


# A setting is a parameter of the estimator; what stands here is different for a reason.
OTHERWISE = {
    "shape": "without it the units of a sheet stand in a row",
    "sigma": "None is auto",
    "decay_time": "None is auto",
    "widths": "one number for all, else beta is given",
    "phase": "a parameter of work",
    "return_sequences": "a text always has a target for each time step",
    "rows": "an estimator has a row for each hidden unit",
    "one_by_one": "an estimator learns what it is given as one batch",
}


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_setting_has_the_name_and_the_default_of_the_estimators_parameter(name):
    known = getattr(networks, name)().get_params()
    for key, field in NETWORKS[name].model_fields.items():
        if key not in OTHERWISE:
            assert known[key] == field.default, key


@pytest.mark.parametrize("name", SAME)
def test_a_sheet_is_told_in_every_form(name, tmp_path, capsys):
    worked = byhand.work(sheet_of(name))
    for language in ("en", "zh"):
        for told in (worked.to_text, worked.to_markdown, worked.to_latex, worked.to_html):
            assert len(told(language=language)) > 300
    (tmp_path / "script.py").write_text(worked.to_python(), "utf-8")
    runpy.run_path(str(tmp_path / "script.py"))
    printed = dict(line.split(" = ", 1) for line in capsys.readouterr().out.splitlines() if " = " in line)
    for one in (worked, worked.then) if worked.then else (worked,):
        for name, update in one.updates.items():
            np.testing.assert_allclose(json.loads(printed[f"{name}_new"]), update.new, rtol=1e-9)
