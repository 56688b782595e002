"""A JAX function as a source: it runs once on its numbers, and what it calculates is written down.

`recording` runs it, `frames` and `names` read what its author called each value, `primitives` and `known` say
which operation each call is, and `lines` makes a program of it. In `sources` only this folder imports JAX.
"""
