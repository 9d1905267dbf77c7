"""Links: the address of a page says the state of its chapter."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.frame.chapter import Controls
from demos.frame.texts import _, said
from models.sentences import refusal


def restore_link(
    query: Mapping[str, str], controls: Mapping[str, Controls]
) -> tuple[str | None, dict[Component, Any], list[str]]:
    """Read a link's query.

    Args:
        query: parameter → text, as after the `?`.
        controls: the controls of every chapter, by slug.

    Returns:
        The chapter's slug (None: none was asked for, or it is unknown), the values to set, and a
        sentence for each parameter that was ignored.
    """
    slug = query.get("chapter")
    if slug is None:
        return None, {}, []
    if slug not in controls:
        return None, {}, [_("There is no chapter “{name}”.").format(name=_clip(slug))]
    values: dict[Component, Any] = {}
    ignored: list[str] = []
    known = parameters(controls[slug])
    for name, text in query.items():
        if name == "hide":
            unknown = [item for item in text.split(",") if item and item not in known]
            sentence = _("“{name}” is no control that could be hidden.")
            ignored += [sentence.format(name=_clip(item)) for item in unknown]
            continue
        control = known.get(name)
        if control is None:
            # Gradio and Spaces add their own (__theme, __sign, …).
            if name not in ("chapter", "lang") and not name.startswith("__"):
                sentence = _("“{name}” is not a control of this chapter.")
                ignored.append(sentence.format(name=_clip(name)))
            continue
        try:
            if hasattr(control, "parameters"):
                part = {name: control.check(name, text)}
                values[control] = {**values.get(control, control.value), **part}
            else:
                values[control] = parse(control, text)
        except ValueError as error:
            sentence, reason = _("{name} = “{text}”: {reason}."), said(error).rstrip(".")
            ignored.append(sentence.format(name=name, text=_clip(text), reason=reason))
    return slug, values, ignored


def parameters(controls: Controls) -> dict[str, Component]:
    """Return the control that each parameter of a link sets.

    Usually that is the control of this name; one whose value is a dict has several `parameters`.
    """
    return {
        parameter: control
        for name, control in controls.items()
        for parameter in getattr(control, "parameters", [name])
    }


def parse(control: Component, text: str) -> Any:
    """Turn a link's text into a value of this control.

    Raises:
        ValueError: saying what the control allows.
    """
    if hasattr(control, "check"):
        return control.check(text)
    if isinstance(control, gr.Checkbox):
        if text.lower() not in ("true", "false"):
            raise refusal("true or false is needed")
        return text.lower() == "true"
    if isinstance(control, (gr.Radio, gr.Dropdown)):
        choices = [value for _, value in control.choices]
        if text not in choices:
            raise refusal("one of {choices} is needed", choices=", ".join(choices))
        return text
    if isinstance(control, gr.CheckboxGroup):
        picked = [item for item in text.split(",") if item]
        choices = [value for _, value in control.choices]
        if not set(picked) <= set(choices):
            raise refusal("some of {choices} are needed", choices=", ".join(choices))
        return [choice for choice in choices if choice in picked]
    if isinstance(control, (gr.Slider, gr.Number)):
        return _parse_number(control, text)
    raise TypeError(f"a link cannot hold a {type(control).__name__}")


def _parse_number(control: gr.Slider | gr.Number, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise refusal("a number is needed") from None
    low = -math.inf if control.minimum is None else control.minimum
    high = math.inf if control.maximum is None else control.maximum
    if not math.isfinite(number) or not low <= number <= high:
        raise refusal("it must lie between {low:g} and {high:g}", low=low, high=high)
    if number.is_integer():
        return int(number)
    whole = control.step == 1 if isinstance(control, gr.Slider) else control.precision == 0
    if whole:
        raise refusal("a whole number is needed")
    return number


def _clip(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def notice(sentences: Sequence[str]) -> str:
    """Return what a link's ignored values look like on the page; empty without any."""
    if not sentences:
        return ""
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences[:10])
    ignored, close = _("Some of this link was ignored:"), _("Close")
    return (
        f'<div role="alert"><div>{ignored}<ul>{items}</ul></div>'
        f'<button type="button" aria-label="{close}">✕</button></div>'
    )


def qr_code(link: str) -> str:
    """Return a link as a QR code, an SVG that scales.

    Raises:
        ValueError: if it is too long.
    """
    import segno

    if not isinstance(link, str) or not 0 < len(link.encode()) <= 2000:
        raise refusal("A QR code holds a link of at most 2000 letters.")
    return segno.make(link, error="l", micro=False).svg_inline(border=3, omitsize=True)
