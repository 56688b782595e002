"""The derivative of a softmax output as people write it: in the outputs, not in the exponentials."""

from __future__ import annotations

from byhand.check.page import Page
from byhand.ops import Call, Expr, Name
from byhand.trace.program import definition


def softmax_slope(page: Page, of: str, by: str) -> Expr | None:
    """p(1 − p), or −p·q for the output of another sum; None where the line is no softmax output.

    Parameters
    ----------
    page : Page
    of, by : str
        A line, and a value that stands in it.
    """
    parts = _parts(page, of)
    if parts is None:
        return None
    own, whole = parts
    if own == by:
        return Name(of) * (1 - Name(of))
    for other in page.users.get(by, ()):
        if other != of and _parts(page, other) == (by, whole):
            return -(Name(of) * Name(other))
    return None


def _parts(page: Page, line: str) -> tuple[str, frozenset[str]] | None:
    """Of e^a/(e^a + e^b + …): a, and all the sums a, b, …"""
    if line not in page.softmaxes:
        match definition(page.program, line):
            case Call("div", (Call("exp", (Name(own),)), bottom)):
                whole = _exponents(bottom)
                page.softmaxes[line] = (own, whole) if own in whole else None
            case _:
                page.softmaxes[line] = None
    return page.softmaxes[line]


def _exponents(expr: Expr) -> frozenset[str]:
    """The names whose exponentials are added up; none where anything else stands there."""
    match expr:
        case Call("exp", (Name(name),)):
            return frozenset((name,))
        case Call("add" | "total", parts):
            found = [_exponents(part) for part in parts]
            return frozenset().union(*found) if all(found) else frozenset()
    return frozenset()
