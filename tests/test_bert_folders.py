"""BERT's texts and folders: what it writes transformers reads, and the other way round."""

import json

import numpy as np
import pytest

from byhand.errors import ProblemError
from byhand.networks import BERT, TransformerClassifier
from byhand.networks.tasks.saving import load
from byhand.networks.text.wordpiece import SPECIAL

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(7)
TOKENS = 7
ROWS = rng.integers(0, TOKENS, (6, 5))
WORDS = np.array(["low", "mid", "top", "mid", "low", "top"])
TEXTS = ["to be or not to be", "that is the question", "or to take arms", "not to be"] * 3


def test_texts_are_pieces_of_words():
    pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    net = BERT(8, 1, vocabulary=60, max_length=6, max_iter=1, random_state=0).fit(TEXTS)
    assert net.tokens_.words[:5].tolist() == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    X = net._inputs(["To be or not to be", "be"])
    assert (2, 6, 1) == X.shape
    words = net.tokens_.words[X[0, :, 0].astype(int)].tolist()
    assert ["[CLS]", "to", "be", "or", "not", "[SEP]"] == words
    assert np.isnan(X[1, 3:]).all()
    assert 1 == len(net.fill(["to [MASK] or"])[0].split())


def test_a_classifier_starts_from_what_a_bert_has_learned(tmp_path):
    pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    bert = BERT(8, 1, vocabulary=60, max_length=6, max_iter=1, random_state=0).fit(TEXTS)
    bert.save(tmp_path / "bert.byhand")
    bert.save_pretrained(tmp_path / "folder")
    labels = ["plural" if "s" in text else "single" for text in TEXTS]
    for place in ("bert.byhand", "folder"):
        how = {"pretrained": str(tmp_path / place), "learning_rate": 1e-9, "max_iter": 1, "random_state": 0}
        net = TransformerClassifier(**how).fit(TEXTS, labels)
        assert (bert.sizes_, bert.tokens_.words.tolist()) == (net.sizes_, net.tokens_.words.tolist())
        np.testing.assert_allclose(net.params_["WQ1"], bert.params_["WQ1"], atol=1e-7)
        net.save(tmp_path / "net.byhand")
        assert load(tmp_path / "net.byhand").predict(TEXTS).tolist() == net.predict(TEXTS).tolist()
    short = TransformerClassifier(**how, max_length=4).fit(TEXTS, labels)
    assert (6, 4) == (len(short.params_["P"]), short._inputs(TEXTS).shape[1])
    with pytest.raises(ProblemError, match="TransformerClassifier"):
        TransformerClassifier(pretrained=str(tmp_path / "net.byhand")).fit(TEXTS, labels)


@pytest.mark.parametrize("size", [{"hidden_size": 12, "num_attention_heads": 3, "intermediate_size": 20},
                                  {"hidden_size": 128, "num_attention_heads": 2, "intermediate_size": 512}],
                         ids=["tiny", "L2H128"])  # fmt: skip
def test_a_bert_of_transformers_is_read_and_written(size, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    transformers.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    size = {"num_hidden_layers": 2, "max_position_embeddings": 16, **size}
    config = transformers.BertConfig(vocab_size=90, attention_probs_dropout_prob=0.25, **size)
    model = transformers.BertForMaskedLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    model.save_pretrained(tmp_path / "theirs")
    bert = BERT.from_pretrained(tmp_path / "theirs")
    assert (0.1, 0.25) == (bert.dropout, bert.attention_dropout)
    ids = rng.integers(5, 90, (3, 11))
    bert.save_pretrained(tmp_path / "ours")
    again = transformers.BertForMaskedLM.from_pretrained(tmp_path / "ours").eval()
    assert (0.1, 0.25) == (again.config.hidden_dropout_prob, again.config.attention_probs_dropout_prob)
    for dtype, tolerance in ((np.float64, 1e-10), (np.float32, 1e-5)):
        one = model.to(torch.float64 if dtype is np.float64 else torch.float32)
        with torch.no_grad():
            found = one(torch.tensor(ids), output_hidden_states=True)
        for own, theirs in zip(bert.hidden_states(ids, dtype), found.hidden_states, strict=True):
            np.testing.assert_allclose(own, theirs.numpy(), rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(bert.logits(ids, dtype), found.logits, rtol=tolerance, atol=tolerance)
    with torch.no_grad():
        assert torch.equal(again(torch.tensor(ids)).logits, model.float()(torch.tensor(ids)).logits)


def test_either_file_of_a_vocabulary_is_enough(tmp_path):
    pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    bert = BERT(8, 1, vocabulary=60, lowercase=False, max_length=6, max_iter=1, random_state=0).fit(TEXTS)
    bert.save_pretrained(tmp_path)
    tokenizer = tmp_path / "tokenizer.json"
    text = tokenizer.read_text("utf-8")
    for other in ("tokenizer.json", "vocab.txt"):
        bert.save_pretrained(tmp_path)
        (tmp_path / other).unlink()
        again = BERT.from_pretrained(tmp_path)
        assert (bert.tokens_.words.tolist(), False) == (again.tokens_.words.tolist(), again.tokens_.lowercase)
        np.testing.assert_array_equal(bert._inputs(TEXTS), again._inputs(TEXTS))
    tokenizer.write_text(text.replace('"type": "WordPiece",\n    "unk', '"type": "BPE",\n    "unk'), "utf-8")
    with pytest.raises(ProblemError, match=r"model\.type is BPE; readable are WordPiece"):
        BERT.from_pretrained(tmp_path)
    tokenizer.write_text('{"model": 3}', "utf-8")
    with pytest.raises(ProblemError, match=r"tokenizer\.json"):
        BERT.from_pretrained(tmp_path)


def test_texts_are_cut_as_transformers_cuts_them(tmp_path):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    words = [*SPECIAL, "to", "be", "or", "not", "##t", "a", "e", "学", "习", ",", "##s"]
    (tmp_path / "vocab.txt").write_text("".join(f"{word}\n" for word in words), "utf-8")
    theirs = transformers.BertTokenizer(str(tmp_path / "vocab.txt"))
    theirs.save_pretrained(tmp_path / "theirs")
    model = transformers.BertConfig(
        vocab_size=len(words), hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4
    )
    transformers.BertForMaskedLM(model).save_pretrained(tmp_path / "theirs")
    bert = BERT.from_pretrained(tmp_path / "theirs")
    bert.save_pretrained(tmp_path / "ours")
    again = transformers.BertTokenizer.from_pretrained(tmp_path / "ours")
    for text in ("To be, or not", "学习 bes", "École À bE", "unheard"):
        ids = theirs(text)["input_ids"]
        assert ids == bert._inputs([text])[0, :, 0].tolist() == again(text)["input_ids"]


def test_a_pooler_is_kept(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    size = {"hidden_size": 4, "num_attention_heads": 2, "intermediate_size": 6, "num_hidden_layers": 1}
    config = transformers.BertConfig(vocab_size=9, max_position_embeddings=8, **size)
    model = transformers.BertModel(config).eval()
    model.save_pretrained(tmp_path)
    how = {"pooling": "first", "learning_rate": 1e-9, "max_iter": 1, "random_state": 0}
    net = TransformerClassifier(pretrained=str(tmp_path), **how).fit(ROWS, WORDS)
    with torch.no_grad():
        pooled = model.double()(torch.tensor(ROWS)).pooler_output
    values = net.work(ROWS[:1], WORDS[:1]).values
    np.testing.assert_allclose(values["p"], pooled[0], rtol=1e-6, atol=1e-7)


def test_attention_may_leave_out_a_share_of_its_own(tmp_path):
    how = {"dropout": 0.25, "attention_dropout": 0.125, "max_iter": 1, "random_state": 0}
    BERT(4, 1, vocabulary=TOKENS, **how).fit(ROWS).save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    assert (0.25, 0.125) == (config["hidden_dropout_prob"], config["attention_probs_dropout_prob"])
    again = BERT.from_pretrained(tmp_path)
    assert (0.25, 0.125) == (again.dropout, again.attention_dropout)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ProblemError, match=r"config\.json"):
        BERT.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', "utf-8")
    with pytest.raises(ProblemError, match="model_type is gpt2; readable are bert"):
        BERT.from_pretrained(tmp_path)
    BERT(4, 1, vocabulary=TOKENS, max_iter=1, random_state=0).fit(ROWS).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("a\nb\n", "utf-8")
    with pytest.raises(ProblemError, match="2 words; the embeddings are of 8"):
        BERT.from_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join("abcdefgh"), "utf-8")
    with pytest.raises(ProblemError, match="lacks"):
        BERT.from_pretrained(tmp_path)
    config = (tmp_path / "config.json").read_text("utf-8")
    for share in ("1.0", "-0.1", "NaN", '"half"'):
        changed = config.replace('"hidden_dropout_prob": 0.0', f'"hidden_dropout_prob": {share}')
        (tmp_path / "config.json").write_text(changed, "utf-8")
        with pytest.raises(ProblemError, match=r"hidden_dropout_prob is .*; readable are 0 ≤ … < 1"):
            BERT.from_pretrained(tmp_path)
