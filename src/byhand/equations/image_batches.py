"""The images of a batch worked out side by side: what a batch norm does to one depends on all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byhand.equations import convolutional
from byhand.equations.convolutional import Form, layer_lines, output_lines
from byhand.equations.norms import batch_lines, scaled_lines
from byhand.words import in_all_languages


def suffixes(images: int) -> list[str]:
    """What the names of each image end in: nothing where it is the only one.

    Examples
    --------
    >>> suffixes(1), suffixes(2)
    ([''], ['_1', '_2'])
    """
    return [""] if images == 1 else [f"_{k}" for k in range(1, images + 1)]


def equations(form: Form, images: int, *, weighted: bool = False) -> str:
    """The equations of a batch of so many images, layer by layer, up to the mean of their losses.

    Parameters
    ----------
    form : Form
    images : int
    weighted : bool
        Each counts c, which is 1 on average.

    Examples
    --------
    >>> from byhand.equations.image_layers import written
    >>> layers = written(("dense 2", "batch_norm", "relu"))
    >>> print(equations(Form(layers, (1, 1, 3), 2, "softmax", "cross_entropy"), 2))
    z1_1 = W1 @ flatten(x_1) + b1
    z1_2 = W1 @ flatten(x_2) + b1
    m2 = (z1_1 + z1_2)/2
    v2 = ((z1_1 - m2)^2 + (z1_2 - m2)^2)/2
    M2_new = 0.9*M2 + 0.1*m2
    V2_new = 0.9*V2 + 0.1*2/1*v2
    n2_1 = (z1_1 - m2)/sqrt(v2 + 1e-05)
    h2_1 = gamma2*n2_1 + beta2
    n2_2 = (z1_2 - m2)/sqrt(v2 + 1e-05)
    h2_2 = gamma2*n2_2 + beta2
    a2_1 = relu(h2_1)
    a2_2 = relu(h2_2)
    z3_1 = W3 @ a2_1 + b3
    z3_2 = W3 @ a2_2 + b3
    yhat_1 = softmax(z3_1)
    L_1 = cross_entropy(y_1, yhat_1)
    yhat_2 = softmax(z3_2)
    L_2 = cross_entropy(y_2, yhat_2)
    L = (L_1 + L_2)/2
    """
    ends = suffixes(images)
    counts = [f"c{end}*" if weighted else "" for end in ends]
    names, lines = [f"x{end}" for end in ends], []
    for one in form.placed:
        k = one.number
        if one.layer.kind == "batch_norm":
            lines += batch_lines(one, names, counts)
            spread = f"m{k}", f"v{k}"
            each = [scaled_lines(one, name, spread, end) for name, end in zip(names, ends, strict=True)]
        else:
            each = [layer_lines(one, name, end) for name, end in zip(names, ends, strict=True)]
        lines += [line for own in each for line in own]
        names = [own[-1].split(" = ")[0] for own in each]
    answers = [output_lines(form, name, end) for name, end in zip(names, ends, strict=True)]
    lines += [line for own in answers for line in own]
    if images > 1:
        losses = [f"{count}L{end}" for count, end in zip(counts, ends, strict=True)]
        lines += [f"L = ({' + '.join(losses)})/{images}"]
    return "\n".join(lines)


def given(samples: Mapping[str, Any]) -> dict[str, Any]:
    """The samples of a batch by names of their own.

    Parameters
    ----------
    samples : mapping
        For each name its value for each image.
    """
    ends = suffixes(len(next(iter(samples.values()))))
    return {
        f"{name}{end}": value
        for name, column in samples.items()
        for end, value in zip(ends, column, strict=True)
    }


def told(form: Form, images: int) -> dict[str, Any]:
    """Headings, what names mean, and what they are there for."""
    found = [convolutional.told(form, end) for end in suffixes(images)]
    labels = {name: words for one in found for name, words in one["labels"].items()}
    roles = {name: role for one in found for name, role in one["roles"].items()}
    headings = dict(found[0]["headings"])
    for one in form.placed:
        k = one.number
        if one.layer.kind == "batch_norm":
            headings[f"m{k}"] = headings.pop(f"n{k}{suffixes(images)[0]}")
            labels[f"m{k}"] = in_all_languages("convolutional.batch_mean", number=k)
            labels[f"v{k}"] = in_all_languages("convolutional.batch_variance", number=k)
    return {"headings": headings, "labels": labels, "roles": roles}
