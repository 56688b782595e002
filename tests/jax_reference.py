"""Every operation a second time, in JAX and from its definition: the oracle of the tests of the numeric core.

Nothing here looks at byhand. Call inside ``jax.enable_x64(True)``.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import Literal


def four(x):
    """An image as (N, C, H, W), a kernel as (O, C, kh, kw)."""
    return x.reshape((1,) * (4 - x.ndim) + x.shape)


def conv(x, w, stride=1, pad=0, dilation=1, groups=1):
    y = lax.conv_general_dilated(
        *(four(x), four(w), (stride, stride), [(pad, pad)] * 2),
        rhs_dilation=(dilation, dilation),
        feature_group_count=groups,
        precision="highest",
    )
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


def layer_norm(a, eps=1e-5):
    return (a - a.mean(-1, keepdims=True)) / jnp.sqrt(a.var(-1, keepdims=True) + eps)


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
    "floor": jnp.floor,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": lambda a, slope=0.01: jax.nn.leaky_relu(a, slope),
    "softplus": jax.nn.softplus,
    "gaussian": lambda a: jnp.exp(-jnp.square(a)),
    "step": lambda a: 1.0 * (a > 0),
    "erf": jax.scipy.special.erf,
    "gelu": lambda a: a * jax.scipy.stats.norm.cdf(a),
    "gelu_tanh": lambda a: jax.nn.gelu(a, approximate=True),
    "layer_norm": layer_norm,
    "softmax": lambda a, axis=-1: jax.nn.softmax(a, axis=axis),
    "log_softmax": lambda a, axis=-1: jnp.log(jax.nn.softmax(a, axis=axis)),
    "logsumexp": lambda a, axis=None, keepdims=False: jnp.log(jnp.sum(jnp.exp(a), axis, keepdims=keepdims)),
    "stop_gradient": lax.stop_gradient,
    "sum": jnp.sum,
    "mean": jnp.mean,
    "max": jnp.max,
    "min": jnp.min,
    "argmin": lambda a, axis=None: 1.0 * jnp.argmin(a, axis),
    "argmax": lambda a, axis=None: 1.0 * jnp.argmax(a, axis),
    "take": lambda a, k: jnp.take(a, k.astype(int), axis=0),
    "replace": lambda a, k, part: a.at[k.astype(int)].set(part),
    "pick": lambda a, k: a[jnp.arange(len(k)), k.astype(int)],
    "put": lambda g, k, shape: jnp.zeros(shape).at[k.astype(int)].add(g),
    "largest": lambda *xs: jnp.max(jnp.stack(xs)),
    "smallest": lambda *xs: jnp.min(jnp.stack(xs)),
    "norm": lambda a, axis=None, keepdims=False: jnp.sqrt(jnp.sum(a**2, axis=axis, keepdims=keepdims)),
    "fill": fill,
    "sum_to": sum_to,
    "matmul": jnp.matmul,
    "dot": jnp.dot,
    "outer": jnp.outer,
    "solve": jnp.linalg.solve,
    "inverse": jnp.linalg.inv,
    "einsum": lambda a, b, spec: jnp.einsum(spec, a, b),
    "permute": lambda a, axes: jnp.transpose(a, axes),
    "reshape": lambda a, shape: jnp.reshape(a, shape),
    "concat": lambda *parts, axis=0: jnp.concatenate(parts, axis),
    "opaque": lambda W, x, function: jnp.tanh(W @ x),
    "opaque_choice": lambda W, x, function: lax.stop_gradient(jnp.tanh(W @ x)),
    "opaque_pull": lambda g, W, x, function, operand: pulled(lambda v: jnp.tanh(W @ v), g, x),
    "transpose": jnp.transpose,
    "index": lambda a, index: a.reshape(-1)[np.arange(a.size).reshape(a.shape)[index]],
    "place": lambda g, shape, index: jnp.zeros(shape).at[index].add(g),
    "stack": lambda *parts: jnp.stack(parts),
    "flatten": jnp.ravel,
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


# A JAX program read step by step, so that a thousand different ones need not be compiled


def padded(x, value, padding_config):
    """`value` around the elements of x and between them."""
    before, after, between = zip(*padding_config, strict=True) if padding_config else ((), (), ())
    sizes = [n + (n - 1) * gap for n, gap in zip(x.shape, between, strict=True)]
    whole = np.full([lo + n + hi for lo, n, hi in zip(before, sizes, after, strict=True)], value)
    places = zip(before, sizes, between, strict=True)
    whole[tuple([slice(lo, lo + n, gap + 1) for lo, n, gap in places])] = x
    return whole


def stretched(x, shape, broadcast_dimensions, **_):
    spread = [1] * len(shape)
    for axis, size in zip(broadcast_dimensions, np.shape(x), strict=True):
        spread[axis] = size
    return np.broadcast_to(np.reshape(x, spread), shape)


ELEMENT_BY_ELEMENT = {
    "abs": np.abs,
    "add": np.add,
    "add_any": np.add,
    "cos": np.cos,
    "div": np.true_divide,
    "eq": np.equal,
    "exp": np.exp,
    "ge": np.greater_equal,
    "gt": np.greater,
    "le": np.less_equal,
    "log": np.log,
    "log1p": np.log1p,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "lt": np.less,
    "max": np.maximum,
    "min": np.minimum,
    "mul": np.multiply,
    "ne": np.not_equal,
    "neg": np.negative,
    "pow": np.power,
    "select_n": lambda which, no, yes: np.where(which, yes, no),
    "sign": np.sign,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "square": np.square,
    "stop_gradient": lambda x: x,
    "sub": np.subtract,
    "tanh": np.tanh,
}
WITH_SETTINGS = {
    "broadcast_in_dim": stretched,
    "convert_element_type": lambda x, new_dtype, **_: np.asarray(x).astype(new_dtype),
    "integer_pow": lambda x, y, **_: np.power(x, float(y)),
    "pad": padded,
    "reduce_max": lambda x, axes, **_: np.max(x, axis=axes),
    "reduce_min": lambda x, axes, **_: np.min(x, axis=axes),
    "reduce_sum": lambda x, axes, **_: np.sum(x, axis=axes),
    "reshape": lambda x, new_sizes, **_: np.reshape(x, new_sizes),
    "slice": lambda x, start_indices, limit_indices, strides: x[
        tuple(map(slice, start_indices, limit_indices, strides or [1] * len(start_indices)))
    ],
    "squeeze": lambda x, dimensions: np.squeeze(x, tuple(dimensions)),
    "transpose": lambda x, permutation: np.transpose(x, permutation),
}


def read(jaxpr, constants, inputs):
    """What a jaxpr gives, in NumPy; JAX itself does the steps that are in neither table."""
    known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *inputs], strict=True))

    def value(place):
        return place.val if isinstance(place, Literal) else known[place]

    for step in jaxpr.eqns:
        xs = list(map(value, step.invars))
        inner = step.params.get("jaxpr", step.params.get("call_jaxpr"))
        name = step.primitive.name
        if inner is not None:
            found = read(inner.jaxpr, inner.consts, xs)
        elif name in ELEMENT_BY_ELEMENT:
            found = [ELEMENT_BY_ELEMENT[name](*xs)]
        elif name in WITH_SETTINGS:
            found = [WITH_SETTINGS[name](*xs, **step.params)]
        else:
            found = step.primitive.bind(*xs, **step.params)
            found = [np.asarray(one) for one in (found if step.primitive.multiple_results else [found])]
        known.update(zip(step.outvars, found, strict=True))
    return list(map(value, jaxpr.outvars))


def read_as(function, *inputs):
    """A JAX function of trees of arrays, traced by JAX and read step by step."""
    traced, shape = jax.make_jaxpr(function, return_shape=True)(*inputs)
    found = read(traced.jaxpr, traced.consts, jax.tree.leaves(inputs))
    return jax.tree.unflatten(jax.tree.structure(shape), found)
