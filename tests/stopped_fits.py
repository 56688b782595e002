"""Small fits that are stopped, and what of them must be the same."""

import signal

import numpy as np

from byhand.networks import Checkpoint, MLPClassifier
from byhand.networks.fits import checkpoint
from byhand.train import backend

rng = np.random.default_rng(8)
X = rng.normal(size=(23, 3)) + 0.1
WORDS = np.array(["low", "mid", "top"])[(X @ [1.0, -0.5, 0.8] > 0.2).astype(int) + (X[:, 0] > 0.4)]
AMOUNTS = X @ [[1.0, 0.5], [-2.0, 0.1], [0.5, 0.9]] + 0.3
WEIGHT = rng.uniform(0.5, 2.0, 23)
WEIGHT[4] = 0


def classifier(**settings):
    how = {"batch_size": 5, "max_iter": 9, "random_state": 1, "n_iter_no_change": 20, **settings}
    return MLPClassifier((4,), "tanh", **how)


def stop_after(epoch):
    return lambda report: report.epoch == epoch


NUMBERS = (
    *("t_", "n_iter_", "loss_", "best_loss_", "loss_curve_", "validation_scores_", "distances_", "labels_"),
    *("losses_", "epochs_", "scores_", "validation_losses_", "stopped_"),
)


def assert_same(one, other):
    """Every learned number is the same, to the last bit."""
    assert one.params_.keys() == other.params_.keys()
    assert all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)
    for key, tree in getattr(one, "rule_state_", {}).items():
        assert all(tree[name].tobytes() == other.rule_state_[key][name].tobytes() for name in tree)
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(one, name, None), getattr(other, name, None))


def two_steps_together(monkeypatch):
    """Epochs of five steps in chunks of two, two and one, and a checkpoint after each."""
    monkeypatch.setattr(backend, "TOGETHER", 2 * backend.LEAST)
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)


def interrupt_after(saves, monkeypatch):
    """Ctrl-C while the checkpoint is written for that time."""
    save, count = Checkpoint.save, [0]

    def interrupting(self, network):
        save(self, network)
        count[0] += 1
        if count[0] == saves:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Checkpoint, "save", interrupting)
