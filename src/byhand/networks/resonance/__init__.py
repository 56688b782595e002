"""Adaptive resonance: categories that are added when nothing known is near enough."""
