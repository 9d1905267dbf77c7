"""Chapter: sketch a digit. Three networks read what you draw, while you draw it."""

from __future__ import annotations

import functools
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls, Task
from demos.frame.checks import sent_image
from demos.frame.knobs import Choice, Knobs, Switch, takes
from demos.frame.texts import N_, _, said
from demos.frame.wiring import at_once
from demos.widgets.blackboard import blackboard
from demos.widgets.class_bars import Bars, ClassBars
from demos.widgets.panel import Panel
from demos.widgets.photo_drop import mark
from demos.widgets.pixel_pictures import PixelPictures, Pixels
from demos.widgets.sketch_pad import SketchPad, picture

if TYPE_CHECKING:
    import torch
    from PIL import Image

KNOBS = Knobs(
    output=Choice(
        [N_("softmax"), N_("sigmoid"), N_("logits")],
        "softmax",
        N_("show"),
        about='"softmax" (probabilities that add up to 1), "sigmoid" (each digit for itself) or '
        '"logits".',
    ),
    preprocess=Switch(
        True,
        N_("preprocess as MNIST was"),
        about="true brings the digit to MNIST's size, place and stroke (crop to the ink, longest "
        "side 20 pixels, centre of mass to the middle of 28 × 28, ink bright on dark); false only "
        "squashes the whole picture to 28 × 28.",
    ),
)
NETWORKS = {  # key → title, layers
    "linear": (N_("Linear"), "784 → 10"),
    "mlp": (N_("Fully connected"), "784 → 100 → 50 → 10"),
    "cnn": (N_("Convolutional"), N_("7 convolutions → 10")),
}
READINGS = {
    "linear": N_("linear {digit}"),
    "mlp": N_("fully connected {digit}"),
    "cnn": N_("convolutional {digit}"),
}
LABELS = list("0123456789")
UNNAMED = "?"  # in the place of a digit where none is likely enough
# For the winner of the convolutional network, whose name stands in front.
FORMULAS = r"""$z_{digit:s} = {z:s}$

$\sigma(z_{digit:s}) = \dfrac{1}{1 + e^{-z_{digit:s}}} = {sigmoid:s}$

$\operatorname{softmax}_{digit:s} = \dfrac{e^{z_{digit:s}}}{\sum_j e^{z_j}}
= \dfrac{{exponential:s}}{{total:s}} = {softmax:s}$
"""

# ---------------------------------------------------------------- the lesson


def read(network: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Return a network's logits `(10,)`, one per digit, for what it sees, `(1, 28, 28)`."""
    import torch

    with torch.inference_mode():
        return network(x[None])[0]


def express(logits: torch.Tensor, output: str = "softmax") -> torch.Tensor:
    """Return logits `(10,)` as they are, the sigmoid of each, or their softmax."""
    if output == "sigmoid":  # each digit for itself: is it this one, yes or no?
        return logits.sigmoid()  # 1 / (1 + exp(−z))
    if output == "softmax":  # all digits together: which one is it?
        return logits.softmax(dim=0)  # exp(z) / exp(z).sum(), without overflow
    return logits


def script(output, preprocess):
    """Let three networks read a seven. Run it in the folder of this course."""
    from PIL import Image, ImageDraw

    from models import digits, hub

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).line([(80, 70), (200, 70), (130, 220)], fill="black", width=24)

    for kind in ("linear", "mlp", "cnn"):
        network = hub.load(digits.MODELS[kind]).cpu()
        x = network.preprocess(image, mnist_style=preprocess)  # (1, 28, 28), ink bright on dark
        z = network(x[None])[0]  # ten logits, one per digit
        numbers = {"logits": z, "sigmoid": z.sigmoid(), "softmax": z.softmax(dim=0)}[output]

        print(f"{kind} reads {network.reading(z) or '?'}; {output}:")
        for digit, number in enumerate(numbers.tolist()):
            print(f"  {digit}: {number:.4f}")


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
            missing[key] = error.args[0]
        notices.append(hub.notice(model_class))
    return found, missing, [notice for notice in dict.fromkeys(notices) if notice]


def predict(
    image: Image.Image, preprocess: bool
) -> tuple[torch.Tensor | None, dict[str, torch.Tensor]]:
    """Let every network that is there read a picture.

    Returns:
        What they see, `(1, 28, 28)`, None without ink; and the ten logits of each, by its key.
        A network whose numbers overflow says nothing.
    """
    from models.digits import has_ink

    found = networks()[0]
    if not found:
        return None, {}
    x = next(iter(found.values())).preprocess(image, mnist_style=preprocess)
    if not has_ink(x):
        return None, {}
    on_device = x.to(next(next(iter(found.values())).parameters()).device)
    logits = {key: read(network, on_device).cpu() for key, network in found.items()}
    return x, {key: z for key, z in logits.items() if z.isfinite().all()}


def troubles_of(x: torch.Tensor | None, logits: dict[str, torch.Tensor]) -> dict[str, str]:
    """Return by key why a network says nothing: weights that are missing, numbers that overflow."""
    from models.settings import overflow

    found, missing, _notices = networks()
    silent = found.keys() - logits.keys() if x is not None else set()
    return {**missing, **{key: overflow(found[key]) for key in silent}}


def readings(logits: dict[str, torch.Tensor]) -> dict[str, str | None]:
    """Return the digit that each network reads, by its key; None where none is likely enough."""
    found = networks()[0]
    return {key: found[key].reading(z) for key, z in logits.items()}


# ---------------------------------------------------------------- the answer on the page


def answer(sketch: str, preprocess: bool, output: str) -> tuple[list | None, Bars]:
    """Answer the pad: what the networks see, what spoke for it, and the bars.

    Raises:
        ValueError: if the sketch is no picture.
    """
    image = picture(sketch)
    found, _missing, notices = networks()
    notices = [said(notice) for notice in notices]
    scores = 12.0 if output == "logits" else None
    x, logits = (None, {}) if image is None else predict(image, preprocess)
    why = troubles_of(x, logits)
    troubles = [said(why[key]) if key in why else "" for key in NETWORKS]
    values = {key: express(z, output).tolist() for key, z in logits.items()}
    if x is None:
        note = _("Draw a digit: the networks answer while you draw.")
        if image is not None:
            note = " ".join([_("There is no ink to be seen."), note])
        bars = Bars(
            values=[None] * len(NETWORKS),
            troubles=troubles,
            range=scores,
            note=" ".join([*notices, note if found else ""]),
        )
        return [None, None], bars
    reads = readings(logits)
    seen = x[0].numpy(), _("the sketch in 28 × 28 pixels")
    spoke = None
    if "cnn" in logits:
        from models.digits import saliency

        evidence = saliency(found["cnn"], x, steps=8).numpy()
        largest = float(abs(evidence).max()) or 1.0
        heard = _("what spoke for and against the {digit}")
        if reads["cnn"] is None:
            heard = _("what spoke for and against the {digit}, its best guess")
        spoke = evidence / largest, heard.format(digit=_likeliest(logits["cnn"]))
    bars = Bars(
        values=[values.get(key) for key in NETWORKS],
        sums=[_sum(values[key], output) if key in values else "" for key in NETWORKS],
        unnamed=[i for i, key in enumerate(NETWORKS) if key in reads and reads[key] is None],
        troubles=troubles,
        range=scores,
        note=" ".join([*notices, _remark(reads)]),
        numbers=_numbers(logits["cnn"], reads["cnn"]) if "cnn" in reads else {},
    )
    return [seen, spoke], bars


def _likeliest(logits: torch.Tensor) -> str:
    return LABELS[int(logits.argmax())]


def _sum(values: list[float], output: str) -> str:
    if output == "logits":
        return ""
    return _("sum {percent:.0f} %").format(percent=100 * sum(values))


def _numbers(logits: torch.Tensor, read: str | None) -> dict[str, str]:
    """Return what the blackboard shows: the winner's logit and what becomes of it."""
    logits = logits.double()
    winner = int(logits.argmax())
    exponential, total = logits.exp()[winner].item(), logits.exp().sum().item()
    return {
        "digit": read or UNNAMED,
        "z": f"{logits[winner]:.2f}".replace("-", "−"),
        "exponential": _written(exponential),
        "total": _written(total),
        "sigmoid": f"{express(logits, 'sigmoid')[winner]:.4f}",
        "softmax": f"{express(logits, 'softmax')[winner]:.4f}",
    }


def _written(number: float) -> str:
    return (
        f"{number:.2f}" if number < 1e5 else f"{number:.3g}".replace("e+0", "e").replace("e+", "e")
    )


def _remark(reads: dict[str, str | None]) -> str:
    if len(set(reads.values())) > 1:
        each = [_(READINGS[key]).format(digit=digit or UNNAMED) for key, digit in reads.items()]
        return _("They disagree: {readings}.").format(readings=", ".join(each))
    if None in reads.values():
        return _("None of them is sure enough of any digit.")
    if len(reads) < 2:
        return ""
    return _("All of them read a {digit}.").format(digit=next(iter(reads.values())))


# ---------------------------------------------------------------- the endpoint


@takes(KNOBS)
def digits_predict(image: str | dict, preprocess, output) -> dict[str, Any]:
    """Read a handwritten digit with three networks.

    Args:
        image: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL
            ("data:image/png;base64,…"), or a file (`gradio_client.handle_file("seven.png")`). Any
            colour of ink and paper, at most 25 megapixels.

    Returns:
        `digit`, what the convolutional network reads, as text, or null if there is no ink or no
        digit is likely enough; `reason`, null or why there is no digit; `reads`, the digit that
        each network reads, or null; `linear`, `mlp` and `cnn`, each {"0": number, …, "9": number},
        empty without ink; and `missing`, {network: the sentence that says why it has no answer and
        how to get its weights}, usually empty.
    """
    opened = sent_image(image)
    found, missing, _notices = networks()
    if not found:
        raise ValueError(next(iter(missing.values())))
    x, logits = predict(opened, preprocess)
    values = {key: express(z, output).tolist() for key, z in logits.items()}
    reads = readings(logits)
    best = next((key for key in ("cnn", "mlp", "linear") if key in reads), None)
    return {
        "digit": reads[best] if best else None,
        "reason": _reason(found[best], logits[best]) if best else _no_answer(x),
        "reads": {key: reads.get(key) for key in NETWORKS},
        **{key: dict(zip(LABELS, values.get(key, []), strict=False)) for key in NETWORKS},
        "missing": {key: said(why) for key, why in troubles_of(x, logits).items()},
    }


def _reason(network: torch.nn.Module, logits: torch.Tensor) -> str | None:
    """Return why a network names no digit, None if it does."""
    if network.reading(logits) is not None:
        return None
    share = logits.softmax(dim=0).max().item()
    return _(
        "No digit is likely enough: the likeliest is {digit} with {percent:.1f} %, and below "
        "{least:.0f} % none is named."
    ).format(digit=_likeliest(logits), percent=100 * share, least=100 * network.least_confidence)


def _no_answer(x: torch.Tensor | None) -> str:
    return _("There is no ink to be seen.") if x is None else _("No network has an answer.")


# ---------------------------------------------------------------- the tab


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage", "beside"]):
        with gr.Column(scale=1, min_width=280, elem_classes=["controls"]):
            pad = SketchPad(
                label=_("Sketch a digit"), hint=_("Draw a digit,\n0 to 9"), elem_id="digit-pad"
            )
            panel = Panel(KNOBS, elem_classes=["below"])
        with gr.Column(scale=3, min_width=320, elem_classes=["picture"]):
            pixels = PixelPictures(
                [
                    Pixels(
                        _("What the networks see"),
                        _(
                            "28 × 28 pixels. Preprocessing crops to the ink, makes it 20 pixels "
                            "long and puts its centre of mass in the middle, bright on dark."
                        ),
                    ),
                    Pixels(
                        _("What speaks for it"),
                        _("Pixels that speak, to the convolutional network,"),
                        signed=True,
                    ),
                ],
                elem_classes=["seen"],
            )
            bars = ClassBars(
                [(_(title), _(layers)) for title, layers in NETWORKS.values()],
                LABELS,
                note=_("Waking the networks …"),
            )
            name = _("Convolutional network:")
            blackboard(f"{name} {FORMULAS}", columns=3)

    def on_page(sketch: str, settings: dict[str, Any]) -> tuple[Any, Bars]:
        """Answer, or say in the picture why not: Gradio shows no errors of unqueued events."""
        try:
            seen, said_of_it = answer(sketch, **KNOBS.check(settings))
        except ValueError as error:
            seen, said_of_it = [None, None], Bars(values=[None] * len(NETWORKS), note=said(error))
        return seen, replace(said_of_it, mark=mark(sketch))

    inputs, outputs = [pad, panel], [pixels, bars]
    pad.answers(on_page, inputs, outputs)
    at_once([panel.input], on_page, inputs, outputs)
    endpoint(digits_predict, queue=False)
    return {"sketch": pad, "panel": panel}


CHAPTER = Chapter(
    slug="digits",
    title=N_("Sketch a digit"),
    question=N_("Can a network read your handwriting?"),
    build=build,
    intro=N_(
        "Each digit gets a number z, its logit: how much speaks for it. Softmax makes them shares "
        "of 100 %."
    ),
    builds_on=["neuron", "playground"],
    weights=["digits-linear", "digits-mlp", "digits-cnn"],
    script=script,
    lesson=[
        read,
        express,
        *(
            f"models.digits:{name}"
            for name in (
                "DigitModel.forward",
                "DigitModel.reading",
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
        Task(
            "Draw a 4 whose top is open and whose bar ends at the stem. Then close the top with "
            "one more stroke. What do the networks say now? Do the same with a bar that sticks out "
            "far to the right.",
            "Where the bar ends at the stem, all three change from 4 to 9. Where it sticks out, "
            "the fully connected network still changes to 9, and the linear one nearly always. The "
            "convolutional one mostly does not: among the drawings it learned from were closed "
            "fours as well, and there the bar that crosses the stem tells a 4 from a 9.",
        ),
        Task(
            "Draw a small 7 in a corner of the pad: all three read it. Now untick **preprocess as "
            "MNIST was**. What do the networks see, and what do they read?",
            "They see a few grey pixels in the corner, and read something else, mostly a 1, or "
            "name nothing. All were trained on digits in the middle, about 20 pixels high. The "
            "linear one is the first to fail: it has one weight per pixel, so a digit elsewhere is "
            "another digit. "
            "Preprocessing is part of the model.",
        ),
        Task(
            "Draw a clear 7 and switch from **softmax** to **sigmoid**. To how much do the ten "
            "numbers add up, and why is it not 100 %?",
            "To far more than 100 %: around 190 % for the convolutional network and 600 % for the "
            "linear one. Ten sigmoids answer ten separate questions, and a logit of 0 is a "
            "50 % yes. Softmax shares out exactly 100 %: only differences between logits count. "
            "The networks were trained with softmax, so nothing taught them where zero lies.",
        ),
        Task(
            "Draw a star, or scribble. Which network admits that it does not know?",
            "The convolutional one: about 10 % for each digit, so it names none. Among the "
            "drawings it learned from were scribbles that count as every digit equally. The fully "
            "connected one mostly names none either. The linear one often names a digit with "
            "confidence: softmax must share out 100 %, and “none of "
            "these” is not on the list. A heart still is a 0 to all who look for a closed curve.",
        ),
    ],
)
