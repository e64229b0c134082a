"""The reference network in JAX, on a CPU or a GPU; `--help` lists the options.

All steps of a run are one compiled program, a scan; the images are in the device's memory.
"""

import functools
import os

import peer

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax import lax, random
except ImportError:
    jax = None

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
CHANNELS = (1, 32, 64, 128)
KEPT = 1 - 0.25


def initial(key):
    """Trainable parameters, and the moving means and variances: two lists with an item a layer."""
    keys = random.split(key, 5)
    shapes = [(3, 3, before, after) for before, after in zip(CHANNELS, CHANNELS[1:])]
    shapes += [(2048, 128), (128, peer.CLASSES)]
    parameters = []
    moving = []
    for layer, (shape, layer_key) in enumerate(zip(shapes, keys)):
        # Glorot's uniform distribution.
        area = shape[0] * shape[1] if len(shape) == 4 else 1
        limit = (6 / (area * (shape[-2] + shape[-1]))) ** 0.5
        entry = {
            "kernel": random.uniform(layer_key, shape, minval=-limit, maxval=limit),
            "bias": jnp.zeros(shape[-1]),
        }
        if layer < 4:
            entry |= {"gamma": jnp.ones(shape[-1]), "beta": jnp.zeros(shape[-1])}
            moving.append({"mean": jnp.zeros(shape[-1]), "variance": jnp.ones(shape[-1])})
        parameters.append(entry)
    return parameters, moving


def tail(x, entry, moving, key):
    """Batch normalisation, leaky ReLU and dropout; for inference where `key` is None."""
    if key is None:
        mean, variance = moving["mean"], moving["variance"]
    else:
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        moving = {
            "mean": 0.99 * moving["mean"] + 0.01 * mean,
            "variance": 0.99 * moving["variance"] + 0.01 * variance,
        }
    x = (x - mean) * (lax.rsqrt(variance + 1e-3) * entry["gamma"]) + entry["beta"]
    x = jnp.where(x > 0, x, 0.1 * x)
    if key is not None:
        x = jnp.where(random.bernoulli(key, KEPT, x.shape), x / KEPT, 0.0)
    return x, moving


def forward(parameters, moving, x, key):
    """Logits [N, 10] of images [N, 28, 28, 1], and the moving statistics after them."""
    keys = [None] * 4 if key is None else list(random.split(key, 4))
    after = []
    for layer in range(4):
        entry = parameters[layer]
        if layer < 3:
            x = lax.conv_general_dilated(
                x, entry["kernel"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
        else:
            x = x.reshape(x.shape[0], -1) @ entry["kernel"]
        x, updated = tail(x + entry["bias"], entry, moving[layer], keys[layer])
        after.append(updated)
        if layer < 3:
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")
    return x @ parameters[4]["kernel"] + parameters[4]["bias"], after


def mean_loss(parameters, moving, images, labels, key):
    """Categorical cross-entropy, and the moving statistics."""
    logits, after = forward(parameters, moving, images, key)
    own = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
    return -own.mean(), after


def step(state, images, labels):
    """One step of Adam."""
    parameters, moving, first, second, count, key = state
    key, dropout = random.split(key)
    (loss, moving), gradients = jax.value_and_grad(mean_loss, has_aux=True)(
        parameters, moving, images, labels, dropout
    )
    count = count + 1
    first = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, second, gradients)
    rate = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), parameters, first, second
    )
    return (parameters, moving, first, second, count, key), loss


class JaxContender:
    """Trains with Adam over images in a random order, the same in every epoch."""

    def __init__(self, settings):
        if jax is None:
            raise peer.Unavailable('JAX is not installed for this Python ("pip install jax")')
        if settings.device == "cpu":
            limit_threads(settings.threads)
        # On GPUs that have it, JAX's default is TF32.
        highest = "highest" if settings.precision == "fp32" else "default"
        jax.config.update("jax_default_matmul_precision", highest)
        try:
            device = jax.devices(settings.device)[0]
        except RuntimeError as failure:
            raise peer.Unavailable(f"JAX {jax.__version__} finds no {settings.device}: {failure}")
        jax.config.update("jax_default_device", device)
        self.version = f"JAX {jax.__version__}, {device.device_kind}"
        self._settings = settings
        images, labels = load(settings, "train")
        self._data = (images, labels)
        self._test, _ = load(settings, "t10k")
        self._per_run = settings.batch * settings.steps
        peer.require_enough(len(images), self._per_run)
        self._order = random.permutation(random.key(2), len(images))
        self._at = 0
        parameters, moving = initial(random.key(1))
        peer.require_parameters(sum(x.size for x in jax.tree.leaves((parameters, moving))))
        self._state = (
            parameters,
            moving,
            jax.tree.map(jnp.zeros_like, parameters),
            jax.tree.map(jnp.zeros_like, parameters),
            jnp.zeros(()),
            random.key(3),
        )
        self._train = jax.jit(self._steps, donate_argnums=0)
        self._infer = jax.jit(functools.partial(predict, size=settings.inference_batch))

    def _steps(self, state, data, order, at):
        """The steps of one run, from image `at` of `order` on."""
        images, labels = data
        chosen = lax.dynamic_slice_in_dim(order, at, self._per_run)
        chosen = chosen.reshape(self._settings.steps, self._settings.batch)
        return lax.scan(lambda s, batch: step(s, images[batch], labels[batch]), state, chosen)

    def train(self):
        """The next steps. Reading the loss waits for the device, but maybe not for the update."""
        if self._at + self._per_run > len(self._order):
            self._at = 0
        self._state, losses = self._train(self._state, self._data, self._order, self._at)
        self._at += self._per_run
        jax.block_until_ready(self._state)
        peer.require_finite(float(losses[-1]))

    def infer(self):
        """The logits of all test images, in host memory."""
        parameters, moving = self._state[:2]
        return np.asarray(self._infer(parameters, moving, self._test))


def predict(parameters, moving, images, size):
    """Logits [N, 10], `size` images at a time, and at the end those that are left."""
    whole = len(images) // size
    parts = []
    if whole > 0:
        batches = images[: whole * size].reshape(whole, size, *images.shape[1:])
        logits = lax.map(lambda batch: forward(parameters, moving, batch, None)[0], batches)
        parts.append(logits.reshape(whole * size, -1))
    if whole * size < len(images):
        parts.append(forward(parameters, moving, images[whole * size :], None)[0])
    return jnp.concatenate(parts)


def load(settings, prefix):
    """Images [N, 28, 28, 1] in [0, 1] and labels [N] of a split, in the device's memory."""
    pixels, labels = peer.read_split(settings.data, prefix)
    images = np.frombuffer(pixels, np.uint8).reshape(-1, peer.SIDE, peer.SIDE, 1)
    scaled = images.astype(np.float32) / np.float32(255)
    return jnp.asarray(scaled), jnp.asarray(np.frombuffer(labels, np.uint8).astype(np.int32))


def limit_threads(count):
    """JAX has no option for it, but takes as many threads as the process may use processors."""
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[:count])


if __name__ == "__main__":
    peer.run("JAX", JaxContender)
