"""A step whose samples are divided among devices, and there into parts: to rounding that of all at once."""

import json
import os
import subprocess
import sys

import pytest

# In a process of its own: JAX starts once, and here a test may have started it already.
RUN = """
import json, sys, warnings
import numpy as np
from sklearn.base import clone
import byhand
from byhand.networks import BERT, Checkpoint, LSTMRegressor
from byhand.train import backend
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
how = {"alpha": 0.1, "penalty": "textbook", "rule": "momentum", "random_state": 0, "max_iter": 4}
how |= {"n_iter_no_change": 99}
lstm = LSTMRegressor(3, return_sequences=True, truncation=2, online=True, batch_size=5, **how)
nets = {
    "samples with targets": (lstm, rng.normal(size=(8, 4, 2)), rng.normal(size=(8, 4))),
    "samples with draws": (BERT(4, 1, 1, vocabulary=9, batch_size=4, **how), rng.integers(9, size=(6, 5))),
}

def fitted(net, *data, worth, **more):
    backend.WORTH_SHARING, backend.AT_ONCE = worth, 5 if worth == 1 else 512  # 5 tokens: one sample
    return clone(net).fit(*data, **more)

def runs(name, net, *data):
    file = sys.argv[1] + "/" + name
    divided, alone = fitted(net, *data, worth=1.0), fitted(net, *data, worth=1e6)
    fitted(net, *data, worth=1.0, callbacks=[Checkpoint(file), lambda report: report.epoch == 2])
    resumed = byhand.load(file).resume(*data)
    return {
        "losses": [net.loss_curve_ for net in (divided, alone)],
        "bits": [[net.params_[name].tobytes().hex() for name in net.params_] for net in (divided, resumed)],
    }

found = {name: runs(name, *net) for name, net in nets.items()}
import jax
print(json.dumps({"devices": jax.device_count(), "runs": found}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    command = [sys.executable, "-c", RUN, str(tmp_path_factory.mktemp("runs"))]
    env = {**os.environ, "JAX_NUM_CPU_DEVICES": "2"}  # networks so small would start one
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["samples with targets", "samples with draws"])
def test_a_step_divided_among_devices_is_the_step_of_one_and_goes_on_to_the_same_bits(name, found):
    assert 2 == found["devices"]
    divided, alone = found["runs"][name]["losses"]
    assert pytest.approx(alone, rel=1e-5) == divided
    divided, resumed = found["runs"][name]["bits"]
    assert divided == resumed


@pytest.mark.parametrize(("work", "devices"), [(1e6, "1"), (1e8, "2")])
def test_a_large_first_step_starts_two_devices_and_a_small_one_a_single_thread(work, devices):
    code = f"""
from byhand.train.backend import start_backend
start_backend({work})
from byhand.train.environment import environment
print(environment()["devices"], environment()["threads"])
"""
    env = {name: text for name, text in os.environ.items() if name != "PJRT_NPROC"}
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    found, threads = done.stdout.split()
    assert devices == found
    assert devices == "2" or threads == "1"
