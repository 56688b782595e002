"""Computational graphs and single formulas, each written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planting.networks import updated
from planting.problem import Problem, step
from planting.span import bell, exp, head, hill, log, sigmoid, sqrt, square, tanh

GRAPHS: dict[str, Callable[[Any], Problem]] = {}


def graph(title: str) -> Callable[[Any], Any]:
    def enter(made: Callable[[Any], Problem]) -> Callable[[Any], Problem]:
        GRAPHS[title] = made
        return made

    return enter


def problem(title: str, text: str, numbers: dict[str, float], worked: list[Any], **extras: Any) -> Problem:
    return Problem(title, text, dict(numbers), numbers, worked, extras)


def draw(rng: Any, names: str, low: float = 0.2, high: float = 3.0, digits: int = 1) -> dict[str, float]:
    """Distinct numbers, none of them 0."""
    found: dict[str, float] = {}
    for name in names.split():
        value = 0.0
        while value == 0 or value in found.values():
            value = round(float(rng.uniform(low, high)), digits)
        found[name] = value
    return found


@graph("add and multiply")
def add_and_multiply(rng: Any) -> Problem:
    n = draw(rng, "a b c", -9, 9)
    return problem(
        "add and multiply",
        "d = a + b\nf = d*c",
        n,
        [
            step(
                "d", lambda v: v.a + v.b, sign_of_term=lambda v: v.a - v.b, times_for_plus=lambda v: v.a * v.b
            ),
            step("f", lambda v: v.d * v.c, times_for_plus=lambda v: v.d + v.c, sign=lambda v: -v.d * v.c),
            step("df/dd", lambda v: v.c, wrong_index=lambda v: v.d, sign=lambda v: -v.c),
            step("df/dc", lambda v: v.d, sign=lambda v: -v.d),
            step("df/da", lambda v: v["df/dd"], sign=lambda v: -v["df/dd"]),
            step("df/db", lambda v: v["df/dd"], sign=lambda v: -v["df/dd"]),
            step(
                "a_new",
                lambda v: v.a + 0.01 * v["df/da"],
                sign_of_step=lambda v: v.a - 0.01 * v["df/da"],
                old_weight_dropped=lambda v: 0.01 * v["df/da"],
                rate_left_out=lambda v: v.a + v["df/da"],
            ),
            step("b_new", lambda v: v.b + 0.01 * v["df/db"], sign_of_step=lambda v: v.b - 0.01 * v["df/db"]),
        ],
        maximise="f",
        rate=0.01,
    )


@graph("apples and oranges")
def apples(rng: Any) -> Problem:
    n = draw(rng, "apple orange", 50, 200, 0) | draw(rng, "n m", 2, 9, 0) | {"tax": 1.1}
    return problem(
        "apples and oranges",
        "apples = apple*n\noranges = orange*m\nsum1 = apples + oranges\nprice = sum1*tax",
        n,
        [
            step("apples", lambda v: v.apple * v.n, wrong_index=lambda v: v.apple * v.m),
            step("oranges", lambda v: v.orange * v.m, wrong_index=lambda v: v.orange * v.n),
            step("sum1", lambda v: v.apples + v.oranges, sign_of_term=lambda v: v.apples - v.oranges),
            step(
                "price",
                lambda v: v.sum1 * v.tax,
                factor_left_out=lambda v: v.sum1,
                times_for_plus=lambda v: v.sum1 + v.tax,
            ),
            step("dprice/dsum1", lambda v: v.tax),
            step("dprice/dapples", lambda v: v["dprice/dsum1"]),
            step(
                "dprice/dapple",
                lambda v: v["dprice/dapples"] * v.n,
                input_left_out=lambda v: v["dprice/dapples"],
                wrong_index=lambda v: v["dprice/dapples"] * v.m,
            ),
            step(
                "dprice/dn",
                lambda v: v["dprice/dapples"] * v.apple,
                wrong_index=lambda v: v["dprice/dapples"] * v.orange,
            ),
            step("dprice/dtax", lambda v: v.sum1, term_left_out=lambda v: v.apples),
        ],
        minimise="price",
    )


@graph("a value used twice")
def used_twice(rng: Any) -> Problem:
    n = draw(rng, "x y", -2.5, 2.5)
    return problem(
        "a value used twice",
        "p = x*y\nq = x + p\nr = p*q",
        n,
        [
            step("p", lambda v: v.x * v.y, times_for_plus=lambda v: v.x + v.y),
            step("q", lambda v: v.x + v.p, sign_of_term=lambda v: v.x - v.p, bias_left_out=lambda v: v.p),
            step("r", lambda v: v.p * v.q),
            step("dr/dq", lambda v: v.p),
            step(
                "dr/dp",
                lambda v: v.q + v["dr/dq"],
                path_left_out=(lambda v: v.q, lambda v: v["dr/dq"]),
                sign_of_term=lambda v: v.q - v["dr/dq"],
            ),
            step(
                "dr/dx",
                lambda v: v["dr/dq"] + v["dr/dp"] * v.y,
                path_left_out=(lambda v: v["dr/dq"], lambda v: v["dr/dp"] * v.y),
            ),
            step("dr/dy", lambda v: v["dr/dp"] * v.x, input_left_out=lambda v: v["dr/dp"]),
        ],
        minimise="r",
    )


@graph("powers")
def powers(rng: Any) -> Problem:
    n = draw(rng, "x w", 0.6, 2.4)
    return problem(
        "powers",
        "u = w*x\ns = u^3\ng = 3*u^2\nL = s - g",
        n,
        [
            step("u", lambda v: v.w * v.x, times_for_plus=lambda v: v.w + v.x),
            step("s", lambda v: v.u * v.u * v.u, local_slip=(lambda v: 3 * v.u, lambda v: v.u * v.u)),
            step(
                "g",
                lambda v: 3 * square(v.u),
                factor_left_out=lambda v: square(v.u),
                square_left_out=lambda v: 3 * v.u,
            ),
            step(
                "L",
                lambda v: v.s - v.g,
                sign_of_term=lambda v: v.s + v.g,
                order_of_difference=lambda v: v.g - v.s,
            ),
            step("ds/du", lambda v: 3 * square(v.u), local_slip=(lambda v: square(v.u), lambda v: 3 * v.u)),
            step("dg/du", lambda v: 6 * v.u, local_slip=(lambda v: 3 * v.u, lambda v: 6 * square(v.u))),
            step(
                "dL/du",
                lambda v: v["ds/du"] - v["dg/du"],
                sign_of_term=lambda v: v["ds/du"] + v["dg/du"],
                path_left_out=lambda v: v["ds/du"],
            ),
            step("dL/dw", lambda v: v["dL/du"] * v.x, input_left_out=lambda v: v["dL/du"]),
            updated("w", 0.05, []),
        ],
        minimise="L",
        rate=0.05,
        learn=["w"],
    )


@graph("exponential and logarithm")
def exponential(rng: Any) -> Problem:
    n = draw(rng, "x a", 0.3, 1.9)
    return problem(
        "exponential and logarithm",
        "u = a*x\ne1 = exp(u)\nm = 1 + e1\nL = ln(m)",
        n,
        [
            step("u", lambda v: v.a * v.x, times_for_plus=lambda v: v.a + v.x),
            step("e1", lambda v: exp(v.u), activation_of_minus_z=lambda v: exp(-v.u)),
            step("m", lambda v: 1 + v.e1, sign_of_term=lambda v: 1 - v.e1),
            step(
                "L",
                lambda v: log(v.m),
                logarithm_base=(lambda v: log(v.m) / log(10.0), lambda v: log(v.m) / log(2.0)),
            ),
            step("dL/dm", lambda v: 1 / v.m, local_slip=(lambda v: v.m, lambda v: log(v.m))),
            step("de1/du", lambda v: v.e1, local_slip=(lambda v: v.u, lambda v: v.u * v.e1)),
            step(
                "dL/du",
                lambda v: head(v["dL/dm"]) * v["de1/du"],
                factor_left_out=(lambda v: v["dL/dm"], lambda v: v["de1/du"]),
            ),
            step("dL/da", lambda v: v["dL/du"] * v.x, input_left_out=lambda v: v["dL/du"]),
            step("dL/dx", lambda v: v["dL/du"] * v.a, wrong_index=lambda v: v["dL/du"] * v.x),
        ],
        minimise="L",
    )


@graph("a quotient")
def quotient(rng: Any) -> Problem:
    n = draw(rng, "x y", 0.5, 4)
    return problem(
        "a quotient",
        "a = x*y\nb = x + y\nq = a/b\nL = q^2",
        n,
        [
            step("a", lambda v: v.x * v.y, times_for_plus=lambda v: v.x + v.y),
            step("b", lambda v: v.x + v.y, sign_of_term=lambda v: v.x - v.y),
            step("q", lambda v: v.a / v.b, divisor_left_out=(lambda v: v.b / v.a, lambda v: v.a * v.b)),
            step("L", lambda v: square(v.q), square_left_out=lambda v: 2 * v.q),
            step("dL/dq", lambda v: 2 * v.q, factor_two=lambda v: v.q, local_slip=lambda v: square(v.q)),
            step("dL/da", lambda v: v["dL/dq"] / v.b, divisor_left_out=lambda v: v["dL/dq"] * v.b),
            step(
                "dL/db",
                lambda v: -v["dL/dq"] * v.a / square(v.b),
                sign=lambda v: v["dL/dq"] * v.a / square(v.b),
                square_left_out=lambda v: -v["dL/dq"] * v.a / v.b,
            ),
            step(
                "dL/dx",
                lambda v: v["dL/da"] * v.y + v["dL/db"],
                path_left_out=(lambda v: v["dL/da"] * v.y, lambda v: v["dL/db"]),
                sign_of_term=lambda v: v["dL/da"] * v.y - v["dL/db"],
            ),
        ],
        minimise="L",
    )


@graph("root and length")
def root(rng: Any) -> Problem:
    n = draw(rng, "x y t", 0.5, 4)
    return problem(
        "root and length",
        "s = x^2 + y^2\nr = sqrt(s)\nL = (r - t)^2",
        n,
        [
            step(
                "s",
                lambda v: square(v.x) + square(v.y),
                square_left_out=(lambda v: v.x + square(v.y), lambda v: 2 * v.x + square(v.y)),
                sign_of_term=lambda v: square(v.x) - square(v.y),
            ),
            step("r", lambda v: sqrt(v.s), activation_left_out=lambda v: v.s),
            step(
                "L",
                lambda v: square(v.r - v.t),
                square_left_out=lambda v: v.r - v.t,
                sign_of_term=lambda v: square(v.r + v.t),
            ),
            step(
                "dL/dr",
                lambda v: 2 * (v.r - v.t),
                sign=lambda v: 2 * (v.t - v.r),
                factor_two=lambda v: v.r - v.t,
            ),
            step(
                "dr/ds",
                lambda v: 1 / (2 * v.r),
                local_slip=(lambda v: 1 / (2 * v.s), lambda v: v.r / 2),
                factor_two=lambda v: 1 / v.r,
            ),
            step("dL/ds", lambda v: v["dL/dr"] * v["dr/ds"], factor_left_out=lambda v: v["dL/dr"]),
            step("dL/dx", lambda v: v["dL/ds"] * 2 * v.x, factor_two=lambda v: v["dL/ds"] * v.x),
        ],
        minimise="L",
    )


@graph("difference of products")
def difference(rng: Any) -> Problem:
    n = draw(rng, "a b c d", 0.5, 6)
    return problem(
        "difference of products",
        "p = a*b\nq = c*d\ng = p - q\nL = 1/2*g^2",
        n,
        [
            step("p", lambda v: v.a * v.b, times_for_plus=lambda v: v.a + v.b),
            step("q", lambda v: v.c * v.d, times_for_plus=lambda v: v.c + v.d),
            step(
                "g",
                lambda v: v.p - v.q,
                sign_of_term=lambda v: v.p + v.q,
                order_of_difference=lambda v: v.q - v.p,
            ),
            step(
                "L",
                lambda v: square(v.g) / 2,
                factor_two=lambda v: square(v.g),
                square_left_out=lambda v: v.g / 2,
            ),
            step("dL/dg", lambda v: v.g, factor_two=lambda v: 2 * v.g),
            step("dL/dp", lambda v: v["dL/dg"], sign=lambda v: -v["dL/dg"]),
            step("dL/dq", lambda v: -v["dL/dg"], sign=lambda v: v["dL/dg"]),
            step("dL/da", lambda v: v["dL/dp"] * v.b, input_left_out=lambda v: v["dL/dp"]),
            step("dL/dc", lambda v: v["dL/dq"] * v.d, sign=lambda v: -v["dL/dq"] * v.d),
        ],
        minimise="L",
    )


@graph("three factors")
def three(rng: Any) -> Problem:
    n = draw(rng, "a b c", -3, 3)
    return problem(
        "three factors",
        "u = a*b*c\nv = u + c\nL = v^2",
        n,
        [
            step("u", lambda v: v.a * v.b * v.c, factor_left_out=(lambda v: v.a * v.b, lambda v: v.b * v.c)),
            step("v", lambda v: v.u + v.c, sign_of_term=lambda v: v.u - v.c),
            step("L", lambda v: square(v.v), square_left_out=lambda v: 2 * v.v),
            step("dL/dv", lambda v: 2 * v.v, factor_two=lambda v: v.v),
            step("dL/du", lambda v: v["dL/dv"]),
            step("dL/da", lambda v: v["dL/du"] * v.b * v.c, factor_left_out=lambda v: v["dL/du"] * v.b),
            step(
                "dL/dc",
                lambda v: v["dL/du"] * v.a * v.b + v["dL/dv"],
                path_left_out=(lambda v: v["dL/du"] * v.a * v.b, lambda v: v["dL/dv"]),
            ),
        ],
        minimise="L",
    )


@graph("gaussian unit")
def gaussian(rng: Any) -> Problem:
    n = draw(rng, "x c s w t", 0.4, 1.8)
    return problem(
        "gaussian unit",
        "r = (x - c)^2\nphi = exp(-r/(2*s^2))\ny = w*phi\nL = 1/2*(y - t)^2",
        n,
        [
            step(
                "r",
                lambda v: square(v.x - v.c),
                square_left_out=lambda v: v.x - v.c,
                sign_of_term=lambda v: square(v.x + v.c),
            ),
            step(
                "phi",
                lambda v: exp(-(v.r / (2 * square(v.s)))),
                width=(
                    lambda v: exp(-v.s * v.r),
                    lambda v: exp(-v.r / square(v.s)),
                    lambda v: exp(-v.r / (2 * v.s)),
                ),
                activation_of_minus_z=lambda v: exp(v.r / (2 * square(v.s))),
            ),
            step("y", lambda v: v.w * v.phi, times_for_plus=lambda v: v.w + v.phi),
            step("L", lambda v: square(v.y - v.t) / 2, factor_two=lambda v: square(v.y - v.t)),
            step(
                "dL/dy", lambda v: v.y - v.t, sign=lambda v: v.t - v.y, factor_two=lambda v: 2 * (v.y - v.t)
            ),
            step("dL/dw", lambda v: v["dL/dy"] * v.phi, input_left_out=lambda v: v["dL/dy"]),
            step("dL/dphi", lambda v: v["dL/dy"] * v.w, weight_left_out=lambda v: v["dL/dy"]),
            step(
                "dL/dr",
                lambda v: -v["dL/dphi"] * v.phi / (2 * square(v.s)),
                sign=lambda v: v["dL/dphi"] * v.phi / (2 * square(v.s)),
                factor_left_out=lambda v: -v["dL/dphi"] / (2 * square(v.s)),
            ),
            updated("w", 0.3, []),
        ],
        minimise="L",
        rate=0.3,
        learn=["w"],
    )


@graph("two paths through sigmoid and tanh")
def two_paths(rng: Any) -> Problem:
    n = draw(rng, "x u w t", -1.5, 1.5)
    return problem(
        "two paths through sigmoid and tanh",
        "a = sigmoid(u*x)\nb = tanh(w*x)\ny = a*b\nL = (y - t)^2",
        n,
        [
            step(
                "a",
                lambda v: sigmoid(v.u * v.x),
                activation_left_out=lambda v: v.u * v.x,
                activation_of_minus_z=lambda v: sigmoid(-v.u * v.x),
            ),
            step("b", lambda v: tanh(v.w * v.x), other_activation=lambda v: sigmoid(v.w * v.x)),
            step("y", lambda v: v.a * v.b, times_for_plus=lambda v: v.a + v.b),
            step("L", lambda v: square(v.y - v.t), square_left_out=lambda v: v.y - v.t),
            step(
                "dL/dy",
                lambda v: 2 * (v.y - v.t),
                factor_two=lambda v: v.y - v.t,
                sign=lambda v: 2 * (v.t - v.y),
            ),
            step("dL/da", lambda v: v["dL/dy"] * v.b, wrong_index=lambda v: v["dL/dy"] * v.a),
            step("dL/db", lambda v: v["dL/dy"] * v.a, factor_left_out=lambda v: v["dL/dy"]),
            step(
                "da/du",
                lambda v: bell(v.a) * v.x,
                derivative_left_out=lambda v: v.x,
                sigma_prime_at_z=lambda v: bell(v.u * v.x) * v.x,
                one_minus_left_out=lambda v: v.a * v.x,
            ),
            step(
                "db/dw",
                lambda v: hill(v.b) * v.x,
                derivative_left_out=lambda v: v.x,
                sigma_prime_at_z=lambda v: hill(v.w * v.x) * v.x,
            ),
            step("dL/du", lambda v: v["dL/da"] * v["da/du"], factor_left_out=lambda v: v["da/du"]),
            step("dL/dw", lambda v: v["dL/db"] * v["db/dw"], factor_left_out=lambda v: v["db/dw"]),
            step(
                "dL/dx",
                lambda v: v["dL/da"] * bell(v.a) * v.u + v["dL/db"] * hill(v.b) * v.w,
                path_left_out=(
                    lambda v: v["dL/da"] * bell(v.a) * v.u,
                    lambda v: v["dL/db"] * hill(v.b) * v.w,
                ),
            ),
            updated("u", 0.5, ["w"]),
            updated("w", 0.5, ["u"]),
        ],
        minimise="L",
        rate=0.5,
        learn=["u", "w"],
    )


@graph("perceptron")
def perceptron(rng: Any) -> Problem:
    n = draw(rng, "x1 x2", 0.5, 2.5) | draw(rng, "w1 w2 b", -0.9, 0.9, 2) | {"t": 1.0, "rate1": 0.3}
    return problem(
        "perceptron",
        "z = w1*x1 + w2*x2 + b\no = step(z)\ne = t - o\n"
        "v1 = w1 + rate1*(t - z)*x1\nv2 = w2 + rate1*(t - z)*x2",
        n,
        [
            step(
                "z",
                lambda v: v.w1 * v.x1 + v.w2 * v.x2 + v.b,
                bias_left_out=lambda v: v.w1 * v.x1 + v.w2 * v.x2,
                sign_of_term=lambda v: v.w1 * v.x1 - v.w2 * v.x2 + v.b,
                wrong_index=lambda v: v.w2 * v.x1 + v.w2 * v.x2 + v.b,
            ),
            step(
                "v1",
                lambda v: v.w1 + v.rate1 * (v.t - v.z) * v.x1,
                sign_of_term=lambda v: v.w1 - v.rate1 * (v.t - v.z) * v.x1,
                bias_left_out=lambda v: v.rate1 * (v.t - v.z) * v.x1,
                factor_left_out=(
                    lambda v: v.w1 + (v.t - v.z) * v.x1,
                    lambda v: v.w1 + v.rate1 * (v.t - v.z),
                ),
                order_of_difference=lambda v: v.w1 + v.rate1 * (v.z - v.t) * v.x1,
            ),
            step(
                "v2",
                lambda v: v.w2 + v.rate1 * (v.t - v.z) * v.x2,
                wrong_index=(
                    lambda v: v.w2 + v.rate1 * (v.t - v.z) * v.x1,
                    lambda v: v.w1 + v.rate1 * (v.t - v.z) * v.x2,
                ),
                bias_left_out=lambda v: v.rate1 * (v.t - v.z) * v.x2,
            ),
        ],
    )
