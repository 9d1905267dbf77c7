"""The page: built once, and sent with the one chapter that is asked for, in a language.

All chapters are built when the app starts. A page holds the frame and the chapter of its address;
of the others it holds the names. Whoever opens one of them is sent that chapter, as Gradio sends
what `gr.render` made: `Suite.process_api` adds it to the answer of `open_chapter`.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import orjson
from gradio.routes import App

from demos.frame import languages, sessions, texts, zero_gpu
from demos.frame.api import endpoint, student_errors
from demos.frame.chapter import Chapter, Controls
from demos.frame.links import notice, qr_code, restore_link
from demos.frame.photos import photo_preview
from demos.frame.server import Limits, pytorch
from demos.frame.server.line import Line
from demos.frame.server.sentences import NOT_UPLOADED, plain
from demos.frame.server.uploads import Uploads, files_in
from demos.frame.server.weights import Models
from demos.frame.texts import BUILDING, N_, _
from demos.frame.theme import THEME
from demos.widgets.masthead import Masthead

TITLE = N_("Deep learning you can touch")
PURPOSE = N_("From one neuron to transfer learning, with real PyTorch behind every control.")

# How the page looks and what it shows, for whoever launches or mounts it.
LOOK = {
    "theme": THEME,
    "css_paths": [Path(__file__).parent / "page.css"],
    "footer_links": ["settings"],
    "run_history": False,
    "enable_monitoring": False,
    "max_file_size": "20mb",
    "pwa": True,
}
MAX_QUERY = 20_000  # characters of an address that are read

sessions.keep_nothing()


@dataclass(frozen=True)
class Asked:
    """What a page is asked for: a language, and the query of its address."""

    language: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def link(self) -> dict[str, str]:
        """The query by name; of several of one name the last."""
        return dict(self.query)


# Set while a page is sent, see `demos.frame.server.door`; else the whole is meant, in English.
asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


class Suite(gr.Blocks):
    """The page. However it is launched, it wears its own look."""

    def __init__(
        self,
        parts: Mapping[str, Sequence[Chapter]],
        before: Sequence[Chapter] = (),
        after: Sequence[Chapter] = (),
        **kwargs: Any,
    ):
        """Build the page.

        Args:
            parts: of the course, in order: name → its chapters.
            before: what stands before the chapters, and is no chapter itself; the first of them is
                what a visitor sees first.
            after: what stands after them.
            **kwargs: passed on to `gr.Blocks`.
        """
        self._whole: dict[str, Any] | None = None
        self.parts = parts
        self._before, self._after = before, after
        self._course = [one for chapters in parts.values() for one in chapters]
        self.chapters = {one.slug: one for one in [*before, *self._course, *after]}
        self.controls: dict[str, Controls] = {}
        self.limits: Limits | None = None
        self._uploads: Uploads | None = None
        self._models: Models | None = None
        with _without_servers():
            super().__init__(title=TITLE, analytics_enabled=False, fill_width=True, **kwargs)
            with self, texts.speaking(BUILDING):
                self._lay_out()
        sessions.Nowhere().set_blocks(self)
        self.api_open = False  # what is queued is not computed past the queue

    def queue(self, *args: Any, **kwargs: Any) -> Suite:
        """Queue as `gr.Blocks` does, but in a fair order."""
        super().queue(*args, **kwargs)
        self._queue = self.line = Line.like(self._queue)  # type: ignore[has-type]
        return self

    def attended(self, limits: Limits | None, uploads: Uploads, models: Models) -> None:
        """Keep to these limits, remove uploads after their answers, say which models are wanted."""
        self.limits, self._uploads, self._models = limits, uploads, models
        for block in self.blocks.values():  # where Gradio copies what it is sent
            if hasattr(block, "GRADIO_CACHE"):
                block.GRADIO_CACHE = str(uploads.folder)

    def _lay_out(self) -> None:
        def named(chapters: Sequence[Chapter]) -> list[tuple[str, str]]:
            return [(chapter.slug, _(chapter.title)) for chapter in chapters]

        menu = [(_(part), named(chapters)) for part, chapters in self.parts.items()]
        ends = [named(self._before), named(self._after)]
        self._masthead = Masthead(_(TITLE), _(PURPOSE), texts.names(), menu, ends)
        self._notice = gr.HTML(
            "",
            elem_classes=["notice"],
            apply_default_css=False,
            js_on_load="element.addEventListener('click', (event) => {"
            " if (event.target.closest('button')) props.value = ''; });",
        )
        with gr.Tabs(elem_classes=["chapters"], elem_id="chapters") as self._tabs:
            for chapter in self.chapters.values():
                course = self._course if chapter in self._course else ()
                self.controls[chapter.slug] = chapter.tab(course)
        self._device = gr.HTML(
            "", elem_classes=["device"], apply_default_css=False, js_on_load=None
        )
        self._tabs.select(
            None, js="() => window.courseTabChosen()", api_visibility="private", queue=False
        )
        opening = self._masthead.select(
            open_chapter, queue=False, show_progress="hidden", api_visibility="private"
        )
        self._opener = list(self.fns.values())[-1]
        opening.then(None, js="() => window.courseRedraw()", api_visibility="private")
        gr.api(student_errors(qr_code), queue=False, api_visibility="undocumented")
        endpoint(photo_preview, queue=False, api_visibility="undocumented")
        zero_gpu.endpoint()
        # At each step of any event, Gradio's page copies the values of all components that events
        # have shown their progress on: by default their outputs, so all pictures of all chapters
        # that were opened, for a second in the end. Here the events share one that is small.
        for event in self.fns.values():
            event.show_progress_on = [self._notice]

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """Launch as `gr.Blocks.launch` does, with the suite's look."""
        return super().launch(*args, **{**LOOK, **kwargs})

    # ------------------------------------------------------------ what is sent

    @property
    def config(self) -> dict[str, Any]:
        """What Gradio sends as the page: that which is asked for, else the whole."""
        page = asked.get()
        return self._spoken(texts.SOURCE)["whole"] if page is None else self._page(page)

    @config.setter
    def config(self, whole: dict[str, Any]) -> None:
        self._whole = None
        self._spoken.cache_clear()

    def get_config_file(self) -> dict[str, Any]:
        """Return nothing: Gradio asks several times while it starts, `config` when it is needed."""
        return {}

    @functools.lru_cache(maxsize=16)  # noqa: B019 - there is one suite
    def _spoken(self, language: str) -> dict[str, Any]:
        """Return the whole page in a language, and what belongs to each chapter."""
        if self._whole is None:
            self._whole = super().get_config_file()
        # orjson, as Gradio itself writes it: it knows dataclasses among the properties.
        built = orjson.dumps(self._whole, option=orjson.OPT_SERIALIZE_NUMPY, default=str).decode()
        whole = orjson.loads(texts.spoken(built, language))
        rooms = {}
        for slug in self.chapters:
            container = _find(whole["layout"], self._container(slug))
            inside = set(_ids(container))
            rooms[slug] = {
                "layout": container,
                "components": [c for c in whole["components"] if c["id"] in inside],
                "dependencies": _events(whole["dependencies"], inside),
            }
        return {"whole": whole, "rooms": rooms}

    def _container(self, slug: str) -> int:
        return next(
            block._id
            for block in self.blocks.values()
            if getattr(block, "elem_id", None) == f"chapter-{slug}"
        )

    def _page(self, page: Asked) -> dict[str, Any]:
        """Return the config of a page: the frame, one chapter, and no other."""
        spoken = self._spoken(page.language)
        whole, rooms, link = spoken["whole"], spoken["rooms"], page.link
        if link.get("view", "").startswith(("api", "programs")):
            return {**whole, "footer_links": ["api", *LOOK["footer_links"]]}
        with texts.speaking(page.language):
            slug, values, ignored = restore_link(link, self.controls)
            told = notice(ignored)
            device = _("Computed on {device}").format(device=f"<b>{device_name()}</b>")
            use = _("Use via API")
        # The endpoints are part of that page only, which Gradio's own link would not load.
        foot = [device] * bool(device_name()) + [f'<a href="?view=programs">{use}</a>']
        opened = slug or next(iter(rooms))
        self._expect(opened)
        others = [room for name, room in rooms.items() if name != opened]
        elsewhere = {one["id"] for room in others for one in room["dependencies"]}
        closed = {one for room in others for one in _inside(room)}
        values |= {self._notice: told, self._device: " · ".join(foot)}
        by_id = {component._id: value for component, value in values.items()}
        components = [
            _with_value(one, by_id) for one in whole["components"] if one["id"] not in closed
        ]
        components = [_selected(one, self._tabs._id, opened) for one in components]
        dependencies = [
            one
            for one in whole["dependencies"]
            if one["api_visibility"] == "private" and one["id"] not in elsewhere
        ]
        layout = _without_rooms(
            whole["layout"],
            {room["layout"]["id"] for room in others},
        )
        return {
            **whole,
            "components": components,
            "dependencies": dependencies,
            "layout": layout,
            "page": {
                "": {
                    "layout": layout,
                    "components": [one["id"] for one in components],
                    "dependencies": [one["id"] for one in dependencies],
                }
            },
        }

    def _expect(self, slug: str) -> None:
        if self._models:
            self._models.want(self.chapters[slug].weights)

    def room(self, page: Asked) -> dict[str, Any] | None:
        """Return a chapter as it is sent to a page that opens it; None if there is none."""
        with texts.speaking(page.language):
            slug, values, _ignored = restore_link(page.link, self.controls)
        if slug is None:
            return None
        self._expect(slug)
        room = self._spoken(page.language)["rooms"][slug]
        by_id = {component._id: value for component, value in values.items()}
        components = [_with_value(one, by_id) for one in room["components"]]
        return {**room, "components": components, "render_id": room["layout"]["id"]}

    async def process_api(
        self, block_fn: Any, inputs: list[Any], *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Run a handler; the answer of `open_chapter` brings the chapter along.

        Raises:
            gr.Error: in a sentence, whatever went wrong.
        """
        request = kwargs.get("request")
        language = languages.of_answer(getattr(request, "request", request))
        files = list(files_in(inputs))
        with texts.speaking(language):
            try:
                self._check(block_fn, inputs, files)
                if block_fn is not self._opener:
                    await pytorch.loaded()
                output = await super().process_api(block_fn, inputs, *args, **kwargs)
                if block_fn is self._opener:
                    data = getattr(kwargs.get("event_data"), "_data", None)
                    query = data.get("query") if isinstance(data, dict) else ""
                    output["render_config"] = self.room(Asked(language, read_query(query)))
                return output
            except Exception as error:
                raise plain(error, getattr(block_fn, "api_name", "") or "handler") from None
            finally:
                self._forget(files)

    def _check(self, block_fn: Any, inputs: list[Any], files: list[Any]) -> None:
        """Refuse what no handler could take; Gradio would say so in words for programmers."""
        if len(inputs) != len(block_fn.inputs) and not block_fn.batch:
            raise gr.Error(
                _("{needed} values are needed here, and {sent} came.").format(
                    needed=len(block_fn.inputs), sent=len(inputs)
                )
            )
        if self._uploads and not all(map(self._uploads.holds, files)):
            raise gr.Error(texts.said(NOT_UPLOADED))

    def _forget(self, files: list[Any]) -> None:
        for path in filter(self._uploads.holds, files) if self._uploads else ():
            self._uploads.used(path)
            for known in self.temp_file_sets:
                known.discard(path)

    def get_api_info(self, all_endpoints: bool = False, page: str | None = None) -> Any:
        """Describe the endpoints, to programs and to the page that shows them."""
        here = asked.get()
        if here is not None and not here.link.get("view", "").startswith(("api", "programs")):
            return {"named_endpoints": {}, "unnamed_endpoints": {}}
        return super().get_api_info(all_endpoints, page and "")


@contextlib.contextmanager
def _without_servers() -> Iterator[None]:
    """Let Gradio build no server: it would make two while the page is laid out, and use neither.

    `launch` and `gr.mount_gradio_app` make the one that serves.
    """
    create = App.create_app
    App.create_app = staticmethod(lambda *args, **kwargs: None)  # type: ignore[assignment]
    try:
        yield
    finally:
        App.create_app = create


def open_chapter(event: gr.EventData) -> None:
    """Open the chapter that `event.query` names; `Suite.process_api` sends it."""


def read_query(text: Any) -> tuple[tuple[str, str], ...]:
    """Return the parameters of an address, without its question mark."""
    if not isinstance(text, str) or len(text) > MAX_QUERY:
        return ()
    try:
        return tuple(parse_qsl(text.lstrip("?"), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return ()


def device_name() -> str:
    """Return what computes: "cpu", "cuda: NVIDIA …" or "mps"; "" until PyTorch is there."""
    if "torch" not in sys.modules:
        return ""
    from models import hub

    return hub.device_name()


# ---------------------------------------------------------------- parts of a config


def _find(layout: Mapping[str, Any], wanted: int) -> dict[str, Any]:
    for child in layout.get("children", []):
        if child["id"] == wanted:
            return child
        if found := _find(child, wanted):
            return found
    return {}


def _ids(layout: Mapping[str, Any]) -> list[int]:
    return [layout["id"], *(i for child in layout.get("children", []) for i in _ids(child))]


def _inside(room: Mapping[str, Any]) -> list[int]:
    """Return the ids of what is in a room; the room itself stays on the page."""
    return _ids(room["layout"])[1:]


def _events(dependencies: Sequence[dict[str, Any]], inside: set[int]) -> list[dict[str, Any]]:
    """Return the events of the blocks of a room, and what follows on them."""
    found: dict[int, dict[str, Any]] = {}
    for one in dependencies:  # what follows comes later
        ours = inside & _touched(one) or one.get("trigger_after") in found
        if one["api_visibility"] == "private" and ours:
            found[one["id"]] = one
    return list(found.values())


def _touched(dependency: Mapping[str, Any]) -> set[int]:
    triggers = {target for target, _event in dependency["targets"]}
    return triggers | set(dependency["inputs"]) | set(dependency["outputs"])


def _without_rooms(layout: Mapping[str, Any], closed: set[int]) -> dict[str, Any]:
    children = [] if layout["id"] in closed else layout.get("children", [])
    return {**layout, "children": [_without_rooms(child, closed) for child in children]}


def _with_value(component: dict[str, Any], values: Mapping[int, Any]) -> dict[str, Any]:
    if component["id"] not in values:
        return component
    return {**component, "props": {**component["props"], "value": values[component["id"]]}}


def _selected(component: dict[str, Any], tabs: int, slug: str) -> dict[str, Any]:
    if component["id"] != tabs:
        return component
    return {**component, "props": {**component["props"], "selected": slug}}
