"""Learning by resonance: a search for a category that matches, and what the category found learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from byhand.equations.step import Positive, Settings, Shapes, Share
from byhand.errors import ProblemError


class Resonance(NamedTuple):
    """The search of an ART network, round by round, and what the category found learns.

    In the lines ``{k}`` is the number of a round and ``{next}`` that of the round after it.

    Attributes
    ----------
    entry : str
        What an input gives before the first round.
    round : str
        The category ``J{k}`` that wins a round, and its tests.
    tests : tuple of str
        The values of a round that are 1 where a test is passed; where all are, the search ends.
    screen : str
        ``fit{k}``: 1 for each category that would pass the first test. Those that would not only delay the
        search, so the compiled one leaves them out at once.
    reset : str
        What a lost round changes for the next one.
    carried : tuple of str
        The names that `reset` calculates, the choice values first.
    learn : str
        For each learned name its new value, from the category of round ``{k}``.
    learned : tuple of str
        One row a category; a row that is not committed yet has its first value everywhere.
    founds : str
        What a new category learns, where no row stands ready for it; then there is one round alone.
    founds_first : str
        The same where there is no category yet.
    """

    entry: str
    round: str
    tests: tuple[str, ...]
    screen: str
    reset: str
    carried: tuple[str, ...]
    learn: str
    learned: tuple[str, ...]
    founds: str = ""
    founds_first: str = ""


BINARY = Resonance(
    entry="y{k} = B @ x",
    round="J{k} = argmax(y{k})\nmatch{k} = sum(x*take(T, J{k}))/sum(x)\nfits{k} = match{k} >= rho",
    tests=("fits",),
    screen="fit{k} = (T @ x)/sum(x) >= rho",
    reset="y{next} = replace(y{k}, J{k}, -1)",
    carried=("y",),
    learn="B_new = replace(B, J{k}, L*x*take(T, J{k})/(L - 1 + sum(x*take(T, J{k}))))\n"
    "T_new = replace(T, J{k}, x*take(T, J{k}))",
    learned=("B", "T"),
)
BINARY_MEANING = {
    **{"x": "binary_input", "B": "bottom_up", "T": "top_down", "y": "bottom_up_sum", "J": "winner"},
    **{"match": "match_top_down", "fits": "vigilance_test", "rho": "vigilance", "L": "weight_constant"},
}

_ENTRY = "I = concat(x, 1 - x)\nm = sum(min(I, W), axis=1)\nT{k} = m/(alpha + sum(W, axis=1))"
_LEARN = "W_new = replace(W, J{k}, beta*min(I, take(W, J{k})) + (1 - beta)*take(W, J{k}))"
FUZZY = Resonance(
    entry=_ENTRY,
    round="J{k} = argmax(T{k})\nmatch{k} = take(m, J{k})/sum(I)\nfits{k} = match{k} >= rho",
    tests=("fits",),
    screen="fit{k} = m/sum(I) >= rho",
    reset="T{next} = replace(T{k}, J{k}, -1)",
    carried=("T",),
    learn=_LEARN,
    learned=("W",),
)
FUZZY_MEANING = {
    **{"x": "input", "I": "complement_coded", "W": "categories", "m": "shared", "T": "choice_values"},
    **{"J": "winner", "match": "match", "fits": "vigilance_test", "rho": "vigilance"},
    **{"alpha": "choice_parameter", "beta": "learning_rate"},
}

MAPPED = Resonance(
    entry=f"{_ENTRY}\nrho{{k}} = rho",
    round="J{k} = argmax(T{k})\nmatch{k} = take(m, J{k})/sum(I)\nfits{k} = match{k} >= rho{k}\n"
    "agrees{k} = sum(min(y, take(V, J{k}))) >= sum(y)",
    tests=("fits", "agrees"),
    screen="fit{k} = m/sum(I) >= rho{k}",
    reset="T{next} = replace(T{k}, J{k}, -1)\n"
    "rho{next} = where(fits{k} > agrees{k}, min(match{k} + epsilon, 1), rho{k})",
    carried=("T", "rho"),
    learn=f"{_LEARN}\nV_new = replace(V, J{{k}}, min(y, take(V, J{{k}})))",
    learned=("W", "V"),
)
MAPPED_MEANING = {
    **FUZZY_MEANING,
    **{"rho": "baseline", "V": "map_field", "y": "class", "agrees": "map_test"},
    "epsilon": "match_tracking",
}

NEAREST = Resonance(
    entry="D = norm(x - W, axis=1)",
    round="J{k} = argmin(D)\nsimilarity{k} = 1/(1 + take(D, J{k}))\nsimilar{k} = similarity{k} > rho",
    tests=("similar",),
    screen="",
    reset="",
    carried=(),
    learn="W_new = replace(W, J{k}, take(W, J{k}) + eta*(x - take(W, J{k})))",
    learned=("W",),
    founds="W_new = concat(W, [x])",
    founds_first="W_new = [x]",
)
NEAREST_MEANING = {
    **{"x": "input", "W": "prototypes", "D": "distances", "J": "nearest", "similarity": "similarity"},
    **{"similar": "similar_enough", "rho": "threshold", "eta": "rate"},
}


class Search(Settings):
    """A network that searches; where it has no categories yet, none of its weights are given."""

    form: ClassVar[Resonance]
    meaning: ClassVar[Mapping[str, str]]

    def letters(self) -> dict[str, float]:
        """The settings by the letters of the equations."""
        raise NotImplementedError

    def first(self, inputs: int) -> dict[str, float]:
        """For each array the number that stands in a row that is not committed."""
        return dict.fromkeys(self.form.learned, 1.0)

    def needed(self, shapes: Shapes, found: Mapping[str, Any]) -> set[str]:
        """All arrays, or none of them."""
        has_categories = found.keys() & set(self.form.learned)
        return shapes.keys() - (set() if has_categories else set(self.form.learned))

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """What lies outside 0 to 1."""
        if (0 <= x).all() and (x <= 1).all():
            return None
        return ProblemError("key_bound", key="x", found=str(x[(x < 0) | (x > 1)][0]), bound="0 ≤ x ≤ 1")


class ART1(Search):
    """Binary inputs, fast learning."""

    form: ClassVar[Resonance] = BINARY
    meaning: ClassVar[Mapping[str, str]] = BINARY_MEANING

    vigilance: Share = 0.7
    weight_constant: Annotated[float, Field(gt=1, allow_inf_nan=False)] = 2.0

    def letters(self) -> dict[str, float]:
        """Vigilance and the constant of the bottom-up weights."""
        return {"rho": self.vigilance, "L": self.weight_constant}

    def first(self, inputs: int) -> dict[str, float]:
        """Bottom-up weights so small that categories go first."""
        return {"B": 1 / (1 + inputs), "T": 1.0}

    def unfit(self, x: np.ndarray) -> ProblemError | None:
        """What is neither 0 nor 1, or has no 1."""
        if not np.isin(x, (0, 1)).all():
            return ProblemError("key_choice", key="x", found=str(x[~np.isin(x, (0, 1))][0]), known="0, 1")
        return None if x.any() else ProblemError("nothing_excites")

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, and of the weights of the categories there are."""
        return {"x": ("inputs",), "B": ("categories", "inputs"), "T": ("categories", "inputs")}


class ART(Search):
    """The short form of textbooks: the nearest prototype learns, or a new one is made of the input."""

    form: ClassVar[Resonance] = NEAREST
    meaning: ClassVar[Mapping[str, str]] = NEAREST_MEANING

    vigilance: Share = 0.5
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.5

    def letters(self) -> dict[str, float]:
        """The threshold, and how far a prototype goes."""
        return {"rho": self.vigilance, "eta": self.learning_rate}

    def first(self, inputs: int) -> dict[str, float]:
        """No row stands ready."""
        return {}

    def unfit(self, x: np.ndarray) -> None:
        """Any input will do."""

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, and of the prototypes there are."""
        return {"x": ("inputs",), "W": ("categories", "inputs")}


class FuzzyART(Search):
    """Inputs between 0 and 1, coded with their complements."""

    form: ClassVar[Resonance] = FUZZY
    meaning: ClassVar[Mapping[str, str]] = FUZZY_MEANING

    vigilance: Share = 0.75
    choice: Positive = 0.001
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1.0

    def letters(self) -> dict[str, float]:
        """Choice, vigilance and learning rate."""
        return {"alpha": self.choice, "rho": self.vigilance, "beta": self.learning_rate}

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of x, and of the weights of the categories there are."""
        coded = 2 * len(given["x"][0]) if "x" in given else "coded"
        return {"x": ("inputs",), "W": ("categories", coded)}


class FuzzyARTMAP(FuzzyART):
    """Categories joined to classes; y is 1 for a sample's own class and 0 otherwise."""

    form: ClassVar[Resonance] = MAPPED
    meaning: ClassVar[Mapping[str, str]] = MAPPED_MEANING
    sample: ClassVar[tuple[str, ...]] = ("x", "y")

    vigilance: Share = 0.0
    match_tracking: Positive = 0.001

    def letters(self) -> dict[str, float]:
        """And by how much the vigilance is raised."""
        return {**super().letters(), "epsilon": self.match_tracking}

    def shapes(self, given: Mapping[str, Any]) -> Shapes:
        """Of y and the map field too."""
        return {**super().shapes(given), "y": ("classes",), "V": ("categories", "classes")}
