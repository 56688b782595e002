"""The Python front door."""

from byhand.api.article import Article as Article
from byhand.api.article import check_article as check_article
from byhand.api.checked import Checked as Checked
from byhand.api.checked import check as check
from byhand.api.examples import example as example
from byhand.api.examples import examples as examples
from byhand.api.gradients import CheckedGradients as CheckedGradients
from byhand.api.gradients import check_gradients as check_gradients
from byhand.api.lesson import Lesson as Lesson
from byhand.api.worked import Work as Work
from byhand.api.worked import work as work
