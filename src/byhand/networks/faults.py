"""Data or settings with which a network cannot be fitted."""

from byhand.errors import ProblemError


class DataError(ProblemError, ValueError):
    """Data or settings with which a network cannot be fitted; a ValueError, as scikit-learn has it."""
