"""What is drawn of each topic: rows for the charts, formulas and tables for the board."""
