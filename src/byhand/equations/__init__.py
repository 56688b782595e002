"""The equations of every network as formula lines, and the settings they depend on.

A family is one file. `known` holds the networks by name; nothing here calculates.
"""
