"""What simple recurrent networks share: sequences in, a context that is carried on, a step worked out."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from byhand.equations import recurrent
from byhand.equations.recurrent import Form
from byhand.errors import CalculationError, DataError
from byhand.networks import sequences
from byhand.networks.fitting import Samples
from byhand.networks.gradient import GradientNetwork
from byhand.networks.mlp import applied
from byhand.networks.remark import Remark
from byhand.networks.working import Learned, Names, step_problem

if TYPE_CHECKING:
    from byhand.api import Work


class RecurrentNetwork(GradientNetwork):
    """The part of an Elman or Jordan network that does not depend on its targets."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientNetwork._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(recurrent.ACTIVATIONS))],
        "context": [StrOptions({"hidden", "output"})],
        "truncation": [Interval(Integral, 1, None, closed="left"), None],
        "online": ["boolean"],
        "return_sequences": ["boolean"],
        "features_per_step": [Interval(Integral, 1, None, closed="left")],
        "initial_context": [Interval(Real, None, None, closed="neither")],
    }
    learned: ClassVar[tuple[str, ...]] = (*GradientNetwork.learned, "rows_")

    def __init__(
        self,
        units: int = 32,
        activation: str = "tanh",
        *,
        context: str = "hidden",
        truncation: int | None = None,
        online: bool = False,
        return_sequences: bool = False,
        features_per_step: int = 1,
        initial_context: float = 0.0,
        output: str = "auto",
        loss: str = "auto",
        rule: str = "adam",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.01,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: Any = "auto",
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.activation = activation
        self.context = context
        self.truncation = truncation
        self.online = online
        self.return_sequences = return_sequences
        self.features_per_step = features_per_step
        self.initial_context = initial_context
        self.output = output
        self.loss = loss
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.verbose = verbose

    # Its equations

    def _output_and_loss(self) -> tuple[str, str]:
        """The output's activation and the loss."""
        raise NotImplementedError

    def _wanted(self) -> Form:
        """What the hyper-parameters ask for; `_form` is what the network was last trained with."""
        output, loss = self._output_and_loss()
        if self.online and not (self.return_sequences and self.truncation):
            raise DataError("online_stretches")
        truncation = None if self.truncation is None else int(self.truncation)
        return Form(self.context, self.activation, output, loss, self.return_sequences, truncation)

    def _adopt(self) -> None:
        if self._shapes() != {name: value.shape for name, value in self.params_.items()}:
            raise DataError("units_changed", units=self.units, context=self.context)
        self._form = self._wanted()

    def _objective(self) -> Any:
        from byhand.train.recurrent import Recurrence, Stream

        kind = Stream if self.online else Recurrence
        return kind(self._wanted(), float(self.initial_context))

    def _learns(self) -> tuple[str, ...]:
        return recurrent.LEARNED

    def _penalised(self) -> tuple[str, ...]:
        return recurrent.WEIGHTS

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
        return recurrent.shapes(features, self.units, self.n_outputs_, self._wanted())

    def _first_params(self, samples: Samples) -> dict[str, np.ndarray]:
        random = np.random.default_rng((self._seed, 0, 0))
        params: dict[str, np.ndarray] = {}
        for name, shape in self._shapes().items():
            limit = np.sqrt(6 / sum(shape))  # Glorot & Bengio 2010
            drawn = random.uniform(-limit, limit, shape) if len(shape) > 1 else np.zeros(shape)
            params[name] = drawn.astype(np.float32)
        return params

    def _functions(self) -> tuple[str, ...]:
        return (self._form.activation, self._form.output, self._form.loss)

    def makeup(self) -> Remark:
        """Its units, and what they remember."""
        facts = {
            **{"units": self.units, "features": self.params_["W"].shape[1], "outputs": self.n_outputs_},
            **{"context": self.params_["U"].shape[1], "parameters": self._parameter_count()},
            "functions": ", ".join(self._functions()),
        }
        return Remark(f"recurrent_{self._form.context}", facts)

    # Its answers

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        form = self._form
        found = forward(form, self.params_, X, self.initial_context)[0]
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
            Of Elman's network the hidden units' last values, of Jordan's the outputs'; past a sequence's end
            the last one stands.
        """
        return forward(self._form, self.params_, self._inputs(X), self.initial_context)[1]

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
        form = self._form._replace(each_step=True)
        return self._answered(forward(form, self.params_, self._inputs(X), self.initial_context)[0])

    def _answered(self, outputs: np.ndarray) -> np.ndarray:
        """The answers that outputs stand for."""
        raise NotImplementedError

    # A step worked out

    def problem(self, X: Any, y: Any, sample_weight: Any = None, context: Any = None) -> dict[str, Any]:
        """The next training step, with these sequences as its batch, as a problem that `byhand.work` takes.

        It is told time step by time step. It goes on with the rule's state after the steps made so far; with
        a penalty, J is minimised.
        """
        X, targets, weight, _ = self._prepared(X, y, sample_weight, first=False, declare=False)
        steps, form = X.shape[1], self._wanted()
        if not sequences.present(X).all():
            raise DataError("ragged_work")
        if self.online and steps > self.truncation:
            raise DataError("stretch_work", found=steps, length=self.truncation)
        learned = Learned(self.params_, self.rule, self._settings(), self.rule_state_, self.t_)
        names = Names(recurrent.equations(form, steps), recurrent.LEARNED, recurrent.WEIGHTS)
        problem = step_problem(names, learned, self._penalty(), {"x": X, "y": targets}, weight)
        size = self.params_["U"].shape[1]
        first = np.full(size, self.initial_context) if context is None else np.asarray(context, np.float64)
        if first.shape != (size,):
            raise DataError("context_shape", found="×".join(map(str, first.shape)) or "1", wanted=size)
        problem["given"] |= {f"{form.recalled}0": first}
        return {**problem, **recurrent.told(form, steps)}

    def work(self, X: Any, y: Any, sample_weight: Any = None, context: Any = None) -> Work:
        """Work the next training step out, time step by time step, forwards and backwards.

        Parameters
        ----------
        X : array-like
            Sequences of one length, as for `fit`; where it learns `online`, one stretch.
        y : array-like
        sample_weight : array-like, shape (n_samples,), optional
        context : array-like, shape (n_context,), optional
            Before the first time step, such as a row of `contexts`; by default `initial_context`.

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names end in the number of a time step,
            from 1: z1, h1, z2, h2, …; what answers for a whole sequence is o, yhat and L. W, U, bh, V and by
            are learned.
        """
        from byhand.api import work

        check_is_fitted(self)
        return work(self.problem(X, y, sample_weight, context))

    def _settle(self) -> None:
        self._form = self._wanted()
        super()._settle()


def forward(
    form: Form, params: Mapping[str, np.ndarray], X: np.ndarray, initial: float
) -> tuple[np.ndarray, np.ndarray]:
    """The outputs and the contexts of many sequences at once, in NumPy and float64: a sample a row.

    Parameters
    ----------
    form : Form
    params : mapping
    X : ndarray, shape (n, steps, features)
        Filled up with NaN.
    initial : float

    Returns
    -------
    outputs : ndarray, shape (n, steps, outputs)
        Where one output answers for a sequence, the last step's alone.
    contexts : ndarray, shape (n, steps, context)
        Before each step.
    """
    there, x = sequences.present(X), np.nan_to_num(X).astype(np.float64)
    context = np.full((len(X), params["U"].shape[1]), initial)
    h = np.zeros((len(X), len(params["bh"])))
    outputs, contexts = [], []
    with np.errstate(all="ignore"):
        for t in range(X.shape[1]):
            contexts.append(context)
            z = x[:, t] @ params["W"].T + context @ params["U"].T + params["bh"]
            h = np.where(there[:, t, None], applied(form.activation, z), h)
            if form.each_step or form.context == "output" or t == X.shape[1] - 1:
                outputs.append(applied(form.output, h @ params["V"].T + params["by"]))
            context = h if form.context == "hidden" else outputs[-1]
    return np.stack(outputs, axis=1), np.stack(contexts, axis=1)
