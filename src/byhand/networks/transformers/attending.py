"""What networks share that are a Transformer's encoder: its sizes, its weights, its vectors."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from byhand.equations import leaving_out, transformer
from byhand.equations.transformer import Form
from byhand.errors import CalculationError, DataError
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.base.remark import Remark
from byhand.networks.fits.fitting import Samples
from byhand.networks.recurrence.sequences import present
from byhand.networks.text.tokens import Tokens
from byhand.networks.transformers import encoder


class Sizes(NamedTuple):
    """Of an encoder.

    Attributes
    ----------
    layers, heads, units : int
    activation : str
    eps : float
    inner : int
        Units within a feed-forward network.
    positions : int
        The most tokens of a sample.
    kinds : int
        Of tokens: 2 where sentences come in pairs; all are of the first here.
    """

    layers: int
    heads: int
    units: int
    activation: str
    eps: float
    inner: int
    positions: int
    kinds: int = 1


class Attending(GradientNetwork):
    """The part of such a network that does not depend on what it is asked."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "layers": [Interval(Integral, 1, None, closed="left")],
        "heads": [Interval(Integral, 1, None, closed="left")],
        "inner": [Interval(Integral, 1, None, closed="left"), None],
        "activation": [StrOptions(set(transformer.ACTIVATIONS))],
        "vocabulary": [Interval(Integral, 2, None, closed="left"), None],
        "max_length": [Interval(Integral, 1, None, closed="left"), None],
        "lowercase": ["boolean"],
        "eps": [Interval(Real, 0, None, closed="neither")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*GradientNetwork.learned, "rows_", "tokens_", "sizes_")
    takes_texts: ClassVar[bool] = True

    units: int
    layers: int
    heads: int
    inner: int | None
    activation: str
    max_length: int | None
    eps: float
    dropout: float
    tokens_: Tokens | None
    sizes_: Sizes
    rows_: bool
    n_features_in_: int

    # Its equations

    def _answering(self) -> Form:
        """What its equations depend on, as it answers."""
        return Form(*self.sizes_[:5], tokens=self.tokens_ is not None)

    def _learning(self) -> Form:
        """The same as it learns: with dropout."""
        return self._answering()._replace(dropout=float(self.dropout))

    def _objective_of(self, form: Form) -> Any:
        """The loss of one sample, for JAX, by what its equations depend on."""
        raise NotImplementedError

    def _objective(self) -> Any:
        return self._objective_of(self._learning())

    def _measured(self) -> Any:
        return self._objective_of(self._answering())

    def _drawn(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        return self._leaving_out(X)

    def _wanted(self, positions: int) -> Sizes:
        """The sizes that the hyper-parameters ask for."""
        units, heads = int(self.units), int(self.heads)
        transformer.check_heads(units, heads)
        inner = 4 * units if self.inner is None else int(self.inner)
        return Sizes(int(self.layers), heads, units, self.activation, float(self.eps), inner, positions)

    def _adopt(self) -> None:
        wanted = self._wanted(self.max_length or self.sizes_.positions)
        if wanted != self.sizes_._replace(kinds=wanted.kinds):
            raise DataError("encoder_changed")

    def _encoder_shapes(self) -> dict[str, tuple[Any, ...]]:
        """Of the weights of the encoder."""
        form, sizes = self._answering(), self.sizes_
        rows = self.tokens_.total if self.tokens_ else 1 if self.rows_ else self.n_features_in_
        return {
            **transformer.embedding_shapes(form, rows, sizes.positions, form.units, sizes.kinds),
            **transformer.layer_shapes(form, form.units, sizes.inner),
        }

    def _learns(self) -> tuple[str, ...]:
        return tuple(self._shapes())

    def _penalised(self) -> tuple[str, ...]:
        return transformer.weights_among(self._learns())

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        there = present(X)
        x = np.where(there[:, :, None], X, np.float32(0))
        return {"x": x[:, :, 0].astype(np.int32) if self.tokens_ else x, "present": there.astype(np.float32)}

    def _steps(self, X: np.ndarray) -> int:
        return X.shape[1]

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        self.sizes_ = self._wanted(self.max_length or samples.X.shape[1])
        return encoder.first_weights(self._seed, self._shapes())

    def _functions(self) -> tuple[str, ...]:
        return (self.sizes_.activation, "softmax", "cross_entropy")

    def makeup(self) -> Remark:
        """Its layers and heads."""
        facts = {**self.sizes_._asdict(), "parameters": self._parameter_count()}
        if self.tokens_ is None:
            return Remark("transformer_features", {**facts, "features": self.params_["E"].shape[1]})
        return Remark("transformer_tokens", {**facts, "tokens": self.tokens_.total})

    # Its answers

    def _vectors(self, X: np.ndarray) -> np.ndarray:
        """What the last layer gives for checked samples, shape (n, steps, units)."""
        form = self._answering()
        parts = [encoder.vectors(form, self.params_, part).states[-1] for part in encoder.in_parts(form, X)]
        found = np.concatenate(parts)
        if not np.isfinite(found).all():
            raise CalculationError("output_not_finite")
        return found

    def hidden_states(self, X: Any, dtype: Any = np.float64) -> list[np.ndarray]:
        """The vector of each token after the embedding and after each layer.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.
        dtype : dtype
            In which is calculated.

        Returns
        -------
        list of ndarray, shape (n_samples, n_steps, units)
            Past a sample's end they mean nothing.
        """
        return encoder.vectors(self._answering(), self.params_, self._inputs(X), dtype).states

    def attention(self, X: Any) -> np.ndarray:
        """How each token's attention is shared out.

        Parameters
        ----------
        X : array-like
            Samples, as for `fit`.

        Returns
        -------
        ndarray, shape (n_samples, layers, heads, n_steps, n_steps)
            A row holds the shares of one query; they add up to 1.
        """
        return np.stack(encoder.vectors(self._answering(), self.params_, self._inputs(X)).attention, axis=1)

    # A step worked out

    def _leaving_out(self, X: np.ndarray) -> dict[str, tuple[int, ...]]:
        """What is drawn for each of these samples in a step to leave values out."""
        return leaving_out.drawn(self._learning(), X.shape[1])

    def _with_dropout(
        self, told: dict[str, Any], samples: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is told of a step, and its samples, each with what is drawn to leave values out."""
        names = self._leaving_out(samples["x"])
        draws = self._next_draws(samples["x"]) if names else {}
        own = leaving_out.told(names)
        told = {**told, **{key: {**told[key], **own[key]} for key in own}}
        return told, {**samples, **{name: draws[name] for name in names}}

    def _evenly(self, X: np.ndarray) -> None:
        """That samples have one length.

        Raises
        ------
        DataError
        """
        if not present(X).all():
            raise DataError("ragged_work")

    def _settle(self) -> None:
        self.sizes_ = Sizes(*self.sizes_)
        self.tokens_ = None if self.tokens_ is None else Tokens(*self.tokens_)
        super()._settle()
