"""GPT: what is compiled is what is worked out; transformers' own GPT; texts that are read and written."""

import copy
import warnings

import jax
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.equations import generative, transformer
from byhand.equations.transformer import Form
from byhand.networks import GPT, Checkpoint
from byhand.train.backend import quick_options
from byhand.train.generative import Generating

ENGLISH = "to be or not to be, that is the question. " * 3
CHINESE = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？" * 4
HOW = {"max_length": 5, "batch_size": 4, "max_iter": 3, "random_state": 0}
MOMENTUM = {"rule": "momentum", "learning_rate": 0.05}
SMALL = {"units": 4, "layers": 1, "heads": 2, "inner": 3}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.fixture(scope="module")
def written():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GPT(**SMALL, **HOW, **MOMENTUM).fit(CHINESE)


def test_a_compiled_step_is_the_step_that_is_worked_out():
    form, rng = generative.decoder(Form(2, 2, 4, "gelu_tanh", 1e-5)), np.random.default_rng(3)
    params = {
        name: rng.normal(0.1, 0.6, shape) for name, shape in generative.shapes(form, 7, 6, 4, 3).items()
    }
    x, y = rng.integers(0, 7, (2, 2, 5))
    work = byhand.work(
        problem=generative.equations(form, 5),
        minimise="L",
        learn=list(params),
        given={**params, **transformer.mask_of(form, 5)},
        samples={"x": list(x), "y": list(y)},
    )
    loss = Generating(form)
    with jax.enable_x64(True):
        mean = jax.value_and_grad(lambda p: jax.vmap(lambda a, b: loss(p, {"x": a, "y": b}, {}))(x, y).mean())
        value, gradients = jax.jit(mean, compiler_options=quick_options())(params)
    np.testing.assert_allclose(value, work.run.first.objective, rtol=1e-12)
    for key, gradient in gradients.items():
        np.testing.assert_allclose(gradient, work.gradients[key], rtol=1e-10, atol=1e-13, err_msg=key)


def test_transformers_has_the_same_outputs_loss_and_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    text = ENGLISH[:12]
    net = GPT(4, 2, 2, **{**HOW, "max_length": 11, "max_iter": 1}).fit(ENGLISH)
    config = transformers.OpenAIGPTConfig(
        vocab_size=len(net.characters_), n_positions=11, n_embd=4, n_layer=2, n_head=2,
        afn="gelu", resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, layer_norm_epsilon=net.eps,
    )  # fmt: skip
    model = transformers.OpenAIGPTLMHeadModel(config).double()
    own = {"transformer.tokens_embed.weight": "E", "transformer.positions_embed.weight": "P"}
    for k in (1, 2):
        at = f"transformer.h.{k - 1}."
        own |= {f"{at}attn.c_proj.weight": f"WO{k}", f"{at}attn.c_proj.bias": f"bO{k}"}
        own |= {f"{at}mlp.c_fc.weight": f"W{k}_1", f"{at}mlp.c_fc.bias": f"b{k}_1"}
        own |= {f"{at}mlp.c_proj.weight": f"W{k}_2", f"{at}mlp.c_proj.bias": f"b{k}_2"}
        for n in (1, 2):
            own |= {f"{at}ln_{n}.weight": f"gamma{k}_{n}", f"{at}ln_{n}.bias": f"beta{k}_{n}"}

    def ours(name, values):
        """Their arrays from ours: their weights are (in, out), but for the embeddings."""
        if "c_attn" in name:
            layer, kind = int(name.split(".")[2]) + 1, "W" if name.endswith("weight") else "b"
            return np.concatenate([values[f"{kind}{letter}{layer}"] for letter in "QKV"]).T
        return values[own[name]].T if ".c_" in name else values[own[name]]

    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.copy_(torch.tensor(ours(name, net.params_)))
    codes = torch.tensor(net._codes(text).astype(int))
    logits = model(codes[None, :-1]).logits[0]
    loss = torch.nn.functional.cross_entropy(logits, codes[1:])
    loss.backward()
    work = net.work(text)
    np.testing.assert_allclose(work.values["o"], logits.detach(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(net.probabilities(text[:-1]), logits.detach().softmax(1), rtol=1e-10)
    assert pytest.approx(loss.item(), rel=1e-10) == work.values["L"]
    for name, tensor in model.named_parameters():
        expected = ours(name, work.gradients)
        np.testing.assert_allclose(tensor.grad, expected, rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_an_epoch_of_one_passage_is_the_step_that_work_tells(written, dropout):
    net = copy.deepcopy(written).set_params(dropout=dropout)
    work = net.work(CHINESE[:6])
    net.partial_fit(CHINESE[:6])
    for key, update in work.updates.items():
        np.testing.assert_allclose(net.params_[key], update.new, rtol=1e-5, atol=1e-6, err_msg=key)
    told = work.to_text(language="zh")
    assert "第 1 层第 2 头" in told
    assert "接下来是什么" in told


def test_what_it_says_is_what_is_worked_out(written):
    text = CHINESE[:6]
    values = written.work(text).values
    np.testing.assert_allclose(written.probabilities(text)[:5], values["yhat"], rtol=1e-12)
    np.testing.assert_allclose(written.attention(text[:5])[0, 0, 1], values["A1_2"], rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(written.hidden_states(text[:5])[1][0], values["X1"], rtol=1e-12, atol=1e-14)
    found = written.errors(text)["nats_a_character"]
    assert pytest.approx(values["L"], rel=1e-12) == found == -written.score(text)
    for name in ("l[2]", "dL/dWQ1[3,2]", "A1_2[3,1]", "dL/dE[2,1]", "WO1[2,3]_new"):
        assert pytest.approx(written.work(text).number(name), rel=1e-12) == written.why(name, text).value


def test_no_character_sees_a_later_one(written):
    text, other = CHINESE[:5], CHINESE[:3] + "乎乎"
    np.testing.assert_array_equal(np.triu(written.attention(text)[0, 0, 0], 1), 0)
    np.testing.assert_array_equal(written.probabilities(text)[:3], written.probabilities(other)[:3])


def test_a_long_text_is_read_in_windows_of_which_half_is_always_seen(written):
    text = CHINESE[:14]
    found = written.probabilities(text)
    for place, start in {0: 0, 4: 0, 5: 2, 6: 2, 7: 4, 13: 9}.items():
        window = written.probabilities(text[start : start + 5])
        np.testing.assert_allclose(found[place], window[place - start], rtol=1e-12, err_msg=place)


@pytest.mark.parametrize("prompt", ["学而", CHINESE[:9]], ids=["short", "longer than what is seen"])
def test_a_character_that_is_drawn_is_worked_out(written, prompt):
    for seed in range(3):
        work = written.next_character(prompt, 0.5, random_state=seed)
        drawn = written.characters_[int(work.values["k"])]
        assert written.sample(1, prompt, 0.5, random_state=seed) == drawn
    assert "之后：抽取一个字符" in work.to_text(language="zh")


def test_it_writes_what_it_has_read():
    """Passages of 11 characters begin anywhere in a sentence of 42."""
    text, how = ENGLISH[:42] * 11 + ENGLISH[:1], {**HOW, "max_length": 11, "max_iter": 30}
    net = GPT(16, 1, 2, **how, learning_rate=0.01).fit(text)
    assert net.errors(text)["bits_a_character"] < 0.2 < np.log2(len(net.characters_))
    assert ENGLISH[11:31] == net.sample(20, ENGLISH[:11], temperature=0.1, random_state=0)


def test_a_fit_that_was_stopped_goes_on_to_the_same_bits(tmp_path):
    never = GPT(**SMALL, **HOW).fit(ENGLISH)
    stopping = [Checkpoint(tmp_path / "run.byhand"), lambda report: report.epoch == 1]
    GPT(**SMALL, **HOW).fit(ENGLISH, callbacks=stopping)
    resumed = byhand.load(tmp_path / "run.byhand").resume(ENGLISH)
    assert never.loss_curve_ == resumed.loss_curve_
    assert all(value.tobytes() == resumed.params_[name].tobytes() for name, value in never.params_.items())
    assert resumed.sample(9, "to ", random_state=1) == never.sample(9, "to ", random_state=1)


def test_passages_of_one_length_leave_nothing_of_a_text_out():
    net = GPT(**SMALL, **HOW)
    read, following = net._checked(ENGLISH[:18], None, first=True)
    assert (4, 5) == read.shape
    assert ["to be", "e or ", " not ", " to b"] == ["".join(net.characters_[row]) for row in read]
    assert ["o be ", " or n", "not t", "to be"] == ["".join(net.characters_[row]) for row in following]


def test_a_text_file_is_trained_with_evaluated_explained_and_drawn(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "play.txt").write_text(ENGLISH * 6, "utf-8")
    how = ["units=4", "layers=1", "inner=3", "max_iter=1", "--lang", "en", "--plot", "play.svg"]
    assert 0 == run(["train", "gpt", "--data", "play.txt", *how])
    told = " ".join(capfd.readouterr().out.split())
    assert f"4 units (3 within), layers: 1, heads in each: 2, {len(set(ENGLISH))} tokens" in told
    assert "␣" in (tmp_path / "play.svg").read_text("utf-8")
    assert 0 == run(["evaluate", "gpt-play.byhand", "--lang", "zh"])
    assert "每字符比特数" in capfd.readouterr().out
    assert 0 == run(["why", "gpt-play.byhand", "A1_2[3,1]", "--sample", "0", "--lang", "en"])
    assert "R1_2[3, 1]" in capfd.readouterr().out


def test_what_does_not_fit_is_said(written):
    with pytest.raises(ValueError, match="4 units cannot be shared evenly by 3 heads"):
        GPT(4, heads=3).fit(ENGLISH)
    with pytest.raises(ValueError, match="one character only"):
        GPT(4).fit("aaaa")
    with pytest.raises(ValueError, match="6 tokens; this network takes 5"):
        written.work(CHINESE[:7])
    with pytest.raises(ValueError, match="The character 'x' stands in this text"):
        written.sample(1, "学x")
    assert 1 == written.errors("学而x时习")["unknown_characters"]
