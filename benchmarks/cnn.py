"""LeNet-5 on MNIST beside LeCun's 99.05 %, and training steps beside PyTorch's.

python benchmarks/cnn.py --mnist [--folder FOLDER] [--seeds 3] [--layers lenet-5]
python benchmarks/cnn.py --times [--turns 7] [--compiled] [--one-thread]
python benchmarks/cnn.py --wide [--turns 7] [--one-thread]
python benchmarks/cnn.py --four [--turns 7] [--one-thread]

For MNIST all 60,000 training images are learned from, moved by up to a pixel each time; the rate falls twice,
and the test images are looked at once, at the end. Times are of whole training steps with adam, interleaved:
PyTorch in either memory layout, and compiled, channels last, where that is wanted; --wide is one convolution
of 64 channels, --four a network of four. Beside the time that passed stands the processor's own, which other
work on the machine does not lengthen as much; with --one-thread neither side has a second one. On an
accelerator the step of LeNet-5 is told as a share of its peak too.
"""

import argparse
import os
import statistics
import time
import warnings

import numpy as np
from peak import tell_share
from sklearn.exceptions import ConvergenceWarning

from byhand.data import load
from byhand.networks import CNNClassifier

BATCH, STEPS = 128, 40
LENET_PRODUCTS = 6 * 28**2 * 25 + 16 * 10**2 * 150 + 400 * 120 + 120 * 84 + 84 * 10  # forwards, of an image
IMAGES, REPEATS, FEW = (32, 64, 32, 32), 5, 6
REST = 0.3  # seconds, in which the threads of one side stop waiting for more work
PAIR = ["conv 64 3x3 pad 1", "relu"] * 2 + ["max_pool 2"]
FOUR_WIDE = [*PAIR, *PAIR, "dense 128", "relu"]
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
    if len(errors) > 1:
        print(f"mean {np.mean(errors):.3%} ± {np.std(errors):.3%}: {1 - np.mean(errors):.3%} right")


def byhand_steps(X, y, layers, batch):
    """An epoch of so many steps."""
    net = CNNClassifier(layers, batch_size=batch, max_iter=1, random_state=0, warm_start=True).fit(X, y)
    return lambda: net.fit(X, y)


def lenet():
    """LeNet-5 in PyTorch."""
    from torch import nn

    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )


def four_wide():
    """The network of FOUR_WIDE in PyTorch."""
    from torch import nn

    def pair(channels):
        first, second = nn.Conv2d(channels, 64, 3, padding=1), nn.Conv2d(64, 64, 3, padding=1)
        return first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2)

    dense = nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10)
    return nn.Sequential(*pair(3), *pair(64), *dense)


def torch_steps(X, y, net, batch, *, channels_last=False, compiled=False):
    """The same steps of the same network in PyTorch; images are (n, channels, rows, columns)."""
    import torch
    from torch import nn

    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    rule, loss = torch.optim.Adam(net.parameters(), 0.001, fused=True), nn.CrossEntropyLoss()
    run = torch.compile(net) if compiled else net
    images, labels = torch.from_numpy(X), torch.from_numpy(y)

    def epoch():
        for part in torch.randperm(len(images)).split(batch):
            rule.zero_grad(set_to_none=True)
            loss(run(images[part].to(memory_format=layout)), labels[part]).backward()
            rule.step()

    return epoch


def measured(sides, turns):
    """Medians of milliseconds passed, and of the processor's, each side in turn with the others."""
    found = {name: [] for name in sides}
    for turn in range(turns + 1):
        for name, side in sides.items():
            time.sleep(REST)
            began, used = time.perf_counter(), time.process_time()
            side()
            if turn:  # the first warms up
                found[name].append((time.perf_counter() - began, time.process_time() - used))
    return {
        name: [1000 * statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in found.items()
    }


def tell(sides, options, repeats=1):
    """The time of each side, and ours over theirs; gives what was found."""
    found = measured(sides, options.turns)
    for name, taken in found.items():
        ratios = ", ".join(f"{ours / own:.2f}" for ours, own in zip(found["byhand"], taken, strict=True))
        passed, used = (one / repeats for one in taken)
        print(f"  {name:16} {passed:8.2f} ms, processor {used:8.2f} ms   byhand / it: {ratios}", flush=True)
    return found


def times(options):
    """A whole training step of LeNet-5, of all sides in turn."""
    rng = np.random.default_rng(0)
    X, y = rng.random((BATCH * STEPS, 28, 28)).astype(np.float32), rng.integers(0, 10, BATCH * STEPS)
    print(f"LeNet-5, batch {BATCH}, a step (medians of {options.turns} epochs of {STEPS} steps)")
    found = steps(byhand_steps(X, y, "lenet-5", BATCH), (X[:, None], y, lenet, BATCH), options, STEPS)
    tell_share("LeNet-5, a step", 6 * BATCH * LENET_PRODUCTS, found["byhand"][0] / STEPS)


def steps(ours, theirs, options, count):
    """Epochs of so many steps of ours and of PyTorch's, where it is installed."""
    sides = {"byhand": ours}
    X, y, network, batch = theirs
    try:
        sides |= {
            "PyTorch": torch_steps(X, y, network(), batch),
            "channels last": torch_steps(X, y, network(), batch, channels_last=True),
        }
        if options.compiled:
            sides["compiled"] = torch_steps(X, y, network(), batch, channels_last=True, compiled=True)
    except ImportError:
        print("PyTorch is not installed")
    return tell(sides, options, count)


def wide(options):
    """A convolution 3x3, 64 to 64 channels, of 32 images of 32 by 32: forwards, and its two gradients."""
    rng = np.random.default_rng(0)
    x, w, g = (rng.standard_normal(shape).astype(np.float32) for shape in (IMAGES, (64, 64, 3, 3), IMAGES))
    sides = {"byhand": ours_wide(x, w / 24, g, 1 if options.one_thread else 2)}
    sides |= {"XLA's own": xlas_wide(x, w / 24, g)}
    sides |= {
        "PyTorch": theirs_wide(x, w / 24, g),
        "channels last": theirs_wide(x, w / 24, g, channels_last=True),
    }
    print(f"convolution 3x3, 64 to 64, 32x32, batch 32: one of {REPEATS} that follow each other")
    for k, name in enumerate(("forwards", "gradient of the image", "gradient of the kernel")):
        print(name)
        tell({side: parts[k] for side, parts in sides.items()}, options, REPEATS)


def four(options):
    """A whole training step of a network of four wide convolutions."""
    rng = np.random.default_rng(0)
    batch = IMAGES[0]
    X, y = rng.random((FEW * batch, 32, 32, 3)).astype(np.float32), rng.integers(0, 10, FEW * batch)
    print(f"{', '.join(FOUR_WIDE)}; 32x32 in colours, batch {batch}, a step")
    theirs = np.ascontiguousarray(np.moveaxis(X, -1, 1)), y, four_wide, batch
    steps(byhand_steps(X, y, FOUR_WIDE, batch), theirs, options, FEW)


def ours_wide(x, w, g, parts):
    """One after the other in a compiled loop, as in training; the images divided among devices."""
    import jax
    from jax.sharding import Mesh, PartitionSpec

    from byhand.ops.convolution import Sliding
    from byhand.train.backend import SMALL, start_backend
    from byhand.train.convolution import convolved

    start_backend(2 * SMALL)
    mesh, whole, part = (
        Mesh(np.array(jax.devices()[:parts]), ("parts",)),
        *(PartitionSpec(), PartitionSpec(None, None, "parts")),
    )

    def function(x, w):
        """Channels last, as they lie between wide layers."""
        z = convolved(Sliding(pad=1), x.transpose(3, 0, 1, 2), w)
        return z.transpose(1, 2, 3, 0)

    def by_kernel(dw, x, w, g):
        found = jax.vjp(function, x, w)[1](g * (1 + 0 * dw[0, 0, 0, 0]))[1]
        return jax.lax.psum(found, "parts")

    def repeated(step, start):
        def run(x, w, g):
            first = {"x": x, "w": w, "g": g}[start]
            return jax.lax.scan(lambda before, _: (step(before, x, w, g), None), first, length=REPEATS)[0]

        out = whole if start == "w" else part
        return jax.jit(
            jax.shard_map(run, mesh=mesh, in_specs=(part, whole, part), out_specs=out, check_vma=False)
        )

    runs = [
        repeated(lambda z, x, w, g: function(z, w), "x"),
        repeated(lambda dx, x, w, g: jax.vjp(function, x, w)[1](dx)[0], "g"),
        repeated(by_kernel, "w"),
    ]
    given = [np.ascontiguousarray(np.moveaxis(x, (0, 1), (2, 3))), w, np.moveaxis(g, (0, 1), (2, 3))]
    given = [
        jax.device_put(one, jax.sharding.NamedSharding(mesh, spec))
        for one, spec in zip(given, (part, whole, part), strict=True)
    ]
    return [lambda run=run: jax.block_until_ready(run(*given)) for run in runs]


def xlas_wide(x, w, g):
    """XLA's convolution, called from outside: in a loop it is slower still."""
    import jax

    from byhand.train.reading import OPERATIONS

    def function(x, w):
        return OPERATIONS["conv"](x, w, pad=1)

    runs = [jax.jit(lambda x, w, g: function(x, w))]
    runs += [jax.jit(lambda x, w, g, k=k: jax.vjp(function, x, w)[1](g)[k]) for k in (0, 1)]
    return [lambda run=run: [jax.block_until_ready(run(x, w, g)) for _ in range(REPEATS)] for run in runs]


def theirs_wide(x, w, g, *, channels_last=False):
    """PyTorch's."""
    import torch

    layout = torch.channels_last if channels_last else torch.contiguous_format
    x, w, g = (torch.from_numpy(one).to(memory_format=layout) for one in (x, w, g))
    by_image, by_kernel = torch.nn.grad.conv2d_input, torch.nn.grad.conv2d_weight

    def forwards():
        z = x
        for _ in range(REPEATS):
            z = torch.nn.functional.conv2d(z, w, padding=1)

    return [
        forwards,
        lambda: [by_image(x.shape, w, g, padding=1) for _ in range(REPEATS)],
        lambda: [by_kernel(x, w.shape, g, padding=1) for _ in range(REPEATS)],
    ]


def main():
    parser = argparse.ArgumentParser()
    for study in ("mnist", "times", "wide", "four"):
        parser.add_argument(f"--{study}", action="store_true")
    parser.add_argument("--folder")
    parser.add_argument("--layers", default="lenet-5")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--one-thread", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    if options.mnist:
        mnist(options)
    if options.one_thread:
        os.environ |= {"PJRT_NPROC": "1", "OMP_NUM_THREADS": "1"}  # before either starts
    if options.times or not (options.mnist or options.wide or options.four):
        times(options)
    if options.wide:
        wide(options)
    if options.four:
        four(options)


if __name__ == "__main__":
    main()
