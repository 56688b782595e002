"""Layers that are learned one after the other, without labels."""
