"""What the Python peers share: arguments, images, the stopwatch and the lines they print.

Needs only Python's own library, so that a machine without the engine can say so. How it measures is
the same as benchmarks/src/main/java/dev/jacquard/benchmarks/measure, which measures the others.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import statistics
import sys
import time
from dataclasses import dataclass

SIDE = 28
CLASSES = 10
PARAMETERS = 357_642
"""Of the reference network, its moving means and variances included."""

_TOLERANCE = 0.05
_BLOCKS = 3
_BLOCK_SECONDS = 0.5
_WARM_UP_FACTOR = 6
_MIN_RUNS = 3


class Unavailable(Exception):
    """The engine cannot be measured on this machine; the message says why, in one line."""


@dataclass(frozen=True)
class Settings:
    """What to measure; `steps` training steps are timed as one, after which the loss is read."""

    name: str
    device: str
    precision: str
    batch: int
    inference_batch: int
    threads: int
    steps: int
    seconds: float
    data: pathlib.Path
    json: pathlib.Path | None


def parse(engine, arguments=None):
    """Reads the command line of the engine called `engine`; ends the process if it is wrong."""
    parser = argparse.ArgumentParser(
        description=f"Trains and runs Jacquard's reference network in {engine}, and prints how long"
        " a training step and inference of all test images take.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--name", default=engine.lower(), type=_word, help="for the report")
    parser.add_argument("--device", default="cpu", choices=["cpu", "gpu"])
    parser.add_argument("--precision", default="fp32", choices=["fp32", "tf32"])
    parser.add_argument("--batch", default=64, type=_count, metavar="N", help="of training")
    parser.add_argument("--inference-batch", default=64, type=_count, metavar="N")
    parser.add_argument("--threads", default=2, type=_count, metavar="N", help="on a CPU")
    parser.add_argument(
        "--steps", default=1, type=_count, metavar="N", help="training steps timed as one"
    )
    parser.add_argument("--seconds", default=5.0, type=_positive, metavar="N", help="a task")
    parser.add_argument(
        "--data",
        default=os.environ.get("FASHION_MNIST_DIR"),
        type=pathlib.Path,
        metavar="DIR",
        help="folder with the four files of Fashion-MNIST",
    )
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write it there")
    settings = parser.parse_args(arguments)
    if settings.data is None:
        parser.error("--data: expected the folder of Fashion-MNIST, or FASHION_MNIST_DIR set")
    if settings.precision == "tf32" and settings.device == "cpu":
        parser.error("--precision tf32 is of GPUs: give --device gpu too")
    return Settings(**vars(settings))


def _word(text):
    if not text or len(text.split()) != 1 or text.split()[0] != text:
        raise argparse.ArgumentTypeError(f"expected a word, received {text!r}")
    return text


def _count(text):
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, received {text!r}")
    return int(text)


def _positive(text):
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number greater than 0, received {text!r}")
    return value


def read_split(folder, prefix):
    """The pixels [N, 28, 28] and the labels [N] of `train` or `t10k`, as bytes."""
    pixels = _read_idx(folder, f"{prefix}-images-idx3-ubyte", [SIDE, SIDE])
    labels = _read_idx(folder, f"{prefix}-labels-idx1-ubyte", [])
    if len(pixels) != len(labels) * SIDE * SIDE:
        raise SystemExit(
            f"{folder}: expected as many labels as images of {prefix}, received {len(labels)} and"
            f" {len(pixels) // (SIDE * SIDE)}"
        )
    return pixels, labels


def _read_idx(folder, name, extents):
    """The bytes behind the header of an IDX file, plain or gzipped; items of `extents`."""
    plain = folder / name
    packed = folder / (name + ".gz")
    if plain.exists():
        content = plain.read_bytes()
    elif packed.exists():
        content = gzip.decompress(packed.read_bytes())
    else:
        raise SystemExit(f"{folder}: expected {name} or {name}.gz, found neither")
    header = 4 * (2 + len(extents))
    numbers = [int.from_bytes(content[at : at + 4], "big") for at in range(0, header, 4)]
    expected = 0x800 + 1 + len(extents)
    items = content[header:]
    if numbers[0] != expected or numbers[2:] != extents:
        raise SystemExit(f"{folder}: {name} is not an IDX file of bytes with items of {extents}")
    if len(items) != numbers[1] * math.prod(extents):
        raise SystemExit(f"{folder}: {name} is shorter or longer than its header says")
    # A copy that can be written: engines warn of memory that cannot.
    return bytearray(items)


def require_parameters(count):
    """Ends the process if the engine has built another network."""
    if count != PARAMETERS:
        raise SystemExit(f"expected a network of {PARAMETERS} parameters, received {count}")


def require_finite(loss):
    """Ends the process if training has gone astray."""
    if not math.isfinite(loss):
        raise SystemExit(f"the loss is {loss}")


def require_enough(images, needed):
    """Ends the process if a run of training steps takes more images than there are."""
    if needed > images:
        raise SystemExit(
            f"--batch times --steps: expected at most the {images} images, received {needed}"
        )


class Stopwatch:
    """Warms a task up until its time is steady, then measures run by run.

    Warm-up goes in blocks of half a second, but at least one run. It lasts at least as long as the
    measurement, and until the medians of the last three blocks lie within 5 % of the smallest. If
    that does not happen within six times the measurement, it is measured all the same, and the
    result says that it was not steady.
    """

    def __init__(self, seconds, clock=time.perf_counter):
        self._seconds = seconds
        self._clock = clock

    def measure(self, name, task, run, parts=1):
        """Measures `run`, which does `parts` alike and returns when their results are there."""
        steady = self._warm_up(run)
        times = self._times(run, self._seconds, _MIN_RUNS)
        return {
            "engine": name,
            "task": task,
            "milliseconds": {
                "median": 1e3 * statistics.median(times) / parts,
                "min": 1e3 * min(times) / parts,
                "max": 1e3 * max(times) / parts,
            },
            "runs": len(times),
            "steady": steady,
        }

    def _warm_up(self, run):
        start = self._clock()
        passed = 0.0
        medians = []
        while len(medians) < _BLOCKS or passed < _WARM_UP_FACTOR * self._seconds:
            medians.append(statistics.median(self._times(run, _BLOCK_SECONDS, 1)))
            passed = self._clock() - start
            last = medians[-_BLOCKS:]
            settled = len(last) == _BLOCKS and max(last) <= min(last) * (1 + _TOLERANCE)
            if settled and passed >= self._seconds:
                return True
        return False

    def _times(self, run, seconds, least):
        times = []
        start = before = self._clock()
        while len(times) < least or before - start < seconds:
            run()
            now = self._clock()
            times.append(now - before)
            before = now
        return times


def to_line(measurement):
    """A measurement as the line that the comparison reads."""
    milliseconds = measurement["milliseconds"]
    fields = [
        "measured",
        measurement["engine"],
        measurement["task"].lower(),
        *(repr(float(milliseconds[key])) for key in ("median", "min", "max")),
        str(measurement["runs"]),
        str(measurement["steady"]).lower(),
    ]
    return " ".join(fields)


def run(engine, open_contender, arguments=None):
    """A peer's main program.

    `open_contender` takes the settings and returns an object with `version`, `train()`, which
    trains `steps` steps and reads the last loss, and `infer()`, which reads the outputs of all test
    images. It raises Unavailable where the engine or the device is missing.
    """
    settings = parse(engine, arguments)
    try:
        contender = open_contender(settings)
    except Unavailable as reason:
        print("unavailable", " ".join(str(reason).split()))
        return
    print(contender.version, file=sys.stderr)
    stopwatch = Stopwatch(settings.seconds)
    measurements = [
        stopwatch.measure(settings.name, "TRAIN", contender.train, settings.steps),
        stopwatch.measure(settings.name, "INFER", contender.infer),
    ]
    for measurement in measurements:
        print(to_line(measurement), flush=True)
    if settings.json:
        report = {
            "version": contender.version,
            "settings": {key: _plain(value) for key, value in vars(settings).items()},
            "measurements": measurements,
        }
        settings.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _plain(value):
    return str(value) if isinstance(value, pathlib.Path) else value
