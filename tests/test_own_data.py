"""A user's own tables and texts: what is read, and that everything else is one clear error with its place."""

import numpy as np
import pytest

from byhand.data import delimited, load
from byhand.data.preparation import Preparation
from byhand.errors import ProblemError


@pytest.fixture
def read(tmp_path):
    """Load a CSV file with this content."""

    def load_text(content, **settings):
        path = tmp_path / "own.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(path, **settings)

    return load_text


@pytest.fixture
def refused(read):
    """The error of a CSV file with this content."""

    def error_of(content, **settings):
        with pytest.raises(ProblemError) as error:
            read(content, **settings)
        assert error.value.explained("en") != error.value.explained("zh")
        return error.value

    return error_of


# What is read


@pytest.mark.parametrize(
    "content",
    [
        "size,age,price\n2,3,10.5\n4,7,20\n",
        "size;age;price\r\n2;3;10.5\r\n4;7;20",
        "size\tage\tprice\n2\t3\t10.5\n4\t7\t20\n",
        "\ufeffsize,age,price\n\n2,3,10.5\n\n 4 ,7,20\n\n",
        '"size","age","price"\n"2","3","10.5"\n"4","7","20"\n',
        "size,age,price\r2,3,10.5\r4,7,20\r",
    ],
)
def test_separators_line_ends_quotes_and_blank_lines(read, content):
    data = read(content)
    assert ("size", "age") == data.feature_names
    assert [[2, 3], [4, 7]] == data.X.tolist()
    assert ("price", "regression", [10.5, 20]) == (data.target_name, data.task, data.y.tolist())


def test_without_a_header_columns_are_counted(read):
    data = read("2,3,10.5\n4,7,20\n")
    assert ("1", "2") == data.feature_names
    assert ["no_header"] == [notice.code for notice in data.notices]
    assert ("a", "d") == read("a,b,c\nd,e,f\n", header=False).columns[0].levels
    assert ("2019", "2020") == read("2019,2020,sum\n1,2,3.5\n", header=True).feature_names


def test_quoted_cells_hold_separators_quotes_and_line_ends(read):
    data = read('note,x,y\n"a, ""b""\nc",1.5,2\n"a, ""b""\nc",2.5,3\nd,3.5,x\n', drop=[])
    assert ('a, "b"\nc', "d") == data.columns[0].levels
    assert ("2", "3", "x") == data.classes


def test_chinese_in_either_encoding(read):
    text = "面积,朝向,价格\n89,南,300.5\n120,北,410\n75,南,250\n"
    plain, old = read(text), read(text.encode("gb18030"))
    assert ("面积", "朝向") == plain.feature_names == old.feature_names
    assert ("北", "南") == plain.columns[1].levels == old.columns[1].levels
    assert () == plain.notices
    assert "The file is not UTF-8 and was read as GB18030." == old.notices[0].sentence("en")
    assert old.notices[0].sentence("zh") in old.describe("zh")


def test_missing_values_are_nan(read):
    data = read("a,b,y\n1,NA,2.5\n?,red,3\nnan,,4\n 7 ,blue,5\n")
    assert [1, np.nan, np.nan, 7] == pytest.approx(data.X[:, 0], nan_ok=True)
    assert [np.nan, 1, np.nan, 0] == pytest.approx(data.X[:, 1], nan_ok=True)
    assert "missing values: a (2), b (2)" in data.describe()


@pytest.mark.parametrize(("target", "name"), [(-1, "y"), (0, "a"), ("b", "b"), (1, "b"), ("y", "y")])
def test_the_target_by_name_or_place(read, target, name):
    data = read("a,b,y\n1.5,2,3\n4.5,5,6\n7,8.5,9\n", target=target)
    assert name == data.target_name
    assert {"a", "b", "y"} - {name} == set(data.feature_names)


def test_columns_dropped_and_no_target(read):
    data = read("id,a,b\nx1,2,3\nx2,4,5\n", target=None, drop=["id"])
    assert (None, None, None) == (data.y, data.task, data.classes)
    assert [[2, 3], [4, 5]] == data.X.tolist()


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["yes", "no", "yes", "no"], None, ("no", "yes")),
        (["1", "0", "1", "0"], None, (0, 1)),
        (["100", "200", "300", "200"], None, None),  # too few of each
        (["1", "0", "1", "0"], "regression", None),
        (["100", "200", "300", "200"], "classification", (100, 200, 300)),
        (["0.5", "1.5", "0.5", "1.5"], None, None),
        (["0.5", "1.5", "0.5", "1.5"], "classification", ("0.5", "1.5")),
        (["1", "b", "1", "c"], None, ("1", "b", "c")),
    ],
)
def test_what_the_target_asks_for(read, values, task, classes):
    data = read("x,y\n" + "".join(f"{k}.5,{value}\n" for k, value in enumerate(values)), task=task)
    assert classes == data.classes
    assert ("regression" if classes is None else "classification") == data.task
    assert values == [f"{label:g}" if isinstance(label, float) else str(label) for label in data.y.tolist()]
    guessed = task is None and classes == (0, 1)
    assert guessed == ("taken_as_classes" in [notice.code for notice in data.notices])


def test_a_column_of_numbers_can_be_a_category(read):
    data = read("zip,y\n007,1.5\n12,2.5\n007,3.5\n", kinds={"zip": "category"})
    assert ("007", "12") == data.columns[0].levels
    assert [0, 1, 0] == data.X[:, 0].tolist()


def test_an_underscore_does_not_group_digits(read):
    assert ("2020_1", "2021_1") == read("id,y\n2020_1,1.5\n2021_1,2\n2020_1,3\n").columns[0].levels


# What is refused, and where

ROWS = "".join(f"{k},{k}.5\n" for k in range(1, 31))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "empty_table", None),
        ("\n  \n\n", "empty_table", None),
        ("a,b\n", "no_rows", None),
        ("a,b,a\n1,2,3\n", "column_twice", None),
        ("a,b\n1,2\n3\n", "ragged_row", 3),
        ('a,b\n"x\ny",2\n3,4,5\n', "ragged_row", 4),
        ('a,b\n1,2\n3,"4\n5,6\n', "broken_quotes", 3),
        ('a,b\n1,"2"x\n', "broken_quotes", 2),
        (f"a,b\n{ROWS}12o,4.5\n", "cell_not_number", 32),
        (f"a,b\n{ROWS}inf,4.5\n", "cell_not_finite", 32),
        (f"a,b\n{ROWS}-1e999,4.5\n", "cell_not_finite", 32),
        (f"a,b\n\n{ROWS}7,NaN\n", "target_missing", 33),
        (f"a,b\n{ROWS}7,2.5e999\n", "cell_not_finite", 32),
        ("a,b\n" + "".join(f"name {k},{k}.5\n" for k in range(30)), "column_text", 2),
        ("a,b,c\n,1,2.5\nNA,2,3.5\n", "column_empty", None),
        ("price\n1\n2\n", "no_inputs", None),
        (b"a,b\n1,\0\n", "binary_file", None),
        (b"PK\x03\x04\x14\0\6\0", "binary_file", None),
        ("a,b\n1,2\n".encode("utf-16"), "binary_file", None),
        (b"a,b\n1,2\n\xff\xff,3\n", "not_text", None),
    ],
)
def test_a_bad_file_is_one_clear_error(refused, content, code, line):
    error = refused(content)
    assert (code, line) == (error.code, error.line)
    if line:
        text = content.splitlines()[line - 1]
        assert f"line {line}:  {text}" in error.explained("en")


def test_a_decimal_comma_is_told_about(refused):
    error = refused("a;b\n" + ROWS.replace(",", ";") + "2,5;7\n")
    assert "“2,5” in the column “a”, row 31, is no number. Write numbers with a decimal point" in str(error)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"target": "prise"}, "unknown_column_near"),
        ({"target": "zzz"}, "unknown_column"),
        ({"target": 3}, "column_place"),
        ({"drop": ["sise"]}, "unknown_column_near"),
        ({"kinds": {"zzz": "number"}}, "unknown_column"),
        ({"kinds": {"colour": "number"}}, "cell_not_number"),
        ({"target": "colour", "task": "regression"}, "cell_not_number"),
    ],
)
def test_settings_that_do_not_fit(refused, settings, code):
    assert code == refused("size,colour,price\n2,red,3.5\n4,blue,5\n", **settings).code


@pytest.mark.parametrize("settings", [{"target": "zzz"}, {"drop": ["x1"]}], ids=["target", "drop"])
def test_a_set_by_name_has_its_target_and_columns(settings):
    assert "y" == load("xor", target="y").target_name
    with pytest.raises(ProblemError) as refused:
        load("xor", **settings)
    assert "settled" == refused.value.code


def test_limits(read, refused, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_COLUMNS", 3)
    monkeypatch.setattr(delimited, "MAX_CELLS", 8)
    assert 4 == len(read("1,2.5\n" * 4))
    assert "table_too_large" == refused("1,2.5\n" * 6).code
    assert "table_too_large" == refused("1,2,3,4\n").code
    monkeypatch.setattr(delimited, "MAX_BYTES", 20)
    assert "file_too_large" == refused("1,2.5\n" * 4).code


def test_what_cannot_be_found(tmp_path):
    for name, code in [
        ("irsi", "unknown_data_near"),
        ("nothing-like-it", "unknown_data"),
        (tmp_path / "none.csv", "unknown_data"),
    ]:
        with pytest.raises(ProblemError) as error:
            load(name)
        assert code == error.value.code
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    with pytest.raises(ProblemError) as error:
        load(tmp_path / "sheet.xlsx")
    assert "unknown_ending" == error.value.code
    assert ".csv, .tsv" in str(error.value)


def test_long_hostile_lines_are_refused(refused):
    assert "table_too_large" == refused("a," * 200_000 + "b\n1,2\n").code
    assert "broken_quotes" == refused('a,b\n"' + "x,\n" * 300_000).code
    assert "broken_quotes" == refused("a,b\n" + "9" * 400_000 + ",2\n").code


# Texts


def test_a_single_column_of_words_is_texts_for_a_network_that_reads_them(tmp_path):
    (tmp_path / "verdicts.csv").write_text("said,who\nto be,ham\n,oph\nnot to be,ham\nto be,oph\n", "utf-8")
    data = load(tmp_path / "verdicts.csv", texts=True)
    assert ["text"] == [column.kind for column in data.columns]
    preparation = Preparation.fit(data.take(slice(2)))
    assert ["to be", "", "not to be", "to be"] == preparation.inputs(data).tolist()
    assert ("said",) == preparation.input_names
    again = load(tmp_path / "verdicts.csv", like=preparation)
    assert preparation.inputs(data).tolist() == preparation.inputs(again).tolist()
    as_words = load(tmp_path / "verdicts.csv")
    assert ["category"] == [column.kind for column in as_words.columns]
    with pytest.raises(ProblemError) as caught:
        preparation.inputs(as_words)
    assert "column_changed" == caught.value.code


def test_the_lines_of_a_file_are_texts_where_nothing_is_to_be_predicted(tmp_path):
    (tmp_path / "lines.txt").write_text("to be, or\n\n  not to be; that\nis\n", "utf-8")
    data = load(tmp_path / "lines.txt", target=None, texts=True)
    preparation = Preparation.fit(data)
    assert ["to be, or", "not to be; that", "is"] == preparation.inputs(data).tolist()
    again = load(tmp_path / "lines.txt", like=preparation)
    assert preparation.inputs(data).tolist() == preparation.inputs(again).tolist()
    (tmp_path / "empty.txt").write_text("\n \n", "utf-8")
    with pytest.raises(ProblemError, match="empty"):
        load(tmp_path / "empty.txt", target=None, texts=True)
