"""Layered networks: the names of their numbers, and the forward pass."""

from __future__ import annotations

from typing import Any, NamedTuple

from planting.problem import Step, Values, step, total, weighted_sum
from planting.span import bell, exp, hill, log, relu, sigmoid, square, tanh
from planting.span import step as threshold

# An activation: itself, its derivative by its output, the same with z put in by mistake, and the other ones.
ACTIVATIONS: dict[str, Any] = {
    "sigmoid": (sigmoid, bell),
    "tanh": (tanh, hill),
    "relu": (relu, threshold),
    "linear": (lambda z: z, None),
}


class Shape(NamedTuple):
    """What a network is like."""

    sizes: tuple[int, ...]
    hidden: str = "sigmoid"
    out: str = "sigmoid"
    loss: str = "half"
    bias: str | None = "unit"
    arrays: bool = False
    pieces: bool = False
    rate: float = 0.5


class Layered:
    """The names of a network's numbers and the steps that give them."""

    def __init__(self, shape: Shape, rng: Any) -> None:
        self.shape, self.depth = shape, len(shape.sizes) - 1
        self.steps: list[Step] = []
        self.lines: list[str] = []
        self.weights: dict[tuple[int, int, int], str] = {}
        count = 0
        for layer in range(1, self.depth + 1):
            for i in range(shape.sizes[layer]):
                for j in range(shape.sizes[layer - 1]):
                    count += 1
                    self.weights[layer, i, j] = f"W{layer}[{i},{j}]" if shape.arrays else f"w{count}"
        self.numbers = self._drawn(rng)

    def _drawn(self, rng: Any) -> dict[str, float]:
        used: set[float] = set()

        def number(low: float, high: float, digits: int) -> float:
            while True:
                value = round(float(rng.uniform(low, high)), digits)
                if value not in used and value != 0:
                    used.add(value)
                    return value

        sizes = self.shape.sizes
        found = {self.x(j): number(0.2, 2.0, 2) for j in range(sizes[0])}
        found |= {name: number(-0.9, 0.9, 2) for name in self.weights.values()}
        for layer in range(1, self.depth + 1):
            for i in range(sizes[layer]):
                bias = self.b(layer, i)
                if bias and bias not in found:
                    found[bias] = number(-0.5, 0.5, 2)
        chosen = int(rng.integers(sizes[-1]))
        for k in range(sizes[-1]):
            one_hot = self.shape.loss in ("cross_entropy", "bce")
            found[self.y(k)] = float(k == chosen) if one_hot else number(0.05, 0.95, 2)
        return found

    def x(self, j: int) -> str:
        return f"x[{j}]" if self.shape.arrays else f"x{j + 1}"

    def y(self, k: int) -> str:
        return f"y[{k}]" if self.shape.arrays else self._only(f"y{k + 1}", "y")

    def _only(self, several: str, one: str) -> str:
        return one if self.shape.sizes[-1] == 1 else several

    def b(self, layer: int, i: int) -> str | None:
        if self.shape.bias is None:
            return None
        if self.shape.bias == "layer":
            return f"b{layer}"
        if self.shape.arrays:
            return f"b{layer}[{i}]"
        return f"b{1 + i + sum(self.shape.sizes[1:layer])}"

    def z(self, layer: int, i: int) -> str:
        if self.shape.arrays:
            return f"z{layer}[{i}]"
        return f"z{layer}{i + 1}"

    def a(self, layer: int, i: int) -> str:
        if layer == 0:
            return self.x(i)
        if layer == self.depth:
            return f"yhat[{i}]" if self.shape.arrays else self._only(f"yhat{i + 1}", "yhat")
        return f"h{layer}[{i}]" if self.shape.arrays else f"h{layer}{i + 1}"

    def act(self, layer: int) -> str:
        return self.shape.out if layer == self.depth else self.shape.hidden

    # forward

    def forward(self) -> None:
        sizes = self.shape.sizes
        for layer in range(1, self.depth + 1):
            for i in range(sizes[layer]):
                self.steps.append(self._sum(layer, i))
            for i in range(sizes[layer]):
                self.steps.append(self._activation(layer, i))
        self.steps.append(self._loss())

    def _sum(self, layer: int, i: int) -> Step:
        sizes = self.shape.sizes
        sources = range(sizes[layer - 1])
        pairs = [(self.weights[layer, i, j], self.a(layer - 1, j)) for j in sources]
        square_ = sizes[layer] == sizes[layer - 1]
        turned = [self.weights[layer, j, i] for j in sources] if square_ and self.shape.arrays else None
        others = [self.weights[layer, k, j] for k in range(sizes[layer]) for j in sources]
        bias = self.b(layer, i)
        terms = " + ".join(f"{w}*{x}" for w, x in pairs) + (f" + {bias}" if bias else "")
        self.lines.append(f"{self.z(layer, i)} = {terms}")
        return weighted_sum(self.z(layer, i), pairs, bias, self.numbers, turned, others)

    def _activation(self, layer: int, i: int) -> Step:
        z, a, act = self.z(layer, i), self.a(layer, i), self.act(layer)
        if act == "softmax":
            return self._softmax(layer, i)
        f = ACTIVATIONS[act][0]
        self.lines.append(f"{a} = {z if act == 'linear' else f'{act}({z})'}")
        wrong: dict[str, Any] = {}
        if act != "linear":
            others = [ACTIVATIONS[other][0] for other in ("sigmoid", "tanh", "relu") if other != act]
            wrong = {
                "activation_left_out": (lambda v: v[z], lambda v: f(f(v[z]))),
                "other_activation": tuple((lambda v, g=g: g(v[z])) for g in others),
            }
        if act == "sigmoid":
            wrong["activation_of_minus_z"] = lambda v: f(-v[z])
        if act == "linear":
            wrong["other_activation"] = lambda v: sigmoid(v[z])
        return step(a, lambda v: f(v[z]), **wrong)

    def _softmax(self, layer: int, i: int) -> Step:
        zs, z = [self.z(layer, k) for k in range(self.shape.sizes[layer])], self.z(layer, i)

        # 1/(1 + Σ e^(z_k − z_i)) names each number once, so that ranges stay narrow.
        def right(v: Values) -> Any:
            return 1 / (1 + total(exp(v[k] - v[z]) for k in zs if k != z))

        return step(
            self.a(layer, i),
            right,
            divisor_left_out=lambda v: exp(v[z]),
            activation_left_out=lambda v: v[z] / total(v[k] for k in zs),
            activation_of_minus_z=lambda v: exp(-v[z]) / total(exp(-v[k]) for k in zs),
            other_activation=lambda v: sigmoid(v[z]),
        )

    def _pairs(self) -> list[tuple[str, str]]:
        return [(self.y(k), self.a(self.depth, k)) for k in range(self.shape.sizes[-1])]

    def _loss(self) -> Step:
        pairs, n = self._pairs(), self.shape.sizes[-1]
        if self.shape.loss in ("cross_entropy", "bce"):
            return self._entropy()
        share = {"half": 0.5, "square": 1.0, "mse": 1 / n}[self.shape.loss]

        def loss(v: Values, pairs: Any = pairs, share: float = share) -> Any:
            return share * total(square(v[y] - v[a]) for y, a in pairs)

        squares = " + ".join(f"({y} - {a})^2" for y, a in pairs)
        first = {"half": f"1/2*({squares})", "square": squares, "mse": f"({squares})/{n}"}[self.shape.loss]
        self.lines.append(f"L = {first}")
        wrong: dict[str, Any] = {
            "square_left_out": lambda v: share * total(v[y] - v[a] for y, a in pairs),
            "sign_of_term": tuple(
                (lambda v, k=k: loss(v) + 4 * share * v[pairs[k][0]] * v[pairs[k][1]]) for k in range(n)
            ),
            "factor_two": (lambda v: 2 * loss(v), lambda v: loss(v) / 2),
        }
        if n > 1:
            wrong["term_left_out"] = tuple(
                (lambda v, k=k: loss(v, [*pairs[:k], *pairs[k + 1 :]])) for k in range(n)
            )
            swapped = [(pairs[(k + 1) % n][0], pairs[k][1]) for k in range(n)]
            wrong["wrong_target"] = tuple(
                (lambda v, k=k: loss(v, [*pairs[:k], swapped[k], *pairs[k + 1 :]])) for k in range(n)
            )
        if n > 2:
            wrong["factor_count"] = (lambda v: loss(v) * n, lambda v: loss(v) / n)
        return step("L", loss, **wrong)

    def _entropy(self) -> Step:
        pairs = self._pairs()
        if self.shape.loss == "bce":
            y, a = pairs[0]
            self.lines.append(f"L = -({y}*ln({a}) + (1 - {y})*ln(1 - {a}))")
            target = self.numbers[y]
            return step(
                "L",
                lambda v: -log(v[a]) if target else -log(1 - v[a]),
                sign=lambda v: log(v[a]) if target else log(1 - v[a]),
                logarithm_base=(
                    lambda v: -log(v[a] if target else 1 - v[a]) / log(10.0),
                    lambda v: -log(v[a] if target else 1 - v[a]) / log(2.0),
                ),
                wrong_target=lambda v: -log(1 - v[a]) if target else -log(v[a]),
            )
        right = next(a for y, a in pairs if self.numbers[y])
        self.lines.append("L = -(" + " + ".join(f"{y}*ln({a})" for y, a in pairs) + ")")
        return step(
            "L",
            lambda v: -log(v[right]),
            sign=lambda v: log(v[right]),
            logarithm_base=(lambda v: -log(v[right]) / log(10.0), lambda v: -log(v[right]) / log(2.0)),
            wrong_target=tuple((lambda v, a=a: -log(v[a])) for _, a in pairs if a != right),
        )
