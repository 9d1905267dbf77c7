"""What the network says of a visitor's photo: on the page, for its variants, and to programs."""

from __future__ import annotations

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
# Why there is no verdict, and what to do about it; of what is seen, or in general.
UNDECIDED = N_(
    "The network is {share} sure of “{label}”: too close to the middle. Where it was tried on "
    "photos of sources it had not seen, it was wrong too often there."
)
UNFAMILIAR = N_(
    "This photo is unlike all that the network has learned from, so its answer would mean little. "
    "Take the tread from 20 cm, in daylight."
)
NOT_SEEN = {
    "side": N_(
        "A wheel from the side: the tread is not seen, and no tire is called good without it. Take "
        "the tread from 20 cm."
    ),
    "sidewall": N_(
        "A side wall: the tread is not seen, and no tire is called good without it. Take the tread "
        "from 20 cm."
    ),
    "other": N_("One tire is hard to make out here. Take the tread of one from 20 cm."),
}
VIEWS = {
    "tread": N_("tread"),
    "side": N_("wheel from the side"),
    "sidewall": N_("side wall"),
    "several": N_("several tires"),
    "other": N_("something else with tires"),
    "product": N_("product shot"),
}
PRODUCT_SHOT = N_(
    "A plain backdrop, as in a shop’s picture: there the network calls four of five worn tires "
    "good. Take the tread of your own tire from 20 cm, where it stands."
)
HEAT_SIDE = 96  # longest side of the heat map on the page [px]; it has 14 × 14 independent values
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
    from models.backbone import Backbone
    from models.tires import TireClassifier

    try:
        model = hub.load(TireClassifier)
        hub.load(Backbone)  # below its heads
        return model
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
    titles = {"good": _("Looks good"), "defective": _("Looks defective"), None: _("Cannot tell")}
    small = _(
        "Likeness to a tire: {likeness:.1f}; from {threshold:.1f} on a picture is taken for one."
    ).format(likeness=seen.likeness, threshold=threshold)
    return Answer(
        titles[seen.verdict],
        tone="answer" if seen.verdict else "unsure",
        detail=_why(seen),
        bars=[seen.probabilities[label] for label in LABELS],
        notes=notes,
        small=small + " " + _nearest(seen),
        overlay=png_url(seen.heat_map, HEAT_SIDE),
    )


def _why(seen: Examination) -> str:
    """Say how sure the network is, or why it is not and what to do."""
    label = max(seen.probabilities, key=seen.probabilities.__getitem__)
    share = _percent(seen.probabilities[label])
    if seen.reason is None:
        return _("The network is {share} sure.").format(share=share)
    if seen.reason == "undecided":
        return _(UNDECIDED).format(share=share, label=_(label))
    if seen.reason == "unfamiliar":
        return _(UNFAMILIAR)
    if seen.reason == "product shot":
        return _(PRODUCT_SHOT)
    return _(NOT_SEEN.get(seen.view or "", NOT_SEEN["other"]))


def _nearest(seen: Examination) -> str:
    """Say of what kind the nearest training photos are; the photos are not shown."""
    kinds = ", ".join(
        f"{count} × {_(VIEWS[view])}, {_(label)}" for (view, label), count in seen.nearest
    )
    return _("The nearest training photos: {kinds}.").format(kinds=kinds) if kinds else ""


def _percent(share: float) -> str:
    return _("more than 99 %") if share > 0.995 else f"{100 * share:.0f} %"


def png_url(heat: np.ndarray, longest: int | None = None) -> str:
    """Return values in [0, 1], `(H, W)`, as data URL of a grey picture, white where they are 1."""
    import numpy as np
    from PIL import Image

    from models.images import data_url

    image = Image.fromarray(np.round(255 * heat).astype(np.uint8))
    if longest:
        image.thumbnail((longest, longest), Image.BILINEAR)
    return data_url(image)


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
    elif model.likeness(x[None].to(model.centre.device)) >= model.threshold:
        whole = _("Your photo as it is: {verdict}, {share} % sure.")
    else:
        whole = _("But your photo does not look like a tire: the answers mean nothing.")
    named = {"verdict": _(verdict), "share": f"{100 * first[verdict]:.0f}"}
    kept_all = _("{kept} of {count} variants still say {verdict}.")
    caption = kept_all.format(kept=kept, count=VARIANTS, **named) + " " + whole.format(**named)
    return Photos(pictures, caption)


def tires_predict(image: str | dict) -> dict[str, Any]:
    """Judge whether a photo shows a good or a defective tire, or say why that cannot be told.

    The last word has a specialist.

    Args:
        image: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL
            ("data:image/jpeg;base64,…"), or an uploaded file
            (`gradio_client.handle_file("tire.jpg")`), of at most 25 megapixels and 20 MB. EXIF
            rotation is applied.

    Returns:
        `verdict`, "good" or "defective", or null if the network cannot tell; `reason`, why it
        cannot: "no tire", "unfamiliar" (unlike all training photos), "tread not seen", "product
        shot" (before a plain backdrop all look good) or "undecided", else null; `probabilities`,
        {"good": p, "defective": 1 − p}, calibrated on photos of sources the network was not trained
        on, empty if it is no tire; `is_tire`; `view`, what is seen: "tread", "side", "sidewall",
        "several", "other" or, before a plain backdrop, "product", null if it is no tire;
        `notes`, what is wrong with the photo, some of "too dark", "blurred" and "small";
        `heat_map`, where the network looked (Grad-CAM), the data URL of a grey PNG that lies over
        the photo, white where it mattered most, its longest side at most 512 pixels, or null if it
        is no tire.
    """
    opened = sent_image(image)
    seen = classifier().examine(opened)
    return {
        "verdict": seen.verdict,
        "reason": seen.reason,
        "probabilities": {n: seen.probabilities[n] for n in LABELS} if seen.is_tire else {},
        "is_tire": seen.is_tire,
        "view": seen.view,
        "notes": seen.notes,
        "heat_map": None if seen.heat_map is None else png_url(seen.heat_map),
    }
