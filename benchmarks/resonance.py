"""ART networks: circle in the square as the paper has it, and 10,000 × 64 beside artlib and numba.

artlib, and the loop compiled by numba, are measured where they are installed.
"""

import argparse
import warnings

import numpy as np
from mlp import interleaved
from sklearn.exceptions import ConvergenceWarning

from byhand.data import circles
from byhand.networks import FuzzyART, FuzzyARTMAP

CHOICES = 0.001, 0.01, 0.03, 0.05, 0.1, 0.2
PUBLISHED_CATEGORIES = 12


def choice_of_validation(sets=20):
    """The choice parameter that is best on samples used for nothing else, with at most 12 categories."""
    held_out, found = circles(10_000, seed=2_000_003), {}
    print(f"α by {sets} sets of 100 exemplars and 10,000 others that are used for nothing else")
    for choice in CHOICES:
        rows = []
        for seed in range(5000, 5000 + sets):
            train = circles(100, seed=seed)
            net = FuzzyARTMAP(choice=choice, scale=False).fit(train.X, train.y)
            rows.append([100 * net.score(held_out.X, held_out.y), net.n_categories_])
        right, categories = np.mean(rows, axis=0)
        print(f"  α = {choice:<6g} {right:5.1f} %  {categories:5.1f} categories", flush=True)
        if categories <= PUBLISHED_CATEGORIES:
            found[choice] = right
    return max(found, key=found.get)


def learning_curve(sizes, orders, choice):
    """Carpenter et al. 1992: 100 exemplars give 12 categories and 88.6 % right on a test set."""
    test = circles(10_000, seed=1_000_003)
    print(f"circle in the square, Fuzzy ARTMAP, α = {choice:g}, means of {orders} sets")
    print("  exemplars  categories  epochs  training %  test %")
    for size in sizes:
        rows = []
        for seed in range(orders):
            train = circles(size, seed=seed)
            net = FuzzyARTMAP(choice=choice, scale=False).fit(train.X, train.y)
            scores = [100 * net.score(data.X, data.y) for data in (train, test)]
            rows.append([net.n_categories_, net.n_iter_, *scores])
        categories, epochs, training, right = np.mean(rows, axis=0)
        print(f"  {size:9}  {categories:10.1f}  {epochs:6.1f}  {training:10.1f}  {right:6.1f}", flush=True)


def clusters(samples, inputs, centres):
    """Points around so many centres in the unit cube."""
    rng = np.random.default_rng(0)
    places = rng.random((centres, inputs))[rng.integers(0, centres, samples)]
    return np.clip(places + rng.normal(0, 0.02, (samples, inputs)), 0, 1).astype(np.float32)


def artlib_pass(X, vigilance):
    """A pass of artlib's Fuzzy ART as a function, and the net it fits; None where it is not installed."""
    try:
        from artlib import FuzzyART as Theirs
    except ImportError:
        return None
    coded = np.hstack([X, 1 - X]).astype(float)

    def fit():
        net = Theirs(rho=vigilance, alpha=0.001, beta=1.0)
        net.set_data_bounds(np.zeros(X.shape[1]), np.ones(X.shape[1]))
        return net.fit(coded, max_iter=1)

    return fit


def numba_pass(X, vigilance, alpha=0.001):
    """The same pass as a loop over samples and categories; None where numba is not installed."""
    try:
        from numba import njit
    except ImportError:
        return None
    coded = np.hstack([X, 1 - X]).astype(np.float32)

    @njit(fastmath=True)
    def fit(coded):
        samples, width = coded.shape
        W, sizes = np.empty((samples, width), np.float32), np.empty(samples, np.float32)
        choice, matched = np.empty(samples, np.float32), np.empty(samples, np.float32)
        known = 0
        for s in range(samples):
            x = coded[s]
            for j in range(known):
                common = np.float32(0)
                for i in range(width):
                    common += min(x[i], W[j, i])
                matched[j], choice[j] = common, common / (alpha + sizes[j])
            found = -1
            for _ in range(known):
                best = np.argmax(choice[:known])
                if matched[best] >= vigilance * width / 2:
                    found = best
                    break
                choice[best] = -1
            if found < 0:
                found, known = known, known + 1
                W[found] = x
            size = np.float32(0)
            for i in range(width):
                W[found, i] = min(x[i], W[found, i])
                size += W[found, i]
            sizes[found] = size
        return known

    return lambda: fit(coded)


def speed(turns, vigilance=0.8):
    X = clusters(10_000, 64, 297)
    theirs = artlib_pass(X, vigilance)
    sides = {"byhand": lambda: FuzzyART(vigilance, scale=False).partial_fit(X)}
    sides |= {"artlib": theirs} if theirs else {}
    loop = numba_pass(X, vigilance)
    sides |= {"numba": loop} if loop else {}
    print(f"Fuzzy ART, 10,000 x 64, one pass: {sides['byhand']().n_categories_} categories")
    if loop:
        print(f"  the numba loop makes {loop()}")
    found = interleaved(sides, turns)
    for name, time in found.items():
        ratio = found["byhand"] / time
        print(f"  {name:8} {time:8.1f} ms (median of {turns})   byhand / it: {ratio:.3f}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000, 3000, 10_000])
    options.add_argument("--orders", type=int, default=10)
    options.add_argument("--turns", type=int, default=5)
    chosen = options.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    for choice in (0.001, choice_of_validation()):
        learning_curve(chosen.sizes, chosen.orders, choice)
    speed(chosen.turns)


if __name__ == "__main__":
    main()
