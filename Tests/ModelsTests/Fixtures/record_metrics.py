"""Records in metrics.h5 what scikit-learn makes of outputs and targets, for MetricsTests.swift.

    pip install scikit-learn==1.9.1 h5py==3.14.0 numpy==2.4.6
    python3 record_metrics.py

Outputs are multiples of a quarter, so that many are equal. What scikit-learn cannot divide is not a number here.
"""

import warnings
from pathlib import Path

import h5py
import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")
random = np.random.default_rng(3)


def quarters(*shape):
    return (np.round(random.normal(0, 1, shape) * 4) / 4).astype(np.float32)


def precision_recall_f1(truth, predictions, **options):
    return np.array(metrics.precision_recall_fscore_support(truth, predictions, **options)[:3])


def classes():
    """Of 7 classes, 4 is never predicted, 5 is no sample's and is never predicted, 6 is only predicted."""
    outputs, labels = quarters(200, 7), random.integers(0, 5, 200)
    outputs[np.arange(200), labels] += 1
    outputs[:, 4] -= 9
    outputs[:, 5] -= 9
    predictions, every = outputs.argmax(axis=1), np.arange(7)
    # Of equal outputs scikit-learn takes the last first: from right to left, that is the first.
    top = [metrics.top_k_accuracy_score(6 - labels, outputs[:, ::-1], k=k, labels=every) for k in every + 1]
    return {
        "outputs": outputs,
        "labels": labels,
        "confusion": metrics.confusion_matrix(labels, predictions, labels=every),
        "each": precision_recall_f1(labels, predictions, labels=every, zero_division=np.nan),
        "macro": precision_recall_f1(labels, predictions, average="macro", zero_division=0),
        "top": top,
    }


def several_labels():
    """Of 4 outputs, the targets of 2 and 3 are never yes, and 3 never says so. Half is a yes."""
    outputs, targets = quarters(50, 4), random.integers(0, 2, (50, 4))
    targets[:, 2:] = 0
    outputs[:, 3] = 0
    predictions = (outputs >= 0.5).astype(int)
    return {
        "outputs": outputs,
        "targets": targets,
        "each": precision_recall_f1(targets, predictions, zero_division=np.nan),
        "macro": precision_recall_f1(targets, predictions, average="macro", zero_division=0),
    }


def numbers(width, constant=None):
    targets = quarters(40, width) * 3 + 5
    outputs = targets + random.normal(0, 1, targets.shape).astype(np.float32)
    if constant is not None:
        targets[:, constant] = 2.5
    # Else scikit-learn computes in fp32.
    pair, each = (targets.astype(np.float64), outputs.astype(np.float64)), {"multioutput": "raw_values"}
    return {
        "outputs": outputs,
        "targets": targets,
        "mae": metrics.mean_absolute_error(*pair),
        "r2": metrics.r2_score(*pair, force_finite=False),
        "mae-each": metrics.mean_absolute_error(*pair, **each),
        "r2-each": metrics.r2_score(*pair, force_finite=False, **each),
    }


CASES = {
    "classes": classes(),
    "several-labels": several_labels(),
    "numbers": numbers(1),
    "several-numbers": numbers(3),
    "constant": numbers(1, constant=0),
    "one-constant": numbers(2, constant=1),
}

with h5py.File(Path(__file__).resolve().parent / "metrics.h5", "w", libver="earliest") as file:
    for name, values in CASES.items():
        for key, value in values.items():
            file.create_dataset(f"{name}/{key}", data=value, track_times=False)
