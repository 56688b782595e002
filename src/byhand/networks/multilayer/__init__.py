"""Multilayer perceptrons; logistic regression is that of one layer."""
