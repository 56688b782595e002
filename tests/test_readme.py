"""What the READMEs show is what the commands print; what they name exists."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

import byhand
from byhand.cli import run
from byhand.equations.known import NETWORKS
from byhand.rules import RULES
from byhand.sources.vocabulary import FUNCTIONS

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "README.zh-CN.md"]
SHOWN = re.compile(r"<!-- output: byhand (?P<command>.+?) -->\n```text\n(?P<text>.*?)```", re.DOTALL)
LEFT_OUT = "⋮"


@pytest.mark.parametrize("page", PAGES)
def test_the_output_shown_is_real(page, capfd, monkeypatch):
    monkeypatch.chdir(ROOT)
    shown = list(SHOWN.finditer((ROOT / page).read_text("utf-8")))
    assert shown
    for block in shown:
        assert run(shlex.split(block["command"])) in (0, 1)
        printed = capfd.readouterr().out
        parts = [part.strip("\n") for part in block["text"].split(LEFT_OUT)]
        assert any(len(part.splitlines()) > 3 for part in parts)
        place = 0
        for part in parts:
            found = printed.find(part, place)
            assert found >= 0, f"{page}: not in the output of {block['command']}:\n{part}"
            place = found + len(part)


def test_the_commands_of_the_tour_run(capfd, tmp_path, monkeypatch):
    """In the order of the pages; what stands in both is run once."""
    shutil.copytree(ROOT / "docs" / "sheets", tmp_path / "docs" / "sheets")
    commands = []
    for page in PAGES:
        shutil.copy(ROOT / page, tmp_path)
        text = (ROOT / page).read_text("utf-8")
        commands += re.findall(r"^\.venv/bin/byhand (.+?)(?:\s+#.*)?$", text, flags=re.MULTILINE)
    assert len(commands) >= 12
    monkeypatch.chdir(tmp_path)
    for command in dict.fromkeys(commands):
        assert (1 if command.startswith("check") else 0) == run(shlex.split(command)), command
        capfd.readouterr()


@pytest.mark.parametrize("page", PAGES)
def test_every_rule_and_function_is_named(page):
    text = (ROOT / page).read_text("utf-8")
    words = set(re.findall(r"[\w]+", text))
    named = {FUNCTIONS[word] for word in words & FUNCTIONS.keys()}
    assert set() == set(RULES) - words
    assert set() == {name for name, function in FUNCTIONS.items() if function not in named}


def test_the_problem_files_shown_work(tmp_path):
    for page in PAGES:
        shown = re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
        lines, network = tmp_path / "lines.toml", tmp_path / "network.toml"
        for path, text in zip((lines, network), shown, strict=True):
            path.write_text(text, "utf-8")
        assert 31 == len(byhand.work(lines).run.objectives)
        assert ["right", "right"] == [claim.verdict for claim in byhand.check(network).claims]


def test_every_network_a_problem_file_can_name_stands_in_both_pages():
    for page in PAGES:
        assert set() == set(NETWORKS) - set(re.findall(r"\w+", (ROOT / page).read_text("utf-8")))
