"""The same calculation as a plain NumPy script that runs and prints the same numbers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import numpy as np

from byhand.errors import ProblemError
from byhand.ops import OPS, Call, Derivative, Expr, Name, Number
from byhand.ops.expression import substitute
from byhand.ops.table import total
from byhand.rules.gradient import root
from byhand.sources.problem import checked_name, number_or_array, text_in
from byhand.sources.task import Task
from byhand.trace.derivative import pulled_terms
from byhand.trace.paths import leading_to, uses
from byhand.trace.program import definition, depends_on, lines_of, operands_of
from byhand.trace.run import LONGEST_UNTIL, Run
from byhand.views.python_expression import Identifiers, literal, python_text

_WIDTH = 100
_ITERATION = "the iteration"
_BUILTINS = (
    "np",
    "range",
    "zip",
    "enumerate",
    "abs",
    "len",
    "tuple",
    "float",
    "print",
    "sliding_window_view",
)


def render(task: Task, run: Run) -> str:
    """A calculation as a NumPy script.

    Parameters
    ----------
    task : Task
    run : Run
        Its values give the shapes; its numbers are not copied.

    Returns
    -------
    str
        Prints ``name = value`` for every value and gradient of the first iteration (``name of sample k``
        where there are samples), ``L#k`` for the objective of iteration k, ``name_new`` at the end.

    Raises
    ------
    ProblemError
        A step of the calculation is known to JAX alone.
    """
    opaque = [equation for equation in run.program.equations if not OPS[equation.op].python]
    if opaque:
        functions = dict.fromkeys(str(equation.attrs["function"]) for equation in opaque)
        raise ProblemError("no_python", functions=", ".join(functions))
    return "\n".join(_with_helpers(list(_Script(task, run).lines()))) + "\n"


class _Script:
    """The lines of one script, in the order in which they run."""

    def __init__(self, task: Task, run: Run) -> None:
        self.task, self.run, self.plan = task, run, run.plan
        self.program, self.objective = run.program, run.plan.objective
        self.names = Identifiers((*_BUILTINS, *_helpers()))
        for name in (*run.given, *run.plan.samples, *lines_of(run.program)):
            self.names.of(name)
        forward = run.first.forwards[0]
        self.shapes = {name: np.shape(value) for name, value in forward.values.items()}
        self.values = list(lines_of(run.program))
        self.by = list(self.plan.learn or run.given)
        self.loops = bool(self.plan.learn) and (self.plan.steps > 1 or self.plan.until is not None)
        self.summed = bool(self.plan.samples) and not self.plan.online

    def lines(self) -> Iterator[str]:
        title = "".join(
            c for c in " ".join(text_in(self.task.problem.title, "en").split()) if c.isprintable()
        )
        yield from ([f"# {title}"] if title else [])
        yield from ["import numpy as np", ""]
        yield from self._numbers()
        yield ""
        if self.loops:
            yield from self._loop()
        else:
            yield from self._shared(self._iteration(once=True))
        if self.plan.learn:
            yield from self._shown({f"{name}_new": self.names.of(name) for name in self.plan.learn})
        yield from self._prediction()

    # What is given

    def _numbers(self) -> Iterator[str]:
        for name, value in self.run.given.items():
            note = "  # the problem gives no number: put yours here" if name in self.plan.numberless else ""
            yield f"{self.names.of(name)} = {literal(value)}{note}"
        for name, column in self.plan.samples.items():
            yield f"{self._samples(name)} = {literal(np.array(column))}"
        if self.plan.learn:
            for name, setting in self.plan.settings.items():
                yield f"{self._setting(name)} = {literal(setting)}"
            for name in self.plan.learn:
                yield from self._state(name)

    def _state(self, name: str) -> Iterator[str]:
        given = self.plan.state.get(name, {})
        for key in self.plan.rule.state if self.plan.rule else ():
            zero = f"0 * {self.names.of(name)}"
            yield f"{self._kept(key, name)} = {literal(given[key]) if key in given else zero}"

    def _samples(self, name: str) -> str:
        return self.names.of(f"samples of {name}", f"{name}_samples")

    def _number(self) -> str:
        return self.names.of(_ITERATION, "n")

    def _sample(self) -> str:
        return self.names.of("the sample", "k")

    def _before(self) -> str:
        return self.names.of("the objective before", f"{self.objective}_before")

    def _done(self) -> str:
        return self.names.of("whether it is done", "done")

    def _setting(self, name: str) -> str:
        return self.names.of(f"setting {name}", name)

    def _kept(self, key: str, name: str) -> str:
        return self.names.of(f"{key} of {name}", f"{key}_{name}")

    # One iteration and all of them

    def _loop(self) -> Iterator[str]:
        number = self._number()
        last = 1 + (self.plan.steps if self.plan.until is None else LONGEST_UNTIL)
        if self.plan.until is not None:
            yield f"{self._done()} = False"
        yield f"for {number} in range(1, {last + 1}):"
        yield from _indented(self._shared(self._iteration(once=False)))
        if self.plan.until is not None:
            before, done, value = self._before(), self._done(), self.names.of(str(self.objective))
            yield f"    {done} = {number} > 1 and abs({before} - {value}) < {self.plan.until!r}"
            yield f"    {before} = {value}"

    def _iteration(self, once: bool) -> tuple[list[str], list[str]]:
        """The lines of every sample, and the lines after them."""
        number = self._number()
        first = [] if once else [f"if {number} == 1:"]
        backward = dict(self._backward()) if self.objective else {}
        each = [*self._forward(self.values), *(f"{name} = {text}" for name, (_, text) in backward.items())]
        suffix = f" of sample {{{self._sample()}}}" if self.summed else ""
        shown = {name + suffix: self.names.of(name) for name in self.values}
        shown |= {label + suffix: name for name, (label, _) in backward.items()}
        say = list(self._shown(shown))
        each += [*first, *_indented(say)] if first else say
        after = list(self._combined(first)) if self.summed and self.objective else []
        if not once:
            stop = f"{number} == {1 + self.plan.steps}"
            if self.plan.until is not None:
                stop = f"{self._done()} or {number} == {1 + LONGEST_UNTIL}"
            if self.objective:
                after += self._shown({f"{self.objective}#{{{number}}}": self.names.of(self.objective)})
            after += [f"if {stop}:", "    break"]
        return each, [*after, *self._updates(once)]

    def _shared(self, parts: tuple[list[str], list[str]]) -> Iterator[str]:
        """The lines of an iteration; those of every sample in a loop where the iteration uses them all."""
        each, after = parts
        columns = {self.names.of(name): self._samples(name) for name in self.plan.samples}
        if self.summed:
            for whole in self._sums().values():
                yield f"{whole} = 0.0"
            k = self._sample()
            inside = f"zip({', '.join(columns.values())})"
            each_one = ", ".join(columns) if len(columns) > 1 else f"{next(iter(columns))},"
            yield f"for {k}, ({each_one}) in enumerate({inside}, 1):"
            yield from _indented(each)
            yield from _indented(f"{whole} = {whole} + {part}" for part, whole in self._sums().items())
        else:
            number = f"({self._number()} - 1) % {self.plan.sample_count}" if self.loops else "0"
            for name, column in columns.items():
                yield f"{name} = {column}[{number}]"
            yield from each
        yield from after

    def _sums(self) -> dict[str, str]:
        """Where the shares of the samples are added up, by the name of the share."""
        if not self.objective:
            return {}
        shares = [
            self.names.of(self.objective),
            *(self.names.derivative(self.objective, name) for name in self.by),
        ]
        return {share: self.names.of(f"sum of {share}", f"{share}_sum") for share in shares}

    def _combined(self, first: list[str]) -> Iterator[str]:
        over = f" / {self.plan.sample_count}" if self.plan.mean else ""
        for part, whole in self._sums().items():
            yield f"{part} = {whole}{over}"
        labels = [str(self.objective), *(f"d{self.objective}/d{name}" for name in self.by)]
        said = list(self._shown(dict(zip(labels, self._sums(), strict=True))))
        yield from [*first, *_indented(said)] if first else said

    # Forward, backward, update

    def _forward(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            yield f"{self.names.of(name)} = {python_text(definition(self.program, name), self.names)}"

    def _backward(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Each gradient from the back: its identifier, its label and its formula."""
        objective = str(self.objective)
        reaching, users = depends_on(self.program, objective), uses(self.program)
        needed = set(self.by)
        for line in self.values:
            if any(line in users.get(name, ()) for name in needed):
                needed.add(line)
        for name in [*(line for line in reversed(self.values) if line in needed), *self.by]:
            if name != objective and (name in reaching or name in self.by):
                lines = [user for user in users.get(name, ()) if user in reaching]
                terms = [term for line in lines for term in self._shares(line, name)]
                zero = literal(np.zeros(self.shapes[name])) if self.shapes[name] else "0.0"
                text = python_text(total(terms), self.names) if terms else zero
                yield self.names.derivative(objective, name), (f"d{objective}/d{name}", text)

    def _shares(self, line: str, name: str) -> tuple[Expr, ...]:
        objective = str(self.objective)
        upstream = Number(1.0) if line == objective else Derivative(objective, line)
        return pulled_terms(self.program, line, name, upstream, self.shapes)

    def _updates(self, once: bool) -> Iterator[str]:
        """The rule's equations for each learned name, in place."""
        for name, line in self.plan.carried.items():
            yield f"{self.names.of(name)} = {self.names.of(line)}"
        if not self.plan.learn or self.plan.rule is None:
            return
        made = self.plan.state.get("t", 0)
        number: Expr = Number(1.0 + made)
        if not once:
            turn = Name(_ITERATION)
            number = Call("add", (turn, Number(float(made)))) if made else turn
        gradients = [Derivative(str(self.objective), name) for name in self.plan.learn]
        norm = root(total([Call("sum", (gradient**2,)) for gradient in gradients]))
        for name, gradient in zip(self.plan.learn, gradients, strict=True):
            meaning: dict[str, Expr] = {"w": Name(name), "g": gradient, "t": number, "norm": norm}
            for setting in self.plan.settings:
                self._setting(setting)
                meaning[setting] = Name(f"setting {setting}")
            for key, _ in self.plan.rule.equations[:-1]:
                if key in self.plan.rule.shared:
                    self.names.of(f"{key} of all", key)
                    meaning[key] = Name(f"{key} of all")
                else:
                    self._kept(key, name)
                    meaning[key] = Name(f"{key} of {name}")
            again = self.plan.rule.shared if name != self.plan.learn[0] else ()
            yield from self._rule_lines(meaning, again)

    def _rule_lines(self, meaning: Mapping[str, Expr], again: Collection[str]) -> Iterator[str]:
        """The rule's equations for one name, without those that stand there already."""
        assert self.plan.rule is not None
        for result, formula in self.plan.rule.equations:
            if result in again:
                continue
            known = substitute(formula, lambda node: meaning[node.name] if isinstance(node, Name) else None)
            yield f"{python_text(meaning[result], self.names)} = {python_text(known, self.names)}"

    def _prediction(self) -> Iterator[str]:
        """What the trained values give for new inputs."""
        wanted = dict(self.task.problem.predict)
        result = wanted.pop("result", None)
        if not wanted or result is None:
            return
        yield ""
        for typed, value in wanted.items():
            name = checked_name(typed)
            yield f"{self.names.of(name)} = {literal(number_or_array(name, value))}"
        name = checked_name(str(result))
        lines = leading_to(self.program, name)
        used = {operand for line in lines for operand in operands_of(lines_of(self.program)[line])}
        for sample in self.plan.samples:
            if sample in used and sample not in wanted:
                yield f"{self.names.of(sample)} = {self._samples(sample)}[0]"
        yield from self._forward(lines)
        yield from self._shown({f"predicted {name}": self.names.of(name)})

    def _shown(self, values: Mapping[str, str]) -> Iterator[str]:
        """A call that prints values, broken into lines of readable length."""
        if not values:
            return
        line = "show({"
        items = [f"{'f' if '{' in label else ''}{label!r}: {name}" for label, name in values.items()]
        for item in [*(f"{item}, " for item in items[:-1]), items[-1] + "})"]:
            if len(line) + len(item) > _WIDTH and line.strip():
                yield line.rstrip()
                line = "    "
            line += item
        yield line


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@cache
def _helpers() -> dict[str, ast.FunctionDef]:
    """The small functions by name, without annotations and docstrings."""
    text = resources.files("byhand.views").joinpath("python_helpers.py").read_text("utf-8")
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        function.returns, function.body = None, function.body[1:]
        for argument in function.args.args:
            argument.annotation = None
    return functions


def _with_helpers(lines: list[str]) -> list[str]:
    """The script with the small functions it uses, and those they use, after its imports."""
    waiting, used = _called(ast.parse("\n".join(lines))), set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= _called(_helpers()[name]) - used
    texts = [text for name, node in _helpers().items() if name in used for text in (ast.unparse(node), "")]
    needed = {
        "math.": "import math",
        "sliding_window_view": "from numpy.lib.stride_tricks import sliding_window_view",
    }
    start = lines.index("import numpy as np") + 1
    more = [line for word, line in needed.items() if any(word in text for text in texts)]
    return [*lines[:start], *more, "", *texts, *lines[start + 1 :]]


def _called(tree: ast.AST) -> set[str]:
    """The small functions a tree names."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & _helpers().keys()
