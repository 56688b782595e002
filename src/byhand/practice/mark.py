"""A folder of returned worksheets marked: one row a sheet, and the class's commonest mistakes."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from byhand.api.checked import check
from byhand.errors import ByhandError, ProblemError
from byhand.practice.folder import KEYS
from byhand.sources.files import file_text, mapping
from byhand.sources.problem import make_problem

Verdict = Literal["right", "wrong", "incomplete", "unreadable"]
FEW = 12  # sheets that are marked before a second process has started
_EARNED = ("right", "rounded", "carried")


class Row(NamedTuple):
    """One sheet.

    Attributes
    ----------
    sheet : str
        Its path in the folder, without ending.
    marks, of : float
        What the sheet's policy gives, else one, for every number that is right, rounded, or follows from
        the learner's own earlier numbers.
    verdict : str
        ``right``, ``wrong``, ``incomplete`` (nothing wrong, but blanks or numbers that cannot be read), or
        ``unreadable``.
    first_wrong : str
        The first wrong number in the order of computation.
    written, expected : str
        What stands there, and the true value.
    cause : str
        The code of the best explanation; empty where there is none.
    blank : int
        How many numbers are missing.
    error : str
        Why the sheet cannot be read.
    """

    sheet: str
    marks: float = 0.0
    of: float = 0.0
    verdict: Verdict = "unreadable"
    first_wrong: str = ""
    written: str = ""
    expected: str = ""
    cause: str = ""
    blank: int = 0
    error: str = ""


class Mistake(NamedTuple):
    """One of the class's mistakes: its cause ("" where it is not explained), how many sheets, and where."""

    cause: str
    sheets: int
    where: tuple[str, ...]


def sheets_in(folder: Path) -> list[Path]:
    """The worksheets of a folder and its subfolders; its own folder of keys is left out."""
    found = (path for path in folder.rglob("*.toml") if path.relative_to(folder).parts[0] != KEYS)
    return sorted(path for path in found if path.is_file())


def mark_folder(
    folder: Path,
    keys: Path | None = None,
    language: str = "en",
    workers: int = 1,
    progress: Callable[[int, int | None], None] | None = None,
) -> list[Row]:
    """Mark every worksheet of a folder.

    Parameters
    ----------
    folder : Path
    keys : Path, optional
        A folder of keys: each sheet is marked against the key of its name, whatever became of its problem.
    language : str
        Of the errors.
    workers : int
        How many processes.
    progress : callable, optional
        Told how many are done, and of how many.
    """
    paths = sheets_in(folder)
    rows: list[Row] = []
    for row in _each(partial(mark_sheet, folder, keys, language), paths, workers):
        rows.append(row)
        if progress:
            progress(len(rows), len(paths))
    return rows


def _each(one: Callable[[Path], Row], paths: Sequence[Path], workers: int) -> Iterator[Row]:
    if workers < 2 or len(paths) <= FEW:
        yield from map(one, paths)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        yield from pool.map(one, paths, chunksize=4)


def mark_sheet(folder: Path, keys: Path | None, language: str, path: Path) -> Row:
    """Mark one sheet; one that cannot be read is a row with its error."""
    name = path.relative_to(folder).with_suffix("").as_posix()
    try:
        return _marked(name, path, keys)
    except ByhandError as error:
        return Row(name, error=error.explained(language))
    except Exception as error:  # one sheet must not cost the class its marks
        return Row(name, error=f"{type(error).__name__}: {error}"[:200])


def _marked(name: str, path: Path, keys: Path | None) -> Row:
    sheet = mapping(file_text(path), is_json=False)
    claims = _claims(sheet)
    asked = claims
    if keys is not None:
        key = mapping(file_text(keys / path.name), is_json=False)
        asked = _claims(key)
        sheet = key
    filled = {claim: text for claim, text in claims.items() if str(text).strip()}
    problem = make_problem({**sheet, "claims": {}})
    each = problem.policy.marks
    blank = max(len(asked) - len(filled), 0)
    row = Row(name, 0.0, each * len(asked), "incomplete", blank=blank)
    if not filled:
        return row
    report = check(problem, filled).report
    verdicts = [claim.verdict for claim in report.claims]
    row = row._replace(marks=each * min(sum(verdict in _EARNED for verdict in verdicts), len(asked)))
    if report.first_wrong is None:
        return row if blank or "unreadable" in verdicts else row._replace(verdict="right")
    wrong = next(claim for claim in report.claims if claim.name == report.first_wrong)
    return row._replace(
        verdict="wrong",
        first_wrong=wrong.name,
        written=str(wrong.claimed),
        expected=f"{wrong.expected:.6g}",
        cause=wrong.cause or "",
    )


def _claims(sheet: Mapping[str, Any]) -> dict[str, Any]:
    claims = sheet.get("claims", {})
    if not isinstance(claims, dict):
        raise ProblemError("key_table", key="claims", found=str(claims)[:60])
    return claims


def mistakes(rows: Sequence[Row]) -> list[Mistake]:
    """What went wrong first in how many sheets, the commonest first; what is not explained comes last."""
    places: dict[str, Counter[str]] = {}
    for row in rows:
        if row.verdict == "wrong":
            places.setdefault(row.cause, Counter())[row.first_wrong] += 1
    found = [
        Mistake(cause, sum(where.values()), tuple(name for name, _ in where.most_common()))
        for cause, where in places.items()
    ]
    return sorted(found, key=lambda mistake: (mistake.cause == "", -mistake.sheets, mistake.cause))


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """How many sheets there are of each verdict, and the mean share of the marks in percent."""
    verdicts = Counter(row.verdict for row in rows)
    shares = [row.marks / row.of for row in rows if row.of]
    mean = round(100 * sum(shares) / len(shares), 1) if shares else 0.0
    kinds: tuple[Verdict, ...] = ("right", "wrong", "incomplete", "unreadable")
    return {"sheets": len(rows), **{kind: verdicts[kind] for kind in kinds}, "mean": mean}
