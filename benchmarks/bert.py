"""BERT's two stages on Shakespeare's plays, and its training steps beside PyTorch's.

python benchmarks/bert.py --text FILE [--model MODEL] [--seeds 3]
python benchmarks/bert.py --text FILE --latent
python benchmarks/bert.py --turns 5

FILE is tinyshakespeare: speeches between blank lines, each below its speaker's name. Twenty speeches in a row
are a scene; whole scenes are held out. BERT reads passages of 160 words and is asked for two fifths of their
tokens: so it learns which words belong to one play. What it has learned is kept in MODEL, and goes on from
there. PyTorch is measured where it is installed; on an accelerator a step is told as a share of its peak too.
"""

import argparse
import sys
import time
import warnings
from collections import Counter
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from mlp import interleaved
from peak import tell_share
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import byhand
from byhand.networks import BERT, TransformerClassifier

VOCABULARY, SCENE, HELD_OUT, SPEAKERS = 2000, 20, 0.2, 10
PASSAGES = 45, 90, 200, 500
# What each side may choose, on scenes of its own; DIVISIONS of those that are learned from judge.
RATES, DIVISIONS = (1e-3, 3e-3), (1, 2, 3)


def speeches(path):
    """Who speaks, what, and in which scene."""
    parts = path.read_text("utf-8").strip().split("\n\n")
    pairs = [part.split(":\n", 1) for part in parts if ":\n" in part]
    return [(speaker, text.replace("\n", " "), k // SCENE) for k, (speaker, text) in enumerate(pairs)]


def divided(said, seed=0):
    """Speeches of the scenes that are learned from, and of those held out."""
    scenes = np.random.default_rng(seed).permutation(1 + said[-1][2])
    apart = set(scenes[: int(HELD_OUT * len(scenes))].tolist())
    return [one for one in said if one[2] not in apart], [one for one in said if one[2] in apart]


def passages(said, words, start=0):
    """What is said in a scene in a row, whoever speaks, cut into so many words: BERT reads documents.

    The first cut is before word `start`; what is before it follows the scene's end.
    """
    found = []
    for _, scene in groupby(said, lambda one: one[2]):
        text = " ".join(text for _, text, _ in scene).split()
        text = text[start % len(text) :] + text[: start % len(text)]
        found += [" ".join(text[k : k + words]) for k in range(0, len(text), words)]
    return found


def unigram(net, learned, held_out):
    """Nats a token of the held-out text: its own entropy, and by the frequencies of what was learned from."""
    counts = []
    for texts in (learned, held_out):
        tokens = net._inputs(texts)[:, :, 0]
        own = tokens[~np.isnan(tokens) & net.tokens_.free(tokens)].astype(int)
        counts.append(np.bincount(own, minlength=net.tokens_.total))
    there = counts[1] > 0
    shares = counts[1][there] / counts[1].sum()
    learned_shares = (counts[0][there] + 1) / (counts[0] + 1).sum()
    return -np.sum(shares * np.log(shares)), -np.sum(shares * np.log(learned_shares))


def pretrained(learned, held_out, asked):
    """A BERT of all that is learned from: of speeches, or of passages, which each epoch cuts elsewhere."""
    how = {"masked": asked.masked, "batch_size": asked.batch, "max_length": asked.length}
    how |= {"vocabulary": VOCABULARY, "max_iter": 1, "warm_start": True, "random_state": 0}
    net, begun, done = BERT(asked.units, 2, asked.heads, **how), time.process_time(), 0
    if asked.model and asked.model.exists():
        net = byhand.load(asked.model)
        done = len(net.loss_curve_)
    texts, others = texts_of(learned, asked.words), texts_of(held_out, asked.words)
    print(f"BERT, 2 layers, {asked.units} units, at most {asked.length} tokens of {VOCABULARY:,}")
    starts = np.random.default_rng(0).integers(max(1, asked.words), size=asked.epochs)
    for epoch in range(done + 1, asked.epochs + 1):
        net.fit(texts_of(learned, asked.words, starts[epoch - 1]))
        if epoch in (1, 2, 3) or epoch % 5 == 0 or epoch == asked.epochs:
            spent = (time.process_time() - begun) / 60
            loss = net.masked_loss(others)
            print(f"  epoch {epoch:3}: masked loss held out {loss:.3f}   CPU minutes {spent:.1f}", flush=True)
            if asked.model:
                net.save(asked.model)
    own, other = unigram(net, texts, others)
    print(f"  entropy of the held-out unigrams {own:.3f}, by the frequencies learned from {other:.3f}")
    return net


def texts_of(said, words, start=0):
    """What BERT reads: single speeches where words is 0, otherwise passages of so many."""
    return passages(said, words, start) if words else [text for _, text, _ in said]


def fine_tuning(net, learned, held_out, length, epochs, dropout, seeds):
    """Who speaks: the same encoder from what was learned and from first weights; bag of words."""
    top = [name for name, _ in Counter(one[0] for one in learned).most_common(SPEAKERS)]
    known, asked = spoken(learned, top), spoken(held_out, top)
    bag = make_pipeline(CountVectorizer(), LogisticRegression(max_iter=2000)).fit(*known)
    print(f"who speaks, {SPEAKERS} speakers, {len(known[0])} speeches, {len(asked[0])} held out: accuracy")
    most = max(Counter(asked[1]).values()) / len(asked[1])
    print(f"  the most frequent {most:.4f}   bag of words {bag.score(*asked):.4f}")
    how = {"units": net.units, "heads": net.heads, "vocabulary": VOCABULARY, "max_length": length}
    how |= {"max_iter": epochs, "batch_size": 32, "rule": "adamw", "dropout": dropout}
    with TemporaryDirectory() as folder:
        net.save(Path(folder) / "bert.byhand")
        sides = {"from scratch": {}, "pre-trained": {"pretrained": str(Path(folder) / "bert.byhand")}}
        for name, start in sides.items():
            found = {rate: judged({**how, **start, "learning_rate": rate}, learned, top) for rate in RATES}
            start["learning_rate"] = max(found, key=found.get)
            print(f"  {name:12} on scenes of their own: ", end="")
            print("   ".join(f"rate {rate:g} {score:.4f}" for rate, score in found.items()), flush=True)
        found = {name: [] for name in sides}
        for seed in range(seeds):
            for name, start in sides.items():
                found[name].append(tuned({**how, **start}, known, asked, seed))
            print(f"  seed {seed}: " + "   ".join(f"{k} {v[-1]:.4f}" for k, v in found.items()), flush=True)
    for name, scores in found.items():
        error = np.std(scores, ddof=1) / np.sqrt(len(scores)) if seeds > 1 else np.nan
        print(f"  {name:12} {np.mean(scores):.4f}, standard error {error:.4f}")


def told_apart(learned):
    """What texts alone can teach of who speaks: 64 latent dimensions of passages, a regression on them."""
    top = [name for name, _ in Counter(one[0] for one in learned).most_common(SPEAKERS)]
    parts = [divided(learned, seed) for seed in DIVISIONS]
    ways = {"bag of words": lambda texts: CountVectorizer()}
    for words in (0, *PASSAGES):
        ways[f"latent, passages of {words} words" if words else "latent, speeches"] = partial(latent, words)
    for name, way in ways.items():
        scores = []
        for inner, judges in parts:
            model = make_pipeline(
                way(inner), LogisticRegression(C=0.03 if "latent" in name else 1, max_iter=2000)
            )
            scores.append(model.fit(*spoken(inner, top)).score(*spoken(judges, top)))
        error = np.std(scores, ddof=1) / np.sqrt(len(scores))
        print(f"  {name:30} {np.mean(scores):.4f}, standard error {error:.4f}", flush=True)


def latent(words, said):
    """Latent semantic analysis of what is said."""
    counts = TfidfVectorizer(min_df=2, sublinear_tf=True)
    return FrozenEstimator(
        make_pipeline(counts, TruncatedSVD(64, random_state=0), StandardScaler()).fit(texts_of(said, words))
    )


def judged(how, learned, top):
    """The mean accuracy on scenes of their own, of those that are learned from."""
    parts = [[spoken(part, top) for part in divided(learned, seed)] for seed in DIVISIONS]
    return np.mean([tuned(how, *own, seed) for own, seed in zip(parts, DIVISIONS, strict=True)])


def spoken(said, speakers):
    """What these speakers say, and who says it."""
    return [text for who, text, _ in said if who in speakers], [who for who, *_ in said if who in speakers]


def tuned(how, known, asked, seed):
    """The accuracy of a network that has learned who speaks."""
    return TransformerClassifier(**how, random_state=seed).fit(*known).score(*asked)


# Beside PyTorch

BATCH, STEPS, UPDATES, ASKED = 32, 128, 4, 19


def ours(X, layers, units):
    """An epoch of four updates as a function."""
    how = {"batch_size": BATCH, "max_iter": 1, "warm_start": True, "random_state": 0}
    net = BERT(units, layers, units // 64, vocabulary=VOCABULARY, learning_rate=1e-4, **how)
    return lambda: net.fit(X)


def theirs(X, layers, units, *, is_compiled):
    """The same updates in PyTorch: its attention and its fused AdamW, outputs of the asked places alone."""
    import torch
    from torch.nn import functional

    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.into, self.out = torch.nn.Linear(units, 3 * units), torch.nn.Linear(units, units)
            self.first, self.second = torch.nn.Linear(units, 4 * units), torch.nn.Linear(4 * units, units)
            self.norms = torch.nn.ModuleList([torch.nn.LayerNorm(units) for _ in range(2)])

        def forward(self, x):
            q, k, v = (
                part.view(*x.shape[:2], -1, 64).transpose(1, 2) for part in self.into(x).chunk(3, dim=-1)
            )
            mixed = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(x.shape)
            x = self.norms[0](x + self.out(mixed))
            return self.norms[1](x + self.second(functional.gelu(self.first(x))))

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = (
                torch.nn.Embedding(VOCABULARY + 1, units),
                torch.nn.Embedding(STEPS, units),
            )
            self.layers = torch.nn.Sequential(*[Layer() for _ in range(layers)])
            self.norm, self.head = torch.nn.LayerNorm(units), torch.nn.Linear(units, units)
            self.last, self.bias = (
                torch.nn.LayerNorm(units),
                torch.nn.Parameter(torch.zeros(VOCABULARY + 1)),
            )

        def forward(self, x, places):
            h = self.layers(self.norm(self.words(x) + self.places.weight))
            h = torch.gather(h, 1, places[:, :, None].expand(-1, -1, units))
            return self.last(functional.gelu(self.head(h))) @ self.words.weight.T + self.bias

    model = Model()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    forward = torch.compile(model) if is_compiled else model
    tokens = torch.from_numpy(X.astype(np.int64))

    def fit():
        for rows in torch.randperm(len(tokens)).split(BATCH):
            x = tokens[rows]
            places = torch.rand(len(x), STEPS).argsort(dim=1)[:, :ASKED]
            kind, other = torch.rand(len(x), ASKED), torch.randint(VOCABULARY + 1, (len(x), ASKED))
            true = torch.gather(x, 1, places)
            instead = torch.where(kind < 0.8, VOCABULARY, torch.where(kind < 0.9, other, true))
            optimiser.zero_grad()
            found = forward(x.scatter(1, places, instead), places)
            functional.cross_entropy(found.flatten(0, 1), true.flatten()).backward()
            optimiser.step()

    return fit


def times(turns):
    """Milliseconds of four updates, beside PyTorch."""
    X = np.random.default_rng(0).integers(0, VOCABULARY, (UPDATES * BATCH, STEPS))
    for layers, units in ((2, 128), (4, 256)):
        runs = {"byhand": ours(X, layers, units)}
        try:
            for name, is_compiled in (("PyTorch", False), ("PyTorch compiled", True)):
                runs[name] = theirs(X, layers, units, is_compiled=is_compiled)
        except ImportError:
            print("PyTorch is not installed")
        found = interleaved(runs, turns)
        print(f"L{layers}/H{units}, {STEPS} tokens, batch {BATCH}: milliseconds for {UPDATES} updates")
        for name, taken in found.items():
            print(f"  {name:17} {taken:8.1f}   byhand / it: {found['byhand'] / taken:.2f}", flush=True)
        products = BATCH * STEPS * layers * (12 * units**2 + 2 * STEPS * units)  # of the layers alone
        tell_share("BERT, a step", 6 * products, found["byhand"] / UPDATES)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--text", type=Path)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--length", type=int, default=256, help="the most tokens that are read at once")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--words", type=int, default=160, help="of a passage; 0: texts are single speeches")
    parser.add_argument("--masked", type=float, default=0.4, help="the share of tokens that is asked for")
    parser.add_argument("--batch", type=int, default=8, help="texts of a step of pre-training")
    parser.add_argument("--speech", type=int, default=64, help="the most tokens of a speech in fine-tuning")
    parser.add_argument("--tuning", type=int, default=10, help="epochs of fine-tuning")
    parser.add_argument("--dropout", type=float, default=0.1, help="of fine-tuning, on both sides")
    parser.add_argument("--model", type=Path, help="where what was pre-trained is kept")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--latent", action="store_true", help="only: what texts alone teach of who speaks")
    parser.add_argument("--turns", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    if asked.text:
        parts = divided(speeches(asked.text))
        if asked.latent:
            told_apart(parts[0])
            sys.exit()
        net = pretrained(*parts, asked)
        fine_tuning(net, *parts, asked.speech, asked.tuning, asked.dropout, asked.seeds)
    if asked.turns:
        times(asked.turns)
