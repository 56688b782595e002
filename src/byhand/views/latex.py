"""A lesson as a LaTeX document that compiles by itself; nothing that was typed is a command in it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from byhand.lesson.document import (
    Block,
    Curve,
    Document,
    Formula,
    Heading,
    Inline,
    Inlines,
    Listing,
    Matrix,
    Notice,
    Num,
    Paragraph,
    Points,
    Table,
)
from byhand.lesson.sentences import Speaker
from byhand.views.latex_chain import chain, text_width, width
from byhand.views.latex_math import SYMBOLS, latex, runs, visible
from byhand.views.latex_plot import Group, plot

_ESCAPED = {
    **{mark: f"\\{mark}" for mark in "_%#&${}"},
    **{"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}"},
    **{'"': r"\textquotedbl{}"},
}
_IN_MATH = {character for character in SYMBOLS if not character.isascii()}
# ctex takes a font for Chinese that the system has; Noto, where it is there, has more characters.
_CHINESE = r"""\usepackage[scheme=plain]{ctex}
\IfFontExistsTF{Noto Serif CJK SC}{\setCJKmainfont{Noto Serif CJK SC}}{}
"""
# Letters of other scripts, which the Latin font lacks.
_OTHER = r"""\usepackage{fontspec}
\IfFontExistsTF{Noto Serif CJK SC}{\newfontfamily\otherletters{Noto Serif CJK SC}}{\let\otherletters\relax}
"""
_PLOTS = r"""\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
"""
_PREAMBLE = r"""\documentclass[a4paper,11pt]{article}
\usepackage[margin=2.2cm]{geometry}
\usepackage{amsmath,amssymb,array,booktabs,graphicx,longtable,textcomp}
"""
_COMMANDS = r"""\providecommand{\lt}{<}
\providecommand{\gt}{>}
\newsavebox{\measured}
% \fit: as it is where it fits the line, scaled down to it otherwise
\newcommand{\fit}[1]{\sbox{\measured}{#1}\ifdim\wd\measured>\linewidth
  \resizebox{\linewidth}{!}{\usebox{\measured}}\else\usebox{\measured}\fi}
% \together: on the next page where there is little room left for a heading and what it is of
\makeatletter
\newcommand{\together}{\par\ifdim\dimexpr\pagegoal-\pagetotal<9\baselineskip\ifdim\pagetotal>0pt\newpage\fi\fi}
\makeatother
% one chunk: every column as wide as its widest cell at the first run
\setcounter{LTchunksize}{1000}
\setlength{\LTpre}{0pt}
\setlength{\LTpost}{0.5\baselineskip}
% a notice stays on the page of what follows it
\newenvironment{notice}[1]{\begin{quote}\textbf{#1} }{\csname @endparpenalty\endcsname=10000 \end{quote}}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5\baselineskip}
\setlength{\emergencystretch}{3em}
"""
# Widths in digits: of the page, what text needs at least, between columns; how much wider bold is.
_ROOM, _LEAST, _GAP, _BOLD = 84.0, 16.0, 3.0, 1.15
_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def render(document: Document) -> str:
    """A lesson in LaTeX, for xelatex or tectonic.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
        It needs no ctex where there is no Chinese in it, and no pgfplots where there are no pictures.
    """
    body = [
        rf"\begin{{center}}\Large\bfseries {text(document.title)}\end{{center}}",
        *_blocks(document.blocks, Speaker(document.language)),
    ]
    # A formula continues the paragraph before it: an empty line would be set as one.
    written = "\n\n".join(body).replace("\n\n\\[", "\n\\[")
    preamble = _PREAMBLE
    preamble += _PLOTS if any(isinstance(block, Curve | Points) for block in document.blocks) else ""
    preamble += _CHINESE if any(map(_is_chinese, written)) else ""
    preamble += _OTHER if r"\otherletters" in written else ""
    return f"{preamble}{_COMMANDS}\n\\begin{{document}}\n\n{written}\n\n\\end{{document}}\n"


def _blocks(blocks: Iterable[Block], speaker: Speaker) -> Iterator[str]:
    told = list(blocks)
    for block, following in zip(told, (*told[1:], None), strict=True):
        match block:
            case Heading(level, inlines):
                heading = rf"\{_SECTIONS.get(level, 'paragraph')}*{{{line(inlines)}}}"
                yield f"\\together\n{heading}" if isinstance(following, Table) else heading
            case Paragraph(inlines):
                yield line(inlines)
            case Formula():
                yield _display(block, speaker)
            case Table(header, rows):
                yield _table(header, rows)
            case Listing(items, numbered):
                kind = "enumerate" if numbered else "itemize"
                listed = "\n".join([rf"\item {line(item)}" for item in items])
                yield f"\\begin{{{kind}}}\n{listed}\n\\end{{{kind}}}"
            case Notice(kind, _, inlines):
                name = line(speaker.inlines(f"view.{kind}"))
                yield f"\\begin{{notice}}{{{name}}}\n{line(inlines)}\n\\end{{notice}}"
            case Curve():
                yield _plot(block, (("", block.x, block.y),), joined=True)
            case Points():
                yield _plot(block, block.groups, joined=False)


def text(typed: str) -> str:
    """Words as they are: special characters escaped, mathematical ones in the font of mathematics."""
    made = ""
    for is_symbol, run in runs(visible(typed), _IN_MATH):
        if is_symbol:
            made += f"${' '.join([SYMBOLS[character] for character in run])}$"
            continue
        for is_other, piece in runs(run, _Other()):
            escaped = "".join([_ESCAPED.get(character, character) for character in piece])
            made += rf"{{\otherletters {escaped}}}" if is_other else escaped
    return made.replace("--", "-{}-").replace("--", "-{}-")  # no dashes of TeX's own


def line(inlines: Inlines) -> str:
    """Inlines on one line that is no option of the command before it."""
    made = "".join(map(_inline, inlines)).strip()
    return "{}" + made if made[:1] in ("[", "*") else made


def _inline(inline: Inline) -> str:
    return text(inline) if isinstance(inline, str) else f"${latex(inline)}$"


def _display(formula: Formula, speaker: Speaker) -> str:
    shown = chain(formula)
    shown = f"\\fit{{$\\displaystyle {shown}$}}" if shown.startswith(r"\begin") else shown
    remark = line(speaker.inlines("view.remark", remark=formula.remark)) + "\n" if formula.remark else ""
    return f"{remark}\\[\n{shown}\n\\]"


def _plot(picture: Curve | Points, groups: Iterable[Group], joined: bool) -> str:
    labels = text(picture.x_label), text(picture.y_label)
    return plot(text(picture.title), [(text(label), xs, ys) for label, xs, ys in groups], labels, joined)


# -- tables -----------------------------------------------------------------------------------


def _table(header: tuple[Inlines, ...], rows: tuple[tuple[Inlines, ...], ...]) -> str:
    """A table that goes on over pages; between rows with matrices room, so that brackets do not meet."""
    has_matrices = any(isinstance(part, Matrix) for row in rows for cell in row for part in cell)
    columns = _columns(header, rows, "m" if has_matrices else "p")
    between = " \\\\ \\addlinespace\n" if has_matrices else " \\\\\n"
    body = between.join([_row(columns, map(line, row)) for row in rows])
    head = _row(columns, [rf"\textbf{{{line(cell)}}}" for cell in header])
    kinds = "".join([column.kind for column in columns])
    above = "\n".join([r"\toprule", head + r" \\", r"\midrule"])
    # The head of the first page is a row like the others: in one chunk with them it is as wide at once.
    lines = [rf"\begin{{longtable}}[l]{{{kinds}}}", r"\endfirsthead", above, r"\endhead", above]
    return "\n".join([*lines, body + r" \\", r"\bottomrule", r"\end{longtable}"])


def _row(columns: Iterable[_Column], cells: Iterable[str]) -> str:
    """The cells of a row; in a column that is too narrow for its formulas each is scaled down to it."""
    pairs = zip(columns, cells, strict=True)
    return " & ".join([rf"\fit{{{cell}}}" if column.scaled else cell for column, cell in pairs])


class _Column(NamedTuple):
    """How a column is set: its kind in TeX, and whether cells are scaled down to its width."""

    kind: str
    scaled: bool = False


def _columns(
    header: tuple[Inlines, ...], rows: tuple[tuple[Inlines, ...], ...], wrapped: str
) -> list[_Column]:
    """Numbers to the right; where all is too wide for the page, text in lines, then formulas smaller.

    Text in lines is `wrapped` as ``p``, its first line beside the other cells, or as ``m``, its middle.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    sizes = [
        max([_BOLD * _cell_width(head), *map(_cell_width, column)]) + _GAP
        for head, column in zip(header, columns, strict=True)
    ]
    is_text = [
        any(isinstance(part, str) and len(part) > 1 for cell in col for part in cell) for col in columns
    ]
    texts = [size for size, is_one in zip(sizes, is_text, strict=True) if is_one]
    boxes = [size for size, is_one in zip(sizes, is_text, strict=True) if not is_one]
    widest_box = _cap(boxes, _ROOM - sum(min(size, _LEAST) for size in texts))
    widest_text = _cap(texts, _ROOM - sum(min(size, widest_box) for size in boxes))
    return [
        _column(column, size, widest_text if is_one else widest_box, wrapped, is_one)
        for column, size, is_one in zip(columns, sizes, is_text, strict=True)
    ]


def _column(cells: Iterable[Inlines], size: float, widest: float, wrapped: str, is_text: bool) -> _Column:
    if size > widest:
        kind = rf"{wrapped}{{\dimexpr {widest / _ROOM:.3f}\linewidth-2\tabcolsep}}"
        return _Column(r">{\raggedright\arraybackslash}" + kind) if is_text else _Column(kind, scaled=True)
    return _Column("r" if all(isinstance(part, Num) for cell in cells for part in cell) else "l")


def _cap(sizes: list[float], room: float) -> float:
    """The width at which the widest must stop, so that all fit the room; infinite where they fit."""
    left = room
    for k, size in enumerate(sorted(sizes)):
        if size > left / (len(sizes) - k):
            return left / (len(sizes) - k)
        left -= size
    return math.inf


def _cell_width(cell: Inlines) -> float:
    return sum(text_width(part) if isinstance(part, str) else width(part) for part in cell)


# -- characters -------------------------------------------------------------------------------


def _is_chinese(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


class _Other:
    """The characters that neither the Latin nor the Chinese font has."""

    def __contains__(self, character: object) -> bool:
        assert isinstance(character, str)
        return (
            ord(character) > 0x17F
            and not _is_chinese(character)
            and unicodedata.category(character)[0] in "LMNS"
        )
