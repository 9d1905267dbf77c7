"""What all widgets share."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import component_meta
from jinja2 import Environment, FileSystemLoader, Template

from demos.frame.server import files
from demos.frame.texts import page_text

# For editors Gradio writes an interface beside the module of each component, anew at every start:
# ten milliseconds a widget, and files in a folder that it may not own.
component_meta.create_or_modify_pyi = lambda *_component: None  # type: ignore[assignment]

_EVENT = re.compile(r"trigger\('(\w+)'")
_LOAD = """/* {events} */
const root = (window.gradio_config?.root || location.origin).replace(/\\/?$/, '/');
element.ariaBusy = true; // until its script has come
import(root + '{address}').then((one) => one.default({{ element, props, trigger, watch }}))
  .finally(() => {{ element.ariaBusy = null; }});"""


class Widget(gr.HTML):
    """A `gr.HTML` whose page, style and script lie beside its module, as .html, .css and .js.

    The script is an ES module whose default function is called once, with `element`, `props`,
    `trigger(event, data)` and `watch(prop, callback)`; browsers load it once and keep it. It may
    import others, but raises all its events itself. What several pages hold is in
    `widgets/lib/parts.html`. Texts in page and script are marked:
    `{{ _("Play") }}`, and `_('Play')` of `widgets/lib/texts.js`.

    Gradio takes every word that stands quoted in `js_on_load` for an event, hence its names there,
    and so an argument of such a name for its listener: `get_config` leaves those out.
    """

    def __init__(self, *, page: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Lay out the widget.

        Args:
            page: what the page is made with, where the widget has parts that vary.
            **kwargs: properties of the widget, which the script finds in `props`, and arguments of
                `gr.HTML`.
        """
        module = Path(inspect.getfile(type(self)))
        folder = module.parent
        name = folder.name if module.stem == "__init__" else module.stem
        script = folder / f"{name}.js"
        events = dict.fromkeys(_EVENT.findall(_read(script)))
        super().__init__(
            html_template=_template(folder / f"{name}.html").render(_=page_text, **(page or {})),
            css_template=_read(folder / f"{name}.css"),
            js_on_load=_LOAD.format(
                events=" ".join(f"'{event}'" for event in events),
                address=files.address(_place(script)),
            ),
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


def _place(script: Path) -> str:
    inside = script.is_relative_to(files.DEMOS)
    return script.relative_to(files.DEMOS).as_posix() if inside else script.name


@functools.cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _template(path: Path) -> Template:
    parts = FileSystemLoader(files.DEMOS / "widgets" / "lib")
    return Environment(loader=parts, autoescape=True, optimized=False).from_string(_read(path))
