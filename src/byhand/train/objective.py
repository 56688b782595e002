"""What a descent makes small: the loss of one sample, and what is to be known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import jax

from byhand.trace.program import Program
from byhand.train.reading import read

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Objective:
    """The loss of one sample, for JAX: ``objective(params, sample, draws)``.

    Objectives of the same equations are equal, so that what was compiled for one fit serves the next.

    Attributes
    ----------
    divisible : bool
        Whether a large step is worth dividing among two devices of one processor.
    by_tokens : bool
        Whether a step keeps so much of each token that it had better go through few of them at a time.
    """

    divisible: ClassVar[bool] = False
    by_tokens: ClassVar[bool] = False

    @property
    def coupled(self) -> bool:
        """Whether what becomes of one sample depends on the others of its batch."""
        return False

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """The loss of one sample.

        Parameters
        ----------
        params, sample, draws : mapping
            What is learned, what is given of the sample, and the numbers drawn for it, by their names in the
            equations.
        """
        raise NotImplementedError

    def together(
        self, params: Any, samples: Mapping[str, Any], draws: Mapping[str, Any] = NOTHING
    ) -> tuple[Any, Any]:
        """The loss of each of many samples, shape (n,), and what there is to tell of them besides.

        Parameters
        ----------
        params : mapping
        samples, draws : mapping
            For each name the values of all samples along the first axis.
        """
        return jax.vmap(lambda sample, drawn: self(params, sample, drawn))(samples, dict(draws)), None

    def learn_from(self, learn: Callable[..., Any], carried: Any, samples: Mapping[str, Any]) -> Any:
        """Learn from a batch.

        Parameters
        ----------
        learn : callable
            ``learn(carried, samples)``: one update. It gives what is carried on, the loss, and what
            `together` tells besides.
        carried : (params, state, turn)
        samples : mapping

        Returns
        -------
        carried : (params, state, turn)
        loss : array
        """
        carried, loss, _ = learn(carried, samples)
        return carried, loss

    def updates(self, samples: Mapping[str, Any]) -> int:
        """How many updates a batch brings."""
        return 1


@dataclass(frozen=True)
class OfLines(Objective):
    """The loss that stands at the end of a network's equations.

    Attributes
    ----------
    program : Program
    loss : str
        What it is called.
    """

    program: Program
    loss: str = "L"

    def __call__(self, params: Any, sample: Mapping[str, Any], draws: Mapping[str, Any]) -> Any:
        """The loss of one sample as the equations say."""
        return read(self.program, {**params, **sample, **draws})[self.loss]
