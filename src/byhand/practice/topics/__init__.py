"""The topics of exercises: each makes a draft from drawn numbers, a size and a level, both from 1 to 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from byhand.practice.numbers import Numbers
from byhand.practice.topics.draft import Aim as Aim
from byhand.practice.topics.draft import Draft as Draft
from byhand.practice.topics.graphs import chain_rule, computational_graph, loss
from byhand.practice.topics.learning import descent, update
from byhand.practice.topics.networks import attention, convolution, mlp, recurrent, softmax
from byhand.practice.topics.units import neuron, perceptron

TOPICS: Mapping[str, Callable[[Numbers, int, int], Draft]] = {
    "computational-graph": computational_graph,
    "chain-rule": chain_rule,
    "neuron": neuron,
    "perceptron": perceptron,
    "loss": loss,
    "update": update,
    "descent": descent,
    "mlp": mlp,
    "softmax": softmax,
    "convolution": convolution,
    "recurrent": recurrent,
    "attention": attention,
}
