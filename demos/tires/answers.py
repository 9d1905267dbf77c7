"""What the network says of a visitor's photo: on the page, for its variants, and to programs."""

from __future__ import annotations

import base64
import io
import threading
from typing import TYPE_CHECKING, Any

from demos.frame.checks import sent_image
from demos.frame.texts import N_, _
from demos.tires.examples import drawn_tire, jpeg_url
from demos.tires.knobs import CHANGES
from demos.tires.lesson import variants, verdicts
from demos.widgets.photo_grid import Photos
from demos.widgets.verdict import Answer

if TYPE_CHECKING:
    import numpy as np

    from models.tires import Examination, TireClassifier

LABELS = [N_("good"), N_("defective")]  # in the order of the bars
NOTES = {
    "too dark": N_("This photo is very dark. Take it again with more light, or with the flash."),
    "blurred": N_(
        "This photo is blurred. Hold still, tap on the tire to focus, and take it again."
    ),
    "small": N_(
        "This photo is very small. Come closer, or send the photo itself, not its thumbnail."
    ),
}
UNSURE = 0.65  # below this probability a verdict is called undecided
HEAT_SIDE = 96  # longest side of the heat map on the page [px]; it has 7 × 7 independent values
VARIANTS = 9
VARIANT_SIDE = 168  # of a variant on the page [px]

# Transforms and new networks draw from torch's one generator: visitors must not share a sequence.
chance = threading.Lock()


def classifier() -> TireClassifier:
    """Return the network.

    Raises:
        ValueError: with the command that mends its weights, if they are missing or damaged.
    """
    from models import hub
    from models.tires import TireClassifier

    try:
        return hub.load(TireClassifier)
    except hub.WeightsMissing as error:
        raise ValueError(error.args[0]) from error


def answer(photo: str) -> Answer:
    """Answer a photo, given as data URL; without one, say what to do.

    Raises:
        ValueError: if it is no picture, or the weights are missing.
    """
    model = classifier()
    if not photo:
        return Answer(_("Take or choose a photo of a tire."), tone="waiting")
    return in_words(model.examine(sent_image(photo)), model.threshold)


def in_words(seen: Examination, threshold: float) -> Answer:
    """Say what the network found."""
    notes = [_(NOTES[note]) for note in seen.notes]
    if not seen.is_tire:
        small = _("Likeness to a tire: {likeness:.1f}; below {threshold:.1f} a picture is refused.")
        return Answer(
            _("This does not look like a tire."),
            tone="refused",
            detail=_(
                "So there is no verdict. Fill the picture with one tire, seen from its side or "
                "from its tread, and try again."
            ),
            notes=notes,
            small=small.format(likeness=seen.likeness, threshold=threshold),
        )
    share = seen.probabilities[seen.verdict]
    sure = _("The network is {share} sure.")
    titles = {"good": _("Looks good"), "defective": _("Looks defective")}
    if share < UNSURE:
        sure = _("The network is {share} sure: little more than tossing a coin.")
        titles = {
            "good": _("Undecided, rather good"),
            "defective": _("Undecided, rather defective"),
        }
    small = _(
        "Likeness to a tire: {likeness:.1f}; from {threshold:.1f} on a picture is taken for one."
    )
    return Answer(
        titles[seen.verdict],
        detail=sure.format(share=_percent(share)),
        bars=[seen.probabilities[label] for label in LABELS],
        notes=notes,
        small=small.format(likeness=seen.likeness, threshold=threshold),
        overlay=png_url(seen.heat_map, HEAT_SIDE),
    )


def _percent(share: float) -> str:
    return _("more than 99 %") if share > 0.995 else f"{100 * share:.0f} %"


def png_url(heat: np.ndarray, longest: int | None = None) -> str:
    """Return values in [0, 1], `(H, W)`, as data URL of a grey picture, white where they are 1."""
    import numpy as np
    from PIL import Image

    image = Image.fromarray(np.round(255 * heat).astype(np.uint8))
    if longest:
        image.thumbnail((longest, longest), Image.BILINEAR)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def survivors(photo: str, bank: list[float]) -> Photos:
    """Show random variants of a photo, or of a drawn tire, and whether its verdict survives.

    Raises:
        ValueError: if it is no picture, or the weights are missing.
    """
    import torch
    from torchvision.transforms.v2.functional import resize, to_pil_image

    from models.settings import finite

    amounts = dict(zip(CHANGES, bank, strict=True))
    seed = amounts.pop("seed")
    model = classifier()
    image = sent_image(photo) if photo else drawn_tire()
    x = model.preprocess(image)
    pixels = (255 * x).round().to(torch.uint8)
    with chance:
        changed = variants(pixels, VARIANTS, seed, **amounts)
    first, *shares = verdicts(model, torch.cat([pixels[None], changed]))
    finite(model, torch.tensor([list(share.values()) for share in (first, *shares)]))
    verdict = max(first, key=first.get)
    pictures, kept = [], 0
    for picture, share in zip(resize(changed, [VARIANT_SIDE] * 2), shares, strict=True):
        said = max(share, key=share.get)
        kept += said == verdict
        url = jpeg_url(to_pil_image(picture), quality=80)
        pictures.append((url, f"{_(said)} {100 * share[said]:.0f} %", said != verdict))
    if not photo:
        whole = _(
            "The drawing as it is: {verdict}, {share} % sure. A photo under “Your photo” takes its "
            "place."
        )
    elif model.likeness(x[None].to(model.mean.device)) >= model.threshold:
        whole = _("Your photo as it is: {verdict}, {share} % sure.")
    else:
        whole = _("But your photo does not look like a tire: the answers mean nothing.")
    named = {"verdict": _(verdict), "share": f"{100 * first[verdict]:.0f}"}
    kept_all = _("{kept} of {count} variants still say {verdict}.")
    caption = kept_all.format(kept=kept, count=VARIANTS, **named) + " " + whole.format(**named)
    return Photos(pictures, caption)


def tires_predict(image: str | dict) -> dict[str, Any]:
    """Judge whether a photo shows a good or a defective tire; the last word has a specialist.

    Args:
        image: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL
            ("data:image/jpeg;base64,…"), or an uploaded file
            (`gradio_client.handle_file("tire.jpg")`), of at most 25 megapixels and 20 MB. EXIF
            rotation is applied.

    Returns:
        `verdict`, "good" or "defective", or null if the picture does not look like a tire;
        `probabilities`, {"good": p, "defective": 1 − p}, calibrated on photos the network was not
        trained on, empty without a verdict; `is_tire`; `notes`, what is wrong with the photo, some
        of "too dark", "blurred" and "small"; `heat_map`, where the network looked (Grad-CAM), the
        data URL of a grey PNG that lies over the photo, white where it mattered most, its longest
        side at most 512 pixels, or null without a verdict.
    """
    opened = sent_image(image)
    seen = classifier().examine(opened)
    judged = seen.is_tire
    return {
        "verdict": seen.verdict if judged else None,
        "probabilities": {n: seen.probabilities[n] for n in LABELS} if judged else {},
        "is_tire": judged,
        "notes": seen.notes,
        "heat_map": png_url(seen.heat_map) if judged else None,
    }
