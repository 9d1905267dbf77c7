"""Write the tables of "Yes or no", cleaned, and measure what models make of them.

    python -m trainers.tables --output weights/tables

fetches heart and loans from Kaggle; `--data DIR` takes `heart.csv`, `loan_data.csv` and, where it
lies there, `exam_scores.csv` from a folder. Without that file the exam scores that are shipped stay
as they are. Of 45,000 loans 8,000 are kept, as many of either kind in a hundred as before.
`--dry-run` goes the whole way on made-up rows.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_validate, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models import hub
from trainers import recipe, report

HEART = "fedesoriano/heart-failure-prediction"
LOANS = "taweilo/loan-approval-classification-data"
KEPT = 8_000  # loans
SPLITS = 30
TARGETS = {"heart": "HeartDisease", "loans": "loan_status", "exams": "admitted"}
THREE = ["person_income", "person_home_ownership", "loan_amnt"]
RULE = "previous_loan_defaults_on_file"

CARD = """---
license: other
tags:
- education
- tabular
---

# Three tables with a yes or a no

What the chapter "Yes or no" computes on. Numbers and categories only. Nothing was trained here.

{files}

**heart** joins five hospitals' patients of the 1980s. A cholesterol of 0 means "not measured":
{zero} patients, {zero_ill:.1%} of them ill, so that cholesterol seems to protect (correlation with
the illness {with_zeros:+.3f}; without the zeros {without_zeros:+.3f}).

**loans** is a stratified sample (seed {seed}) of {whole:,} rows; these are the figures of all. Its
page says that 1 means "approved". The data that it was made of (`laotse/credit-risk-dataset`) says
that 1 means "default", and the figures agree: {poor:.0%} ones in the poorest fifth, {rich:.0%} in
the richest; of those who rent {rent:.0%}, of those who own {own:.0%}. The column
`{rule}` was added: of {yes:,} rows with "Yes", {yes_ones} have a one. Ages
go up to {oldest:.0f}. Part of the rows were interpolated between others (SMOTENC): a row to test
with may lie between two to train with, so random splits flatter. The credit score alone has an area
under the ROC curve of {credit:.3f}.

**What none of them is for:** to judge a patient, a person or a loan.

## How they were written

{command}

Seed {seed}, {seconds:.0f} s, {machine}.

## What models make of them

scikit-learn, on columns scaled to mean 0 and deviation 1, categories as columns
(`pd.get_dummies`), means over the folds of `StratifiedKFold(shuffle=True)`. "Neuron":
`LogisticRegression`; "network": `MLPClassifier`, 16 neurons, weight decay 1, 50 epochs; "trees":
`HistGradientBoostingClassifier`. `measured.csv` holds the same.

{measured}

The same neuron on {splits} random splits of heart, 80 % to train and 20 % to test, is right on
{least:.1%} to {most:.1%} (mean {mean:.1%}): `splits.csv`.
"""


FILES = [
    [
        "heart.csv",
        "patients; `HeartDisease` 1 = ill",
        f"Kaggle `{HEART}`",
        "ODbL 1.0; this file too",
    ],
    ["loans.csv", "applications; `loan_status`", f"Kaggle `{LOANS}`", "as there; figures only"],
    ["exams.csv", "students; `admitted`", "a course's exercise", "none stated; figures only"],
]


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "folder with heart.csv, loan_data.csv, exam_scores.csv; default: Kaggle's, fetched",
        "epochs": "nothing is trained that is kept",
    }
    return recipe.parser("tables", __doc__, helps).parse_args(argv)


def read(folder: str | None) -> dict[str, pd.DataFrame]:
    """Return the tables as they come.

    Args:
        folder: where they lie; None fetches them.

    Raises:
        SystemExit: in one sentence, if one cannot be had.
    """
    if folder is None:
        import kagglehub

        with recipe.reading("Kaggle's tables"):
            places = [Path(kagglehub.dataset_download(name)) for name in (HEART, LOANS)]
    else:
        places = [Path(folder), Path(folder)]
    tables = {}
    names = [("heart", places[0] / "heart.csv"), ("loans", places[1] / "loan_data.csv")]
    exams = places[0] / "exam_scores.csv"
    shipped = hub.WEIGHTS / "tables" / "exams.csv"
    names.append(("exams", exams if exams.is_file() else shipped))
    for name, path in names:
        with recipe.reading(path):
            table = pd.read_csv(path)
            if name == "exams":
                table.columns = ["first", "second", "admitted"]
            if TARGETS[name] not in table or set(table[TARGETS[name]]) != {0, 1}:
                raise ValueError(f"there is no column {TARGETS[name]} of 0 and 1")
        tables[name] = table
    return tables


def made_up(seed: int) -> dict[str, pd.DataFrame]:
    """Return tables of the same shape, with numbers of nobody."""
    chance = np.random.default_rng(seed)

    def table(target: str, rows: int, numbers: list[str], texts: dict) -> pd.DataFrame:
        columns: dict = {name: chance.integers(1, 100, rows) for name in numbers}
        columns |= {name: chance.choice(values, rows) for name, values in texts.items()}
        columns[target] = (columns[numbers[0]] + chance.normal(0, 20, rows) > 50).astype(int)
        return pd.DataFrame(columns)

    heart = table("HeartDisease", 120, ["Cholesterol", "Age"], {"Sex": ["F", "M"]})
    heart.loc[::7, "Cholesterol"] = 0
    loans = table(
        "loan_status",
        400,
        ["person_income", "person_age", "loan_amnt", "credit_score"],
        {"person_home_ownership": ["OWN", "RENT"], RULE: ["No", "Yes"]},
    )
    exams = table("admitted", 100, ["first", "second"], {})
    return {"heart": heart, "loans": loans, "exams": exams}


def clean(tables: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables as they are shipped: fewer loans, whole numbers where they are whole."""
    loans = tables["loans"]
    kept, _rest = train_test_split(
        loans,
        train_size=min(KEPT, len(loans) // 2),
        stratify=loans["loan_status"],
        random_state=seed,
    )
    cleaned = {**tables, "loans": kept.sort_index().reset_index(drop=True)}
    for name, table in cleaned.items():
        table = table.drop_duplicates().dropna() if name != "heart" else table.dropna()
        whole = {
            column: "int64"
            for column in table.select_dtypes("number")
            if (table[column] == table[column].round()).all()
        }
        cleaned[name] = table.astype(whole).round({"first": 4, "second": 4})
    return cleaned


def measure(tables: dict[str, pd.DataFrame], seed: int, quick: bool) -> pd.DataFrame:
    """Cross-validate what the chapter compares with."""
    neuron = LogisticRegression(max_iter=1000)
    network = MLPClassifier(
        (16,), alpha=1, learning_rate_init=0.003, max_iter=50, random_state=seed
    )
    trees = HistGradientBoostingClassifier(random_state=seed)
    models = {"neuron": neuron, "network": network, "trees": trees}
    all_but = [*tables["loans"].columns.drop([TARGETS["loans"], RULE])]
    plan: list[tuple[str, str, list | None, int, list]]
    plan = [("heart", "all", None, folds, list(models)) for folds in ([5] if quick else [5, 10])]
    if not quick:
        plan.append(("all loans", "all", None, 5, list(models)))
    plan += [
        ("loans", "three", THREE, 5, ["neuron", "network"]),
        ("loans", "three and the credit score", [*THREE, "credit_score"], 5, ["neuron"]),
        ("loans", "all", None, 5, list(models)),
        ("loans", f"all but {RULE}", all_but, 5, ["neuron", "network", "trees"]),
    ]
    rows = []
    for name, called, columns, folds, kinds in plan:
        table, target = tables[name], TARGETS[name.removeprefix("all ")]
        y = table[target]
        x = pd.get_dummies(table[columns] if columns else table.drop(columns=target), dtype=float)
        parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
        rows.append([name, called, "always the same", folds, max(y.mean(), 1 - y.mean()), 0.5])
        for kind in kinds:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # 50 epochs are what is meant
                found = cross_validate(
                    make_pipeline(StandardScaler(), models[kind]),
                    x,
                    y,
                    cv=parts,
                    scoring=["accuracy", "roc_auc"],
                )
            means = [found["test_accuracy"].mean(), found["test_roc_auc"].mean()]
            rows.append([name, called, kind, folds, *means])
    head = ["table", "columns", "model", "folds", "accuracy", "area"]
    return pd.DataFrame(rows, columns=head).round(4).drop_duplicates()


def other_splits(heart: pd.DataFrame, count: int) -> pd.DataFrame:
    """Train the neuron on `count` random splits of heart."""
    y = heart[TARGETS["heart"]]
    x = pd.get_dummies(heart.drop(columns=TARGETS["heart"]), dtype=float)
    rows = []
    for seed in range(count):
        a, b, u, v = train_test_split(x, y, test_size=0.2, random_state=seed, stratify=y)
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(a, u)
        rows.append([seed, model.score(b, v)])
    return pd.DataFrame(rows, columns=["seed", "accuracy"]).round(4)


def facts(tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Return what the card says of the columns."""
    heart, loans = tables["heart"], tables["loans"]
    ill, ones = heart["HeartDisease"], loans["loan_status"]
    zero = heart["Cholesterol"] == 0
    fifths = ones.groupby(pd.qcut(loans["person_income"], 5, labels=False)).mean()
    homes = ones.groupby(loans["person_home_ownership"]).mean()
    yes = loans[RULE] == "Yes"
    return {
        "zero": int(zero.sum()),
        "zero_ill": ill[zero].mean(),
        "with_zeros": heart["Cholesterol"].corr(ill),
        "without_zeros": heart["Cholesterol"][~zero].corr(ill[~zero]),
        "poor": fifths.iloc[0],
        "rich": fifths.iloc[-1],
        "rent": homes["RENT"],
        "own": homes["OWN"],
        "yes": int(yes.sum()),
        "yes_ones": int(ones[yes].sum()),
        "oldest": loans["person_age"].max(),
        "credit": roc_auc_score(ones, loans["credit_score"]),
    }


def main(argv: list[str] | None = None) -> None:
    """Read, clean, measure, write."""
    begun = time.monotonic()
    args = recipe.begin(arguments(argv), "weights/tables", replace=False)
    if args.push_to_hub:
        raise SystemExit("Tables are no model, and are not pushed: leave out --push-to-hub.")
    found = made_up(args.seed) if args.dry_run else read(args.data)
    tables = clean(found, args.seed)
    measured = measure({**tables, "all loans": found["loans"]}, args.seed, quick=args.dry_run)
    splits = other_splits(tables["heart"], 3 if args.dry_run else SPLITS)
    text = CARD.format(
        files=report.table(["file", "what", "source", "licence"], FILES),
        rule=RULE,
        whole=len(found["loans"]),
        seed=args.seed,
        seconds=time.monotonic() - begun,
        machine=report.machine(),
        command=recipe.command("tables", seed=args.seed, data=args.data),
        measured=report.table([*measured.columns], measured.to_numpy().tolist()),
        splits=len(splits),
        least=splits["accuracy"].min(),
        most=splits["accuracy"].max(),
        mean=splits["accuracy"].mean(),
        **facts(found),
    )
    if args.dry_run:
        text = recipe.DRY_CARD.format(title="Three tables with a yes or a no")
    written = {**tables, "measured": measured, "splits": splits}
    recipe.save_tables(args, {name: t.to_csv(index=False) for name, t in written.items()})
    (Path(args.output) / "README.md").write_text(text, encoding="utf-8")
    recipe.finish(args)


if __name__ == "__main__":
    main()
