"""The houses that ship with the package, and that dividing them looks at the training part alone."""

from importlib import resources

import numpy as np
import pytest

from byhand.data import Houses, houses
from byhand.demo.learning import divided, inputs_of, location_of


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
