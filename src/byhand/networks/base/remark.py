"""What a network says of itself: the code of a sentence, and its facts."""

from __future__ import annotations

from typing import Any, NamedTuple

from byhand.words import say


class Remark(NamedTuple):
    """The code of a sentence about a network, and its facts; a list is told with dashes between."""

    code: str
    facts: dict[str, Any]

    def sentence(self, language: str) -> str:
        """The remark in one language."""
        told = {
            name: "-".join(map(str, fact)) if isinstance(fact, list) else fact
            for name, fact in self.facts.items()
        }
        return say(f"remark.{self.code}", language, **told)
