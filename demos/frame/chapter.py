"""A chapter of the course: its parts, and how its tab is laid out."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import gradio as gr
from gradio.components import Component

from demos.frame.source import source_without_guards
from demos.frame.texts import _
from demos.widgets.blackboard import LATEX

Controls = dict[str, Component]


@dataclass(frozen=True)
class Task:
    """Something to try, and what the student should have found.

    Attributes:
        prompt: Markdown with formulas, in English; the frame says it in the page's language.
        answer: likewise; hidden until it is asked for.
        settings: of the chapter's panel, that one press brings about; the others get their
            defaults. Without any there is nothing to set up.
    """

    prompt: str
    answer: str
    settings: Mapping[str, Any] = field(default_factory=dict)


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

    def tab(self, before: Chapter | None = None, after: Chapter | None = None) -> Controls:
        """Lay out the whole tab and return its controls. Call it within `gr.Tabs`.

        Args:
            before: the chapter that stands before it in the course.
            after: the one that follows.
        """
        with (
            gr.Tab(_(self.title), id=self.slug, elem_id=f"tab-{self.slug}"),
            gr.Column(elem_classes=["chapter"], elem_id=f"chapter-{self.slug}"),
        ):
            with gr.Column(elem_classes=["chapter-top"]) as top:
                pass
            controls = self.build()
            for name, control in controls.items():
                # Gradio finds out for itself only what is on the page from the start.
                control.interactive = True
                # What a link hides is found by this name.
                control.elem_classes = [*(control.elem_classes or []), f"control-{name}"]
            with top:
                gr.HTML(
                    self._head(controls),
                    elem_classes=["chapter-head"],
                    apply_default_css=False,
                    js_on_load=None,
                )
            gr.Markdown(self._tasks(controls), elem_classes=["tasks"], latex_delimiters=LATEX)
            with gr.Accordion(_("The PyTorch code"), open=False, elem_classes=["source"]):
                gr.Code(self.source(), language="python", interactive=False, show_label=False)
            gr.HTML(
                _neighbours(before, after),
                elem_classes=["neighbours"],
                apply_default_css=False,
                js_on_load=None,
            )
            gr.on(
                [control.change for control in controls.values()],
                None,
                inputs=list(controls.values()),
                # The address of the page is its state. The names stand in the order of the values.
                js=f"(...values) => window.courseState("
                f"{json.dumps(self.slug)}, {json.dumps(list(controls))}, values)",
                api_visibility="private",
                trigger_mode="multiple",
                queue=False,
            )
        return controls

    def _head(self, controls: Controls) -> str:
        """Return the question and the buttons beside it, with what the page's script must know."""
        defaults = {name: control.value for name, control in controls.items()}
        known = html.escape(json.dumps(defaults, ensure_ascii=False), quote=True)
        question, copy, code = _(self.question), _("Copy link"), _("This tab as a QR code")
        return (
            f'<div class="head-row" data-defaults="{known}">'
            f'<div class="question"><h2>{question}</h2></div>'
            f'<button type="button" class="copy-link">{copy}</button>'
            f'<button type="button" class="show-code" aria-label="{code}">QR</button></div>'
            '<div class="topics-place"></div>'
        )

    def source(self) -> str:
        """Return the source of the functions that ran, without the guards in front of them."""
        return source_without_guards(self.lesson)

    def _tasks(self, controls: Controls) -> str:
        lines, summary = ["### " + _("Try this")], _("Answer")
        for number, task in enumerate(self.tasks, 1):
            lines.append(
                f'<div class="task">\n\n**{number}.** {_(task.prompt)}\n\n'
                f"{self._set_up(task, controls)}"
                f"<details><summary>{summary}</summary>\n\n{_(task.answer)}\n\n</details>\n\n</div>"
            )
        return "\n\n".join(lines)

    def _set_up(self, task: Task, controls: Controls) -> str:
        """Return a link to the state that a task begins with."""
        if not task.settings:
            return ""
        knobs = controls["panel"].knobs
        said = {name: knobs[name].text(knobs[name].check(v)) for name, v in task.settings.items()}
        link, words = urlencode({"chapter": self.slug, **said}), _("Set this up")
        return f'<p class="set-up"><a href="?{html.escape(link)}">{words}</a></p>\n\n'


def _neighbours(before: Chapter | None, after: Chapter | None) -> str:
    links = ""
    for chapter, name in ((before, _("Before")), (after, _("Next"))):
        if chapter:
            title = _(chapter.title)
            links += (
                f'<a href="?chapter={chapter.slug}" data-go="{chapter.slug}">'
                f"<span>{name}</span> {title}</a>"
            )
    name = _("Chapters before and after")
    return f'<nav aria-label="{name}">{links}</nav>'
