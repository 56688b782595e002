"""Small sets that ship with the package."""

from byhand.data.houses import Houses as Houses
from byhand.data.houses import houses as houses

__all__ = ["Houses", "houses"]
