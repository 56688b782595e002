"""A reader of formulas in LaTeX, of its own: each printed number counts to within its rounding."""

from __future__ import annotations

import re

import numpy as np

from tests.near import COMPARISONS, MONOTONE, OF_ARRAYS, OF_TWO, InSymbols, Near

DIGITS = 6


TOKEN = re.compile(
    r"\\begin\{bmatrix\}|\\end\{bmatrix\}|\\operatorname\{[^}]*\}|\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S"
)


class Reader:
    """A member of a chain, by recursive descent."""

    def __init__(self, source: str) -> None:
        self.tokens = [
            t
            for t in TOKEN.findall(source.replace("{}", ""))
            if t not in (r"\left", r"\right", r"\!", r"\quad")
        ]
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.next
        assert expected in (None, token), (expected, self.tokens[self.at :])
        self.at += 1
        return token

    def whole(self) -> Near:
        value = self.sum()
        assert not self.next, self.tokens[self.at :]
        return value

    def sum(self) -> Near:
        value = self.product()
        while self.next in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        if self.next in COMPARISONS:
            compare = COMPARISONS[self.take()]
            return Near(compare(value.mid, self.sum().mid) * 1.0, 0.0)
        return value

    def product(self) -> Near:
        if self.next == "-":
            self.take()
            return Near(0.0, 0.0) - self.product()
        value = self.factor()
        while self.next in (r"\cdot", r"\times", r"\odot", r"\,"):
            product = np.matmul if self.take() == r"\," else np.multiply
            signed = self.next == "-"
            value = value.times(self.product() if signed else self.factor(), product)
        return value

    def factor(self) -> Near:
        value = self.base()
        if self.next == "_":  # an element of something that stands in brackets
            raise InSymbols
        while self.next == "^":
            self.take()
            self.take("{")
            if self.next == r"\top":
                self.take()
                value = Near(value.mid.T, value.radius.T)
            else:
                value = value.power(self.sum())
            self.take("}")
        return value

    def base(self) -> Near:
        token = self.take()
        if token[0].isdigit():
            return printed(token)
        if token in ("(", "{"):
            value = self.sum()
            self.take({"(": ")", "{": "}"}[token])
            return value
        if token == r"\frac":
            top = self.braced()
            return top.over(self.braced())
        if token == r"\sqrt":
            return self.braced().mapped(np.sqrt)
        if token == r"\begin{bmatrix}":
            return self.matrix()
        if token == r"\lVert":
            value = self.sum()
            self.take(r"\rVert")
            return value.power(Near(2.0, 0.0)).mapped(np.sum).mapped(np.sqrt)
        if token == r"\sum":
            return self.factor().mapped(np.sum)
        if token in OF_ARRAYS:
            args, axis = self.arguments()
            return OF_ARRAYS[token](args, axis)
        if token in MONOTONE:
            if self.next != "(":  # σ as a name: a width
                raise InSymbols
            self.take("(")
            value = self.sum()
            self.take(")")
            return value.mapped(MONOTONE[token])
        if token in OF_TWO:
            self.take("(")
            left = self.sum()
            self.take(",")
            right = self.sum()
            self.take(")")
            return OF_TWO[token](left, right)
        if re.fullmatch(
            r"[A-Za-z]|\\(hat|mathrm|text|Phi|alpha|beta|delta|eta|theta|lambda|varepsilon|Delta|partial)",
            token,
        ):
            raise InSymbols
        raise AssertionError(f"cannot read {token}")

    def arguments(self) -> tuple[list[Near], int | None]:
        """What stands between brackets, and the axis named there; other settings are passed over."""
        args: list[Near] = []
        axis = None
        self.take("(")
        while True:
            closed = self.tokens.index("}", self.at) if self.next == r"\mathrm" else -2
            if self.tokens[closed + 1] == "=":
                name = "".join(self.tokens[self.at + 2 : closed])
                self.at = closed + 2
                value = self.sum()
                axis = int(value.mid) if name == "axis" else axis
            else:
                args.append(self.sum())
            if self.take() == ")":
                return args, axis

    def braced(self) -> Near:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def matrix(self) -> Near:
        rows: list[list[Near]] = [[self.sum()]]
        while (token := self.take()) != r"\end{bmatrix}":
            if token == r"\\":
                rows.append([self.sum()])
            else:
                assert token == "&"
                rows[-1].append(self.sum())
        found = Near(
            np.array([[cell.mid for cell in row] for row in rows]),
            np.array([[cell.radius for cell in row] for row in rows]),
        )
        # Of more than two axes: matrices side by side.
        return Near(found.mid[0], found.radius[0]) if found.mid.ndim > 2 else found


def printed(digits: str) -> Near:
    """A printed number; one with as many digits as a lesson shows at least may be rounded."""
    whole, _, decimals = digits.partition(".")
    shown = len((whole + decimals).lstrip("0"))
    return Near(float(digits), 0.5 * 10.0 ** -len(decimals) if shown >= DIGITS else 0.0)


def members(display: str) -> list[str]:
    """The members of a displayed chain."""
    inside = re.sub(r"\\(begin|end)\{aligned\}", " ", display)
    lines = re.sub(r"\\\\\n&", " ", inside).replace("&", " & ") if r"\begin{aligned}" in display else inside
    depth, parts = 0, [""]
    tokens = re.split(r"(\\begin\{bmatrix\}|\\end\{bmatrix\}|\\approx|[{}()=])", lines)
    for token in tokens:
        depth += (token in ("{", "(") or token.startswith(r"\begin")) - (
            token in ("}", ")") or token.startswith(r"\end")
        )
        if depth == 0 and token in ("=", r"\approx"):
            parts.append("")
        else:
            parts[-1] += token
    return [re.sub(r"^\s*&|&\s*$", "", part.strip()).strip() for part in parts]


def plain(left: str) -> str:
    """The left side as a name without marks: ``\\mathrm{net}_{h1}`` is ``neth1``."""
    derivative = re.fullmatch(r"\\frac\{\\partial (.*)\}\{\\partial (.*)\}", left)
    if derivative:
        return f"d{plain(derivative[1])}/d{plain(derivative[2])}"
    left = re.sub(r"\\(Phi|eta|sigma)$", r"\1", left)
    left = re.sub(r"\\hat\{(\w)\}", r"\1hat", left).replace(r"^{\text{new}}", "new")
    return re.sub(r"\\(mathrm|text)|[{}_ ]", "", left)
