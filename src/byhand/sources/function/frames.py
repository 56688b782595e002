"""The frames of the running function: which are its author's, and in which section each stands."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from byhand.trace.program import Line, Section

# Packages whose functions an author calls and does not write.
_LIBRARIES = {"jax", "jaxlib", "optax", "chex", "equinox", "flax", "numpy", *sys.stdlib_module_names}
_OURS = ("byhand.sources.function", "namedtuple_")  # a named tuple's own functions run in a module of its own
_LOOPS = {"scan": "step", "while_loop": "turn", "_cond": "branch", "cond": "branch", "switch": "branch"}


def is_author(frame: FrameType) -> bool:
    """Whether a frame runs code of the function's author, not of a library."""
    module = str(frame.f_globals.get("__name__", ""))
    return module.split(".")[0] not in _LIBRARIES and not module.startswith(_OURS)


def caller(frame: FrameType | None) -> tuple[FrameType | None, list[FrameType]]:
    """The nearest frame of the author outwards, and the library's frames before it, innermost first."""
    library = []
    while frame is not None and not is_author(frame):
        library.append(frame)
        frame = frame.f_back
    return frame, library


def line_at(frame: FrameType) -> Line | None:
    """The author's line that a frame stands in; None where there is no text."""
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return Line(text, frame.f_lineno) if text else None


class Sections:
    """The section of every frame of the author, and how often each function was called."""

    def __init__(self) -> None:
        self._known: dict[FrameType, tuple[Section, ...]] = {}
        self._calls: dict[Any, int] = {}

    def of(self, frame: FrameType | None) -> tuple[Section, ...]:
        """The sections a frame stands in, the outermost first."""
        return self._known.get(frame, ()) if frame is not None else ()

    def enter(self, frame: FrameType) -> None:
        """A function of the author begins."""
        outer, library = caller(frame.f_back)
        if outer not in self._known:
            self._known[frame] = ()
            return
        path = self._known[outer]
        own = self._own(frame, library, path)
        self._known[frame] = path if own is None else (*path, own)

    def _own(self, frame: FrameType, library: list[FrameType], path: tuple[Section, ...]) -> Section | None:
        code = frame.f_code
        name = code.co_name.strip("<>")
        for outer in library:
            where, what = str(outer.f_globals.get("__name__", "")), outer.f_code.co_name
            if what == "vmap_f":
                return Section("batch", name, 1)
            if "control_flow" in where and what in _LOOPS:
                return Section(_LOOPS[what], name, self._count((outer, code)))
        if code.co_name.startswith("<"):  # a lambda or a comprehension belongs where it stands
            return None
        return Section("call", name, self._count((path, code)))

    def _count(self, what: Any) -> int:
        self._calls[what] = self._calls.get(what, 0) + 1
        return self._calls[what]


@contextmanager
def watched(seen: Callable[[FrameType], None], entered: Callable[[FrameType], None]) -> Iterator[None]:
    """While it lasts, `entered` is told each call of the author's functions, and `seen` each line run."""

    def on_line(frame: FrameType, event: str, arg: Any) -> Any:
        seen(frame)
        return on_line

    def on_call(frame: FrameType, event: str, arg: Any) -> Any:
        if not is_author(frame):
            return None
        entered(frame)
        return on_line

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(before)
