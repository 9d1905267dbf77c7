"""A photo judged by stock parts: gr.Image → gr.Label, torchvision's resnet50 with random weights.

Written as one writes a Gradio app without thinking about speed; `tires.py` compares the suite with
it. By hand: `GRADIO_SERVER_PORT=7861 python tests/benchmarks/stock_tires.py`
"""

import gradio as gr
import torch
from torchvision.models import ResNet50_Weights, resnet50

model = resnet50(weights=None).eval()
weights = ResNet50_Weights.DEFAULT
preprocess, names = weights.transforms(), weights.meta["categories"]


def predict(image):
    """Return the probabilities of ImageNet's classes."""
    if image is None:
        return {}
    with torch.no_grad():
        shares = model(preprocess(image)[None]).softmax(dim=1)[0]
    return {name: float(share) for name, share in zip(names, shares, strict=True)}


with gr.Blocks(title="Stock parts") as demo, gr.Row():
    photo = gr.Image(type="pil", label="Photo", elem_id="photo")
    label = gr.Label(num_top_classes=2, elem_id="answer")
    photo.change(predict, photo, label)

if __name__ == "__main__":
    demo.launch()
