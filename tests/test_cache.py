"""What JAX compiles is kept for the next process, where that is wanted and possible."""

import json
import os
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from every_estimator import EVERY
from sklearn.base import clone, is_regressor
from sklearn.exceptions import ConvergenceWarning

FIT = """
import sys, warnings
warnings.simplefilter("error", UserWarning)
{first}
from byhand.networks import MLPRegressor
net = MLPRegressor((3,), "tanh", batch_size=2, n_iter_no_change=1, tol=10.0, random_state=0)
X = [[0.2, 1.0], [1.1, -0.4], [0.5, 0.3], [0.7, 0.8], [0.1, -0.9], [1.3, 0.2]]
net.fit(X, [1.0, 0.3, 0.6, 0.2, 0.9, 0.4])
print(*(net.params_[name].tobytes().hex() for name in net.params_))
"""


def fit(cache, first="", **variables):
    """The weights of a small fit in a fresh process."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("JAX_COMPILATION")}
    env = {
        **inherited,
        "XDG_CACHE_HOME": str(cache),
        "HOME": str(cache),
        "LOCALAPPDATA": str(cache),
        **variables,
    }
    command = [sys.executable, "-c", FIT.format(first=first)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert "" == done.stderr
    return done.stdout


X = np.random.default_rng(3).normal(size=(9, 3)) + 0.2
SEVERAL = ["MLPClassifier", "Perceptron", "RBFRegressor", "SOM", "CascadeCorrelationRegressor", "FuzzyARTMAP"]


def learned():
    """The weights of several networks."""
    found = {}
    for name in SEVERAL:
        net = clone(EVERY[name])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            net.fit(X, X[:, 0] + 1 if is_regressor(net) else np.arange(9) % 3)
        assert all(value.dtype == np.float32 for value in net.params_.values())
        found[name] = [value.tolist() for value in net.params_.values()]
    return found


HOST = """
import json, sys
sys.path.insert(0, {tests!r})
import jax, jax.numpy as jnp
assert 6.0 == float(jax.jit(jnp.sum)(jnp.arange(4.0)))
jax.config.update("jax_enable_x64", True)
from test_cache import learned
print(json.dumps([learned(), bool(jax.config.jax_enable_x64), jax.config.jax_compilation_cache_dir]))
"""


def test_networks_learn_where_jax_is_there_already_and_leaves_it_as_it_is():
    """A host program that computes with JAX first, and with byhand then, keeps its settings."""
    code = HOST.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found, *settings = json.loads(done.stdout)
    assert [True, None] == settings
    for name, weights in learned().items():
        for ours, theirs in zip(weights, found[name], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, err_msg=name)


def kept(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Where a host program brought JAX along, which is left as it is."""
    cache = tmp_path_factory.mktemp("host")
    found = fit(cache, first="import jax")
    assert [] == kept(cache)
    return found


def test_a_second_process_finds_what_the_first_compiled(tmp_path, weights):
    assert weights == fit(tmp_path)
    (epoch,) = (path for path in kept(tmp_path) if path.name.startswith("jit_epoch"))
    assert ("byhand", "jax") == epoch.parts[-3:-1]
    if os.name == "posix":
        assert 0o700 == stat.S_IMODE(epoch.parent.stat().st_mode)
    epoch.write_bytes(b"")  # as a process leaves it that is killed before it writes
    assert weights == fit(tmp_path)
    before, files = epoch.stat(), kept(tmp_path)
    assert before.st_size > 1000
    assert weights == fit(tmp_path)
    assert files == kept(tmp_path)
    assert before.st_mtime_ns == epoch.stat().st_mtime_ns


def test_a_cache_that_the_user_set_is_the_only_one(tmp_path, weights):
    own = {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "own")}
    limits = {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    assert weights == fit(tmp_path / "cache", **own, **limits)
    assert kept(tmp_path / "own")
    assert [] == kept(tmp_path / "cache")


def test_where_nothing_can_be_kept_nothing_is_said(tmp_path, weights):
    (tmp_path / "file").touch()
    assert weights == fit(tmp_path / "file")
