"""Update rules as data, each written once."""

from byhand.rules.gradient import RULES as RULES
from byhand.rules.gradient import Rule as Rule
from byhand.rules.gradient import ascending as ascending
from byhand.rules.gradient import distinct as distinct

__all__ = ["RULES", "Rule", "ascending", "distinct"]
