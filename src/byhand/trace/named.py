"""What a run comes to, by name; None for what has no number because some given has none."""

from __future__ import annotations

from typing import Any

from byhand.trace.lookup import has_number, value_in
from byhand.trace.program import is_inner
from byhand.trace.run import Run, Update


def named_values(run: Run) -> dict[str, Any]:
    """Every named value of the first iteration; one a sample where samples differ."""
    names = [name for name in run.first.forwards[0].values if not is_inner(name)]
    return {name: value_in(run, run.first, name) if has_number(run, name) else None for name in names}


def named_gradients(run: Run) -> dict[str, Any]:
    """The gradient of the objective by every named value, in the first iteration."""
    found = {name: value for name, value in run.first.gradients.items() if not is_inner(name)}
    return dict.fromkeys(found) if run.symbolic else found


def last_updates(run: Run) -> dict[str, Update]:
    """The last iteration's update of every learned name."""
    last = run.last_update
    if last is None or not run.symbolic:
        return last.updates if last else {}
    old = {
        name: run.given[name] if has_number(run, name) and last.number == 1 else None for name in last.updates
    }
    return {name: Update(name, old[name], None, None, {}) for name in old}
