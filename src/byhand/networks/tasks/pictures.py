"""What a trained network looks like, family by family: a map, categories, units, connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from byhand.networks.adversarial.gan import GAN
from byhand.networks.constructive.cascading import CascadeCorrelation
from byhand.networks.convolutional import kernels
from byhand.networks.convolutional.cnn import CNNClassifier
from byhand.networks.energy_based import filters
from byhand.networks.energy_based.boltzmann import BoltzmannMachine
from byhand.networks.energy_based.hopfield import Hopfield
from byhand.networks.energy_based.rbm import RBM
from byhand.networks.layerwise.codes import Codes
from byhand.networks.radial_basis import radial
from byhand.networks.radial_basis.gaussian import RBFNetwork
from byhand.networks.recurrence.recurrent import RecurrentNetwork
from byhand.networks.resonance.art import ART
from byhand.networks.resonance.art1 import ART1
from byhand.networks.resonance.fuzzy_art import FuzzyART
from byhand.networks.resonance.fuzzy_artmap import FuzzyARTMAP
from byhand.networks.self_organising import atlas
from byhand.networks.self_organising.som import SOM
from byhand.networks.tasks import outlining
from byhand.networks.tasks.seen import GRID, MARGIN, Seen, most_apart, plane
from byhand.networks.text.texts import text_of
from byhand.networks.transformers.attending import Attending
from byhand.networks.transformers.gpt import GPT
from byhand.views import hinton, maps, panels
from byhand.views.outlines import Bumps, Outlines
from byhand.words import say

_MOST_RECALLS = 6  # curves that can be told apart
_MOST_PICTURES = 16
_MOST_MOMENTS = 5
_MOST_READ = 20  # characters of a text, each by its name


def panels_of(net: Any, seen: Seen, language: str) -> list[panels.Panel]:
    """The panels that show what a network has learned; none where its family has no picture.

    Parameters
    ----------
    net : estimator
        Fitted.
    seen : Seen
    language : str
    """
    match net:
        case SOM():
            return _maps(net, seen, language)
        case CascadeCorrelation():
            return [net.growth(language)]
        case Codes():
            return _layers(net, seen.few(), language)
        case ART():
            return [outlining.prototypes(net, seen.few(), language)]
        case ART1():
            return [_templates(net, seen, language)]
        case FuzzyART() | FuzzyARTMAP():
            return [outlining.boxes(net, seen.few(), language)]
        case Attending() if net.rows_:
            return _attention(net, seen.few().X, seen.preparation.input_names, language)
        case GPT():
            text = text_of(seen.X[0])[: min(_MOST_READ, net.max_length)]
            return _attention(net, text, list(text.replace("\n", "↵").replace(" ", "␣")), language)
        case RecurrentNetwork() if seen.y is not None:
            return [_errors(net, seen.y, seen, language)]
        case CNNClassifier():
            return [*kernels.kernels(net, language), *kernels.feature_maps(net, seen.X[0], language)]
        case Hopfield():
            return [
                *_memories(net, seen, language),
                _falling(net, seen, language),
                _weights(net, seen, language),
            ]
        case BoltzmannMachine():
            return [*_samples(net, seen, language), _weights(net, seen, language)]
        case RBM():
            return _machine(net, seen.X, seen.preparation.sample_shape, language)
        case GAN():
            return _generated(net, seen.few(), language)
        case RBFNetwork() if seen.X.shape[1] == 1 and not hasattr(net, "classes_"):
            return [_bumps(net, seen.few(), language)]
        case RBFNetwork():
            return [outlining.units(net, seen.few(), language)]
    return []


def _maps(net: SOM, seen: Seen, language: str) -> list[panels.Panel]:
    kinds = ["distances", "hits", *(["classes"] if seen.labels is not None else []), "net", "planes"]
    names = seen.preparation.input_names
    return [atlas.panel(net, kind, seen.X, seen.labels, language, names) for kind in kinds]


def _layers(net: Codes, seen: Seen, language: str) -> list[panels.Panel]:
    """What the first layer looks for; and the codes of the last one, where they are points of a plane."""
    shown = [filters.filters(net.params_["W1"], seen.preparation.sample_shape, language)]
    codes = net.transform(seen.X)
    if codes.shape[1] != 2:
        return shown
    kinds = [None] if seen.labels is None else np.unique(seen.labels).tolist()
    groups = [(str(one)[:40], codes[seen.labels == one]) if one is not None else ("", codes) for one in kinds]
    x, y = (f"a{len(net._coding().activations)}[{k}]" for k in range(2))
    return [*shown, Outlines(say("picture.codes", language), groups, [], False, x, y)]


def _templates(net: ART1, seen: Seen, language: str) -> panels.Panel:
    """The template of each category: a picture, where the inputs are one; else a row of tiles."""
    T, shape = net.params_["T"], seen.preparation.sample_shape
    if len(shape) == 2:
        title = say("picture.template_pictures", language, shown=min(len(T), 16), count=len(T))
        return panels.Photographs(title, [(str(k), row.reshape(shape)) for k, row in enumerate(T[:16])])
    title = say("picture.templates", language)
    places = [(float(k), float(i)) for k, i in np.ndindex(T.shape)]
    layer = maps.Layer("", np.where(T.ravel() > 0, 0, -1).tolist(), groups=["1"])
    return maps.Map(title, maps.Tiles(places, False), [layer])


def _memories(net: Hopfield, seen: Seen, language: str) -> list[panels.Panel]:
    """The patterns as pictures, where the inputs are one."""
    shown = net.patterns_[:_MOST_PICTURES]
    title = say("picture.patterns", language, shown=len(shown), count=len(net.patterns_))
    return _photographs(title, shown, seen)


def _samples(net: BoltzmannMachine, seen: Seen, language: str) -> list[panels.Panel]:
    """What the machine makes up, as pictures where the inputs are one."""
    return _photographs(say("picture.made_up", language), net.sample(_MOST_PICTURES), seen)


def _photographs(title: str, rows: np.ndarray, seen: Seen) -> list[panels.Panel]:
    shape = seen.preparation.sample_shape
    if len(shape) != 2:
        return []
    return [panels.Photographs(title, [(str(k), row.reshape(shape)) for k, row in enumerate(rows)])]


def _falling(net: Hopfield, seen: Seen, language: str) -> panels.Lines:
    """The energy of some rows while they are recalled, update by update."""
    energies = net.descent(seen.X[:_MOST_RECALLS])
    rows = say("picture.row", language)
    lines = [panels.Group(f"{rows} {k}", range(len(one)), one) for k, one in enumerate(energies.T.tolist())]
    title, x, y = [say(f"picture.{code}", language) for code in ("falling", "updates", "energy")]
    return panels.Lines(title, lines, x, y)


def _weights(net: Hopfield | BoltzmannMachine, seen: Seen, language: str) -> hinton.Hinton:
    """The weights between all units, as a Hinton diagram."""
    names = [*seen.preparation.input_names]
    names += [f"h{k}" for k in range(len(net.params_["b"]) - len(names))]
    code = "hinton" if len(names) <= hinton.MOST_SQUARES else "weights"
    return hinton.Hinton(say(f"picture.{code}", language), net.params_["W"], names)


def _attention(net: Attending, X: Any, names: Sequence[str], language: str) -> list[panels.Panel]:
    """How each input's attention is shared out on average, head by head; a row is one that asks."""
    shares = net.attention(X).mean(axis=0)
    return [
        hinton.Hinton(say("picture.attention", language, layer=k + 1, head=h + 1), shares[k, h], names)
        for k, h in list(np.ndindex(shares.shape[:2]))[:_MOST_PICTURES]
    ]


def _machine(net: RBM, X: np.ndarray, shape: tuple[int, ...], language: str) -> list[panels.Panel]:
    shown = [filters.filters(net.params_["W"], shape, language)]
    return [*shown, *filters.samples(net, X, shape, language)] if len(shape) == 2 else shown


def _generated(net: GAN, seen: Seen, language: str) -> list[panels.Panel]:
    """What the generator made as it learned, and makes now: pictures, or points beside the rows."""
    before = [k for k, epoch in enumerate(net.snapshot_epochs_) if epoch < net.n_iter_][-_MOST_MOMENTS:]
    epochs, moments = [net.snapshot_epochs_[k] for k in before], net.snapshots_[before]
    titles = [say("picture.generated", language, epoch=epoch) for epoch in (*epochs, net.n_iter_)]
    made = [*moments, net.sample(net.snapshots_.shape[1])]
    if len(seen.preparation.sample_shape) == 2:
        shown = zip(titles, made, strict=True)
        return [one for title, rows in shown for one in _photographs(title, rows[:_MOST_PICTURES], seen)]
    centre, spread = seen.scale()
    across, up = most_apart(seen.X, seen)
    axes = [across] if up is None else [across, up]

    def placed(rows: np.ndarray) -> np.ndarray:
        places = rows[:, axes] * spread[axes] + centre[axes]
        return places if len(axes) == 2 else np.hstack([places, np.zeros_like(places)])

    real = say("picture.real", language), placed(seen.X)
    name = say("picture.made", language)
    field = plane(net, seen, net.answer) if seen.X.shape[1] == 2 else None
    fields = [None] * len(moments) + [field]
    return [
        Outlines(title, [real, (name, placed(rows))], [], False, seen.name(across), seen.name(up), own)
        for title, rows, own in zip(titles, made, fields, strict=True)
    ]


def _errors(net: RecurrentNetwork, y: np.ndarray, seen: Seen, language: str) -> panels.Lines:
    """How wrong the network is, were it asked after each time step."""
    answers, axis = net.answers_on_the_way(seen.X), say("picture.time_step", language)
    steps = range(1, answers.shape[1] + 1)
    if hasattr(net, "classes_"):
        shares, told = (answers != y[:, None]).mean(axis=0), say("picture.share_wrong", language)
    else:
        off = seen.preparation.restored(answers) - y[:, None]
        shares = np.sqrt(np.square(off).mean(axis=0))
        told = say("picture.rms_error", language, target=seen.preparation.target_name)
    title = say("picture.errors_by_step", language)
    return panels.Lines(title, [panels.Group("", steps, shares.tolist())], axis, told)


def _bumps(net: RBFNetwork, seen: Seen, language: str) -> Bumps:
    """The curve over the one input, and the bumps it is the sum of, each on top of the bias."""
    low, high = float(seen.X.min()), float(seen.X.max())
    margin = MARGIN * (high - low or 1)
    grid = np.linspace(low - margin, high + margin, GRID)[:, None]
    phi = np.concatenate([part for _, part in radial.units(net.params_["C"], net.params_["beta"], grid)])
    W, b = net.params_["W"][0].astype(np.float64), float(net.params_["b"][0])
    centre, spread = seen.scale()
    restored = seen.preparation.restored
    return Bumps(
        say("picture.bumps", language),
        (seen.X[:, 0] * spread[0] + centre[0], seen.y),
        grid[:, 0] * spread[0] + centre[0],
        restored(phi @ W + b),
        list(restored(phi * W + b).T),
        seen.name(0),
        seen.preparation.target_name,
    )
