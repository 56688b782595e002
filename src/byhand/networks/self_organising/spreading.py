"""The first weights of a map, spread over the data."""

from __future__ import annotations

import numpy as np

from byhand.equations.lattice import Lattice


def spread_by_components(X: np.ndarray, lattice: Lattice) -> np.ndarray:
    """First weights over the plane of the first two principal components, its longer side along the first."""
    middle = X.mean(axis=0, dtype=np.float64)
    _, deviations, components = np.linalg.svd(X - middle, full_matrices=False)
    axes = (deviations / np.sqrt(len(X)))[:, None] * components
    axes *= np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1))
    axes = np.vstack([axes, np.zeros((2, X.shape[1]))])[:2]
    place = lattice.positions()
    span = np.maximum(np.ptp(place, axis=0), 1e-9)
    sides = 2 * (place - place.min(axis=0)) / span - (np.ptp(place, axis=0) > 0)
    if lattice.columns > lattice.rows:
        axes = axes[::-1]
    return (middle + sides @ axes).astype(np.float32)
