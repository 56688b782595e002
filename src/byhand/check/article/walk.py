"""A page read from top to bottom: each chain understood as far as it can be, and noted for judging."""

from __future__ import annotations

from itertools import pairwise

from byhand.check.article.formulas import recognised, same
from byhand.check.article.links import disagreement, exactly
from byhand.check.article.matching import agree, match
from byhand.check.article.notebook import (
    Function,
    Key,
    Notebook,
    all_rounded,
    key_of,
    names_in,
    readings,
    slopes_in,
)
from byhand.check.article.shapes import (
    argument,
    closure_names,
    entries,
    functions_in,
    in_terms_of_itself,
    symbolic,
    with_new,
)
from byhand.check.article.stretch import Claim, Stretch
from byhand.ops import Call, Expr, Name
from byhand.ops.expression import substitute
from byhand.sources.pages.mathematics import Literal
from byhand.sources.pages.names import base_of, is_new
from byhand.sources.pages.statements import Member, Statement


class Walk:
    """Goes through the statements of a page.

    Attributes
    ----------
    stretches : list of Stretch
    updates : list of (str, Member)
        Formulas for a weight after an update, or for a weight in terms of itself.
    checked : int
    """

    def __init__(self) -> None:
        self.stretches = [Stretch(Notebook())]
        self.updates: list[tuple[str, Member]] = []
        self.checked = 0

    @property
    def book(self) -> Notebook:
        """What the page has said in the present stretch."""
        return self.stretches[-1].book

    def take(self, statement: Statement) -> None:
        """One chain."""
        members = list(statement.members)
        if self._function(members) or self._lists(members):
            return
        key = with_new(key_of(members[0].tree), members)
        if key is not None and not key.by and is_new(key.of):
            self._update(key, members)
        if key is not None and not key.by and in_terms_of_itself(key, members):
            self._update(key, members)
            key = Key(f"{key.of}_new")
        again = False
        if key is not None:
            again = self._differs(key, members)
            if not key.by and not is_new(key.of):
                if self._only_given(key, members):
                    return
                again = self._define(key, members, again)
        self._chain(key, members, again)
        if key is not None:
            self._aliases(members)
        if key is not None and key.by:
            self._formulas(key, members)

    def look_ahead(self, chains: list[Statement]) -> None:
        """The functions that the page defines anywhere; the first definition is meant until the second."""
        for chain in reversed(chains):
            self._function(list(chain.members), ahead=True)

    # Functions, lists, values given

    def _function(self, members: list[Member], ahead: bool = False) -> bool:
        """``f(x) = …`` in terms of x alone defines a function."""
        match members[0].tree:
            case Call("apply", (Name(name), *arguments)) if all(isinstance(a, Name) for a in arguments):
                used = tuple(a.name for a in arguments if isinstance(a, Name))
                body = next((m.tree for m in members[1:] if m.tree is not None), None)
                inside = names_in(body) - {"e"} if body is not None else set()
                if body is None or not inside or inside - set(used) or slopes_in(body) or name.endswith("'"):
                    return name.endswith("'")
                if not any(n in functions_in(body) for n in (name, f"{name}'")):
                    formula = next(readings(self.book.resolved(body)))
                    self._note_function(name, Function(used, recognised(formula, used)), ahead)
                return all(m.tree is None or symbolic(m.tree) for m in members[1:])
        return False

    def _note_function(self, name: str, function: Function, ahead: bool) -> None:
        """A function, and its name as what it gives; another function of that name is another example."""
        before = self.book.functions.get(name)
        if not ahead and before is not None and not self._equal_functions(before, function):
            self._new_stretch(name)
        self.book.functions[name] = function
        usual = isinstance(function.body, Call) and function.body.op in ("sigmoid", "tanh")
        if not ahead and not usual and name not in closure_names(self.book, *names_in(function.body)):
            self.book.definitions.setdefault(name, function.body)

    def _equal_functions(self, one: Function, other: Function) -> bool:
        if len(one.arguments) != len(other.arguments):
            return False
        given = dict(zip(one.arguments, map(Name, other.arguments), strict=True))
        body = substitute(one.body, lambda n: given.get(n.name) if isinstance(n, Name) else None)
        return same(Notebook(), body, other.body) is not False

    def _lists(self, members: list[Member]) -> bool:
        """``[w1, w2] = [0.2, 0.3]``, ``X = [120, 1]``."""
        lists = [m.tree.args for m in members if isinstance(m.tree, Call) and m.tree.op == "stack"]
        if not lists:
            return False
        self._entries(members)
        numbers = next((row for row in lists if all(isinstance(x, Literal) for x in row)), None)
        names = next((row for row in lists if all(isinstance(x, Name) for x in row)), None)
        if numbers is None:
            return True
        if names is None and isinstance(members[0].tree, Name):
            letter = members[0].tree.name
            if letter[-1].isdigit():
                return True  # of w1 = (0.2, 0.3) nothing says whether the second is w12 or w21
            names = tuple(Name(f"{letter[:1].lower()}{letter[1:]}{k}") for k in range(1, len(numbers) + 1))
        if names is not None and len(names) == len(numbers):
            for name, number in zip(names, numbers, strict=True):
                if isinstance(name, Name) and isinstance(number, Literal):
                    self._give(name.name, number)
        return True

    def _entries(self, members: list[Member]) -> None:
        """``[0.28 + 0.16, 0.96 - 0.08] = [0.44, 0.88]``, entry by entry."""
        for before, member in pairwise(members):
            for left, right in zip(entries(before.tree) or (), entries(member.tree) or (), strict=False):
                if isinstance(left, Call) and isinstance(right, Literal):
                    claim = Claim(None, right, *right.place)
                    earlier, later = before._replace(tree=left), member._replace(tree=right)
                    self._compare(None, earlier, later, claim, False)
                    self.stretches[-1].claims.append(claim)

    def _only_given(self, key: Key, members: list[Member]) -> bool:
        """``x1 = 0.05``: a value stated, where the name is not one that is calculated."""
        if len(members) != 2 or not isinstance(members[1].tree, Literal):
            return False
        if key.of in self.book.definitions or key in self.book.values:
            return False
        self._give(key.of, members[1].tree)
        return True

    def _give(self, name: str, number: Literal) -> None:
        before = self.book.given.get(name)
        if before is not None and before.value != number.value:
            self._new_stretch(name)
        self.book.give(name, number)

    def _new_stretch(self, name: str) -> None:
        """From here on a name means something else; what rests on it is forgotten."""
        old = self.stretches[-1]
        resting = {name} | {n for n in old.book.definitions if name in closure_names(old.book, n)}

        def stays(key: Key | None) -> bool:
            return key is not None and key.of not in resting and key.by not in resting

        book = Notebook(
            dict(old.book.functions),
            {n: d for n, d in old.book.definitions.items() if n != name},
            {n: v for n, v in old.book.given.items() if n != name},
            {k: v for k, v in old.book.values.items() if stays(k)},
            set(old.book.sure),
            set(old.book.results),
        )
        self.stretches.append(Stretch(book, [claim for claim in old.claims if stays(claim.key)]))

    # Definitions

    def _define(self, key: Key, members: list[Member], again: bool) -> bool:
        """Note the formula that a name is calculated by; whether the chain is still one for `again`.

        Another formula for a name with other numbers is another example. Another formula without numbers
        changes nothing where the name has a number already.
        """
        name = key.of
        formula = next((m.tree for m in members[1:] if m.tree is not None and symbolic(m.tree)), None)
        if formula is None or slopes_in(formula):
            return again
        if name in closure_names(self.book, *names_in(formula)):
            return again
        before = self.book.definitions.get(name)
        if before is None:
            if not again and self._fits_given(name, formula):
                self.book.definitions[name] = formula
            return again
        if same(self.book, before, formula) is not False or self._equal_here(before, formula):
            return again
        with_numbers = any(m.tree is not None and not symbolic(m.tree) for m in members[1:])
        if with_numbers or Key(name) not in self.book.values:
            self._new_stretch(name)
            self.book.definitions[name] = formula
            return False
        return again

    def _fits_given(self, name: str, formula: Expr) -> bool:
        """Whether a formula for a name with a given value gives that value."""
        given = self.book.given.get(name)
        if given is None:
            return True
        value = self.book.filled(self.book.resolved(formula))
        return value is not None and disagreement(value, given, self.book) is None

    def _equal_here(self, one: Expr, other: Expr) -> bool:
        a, b = self.book.filled(self.book.resolved(one)), self.book.filled(self.book.resolved(other))
        return a is not None and b is not None and disagreement(a, b, self.book) is None

    def _aliases(self, members: list[Member]) -> None:
        """``z = t = 180`` says the number of both."""
        number = next((m.tree for m in members if isinstance(m.tree, Literal)), None)
        for member in members[1:]:
            key = key_of(member.tree)
            if key is not None and number is not None and self.book.known(key) is None:
                self.book.write(key, number)

    def _differs(self, key: Key, members: list[Member]) -> bool:
        """Whether another number was written for the same thing before: another sample, another round."""
        before = self.book.values.get(key)
        number = next((m.tree for m in members[1:] if isinstance(m.tree, Literal)), None)
        return before is not None and number is not None and not agree(before, number)

    # Chains

    def _chain(self, key: Key | None, members: list[Member], again: bool) -> None:
        """Each member beside the one before it."""
        value: Literal | None = None
        sound: Expr | None = None  # what stands before a wrong member
        put_in_wrong = False
        for before, member in pairwise(members):
            if before.tree is None or member.tree is None:
                continue
            claim = Claim(key, member.tree, member.start, member.end, again=again)
            self._compare(key, before, member, claim, before is members[0])
            if claim.mismatch is not None and sound is not None and self._equal_here(sound, member.tree):
                claim.mismatch = None
            sound = before.tree if claim.mismatch is not None else None
            claim.from_wrong = put_in_wrong and claim.supported
            if isinstance(member.tree, Literal):
                self.stretches[-1].claims.append(claim)
                value = value or member.tree
            elif claim.mismatch is not None or argument(member.tree) is not None:
                claim.inner = argument(member.tree) is not None
                put_in_wrong = put_in_wrong or (claim.mismatch is not None and not claim.inner)
                self.stretches[-1].claims.append(claim)
        if value is None:
            value = next((m.tree for m in members[1:] if isinstance(m.tree, Literal)), None)
        shown = [m.tree for m in members[1:] if m.tree is not None]
        if key is not None:
            if value is not None:
                found = [c for c in self.stretches[-1].claims if c.tree is value]
                self.book.write(key, value, any(c.exact for c in found))
                slips = [c.mismatch.expected for c in found if c.mismatch is not None]
                self.book.note_slip(key, value, slips[0] if slips else None)
            for tree in shown:
                if not names_in(tree) and isinstance(tree, Call):
                    self.book.forms.append((tree, key))
        elif value is not None and members[0].tree is not None:
            for form, owner in self.book.forms:
                if form == members[0].tree and self.book.values.get(owner) is None:
                    self.book.write(owner, value)
                    self.stretches[-1].claims[-1].key = owner

    def _compare(self, key: Key | None, earlier: Member, later: Member, claim: Claim, head: bool) -> None:
        """Note in a claim whether it agrees with the member before it; at the head stands the name itself."""
        before, member = earlier.tree, later.tree
        if before is None or member is None:
            return
        resolved = self.book.resolved
        left, right = resolved(before), resolved(member)
        again = claim.again
        if key is not None and head:
            # Its formula stands for the name.
            formula = None if key.by or again else self.book.definitions.get(key.of)
            if formula is None or symbolic(member):
                return
            left = resolved(formula)
            if isinstance(member, Literal) and key in self.book.values:
                return
        put_in = symbolic(left) and not symbolic(right) and not isinstance(right, Literal)
        if put_in and (again or not self._put_in(left, right)):
            return
        if again and (symbolic(left) or symbolic(right)):
            return
        a, b = self.book.filled(left), self.book.filled(right)
        if a is None or b is None:
            return
        self.checked += 1
        claim.mismatch = disagreement(a, b, self.book)
        if claim.mismatch is not None and self._follows_in_mind(left, right):
            claim.mismatch = None
        claim.supported = claim.mismatch is None
        if isinstance(member, Literal):
            claim.exact = claim.supported and exactly(a, member)
            if claim.mismatch is not None and not symbolic(before) and not isinstance(before, Literal):
                claim.before, claim.certain = earlier, disagreement(a, b, all_rounded(a)) is not None

    def _follows_in_mind(self, left: Expr, right: Expr) -> bool:
        """Whether two members agree if the slips before them were slips of the pen."""
        book = self.book.without_slips()
        a, b = book.filled(left), book.filled(right)
        return a is not None and b is not None and disagreement(a, b, book) is None

    def _put_in(self, symbols: Expr, numbers: Expr) -> bool:
        """Read from numbers put into a formula what the names stand for; whether the two may be compared."""
        found = match(symbols, numbers, self.book)
        if not found.fits:
            return False
        for key, literal in found.unknown:
            if key.by or key.of in self.book.definitions:
                self.book.write(key, literal)
            else:
                self._give(key.of, literal)
        for result, put_in in found.agreeing:
            self.book.round_again(result, put_in)
        self.book.results.update(abs(literal.value) for literal in found.rounded)
        if found.slips == 0 or (found.slips == 1 and len(found.agreeing) >= 3):
            return True
        for key, known, literal in found.differing:
            if known is not None and not key.by and key.of in self.book.given and not found.signs:
                self._give(key.of, literal)
        return False

    # Updates and derivatives

    def _update(self, key: Key, members: list[Member]) -> None:
        for member in members[1:]:
            if member.tree is not None and slopes_in(member.tree):
                self.updates.append((base_of(key.of), member))

    def _formulas(self, key: Key, members: list[Member]) -> None:
        """A derivative's formulas are kept until all that the page defines is known."""
        for member in members[1:]:
            tree = member.tree
            if tree is not None and (symbolic(tree) or slopes_in(tree)):
                self.stretches[-1].formulas.append(Claim(key, tree, member.start, member.end))
