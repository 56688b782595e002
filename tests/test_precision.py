"""What is compiled multiplies with all bits of its numbers, also where a device takes fewer by default."""

import jax
import numpy as np
import pytest
from every_estimator import EVERY, WAYS
from sklearn.base import clone, is_regressor

rng = np.random.default_rng(7)
X = rng.normal(size=(8, 3)) + 0.1
CLASSES = np.array([0, 1, 2, 1, 0, 2, 0, 1])

# One estimator for each way to train.
LEARNERS = ("MLPClassifier", "CNNClassifier", "LSTMClassifier", "SOM", "GAN", "RBM", "BoltzmannMachine")
STRATEGIES = ("restarts", "annealing", "early stopping", "SOM batch", "cascade early stopping")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", [*LEARNERS, *STRATEGIES])
def test_every_product_is_compiled_in_full_precision(name, tmp_path):
    net = clone({**EVERY, **WAYS}[name])
    jax.clear_caches()
    jax.config.update("jax_dump_ir_to", str(tmp_path))
    try:
        net.fit(X, X[:, 0] * 2 + 1 if is_regressor(net) else CLASSES)
    finally:
        jax.config.update("jax_dump_ir_to", None)
    lines = [line for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
    products = [line for line in lines if "stablehlo.dot_general" in line or "stablehlo.convolution" in line]
    assert products
    assert [line for line in products if line.count("HIGHEST") != 2] == []
