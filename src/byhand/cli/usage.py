"""What is wrong with the words of a command, in the reader's language."""

from __future__ import annotations

import difflib
import re

from byhand.words import say

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


def told(error: Exception, language: str) -> str:
    """A usage error as a sentence, with the command whose help explains more.

    Parameters
    ----------
    error : UsageError
    language : str
    """
    if type(error).__name__ == "NoSuchOption":
        near = ", ".join(getattr(error, "possibilities", None) or ())
        code = "no_such_option_near" if near else "no_such_option"
        return say(f"cli.{code}", language, name=getattr(error, "option_name", ""), near=near)
    message = str(error.format_message()) if hasattr(error, "format_message") else str(error)
    command = getattr(getattr(error, "ctx", None), "command_path", "byhand")
    return say("cli.usage", language, message=_in(language, message).rstrip("。.?"), command=command)


def _in(language: str, message: str) -> str:
    """A message of the parser in one language; one that is not known stays as it is."""
    for pattern, code in _SAID.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            facts = found.groupdict()
            if code == "not_among":
                known = re.findall(r"'([^']*)'", facts["known"])
                near = "".join(difflib.get_close_matches(facts["found"], known, 1))
                code = "not_among_near" if near else code
                facts |= {"known": say("lesson.comma", language).join(known), "near": near}
            return say(f"cli.{code}", language, **facts)
    return message
