"""Chapter: sketch a digit. Three networks read what you draw, while you draw it."""

from __future__ import annotations

import functools
import os
import time
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.chapter import Chapter, Controls, Task, student_errors
from demos.checks import check
from demos.widgets.class_bars import Bars, ClassBars
from demos.widgets.pixel_pictures import PixelPictures, Pixels
from demos.widgets.sketch_pad import SketchPad, picture

if TYPE_CHECKING:
    import torch
    from PIL import Image

OUTPUTS = ["softmax", "sigmoid", "logits"]
NETWORKS = {  # key → title, layers
    "linear": ("Linear", "784 → 10"),
    "mlp": ("Fully connected", "784 → 100 → 50 → 10"),
    "cnn": ("Convolutional", "7 convolutions → 10"),
}
LABELS = list("0123456789")

# ---------------------------------------------------------------- the lesson


def classify(network: torch.nn.Module, x: torch.Tensor, output: str = "softmax") -> torch.Tensor:
    """Let a network read a preprocessed picture `(1, 28, 28)`.

    Args:
        network: its `forward` turns `(N, 1, 28, 28)` into logits `(N, 10)`.
        x: ink in [0, 1].
        output: "logits" as they are, the "sigmoid" of each, or their "softmax".

    Returns:
        Ten numbers, one per digit.
    """
    import torch

    with torch.inference_mode():
        logits = network(x[None])[0]
        if output == "sigmoid":  # each digit for itself: yes or no?
            return logits.sigmoid()
        if output == "softmax":  # all digits together: which one?
            return logits.softmax(dim=0)
        return logits


# ---------------------------------------------------------------- the networks


def networks() -> tuple[dict[str, torch.nn.Module], dict[str, str], list[str]]:
    """Return the networks by key, the sentence that mends each missing one, and notices."""
    # Weights that are missing are looked for again after some seconds, not at every pen stroke.
    return _networks(os.environ.get("WEIGHTS_REPO", ""), int(time.monotonic() // 10))


@functools.lru_cache(maxsize=2)
def _networks(source: str, moment: int) -> tuple[dict[str, torch.nn.Module], dict[str, str], list]:
    from models import digits, hub

    found, missing, notices = {}, {}, []
    for key in NETWORKS:
        model_class = digits.MODELS[key]
        try:
            found[key] = hub.load(model_class)
        except hub.WeightsMissing as error:
            missing[key] = str(error)
        notices.append(hub.notice(model_class))
    return found, missing, [notice for notice in dict.fromkeys(notices) if notice]


def predict(image: Image.Image, preprocess: bool, output: str) -> dict[str, Any]:
    """Let every network that is there read a picture.

    Returns:
        `x`, what they see, `(1, 28, 28)`, or None without ink; `values`, ten numbers by network.
    """
    from models.digits import has_ink

    found, _, _ = networks()
    if not found:
        return {"x": None, "values": {}}
    x = next(iter(found.values())).preprocess(image, mnist_style=preprocess)
    if not has_ink(x):
        return {"x": None, "values": {}}
    on_device = x.to(next(next(iter(found.values())).parameters()).device)
    values = {key: classify(network, on_device, output).tolist() for key, network in found.items()}
    return {"x": x, "values": values}


# ---------------------------------------------------------------- the answer on the page


def answer(sketch: str, preprocess: bool, output: str) -> tuple[list | None, Bars]:
    """Answer the pad: what the networks see, what spoke for it, and the bars.

    Raises:
        ValueError: if an argument is out of range or the sketch is no picture.
    """
    check("preprocess", preprocess, bool)
    check("output", output, OUTPUTS)
    image = picture(sketch)
    found, missing, notices = networks()
    troubles = [missing.get(key, "") for key in NETWORKS]
    scores = 20.0 if output == "logits" else None
    result = {"x": None, "values": {}} if image is None else predict(image, preprocess, output)
    x, values = result["x"], result["values"]
    if x is None:
        hint = "" if image is None or not found else "There is no ink to be seen. "
        note = hint + "Draw a digit: the networks answer while you draw."
        bars = Bars(
            values=[None] * len(NETWORKS),
            troubles=troubles,
            range=scores,
            note=" ".join([*notices, note if found else ""]),
        )
        return [None, None], bars
    winners = {key: max(range(10), key=numbers.__getitem__) for key, numbers in values.items()}
    seen = x[0].numpy(), "the sketch in 28 × 28 pixels"
    spoke = None
    if "cnn" in found:
        from models.digits import saliency

        evidence = saliency(found["cnn"], x, steps=8).numpy()
        largest = float(abs(evidence).max()) or 1.0
        spoke = evidence / largest, f"what spoke for and against the {winners['cnn']}"
    bars = Bars(
        values=[values.get(key) for key in NETWORKS],
        sums=[_sum(values[key], output) if key in values else "" for key in NETWORKS],
        troubles=troubles,
        range=scores,
        note=" ".join([*notices, _remark(winners)]),
    )
    return [seen, spoke], bars


def _sum(values: list[float], output: str) -> str:
    return "" if output == "logits" else f"sum {100 * sum(values):.0f} %"


def _remark(winners: dict[str, int]) -> str:
    if len(set(winners.values())) == 1:
        return f"All of them read a {next(iter(winners.values()))}." if len(winners) > 1 else ""
    said = [f"{NETWORKS[key][0].lower()} {digit}" for key, digit in winners.items()]
    return f"They disagree: {', '.join(said)}."


# ---------------------------------------------------------------- the endpoint


def digits_predict(
    image: str | dict, preprocess: bool = True, output: str = "softmax"
) -> dict[str, Any]:
    """Read a handwritten digit with three networks.

    Args:
        image: a PNG or JPEG as data URL ("data:image/png;base64,…"), or an uploaded file
            (`gradio_client.handle_file("seven.png")`). Any colour of ink and paper, at most 25
            megapixels.
        preprocess: true brings the digit to MNIST's size, place and stroke (crop to the ink,
            longest side 20 pixels, centre of mass to the middle of 28 × 28, ink bright on dark);
            false only squashes the whole picture to 28 × 28.
        output: "softmax" (probabilities that add up to 1), "sigmoid" (each digit for itself) or
            "logits".

    Returns:
        `digit`, what the convolutional network reads, as text, or null if there is no ink;
        `linear`, `mlp` and `cnn`, each {"0": number, …, "9": number}, empty without ink; and
        `missing`, {network: the sentence that says how to get its weights}, usually empty.
    """
    check("preprocess", preprocess, bool)
    check("output", output, OUTPUTS)
    opened = _open(image)
    found, missing, _ = networks()
    if not found:
        raise ValueError(next(iter(missing.values())))
    values = predict(opened, preprocess, output)["values"]
    best = values.get("cnn") or values.get("mlp") or values.get("linear")
    return {
        "digit": LABELS[best.index(max(best))] if best else None,
        **{key: dict(zip(LABELS, values.get(key, []), strict=False)) for key in NETWORKS},
        "missing": missing,
    }


def _open(image: Any) -> Image.Image:
    """Open what a stranger sent: a data URL, or a file that Gradio received; no other path."""
    from gradio.utils import get_upload_folder

    from models.images import decode_data_url, open_image

    if isinstance(image, dict):
        folder = os.path.realpath(get_upload_folder())
        path = image.get("path")
        real = os.path.realpath(path) if isinstance(path, str) and "\0" not in path else ""
        if not real.startswith(folder + os.sep) or not os.path.isfile(real):
            raise ValueError("This file was not uploaded: send it with gradio_client.handle_file.")
        return open_image(real)
    return open_image(decode_data_url(image))


# ---------------------------------------------------------------- the tab


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage", "beside"]):
        with gr.Column(scale=1, min_width=280, elem_classes=["controls"]):
            pad = SketchPad(
                label="Sketch a digit", hint="Draw a digit,\n0 to 9", elem_id="digit-pad"
            )
            output = gr.Radio(OUTPUTS, value=OUTPUTS[0], label="show", elem_classes=["below"])
            preprocess = gr.Checkbox(True, label="preprocess as MNIST was", elem_classes=["below"])
        with gr.Column(scale=3, min_width=320, elem_classes=["picture"]):
            pixels = PixelPictures(
                [
                    Pixels(
                        "What the networks see", "28 × 28 pixels, cropped to the ink and centred."
                    ),
                    Pixels(
                        "What speaks for it",
                        "Pixels that speak, to the convolutional network,",
                        signed=True,
                    ),
                ],
                elem_classes=["seen"],
            )
            bars = ClassBars(list(NETWORKS.values()), LABELS, note="Waking the networks …")
    controls: Controls = {"sketch": pad, "output": output, "preprocess": preprocess}

    def on_page(sketch: str, output: str, preprocess: bool) -> tuple[Any, Bars]:
        """Answer, or say in the picture why not: Gradio shows no errors of unqueued events."""
        try:
            return answer(sketch, preprocess, output)
        except ValueError as error:
            return [None, None], Bars(values=[None] * len(NETWORKS), note=str(error))

    inputs, outputs = list(controls.values()), [pixels, bars]
    pad.answers(on_page, inputs, outputs)
    gr.on(
        [output.input, preprocess.input],
        on_page,
        inputs=inputs,
        outputs=outputs,
        queue=False,
        trigger_mode="always_last",
        show_progress="hidden",
        api_visibility="private",
    )
    gr.api(student_errors(digits_predict), api_name="digits_predict", queue=False)
    return controls


CHAPTER = Chapter(
    slug="digits",
    title="Sketch a digit",
    question="Can a network read your handwriting?",
    build=build,
    lesson=[
        classify,
        *(
            f"models.digits:{name}"
            for name in (
                "DigitModel.forward",
                "DigitLinear",
                "DigitMLP",
                "DigitCNN",
                "convolution",
                "Residual",
                "DigitModel.preprocess",
                "to_ink",
                "centre",
                "squash",
                "saliency",
            )
        ),
    ],
    tasks=[
        Task("todo", "todo"),
    ],
)
