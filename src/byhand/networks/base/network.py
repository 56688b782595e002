"""What all networks share: inputs that are checked, a training step worked out, a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.validation import check_is_fitted, validate_data

from byhand.data.dataset import Scaling
from byhand.errors import DataError
from byhand.networks.base import asking
from byhand.networks.base.remark import Remark
from byhand.networks.fits import files
from byhand.networks.fits.fitting import Fitting, order, restored
from byhand.words import say, system_language

if TYPE_CHECKING:
    from byhand.api import Work
    from byhand.api.why import Why
    from byhand.equations.step import Settings

FARTHEST = 1e17  # of an input whose distance is squared
Chosen = TypeVar("Chosen", bound="Settings")


class Network(BaseEstimator):
    """The part of an estimator that does not depend on how it learns."""

    n_iter_: int
    random_state: Any
    _seed: int
    _fitting: Fitting

    # What fitting makes, and a file holds.
    learned: ClassVar[tuple[str, ...]] = ("params_", "n_features_in_", "feature_names_in_", "origin_")
    # The parameter that says how long it learns: all that may differ when a fit goes on.
    longest: ClassVar[str] = "max_iter"
    # Whether `fit` takes a checkpoint, which saves it while it learns.
    saved_on_the_way: ClassVar[bool] = False
    # Whether it learns from a text, not from a table.
    reads_text: ClassVar[bool] = False
    # Whether each of its samples can be a text.
    takes_texts: ClassVar[bool] = False
    # How its inputs are best scaled; None leaves that to the data.
    scaling: ClassVar[Scaling | None] = None
    # What the target is called in its equations.
    target_symbol: ClassVar[str] = "y"
    # A number of one sample that says much when `why` explains it.
    asked_first: ClassVar[str] = "L"
    # What `predict` gives where there is no target that it could be called by.
    answer: ClassVar[str] = "y"

    @property
    def needs_target(self) -> bool:
        """Whether it learns from targets."""
        return bool(get_tags(self).target_tags.required)

    def group(self, X: Any) -> np.ndarray:
        """The group of each sample among `groups`; here what `predict` gives."""
        return np.asarray(self.predict(X))

    def problem(self, X: Any, y: Any) -> dict[str, Any]:
        """The next training step as a problem: a mapping that `byhand.work` takes."""
        raise NotImplementedError

    def makeup(self) -> Remark:
        """What it is made of; here of layers."""
        biases = [value for name, value in self.params_.items() if name.startswith("b")]
        layers = [self.n_features_in_, *map(len, biases)]
        functions = ", ".join(self._functions())
        return Remark(
            "layers", {"layers": layers, "parameters": self._parameter_count(), "functions": functions}
        )

    def layer_counts(self) -> list[Any]:
        """What each layer gives and learns, of a network whose layers share weights."""
        return []

    def ended(self, stopped: str) -> Remark | None:
        """Why its training ended, if that is not said by a warning.

        Parameters
        ----------
        stopped : str
            ``converged`` or ``epochs``: it ended by itself, or went through all it may.
        """
        raise NotImplementedError

    def learning_rule(self) -> str:
        """The name of the rule by which it descends; empty where it does not."""
        return str(getattr(self, "rule", ""))

    def _functions(self) -> tuple[str, ...]:
        """The functions of its layers, and its loss."""
        return ("step",)

    def _parameter_count(self) -> int:
        return sum(value.size for value in self.params_.values())

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every array in `params_`."""
        raise NotImplementedError

    def _settle(self) -> None:
        """Make what a file does not hold; a ValueError where the parts of the file do not fit together."""
        check_arrays(self.params_, self._shapes())

    def _chosen(self, kind: type[Chosen], **resolved: Any) -> Chosen:
        """The settings that the equations depend on, as the estimator has them or as they were resolved."""
        found = {**self.get_params(deep=False), **resolved}
        return kind(**{name: _plain(found[name]) for name in kind.model_fields.keys() & found.keys()})

    def _inputs(self, X: Any) -> np.ndarray:
        """Checked inputs in float32; scikit-learn is asked only about what is no plain array of numbers."""
        if not hasattr(self, "params_"):
            check_is_fitted(self)
        plain = type(X) is np.ndarray and X.ndim == 2 and X.dtype in (np.float32, np.float64) and len(X)
        if plain and X.shape[1] == self.n_features_in_ and not hasattr(self, "feature_names_in_"):
            with np.errstate(over="ignore"):
                inputs = X.astype(np.float32, copy=False)
            if np.isfinite(inputs).all():
                return inputs
        return checked(self, X, reset=False)

    def work(self, X: Any, y: Any) -> Work:
        """Work the next training step out, with these samples.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : array-like, shape (n_samples,) or (n_samples, n_outputs)

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are W1, b1, z1, a1, …, x, y, yhat.
        """
        from byhand.api import work

        check_is_fitted(self)
        return work(self.problem(X, y))

    def why(self, name: str, x: Any, y: Any = None, **how: Any) -> Why:
        """Why one number of the next training step is what it is; only what it rests on is worked out.

        Parameters
        ----------
        name : str
            ``a1[3]``, ``yhat[7]``, ``L``, ``dL/dW1[3,17]``, ``da1[3]/dx[5]``, ``W1[3,17]_new`` … or what else
            the equations of the network name: ``D[3]``, ``winner``, ``h[3,0]``, ``T1[2]``.
        x : array-like, shape (n_features,)
            One sample.
        y : object, optional
            Its target; without it what does not depend on it can be asked for.
        **how
            ``terms``, ``depth``, ``digits``, ``language``: see `byhand.api.why.why`.

        Returns
        -------
        Why

        Raises
        ------
        ProblemError
            There is no such number, or the sample does not fit the network.
        """
        from byhand.api.why import why

        check_is_fitted(self)
        return why(asking.sample_problem(self, x, y), name, **how)

    def _one(self, x: Any) -> Any:
        """One sample as the only one of many."""
        return asking.row(x, self.n_features_in_)

    def _any_target(self, X: Any) -> Any:
        """A target that it takes for these samples."""
        return asking.any_target(self)

    def _asked(self, X: Any, y: Any) -> dict[str, Any]:
        """The problem whose numbers `why` explains."""
        return self.problem(X, y)

    def save(self, path: str | Path) -> None:
        """Save the network, with all that is needed to train on, in one file.

        Parameters
        ----------
        path : str or Path
            An earlier file there is replaced only when the new one is whole.

        Raises
        ------
        ProblemError
            A hyper-parameter that cannot be written down.
        """
        check_is_fitted(self)
        files.write(Path(path), type(self).__name__, self.get_params(deep=False), self._state())

    def _state(self) -> dict[str, Any]:
        """What was learned, as a file holds it."""
        state = {name: value for name, value in vars(self).items() if name in self.learned}
        return {**state, "_fitting": self._fitting._asdict()} if hasattr(self, "_fitting") else state

    def _paused(self) -> Fitting:
        """Where the fit stands that was stopped.

        Raises
        ------
        DataError
            There is none, or its hyper-parameters were others.
        """
        check_is_fitted(self)
        if not hasattr(self, "_fitting"):
            raise DataError("nothing_to_resume")
        self._fitting.check_settings(self.get_params(deep=False), self._may_change())
        return self._fitting

    def _may_change(self) -> tuple[str, ...]:
        """Settings that leave the epochs so far as they are."""
        return (self.longest, "verbose")

    def _settle_fitting(self) -> None:
        """Have a fit in progress out of a file; a ValueError where it is none."""
        saved = self.__dict__.pop("_fitting", None)
        if saved is not None:
            self._fitting = restored(saved, self.n_iter_)

    def _begin(self) -> None:
        """Be new: with a seed drawn, and nothing of an earlier fit."""
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self.n_iter_ = 0
        for stale in ("origin_", "_fitting"):
            self.__dict__.pop(stale, None)

    def _orders(self, samples: int) -> Iterator[np.ndarray]:
        """The order of the samples in each epoch to come."""
        for epoch in count(self.n_iter_):
            yield order(self._seed, epoch, samples) if self.shuffle else np.arange(samples)

    def _random(self, random_state: Any) -> np.random.Generator:
        """What draws after the fit; None is for the numbers of the fit's seed."""
        if random_state is None:
            return np.random.default_rng((self._seed, 4))
        return np.random.default_rng(check_random_state(random_state).randint(2**31 - 1))

    def _say(self, code: str, **facts: Any) -> str:
        return say(f"train.{code}", system_language(), **facts)


def rebuilt(net: Any, saved: files.Saved) -> Any:
    """A new network with what a file holds; a ValueError and the like where its parts do not fit together."""
    if not net.get_params(deep=False).keys() >= saved.settings.keys():  # one that came later has its default
        raise ValueError
    if not set(net.learned) >= saved.state.keys():
        raise ValueError
    net.set_params(**saved.settings)
    net._validate_params()
    for name, value in saved.state.items():
        setattr(net, name, value)
    net._settle()
    return net


def _plain(value: Any) -> Any:
    """A number of NumPy's as one of Python's."""
    return value.item() if isinstance(value, np.generic) else value


def checked(network: Any, *data: Any, reset: bool, **how: Any) -> Any:
    """Data by scikit-learn's checks, inputs in float32; what is too large for that is refused as infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return validate_data(network, *data, reset=reset, dtype=np.float32, **how)


def check_near(X: np.ndarray) -> None:
    """That the squares of inputs do not soon add up to more than float32 holds.

    Raises
    ------
    DataError
    """
    if (farthest := max(X.max(), -X.min())) > FARTHEST:
        raise DataError("too_far", found=float(farthest), limit=FARTHEST)


def check_arrays(arrays: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> None:
    """That a file's arrays have these shapes and hold finite float32 numbers; a ValueError otherwise."""
    if shapes != {name: value.shape for name, value in arrays.items()}:
        raise ValueError
    if not all(value.dtype == np.float32 and np.isfinite(value).all() for value in arrays.values()):
        raise ValueError
