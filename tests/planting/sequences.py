"""Several steps of learning, samples, recurrence, attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planting.graphs import GRAPHS, draw, graph, problem
from planting.networks import SHAPES, network
from planting.problem import Problem, step, total
from planting.span import exp, head, hill, sigmoid, sqrt, square, tanh


@graph("momentum, two steps")
def momentum(rng: Any) -> Problem:
    n = draw(rng, "w x t", 0.4, 2)
    rate, keep = 0.1, 0.9
    return problem(
        "momentum, two steps",
        "z = w*x\nL = (z - t)^2",
        n,
        [
            step("z", lambda v: v.w * v.x, times_for_plus=lambda v: v.w + v.x),
            step("L", lambda v: square(v.z - v.t), square_left_out=lambda v: v.z - v.t),
            step(
                "dL/dz",
                lambda v: 2 * (v.z - v.t),
                factor_two=lambda v: v.z - v.t,
                sign=lambda v: 2 * (v.t - v.z),
            ),
            step("dL/dw", lambda v: v["dL/dz"] * v.x, input_left_out=lambda v: v["dL/dz"]),
            step(
                "w_new#1",
                lambda v: v.w - rate * v["dL/dw"],
                sign_of_step=lambda v: v.w + rate * v["dL/dw"],
                rate_left_out=lambda v: v.w - v["dL/dw"],
                state_factor=lambda v: v.w - rate * (1 - keep) * v["dL/dw"],
            ),
            step("z#2", lambda v: v["w_new#1"] * v.x, old_weight_used=lambda v: v.w * v.x),
            step("L#2", lambda v: square(v["z#2"] - v.t), sign_of_term=lambda v: square(v["z#2"] + v.t)),
            step(
                "dL/dw#2", lambda v: 2 * (v["z#2"] - v.t) * v.x, factor_two=lambda v: (v["z#2"] - v.t) * v.x
            ),
            step(
                "w_new#2",
                lambda v: v["w_new#1"] - rate * head(keep * head(v["dL/dw"]) + v["dL/dw#2"]),
                state_left_out=lambda v: v["w_new#1"] - rate * v["dL/dw#2"],
                sign_of_step=lambda v: v["w_new#1"] + rate * (keep * v["dL/dw"] + v["dL/dw#2"]),
                factor_left_out=lambda v: v["w_new#1"] - rate * (v["dL/dw"] + v["dL/dw#2"]),
            ),
        ],
        minimise="L",
        rate=rate,
        rule="momentum",
        learn=["w"],
        steps=2,
    )


@graph("adam, first step")
def adam(rng: Any) -> Problem:
    n = draw(rng, "w x t", 0.4, 2)
    rate, b1, b2, eps = 0.1, 0.9, 0.999, 1e-8
    start = {"m": round(float(rng.uniform(0.1, 0.9)), 1), "v": round(float(rng.uniform(0.1, 0.9)), 2)}

    def new(v: Any, m_hat: Any = None, v_hat: Any = None) -> Any:
        g = v["dL/dw"]
        m, s = head(b1 * start["m"] + (1 - b1) * g), head(b2 * start["v"] + (1 - b2) * square(g))
        m_hat, v_hat = m_hat or (lambda m: m / (1 - b1**3)), v_hat or (lambda s: s / (1 - b2**3))
        return v.w - rate * head(m_hat(m)) / (sqrt(head(v_hat(s))) + eps)

    return problem(
        "adam, first step",
        "z = w*x\nL = 1/2*(z - t)^2",
        n,
        [
            step("z", lambda v: v.w * v.x, times_for_plus=lambda v: v.w + v.x),
            step("L", lambda v: square(v.z - v.t) / 2, factor_two=lambda v: square(v.z - v.t)),
            step(
                "dL/dw",
                lambda v: (v.z - v.t) * v.x,
                input_left_out=lambda v: v.z - v.t,
                sign=lambda v: (v.t - v.z) * v.x,
            ),
            step(
                "w_new",
                new,
                correction_left_out=(
                    lambda v: new(v, lambda m: m, lambda s: s),
                    lambda v: new(v, v_hat=lambda s: s),
                ),
                step_number=lambda v: new(v, lambda m: m / (1 - b1**2), lambda s: s / (1 - b2**2)),
                root_left_out=lambda v: new(v, v_hat=lambda s: square(s / (1 - b2**3))),
                state_left_out=lambda v: v.w - rate * v["dL/dw"],
            ),
        ],
        minimise="L",
        rate=rate,
        rule="adam",
        learn=["w"],
        rule_state={"t": 2, "w": start},
    )


@graph("three steps of descent")
def descent(rng: Any) -> Problem:
    n = draw(rng, "w b x t", 0.3, 2)
    steps = []
    for k in (1, 2, 3):
        end = "" if k == 1 else f"#{k}"
        w, b = ("w", "b") if k == 1 else (f"w_new#{k - 1}", f"b_new#{k - 1}")
        old = "w" if k < 3 else "w_new#1"
        steps += [
            step(
                f"z{end}",
                lambda v, w=w, b=b: v[w] * v.x + v[b],
                bias_left_out=lambda v, w=w: v[w] * v.x,
                **({"old_weight_used": lambda v, old=old, b=b: v[old] * v.x + v[b]} if k > 1 else {}),
            ),
            step(
                f"L{end}",
                lambda v, z=f"z{end}": square(v[z] - v.t),
                square_left_out=lambda v, z=f"z{end}": v[z] - v.t,
            ),
            step(
                f"dL/dz{end}",
                lambda v, z=f"z{end}": 2 * (v[z] - v.t),
                factor_two=lambda v, z=f"z{end}": v[z] - v.t,
            ),
            step(
                f"dL/dw{end}",
                lambda v, d=f"dL/dz{end}": v[d] * v.x,
                input_left_out=lambda v, d=f"dL/dz{end}": v[d],
            ),
            step(
                f"w_new#{k}",
                lambda v, w=w, g=f"dL/dw{end}": v[w] - 0.05 * v[g],
                sign_of_step=lambda v, w=w, g=f"dL/dw{end}": v[w] + 0.05 * v[g],
                rate_left_out=lambda v, w=w, g=f"dL/dw{end}": v[w] - v[g],
            ),
            step(
                f"b_new#{k}",
                lambda v, b=b, d=f"dL/dz{end}": v[b] - 0.05 * v[d],
                old_weight_dropped=lambda v, d=f"dL/dz{end}": -0.05 * v[d],
            ),
        ]
    text = "z = w*x + b\nL = (z - t)^2"
    return problem(
        "three steps of descent", text, n, steps, minimise="L", rate=0.05, learn=["w", "b"], steps=3
    )


@graph("four samples")
def samples(rng: Any) -> Problem:
    xs = [round(float(x), 1) for x in rng.permutation([0.5, 1.3, 2.1, 2.8])]
    ys = [round(float(y), 1) for y in rng.permutation([0.7, 1.6, 2.4, 3.9])]
    n = draw(rng, "w b", -0.9, 0.9, 2)
    ks = range(4)
    steps: list[Any] = [
        step(
            f"yhat[{k}]",
            lambda v, k=k: v.w * xs[k] + v.b,
            bias_left_out=lambda v, k=k: v.w * xs[k],
            wrong_index=tuple((lambda v, j=j: v.w * xs[j] + v.b) for j in ks if j != k),
        )
        for k in ks
    ]
    slopes = [lambda v, k=k: 4 * head(head(2 * (v[f"yhat[{k}]"] - ys[k])) / 4) for k in ks]
    steps += [
        step(
            "L",
            lambda v: total(head(square(v[f"yhat[{k}]"] - ys[k])) for k in ks) / 4,
            factor_count=lambda v: total(square(v[f"yhat[{k}]"] - ys[k]) for k in ks),
            factor_two=lambda v: total(square(v[f"yhat[{k}]"] - ys[k]) for k in ks) / 8,
        ),
        step(
            "dL/dw",
            lambda v: total(slopes[k](v) * xs[k] for k in ks) / 4,
            factor_count=lambda v: total(slopes[k](v) * xs[k] for k in ks),
            factor_two=lambda v: total(slopes[k](v) * xs[k] for k in ks) / 8,
            path_left_out=tuple(
                (lambda v, j=j: total(slopes[k](v) * xs[k] for k in ks if k != j) / 4) for j in ks
            ),
            only_one_path=lambda v: slopes[3](v) * xs[3] / 4,
            sign=lambda v: -total(slopes[k](v) * xs[k] for k in ks) / 4,
        ),
        step(
            "dL/db",
            lambda v: total(slopes[k](v) for k in ks) / 4,
            factor_count=lambda v: total(slopes[k](v) for k in ks),
        ),
        step(
            "w_new",
            lambda v: v.w - 0.1 * v["dL/dw"],
            sign_of_step=lambda v: v.w + 0.1 * v["dL/dw"],
            old_weight_dropped=lambda v: -0.1 * v["dL/dw"],
            rate_left_out=lambda v: v.w - v["dL/dw"],
            gradient_of_another=lambda v: v.w - 0.1 * v["dL/db"],
        ),
    ]
    made = problem("four samples", "yhat = w*x + b\nL = (yhat - y)^2", n, steps, minimise="L", rate=0.1)
    made.extras |= {"samples": {"x": xs, "y": ys}, "learn": ["w", "b"]}
    return made


@graph("recurrent, two times")
def recurrent(rng: Any) -> Problem:
    n = draw(rng, "x1 x2 w u v0 t", -1.4, 1.4)
    text = "z1 = w*x1\nh1 = tanh(z1)\nz2 = w*x2 + u*h1\nh2 = tanh(z2)\ny = v0*h2\nL = 1/2*(y - t)^2"
    return problem(
        "recurrent, two times",
        text,
        n,
        [
            step("z1", lambda v: v.w * v.x1, wrong_index=lambda v: v.w * v.x2),
            step(
                "h1",
                lambda v: tanh(v.z1),
                activation_left_out=lambda v: v.z1,
                other_activation=lambda v: sigmoid(v.z1),
            ),
            step(
                "z2",
                lambda v: v.w * v.x2 + v.u * v.h1,
                term_left_out=(lambda v: v.w * v.x2, lambda v: v.u * v.h1),
                wrong_index=lambda v: v.w * v.x1 + v.u * v.h1,
            ),
            step("h2", lambda v: tanh(v.z2), activation_left_out=lambda v: v.z2),
            step("y", lambda v: v.v0 * v.h2, wrong_index=lambda v: v.v0 * v.h1),
            step("L", lambda v: square(v.y - v.t) / 2, factor_two=lambda v: square(v.y - v.t)),
            step("dL/dy", lambda v: v.y - v.t, sign=lambda v: v.t - v.y),
            step("dL/dh2", lambda v: v["dL/dy"] * v.v0, weight_left_out=lambda v: v["dL/dy"]),
            step(
                "dL/dz2",
                lambda v: v["dL/dh2"] * hill(v.h2),
                derivative_left_out=lambda v: v["dL/dh2"],
                sigma_prime_at_z=lambda v: v["dL/dh2"] * hill(v.z2),
            ),
            step(
                "dL/dh1",
                lambda v: v["dL/dz2"] * v.u,
                weight_left_out=lambda v: v["dL/dz2"],
                sum_of_weight_gradients=lambda v: v["dL/dz2"] * v.h1,
            ),
            step("dL/dz1", lambda v: v["dL/dh1"] * hill(v.h1), derivative_left_out=lambda v: v["dL/dh1"]),
            step(
                "dL/dw",
                lambda v: v["dL/dz2"] * v.x2 + v["dL/dz1"] * v.x1,
                path_left_out=(lambda v: v["dL/dz2"] * v.x2, lambda v: v["dL/dz1"] * v.x1),
            ),
            step(
                "dL/du",
                lambda v: v["dL/dz2"] * v.h1,
                wrong_index=lambda v: v["dL/dz2"] * v.h2,
                input_left_out=lambda v: v["dL/dz2"],
            ),
        ],
        minimise="L",
    )


@graph("attention head")
def attention(rng: Any) -> Problem:
    tokens, width = 2, 2
    keys = [f"{letter}[{i},{j}]" for letter in "QKV" for i in range(tokens) for j in range(width)]
    n = draw(rng, " ".join(keys), -2, 2)
    given = {
        letter: [[n[f"{letter}[{i},{j}]"] for j in range(width)] for i in range(tokens)] for letter in "QKV"
    }
    pairs = [(i, j) for i in range(tokens) for j in range(tokens)]

    def dot(v: Any, i: int, j: int) -> Any:
        return total(v[f"Q[{i},{k}]"] * v[f"K[{j},{k}]"] for k in range(width))

    steps: list[Any] = [
        step(
            f"S[{i},{j}]",
            lambda v, i=i, j=j: dot(v, i, j) / 2**0.5,
            scale_left_out=lambda v, i=i, j=j: dot(v, i, j),
            root_left_out=lambda v, i=i, j=j: dot(v, i, j) / 2,
            transpose=lambda v, i=i, j=j: (
                total(v[f"Q[{i},{k}]"] * v[f"K[{k},{j}]"] for k in range(width)) / 2**0.5
            ),
            term_left_out=lambda v, i=i, j=j: v[f"Q[{i},0]"] * v[f"K[{j},0]"] / 2**0.5,
        )
        for i, j in pairs
    ]
    steps += [
        step(
            f"A[{i},{j}]",
            lambda v, i=i, j=j: 1 / (1 + exp(v[f"S[{i},{1 - j}]"] - v[f"S[{i},{j}]"])),
            divisor_left_out=lambda v, i=i, j=j: exp(v[f"S[{i},{j}]"]),
            transpose=lambda v, i=i, j=j: 1 / (1 + exp(v[f"S[{1 - i},{j}]"] - v[f"S[{i},{j}]"])),
        )
        for i, j in pairs
    ]
    steps += [
        step(
            f"O[{i},{j}]",
            lambda v, i=i, j=j: total(v[f"A[{i},{k}]"] * v[f"V[{k},{j}]"] for k in range(tokens)),
            transpose=lambda v, i=i, j=j: total(v[f"A[{k},{i}]"] * v[f"V[{k},{j}]"] for k in range(tokens)),
            term_left_out=lambda v, i=i, j=j: v[f"A[{i},0]"] * v[f"V[0,{j}]"],
        )
        for i, j in pairs
    ]
    text = "S = Q @ transpose(K) / sqrt(2)\nA = softmax(S)\nO = A @ V"
    return Problem("attention head", text, given, n, steps)


PROBLEMS: dict[str, Callable[[Any], Problem]] = {
    **{title: (lambda rng, t=title, s=shape: network(t, s, rng)) for title, shape in SHAPES.items()},
    **GRAPHS,
}
