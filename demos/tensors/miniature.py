"""The picture of the chapter on the course map."""

from __future__ import annotations

from demos.frame.miniature import Cells, Layer
from demos.tensors.lesson import matrix_product

LEFT = [[1, 3, 0], [2, 0, 1], [0, 2, 3], [3, 1, 1]]
RIGHT = [[2, 0, 1, 3, 1], [1, 3, 0, 2, 1], [0, 1, 3, 1, 2]]


def miniature() -> list[Layer]:
    """Return a product of matrices that fills up: each number is a row times a column."""
    product = matrix_product(LEFT, RIGHT)
    most = max(one["sum"] for one in product["cells"])
    deep, high, wide = len(RIGHT), len(LEFT), len(RIGHT[0])

    def grid(known: int) -> list[list[float]]:
        """Draw the left matrix below, the right one above, and what is known of the product."""
        last = known == high * wide
        row, column = divmod(known - 1, wide)
        rows = [[0.0] * (deep + 1 + wide) for _row in range(deep + 1 + high)]
        for i in range(deep):
            for j in range(wide):
                lit = not last and j == column
                rows[i][deep + 1 + j] = -0.9 if lit else 0.2 + RIGHT[i][j] / 8
        for i in range(high):
            for j in range(deep):
                lit = not last and i == row
                rows[deep + 1 + i][j] = -0.9 if lit else 0.2 + LEFT[i][j] / 8
        for one in product["cells"][:known]:
            shade = 0.25 + 0.75 * one["sum"] / most
            rows[deep + 1 + one["row"]][deep + 1 + one["column"]] = shade
        return rows

    return [Cells([grid(known) for known in range(1, high * wide + 1)])]
