"""Small tables in a folder, and commands that are typed there."""

import warnings
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

from byhand.cli import run

# Missing: the weight of row 3, the colour of row 5.
PETS = """\
id,weight,colour,animal
0,4.5,black,cat
1,12,brown,dog
2,3.5,black,cat
3,,white,dog
4,5,white,cat
5,18,,dog
6,4,black,cat
7,15,brown,dog
8,3,white,cat
9,9,brown,dog
"""
LAMP = "left,right,lamp\n0,0,off\n0,1,off\n1,0,off\n1,1,on\n"
SMALL = ("hidden_layer_sizes=3", "max_iter=4", "activation=tanh")


def command_beside_tables(capfd):
    """Runs a command in this folder, where the tables are: exit code, standard output, standard error."""
    Path("pets.csv").write_text(PETS, "utf-8")
    Path("lamp.csv").write_text(LAMP, "utf-8")

    def command(*arguments):
        code = run([str(one) for one in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def quiet(learn, *samples):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return learn(*samples)


def same(one, other):
    return all(one.params_[name].tobytes() == other.params_[name].tobytes() for name in one.params_)
