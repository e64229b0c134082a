"""Tests of what needs neither PyTorch nor JAX: python3 -m unittest, in this folder."""

import contextlib
import gzip
import io
import json
import pathlib
import tempfile
import unittest

import peer


def write_split(folder, prefix, count, pack):
    """Images and labels of `count` items whose pixels are the item's number."""
    pixels = bytes(number for number in range(count) for _ in range(28 * 28))
    write(folder, f"{prefix}-images-idx3-ubyte", [0x803, count, 28, 28], pixels, pack)
    write(folder, f"{prefix}-labels-idx1-ubyte", [0x801, count], bytes(range(count)), pack)


def write(folder, name, header, items, pack):
    """An IDX file."""
    content = b"".join(number.to_bytes(4, "big") for number in header) + items
    if pack:
        (folder / (name + ".gz")).write_bytes(gzip.compress(content))
    else:
        (folder / name).write_bytes(content)


class ArgumentsTest(unittest.TestCase):
    def refused(self, *arguments):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as end:
            peer.parse("JAX", ["--data", "x", *arguments])
        self.assertEqual(2, end.exception.code)
        return said.getvalue()

    def test_defaults(self):
        settings = peer.parse("JAX", ["--data", "x"])
        self.assertEqual("jax", settings.name)
        self.assertEqual(("cpu", "fp32", 64, 64, 2, 1, 5.0), tuple(vars(settings).values())[1:8])
        self.assertEqual(pathlib.Path("x"), settings.data)

    def test_wrong_values_are_refused_with_what_was_received(self):
        self.assertIn("received '0'", self.refused("--batch", "0"))
        self.assertIn("received '-1'", self.refused("--steps=-1"))
        self.assertIn("received '1.5'", self.refused("--threads", "1.5"))
        self.assertIn("received 'nan'", self.refused("--seconds", "nan"))
        self.assertIn("received 'two words'", self.refused("--name", "two words"))
        self.assertIn("--precision tf32", self.refused("--precision", "tf32"))
        self.assertIn("invalid choice", self.refused("--device", "tpu"))

    def test_tf32_is_taken_on_a_gpu(self):
        settings = peer.parse("JAX", ["--data", "x", "--device", "gpu", "--precision", "tf32"])
        self.assertEqual("tf32", settings.precision)


class ImagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_plain_and_packed_files_are_read_alike(self):
        write_split(self.folder, "train", 3, pack=True)
        write_split(self.folder, "t10k", 3, pack=False)
        pixels, labels = peer.read_split(self.folder, "train")
        self.assertEqual((pixels, labels), peer.read_split(self.folder, "t10k"))
        self.assertEqual(bytes([0, 1, 2]), bytes(labels))
        self.assertEqual(3 * 784, len(pixels))
        self.assertEqual((1, 2), (pixels[784], pixels[2 * 784]))

    def test_what_is_wrong_with_a_file_is_said(self):
        with self.assertRaisesRegex(SystemExit, "found neither"):
            peer.read_split(self.folder, "train")
        write_split(self.folder, "train", 3, pack=False)
        write(self.folder, "train-labels-idx1-ubyte", [0x801, 3], bytes(2), False)
        with self.assertRaisesRegex(SystemExit, "shorter or longer"):
            peer.read_split(self.folder, "train")
        write(self.folder, "train-labels-idx1-ubyte", [0x801, 2], bytes(2), False)
        with self.assertRaisesRegex(SystemExit, "as many labels as images"):
            peer.read_split(self.folder, "train")
        write(self.folder, "train-labels-idx1-ubyte", [0x803, 2], bytes(2), False)
        with self.assertRaisesRegex(SystemExit, "not an IDX file"):
            peer.read_split(self.folder, "train")


class StopwatchTest(unittest.TestCase):
    """On a clock that only the measured task moves."""

    def measure(self, seconds, parts=1):
        now = 0.0
        runs = 0

        def task():
            nonlocal now, runs
            now += seconds(runs)
            runs += 1

        return peer.Stopwatch(1.0, lambda: now).measure("engine", "TRAIN", task, parts), runs

    def test_like_blocks_are_steady(self):
        measurement, runs = self.measure(lambda run: 0.125)
        self.assertTrue(measurement["steady"])
        self.assertEqual({"median": 125, "min": 125, "max": 125}, measurement["milliseconds"])
        self.assertEqual((8, 12 + 8), (measurement["runs"], runs))

    def test_a_time_that_never_settles_is_not_called_steady(self):
        measurement, _ = self.measure(lambda run: 0.1 + 0.02 * run)
        self.assertFalse(measurement["steady"])

    def test_a_run_of_several_steps_is_reported_as_the_time_of_one(self):
        measurement, _ = self.measure(lambda run: 0.5, parts=250)
        self.assertEqual(2, measurement["milliseconds"]["median"])
        self.assertEqual(3, measurement["runs"])


class OutputTest(unittest.TestCase):
    class Contender:
        version = "engine 1"

        def __init__(self, settings):
            self.settings = settings

        def train(self):
            pass

        def infer(self):
            pass

    def test_the_line_is_what_the_comparison_reads(self):
        milliseconds = {"median": 1.25, "min": 1 / 3, "max": 2}
        measurement = {
            "engine": "jax-gpu",
            "task": "INFER",
            "milliseconds": milliseconds,
            "runs": 9,
            "steady": False,
        }
        self.assertEqual(
            "measured jax-gpu infer 1.25 0.3333333333333333 2.0 9 false",
            peer.to_line(measurement),
        )

    def test_both_tasks_are_printed_and_written(self):
        said = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "out.json"
            arguments = ["--data", "x", "--seconds", "0.01", "--json", str(file)]
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                peer.run("JAX", self.Contender, arguments)
            report = json.loads(file.read_text(encoding="utf-8"))
        self.assertEqual(
            ["measured jax train", "measured jax infer"],
            [" ".join(line.split()[:3]) for line in said.getvalue().splitlines()],
        )
        self.assertEqual(["TRAIN", "INFER"], [each["task"] for each in report["measurements"]])
        self.assertEqual("engine 1", report["version"])

    def test_an_engine_that_is_missing_says_so_in_one_line(self):
        def missing(settings):
            raise peer.Unavailable("not\n installed")

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            peer.run("JAX", missing, ["--data", "x"])
        self.assertEqual("unavailable not installed\n", said.getvalue())


if __name__ == "__main__":
    unittest.main()
