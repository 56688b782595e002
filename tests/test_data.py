"""The sets known by name, dividing them, and that dividing the houses looks at the training part alone."""

import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from byhand.data import Houses, circles, from_arrays, houses, load, names, spirals, xor
from byhand.demo.learning import divided, inputs_of, location_of
from byhand.errors import ProblemError


@pytest.fixture(scope="module")
def ames():
    return houses()


def test_the_houses_are_those_of_the_published_set(ames):
    assert 2930 == len(ames.area) == len(ames.neighbourhood) == len(ames.price)
    assert 28 == len(set(ames.neighbourhood))
    # De Cock 2011: prices run from 12,789 to 755,000 dollars, living areas from 334 to 5,642 square feet
    assert (12_789, 755_000) == (ames.price.min(), ames.price.max())
    assert (334, 5642) == pytest.approx((ames.area.min() / 0.3048**2, ames.area.max() / 0.3048**2), rel=1e-12)


def test_a_house_is_one_row(ames):
    line = resources.files("byhand.data").joinpath("ames.csv").read_text("utf-8").splitlines()[5]
    assert "1629,Gilbert,189900" == line
    assert (1629 * 0.3048**2, "Gilbert", 189_900) == (
        pytest.approx(ames.area[4], rel=1e-12),
        ames.neighbourhood[4],
        ames.price[4],
    )


def test_the_extract_is_small():
    assert 60_000 > len(resources.files("byhand.data").joinpath("ames.csv").read_bytes())


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_each_house_is_in_one_part(ames, seed):
    split = divided(ames, seed)
    assert (2344, 586) == (len(split.training), len(split.held_out))
    assert list(range(2930)) == sorted([*split.training, *split.held_out])


def test_a_seed_is_a_split(ames):
    assert np.array_equal(divided(ames, 1).held_out, divided(ames, 1).held_out)
    assert not np.array_equal(divided(ames, 1).held_out, divided(ames, 2).held_out)


def test_nothing_of_a_held_out_house_leaks(ames):
    split = divided(ames, 1)
    area, price, neighbourhood = ames.area.copy(), ames.price.copy(), ames.neighbourhood.copy()
    area[split.held_out] *= 7
    price[split.held_out] *= 100
    neighbourhood[split.held_out] = "Edwards"
    other = divided(Houses(area, neighbourhood, price), 1)
    assert split[3:] == other[3:]


def test_location_is_by_the_medians_of_the_training_part():
    price = np.array([100.0, 120, 130, 300, 310, 320, 90, 95, 500, 210])
    name = np.array(["low", "low", "low", "high", "high", "high", "low", "low", "high", "odd"])
    split = divided(Houses(price / 2, name, price), 3)
    known = price[split.training], name[split.training]
    dear = {str(n) for n in set(known[1]) if np.median(known[0][known[1] == n]) > np.median(known[0])}
    assert np.median(known[0]) == split.median
    assert "high" in dear
    assert dear == split.dear
    assert [0, 1, 0] == list(location_of(np.array(["low", "high", "nowhere"]), frozenset({"high"})))


def test_the_training_part_is_standardised_and_the_rest_by_the_same_scale(ames):
    split = divided(ames, 2)
    known = inputs_of(ames, split, split.training)
    assert np.zeros(2) == pytest.approx(known.mean(axis=0), abs=1e-12)
    assert np.ones(2) == pytest.approx(known.std(axis=0))
    house = split.held_out[:1]
    expected = (ames.area[house[0]] - ames.area[split.training].mean()) / ames.area[split.training].std()
    assert expected == pytest.approx(inputs_of(ames, split, house)[0, 0])


# By name


@pytest.mark.parametrize("name", sorted(set(names()) - {"mnist", "fashion-mnist"}))
def test_a_set_by_name(name):
    data = load(name)
    assert name == data.name
    assert data.X.shape == (len(data.y), len(data.feature_names))
    assert not np.isnan(data.X).any()
    assert f"{len(data):,}" in names()[name]
    for language in ("en", "zh"):
        assert str(len(data)) in data.describe(language)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_classes_have_their_names(name):
    bunch, data = getattr(datasets, f"load_{name}")(), load(name)
    assert np.array_equal(bunch.data, data.X)
    assert [str(bunch.target_names[code]) for code in bunch.target] == data.y.tolist()
    assert sorted(bunch.target_names.tolist()) == list(data.classes)
    assert "classification" == data.task


def test_diabetes_in_its_own_units():
    bunch, data = datasets.load_diabetes(scaled=False), load("diabetes")
    assert np.array_equal(bunch.data, data.X)
    assert ("regression", bunch.target.tolist()) == (data.task, data.y.tolist())
    assert ("age", "sex", "bmi") == data.feature_names[:3]


def test_digits_lie_between_0_and_1():
    data = load("digits")
    assert (datasets.load_digits().data / 16).tolist() == data.X.tolist()
    assert ((8, 8), tuple(range(10)), "none") == (data.sample_shape, data.classes, data.scaling)


def test_houses_as_a_data_set(ames):
    data = load("houses")
    area, neighbourhood = data.columns
    assert np.array_equal(ames.area, data.X[:, 0])
    assert (None, 28) == (area.levels, len(neighbourhood.levels))
    assert [neighbourhood.levels[int(code)] for code in data.X[:, 1]] == ames.neighbourhood.tolist()
    assert ames.price.tolist() == data.y.tolist()


def test_exclusive_or():
    assert {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0} == dict(
        zip(map(tuple, xor().X.tolist()), xor().y.tolist(), strict=True)
    )


def test_spirals_are_those_of_the_benchmark():
    # the first points of each class and the last, as the program of the benchmark prints them
    X, y = spirals().X, spirals().y
    assert (194, [1, 0] * 97) == (len(X), y.tolist())
    printed = {0: (0, 6.5), 1: (0, -6.5), 2: (1.25589, 6.31381), 4: (2.43961, 5.88973), 8: (4.41942, 4.41942)}
    assert np.abs(X[list(printed)] - list(printed.values())).max() < 6e-6
    path = Path(__file__).parents[2] / "shared" / "data" / "spirals" / "two_spirals.txt"
    if not path.is_file():
        pytest.skip("the whole table of the benchmark is not here")
    table = np.loadtxt(path)
    assert np.abs(table[:, :2] - X).max() < 6e-6
    assert table[:, 2].tolist() == y.tolist()


def test_the_circle_is_half_of_the_square():
    data = circles(20_000, seed=5)
    assert data.y.mean() == pytest.approx(0.5, abs=0.012)  # more than three standard deviations
    radius = np.hypot(*(data.X - 0.5).T)
    assert radius[data.y == 1].max() < 1 / np.sqrt(2 * np.pi) <= radius[data.y == 0].min()


def test_without_scikit_learn_the_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ProblemError, match=r'pip install "byhand\[train\]"'):
        load("iris")
    assert 4 == len(load("xor"))


def test_every_name_is_told_in_both_languages():
    english, chinese = names("en"), names("zh")
    assert english.keys() == chinese.keys()
    assert {"xor", "spirals", "digits", "mnist", "fashion-mnist", "breast-cancer"} < english.keys()
    assert not set(english.values()) & set(chinese.values())


# Dividing


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("seed", [0, 7])
def test_every_class_keeps_its_share(share, seed):
    data = load("wine")
    training, test = data.split(share, seed)
    assert round(178 * share) == len(test)
    assert sorted(map(tuple, data.X)) == sorted([*map(tuple, training.X), *map(tuple, test.X)])
    for label, count in zip(*np.unique(data.y, return_counts=True), strict=True):
        assert abs((test.y == label).sum() - share * count) < 1


def test_a_rare_class_stays_to_be_learned_from():
    data = from_arrays(np.arange(14).reshape(7, 2), list("aaaaabc"))
    training, test = data.split(0.4, seed=1)
    assert (["a", "a", "a"], ("a", "b", "c")) == (test.y.tolist(), test.classes)
    assert {"b", "c"} < set(training.y.tolist())


def test_a_seed_divides_always_alike():
    first, again, other = (load("diabetes").split(0.2, seed).test.X for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5, 0.1, 0.9, float("nan")])
def test_a_share_that_leaves_nothing(share):
    with pytest.raises(ProblemError, match="of 4 rows"):
        xor().split(share)


# Told


def test_a_set_is_described():
    data = from_arrays(
        [[1, 2.5], [np.nan, 3], [1, 2.5], [4, 5]], [1.5, 2, 4, 8], name="small", target_name="cost"
    )
    assert data.describe() == (
        "small: 4 rows, 2 inputs\n"
        "numbers (cost): from 1.5 to 8, mean 3.875\n"
        "missing values: x1 (1)\n"
        "rows whose inputs repeat an earlier row's: 1"
    )
    assert "classes (class): setosa (50), versicolor (50), virginica (50)" in load("iris").describe()
    assert (
        load("digits")
        .describe("zh")
        .startswith("digits：1797 行，64 个输入\n类别（class）：0 (178)、1 (182)")
    )
