"""What all widgets share."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from jinja2 import Environment, Template

from demos.frame.texts import SPEAK, _, current, speaking, texts_of_script


class Widget(gr.HTML):
    """A `gr.HTML` whose page, style and script lie beside its module, as .html, .css and .js.

    Texts in them are marked: `{{ _("Play") }}` in the page, `_('Play')` in the script.

    Gradio takes every word that stands quoted in `js_on_load` for an event, and so an argument of
    that name ('table', 'note', …) for its listener. Each of them holds the whole app, which Gradio
    then copies for every visitor: a second per page. `get_config` leaves them out.
    """

    def __init__(self, *, scripts: Sequence[str] = (), **kwargs: Any) -> None:
        """Lay out the widget.

        Args:
            scripts: names of the scripts, run as one, where it is not one named as the module.
            **kwargs: properties of the widget, which the script finds in `props`, and arguments of
                `gr.HTML`.
        """
        module = Path(inspect.getfile(type(self)))
        folder = module.parent
        name = folder.name if module.stem == "__init__" else module.stem
        script = "\n".join(_read(folder / f"{one}.js") for one in scripts or [name])
        texts = json.dumps(texts_of_script(script), ensure_ascii=False)
        super().__init__(
            html_template=_page(folder / f"{name}.html", current()),
            css_template=_read(folder / f"{name}.css"),
            js_on_load=f"const TEXTS = {texts};{SPEAK}{script}",
            apply_default_css=False,
            **kwargs,
        )

    def get_config(self) -> dict[str, Any]:
        """Return the properties that the page needs."""
        config = super().get_config()
        return {
            name: value
            for name, value in config.items()
            if not isinstance(value, functools.partial)
        }


@functools.cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _page(path: Path, language: str) -> str:
    with speaking(language):
        return _template(path).render(_=_)


@functools.cache
def _template(path: Path) -> Template:
    return Environment(autoescape=True, optimized=False).from_string(_read(path))
