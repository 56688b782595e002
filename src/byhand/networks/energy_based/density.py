"""What a restricted Boltzmann machine makes of inputs: codes, reconstructions, samples, probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, logit
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from byhand.errors import DataError
from byhand.networks.base.network import Network
from byhand.networks.energy_based import likelihood
from byhand.networks.energy_based.likelihood import Estimate


class Density(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Network):
    """The part of a machine that does not learn."""

    visible: str
    params_: dict[str, np.ndarray]

    def _seen(self, X: Any) -> np.ndarray:
        """Checked inputs as the visible units have them, float32."""
        raise NotImplementedError

    @property
    def _gaussian(self) -> bool:
        return self.visible == "gaussian"

    def _wide(self) -> dict[str, np.ndarray]:
        """The weights in float64."""
        return {name: value.astype(np.float64) for name, value in self.params_.items()}

    @property
    def _n_features_out(self) -> int:
        return len(self.params_["c"])

    # Codes and reconstructions

    def transform(self, X: Any) -> np.ndarray:
        """How probable it is that each hidden unit is on: :math:`p(h_j = 1 \\mid v)`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, units)
        """
        return self._up(self._seen(X).astype(np.float64))

    def reconstruct(self, X: Any) -> np.ndarray:
        """What the visible units are on average, given the hidden probabilities; nothing is drawn.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_features)
            Probabilities; of Gaussian units means.
        """
        return self._down(self.transform(X))

    def predict(self, X: Any) -> np.ndarray:
        """The same as `reconstruct`."""
        return self.reconstruct(X)

    def gibbs(self, X: Any, steps: int = 1, random_state: Any = None) -> np.ndarray:
        """Visible states after so many steps of a chain that starts at each sample.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        steps : int
            How often the hidden states are drawn, and then the visible ones.
        random_state : int, RandomState instance or None
            None for the numbers of the fit's seed.

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        return self._chain(self._seen(X).astype(np.float64), steps, self._random(random_state))

    def sample(self, n_samples: int = 1, steps: int = 1000, random_state: Any = None) -> np.ndarray:
        """Visible states after so many steps of chains that start at random.

        Parameters
        ----------
        n_samples, steps : int
        random_state : int, RandomState instance or None
            None for the numbers of the fit's seed.

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        check_is_fitted(self)
        random = self._random(random_state)
        start = random.random((n_samples, self.n_features_in_)).round()
        return self._chain(start, steps, random)

    def _chain(self, v: np.ndarray, steps: int, random: np.random.Generator) -> np.ndarray:
        for _ in range(steps):
            mean = self._down(_on(self._up(v), random))
            v = mean + random.standard_normal(mean.shape) if self._gaussian else _on(mean, random)
        return v

    def _up(self, v: np.ndarray) -> np.ndarray:
        """The probability of each hidden unit, given the visible ones."""
        return np.asarray(expit(likelihood.hidden(self._wide(), v)))

    def _down(self, h: np.ndarray) -> np.ndarray:
        """The mean of each visible unit, given the hidden ones."""
        params = self._wide()
        mean = h @ params["W"] + params["b"]
        return mean if self._gaussian else np.asarray(expit(mean))

    # How probable it finds what it sees

    def free_energy(self, X: Any) -> np.ndarray:
        r"""The free energy of each sample: minus the logarithm of its probability, but for ln Z.

        .. math:: F(v) = -b^\top v - \sum_j \ln\left(1 + e^{c_j + W_j v}\right)

        Of Gaussian units the first term is :math:`\tfrac12 \lVert v - b \rVert^2`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
            In nats.
        """
        seen = self._seen(X).astype(np.float64)
        return likelihood.free_energy(self._wide(), seen, gaussian=self._gaussian)

    def score_samples(self, X: Any) -> np.ndarray:
        r"""The log pseudo-likelihood of each sample, over all bits; of Gaussian units minus the free energy.

        .. math:: \sum_i \ln p(v_i \mid v_{-i})

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            Rounded to bits.

        Returns
        -------
        ndarray, shape (n_samples,)
            In nats.
        """
        if self._gaussian:
            return -self.free_energy(X)
        return likelihood.pseudo_likelihood(self._wide(), self._seen(X).astype(np.float64).round())

    def score(self, X: Any, y: Any = None) -> float:
        """The mean of `score_samples`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        y : ignored
        """
        return float(self.score_samples(X).mean())

    def pseudo_likelihood(self, X: Any, bits: Any = None, random_state: Any = None) -> float:
        r"""The mean log pseudo-likelihood, from one bit of each sample: quick, and right on average.

        .. math:: n \ln p(v_i \mid v_{-i}) = n \ln \sigma(F(\tilde v) - F(v))

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            Rounded to bits.
        bits : array-like of int, shape (n_samples,), optional
            The bit i of each sample; otherwise drawn.
        random_state : int, RandomState instance or None
            None for the numbers of the fit's seed.

        Returns
        -------
        float
            In nats a sample.

        Raises
        ------
        DataError
            The visible units are Gaussian: they have no bits.
        """
        X = self._seen(X).astype(np.float64).round()
        if self._gaussian:
            raise DataError("no_bits")
        if bits is None:
            bits = self._random(random_state).integers(X.shape[1], size=len(X))
        return float(likelihood.pseudo_likelihood(self._wide(), X, np.asarray(bits)).mean())

    def log_partition(
        self, X: Any = None, *, chains: int = 100, temperatures: int = 1000, random_state: Any = None
    ) -> Estimate:
        r"""The logarithm of the partition function :math:`Z = \sum_{v, h} e^{-E(v, h)}`.

        Exact where a layer has at most 20 units, of Gaussian visible units the hidden one; otherwise by
        annealed importance sampling.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features), optional
            Samples, whose means the chains start from; otherwise they start from the biases.
        chains, temperatures : int
            More of either, and the estimate is nearer.
        random_state : int, RandomState instance or None
            None for the numbers of the fit's seed.

        Returns
        -------
        Estimate
            With its spread.

        References
        ----------
        Salakhutdinov & Murray 2008, On the quantitative analysis of deep belief networks.
        """
        check_is_fitted(self)
        params = self._wide()
        if likelihood.is_small(params, gaussian=self._gaussian):
            return likelihood.partition(params, gaussian=self._gaussian)
        base = params["b"]
        if X is not None:
            seen = self._seen(X).astype(np.float64)
            base = seen.mean(axis=0) if self._gaussian else logit((seen.sum(axis=0) + 1) / (len(seen) + 2))
        return likelihood.annealed_partition(
            params,
            base,
            self._random(random_state),
            gaussian=self._gaussian,
            chains=chains,
            temperatures=temperatures,
        )

    def log_likelihood(self, X: Any, **how: Any) -> Estimate:
        """The mean logarithm of the samples' probability, with the partition function of `log_partition`.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        **how
            As for `log_partition`.

        Returns
        -------
        Estimate
            In nats a sample.
        """
        energy = float(self.free_energy(X).mean())
        z = self.log_partition(X, **how)
        return Estimate(-energy - z.value, -energy - z.high, -energy - z.low, z.exact)

    def errors(self, X: Any) -> dict[str, float]:
        """How far off reconstructions are, and how probable the samples: figures by name.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
        """
        seen = self._seen(X)
        found = {"reconstruction_error": float(np.square(seen - self.reconstruct(X)).mean())}
        if not self._gaussian:
            found["pseudo_likelihood"] = self.pseudo_likelihood(X)
        if likelihood.is_small(self.params_, gaussian=self._gaussian):
            found["log_likelihood"] = self.log_likelihood(X).value
        return found


def _on(p: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """States, each on with its probability."""
    return (random.random(p.shape) < p) * 1.0
