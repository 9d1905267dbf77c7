"""The scripts that a student takes along."""

SCRIPTS: dict = {}
