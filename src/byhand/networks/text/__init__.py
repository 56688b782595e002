"""Texts: as they are given, as tokens, and as what a language model learns and writes."""
