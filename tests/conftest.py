"""One machine is like another: English, no colour, JAX on the CPU."""

import os
import sys

import pytest
from hypothesis import settings

os.environ["LC_ALL"] = "C.UTF-8"
os.environ["NO_COLOR"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
if sys.version_info < (3, 12):
    # Tests compile far more than they run. JAX 0.10, the last for Python 3.11, knows these words.
    os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"

settings.register_profile("byhand", deadline=None)
settings.load_profile("byhand")


@pytest.fixture(autouse=True, scope="module")
def _compiled_for_one_module():
    """What JAX has compiled is let go after each module: a process has room for so much code only."""
    yield
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
