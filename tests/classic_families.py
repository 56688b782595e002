"""Networks that need no descent, on the command line: small data, and settings with which each is quick."""

import csv
import json
from pathlib import Path

import numpy as np

import byhand
from byhand.cli import run

rng = np.random.default_rng(3)
KIND = np.arange(45) % 3
SPOTS = np.round(rng.normal(size=(45, 2)) * 0.6 + np.array([[0, 0], [3, 1], [1, 4]])[KIND], 3)
BITS = rng.integers(0, 2, (24, 6))
WAVE = np.round(np.linspace(-2, 2, 40), 3)
# A network's name, its data, and settings with which it is quick.
FAMILIES = {
    "rbf": ("spots.csv", "units=6"),
    "som": ("spots.csv", "shape=3,4", "max_iter=8", "--target", "kind"),
    "art": ("spots.csv", "max_iter=20", "--target", "kind"),
    "art1": ("bits.csv", "--target", "kind"),
    "fuzzy-art": ("spots.csv", "vigilance=0.8", "--target", "kind"),
    "fuzzy-artmap": ("spots.csv", "vigilance=0.5"),
    "hopfield": ("bits.csv", "rule=pseudo-inverse", "--target", "kind"),
    "boltzmann": ("bits.csv", "max_iter=6", "--target", "kind"),
    "rbm": ("bits.csv", "units=5", "max_iter=6", "--target", "kind"),
    "gan": (
        *("spots.csv", "generator_layer_sizes=4", "discriminator_layer_sizes=3", "noise_size=2"),
        *("max_iter=3", "--target", "kind"),
    ),
    "cascade": ("spots.csv", "max_units=3", "max_iter=60", "error_limit=0"),
}


def written(name, head, rows):
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def command_in_a_folder_with_data(capfd):
    """Runs a command: exit code, standard output, standard error."""
    spots = [[*row, "abc"[k]] for row, k in zip(SPOTS.tolist(), KIND, strict=True)]
    written("spots.csv", ["length", "width", "kind"], spots)
    written("bits.csv", [*"uvwxyz", "kind"], [[*row, "ab"[k % 2]] for k, row in enumerate(BITS.tolist())])
    written("wave.csv", ["time", "height"], zip(WAVE.tolist(), (5 + np.sin(WAVE)).tolist(), strict=True))

    def command(*arguments):
        capfd.readouterr()
        code = run([str(one) for one in arguments])
        return code, *capfd.readouterr()

    return command


def trained(typed, name, *more):
    """The network that a family's command leaves, and what it says as JSON."""
    data, *settings = FAMILIES[name]
    code, out, err = typed("train", name, "--data", data, *settings, "-o", "net", "--force", "--json", *more)
    assert (0, "") == (code, err)
    return byhand.load("net"), json.loads(out)


def same(one, other):
    return all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)
