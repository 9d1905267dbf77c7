"""ZeroGPU Spaces: they lend a GPU for seconds, and stop an app that never asks for one.

The models of the suite answer within milliseconds on the CPU, so nothing is computed there; one
endpoint shows what is lent. Must be imported before torch.
"""

from __future__ import annotations

import os

import gradio as gr

ON = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")

if ON:
    import spaces

    @spaces.GPU(duration=10)
    def lent_gpu() -> str:
        """Return the name of the GPU that ZeroGPU lends to this Space."""
        import torch

        return torch.cuda.get_device_name()


def endpoint() -> None:
    """Offer `/lent_gpu` where there is one. Call it within `gr.Blocks`."""
    if ON:
        gr.api(lent_gpu, api_name="lent_gpu")
