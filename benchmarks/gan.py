"""The ring of eight Gaussians beside the published figures, and rounds of a game beside PyTorch.

python benchmarks/gan.py [--seeds 5] [--std 0.05 0.01] [--epochs 450] [--times] [--picture FILE]

A good sample lies within three standard deviations of the nearest centre; 2,500 samples, as published.
PyTorch is measured where it is installed.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from mlp import interleaved

from byhand.data import Preparation, ring, ring_centres
from byhand.networks import GAN
from byhand.networks.adversarial.coverage import coverage
from byhand.networks.tasks import pictures
from byhand.networks.tasks.seen import Seen
from byhand.views.panels import draw

SAMPLES = 2500
RATES, EPOCHS = (0.001, 0.0005), 450
LAYERS, NOISE, BATCH, ROUNDS = (128, 128), 2, 128, 320
HOW = {"noise_size": NOISE, "batch_size": BATCH, "warm_start": True}
CRITIC = {"loss": "wasserstein", "gradient_penalty": 0.1, "rule_settings": {"beta1": 0.5, "beta2": 0.9}}
# Srivastava et al. 2017, table 1, standard deviation 0.01: modes of 8, good samples in per cent.
PUBLISHED = {"GAN": (1, 99.3), "ALI": (2.8, 0.13), "unrolled GAN": (7.6, 35.6), "VEEGAN": (8, 52.9)}


def played(X, seed, whole=EPOCHS):
    """A game with a critic; after so many epochs a fifth as many at a tenth of the rates."""
    net = GAN(LAYERS, LAYERS, random_state=seed, **HOW, **CRITIC)
    for share, epochs in ((1, whole), (0.1, whole // 5)):
        discriminator, generator = (rate * share for rate in RATES)
        net.set_params(learning_rate=discriminator, generator_learning_rate=generator, max_iter=epochs)
        net.fit(X)
    return net


def covered(std, seeds, epochs):
    """What the generator covers, seed by seed."""
    X = ring(std=std, seed=100).X
    print(f"ring of 8 Gaussians, standard deviation {std}: {len(X)} points, {epochs} + {epochs // 5} epochs")
    print("  seed  modes  good  least of a mode  loss of D  of G  seconds")
    found = []
    for seed in range(seeds):
        begun = time.perf_counter()
        net = played(X, seed, epochs)
        taken, own = time.perf_counter() - begun, coverage(net.sample(SAMPLES), ring_centres(), std)
        losses = f"{net.discriminator_losses_[-1]:9.3f}  {net.generator_losses_[-1]:4.2f}"
        figures = f"{own.modes:5}  {own.share:4.0%}  {min(own.counts):15}  {losses}"
        print(f"  {seed:4}  {figures}  {taken:7.0f}", flush=True)
        found.append((own.modes, own.share))
    modes, share = np.array(found).T
    print(f"  mean  {modes.mean():5.1f}  {share.mean():.1%} ± {share.std():.1%}; least {share.min():.1%}")
    data = coverage(X, ring_centres(), std).share
    print(f"  of the data themselves {data:.1%} are good")


def published():
    """The figures of others."""
    print("published (Srivastava et al. 2017, standard deviation 0.01): modes, good samples")
    for name, (modes, share) in PUBLISHED.items():
        print(f"  {name:12} {modes:4}  {share:5} %")


def ours(X):
    """An epoch of byhand's as a function."""
    net = GAN(LAYERS, LAYERS, learning_rate=RATES[0], max_iter=1, random_state=0, **HOW)
    return lambda: net.fit(X)


def theirs(X):
    """The same epoch of PyTorch, eager; None where it is not installed."""
    try:
        import torch
        from torch import nn
    except ImportError:
        return None

    def player(inputs, outputs, activation):
        wide = LAYERS[0]
        parts = [nn.Linear(inputs, wide), activation(), nn.Linear(wide, LAYERS[1]), activation()]
        return nn.Sequential(*parts, nn.Linear(LAYERS[1], outputs))

    G, D = player(NOISE, 2, nn.ReLU), player(2, 1, nn.LeakyReLU)
    rules = [torch.optim.Adam(one.parameters(), lr=RATES[0], betas=(0.5, 0.999)) for one in (D, G)]
    loss, data = nn.BCEWithLogitsLoss(), torch.from_numpy(X)
    real, fake = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)

    def fit():
        for rows in torch.randperm(len(data)).split(BATCH):
            made = G(torch.randn(BATCH, NOISE)).detach()
            rules[0].zero_grad()
            (loss(D(data[rows]), real) + loss(D(made), fake)).backward()
            rules[0].step()
            rules[1].zero_grad()
            loss(D(G(torch.randn(BATCH, NOISE))), real).backward()
            rules[1].step()

    return fit


def times(turns=5):
    """Milliseconds for an epoch of rounds, beside PyTorch."""
    X = ring(ROUNDS * BATCH).X.astype(np.float32)
    runs = {"byhand": ours(X), "PyTorch": theirs(X)}
    found = interleaved({name: run for name, run in runs.items() if run}, turns)
    print(f"two players of {LAYERS} units, batch {BATCH}: milliseconds for {ROUNDS} rounds")
    for name, taken in found.items():
        print(f"  {name:8} {taken:8.1f}   byhand / it: {found['byhand'] / taken:.2f}")


def picture(path):
    """A game on the ring, drawn as it went."""
    data = ring(seed=100)
    preparation = Preparation.fit(data)
    seen = Seen(preparation.inputs(data), data.y, preparation)
    draw(path, pictures.panels_of(played(seen.X, 0), seen, "en"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--std", type=float, nargs="*", default=[0.05, 0.01])
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--times", action="store_true", help="rounds beside PyTorch, and nothing else")
    parser.add_argument("--picture", type=Path, help="draw a game into this file, and nothing else")
    asked = parser.parse_args()
    if asked.picture:
        picture(asked.picture)
    elif asked.times:
        times()
    else:
        for std in asked.std:
            covered(std, asked.seeds, asked.epochs)
        published()
