"""Drawings that several tests send."""

import base64
import io

from PIL import Image, ImageDraw


def _seven() -> str:
    picture, file = Image.new("RGB", (200, 200), "white"), io.BytesIO()
    ImageDraw.Draw(picture).line([(50, 40), (150, 40), (90, 170)], "black", 16)
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


SEVEN = _seven()
