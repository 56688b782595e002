"""A JAX function run once on its numbers, all of it written down; JAX's private parts are used here alone.

The function runs eagerly under `jax.disable_jit`, so `jit` is an ordinary call, `scan` and `while_loop` are
loops of Python, `cond` takes its branch, and local names are those of running code. Values are float64.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax._src import core

from byhand.errors import ProblemError
from byhand.sources.function.frames import Sections, caller, line_at, watched
from byhand.sources.function.known import function_of
from byhand.sources.function.movement import moved
from byhand.sources.function.names import Names
from byhand.sources.function.nodes import CONSTANT, GIVEN, Node, calculated
from byhand.sources.function.outside import Outside, array_of, is_complex
from byhand.sources.function.primitives import KEPT, MOVED, MOVED_APART, MOVED_BY_INDEX, RULES

MOST_OPERATIONS = 20_000
_OPENED = ("jit", "pjit", "closed_call", "remat2", "checkpoint", "remat")


class Recorded(core.Tracer):
    """A value that is being written down; to JAX an array, to a loop or a branch its number."""

    __slots__ = ["node"]
    aval: Any

    def __init__(self, trace: Recorder, node: Node, aval: Any) -> None:
        super().__init__(trace, aval)
        self.node = node

    def to_concrete_value(self) -> Any:
        value = np.asarray(self.node.value)
        return value.astype(self.aval.dtype) if _decides(self.aval.dtype) or value.ndim == 0 else None

    def __index__(self) -> int:
        if self.node.shape or self.node.value != int(self.node.value):
            raise TypeError(self.node.value)
        return int(self.node.value)


def _decides(dtype: Any) -> bool:
    """Whether values of a kind decide or count: they pass no gradient."""
    return not jnp.issubdtype(dtype, np.inexact)


def node_of(value: Any) -> Node | None:
    """The node of a value, whatever transformations of JAX are around it."""
    while isinstance(value, core.Tracer) and not isinstance(value, Recorded):
        value = getattr(value, "val", getattr(value, "primal", None))
    return value.node if isinstance(value, Recorded) else None


class Recorder(core.Trace):
    """Writes every operation down that a recorded value takes part in, and leaves the others to JAX."""

    def __init__(self) -> None:
        super().__init__()
        self.sections = Sections()
        self.names = Names(node_of, self.sections)
        self._count = 0
        self._constants: dict[int, tuple[Any, Node]] = {}

    # What JAX asks of a trace

    def stage_value(self, val: Any) -> Any:
        return val

    def process_primitive(self, primitive: Any, tracers: Any, params: Any, /) -> Any:
        if primitive.name in _OPENED and any(isinstance(x, Recorded) for x in tracers):
            with core.set_current_trace(self):
                return core.jaxpr_as_fun(params["jaxpr"])(*tracers)
        with core.set_current_trace(core.eval_trace):  # a newer JAX has none meanwhile
            return self._written_down(primitive, tracers, params)

    def _written_down(self, primitive: Any, tracers: Any, params: Any) -> Any:
        if not any(isinstance(x, Recorded) for x in tracers):
            return primitive.bind(*tracers, **params)
        found, _ = primitive.abstract_eval(*map(core.typeof, tracers), **params)
        outs = found if primitive.multiple_results else [found]
        nodes = self._nodes(primitive, tracers, params, outs)
        made = [Recorded(self, node, out) for node, out in zip(nodes, outs, strict=True)]
        return made if primitive.multiple_results else made[0]

    def process_call(self, primitive: Any, fun: Any, tracers: Any, params: Any, /) -> Any:
        with core.set_current_trace(self):
            return fun.call_wrapped(*tracers)

    def process_custom_jvp_call(
        self, primitive: Any, fun: Any, jvp: Any, tracers: Any, /, **params: Any
    ) -> Any:
        return self._custom(primitive, (fun, jvp), tracers, params)

    def process_custom_vjp_call(
        self, primitive: Any, fun: Any, fwd: Any, bwd: Any, tracers: Any, /, **params: Any
    ) -> Any:
        return self._custom(primitive, (fun, fwd, bwd), tracers, params)

    # Nodes

    def given(self, name: str, value: Any) -> Recorded:
        """An argument under its name."""
        node = self._placed(Node(GIVEN, (), {}, value))
        self.names.give(node, name)
        return Recorded(self, node, core.typeof(jnp.asarray(value, np.float64)))

    def constant(self, value: Any) -> Node:
        """A number or an array of the function's own; the same object is the same node."""
        if id(value) not in self._constants:
            array = np.asarray(value, np.float64)
            node = self._placed(Node(CONSTANT, (), {}, array if array.ndim else float(array)))
            self._constants[id(value)] = value, node
        return self._constants[id(value)][1]

    def returned(self, value: Any) -> Node | None:
        """A result as a node that was calculated; None where it depends on no argument."""
        node = node_of(value)
        return self._make("copy", node) if node is not None and node.is_leaf else node

    def name_constants(self) -> None:
        """Call the function's own arrays as their author does."""
        for value, node in self._constants.values():
            name = self.names.of_array(value)
            if name is not None:
                self.names.give(node, name)

    def _make(self, op: str, *operands: Node | float, **attrs: Any) -> Node:
        """An operation of byhand's on nodes and numbers."""
        nodes = tuple([x if isinstance(x, Node) else self.constant(x) for x in operands])
        return self._placed(Node(op, nodes, attrs, calculated(op, nodes, attrs)))

    def _placed(self, node: Node) -> Node:
        """A node with its place in the author's text and among the library's functions."""
        self._count += 1
        if self._count > MOST_OPERATIONS:
            raise ProblemError("too_many_operations", limit=MOST_OPERATIONS)
        author, library = caller(sys._getframe(1))
        node.order, node.sections = self._count, self.sections.of(author)
        node.line = line_at(author) if author is not None else None
        node.call = next((frame for frame in reversed(library) if function_of(frame.f_code)), None)
        return node

    def _nodes(self, primitive: Any, tracers: Any, params: Any, outs: Any) -> list[Node]:
        """The results of a primitive: moved elements, an operation of byhand's, or what JAX calculates."""
        kinds = [x.dtype for x in (*map(core.typeof, tracers), *outs)]
        if not any(map(is_complex, kinds)):
            whole = not jnp.issubdtype(outs[0].dtype, np.integer)
            if primitive.name in KEPT and (whole or _decides(kinds[0])):
                return [self._operand(tracers[0])]
            positions = self._positions(primitive, tracers, params)
            if positions is not None:
                return [self._moved(self._operand(tracers[0]), found) for found in positions]
            rule = RULES.get(primitive.name)
            node = rule(self._make, params, *map(self._operand, tracers)) if rule and whole else None
            if node is not None:
                return [node]

        def function(*xs: Any) -> Any:
            found = primitive.bind(*xs, **params)
            return found if primitive.multiple_results else [found]

        return self._opaque(primitive.name, function, tracers, outs)

    def _operand(self, x: Any) -> Node:
        return x.node if isinstance(x, Recorded) else self.constant(x)

    def _number(self, x: Any) -> Any:
        """An operand as JAX itself would have it."""
        return array_of(x.node.value, x.aval.dtype) if isinstance(x, Recorded) else x

    def _positions(self, primitive: Any, tracers: Any, params: Any) -> list[Any] | None:
        """Where each element of the results came from, for a primitive that only moves elements."""
        first = tracers[0]
        if not isinstance(first, Recorded):
            return None
        at = np.arange(math.prod(first.aval.shape)).reshape(first.aval.shape)
        if primitive.name in MOVED:
            return [MOVED[primitive.name](at, params)]
        if primitive.name in MOVED_APART:
            return MOVED_APART[primitive.name](at, params)
        if primitive.name not in MOVED_BY_INDEX:
            return None
        # As floats: what lies outside the array comes back as NaN.
        places = jnp.asarray(at, np.float64)
        found = np.asarray(primitive.bind(places, *map(self._number, tracers[1:]), **params))
        return [found.astype(int)] if found.size and np.isfinite(found).all() else None

    def _moved(self, node: Node, positions: Any) -> Node:
        found = moved(np.asarray(positions), node.shape)
        return node if found is None else self._make(found[0], node, **found[1])

    def _custom(self, primitive: Any, functions: tuple[Any, ...], tracers: Any, params: Any) -> Any:
        """A function with a derivative of its own: an operation of byhand's, or a step of JAX's."""
        _, library = caller(sys._getframe(1))
        own = inspect.unwrap(functions[0].f)
        codes = [getattr(own, "__code__", None), *(frame.f_code for frame in library)]
        if any(code is not None and function_of(code) for code in codes):
            with core.set_current_trace(self):
                return functions[0].call_wrapped(*tracers)

        def function(*xs: Any) -> Any:
            for each in functions:
                for store in filter(None, each.stores):
                    store.reset()
            return primitive.bind(*xs, subfuns=functions, **params)

        with core.set_current_trace(core.eval_trace):
            results = function(*map(self._number, tracers))
            if not any(isinstance(x, Recorded) for x in tracers):
                return results
            outs = list(map(core.typeof, results))
            nodes = self._opaque(getattr(own, "__name__", primitive.name), function, tracers, outs)
            # JAX reads from the functions' stores what this leaves there
            function(*map(self._number, tracers))
            return [Recorded(self, node, out) for node, out in zip(nodes, outs, strict=True)]

    def _opaque(self, name: str, function: Any, tracers: Any, outs: Any) -> list[Node]:
        recorded = [x for x in tracers if isinstance(x, Recorded)]
        arguments = [None if isinstance(x, Recorded) else x for x in tracers]
        kinds = [x.aval.dtype for x in recorded]
        return [
            self._make(
                "opaque_choice" if _decides(out.dtype) else "opaque",
                *[x.node for x in recorded],
                function=Outside(name, function, arguments, kinds, place),
            )
            for place, out in enumerate(outs)
        ]


def record(
    function: Callable[..., Any], arguments: Callable[[Recorder], tuple[Any, Any]]
) -> tuple[Recorder, Any]:
    """Run a function once and write down what it calculates.

    Parameters
    ----------
    function : callable
    arguments : callable
        Its arguments and keyword arguments, made with a recorder.

    Returns
    -------
    tuple
        The recorder, and a node for each array that the function returned.
    """
    recorder = Recorder()
    with jax.enable_x64(True), jax.disable_jit():
        args, kwargs = arguments(recorder)
        with core.set_current_trace(recorder), watched(recorder.names.see, recorder.sections.enter):
            result = function(*args, **kwargs)
        nodes = [recorder.returned(leaf) for leaf in jax.tree.leaves(result)]
    recorder.name_constants()
    return recorder, nodes
