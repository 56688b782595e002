"""A user's own files: what is read, and that everything else is one clear error with its place."""

import gzip
import io
import random
import struct
import sys
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from byhand.data import delimited, from_arrays, load, pictures
from byhand.data.arrays import read_npy
from byhand.data.idx import read_idx
from byhand.data.preparation import Preparation
from byhand.errors import ByhandError, ProblemError


@pytest.fixture
def read(tmp_path):
    """Load a CSV file with this content."""

    def load_text(content, **settings):
        path = tmp_path / "own.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(path, **settings)

    return load_text


@pytest.fixture
def refused(read):
    """The error of a CSV file with this content."""

    def error_of(content, **settings):
        with pytest.raises(ProblemError) as error:
            read(content, **settings)
        assert error.value.explained("en") != error.value.explained("zh")
        return error.value

    return error_of


# What is read


@pytest.mark.parametrize(
    "content",
    [
        "size,age,price\n2,3,10.5\n4,7,20\n",
        "size;age;price\r\n2;3;10.5\r\n4;7;20",
        "size\tage\tprice\n2\t3\t10.5\n4\t7\t20\n",
        "\ufeffsize,age,price\n\n2,3,10.5\n\n 4 ,7,20\n\n",
        '"size","age","price"\n"2","3","10.5"\n"4","7","20"\n',
        "size,age,price\r2,3,10.5\r4,7,20\r",
    ],
)
def test_separators_line_ends_quotes_and_blank_lines(read, content):
    data = read(content)
    assert ("size", "age") == data.feature_names
    assert [[2, 3], [4, 7]] == data.X.tolist()
    assert ("price", "regression", [10.5, 20]) == (data.target_name, data.task, data.y.tolist())


def test_without_a_header_columns_are_counted(read):
    data = read("2,3,10.5\n4,7,20\n")
    assert ("1", "2") == data.feature_names
    assert ["no_header"] == [notice.code for notice in data.notices]
    assert ("a", "d") == read("a,b,c\nd,e,f\n", header=False).columns[0].levels
    assert ("2019", "2020") == read("2019,2020,sum\n1,2,3.5\n", header=True).feature_names


def test_quoted_cells_hold_separators_quotes_and_line_ends(read):
    data = read('note,x,y\n"a, ""b""\nc",1.5,2\n"a, ""b""\nc",2.5,3\nd,3.5,x\n', drop=[])
    assert ('a, "b"\nc', "d") == data.columns[0].levels
    assert ("2", "3", "x") == data.classes


def test_chinese_in_either_encoding(read):
    text = "面积,朝向,价格\n89,南,300.5\n120,北,410\n75,南,250\n"
    plain, old = read(text), read(text.encode("gb18030"))
    assert ("面积", "朝向") == plain.feature_names == old.feature_names
    assert ("北", "南") == plain.columns[1].levels == old.columns[1].levels
    assert () == plain.notices
    assert "The file is not UTF-8 and was read as GB18030." == old.notices[0].sentence("en")
    assert old.notices[0].sentence("zh") in old.describe("zh")


def test_missing_values_are_nan(read):
    data = read("a,b,y\n1,NA,2.5\n?,red,3\nnan,,4\n 7 ,blue,5\n")
    assert [1, np.nan, np.nan, 7] == pytest.approx(data.X[:, 0], nan_ok=True)
    assert [np.nan, 1, np.nan, 0] == pytest.approx(data.X[:, 1], nan_ok=True)
    assert "missing values: a (2), b (2)" in data.describe()


@pytest.mark.parametrize(("target", "name"), [(-1, "y"), (0, "a"), ("b", "b"), (1, "b"), ("y", "y")])
def test_the_target_by_name_or_place(read, target, name):
    data = read("a,b,y\n1.5,2,3\n4.5,5,6\n7,8.5,9\n", target=target)
    assert name == data.target_name
    assert {"a", "b", "y"} - {name} == set(data.feature_names)


def test_columns_dropped_and_no_target(read):
    data = read("id,a,b\nx1,2,3\nx2,4,5\n", target=None, drop=["id"])
    assert (None, None, None) == (data.y, data.task, data.classes)
    assert [[2, 3], [4, 5]] == data.X.tolist()


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["yes", "no", "yes", "no"], None, ("no", "yes")),
        (["1", "0", "1", "0"], None, (0, 1)),
        (["100", "200", "300", "200"], None, None),  # too few of each
        (["1", "0", "1", "0"], "regression", None),
        (["100", "200", "300", "200"], "classification", (100, 200, 300)),
        (["0.5", "1.5", "0.5", "1.5"], None, None),
        (["0.5", "1.5", "0.5", "1.5"], "classification", ("0.5", "1.5")),
        (["1", "b", "1", "c"], None, ("1", "b", "c")),
    ],
)
def test_what_the_target_asks_for(read, values, task, classes):
    data = read("x,y\n" + "".join(f"{k}.5,{value}\n" for k, value in enumerate(values)), task=task)
    assert classes == data.classes
    assert ("regression" if classes is None else "classification") == data.task
    assert values == [f"{label:g}" if isinstance(label, float) else str(label) for label in data.y.tolist()]
    guessed = task is None and classes == (0, 1)
    assert guessed == ("taken_as_classes" in [notice.code for notice in data.notices])


def test_a_column_of_numbers_can_be_a_category(read):
    data = read("zip,y\n007,1.5\n12,2.5\n007,3.5\n", kinds={"zip": "category"})
    assert ("007", "12") == data.columns[0].levels
    assert [0, 1, 0] == data.X[:, 0].tolist()


def test_an_underscore_does_not_group_digits(read):
    assert ("2020_1", "2021_1") == read("id,y\n2020_1,1.5\n2021_1,2\n2020_1,3\n").columns[0].levels


# What is refused, and where

ROWS = "".join(f"{k},{k}.5\n" for k in range(1, 31))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "empty_table", None),
        ("\n  \n\n", "empty_table", None),
        ("a,b\n", "no_rows", None),
        ("a,b,a\n1,2,3\n", "column_twice", None),
        ("a,b\n1,2\n3\n", "ragged_row", 3),
        ('a,b\n"x\ny",2\n3,4,5\n', "ragged_row", 4),
        ('a,b\n1,2\n3,"4\n5,6\n', "broken_quotes", 3),
        ('a,b\n1,"2"x\n', "broken_quotes", 2),
        (f"a,b\n{ROWS}12o,4.5\n", "cell_not_number", 32),
        (f"a,b\n{ROWS}inf,4.5\n", "cell_not_finite", 32),
        (f"a,b\n{ROWS}-1e999,4.5\n", "cell_not_finite", 32),
        (f"a,b\n\n{ROWS}7,NaN\n", "target_missing", 33),
        (f"a,b\n{ROWS}7,2.5e999\n", "cell_not_finite", 32),
        ("a,b\n" + "".join(f"name {k},{k}.5\n" for k in range(30)), "column_text", 2),
        ("a,b,c\n,1,2.5\nNA,2,3.5\n", "column_empty", None),
        ("price\n1\n2\n", "no_inputs", None),
        (b"a,b\n1,\0\n", "binary_file", None),
        (b"PK\x03\x04\x14\0\6\0", "binary_file", None),
        ("a,b\n1,2\n".encode("utf-16"), "binary_file", None),
        (b"a,b\n1,2\n\xff\xff,3\n", "not_text", None),
    ],
)
def test_a_bad_file_is_one_clear_error(refused, content, code, line):
    error = refused(content)
    assert (code, line) == (error.code, error.line)
    if line:
        text = content.splitlines()[line - 1]
        assert f"line {line}:  {text}" in error.explained("en")


def test_a_decimal_comma_is_told_about(refused):
    error = refused("a;b\n" + ROWS.replace(",", ";") + "2,5;7\n")
    assert "“2,5” in the column “a”, row 31, is no number. Write numbers with a decimal point" in str(error)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"target": "prise"}, "unknown_column_near"),
        ({"target": "zzz"}, "unknown_column"),
        ({"target": 3}, "column_place"),
        ({"drop": ["sise"]}, "unknown_column_near"),
        ({"kinds": {"zzz": "number"}}, "unknown_column"),
        ({"kinds": {"colour": "number"}}, "cell_not_number"),
        ({"target": "colour", "task": "regression"}, "cell_not_number"),
    ],
)
def test_settings_that_do_not_fit(refused, settings, code):
    assert code == refused("size,colour,price\n2,red,3.5\n4,blue,5\n", **settings).code


def test_limits(read, refused, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_COLUMNS", 3)
    monkeypatch.setattr(delimited, "MAX_CELLS", 8)
    assert 4 == len(read("1,2.5\n" * 4))
    assert "table_too_large" == refused("1,2.5\n" * 6).code
    assert "table_too_large" == refused("1,2,3,4\n").code
    monkeypatch.setattr(delimited, "MAX_BYTES", 20)
    assert "file_too_large" == refused("1,2.5\n" * 4).code


def test_what_cannot_be_found(tmp_path):
    for name, code in [
        ("irsi", "unknown_data_near"),
        ("nothing-like-it", "unknown_data"),
        (tmp_path / "none.csv", "unknown_data"),
    ]:
        with pytest.raises(ProblemError) as error:
            load(name)
        assert code == error.value.code
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    with pytest.raises(ProblemError) as error:
        load(tmp_path / "sheet.xlsx")
    assert "unknown_ending" == error.value.code
    assert ".csv, .tsv" in str(error.value)


# Data frames and Parquet


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


# NumPy's files


def test_npy_columns(tmp_path):
    table = np.array([[1.5, 2, 0], [3, 4, 1], [5, 6, 0], [7, 8, 1]], order="F")
    np.save(tmp_path / "t.npy", table)
    data = load(tmp_path / "t.npy")
    assert (("1", "2"), "3", (0, 1)) == (data.feature_names, data.target_name, data.classes)
    assert table[:, :2].tolist() == data.X.tolist()
    assert [1.5, 3, 5, 7] == load(tmp_path / "t.npy", target="1").y.tolist()
    assert (4, 3) == load(tmp_path / "t.npy", target=None).X.shape


def test_npz_pairs_and_divided(tmp_path):
    rng = np.random.default_rng(3)
    X, y = rng.integers(0, 256, (5, 2, 3), np.uint8), np.array(["a", "b", "a", "c", "b"])
    np.savez_compressed(tmp_path / "pair.npz", X=X, y=y)
    data = load(tmp_path / "pair.npz")
    assert ((2, 3), ("a", "b", "c"), "pixel_1_2") == (data.sample_shape, data.classes, data.feature_names[-1])
    assert (X.reshape(5, 6) / 255).tolist() == pytest.approx(data.X)
    np.savez(tmp_path / "parts.npz", x_train=X[:3], y_train=y[:3], x_test=X[3:], y_test=y[3:])
    training, test = load(tmp_path / "parts.npz").split()
    assert (["a", "b", "a"], ["c", "b"]) == (training.y.tolist(), test.y.tolist())


def npy(header, values=b""):
    text = header.encode() + b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + values


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable_file"),
        (b"not an array", "unreadable_file"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"), "file_too_large"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", bytes(16)), "npy_length"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", bytes(32)), "npy_length"),
        (npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", bytes(8)), "array_kind"),
        (npy("{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", bytes(16)), "array_kind"),
        (npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), "unreadable_file"),
        (npy("__import__('os')"), "unreadable_file"),
    ],
)
def test_an_array_file_is_checked_before_it_is_read(tmp_path, content, code):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(ProblemError) as error:
        read_npy(tmp_path / "a.npy")
    assert code == error.value.code


def test_archives_that_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    for content in (b"", b"PK\3\4 and no more"):
        path.write_bytes(content)
        with pytest.raises(ProblemError, match="cannot be read as NPZ"):
            load(path)
    np.savez(path, weights=np.ones(3))
    with pytest.raises(ProblemError, match="must hold X and y"):
        load(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:  # 4 KB that unpack to more than stated
        archive.writestr(
            "X.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", bytes(4_000_000))
        )
    with pytest.raises(ProblemError, match="its values take 4000000 bytes, its header states 16"):
        load(path)


@pytest.mark.parametrize(
    ("X", "y", "code"),
    [
        ([["a"]], None, "array_kind"),
        ([[1, 2], [3]], None, "ragged"),
        ([[1.5], [2]], [1, [2, 3]], "ragged"),
        ([], None, "array_kind"),
        ([[1, np.inf]], None, "array_infinite"),
        ([[1.5], [2]], [1], "array_target"),
        ([[1.5], [2]], [[1], [2]], "array_target"),
        ([[1.5], [2]], [1j, 2], "array_target"),
        ([[1.5], [2]], [0.5, np.nan], "target_missing"),
    ],
)
def test_arrays_that_do_not_fit(X, y, code):
    with pytest.raises(ProblemError) as error:
        from_arrays(X, y)
    assert code == error.value.code


# IDX


def idx(array, code=0x08, shape=None):
    shape = array.shape if shape is None else shape
    return struct.pack(f">4B{len(shape)}I", 0, 0, code, len(shape), *shape) + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("code", "kind"), [(0x08, ">u1"), (0x09, ">i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0E, ">f8")]
)
def test_idx_plain_and_packed(tmp_path, pack, code, kind):
    array = np.arange(-3 if kind != ">u1" else 0, 21 if kind != ">u1" else 24).astype(kind).reshape(4, 3, 2)
    (tmp_path / "a").write_bytes(pack(idx(array, code)))
    found = read_idx(tmp_path / "a")
    assert array.dtype == found.dtype
    assert array.tolist() == found.tolist()


BYTES = np.arange(6, dtype=np.uint8).reshape(2, 3)
PACKED = gzip.compress(idx(BYTES), mtime=0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_idx"),
        (b"\0\0\x07\1" + bytes(8), "not_idx"),
        (b"\1\0\x08\1" + bytes(8), "not_idx"),
        (b"\0\0\x08\xff" + bytes(2000), "not_idx"),
        (b"\0\0\x08\3\0\0", "idx_cut"),
        (idx(BYTES)[:-1], "idx_cut"),
        (idx(BYTES) + b"x", "idx_longer"),
        (idx(BYTES, shape=(2**16, 2**15)), "file_too_large"),
        (idx(BYTES, shape=(2**15, 2**14)), "idx_cut"),
        (gzip.compress(idx(BYTES)[:-1], mtime=0), "idx_cut"),
        (gzip.compress(idx(BYTES) + b"x", mtime=0), "idx_longer"),
        (PACKED[:-5], "idx_cut"),
        (PACKED[:12] + b"\xff\xff" + PACKED[14:], "idx_cut"),
    ],
)
def test_a_damaged_idx_file_is_refused(tmp_path, content, code):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ProblemError) as error:
        read_idx(tmp_path / "a")
    assert code == error.value.code


# Pictures


@pytest.fixture
def folder(tmp_path):
    """Two classes: dark crosses of 4×6, bright ones of other sizes and kinds."""
    for label in ("bright", "dark"):
        (tmp_path / label).mkdir()
    Image.new("RGB", (6, 4), (255, 0, 0)).save(tmp_path / "dark" / "b.png")
    Image.new("L", (6, 4), 51).save(tmp_path / "dark" / "a.bmp")
    Image.new("L", (9, 9), 204).save(tmp_path / "bright" / "c.jpg", quality=100)
    (tmp_path / "dark" / ".hidden.png").write_bytes(b"nothing")
    (tmp_path / "dark" / "notes.txt").write_text("nothing", "utf-8")
    return tmp_path


def test_a_folder_a_class(folder):
    data = load(folder, size=(2, 3))
    assert (["bright", "dark", "dark"], (2, 3), "classification") == (
        data.y.tolist(),
        data.sample_shape,
        data.task,
    )
    # grey of pure red is 0.299 of 255, in whole numbers 76
    assert [204 / 255, 51 / 255, 76 / 255] == pytest.approx(data.X.mean(axis=1), abs=1e-6)


def test_in_colour(folder):
    data = load(folder, size=(2, 3), colour=True)
    assert (2, 3, 3) == data.sample_shape
    assert [1, 0, 0] * 6 == data.X[2].tolist()


def test_pictures_without_classes(folder):
    for path in (folder / "dark", folder / "dark" / "b.png"):
        data = load(path)
        assert (None, (28, 28)) == (data.y, data.sample_shape)
    assert (2, 784) == load(folder / "dark").X.shape


def test_a_camera_held_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    wide = np.zeros((2, 4), np.uint8)
    wide[0, :2] = 255
    Image.fromarray(wide).save(tmp_path / "a.png", exif=exif)
    expected = np.rot90(wide, -1) / 255
    assert expected.tolist() == load(tmp_path / "a.png", size=(4, 2)).X.reshape(4, 2).tolist()


def test_pictures_that_are_refused(folder, monkeypatch):
    path = folder / "dark" / "a.bmp"
    Image.fromarray(np.full((3, 3), 4000, np.uint16)).save(folder / "deep.png")
    for content, where, code in [
        (b"no picture", path, "unreadable_picture"),
        (path.read_bytes()[:40], path, "unreadable_picture"),
        ((folder / "deep.png").read_bytes(), folder / "dark" / "deep.png", "picture_mode"),
    ]:
        where.write_bytes(content)
        with pytest.raises(ProblemError) as error:
            load(folder)
        assert code == error.value.code
        assert where.name in str(error.value)
        where.unlink()
    monkeypatch.setattr(pictures, "MAX_PIXELS", 80)
    with pytest.raises(ProblemError, match="9×9"):
        load(folder)
    monkeypatch.setattr(pictures, "MAX_PICTURES", 1)
    with pytest.raises(ProblemError, match="2 pictures"):
        load(folder)
    (folder / "empty").mkdir()
    with pytest.raises(ProblemError, match="no pictures"):
        load(folder / "empty")


# Hostile files


def mutated(content, rng):
    """A few random edits: bytes changed, pieces cut, doubled, or put in."""
    content = bytearray(content)
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(content) + 1)
        to = min(len(content), at + rng.randint(0, 12))
        edit = rng.choice(["change", "cut", "double", "put"])
        if edit == "change" and at < len(content):
            content[at] = rng.randrange(256)
        elif edit == "cut":
            del content[at:to]
        elif edit == "double":
            content[at:at] = content[at:to]
        else:
            content[at:at] = rng.choice(
                [b'"', b",", b"\n", b"\0", b"1e999", b"nan", b"\xff\xfe", b"-", b"9" * 30]
            )
    return bytes(content)


def npy_bytes(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


GOOD = {
    "a.csv": (
        'size,"colour",price\n' + "".join(f"{k},{'red' if k % 3 else ''},{k}.25\n" for k in range(8))
    ).encode(),
    "a.npy": npy_bytes(np.arange(12.0).reshape(4, 3) + 0.5),
    "b.npy": npy_bytes(np.array(["yes", "no", "yes"])),
    "a.idx": idx(BYTES),
    "a.idx.gz": gzip.compress(idx(BYTES), mtime=0),
}


def outcome(read, path):
    """What came of a file: an array or a data set, or our own error."""
    try:
        return read(path)
    except ByhandError as error:
        return error


def test_two_thousand_mutated_files_give_data_or_one_clear_error(tmp_path):
    rng = random.Random(11)
    outcomes = []
    for _ in range(400):
        for name, content in GOOD.items():
            path = tmp_path / name
            path.write_bytes(mutated(content, rng))
            outcomes.append(outcome(read_idx if "idx" in name else load, path))
    errors = [one for one in outcomes if isinstance(one, ByhandError)]
    assert all(error.explained("en") and error.explained("zh") for error in errors)
    assert (2000, True) == (len(outcomes), 200 < len(errors) < 1800)


def test_long_hostile_lines_are_refused(refused):
    assert "table_too_large" == refused("a," * 200_000 + "b\n1,2\n").code
    assert "broken_quotes" == refused('a,b\n"' + "x,\n" * 300_000).code
    assert "broken_quotes" == refused("a,b\n" + "9" * 400_000 + ",2\n").code


# Texts


def test_a_single_column_of_words_is_texts_for_a_network_that_reads_them(tmp_path):
    (tmp_path / "verdicts.csv").write_text("said,who\nto be,ham\n,oph\nnot to be,ham\nto be,oph\n", "utf-8")
    data = load(tmp_path / "verdicts.csv", texts=True)
    assert ["text"] == [column.kind for column in data.columns]
    preparation = Preparation.fit(data.take(slice(2)))
    assert ["to be", "", "not to be", "to be"] == preparation.inputs(data).tolist()
    assert ("said",) == preparation.input_names
    again = load(tmp_path / "verdicts.csv", like=preparation)
    assert preparation.inputs(data).tolist() == preparation.inputs(again).tolist()
    as_words = load(tmp_path / "verdicts.csv")
    assert ["category"] == [column.kind for column in as_words.columns]
    with pytest.raises(ProblemError) as caught:
        preparation.inputs(as_words)
    assert "column_changed" == caught.value.code


def test_the_lines_of_a_file_are_texts_where_nothing_is_to_be_predicted(tmp_path):
    (tmp_path / "lines.txt").write_text("to be, or\n\n  not to be; that\nis\n", "utf-8")
    data = load(tmp_path / "lines.txt", target=None, texts=True)
    preparation = Preparation.fit(data)
    assert ["to be, or", "not to be; that", "is"] == preparation.inputs(data).tolist()
    again = load(tmp_path / "lines.txt", like=preparation)
    assert preparation.inputs(data).tolist() == preparation.inputs(again).tolist()
    (tmp_path / "empty.txt").write_text("\n \n", "utf-8")
    with pytest.raises(ProblemError, match="empty"):
        load(tmp_path / "empty.txt", target=None, texts=True)
