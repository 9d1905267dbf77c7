"""A chapter of the course: its parts, and how its tab is laid out."""

from __future__ import annotations

import html
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import gradio as gr
from gradio.components import Component

from demos.frame import texts
from demos.frame.kept import kept_json
from demos.frame.knobs import Knobs, Topic
from demos.frame.miniature import Layer
from demos.frame.quiz import Question
from demos.frame.server import files
from demos.frame.source import script_of, source_without_guards
from demos.frame.texts import _
from demos.widgets.blackboard import LATEX
from demos.widgets.live_chart import VEGA
from demos.widgets.panel import Panel, Settings

Controls = dict[str, Component]


@dataclass(frozen=True)
class Task:
    """Something to try, and what the student should have found.

    Attributes:
        prompt: Markdown with formulas, in English; the frame says it in the page's language.
        answer: likewise; hidden until it is asked for.
        settings: of the chapter's controls, that one press brings about; the others get their
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
        intro: one sentence for someone who knows nothing of it, marked with `N_`: what the letters
            and the words mean.
        invitation: what a button says that lets the picture play, or leads to what is to be
            touched first; marked with `N_`. By topic, where only some topics have one.
        build: lays out controls and picture, wires them, and returns the controls that make up the
            state of the tab, by their name in links.
        tasks: two to four tasks with hidden answers.
        lesson: the functions that compute what is shown; their source is shown as it runs. One
            whose module is slow to import is named instead: "models.digits:DigitModel.forward".
        script: a function whose arguments are knobs; its body, with the settings of the moment in
            front, is a script that runs by itself. One for each topic, where there are topics.
        builds_on: slugs of the chapters that one should know before.
        weights: of the models that it asks, by their names in `models.SHIPPED`: they are loaded
            when somebody opens it.
        quiz: five to eight questions on it.
        minutes: how long one takes for it, about.
        miniature: returns the picture of the chapter on the course map, from what it computes.
    """

    slug: str
    title: str
    question: str
    build: Callable[[], Controls]
    tasks: Sequence[Task]
    lesson: Sequence[Callable | str]
    intro: str = ""
    invitation: str | Mapping[str, str] = ""
    script: Callable | Mapping[str, Callable] | None = None
    builds_on: Sequence[str] = ()
    weights: Sequence[str] = ()
    quiz: Sequence[Question] = ()
    minutes: int = 30
    miniature: Callable[[], Sequence[Layer]] | None = None

    def tab(self, course: Sequence[Chapter] = ()) -> Controls:
        """Lay out the whole tab and return its controls. Call it within `gr.Tabs`.

        Args:
            course: all chapters, in order.
        """
        with (
            gr.Tab(_(self.title), id=self.slug, elem_id=f"tab-{self.slug}"),
            gr.Column(elem_classes=["chapter"], elem_id=f"chapter-{self.slug}") as whole,
        ):
            with gr.Column(elem_classes=["chapter-top"]) as top:
                pass
            controls = self.build()
            stages = [one for one in whole.children if "stage" in (one.elem_classes or [])]
            if any(map(_panelled, stages)):
                # Said here: style sheets that had to look for it would do so at every frame.
                whole.elem_classes = [*whole.elem_classes, "panelled"]
            for name, control in controls.items():
                # What a link hides is found by this name.
                control.elem_classes = [*(control.elem_classes or []), f"control-{name}"]
            with top:
                gr.HTML(
                    self._head(controls),
                    elem_classes=["chapter-head"],
                    apply_default_css=False,
                    js_on_load=None,
                )
            if self.tasks:
                gr.Markdown(
                    self._tasks(controls),
                    elem_classes=["tasks"],
                    latex_delimiters=LATEX,
                    sanitize_html=False,  # of our own; what buttons say to screen readers stays
                )
            codes, opened = self._code(controls) if self.lesson else ([], None)
            if course:
                gr.HTML(
                    _neighbours(self, course),
                    elem_classes=["neighbours"],
                    apply_default_css=False,
                    js_on_load=None,
                )
            if not controls:
                return controls
            gr.on(
                [opened] * bool(opened) + [control.change for control in controls.values()],
                None,
                inputs=list(controls.values()),
                outputs=codes,
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
        intro = f"<p>{_(self.intro)}</p>" * bool(self.intro)
        invited = self.invitation if isinstance(self.invitation, Mapping) else {"": self.invitation}
        for topic, said in invited.items():
            words, only = _(said), f" in-topic-{topic}" if topic else ""
            intro += f'<button type="button" class="invitation{only}">{words}</button>' * bool(said)
        source, quiz = self._code_file(controls), self._quiz_file(controls)
        # Where the course lies in public, for notebooks that are opened elsewhere.
        public = html.escape(os.environ.get("COURSE_REPOSITORY", ""), quote=True)
        return (
            f'<div class="head-row" data-defaults="{known}" data-code="{source}" '
            f'data-quiz="{quiz}" data-repository="{public}" '
            f'data-vega="{VEGA}">'
            f'<div class="question"><h2>{question}</h2></div>'
            f'<button type="button" class="copy-link">{copy}</button>'
            f'<button type="button" class="show-code" aria-label="{code}">QR</button></div>'
            f'<div class="intro">{intro}</div>'
            '<div class="topics-place"></div>'
        )

    def _code(self, controls: Controls) -> tuple[list[Component], Callable]:
        """Lay out the code; return what shows it, and the event that asks for it."""
        shown = {"language": "python", "interactive": False, "show_label": False}
        codes = []
        with gr.Accordion(_("The PyTorch code"), open=False, elem_classes=["source"]) as accordion:
            if self.script:
                about = _("A script that runs by itself: these settings, these numbers.")
                gr.HTML(about, elem_classes=["about-code"], js_on_load=None)
                codes.append(gr.Code(**shown))
            with gr.Accordion(_("What the server runs"), open=not self.script):
                codes.append(gr.Code(**shown))
        return codes, accordion.expand

    def _code_file(self, controls: Controls) -> str:
        """Return the address of the file from which the page's script fills in the code."""
        knobs = _knobs(controls)

        def code(language: str) -> str:
            topic = next((name for name, knob in knobs.items() if isinstance(knob, Topic)), None)
            known = {"lesson": self.source(), "scripts": self.scripts(knobs), "topic": topic}
            return json.dumps(known, ensure_ascii=False)

        return files.make(f"code/{self.slug}.json", code)

    def scripts(self, knobs: Knobs) -> dict[str, Any]:
        """Return the scripts as `script_of` does, by topic; "" where there are no topics."""
        scripts = self.script or {}
        each = scripts if isinstance(scripts, Mapping) else {"": scripts}
        return {topic: script_of(function, knobs) for topic, function in each.items()}

    def source(self) -> str:
        """Return the source of the functions that ran, without the guards in front of them."""
        return source_without_guards(self.lesson)

    def _tasks(self, controls: Controls) -> str:
        topics = [(n, k) for n, k in _knobs(controls).items() if isinstance(k, Topic)]
        lines, summary = ["### " + _("Try this")], _("Answer")
        numbers: Counter[str] = Counter()  # each topic has its own
        chosen = []
        for task in self.tasks:
            kind = ""
            for name, topic in topics:
                kind = f" in-topic-{task.settings.get(name, topic.default)}"
            numbers[kind] += 1
            number = numbers[kind]
            name = _("Task {number}").format(number=number)
            chosen.append(
                f'<button type="button" class="choose-task{kind}" data-task="{number}" '
                f'aria-label="{name}" aria-pressed="{str(number == 1).lower()}">{number}</button>'
            )
            lines.append(
                f'<div class="task task-{number}{kind}">\n\n**{number}.** {_(task.prompt)}\n\n'
                f"{self._set_up(task, controls)}"
                f"<details><summary>{summary}</summary>\n\n{_(task.answer)}\n\n</details>\n\n</div>"
            )
        lines.insert(1, f'<div class="choose-tasks">{"".join(chosen)}</div>')
        return "\n\n".join(lines)

    def _set_up(self, task: Task, controls: Controls) -> str:
        """Return a link to the state that a task begins with."""
        link, words = self._link(task.settings, controls), _("Set this up")
        return f'<p class="set-up"><a href="?{html.escape(link)}">{words}</a></p>\n\n'

    def _link(self, settings: Mapping[str, Any], controls: Controls) -> str:
        """Return the query of a link that brings about these settings."""
        several = [control for control in controls.values() if hasattr(control, "parameters")]
        owner = {name: control for control in reversed(several) for name in control.parameters}
        said = {
            name: owner[name].text(name, value) if name in owner else controls[name].check(value)
            for name, value in settings.items()
        }
        return urlencode({"chapter": self.slug, **said})

    def _quiz_file(self, controls: Controls) -> str:
        """Return the address of the questions on this chapter; "" without any."""

        def questions(language: str) -> str:
            with texts.speaking(language):
                shown = [
                    {**one.shown(), "link": self._link(one.settings, controls)} for one in self.quiz
                ]
                known = {"chapter": self.slug, "title": _(self.title), "questions": shown}
                return json.dumps(known, ensure_ascii=False, separators=(",", ":"))

        if not self.quiz:
            return ""
        return files.make(
            f"quiz/{self.slug}.{{language}}.json",
            lambda language: kept_json(
                "quiz", f"{self.slug}.{language}", lambda: questions(language)
            ),
        )


def _knobs(controls: Controls) -> Knobs:
    panel = controls.get("panel")
    return panel.knobs if isinstance(panel, Settings) else Knobs()


def _panelled(block: Any) -> bool:
    return isinstance(block, Panel) or any(map(_panelled, getattr(block, "children", [])))


def _neighbours(chapter: Chapter, course: Sequence[Chapter]) -> str:
    links, at = "", [one.slug for one in course].index(chapter.slug) if course else 0
    for number, name in ((at - 1, _("Before")), (at + 1, _("Next"))):
        if 0 <= number < len(course):
            links += _link(course[number], f"<span>{name}</span> ")
    name, builds_on = _("Chapters before and after"), _("Builds on")
    earlier = ", ".join(_link(one) for one in course if one.slug in chapter.builds_on)
    earlier = f'<p class="builds-on">{builds_on} {earlier}</p>' * bool(earlier)
    words = _("{count} questions on this chapter").format(count=len(chapter.quiz))
    link = urlencode({"chapter": "quiz", "questions": chapter.slug})
    quiz = f'<p class="to-quiz"><a href="?{html.escape(link)}" data-visit>{words}</a></p>'
    return f'{quiz * bool(chapter.quiz)}{earlier}<nav aria-label="{name}">{links}</nav>'


def _link(chapter: Chapter, before: str = "") -> str:
    slug = chapter.slug
    return f'<a href="?chapter={slug}" data-go="{slug}">{before}{_(chapter.title)}</a>'
