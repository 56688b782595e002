"""The built-in examples."""

from __future__ import annotations

from importlib import resources

from byhand.errors import ProblemError
from byhand.sources.problem import Problem, parse_problem

_EXAMPLES = resources.files("byhand").joinpath("examples")


def examples() -> list[str]:
    """The names of the built-in examples."""
    return sorted(
        item.name.removesuffix(".toml") for item in _EXAMPLES.iterdir() if item.name.endswith(".toml")
    )


def example(name: str) -> Problem:
    """A built-in example by name.

    Raises
    ------
    ProblemError
        There is none of that name.
    """
    if name not in examples():
        raise ProblemError("unknown_example", name=name[:60], known=", ".join(examples()))
    return parse_problem(_EXAMPLES.joinpath(f"{name}.toml").read_text("utf-8"))
