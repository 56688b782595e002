"""Data sets: by name, from files and folders, made by a formula; and a network's inputs made of them."""

from byhand.data.building import from_arrays as from_arrays
from byhand.data.dataset import Column as Column
from byhand.data.dataset import Dataset as Dataset
from byhand.data.dataset import Notice as Notice
from byhand.data.houses import Houses as Houses
from byhand.data.houses import houses as houses
from byhand.data.known import names as names
from byhand.data.loading import load as load
from byhand.data.preparation import Preparation as Preparation
from byhand.data.synthetic import circles as circles
from byhand.data.synthetic import spirals as spirals
from byhand.data.synthetic import xor as xor

__all__ = [
    *("Column", "Dataset", "Houses", "Notice", "Preparation"),
    *("circles", "from_arrays", "houses", "load", "names", "spirals", "xor"),
]
