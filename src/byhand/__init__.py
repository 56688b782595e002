"""byhand: neural networks worked out in full, as on the board."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from byhand.errors import ByhandError as ByhandError
from byhand.errors import CalculationError as CalculationError
from byhand.errors import FormulaError as FormulaError
from byhand.errors import ProblemError as ProblemError

if TYPE_CHECKING:
    from byhand.api.article import check_article as check_article
    from byhand.api.checked import check as check
    from byhand.api.examples import example as example
    from byhand.api.examples import examples as examples
    from byhand.api.gradients import check_gradients as check_gradients
    from byhand.api.worked import Work as Work
    from byhand.api.worked import work as work
    from byhand.networks.tasks.saving import load as load

__version__ = "0.1.0"

__all__ = [
    *("ByhandError", "CalculationError", "FormulaError", "ProblemError"),
    *("Work", "check", "check_article", "check_gradients", "example", "examples", "load", "work"),
]

# Imported when it is first asked for: a start stays short.
_LATER = {
    "Work": "byhand.api.worked",
    "check": "byhand.api.checked",
    "check_article": "byhand.api.article",
    "check_gradients": "byhand.api.gradients",
    "example": "byhand.api.examples",
    "examples": "byhand.api.examples",
    "load": "byhand.networks.tasks.saving",
    "work": "byhand.api.worked",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


class _Package(ModuleType):
    """The folder ``check`` and the function `check` have one name; here it stands for the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name == "check" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
