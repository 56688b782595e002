"""Something told, and ways to write it."""

from __future__ import annotations

from byhand.api.form import Form
from byhand.errors import ProblemError
from byhand.lesson.document import Document


class Lesson:
    """Something told, in one language, and ways to write it.

    Attributes
    ----------
    document : Document
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    def to_text(self, width: int = 80) -> str:
        """For a terminal of so many columns."""
        from byhand.views import text

        return text.render(self.document, width)

    def to_markdown(self) -> str:
        """Markdown with its mathematics between dollar signs."""
        from byhand.views import markdown

        return markdown.render(self.document)

    def to_latex(self) -> str:
        """A LaTeX document that compiles by itself with xelatex."""
        from byhand.views import latex

        return latex.render(self.document)

    def to_html(self) -> str:
        """A page in one file, its mathematics in MathML."""
        from byhand.views import html

        return html.render(self.document)

    def written(self, form: Form, width: int = 80) -> str:
        """In a form by its name.

        Raises
        ------
        ProblemError
            ``not_a_form``: what is told has no such form.
        """
        match form:
            case Form.text:
                return self.to_text(width)
            case Form.markdown:
                return self.to_markdown()
            case Form.latex:
                return self.to_latex()
            case Form.html:
                return self.to_html()
        raise ProblemError("not_a_form", form=form.value)

    def _repr_html_(self) -> str:
        from byhand.views import html

        return html.fragment(self.document)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.document.title}>"
