"""Pages of a 2-2-1 network with random numbers: right ones, rounded or cut in two ways, and planted ones."""

import math
import random

import pytest

from byhand.check.article.article import check_article

PAGES, PLANTED = 150, 60


def decimal(value):
    """A number as it stands inside a formula."""
    return f"({value})" if str(value).startswith("-") else f"{value}"


class Author:
    """Somebody who writes numbers with so many places, and carries on with those or with all digits."""

    worked_out = ("z1", "z2", "h1", "h2", "o", "e", "d1", "g1")

    def __init__(self, draw):
        self.places, self.cuts, self.carries = draw.randint(2, 5), draw.random() < 0.25, draw.random() < 0.5
        self.known, self.lines = {}, []

    def written(self, name):
        value = self.known[name]
        if self.cuts:
            value = math.trunc(round(value * 10**self.places, 6)) / 10**self.places
        return f"{value:.{self.places}f}"

    def __getitem__(self, name):
        return float(self.written(name)) if self.carries and name in self.worked_out else self.known[name]

    def line(self, name, symbols, put_in, value):
        """``symbols = numbers = result``."""
        self.known[name] = value
        self.lines.append(f"$${symbols} = {put_in(self)} = {self.written(name)}$$")


def page(draw):
    """A page, and its author."""
    a = Author(draw)
    names = ("x1", "x2", "w1", "w2", "w3", "w4", "v1", "v2", "b1", "b2", "c", "t")
    given = {name: round(draw.uniform(-1, 1), draw.choice([1, 2])) or 0.3 for name in names}
    a.known |= given | {"eta": draw.choice([0.1, 0.5, 0.01])}
    a.lines.append(", ".join(f"${name} = {value}$" for name, value in given.items()))
    a.lines.append(f"$\\eta = {a.known['eta']}$")

    def n(name):
        return decimal(a.known[name] if name in given or name == "eta" else a.written(name))

    def product(*factors):
        return " \\cdot ".join(map(n, factors))

    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    z1 = a["w1"] * a["x1"] + a["w2"] * a["x2"] + a["b1"]
    z1_put_in = f"{product('w1', 'x1')} + {product('w2', 'x2')} + {n('b1')}"
    a.line("z1", "z_1 = w_1 x_1 + w_2 x_2 + b_1", lambda a: z1_put_in, z1)
    terms = [f"{a['w3'] * a['x1']:.{a.places + 1}f}", f"{a['w4'] * a['x2']:.{a.places + 1}f}"]
    a.line(
        "z2",
        "z_2 = w_3 x_1 + w_4 x_2 + b_2",
        lambda a: " + ".join([*map(decimal, terms), n("b2")]),
        a["w3"] * a["x1"] + a["w4"] * a["x2"] + a["b2"],
    )
    a.line("h1", "h_1 = \\sigma(z_1)", lambda a: f"\\frac{{1}}{{1 + e^{{-{n('z1')}}}}}", sigmoid(a["z1"]))
    a.line("h2", "h_2 = \\tanh(z_2)", lambda a: f"\\tanh({a.written('z2')})", math.tanh(a["z2"]))
    a.line(
        "o",
        "o = v_1 h_1 + v_2 h_2 + c",
        lambda a: f"{product('v1', 'h1')} + {product('v2', 'h2')} + {n('c')}",
        a["v1"] * a["h1"] + a["v2"] * a["h2"] + a["c"],
    )
    half = f"\\frac12 ({a.written('o')} - {n('t')})^2"
    a.line("E", "E = \\frac12 (o - t)^2", lambda a: half, (a["o"] - a["t"]) ** 2 / 2)
    a.line("e", "\\frac{\\partial E}{\\partial o}", lambda a: "o - t", a["o"] - a["t"])
    a.line(
        "gv",
        "\\frac{\\partial E}{\\partial v_1} = \\frac{\\partial E}{\\partial o} h_1",
        lambda a: product("e", "h1"),
        a["e"] * a["h1"],
    )
    a.line(
        "d1",
        "\\frac{\\partial E}{\\partial z_1} = \\frac{\\partial E}{\\partial o} v_1 h_1 (1 - h_1)",
        lambda a: f"{product('e', 'v1', 'h1')} \\cdot (1 - {n('h1')})",
        a["e"] * a["v1"] * a["h1"] * (1 - a["h1"]),
    )
    a.line(
        "g1",
        "\\frac{\\partial E}{\\partial w_1} = \\frac{\\partial E}{\\partial z_1} x_1",
        lambda a: product("d1", "x1"),
        a["d1"] * a["x1"],
    )
    a.line(
        "w1_new",
        "w_1' = w_1 - \\eta \\frac{\\partial E}{\\partial w_1}",
        lambda a: f"{n('w1')} - {product('eta', 'g1')}",
        a["w1"] - a["eta"] * a["g1"],
    )
    return a


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_right_page_has_nothing_wrong_however_its_author_rounds(seed):
    draw = random.Random(seed)
    for _ in range(PAGES):
        text = "\n\n".join(page(draw).lines)
        report = check_article(text, "markdown")
        assert [] == [(f.code, f.text, text) for f in report.findings]
        assert report.checked >= 11


def test_a_planted_result_is_found_at_its_line():
    draw = random.Random(5)
    for _ in range(PLANTED):
        author = page(draw)
        place = draw.choice([2, 3, 4, 5, 6, 7])
        before, _, result = author.lines[place].rpartition(" = ")
        wrong = (
            f"{float(result.rstrip('$')) + draw.choice([-1, 1]) * draw.uniform(0.1, 0.9):.{author.places}f}"
        )
        lines = [*author.lines[:place], f"{before} = {wrong}$$", *author.lines[place + 1 :]]
        report = check_article("\n\n".join(lines), "markdown")
        found = [report.page.position(f.start)[0] for f in report.findings if f.verdict == "wrong"]
        assert 2 * place + 1 in found, "\n".join(lines)
