"""The self-organising map: what is compiled, worked out, told and checked, and what cannot be used."""

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import byhand
from byhand.equations.lattice import Lattice
from byhand.errors import CalculationError, ProblemError
from byhand.networks import SOM
from byhand.networks.self_organising.atlas import PICTURES, draw, hits, majorities, unified_distances
from byhand.networks.self_organising.kohonen import step
from byhand.networks.tasks.saving import load

rng = np.random.default_rng(4)
X = rng.normal(size=(9, 3)) + np.array([0.3, 5.0, -0.7])
KINDS = {
    "gaussian": {},
    "torus": {"torus": True, "decay": "linear"},
    "hexagonal": {"hexagonal": True, "decay": "exponential"},
    "hexagonal torus": {"hexagonal": True, "torus": True, "decay": "constant"},
    "bubble": {"neighbourhood": "bubble", "sigma": 1.2},
    "mexican hat": {"neighbourhood": "mexican_hat", "learning_rate": 0.05},
}
BATCHES = {f"{name}, batch": {**kind, "batch": True} for name, kind in KINDS.items() if name != "mexican hat"}
ALL = {**KINDS, **BATCHES}


def made(kind, **settings):
    return SOM((2, 3), **{"max_iter": 2, "random_state": 1, "sigma": 0.9, **ALL[kind], **settings})


# The rule


def factors(net, t):
    """The neighbourhood written out: the factor of each unit (column) for each winner (row)."""
    rows, columns = net.shape
    at = np.array([[r, c + (r % 2) / 2 * net.hexagonal] for r in range(rows) for c in range(columns)])
    apart = np.abs(at[:, None] - at)
    if net.torus:
        apart = np.minimum(apart, np.array([rows, columns]) - apart)
    g = np.sqrt(apart**2 @ [0.75 if net.hexagonal else 1.0, 1.0])
    sigma = net.sigma * fade(net, t)
    if net.neighbourhood == "bubble":
        return np.where(g <= sigma, 1.0, 0.0)
    bell = np.exp(-((g / sigma) ** 2) / 2)
    return bell * (1 - (g / sigma) ** 2) if net.neighbourhood == "mexican_hat" else bell


def fade(net, t):
    done = t / net.decay_time_
    return {
        "asymptotic": 1 / (1 + 2 * done),
        "exponential": 0.01 ** min(done, 1),
        "linear": 1 - 0.99 * min(done, 1),
        "constant": 1.0,
    }[net.decay]


def learned(net, W, t, orders):
    """Kohonen's rule written out in NumPy."""
    W = W.astype(float)
    for order in orders:
        winners = np.linalg.norm(X[:, None] - W, axis=2).argmin(axis=1)
        if net.batch:
            h = factors(net, t)[winners]
            total = h.sum(axis=0)[:, None]
            W = np.where(total > 0, h.T @ X / np.where(total > 0, total, 1), W)
            t += len(X)
        else:
            for x in X[order]:
                winner = np.linalg.norm(x - W, axis=1).argmin()
                h = factors(net, t)[winner]
                W = W + net.learning_rate * fade(net, t) * h[:, None] * (x - W)
                t += 1
    return W


@pytest.mark.parametrize("kind", ALL)
def test_kohonens_rule(kind):
    net = made(kind, shuffle=False)
    first = clone(net).set_params(max_iter=1, decay_time=18).fit(X)
    second = clone(first).set_params(warm_start=True)
    second.fit(X)
    start = second.params_["W"]
    second.fit(X)
    expected = learned(second, start, 9, [np.arange(9)])
    np.testing.assert_allclose(second.params_["W"], expected, rtol=2e-5, atol=1e-5)
    assert (2, 18, 18) == (second.n_iter_, second.t_, second.decay_time_)
    assert np.abs(start - second.params_["W"]).max() > 1e-3


@pytest.mark.parametrize("kind", ALL)
def test_what_is_compiled_is_what_is_worked_out(kind):
    """Fifty steps: as problem, as compiled step in float64, and as the quick epoch in float32."""
    net = made(kind, shuffle=False, decay_time=200, warm_start=True, max_iter=1).fit(X)
    many = X[np.arange(50) % 9] * np.linspace(0.9, 1.1, 50)[:, None]
    work = net.work(many)
    one = step(net._kind(), net.batch)
    with jax.enable_x64(True):
        wide = {"W": net.params_["W"].astype(float), "t": float(net.t_)}
        settings = {key: np.asarray(value, float) for key, value in net._settings().items()}
        inputs = many.astype(np.float32).astype(float)
        if net.batch:
            wide, decided = one(wide, {"X": inputs}, {**settings, "n": 50.0}, {})
        else:
            wide, decided = jax.lax.scan(lambda p, x: one(p, {"x": x}, settings, {}), wide, inputs)
    winners = [work.number(f"winner#{k}") for k in (1, 2, 50)] if not net.batch else work.values["winner"]
    assert np.array_equal(
        winners, np.asarray(decided["winner"])[[0, 1, 49] if not net.batch else slice(None)]
    )
    np.testing.assert_allclose(wide["W"], work.updates["W"].new, rtol=1e-12, atol=1e-12)
    net.fit(many)
    np.testing.assert_allclose(net.params_["W"], work.updates["W"].new, rtol=1e-5, atol=1e-5)
    assert net.t_ == work.updates["t"].new == 59


def test_the_published_problem():
    """Two units, one sample, rate 0.5, by hand (scribd.com/document/713854440): every printed digit."""
    W = [[0.2, 0.3, 0.15, 0.3], [0.3, 0.25, 0.2, 0.2]]
    net = SOM((1, 2), sigma=0.1, decay="constant", init=W).fit([[1, 0, 0, 1]])
    net.params_ = {"W": np.array(W, np.float32)}
    work = net.work([[1, 0, 0, 1]])
    assert ["1.114675", "1.11018"] == [f"{work.number('D[0]'):.6f}", f"{work.number('D[1]'):.5f}"]
    assert 2 == work.values["winner"] + 1
    np.testing.assert_allclose(work.values["h"][:, 0], [0, 1], atol=1e-20)
    change = work.updates["W"].new[1] - W[1]
    assert ["0.350", "-0.125", "-0.100", "0.400"] == [f"{x:.3f}" for x in change]
    np.testing.assert_allclose(work.updates["W"].new, [W[0], [0.65, 0.125, 0.1, 0.6]], rtol=1e-6)


def test_a_hand_calculation_is_checked():
    """The second unit wins; the learner moved the first one."""
    net = SOM((1, 2), sigma=0.5, decay="constant", init=[[0.25, 0.5], [1.0, 0.5]]).fit([[1.5, 0.0]])
    net.params_ = {"W": np.array([[0.25, 0.5], [1.0, 0.5]], np.float32)}
    problem = net.problem([[1.5, 0.0]])
    right = {"D": ["1.346", "0.7071"], "winner": "1", "h": [["0.1353"], ["1.000"]], "W_new[1,0]": "1.25"}
    assert "right" == byhand.check({**problem, "claims": right}).verdict
    report = byhand.check({**problem, "claims": {**right, "winner": "0"}})
    assert "winner" == report.first_wrong
    wrong = byhand.check({**problem, "claims": {**right, "W_new[1,0]": "1.5"}})
    assert "W_new[1,0]" == wrong.first_wrong


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["the nearest unit wins", "of equal ones the first"]),
        ("zh", ["距离最近的单元获胜", "邻域系数"]),
    ],
)
def test_a_step_is_told(language, words):
    told = SOM((2, 2), random_state=0, max_iter=1).fit(X).work(X[:1]).to_text(language=language, width=200)
    assert all(word in told for word in words)
    assert "winner = argmin(D) = argmin(D[0], D[1], D[2], D[3])" in told


def test_a_near_tie_is_said():
    near = byhand.work("k = argmin(D)", D=[1.0, 2.0, 1.0 + 1e-9], table=["k"]).to_text(
        language="en", width=200
    )
    assert "Near a tie: in iteration 1, k" in near
    far = byhand.work("k = argmax(D)", D=[1.0, 2.0, 1.0 + 1e-9], table=["k"]).to_text(
        language="en", width=200
    )
    assert "Near a tie" not in far
    equal = byhand.work("same = a + b == c", a=0.1, b=0.2, c=0.3, table=["same"]).to_text(language="en")
    assert "Near a tie: in iteration 1, same" in equal


def test_a_choice_passes_nothing_back_but_what_is_taken_does():
    work = byhand.work(
        "k = argmin(D)\nL = take(a, k)*D[1]", D=[3.0, 1.0, 2.0], a=[4.0, 5.0, 6.0], minimise="L"
    )
    assert [0.0, 5.0, 0.0] == work.gradients["D"].tolist()
    assert [0.0, 1.0, 0.0] == work.gradients["a"].tolist()
    for place in ("3", "0.5", "0 - 1"):
        with pytest.raises(CalculationError):
            byhand.work(f"b = take(a, {place})", a=[4.0, 5.0, 6.0])


# The map


def test_distances_on_the_map():
    assert [0, 1, 4, 1, 2, 5] == Lattice(2, 3, hexagonal=False, torus=False).squares(0).tolist()
    assert [0, 1, 1, 1, 2, 2] == Lattice(2, 3, hexagonal=False, torus=True).squares(0).tolist()
    hexagonal = Lattice(4, 5, hexagonal=True, torus=False)
    distances = np.linalg.norm(hexagonal.positions()[:, None] - hexagonal.positions(), axis=2)
    np.testing.assert_allclose(hexagonal.squares(np.arange(20)), distances**2, rtol=1e-6)
    assert (
        6 == Lattice(4, 5, hexagonal=True, torus=True).adjacent(np.arange(20), diagonal=True).sum(axis=0)
    ).all()
    for diagonal, wanted in ((True, 8), (False, 4)):
        counts = (
            Lattice(4, 5, hexagonal=False, torus=True).adjacent(np.arange(20), diagonal=diagonal).sum(axis=0)
        )
        assert (wanted == counts).all()


def test_errors_by_their_definitions():
    net = made("gaussian").fit(X)
    distances = np.linalg.norm(X[:, None].astype(np.float32) - net.params_["W"], axis=2)
    ranked = distances.argsort(axis=1)
    nearest = distances.min(axis=1)
    assert nearest.mean() == pytest.approx(net.quantisation_error(X), rel=1e-5)
    assert (nearest**2).mean() == pytest.approx(net.quantisation_error(X, squared=True), rel=1e-5)
    assert -nearest.mean() == pytest.approx(net.score(X), rel=1e-5)
    at = np.array([divmod(k, 3) for k in range(6)])
    apart = np.abs(at[ranked[:, 0]] - at[ranked[:, 1]])
    assert (apart.max(axis=1) > 1).mean() == net.topographic_error(X)
    assert (apart.sum(axis=1) > 1).mean() == net.topographic_error(X, diagonal=False)
    assert ranked[:, 0].tolist() == net.predict(X).tolist()
    assert at[ranked[:, 0]].tolist() == net.transform(X).tolist()
    assert 0 == SOM((1, 1), max_iter=1).fit(X).topographic_error(X)


def test_first_weights():
    net = SOM((3, 5), max_iter=1, random_state=2)
    net._seed = 7
    inputs = np.random.default_rng(0).normal(size=(40, 3)) * [1.0, 9.0, 3.0]
    W = net._first_weights(inputs.astype(np.float32), net._lattice()).reshape(3, 5, 3)
    np.testing.assert_allclose(W.mean(axis=(0, 1)), inputs.mean(axis=0), atol=1e-5)
    values, vectors = np.linalg.eigh(np.cov(inputs.T, bias=True))
    along, across = W[0, 4] - W[0, 0], W[2, 0] - W[0, 0]
    np.testing.assert_allclose(np.abs(along), 2 * np.sqrt(values[2]) * np.abs(vectors[:, 2]), rtol=1e-4)
    np.testing.assert_allclose(np.abs(across), 2 * np.sqrt(values[1]) * np.abs(vectors[:, 1]), rtol=1e-4)
    drawn = SOM((2, 4), init="random")
    drawn._seed = 7
    W = drawn._first_weights(X.astype(np.float32), drawn._lattice())
    assert 8 == len(
        {tuple(row) for row in W.tolist()} & {tuple(row) for row in X.astype(np.float32).tolist()}
    )


def test_iris_unfolds():
    """MiniSom 2.3.6 on the same: quantisation 0.2945 ± 0.0035, topographic 0.063 ± 0.016."""
    inputs = StandardScaler().fit_transform(load_iris(return_X_y=True)[0])
    net = SOM(sigma=1.5, max_iter=67, random_state=0).fit(inputs)
    assert net.quantisation_error(inputs) < 0.298
    assert net.topographic_error(inputs) < 0.08
    assert net.distances_[-1] < 0.6 * net.distances_[0]


@pytest.mark.parametrize("kind", [{}, {"hexagonal": True}, {"neighbourhood": "bubble"}], ids=str)
def test_a_large_batch_in_parts(kind, monkeypatch):
    """Distances, and the neighbourhood, are calculated a few rows at a time."""
    inputs = np.random.default_rng(0).normal(size=(50, 2)) + 1000
    whole = SOM((4, 6), batch=True, max_iter=2, random_state=0, **kind)
    together = clone(whole).fit(inputs)
    monkeypatch.setattr("byhand.train.competitive.CHUNK_NUMBERS", 24 * 7)
    parts = whole.fit(inputs)
    np.testing.assert_allclose(parts.params_["W"], together.params_["W"], rtol=1e-6)
    np.testing.assert_allclose(parts.distances_, together.distances_, rtol=1e-4)


def test_inputs_far_from_zero_keep_their_digits():
    near = SOM((3, 3), random_state=0, max_iter=5).fit(X)
    far = SOM((3, 3), random_state=0, max_iter=5).fit(X + 4096)
    np.testing.assert_allclose(far.params_["W"] - 4096, near.params_["W"], atol=5e-3)


# What it shows


@pytest.mark.parametrize("hexagonal", [False, True])
def test_unified_distances(hexagonal):
    net = made("gaussian", hexagonal=hexagonal).fit(X)
    W = net.params_["W"].astype(float)
    near = (
        {0: [1, 3], 1: [0, 2, 4], 4: [1, 3, 5]}
        if not hexagonal
        else {0: [1, 3], 1: [0, 2, 3, 4], 4: [1, 2, 3, 5]}
    )
    found = unified_distances(net)
    for unit, others in near.items():
        assert np.linalg.norm(W[others] - W[unit], axis=1).mean() == pytest.approx(found[unit])


def test_hits_and_majorities():
    net = SOM((1, 3), sigma=0.1, decay="constant", init=[[0.0], [5.0], [9.0]], max_iter=1, shuffle=False)
    inputs = [[0.0], [0.1], [0.2], [9.0], [9.1]]
    net.fit(inputs)
    assert [3, 0, 2] == hits(net, inputs).tolist()
    numbers, classes = majorities(net, inputs, ["b", "a", "b", "c", "a"])
    assert ["b", None, "a"] == [classes[k] if k >= 0 else None for k in numbers]


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_say_what_they_show(kind, language, tmp_path):
    net = made("hexagonal" if kind == "planes" else "gaussian").fit(X)
    draw(net, tmp_path / "map.svg", kind, X, list("aabbccbac"), language=language)
    text = (tmp_path / "map.svg").read_text("utf-8")
    words = {
        "distances": ("mean distance", "平均距离"),
        "planes": ("feature by feature", "每个特征一幅"),
        "hits": (">samples<", ">样本数<"),
        "classes": ("Class map", "类别图"),
        "net": ("principal component 2", "第 2 主成分"),
    }[kind][language == "zh"]
    assert words in text
    if kind == "planes":
        assert all(f">x[{k}]<" in text for k in range(3))
    if kind in ("classes", "net"):
        assert all(f">{name}<" in text for name in "abc")


def test_pictures_that_cannot_be_drawn(tmp_path):
    net = made("gaussian").fit(X)
    for kind, inputs, message in (
        ("hats", X, "“hats”"),
        ("hits", None, "hits: X"),
        ("classes", X, "X and y"),
    ):
        with pytest.raises(ProblemError, match=message):
            draw(net, tmp_path / "map.svg", kind, inputs)
    with pytest.raises(ProblemError, match="3 labels for 9 samples"):
        draw(net, tmp_path / "map.svg", "classes", X, [1, 2, 3])


# As an estimator


def test_pipeline_search_and_frames():
    pytest.importorskip("pandas")
    inputs = load_iris(return_X_y=True)[0]
    search = GridSearchCV(
        make_pipeline(StandardScaler(), SOM((3, 3), max_iter=3, random_state=0)),
        {"som__shape": [(1, 2), (4, 4)]},
        cv=2,
    ).fit(inputs)
    assert {"som__shape": (4, 4)} == search.best_params_
    framed = clone(search.best_estimator_).set_output(transform="pandas").fit_transform(inputs)
    assert ["map_down", "map_right"] == framed.columns.tolist()


@pytest.mark.parametrize("kind", ["gaussian", "hexagonal, batch"])
def test_going_on_is_never_having_stopped(kind, tmp_path):
    whole = made(kind, decay_time=45).set_params(max_iter=5).fit(X)
    part = made(kind, decay_time=45, warm_start=True).set_params(max_iter=2).fit(X)
    part.save(tmp_path / "map.byhand")
    loaded = load(tmp_path / "map.byhand").set_params(max_iter=2).fit(X).partial_fit(X)
    assert (whole.params_["W"] == loaded.params_["W"]).all()
    assert whole.distances_ == loaded.distances_
    assert (whole.positions_ == loaded.positions_).all()


def test_first_weights_that_were_given_are_saved_too(tmp_path):
    net = made("gaussian", init=X[:6], max_iter=1).fit(X)
    net.save(tmp_path / "map.byhand")
    loaded = load(tmp_path / "map.byhand")
    assert (X[:6] == loaded.init).all()
    assert (net.predict(X) == loaded.predict(X)).all()


def test_a_second_fit_goes_on_with_the_decay():
    net = SOM((2, 2), max_iter=3, warm_start=True, random_state=0).fit(X)
    assert (27, 27) == (net.t_, net.decay_time_)
    net.fit(X)
    assert (54, 27) == (net.t_, net.decay_time_)
    assert 0.2 == net.work(X[:1]).values["fade"]


@pytest.mark.parametrize(
    "change", [{"W": np.zeros((5, 3), np.float32)}, {"W": np.full((6, 3), np.nan, np.float32)}, {"V": X[0]}]
)
def test_a_file_whose_parts_do_not_fit(tmp_path, change):
    net = made("gaussian").fit(X)
    net.params_ |= change
    net.save(tmp_path / "map.byhand")
    with pytest.raises(ProblemError, match="damaged"):
        load(tmp_path / "map.byhand")


# What cannot be used


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shape": (3, 0)}, r"shape is \(3, 0\)"),
        ({"shape": (2, 3, 4)}, "two whole numbers"),
        ({"shape": (3, 4), "hexagonal": True, "torus": True}, "even number of rows"),
        ({"neighbourhood": "mexican_hat", "batch": True}, "batch=False"),
        ({"init": np.zeros((3, 3))}, r"init has the shape \(3, 3\)"),
        ({"init": np.full((49, 3), np.inf)}, "finite numbers"),
        ({"init": "first"}, "init"),
        ({"sigma": 0}, "sigma"),
        ({"neighbourhood": "square"}, "neighbourhood"),
    ],
)
def test_settings_that_do_not_fit(settings, message):
    with pytest.raises(ValueError, match=message):
        SOM(**settings).fit(X)


def test_what_diverges_is_said():
    net = SOM((1, 1), learning_rate=2.5, decay="constant", max_iter=100, random_state=0)
    with pytest.raises(CalculationError, match="diverges"):
        net.fit(X)
    assert np.isfinite(net.params_["W"]).all()


def test_a_fitted_map_of_another_shape():
    net = made("gaussian").fit(X)
    with pytest.raises(ProblemError, match="12 units, but the map has 6"):
        net.set_params(shape=(3, 4)).partial_fit(X)
    with pytest.raises(NotFittedError):
        SOM().predict(X)
