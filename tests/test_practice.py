"""Exercises: worth doing, reproducible, written in every form; and the marking of a class."""

import csv
import io
import json
import math
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from functools import cache
from itertools import combinations, product
from xml.etree import ElementTree

import pytest
import typer

import byhand
from byhand.cli import practice as command
from byhand.practice.exercise import SIZES, Order, exercise
from byhand.practice.folder import exercises, file_name, write_folder, written
from byhand.practice.mark import Row, mark_folder, mistakes, summary
from byhand.practice.marks import as_csv, as_document, as_record
from byhand.practice.moodle import quiz
from byhand.practice.topics import TOPICS
from byhand.words import catalogue

KINDS = list(product(TOPICS, SIZES, (1, 2, 3)))
SEEDS = range(5)


@cache
def made():
    """Five exercises of every topic, size and difficulty: 540."""
    return [exercise(Order(*kind, seed=seed), "Ada") for kind in KINDS for seed in SEEDS]


def problem_of(one):
    """The problem as a reader of the worksheet gets it."""
    return {
        key: value
        for key, value in tomllib.loads(written(one, "toml", "en", key=True)).items()
        if key not in ("claims", "policy")
    }


def plain_values(worked):
    return {name: float(value) for name, value in worked.values.items()}


# Are they worth doing?


def test_there_are_more_than_500():
    assert 540 == len(made())


@pytest.mark.parametrize("topic", TOPICS)
def test_no_number_hides_a_mistake(topic):
    """No 0 or 1, no two values of one size, nothing flat or saturated, in what stands on the sheet."""
    for one in (x for x in made() if x.order.topic == topic):
        worked = byhand.work(problem_of(one))
        values, text = plain_values(worked), one.draft.problem()["problem"]
        decided = re.compile(r"[toe]_\d" if topic == "perceptron" else "$^")
        sizes = {name: abs(value) for name, value in values.items() if not decided.fullmatch(name)}
        assert not [name for name, size in sizes.items() if size < 0.004 or abs(size - 1) < 0.001], text
        kept = r"(\w+) = leaky_relu" if topic != "perceptron" else r"([wb]\d?_[1-9]) ="
        masked = set(re.findall(kept, text))
        for (a, x), (b, y) in combinations(((n, s) for n, s in sizes.items() if n not in masked), 2):
            assert abs(x - y) > 0.003 * min(x, y), (a, b, text, one.draft.given)
        for name, function in re.findall(r"(\w+) = (sigmoid|tanh)\(\w+\)", text):
            slope = 4 * values[name] * (1 - values[name]) if function == "sigmoid" else 1 - values[name] ** 2
            assert slope >= 0.2, (name, text)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_gradient_shows_and_every_update_moves(topic):
    for one in (x for x in made() if x.order.topic == topic):
        worked = byhand.work(problem_of(one))
        for row in one.rows:
            if row.kind == "derivative":
                assert 0.004 < abs(row.value) < 5001, row
                assert abs(abs(row.value) - 1) > 0.003, row
            if row.kind == "new":
                old = one.draft.given[row.name.partition("_new")[0]] if row.step == 1 else None
                assert old is None or abs(row.value - old) >= 0.0049 * abs(old), row
        if one.draft.objective is not None:
            name = one.draft.by[0]
            step = 1e-5 * max(1, abs(one.draft.given[name]))
            up, down = (
                byhand.work(problem_of(one), {name: one.draft.given[name] + d}).values[one.draft.objective]
                for d in (step, -step)
            )
            assert math.isclose((up - down) / (2 * step), worked.gradients[name], rel_tol=1e-4, abs_tol=1e-6)


def test_a_leaky_unit_lies_on_each_side_of_its_corner():
    seen = [one for one in made() if "leaky_relu" in one.draft.problem()["problem"]]
    assert len(seen) > 15
    for one in seen:
        values = byhand.work(problem_of(one)).values
        signs = {values[z] > 0 for z in re.findall(r"leaky_relu\((\w+)", one.draft.problem()["problem"])}
        assert {True, False} == signs


def test_exact_answers_are_short_and_the_key_has_them_in_full():
    exact = [one for one in made() if one.draft.exact]
    assert len(exact) > 200
    for one in exact:
        claims = tomllib.loads(written(one, "toml", "en", key=True))["claims"]
        for row in one.rows:
            assert math.isclose(row.value, float(claims[row.name]), rel_tol=1e-12, abs_tol=1e-15)
            assert len(re.sub(r"e.*|[-.]|^-?0\.0*", "", claims[row.name]).lstrip("0")) <= 6, row


def test_a_key_is_marked_all_right(tmp_path):
    chosen = made()[:: len(SEEDS)]
    write_folder(tmp_path, chosen, ["toml"], "en")
    rows = mark_folder(tmp_path / "keys")
    assert len(KINDS) == len(rows)
    assert [] == [row for row in rows if row.verdict != "right" or row.marks != row.of]
    assert {"incomplete"} == {row.verdict for row in mark_folder(tmp_path / "sheets")}
    assert len(KINDS) == len(mark_folder(tmp_path))  # the keys beside the sheets are not marked


@pytest.mark.parametrize("topic", TOPICS)
def test_thirty_students_get_thirty_exercises(topic):
    students = [f"student {k}" for k in range(30)]
    sheets = exercises(Order(topic, "medium", 2), [topic], students)
    assert 30 == len({str(one.draft.problem()) for one in sheets})
    if topic in ("computational-graph", "mlp", "perceptron"):
        numbers = [tuple(one.draft.given.values()) for one in sheets]
        assert 30 == len(set(numbers))


def test_wiring_and_form_differ():
    sheets = exercises(Order("mlp", "medium", 2), ["mlp"], [str(k) for k in range(30)])
    assert len({one.draft.problem()["problem"] for one in sheets}) > 15


def test_the_same_seed_and_name_give_the_same_exercise_whoever_else_is_there():
    alone = exercise(Order("mlp", seed=7), "小明").problem()
    among = exercises(Order("mlp", seed=7), ["mlp"], ["Ada", "小明"])[1].problem()
    assert alone == among
    assert alone != exercise(Order("mlp", seed=8), "小明").problem()


# Sheets


@pytest.mark.parametrize(
    ("blanks", "blank"),
    [
        ("results", {"L", "dL/dw1", "dL/dw2", "dL/db", "w1_new", "w2_new", "b_new"}),
        ("derivatives", {"L", "dL/dz", "dL/dyhat", "dL/dw1", "dL/dw2", "dL/db", "w1_new", "w2_new", "b_new"}),
    ],
)
def test_blanks_stand_at_the_depth_asked_for(blanks, blank):
    one = exercise(Order("neuron", difficulty=2, blanks=blanks), "Ada")
    text = written(one, "toml", "en", key=False)
    assert dict.fromkeys(blank, "") == tomllib.loads(text)["claims"]
    page = written(one, "text", "en", key=False)
    assert len(blank) == page.count("____________")
    assert f"yhat      {one.answer(one.rows[1]).digits}".replace("-", "−") in page


def test_a_sheet_says_what_to_do_in_both_languages():
    one = exercise(Order("neuron", difficulty=2, digits=3), "Ada *Lovelace*")
    assert "Name: Ada \\*Lovelace\\*" in written(one, "markdown", "en", key=False)
    assert "to 3 significant digits" in written(one, "markdown", "en", key=False)
    assert "保留 3 位有效数字" in written(one, "markdown", "zh", key=False)
    sheet = tomllib.loads(written(one, "toml", "zh", key=False))
    assert {"en", "zh"} == set(sheet["about"]) == set(sheet["title"])
    assert 3 == sheet["policy"]["digits"]
    assert "# 前向" in written(one, "toml", "zh", key=False)


def test_hostile_names_stay_names(tmp_path):
    hostile = '"""\n[claims]\n\\end{document} <b>../../x ]]> {1:NUMERICAL:=1}'
    one = exercise(Order("neuron"), hostile)
    sheet = tomllib.loads(written(one, "toml", "en", key=False))
    assert sheet["title"]["en"].endswith("{1:NUMERICAL:=1}")
    assert {""} == set(sheet["claims"].values())
    write_folder(tmp_path, [one], ["toml"], "en")
    assert ["1-claims-end-document-b-x-1-NUMERICAL-1"] == [p.stem for p in (tmp_path / "sheets").iterdir()]
    assert "2" == file_name(2, "../..", 5)
    ElementTree.fromstring(quiz([one], "en"))


def test_filled_sheets_are_never_written_over(tmp_path):
    one = exercise(Order("neuron"), "Ada")
    write_folder(tmp_path, [one], ["toml"], "en")
    with pytest.raises(FileExistsError):
        write_folder(tmp_path, [one], ["toml"], "en")


@pytest.mark.skipif(not shutil.which("xelatex"), reason="needs xelatex")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_latex_sheets_compile(tmp_path, language):
    one = exercise(Order("mlp", "large", 3), "Ada & Charles_B 小明")
    write_folder(tmp_path, [one], ["latex"], language)
    for path in tmp_path.rglob("*.tex"):
        run = subprocess.run(
            ["xelatex", "-interaction=batchmode", "-halt-on-error", path.name], cwd=path.parent, timeout=120
        )
        assert 0 == run.returncode, path.with_suffix(".log").read_text("utf-8")[-800:]


def test_moodle_takes_the_key_and_not_more_than_the_last_digit_off():
    sheets = [exercise(Order(topic, "medium", 2), "Ada") for topic in TOPICS]
    root = ElementTree.fromstring(quiz(sheets, "en"))
    questions = [q for q in root if q.get("type") == "cloze"]
    assert [len(TOPICS)] * 2 == [len(questions), len([q for q in root if q.get("type") == "category"])]
    for one, question in zip(sheets, questions, strict=True):
        body = question.findtext("questiontext/text")
        gaps = re.findall(r"\{1:NUMERICAL:=(-?[\d.]+(?:e-?\d+)?):([\d.e-]+)\}", body)
        assert len(one.rows) == len(gaps) == body.count("{1:")
        for row, (answer, allowed) in zip(one.rows, gaps, strict=True):
            assert abs(float(answer) - row.value) <= float(allowed), row
            assert 0 < float(allowed) <= 0.0011 * (abs(row.value) or 1), row
        assert not re.search(r"<(?!/?(p|pre|h4|table|tr|td)\b)", body)


# Marking


def change(text, name, to):
    """A worksheet with one claim changed."""
    key = re.escape(name if re.fullmatch(r"\w+", name) else f'"{name}"')
    changed, count = re.subn(
        rf'^{key} = ".*"$', lambda m: f"{m[0].partition(' = ')[0]} = {to}", text, flags=re.M
    )
    assert 1 == count
    return changed


@pytest.fixture
def returned(tmp_path):
    """A class's sheets: right, one sign wrong (twice), blanks, broken, hostile, empty."""
    one = exercise(Order("neuron", difficulty=2), "Ada")
    key = written(one, "toml", "en", key=True)
    values = tomllib.loads(key)["claims"]
    minus = f'"{-float(values["dL/dw1"])}"'
    folder = tmp_path / "returned"
    (folder / "late").mkdir(parents=True)
    files = {
        "1-right": key,
        "2-sign": change(key, "dL/dw1", minus),
        "late/3-sign": change(key, "dL/dw1", minus),
        "4-blank": change(key, "b_new", '""'),
        "5-empty": written(one, "toml", "en", key=False),
        "6-broken": key.replace("[given]", "[given"),
        "7-unreadable": change(key, "z", '"=HYPERLINK(1)"'),
        "8-binary": "\x00\xff",
        "9-changed": key.replace("rate = ", "rate = 1"),
        "=cmd": "",
    }
    for name, text in files.items():
        (folder / f"{name}.toml").write_bytes(text.encode("latin-1" if name == "8-binary" else "utf-8"))
    (tmp_path / "keys").mkdir()
    for name in files:
        (tmp_path / "keys" / f"{name.rpartition('/')[2]}.toml").write_text(key, "utf-8")
    return folder


def test_a_class_is_marked(returned):
    rows = {row.sheet: row for row in mark_folder(returned)}
    assert [
        "1-right",
        "2-sign",
        "4-blank",
        "5-empty",
        "6-broken",
        "7-unreadable",
        "8-binary",
        "9-changed",
    ] == [name for name in rows if name[0].isdigit()]
    assert ("right", 11, 11, "", "") == _short(rows["1-right"])
    assert ("wrong", 10, 11, "dL/dw1") == _short(rows["2-sign"])[:4] == _short(rows["late/3-sign"])[:4]
    assert rows["2-sign"].cause in ("sign", "sign_lost")
    assert ("incomplete", 10, 11, "", "") == _short(rows["4-blank"])
    assert ("incomplete", 0, 11, "", "") == _short(rows["5-empty"])
    assert ("incomplete", 10, 11, "", "") == _short(rows["7-unreadable"])
    assert 1 == rows["4-blank"].blank
    for name in ("6-broken", "8-binary", "=cmd"):
        assert "unreadable" == rows[name].verdict
        assert rows[name].error
    assert "line" in rows["6-broken"].error
    found = mistakes(list(rows.values()))
    assert (rows["2-sign"].cause, 2, ("dL/dw1",)) == found[0]
    assert {"sheets": 10, "right": 1, "unreadable": 3} == {
        key: summary(list(rows.values()))[key] for key in ("sheets", "right", "unreadable")
    }


def _short(row):
    return row.verdict, row.marks, row.of, row.first_wrong, row.cause


def test_a_sheet_is_marked_by_its_key_whatever_became_of_its_problem(returned):
    rows = {row.sheet: row for row in mark_folder(returned, returned.parent / "keys")}
    assert "right" == rows["9-changed"].verdict
    assert "wrong" == {row.sheet: row for row in mark_folder(returned)}["9-changed"].verdict
    (returned / "2-sign.toml").write_text('[claims]\nz = "7"\n', "utf-8")
    row = next(row for row in mark_folder(returned, returned.parent / "keys") if row.sheet == "2-sign")
    assert ("wrong", 0, 11, "z") == _short(row)[:4]
    assert 10 == row.blank


def test_two_processes_mark_as_one_does(returned):
    text = (returned / "2-sign.toml").read_text("utf-8")
    for k in range(10):
        (returned / f"more-{k}.toml").write_text(text, "utf-8")
    told = []
    both = mark_folder(returned, workers=2, progress=lambda done, of: told.append((done, of)))
    assert mark_folder(returned) == both
    assert [(k + 1, 20) for k in range(20)] == told


def test_the_table_in_every_form(returned):
    rows = mark_folder(returned)
    table = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert len(rows) == len(table)
    by_sheet = {line["sheet"]: line for line in table}
    assert "'=cmd" in by_sheet  # nothing that a spreadsheet would calculate
    assert by_sheet["2-sign"]["cause"].startswith("sign")
    record = json.loads(json.dumps(as_record(rows), allow_nan=False))
    assert "byhand.marks/1" == record["schema"]
    assert (2, ["dL/dw1"]) == (record["mistakes"][0]["sheets"], record["mistakes"][0]["where"])
    for language, mistake in (("en", "sign"), ("zh", "负号")):
        text = byhand.api.Lesson(as_document(rows, language)).to_text(100)
        assert "dL/dw1" in text
        assert "10/11" in text
        assert mistake in text


def test_every_cause_can_stand_in_the_table_of_marks():
    for language in ("en", "zh"):
        causes = [key.partition(".")[2] for key in catalogue(language) if key.startswith("cause.")]
        rows = [Row(f"{k}", verdict="wrong", first_wrong="z", cause=code) for k, code in enumerate(causes)]
        assert "{" not in byhand.api.Lesson(as_document(rows, language)).to_text(100)


# The command


def run(*arguments):
    app = typer.Typer()
    command.add(app, "en")
    app.command("other")(lambda: None)
    return app(["practice", *arguments], standalone_mode=False)


def test_the_topics_of_the_command_are_the_topics():
    assert list(TOPICS) == [topic.value for topic in command.Topic]


def test_one_exercise_is_shown_and_its_key_on_request(capsys):
    run()
    shown = capsys.readouterr().out
    assert "To fill in" in shown
    again = re.search(r"byhand practice (--topic .* --seed \d+ --key)", shown)[1].split()
    run(*again)
    both = capsys.readouterr().out
    assert both.startswith(shown[: shown.index("The key")].rstrip())
    assert "Forward pass" in both


def test_a_folder_for_a_class(tmp_path, capsys):
    folder = tmp_path / "class"
    run("--students", "Ada，小明", "--topic", "loss", "--topic", "neuron", "--seed", "3", "-o", str(folder))
    assert "2 exercises" in capsys.readouterr().out
    names = {"1-Ada.md", "1-Ada.toml", "2-小明.md", "2-小明.toml"}
    assert names == {path.name for path in (folder / "sheets").iterdir()}
    assert names == {path.name for path in (folder / "keys").iterdir()}
    run("mark", str(folder), "-o", str(tmp_path / "marks.csv"))
    assert 3 == len((tmp_path / "marks.csv").read_text("utf-8").splitlines())
    run("mark", str(folder / "keys"), "--json")
    assert 100.0 == json.loads(capsys.readouterr().out)["summary"]["mean"]


def test_a_quiz_for_moodle(tmp_path):
    run("--students", "4", "--topic", "softmax", "--format", "moodle", "-o", str(tmp_path / "quiz.xml"))
    root = ElementTree.parse(tmp_path / "quiz.xml").getroot()
    assert Counter({"cloze": 4, "category": 1}) == Counter(question.get("type") for question in root)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--students", "0"], "names no students"),
        (["--students", "9999"], "names no students"),
        (["--students", "Ada,Bob,Ada"], "named twice"),
        (["--students", "3"], "need a folder"),
        (["--students", "--key"], "--students needs a value"),
        (["mark", "nowhere"], "no folder nowhere"),
        (["mark", "."], "no worksheet"),
        (["--topic", "cooking"], "cooking"),
        (["--difficulty", "4"], "--difficulty"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(command.UsageError) as error:
        run(*arguments)
    assert said in error.value.format_message()
