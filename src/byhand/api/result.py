"""Something worked out or checked: it can be told, and is data."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any

from byhand.api.form import Form
from byhand.api.lesson import Lesson


class Result(ABC):
    """Something worked out or checked, and ways to write it.

    ``**how`` is what `lesson` takes.
    """

    @abstractmethod
    def lesson(self, *args: Any, **how: Any) -> Lesson:
        """It told, in one language."""

    @abstractmethod
    def record(self, *args: Any, **what: Any) -> dict[str, Any]:
        """It as numbers, texts, lists and mappings."""

    def to_text(self, width: int = 80, **how: Any) -> str:
        """For a terminal of so many columns."""
        return self.lesson(**how).to_text(width)

    def to_markdown(self, **how: Any) -> str:
        """Markdown with its mathematics between dollar signs."""
        return self.lesson(**how).to_markdown()

    def to_latex(self, **how: Any) -> str:
        """A LaTeX document that compiles by itself with xelatex."""
        return self.lesson(**how).to_latex()

    def to_html(self, **how: Any) -> str:
        """A page in one file, its mathematics in MathML."""
        return self.lesson(**how).to_html()

    def to_json(self, **what: Any) -> str:
        """One JSON object of what `record` gives."""
        return json.dumps(self.record(**what), ensure_ascii=False, allow_nan=False)

    def written(self, form: Form, width: int = 80, **how: Any) -> str:
        """In a form by its name.

        Raises
        ------
        ProblemError
            ``not_a_form``: it cannot be written so.
        """
        return self.to_json() if form == Form.json else self.lesson(**how).written(form, width)

    def _repr_html_(self) -> str:
        return self.lesson()._repr_html_()

    def __str__(self) -> str:
        return self.to_text()
