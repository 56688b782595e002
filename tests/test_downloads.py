"""Fetching, against a server on this machine that breaks off, lies, or knows nothing of ranges."""

import gzip
import hashlib
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request

import numpy as np
import pytest
from idx_bytes import idx

from byhand.data import downloads, load, mnist
from byhand.data.downloads import fetch
from byhand.errors import ProblemError

CONTENT = np.random.default_rng(7).integers(0, 256, 300_000, np.uint8).tobytes()
LIMIT = 400_000


@contextmanager
def server(content=CONTENT, ranges=True, breaks=(), status=200, files=None, length=True):
    """Serve one content, or files by name; each connection in `breaks` ends after so many bytes."""
    requests, breaks = [], list(breaks)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = self.headers.get("Range")
            requests.append(asked)
            body = content if files is None else files.get(self.path.lstrip("/"))
            if status != 200 or body is None:
                return self.send_error(404 if body is None else status)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and ranges else 0
            if start >= len(body):
                return self.send_error(416)
            self.send_response(206 if start else 200)
            if length:
                self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = start + breaks.pop(0) if breaks else len(body)
            self.wfile.write(body[start:end])

        def log_message(self, *arguments):
            """Say nothing."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_port}/a", requests
    finally:
        served.shutdown()
        served.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(downloads, "PAUSE", 0.001)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


def is_content(path):
    if path.read_bytes() != CONTENT:
        raise ProblemError("not_as_published", path=path.name)


def test_a_file_comes_whole(tmp_path, capsys):
    with server() as (url, requests):
        fetch([url], tmp_path / "new" / "a.gz", LIMIT, is_content)
    assert CONTENT == (tmp_path / "new" / "a.gz").read_bytes()
    assert ["a.gz"] == os.listdir(tmp_path / "new")
    assert [None] == requests
    captured = capsys.readouterr()
    assert ("", "a.gz: 293 KiB of 293 KiB\n") == (captured.out, captured.err)


def test_what_broke_off_is_gone_on_from(tmp_path):
    with server(breaks=[100_000, 50_000, 1]) as (url, requests):
        fetch([url], tmp_path / "a", LIMIT, is_content)
    assert CONTENT == (tmp_path / "a").read_bytes()
    assert [None, "bytes=100000-", "bytes=150000-", "bytes=150001-"] == requests


def test_an_earlier_run_is_gone_on_from(tmp_path):
    (tmp_path / "a.part").write_bytes(CONTENT[:200_000])
    with server() as (url, requests):
        fetch([url], tmp_path / "a", LIMIT, is_content)
    assert ["bytes=200000-"] == requests
    assert ["a"] == os.listdir(tmp_path)


def test_a_part_that_is_already_whole(tmp_path):
    (tmp_path / "a.part").write_bytes(CONTENT)
    with server() as (url, requests):
        fetch([url], tmp_path / "a", LIMIT, is_content)
    assert CONTENT == (tmp_path / "a").read_bytes()
    assert [f"bytes={len(CONTENT)}-"] == requests


def test_a_part_of_something_else_is_thrown_away(tmp_path):
    (tmp_path / "a.part").write_bytes(b"x" * 1000)
    with server() as (url, requests):
        fetch([url], tmp_path / "a", LIMIT, is_content)
    assert CONTENT == (tmp_path / "a").read_bytes()
    assert ["bytes=1000-", None] == requests


def test_a_server_without_ranges_begins_again(tmp_path):
    (tmp_path / "a.part").write_bytes(CONTENT[:1000])
    with server(ranges=False, breaks=[1500]) as (url, requests):
        fetch([url], tmp_path / "a", LIMIT, is_content)
    assert CONTENT == (tmp_path / "a").read_bytes()
    assert ["bytes=1000-", "bytes=1500-"] == requests


def test_the_next_address_is_tried(tmp_path):
    with (
        server(status=404) as (gone, first),
        server(b"another file") as (wrong, second),
        server() as (good, _),
    ):
        fetch([gone, wrong, good], tmp_path / "a", LIMIT, is_content)
    assert CONTENT == (tmp_path / "a").read_bytes()
    assert ([None], [None]) == (first, second)


def refused(urls, path, limit=LIMIT):
    with pytest.raises(ProblemError) as error:
        fetch(urls, path, limit, is_content)
    assert not path.exists()
    assert str(path.parent) in error.value.explained("zh")
    return error.value


def test_a_wrong_file_is_not_kept(tmp_path):
    with server(b"another file") as (url, _):
        error = refused([url], tmp_path / "a")
    assert "download_wrong" == error.code
    assert [] == os.listdir(tmp_path)


@pytest.mark.parametrize("length", [True, False])
def test_a_file_that_is_too_large_is_broken_off(tmp_path, capsys, length):
    with server(length=length) as (url, _):
        assert "download_wrong" == refused([url], tmp_path / "a", 200_000).code
    assert [] == os.listdir(tmp_path)
    assert ("" if length else "a: 192 KiB of ?\n") == capsys.readouterr().err


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (403, 1), (503, 3)])
def test_an_unwilling_server(tmp_path, status, tries):
    with server(status=status) as (url, requests):
        error = refused([url], tmp_path / "a")
    assert ("download_failed", tries) == (error.code, len(requests))
    assert f"HTTP Error {status}" in str(error)
    assert url in str(error)


def test_a_connection_that_brings_nothing_is_given_up(tmp_path):
    with server(breaks=[1000, 0, 0, 0, 0]) as (url, requests):
        error = refused([url], tmp_path / "a")
    assert ("download_failed", 4) == (error.code, len(requests))
    assert CONTENT[:1000] == (tmp_path / "a.part").read_bytes()


def test_offline(tmp_path):
    with server() as (url, _):
        pass
    error = refused([url], tmp_path / "a")
    assert "download_failed" == error.code
    assert f"put it into {tmp_path}" in str(error)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with server() as (url, _), pytest.raises(ProblemError) as error:
        fetch([url], tmp_path / "file" / "a", LIMIT, is_content)
    assert "cannot_save" == error.value.code


def test_https_leads_nowhere_else():
    secure = downloads._StaysSecure()
    request = Request("https://example.org/a")
    with pytest.raises(URLError):
        secure.redirect_request(request, None, 302, "Found", {}, "http://example.org/b")
    assert secure.redirect_request(request, None, 302, "Found", {}, "https://example.org/b")


# MNIST by name


@pytest.fixture
def published(monkeypatch, tmp_path):
    """A small set in four files, known by the name of MNIST."""
    rng = np.random.default_rng(2)
    arrays = [
        rng.integers(0, 256, (5, 2, 3), np.uint8),
        np.array([3, 0, 4, 1, 1], np.uint8),
        rng.integers(0, 256, (2, 2, 3), np.uint8),
        np.array([2, 0], np.uint8),
    ]
    contents = dict(zip(mnist.FILES, map(idx, arrays), strict=True))
    digests = tuple(hashlib.sha256(content).hexdigest() for content in contents.values())
    monkeypatch.setenv("BYHAND_DATA", str(tmp_path / "data"))

    def publish(*mirrors):
        monkeypatch.setitem(mnist.PUBLISHED, "mnist", mnist.Published(mirrors, digests, None, "us"))
        return arrays, contents

    return publish


def test_by_name_it_is_fetched_once(published, tmp_path):
    packed = {}
    with server(files=packed) as (url, requests):
        arrays, contents = published(url.removesuffix("a"))
        packed.update({f"{name}.gz": gzip.compress(content) for name, content in contents.items()})
        training, test = load("MNIST").split()
        load("mnist")
    assert 4 == len(requests)
    assert sorted(packed) == sorted(os.listdir(tmp_path / "data" / "mnist"))
    assert (arrays[0].reshape(5, 6) / 255).tolist() == pytest.approx(training.X)
    assert (arrays[2].reshape(2, 6) / 255).tolist() == pytest.approx(test.X)
    assert ([3, 0, 4, 1, 1], [2, 0], (2, 3)) == (training.y.tolist(), test.y.tolist(), test.sample_shape)


@pytest.mark.parametrize("name", ["{}", "{}.gz"])
def test_from_a_folder_that_is_named(published, tmp_path, name):
    _, contents = published()
    for file, content in contents.items():
        packed = gzip.compress(content) if name.endswith(".gz") else content
        (tmp_path / name.format(file.replace("-idx", ".idx"))).write_bytes(packed)
    assert [3, 0, 4, 1, 1, 2, 0] == load("mnist", folder=tmp_path).y.tolist()
    assert [3, 0, 4, 1, 1, 2, 0] == load(tmp_path).y.tolist()


def test_a_folder_with_a_file_missing_or_wrong(published, tmp_path):
    _, contents = published()
    for file, content in contents.items():
        (tmp_path / file).write_bytes(content)
    (tmp_path / mnist.FILES[3]).write_bytes(contents[mnist.FILES[3]][:-1] + b"\1")
    with pytest.raises(ProblemError, match="t10k-labels-idx1-ubyte is not the file that was published"):
        load("mnist", folder=tmp_path)
    assert 1 == load(tmp_path).y[-1]
    (tmp_path / mnist.FILES[3]).unlink()
    with pytest.raises(ProblemError, match=r"neither plain nor as \.gz: t10k-labels-idx1-ubyte"):
        load("mnist", folder=tmp_path)


def test_parts_that_do_not_fit_together(published, tmp_path):
    _, contents = published()
    for file, content in contents.items():
        (tmp_path / file).write_bytes(content)
    (tmp_path / mnist.FILES[1]).write_bytes(contents[mnist.FILES[3]])
    with pytest.raises(ProblemError, match="do not fit together"):
        load(tmp_path)


def test_the_real_files():
    folder = Path(__file__).parents[2] / "shared" / "data" / "mnist"
    if not folder.is_dir():
        pytest.skip("the files of MNIST are not here")
    data = load("mnist", folder=folder)
    training, test = data.split()
    # counts, first labels and pixel sums as published
    assert (60_000, 10_000) == (len(training), len(test))
    assert [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949] == np.bincount(training.y).tolist()
    assert [7, 2, 1, 0, 4, 1, 4, 9, 5, 9] == test.y[:10].tolist()
    assert 264_923_200 == np.rint(test.X * 255).sum(dtype=np.float64)
