"""The chapters in course order."""

from demos import celsius, digits

CHAPTERS = [celsius.CHAPTER, digits.CHAPTER]
