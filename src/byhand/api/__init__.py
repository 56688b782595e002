"""The Python front door; what checks is in files of its own, imported when it is asked for."""

from byhand.api.examples import example as example
from byhand.api.examples import examples as examples
from byhand.api.lesson import Lesson as Lesson
from byhand.api.worked import Work as Work
from byhand.api.worked import work as work
