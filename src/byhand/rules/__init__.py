"""Update rules as data, each written once."""

from byhand.rules.clipping import FACTOR as FACTOR
from byhand.rules.clipping import clipped as clipped
from byhand.rules.gradient import RULES as RULES
from byhand.rules.gradient import Rule as Rule
from byhand.rules.gradient import ascending as ascending
from byhand.rules.gradient import distinct as distinct
from byhand.rules.schedule import SCHEDULES as SCHEDULES
from byhand.rules.schedule import rate_equations as rate_equations
from byhand.rules.schedule import schedule_settings as schedule_settings
from byhand.rules.schedule import scheduled as scheduled

__all__ = [
    "FACTOR",
    "RULES",
    "SCHEDULES",
    "Rule",
    "ascending",
    "clipped",
    "distinct",
    "rate_equations",
    "schedule_settings",
    "scheduled",
]
