"""What the trainer of the tables writes; the shipped tables say what their card does."""

import pandas as pd
import pytest

from demos.decide.tables import EXAMS, HEART, LOANS
from demos.frame.tables import read_table
from models import hub
from trainers import tables

SHIPPED = hub.WEIGHTS / "tables"


def test_a_dry_run_goes_the_whole_way(tmp_path):
    tables.main(["--dry-run", "--output", str(tmp_path / "dry")])
    written = {path.name for path in (tmp_path / "dry").iterdir()}
    assert written == {
        f"{name}.csv" for name in ("heart", "loans", "exams", "measured", "splits")
    } | {"README.md"}
    assert "A dry run" in (tmp_path / "dry" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [("heart", HEART, 918), ("loans", LOANS, 8000), ("exams", EXAMS, 100)],
)
def test_the_shipped_tables_hold_what_the_chapter_reads(name, columns, rows):
    table = read_table(f"tables/{name}", columns, "python -m trainers.tables")
    assert len(table) == rows


def test_no_file_is_larger_than_a_megabyte():
    assert all(path.stat().st_size < 1_000_000 for path in SHIPPED.iterdir())


def test_cleaning_keeps_the_share_of_ones_and_whole_numbers():
    found = tables.made_up(3)
    found["loans"]["person_income"] = found["loans"]["person_income"].astype(float)
    cleaned = tables.clean(found, seed=0)
    assert len(cleaned["loans"]) <= len(found["loans"]) // 2
    shares = [table["loan_status"].mean() for table in (cleaned["loans"], found["loans"])]
    assert shares[0] == pytest.approx(shares[1], abs=0.02)
    assert cleaned["loans"]["person_income"].dtype == "int64"


def test_a_folder_without_the_tables_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match=r"heart\.csv cannot be read"):
        tables.main(["--data", str(tmp_path), "--output", str(tmp_path / "out")])
    pd.DataFrame({"HeartDisease": [0, 2]}).to_csv(tmp_path / "heart.csv", index=False)
    with pytest.raises(SystemExit, match="HeartDisease of 0 and 1"):
        tables.main(["--data", str(tmp_path), "--output", str(tmp_path / "out")])


def test_the_card_says_what_the_tables_say():
    card = (SHIPPED / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    heart = pd.read_csv(SHIPPED / "heart.csv")
    zero = heart["Cholesterol"] == 0
    assert f"{zero.sum()} patients, {heart['HeartDisease'][zero].mean():.1%} of them ill" in card
    splits = pd.read_csv(SHIPPED / "splits.csv")["accuracy"]
    assert f"is right on {splits.min():.1%} to {splits.max():.1%}" in card
    for row in pd.read_csv(SHIPPED / "measured.csv").to_numpy().tolist():
        assert "| " + " | ".join(map(str, row)) + " |" in card
