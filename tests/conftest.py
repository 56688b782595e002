"""One machine is like another: English, no colour, JAX on the CPU."""

import os

from hypothesis import settings

os.environ["LC_ALL"] = "C.UTF-8"
os.environ["NO_COLOR"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

settings.register_profile("byhand", deadline=None)
settings.load_profile("byhand")
