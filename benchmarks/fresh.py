"""A fit in a fresh process, imports included, beside scikit-learn and NumPy by hand, each started in turn.

python benchmarks/fresh.py [--epochs 10] [--batch 32] [--samples 60000] [--turns 5]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from mlp import RATE, milliseconds, samples

HERE = Path(__file__).parent
LOADED = "import sys, numpy as np; X, y = (np.load(f'{sys.argv[1]}/{name}.npy') for name in 'Xy')"
SETTINGS = "batch_size=batch, max_iter=epochs, random_state=0, tol=0.0, n_iter_no_change=1000"

SIDES = {
    "byhand": f"""
from byhand.networks import MLPClassifier
MLPClassifier((16,), "sigmoid", rule="sgd", learning_rate={RATE}, {SETTINGS}).fit(X, y)
""",
    "scikit-learn": f"""
from sklearn.neural_network import MLPClassifier
plain = dict(solver="sgd", learning_rate_init={RATE}, momentum=0.0, alpha=0.0)
MLPClassifier((16,), "logistic", **plain, {SETTINGS}).fit(X, y)
""",
    "NumPy by hand": f"""
sys.path.insert(0, {str(HERE)!r})
import by_hand
by_hand.fit(X, y, (784, 16, 10), batch, epochs, {RATE})
""",
}


def process(text, folder, compiled, options):
    """One process from its start to its end."""
    code = f"{LOADED}; batch, epochs = {options.batch}, {options.epochs}\n{text}"
    environment = {**os.environ, "XDG_CACHE_HOME": str(compiled)}
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(folder)], env=environment, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for letter, array in zip("Xy", samples(options.samples), strict=True):
            np.save(folder / f"{letter}.npy", array)
        taken = {side: [] for side in ("byhand, nothing compiled before", *SIDES)}
        for turn in range(options.turns + 1):
            empty = folder / f"empty{turn}"
            for side, found in taken.items():
                text, cache = (SIDES[side], folder / "cache") if side in SIDES else (SIDES["byhand"], empty)
                found.append(milliseconds(lambda t=text, c=cache: process(t, folder, c, options)) / 1e3)
    print(f"784-16-10, batch {options.batch}, {options.samples} samples, {options.epochs} epochs: seconds a "
          f"process (medians of {options.turns})")  # fmt: skip
    for side, found in taken.items():
        del found[0]
        print(f"  {side:32} {statistics.median(found):6.2f}   {min(found):.2f} to {max(found):.2f}")


if __name__ == "__main__":
    main()
