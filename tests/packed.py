"""Imported by what is copied as an app: the files of the page are compressed for all copies."""

from demos.frame.server import files

files.prepare()
