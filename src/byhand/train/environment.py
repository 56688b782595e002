"""What the bits of a training depend on besides its numbers: versions, device, threads, flags."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import jax

from byhand.train.backend import threads

PACKAGES = ("byhand", "jax", "jaxlib", "numpy", "optax", "scikit-learn")


@cache
def environment() -> dict[str, str]:
    """The environment of this process; JAX has started.

    Returns
    -------
    dict
        Texts by name: ``python`` and the packages with their versions, ``backend``, ``device``,
        ``processor``, ``devices``, ``threads`` and ``XLA_FLAGS``.
    """
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "backend": jax.default_backend(),
        "device": jax.devices()[0].device_kind,
        "processor": _processor(),
        "devices": str(jax.device_count()),
        "threads": threads(),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
    }


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is not as it was, one text for each: the name, what it was, and what it is.

    Examples
    --------
    >>> differences({"jax": "0.10.0", "threads": "1"}, {"jax": "0.10.2", "threads": "1"})
    ['jax 0.10.0 → 0.10.2']
    """
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return [f"{name} {before.get(name) or '-'} → {now.get(name) or '-'}" for name in names]


def _processor() -> str:
    """The processor's model: code is compiled for it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
