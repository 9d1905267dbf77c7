"""Digits as they are, and as two numbers let them be rebuilt; see pictures.js."""

from __future__ import annotations

from typing import Any

from demos.widgets.widget import Widget


class Pictures(Widget):
    """Rebuilt digits, which follow the chart of their chapter.

    Its value is JSON: labels, and the pixels of the true digits and of those rebuilt by PCA, a byte
    each, as base64; those of the autoencoder come with the rows of the chart, in `seen`.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Lay out the rows of pictures; `kwargs` are passed on to `gr.HTML`."""
        super().__init__(value="", **kwargs)
