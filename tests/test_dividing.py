"""A large step whose samples are divided among devices: the step, to rounding, that one device makes."""

import json
import subprocess
import sys

import pytest

# In a process of its own: JAX starts once, and here a test may have started it already.
RUN = """
import json, sys, warnings
import numpy as np
import byhand
from byhand.networks import Checkpoint, LSTMRegressor
from byhand.train import backend
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
X, y = rng.normal(size=(8, 4, 2)), rng.normal(size=(8, 4))
how = {"alpha": 0.1, "penalty": "textbook", "batch_size": 5, "rule": "momentum", "random_state": 0}
how |= {"return_sequences": True, "truncation": 2, "online": True, "n_iter_no_change": 99}

def fitted(worth, **more):
    backend.WORTH_SHARING = worth
    return LSTMRegressor(3, max_iter=4, **how).fit(X, y, **more)

divided, alone = fitted(1.0), fitted(1e6)
fitted(1.0, callbacks=[Checkpoint(sys.argv[1]), lambda report: report.epoch == 2])
backend.WORTH_SHARING = 1.0
resumed = byhand.load(sys.argv[1]).resume(X, y)
import jax
print(json.dumps({
    "devices": jax.device_count(),
    "losses": [net.loss_curve_ for net in (divided, alone)],
    "bits": [[net.params_[name].tobytes().hex() for name in net.params_] for net in (divided, resumed)],
}))
"""


def test_a_step_divided_among_devices_is_the_step_of_one_and_goes_on_to_the_same_bits(tmp_path):
    command = [sys.executable, "-c", RUN, str(tmp_path / "run.byhand")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert 2 == found["devices"]
    divided, alone = found["losses"]
    assert pytest.approx(alone, rel=1e-5) == divided
    divided, resumed = found["bits"]
    assert divided == resumed
