"""The house: which folder may import which, what the source may not hold, two languages side by side."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.sentences import facts

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src"

# Each imports only what stands before it; `byhand` is the package's own __init__.
ORDER = [
    *("words", "errors", "ops", "data", "rules", "equations", "trace", "sources", "check", "lesson", "views"),
    *("train", "api", "networks", "byhand", "practice", "demo", "cli", "web", "__main__"),
]


# Imports


def modules(src):
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted((src / "byhand").rglob("*.py")):
        parts = path.relative_to(src).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(src):
    """Which modules of the package each one imports, anywhere in its text."""
    known = modules(src)
    return {name: set(_imported(name, path, known)) for name, path in known.items()}


def _imported(module, path, known):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                inside = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*inside[: len(inside) - node.level + 1], *([base] if base else [])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                if name in known:
                    yield name
                elif base in known:
                    yield base


def layer(module):
    return module.split(".")[1] if "." in module else module


def wrong_arrows(src):
    """Imports of a folder that stands later, and modules in no folder of the list."""
    found = imports(src)
    strangers = sorted(f"{module} is in no layer" for module in found if layer(module) not in ORDER)
    arrows = [(one, other) for one, others in found.items() for other in others]
    known = [(one, other) for one, other in arrows if {layer(one), layer(other)} <= set(ORDER)]
    upward = [(one, other) for one, other in known if ORDER.index(layer(other)) > ORDER.index(layer(one))]
    return strangers + sorted(f"{one} imports {other}" for one, other in upward)


def cycle(src):
    """One cycle of modules that import each other, if there is one."""
    try:
        TopologicalSorter(imports(src)).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def package(folder, files):
    """A package `byhand` made of the given files."""
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "byhand" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_a_folder_imports_only_folders_before_it():
    assert len(modules(SRC)) > 30
    assert wrong_arrows(SRC) == []


def test_no_modules_import_each_other():
    assert cycle(SRC) == []


@pytest.mark.parametrize(
    "line",
    [
        "from byhand.views import text",
        "import byhand.views.text",
        "from byhand import views",
        "from ..views import text",
        "def late():\n    from byhand.views.text import show",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from byhand.views.text import Text",
    ],
)
def test_an_arrow_the_wrong_way_is_found(tmp_path, line):
    files = {"views/__init__.py": "", "views/text.py": "", "ops/__init__.py": "", "ops/table.py": line}
    (found,) = wrong_arrows(package(tmp_path, files))
    assert found.startswith("byhand.ops.table imports byhand.views")


def test_the_right_way_and_a_new_folder(tmp_path):
    files = {"views/text.py": "from byhand.ops import table", "ops/table.py": "import numpy", "odd/a.py": ""}
    assert wrong_arrows(package(tmp_path, files)) == ["byhand.odd.a is in no layer"]
    assert cycle(tmp_path) == []


def test_a_cycle_is_found(tmp_path):
    files = {"ops/a.py": "from byhand.ops import b", "ops/b.py": "def late():\n    from .a import x"}
    assert {"byhand.ops.a", "byhand.ops.b"} == set(cycle(package(tmp_path, files)))


# Nothing typed is run, nothing is unpickled

CALLS = {"eval", "exec", "compile", "__import__"}
MODULES = {"pickle", "marshal", "shelve", "joblib", "yaml", "numexpr", "asteval", "sympy"}
NAMES = {"sympify", "parse_expr", "lambdify", "jax_enable_x64"}
KEYWORDS = {"allow_pickle", "shell"}


def forbidden(text):
    """What a source text may not hold, in the order of its lines."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                found.append((node.lineno, name))
            case ast.Import(names=aliases):
                found += [(node.lineno, a.name) for a in aliases if a.name.split(".")[0] in MODULES]
            case ast.ImportFrom(module=str(name), names=aliases):
                found += [(node.lineno, name)] if name.split(".")[0] in MODULES else []
                found += [(node.lineno, a.name) for a in aliases if a.name in NAMES]
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=name) if name in NAMES:
                found.append((node.lineno, name))
            case ast.keyword(arg=str(name), value=value) if name in KEYWORDS:
                if not (isinstance(value, ast.Constant) and value.value is False):
                    found.append((value.lineno, name))
    return [name for _, name in sorted(found)]


def test_the_source_holds_nothing_forbidden():
    found = {str(path.relative_to(SRC)): forbidden(path.read_text("utf-8")) for path in SRC.rglob("*.py")}
    assert {} == {path: names for path, names in found.items() if names}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("eval(text)", ["eval"]),
        ("exec(text)", ["exec"]),
        ("import pickle", ["pickle"]),
        ("from joblib import load", ["joblib"]),
        ("sp.sympify(text)", ["sympify"]),
        ("parse_expr(text)", ["parse_expr"]),
        ("sp.lambdify(x, text)", ["lambdify"]),
        ("np.load(path, allow_pickle=True)", ["allow_pickle"]),
        ("run(line, shell=wanted)", ["shell"]),
        ("jax.config.update('jax_enable_x64', True)", ["jax_enable_x64"]),
        ("np.load(path, allow_pickle=False)  # never eval('1')", []),
        ("re.compile(pattern)", []),
    ],
)
def test_a_forbidden_thing_is_found(line, found):
    assert found == forbidden(line)


# Two languages, one set of facts


def headings(text):
    """The level of every heading outside fenced blocks."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [len(mark) for mark in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]


def sentences(language):
    words = tomllib.loads((SRC / "byhand" / "words" / f"{language}.toml").read_text("utf-8"))
    return {f"{subject}.{key}": text for subject, table in words.items() for key, text in table.items()}


@pytest.mark.parametrize("page", ["README", "CONTRIBUTING"])
def test_both_languages_have_the_same_headings(page):
    english, chinese = (headings((ROOT / f"{page}{end}.md").read_text("utf-8")) for end in ("", ".zh-CN"))
    assert len(english) > 3
    assert english == chinese


def test_headings_in_code_are_not_headings():
    assert [1, 2] == headings("# One\n```bash\n# not one\n```\n## Two\n")


def test_both_languages_have_the_same_sentences():
    english, chinese = sentences("en"), sentences("zh")
    assert english.keys() == chinese.keys()
    assert {} == {
        code: (english[code], chinese[code])
        for code in english
        if facts(english[code]) != facts(chinese[code])
    }


# What is carried along

# Brackets keep the patterns from finding themselves.
HOSTS = r"pypi\.org|python[h]osted|registry\.npmjs|deb\.debian\.org"
ELSEWHERE = re.compile(rf"{HOSTS}|/[w]ork/|/[r]oot/|/[h]ome/")


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: nothing says which files belong to it")
    files = [path for name in listed.split("\0") if (path := ROOT / name).is_file()]
    assert ROOT / "README.md" in files
    texts = {str(path.relative_to(ROOT)): path.read_bytes().decode("utf-8", "ignore") for path in files}
    assert {} == {name: found.group() for name, text in texts.items() if (found := ELSEWHERE.search(text))}


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("byhand-*.whl")
    kinds = {".py", ".toml", ".csv", ".css", ".lark", ".typed"}
    files = (path for path in (SRC / "byhand").rglob("*") if path.suffix in kinds or path.name == "py.typed")
    package_files = {path.relative_to(SRC).as_posix() for path in files}
    assert {"byhand/py.typed", "byhand/words/zh.toml", "byhand/examples/house-price.toml"} <= package_files
    assert package_files <= set(zipfile.ZipFile(wheel).namelist())


def test_the_version_is_said_once_and_cited_rightly():
    text = (SRC / "byhand" / "__init__.py").read_text("utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', text, flags=re.MULTILINE)
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
