"""A character model: what it learns is what is worked out, what it writes too; texts in any script."""

import copy
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.data import load as load_data
from byhand.errors import ProblemError
from byhand.networks import CharacterModel, Checkpoint

ENGLISH = "to be or not to be, that is the question. " * 3
CHINESE = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？" * 4
HOW = {"truncation": 5, "batch_size": 2, "learning_rate": 0.02, "max_iter": 3, "random_state": 0}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.fixture(scope="module")
def written():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return CharacterModel(4, **HOW).fit(CHINESE)


def test_a_text_is_learned_stretch_by_stretch_as_it_is_worked_out():
    """Twelve characters to be predicted: stretches of 5, 5 and 2, each with what the last one left behind."""
    text, how = ENGLISH[:13], {**HOW, "batch_size": 1, "rule": "momentum"}
    net = CharacterModel(3, **how).partial_fit(text)
    at_once, context = copy.deepcopy(net).partial_fit(text), None
    for start in range(0, 12, 5):
        stretch = text[start : min(start + 6, 13)]
        work = net.work(stretch, context=context)
        last = len(stretch) - 1
        context = np.concatenate([work.values[f"{one}{last}"] for one in net._form.carried])
        net.params_ = {name: update.new.astype(np.float32) for name, update in work.updates.items()}
        net.rule_state_ = {"m": {name: update.working["m_new"] for name, update in work.updates.items()}}
        net.t_ += 1
    assert at_once.t_ == net.t_
    for key, value in net.params_.items():
        np.testing.assert_allclose(at_once.params_[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_bits_and_probabilities_are_those_that_are_worked_out(written):
    text = CHINESE[:6]
    values = written.work(text).values
    probabilities = [values[f"yhat{t}"] for t in range(1, 6)]
    np.testing.assert_allclose(written.probabilities(text)[:5], probabilities, rtol=1e-12)
    found = written.errors(text)
    assert pytest.approx(values["L"], rel=1e-12) == found["nats_a_character"] == -written.score(text)
    assert pytest.approx(values["L"] / np.log(2), rel=1e-12) == found["bits_a_character"]
    context = written.context_after(text[:5])
    np.testing.assert_allclose(context, [*values["h5"], *values["c5"]], rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_a_character_that_is_drawn_is_worked_out(written, temperature):
    for seed in range(3):
        work = written.next_character("学而", temperature, random_state=seed)
        drawn = written.characters_[int(work.values["k"])]
        assert written.sample(1, "学而", temperature, random_state=seed) == drawn
        below = work.values["F"][int(work.values["k"]) - 1] if work.values["k"] else 0
        assert below <= work.values["u"] < work.values["F"][int(work.values["k"])]
    told = work.to_text(language="zh")
    assert "“学而” 之后：抽取一个字符" in told
    assert "累加值大于 u 处为 1" in told


def test_it_writes_what_it_has_read():
    how = {"truncation": 10, "batch_size": 4, "learning_rate": 0.05, "random_state": 0}
    net = CharacterModel(12, "gru", max_iter=60, **how).fit(ENGLISH)
    assert net.errors(ENGLISH)["bits_a_character"] < 0.5 < np.log2(len(net.characters_))
    assert ENGLISH[5:25] == net.sample(20, ENGLISH[:5], temperature=0.1, random_state=0)
    assert "e" == net.predict("to b")[-1]


def test_a_fit_that_was_stopped_goes_on_to_the_same_bits(tmp_path):
    how = {**HOW, "passage": 12}
    never = CharacterModel(3, **how).fit(ENGLISH)
    stopping = [Checkpoint(tmp_path / "run.byhand"), lambda report: report.epoch == 1]
    CharacterModel(3, **how).fit(ENGLISH, callbacks=stopping)
    resumed = byhand.load(tmp_path / "run.byhand").resume(ENGLISH)
    assert never.loss_curve_ == resumed.loss_curve_
    assert all(value.tobytes() == resumed.params_[name].tobytes() for name, value in never.params_.items())
    assert resumed.sample(9, "to ", random_state=1) == never.sample(9, "to ", random_state=1)
    with pytest.raises(ValueError, match="X is not what the fit began with"):
        byhand.load(tmp_path / "run.byhand").resume(ENGLISH[:-9])


def test_a_text_is_cut_into_passages_of_one_length():
    net = CharacterModel(3, **{**HOW, "passage": 20})
    read, following = net._checked(ENGLISH, None, first=True)
    assert (7, 17) == read.shape == following.shape
    whole = "".join(net.characters_[read.ravel()])
    assert ENGLISH.startswith(whole)
    assert ENGLISH[1:].startswith("".join(net.characters_[following.ravel()]))


def test_why_explains_a_probability(written):
    why = written.why("yhat3[0]", CHINESE[:5])
    assert pytest.approx(written.probabilities(CHINESE[:5])[2, 0]) == why.value


# From the command line


def test_a_text_file_is_trained_with_evaluated_and_explained(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "play.txt").write_text(ENGLISH * 6 + "zz" + ENGLISH, "utf-8")
    how = ["units=3", "max_iter=2", "batch_size=4", "--lang", "en"]
    assert 0 == run(["train", "character-model", "--data", "play.txt", *how])
    told = " ".join(capfd.readouterr().out.split())
    assert f"a text of 884 characters, {len(set(ENGLISH)) + 1} different ones" in told
    assert "bits a character" in told
    assert 0 == run(["evaluate", "character-model-play.byhand", "--lang", "zh"])
    assert "每字符比特数" in capfd.readouterr().out
    assert 0 == run(["why", "character-model-play.byhand", "f2[1]", "--sample", "3", "--lang", "en"])
    assert "a_f2[1]" in capfd.readouterr().out


def test_a_text_as_a_data_set(tmp_path):
    (tmp_path / "play.txt").write_bytes("子曰：".encode("gb18030") * 80)
    data = load_data(f"text:{tmp_path / 'play.txt'}")
    assert (3, 64) == data.X.shape
    assert "子曰：子曰：" == "".join(map(chr, data.X[0, :6].astype(int)))
    assert "GB18030" in data.describe("en")
    training, test = data.split()
    assert (2, 1) == (len(training), len(test))
    (tmp_path / "short.txt").write_text("too short", "utf-8")
    with pytest.raises(ProblemError, match="has 9 characters; a text to be learned from needs at least 128"):
        load_data(f"text:{tmp_path / 'short.txt'}")


# What does not fit

REFUSED = {
    "no text": ([1, 2], "a str, or a list of them; here is list"),
    "nothing": (None, "here is NoneType"),
    "one": (["", "a"], "has 1 character; at least 2"),
    "one of a kind": ("aaaa", "one character only"),
}


@pytest.mark.parametrize("bad", REFUSED)
def test_texts_that_cannot_be_learned_from(bad):
    text, message = REFUSED[bad]
    net = CharacterModel(3, max_iter=1)
    with pytest.raises(ValueError, match=message):
        net.fit(text)
    assert not hasattr(net, "params_")


def test_characters_that_were_not_learned_from(written):
    with pytest.raises(ValueError, match="The character 'x' stands in this text"):
        written.sample(1, "学x")
    with pytest.raises(ValueError, match="The character 'x' stands in this text"):
        written.partial_fit("学而x")
    found = written.errors("学而x时习")
    values = [written.probabilities("学而x时习")[place] for place in (0, 2, 3)]
    own = [np.searchsorted(written.characters_, one) for one in "而时习"]
    expected = -np.mean([np.log(value[code]) for value, code in zip(values, own, strict=True)])
    assert pytest.approx(expected) == found["nats_a_character"]
    assert 1 == found["unknown_characters"]


def test_settings_that_do_not_fit(written):
    with pytest.raises(ValueError, match="temperature is 0; it must be above 0"):
        written.sample(1, "学", temperature=0)
    with pytest.raises(ValueError, match="temperature is -1; it must be above 0"):
        written.next_character("学", temperature=-1)
    with pytest.raises(ValueError, match="at most so many; here are 6"):
        written.work(CHINESE[:7])
