"""The chapters in course order."""

from demos import celsius, digits, losses

CHAPTERS = [celsius.CHAPTER, losses.CHAPTER, digits.CHAPTER]
