"""GPT on a text of characters: bits a character of its last tenth, beside counting and a recurrent network.

python benchmarks/gpt.py --text FILE [--units 128 --layers 4 --heads 4 --length 64 --epochs 4 --seeds 1]

The bigrams are smoothed by the unigrams, as Witten and Bell have it. A fit is asked after each epoch.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from byhand.networks import GPT, CharacterModel
from byhand.networks.text.texts import alphabet, codes_of


def counted(learned, other):
    """Bits a character of another text, by how often characters and pairs of them stand in the one."""
    known = alphabet(learned)
    codes, asked = (codes_of(text, known, 2, strict=False) for text in (learned, other))
    count = len(known)
    singles = np.bincount(codes, minlength=count) / len(codes)
    pairs = np.zeros((count, count))
    np.add.at(pairs, (codes[:-1], codes[1:]), 1)
    kinds, total = (pairs > 0).sum(axis=1), pairs.sum(axis=1)
    both = (asked[:-1] >= 0) & (asked[1:] >= 0)
    before, after = asked[:-1][both], asked[1:][both]
    smoothed = (pairs[before, after] + kinds[before] * singles[after]) / (total[before] + kinds[before])
    return -np.log2(singles[after]).mean(), -np.log2(smoothed).mean()


def learning(name, net, learned, other, epochs):
    """Bits a character after each epoch, and the processor's minutes until then."""
    spent = 0.0
    for epoch in range(1, epochs + 1):
        started = time.process_time()
        net.fit(learned)
        spent += (time.process_time() - started) / 60
        bits = net.errors(other)["bits_a_character"]
        own = net.loss_ / np.log(2)
        print(
            f"  {name} epoch {epoch}: learning {own:.3f}, held out {bits:.3f}; {spent:.1f} CPU minutes",
            flush=True,
        )
    print(f"  {sum(value.size for value in net.params_.values()):,} weights")
    print("  " + net.sample(160, learned[:64], temperature=0.8, random_state=0).replace("\n", " / "))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--text", type=Path, required=True)
    for option, default in {
        "units": 128,
        "layers": 4,
        "heads": 4,
        "length": 64,
        "epochs": 4,
        "seeds": 1,
    }.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lstm", type=int, default=0, help="epochs of a CharacterModel of so many units")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    text = asked.text.read_text("utf-8")
    learned, other = text[: len(text) * 9 // 10], text[len(text) * 9 // 10 :]
    print(f"{asked.text.name}: {len(learned):,} characters learned from, {len(other):,} held out")
    singles, pairs = counted(learned, other)
    blind = np.log2(len(set(learned)))
    print(f"  bits a character: blindly {blind:.3f}, unigrams {singles:.3f}, bigrams {pairs:.3f}")
    for seed in range(asked.seeds):
        how = {"max_iter": 1, "warm_start": True, "batch_size": asked.batch, "random_state": seed}
        size = {"max_length": asked.length, "learning_rate": asked.rate}
        net = GPT(asked.units, asked.layers, asked.heads, **size, **how)
        learning(f"GPT seed {seed}", net, learned, other, asked.epochs)
        if asked.lstm:
            lstm = CharacterModel(asked.units, learning_rate=0.005, **how)
            learning(f"LSTM seed {seed}", lstm, learned, other, asked.lstm)
