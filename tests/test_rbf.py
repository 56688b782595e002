"""Radial basis functions: centres, widths, least squares, descent, and what is worked out of them."""

import itertools
import warnings

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import byhand
from byhand.errors import ByhandError, DataError
from byhand.networks import RBFClassifier, RBFRegressor
from byhand.networks.radial_basis import placing, radial
from byhand.networks.tasks.saving import load
from byhand.train.descent import Step, compiled
from byhand.train.kmeans import kmeans
from byhand.train.orthogonal import orthogonal_least_squares

rng = np.random.default_rng(7)
X = rng.normal(size=(23, 3)).astype(np.float32) + 0.4
Y = np.stack([np.sin(X[:, 0]) + 0.3, X[:, 1] * X[:, 2]], axis=1)
KINDS = np.array(["low", "mid", "top"])[rng.integers(0, 3, 23)]
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def gaussians(net, inputs):
    """phi by its definition, in float64."""
    C, beta = (net.params_[name].astype(np.float64) for name in ("C", "beta"))
    return np.exp(-beta * ((np.asarray(inputs, float)[:, None] - C) ** 2).sum(axis=2))


# Centres and widths


def test_k_means_finds_the_centres_of_scikit_learn():
    start = X[:4].astype(np.float64)
    theirs = KMeans(4, init=start, n_init=1, tol=0, max_iter=100).fit(X.astype(np.float64))
    last = list(kmeans(X, start, 100))[-1]
    assert theirs.labels_.tolist() == last.members.tolist()
    np.testing.assert_allclose(last.centres, theirs.cluster_centers_, rtol=1e-5, atol=1e-6)


def test_an_iteration_of_k_means_takes_means_and_leaves_an_idle_centre():
    points = np.array([[0.0, 1.0], [0.0, 3.0], [8.0, 1.0]])
    first = next(kmeans(points, np.array([[1.0, 1.0], [9.0, 2.0], [50.0, 50.0]]), 1))
    assert [0, 0, 1] == first.members.tolist()
    np.testing.assert_allclose(first.centres, [[0, 2], [8, 1], [50, 50]], rtol=1e-6, atol=1e-12)


def test_k_means_does_not_mind_where_the_data_lie():
    far = X.astype(np.float64) * 1e-3 + 4e5
    near, away = (list(kmeans(data, data[:4], 50))[-1] for data in (X.astype(np.float64), far))
    assert near.members.tolist() == away.members.tolist()


def test_of_equal_samples_only_one_becomes_a_centre():
    net = RBFRegressor(10, centres="random", random_state=0).fit(np.repeat(X[:4], 3, axis=0), np.arange(12.0))
    assert sorted(X[:4].tolist()) == sorted(net.params_["C"].tolist())


def test_orthogonal_least_squares_is_gram_and_schmidt():
    """Chen, Cowan & Grant's own procedure, column by column."""
    P, y = rng.normal(size=(17, 6)), rng.normal(size=(17, 2)) + 0.5
    left, rest, chosen, errors = P.copy(), y.copy(), [], []
    for _ in range(4):
        gains = [
            -1.0 if j in chosen else ((q @ rest) ** 2).sum() / (q @ q) / (y**2).sum()
            for j, q in enumerate(left.T)
        ]
        j = int(np.argmax(gains))
        chosen.append(j)
        errors.append(gains[j])
        q = left[:, j] / np.linalg.norm(left[:, j])
        left, rest = left - np.outer(q, q @ left), rest - np.outer(q, q @ rest)
    found = orthogonal_least_squares(P.T @ P, P.T @ y, (y**2).sum(), 4)
    assert chosen == found.chosen.tolist()
    np.testing.assert_allclose(found.reductions, errors, rtol=1e-9)


def test_orthogonal_least_squares_takes_no_column_that_others_make_up():
    P = rng.normal(size=(9, 2))
    P = np.column_stack([P, P @ [1.0, -2.0]])
    y = P[:, :1] + P[:, 1:2]
    assert 2 == len(orthogonal_least_squares(P.T @ P, P.T @ y, (y**2).sum(), 3).chosen)


def test_the_error_reductions_are_what_least_squares_leaves():
    net = RBFRegressor(5, centres="orthogonal", widths="shared", alpha=0, random_state=0).fit(X, Y)
    net.params_["beta"] = placing.candidates(X, np.arange(23), 1.0).beta[:5]
    residual = Ridge(1e-12).fit(gaussians(net, X), Y).predict(gaussians(net, X)) - Y
    share = 1 - (residual**2).sum() / ((Y - Y.mean(axis=0)) ** 2).sum()
    assert share == pytest.approx(net.error_reductions_.sum(), rel=1e-6)


def test_widths_by_the_nearest_and_by_the_farthest():
    C = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0], [-6.0, 8.0]])
    distances = np.linalg.norm(C[:, None] - C, axis=2)
    nearest = np.sort(distances, axis=1)[:, 1:3]
    np.testing.assert_allclose(
        placing.widths(C, C, "nearest", 2, 0.5), 0.5 * np.sqrt((nearest**2).mean(axis=1))
    )
    np.testing.assert_allclose(
        placing.widths(C, C, "shared", 2, 2.0), np.full(4, 2 * distances.max() / np.sqrt(8))
    )


@pytest.mark.parametrize("centres", ["k-means", "random", "orthogonal"])
@pytest.mark.parametrize("widths", ["nearest", "shared", 0.7])
def test_each_way_to_place_units_learns(centres, widths):
    grid = np.linspace(-3, 3, 60)[:, None]
    net = RBFRegressor(12, centres=centres, widths=widths, random_state=0).fit(grid, np.sin(2 * grid[:, 0]))
    assert net.score(grid, np.sin(2 * grid[:, 0])) > 0.98


@pytest.mark.parametrize("steps", [1, 20])
def test_k_means_worked_out_ends_where_fitting_does(steps):
    net = RBFRegressor(4, kmeans_iter=steps, random_state=0).fit(X, Y)
    work = net.work_centres(X, Y)
    np.testing.assert_allclose(work.updates["C"].new, net.params_["C"], rtol=1e-5, atol=1e-6)
    assert work.values["start"].tolist() == X[work.values["draw"].astype(int)].tolist()
    distances = np.linalg.norm(X[:, None].astype(np.float64) - work.values["start"], axis=2)
    assert distances.argmin(axis=1).tolist() == work.values["nearest"].tolist()


def test_selections_worked_out_are_those_of_fitting():
    net = RBFRegressor(4, centres="orthogonal", random_state=0).fit(X, Y)
    work = net.work_centres(X, Y)
    assert work.values["err"].max() == pytest.approx(net.error_reductions_[0], rel=1e-9)
    assert work.values["err"].argmax() == work.values["j"]
    rest = work.updates["Y"].new
    explained = 1 - (rest**2).sum() / ((Y - Y.mean(axis=0)) ** 2).sum()
    assert explained == pytest.approx(net.error_reductions_.sum(), rel=1e-6)


def test_centres_that_were_not_calculated_are_not_worked_out():
    for centres in ("random", X[:2]):
        with pytest.raises(ByhandError, match="nothing to work out"):
            RBFRegressor(2, centres=centres).fit(X, Y).work_centres(X, Y)


# Least squares


def test_the_fast_form_of_the_units_is_their_definition(monkeypatch):
    net = RBFRegressor(6, random_state=0).fit(X, Y)
    monkeypatch.setattr("byhand.train.kmeans.TOGETHER", 30)
    made = np.concatenate([phi for _, phi in radial.units(net.params_["C"], net.params_["beta"], X)])
    np.testing.assert_allclose(made, gaussians(net, X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 1e-3])
def test_least_squares_is_ridge_regression(alpha):
    net = RBFRegressor(6, alpha=alpha, random_state=0).fit(X, Y)
    theirs = Ridge(alpha=len(X) * alpha, solver="svd").fit(gaussians(net, X), Y)
    np.testing.assert_allclose(net.params_["W"], theirs.coef_, rtol=1e-5)
    np.testing.assert_allclose(net.params_["b"], theirs.intercept_, rtol=1e-5)
    np.testing.assert_allclose(net.predict(X), theirs.predict(gaussians(net, X)), rtol=1e-4, atol=1e-5)


def test_of_many_solutions_the_shortest_is_taken():
    net = RBFRegressor(centres=[[0.3], [0.3], [2.0]], widths=1.0, alpha=0).fit([[0.0], [1.0]], [1.0, -1.0])
    A = np.hstack([np.ones((2, 1)), gaussians(net, [[0.0], [1.0]])])
    expected = np.linalg.pinv(A) @ [1.0, -1.0]
    np.testing.assert_allclose([*net.params_["b"], *net.params_["W"][0]], expected, rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.02])
def test_least_squares_worked_out_is_what_fitting_finds(alpha):
    net = RBFRegressor(4, alpha=alpha, random_state=0).fit(X, Y)
    work = net.work(X, Y)
    A = np.hstack([np.ones((23, 1)), gaussians(net, X)])
    G = A.T @ A + 23 * alpha * np.diag([0, 1, 1, 1, 1])
    np.testing.assert_allclose(work.values["G"], G, rtol=1e-12)
    np.testing.assert_allclose(work.values["w"], np.linalg.solve(G, A.T @ net._targets(Y)), rtol=1e-9)
    for name in ("W", "b"):
        np.testing.assert_allclose(work.updates[name].new, net.params_[name], rtol=2e-5, atol=1e-6)


def test_the_exclusive_or_of_a_page_with_the_right_target():
    """Nikolaev, CIS 311: the page takes x2 for the target; these are the weights of XOR."""
    net = RBFRegressor(centres=[[1, 1], [0, 0]], widths=0.5**0.5, alpha=0).fit(XOR, [0, 1, 1, 0])
    work = net.work(XOR, [0, 1, 1, 0])
    np.testing.assert_allclose(work.values["Phi"][:, 0], [0.135335283237, 0.367879441171, 0.367879441171, 1])
    np.testing.assert_allclose(work.values["G"][1], [1.87109416558, 1.28898620536, 0.541341132946])
    np.testing.assert_allclose(work.values["r"][:, 0], [2, 0.735758882343, 0.735758882343])
    np.testing.assert_allclose(work.values["w"][:, 0], [2.84134718842, -2.50265030108, -2.50265030108])
    np.testing.assert_allclose(net.predict(XOR), [0, 1, 1, 0], atol=1e-6)
    assert "solve(G, r)" in str(work)


def test_a_sheet_about_the_normal_equations_is_marked():
    net = RBFRegressor(centres=[[1, 1], [0, 0]], widths=0.5**0.5, alpha=0).fit(XOR, [0, 1, 1, 0])
    claims = {"G[0,1]": "1.8711", "r[1,0]": "0.7358", "w[0,0]": "2.8413", "w[1,0]": "2.5027"}
    report = byhand.check({**net.problem(XOR, [0, 1, 1, 0]), "claims": claims})
    assert "w[1,0]" == report.first_wrong


def test_a_sheet_with_too_many_equations_is_refused():
    net = RBFRegressor(4, random_state=0).fit(X, Y)
    with pytest.raises(ByhandError, match="more than 4 linear equations"):
        byhand.check({**net.problem(X, Y), "claims": {"r[0,0]": "1.5"}})
    assert "w[0, 0] = solve" in net.work(X, Y).to_text(scalar=True)


def test_why_explains_an_output_by_its_units():
    net = RBFRegressor(3, random_state=0).fit(X, Y[:, 0])
    told = str(net.why("phi[1]", X[2]))
    assert f"{gaussians(net, X[2:3])[0, 1]:.5f}"[:6] in told


def test_why_gives_no_step_to_weights_that_were_solved_for():
    net = RBFRegressor(3, random_state=0).fit(X, Y[:, 0])
    for name in ("W[0,0]_new", "b_new[0]"):
        with pytest.raises(DataError, match=f"no new {name[0]}: .* from all samples at once"):
            net.why(name, X[2], Y[2, 0])
    slope = (net.predict(X[2:3])[0] - Y[2, 0]) * gaussians(net, X[2:3])[0, 1]
    assert net.why("dL/dW[0,1]", X[2], Y[2, 0]).value == pytest.approx(slope, rel=1e-5)
    net.set_params(training="descent")
    assert net.why("W[0,1]_new", X[2], Y[2, 0]).value != net.params_["W"][0, 1]


# Descent


@pytest.mark.parametrize("training", ["descent", "full"])
@pytest.mark.parametrize("rule", ["sgd", "adam"])
def test_a_compiled_step_is_the_step_worked_out(training, rule):
    net = RBFRegressor(5, training=training, rule=rule, alpha=0.02, learning_rate=0.05, max_iter=3)
    net.set_params(warm_start=True, batch_size=23, shuffle=False, random_state=0).fit(X, Y)
    work = net.work(X, Y)
    before = dict(net.params_)
    net.set_params(max_iter=1).fit(X, Y)
    for name in net._learns():
        np.testing.assert_allclose(net.params_[name], work.updates[name].new, rtol=1e-5, atol=1e-6)
        assert (net.params_[name] != before[name]).any()
    if training == "descent":
        assert net.params_["C"] is before["C"]


def test_a_compiled_step_in_double_precision():
    net = RBFRegressor(5, training="full", rule="momentum", learning_rate=0.05, max_iter=1, random_state=0)
    net.fit(X, Y)
    worked = net.set_params(alpha=0.0).work(X, Y)
    with jax.enable_x64(True):
        params, kept = (jax.tree.map(np.float64, tree) for tree in (net.params_, net.rule_state_))
        run = compiled(Step(net._objective(), "momentum"), quick=True)
        columns = {"x": np.float64(X), "y": np.float64(net._targets(Y))}
        index, share = np.arange(23)[None], np.full((1, 23), 1 / 23)
        found, _, _ = run(params, kept, np.int32(net.t_), columns, index, share, net._settings(), 0.0)
        for name in params:
            np.testing.assert_allclose(found[name], worked.updates[name].new, rtol=1e-12, atol=1e-12)


def test_gradients_of_centres_and_rates_are_their_formulas():
    net = RBFRegressor(4, training="full", max_iter=1, random_state=0).fit(X, Y[:, 0])
    work = net.set_params(alpha=0.0).work(X[3:4], Y[3:4, 0])
    C, beta, W = (net.params_[name].astype(np.float64) for name in ("C", "beta", "W"))
    phi, error = gaussians(net, X[3:4])[0], work.values["yhat"][0] - work.values["y"][0]
    away = X[3].astype(np.float64) - C
    np.testing.assert_allclose(
        work.gradients["beta"], -error * W[0] * phi * (away**2).sum(axis=1), rtol=1e-12
    )
    expected = (2 * error * W[0] * phi * beta)[:, None] * away
    np.testing.assert_allclose(work.gradients["C"], expected, rtol=1e-12)


def test_descent_goes_to_the_least_squares():
    squares = RBFRegressor(2, alpha=0.05, random_state=0).fit(X, Y)
    net = clone(squares).set_params(
        training="descent", learning_rate=0.1, max_iter=3000, tol=0, batch_size=23, n_iter_no_change=3000
    )
    np.testing.assert_allclose(net.fit(X, Y).predict(X), squares.predict(X), atol=1e-3)


def test_training_all_lowers_what_least_squares_left():
    grid = np.linspace(-3, 3, 50)[:, None]
    wave = np.sin(3 * grid[:, 0])
    squares = RBFRegressor(5, random_state=0).fit(grid, wave)
    net = clone(squares).set_params(training="full", max_iter=900, learning_rate=0.02, batch_size=50)
    net = net.set_params(tol=0, n_iter_no_change=900).fit(grid, wave)
    assert squares.score(grid, wave) < 0.9 < net.score(grid, wave)
    assert net.loss_curve_[-1] < net.loss_curve_[0] / 4


def test_a_fit_can_be_tuned_after_the_least_squares():
    net = RBFClassifier(4, random_state=0, warm_start=True).fit(X, KINDS)
    solved = dict(net.params_)
    net.set_params(training="full", max_iter=2).fit(X, KINDS)
    assert 3 == net.n_iter_
    assert (net.params_["C"] != solved["C"]).any()


# Conventions


def test_pipeline_and_search():
    inputs, species = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), RBFClassifier(random_state=0)).set_output(transform="default")
    search = GridSearchCV(pipeline, {"rbfclassifier__units": [3, 30]}, cv=3).fit(inputs, species)
    assert search.best_score_ > 0.93
    assert {"rbfclassifier__units": 30} == search.best_params_


@pytest.mark.parametrize("training", ["least_squares", "full"])
@pytest.mark.parametrize("centres", ["k-means", "orthogonal", [[0.0, 0.0, 0.1], [1.0, 1.0, 0.9]]])
def test_saved_and_loaded_it_is_the_same(tmp_path, training, centres):
    net = RBFClassifier(4, centres=centres, training=training, max_iter=3, random_state=0, warm_start=True)
    net.fit(X, KINDS).save(tmp_path / "net")
    back = load(tmp_path / "net")
    assert net.predict(X).tolist() == back.predict(X).tolist()
    assert vars(net).keys() - {"_form"} == vars(back).keys() - {"_form"}
    for one in (net, back):
        one.fit(X, KINDS)
    for name, value in net.params_.items():
        assert value.tolist() == back.params_[name].tolist()


def test_a_file_whose_parts_do_not_fit_is_refused(tmp_path):
    for spoil in (
        {"beta": np.ones(3, np.float32)},
        {"C": np.ones((4, 2), np.float32)},
        {"W": np.ones((2, 4), np.float32)},
        {"b": np.ones(2, np.float32)},
        {"beta": np.full(4, np.nan, np.float32)},
    ):
        net = RBFClassifier(4, random_state=0).fit(X, KINDS)
        net.params_ = {**net.params_, **spoil}
        net.save(tmp_path / "net")
        with pytest.raises(ByhandError, match="damaged"):
            load(tmp_path / "net")


# What does not fit


def test_settings_that_do_not_fit():
    for settings, message in [
        ({"units": 0}, "units"),
        ({"centres": "kmeans"}, "centres"),
        ({"centres": [[0.0, 1.0]]}, r"centres.*\(1, 2\).*\(…, 3\)"),
        ({"centres": [[0.0, np.nan, 1.0]]}, "NaN"),
        ({"widths": 0.0}, "widths"),
        ({"training": "gradient"}, "training"),
        ({"alpha": -1.0}, "alpha"),
    ]:
        with pytest.raises(ValueError, match=message):
            RBFRegressor(**settings).fit(X, Y)


def test_errors_say_what_is_wrong():
    net = RBFRegressor(3, random_state=0).fit(X, Y)
    with pytest.raises(ByhandError, match="singular"):
        net.set_params(alpha=0.0).work(X[:2], Y[:2])
    with pytest.raises(ByhandError, match=r"beyond 3\.4e38"):
        RBFRegressor(3, widths=1.0, alpha=0.0).fit([[0.0], [0.1], [0.2]], [0.0, 3e38, -3e38])
    with pytest.raises(ByhandError, match="1 output for each sample"):
        net.set_params(warm_start=True).fit(X, Y[:, 0])


def test_words_are_there_in_both_languages():
    for code, language in itertools.product(
        ("singular", "squares_not_finite", "centres_not_calculated"), ("en", "zh")
    ):
        assert byhand.words.say(f"error.{code}", language, name="w")
