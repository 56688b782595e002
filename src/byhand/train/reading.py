"""The compiled reading: the equations that are traced to be read, run by JAX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from byhand.sources.formula import read_lines
from byhand.trace.program import Equation, Program, build


@lru_cache(maxsize=256)
def built(*lines: str) -> Program:
    """The program of formula lines."""
    return build(read_lines("\n".join(lines)).expressions)


def read(program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a program as JAX calculates it, for one sample.

    Where an equation takes the logarithm of what a softmax or a sigmoid gives, the logarithm is calculated
    from the pre-activation: the same number, and finite where a small probability would have become 0.

    Parameters
    ----------
    program : Program
    given : mapping
        Arrays by name.

    Returns
    -------
    dict
        Arrays by name, the given ones included.

    Examples
    --------
    >>> values = read(built("a = sigmoid(w*x)"), {"w": 2.0, "x": 0.0})
    >>> float(values["a"])
    0.5
    """
    values = dict(given)
    made: dict[str, Equation] = {}
    for equation in program.equations:
        xs = [values[arg] if isinstance(arg, str) else arg for arg in equation.args]
        last = made.get(equation.args[-1]) if isinstance(equation.args[-1], str) else None
        fused = _FUSED.get((equation.op, last.op)) if last else None
        if fused and last:
            xs[-1] = values[last.args[0]]
        values[equation.name] = (fused or OPERATIONS[equation.op])(*xs, **equation.attrs)
        made[equation.name] = equation
    return values


def _rows(y: Any) -> int:
    """The number of samples: the rows of a matrix, 1 for a vector."""
    return y.shape[0] if y.ndim == 2 else 1


def _power(a: Any, b: Any) -> Any:
    """a^b; a whole exponent as repeated multiplication, so that the base may be negative."""
    return a ** (int(b) if isinstance(b, float) and b.is_integer() else b)


def _entropy(y: Any, p: Any) -> Any:
    """Minus the sum of y log p; nothing where both are 0."""
    return -jnp.sum(y * jnp.log(jnp.where((y == 0) & (p == 0), 1, p)))


def _entropy_of_softmax(y: Any, z: Any) -> Any:
    return -jnp.sum(y * jax.nn.log_softmax(z)) / _rows(y)


def _entropy_of_sigmoid(y: Any, z: Any) -> Any:
    return jnp.mean(jax.nn.softplus(z) - y * z)


def _conv(x: Any, w: Any, stride: int = 1, pad: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """The convolution of one image or of many."""
    y = jax.lax.conv_general_dilated(
        *(_four(x), _four(w), (stride, stride), [(pad, pad)] * 2),
        rhs_dilation=(dilation, dilation),
        feature_group_count=groups,
    )
    return y.reshape(y.shape[4 - x.ndim :])


def _four(x: Any) -> Any:
    """An image as (N, C, H, W), a kernel as (O, C, kh, kw)."""
    return x.reshape((1,) * (4 - x.ndim) + x.shape)


def _over_windows(start: float, reduce: Any, a: Any, size: int, stride: int | None) -> Any:
    """What all the pooling windows of an image are reduced to."""
    ones = (1,) * (a.ndim - 2)
    steps = (*ones, stride or size, stride or size)
    return jax.lax.reduce_window(a, start, reduce, (*ones, size, size), steps, "VALID")


def _layer_norm(a: Any, eps: float = 1e-5) -> Any:
    apart = a - jnp.mean(a, axis=-1, keepdims=True)
    return apart * jax.lax.rsqrt(jnp.mean(apart * apart, axis=-1, keepdims=True) + eps)


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "copy": lambda a: a,
    "neg": lambda a: -a,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": _power,
    "total": lambda *terms: sum(terms),
    "sqrt": jnp.sqrt,
    "matmul": jnp.matmul,
    "outer": jnp.outer,
    "transpose": jnp.transpose,
    "flatten": jnp.ravel,
    "sum": jnp.sum,
    "norm": lambda a, axis=None, keepdims=False: jnp.sqrt(jnp.sum(a * a, axis, keepdims=keepdims)),
    "exp": jnp.exp,
    "abs": jnp.abs,
    "cos": jnp.cos,
    "floor": jnp.floor,
    "minimum": jnp.minimum,
    "lt": lambda a, b: jnp.where(jnp.less(a, b), 1.0, 0.0),
    "le": lambda a, b: jnp.where(jnp.less_equal(a, b), 1.0, 0.0),
    "eq": lambda a, b: jnp.where(jnp.equal(a, b), 1.0, 0.0),
    "argmin": lambda a, axis=None: jnp.argmin(a, axis),
    "take": lambda a, k: jnp.take(a, jnp.asarray(k).astype(int), axis=0),
    "mean": jnp.mean,
    "layer_norm": _layer_norm,
    "index": lambda a, index: a[index],
    "pick": lambda a, k: jnp.take_along_axis(a, k.astype(int)[:, None], axis=1)[:, 0],
    "maximum": jnp.maximum,
    "ge": lambda a, b: jnp.where(jnp.greater_equal(a, b), 1.0, 0.0),
    "where": lambda c, a, b: jnp.where(c != 0, a, b),
    "argmax": lambda a, axis=None: jnp.argmax(a, axis),
    "replace": lambda a, k, part: a.at[k].set(part),
    "stack": lambda *parts: jnp.stack(parts),
    "concat": lambda *parts, axis=0: jnp.concatenate(parts, axis),
    "gt": lambda a, b: jnp.where(jnp.greater(a, b), 1.0, 0.0),
    "sign": jnp.sign,
    "step": lambda a: jnp.heaviside(a, 0),
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": lambda a: jnp.where(a > 0, a, 0),
    "leaky_relu": lambda a, slope=0.01: jnp.where(a > 0, a, slope * a),
    "softplus": jax.nn.softplus,
    "gaussian": lambda a: jnp.exp(-(a * a)),
    "erf": jax.lax.erf,
    "gelu": lambda a: a * (1 + jax.lax.erf(a * 0.5**0.5)) / 2,  # by erfc, as JAX has it, takes twice as long
    "gelu_tanh": partial(jax.nn.gelu, approximate=True),
    "softmax": lambda a, axis=-1: jax.nn.softmax(a, axis=axis),
    "conv": _conv,
    "pool": lambda a, size=2, stride=None: _over_windows(-jnp.inf, jax.lax.max, a, size, stride),
    "mean_pool": lambda a, size=2, stride=None: _over_windows(0.0, jax.lax.add, a, size, stride) / size**2,
    "quadratic": lambda y, a: jnp.sum((y - a) ** 2) / (2 * _rows(y)),
    "mse": lambda y, a: jnp.mean((y - a) ** 2),
    "cross_entropy": lambda y, p: _entropy(y, p) / _rows(y),
    "binary_cross_entropy": lambda y, p: (_entropy(y, p) + _entropy(1 - y, 1 - p)) / y.size,
}

_FUSED: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("cross_entropy", "softmax"): _entropy_of_softmax,
    ("binary_cross_entropy", "sigmoid"): _entropy_of_sigmoid,
}
