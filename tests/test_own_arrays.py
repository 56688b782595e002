"""A user's own arrays, NumPy's files and IDX: what is read, and what is refused."""

import gzip
import struct
import zipfile

import numpy as np
import pytest
from idx_bytes import idx

from byhand.data import from_arrays, load
from byhand.data.arrays import read_npy
from byhand.data.idx import read_idx
from byhand.errors import ProblemError

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
