"""An array as the bytes of an IDX file."""

import struct


def idx(array, code=0x08, shape=None):
    shape = array.shape if shape is None else shape
    return struct.pack(f">4B{len(shape)}I", 0, 0, code, len(shape), *shape) + array.tobytes()
