"""Inputs made of a data set: decided by the training part alone; against NumPy and scikit-learn."""

import json

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from byhand.data import Preparation, from_arrays, houses, load
from byhand.data.splitting import divided
from byhand.errors import ProblemError
from byhand.networks import Perceptron
from byhand.networks.tasks.origin import Origin, origin_of

TEXT = """size,colour,price
2,red,10.5
,blue,20
4,,31
9,red,44
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(TEXT, "utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("scaling", "sizes"),
    [
        ("none", [2, 4, 4, 9]),
        ("range", [0, 2 / 7, 2 / 7, 1]),
        ("standard", (np.array([2, 4, 4, 9]) - 4.75) / np.std([2, 4, 4, 9])),
    ],
)
def test_a_missing_number_is_the_median_and_a_missing_category_a_level(small, scaling, sizes):
    preparation = Preparation.fit(small, scaling)
    assert ("size", "colour=blue", "colour=red", "colour=?") == preparation.input_names
    inputs = preparation.inputs(small)
    assert sizes == pytest.approx(inputs[:, 0])
    assert [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]] == inputs[:, 1:].tolist()


@pytest.mark.parametrize(("scaling", "oracle"), [("standard", StandardScaler), ("range", MinMaxScaler)])
def test_scaling_is_that_of_scikit_learn_fitted_on_the_training_part(scaling, oracle):
    training, test = load("wine").split(test=0.3, seed=2)
    expected = oracle().fit(training.X).transform(test.X)
    assert np.allclose(expected, Preparation.fit(training, scaling).inputs(test), rtol=1e-12, atol=1e-12)


def test_categories_are_those_of_scikit_learn():
    rows, held_out = divided(2930, None, 0.2, 4)
    names = houses().neighbourhood[:, None]
    oracle = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(names[rows])
    training, test = load("houses").split(test=0.2, seed=4)
    preparation = Preparation.fit(training)
    assert [f"neighbourhood={name}" for name in oracle.categories_[0]] == list(preparation.input_names[1:])
    assert np.array_equal(oracle.transform(names[held_out]), preparation.inputs(test)[:, 1:])


def test_nothing_of_a_held_out_row_is_used():
    data = load("diabetes")
    training, _ = data.split(test=0.25, seed=3)
    changed = from_arrays(data.X.copy(), data.y.copy(), task="regression", feature_names=data.feature_names)
    known, held_out = changed.split(test=0.25, seed=3)
    held_out.X[:] *= 1000
    held_out.y[:] += 1e6
    assert Preparation.fit(training).columns == Preparation.fit(known).columns
    assert Preparation.fit(training).target == Preparation.fit(known).target


def test_a_level_never_seen_is_zero_everywhere_and_a_new_gap_is_filled(small, tmp_path):
    preparation = Preparation.fit(small.take(np.array([0, 1, 3])), "range")
    path = tmp_path / "new.csv"
    path.write_text("note,colour,size\nfirst,green,\nsecond,,3.5\nthird,blue,11\n", "utf-8")
    new = load(path, like=preparation)
    assert new.y is None
    assert ("size", "colour=blue", "colour=red") == preparation.input_names
    expected = [[0.5, 0, 0], [1.5 / 7, 0, 0], [9 / 7, 1, 0]]
    assert np.array(expected) == pytest.approx(preparation.inputs(new), rel=1e-12)


def test_a_file_is_read_as_the_training_part_was(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code,x,y\nA1,1,2.5\n7,2,3.5\nA1,3,1.5\nB,4,8.5\n", "utf-8")
    preparation = Preparation.fit(load(path), "none")
    path.write_text("y,code,x\n4.5,7,10\n0.5,7,20\n", "utf-8")  # now all codes are numbers, and y is first
    new = load(path, like=preparation)
    assert [[1, 0, 0, 10], [1, 0, 0, 20]] == preparation.inputs(new).tolist()
    assert [4.5, 0.5] == new.y.tolist()


def test_targets_are_scaled_and_come_back(small):
    preparation = Preparation.fit(small)
    prices = np.array([10.5, 20, 31, 44])
    assert ((prices - prices.mean()) / prices.std()) == pytest.approx(preparation.targets(small))
    assert prices == pytest.approx(preparation.restored(preparation.targets(small)))


def test_labels_stay_as_they_are():
    data = load("iris")
    preparation = Preparation.fit(data)
    assert data.y is preparation.targets(data)
    assert data.y is preparation.restored(data.y)


def test_pictures_are_not_scaled_again():
    data = load("digits")
    preparation = Preparation.fit(data)
    assert np.array_equal(data.X, preparation.inputs(data))
    assert (8, 8) == preparation.sample_shape


def test_equal_numbers_are_only_centred():
    data = from_arrays([[0.1, 1.5], [0.1, 2.5], [0.1, 4]], [1.5, 2, 2.5])
    assert [0, 0, 0] == pytest.approx(Preparation.fit(data).inputs(data)[:, 0], abs=1e-12)


def test_the_state_is_json_and_brings_it_back(small):
    preparation = Preparation.fit(small)
    text = json.dumps(preparation.model_dump(mode="json"), allow_nan=False)
    again = Preparation.model_validate(json.loads(text))
    assert preparation == again
    assert np.array_equal(preparation.inputs(small), again.inputs(small))


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.pop("scaling"),
        lambda state: state.update(scaling="logarithm"),
        lambda state: state.update(extra=1),
        lambda state: state["columns"][0]["scale"].update(spread=0),
        lambda state: state["columns"][0].update(fill="much"),
        lambda state: state["columns"].append("size"),
    ],
)
def test_a_damaged_state_is_refused(small, change):
    net = Perceptron()
    net.origin_ = Origin.of(small, "small.csv", None, 0, seed=0).state()
    assert "small.csv" == origin_of(net).source
    change(net.origin_["preparation"])
    with pytest.raises(ProblemError) as error:
        origin_of(net)
    assert "no_preparation" == error.value.code


def code_of(function, *arguments, **settings):
    with pytest.raises(ProblemError) as error:
        function(*arguments, **settings)
    assert error.value.explained("zh") != error.value.explained("en")
    return error.value.code


def test_what_does_not_fit_is_said(small):
    preparation = Preparation.fit(small)
    assert "columns_missing" == code_of(preparation.inputs, load("xor"))
    assert "no_target" == code_of(preparation.targets, from_arrays([[1, 2.5]]))
    swapped = from_arrays([[1, 2.5]], feature_names=["size", "colour"])
    assert "column_changed" == code_of(preparation.inputs, swapped)
    assert "column_empty" == code_of(Preparation.fit, small.take(np.array([1])))
    assert "scale_too_large" == code_of(Preparation.fit, from_arrays([[-1e308], [1.5e308]], [0.5, 1.5]))
