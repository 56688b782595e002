"""What networks that need no descent have learned, drawn."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from classic_families import KIND, SPOTS, WAVE, command_in_a_folder_with_data, trained
from matplotlib import figure

import byhand
from byhand.data import Preparation
from byhand.networks import FuzzyARTMAP, RBFClassifier, RBFRegressor
from byhand.networks.tasks import pictures
from byhand.networks.tasks.seen import GRID, Seen
from byhand.views import growth, hinton, maps, outlines, panels


@pytest.fixture
def typed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command_in_a_folder_with_data(capfd)


@pytest.mark.parametrize(
    ("name", "kinds", "words"),
    [
        ("som", [panels.Lines, maps.Map, maps.Map, maps.Map, maps.Net, maps.Map], "U 矩阵"),
        ("art", [outlines.Outlines], "圆内的输入足够相似"),
        ("fuzzy-art", [outlines.Outlines], "每个类别是一个盒子"),
        ("fuzzy-artmap", [outlines.Outlines], "每个类别是一个盒子"),
        ("rbf", [outlines.Outlines], "半径为 σ 的圆"),
        ("rbm", [panels.Lines, panels.Lines, maps.Map], "每行一个隐藏单元"),
        ("cascade", [growth.Growth], "网络的增长过程"),
        ("art1", [maps.Map], "每行一个类别"),
        ("hopfield", [panels.Lines, hinton.Hinton], "回忆过程中能量下降"),
        ("boltzmann", [panels.Lines, hinton.Hinton], "方块的面积表示大小"),
    ],
)
def test_what_was_learned_is_drawn(typed, monkeypatch, name, kinds, words):
    trained(typed, name, "--plot", "drawn.svg", "--lang", "zh")
    assert words in Path("drawn.svg").read_text("utf-8")
    shown = []
    monkeypatch.setattr(panels, "draw", lambda path, found: shown.extend(found))
    trained(typed, name, "--plot", "drawn.png")
    assert kinds == [type(panel) for panel in shown]


def test_equal_weights_are_squares_of_their_own():
    """Attention that is the same everywhere would be one white area."""
    place = figure.Figure()
    hinton.draw_hinton(place, hinton.Hinton("Attention", np.full((2, 2), 0.5), ("a", "b")))
    squares = [path.get_extents() for path in place.axes[0].collections[0].get_paths()]
    assert 4 == len(squares)
    assert not any(one.overlaps(other) for one, other in combinations(squares, 2))


def test_templates_that_are_pictures_are_called_so(typed):
    digits = ("train", "art1", "--data", "digits", "vigilance=0.3", "--target", "class", "-o", "net.byhand")
    assert 0 == typed(*digits, "--force", "--plot", "drawn.svg", "--lang", "zh")[0]
    count = len(byhand.load("net.byhand").params_["T"])
    assert f"前 16 个类别的模板及其编号（共 {count} 个类别）" in Path("drawn.svg").read_text("utf-8")


def test_groups_are_drawn_by_evaluate_too(typed):
    for name, words in (("som", "Class map"), ("fuzzy-art", "a box each")):
        trained(typed, name)
        assert 0 == typed("evaluate", "net", "-o", "page.html")[0]
        page = Path("page.html").read_text("utf-8")
        assert words in page
        assert "<svg" in page


def seen(X, y, scaling="none"):
    from byhand.data import from_arrays

    data = from_arrays(X, y, feature_names=[f"x{k}" for k in range(X.shape[1])])
    preparation = Preparation.fit(data, scaling)
    return Seen(preparation.inputs(data), data.y, preparation)


def test_boxes_hold_their_samples_in_the_unit_of_the_data():
    shown = seen(SPOTS, KIND)
    net = FuzzyARTMAP().fit(shown.X, KIND)
    (panel,) = pictures.panels_of(net, shown, "en")
    for place, kind in zip(SPOTS, KIND, strict=True):
        own = [one for one in panel.outlines if one.group == kind]
        assert any(
            2 * abs(place[0] - one.x) <= one.width + 1e-5 and 2 * abs(place[1] - one.y) <= one.height + 1e-5
            for one in own
        )
    places = panel.field.places
    assert {0, 1, 2} == set(np.unique(places))
    left, right, bottom, top = panel.field.extent
    column = round((SPOTS[0, 0] - left) / (right - left) * (GRID - 1))
    row = round((SPOTS[0, 1] - bottom) / (top - bottom) * (GRID - 1))
    assert net.predict(shown.X[:1])[0] == places[row, column]


def test_circles_have_their_widths_in_the_unit_of_the_data():
    shown = seen(SPOTS * [10, 1], KIND, "standard")
    net = RBFClassifier(4, widths=0.5, random_state=0).fit(shown.X, KIND)
    (panel,) = pictures.panels_of(net, shown, "en")
    spread = (SPOTS * [10, 1]).std(axis=0)
    for one, centre in zip(panel.outlines, net.params_["C"], strict=True):
        assert (2 * 0.5 * spread).tolist() == pytest.approx([one.width, one.height], rel=1e-5)
        assert centre * spread + (SPOTS * [10, 1]).mean(axis=0) == pytest.approx([one.x, one.y], rel=1e-4)


def test_bumps_and_bias_add_up_to_the_curve():
    shown = seen(WAVE[:, None], 5 + np.sin(WAVE), "standard")
    target = shown.preparation.target
    net = RBFRegressor(5, random_state=0).fit(shown.X, (shown.y - target.centre) / target.spread)
    (panel,) = pictures.panels_of(net, shown, "en")
    bias = shown.preparation.restored(net.params_["b"][0])
    assert bias + np.sum(np.array(panel.bumps) - bias, axis=0) == pytest.approx(panel.curve, rel=1e-6)
    assert abs(np.interp(WAVE, panel.grid, panel.curve) - 5 - np.sin(WAVE)).max() < 0.1


def test_the_two_inputs_in_which_units_differ_most_are_shown():
    X = np.column_stack([SPOTS[:, 0], np.random.default_rng(4).normal(size=45) * 0.01, SPOTS[:, 1]])
    net = FuzzyARTMAP(scale=True).fit(X, KIND)
    (panel,) = pictures.panels_of(net, seen(X, KIND), "en")
    assert ("x0", "x2", None) == (panel.x, panel.y, panel.field)
