"""What a chain or a formula looks like: whether names stand in it, what it rests on, what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from byhand.check.article.notebook import Key, Notebook, names_in, slopes_in
from byhand.ops import Call, Expr, Name
from byhand.sources.pages.mathematics import Literal
from byhand.sources.pages.statements import Member


def in_terms_of_itself(key: Key, members: list[Member]) -> bool:
    """``w = w − η ∂L/∂w``: the new value in terms of the old one."""
    return any(m.tree is not None and symbolic(m.tree) and key.of in names_in(m.tree) for m in members[1:])


def with_new(key: Key | None, members: list[Member]) -> Key | None:
    """``w' = w − η ∂L/∂w`` speaks of the new w; elsewhere a dash is part of a name."""
    if key is None or not key.of.endswith("_prime"):
        return key
    base = key.of.removesuffix("_prime")
    slopes = [slope for m in members[1:] if m.tree is not None for slope in slopes_in(m.tree)]
    return Key(f"{base}_new") if any(slope.by == base for slope in slopes) else key


def functions_in(tree: Expr) -> Iterator[str]:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Call):
            if node.op == "apply" and isinstance(node.args[0], Name):
                yield node.args[0].name
            stack.extend(node.args)


def closure_names(book: Notebook, *names: str) -> set[str]:
    """Every name that some names rest on, themselves included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            formula = book.definitions.get(name)
            waiting += names_in(formula) if formula is not None else ()
    return found


def symbolic(tree: Expr) -> bool:
    """Whether names stand in it; e alone is a number."""
    return bool(names_in(tree) - {"e"})


def entries(tree: Expr | None) -> tuple[Expr, ...] | None:
    """The entries of a list, or of a calculation with lists entry by entry; None where it is none.

    Examples
    --------
    >>> row = Call("stack", (Name("a"), Name("b")))
    >>> entries(Name("c") * row) == (Name("c") * Name("a"), Name("c") * Name("b"))
    True
    """
    if not isinstance(tree, Call):
        return None
    if tree.op == "stack":
        return tree.args
    parts = [entries(arg) for arg in tree.args]
    lengths = {len(part) for part in parts if part is not None}
    if len(lengths) != 1 or tree.op == "apply":
        return None
    rows = [part or (arg,) * max(lengths) for part, arg in zip(parts, tree.args, strict=True)]
    return tuple(Call(tree.op, args, tree.attrs) for args in zip(*rows, strict=True))


def argument(tree: Expr) -> Literal | None:
    """The number in σ(number)."""
    match tree:
        case Call("apply", (Name(), Literal() as number)) | Call(
            "tanh" | "relu" | "exp", (Literal() as number,)
        ):
            return number
    return None
