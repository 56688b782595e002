"""Which iteration a formula of a lesson tells of."""

import re

from byhand.lesson.document import Document, Formula, Heading


def iterations(document: Document) -> list[int]:
    """For each formula the iteration under whose heading it stands; the first where there is none."""
    number, found = 1, []
    for block in document.blocks:
        if isinstance(block, Heading):
            text = "".join(part for part in block.text if isinstance(part, str))
            heading = re.match(r"(?:Iteration (\d+)|第 (\d+) 次迭代)", text)
            number = int(heading[1] or heading[2]) if heading else number
        elif isinstance(block, Formula):
            found.append(number)
    return found
