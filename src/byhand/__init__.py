"""byhand: neural networks worked out in full, as on the board."""

from byhand.api import Checked as Checked
from byhand.api import Work as Work
from byhand.api import check as check
from byhand.api import check_gradients as check_gradients
from byhand.api import example as example
from byhand.api import examples as examples
from byhand.api import work as work
from byhand.errors import ByhandError as ByhandError
from byhand.errors import CalculationError as CalculationError
from byhand.errors import FormulaError as FormulaError
from byhand.errors import ProblemError as ProblemError

__version__ = "0.1.0"

__all__ = [
    "ByhandError",
    "CalculationError",
    "FormulaError",
    "ProblemError",
    "Work",
    "example",
    "examples",
    "work",
]
