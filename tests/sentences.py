"""What a sentence of a language leaves open."""

from string import Formatter


def facts(sentence: str) -> set[str]:
    """The names of all facts, those within the form of a word too."""
    found = [(name, spec) for _, name, spec, _ in Formatter().parse(sentence) if name is not None]
    return {name for name, _ in found}.union(*[facts(spec or "") for _, spec in found])


def counts(sentence: str) -> set[str]:
    """The names of those that words agree with."""
    return {name for _, name, spec, _ in Formatter().parse(sentence) if name and "|" in (spec or "")}
