"""Data sets: by name, from files and folders, made by a formula; and a network's inputs made of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from byhand.data.houses import Houses as Houses
from byhand.data.houses import houses as houses

if TYPE_CHECKING:
    from byhand.data.building import from_arrays as from_arrays
    from byhand.data.dataset import Column as Column
    from byhand.data.dataset import Dataset as Dataset
    from byhand.data.dataset import Notice as Notice
    from byhand.data.known import names as names
    from byhand.data.loading import load as load
    from byhand.data.preparation import Preparation as Preparation
    from byhand.data.streams import adding as adding
    from byhand.data.streams import as_vectors as as_vectors
    from byhand.data.streams import letters as letters
    from byhand.data.streams import temporal_xor as temporal_xor
    from byhand.data.synthetic import bars_and_stripes as bars_and_stripes
    from byhand.data.synthetic import circles as circles
    from byhand.data.synthetic import ring as ring
    from byhand.data.synthetic import ring_centres as ring_centres
    from byhand.data.synthetic import spirals as spirals
    from byhand.data.synthetic import xor as xor

__all__ = [
    *("Column", "Dataset", "Houses", "Notice", "Preparation"),
    *("adding", "as_vectors", "bars_and_stripes", "circles", "from_arrays", "houses", "letters", "load"),
    *("names", "ring", "ring_centres", "spirals", "temporal_xor", "xor"),
]

# A calculation needs none of these, and importing them takes longer than working it out.
_LATER = {
    **dict.fromkeys(("Column", "Dataset", "Notice"), "byhand.data.dataset"),
    **dict.fromkeys(("bars_and_stripes", "circles", "spirals", "xor"), "byhand.data.synthetic"),
    **dict.fromkeys(("adding", "as_vectors", "letters", "temporal_xor"), "byhand.data.streams"),
    **dict.fromkeys(("ring", "ring_centres"), "byhand.data.synthetic"),
    "Preparation": "byhand.data.preparation",
    "from_arrays": "byhand.data.building",
    "load": "byhand.data.loading",
    "names": "byhand.data.known",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
