"""Networks and their results by NumPy and scikit-learn, for record_schema_pairs.py."""

from dataclasses import dataclass, field

import numpy as np
from sklearn import metrics
from sklearn.preprocessing import StandardScaler

HIDDEN = 5


def stored(value):
    """Texts of a fixed length, which take less space."""
    value = np.asarray(value)
    return value.astype("S") if value.dtype.kind == "U" else value


@dataclass(frozen=True)
class Written:
    """Samples as a file has them: y is ids of `classes`, texts, or measurements. `said` are attributes of X."""

    X: np.ndarray
    y: np.ndarray
    names: list | None = None
    classes: list | None = None
    said: dict = field(default_factory=dict)

    @property
    def class_names(self):
        """The classes in the order in which a training on the file would take them."""
        measured = self.y.dtype.kind == "f"
        return [] if measured else self.classes or [str(label) for label in sorted(set(self.y.tolist()))]

    @property
    def column_names(self):
        return self.names if self.X.shape[1:] == (len(self.names or []),) else None

    def put(self, group):
        features, labels = group.create_dataset("X", data=self.X), group.create_dataset("y", data=stored(self.y))
        for name, value in self.said.items():
            features.attrs[name] = stored(value)
        if self.classes:
            labels.attrs["classes"] = stored(self.classes)


class Network:
    """A network that has learned from `written`, which means `values` [N, features] and `labels`.

    period: after how many features a mean and a deviation come again; 0: features are not standardised.
    """

    def __init__(self, random, written, values, labels, held, period=0, standardize="none"):
        self.written, self.meanings = written, {"trained": (values, labels), "held": held}
        self.classes, self.period, self.standardize = written.class_names, period, standardize
        self.scaler = StandardScaler().fit(values.reshape(-1, period)) if period else None
        self.targets = None if self.classes else StandardScaler().fit(labels)
        sizes = [values.shape[1], HIDDEN, len(self.classes) or labels.shape[1]]
        self.parameters = {}
        for layer, inputs, outputs in zip(("dense1", "output"), sizes, sizes[1:]):
            weight, bias = random.normal(0, 1, (outputs, inputs)) / np.sqrt(inputs), random.normal(0, 1, outputs)
            self.parameters[f"{layer}/weight"] = weight.astype(np.float32)
            self.parameters[f"{layer}/bias"] = bias.astype(np.float32)

    def inputs(self, values):
        return self.scaler.transform(values.reshape(-1, self.period)).reshape(values.shape) if self.period else values

    def layers(self, inputs, of=lambda x: x):
        """The values of the last layer. With of=abs it sums magnitudes, by which rounding errors are bounded."""
        weight1, bias1, weight2, bias2 = (of(tensor.astype(np.float64)) for tensor in self.parameters.values())
        return np.maximum(of(inputs) @ weight1.T + bias1, 0) @ weight2.T + bias2

    def results(self, values, labels):
        """What evaluate and predict must find."""
        inputs = self.inputs(values)
        # Values that are the sum of others and an offset are rounded as both.
        largest = np.abs(inputs) + abs(self.written.said.get("offset", 0))
        found = {"inputs": inputs, "magnitudes": [largest.max(), self.layers(largest, np.abs).max()]}
        last = self.layers(inputs)
        if self.targets:
            outputs, each = self.targets.inverse_transform(last), {"multioutput": "raw_values"}
            return found | {
                "outputs": outputs,
                "deviations": self.targets.scale_,
                "mse": metrics.mean_squared_error(labels, outputs, **each),
                "mae": metrics.mean_absolute_error(labels, outputs, **each),
                "r2": metrics.r2_score(labels, outputs, **each),
            }
        outputs = np.exp(last) / np.exp(last).sum(axis=1, keepdims=True)
        ranked = np.sort(outputs, axis=1)
        assert (ranked[:, -1] - ranked[:, -2]).min() > 1e-3, "rounding could decide between classes"
        predictions = np.array(self.classes)[outputs.argmax(axis=1)]
        # scikit-learn takes the columns in the order of the sorted labels.
        order = np.argsort(self.classes)
        return found | {
            "outputs": outputs,
            "predictions": predictions,
            "loss": metrics.log_loss(labels, outputs[:, order], labels=np.array(self.classes)[order]),
            "accuracy": metrics.accuracy_score(labels, predictions),
        }
