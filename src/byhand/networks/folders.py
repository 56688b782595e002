"""A masked language model in folders of Hugging Face's format."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from byhand.networks import hugging_face
from byhand.networks.filling import Filling


class InFolders(Filling):
    """The part of one that is read out of a folder, and written to one."""

    attention_dropout: float | None
    pooler_: dict[str, np.ndarray]

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Self:
        """Read a folder in Hugging Face's format: config, weights, and what cuts texts into pieces.

        Parameters
        ----------
        folder : str or Path
            On this machine; nothing is fetched.

        Returns
        -------
        BERT
            Its `dropout` is the ``hidden_dropout_prob`` of config.json; where the
            ``attention_probs_dropout_prob`` is another, that is its `attention_dropout`.

        Raises
        ------
        ProblemError
            A file is missing or holds no BERT.
        """
        found = hugging_face.read(Path(folder))
        sizes = found.sizes._asdict()
        sizes["max_length"] = sizes.pop("positions")
        del sizes["kinds"]
        tokens = found.tokens
        net = cls().set_params(
            **sizes,
            vocabulary=tokens.total,
            lowercase=tokens.lowercase,
            dropout=found.dropout,
            attention_dropout=found.attention_dropout,
        )
        net.tokens_, net.sizes_, net.params_ = found.tokens, found.sizes, found.params
        if found.pooler:
            net.pooler_ = found.pooler
        net.rows_, net.n_features_in_, net.n_outputs_ = False, 1, 1
        net._begin()
        net.rule_state_, net.t_, net.loss_curve_, net.best_loss_ = {}, 0, [], np.inf
        return net

    def save_pretrained(self, folder: str | Path) -> None:
        """Write a folder in Hugging Face's format, as `from_pretrained` reads it.

        Parameters
        ----------
        folder : str or Path
            It is made where there is none.

        Raises
        ------
        ProblemError
            It cannot be written.
        """
        check_is_fitted(self)
        pooler, shares = getattr(self, "pooler_", {}), (float(self.dropout), self.attention_dropout)
        found = hugging_face.Found(self.params_, self.sizes_, self._own_tokens(), pooler, *shares)
        hugging_face.write(Path(folder), found)
