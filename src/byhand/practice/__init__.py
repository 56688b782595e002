"""Exercises for a class: made from a seed, written as sheets with keys, marked when they come back."""
