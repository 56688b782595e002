"""The signs and words that the lexer of formulas knows."""

from __future__ import annotations

import re

from byhand.sources.characters import GREEK
from byhand.sources.pages.names import ACCENTS

MAX_GROUP, MAX_NESTED = 4000, 40

FUNCTIONS = {
    **{"exp": "exp", "ln": "ln", "log": "log", "sqrt": "sqrt", "tanh": "tanh", "sin": "sin", "cos": "cos"},
    **{"sigmoid": "σ", "Sigmoid": "σ", "logistic": "σ", "relu": "relu", "ReLU": "relu", "abs": "abs"},
    **{"max": "max", "min": "min", "th": "tanh", "lg": "log10"},
}
BASE = re.compile(r"\s*_?\s*\{?(2|10)\}?(?=\s*(?:\\left)?\s*\()")
MAYBE_FUNCTIONS = set("σfgφ")
FRACTIONS = {"frac", "dfrac", "tfrac", "cfrac"}
SKIPPED = {"tag", "label", "color", "ref", "eqref", "cite", "hspace", "vspace", "phantom"}
TEXT = {"text", "mathrm", "textrm", "textbf", "mbox", "textit", "operatorname", "mathsf", "mathtt"}
WITH_GROUP = {*ACCENTS, *TEXT, *SKIPPED, "begin", "end"}
# Commands that are one token, its kind and text, or none.
COMMANDS = {
    **dict.fromkeys(("left", "right", "big", "Big", "bigg", "Bigg"), ("", "")),
    **dict.fromkeys(("bigl", "bigr", "Bigl", "Bigr"), ("", "")),
    **dict.fromkeys(("displaystyle", "textstyle", "limits", "nolimits", "nonumber", "notag"), ("", "")),
    **dict.fromkeys(("rm", "bf", "it", "hline", "bigm", "boxed", *",;:!> %"), ("", "")),
    **{name: ("FUNC", function) for name, function in FUNCTIONS.items()},
    **dict.fromkeys(("times", "cdot", "ast", "odot", "bullet", "circ"), ("TIMES", "*")),
    **dict.fromkeys(("coloneqq", "leftarrow", "gets"), ("REL", "=")),
    **dict.fromkeys(("approx", "simeq", "thickapprox", "doteq", "equiv", "approxeq"), ("REL", "≈")),
    **dict.fromkeys(("quad", "qquad", "Rightarrow", "rightarrow", "to", "implies"), ("break", "")),
    **dict.fromkeys(("because", "therefore", "mid"), ("break", "")),
    **{"div": ("SLASH", "/"), "sqrt": ("ROOT", "√"), "prime": ("PRIME", "'"), "partial": ("bad", "∂")},
    **{"{": ("LPAR", "("), "lbrace": ("LPAR", "("), "}": ("RPAR", ")"), "rbrace": ("RPAR", ")")},
    "\\": ("row", ""),
}
ROWS = {"aligned", "align", "split", "equation", "gathered"}

_DECIMAL = r"\d+\{,\}\d+|\d+\.?\d*|\.\d+"
_POWER = r"(?:[eE][-+]?\d+(?![\w.]))?%?"
NUMBER = re.compile(rf"(?:[1-9]\d{{0,2}}(?:(?:\{{,\}}|,|\\,)\d{{3}}(?!\d))+(?:\.\d+)?|{_DECIMAL}){_POWER}")
SMALL = re.compile(rf"(?:{_DECIMAL}){_POWER}")
# A comma that can only be a decimal point: it parts no thousands, and nobody lists 0 and 05 or 5936 so.
COMMA = re.compile(rf"(?<!\d,)(?:0,0\d+|0,\d{{3,}}|\d{{1,3}},\d{{4,}})(?!\d|[,.]\d){_POWER}")
LIST_OR_POINT = re.compile(r"(?<!\d,)\d+,\d+(?!\d|[,.]\d)")
TEN = re.compile(r"\s*(?:\*|×|\\times|\\cdot)\s*10\s*\^\s*(?:\{\s*([-+]?\s*\d+)\s*\}|([-+]?\d+))")
LETTERS = re.compile(r"[^\W\d_⁻⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾]+")
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
UPDATED = re.compile(r" ?\((new|old|新|旧|更新后|[tknp]\s*\+\s*1)\)")
WEIGHTS = set("wWbBvVθ")
BEFORE_TIMES = re.compile(r"\s*[*×·]")
# what may stand behind the end of a row: \\[4pt]
ROOM = re.compile(r"\s*\[-?[\d.]+ *(?:pt|em|ex|mm|cm|in)\]")
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
    # what MathML has between a function and its argument, between factors, between indices
    **{"\u2061": "", "\u2062": "", "\u2063": "COMMA"},
}
ENDS = {"NUMBER", "NAME", "RPAR", "RSQB", "RBRACE", "RAISED"}
