"""What is wrong with the words of a command, in the reader's language."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from byhand.words import say

ALIKE = 0.7  # of two names, from 0 to 1: --rate is not --format

# What the parser says of a value, and which sentence says it in either language.
_ABOUT = r"Invalid value for '(?P<name>.+?)': "
_SAID = {
    rf"{_ABOUT}(?:Value error, )?'(?P<found>.*)' is not one of (?P<known>.*?)\.?": "not_among",
    rf"{_ABOUT}Input should be less than or equal to (?P<limit>.*)": "too_large",
    rf"{_ABOUT}Input should be greater than or equal to (?P<limit>.*)": "too_small",
    rf"{_ABOUT}Input should be a valid integer.*": "no_integer",
    rf"{_ABOUT}Input should be a valid number.*": "no_number",
    r"Missing (?:argument|option) '(?P<name>.+)'\.?": "missing",
    r"Option '(?P<name>.+)' requires an argument\.?": "no_value",
    r"No such command '(?P<name>.+?)'\. Did you mean (?:one of: )?'(?P<near>.+)'\?": "no_command_near",
    r"No such command '(?P<name>.+)'\.?": "no_command",
    r"Got unexpected extra arguments?(?:\(s\))? \((?P<found>.+)\)": "one_too_many",
}


def told(error: Any, language: str) -> str:
    """A usage error as a sentence, with the command whose help explains more.

    Parameters
    ----------
    error : UsageError
    language : str
    """
    if type(error).__name__ == "NoSuchOption":
        message = _no_such_option(error, language)
    else:
        message = _in(language, error.format_message() if hasattr(error, "format_message") else str(error))
    stop = "" if message.endswith(("?", "？")) else say("cli.stop", language)
    return say(
        "cli.usage", language, message=f"{message.rstrip('。.')}{stop}", command=error.ctx.command_path
    )


def _no_such_option(error: Any, language: str) -> str:
    """An option that there is not, and one whose name is near: the dashes make no two names alike.

    Where a command takes ``NAME=VALUE``, one without an option near it was meant for such a name.
    """
    name = error.option_name.strip("-")
    options = {option.strip("-"): option for option in error.possibilities or ()}
    near = "".join(options[one] for one in get_close_matches(name, options, 1, ALIKE))
    takes_values = any(parameter.metavar == "NAME=VALUE" for parameter in error.ctx.command.params)
    code = "no_such_option_near" if near else "no_such_option_value" if takes_values else "no_such_option"
    return say(f"cli.{code}", language, name=error.option_name, near=near, key=name.replace("-", "_"))


def _in(language: str, message: str) -> str:
    """A message of the parser in one language; one that is not known stays as it is."""
    for pattern, code in _SAID.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            facts = found.groupdict()
            if code == "not_among":
                known = re.findall(r"'([^']*)'", facts["known"])
                near = "".join(get_close_matches(facts["found"], known, 1))
                code = "not_among_near" if near else code
                facts |= {"known": say("lesson.comma", language).join(known), "near": near}
            return say(f"cli.{code}", language, **facts)
    return message
