"""Names in a problem: those that are used and nowhere given, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from byhand.errors import ProblemError
from byhand.ops import Call, Expr, Name
from byhand.ops.expression import leaves, substitute
from byhand.sources.calls import near_function
from byhand.sources.characters import canonical, plain
from byhand.sources.formula import Lines, names_in, read_lines
from byhand.sources.misfits import MEANT
from byhand.sources.problem import Problem
from byhand.sources.vocabulary import FUNCTIONS, INSTEAD
from byhand.trace.program import Line, Program, build, givens_of


def known_name(name: str, known: Iterable[str], key: str) -> str:
    """A name in one of the problem's keys, as formulas spell it.

    Raises
    ------
    ProblemError
        It is not one of the problem's names; the nearest is offered.
    """
    wanted, names = canonical(name), list(known)
    if wanted in names:
        return wanted
    near = _near(wanted, names)
    if near:
        raise ProblemError("unknown_in_key_near", name=name[:60], key=key, near=near)
    raise ProblemError("unknown_in_key", name=name[:60], key=key, known=", ".join(names[:20]) or "-")


def check_known(program: Program, known: Iterable[str]) -> None:
    """Every name a formula uses must be given or defined.

    Raises
    ------
    ProblemError
        With the line where the first that is not stands, and what was probably meant.
    """
    names = set(known)
    unknown = [name for name in givens_of(program) if name not in names]
    if not unknown:
        return
    line, column = _place(program, unknown[0])
    error = _meant(unknown[0], line.text, column, [*names, *program.lines])
    if error.code == "unknown_name" and len(unknown) > 1:
        error = ProblemError("unknown_names", names=", ".join(unknown[:20]))
    raise ProblemError(error.code, source=line.text, line=line.number, column=column, **error.facts)


def check_used(typed: Iterable[str], problem: Problem) -> None:
    """The values of a problem that were typed beside it must be used by its lines.

    Raises
    ------
    FormulaError, ProblemError
        With what was probably meant: a name in the lines, or a key of a problem.
    """
    known = {canonical(name) for name in (*problem.given, *problem.samples)}
    lines = with_powers_of_e(read_lines(f"{problem.problem}\n{problem.update}"), known)
    used = [name for name in givens_of(build(lines.expressions)) if name not in lines.sources]
    if not known.issuperset(used):
        return  # a name that lacks its value says more
    later = [name for name, _ in names_in(str(problem.then.get("problem", "")))]
    for name in typed:
        if name in problem.given and canonical(name) not in {*used, *later, *lines.sources}:
            near = MEANT.get(name) or _near(name, [*used, *Problem.model_fields])
            listed = ", ".join(used[:20]) or "-"
            raise ProblemError("unused_near" if near else "unused", name=name[:60], near=near, known=listed)


def with_powers_of_e(lines: Lines, known: Iterable[str]) -> Lines:
    """The lines with ``e^x`` as ``exp(x)``, where nothing else is called e."""
    if "e" in lines.sources or "e" in set(known):
        return lines
    return lines._replace(
        expressions=[(name, substitute(expr, _power_of_e)) for name, expr in lines.expressions]
    )


def _power_of_e(node: Expr) -> Expr | None:
    """exp(x) for e^x; not for e^2, which looks more like the square of a forgotten error e."""
    if not (isinstance(node, Call) and node.op == "pow" and node.args[0] == Name("e")):
        return None
    exponent = node.args[1]
    if any(isinstance(leaf, Name) and leaf.name != "e" for leaf in leaves(exponent)):
        return Call("exp", (substitute(exponent, _power_of_e),))
    return None


def _place(program: Program, name: str) -> tuple[Line, int]:
    """The first line that uses a name, and where."""
    for line in program.lines.values():
        for found, column in names_in(line.text):
            if found == name:
                return line, column
    return next(iter(program.lines.values())), 0


def _meant(name: str, line: str, column: int, known: list[str]) -> ProblemError:
    """The error that says what an unknown name probably stands for."""
    before = plain(line)[:column]
    if name == "T" and re.search(r"\^\s*$", before):
        return ProblemError("transpose_power")
    if name == "e":
        return ProblemError("unknown_e")
    if name in FUNCTIONS or name in INSTEAD:
        return ProblemError("function_alone", name=name, near=near_function(name) or name)
    if re.search(r"\d\s*$", before):
        return ProblemError("after_number", name=name)
    factors = _factors(name, set(known))
    if factors:
        return ProblemError("unknown_product", name=name, product="*".join(factors))
    near = _near(name, known)
    return ProblemError("unknown_name_near" if near else "unknown_name", name=name, near=near)


def _factors(name: str, known: set[str]) -> list[str]:
    """The names whose product was written without a sign: ``wx``, ``w1x1``."""
    best: dict[int, list[str]] = {0: []}
    for end in range(1, len(name) + 1):
        ways = [[*best[start], name[start:end]] for start in best if name[start:end] in known]
        if ways:
            best[end] = min(ways, key=len)
    return best.get(len(name), [])


def _near(name: str, known: list[str]) -> str:
    plainly = {one.casefold(): one for one in reversed(known)}
    near = difflib.get_close_matches(name.casefold(), plainly, 1)
    return plainly[near[0]] if near else ""
