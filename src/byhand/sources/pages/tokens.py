"""Characters to tokens: one lexer for LaTeX and for formulas typed into prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from byhand.sources.characters import GREEK, plain
from byhand.sources.pages import signs
from byhand.sources.pages.names import ACCENTS, LETTERS, flat, index_like, joined
from byhand.sources.pages.page import Piece


class Token(NamedTuple):
    """A token with its place in the page.

    ``break`` parts statements (its text is the words that stand there); ``edge`` is where a formula begins
    or ends; other kinds are those of the grammar.
    """

    kind: str
    text: str
    start: int
    end: int
    piece: int = 0


class Used(NamedTuple):
    """What a page uses as names.

    Attributes
    ----------
    words : set of str
        Words and letters of its formulas.
    functions : set of str
        Letters used as functions.
    assigned : set of str
        Words that its prose gives a value.
    """

    words: frozenset[str]
    functions: frozenset[str]
    assigned: frozenset[str]


class Lexer:
    """Reads one piece.

    Parameters
    ----------
    piece : Piece
    number : int
        Which piece of the page it is.
    used : Used
    """

    def __init__(self, piece: Piece, number: int, used: Used) -> None:
        self._piece, self._number = piece, number
        self._raw, self._text = piece.text, plain(piece.text)
        self._prose = piece.kind != "formula"
        self._words, self._functions, self._assigned = used
        self._square = self._round = self._nested = 0

    def tokens(self, limit: int) -> list[Token]:
        """The tokens of the piece between two edges, no more than so many."""
        size = len(self._text)
        inside = islice(self._between(0, size), limit)
        return [self._made("edge", "", 0, 0), *inside, self._made("edge", "", size, size)]

    def _made(self, kind: str, text: str, start: int, end: int) -> Token:
        places = self._piece.places
        last = places[end - 1] + 1 if end > start else places[start]
        return Token(kind, text, places[start], max(last, places[start]), self._number)

    def _between(self, at: int, end: int) -> Iterator[Token]:
        before = None
        while at < end:
            spaced = at
            while at < end and self._text[at] in " \n\r":
                at += 1
            if at >= end:
                break
            if self._prose and "\n" in self._raw[spaced:at] and not self._goes_on(spaced, at):
                yield self._made("break", "\n", at, at)
            elif self._prose and at > spaced and before in signs.ENDS and self._starts_operand(at):
                yield self._made("break", "", at, at)
            made, at = self._next(at, end)
            for token in made:
                before = token.kind
                yield token

    def _goes_on(self, spaced: int, at: int) -> bool:
        """Whether a line begins with the sign of equality that continues the one above."""
        return self._raw.count("\n", spaced, at) == 1 and signs.GIVES.match(self._text, at) is not None

    def _starts_operand(self, at: int) -> bool:
        c = self._text[at]
        return c.isalnum() or c in "([\\"

    def _next(self, at: int, end: int) -> tuple[list[Token], int]:
        text, c = self._text, self._text[at]
        if c == "\\":
            return self._command(at, end)
        if c.isdecimal() or (c == "." and text[at + 1 : at + 2].isdecimal()):
            return self._number_at(at, end)
        found = signs.DERIVATIVE.match(text, at, end) if c in "d∂" else None
        if found is not None:
            made = self._slope(
                (found.start("of"), found.end("of")), (found.start("by"), found.end("by")), at, found.end()
            )
            if made:
                return made, found.end()
        if c.isalpha():
            return self._letters(at, end)
        if c in "½¼¾":
            return [self._made("NUMBER", c, at, at + 1)], at + 1
        if c in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
            stop = at + 1
            while stop < end and text[stop] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
                stop += 1
            return [self._made("RAISED", self._raw[at:stop], at, stop)], stop
        if c == ":" and text[at + 1 : at + 2] == "=":
            return [self._made("REL", ":=", at, at + 2)], at + 2
        if text.startswith("<- ", at):
            return [self._made("REL", "←", at, at + 2)], at + 2
        if text.startswith("-->", at):
            return [self._made("break", "-->", at, at + 3)], at + 3
        if text.startswith(("==", "!=", "<=", ">=", "+=", "-=", "*=", "->", "=>"), at):
            return [self._made("break", text[at : at + 2], at, at + 2)], at + 2
        if text.startswith("**", at):
            return [self._made("CARET", "^", at, at + 2)], at + 2
        if c in "[]":
            self._square += 1 if c == "[" else -1
        if c in "()":
            self._round = max(self._round + (1 if c == "(" else -1), 0)
        if c in signs.PRIMES:
            return [self._made("PRIME", "'", at, at + 1)], at + 1
        kind = signs.SIGNS.get(c, "break" if self._prose or c in "<>;:?.≤≥→⇒" else "bad")
        return ([self._made(kind, c, at, at + 1)] if kind else []), at + 1

    def _number_at(self, at: int, end: int) -> tuple[list[Token], int]:
        found = (signs.SMALL if self._square > 0 else signs.NUMBER).match(self._text, at, end)
        assert found is not None
        if self._text[found.end() : found.end() + 1] == "," and not self._listed():
            found = signs.COMMA.match(self._raw, at, end) or found
            either = signs.LIST_OR_POINT.match(self._raw, at, end)
            if either and found.end() < either.end():
                return [self._made("bad", either[0], at, either.end())], either.end()
        stop = found.end()
        if self._text[stop - 1] == "." and (self._prose or self._text[stop : stop + 1] in ("", " ", "\n")):
            stop -= 1
        if self._text[stop : stop + 2] == "\\%":
            stop += 2
        power = signs.TEN.match(self._text, stop, end)
        if power:
            stop = power.end()
        elif self._prose and re.match(r"\.\d|[A-Za-z]\w*\.|\)\s*[^\W\d_]", self._text[stop : stop + 12]):
            # 1.2.3 is a section; "3) Then" is an item of a list.
            if self._text[stop] != ")" or self._text[:at].rpartition("\n")[2].strip():
                return [self._made("NUMBER", self._raw[at:stop], at, stop)], stop
            return [self._made("break", self._raw[at:stop], at, stop)], stop
        return [self._made("NUMBER", self._raw[at:stop], at, stop)], stop

    def _listed(self) -> bool:
        """Whether a comma parts values here: within brackets, and in code."""
        return self._square > 0 or self._round > 0 or self._piece.kind == "code"

    def _letters(self, at: int, end: int) -> tuple[list[Token], int]:
        """A run of letters: a name, a function, a word, or several one-letter names side by side."""
        found = signs.LETTERS.match(self._text, at, end)
        assert found is not None
        run, stop = found[0], found.end()
        if ord(run[0]) > 0x2E7F:
            stop = at + next((k for k, c in enumerate(run) if ord(c) <= 0x2E7F), len(run))
            return [self._made("break", self._raw[at:stop], at, stop)], stop
        chinese = next((k for k, c in enumerate(run) if ord(c) > 0x2E7F), None)
        if chinese:
            run, stop = run[:chinese], at + chinese
        base = signs.BASE.match(self._text, stop, end) if run == "log" else None
        if base:
            return [self._made("FUNC", run + base[1], at, base.end())], base.end()
        following = self._text[stop : stop + 1]
        if run in signs.FUNCTIONS and ((following in "({^_" and following) or not self._prose):
            return [self._made("FUNC", signs.FUNCTIONS[run], at, stop)], stop
        if self._prose:
            dotted = signs.DOTTED.match(self._text, stop, end)
            if dotted:
                stop = dotted.end() - 1
                return [self._made("FUNC", self._raw[at:stop], at, stop)], stop
        if len(run) == 1 or (following in "_" and following) or run in self._words:
            return self._name(run, at, stop, end)
        if self._prose:
            tail = signs.TAIL.match(self._text, stop, end)
            if tail and re.fullmatch(r"\d+(?:_?\w+)?", tail[0]) and len(run) <= 6:
                return self._name(run, at, stop, end)
            if signs.GIVES.match(self._text, stop, end) and len(run) <= 12:
                return self._name(run, at, stop, end)
            if run in self._assigned and self._is_operand(at, stop):
                return self._name(run, at, stop, end)
            if run in GREEK and signs.BEFORE_TIMES.match(self._text, stop, end):
                return self._name(run, at, stop, end)
            return [self._made("break", run, at, stop)], stop
        if run[0] in signs.GREEK_LETTERS or len(run) == 2 or all(c in self._words for c in run):
            return self._name(run[0], at, at + 1, end)
        return self._name(run, at, stop, end)

    def _is_operand(self, at: int, stop: int) -> bool:
        """Whether a sign of multiplication or a bracket stands directly before a word or behind it."""
        before, behind = self._text[:at].rstrip(" ")[-1:], self._text[stop:].lstrip(" ")[:1]
        return (before in "*×·/(" and before != "") or (behind in "*×·/)" and behind != "")

    def _name(self, base: str, at: int, stop: int, end: int, accent: str = "") -> tuple[list[Token], int]:
        """A name with what hangs on it: digits, subscripts, an index above, primes."""
        text = self._text
        sub, sup, raised = "", "", False
        if text[stop : stop + 1] == "\u0302":
            accent, stop = "hat", stop + 1
        if self._prose or not (at > 0 and text[at - 1] == "\\"):
            digits = signs.DIGITS.match(text, stop, end)
            if digits:
                sub, stop = digits[0], digits.end()
        for _ in range(3):
            past = self._past_spaces(stop, end)
            if text[past : past + 1] == "_" and past + 1 < end:
                part, stop = self._script(past + 1, end)
                sub += part
            elif text[past : past + 1] == "^" and not raised and past + 1 < end:
                part, after = self._script(past + 1, end)
                whole = flat(part)
                if not whole:
                    break
                sign = text[self._past_spaces(after, end) : self._past_spaces(after, end) + 1]
                if (
                    (joined("w", "", part) in ("w", "w_new") and whole not in ("t", "k"))
                    or index_like(whole)
                    or sign == "_"
                ):
                    sup, stop, raised = part, after, True
                else:
                    break
            elif text[stop : stop + 1] in tuple(signs.PRIMES) and not raised:
                sup, stop, raised = "prime", stop + 1, True
            elif text[stop : stop + 1] == "⁺":
                sup, stop, raised = "new", stop + 1, True
            elif (
                not raised
                and (updated := signs.UPDATED.match(text, stop, end))
                and ("+" not in updated[1] or base in signs.WEIGHTS)  # h(t+1) is the next of a series
            ):
                sup, stop, raised = ("old" if updated[1] in ("old", "旧") else "new"), updated.end(), True
            else:
                break
        letter = base + accent
        if (
            not sub
            and not sup
            and letter in self._functions | (signs.MAYBE_FUNCTIONS if len(letter) == 1 else set())
        ):
            past = self._past_spaces(stop, end)
            past += 5 if text.startswith("\\left", past) else 0
            if text[past : past + 1] == "(":
                return [self._made("FUNC", letter, at, stop)], stop
        if sup == "prime" and letter in self._functions | signs.MAYBE_FUNCTIONS and not sub:
            return [self._made("FUNC", letter + "'", at, stop)], stop
        name = joined(letter, sub, sup)
        return [self._made("NAME" if name else "bad", name or self._raw[at:stop], at, stop)], stop

    def _script(self, at: int, end: int) -> tuple[str, int]:
        """What hangs below or above: a group, a command, or one character (in prose a whole word)."""
        at = self._past_spaces(at, end)
        if self._text[at : at + 1] == "{":
            inside, stop = self._group(at, end)
            return self._text[inside[0] : inside[1]], stop
        found = (signs.SCRIPT_IN_PROSE if self._prose else signs.SCRIPT).match(self._text, at, end)
        return (found[0], found.end()) if found else ("", at)

    def _group(self, at: int, end: int) -> tuple[tuple[int, int], int]:
        """The inside of a group in braces, and where it ends; one character or command without braces."""
        at = self._past_spaces(at, end)
        if self._text[at : at + 1] != "{":
            found = signs.ONE.match(self._text, at, end)
            stop = found.end() if found else at
            return (at, stop), stop
        depth = 0
        for k in range(at, min(end, at + signs.MAX_GROUP)):
            c = self._text[k]
            if c in "{}" and self._text[k - 1 : k] != "\\":
                depth += 1 if c == "{" else -1
                if depth == 0:
                    return (at + 1, k), k + 1
        return (at + 1, end), end

    def _past_spaces(self, at: int, end: int) -> int:
        while at < end and self._text[at] in " \n\r":
            at += 1
        return at

    def _command(self, at: int, end: int) -> tuple[list[Token], int]:
        found = signs.COMMAND.match(self._text, at, end)
        if found is None:
            return [], at + 1
        name, stop = found[1], found.end()
        if name == "log" and (base := signs.BASE.match(self._text, stop, end)):
            return [self._made("FUNC", name + base[1], at, base.end())], base.end()
        if name == "\\" and (room := signs.ROOM.match(self._text, stop, end)):
            stop = room.end()
        if name in signs.COMMANDS:
            kind, text = signs.COMMANDS[name]
            return ([self._made(kind, text, at, stop)] if kind else []), stop
        if name in signs.FRACTIONS:
            return self._fraction(at, stop, end)
        if name in LETTERS and name not in ("Sigma", "Pi"):
            return self._name(LETTERS[name], at, stop, end)
        if name not in signs.WITH_GROUP:
            return [self._made("bad", "\\" + name, at, stop)], stop
        inside, after = self._group(stop, end)
        if name in ACCENTS:
            return self._accented(name, inside, at, after, end)
        if name in signs.TEXT:
            return self._worded(inside, at, after, end)
        if name in ("begin", "end"):
            rows = self._text[inside[0] : inside[1]].strip("*") in signs.ROWS
            return [self._made("row" if rows else "bad", "", at, after)], after
        return [], after

    def _accented(
        self, name: str, inside: tuple[int, int], at: int, after: int, end: int
    ) -> tuple[list[Token], int]:
        text = self._text[inside[0] : inside[1]].strip()
        found = re.fullmatch(r"([^\W\d_]+|\\[A-Za-z]+)\s*(?:_\s*(\{[^{}]*\}|\w))?", text)
        if found is None:
            return [self._made("bad", self._raw[at:after], at, after)], after
        letter = LETTERS.get(found[1][1:], "") if found[1].startswith("\\") else found[1]
        if not letter:
            return [self._made("bad", self._raw[at:after], at, after)], after
        if found[2]:
            whole = joined(letter + ACCENTS[name], found[2])
            return [self._made("NAME" if whole else "bad", whole or "", at, after)], after
        return self._name(letter, at, after, end, ACCENTS[name])

    def _worded(self, inside: tuple[int, int], at: int, after: int, end: int) -> tuple[list[Token], int]:
        text = self._raw[inside[0] : inside[1]]
        word = text.strip()
        if word in signs.FUNCTIONS:
            return [self._made("FUNC", signs.FUNCTIONS[word], at, after)], after
        if re.fullmatch(r"[A-Za-z]\w*", word) and text == word:
            return self._name(word, at, after, end)
        return [self._made("break", text, at, after)], after

    def _fraction(self, at: int, stop: int, end: int) -> tuple[list[Token], int]:
        top, after = self._group(stop, end)
        bottom, after = self._group(after, end)
        made = self._quotient_of_differentials(top, bottom, at, after)
        if made is not None:
            return made, after
        if self._nested >= signs.MAX_NESTED:
            return [self._made("bad", "", at, after)], after
        self._nested += 1
        tokens = [self._made("FRAC", "", at, stop)]
        for part in (top, bottom):
            tokens += [
                self._made("LBRACE", "{", part[0], part[0]),
                *self._between(*part),
                self._made("RBRACE", "}", part[1], min(part[1] + 1, end)),
            ]
        self._nested -= 1
        return tokens, after

    def _quotient_of_differentials(
        self, top: tuple[int, int], bottom: tuple[int, int], at: int, after: int
    ) -> list[Token] | None:
        """The tokens of dA/dB; None where the fraction is none."""
        over, under = (
            signs.DIFFERENTIAL.match(self._text, *top),
            signs.DIFFERENTIAL.match(self._text, *bottom),
        )
        if over is None or under is None or under.end() == bottom[1]:
            return None
        if over.end() == top[1]:
            return [self._made("bad", self._raw[at:after], at, after)]
        return self._slope((over.end(), top[1]), (under.end(), bottom[1]), at, after)

    def _slope(self, of: tuple[int, int], by: tuple[int, int], at: int, after: int) -> list[Token] | None:
        if self._nested >= signs.MAX_NESTED:
            return [self._made("bad", "", at, after)]
        self._nested += 1
        over, under = list(self._between(*of)), list(self._between(*by))
        self._nested -= 1
        if len(under) != 1 or under[0].kind != "NAME":
            return [self._made("bad", self._raw[at:after], at, after)]
        return [
            self._made("SLOPE", "", at, at),
            self._made("LBRACE", "{", *[of[0]] * 2),
            *over,
            self._made("RBRACE", "}", *[of[1]] * 2),
            under[0],
            self._made("RBRACE", "}", after - 1, after),
        ]
