"""The Transformer's encoder: what is compiled is what is worked out; PyTorch; tokens and features."""

import jax
import numpy as np
import pytest

import byhand
from byhand.data import Preparation, from_arrays
from byhand.equations import masked, transformer
from byhand.equations.leaving_out import drawn as drawn_by
from byhand.equations.transformer import Form
from byhand.errors import ProblemError
from byhand.networks import BERT, TransformerClassifier
from byhand.networks.tasks import pictures
from byhand.networks.tasks.saving import load
from byhand.networks.tasks.seen import Seen
from byhand.train import transformer as compiled_form
from byhand.train.backend import quick_options
from byhand.train.descent import Step, compiled
from byhand.train.masking import Masking, drawn
from byhand.train.masking import masked as masked_sample
from byhand.train.transformer import Classifying, Filling

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(7)
STEPS, FEATURES, UNITS, INNER, TOKENS, OUTPUTS = 5, 3, 4, 6, 7, 3
X = rng.normal(size=(6, STEPS, FEATURES)) + 0.1
ROWS = rng.integers(0, TOKENS, (6, STEPS))
WORDS = np.array(["low", "mid", "top", "mid", "low", "top"])


def weights(shapes):
    """Off zero, no two alike."""
    own = np.random.default_rng(3)
    return {name: own.normal(0.1, 0.6, shape) for name, shape in shapes.items()}


def graded(loss, params):
    """A loss and its gradients, in float64."""
    with jax.enable_x64(True):
        at = jax.value_and_grad(loss)
        return jax.jit(at, compiler_options=quick_options())(params)


def worked(lines, params, given, samples=None, **keys):
    problem = {"problem": lines, "minimise": "L", "learn": list(params), "given": {**params, **given}, **keys}
    return byhand.work({**problem, "samples": samples or {}})


def assert_same(work, value, gradients):
    np.testing.assert_allclose(value, work.run.first.objective, rtol=1e-12)
    for key, gradient in gradients.items():
        np.testing.assert_allclose(gradient, work.gradients[key], rtol=1e-10, atol=1e-13, err_msg=key)


# What is compiled is what is worked out

FORMS = {
    "features, mean": (Form(2, 2, UNITS, tokens=False), "mean"),
    "tokens, first, causal": (Form(1, 4, UNITS, "gelu_tanh", 1e-5, causal=True), "first"),
    "tokens, relu": (Form(1, 1, UNITS, "relu"), "mean"),
    "features, dropout": (Form(2, 2, UNITS, tokens=False, dropout=0.3), "mean"),
    "features, two shares": (Form(1, 2, UNITS, tokens=False, dropout=0.3, attention_dropout=0.2), "first"),
    "tokens, attention alone": (Form(2, 2, UNITS, attention_dropout=0.2), "mean"),
}


def classifying(name):
    form, pooling = FORMS[name]
    rows = TOKENS if form.tokens else FEATURES
    params = weights(
        {
            **transformer.embedding_shapes(form, rows, STEPS + 1, UNITS, 2),
            **transformer.layer_shapes(form, UNITS, INNER),
            **transformer.class_shapes(pooling, UNITS, OUTPUTS),
        }
    )
    lines = [*transformer.encoder_lines(form, STEPS), *transformer.class_lines(form, pooling)]
    return form, pooling, params, "\n".join(lines)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("unrolled", [1, 4])
def test_a_compiled_step_is_the_step_that_is_worked_out(name, unrolled, monkeypatch):
    form, pooling, params, lines = classifying(name)
    if form.layers == 1 < unrolled:
        pytest.skip("one layer is never a loop")
    monkeypatch.setattr(compiled_form, "MOST_UNROLLED", unrolled)
    x, y = ROWS[:2] if form.tokens else X[:2], np.eye(OUTPUTS)[[2, 0]]
    mask = transformer.mask_of(form, STEPS)
    shapes = {**drawn_by(form, STEPS), **({"up": (UNITS,)} if form.dropout else {})}
    draws = {name: rng.random((2, *shape)) for name, shape in shapes.items()}
    samples = {name: list(column) for name, column in {"x": x, "y": y, **draws}.items()}
    work = worked(lines, params, mask, samples)
    columns = {"x": x, "y": y, "present": np.ones((2, STEPS))}
    loss = Classifying(form, pooling)
    found = graded(lambda p: jax.vmap(lambda *one: loss(p, *one))(columns, draws).mean(), params)
    assert_same(work, *found)


def test_a_masked_step_is_the_step_that_is_worked_out():
    form = Form(1, 2, UNITS)
    params = weights(masked.shapes(form, TOKENS, STEPS, UNITS, INNER) | {"T": (1, UNITS)})
    how = Masking(0.5, TOKENS - 1, TOKENS)
    sample = {"x": ROWS[0], "free": np.ones(STEPS), "asked": 3.0, "present": np.ones(STEPS)}
    draws = {name: rng.random(shape) for name, shape in drawn(STEPS).items()}
    seen, places, share = masked_sample(how, sample, draws)
    assert [1 / 3] * 3 == pytest.approx(share.tolist())
    given = {"x": np.asarray(seen, float), "m": np.asarray(places, float), "y": ROWS[0][places].astype(float)}
    work = worked(masked.equations(form, STEPS), params, given)
    columns, own = ({name: np.asarray(one)[None] for name, one in tree.items()} for tree in (sample, draws))
    loss = Filling(form, how)
    assert_same(work, *graded(lambda p: jax.vmap(lambda *one: loss(p, *one))(columns, own)[0], params))


def test_what_fills_a_sample_up_changes_nothing():
    form, pooling, params, _ = classifying("tokens, relu")
    y, loss = np.eye(OUTPUTS)[1], Classifying(form, pooling)
    alone = graded(lambda p: loss(p, {"x": ROWS[0][:3], "y": y, "present": np.ones(3)}, {}), params)
    there = (np.arange(STEPS) < 3).astype(float)
    filled = graded(lambda p: loss(p, {"x": ROWS[0], "y": y, "present": there}, {}), params)
    for one, other in zip(jax.tree.leaves(alone), jax.tree.leaves(filled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


def test_fifty_steps_give_the_weights_that_fifty_worked_steps_give():
    form, pooling, params, lines = classifying("tokens, relu")
    y = np.eye(OUTPUTS)[[2, 0]]
    work = worked(lines, params, {}, {"x": list(ROWS[:2]), "y": list(y)}, rate=0.05, steps=50)
    columns = {"x": ROWS[:2], "y": y, "present": np.ones((2, STEPS))}
    with jax.enable_x64(True):
        run = compiled(Step(Classifying(form, pooling), "sgd"), quick=True)
        index, share = np.tile(np.arange(2), (50, 1)), np.full((50, 2), 1 / 2)
        learned, _, _ = run(params, {}, 0, columns, index, share, {"rate": 0.05}, 0.0)
    for key, update in work.updates.items():
        np.testing.assert_allclose(learned[key], update.new, rtol=1e-8, atol=1e-10, err_msg=key)


# PyTorch's layers


def test_pytorch_has_the_same_layer_and_the_same_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    form = Form(1, 2, UNITS, "relu", 1e-5, tokens=False)
    params = weights(transformer.layer_shapes(form, UNITS, INNER))
    lines = "\n".join([*transformer.layer_lines(form, "1", "X0"), "L = sum(X1*c)"])
    given = {"X0": rng.normal(size=(STEPS, UNITS)), "c": rng.normal(size=(STEPS, UNITS))}
    work = worked(lines, params, given)
    layer = torch.nn.TransformerEncoderLayer(UNITS, 2, INNER, dropout=0.0, batch_first=True).double()
    attention = layer.self_attn
    theirs = {"WO1": attention.out_proj.weight, "bO1": attention.out_proj.bias}
    theirs |= {"W1_1": layer.linear1.weight, "b1_1": layer.linear1.bias}
    theirs |= {"W1_2": layer.linear2.weight, "b1_2": layer.linear2.bias}
    for k, norm in enumerate((layer.norm1, layer.norm2), 1):
        theirs |= {f"gamma1_{k}": norm.weight, f"beta1_{k}": norm.bias}
    with torch.no_grad():
        for key, tensor in theirs.items():
            tensor.copy_(torch.tensor(params[key]))
        for tensor, kind in ((attention.in_proj_weight, "W"), (attention.in_proj_bias, "b")):
            tensor.copy_(torch.tensor(np.concatenate([params[f"{kind}{letter}1"] for letter in "QKV"])))
    x = torch.tensor(given["X0"][None], requires_grad=True)
    found = layer(x)
    (found[0] * torch.tensor(given["c"])).sum().backward()
    np.testing.assert_allclose(found[0].detach(), work.values["X1"], rtol=1e-10)
    np.testing.assert_allclose(x.grad[0], work.gradients["X0"], rtol=1e-10, atol=1e-13)
    for key, tensor in theirs.items():
        np.testing.assert_allclose(tensor.grad, work.gradients[key], rtol=1e-10, atol=1e-13, err_msg=key)
    whole = np.concatenate([work.gradients[f"W{letter}1"] for letter in "QKV"])
    np.testing.assert_allclose(attention.in_proj_weight.grad, whole, rtol=1e-10, atol=1e-13)


def test_pytorch_has_the_same_norm():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    a, g = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5))
    work = worked("L = sum(layer_norm(a, 0.01)*g)", {"a": a}, {"g": g})
    x = torch.tensor(a, requires_grad=True)
    (torch.nn.functional.layer_norm(x, (5,), eps=0.01) * torch.tensor(g)).sum().backward()
    np.testing.assert_allclose(x.grad, work.gradients["a"], rtol=1e-10, atol=1e-13)


# The estimators

HOW = {"max_iter": 2, "random_state": 0, "rule": "momentum", "learning_rate": 0.05, "shuffle": False}
NETS = {
    "features": (TransformerClassifier(4, 1, 2, **HOW), X, WORDS),
    "a table": (TransformerClassifier(4, 1, 2, alpha=0.1, **HOW), X[:, :, 0], WORDS),
    "tokens": (TransformerClassifier(4, 1, 2, vocabulary=TOKENS, pooling="first", **HOW), ROWS, WORDS),
    "masked": (BERT(4, 1, 2, vocabulary=TOKENS, **HOW), ROWS, None),
    "masked table": (BERT(4, 1, 2, bins=5, **HOW), X[:, :, 0], None),
    "dropout": (
        TransformerClassifier(4, 1, 2, vocabulary=TOKENS, max_length=STEPS + 1, dropout=0.3, **HOW),
        ROWS,
        WORDS,
    ),
    "masked, dropout": (BERT(4, 1, 2, vocabulary=TOKENS, dropout=0.3, **HOW), ROWS, None),
    "masked, attention": (BERT(4, 1, 2, vocabulary=TOKENS, attention_dropout=0.2, **HOW), ROWS, None),
}


def fitted(name):
    net, inputs, y = NETS[name]
    return net.fit(inputs, y), inputs, y


@pytest.mark.parametrize("name", NETS)
def test_an_epoch_of_one_batch_is_the_step_that_work_tells(name, tmp_path):
    net, inputs, y = fitted(name)
    work = net.work(inputs, y)
    net.save(tmp_path / "net.byhand")
    again = load(tmp_path / "net.byhand")
    assert np.array_equal(net.predict(inputs), again.predict(inputs))
    assert np.array_equal(again.work(inputs, y).values["L"], work.values["L"])
    net.partial_fit(inputs, y), again.partial_fit(inputs, y)
    assert net.loss_curve_ == again.loss_curve_
    for key, update in work.updates.items():
        np.testing.assert_allclose(net.params_[key], update.new, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", ["features", "tokens"])
def test_what_is_predicted_is_what_is_worked_out(name):
    net, inputs, y = fitted(name)
    values = net.work(inputs[:1], y[:1]).values
    np.testing.assert_allclose(net.predict_proba(inputs[:1])[0], values["yhat"], rtol=1e-12)
    np.testing.assert_allclose(net.hidden_states(inputs[:1])[1][0], values["X1"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(net.attention(inputs[:1])[0, 0, 1], values["A1_2"], rtol=1e-12)


def test_what_is_left_out_is_drawn_anew_and_answers_leave_nothing_out():
    net, inputs, y = fitted("dropout")
    first = net.work(inputs, y).values
    for name in ("X0", "O1", "F1", "p"):
        u, keep, values = (np.array(first[key]) for key in (f"u{name}", f"keep{name}", name))
        np.testing.assert_array_equal(keep, u >= 0.3)
        np.testing.assert_allclose(first[f"d{name}"], values * keep / (1 - 0.3), rtol=1e-12)
    np.testing.assert_array_equal(first["keepA1_2"], np.array(first["uA1"])[:, 1] >= 0.3)
    again = net.partial_fit(inputs, y).work(inputs, y).values
    assert np.any(np.array(first["keepO1"]) != again["keepO1"])
    probabilities = net.predict_proba(inputs)
    np.testing.assert_array_equal(probabilities, net.set_params(dropout=0.0).predict_proba(inputs))
    sure = net.work(inputs[:1], y[:1]).values
    assert "keepO1" not in sure
    np.testing.assert_allclose(probabilities[0], sure["yhat"], rtol=1e-12)
    told = fitted("masked, dropout")[0].work(inputs[:1, :2]).to_markdown(language="zh")
    assert "第 1 层丢掉哪些注意力份额" in told


def test_it_is_told_layer_by_layer_and_head_by_head():
    net, inputs, y = fitted("features")
    told = net.work(inputs[:1, :2], y[:1]).to_markdown(language="en")
    forwards, _ = told.split("Backward pass")
    headings = ["Layer 1: queries", *("Layer 1, head 1", "Layer 1, head 2"), "Layer 1: the heads", "feed-"]
    places = [forwards.index(one) for one in headings]
    assert sorted(places) == places
    bert, rows, _ = fitted("masked")
    assert "第 1 层第 2 头" in bert.work(rows[:1, :2]).to_text(language="zh")


def test_why_explains_one_number_of_one_head():
    net, inputs, _ = fitted("tokens")
    work = net.work(inputs[:1], ["top"])
    for name in ("dL/dWQ1[3,2]", "A1_2[0,3]", "dL/dE[2,1]", "dL/dP[1,0]", "WO1[2,3]_new", "X1[4,1]"):
        assert pytest.approx(work.number(name), rel=1e-12, abs=1e-16) == net.why(name, inputs[0], "top").value
    bert, rows, _ = fitted("masked")
    asked = bert.work(rows[:1])
    for name in ("l[0]", "dL/dWV1[1,1]", "dL/dE[2,1]", "yhat[0,3]"):
        assert pytest.approx(asked.number(name), rel=1e-12, abs=1e-16) == bert.why(name, rows[0]).value


def test_samples_may_have_their_own_lengths():
    ragged = [ROWS[0], ROWS[1][:2], ROWS[2][:1]]
    net = TransformerClassifier(4, 1, 2, vocabulary=TOKENS, **HOW).fit(ragged, WORDS[:3])
    assert [net.predict([one])[0] for one in ragged] == net.predict(ragged).tolist()
    probabilities = np.concatenate([net.predict_proba([one]) for one in ragged])
    np.testing.assert_allclose(net.predict_proba(ragged), probabilities, rtol=1e-12)
    bert = BERT(4, 1, 2, vocabulary=TOKENS, **HOW).fit(ragged)
    alone = [bert.transform([one])[0] for one in ragged]
    np.testing.assert_allclose(bert.transform(ragged), alone, rtol=1e-6)
    with pytest.raises(ValueError, match="one length"):
        net.work(ragged, WORDS[:3])


def test_masking_asks_for_a_share_and_hides_most_of_it():
    """As Devlin et al. have it: of the asked tokens 80 % hidden, 10 % any token, 10 % as they are."""
    how, steps = Masking(0.15, 999, 1000), 400
    sample = {"x": np.full(steps, 7), "free": np.arange(steps) >= 40, "asked": how.count(360)}
    kinds = []
    for seed in range(20):
        own = np.random.default_rng(seed)
        draws = {name: own.random(shape, np.float32) for name, shape in drawn(steps).items()}
        seen, places, share = map(np.asarray, masked_sample(how, sample, draws))
        places = places[share > 0]
        assert len({*places.tolist()}) == how.count(360) == 54
        assert places.min() >= 40
        assert (np.delete(seen, places) == 7).all()
        kinds += np.where(seen[places] == 999, 0, np.where(seen[places] == 7, 2, 1)).tolist()
    shares = np.bincount(kinds) / len(kinds)
    error = np.sqrt(0.8 * 0.2 / len(kinds))
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=4 * error)


def test_a_score_counts_each_sample_as_its_weight_says():
    net = fitted("masked")[0]
    alone, both = net.score(ROWS[:1]), net.score(ROWS[:2])  # what is hidden of a sample is the same
    other = 2 * both - alone
    assert pytest.approx((3 * alone + other) / 4, rel=1e-6) == net.score(ROWS[:2], sample_weight=[3, 1])
    assert pytest.approx(alone, rel=1e-6) == net.score(ROWS, sample_weight=[0.5, 0, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="ample weight"):
        net.score(ROWS, sample_weight=np.zeros(6))


def test_what_does_not_fit_is_said():
    for net, inputs, message in [
        (TransformerClassifier(5, heads=2), X, "5 units cannot be shared evenly by 2 heads"),
        (TransformerClassifier(4, vocabulary=3), ROWS, "whole numbers from 0 to 3"),
        (TransformerClassifier(4, vocabulary=9), X, "one token here"),
        (TransformerClassifier(4, max_length=2), X, "5 tokens; this network takes 2"),
        (BERT(4), X, "3 features were given"),
    ]:
        with pytest.raises(ProblemError, match=message):
            net.fit(inputs, WORDS)
    net, inputs, y = fitted("tokens")
    with pytest.raises(ProblemError, match="no longer fit"):
        TransformerClassifier(**{**net.get_params(), "warm_start": True}).fit(inputs, y).set_params(
            layers=2
        ).fit(inputs, y)
    table, *_ = fitted("masked table")
    with pytest.raises(ValueError, match="features"):
        table.predict(X[:, :2, 0])
    with pytest.raises(ProblemError, match="not fitted with texts"):
        fitted("masked")[0].fill([[1, 2]])


def test_its_picture_is_the_attention_of_each_head():
    table = X[:, :, 0]
    net = TransformerClassifier(4, 2, 2, **HOW).fit(table, WORDS)
    data = from_arrays(table, WORDS, name="words", task="classification", scaling="none")
    seen = Seen(table.astype(np.float32), WORDS, Preparation.fit(data, "none"))
    panels = pictures.panels_of(net, seen, "en")
    assert ["Layer 1, head 1", "Layer 1, head 2", "Layer 2, head 1", "Layer 2, head 2"] == [
        panel.title.partition(":")[0] for panel in panels
    ]
    np.testing.assert_allclose(panels[1].weights, net.attention(table)[:, 0, 1].mean(axis=0))
    np.testing.assert_allclose(panels[3].weights.sum(axis=1), 1)


def test_the_published_attention_is_right_as_a_sheet():
    """Tom Yeh's numbers, as printed; one wrong share is found."""
    claims = {"A[1,3]": "0.770438", "A[2,2]": "0.037329", "Z[0,0]": "10.307597", "Z[2,3]": "7.704385"}
    problem = byhand.example("self-attention")
    assert byhand.check(problem, {"R[1,3]": "2.886751", **claims}).first_wrong is None
    assert "A[1,3]" == byhand.check(problem, {**claims, "A[1,3]": "0.670438"}).first_wrong
