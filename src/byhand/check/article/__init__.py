"""A page of somebody's: its chains of equalities, its formulas and its rules checked."""
