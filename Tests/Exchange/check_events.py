"""Reads a run's event files as TensorBoard does, and compares their scalars with the run's log.

    python check_events.py DIRECTORY metrics.jsonl
"""

import json
import sys

from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

multiplexer = EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()
runs = list(multiplexer.Runs())
assert runs, "TensorBoard finds no run"
with open(sys.argv[2]) as file:
    epochs = [event for event in map(json.loads, file) if event.get("event") == "epoch"]
scalars = {
    tag: multiplexer.Scalars(run, tag) for run in runs for tag in multiplexer.Runs()[run]["scalars"]
}
losses = next(events for tag, events in scalars.items() if "loss" in tag.lower() and "train" in tag.lower())
assert len(losses) == len(epochs), (len(losses), len(epochs))
for event, epoch in zip(losses, epochs):
    assert abs(event.value - epoch["trainLoss"]) <= 1e-6 * max(1, abs(epoch["trainLoss"])), (event, epoch)
print(f"TensorBoard reads {len(scalars)} curves of {len(epochs)} epochs")
