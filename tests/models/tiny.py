"""A model small enough to save and load in every test, and in processes of their own."""

from huggingface_hub import PyTorchModelHubMixin
from torch import nn


class Tiny(nn.Module, PyTorchModelHubMixin):
    weights_name = "tiny"
    trainer_command = "python -m trainers.tiny"

    def __init__(self, size: int = 3):
        super().__init__()
        self.layer = nn.Linear(size, 2)
