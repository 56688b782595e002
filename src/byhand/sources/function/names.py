"""What the author called each value."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FrameType
from typing import Any

import jax
import numpy as np

from byhand.sources.formula import MAX_NAME, is_name
from byhand.sources.function.frames import Sections
from byhand.sources.function.nodes import MOVING, Node
from byhand.trace.program import Section

_NUMBERED = ("step", "turn")


class Names:
    """The names of nodes and of arrays, as they are first seen in the local variables of the author's frames.

    Parameters
    ----------
    node_of : callable
        The node of a value, None where it has none.
    sections : Sections
    """

    def __init__(self, node_of: Callable[[Any], Node | None], sections: Sections) -> None:
        self._node_of, self._sections = node_of, sections
        self._nodes: dict[Node, str] = {}
        self._arrays: dict[int, tuple[Any, str]] = {}
        self._taken: set[str] = set()

    def see(self, frame: FrameType) -> None:
        """Take in a frame's local variables."""
        for name, value in frame.f_locals.items():
            node = self._node_of(value)
            if node is not None:
                if node not in self._nodes:
                    self._met(node, name, self._sections.of(frame))
            elif isinstance(value, jax.Array | np.ndarray) and value.ndim and id(value) not in self._arrays:
                self._arrays[id(value)] = value, _numbered(name, self._sections.of(frame))

    def give(self, node: Node, name: str) -> None:
        """Call a node so; with a number behind it where another is called the same."""
        self._nodes[node] = self.free(name)

    def nodes(self) -> list[Node]:
        """Every node that has a name and was calculated."""
        return [node for node in self._nodes if not node.is_leaf]

    def of(self, node: Node) -> str | None:
        """What a node is called, if it is called anything."""
        return self._nodes.get(node)

    def of_array(self, value: Any) -> str | None:
        """What an array of the function's own is called."""
        known = self._arrays.get(id(value))
        return known[1] if known else None

    def free(self, name: str) -> str:
        """The name in the formulas' spelling, with a number where it is taken; from now on it is."""
        name = spelled(name)
        found = (
            name
            if name not in self._taken
            else next(
                numbered
                for k in range(2, len(self._taken) + 3)
                if (numbered := f"{name}_{k}") not in self._taken
            )
        )
        self._taken.add(found)
        return found

    def _met(self, node: Node, name: str, sections: tuple[Section, ...]) -> None:
        """A node is seen under a name for the first time, somewhere in these sections."""
        if node.op in MOVING and node.sections == sections[: len(node.sections)]:
            node.sections = sections  # an argument's part, taken where the function is called
        carried = [part[:2] for part in node.sections] == [part[:2] for part in sections]
        self.give(node, _numbered(name, node.sections if carried else sections))


def _numbered(name: str, sections: tuple[Section, ...]) -> str:
    """A name in a loop with the number of the step: ``h_1``, ``h_2``."""
    return "_".join([name, *(str(part.number) for part in sections if part.kind in _NUMBERED)])


def spelled(name: str) -> str:
    """A Python name as a name of the formulas."""
    plain = re.sub("_+", "_", re.sub(r"\W", "_", name)).strip("_")[: MAX_NAME - 4]
    return plain if is_name(plain) else f"v_{plain}"[: MAX_NAME - 4].strip("_")
