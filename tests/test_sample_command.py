"""``byhand sample``: texts, rows in the data's own unit, pictures; the same seed, the same samples."""

import csv
import io
import json
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import byhand
from byhand.cli import run
from byhand.data.building import from_table
from byhand.data.preparation import Preparation
from byhand.data.table import Table
from byhand.networks.tasks.origin import origin_of

SAYINGS = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？" * 6
SPOTS = np.random.default_rng(2).normal([300, -2], [40, 0.1], (80, 2))
SMALL = {"character-model": ["units=4", "truncation=8", "batch_size=2"], "gan": [], "rbm": ["units=4"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Networks that were trained for an epoch, by what they learned from."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "sayings.txt").write_text(SAYINGS, "utf-8")
    rows = [f"{width},{depth}" for width, depth in SPOTS.tolist()]
    (folder / "spots.csv").write_text("\n".join(["width,depth", *rows]), "utf-8")
    for network, data in [
        ("character-model", folder / "sayings.txt"),
        ("gan", folder / "spots.csv"),
        ("rbm", "digits"),
        ("perceptron", "iris"),
    ]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            settings = [*SMALL.get(network, []), "max_iter=1", "-o", str(folder / network)]
            assert 0 == run(["train", network, "--data", str(data), *settings])
    return folder


@pytest.fixture
def typed(capfd, folder, monkeypatch, tmp_path):
    """Samples from one of these networks: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def command(network, *arguments):
        capfd.readouterr()
        code = run(["sample", str(folder / network), *map(str, arguments)])
        return code, *capfd.readouterr()

    return command


def test_a_text_goes_on_from_its_beginning(typed, folder):
    net = byhand.load(folder / "character-model")
    drawn = net.sample(12, "有朋", 0.5, random_state=7)
    asked = "--start", "有朋", "--length", 12, "--temperature", 0.5, "--seed", 7
    assert (0, f"有朋{drawn}\n", "") == typed("character-model", *asked)
    told = json.loads(typed("character-model", *asked, "--json")[1])
    assert {"schema": "byhand.sample/1", "start": "有朋", "text": drawn} == told
    assert 201 == len(typed("character-model")[1].rstrip("\n"))


def test_rows_are_in_the_unit_of_the_data(typed, folder, tmp_path):
    net = byhand.load(folder / "gan")
    scales = [column.scale for column in origin_of(net).preparation.columns]
    made = net.sample(200, random_state=3) * [one.spread for one in scales] + [one.centre for one in scales]
    assert 0 == typed("gan", "--count", 200, "--seed", 3, "-o", "made.csv")[0]
    head, *rows = csv.reader(io.StringIO((tmp_path / "made.csv").read_text("utf-8")))
    assert ["width", "depth"] == head
    np.testing.assert_allclose(np.array(rows, float), made, rtol=1e-5)
    assert 200 < np.array(rows, float)[:, 0].mean() < 400
    columns = json.loads(typed("gan", "--count", 200, "--seed", 3, "--json")[1])["columns"]
    np.testing.assert_allclose(np.array(rows, float), np.transpose(list(columns.values())), rtol=1e-5)


def test_numbers_and_categories_come_back_out_of_inputs():
    columns = {"size": ["10", "30", "20", ""], "hue": ["red", "blue", "", "red"], "y": ["1", "2", "3", "4"]}
    data = from_table(Table(columns))
    preparation = Preparation.fit(data, "standard")
    found = preparation.columns_of(preparation.inputs(data))
    assert {"size": pytest.approx([10, 30, 20, 20]), "hue": ["red", "blue", "", "red"]} == found


def test_pictures_are_drawn(typed, tmp_path):
    assert 0 == typed("rbm", "--count", 5, "--plot", "five.svg", "-o", "five.csv")[0]
    assert "5 of 5 samples of RBM" in (tmp_path / "five.svg").read_text("utf-8")
    assert 6 == len((tmp_path / "five.csv").read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    ("network", "arguments", "message"),
    [
        ("perceptron", [], "makes no samples"),
        ("character-model", ["--count", "3"], "--count is for networks that make rows"),
        ("character-model", ["--start", "x"], "stands in this text"),
        ("character-model", ["--temperature", "0"], "must be above 0"),
        ("gan", ["--start", "x"], "--start is for networks that write texts"),
        ("gan", ["--plot", "x.png"], "are no pictures"),
        ("rbm", ["--plot", "x.txt"], "x.txt"),
        ("nothing", [], "nothing"),
    ],
)
def test_what_cannot_be_sampled(typed, network, arguments, message):
    code, out, err = typed(network, *arguments)
    assert (2, "") == (code, out)
    assert message in err
    assert 1 == err.count("\n")
