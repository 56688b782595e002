"""Fetching a published file: by HTTPS, resumed where it broke off, kept only when it is the right one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from ssl import SSLError
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from byhand.data.files import size_in_words, too_large
from byhand.errors import ProblemError
from byhand.words import say, system_language

TRIES = 3  # in a row that bring nothing
PAUSE = 1.0  # seconds after the first of them; each next pause is twice as long
SILENCE = 20.0  # seconds without a byte after which a connection counts as broken
BLOCK = 64 * 1024
_PASSING = (429, 500, 502, 503, 504)  # answers of a server that may be well again soon
_BROKEN = (URLError, HTTPException, TimeoutError, ConnectionError, SSLError)
_PAST_THE_END = 416
_CONTINUED = 206


def fetch(urls: Sequence[str], path: Path, limit: int, check: Callable[[Path], Any]) -> None:
    """Bring a file here whole, or not at all.

    What has come is kept in ``NAME.part`` and gone on from, also in a later run.

    Parameters
    ----------
    urls : sequence of str
        Where it is published, in the order to try.
    path : Path
        Where it is put.
    limit : int
        The most bytes it may have.
    check : callable
        Raises a `ProblemError` where a file is not the right one.

    Raises
    ------
    ProblemError
        No address could be reached, or none gave the right file, or it cannot be written here.
    """
    part = path.with_name(path.name + ".part")
    facts: dict[str, Any] = {"file": path.name, "urls": " ".join(urls), "folder": str(path.parent)}
    failures: list[Exception] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for url in urls:
            try:
                _right_one(url, part, limit, check)
            except (ProblemError, *_BROKEN) as failure:
                failures.append(failure)
            else:
                part.replace(path)
                return
    except OSError as error:
        raise ProblemError("cannot_save", path=str(part), reason=error) from None
    if any(isinstance(failure, ProblemError) for failure in failures):
        raise ProblemError("download_wrong", **facts)
    raise ProblemError("download_failed", reason=str(failures[-1])[:200], **facts)


def _right_one(url: str, part: Path, limit: int, check: Callable[[Path], Any]) -> None:
    """Fetch and check; what went on from an earlier part and is wrong is fetched once more from the start."""
    resumed = part.exists()
    while True:
        try:
            _whole(url, part, limit)
            return check(part)
        except ProblemError:
            part.unlink(missing_ok=True)
            if not resumed:
                raise
            resumed = False


def _whole(url: str, part: Path, limit: int) -> None:
    """Fetch on until all is there, as long as something comes."""
    fruitless = 0
    while fruitless < TRIES:
        before = _size(part)
        try:
            _more(url, part, limit)
            return
        except HTTPError as error:
            error.close()
            if error.code == _PAST_THE_END:
                return
            if error.code not in _PASSING:
                raise
            failure: Exception = error
        except _BROKEN as error:
            failure = error
        fruitless = 0 if _size(part) > before else fruitless + 1
        time.sleep(PAUSE * 2 ** (fruitless - 1) if 0 < fruitless < TRIES else 0)
    raise failure


def _more(url: str, part: Path, limit: int) -> None:
    """One connection: all that is still missing, or as much as comes."""
    here = _size(part)
    ask = {"User-Agent": "byhand", **({"Range": f"bytes={here}-"} if here else {})}
    with build_opener(_StaysSecure).open(Request(url, headers=ask), timeout=SILENCE) as answer:
        if answer.status != _CONTINUED:
            here = 0
        length = answer.headers.get("Content-Length", "")
        total = here + int(length) if length.isdecimal() and len(length) < 20 else None
        if total is not None and total > limit:
            raise too_large(part, limit)
        with part.open("ab" if here else "wb") as file, _Line(part.stem, total) as line:
            while block := answer.read(BLOCK):
                here += len(block)
                if here > limit:
                    raise too_large(part, limit)
                file.write(block)
                line.show(here)
    if total is not None and here < total:
        raise ConnectionError(f"{here} of {total} bytes")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


class _StaysSecure(HTTPRedirectHandler):
    """Follows from HTTPS to nothing but HTTPS."""

    def redirect_request(
        self, request: Any, answer: Any, code: int, message: str, headers: Any, url: str
    ) -> Any:
        if urlsplit(request.full_url).scheme == "https" != urlsplit(url).scheme:
            raise URLError(f"{request.full_url} → {url}")
        return super().redirect_request(request, answer, code, message, headers, url)


class _Line:
    """How much has come, on standard error: one line written over in a terminal, elsewhere one at the end."""

    def __init__(self, name: str, total: int | None) -> None:
        self.name, self.total, self.here, self.language = name, total, 0, system_language()

    def __enter__(self) -> _Line:
        return self

    def show(self, here: int) -> None:
        """Tell how much has come."""
        self.here = here
        if sys.stderr.isatty():
            print("\r\x1b[K" + self._told(), end="", file=sys.stderr, flush=True)

    def __exit__(self, *error: object) -> None:
        print("" if sys.stderr.isatty() else self._told(), file=sys.stderr, flush=True)

    def _told(self) -> str:
        done, total = size_in_words(self.here), size_in_words(self.total) if self.total else "?"
        return say("data.fetching", self.language, name=self.name, done=done, total=total)
