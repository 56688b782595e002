"""Data or settings with which a network cannot be fitted."""

from byhand.errors import DataError as DataError
