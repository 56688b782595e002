"""The command line as a user meets it: results on standard output, the rest on standard error, exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import byhand
from byhand.cli import COMMANDS, run

FORMULA = ["work", "-e", "L = (w*x - y)^2", "w=0.5", "x=2", "y=3"]


@pytest.fixture
def typed(capfd):
    """Runs a command in this process: exit code, standard output, standard error."""

    def command(*arguments):
        code = run(arguments)
        out, err = capfd.readouterr()
        return code, out, err

    return command


def process(*arguments, **environment):
    """Runs a command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "byhand", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=60,
    )


def test_an_example_is_worked_out_on_standard_output(typed):
    code, out, err = typed("work", "apples")
    assert (0, "") == (code, err)
    assert "t = r·c = 200×0.9 = 180" in out


def test_a_formula_with_values(typed):
    code, out, _ = typed(*FORMULA)
    assert 0 == code
    assert "∂L/∂w" in out
    assert "(0.5×2 − 3)²" in out


def test_other_keys_of_a_problem_may_stand_among_the_values(typed):
    code, out, _ = typed(*FORMULA, "rate=0.1", "learn=w", "--json")
    assert 0 == code
    assert {"w": {"old": 0.5, "new": 1.3}} == json.loads(out)["updates"]


@pytest.mark.parametrize(
    ("typo", "english", "chinese"),
    [
        ("q=3", "q is given, but no line uses it. The lines use: a, b, c.", "给出了 q，但没有哪一行用到它。"),
        ("rte=0.1", "did you mean rate? The lines use: a, b, c.", "是不是 rate？各行用到的量：a, b, c。"),
        ("A=3", "did you mean a?", "是不是 a？"),
        ("lr=0.1", "did you mean rate?", "是不是 rate？"),
        ("a=0,5", "It must be a number, with a point (0.5)", "它必须是一个数（用小数点，如 0.5）"),
        ("exact=1", "exact is given, but no line uses it", "给出了 exact"),
    ],
)
def test_a_value_that_cannot_be_used_is_not_taken_in_silence(typed, typo, english, chinese):
    for language, words in (("en", english), ("zh", chinese)):
        code, out, err = typed("work", "apples", typo, "--lang", language)
        assert (2, "") == (code, out)
        assert words in err


def test_a_value_is_used_however_it_is_typed(typed):
    code, out, _ = typed("work", "-e", "y = e^x + yhat", "x=0。0", "e=２", "ŷ=7", "minimize=y", "--json")
    assert 0 == code
    assert 8 == json.loads(out)["values"]["y"]


@pytest.mark.parametrize("value", ["x=.5", "x=0.5", "x = 5e-1", "x＝０。５", "x=+.5"])
def test_a_number_however_it_is_typed(typed, value):
    code, out, _ = typed("work", "-e", "y = 2*x", value, "--json")
    assert (0, 1) == (code, json.loads(out)["values"]["y"])


def test_a_value_may_be_for_the_problem_that_follows(typed, tmp_path):
    path = tmp_path / "two.toml"
    path.write_text('problem = "y = 2*x"\n[then]\nproblem = "z = x*q"\n', "utf-8")
    assert (0, "") == typed("work", str(path), "x=1", "q=3")[::2]
    assert "p is given, but no line uses it" in typed("work", str(path), "x=1", "q=3", "p=4")[2]


def test_a_name_is_given_once(typed):
    assert "a is given twice" in typed("work", "apples", "a=3", "a=4")[2]


def test_what_is_missing_is_told_before_what_is_not_used(typed):
    assert "write w*x if that is meant" in typed("work", "-e", "y = wx + b", "w=1", "x=2", "b=3")[2]


def test_a_name_of_an_argument_is_a_name_like_any_other(typed):
    code, out, _ = typed("work", "-e", "y = exact*progress", "exact=3", "progress=4", "--json")
    assert 0 == code
    assert 12 == json.loads(out)["values"]["y"]
    assert "problem is 3. It must be a text" in typed("work", "apples", "problem=3")[2]
    assert "given is 3. It must be a table" in typed("work", "apples", "given=3")[2]


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html", "json", "python"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_in_both_languages(typed, form, language):
    code, out, err = typed("work", "add-multiply", "--format", form, "--lang", language)
    assert (0, "") == (code, err)
    assert "7" in out
    if form not in ("json", "python"):
        assert ("让 (a + b)·c 变大" in out or "变大" in out) == (language == "zh")


def test_json_is_one_object_with_the_keys_of_the_contract(typed):
    _, out, _ = typed("work", "house-price", "--json")
    found = json.loads(out)
    assert "byhand.work/1" == found["schema"]
    assert found.keys() >= {"values", "gradients", "updates", "steps", "conventions"}
    assert 24.5 == found["values"]["z1"]
    assert 0.2 == found["updates"]["w1"]["old"]
    assert 0.20000003771731742 == pytest.approx(found["updates"]["w1"]["new"], abs=1e-16)
    assert any("square_plain" == one["code"] for one in found["conventions"])


def test_one_number_is_derived(typed):
    code, out, _ = typed("work", "house-price", "--why", "dL/dw1")
    assert 0 == code
    assert "−3.77173×10⁻⁵" in out
    assert "w9" not in out.split("Backward")[1]
    _, out, _ = typed("work", "house-price", "--why", "dL/dw1", "--json")
    assert -3.771731743e-05 == pytest.approx(json.loads(out)["value"], rel=1e-9)


def test_the_ending_of_the_file_says_the_format(typed, tmp_path):
    for name, start in {
        "a.html": "<!doctype html>",
        "a.py": "# Two apples",
        "a.md": "#",
        "a.json": "{",
    }.items():
        code, out, _ = typed("work", "apples", "-o", str(tmp_path / name))
        assert (0, "") == (code, out)
        assert (tmp_path / name).read_text("utf-8").lower().startswith(start.lower())


def test_a_problem_file_and_standard_input(typed, tmp_path):
    text = 'problem = "L = (w*x - y)^2"\nrate = 0.1\nlearn = ["w"]\n[given]\nw = 0.5\nx = 2\ny = 3\n'
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    code, out, _ = typed("work", str(path), "--steps", "3", "--json")
    assert 0 == code
    assert 4 == len(json.loads(out)["history"])
    done = subprocess.run(
        [sys.executable, "-m", "byhand", "work", "-", "--json"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert {"w": {"old": 0.5, "new": 1.3}} == json.loads(done.stdout)["updates"]


def test_exact_calculation_shows_fractions(typed):
    _, out, _ = typed("work", "-e", "z = a/b", "a=1", "b=3", "--exact")
    assert "1/3" in out
    assert "0.333" not in out


PAGE = str(Path(__file__).parent / "pages" / "one_neuron.md")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["work", "aples"], "apples"),
        (["work"], "house-price"),
        (["work", "missing.toml"], "missing.toml"),
        (["work", "-e", "z = a +", "a=1"], "^"),
        (["work", "-e", "z = a*b", "a=1"], "b"),
        (["work", "-e", "z = 1/a", "a=0"], "0"),
        (["work", "-e", "z = a", "a"], "a"),
        (["work", "apples", "--bogus"], "--bogus"),
        (["work", "apples", "--digits", "0"], "digits"),
        (["work", "apples", "--why", "nothing"], "nothing"),
        (["work", "apples", "-o", "/no/such/folder/x.txt"], "/no/such/folder/x.txt"),
        (["wrok"], "work"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_unusable_input_is_one_message_and_exit_code_2(typed, arguments, said, language):
    code, out, err = typed(*arguments, *(["--lang", language] if arguments[0] == "work" else []))
    assert (2, "") == (code, out)
    assert said in err
    assert "Traceback" not in err
    assert err.startswith(("byhand: ", "byhand：")), err


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (
            ["practice", "--topic", "nosuch"],
            "--topic: “nosuch” is none of computational-graph",
            "没有“nosuch”",
        ),
        (["practice", "--topic", "lss"], "near it is loss", "最接近的是 loss"),
        (["train", "mlp", "--test", "3"], "--test may be at most 0.95", "--test 最大是 0.95"),
        (["train", "mlp", "--test", "-1"], "--test must be at least 0", "--test 最小是 0"),
        (["train", "mlp", "--test", "half"], "--test takes a number", "--test 须是数"),
        (["work", "apples", "--digits", "x"], "--digits takes a whole number", "--digits 须是整数"),
        (["train"], "NETWORK is missing", "缺少 NETWORK"),
        (
            ["wrok"],
            "there is no command wrok; did you mean work? See",
            "没有 wrok 这个命令，是不是想用 work？",
        ),
        (
            ["work", "--digit", "3"],
            "no option --digit; did you mean --digits? See",
            "是不是想用 --digits？用法见",
        ),
        (["check", "--model", "x"], "there is no option --model. See", "没有选项 --model。用法见"),
        (
            ["work", "--rate", "0.1"],
            "no option --rate; a value is written without dashes: rate=VALUE",
            "写成 rate=VALUE",
        ),
        (["train", "--max-iter", "5"], "max_iter=VALUE. See", "max_iter=VALUE，前面不加横线。用法见"),
        (["list", "all", "of"], "too many: of", "多余的词：of"),
        (["list", "--lang", "xx"], "There is no language “xx” here", "没有“xx”这种语言"),
        (["train", "mlp", "--lang=zz"], "There is no language “zz” here", "没有“zz”这种语言"),
        (["evaluate", "no.byhand"], "there is no such file or folder", "没有这个文件或文件夹"),
        (["evaluate", "."], "it is a folder", "这是一个文件夹"),
        (["work", "."], ". is a folder, not a file", "文件夹"),
        (["work", "apples", "-o", "no/x.md"], "there is no such file or folder", "没有这个文件或文件夹"),
        (["work", "apples", "-o", "x.pdf"], "a PDF is made of .tex", "要 PDF，可用 xelatex"),
        (["check", PAGE, "-o", "x.docx"], "It writes .txt, .md", "可以写的文件有 .txt"),
        (["work", PAGE], "is a page: byhand check", "是一个页面：用 byhand check"),
    ],
)
def test_what_is_wrong_with_a_command_is_said_in_the_reader_s_language(
    typed, monkeypatch, arguments, english, chinese
):
    for locale, words in (("C.UTF-8", english), ("zh_CN.UTF-8", chinese)):
        monkeypatch.setenv("LC_ALL", locale)
        code, out, err = typed(*arguments)
        assert (2, "") == (code, out)
        assert words in err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_error_fits_a_narrow_terminal_and_its_caret_stays_in_place(typed, monkeypatch, language):
    long = "z = " + "a + " * 10 + "sin x"
    command = ["work", "-e", long, "a=1", "x=2", "--lang", language]
    plain = typed(*command)[2].splitlines()
    monkeypatch.setenv("COLUMNS", "44")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    *sentence, line, caret = typed(*command)[2].splitlines()
    assert plain[1:] == [line, caret]
    assert "".join(plain[0].split()) == "".join("".join(sentence).split())
    assert 1 < len(sentence)
    assert 44 >= max(map(cell_len, sentence))


def test_a_sheet_that_is_there_already_is_not_written_over(typed, tmp_path):
    command = ["practice", "--topic", "loss", "--students", "1", "-o", str(tmp_path)]
    assert typed(*command)[1].startswith("1 exercise in ")
    for language, words in (("en", "cannot be written: it is there already"), ("zh", "：它已经存在。")):
        code, _, err = typed(*command, "--lang", language)
        assert 2 == code
        assert words in err


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("practice", "--students"),
        ("practice", "--nope"),
        ("practice mark", "sheets --keys"),
        ("practice mark", ""),
        ("practice topics", "too many"),
        ("work", "-e"),
        ("work", "--digits x"),
        ("check", "sheet.toml --hint"),
        ("train", "mlp --data"),
        ("predict", "net.byhand"),
    ],
)
def test_every_hint_names_the_help_of_its_own_command(typed, monkeypatch, command, wrong):
    for locale in ("C.UTF-8", "zh_CN.UTF-8"):
        monkeypatch.setenv("LC_ALL", locale)
        code, _, err = typed(*command.split(), *wrong.split())
        assert 2 == code
        assert err.rstrip(".。\n").endswith(f" {command} --help")


def test_help_shows_examples_that_run(typed):
    for command in ("work", "list", "demo", "doctor"):
        code, out, _ = typed(command, "--help")
        assert 0 == code
        assert f"byhand {command}" in out.split("Examples:")[1]
    _, out, _ = typed("work", "--help", "--lang", "zh")
    assert "例如：" in out


def test_version_list_and_doctor(typed):
    assert (0, f"byhand {byhand.__version__}\n", "") == typed("--version")
    _, out, _ = typed("list")
    assert all(name in out for name in byhand.examples())
    _, out, _ = typed("list", "--json")
    assert set(byhand.examples()) == set(json.loads(out)["examples"])
    _, out, _ = typed("doctor", "--json")
    assert json.loads(out)["packages"]["numpy"]


def test_the_language_of_the_locale_is_used():
    assert "前向传播" in process("work", "apples", LC_ALL="zh_CN.UTF-8").stdout
    assert "Forward pass" in process("work", "apples", LC_ALL="C.UTF-8").stdout


def test_output_is_utf8_whatever_the_terminal_says():
    done = process("work", "apples", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert 0 == done.returncode
    assert "前向传播" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error():
    command = f"{sys.executable} -m byhand work mazur | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "" == done.stderr
    assert "2-2-2" in done.stdout


def test_interrupting_a_long_calculation_keeps_what_was_done(tmp_path):
    interrupting = (
        "import sys, byhand.trace.run as r\n"
        "old = r.work_pass\n"
        "def stop(program, values, plan, number, state):\n"
        "    if number == 40 and state is not None: raise KeyboardInterrupt\n"
        "    return old(program, values, plan, number, state)\n"
        "r.work_pass = stop\n"
        "from byhand.cli import run\n"
        "sys.exit(run(['work', 'one-neuron', '--steps', '100']))\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupting], capture_output=True, text=True, timeout=60)
    assert "Interrupted after 39 updates" in done.stdout
    assert 130 == done.returncode


@pytest.mark.parametrize("example", ["apples", "som"])
def test_work_never_imports_the_heavy_half(example):
    watch = (
        f"import sys\nfrom byhand.cli import run\nrun(['work', '{example}'])\n"
        "heavy = {'jax', 'sklearn', 'scipy', 'matplotlib', 'torch', 'optax', 'plotext'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, timeout=60)
    assert ("", 0) == (done.stderr, done.returncode)


def test_byhand_is_a_command_and_a_module():
    program = Path(sys.executable).with_name("byhand")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60)
    assert process("--version").stdout == done.stdout


@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS], ("practice", "mark")])
def test_help_fits_the_terminal_in_chinese_too(capfd, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "60")
    assert 0 == run([*command, "--help", "--lang", "zh"])
    out = capfd.readouterr().out
    assert [] == re.findall(r"<\w+(?: range)?>|list\[|\{\w+\}", out), "a type of Python"
    explained = out.partition("选项：")[2].partition("\n\n")[0].splitlines()
    told = [line for line in explained if not line.startswith("  -")]  # of a name that is too long by itself
    assert told
    assert [] == [line for line in told if cell_len(line) > 60]
    assert [] == [word for word in ("default", "required", "Show this") if word in "".join(explained)]


def test_ctrl_c_where_nothing_can_be_kept_is_said(capfd, monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr("byhand.cli.catalogue.put", interrupted)
    for language, told in (("en", "interrupted"), ("zh", "已中断")):
        assert 130 == run(["list", "--lang", language])
        assert told in capfd.readouterr().err
