"""How JAX runs on this machine: its threads, and how much trouble its compiler takes."""

from __future__ import annotations

import os
from functools import cache

import jax

SMALL = 5e6  # operations in a step below which handing work to other threads costs more than it gains
FEW_STEPS = 2  # an epoch of so few small steps is over before a careful compilation has paid

_QUICK = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


def start_backend(work: float) -> None:
    """Start JAX with one thread where the first network's steps are small.

    Once JAX has started nothing changes any more, and a number in PJRT_NPROC is respected.

    Parameters
    ----------
    work : float
        Arithmetic operations in one step.
    """
    if work > SMALL or "PJRT_NPROC" in os.environ:
        return
    os.environ["PJRT_NPROC"] = "1"
    try:
        jax.devices()
    finally:
        del os.environ["PJRT_NPROC"]


def is_quick(work: float, steps: int) -> bool:
    """Whether to compile quickly rather than well.

    It depends on nothing but the sizes, so that a descent that is taken up again is compiled as before.

    Parameters
    ----------
    work : float
        Arithmetic operations in one step.
    steps : int
        Steps in one epoch.
    """
    return work < SMALL and steps <= FEW_STEPS


@cache
def quick_options() -> dict[str, int | bool]:
    """What tells the compiler to be quick, as far as this JAX knows the words."""
    return {name: value for name, value in _QUICK.items() if _is_known(name, value)}


def _is_known(name: str, value: int | bool) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options={name: value})()
    except (RuntimeError, ValueError):
        return False
    return True
