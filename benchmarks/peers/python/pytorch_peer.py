"""The reference network in PyTorch, on a CPU or a GPU; `--help` lists the options.

On a GPU a training step is captured in a CUDA graph, which spares it the launch of each kernel, and
the images are in the GPU's memory.
"""

import peer

try:
    import torch
    from torch import nn
except ImportError:
    torch = None


def network():
    """Layer by layer, in PyTorch's order [N, C, H, W]; it ends with logits."""
    layers = []
    channels = 1
    for filters in (32, 64, 128):
        layers += [
            nn.Conv2d(channels, filters, 3, padding=1),
            nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
            nn.LeakyReLU(0.1),
            nn.Dropout(0.25),
            # Rounds odd extents up, as padding "same" does.
            nn.MaxPool2d(2, ceil_mode=True),
        ]
        channels = filters
    layers += [
        nn.Flatten(),
        nn.Linear(2048, 128),
        nn.BatchNorm1d(128, eps=1e-3, momentum=0.01),
        nn.LeakyReLU(0.1),
        nn.Dropout(0.25),
        nn.Linear(128, peer.CLASSES),
    ]
    return nn.Sequential(*layers)


def count_parameters(model):
    """With the moving means and variances, without PyTorch's counters of batches."""
    tensors = list(model.parameters()) + [
        buffer for buffer in model.buffers() if buffer.is_floating_point()
    ]
    return sum(tensor.numel() for tensor in tensors)


def load(settings, prefix, device):
    """Images [N, 1, 28, 28] in [0, 1] and labels [N] of a split, in the device's memory."""
    pixels, labels = peer.read_split(settings.data, prefix)
    images = torch.frombuffer(pixels, dtype=torch.uint8).to(device)
    images = images.reshape(-1, 1, peer.SIDE, peer.SIDE).float() / 255
    return images, torch.frombuffer(labels, dtype=torch.uint8).to(device).long()


class PyTorchContender:
    """Trains with Adam over images in a random order, the same in every epoch."""

    def __init__(self, settings):
        if torch is None:
            raise peer.Unavailable('PyTorch is not installed for this Python ("pip install torch")')
        self._gpu = settings.device == "gpu"
        if self._gpu and not torch.cuda.is_available():
            raise peer.Unavailable(f"PyTorch {torch.__version__} finds no GPU")
        tf32 = settings.precision == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True
        torch.set_num_threads(settings.threads)
        torch.manual_seed(1)
        device = torch.device("cuda" if self._gpu else "cpu")
        self.version = f"PyTorch {torch.__version__}, " + (
            torch.cuda.get_device_name() if self._gpu else f"{settings.threads} threads"
        )
        self._settings = settings
        self._images, self._labels = load(settings, "train", device)
        self._test, _ = load(settings, "t10k", device)
        peer.require_enough(len(self._images), settings.batch * settings.steps)
        self._order = torch.randperm(len(self._images), device=device)
        self._at = 0
        self._model = network().to(device)
        peer.require_parameters(count_parameters(self._model))
        self._loss = nn.CrossEntropyLoss()
        # In a graph the count of steps must be on the device too: "capturable".
        self._adam = torch.optim.Adam(
            self._model.parameters(),
            lr=1e-3,
            betas=(0.9, 0.999),
            eps=1e-7,
            capturable=self._gpu,
            fused=self._gpu,
        )
        self._step = self._captured() if self._gpu else self._eager

    def _eager(self, images, labels):
        self._adam.zero_grad(set_to_none=True)
        loss = self._loss(self._model(images), labels)
        loss.backward()
        self._adam.step()
        return loss.detach()

    def _captured(self):
        """A step as a CUDA graph, which computes on the same memory at each replay."""
        images = self._images[: self._settings.batch].clone()
        labels = self._labels[: self._settings.batch].clone()
        # Steps on another stream before the capture, as PyTorch's notes on CUDA graphs ask for:
        # they choose the algorithms and make the optimiser's state.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self._eager(images, labels)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        self._adam.zero_grad(set_to_none=True)
        with torch.cuda.graph(graph):
            loss = self._loss(self._model(images), labels)
            loss.backward()
            self._adam.step()

        def step(next_images, next_labels):
            images.copy_(next_images)
            labels.copy_(next_labels)
            graph.replay()
            return loss

        return step

    def train(self):
        """The next steps. Reading the loss waits for the device."""
        size = self._settings.batch
        if self._at + size * self._settings.steps > len(self._order):
            self._at = 0
        for _ in range(self._settings.steps):
            chosen = self._order[self._at : self._at + size]
            loss = self._step(self._images[chosen], self._labels[chosen])
            self._at += size
        peer.require_finite(loss.item())
        self._synchronise()

    def infer(self):
        """The logits of all test images, in host memory."""
        self._model.eval()
        with torch.inference_mode():
            batches = self._test.split(self._settings.inference_batch)
            logits = torch.cat([self._model(batch) for batch in batches]).cpu()
        self._model.train()
        self._synchronise()
        return logits

    def _synchronise(self):
        if self._gpu:
            torch.cuda.synchronize()


if __name__ == "__main__":
    peer.run("PyTorch", PyTorchContender)
