"""The tables of this chapter: those beside the weights, and a visitor's own CSV file."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demos.decide.lesson import as_numbers
from demos.frame.tables import Column, read_table
from demos.frame.texts import N_, _
from models.sentences import Sentence, refusal

if TYPE_CHECKING:  # a second to import
    import pandas as pd

COMMAND = "python -m trainers.tables"
HEART: dict[str, Column] = {
    "Age": (0, 120),
    "Sex": ["F", "M"],
    "ChestPainType": ["ASY", "ATA", "NAP", "TA"],
    "RestingBP": (0, 300),
    "Cholesterol": (0, 700),
    "FastingBS": (0, 1),
    "RestingECG": ["LVH", "Normal", "ST"],
    "MaxHR": (0, 250),
    "ExerciseAngina": ["N", "Y"],
    "Oldpeak": (-10.0, 10.0),
    "ST_Slope": ["Down", "Flat", "Up"],
    "HeartDisease": (0, 1),
}
LOANS: dict[str, Column] = {
    "person_age": (0, 150),
    "person_gender": ["female", "male"],
    "person_education": ["Associate", "Bachelor", "Doctorate", "High School", "Master"],
    "person_income": (0, 10_000_000),
    "person_emp_exp": (0, 150),
    "person_home_ownership": ["MORTGAGE", "OTHER", "OWN", "RENT"],
    "loan_amnt": (0, 1_000_000),
    "loan_intent": [
        *("DEBTCONSOLIDATION", "EDUCATION", "HOMEIMPROVEMENT", "MEDICAL", "PERSONAL", "VENTURE")
    ],
    "loan_int_rate": (0.0, 100.0),
    "loan_percent_income": (0.0, 10.0),
    "cb_person_cred_hist_length": (0, 100),
    "credit_score": (0, 1000),
    "previous_loan_defaults_on_file": ["No", "Yes"],
    "loan_status": (0, 1),
}
EXAMS: dict[str, Column] = {"first": (0.0, 100.0), "second": (0.0, 100.0), "admitted": (0, 1)}
SHIPPED: dict[str, tuple[dict[str, Column], str]] = {
    "heart": (HEART, "HeartDisease"),
    "loans": (LOANS, "loan_status"),
}
OLDEST = 100  # [years]; whoever is older was mistyped

MOST_BYTES = 4_000_000  # of a file
MOST_ROWS, FEWEST_ROWS = 5_000, 30
MOST_COLUMNS = 30
MOST_VALUES = 20  # of a column of texts
MOST_NAME = 100  # characters of a column's name
LARGEST = 1e15  # beyond, whole numbers are no longer told apart
FEWEST_OF_A_CLASS = 10
MOST_GROUPS = 4
# The last of two values in this order means yes, whatever the alphabet says.
YES = ["1", "1.0", "yes", "ja", "true", "wahr", "y", "j", "positive", "positiv", "ill", "krank"]
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*")
_NUMBER = re.compile(r"[-+\u2212]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_SEPARATOR = re.compile(r"sep=([,;\t|])[\r\n]+")
# 1.234,56 and 12,5; 1,234.56 and 1,234,567: a single comma alone is a decimal one.
_DECIMAL_COMMA = r"[-+]?(\d{1,3}(\.\d{3})+|\d+)?(,\d+([eE][-+]?\d+)?)?"
_GROUPED = r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?"
_SURELY_GROUPED = r".*,\d{3}[.,].*"


@dataclass(frozen=True)
class Problem:
    """A table with a yes or a no in every row.

    Attributes:
        rows: the columns to learn from, as they come.
        labels: 1 for yes, 0 for no, (N,).
        yes: what yes is called, marked with `N_`; no likewise.
        groups: column → the group of each row.
        notes: what was left out, in sentences.
    """

    rows: pd.DataFrame
    labels: Any
    yes: str
    no: str
    groups: dict[str, list[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @functools.cached_property
    def numbers(self) -> tuple[list[str], Any]:
        """The rows as numbers, see `as_numbers`."""
        return as_numbers(self.rows)


# ---------------------------------------------------------------- beside the weights


@functools.lru_cache(maxsize=64)
def shipped(name: str, columns: tuple[str, ...], zeros: str, old: bool) -> Problem:
    """Return one of the tables that lie beside the weights.

    Args:
        name: "heart" or "loans".
        columns: those to learn from.
        zeros: a cholesterol of 0: "keep", "drop" the rows, or take the "median" in its place.
        old: whether those who are said to be older than 100 stay.
    """
    holds, target = SHIPPED[name]
    table = read_table(f"tables/{name}", holds, COMMAND)
    if name == "heart" and "Cholesterol" in columns and zeros != "keep":
        missing = table["Cholesterol"] == 0
        if zeros == "drop":
            table = table[~missing]
        else:
            table["Cholesterol"] = table["Cholesterol"].where(~missing)
    if name == "loans" and not old:
        table = table[table["person_age"] <= OLDEST]
    table = table.reset_index(drop=True)
    if name == "heart":
        groups = {"Sex": table["Sex"].tolist(), "Age": _halves(table["Age"], 55)}
        yes, no = N_("ill"), N_("healthy")
    else:
        groups = {
            "person_gender": table["person_gender"].tolist(),
            "person_age": _halves(table["person_age"], 25),
            "person_home_ownership": table["person_home_ownership"].tolist(),
        }
        yes, no = "1", "0"
    return Problem(table[list(columns)], table[target].to_numpy(), yes, no, groups)


def _halves(ages: pd.Series, limit: int) -> list[str]:
    return [f"< {limit}" if age < limit else f"≥ {limit}" for age in ages]


# ---------------------------------------------------------------- a table of one's own


def decoded(data: bytes) -> str:
    """Return the text of a file, whatever it was saved as.

    Raises:
        ValueError: one sentence, if it is no text, or too long.
    """
    if len(data) > MOST_BYTES:
        raise refusal(
            "This file has {size:.1f} MB, and may have {most:.0f} MB: leave out rows or columns.",
            size=len(data) / 1e6,
            most=MOST_BYTES / 1e6,
        )
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise refusal("This is a file of a spreadsheet program: save the table as CSV first.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if data[1:200:2].count(0) > 20 or data[:200:2].count(0) > 20:  # UTF-16 that does not say so
        big = data[:200:2].count(0) > data[1:200:2].count(0)
        return data.decode("utf-16-be" if big else "utf-16-le", errors="replace")
    if b"\0" in data:
        raise refusal("This file is no text: a table is needed as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parsed(text: str, separator: str) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns, and the rows, all equally long."""
    names: list[str] = []
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not names:
                names = cells
                continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                raise refusal(
                    "Line {line} has more cells than the first line has names.",
                    line=reader.line_num,
                )
            rows.append((cells + [""] * len(names))[: len(names)])
    except csv.Error:
        raise refusal("This file cannot be read as a table with commas or semicolons.") from None
    return names, rows


def read_csv(data: bytes) -> pd.DataFrame:
    """Return the table in a CSV file: every cell a text, "" where there is none.

    Raises:
        ValueError: one sentence that says what is wrong with it.
    """
    import pandas as pd

    text = decoded(data).strip("\ufeff\r\n ")
    if not text:
        raise refusal("This file is empty.")
    told = _SEPARATOR.match(text)  # a line for Excel
    if told:
        text = text[told.end() :]
    head = "\n".join(text.splitlines()[:20])
    try:
        separator = told[1] if told else csv.Sniffer().sniff(head, delimiters=",;\t|").delimiter
    except csv.Error:
        first = text.splitlines()[0]
        separator = max(",;\t|", key=first.count)
    names, rows = _parsed(text, separator)
    columns = [set(cells) for cells in zip(*rows, strict=True)] or [set()] * len(names)
    if 2 * sum(_like_data(name, column) for name, column in zip(names, columns, strict=True)) > len(
        names
    ):
        raise refusal(
            "The first line looks like numbers, not like names of columns: “{line}”. Put a line "
            "with the names on top.",
            line=", ".join(names[:4])[:60],
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise refusal("Two columns are called “{name}”: each needs a name of its own.", name=twice)
    table = pd.DataFrame(rows, columns=names, dtype=object)
    if table.shape[1] < 2:
        raise refusal("Only one column was found: cells are separated by commas or semicolons.")
    if table.shape[1] > MOST_COLUMNS + 1:
        raise refusal(
            "This table has {count} columns, and may have {most} and the target.",
            count=table.shape[1],
            most=MOST_COLUMNS,
        )
    if not all(names):
        raise refusal("A column has no name: every cell of the first line needs one.")
    longest = max(names, key=len)
    if len(longest) > MOST_NAME:
        raise refusal(
            "A column has a name of {count} characters (“{name} …”), and may have {most}.",
            count=len(longest),
            name=longest[:30],
            most=MOST_NAME,
        )
    if len(table) > MOST_ROWS:
        raise refusal(
            "This table has {count} rows, and may have {most}: leave some out.",
            count=len(table),
            most=MOST_ROWS,
        )
    if len(table) < FEWEST_ROWS:
        raise refusal(
            "This table has {count} rows: {fewest} are needed to train and to test.",
            count=len(table),
            fewest=FEWEST_ROWS,
        )
    return table


def _like_data(name: str, cells: set[str]) -> bool:
    """Return whether the name of a column looks like one of its cells."""
    return bool(_NUMBER.fullmatch(name.replace(",", "."))) or name in cells


MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?", "–"}


def numbers_of(column: pd.Series) -> tuple[pd.Series, str]:
    """Return a column as numbers, NaN where there is none, and a text that is in the way.

    Decimal commas, and marks between thousands, are read where all cells agree on them.
    """
    import pandas as pd

    cells = column[~column.str.lower().isin(MISSING)]
    plain = cells.str.replace("\u2212", "-", regex=False)
    if plain.str.contains(",", regex=False).any():
        if plain.str.fullmatch(_GROUPED).all() and plain.str.fullmatch(_SURELY_GROUPED).any():
            plain = plain.str.replace(",", "", regex=False)
        elif plain.str.fullmatch(_DECIMAL_COMMA).all():
            plain = plain.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    good = plain.str.fullmatch(_NUMBER)
    values = pd.to_numeric(plain.where(good), errors="coerce").astype(float)
    return values.reindex(column.index), "" if good.all() else str(cells[~good].iloc[0])


def targets(table: pd.DataFrame) -> list[str]:
    """Return the columns that say yes or no: those with two values."""
    return [
        name
        for name in table.columns
        if len(set(table[name][~table[name].str.lower().isin(MISSING)].str.lower())) == 2
    ]


def own_problem(table: pd.DataFrame, target: str, chosen: Sequence[str] = ()) -> Problem:
    """Return a visitor's table, ready to learn from.

    Args:
        table: of `read_csv`.
        target: the column with the yes or no.
        chosen: the columns to learn from; all others where there are none.

    Raises:
        ValueError: one sentence that says what is wrong with it.
    """
    import pandas as pd

    if target not in table.columns:
        raise refusal("There is no column “{name}”.", name=target[:60])
    known = ~table[target].str.lower().isin(MISSING)
    table = table[known].reset_index(drop=True)
    notes = []
    last = table.columns[-1]
    if target != last and table[last].nunique() == 1:
        sentence = _("Column “{name}” says the same in every row: it can be no answer.")
        notes.append(sentence.format(name=last))
    if not known.all():
        sentence = _("{count} rows do not say “{target}”: they are left out.")
        notes.append(sentence.format(count=int((~known).sum()), target=target))
    labels, no, yes = _yes_and_no(table[target], target)
    columns: dict[str, Any] = {}
    groups: dict[str, list[str]] = {}
    for name in table.columns.drop(target):
        if chosen and name not in chosen:
            continue
        values = _column(name, table[name], notes)
        if values is None:
            continue
        columns[name] = values
        if values.dtype == object and 2 <= values.nunique() <= MOST_GROUPS:
            groups[name] = values.tolist()
    if not columns:
        raise refusal("No column is left to learn from.")
    return Problem(pd.DataFrame(columns), labels, yes, no, groups, tuple(notes))


def _yes_and_no(column: pd.Series, target: str) -> tuple[Any, str, str]:
    """Return labels, and what no and yes are called."""
    values = sorted(set(column.str.lower()))
    if len(values) < 2:
        raise refusal(
            "Column “{name}” says the same in every row (“{value}”): a yes and a no are needed.",
            name=target,
            value=str(column.iloc[0])[:40] if len(column) else "",
        )
    if len(values) > 2:
        raise refusal(
            "Column “{name}” has {count} different values: a yes or no has two.",
            name=target,
            count=len(values),
        )
    yes = next((value for value in values if value in YES), values[1])
    labels = (column.str.lower() == yes).astype(int).to_numpy()
    few = min(int(labels.sum()), int((1 - labels).sum()))
    if few < FEWEST_OF_A_CLASS:
        raise refusal(
            "Only {count} rows are of the rarer kind in “{name}”: {fewest} are needed.",
            count=few,
            name=target,
            fewest=FEWEST_OF_A_CLASS,
        )
    names = [str(column[labels == label].iloc[0])[:30] for label in (0, 1)]
    return labels, *names


def _column(name: str, cells: pd.Series, notes: list[str]) -> pd.Series | None:
    """Return a column as numbers or texts; None, and why, if it is left out."""
    values, wrong = numbers_of(cells)
    filled = cells[~cells.str.lower().isin(MISSING)]
    said = None
    if not len(filled):
        said = _("Column “{name}” is empty: it is left out.")
    elif filled.str.fullmatch(_DATE).mean() > 0.8:
        said = _(
            "Column “{name}” holds dates: it is left out. Make a number of them first, such as "
            "an age."
        )
    elif wrong and values.notna().sum() * 2 > len(filled):
        raise refusal(
            "Column “{name}” holds numbers, but also “{text}”: write numbers only, or leave the "
            "column out.",
            name=name,
            text=wrong[:40],
        )
    elif filled.nunique() == 1:
        said = _("Column “{name}” is the same in every row: it is left out.")
    elif wrong and filled.nunique() > MOST_VALUES:
        said = _("Column “{name}” has {count} different texts: it is left out.")
    if said:
        notes.append(said.format(name=name, count=filled.nunique()))
        return None
    if not wrong:
        large = values.abs() >= LARGEST
        if large.any():
            raise refusal(
                "Column “{name}” holds “{text}”: numbers below 10^15 can be read. Leave the column "
                "out, or write it in another unit.",
                name=name,
                text=cells[large].iloc[0][:40],
            )
        return values
    return cells.where(~cells.str.lower().isin(MISSING), "?").str.slice(0, 40).astype(object)


NAMES = {
    "Age": N_("age"),
    "Sex": N_("sex"),
    "F": N_("women"),
    "M": N_("men"),
    "ChestPainType": N_("chest pain"),
    "RestingBP": N_("blood pressure"),
    "Cholesterol": N_("cholesterol"),
    "FastingBS": N_("high blood sugar"),
    "RestingECG": N_("ECG at rest"),
    "MaxHR": N_("highest pulse"),
    "ExerciseAngina": N_("pain under effort"),
    "Oldpeak": N_("ST depression"),
    "ST_Slope": N_("ST slope"),
    "person_age": N_("age"),
    "person_gender": N_("gender"),
    "female": N_("women"),
    "male": N_("men"),
    "person_education": N_("education"),
    "person_income": N_("income"),
    "person_emp_exp": N_("years of work"),
    "person_home_ownership": N_("home"),
    "loan_amnt": N_("loan"),
    "loan_intent": N_("purpose"),
    "loan_int_rate": N_("interest rate"),
    "loan_percent_income": N_("loan / income"),
    "cb_person_cred_hist_length": N_("years of credit history"),
    "credit_score": N_("credit score"),
    "previous_loan_defaults_on_file": N_("earlier default on file"),
}


def called(name: str) -> str:
    """Return what a column, or a column that `get_dummies` made of it, is called."""
    if name in NAMES:
        return _(NAMES[name])
    for column in sorted(NAMES, key=len, reverse=True):
        if name.startswith(f"{column}_"):
            return f"{_(NAMES[column])} = {name.removeprefix(f'{column}_')}"
    return name


def named() -> dict[str, str]:
    """Return all of them in the language that is spoken."""
    return {name: _(text) for name, text in NAMES.items()}


__all__ = ["Problem", "Sentence", "called", "own_problem", "read_csv", "shipped", "targets"]
