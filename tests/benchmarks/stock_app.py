"""The same lessons from stock parts: gr.Slider → gr.Plot with Matplotlib, gr.Sketchpad → gr.Label.

Written as one writes a Gradio app without thinking about speed; the benchmarks compare the suite
with it. Needs matplotlib, from requirements-dev.txt. `python -m tests.benchmarks` starts it;
by hand: `GRADIO_SERVER_PORT=7861 python tests/benchmarks/stock_app.py`
"""

import os
import sys
from pathlib import Path

import gradio as gr
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image

matplotlib.use("Agg")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.digits import DigitCNN, has_ink

WEIGHTS = Path(os.environ.get("WEIGHTS_REPO") or "weights") / "digits-cnn"
CELSIUS, FAHRENHEIT = 37.78, 100.0

model = (DigitCNN.from_pretrained(WEIGHTS) if WEIGHTS.exists() else DigitCNN()).eval()


def descend(weight, bias, learning_rate, steps):
    """Train the neuron; return (w, b, loss) before every step and after the last."""
    w = torch.tensor(float(weight), requires_grad=True)
    b = torch.tensor(float(bias), requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=learning_rate)
    path = []
    for _ in range(int(steps) + 1):
        loss = (w * CELSIUS + b - FAHRENHEIT) ** 2
        path.append((w.item(), b.item(), loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.array(path)


def draw(weight, bias, learning_rate, steps):
    """Return one figure: the line, the loss over the steps, the loss surface with the path."""
    path = descend(weight, bias, learning_rate, steps)
    w, b, loss = path[-1]
    figure, (line, curve, surface) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")

    x = np.linspace(-45, 45)
    line.plot(x, w * x + b)
    line.plot([CELSIUS, CELSIUS], [FAHRENHEIT, w * CELSIUS + b], "--", color="tab:red")
    line.plot(CELSIUS, FAHRENHEIT, "o", color="black")
    line.set(xlabel="°C", ylabel="°F", xlim=(-45, 45), ylim=(-60, 120), title="The line")

    curve.semilogy(path[:, 2].clip(1e-13))
    curve.set(xlabel="step", ylabel="loss [°F²]", title="The loss, step by step")

    weights, biases = np.meshgrid(np.linspace(-1, 5, 160), np.linspace(-20, 60, 120))
    losses = (weights * CELSIUS + biases - FAHRENHEIT) ** 2
    surface.imshow(losses**0.25, origin="lower", extent=(-1, 5, -20, 60), aspect="auto")
    surface.plot(path[:, 0], path[:, 1], ".-", color="tab:red")
    surface.set(xlabel="w", ylabel="b", title="The loss surface", xlim=(-1, 5), ylim=(-20, 60))

    plt.close(figure)
    numbers = f"**L = {loss:.4f}**, w = {w:.4f}, b = {b:.4f} after {int(steps)} steps"
    return figure, numbers


def predict(sketch):
    """Return the digits' probabilities for what stands on the sketch pad."""
    drawing = sketch and sketch["composite"]
    if drawing is None:
        return {}
    x = model.preprocess(Image.fromarray(drawing))
    if not has_ink(x):
        return {}
    with torch.no_grad():
        probabilities = model(x[None]).softmax(dim=1)[0]
    return {label: float(p) for label, p in zip(model.labels, probabilities, strict=True)}


with gr.Blocks(title="Stock parts") as demo:
    with gr.Tab("°C → °F"):
        with gr.Row():
            with gr.Column(scale=1):
                controls = [
                    gr.Slider(-2, 5, value=0.5, step=0.1, label="start w"),
                    gr.Slider(-20, 60, value=0, step=1, label="start b"),
                    gr.Slider(
                        1e-5, 1e-3, value=1e-4, step=1e-5, label="learning rate", elem_id="rate"
                    ),
                    gr.Slider(1, 2000, value=100, step=1, label="steps"),
                ]
            with gr.Column(scale=4):
                plot = gr.Plot(elem_id="plot")
                numbers = gr.Markdown()
        for control in controls:
            control.change(draw, controls, [plot, numbers])
        demo.load(draw, controls, [plot, numbers])
    with gr.Tab("Sketch a digit"), gr.Row():
        pad = gr.Sketchpad(label="Draw a digit", elem_id="pad")
        label = gr.Label(num_top_classes=10, elem_id="answer")
        pad.change(predict, pad, label)

if __name__ == "__main__":
    demo.launch()
