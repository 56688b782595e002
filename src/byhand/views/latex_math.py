r"""Mathematics as LaTeX that LaTeX, MathJax and KaTeX all read; nothing that was typed is a command in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import groupby

from byhand.lesson.document import (
    Box,
    Deriv,
    Fenced,
    Frac,
    Func,
    Matrix,
    Num,
    Power,
    Root,
    Row,
    Sign,
    Sym,
    Words,
)
from byhand.sources.characters import GREEK
from byhand.views.names import HAT, spelled

# each: a character and what it is in math mode
_WRITTEN = r"""
ε\varepsilon ϵ\epsilon φ\varphi ϕ\phi ϑ\vartheta ς\varsigma οo
++ −- ±\pm ·\cdot ⋅\cdot ×\times ÷\div ⊙\odot ∘\circ *\ast √\surd ∑\sum ∂\partial ∇\nabla ∞\infty
½\tfrac{1}{2} == ≈\approx ≠\ne <\lt >\gt ≤\le ≥\ge →\to ←\leftarrow ⇒\Rightarrow ∈\in
′{}' ᵀ{}^{\top} ⊤{}^{\top} ‖\Vert |\vert [\lbrack ]\rbrack \\backslash ^\wedge ~\sim `\backprime
_\_ %\% #\# &\& $\$ {\{ }\}
"""
SYMBOLS: dict[str, str] = {
    **{letter: f"\\{word}" for word, letter in GREEK.items()},
    **{letter: rf"\mathrm{{{like}}}" for letter, like in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True)},
    **{digit: f"{{}}_{{{k}}}" for k, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{digit: f"{{}}^{{{k}}}" for k, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{entry[0]: entry[1:] for entry in _WRITTEN.split()},
}
_SIGNS = {"@": r"\,", "Σ": r"\sum", "ᵀ": r"\top", "-": "-", ",": ",", "…": r"\dots"}
_FENCES = {"|": (r"\lvert", r"\rvert"), "‖": (r"\lVert", r"\rVert"), "{": (r"\{", r"\}")}
_ITALIC = re.compile(r"[A-Za-z]?[0-9]*")
TALLEST_COLUMN = 8


def latex(box: Box) -> str:
    r"""A box as LaTeX for math mode.

    Parameters
    ----------
    box : Box

    Examples
    --------
    >>> latex(Row((Sym("w1", mark="new"), Sign("·"), Num("-3.5", -5))))
    'w_{1}^{\\text{new}} \\cdot -3.5 \\times 10^{-5}'
    >>> latex(Deriv(Sym("L"), Sym("W1", ("0", "2"))))
    '\\frac{\\partial L}{\\partial W_{1}[0, 2]}'
    """
    match box:
        case Num(digits, exponent):
            return _number(digits, exponent)
        case Sym():
            return _symbol(box)
        case Sign(text, written):
            return _SIGNS.get(text) or SYMBOLS.get(text) or written or words(text)
        case Row(parts):
            return " ".join([_part(parts, k) for k in range(len(parts))])
        case Frac(top, bottom):
            return f"\\frac{{{latex(top)}}}{{{latex(bottom)}}}"
        case Power(base, exponent):
            return f"{_base(base)}^{{{latex(exponent)}}}"
        case Root(body):
            return f"\\sqrt{{{latex(body)}}}"
        case Fenced(left, body, right):
            return _fenced(left, latex(body), right, _is_tall(body))
        case Func(name, args, written):
            head = written or (words(name) if len(name) == 1 else rf"\operatorname{{{_operator(name)}}}")
            listed = _fenced("(", ", ".join(map(latex, args)), ")", any(map(_is_tall, args)))
            return head + (r"\!" if listed.startswith(r"\left") else "") + listed
        case Matrix():
            return _matrix(box)
        case Deriv(of, by, partial):
            sign = r"\partial " if partial else r"\mathrm{d} "
            return f"\\frac{{{sign}{latex(of)}}}{{{sign}{latex(by)}}}"
        case Words(text):
            return words(text)


def visible(text: str) -> str:
    """Text on one line, without characters that cannot be seen."""
    spaced = "".join([" " if character.isspace() else character for character in text])
    return "".join([character for character in spaced if unicodedata.category(character)[0] != "C"])


def words(text: str) -> str:
    r"""Text inside mathematics: ``\text{…}``, and a command of its own for each special character."""
    pieces: list[str] = []
    for is_symbol, run in runs(visible(text), SYMBOLS):
        pieces.append(" ".join([SYMBOLS[c] for c in run]) if is_symbol else rf"\text{{{run}}}")
    return " ".join(pieces)


def runs(text: str, symbols: Container[str]) -> list[tuple[bool, str]]:
    """The text in runs of characters that are among the symbols and of those that are not."""
    return [(is_symbol, "".join(run)) for is_symbol, run in groupby(text, lambda c: c in symbols)]


def _number(digits: str, exponent: int | None) -> str:
    if digits == "nan":
        return r"\text{nan}"
    shown = digits.replace("∞", r"\infty").replace("×", r" \times ")
    return shown if exponent is None else f"{shown} \\times 10^{{{exponent}}}"


def _symbol(sym: Sym) -> str:
    prefix, base, hat, sub = spelled(sym.name)
    made = _letters(base)
    made = rf"\hat{{{made}}}" if hat else made
    made = f"{SYMBOLS[prefix]} {made}" if prefix else made
    made += f"_{{{','.join(map(_letters, sub.split(',')))}}}" if sub else ""
    made += rf"^{{\text{{{sym.mark}}}}}" if sym.mark else ""
    return made + (f"[{', '.join(map(_slot, sym.index))}]" if sym.index else "")


def _slot(slot: str) -> str:
    """A position of an index, such as ``2``, ``-1`` or ``0:2``."""
    return slot if re.fullmatch(r"-?[0-9]*:?-?[0-9]*", slot) else words(slot)


def _letters(text: str) -> str:
    """A letter with its digits in italics, a word upright."""
    letter, accent, digits = unicodedata.normalize("NFD", text).partition(HAT)
    if accent and len(letter) == 1:
        return rf"\hat{{{_letters(letter)}}}" + digits
    if _ITALIC.fullmatch(text):
        return text
    if text[:1] in GREEK.values() and text[1:].isdecimal():
        return f"{SYMBOLS[text[0]]} {text[1:]}"
    return rf"\mathrm{{{text}}}" if text.isascii() and text.isalnum() else words(text)


def _operator(name: str) -> str:
    return name.replace("_", r"\_") if re.fullmatch(r"[A-Za-z0-9_]+", name) else words(name)


def _part(parts: tuple[Box, ...], k: int) -> str:
    """A box of a row; a vector before a matrix product is a row."""
    part = parts[k]
    after = parts[k + 1] if k + 1 < len(parts) else None
    is_product = isinstance(after, Sign) and after.text == "@"
    return _rows(part.rows) if isinstance(part, Matrix) and part.vector and is_product else latex(part)


def _matrix(matrix: Matrix) -> str:
    """A matrix; a short vector is a column, a long one a row with commas."""
    if not matrix.vector:
        return _rows(matrix.rows)
    cells = matrix.rows[0]
    if len(cells) > TALLEST_COLUMN:
        return _fenced("[", r",\; ".join(map(latex, cells)), "]", True)
    return _rows(tuple([(cell,) for cell in cells]))


def _rows(rows: tuple[tuple[Box, ...], ...]) -> str:
    body = r" \\ ".join([" & ".join(map(latex, row)) for row in rows])
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _base(base: Box) -> str:
    """The base of a power; one that ends in an exponent of its own is held together."""
    made = latex(base)
    is_whole = isinstance(base, Fenced | Func | Matrix) or (isinstance(base, Sym) and not base.mark)
    return made if is_whole or (isinstance(base, Num) and base.exponent is None) else f"{{{made}}}"


def _fenced(left: str, body: str, right: str, tall: bool) -> str:
    opening = _FENCES[left][0] if left in _FENCES else left
    closing = _FENCES[left][1] if left in _FENCES else right
    gap = " " if left in _FENCES else ""
    return rf"\left{opening} {body} \right{closing}" if tall else f"{opening}{gap}{body}{gap}{closing}"


def _is_tall(box: Box) -> bool:
    match box:
        case Frac() | Matrix() | Deriv() | Root():
            return True
        case Row(parts):
            return any(map(_is_tall, parts))
        case Power(inner, _) | Fenced(_, inner, _):
            return _is_tall(inner)
        case Func(_, args):
            return any(map(_is_tall, args))
    return False
