"""GPT: a Transformer that reads a text and says what comes next, and writes texts of its own."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import softmax
from sklearn.utils._param_validation import Interval

from byhand.equations import generative, transformer
from byhand.equations.transformer import Form
from byhand.errors import DataError
from byhand.networks.base.remark import Remark
from byhand.networks.base.working import Names, step_problem
from byhand.networks.text.language import LanguageModel, Reader
from byhand.networks.text.texts import shown, text_of
from byhand.networks.transformers import encoder
from byhand.networks.transformers.attending import Attending
from byhand.words import in_all_languages

if TYPE_CHECKING:
    from byhand.api import Work


class GPT(LanguageModel, Attending):
    r"""A Transformer's decoder that reads a text and says of each character what comes next.

    GPT as it was first published [1]_: the layers of `TransformerClassifier`, in which no character sees a
    later one, and outputs whose weights are the embeddings :math:`E` themselves. From the vectors :math:`X`
    of the last layer:

    .. math:: \hat Y = \operatorname{softmax}(X E^\top), \quad
        L = -\frac1T \sum_t \ln \hat y_t[x_{t+1}]

    in nats a character; over :math:`\ln 2` these are bits, and e to that power is the perplexity. The tokens
    are single characters. The text is cut into passages, the same in each epoch; where their length does not
    divide it, neighbours share some characters.

    Parameters
    ----------
    units : int
        The width of a character's vector; a multiple of `heads`.
    layers, heads, inner, activation, eps, dropout
        As for `TransformerClassifier`.
    max_length : int
        Characters of a passage, and the most that are seen at once.
    batch_size : int
        Passages in a step.
    rule, rule_settings, learning_rate, schedule, schedule_settings, clip_norm, alpha, penalty, accumulate, \
max_iter, shuffle, random_state, tol, n_iter_no_change, warm_start, verbose
        As for `MLPClassifier`.

    Attributes
    ----------
    characters_ : ndarray of str
        Those of the first text, in order; later ones may have no others.
    params_ : dict
        ``E`` (embeddings, a row a character), ``P`` (positions); of each layer ``WQ1 bQ1 WK1 bK1 WV1 bV1 WO1
        bO1 gamma1_1 beta1_1 W1_1 b1_1 W1_2 b1_2 gamma1_2 beta1_2``. float32, matrices (out, in).
    sizes_ : Sizes
        As of `TransformerClassifier`.
    n_features_in_, n_outputs_, n_iter_, t_, loss_, loss_curve_, best_loss_
        As of `CharacterModel`; the losses are nats a character.

    References
    ----------
    .. [1] Radford, Narasimhan, Salimans & Sutskever 2018, Improving language understanding by generative
       pre-training.

    Examples
    --------
    >>> how = {"max_length": 6, "learning_rate": 0.02, "max_iter": 60, "n_iter_no_change": 1, "tol": 0.01}
    >>> net = GPT(8, 1, 2, **how, random_state=0).fit("abcd" * 30)
    >>> net.sample(8, prompt="ab", random_state=0)
    'cdabcdab'
    >>> work = net.work("abc")
    >>> work.values["A1_2"].shape, work.values["l"].shape
    ((2, 2), (2,))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **{
            key: one
            for key, one in Attending._parameter_constraints.items()
            if key not in ("vocabulary", "lowercase", "early_stopping", "validation_fraction")
        },
        "max_length": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    }
    learned: ClassVar[tuple[str, ...]] = (*LanguageModel.learned, "characters_", "sizes_")
    outputs: ClassVar[str] = "o"
    asked_first = "l[0]"

    # Each character is a token; samples are no rows of a table.
    tokens_ = None
    rows_ = False
    max_length: int

    def __init__(
        self,
        units: int = 64,
        layers: int = 2,
        heads: int = 2,
        *,
        inner: int | None = None,
        activation: str = "gelu_tanh",
        max_length: int = 64,
        eps: float = 1e-5,
        dropout: float = 0.0,
        rule: str = "adamw",
        rule_settings: dict[str, float] | None = None,
        learning_rate: float = 0.001,
        schedule: str = "constant",
        schedule_settings: dict[str, float] | None = None,
        clip_norm: float | None = None,
        alpha: float = 0.0,
        penalty: str = "half",
        batch_size: int = 32,
        accumulate: int = 1,
        max_iter: int = 20,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.units = units
        self.layers = layers
        self.heads = heads
        self.inner = inner
        self.activation = activation
        self.max_length = max_length
        self.eps = eps
        self.dropout = dropout
        self.rule = rule
        self.rule_settings = rule_settings
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.schedule_settings = schedule_settings
        self.clip_norm = clip_norm
        self.alpha = alpha
        self.penalty = penalty
        self.batch_size = batch_size
        self.accumulate = accumulate
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.verbose = verbose

    # Its passages, and its equations

    def _passages(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked = len(codes) - 1
        length = min(self.max_length, asked)
        starts = np.linspace(0, asked - length, -(-asked // length)).astype(int)
        places = starts[:, None] + np.arange(length)
        return codes[places], codes[places + 1]

    def _answering(self) -> Form:
        return generative.decoder(super()._answering())

    def _shapes(self) -> dict[str, tuple[Any, ...]]:
        sizes = self.sizes_
        return generative.shapes(
            self._answering(), len(self.characters_), sizes.positions, sizes.units, sizes.inner
        )

    def _objective_of(self, form: Form) -> Any:
        from byhand.train.generative import Generating

        return Generating(form)

    def _columns_seen(self, X: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": X, "y": targets}

    def makeup(self) -> Remark:
        """Its layers and heads."""
        facts = {**self.sizes_._asdict(), "parameters": self._parameter_count()}
        return Remark("transformer_tokens", {**facts, "tokens": len(self.characters_)})

    # What it has read

    def _inputs(self, X: Any) -> np.ndarray:
        """A text as one sample of tokens."""
        codes = self._codes(text_of(X), needed=1)
        self._check_length(len(codes))
        return codes[None, :, None].astype(np.float32)

    def _check_length(self, found: int) -> None:
        if found > self.sizes_.positions:
            raise DataError("too_many_tokens", found=found, limit=self.sizes_.positions)

    def _pre_activations(self, windows: np.ndarray) -> np.ndarray:
        """The outputs after each character of some windows, before the softmax, float64."""
        E = self.params_["E"].astype(np.float64)
        known = {**self.params_, "E": np.vstack([E, np.zeros(E.shape[1])])}  # number -1 is a vector of zeros
        states = encoder.vectors(self._answering(), known, windows[:, :, None].astype(np.float32)).states
        outputs: np.ndarray = states[-1] @ E.T
        return outputs

    def _answers(self, codes: np.ndarray) -> np.ndarray:
        """A long text is read in windows, each half a window farther on; the first that holds one answers."""
        length, known = min(self.sizes_.positions, len(codes)), len(self.characters_)
        half = max(1, length // 2)
        starts = np.arange(0, len(codes) - length + half, half).clip(max=len(codes) - length)[::-1]
        together = max(1, encoder.TOGETHER // (length * max(known, self.sizes_.heads * length)))
        found = np.empty((len(codes), known))
        for k in range(0, len(starts), together):
            places = starts[k : k + together, None] + np.arange(length)
            found[places] = self._pre_activations(codes[places])
        return softmax(found, axis=-1)

    def _reader(self, codes: np.ndarray) -> Reader:
        seen, length = codes.tolist(), self.sizes_.positions

        def read(code: int) -> np.ndarray:
            seen.append(code)
            outputs: np.ndarray = self._pre_activations(np.array(seen[-length:])[None])[0, -1]
            return outputs

        return read

    def _next(self, codes: np.ndarray) -> dict[str, Any]:
        form, seen = self._answering(), codes[-self.sizes_.positions :]
        own = transformer.told(form)
        return {
            **own,
            "problem": generative.next_lines(form, len(seen)),
            "given": {**self.params_, **transformer.mask_of(form, len(seen)), "x": seen},
        }

    # A step worked out

    def problem(self, X: Any, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """The next training step with one passage of a text, as a problem that `byhand.work` takes."""
        text, form = text_of(X), self._learning()
        codes = self._codes(text)[None]
        steps = codes.shape[1] - 1
        self._check_length(steps)
        names = Names(generative.equations(form, steps), self._learns(), self._penalised())
        columns = {"x": codes[:, :-1], "y": codes[:, 1:]}
        told, samples = self._with_dropout(generative.told(form), columns)
        weight = np.ones(1, np.float32)
        problem = step_problem(names, self._learned_so_far(), self._penalty(), samples, weight)
        problem["given"] |= transformer.mask_of(form, steps)
        title = in_all_languages("characters.title", text=shown(text))
        return {"title": title, **problem, **told}

    def work(self, X: Any, y: Any = None, sample_weight: Any = None) -> Work:
        """Work the next training step out, with one passage as its batch.

        Parameters
        ----------
        X : str
            A passage, and the character after it: at most ``max_length + 1`` characters.
        y, sample_weight : ignored

        Returns
        -------
        Work
            In float64 from the float32 weights, taken exactly. The names are x, y and X0; of each layer Q1 K1
            V1 O1 r1_1 H1 z1 a1 F1 r1_2 X1 and of each head S1_1 R1_1 A1_1 Z1_1; then o, yhat, l and L.
        """
        return super().work(X, y)
