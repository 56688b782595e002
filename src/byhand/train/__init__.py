"""Training: a program's equations compiled by JAX, and the strategies that run them."""

import sys

# Asked before anything here imports it: a JAX that a host program brought along is configured by its host.
JAX_IS_THE_HOST_S = "jax" in sys.modules
