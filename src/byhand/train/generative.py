"""A Transformer that says what comes next, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from byhand.equations.generative import output_lines
from byhand.equations.transformer import Form
from byhand.sources.formula import read_lines
from byhand.trace.program import Program, build
from byhand.train.objective import Objective
from byhand.train.reading import OPERATIONS, read
from byhand.train.transformer import encoded


@dataclass(frozen=True)
class Generating(Objective):
    """The loss of a passage, each of whose tokens is asked what comes next.

    Attributes
    ----------
    form : Form
    """

    form: Form

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """Of one passage."""
        X = encoded(self.form, params, sample["x"], jnp.ones(len(sample["x"])), draws)
        o = read(_outputs(), {**params, "X": X})["o"]
        return jnp.mean(jax.nn.logsumexp(o, axis=1) - OPERATIONS["pick"](o, sample["y"]))


@lru_cache(maxsize=1)
def _outputs() -> Program:
    """Up to the outputs: the loss of a probability that is nearly 0 is calculated from them."""
    return build(read_lines(output_lines("X")[0]).expressions)
