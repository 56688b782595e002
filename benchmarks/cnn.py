"""LeNet-5 on MNIST beside LeCun's 99.05 %, and training steps beside PyTorch's.

python benchmarks/cnn.py --mnist [--folder FOLDER] [--seeds 3] [--layers lenet-5]
python benchmarks/cnn.py --times [--turns 7] [--compiled]

For MNIST all 60,000 training images are learned from, moved by up to a pixel each time; the rate falls twice,
and the test images are looked at once, at the end. Times are of whole training steps with adam, interleaved:
PyTorch in either memory layout, and compiled where that is wanted.
"""

import argparse
import time
import warnings

import numpy as np
from mlp import interleaved
from sklearn.exceptions import ConvergenceWarning

from byhand.data import load
from byhand.networks import CNNClassifier

BATCH, STEPS = 128, 40
TURNS = ({"learning_rate": 0.002, "max_iter": 10}, {"learning_rate": 0.0005, "max_iter": 5},
         {"learning_rate": 0.0001, "max_iter": 3})  # fmt: skip
PUBLISHED = {"lenet-1": "1.7 %", "lenet-4": "1.1 %", "lenet-5": "0.95 % plain, 0.8 % with distortions"}


def mnist(options):
    """The test error of each seed."""
    training, test = load("mnist", folder=options.folder).split()
    print("| network | parameters | seed | epochs | minutes | test error | published |")
    print("|---|---:|---:|---:|---:|---|---|")
    errors = []
    for seed in range(options.first, options.first + options.seeds):
        how = {
            "shift": 1,
            "batch_size": BATCH,
            "tol": 0.0,
            "n_iter_no_change": 1000,
            "verbose": options.verbose,
        }
        net = CNNClassifier(options.layers, random_state=seed, warm_start=True, **how)
        began = time.perf_counter()
        for turn in TURNS:
            net.set_params(**turn).fit(training.X, training.y)
        wrong = int(np.sum(net.predict(test.X) != test.y))
        errors.append(wrong / len(test))
        print(
            f"| {options.layers} | {net._parameter_count():,} | {seed} | {net.n_iter_} "
            f"| {(time.perf_counter() - began) / 60:.1f} | {errors[-1]:.2%} ({wrong} of {len(test):,}) "
            f"| {PUBLISHED.get(options.layers, '')} |",
            flush=True,
        )
    print(f"mean {np.mean(errors):.3%} ± {np.std(errors):.3%}: {1 - np.mean(errors):.3%} right")


def byhand_steps(X, y, layers):
    """An epoch of so many steps."""
    net = CNNClassifier(layers, batch_size=BATCH, max_iter=1, random_state=0, warm_start=True).fit(X, y)
    return lambda: net.fit(X, y)


def torch_steps(X, y, *, channels_last=False, compiled=False):
    """The same steps of the same network in PyTorch."""
    import torch
    from torch import nn

    net = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )
    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    rule, loss = torch.optim.Adam(net.parameters(), 0.001, fused=True), nn.CrossEntropyLoss()
    run = torch.compile(net) if compiled else net
    images, labels = torch.from_numpy(X[:, None]), torch.from_numpy(y)

    def epoch():
        for part in torch.randperm(len(images)).split(BATCH):
            rule.zero_grad(set_to_none=True)
            loss(run(images[part].to(memory_format=layout)), labels[part]).backward()
            rule.step()

    return epoch


def times(options):
    """Milliseconds a step, of all sides in turn."""
    rng = np.random.default_rng(0)
    X, y = rng.random((BATCH * STEPS, 28, 28)).astype(np.float32), rng.integers(0, 10, BATCH * STEPS)
    sides = {"byhand": byhand_steps(X, y, "lenet-5")}
    try:
        sides |= {"PyTorch": torch_steps(X, y), "channels last": torch_steps(X, y, channels_last=True)}
        if options.compiled:
            sides["compiled"] = torch_steps(X, y, compiled=True)
    except ImportError:
        print("PyTorch is not installed")
    found = interleaved(sides, options.turns)
    print(f"LeNet-5, batch {BATCH}, ms a step (medians of {options.turns} epochs of {STEPS} steps)")
    for name, taken in found.items():
        print(f"  {name:14} {taken / STEPS:7.2f}   byhand / it: {found['byhand'] / taken:.2f}")


def main():
    parser = argparse.ArgumentParser()
    for study in ("mnist", "times"):
        parser.add_argument(f"--{study}", action="store_true")
    parser.add_argument("--folder")
    parser.add_argument("--layers", default="lenet-5")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    if options.mnist:
        mnist(options)
    if options.times or not options.mnist:
        times(options)


if __name__ == "__main__":
    main()
