"""How JAX runs on this machine: its threads, its precision, and how much trouble its compiler takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from typing import Any

import jax

from byhand.train import JAX_IS_THE_HOST_S
from byhand.train.cache import keep_compiled

try:
    from jax._src.xla_bridge import backends_are_initialized  # nothing public says so
except ImportError:

    def backends_are_initialized() -> bool:
        """Nobody knows."""
        return False


SMALL = 5e6  # operations in a step below which handing work to other threads costs more than it gains
FEW_STEPS = 2  # an epoch of so few small steps is over before a careful compilation has paid
TOGETHER = 5e10  # operations that are run without a pause: about a second's
LEAST = 1e5  # operations that take no longer than what goes with any step
WORTH_SHARING = 1e6  # operations of a time step above which two cores are faster than one
AT_ONCE = 512  # tokens: what a step keeps of so many for its way back stays near the processor
SHARES = 2  # into which a large step may be divided, whatever the cores: numbers must not depend on these

_threads: str | None = None

_PLAIN: dict[str, int | bool] = {"xla_llvm_disable_expensive_passes": True}
_BRISK: dict[str, int | bool] = {"xla_backend_optimization_level": 1, "xla_cpu_use_fusion_emitters": False}
_QUICK: dict[str, int | bool] = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


def start_backend(work: float) -> None:
    """Start JAX with one thread where the first network's steps are small, and keep what it compiles.

    Where they are large a processor is started as `SHARES` devices, for steps whose samples are divided among
    them. Each brings a thread, and small steps are a fifth slower with two. Once JAX has started nothing
    changes any more, and a number in PJRT_NPROC is respected.

    Parameters
    ----------
    work : float
        Arithmetic operations in one step.
    """
    global _threads
    if backends_are_initialized():
        return
    keep_compiled()
    if work > SMALL or "PJRT_NPROC" in os.environ:
        if not JAX_IS_THE_HOST_S and "device_count" not in os.environ.get("XLA_FLAGS", ""):
            with suppress(AttributeError, RuntimeError):  # a JAX that lacks it, or has started unnoticed
                jax.config.update("jax_num_cpu_devices", SHARES)
        return
    os.environ["PJRT_NPROC"], _threads = "1", "1"
    try:
        jax.devices()
    finally:
        del os.environ["PJRT_NPROC"]


def threads() -> str:
    """With how many threads JAX runs, as far as the environment tells where a host program started it."""
    if _threads:
        return _threads
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return os.environ.get("PJRT_NPROC") or str(cores)


def shares(work: float, samples: int) -> int:
    """Among how many devices the samples of a step are divided, where that pays for its kind.

    Parameters
    ----------
    work : float
        Arithmetic operations between two uses of one weight: of a time step.
    samples : int
        In a batch.
    """
    apart = jax.default_backend() == "cpu" and jax.device_count() >= SHARES
    return SHARES if apart and work > WORTH_SHARING and samples >= SHARES else 1


def portions(samples: int, tokens: int) -> int:
    """In how many parts a processor works through samples of so many tokens: few at once are faster than all.

    Examples
    --------
    >>> portions(16, 128), portions(32, 5), portions(3, 2000)
    (4, 1, 3)
    """
    if jax.default_backend() != "cpu":
        return 1
    return -(-samples // max(1, AT_ONCE // tokens))


def steps_together(work: float) -> int:
    """How many steps are run without a pause; by the sizes alone, so that the numbers never depend on time.

    Parameters
    ----------
    work : float
        Arithmetic operations in one step.

    Examples
    --------
    >>> steps_together(2.4e6), steps_together(5e8), steps_together(1e12)
    (20833, 100, 1)
    """
    return max(1, int(TOGETHER / max(work, LEAST)))


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


def jitted(function: Callable[..., Any], options: dict[str, int | bool] | None = None) -> Callable[..., Any]:
    """A function compiled by JAX, whose products are as precise as their numbers wherever it runs.

    Left to itself, a graphics processor multiplies with 11 of the 24 bits of single precision, and a step
    would not be the step that is told. On a processor nothing changes.

    Parameters
    ----------
    function : callable
        Of arrays.
    options : dict, optional
        The compiler's.
    """

    @wraps(function)
    def precise(*arguments: Any) -> Any:
        with jax.default_matmul_precision("highest"):
            return function(*arguments)

    return jax.jit(precise, compiler_options=options)


@cache
def quick_options() -> dict[str, int | bool]:
    """What tells the compiler to be quick, as far as this JAX knows the words."""
    return {name: value for name, value in _QUICK.items() if _is_known(name, value)}


@cache
def brisk_options() -> dict[str, int | bool]:
    """What saves a third of the compilation of a loop of small steps, and costs it a third of its speed."""
    return {name: value for name, value in _BRISK.items() if _is_known(name, value)}


@cache
def plain_options() -> dict[str, int | bool]:
    """What saves a quarter of the compilation of a long loop of small steps, and costs it no speed."""
    return {name: value for name, value in _PLAIN.items() if _is_known(name, value)}


def _is_known(name: str, value: int | bool) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options={name: value})()
    except (RuntimeError, ValueError):
        return False
    return True
