"""What each name of a program is there for."""

from __future__ import annotations

import re

from byhand.lesson.network import Network
from byhand.ops import OPS, Call, Name
from byhand.trace.comparisons import comparisons, differences
from byhand.trace.program import Equation, Program, definition, givens_of, lines_of, operands_of, written
from byhand.trace.run import Plan

_WEIGHT, _BIAS = re.compile(r"[wvuWVU][\d_]*"), re.compile(r"[bcθ][\d_]*")


def roles(program: Program, plan: Plan, network: Network | None) -> dict[str, str]:
    """The role of every name.

    Parameters
    ----------
    program : Program
    plan : Plan
    network : Network or None
        The layered network the program is, if it is one.

    Returns
    -------
    dict
        By name: ``input``, ``weight``, ``bias``, ``hidden``, ``output``, ``target``, ``threshold``,
        ``objective`` or ``other``.
    """
    compared = comparisons(program)
    if plan.carried:
        compared += differences(program, plan.learn)
    targets = {pair.target for pair in compared if pair.target not in plan.learn}
    found = dict.fromkeys(lines_of(program), "other")
    thresholds = _thresholds(program)
    is_model = bool(targets or thresholds) or any(map(_is_unit, program.equations))
    for name in givens_of(program):
        found[name] = "target" if name in targets else _given(program, name, plan, is_model)
    if network is None:
        found.update({pair.output: "output" for pair in compared if pair.target in targets})
    else:
        found.update(_of_network(network))
    found.update(dict.fromkeys(thresholds, "threshold"))
    if plan.objective is not None:
        found[plan.objective] = "objective"
    return found


def _is_unit(equation: Equation) -> bool:
    return OPS[equation.op].kind in ("activation", "threshold")


def _given(program: Program, name: str, plan: Plan, is_model: bool) -> str:
    """The role of a given that is no target; where nothing is learned, its letter and place decide."""
    if not is_model:
        return "other" if name in plan.learn else "input"
    if name in plan.learn:
        return "bias" if _only_added(program, name) else "weight"
    if plan.carried and _users(program, name) <= set(plan.carried.values()):
        return "other"
    if plan.learn or name in plan.samples:
        return "input"
    if _WEIGHT.fullmatch(name) and _multiplied(program, name):
        return "weight"
    return "bias" if _BIAS.fullmatch(name) and _only_added(program, name) else "input"


def _thresholds(program: Program) -> set[str]:
    """The givens that a calculated value has to reach: θ in ``y = net >= θ``."""
    calculated, given = lines_of(program), givens_of(program)
    reached = [eq.args for eq in program.equations if eq.op in ("ge", "gt") and eq.args[0] in calculated]
    return {args[1] for args in reached if args[1] in given}


def _users(program: Program, name: str) -> set[str]:
    """The lines in which a name stands."""
    return {line for line, equations in lines_of(program).items() if name in operands_of(equations)}


def _multiplied(program: Program, name: str) -> bool:
    """Whether a given stands in a product with another name."""
    products = [eq.args for eq in program.equations if eq.op in ("mul", "matmul", "dot") and name in eq.args]
    return any(all(isinstance(arg, str) and "." not in arg for arg in args) for args in products)


def _only_added(program: Program, name: str) -> bool:
    """Whether a learned name is only ever added to a product or subtracted from one."""
    uses = [
        (eq, program_line) for program_line, eqs in lines_of(program).items() for eq in eqs if name in eq.args
    ]
    return bool(uses) and all(
        equation.op in ("add", "sub")
        and any(_has_product(program, line, arg) for arg in equation.args if arg != name)
        for equation, line in uses
    )


def _has_product(program: Program, line: str, arg: object) -> bool:
    """Whether an operand is a product, or a sum or a named value that holds one."""
    waiting = [written(program, line, arg)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name) and node.name in lines_of(program):
            node = definition(program, node.name)
        if isinstance(node, Call):
            if node.op in ("mul", "matmul", "dot"):
                return True
            if node.op in ("add", "sub"):
                waiting.extend(node.args)
    return False


def _of_network(network: Network) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in network.layers:
        last = layer is network.layers[-1]
        found.update({name: "weight" for row in layer.weights for name in row if name})
        found.update({name: "bias" for unit in layer.biases for name, _ in unit})
        found.update(dict.fromkeys((*layer.z, *layer.a), "output" if last else "hidden"))
    found.update(dict.fromkeys(network.layers[0].inputs, "input"))
    return found
