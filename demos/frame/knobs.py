"""Knobs: what a student, a link or a program may set, declared once.

A knob says range, default and label; the control on the page, the guard in front of the lesson, the
text in a link and the line of the API come from it. `Panel` draws the knobs of a chapter, `takes`
puts them in front of a lesson:

>>> KNOBS = Knobs(steps=Number(1, 2000, 100, "steps", whole=True, about="number of updates"))
>>> @takes(KNOBS)
... def descend(steps): return steps
>>> descend()
100
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from models.sentences import Sentence, refusal


@dataclass(frozen=True)
class Knob:
    """What all knobs share; those below are its kinds.

    Attributes:
        about: what it means, for programs; in English.
        when: another knob → its values with which this one is shown; of `Some`, one of those that
            are chosen.
        optional: a program may leave it out, or say null; the lesson gets None.
        local: the picture shows it by itself: the page does not ask the server.
    """

    about: str = field(default="", kw_only=True)
    when: Mapping[str, Sequence[Any]] = field(default_factory=dict, kw_only=True)
    optional: bool = field(default=False, kw_only=True)
    local: bool = field(default=False, kw_only=True)
    kind: ClassVar[str] = ""
    annotation: ClassVar[Any] = Any

    def check(self, value: Any, name: str | None = None) -> Any:
        """Return a value that anyone may have sent, as the type that the lesson expects.

        Args:
            value: anything.
            name: of the argument that a program has sent; without it, the page has.

        Raises:
            ValueError: one sentence that says what is allowed, and names the argument to a
                program, to a student the control.
        """
        raise NotImplementedError

    def parse(self, text: str, name: str | None = None) -> Any:
        """Return the value that a link's text stands for; see `check`.

        Raises:
            ValueError: saying what is allowed.
        """
        return self.check(text, name)

    def text(self, value: Any) -> str:
        """Return how a link says a value; the page's script says it the same way."""
        return str(value)

    def nearest(self, value: Any) -> Any:
        """Return the value of the control that is nearest to one computed from a click."""
        return self.check(value)

    def schema(self) -> dict[str, Any]:
        """Describe the value to programs."""
        return {}

    def line(self) -> str:
        """Return what the docstring of a lesson says of it."""
        return self.about

    def props(self) -> dict[str, Any]:
        """Return what the page's script must know."""
        when = {name: list(values) for name, values in self.when.items()}
        return {"kind": self.kind, "when": when, "local": self.local}

    def _called(self, name: str | None) -> str:
        return Sentence(self.label) if name is None else name


MOST_MARKS = 7  # below a logarithmic slider, before they touch


@dataclass(frozen=True)
class Number(Knob):
    """A number: a slider with a field.

    Attributes:
        low: the smallest.
        high: the largest.
        default: where the control stands; None: a program must say it.
        label: what the student reads, marked with `N_`.
        step: what an arrow key changes; the field takes any number between.
        log: the slider is linear in the logarithm; an arrow key goes to 1, 2, 5, 10, …
        whole: only whole numbers.
        slider: False: a field alone, for what has no telling ends.
        unit: in brackets after the label; a word marked with `N_`.
        wider: the ends for programs, where they may do more.
        again: what a button says that takes the next number, marked with `N_`; "" without one.
    """

    low: float
    high: float
    default: float | None = None
    label: str = ""
    step: float = field(default=0, kw_only=True)
    log: bool = field(default=False, kw_only=True)
    whole: bool = field(default=False, kw_only=True)
    slider: bool = field(default=True, kw_only=True)
    unit: str = field(default="", kw_only=True)
    wider: tuple[float, float] | None = field(default=None, kw_only=True)
    again: str = field(default="", kw_only=True)
    kind: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        if not self.step:
            object.__setattr__(self, "step", 1 if self.whole else 0.1)
        start = self.low if self.default is None else self.default
        if not self.low <= start <= self.high or (self.log and self.low <= 0):
            raise ValueError(f"{self.label}: low <= default <= high is needed")
        if self.default is not None:
            object.__setattr__(self, "default", self.annotation(self.default))

    @property
    def annotation(self) -> type:
        """The type of the value."""
        return int if self.whole else float

    def _ends(self, name: str | None) -> tuple[float, float]:
        return (self.low, self.high) if name is None or self.wider is None else self.wider

    def check(self, value: Any, name: str | None = None) -> float:
        """See `Knob.check`."""
        low, high = self._ends(name)
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        # Compared before converting: a huge int overflows float(). NaN lies between no ends.
        good = good and low <= value <= high and (not self.whole or value == int(value))
        if good:
            return self.annotation(value)
        called = self._called(name)
        ends = {"low": _written(low), "high": _written(high)}
        if name is None:  # a student reads the minus sign of the page, a program that of its code
            ends = {end: text.replace("-", "−") for end, text in ends.items()}
        if self.whole:
            raise refusal(
                "{name} must be a whole number between {low} and {high}.", name=called, **ends
            )
        raise refusal("{name} must be a number between {low} and {high}.", name=called, **ends)

    def parse(self, text: str, name: str | None = None) -> float:
        """See `Knob.parse`."""
        return self.check(_number_in(text), name)

    def text(self, value: float) -> str:
        """See `Knob.text`."""
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)

    def nearest(self, value: float) -> float:
        """See `Knob.nearest`."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            return self.check(value)
        value = min(self.high, max(self.low, value))
        if self.log or not self.slider:
            return self.check(float(f"{value:.3g}"))
        return self.check(round(round(value / self.step) * self.step, 10))

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.low, "maximum": self.high}

    def line(self) -> str:
        """See `Knob.line`."""
        low, high = map(_written, self._ends("a program"))
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.about}{unit}, {low} to {high}." if self.about else f"{low} to {high}{unit}."

    def props(self) -> dict[str, Any]:
        """See `Knob.props`."""
        names = ("low", "high", "step", "log", "whole", "slider")
        return {**super().props(), **{name: getattr(self, name) for name in names}}

    def marks(self) -> list[tuple[str, float]]:
        """Return the powers of ten below a logarithmic slider, and where they stand [%]."""
        low, high = math.log10(self.low), math.log10(self.high)
        powers = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        powers = powers[:: -(-len(powers) // MOST_MARKS)]
        return [
            (
                f"1e{power}" if abs(power) > 3 else f"{10.0**power:g}",
                round(100 * (power - low) / (high - low), 1),
            )
            for power in powers
        ]


@dataclass(frozen=True)
class Choice(Knob):
    """One of several texts: radio buttons, or a menu.

    Attributes:
        options: value → what the student reads, marked with `N_`; or the values, if they say it.
        default: the one that is chosen at first.
        label: what the choice is about, marked with `N_`.
        sets: value → the settings that other controls take when it is chosen.
        linked: also when a link chooses it, of those controls that the link does not name.
        among: name of a `Some`: only what is chosen there is offered; see `offered`.
        compact: many short options, without their circles.
        menu: a menu that opens, for more options than buttons have room for.
    """

    options: Mapping[str, str] | Sequence[str]
    default: str | None = None
    label: str = ""
    sets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, kw_only=True)
    linked: bool = field(default=False, kw_only=True)
    among: str = field(default="", kw_only=True)
    compact: bool = field(default=False, kw_only=True)
    menu: bool = field(default=False, kw_only=True)
    kind: ClassVar[str] = "choice"
    annotation: ClassVar[Any] = str

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", _by_value(self.options))
        if self.default is not None and self.default not in self.options:
            raise ValueError(f"{self.label}: the default must be an option")

    def check(self, value: Any, name: str | None = None) -> str:
        """See `Knob.check`."""
        if not isinstance(value, str) or value not in self.options:
            choices, called = ", ".join(self.options), self._called(name)
            raise refusal("{name} must be one of: {choices}.", name=called, choices=choices)
        return value

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "string", "enum": list(self.options)}

    def line(self) -> str:
        """See `Knob.line`."""
        return self.about or f"{_listed(self.options, 'or')}."

    @staticmethod
    def offered(value: str, among: Sequence[str]) -> str:
        """Return which of several is chosen: the value, or if it is not among them the first."""
        return value if value in among else among[0]

    def props(self) -> dict[str, Any]:
        """See `Knob.props`."""
        sets = {value: dict(settings) for value, settings in self.sets.items()}
        return {**super().props(), "sets": sets, "among": self.among}


@dataclass(frozen=True)
class Topic(Choice):
    """The topic of a chapter: drawn as a row above its stage; see `stage(only=…)`."""

    kind: ClassVar[str] = "topic"


@dataclass(frozen=True)
class Some(Knob):
    """Some of several texts, each at most once: checkboxes.

    Attributes:
        options: value → what the student reads, marked with `N_`; or the values, if they say it.
        default: those that are chosen at first.
        label: what the choice is about, marked with `N_`.
        empty: whether the page may show none; a program always names one at least.
    """

    options: Mapping[str, str] | Sequence[str]
    default: Sequence[str] | None = None
    label: str = ""
    empty: bool = field(default=False, kw_only=True)
    kind: ClassVar[str] = "some"
    annotation: ClassVar[Any] = list[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", _by_value(self.options))
        if self.default is not None:
            object.__setattr__(self, "default", [*self.default])

    def check(self, value: Any, name: str | None = None) -> list[str]:
        """See `Knob.check`."""
        if name is None and value in ([], ()):
            if self.empty:
                return []
            raise refusal("{name}: choose one at least.", name=self._called(name))
        good = isinstance(value, (list, tuple)) and 0 < len(value) <= len(self.options)
        if not good or not all(isinstance(item, str) and item in self.options for item in value):
            raise refusal(
                "{name} must be a list of one or more of: {choices}.",
                name=self._called(name),
                choices=", ".join(self.options),
            )
        return [option for option in self.options if option in value]

    def parse(self, text: str, name: str | None = None) -> list[str]:
        """See `Knob.parse`."""
        return self.check([] if text == "none" else text.split(","), name)

    def text(self, value: Sequence[str]) -> str:
        """See `Knob.text`."""
        return ",".join(value) or "none"

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.options)}}

    def line(self) -> str:
        """See `Knob.line`."""
        return self.about or f"some of {_listed(self.options, 'and')}."


@dataclass(frozen=True)
class Switch(Knob):
    """Yes or no: one checkbox.

    Attributes:
        default: how it stands at first.
        label: what it switches on, marked with `N_`.
    """

    default: bool | None = None
    label: str = ""
    kind: ClassVar[str] = "switch"
    annotation: ClassVar[Any] = bool

    def check(self, value: Any, name: str | None = None) -> bool:
        """See `Knob.check`."""
        if not isinstance(value, bool):
            raise refusal("{name} must be true or false.", name=self._called(name))
        return value

    def parse(self, text: str, name: str | None = None) -> bool:
        """See `Knob.parse`."""
        return self.check({"true": True, "false": False}.get(text.lower(), text), name)

    def text(self, value: bool) -> str:
        """See `Knob.text`."""
        return str(value).lower()

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text(Knob):
    """A line of text: a field. What it may say is for the lesson to check.

    Attributes:
        default: what stands there at first.
        label: what the student reads, marked with `N_`.
        most: how many characters it holds.
        lines: a field of so many lines, for more than a sentence.
        examples: texts that one press puts there.
    """

    default: str | None = None
    label: str = ""
    most: int = field(default=200, kw_only=True)
    lines: int = field(default=1, kw_only=True)
    examples: Sequence[str] = field(default=(), kw_only=True)
    kind: ClassVar[str] = "text"
    annotation: ClassVar[Any] = str

    def check(self, value: Any, name: str | None = None) -> str:
        """See `Knob.check`."""
        if not isinstance(value, str) or len(value) > self.most:
            called = self._called(name)
            raise refusal(
                "{name} must be a text of at most {most} characters.", name=called, most=self.most
            )
        return value

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "string"}


@dataclass(frozen=True)
class Numbers(Knob):
    """A list of numbers of any length within bounds; for programs only.

    Attributes:
        each: what every number may be.
        fewest: how many there are at least.
        most: how many there are at most.
        default: None: a program must say them.
    """

    each: Number
    fewest: int
    most: int
    default: Sequence[float] | None = None
    annotation: ClassVar[Any] = list[float]

    def check(self, value: Any, name: str | None = None) -> list[float]:
        """See `Knob.check`."""
        if not isinstance(value, (list, tuple)) or not self.fewest <= len(value) <= self.most:
            ends = {"name": name, "few": self.fewest, "many": self.most}
            raise refusal("{name} must be a list of {few} to {many} numbers.", **ends)
        return [self.each.check(item, f"{name}[{i}]") for i, item in enumerate(value)]


@dataclass(frozen=True)
class Bank(Knob):
    """Several numbers that belong together, one under the other; in a link "20,20,-30".

    Attributes:
        numbers: the controls, top to bottom; the value is the list of their numbers.
        label: what they are together, marked with `N_`.
    """

    numbers: Sequence[Number]
    label: str = ""
    kind: ClassVar[str] = "bank"
    annotation: ClassVar[Any] = list[float]

    @property
    def default(self) -> list[float]:
        """Where the controls stand."""
        return [number.default for number in self.numbers]

    def check(self, value: Any, name: str | None = None) -> list[float]:
        """See `Knob.check`."""
        count = len(self.numbers)
        if not isinstance(value, (list, tuple)) or len(value) != count:
            called = self._called(name)
            raise refusal("{name} must be a list of {count} numbers.", name=called, count=count)
        return [
            number.check(item, name and f"{name}[{i}]")
            for i, (number, item) in enumerate(zip(self.numbers, value, strict=True))
        ]

    def parse(self, text: str, name: str | None = None) -> list[float]:
        """See `Knob.parse`."""
        items = text.split(",")
        if len(items) != len(self.numbers):
            return self.check(None, name)
        return [number.parse(item) for number, item in zip(self.numbers, items, strict=True)]

    def text(self, value: Sequence[float]) -> str:
        """See `Knob.text`."""
        pairs = zip(self.numbers, value, strict=True)
        return ",".join(number.text(item) for number, item in pairs)

    def nearest(self, value: Sequence[float]) -> list[float]:
        """See `Knob.nearest`."""
        if not isinstance(value, (list, tuple)) or len(value) != len(self.numbers):
            return self.check(value)
        return [number.nearest(item) for number, item in zip(self.numbers, value, strict=True)]

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        count = len(self.numbers)
        items = {"type": "number"}
        return {"type": "array", "items": items, "minItems": count, "maxItems": count}

    def props(self) -> dict[str, Any]:
        """See `Knob.props`."""
        return {**super().props(), "numbers": [number.props() for number in self.numbers]}


@dataclass(frozen=True)
class Grid(Knob):
    """A square of numbers, such as a filter: a field for each; in a link row by row, "1,0,-1,…".

    Attributes:
        each: what every number may be.
        sides: how many rows and columns the square may have.
        default: the numbers, row by row.
        label: what they are together, marked with `N_`.
        examples: what the student reads, marked with `N_` → numbers that one press puts there.
    """

    each: Number
    sides: Sequence[int]
    default: Sequence[float]
    label: str = ""
    examples: Mapping[str, Sequence[float]] = field(default_factory=dict, kw_only=True)
    kind: ClassVar[str] = "grid"
    annotation: ClassVar[Any] = list[float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "default", self.check(self.default))

    def check(self, value: Any, name: str | None = None) -> list[float]:
        """See `Knob.check`."""
        counts = [side * side for side in self.sides]
        if not isinstance(value, (list, tuple)) or len(value) not in counts:
            called, known = self._called(name), ", ".join(map(str, counts))
            raise refusal(
                "{name} must be a list of so many numbers: {counts}.", name=called, counts=known
            )
        return [self.each.check(item, name and f"{name}[{i}]") for i, item in enumerate(value)]

    def parse(self, text: str, name: str | None = None) -> list[float]:
        """See `Knob.parse`."""
        return self.check([_number_in(item) for item in text.split(",")], name)

    def text(self, value: Sequence[float]) -> str:
        """See `Knob.text`."""
        return ",".join(map(self.each.text, value))

    def schema(self) -> dict[str, Any]:
        """See `Knob.schema`."""
        return {"type": "array", "items": {"type": "number"}, "minItems": min(self.sides) ** 2}

    def line(self) -> str:
        """See `Knob.line`."""
        counts = _listed([str(side * side) for side in self.sides], "or")
        return self.about or f"{counts} numbers, row by row."

    def props(self) -> dict[str, Any]:
        """See `Knob.props`."""
        examples = [list(numbers) for numbers in self.examples.values()]
        own = {"each": self.each.props(), "sides": list(self.sides), "examples": examples}
        return {**super().props(), **own}


class Knobs(Mapping[str, Knob]):
    """The knobs of a chapter by their names, which are those of arguments and in links."""

    def __init__(self, **named: Knob):
        """Declare them in the order in which they stand on the page."""
        self._named = named

    def __getitem__(self, name: str) -> Knob:
        return self._named[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)

    def defaults(self) -> dict[str, Any]:
        """Return where the controls stand at first."""
        return {name: knob.default for name, knob in self.items()}

    def check(self, settings: Any) -> dict[str, Any]:
        """Return what a page has sent as the settings of all knobs; those left out: the defaults.

        Raises:
            ValueError: one sentence, if a value is not allowed, or they are none of ours.
        """
        if not isinstance(settings, Mapping) or not set(settings) <= set(self):
            raise refusal("settings must hold some of: {known}.", known=", ".join(self))
        settings = {**self.defaults(), **settings}
        return {name: knob.check(settings[name]) for name, knob in self.items()}

    def shown(self, name: str, settings: Mapping[str, Any]) -> bool:
        """Return whether a knob is shown with these settings."""
        for other, values in self[name].when.items():
            set_to = settings[other] if isinstance(self[other], Some) else [settings[other]]
            if not set(set_to) & set(values):
                return False
        return True


def takes(knobs: Mapping[str, Knob] | None = None, **more: Knob) -> Callable[[Callable], Callable]:
    """Put knobs in front of a lesson: they check its arguments of their names.

    An argument without a default of its own gets the knob's, one without annotation its type, and
    one that the docstring does not explain its line.

    Args:
        knobs: those of the chapter.
        **more: others, for programs, or in place of one of the chapter's.

    The decorated function raises ValueError, naming the argument and what it allows.
    """
    known = {**(knobs or {}), **more}

    def decorate(function: Callable) -> Callable:
        plain = inspect.signature(function)
        used = {name: known[name] for name in plain.parameters if name in known}
        signature = plain.replace(
            parameters=[
                _completed(parameter, used[name]) if name in used else parameter
                for name, parameter in plain.parameters.items()
            ]
        )

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            for name, knob in used.items():
                value = bound.arguments[name]
                if value is not None or not knob.optional:
                    bound.arguments[name] = knob.check(value, name)
            return function(*bound.args, **bound.kwargs)

        checked.__signature__ = signature
        checked.__annotations__ = {
            **{one.name: one.annotation for one in signature.parameters.values()},
            "return": signature.return_annotation,
        }
        checked.__doc__ = _documented(function.__doc__ or "", used, list(signature.parameters))
        return checked

    return decorate


def _completed(parameter: inspect.Parameter, knob: Knob) -> inspect.Parameter:
    default = parameter.empty if knob.default is None else knob.default
    annotation = knob.annotation
    if knob.optional:
        default, annotation = None, annotation | None
    return parameter.replace(
        default=default if parameter.default is parameter.empty else parameter.default,
        annotation=annotation if parameter.annotation is parameter.empty else parameter.annotation,
    )


def _documented(doc: str, knobs: Mapping[str, Knob], names: Sequence[str]) -> str:
    """Return a Google docstring with the lines of the knobs that it does not explain itself."""
    top, *sections = re.split(
        r"^(?=(?:Args|Returns|Raises):$)", inspect.cleandoc(doc), flags=re.MULTILINE
    )
    own = next((section for section in sections if section.startswith("Args:")), "")
    entries = dict(re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", own, re.MULTILINE))
    lines = []
    for name in names:
        if name in entries:
            lines.append(f"    {name}: {entries[name]}")
        elif name in knobs and knobs[name].line():
            indents = {"initial_indent": "    ", "subsequent_indent": "        "}
            lines.append(textwrap.fill(f"{name}: {knobs[name].line()}", 92, **indents))
    raises = "Raises:\n    ValueError: naming the argument that is out of range."
    rest = [section.strip() for section in sections if section is not own]
    if not any(section.startswith("Raises:") for section in rest):
        rest.append(raises)
    return "\n\n".join([top.strip(), "Args:\n" + "\n".join(lines), *rest])


def _by_value(options: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    return dict(options) if isinstance(options, Mapping) else {value: value for value in options}


def _listed(options: Sequence[str], word: str) -> str:
    *others, last = options
    return f"{', '.join(others)} {word} {last}" if others else last


def _number_in(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _written(number: float) -> str:
    """Return 2147483647, 0.5, 1e-6."""
    if isinstance(number, int):
        return str(number)
    return re.sub(r"e([-+])0*", lambda sign: "e" + sign[1].strip("+"), f"{number:g}")
