"""HTML to pieces: what a reader sees, each formula once, characters with their places in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from byhand.sources.pages.delimited import markdown_pieces
from byhand.sources.pages.page import Piece, PieceKind
from byhand.sources.pages.pictures import is_formula

LONGEST_FORMULA = 40_000

_HIDDEN = {"style", "noscript", "template", "head", "svg", "iframe", "select", "textarea", "button"}
_BLOCKS = {"p", "div", "li", "tr", "td", "th", "br", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "source", "col", "area", "base", "embed", "track"}
# What a typesetter adds for the eye, beside the source it keeps.
_TYPESET = re.compile(
    r"\b(katex-html|mwe-math-fallback-image-\w+|MathJax_Preview|MathJax_SVG|MathJax_CHTML|MathJax_Display|mjx-chtml)\b"
)
_CODE = {"pre"}
_ALT = re.compile(r"\balt\s*=\s*(?P<mark>[\"'])(?P<text>.*?)(?P=mark)", re.DOTALL)
_CHARACTERS = re.compile(r"&#?\w+;|.", re.DOTALL)
# MathML as the TeX it stands for: what is written at an element, and before each of its children.
_BEFORE = {"mfrac": r"\frac", "msqrt": r"\sqrt", "mroot": r"\sqrt[]", "sup": "^", "sub": "_"}
_JOINTS = {
    **{"mfrac": ("", ""), "msub": ("", "_"), "msup": ("", "^"), "msubsup": ("", "_", "^")},
    **{"mover": ("", "^"), "munder": ("", "_"), "munderover": ("", "_", "^"), "mroot": ("", "")},
}
_GROUPED = {"msqrt", "sup", "sub", "mtd"}
_SCRIPTED = {"msub", "msup", "msubsup"}


def html_pieces(source: str) -> Iterator[Piece]:
    """The pieces of an HTML page; scripts and styles are passed over, except a script that holds TeX."""
    reader = _Reader(source)
    reader.feed(_closed(source))
    reader.close()
    for kind, text, places in reader.runs():
        piece = Piece(kind, text, places)
        if kind == "prose":
            yield from markdown_pieces(piece)
        else:
            yield piece


def _closed(source: str) -> str:
    """The page, of the same length, without marks that never close: each would be searched to the end."""
    end = source.rfind("-->") + 1
    source = source[:end] + source[end:].replace("<!--", "    ")
    end = source.rfind(">") + 1
    return source[:end] + source[end:].replace("<", " ")


class _Reader(HTMLParser):
    """Collects characters and their places in runs of one kind."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0, *(k + 1 for k, c in enumerate(source) if c == "\n")]
        self._source = source
        self._open: list[tuple[str, str]] = []
        self._closings: list[str] = []
        self._children: list[int] = []
        self._done: list[tuple[PieceKind, str, list[int]]] = []
        self._characters: list[str] = []
        self._places: list[int] = []
        self._kind: PieceKind = "prose"
        self._hidden = 0
        self._end = 0

    def runs(self) -> list[tuple[PieceKind, str, list[int]]]:
        """Everything collected."""
        self._flush("prose")
        return self._done

    def _place(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _flush(self, kind: PieceKind) -> None:
        if self._characters:
            self._done.append((self._kind, "".join(self._characters), [*self._places, self._end]))
            self._characters, self._places = [], []
        self._kind = kind

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._add("\n", self._place())
        if tag == "img" and not _TYPESET.search(given.get("class", "")):
            self._picture(given.get("alt", ""))
        if tag in _VOID:
            return
        state = self._state(tag, given)
        self._closings.append(self._child(tag))
        self._open.append((tag, state))
        self._children.append(0)
        if state == "hidden":
            self._hidden += 1
        elif state in ("formula", "code", "math"):
            self._flush("code" if state == "code" else "formula")

    def _picture(self, alt: str) -> None:
        """A formula kept as a picture: what stands there in its place."""
        written = _ALT.search(self.get_starttag_text() or "")
        if written is None or self._kind != "prose" or not is_formula(alt):
            return
        self._flush("formula")
        for part in _CHARACTERS.finditer(written["text"].replace("$", " ")):
            place = self._place() + written.start("text") + part.start()
            for character in unescape(part[0]):
                self._add(character, place, len(part[0]))
        self._flush("prose")

    def _state(self, tag: str, given: dict[str, str]) -> str:
        if tag == "script":
            return "formula" if given.get("type", "").startswith("math/tex") else "hidden"
        if tag == "annotation":
            return "formula" if "tex" in given.get("encoding", "") else "hidden"
        if tag in _HIDDEN or _TYPESET.search(given.get("class", "")):
            return "hidden"
        if tag == "math":
            return "hidden" if self._has_annotation() else "math"
        if tag in _CODE:
            return "code"
        return "seen"

    def _has_annotation(self) -> bool:
        start = self._place()
        end = self._source.find("</math", start, start + LONGEST_FORMULA)
        return "application/x-tex" in self._source[start : end if end > 0 else start]

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._add("\n", self._place())
        if all(name != tag for name, _ in self._open[-40:]):
            return
        while self._open:
            name, state = self._open.pop()
            self._children.pop()
            self._sign(self._closings.pop())
            if state == "hidden":
                self._hidden -= 1
            elif state in ("formula", "code", "math"):
                self._flush("prose")
            if name == tag:
                return

    def _child(self, tag: str) -> str:
        """Write what TeX has before an element, its command and the joint to the one before it.

        Returns
        -------
        str
            What TeX has behind it.
        """
        parent = self._open[-1][0] if self._open else ""
        joints = _JOINTS.get(parent)
        outer, inner = joints is not None, tag in _GROUPED
        if joints is not None:
            place = min(self._children[-1], len(joints) - 1)
            self._children[-1] += 1
            self._sign(joints[place])
            if tag == "mi" and place == 0 and parent in _SCRIPTED:
                outer = False  # x_1 is one name, {x}_1 is not
        self._sign("{" * outer + _BEFORE.get(tag, "") + "{" * inner)
        return "}" * (outer + inner)

    def _sign(self, text: str) -> None:
        for character in text:
            self._add(character, self._place())

    def handle_data(self, data: str) -> None:
        self._add_all(data, self._place())

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def _reference(self, text: str) -> None:
        place = self._place()
        for character in unescape(text):
            self._add(character, place, len(text))

    def _add_all(self, data: str, place: int) -> None:
        if self._shown():
            self._characters += data
            self._places += range(place, place + len(data))
            self._end = place + len(data)

    def _add(self, character: str, place: int, length: int = 0) -> None:
        if self._shown():
            self._characters.append(character)
            self._places.append(place)
            self._end = place + length

    def _shown(self) -> bool:
        """Whether what stands here is read: not hidden, or TeX kept inside something hidden."""
        return not self._hidden or (bool(self._open) and self._open[-1][1] == "formula")
