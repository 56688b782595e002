"""A learner at work: to so many digits, rounding or cutting, steps left out, a mistake made once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from planting.problem import Problem, Step, Values
from planting.span import Span, Unbounded, worked_in_the_head_to
from planting.span import span as span_of

EVERYTHING = Span(float("-inf"), float("inf"))


class Style(NamedTuple):
    """How somebody works and writes."""

    digits: int
    fixed: bool
    cut: bool
    carries_written: bool
    leaves_out: float
    shuffles: bool
    respells: bool


def style(rng: Any) -> Style:
    return Style(
        digits=int(rng.integers(2, 7)),
        fixed=bool(rng.random() < 0.4),
        cut=bool(rng.random() < 0.25),
        carries_written=bool(rng.random() < 0.5),
        leaves_out=float(rng.choice([0.0, 0.0, 0.2, 0.4])),
        shuffles=bool(rng.random() < 0.4),
        respells=bool(rng.random() < 0.4),
    )


class Number(NamedTuple):
    """A number on paper: its text, and the size of one unit of its last digit."""

    text: str
    value: float
    unit: float
    digits: int
    decimals: int | None

    @property
    def span(self) -> Span:
        """What it may stand for: rounded, or cut."""
        low, high = self.value - self.unit / 2, self.value + self.unit / 2
        if self.value > 0 or (self.value == 0 and not self.text.startswith("-")):
            high = self.value + self.unit
        if self.value < 0 or self.text.startswith("-") or self.value == 0:
            low = self.value - self.unit
        return Span(low, high)


def write(value: float, how: Style) -> Number:
    """A number as somebody of this style writes it."""
    exact = Decimal(f"{value:.12g}")  # 2.6 is cut to 2.6, whatever a float makes of it
    places = how.digits if how.fixed else how.digits - 1 - (exact.adjusted() if exact else 0)
    unit = Decimal(1).scaleb(-places)
    kept = exact.quantize(unit, rounding=ROUND_DOWN if how.cut else ROUND_HALF_UP)
    if places >= 0 and (how.fixed or abs(exact) >= Decimal("1e-4") or not exact):
        text = f"{kept:f}"
        decimals: int | None = places
    else:
        text = f"{kept:.{how.digits - 1}e}".replace("e+", "e")
        kept, decimals = Decimal(text), None
        unit = Decimal(1).scaleb(kept.adjusted() - how.digits + 1)
    return Number(text, float(kept), float(unit), _significant(text), decimals)


def _significant(text: str) -> int:
    return max(1, len(re.sub(r"[eE].*|[-.]", "", text).lstrip("0")))


class Slip(NamedTuple):
    """A slip of the pen: what should have stood there, made into something else."""

    kind: str
    change: Callable[[str, Any], str | None]


def _digit(text: str, rng: Any) -> str | None:
    places = _places(text)
    k = places[int(rng.integers(len(places)))]
    other = str(rng.integers(1 if k == places[0] else 0, 10))
    return text[:k] + other + text[k + 1 :]


def _exchanged(text: str, rng: Any) -> str | None:
    places = _places(text)
    pairs = [(a, b) for a, b in pairwise(places) if text[a] != text[b]]
    pairs = [(a, b) for a, b in pairs if not (a == places[0] and text[b] == "0")]
    if not pairs:
        return None
    a, b = pairs[int(rng.integers(len(pairs)))]
    letters = [*text]
    letters[a], letters[b] = letters[b], letters[a]
    return "".join(letters)


def _lost(text: str, rng: Any) -> str | None:
    places = _places(text)
    if len(places) < 3:
        return None
    k = places[int(rng.integers(1, len(places)))]
    return text[:k] + text[k + 1 :]


def _signless(text: str, rng: Any) -> str | None:
    return text[1:] if text.startswith("-") else f"-{text}"


def _point(text: str, rng: Any) -> str | None:
    """The same digits with the point one place further on, to either side."""
    mantissa, power, exponent = text.partition("e")
    if power:
        return f"{mantissa}e{int(exponent) + (1 if rng.random() < 0.5 else -1)}"
    sign, digits = ("-" if text.startswith("-") else ""), text.lstrip("-").replace(".", "")
    at = len(text.lstrip("-").partition(".")[0]) + (1 if rng.random() < 0.5 else -1)
    digits, at = (f"0{digits}", at + 1) if at < 1 else (digits.ljust(at, "0"), at)
    whole, rest = digits[:at].lstrip("0") or "0", digits[at:]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _places(text: str) -> list[int]:
    """Where the significant digits stand."""
    mantissa = text.partition("e")[0]
    places = [k for k, letter in enumerate(mantissa) if letter.isdigit()]
    first = next((k for k in places if mantissa[k] != "0"), places[-1])
    return [k for k in places if k >= first]


SLIPS = (
    Slip("digit_slip", _digit),
    Slip("digits_transposed", _exchanged),
    Slip("digit_lost", _lost),
    Slip("sign_lost", _signless),
    Slip("decimal_point", _point),
)


class Mistake(NamedTuple):
    """One mistake: at which step, of what kind; by a wrong formula or by a slip of the pen."""

    step: str
    kind: str
    formula: Callable[[Values], Any] | None = None
    slip: Slip | None = None


@dataclass
class Sheet:
    """What somebody wrote, and what is true of it."""

    problem: Problem
    style: Style
    mistakes: tuple[Mistake, ...]
    numbers: dict[str, Number] = field(default_factory=dict)
    kept: Values = field(default_factory=Values)
    needs: dict[str, set[str]] = field(default_factory=dict)

    @property
    def written(self) -> list[str]:
        return [step.name for step in self.problem.steps if step.name in self.numbers]

    def resting_on(self, name: str) -> set[str]:
        """Every step on which one rests, itself included."""
        found, waiting = set(), [name]
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting += [other for other in self.needs.get(step, ()) if other in self.needs]
        return found


def work(
    problem: Problem, how: Style, rng: Any, mistakes: tuple[Mistake, ...] = (), leave: Any = None
) -> Sheet:
    """Work a problem through, with mistakes."""
    sheet = Sheet(problem, how, mistakes)
    made = {mistake.step: mistake for mistake in mistakes}
    values = sheet.kept = Values(problem.numbers)
    for step in problem.steps:
        mistake = made.get(step.name)
        values.seen.clear()
        step.right(values)
        sheet.needs[step.name] = set(values.seen)
        value = float((mistake.formula if mistake and mistake.formula else step.right)(values))
        number = write(value, how)
        kept = number.value if how.carries_written else value
        if mistake and mistake.slip:
            text = mistake.slip.change(number.text, rng)
            if text is None:
                raise Unbounded
            number = _reread(text, number)
            # Half of them see only what they wrote; the others have the right number in mind.
            kept = number.value if rng.random() < 0.5 else kept
        values[step.name] = kept
        out = step.name in leave if leave is not None else rng.random() < how.leaves_out
        if not out or (mistake and mistake.slip):
            sheet.numbers[step.name] = number
    return sheet


def _reread(text: str, number: Number) -> Number:
    """A number as it reads after a slip."""
    mantissa, _, power = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    unit = float(Decimal(1).scaleb(int(power or 0) - decimals))
    return Number(text, float(text), unit, _significant(text), None if power else decimals)


def reaches(sheet: Sheet) -> dict[str, Span]:
    """What rounding may make of each number, by its own formula and from the values alone."""
    by_steps, by_values = _spans(sheet, True), _spans(sheet, False)
    found = {}
    for name in by_steps:
        a, b = by_steps[name], by_values[name]
        found[name] = Span(min(a.low, b.low), max(a.high, b.high))
    return found


def _spans(sheet: Sheet, derivatives: bool) -> dict[str, Span]:
    values = Values({name: Span(value, value) for name, value in sheet.problem.numbers.items()})
    digits = max(number.digits for number in sheet.numbers.values())
    places = [n.decimals for n in sheet.numbers.values() if n.decimals]

    def unit(size: float) -> float:
        significant = 10.0 ** (Decimal(size).adjusted() - digits + 1) if size else 0.0
        return max(significant, 10.0 ** -max(places)) if sheet.style.fixed and places else significant

    worked_in_the_head_to(unit if derivatives else lambda size: 0.0)
    found: dict[str, Span] = {}
    for step in sheet.problem.steps:
        try:
            ways = [step.right(values), *([step.other_way(values)] if step.other_way else [])]
            span = Span(min(span_of(way).low for way in ways), max(span_of(way).high for way in ways))
        except (Unbounded, OverflowError, ValueError):
            span = EVERYTHING
        found[step.name] = span
        number = sheet.numbers.get(step.name)
        if number is not None and (derivatives or not step.is_derivative):
            values[step.name] = number.span
        elif span is EVERYTHING or (step.is_derivative and not derivatives):
            values[step.name] = span
        else:
            values[step.name] = span.widened(unit(max(abs(span.low), abs(span.high))))
    return found


def moved(sheet: Sheet) -> list[str]:
    """The numbers written that no rounding of what stands before them explains."""
    spans = reaches(sheet)
    return [name for name in sheet.written if not spans[name].meets(sheet.numbers[name].span)]


# How it is written down

_MINUS = ("-", "−")


def claims(sheet: Sheet, rng: Any) -> dict[str, str]:
    """The sheet as it is handed in: names and numbers in somebody's own spelling, in some order."""
    names = sheet.written
    if sheet.style.shuffles:
        names = [names[k] for k in rng.permutation(len(names))]
    if not sheet.style.respells:
        return {name: sheet.numbers[name].text for name in names}
    manner, minus = int(rng.integers(3)), _MINUS[int(rng.integers(2))]
    return {
        respelled(name, manner): _number_respelled(sheet.numbers[name].text, manner).replace("-", minus)
        if "^" not in _number_respelled(sheet.numbers[name].text, manner)
        else _number_respelled(sheet.numbers[name].text, manner)
        for name in names
    }


def _number_respelled(text: str, manner: int) -> str:
    mantissa, power, exponent = text.partition("e")
    if power:
        return f"{mantissa}×10^{exponent}" if manner else text
    if manner == 2 and len(mantissa.lstrip("-").partition(".")[0]) > 3:
        whole, point, rest = mantissa.partition(".")
        return f"{int(whole):,}{point}{rest}"
    return text


def respelled(name: str, manner: int) -> str:
    """A name as other people write it."""
    name, mark, turn = name.partition("#")
    end = mark + turn
    if name.startswith("d") and "/d" in name:
        top, _, bottom = name[1:].partition("/d")
        a, b = _symbol(top, manner), _symbol(bottom, manner)
        if manner == 1:
            return rf"\frac{{\partial {a}}}{{\partial {b}}}{end}"
        return f"∂{a}/∂{b}{end}"
    if name.endswith("_new"):
        base = name.removesuffix("_new")
        return (
            f"{_symbol(base, manner)}{('_new', '^{new}', '+')[manner]}{end}"
            if "[" not in base
            else name + end
        )
    return _symbol(name, manner) + end


def _symbol(name: str, manner: int) -> str:
    match = re.fullmatch(r"([A-Za-z]+)(\d+)", name)
    if match is None:
        return name.replace(",", ", ")
    if manner == 0:
        return match[1] + match[2].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    return f"{match[1]}_{{{match[2]}}}" if manner == 1 else f"{match[1]}_{match[2]}"


def possible_mistakes(problem: Problem) -> list[Mistake]:
    """Every mistake that can be planted in a problem."""
    found = [
        Mistake(step.name, kind, formula)
        for step in problem.steps
        for kind, formulas in step.wrong.items()
        for formula in formulas
    ]
    return found + [Mistake(step.name, slip.kind, slip=slip) for step in problem.steps for slip in SLIPS]


def drawn_mistake(problem: Problem, rng: Any, kinds: Mapping[str, list[Mistake]] | None = None) -> Mistake:
    """One mistake at random: first the kind, so that rare ones are seen as often as common ones."""
    by_kind = kinds or mistakes_by_kind(problem)
    names = sorted(by_kind)
    kind = names[int(rng.integers(len(names)))]
    return by_kind[kind][int(rng.integers(len(by_kind[kind])))]


def mistakes_by_kind(problem: Problem) -> dict[str, list[Mistake]]:
    found: dict[str, list[Mistake]] = {}
    for mistake in possible_mistakes(problem):
        found.setdefault(mistake.kind, []).append(mistake)
    return found


def step_named(problem: Problem, name: str) -> Step:
    return next(step for step in problem.steps if step.name == name)
