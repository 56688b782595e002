"""A folder of pictures as data."""

import numpy as np
import pytest
from PIL import Image

from byhand.data import load, pictures
from byhand.errors import ProblemError


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
