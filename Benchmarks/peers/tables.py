"""Lockstep and scikit-learn on tables, with default options but the label; prints Markdown.

python tables.py [--splits 10] [--reading]

Each table is split ten times into training (75%) and test; both learn from the same rows with the same layers and epochs:
`lockstep train TABLE --label …`, and StandardScaler with MLPClassifier or MLPRegressor. "diabetes, scaled" is
diabetes with scikit-learn's targets standardised, too, as Lockstep's are. The table "mixed" is made of the wine
table, with a column of text and missing cells. The score is accuracy, or R² for diabetes. A difference is Lockstep's score minus
scikit-learn's, ± its standard error over the splits. --reading compares the time to read 1,000,000 rows of 50 columns with pandas.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

LAYERS, EPOCHS = (512, 256), 10

arguments = argparse.ArgumentParser()
arguments.add_argument("--splits", type=int, default=10, help="random splits of each table (10)")
arguments.add_argument("--reading", action="store_true", help="measure the reading of a large table")
arguments = arguments.parse_args()
directory = pathlib.Path(tempfile.mkdtemp())
warnings.filterwarnings("ignore")


def table(load):
    data = load(as_frame=True)
    return data.frame.rename(columns={"target": "label"})


def mixed():
    """The wine table with a column of text for one of numbers, and a twentieth of the cells of another missing."""
    frame = table(datasets.load_wine)
    random = np.random.default_rng(0)
    hue = pd.cut(frame.pop("hue"), 3, labels=["low", "middle", "high"]).astype(str)
    frame.insert(0, "hue", hue)
    frame.loc[random.random(len(frame)) < 0.05, "proline"] = np.nan
    return frame


def lockstep(*words):
    return subprocess.run(["lockstep", *map(str, words)], check=True, capture_output=True, text=True).stdout


def scores(frame, options=(), scaled=False):
    """Scores of Lockstep and scikit-learn for each split."""
    is_regression = frame.label.nunique() > 20
    pairs = []
    for split in range(arguments.splits):
        train, test = train_test_split(
            frame, test_size=0.25, random_state=split, stratify=None if is_regression else frame.label
        )
        train.to_csv(directory / "train.csv", index=False)
        test.to_csv(directory / "test.csv", index=False)
        lockstep("train", directory / "train.csv", "--label", "label", "--seed", split, "--run", directory / "run",
                 "--force", "--quiet", *options)
        result = json.loads(lockstep("evaluate", directory / "run", directory / "test.csv", "--json"))

        texts = [name for name in frame if name != "label" and frame[name].dtype.kind not in "if"]
        numbers = [name for name in frame if name != "label" and name not in texts]
        columns = make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers), (OneHotEncoder(handle_unknown="ignore"), texts)
        )
        model = MLPRegressor if is_regression else MLPClassifier
        network = model(hidden_layer_sizes=LAYERS, max_iter=EPOCHS, random_state=split)
        if scaled:
            network = TransformedTargetRegressor(network, transformer=StandardScaler())
        peer = make_pipeline(columns, network)
        peer.fit(train.drop(columns="label"), train.label)
        pairs.append((result["rSquared" if is_regression else "accuracy"],
                      peer.score(test.drop(columns="label"), test.label)))
    return np.array(pairs)


def compare():
    print("| Table | Lockstep | scikit-learn | Difference |\n|---|---|---|---|")
    tables = {
        "wine": (table(datasets.load_wine), ()),
        "iris": (table(datasets.load_iris), ()),
        "breast cancer": (table(datasets.load_breast_cancer), ()),
        "diabetes": (table(datasets.load_diabetes), ()),
        "diabetes, scaled": (table(datasets.load_diabetes), ()),
        "mixed": (mixed(), ("--missing", "mean", "--unseen-categories", "zeros")),
    }
    for name, (frame, options) in tables.items():
        pairs = scores(frame, options, scaled=name.endswith("scaled"))
        differences = pairs[:, 0] - pairs[:, 1]
        error = differences.std(ddof=1) / len(differences) ** 0.5
        own, peer = pairs.mean(axis=0)
        print(f"| {name} | {own:.4f} | {peer:.4f} | {differences.mean():+.4f} ± {error:.4f} |", flush=True)


def read():
    """Processor seconds to read a large table: `lockstep import csv` without writing is not offered, so this trains no step."""
    path = directory / "large.csv"
    random = np.random.default_rng(0)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"x{index}" for index in range(50)), "label"])
        for _ in range(1000):
            block = random.normal(size=(1000, 50))
            writer.writerows([*(f"{value:.6g}" for value in row), int(row[0] > 0)] for row in block)
    start = time.perf_counter()
    pd.read_csv(path, engine="c")
    peer = time.perf_counter() - start
    start = time.perf_counter()
    lockstep("train", path, "--label", "label", "--max-steps", 0, "--run", directory / "large", "--quiet")
    print(f"1,000,000 × 50: pandas reads in {peer:.1f} s; lockstep reads, standardises and begins a run in "
          f"{time.perf_counter() - start:.1f} s")


if arguments.reading:
    read()
else:
    compare()
