"""Weights of an LSTM or a GRU to and from PyTorch, which need not be there: all are NumPy arrays.

A module of PyTorch with the layers ``rnn`` (`torch.nn.LSTM` or `torch.nn.GRU`, one layer, one direction) and
``head`` (`torch.nn.Linear`) has the state dict that is exchanged. PyTorch has two biases where one is
enough; only that of a GRU's n is used for itself (``b_m``).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from byhand.equations.gated import GATES
from byhand.errors import DataError


def to_torch(params: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of a network as a state dict.

    Parameters
    ----------
    params : mapping
        ``params_`` of an `LSTMClassifier` or `LSTMRegressor`.

    Returns
    -------
    dict of ndarray
        ``rnn.weight_ih_l0`` of shape (4 units, features), the gates one below the other in the order i, f, g,
        o, or (3 units, features) in the order r, z, n; ``rnn.weight_hh_l0``, ``rnn.bias_ih_l0``,
        ``rnn.bias_hh_l0``; ``head.weight`` and ``head.bias``.

    Examples
    --------
    >>> from byhand.networks import LSTMRegressor
    >>> net = LSTMRegressor(2, random_state=0).partial_fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0])
    >>> to_torch(net.params_)["rnn.weight_hh_l0"].shape
    (8, 2)
    """
    gates = GATES["lstm" if "W_i" in params else "gru"]
    W, U, b = (np.concatenate([params[f"{letter}_{gate}"] for gate in gates]) for letter in "WUb")
    second = np.zeros_like(b)
    if "b_m" in params:
        second[-len(params["b_m"]) :] = params["b_m"]
    layer = {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": second}
    head = {"head.weight": params["V"], "head.bias": params["b_y"]}
    return {f"rnn.{name}": value for name, value in layer.items()} | head


def from_torch(state: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights that a state dict holds, by the names of ``params_``.

    Parameters
    ----------
    state : mapping of array-like
        As `to_torch` gives it; it may lack the head.

    Returns
    -------
    dict of ndarray
        Float32.

    Raises
    ------
    DataError
        ``torch_layer``: it is no single layer of either kind.

    Examples
    --------
    >>> state = {"rnn.weight_ih_l0": np.zeros((6, 3)), "rnn.weight_hh_l0": np.zeros((6, 2))}
    >>> state |= {"rnn.bias_ih_l0": np.zeros(6), "rnn.bias_hh_l0": np.ones(6)}
    >>> [*from_torch(state)]
    ['W_r', 'U_r', 'b_r', 'W_z', 'U_z', 'b_z', 'W_n', 'U_n', 'b_n', 'b_m']
    """
    found = {name.removeprefix("rnn."): np.asarray(value, np.float32) for name, value in state.items()}
    U = np.atleast_2d(found.get("weight_hh_l0", 0))
    gates = {4: GATES["lstm"], 3: GATES["gru"]}.get(len(U) / U.shape[1])
    wanted = {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}
    layer = {name: len(found[name]) for name in found.keys() - {"head.weight", "head.bias"}}
    if gates is None or layer != dict.fromkeys(wanted, len(U)):
        raise DataError("torch_layer", found=", ".join(state)[:200] or "–", wanted=", ".join(sorted(wanted)))
    first, second = found["bias_ih_l0"], found["bias_hh_l0"].copy()
    own = {}
    if len(gates) == 3:
        own["b_m"] = second[-U.shape[1] :].copy()
        second[-U.shape[1] :] = 0
    stacked = {"W": found["weight_ih_l0"], "U": U, "b": first + second}
    parts = {letter: np.split(value, len(gates)) for letter, value in stacked.items()}
    params = {f"{letter}_{gate}": parts[letter][k] for k, gate in enumerate(gates) for letter in "WUb"}
    head = {"V": found.get("head.weight"), "b_y": found.get("head.bias")}
    return {**params, **own, **{name: value for name, value in head.items() if value is not None}}
