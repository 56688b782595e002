"""How well the checker finds and names mistakes: sheets with one planted, with two, and without any.

python benchmarks/planted.py [SHEETS] [SEED]

Its tables, and what the words in them mean, stand in docs/checker-study.md.
"""

import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from planting.study import (
    both_found,
    false_alarms,
    generator,
    is_named,
    judge,
    planted,
    planted_pair,
    right,
)

import byhand


def alarms(sheets, seed):
    """What is said against right sheets, by problem."""
    rng, said = generator(seed, "right"), Counter()
    for _ in range(sheets):
        case = right(rng)
        said[case.sheet.problem.title] += bool(false_alarms(byhand.check, case))
    return +said


def outcomes(sheets, seed):
    """What is said of sheets with one mistake, and how many were drawn again since nothing showed."""
    rng, redrawn = generator(seed, "planted"), Counter()
    return [judge(byhand.check, planted(rng, redrawn)) for _ in range(sheets)], redrawn.total()


def pairs(sheets, seed):
    """Sheets with two mistakes until so many are independent: how many, and in how many both are found."""
    rng, redrawn, drawn, found = generator(seed, "pairs"), Counter(), Counter(), Counter()
    while drawn[False] < sheets:
        pair = planted_pair(rng, redrawn)
        drawn[pair.dependent] += 1
        found[pair.dependent] += both_found(byhand.check, pair)
    return drawn, found


def table(title, made, key):
    """The outcomes by one of their marks."""
    groups = defaultdict(list)
    for one in made:
        groups[key(one)].append(one)
    print(f"\n| {title} | sheets | first step found | named | named, or the same formula |")
    print("|---|---:|---:|---:|---:|")
    for name, group in sorted(groups.items()):
        found, named = sum(one.found for one in group), sum(map(is_named, group))
        either = sum(is_named(one) or one.same_formula for one in group)
        print(f"| {name} | {len(group)} | {found} | {named} | {either} |")


def main():
    sheets = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    started = time.perf_counter()
    said = alarms(sheets, seed)
    print(f"right sheets: {sheets}, false alarms: {said.total()} {dict(said) or ''}")
    made, redrawn = outcomes(sheets, seed)
    problems = len({one.title for one in made})
    print(f"planted: {sheets} sheets of {problems} problems; {redrawn} more drawn again, for nothing showed")
    print(f"first wrong step found: {sum(one.found for one in made) / sheets:.2%}")
    print(f"the kind among two named: {sum(map(is_named, made)) / sheets:.2%}")
    either = sum(is_named(one) or one.same_formula for one in made) / sheets
    print(f"the kind, or one of the same formula, among two named: {either:.2%}")
    again = Counter(one.written for one in made if one.wrong_again)
    print(
        f"a later number wrong again: {again[True]} sheets with the wrong step written, {again[False]} others"
    )
    drawn, found = pairs(sheets // 4, seed)
    print(f"two independent mistakes: both found in order in {found[False]} of {drawn[False]}")
    print(f"two mistakes, one resting on the other: both found in {found[True]} of {drawn[True]}")
    seconds = sorted(one.seconds for one in made)
    print(f"a sheet takes {sum(seconds) / sheets:.3f} s, half of them under {seconds[sheets // 2]:.3f} s, "
          f"the slowest {seconds[-1]:.2f} s; the study {time.perf_counter() - started:.0f} s")  # fmt: skip
    table("kind", made, lambda one: one.kind)
    same = Counter((one.kind, one.named[0]) for one in made if one.same_formula and not is_named(one))
    listed = ", ".join(f"{kind} as {other} {n}" for (kind, other), n in same.most_common())
    print(f"\nThe same formula under another name: {listed}")
    table("digits", made, lambda one: one.digits)


if __name__ == "__main__":
    main()
