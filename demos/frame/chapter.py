"""The frame that every chapter shares: the parts of a tab, its link, how its picture is drawn."""

from __future__ import annotations

import ast
import functools
import html
import importlib.util
import inspect
import json
import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.frame.events import at_once
from demos.frame.texts import SOURCE, _, current, in_this_language, said
from demos.widgets.blackboard import LATEX
from models.sentences import refusal

Controls = dict[str, Component]

# From the first line that is no decorator.
_DEFINITION = re.compile(r"^(?:def|class|async def) .*", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Task:
    """Something to try, and what the student should have found.

    Both are Markdown with formulas, in English; the frame says them in the page's language.
    """

    prompt: str
    answer: str


@dataclass(frozen=True)
class Chapter:
    """One tab of the suite.

    Attributes:
        slug: its name in links, `?chapter=slug`.
        title: the name on the tab, marked with `N_`.
        question: what the chapter answers, in one sentence, marked with `N_`.
        build: lays out controls and picture, wires them, and returns the controls that make up the
            state of the tab, by their name in links.
        tasks: two to four tasks with hidden answers.
        lesson: the functions that compute what is shown; their source is shown as it runs. One
            whose module is slow to import is named instead: "models.digits:DigitModel.forward".
    """

    slug: str
    title: str
    question: str
    build: Callable[[], Controls]
    tasks: Sequence[Task]
    lesson: Sequence[Callable | str]

    def tab(self) -> Controls:
        """Lay out the whole tab and return its controls. Call it within `gr.Tabs`."""
        with (
            gr.Tab(_(self.title), id=self.slug, elem_id=f"tab-{self.slug}") as tab,
            gr.Column(elem_classes=["chapter"], elem_id=f"chapter-{self.slug}"),
        ):
            with gr.Row(elem_classes=["chapter-head"]):
                gr.Markdown(
                    f"## {_(self.question)}",
                    elem_classes=["question"],
                    container=False,
                    min_width=240,
                )
                copy = gr.Button(
                    _("Copy link"), size="sm", scale=0, min_width=120, elem_classes=["copy-link"]
                )
                code = gr.Button("QR", size="sm", scale=0, min_width=48, elem_classes=["show-code"])
            controls = self.build()
            for name, control in controls.items():
                # What a link hides is found by this name.
                control.elem_classes = [*(control.elem_classes or []), f"control-{name}"]
            gr.Markdown(self._tasks(), elem_classes=["tasks"], latex_delimiters=LATEX)
            with gr.Accordion(_("The PyTorch code"), open=False, elem_classes=["source"]):
                gr.Code(self.source(), language="python", interactive=False, show_label=False)
            tab.select(
                None,
                js=f"() => window.courseTabChosen({json.dumps(self.slug)})",
                api_visibility="private",
            )
            for button, action in ((copy, "courseCopyLink"), (code, "courseShowCode")):
                button.click(
                    None,
                    inputs=list(controls.values()),
                    # Receives the values of the controls; the names stand in their order.
                    js=f"(...values) => window.{action}"
                    f"({json.dumps([self.slug, *controls])}, values)",
                    api_visibility="private",
                )
        return controls

    def source(self) -> str:
        """Return the source of the functions that ran, without the guards in front of them."""
        sources = (_DEFINITION.search(source_of(part))[0].rstrip() for part in self.lesson)
        return "\n\n\n".join(sources) + "\n"

    def _tasks(self) -> str:
        lines, summary = ["### " + _("Try this")], _("Answer")
        for number, task in enumerate(self.tasks, 1):
            lines.append(
                f'<div class="task">\n\n**{number}.** {_(task.prompt)}\n\n'
                f"<details><summary>{summary}</summary>\n\n{_(task.answer)}\n\n</details>\n\n</div>"
            )
        return "\n\n".join(lines)


@functools.cache
def source_of(part: Callable | str) -> str:
    """Return the source of a function or class; one given as "module:name" is not imported."""
    if not isinstance(part, str):
        return textwrap.dedent(inspect.getsource(inspect.unwrap(part)))
    module, _colon, names = part.partition(":")
    lines, node = _parsed(module)
    for name in names.split("."):
        node = next(child for child in node.body if getattr(child, "name", None) == name)
    return textwrap.dedent("".join(lines[node.lineno - 1 : node.end_lineno]))


@functools.cache
def _parsed(module: str) -> tuple[list[str], ast.Module]:
    text = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8")
    return text.splitlines(keepends=True), ast.parse(text)


def student_errors(function: Callable, name: str | None = None) -> Callable:
    """Wrap a lesson for the API: its ValueError becomes one sentence, as gr.Error.

    Args:
        function: with a Google docstring, which "Use via API" and language models read.
        name: of the tool that language models see, where the function's own says too little.
    """

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise gr.Error(said(error), print_exception=False) from error

    answer.__name__ = name or function.__name__
    answer.__doc__ = unwrapped(inspect.getdoc(function) or "")
    return answer


def unwrapped(docstring: str) -> str:
    """Return a Google docstring with each argument and what it returns on one line.

    Gradio reads the first line of an argument's description only, and no "Raises:".
    """
    heads = ("Args:", "Returns:", "Raises:")
    parts: dict[str, list[str]] = {"": []}
    for line in docstring.splitlines():
        if line in heads:
            parts[line] = []
        elif line.strip():
            list(parts.values())[-1].append(line)
    entries: list[str] = []
    for line in parts.get("Args:", []):
        if re.match(r" {4}\w+: ", line):
            entries.append(line)
        else:
            entries[-1] += " " + line.strip()
    lines = [" ".join(line.strip() for line in parts[""])]
    if entries:
        lines += ["", "Args:", *entries]
    if "Returns:" in parts:
        lines += ["", "Returns:", "    " + " ".join(line.strip() for line in parts["Returns:"])]
    return "\n".join(lines)


def shown_errors(function: Callable, picture: Component, outputs: Sequence[Component]) -> Callable:
    """Wrap a handler of the page: its ValueError is shown in the picture, which stays as it was.

    Gradio 6 shows no gr.Error of an event that bypasses the queue, hence `picture.refusal(text)`.
    """

    @functools.wraps(function)
    def answer(*args: Any) -> Any:
        try:
            return function(*args)
        except ValueError as error:
            values = [picture.refusal(said(error)) if o is picture else gr.skip() for o in outputs]
            return values if len(values) > 1 else values[0]

    return answer


def endpoint(function: Callable, name: str | None = None, **options: Any) -> None:
    """Offer a lesson to programs, at `/name`. Call it within `build()`.

    Args:
        function: with a Google docstring, which "Use via API" and language models read; its
            ValueError becomes one sentence.
        name: by default the function's own.
        **options: passed on to `gr.api`.
    """
    name = name or function.__name__
    if current() == SOURCE:
        gr.api(student_errors(function, name), api_name=name, **options)
        return
    # The page in another language asks one that answers in this language.
    gr.api(
        in_this_language(student_errors(function, name)),
        api_name=f"{current()}_{name}",
        api_visibility="undocumented",
        **options,
    )


def topics(names: Mapping[str, str]) -> gr.Radio:
    """Lay out the choice between the topics of a chapter, which `only_in` refers to.

    Args:
        names: value → what the visitor reads, in the language of the page.
    """
    return gr.Radio(
        [(name, value) for value, name in names.items()],
        value=next(iter(names)),
        show_label=False,
        label=_("topic"),
        container=False,
        elem_classes=["modes", "topics"],
    )


def only_in(*numbers: int) -> gr.Column:
    """Return a column that is shown with these topics, counted from 1."""
    return gr.Column(elem_classes=["controls", *(f"mode-{number}" for number in numbers)])


def draw(
    controls: Controls,
    function: Callable,
    outputs: Component | Sequence[Component],
    *,
    picture: Component | None = None,
    preprocess: bool = False,
    apart: Sequence[str] = (),
) -> None:
    """Call `function(*controls)` on every input, and when the picture asks for its first rows.

    Handlers must be pure and cheap (< 50 ms): they bypass the queue, and while a slider moves only
    the newest value is computed.

    Args:
        controls: the controls whose values are the arguments, in this order.
        function: returns the outputs' values; its ValueError is shown in the picture.
        outputs: the components to update.
        picture: the widget that raises `expand` and shows errors; by default the first output.
        preprocess: whether Gradio turns files into pictures and the like first. It also refuses
            numbers out of range, with an error the page does not show: leave that to `bounded`.
        apart: names of controls that have a handler of their own, since they also set others.
    """
    outputs = [outputs] if isinstance(outputs, Component) else list(outputs)
    picture = picture or outputs[0]
    moved = [control for name, control in controls.items() if name not in apart]
    at_once(
        [picture.expand, *(_changed_by_visitor(control) for control in moved)],
        shown_errors(function, picture, outputs),
        list(controls.values()),
        outputs,
        preprocess=preprocess,
    )


def _changed_by_visitor(control: Component) -> Callable:
    # .change would also fire when a link or another control sets the value.
    return control.input


# ---------------------------------------------------------------- links


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
