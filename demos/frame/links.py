"""Links: the address of a page says the state of its chapter."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from gradio.components import Component

from demos.frame.chapter import Controls
from demos.frame.knobs import Choice
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
            # The answers of tasks and questions, too.
            unknown = {item for item in text.split(",") if item} - {*known, "answers"}
            sentence = _("“{name}” is no control that could be hidden.")
            ignored += [sentence.format(name=_clip(item)) for item in sorted(unknown)]
            continue
        control = known.get(name)
        if name == "step" and control is None:  # where a run stands: that is the page's
            if not text.isdecimal():
                ignored.append(_("“{text}” is no step of a run.").format(text=_clip(text)))
            continue
        if control is None:
            # Gradio and Spaces add their own (__theme, __sign, …).
            if name not in ("chapter", "lang", "view", "present") and not name.startswith("__"):
                sentence = _("“{name}” is not a control of this chapter.")
                ignored.append(sentence.format(name=_clip(name)))
            continue
        try:
            if hasattr(control, "parameters"):
                value = control.check(name, text)
                knob = getattr(control, "knobs", {}).get(name)
                also = knob.sets.get(value, {}) if isinstance(knob, Choice) and knob.linked else {}
                part = {name: value} | {one: also[one] for one in also if one not in query}
                values[control] = {**values.get(control, control.value), **part}
            else:
                values[control] = control.check(text)
        except ValueError as error:
            sentence, reason = _("{name} = “{text}”: {reason}."), said(error).rstrip(".")
            ignored.append(sentence.format(name=name, text=_clip(text), reason=reason))
    return slug, values, ignored


def parameters(controls: Controls) -> dict[str, Component]:
    """Return the control that each parameter of a link sets.

    Usually that is the control of this name; one whose value is a dict has several `parameters`.
    Either reads a link's text by its `check`.
    """
    return {
        parameter: control
        for name, control in controls.items()
        for parameter in getattr(control, "parameters", [name])
    }


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

    try:
        length = len(link.encode())
    except (AttributeError, UnicodeEncodeError):  # JSON may hold half of a pair of surrogates
        raise refusal("A QR code holds a link: send it as text.") from None
    if not 0 < length <= 2000:
        raise refusal("A QR code holds a link of at most 2000 characters.")
    return segno.make(link, error="l", micro=False).svg_inline(border=3, omitsize=True)
