"""Data frames and Parquet files as data."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from byhand.data import load
from byhand.errors import ProblemError


class Frame:
    """As much of a data frame as is asked for."""

    def __init__(self, **columns):
        self.held, self.columns = columns, list(columns)

    def __len__(self):
        return len(next(iter(self.held.values())))

    def __getitem__(self, name):
        return SimpleNamespace(tolist=lambda: self.held[name], to_list=lambda: self.held[name])


def test_a_data_frame():
    data = load(
        Frame(size=[1.5, float("nan"), 3], colour=["red", None, "blue"], price=[10.25, 11, 12]),
        target="price",
    )
    assert [[1.5, 1], [np.nan, np.nan], [3, 0]] == [pytest.approx(row, nan_ok=True) for row in data.X]
    assert [10.25, 11, 12] == data.y.tolist()


def test_a_pandas_data_frame():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"size": [1.5, None, 3], "on": [True, False, True], "y": ["a", "b", "a"]})
    data = load(frame)
    assert [1.5, np.nan, 3] == pytest.approx(data.X[:, 0], nan_ok=True)
    assert (("False", "True"), ("a", "b")) == (data.columns[1].levels, data.classes)


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"size": [1.5, None, 3], "colour": ["red", "blue", None], "price": [10.25, 11, 12]})
    parquet.write_table(table, tmp_path / "own.parquet")
    data = load(tmp_path / "own.parquet")
    assert [[1.5, 1], [np.nan, 0], [3, np.nan]] == [pytest.approx(row, nan_ok=True) for row in data.X]
    (tmp_path / "own.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ProblemError) as error:
        load(tmp_path / "own.parquet")
    assert "unreadable_file" == error.value.code


def test_what_is_asked_of_pyarrow(tmp_path, monkeypatch):
    columns = {"size": [1.5, None, 3], "price": [10.25, 11, 12]}
    read = SimpleNamespace(
        column_names=list(columns),
        columns=[SimpleNamespace(to_pylist=lambda values=values: values) for values in columns.values()],
    )
    whole = SimpleNamespace(metadata=SimpleNamespace(num_rows=3, num_columns=2), read=lambda: read)
    monkeypatch.setitem(sys.modules, "pyarrow", SimpleNamespace(ArrowException=RuntimeError))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", SimpleNamespace(ParquetFile=lambda file: whole))
    (tmp_path / "own.parquet").write_bytes(b"PAR1")
    data = load(tmp_path / "own.parquet")
    assert [[1.5], [np.nan], [3]] == [pytest.approx(row, nan_ok=True) for row in data.X]
    assert ("own", "price", [10.25, 11, 12]) == (data.name, data.target_name, data.y.tolist())
    whole.metadata.num_rows = 10**9
    with pytest.raises(ProblemError, match="too large"):
        load(tmp_path / "own.parquet")


def test_without_pyarrow_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "own.parquet").write_bytes(b"PAR1")
    with pytest.raises(ProblemError, match="pip install pyarrow"):
        load(tmp_path / "own.parquet")
