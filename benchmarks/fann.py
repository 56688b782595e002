"""FANN's cascade training (Debian's libfann-dev) by ctypes: what `cascade.py` compares with."""

import ctypes
import ctypes.util
import tempfile
from pathlib import Path

SIGMOID_SYMMETRIC, LINEAR, RPROP, STOP_BY_BITS, LINEAR_ERROR = 5, 0, 2, 1, 0
STEEPNESSES = 0.25, 0.5, 0.75, 1.0


class Fann:
    """Cascade2 on two classes until every output lies nearer to ±1 than the limit.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
    y : ndarray of -1 and 1, shape (n_samples,)
    limit : float

    Raises
    ------
    OSError
        FANN is not installed.
    """

    def __init__(self, X, y, limit):
        self._fann = ctypes.CDLL(ctypes.util.find_library("fann") or "libfann.so.2")
        self._inputs, self._limit = X.shape[1], limit
        for name in ("fann_create_shortcut_array", "fann_read_train_from_file"):
            getattr(self._fann, name).restype = ctypes.c_void_p
        rows = (f"{' '.join(map(repr, row))}\n{target}\n" for row, target in zip(X.tolist(), y, strict=True))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "train.data"
            file.write_text(f"{len(X)} {self._inputs} 1\n" + "".join(rows))
            self._data = self._pointer("fann_read_train_from_file", str(file).encode())

    def _pointer(self, name, *args):
        return ctypes.c_void_p(getattr(self._fann, name)(*args))

    def train(self, eight, max_units=40):
        """Grow one network; candidates eight of one kind, or FANN's own eighty.

        Returns
        -------
        units, wrong : int
            Hidden units, and samples whose output is farther from its target than the limit.
        """
        fann = self._fann
        net = self._pointer("fann_create_shortcut_array", 2, (ctypes.c_uint * 2)(self._inputs, 1))
        fann.fann_set_activation_function_hidden(net, SIGMOID_SYMMETRIC)
        fann.fann_set_activation_function_output(net, LINEAR)
        fann.fann_set_train_error_function(net, LINEAR_ERROR)
        fann.fann_set_training_algorithm(net, RPROP)
        fann.fann_set_train_stop_function(net, STOP_BY_BITS)
        fann.fann_set_bit_fail_limit(net, ctypes.c_float(self._limit))
        if eight:
            fann.fann_set_cascade_activation_functions(net, (ctypes.c_int * 1)(SIGMOID_SYMMETRIC), 1)
            fann.fann_set_cascade_activation_steepnesses(net, (ctypes.c_float * 4)(*STEEPNESSES), 4)
            fann.fann_set_cascade_num_candidate_groups(net, 2)
        fann.fann_cascadetrain_on_data(net, self._data, max_units, 0, ctypes.c_float(0))
        fann.fann_test_data(net, self._data)
        found = fann.fann_get_total_neurons(net) - self._inputs - 2, fann.fann_get_bit_fail(net)
        fann.fann_destroy(net)
        return found
