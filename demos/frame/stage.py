"""The stage of a chapter: its controls beside its picture."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import gradio as gr

from demos.frame.knobs import Knobs
from demos.widgets.panel import Panel


@contextlib.contextmanager
def stage(knobs: Knobs, *, only: Sequence[str] = ()) -> Iterator[Panel]:
    """Lay out the controls of a chapter; what is made within stands in the picture beside them.

    On a phone the controls become a dock below the picture, and stay in view with it.

    Args:
        knobs: the controls.
        only: the topics with which the stage is shown, see `only_in`; by default all.
    """
    with gr.Row(elem_classes=["stage", *only_in(*only)]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            panel = Panel(knobs)
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            yield panel


def two_sides(
    kind: str, *, width: int = 1, only: Sequence[str] = ()
) -> tuple[gr.Column, gr.Column]:
    """Lay out a place for what is drawn or photographed, and the picture beside it.

    Args:
        kind: "beside", with a pad whose controls stand below it; "photo-first".
        width: of the picture; the other side is 1 wide.
        only: as of `stage`.

    Returns:
        Both sides: what is made `with` one of them stands in it.
    """
    with gr.Row(elem_classes=["stage", kind, *only_in(*only)]):
        place = gr.Column(scale=1, min_width=280, elem_classes=["controls"])
        picture = gr.Column(scale=width, min_width=320, elem_classes=["picture"])
    return place, picture


def only_in(*topics: str) -> list[str]:
    """Return the `elem_classes` of what is shown with some topics of the chapter only."""
    return [f"in-topic-{topic}" for topic in topics]
