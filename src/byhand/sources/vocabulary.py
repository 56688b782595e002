"""The functions a formula may call, by the names people type."""

from __future__ import annotations

from typing import NamedTuple


class Function(NamedTuple):
    """A function of the formula language.

    Attributes
    ----------
    op : str
        The operation it is.
    operands : int
        How many values it takes.
    settings : tuple of str
        Its whole-number or decimal settings, in the order they may follow the operands.
    """

    op: str
    operands: int = 1
    settings: tuple[str, ...] = ()


_REDUCTION = ("axis", "keepdims")

FUNCTIONS = {
    "exp": Function("exp"),
    "log": Function("log"),
    "ln": Function("log"),
    "sqrt": Function("sqrt"),
    "abs": Function("abs"),
    "sin": Function("sin"),
    "cos": Function("cos"),
    "erf": Function("erf"),
    "tanh": Function("tanh"),
    "sigmoid": Function("sigmoid"),
    "σ": Function("sigmoid"),
    "relu": Function("relu"),
    "ReLU": Function("relu"),
    "leaky_relu": Function("leaky_relu", 1, ("slope",)),
    "LeakyReLU": Function("leaky_relu", 1, ("slope",)),
    "softplus": Function("softplus"),
    "gaussian": Function("gaussian"),
    "gelu": Function("gelu"),
    "GELU": Function("gelu"),
    "gelu_tanh": Function("gelu_tanh"),
    "step": Function("step"),
    "sign": Function("sign"),
    "floor": Function("floor"),
    "softmax": Function("softmax", 1, ("axis",)),
    "layer_norm": Function("layer_norm", 1, ("eps",)),
    "sum": Function("sum", 1, _REDUCTION),
    "mean": Function("mean", 1, _REDUCTION),
    "max": Function("max", 1, _REDUCTION),
    "min": Function("min", 1, _REDUCTION),
    "norm": Function("norm", 1, _REDUCTION),
    "argmin": Function("argmin", 1, ("axis",)),
    "argmax": Function("argmax", 1, ("axis",)),
    "take": Function("take", 2),
    "pick": Function("pick", 2),
    "replace": Function("replace", 3),
    "where": Function("where", 3),
    "dot": Function("dot", 2),
    "outer": Function("outer", 2),
    "solve": Function("solve", 2),
    "inverse": Function("inverse"),
    "inv": Function("inverse"),
    "concat": Function("concat", 2, ("axis",)),
    "transpose": Function("transpose"),
    "stop_gradient": Function("stop_gradient"),
    "flatten": Function("flatten"),
    "conv": Function("conv", 2, ("stride", "pad", "dilation", "groups")),
    "pool": Function("pool", 1, ("size", "stride")),
    "max_pool": Function("pool", 1, ("size", "stride")),
    "maxpool": Function("pool", 1, ("size", "stride")),
    "mean_pool": Function("mean_pool", 1, ("size", "stride")),
    "avg_pool": Function("mean_pool", 1, ("size", "stride")),
    "avgpool": Function("mean_pool", 1, ("size", "stride")),
    "quadratic": Function("quadratic", 2),
    "mse": Function("mse", 2),
    "MSE": Function("mse", 2),
    "cross_entropy": Function("cross_entropy", 2),
    "CE": Function("cross_entropy", 2),
    "binary_cross_entropy": Function("binary_cross_entropy", 2),
    "BCE": Function("binary_cross_entropy", 2),
    "hinge": Function("hinge", 2),
}

# max(a, b) of two values takes the larger one, element by element.
OF_TWO = {"max": Function("maximum", 2), "min": Function("minimum", 2)}

# Functions that people know by name and that are formed of these.
INSTEAD = {
    "lg": "log(x)/log(10)",
    "log10": "log(x)/log(10)",
    "log_10": "log(x)/log(10)",
    "lb": "log(x)/log(2)",
    "log2": "log(x)/log(2)",
    "log_2": "log(x)/log(2)",
    "tan": "sin(x)/cos(x)",
    "sinh": "(exp(x) - exp(-x))/2",
    "cosh": "(exp(x) + exp(-x))/2",
    "square": "x^2",
    "sqr": "x^2",
    "pow": "x^n",
    "power": "x^n",
    "matmul": "A @ B",
    "swish": "x*sigmoid(x)",
    "silu": "x*sigmoid(x)",
    "logistic": "sigmoid(x)",
    "average": "mean(x)",
    "avg": "mean(x)",
    "detach": "stop_gradient(x)",
}
