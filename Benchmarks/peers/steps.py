"""Samples per second of training steps in another framework, on the work that `lockstep bench` does.

python steps.py FRAMEWORK NETWORK BATCH SECONDS   FRAMEWORK: torch, torch-last, torch-compile, torch-packed, torch-bf16, torch-bf16-last,
                                                  jax, keras, sklearn; NETWORK: see networks.py, and widths alone for the last two

Prints one number. Hidden layers have relu, the output softmax and cross entropy; SGD with momentum 0.9 and weight decay 1e-4.
`last` is PyTorch with channels last, `packed` with packed sequences of lengths uniform in 1 to the steps of the network's input. Each step takes another minibatch that lies in memory as floats, in the framework's own form,
already: no framework is charged for loading, while Lockstep gathers its minibatches from bytes. Each uses all cores that it is given.
"""

import os
import sys
import time

framework, network_text, batch, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
threads = len(os.sched_getaffinity(0))
for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]:
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402  (after the number of threads is set)

import networks  # noqa: E402

shape, layers = networks.items(network_text)
widths = [shape[-1]] + [width for _, width, _, _ in layers]
random = np.random.default_rng(0)
# As many samples as `lockstep bench` has.
MINIBATCHES = max(2, 8192 // batch)
features = [random.random((batch, *shape), dtype=np.float32) for _ in range(MINIBATCHES)]
labels = [random.integers(0, widths[-1], batch) for _ in range(MINIBATCHES)]


def rate(step, wait=lambda: None):
    """Samples per second of `step(number)` after a second of warming up."""
    start = time.perf_counter()
    number = 0
    while time.perf_counter() - start < 1 or number < 3:
        step(number % MINIBATCHES)
        number += 1
    wait()
    steps = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or steps < 3:
        step(steps % MINIBATCHES)
        steps += 1
    wait()
    return steps * batch / (time.perf_counter() - start)


def torch_rate(compiled=False, autocast=False, channels_last=False, packed=False):
    import torch

    torch.set_num_threads(threads)
    network = networks.torch_network(network_text)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    loss = torch.nn.CrossEntropyLoss()
    x = [torch.from_numpy(f) for f in features]
    if len(shape) == 3:
        order = torch.channels_last if channels_last else torch.contiguous_format
        network = network.to(memory_format=order)
        x = [f.permute(0, 3, 1, 2).contiguous(memory_format=order) for f in x]
    y = [torch.from_numpy(t) for t in labels]
    lengths = [torch.from_numpy(random.integers(1, shape[0] + 1, batch)) for _ in x] if packed else None
    pack = torch.nn.utils.rnn.pack_padded_sequence
    forward = torch.compile(lambda a, b: loss(network(a), b)) if compiled else lambda a, b: loss(network(a), b)

    def step(number):
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            given = pack(x[number], lengths[number], batch_first=True, enforce_sorted=False) if packed else x[number]
            value = forward(given, y[number])
        value.backward()
        optimizer.step()

    return rate(step)


def jax_rate():
    import jax
    import jax.numpy as jnp

    parameters, logits = networks.jax_network(network_text, random)

    def loss(parameters, x, y):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits(parameters, x)), y[:, None], axis=1))

    def update(parameters, velocities, x, y):
        gradients = jax.grad(loss)(parameters, x, y)
        velocities = jax.tree.map(lambda v, g, w: 0.9 * v + g + 1e-4 * w, velocities, gradients, parameters)
        return jax.tree.map(lambda w, v: w - 0.01 * v, parameters, velocities), velocities

    update = jax.jit(update, donate_argnums=(0, 1))
    state = [parameters, jax.tree.map(jnp.zeros_like, parameters)]
    x = [jnp.array(f) for f in features]
    y = [jnp.array(t) for t in labels]

    def step(number):
        state[:] = update(*state, x[number], y[number])

    return rate(step, lambda: jax.block_until_ready(state))


def sklearn_rate():
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        tuple(widths[1:-1]), solver="sgd", alpha=1e-4, batch_size=batch, learning_rate_init=0.01, momentum=0.9,
        nesterovs_momentum=False)
    classes = np.arange(widths[-1])
    return rate(lambda number: network.partial_fit(features[number], labels[number], classes=classes))


def keras_rate():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    layers = [keras.Input((widths[0],))]
    layers += [keras.layers.Dense(w, "relu", kernel_regularizer=keras.regularizers.L2(5e-5)) for w in widths[1:-1]]
    layers += [keras.layers.Dense(widths[-1], kernel_regularizer=keras.regularizers.L2(5e-5))]
    network = keras.Sequential(layers)
    network.compile(
        keras.optimizers.SGD(0.01, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = [tf.constant(f) for f in features], [tf.constant(t) for t in labels]
    return rate(lambda number: network.train_on_batch(x[number], y[number]))


rates = {
    "torch": torch_rate, "torch-last": lambda: torch_rate(channels_last=True), "torch-compile": lambda: torch_rate(compiled=True),
    "torch-packed": lambda: torch_rate(packed=True),
    "torch-bf16": lambda: torch_rate(autocast=True), "torch-bf16-last": lambda: torch_rate(autocast=True, channels_last=True),
    "jax": jax_rate, "sklearn": sklearn_rate, "keras": keras_rate,
}
print(f"{rates[framework]():.0f}")
