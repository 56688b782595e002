"""Layered networks: forward, backward, update, of any sizes."""

from __future__ import annotations

from typing import Any

from planting.layered import ACTIVATIONS, Layered, Shape
from planting.problem import Problem, Step, Values, step, total
from planting.span import bell, head


class Network(Layered):
    """One with its backward pass and its update."""

    # backward

    def backward(self) -> None:
        sizes = self.shape.sizes
        for k in range(sizes[-1]):
            self.steps += self._out_delta(k)
        for layer in range(self.depth, 0, -1):
            self._weights_of(layer)
            for j in range(sizes[layer - 1]) if layer > 1 else ():
                self.steps.append(self._handed_back(layer, j))
                self.steps.append(self._delta(layer - 1, j))

    def d(self, name: str) -> str:
        return f"dL/d{name}"

    def _out_delta(self, k: int) -> list[Step]:
        y, a, z = self.y(k), self.a(self.depth, k), self.z(self.depth, k)
        if self.shape.loss in ("cross_entropy", "bce"):
            others = [self.y(j) for j in range(self.shape.sizes[-1]) if j != k]
            wrong: dict[str, Any] = {
                "sign": lambda v: v[y] - v[a],
                "slope_with_cross_entropy": lambda v: (v[a] - v[y]) * bell(v[a]),
            }
            if others and self.numbers[y]:
                wrong["wrong_target"] = lambda v: v[a] - v[others[0]]
            return [step(self.d(z), lambda v: v[a] - v[y], self._by_the_chain(k), **wrong)]
        n = self.shape.sizes[-1]
        share = {"half": 1.0, "square": 2.0, "mse": 2 / n}[self.shape.loss]
        wrong = {
            "sign": lambda v: share * (v[y] - v[a]),
            "factor_two": (lambda v: 2 * share * (v[a] - v[y]), lambda v: share * (v[a] - v[y]) / 2),
            "sign_of_term": lambda v: share * (v[a] + v[y]),
        }
        if n > 1:
            wrong["wrong_target"] = tuple(
                (lambda v, j=j: share * (v[a] - v[self.y(j)])) for j in range(n) if j != k
            )
        if n > 2:
            wrong["factor_count"] = (lambda v: n * share * (v[a] - v[y]), lambda v: share * (v[a] - v[y]) / n)
        return [step(self.d(a), lambda v: share * (v[a] - v[y]), **wrong), self._delta(self.depth, k)]

    def _by_the_chain(self, k: int) -> Any:
        """dL/dz from the derivative of the logarithm times that of the activation."""
        y, a = self.y(k), self.a(self.depth, k)
        if self.shape.loss == "bce":
            if self.numbers[y]:
                return lambda v: -head(1 / v[a]) * bell(v[a])
            return lambda v: head(1 / (1 - v[a])) * bell(v[a])
        if self.numbers[y]:
            return lambda v: -head(1 / v[a]) * bell(v[a])
        right = next(b for t, b in self._pairs() if self.numbers[t])
        return lambda v: head(1 / v[right]) * head(v[a] * v[right])

    def _delta(self, layer: int, i: int) -> Step:
        z, a, act = self.z(layer, i), self.a(layer, i), self.act(layer)
        upstream = self.d(a)
        if act == "linear":
            return step(self.d(z), lambda v: v[upstream], sign=lambda v: -v[upstream])
        slope = ACTIVATIONS[act][1]
        at = z if act == "relu" else a
        wrong: dict[str, Any] = {
            "derivative_left_out": lambda v: v[upstream],
            "sign": lambda v: -v[upstream] * slope(v[at]),
        }
        if act != "relu":
            wrong["sigma_prime_at_z"] = lambda v: v[upstream] * slope(v[z])
            wrong["derivative_twice"] = lambda v: v[upstream] * slope(v[a]) ** 2
            wrong["one_minus_left_out"] = (lambda v: v[upstream] * v[a], lambda v: v[upstream] * (1 - v[a]))
            wrong["upstream_left_out"] = lambda v: slope(v[a])
        if act == "tanh":
            del wrong["one_minus_left_out"]
        return step(self.d(z), lambda v: v[upstream] * slope(v[at]), **wrong)

    def _handed_back(self, layer: int, j: int) -> Step:
        """dL/dh = Σ δ·w."""
        sizes, name = self.shape.sizes, self.a(layer - 1, j)
        pairs = [(self.d(self.z(layer, k)), self.weights[layer, k, j]) for k in range(sizes[layer])]

        def handed(v: Values, pairs: Any = pairs) -> Any:
            return total(v[delta] * v[w] for delta, w in pairs)

        several = range(len(pairs))
        others = [self.weights[layer, k, i] for k in several for i in range(sizes[layer - 1])]
        wrong: dict[str, Any] = {
            "weight_left_out": tuple(
                (lambda v, k=k: handed(v) + v[pairs[k][0]] * (1 - v[pairs[k][1]])) for k in several
            ),
            "sum_of_weight_gradients": lambda v: total(v[delta] for delta, _ in pairs) * v[name],
            "wrong_index": tuple(
                (lambda v, k=k, w=w: handed(v, [*pairs[:k], (pairs[k][0], w), *pairs[k + 1 :]]))
                for k in several
                for w in others
                if w != pairs[k][1]
            ),
        }
        if self._learns:
            wrong["updated_too_early"] = lambda v: total(
                v[d] * (v[w] - self.shape.rate * v[d] * v[name]) for d, w in pairs
            )
        if len(pairs) > 1:
            wrong["path_left_out"] = tuple(
                (lambda v, k=k: handed(v, [*pairs[:k], *pairs[k + 1 :]])) for k in several
            )
            wrong["sign_of_term"] = tuple(
                (lambda v, k=k: handed(v) - 2 * v[pairs[k][0]] * v[pairs[k][1]]) for k in several
            )
        if sizes[layer] == sizes[layer - 1] and sizes[layer] > 1 and self.shape.arrays:
            turned = [self.weights[layer, j, k] for k in several]
            wrong["transpose"] = lambda v: handed(
                v, [(d, w) for (d, _), w in zip(pairs, turned, strict=True)]
            )
        return step(self.d(name), handed, **wrong)

    @property
    def _learns(self) -> bool:
        return self.shape.rate > 0

    def _weights_of(self, layer: int) -> None:
        sizes = self.shape.sizes
        for i in range(sizes[layer]):
            for j in range(sizes[layer - 1]):
                self.steps.append(self._gradient(layer, i, j))
        if self.shape.bias == "layer":
            self.steps.append(self._shared_bias(layer))
        elif self.shape.bias:
            for i in range(sizes[layer]):
                delta = self.d(self.z(layer, i))
                bias = str(self.b(layer, i))
                self.steps.append(step(self.d(bias), lambda v, d=delta: v[d], sign=lambda v, d=delta: -v[d]))

    def _shared_bias(self, layer: int) -> Step:
        deltas = [self.d(self.z(layer, i)) for i in range(self.shape.sizes[layer])]
        wrong: dict[str, Any] = {"sign": lambda v: -total(v[d] for d in deltas)}
        if len(deltas) > 1:
            wrong["path_left_out"] = tuple(
                (lambda v, k=k: total(v[d] for i, d in enumerate(deltas) if i != k))
                for k in range(len(deltas))
            )
            wrong["factor_count"] = lambda v: total(v[d] for d in deltas) / len(deltas)
        return step(self.d(str(self.b(layer, 0))), lambda v: total(v[d] for d in deltas), **wrong)

    def _gradient(self, layer: int, i: int, j: int) -> Step:
        delta, x = self.d(self.z(layer, i)), self.a(layer - 1, j)
        others = [self.a(layer - 1, k) for k in range(self.shape.sizes[layer - 1]) if k != j]
        weight = self.weights[layer, i, j]
        wrong: dict[str, Any] = {
            "input_left_out": lambda v: v[delta],
            "sign": lambda v: -v[delta] * v[x],
            "weight_for_input": lambda v: v[delta] * v[weight],
        }
        if others:
            wrong["wrong_index"] = tuple((lambda v, o=o: v[delta] * v[o]) for o in others)
        if layer > 1:
            z = self.z(layer - 1, j)
            wrong["activation_left_out"] = lambda v: v[delta] * v[z]
        return step(self.d(weight), lambda v: v[delta] * v[x], **wrong)

    # a 2-n-1 network in pieces along the paths, as a page with all factors has it

    def in_pieces(self) -> None:
        a, z = self.a(self.depth, 0), self.z(self.depth, 0)
        slope_out, slope = (
            ACTIVATIONS[self.shape.out][1] or (lambda _: 1.0),
            ACTIVATIONS[self.shape.hidden][1],
        )
        first = self._out_delta(0)[0]
        self.steps.append(first)
        for j in range(self.shape.sizes[1]):
            h, zj, w = self.a(1, j), self.z(1, j), self.weights[2, 0, j]
            dh = f"d{a}/d{h}"
            self.steps.append(
                step(
                    dh,
                    lambda v, w=w: slope_out(v[a]) * v[w],
                    sigma_prime_at_z=lambda v, w=w: slope_out(v[z]) * v[w],
                    derivative_left_out=lambda v, w=w: v[w],
                    weight_left_out=lambda v: slope_out(v[a]),
                    sum_of_weight_gradients=lambda v, h=h: slope_out(v[a]) * v[h],
                    one_minus_left_out=lambda v, w=w: v[a] * v[w],
                )
            )
            for i in range(self.shape.sizes[0]):
                x, wi = self.x(i), self.weights[1, j, i]
                others = [self.x(k) for k in range(self.shape.sizes[0]) if k != i]
                dw = f"d{h}/d{wi}"
                self.steps.append(
                    step(
                        dw,
                        lambda v, h=h, x=x: slope(v[h]) * v[x],
                        sigma_prime_at_z=lambda v, zj=zj, x=x: slope(v[zj]) * v[x],
                        derivative_left_out=lambda v, x=x: v[x],
                        input_left_out=lambda v, h=h: slope(v[h]),
                        wrong_index=tuple((lambda v, h=h, o=o: slope(v[h]) * v[o]) for o in others),
                        derivative_twice=lambda v, h=h, x=x: slope(v[h]) ** 2 * v[x],
                    )
                )
                self.steps.append(
                    step(
                        self.d(wi),
                        lambda v, dh=dh, dw=dw: v[self.d(a)] * v[dh] * v[dw],
                        sign=lambda v, dh=dh, dw=dw: -v[self.d(a)] * v[dh] * v[dw],
                        factor_left_out=(
                            lambda v, dh=dh, dw=dw: v[dh] * v[dw],
                            lambda v, dw=dw: v[self.d(a)] * v[dw],
                            lambda v, dh=dh: v[self.d(a)] * v[dh],
                        ),
                    )
                )
            delta = f"d{a}/d{w}"
            self.steps.append(
                step(
                    delta,
                    lambda v, h=h: slope_out(v[a]) * v[h],
                    sigma_prime_at_z=lambda v, h=h: slope_out(v[z]) * v[h],
                    derivative_left_out=lambda v, h=h: v[h],
                    input_left_out=lambda v: slope_out(v[a]),
                )
            )
            self.steps.append(
                step(
                    self.d(w),
                    lambda v, delta=delta: v[self.d(a)] * v[delta],
                    sign=lambda v, delta=delta: -v[self.d(a)] * v[delta],
                    factor_left_out=(lambda v, delta=delta: v[delta], lambda v: v[self.d(a)]),
                )
            )

    # update

    def update(self) -> None:
        names = [*self.weights.values()]
        if not self.shape.pieces:
            names += [name for name in self.numbers if name.startswith("b")]
        for k, name in enumerate(names):
            others = [other for other in names if other != name][k : k + 2]
            self.steps.append(updated(name, self.shape.rate, others))


def updated(name: str, rate: float, others: list[str], objective: str = "L") -> Step:
    """w_new = w − rate·g."""
    g = f"d{objective}/d{name}"
    return step(
        f"{name}_new",
        lambda v: v[name] - rate * v[g],
        old_weight_dropped=(lambda v: -rate * v[g], lambda v: rate * v[g]),
        sign_of_step=lambda v: v[name] + rate * v[g],
        rate_left_out=lambda v: v[name] - v[g],
        gradient_as_new_weight=lambda v: v[g],
        gradient_of_another=tuple((lambda v, o=o: v[name] - rate * v[f"d{objective}/d{o}"]) for o in others),
    )


def network(title: str, shape: Shape, rng: Any) -> Problem:
    """A network's problem, with all its steps."""
    made = Network(shape, rng)
    made.forward()
    if shape.pieces:
        made.in_pieces()
    else:
        made.backward()
    learn = [*made.weights.values()]
    if not shape.pieces:
        learn += [name for name in made.numbers if name.startswith("b")]
    extras: dict[str, Any] = {"minimise": "L"}
    if shape.rate:
        made.update()
        extras |= {"rate": shape.rate, "learn": sorted({name.partition("[")[0] for name in learn})}
    given, text = in_arrays(made) if shape.arrays else (made.numbers, "\n".join(made.lines))
    return Problem(title, text, given, made.numbers, made.steps, extras)


def in_arrays(made: Network) -> tuple[dict[str, Any], str]:
    """The givens as nested lists, and the problem in NumPy's manner."""
    given: dict[str, Any] = {}
    for name, value in made.numbers.items():
        base, _, index = name.partition("[")
        at = [int(part) for part in index.rstrip("]").split(",")] if index else []
        if not at:
            given[base] = value
            continue
        rows = given.setdefault(base, [])
        for k in at[:-1]:
            while len(rows) <= k:
                rows.append([])
            rows = rows[k]
        while len(rows) <= at[-1]:
            rows.append(0.0)
        rows[at[-1]] = value
    lines, before = [], "x"
    for layer in range(1, made.depth + 1):
        act, out = made.act(layer), "yhat" if layer == made.depth else f"h{layer}"
        bias = f" + b{layer}" if made.shape.bias else ""
        lines += [f"z{layer} = W{layer} @ {before}{bias}"]
        lines += [f"{out} = {f'z{layer}' if act == 'linear' else f'{act}(z{layer})'}"]
        before = out
    loss = {
        "half": "1/2*sum((y - yhat)^2)",
        "square": "sum((y - yhat)^2)",
        "mse": "mse(y, yhat)",
        "cross_entropy": "cross_entropy(y, yhat)",
    }[made.shape.loss]
    return given, "\n".join([*lines, f"L = {loss}"])


SHAPES = {
    "one neuron": Shape((2, 1)),
    "one neuron of three inputs, tanh": Shape((3, 1), out="tanh", loss="square"),
    "logistic regression": Shape((2, 1), loss="bce"),
    "linear neuron": Shape((3, 1), out="linear", loss="half", rate=0.1),
    "2-2-1": Shape((2, 2, 1)),
    "2-2-1 without bias": Shape((2, 2, 1), bias=None, loss="square"),
    "2-2-1 in pieces": Shape((2, 2, 1), bias=None, pieces=True, loss="square", rate=0.1),
    "2-3-1": Shape((2, 3, 1), loss="square", rate=0.1),
    "2-3-1 in pieces": Shape((2, 3, 1), bias=None, pieces=True, loss="half"),
    "2-3-1 tanh in pieces": Shape((2, 3, 1), "tanh", bias=None, pieces=True, loss="half"),
    "2-3-1 tanh": Shape((2, 3, 1), "tanh", "linear"),
    "2-2-2": Shape((2, 2, 2)),
    "2-2-2 with a bias for each layer": Shape((2, 2, 2), bias="layer"),
    "3-2-1": Shape((3, 2, 1), "tanh", "sigmoid", "bce"),
    "3-2-2 mean": Shape((3, 2, 2), loss="mse"),
    "2-2-3 mean": Shape((2, 2, 3), "tanh", "linear", "mse", rate=0.2),
    "2-2-1 relu": Shape((2, 2, 1), "relu", "linear", "half", rate=0.1),
    "3-3-1 relu": Shape((3, 3, 1), "relu", "sigmoid", "bce", rate=0.2),
    "2-2-2-1": Shape((2, 2, 2, 1), "tanh", "sigmoid"),
    "2-2-2-2 without update": Shape((2, 2, 2, 2), rate=0.0),
    "arrays 2-2-1": Shape((2, 2, 1), arrays=True),
    "arrays 3-2-2": Shape((3, 2, 2), "tanh", "linear", arrays=True),
    "arrays 2-3-3 softmax": Shape((2, 3, 3), "tanh", "softmax", "cross_entropy", arrays=True),
    "arrays 2-2-2 softmax": Shape((2, 2, 2), "relu", "softmax", "cross_entropy", arrays=True, rate=0.2),
    "arrays 2-2-2": Shape((2, 2, 2), "sigmoid", "sigmoid", "mse", bias=None, arrays=True),
    "arrays 3-3 softmax regression": Shape((3, 3), out="softmax", loss="cross_entropy", arrays=True),
}
