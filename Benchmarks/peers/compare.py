"""Lockstep and its peers on the same work, in turn, several rounds: prints medians, ratios and spreads as Markdown.

python compare.py FASHION.h5 [--rounds 3] [--seconds 1.5] [--only steps,images,sequences,lengths,memory,others,fashion,…]

It runs the lockstep in the PATH, and its peers with the Python that runs this. Fashion-MNIST is the file that
`lockstep import idx` makes. A ratio is the median over the rounds of that round's two figures; ± is half of what lies
between the extremes, as a share of the median.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import pty
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = ["784,512,256,10", "784,2048,2048,10", "784,128,10"]
BATCHES = [256, 1024, 4096]
SMALL = "28x28x1, conv 32 3x3, max-pool 2, conv 64 3x3, max-pool 2, 128, 10"
LARGE = "32x32x3, conv 64 3x3, conv 64 3x3, max-pool 2, conv 128 3x3, conv 128 3x3, max-pool 2, 256, 10"
NORMALIZED = ("32x32x3, conv 64 3x3 norm=batch, conv 64 3x3 norm=batch, max-pool 2, conv 128 3x3 norm=batch, "
              "conv 128 3x3 norm=batch, max-pool 2, 256 norm=batch, 10")
SEQUENCES = ["28x28, lstm 128, 10", "28x28, gru 128, 10", "28x28, rnn 128, 10", "100x64, lstm 256, 10"]
FASHION = ["--layers", "512,256", "--epochs", "10", "--momentum", "0.9", "--weight-decay", "1e-4"]

arguments = argparse.ArgumentParser()
arguments.add_argument("fashion", help="Fashion-MNIST as a dataset file")
arguments.add_argument("--rounds", type=int, default=3, help="measurements of each case (3)")
arguments.add_argument("--seconds", type=float, default=1.5, help="length of a measurement of steps (1.5)")
arguments.add_argument("--only", help="parts to measure, with commas between them (all)")
arguments = arguments.parse_args()
run_directory = pathlib.Path(tempfile.mkdtemp())


# Measuring


def bench(network, batch, precision):
    """lockstep's samples per second with all workers and with one, and its share of the peak."""
    command = ["lockstep", "bench", "--network", network, "--batch-size", str(batch), "--precision", precision]
    command += ["--rounds", "1", "--seconds", str(arguments.seconds), "--json"]
    cases = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["cases"]
    same = [case for case in cases if case["batchSize"] == batch]
    most, one = max(same, key=lambda case: case["workers"]), min(same, key=lambda case: case["workers"])
    peak = most["peakOperationsPerSecond"]
    share = most["operationsPerSecond"][0] / peak[0] if peak else float("nan")
    return most["samplesPerSecond"][0], one["samplesPerSecond"][0], share


def peer(framework, network, batch):
    """A peer's samples per second."""
    command = [sys.executable, HERE / "steps.py", framework, network, str(batch), str(arguments.seconds)]
    process = subprocess.run(command, capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"{framework} failed: {process.stderr.strip().splitlines()[-1]}")
    return float(process.stdout.split()[-1])


def resources(command):
    """Wall seconds, and MiB in memory at the most, of a whole process; and what it printed."""
    # Through a small shell: what a process was before it became the command counts as its memory, too.
    command = ["sh", "-c", 'exec "$@"', "sh", *command]
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed, run it by hand: {' '.join(str(word) for word in command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output


def train(data, *options):
    command = ["lockstep", "train", data, "--run", run_directory / "run", "--force", "--quiet", "--json", *options]
    seconds, memory, output = resources(command)
    return seconds, memory, json.loads(output)


def first_step():
    """Seconds from the command to the first step's end, which the progress bar shows."""
    command = ["lockstep", "train", arguments.fashion, "--run", str(run_directory / "run"), "--force"]
    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(command[0], command)
    shown = b""
    while b"  loss " not in shown:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            sys.exit(f"failed: {shown.decode()}")
    seconds = time.perf_counter() - start
    os.kill(process, 9)
    os.waitpid(process, 0)
    os.close(terminal)
    return seconds


# Showing


def median(values):
    return statistics.median(values)


def spread(values):
    return f"±{100 * (max(values) - min(values)) / 2 / median(values):.0f}%"


def percent(shares):
    return "–" if any(share != share for share in shares) else f"{100 * median(shares):.0f}%"


def ratio(ours, theirs):
    return median([a / b for a, b in zip(ours, theirs)])


def table(title, header, rows):
    print(f"\n{title}\n\n| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def rounds(measurements):
    """Each measurement once a round, in turn; the values of each."""
    values = {name: [] for name in measurements}
    for number in range(arguments.rounds):
        for name, measure in measurements.items():
            print(f"round {number + 1}: {name}", file=sys.stderr, flush=True)
            values[name].append(measure())
    return values


def thousands(values):
    return f"{median(values):,.0f} {spread(values)}"


# The work


def compare(title, cases, frameworks, half_frameworks):
    """Training steps of each (network, batch): fp32 against the fastest of the frameworks, bf16 against that of the others."""
    rows, pairs = [], []
    for network, batch in cases:
        values = rounds({
            "fp32": lambda: bench(network, batch, "fp32"),
            "bf16": lambda: bench(network, batch, "bf16"),
        } | {name: lambda name=name: peer(name, network, batch) for name in frameworks + half_frameworks})
        ours, half = [v[0] for v in values["fp32"]], [v[0] for v in values["bf16"]]

        def best(names):
            return [max(rates) for rates in zip(*[values[name] for name in names])]

        pytorch = best([name for name in frameworks if name != "jax"])
        name = network if " " in network else network.replace(",", "-")
        rows.append([
            name, f"{batch:,}", thousands(ours), percent([v[2] for v in values["fp32"]]), thousands(pytorch),
            thousands(values["jax"]), f"**{ratio(ours, best(frameworks)):.2f}×**", thousands(half),
            percent([v[2] for v in values["bf16"]]), thousands(best(half_frameworks)),
            f"**{ratio(half, best(half_frameworks)):.2f}×**",
        ])
        pairs.append([
            name, f"{batch:,}", f"{ratio(ours, [v[1] for v in values['fp32']]):.2f}×",
            f"{ratio(half, [v[1] for v in values['bf16']]):.2f}×", f"{ratio(half, ours):.2f}×",
        ])
    table(f"{title}, samples/s", [
        "network", "batch", "Lockstep", "of peak", "PyTorch", "JAX", "against the best", "Lockstep bf16", "of peak",
        "PyTorch bf16", "against it"], rows)
    table("Lockstep against itself", ["network", "batch", "all workers : 1, fp32", "the same, bf16", "bf16 : fp32"], pairs)


def steps():
    cases = [(network, batch) for network in NETWORKS for batch in BATCHES]
    compare("Training steps", cases, ["torch", "jax"], ["torch-bf16"])


def images():
    cases = [(SMALL, 64), (SMALL, 256), (SMALL, 1024), (LARGE, 64), (LARGE, 256), (NORMALIZED, 64), (NORMALIZED, 256)]
    compare("Training steps on images", cases, ["torch", "torch-last", "jax"], ["torch-bf16", "torch-bf16-last"])


def sequences():
    cases = [(network, batch) for network in SEQUENCES for batch in [64, 256, 1024]]
    compare("Training steps on sequences", cases, ["torch", "jax"], ["torch-bf16"])


def lengths():
    """Whole trainings on sequences of lengths uniform in 1 to the network's steps, and on the same with all steps."""
    rows = []
    for network, batch in [(network, batch) for network in SEQUENCES for batch in [64, 256]]:
        shape, layers = network.split(", ", 1)
        steps, channels = map(int, shape.split("x"))
        random, count = numpy.random.default_rng(0), 8192 * 28 // steps
        files = {"lengths": run_directory / "lengths.h5", "whole": run_directory / "whole.h5"}
        for name, path in files.items():
            with h5py.File(path, "w") as file:
                file["train/features"] = random.random((count, steps, channels), dtype=numpy.float32)
                file["train/features"].attrs["axes"] = "TC"
                file["train/labels"] = random.integers(0, 10, count)
                if name == "lengths":
                    file["train/lengths"] = random.integers(1, steps + 1, count)

        def rate(path):
            train(path, "--layers", layers.rsplit(", ", 1)[0], "--batch-size", str(batch), "--epochs", "4", "--learning-rate", "0.01")
            lines = [json.loads(line) for line in open(run_directory / "run" / "metrics.jsonl")]
            # The first epoch compiles.
            return median([line["samplesPerSecond"] for line in lines if line["event"] == "epoch"][1:])

        values = rounds({name: lambda path=path: rate(path) for name, path in files.items()} | {
            "torch-packed": lambda: peer("torch-packed", network, batch)})
        rows.append([
            network, f"{batch:,}", *[thousands(rates) for rates in values.values()],
            f"**{ratio(values['lengths'], values['torch-packed']):.2f}×**", f"{ratio(values['lengths'], values['whole']):.2f}×"])
    table("Trainings on sequences of lengths uniform in 1 to T, samples/s", [
        "network", "batch", "Lockstep", "all T steps", "PyTorch, packed", "against it", "lengths : all steps"], rows)


def memory():
    """Peak memory of whole processes that train on 2,048 images; the file is small beside the activations."""
    rows = []
    for network, batch in [(SMALL, 1024), (LARGE, 256), (NORMALIZED, 256)]:
        shape, layers = network.split(", ", 1)
        data = run_directory / f"{shape}.h5"
        with h5py.File(data, "w") as file:
            random = numpy.random.default_rng(0)
            for split, count in [("train", 2048), ("test", 256)]:
                size = (count, *map(int, shape.split("x")))
                file[f"{split}/features"] = random.integers(0, 256, size, dtype=numpy.uint8)
                file[f"{split}/features"].attrs["scale"] = 1 / 255
                file[f"{split}/labels"] = random.integers(0, 10, count)
                file[f"{split}/labels"].attrs["classes"] = [str(digit) for digit in range(10)]
        settings = ["--layers", layers.rsplit(", ", 1)[0], "--batch-size", str(batch), "--epochs", "2"]
        settings += ["--learning-rate", "0.01", "--momentum", "0.9", "--weight-decay", "1e-4"]
        peer_command = [sys.executable, HERE / "train.py", data, network, str(batch), "2", "0.01"]
        values = rounds({
            "Lockstep": lambda: train(data, *settings)[1],
            "PyTorch": lambda: min(resources(peer_command)[1], resources([*peer_command, "last"])[1]),
        })
        ours, theirs = values["Lockstep"], values["PyTorch"]
        rows.append([network, f"{batch:,}", f"{median(ours):.0f} MiB {spread(ours)}", f"{median(theirs):.0f} MiB {spread(theirs)}",
                     f"**{ratio(ours, theirs):.2f}×**"])
    table("Peak memory of a training", ["network", "batch", "Lockstep", "PyTorch", "Lockstep : it"], rows)


def others():
    network, batch = NETWORKS[0], 4096
    frameworks = {"PyTorch, compiled": "torch-compile", "Keras on TensorFlow": "keras", "scikit-learn": "sklearn"}
    values = rounds({"Lockstep": lambda: bench(network, batch, "fp32")[0]} | {
        name: lambda framework=framework: peer(framework, network, batch) for name, framework in frameworks.items()})
    table(f"Others, {network.replace(',', '-')}, batch {batch:,}, samples/s", ["framework", "samples/s", "Lockstep against it"], [
        [name, thousands(rates), f"{ratio(values['Lockstep'], rates):.2f}×"] for name, rates in values.items()])


def whole(title, measurements):
    """Whole processes: wall and memory, against the first."""
    values = rounds(measurements)
    first = next(iter(values.values()))
    rows = []
    for name, runs in values.items():
        wall, memory = [run[0] for run in runs], [run[1] for run in runs]
        rows.append([
            name, f"{median(wall):.2f} s {spread(wall)}", f"{ratio([run[0] for run in first], wall):.2f}×",
            f"{median(memory):.0f} MiB", f"{ratio([run[1] for run in first], memory):.2f}×"])
    table(title, ["", "wall", "Lockstep : it", "peak memory", "Lockstep : it"], rows)


def fashion():
    settings = [*FASHION, "--batch-size", "1024", "--learning-rate", "0.1"]
    whole("Fashion-MNIST from the file, 784-512-256-10, 10 epochs, batch 1024, evaluated after each", {
        "Lockstep": lambda: train(arguments.fashion, *settings),
        "PyTorch": lambda: resources([sys.executable, HERE / "train.py", arguments.fashion, NETWORKS[0], "1024", "10", "0.1"]),
        "Lockstep, bf16": lambda: train(arguments.fashion, "--precision", "bf16", *settings),
    })


def xor():
    data = HERE.parent.parent / "data" / "xor.h5"
    settings = ["--layers", "2", "--activation", "tanh", "--loss", "mse", "--batch-size", "1", "--epochs", "2500"]
    settings += ["--momentum", "0", "--weight-decay", "0", "--learning-rate", "0.1"]
    whole("XOR, 2-2-1, 10,000 steps of one sample, the whole process", {
        "Lockstep": lambda: train(data, *settings),
        "NumPy": lambda: resources([sys.executable, HERE / "xor.py", "numpy"]),
        "PyTorch": lambda: resources([sys.executable, HERE / "xor.py", "torch"]),
    })


def start():
    first_step()
    values = [first_step() for _ in range(5 * arguments.rounds)]
    print(f"\nFrom the command to the end of the first step, Fashion-MNIST: {1000 * median(values):.0f} ms {spread(values)}")


def checkpoints():
    rows = []
    for batch in ["256", "1024"]:
        settings = [*FASHION, "--batch-size", batch, "--learning-rate", "0.05"]
        values = rounds({
            "often": lambda: train(arguments.fashion, "--checkpoint-every", "100", *settings)[0],
            "once": lambda: train(arguments.fashion, "--checkpoint-every", "1000000", *settings)[0],
        })
        cost = ratio(values["often"], values["once"]) - 1
        rows.append([batch] + [f"{median(wall):.2f} s {spread(wall)}" for wall in values.values()] + [f"{100 * cost:.1f}%"])
    table("Checkpoints, Fashion-MNIST, 10 epochs", ["batch", "saved every 100 steps", "at the end", "cost"], rows)


def accuracy():
    found = {}
    for precision in ["fp32", "bf16"]:
        settings = [*FASHION, "--batch-size", "256", "--learning-rate", "0.05", "--precision", precision]
        found[precision] = [100 * train(arguments.fashion, *settings, "--seed", str(seed))[2]["testAccuracy"] for seed in range(3)]
    table("Accuracy on Fashion-MNIST's test split, seeds 0, 1, 2", ["precision", "accuracy", "mean"], [
        [precision, ", ".join(f"{a:.2f}%" for a in values), f"{statistics.mean(values):.2f}%"] for precision, values in found.items()])


def version(requirement):
    name = requirement.split("==")[0]
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"no {name}"


def versions():
    names = [version(requirement) for requirement in (HERE / "requirements.txt").read_text().split()]
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")][0]
    print(f"{model}, {len(os.sched_getaffinity(0))} cores; {', '.join(names)}; {arguments.rounds} rounds")


PARTS = {part.__name__: part for part in [steps, images, sequences, lengths, memory, others, fashion, xor, start, checkpoints, accuracy]}
parts = arguments.only.split(",") if arguments.only else list(PARTS)
for part in parts:
    if part not in PARTS:
        sys.exit(f"--only takes {', '.join(PARTS)} (got {part})")
try:
    versions()
    for part in parts:
        PARTS[part]()
finally:
    shutil.rmtree(run_directory, ignore_errors=True)
