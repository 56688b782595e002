"""The signs and words that the lexer of formulas knows."""

from __future__ import annotations

import re

from byhand.sources.characters import GREEK

MAX_GROUP, MAX_NESTED = 4000, 40

FUNCTIONS = {
    **{"exp": "exp", "ln": "ln", "log": "log", "sqrt": "sqrt", "tanh": "tanh", "sin": "sin", "cos": "cos"},
    **{"sigmoid": "σ", "Sigmoid": "σ", "logistic": "σ", "relu": "relu", "ReLU": "relu", "abs": "abs"},
    **{"max": "max", "min": "min", "th": "tanh"},
}
MAYBE_FUNCTIONS = set("σfgφ")
RELATIONS = {"approx", "simeq", "thickapprox", "doteq", "coloneqq", "leftarrow", "gets", "equiv", "approxeq"}
SKIPPED = {
    *("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle"),
    *(
        "textstyle",
        "limits",
        "nolimits",
        "nonumber",
        "notag",
        "rm",
        "bf",
        "it",
        "mathrm",
        "hline",
        "bigm",
        "boxed",
    ),
}
SPACES = set(",;:!> ")
FRACTIONS = {"frac", "dfrac", "tfrac", "cfrac"}
WITH_GROUP_SKIPPED = {"tag", "label", "color", "ref", "eqref", "cite", "hspace", "vspace", "phantom"}
TEXT = {"text", "mathrm", "textrm", "textbf", "mbox", "textit", "operatorname", "mathsf", "rm", "mathtt"}

NUMBER = re.compile(
    r"(?:\d{1,3}(?:(?:\{,\}|,|\\,)\d{3}(?!\d))+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+(?![\w.]))?%?"
)
SMALL = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+(?![\w.]))?%?")
TEN = re.compile(r"\s*(?:\*|×|\\times|\\cdot)\s*10\s*\^\s*(?:\{\s*([-+]?\s*\d+)\s*\}|([-+]?\d+))")
LETTERS = re.compile(r"[^\W\d_]+")
GREEK_LETTERS = set(GREEK.values()) | {"∂", "∇", "Δ", "∆"}
PRIMES = "'′’"
DOTTED = re.compile(r"(?:\.[A-Za-z_]\w*)+\(")
DIGITS = re.compile(r"\d+(?![.\d])")
ONE = re.compile(r"\\[A-Za-z]+|.")
COMMAND = re.compile(r"\\([A-Za-z]+|.|\Z)", re.DOTALL)
DIFFERENTIAL = re.compile(r"\s*(?:\\partial(?![A-Za-z])|∂|d|\\mathrm\s*\{?d\}?|\\text\s*\{d\}|\{\\rm d\})\s*")
SCRIPT = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})?|\d+|.")
SCRIPT_IN_PROSE = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})?|[-+]?\d+|\w+")
TAIL = re.compile(r"\w+")
GIVES = re.compile(r"\s*(?:=(?!=)|≈)")
DERIVATIVE = re.compile(
    r"(?P<d>d|∂)(?P<of>[^\W\d_](?:[^\W_]|_\{?\w+\}?|\u0302|hat)*(?:\([a-z]\))?)\s*/\s*(?P=d)(?P<by>[^\W\d_](?:[^\W_]|_\{?\w+\}?)*)"
)
SIGNS = {
    **{"+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "SLASH", "(": "LPAR", ")": "RPAR", "[": "LSQB"},
    **{
        "]": "RSQB",
        "=": "REL",
        "≈": "REL",
        "≃": "REL",
        "≒": "REL",
        "←": "REL",
        "≅": "REL",
        ",": "COMMA",
        "^": "CARET",
    },
    **{"√": "ROOT", "{": "LBRACE", "}": "RBRACE", "|": "BAR", "&": "", "~": "", "\u0302": "", "!": "BANG"},
}
ENDS = {"NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "RAISED"}
