"""Worksheets with planted mistakes, worked out in plain Python: nothing here is taken from `byhand`."""
