"""The chapters in course order."""

from demos import celsius

CHAPTERS = [celsius.CHAPTER]
