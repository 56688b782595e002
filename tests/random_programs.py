"""Random programs of every operation, clear of corners, ties and edges of domains; a number names each."""

import random

import numpy as np

from byhand.ops import OPS
from byhand.trace.forward import plain
from byhand.trace.program import Equation, Program

# Few shapes, and few ways to stretch one over another: the oracle compiles each combination once.
SHAPES = {(), (2,), (3,), (2, 3), (3, 2), (2, 1)}
STRETCHED = ({(2, 3), (3,)}, {(2, 3), (2, 1)})
GIVEN = {
    **dict.fromkeys("abc", ()),
    **dict.fromkeys("uv", (3,)),
    "w": (2,),
    **dict.fromkeys("MN", (2, 3)),
    "P": (4, 5),
    "Q": (3, 2),
    "X": (1, 4, 5),
    "Z": (2, 1, 2, 3),
}
LARGEST, CLOSE = 20.0, 1e-3

ELEMENTWISE_1 = ("neg", "copy", "exp", "log", "sqrt", "abs", "sin", "cos", "sign", "sigmoid", "tanh", "relu")
ELEMENTWISE_1 = (*ELEMENTWISE_1, "leaky_relu", "softplus", "gaussian", "step")
ELEMENTWISE_2 = ("add", "sub", "mul", "div", "pow", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge")
REDUCTIONS = ("sum", "mean", "max", "min", "norm")
LOSSES = ("quadratic", "mse", "cross_entropy", "binary_cross_entropy", "hinge")
PRODUCTS = ("matmul", "dot")
WRITABLE = (*ELEMENTWISE_1, *ELEMENTWISE_2, *REDUCTIONS, *LOSSES, *PRODUCTS, "where", "softmax", "outer")
WRITABLE = (*WRITABLE, "transpose", "index", "stack", "conv", "pool", "mean_pool")


def random_program(seed):
    """A program with its numbers; its objective is ``L``."""
    rng = random.Random(seed)
    values = {name: number(rng, shape) for name, shape in GIVEN.items()}
    equations = []
    wanted = rng.randint(4, 14)
    while len(equations) < wanted:
        step = random_step(rng, f"n{len(equations)}", values)
        if step is not None:
            equations.append(step)
            values[step.name] = value_of(step, values)
    ends = [step.name for step in equations[-3:]]
    for name in ends:
        equations.append(Equation(f"s_{name}", "sum", (name,)))
    first, second, third = (f"s_{name}" for name in ends)
    equations += [Equation("m", "mul", (first, second)), Equation("L", "add", ("m", third))]
    used = {arg for step in equations for arg in step.args if isinstance(arg, str)}
    spare = rng.choice(sorted(GIVEN))  # one given may stay unused
    return Program(tuple(equations)), {name: values[name] for name in GIVEN if name in used | {spare}}


def number(rng, shape):
    sample = [rng.choice([-1, 1]) * rng.uniform(0.3, 2) for _ in range(int(np.prod(shape)))]
    return np.array(sample).reshape(shape) if shape else sample[0]


def value_of(step, values):
    xs = tuple([values[arg] if isinstance(arg, str) else arg for arg in step.args])
    with np.errstate(all="ignore"):
        return plain(OPS[step.op].value(*xs, **step.attrs), xs)


def random_step(rng, name, values):
    """One more equation, or None where the one drawn does not fit."""
    op = rng.choice(WRITABLE)
    args, attrs = drawn(rng, op, values)
    step = Equation(name, op, args, attrs)
    xs = [values[arg] if isinstance(arg, str) else arg for arg in args]
    try:
        if not allowed(op, xs, attrs):
            return None
        value = value_of(step, values)
    except (ValueError, ZeroDivisionError):
        return None
    fits = np.shape(value) in SHAPES or op in ("conv", "pool", "mean_pool")
    return step if fits and np.all(np.isfinite(value)) and np.max(np.abs(value)) < LARGEST else None


def drawn(rng, op, values):
    """Operands, often ones used before, and settings."""
    small = [name for name, value in values.items() if np.shape(value) in SHAPES]
    arrays = [name for name in small if np.ndim(values[name])]

    def operand(names=None):
        if names is None and rng.random() < 0.1:
            return round(rng.uniform(-2, 2), 2)
        names = names or small
        if rng.random() < 0.25:
            return names[0]  # a name that many steps share
        return rng.choice(names[-4:] if rng.random() < 0.4 else names)

    if op in ELEMENTWISE_1:
        return (operand(small),), {"slope": 0.2} if op == "leaky_relu" and rng.random() < 0.5 else {}
    if op in ELEMENTWISE_2:
        return (operand(small), operand()), {}
    if op in REDUCTIONS:
        name = operand(small)
        axes = range(np.ndim(values[name]))
        axis = rng.choice([None, *axes])
        return (name,), {} if axis is None else {"axis": axis, "keepdims": rng.random() < 0.2}
    if op in LOSSES:
        output = operand([name for name in small if allowed(op, (1.0, values[name]), {})] or small)
        return (
            operand([name for name in small if np.shape(values[name]) == np.shape(values[output])]),
            output,
        ), {}
    if op == "outer":
        vectors = [name for name in arrays if np.ndim(values[name]) == 1]
        return (operand(vectors), operand(vectors)), {}
    if op in PRODUCTS:
        return (operand(arrays), operand(arrays)), {}
    if op == "where":
        return (operand(small), operand(), operand()), {}
    if op == "softmax":
        name = operand(arrays)
        return (name,), {"axis": rng.randrange(-1, np.ndim(values[name]))}
    if op == "index":
        name = operand(arrays)
        return (name,), {"index": tuple([slot(rng, size) for size in np.shape(values[name])])}
    if op == "stack":
        return tuple([operand() for _ in range(rng.randint(2, 3))]), {}
    if op == "transpose":
        return (operand(arrays),), {}
    if op == "conv":
        return rng.choice([("P", "Q"), ("X", "Z")]), rng.choice([{}, {"stride": 2, "pad": 1}])
    images = [name for name, value in values.items() if np.ndim(value) > 1 and min(np.shape(value)[-2:]) > 1]
    return (rng.choice(images),), rng.choice([{}, {"size": 2, "stride": 1}])


def slot(rng, size):
    return rng.choice([rng.randrange(-size, size), slice(None), slice(0, size - 1), slice(1, None)])


def allowed(op, xs, attrs):
    """Whether the numbers are well inside the domain, and clear of corners and ties."""
    x = np.asarray(xs[0])
    shapes = {np.shape(operand) for operand in xs} - {()}
    if op in (*ELEMENTWISE_2, "where") and len(shapes) > 1 and shapes not in STRETCHED:
        return False
    if op in ("log", "sqrt"):
        return np.all(x > 0.2)
    if op == "div":
        return np.all(np.abs(xs[1]) > 0.3)
    if op == "pow":
        return np.all(x > 0.2) and np.max(np.abs(xs[1])) < 3
    if op in ("abs", "relu", "leaky_relu", "step", "sign", "where"):
        return np.all(np.abs(x) > CLOSE)
    if op in ("maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge"):
        return np.all(np.abs(x - xs[1]) > CLOSE)
    if op in ("max", "min", "pool"):
        ordered = np.sort(x, axis=None)
        return np.all(np.diff(ordered) > CLOSE)
    if op == "norm":
        return np.all(np.abs(x) > CLOSE)
    if op == "cross_entropy":
        return np.all(np.asarray(xs[1]) > 0.1)
    if op == "binary_cross_entropy":
        return np.all((np.asarray(xs[1]) > 0.1) & (np.asarray(xs[1]) < 0.9))
    if op == "hinge":
        return np.all(np.abs(1 - x * xs[1]) > CLOSE)
    return True
