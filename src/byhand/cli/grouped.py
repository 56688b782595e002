"""What an evaluation says of groups: how near a map is, which classes meet in which group."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from byhand.lesson.document import Block, Heading, Inline, Paragraph, Table
from byhand.lesson.numbers import printed
from byhand.networks.tasks.grouping import Grouped
from byhand.words import say

MOST_GROUPS = 40  # that are shown one by one


def figures(found: Grouped, language: str) -> list[tuple[str, Inline]]:
    """The few figures that say most, each with its name."""
    told: list[tuple[str, Inline]] = [
        (_say(name, language), printed(value, 4)[0]) for name, value in found.errors.items()
    ]
    told.append((_say("used", language), f"{len(_used(found))} / {len(found.groups)}"))
    if not found.errors:  # on a map every row has its winner
        told.append((_say("unmatched", language), str(found.unmatched)))
    if found.purity is not None:
        told.append((_say("purity", language), f"{100 * found.purity:.1f} %"))
    return told


def blocks(found: Grouped, language: str) -> list[Block]:
    """The figures with what they mean, then the groups: as a map, or one a row."""
    told = figures(found, language)
    meanings = [f"{name}_meaning" for name in (*found.errors, *(["purity"] if found.classes else []))]
    if found.unmatched:
        meanings.append(f"unmatched_{found.kind}_meaning")
    return [
        Table(tuple([(name,) for name, _ in told]), (tuple([(value,) for _, value in told]),)),
        *[Paragraph((_say(code, language),)) for code in meanings],
        *(_map(found, language) if found.errors else _categories(found, language)),
    ]


def record(found: Grouped) -> dict[str, Any]:
    """The groups as numbers, texts, lists and mappings."""
    return {
        "classes": found.classes,
        "groups": [
            {"group": group, "counts": counts}
            for group, counts in zip(found.groups, found.counts, strict=True)
        ],
    }


def _used(found: Grouped) -> list[int]:
    """The groups that have any row."""
    return [k for k, counts in enumerate(found.counts) if sum(counts)]


def _categories(found: Grouped, language: str) -> list[Block]:
    """A row for each category, those with most rows first."""
    order = sorted(_used(found), key=lambda k: -sum(found.counts[k]))
    if not order:
        return []
    shown = order[:MOST_GROUPS]
    head = [_say(found.kind, language), *map(str, found.classes), _say("rows", language)]
    cells = [[str(found.groups[k]), *_own(found, k), str(sum(found.counts[k]))] for k in shown]
    heading = Heading(2, (_say(f"heading_{found.kind}", language, shown=len(shown), count=len(order)),))
    return [heading, _table(head, cells)]


def _own(found: Grouped, k: int) -> list[str]:
    return [str(count) if count else "·" for count in found.counts[k]] if found.classes else []


def _map(found: Grouped, language: str) -> list[Block]:
    """The map: how many rows each unit wins, and the letter of the class of most of them."""
    rows, columns = (size + 1 for size in found.groups[-1])
    if max(rows, columns) > MOST_GROUPS // 2:
        return []
    cells = [_cell(found, k) for k in range(len(found.groups))]
    grid = [[str(row), *cells[row * columns : (row + 1) * columns]] for row in range(rows)]
    code = "heading_class_map" if found.classes else "heading_hits"
    legend = [f"{_letter(k)} {name}" for k, name in enumerate(found.classes)]
    return [
        Heading(2, (_say(code, language),)),
        *([Paragraph((say("lesson.comma", language).join(legend),))] if legend else []),
        _table(["", *map(str, range(columns))], grid),
    ]


def _cell(found: Grouped, k: int) -> str:
    counts = found.counts[k]
    if not sum(counts):
        return "·"
    letter = f"{_letter(counts.index(max(counts)))} " if found.classes else ""
    return f"{letter}{sum(counts)}"


def _letter(k: int) -> str:
    return ascii_uppercase[k] if k < len(ascii_uppercase) else f"{k + 1}:"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table(tuple([(name,) for name in head]), tuple([tuple([(cell,) for cell in row]) for row in rows]))


def _say(code: str, language: str, **facts: Any) -> str:
    return say(f"groups.{code}", language, **facts)
