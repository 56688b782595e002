"""A multilayer perceptron of sigmoids with a softmax, its gradients written by hand in NumPy."""

from itertools import pairwise

import numpy as np


def fit(X, y, layers, batch, epochs, rate):
    rng = np.random.default_rng(0)
    pairs = list(pairwise(layers))
    W = [rng.normal(size=pair).astype(np.float32) / 20 for pair in pairs]
    b = [np.zeros(units, np.float32) for _, units in pairs]
    Y = np.eye(layers[-1], dtype=np.float32)[y]

    def step(x, t):
        a = [x]
        for k in range(len(W) - 1):
            a.append(1 / (1 + np.exp(-(a[-1] @ W[k] + b[k]))))
        z = a[-1] @ W[-1] + b[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        d = (e / e.sum(axis=1, keepdims=True) - t) / len(x)
        for k in reversed(range(len(W))):
            below = (d @ W[k].T) * a[k] * (1 - a[k]) if k else None
            W[k] -= rate * (a[k].T @ d)
            b[k] -= rate * d.sum(axis=0)
            d = below

    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch):
            chosen = order[start : start + batch]
            step(X[chosen], Y[chosen])
