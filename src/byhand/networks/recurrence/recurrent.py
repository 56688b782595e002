"""What recurrent networks share: sequences in, a context that is carried on, a step worked out."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from byhand.equations import unrolled
from byhand.equations.unrolled import Form, Recurrent
from byhand.errors import CalculationError, DataError
from byhand.networks.base.gradient import GradientNetwork
from byhand.networks.base.remark import Remark
from byhand.networks.base.working import Names, step_problem
from byhand.networks.fits.fitting import Samples
from byhand.networks.recurrence import sequences
from byhand.networks.recurrence.through_time import context_size, forward

if TYPE_CHECKING:
    from byhand.api import Work


class RecurrentNetwork(GradientNetwork):
    """The part of a recurrent network that depends neither on its cell nor on its targets."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "truncation": [Interval(Integral, 1, None, closed="left"), None],
        "online": ["boolean"],
        "return_sequences": ["boolean"],
        "features_per_step": [Interval(Integral, 1, None, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*GradientNetwork.learned, "rows_")

    # Its equations, as its sheets have them, and the parameters that the shapes of its weights follow from.
    equations: ClassVar[type[Recurrent]]
    sized_by: ClassVar[tuple[str, ...]] = ("units", "features_per_step")

    units: int
    truncation: int | None
    online: bool
    return_sequences: bool
    features_per_step: int
    # Its equations

    def _chosen_equations(self) -> Recurrent:
        """What its sheets are set by, as the hyper-parameters have it."""
        return self._chosen(self.equations)

    def _output_and_loss(self) -> tuple[str, str]:
        return self._chosen_equations().output_and_loss()

    def _wanted(self) -> Form:
        """What the hyper-parameters ask for; `_form` is what the network was last trained with."""
        if self.online and not (self.return_sequences and self.truncation):
            raise DataError("online_stretches")
        return self._chosen_equations().form

    def _initial(self) -> float:
        """What is carried into the first time step."""
        return self._chosen_equations().initial()

    def _adopt(self) -> None:
        if self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            found = {name: getattr(self, name) for name in self.sized_by}
            raise DataError("units_changed", settings=", ".join(f"{key}={one}" for key, one in found.items()))
        self._form = self._wanted()

    def _objective(self) -> Any:
        from byhand.train.recurrent import Recurrence, Stream

        kind = Stream if self.online else Recurrence
        return kind(self._wanted(), self._initial())

    def _learns(self) -> tuple[str, ...]:
        return self._wanted().learned

    def _penalised(self) -> tuple[str, ...]:
        return self._wanted().weights

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        there = sequences.present(X)
        if self.online and not there.all():
            raise DataError("online_ragged")
        x = X if there.all() else np.where(there[:, :, None], X, np.float32(0))
        return {"x": x, "y": targets, "present": there.astype(np.float32)}

    def _steps(self, X: np.ndarray) -> int:
        return X.shape[1]

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        features = self.features_per_step if self.rows_ else self.n_features_in_
        return self._wanted().shapes(features, self.units, self.n_outputs_)

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        random = np.random.default_rng((self._seed, 0, 0))
        params: dict[str, np.ndarray] = {}
        for name, shape in self._shapes().items():
            limit = np.sqrt(6 / sum(shape))  # Glorot & Bengio 2010
            drawn = random.uniform(-limit, limit, shape) if len(shape) > 1 else np.zeros(shape)
            params[name] = drawn.astype(np.float32)
        return params

    def _functions(self) -> tuple[str, ...]:
        return (*self._form.functions, self._form.output, self._form.loss)

    def makeup(self) -> Remark:
        """Its units, and what they remember."""
        features = self.params_[self._form.learned[0]].shape[1]
        facts = {
            **{"units": self.units, "features": features, "outputs": self.n_outputs_},
            **{"context": context_size(self._form, self.params_), "parameters": self._parameter_count()},
            "functions": ", ".join(self._functions()),
        }
        return Remark(f"recurrent_{self._form.kind}", facts)

    # Its answers

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        form = self._form
        found = forward(form, self.params_, X, self._initial())[0]
        if not np.isfinite(found).all():
            raise CalculationError("output_not_finite")
        return found if form.each_step else found[:, -1]

    def _by_time(
        self, values: np.ndarray, X: np.ndarray, weight: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """What was found for each sequence or each of its time steps, one a row, and what each counts."""
        if not self._form.each_step:
            return values, weight
        there = sequences.present(X)
        return values[there], np.repeat(weight, there.sum(axis=1))

    def contexts(self, X: Any) -> np.ndarray:
        """What the context is when each time step begins.

        Parameters
        ----------
        X : array-like
            Sequences, as for `fit`.

        Returns
        -------
        ndarray, shape (n_samples, n_steps, n_context)
            Of Elman's network the hidden units' last values, of Jordan's the outputs', of an LSTM h and
            beside it c, of a GRU h; past a sequence's end the last one stands.
        """
        return forward(self._form, self.params_, self._inputs(X), self._initial())[1]

    def answers_on_the_way(self, X: Any) -> np.ndarray:
        """What it would answer, were it asked after each time step.

        Parameters
        ----------
        X : array-like
            Sequences, as for `fit`.

        Returns
        -------
        ndarray, shape (n_samples, n_steps) or (n_samples, n_steps, n_outputs)
        """
        found, _ = forward(self._form, self.params_, self._inputs(X), self._initial(), on_the_way=True)
        return self._answered(found)

    def _answered(self, outputs: np.ndarray) -> np.ndarray:
        """The answers that outputs stand for."""
        raise NotImplementedError

    # A step worked out

    def problem(self, X: Any, y: Any, sample_weight: Any = None, context: Any = None) -> dict[str, Any]:
        """The next training step, with these sequences as its batch, as a problem that `byhand.work` takes.

        It is told time step by time step. It goes on with the rule's state after the steps made so far; with
        a penalty, J is minimised.
        """
        samples, form = self._batch_of_one_step(X, y, sample_weight), self._wanted()
        steps = samples.X.shape[1]
        if self.online and steps > (self.truncation or 0):
            raise DataError("stretch_work", found=steps, length=self.truncation)
        names = Names(unrolled.equations(form, steps), form.learned, form.weights)
        columns = self._worked_on(samples.X, samples.targets)
        problem = step_problem(names, self._learned_so_far(), self._penalty(), columns, samples.weight)
        problem["given"] |= self._before(form, context)
        return {**problem, **unrolled.told(form, steps)}

    def _batch_of_one_step(self, X: Any, y: Any, sample_weight: Any) -> Samples:
        """The samples of a step that is worked out: sequences of one length."""
        samples = self._prepared(X, y, sample_weight, first=False, declare=False)
        if not sequences.present(samples.X).all():
            raise DataError("ragged_work")
        return samples

    def _before(self, form: Form, context: Any) -> dict[str, np.ndarray]:
        """What is carried into the first time step, by name."""
        size, own = context_size(form, self.params_), form.sizes(self.units, self.n_outputs_)
        first = np.full(size, self._initial()) if context is None else np.asarray(context, np.float64)
        if first.shape != (size,):
            raise DataError("context_shape", found="×".join(map(str, first.shape)) or "1", wanted=size)
        parts = np.split(first, np.cumsum([*own.values()])[:-1])
        return {f"{name}0": part for name, part in zip(own, parts, strict=True)}

    def work(self, X: Any, y: Any, sample_weight: Any = None, context: Any = None) -> Work:
        """Work the next training step out, time step by time step, forwards and backwards.

        Parameters
        ----------
        X : array-like
            Sequences of one length, as for `fit`; where it learns `online`, one stretch.
        y : array-like
        sample_weight : array-like, shape (n_samples,), optional
        context : array-like, shape (n_context,), optional
            Before the first time step, such as a row of `contexts`; by default as every sequence begins.

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are those of its equations and end
            in the number of a time step, from 1: h1, h2, …; what answers for a whole sequence, such as yhat
            and L, has no number.
        """
        from byhand.api import work

        check_is_fitted(self)
        return work(self.problem(X, y, sample_weight, context))

    def _settle(self) -> None:
        self._form = self._wanted()
        super()._settle()
