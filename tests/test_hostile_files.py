"""Files that were made to do harm give data or one clear error."""

import gzip
import io
import random

import numpy as np
from idx_bytes import idx

from byhand.data import load
from byhand.data.idx import read_idx
from byhand.errors import ByhandError


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


PIXELS = idx(np.arange(6, dtype=np.uint8).reshape(2, 3))
GOOD = {
    "a.csv": (
        'size,"colour",price\n' + "".join(f"{k},{'red' if k % 3 else ''},{k}.25\n" for k in range(8))
    ).encode(),
    "a.npy": npy_bytes(np.arange(12.0).reshape(4, 3) + 0.5),
    "b.npy": npy_bytes(np.array(["yes", "no", "yes"])),
    "a.idx": PIXELS,
    "a.idx.gz": gzip.compress(PIXELS, mtime=0),
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
