"""Every operation a second time, in JAX and from its definition: the oracle of the tests of the numeric core.

Nothing here looks at byhand. Call inside ``jax.enable_x64(True)``.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def four(x):
    """An image as (N, C, H, W), a kernel as (O, C, kh, kw)."""
    return x.reshape((1,) * (4 - x.ndim) + x.shape)


def conv(x, w, stride=1, pad=0):
    y = lax.conv_general_dilated(four(x), four(w), (stride, stride), [(pad, pad)] * 2, precision="highest")
    return y.reshape(y.shape[4 - x.ndim :])


def windows(x, size, stride):
    """Every window's elements, along a new first axis."""
    stride = stride or size
    rows, columns = ((n - size) // stride + 1 for n in x.shape[-2:])
    return jnp.stack(
        [
            x[..., i : i + stride * rows : stride, j : j + stride * columns : stride][..., :rows, :columns]
            for i in range(size)
            for j in range(size)
        ]
    )


def mean_pool(x, size=2, stride=None):
    return windows(x, size, stride).mean(axis=0)


def pool(x, size=2, stride=None):
    return windows(x, size, stride).max(axis=0)


def pulled(function, g, x):
    """What `function` hands back to x when its result receives g."""
    return jax.vjp(function, x)[1](g)[0]


def rows(y):
    return y.shape[0] if y.ndim == 2 else 1


def entropy(y, p):
    return -jnp.sum(y * jnp.log(p))


def sum_to(a, shape):
    return pulled(lambda part: jnp.broadcast_to(part, a.shape), a, jnp.zeros(shape))


def fill(a, shape, axis=None):
    return jnp.broadcast_to(a if axis is None else jnp.expand_dims(a, axis), shape)


REFERENCE = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "copy": lambda a: a,
    "total": lambda *terms: sum(terms),
    "ratio": lambda a, b: a / b,
    "times_log": lambda a, b: a * jnp.log(b),
    "where": lambda c, a, b: jnp.where(c != 0, a, b),
    "eq": lambda a, b: 1.0 * (a == b),
    "ne": lambda a, b: 1.0 * (a != b),
    "lt": lambda a, b: 1.0 * (a < b),
    "le": lambda a, b: 1.0 * (a <= b),
    "gt": lambda a, b: 1.0 * (a > b),
    "ge": lambda a, b: 1.0 * (a >= b),
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "abs": jnp.abs,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "sign": jnp.sign,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda a, slope=0.01: jax.nn.leaky_relu(a, slope),
    "softplus": jax.nn.softplus,
    "gaussian": lambda a: jnp.exp(-jnp.square(a)),
    "step": lambda a: 1.0 * (a > 0),
    "softmax": lambda a, axis=-1: jax.nn.softmax(a, axis=axis),
    "sum": jnp.sum,
    "mean": jnp.mean,
    "max": jnp.max,
    "min": jnp.min,
    "largest": lambda *xs: jnp.max(jnp.stack(xs)),
    "smallest": lambda *xs: jnp.min(jnp.stack(xs)),
    "norm": lambda a, axis=None, keepdims=False: jnp.sqrt(jnp.sum(a**2, axis=axis, keepdims=keepdims)),
    "fill": fill,
    "sum_to": sum_to,
    "matmul": jnp.matmul,
    "dot": jnp.dot,
    "outer": jnp.outer,
    "transpose": jnp.transpose,
    "index": lambda a, index: a.reshape(-1)[np.arange(a.size).reshape(a.shape)[index]],
    "place": lambda g, shape, index: jnp.zeros(shape).at[index].set(g),
    "stack": lambda *parts: jnp.stack(parts),
    "conv": conv,
    "conv_to_kernel": lambda g, x, w, **how: pulled(lambda v: conv(x, v, **how), g, w),
    "conv_to_image": lambda g, x, w, **how: pulled(lambda v: conv(v, w, **how), g, x),
    "pool": pool,
    "pool_route": lambda g, x, **how: pulled(lambda v: pool(v, **how), g, x),
    "mean_pool": mean_pool,
    "mean_pool_share": lambda g, x, **how: pulled(lambda v: mean_pool(v, **how), g, x),
    "quadratic": lambda y, a: jnp.sum(jnp.square(y - a)) / (2 * rows(y)),
    "mse": lambda y, a: jnp.mean(jnp.square(y - a)),
    "cross_entropy": lambda y, p: entropy(y, p) / rows(y),
    "binary_cross_entropy": lambda y, p: (entropy(y, p) + entropy(1 - y, 1 - p)) / y.size,
    "hinge": lambda y, s: jnp.mean(jnp.maximum(0.0, 1 - y * s)),
}
