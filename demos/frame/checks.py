"""What visitors send that no knob describes: pictures."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from models.sentences import refusal

if TYPE_CHECKING:
    from PIL import Image


def sent_image(image: Any) -> Image.Image:
    """Open what a stranger sent: a data URL, or a file that Gradio received; no other path.

    Raises:
        ValueError: with one sentence, if it is neither, or not a picture of a bearable size.
    """
    from gradio.utils import get_upload_folder

    from models.images import decode_data_url, open_image

    if isinstance(image, dict):
        folder = os.path.realpath(get_upload_folder())
        path = image.get("path")
        real = os.path.realpath(path) if isinstance(path, str) and "\0" not in path else ""
        if not real.startswith(folder + os.sep) or not os.path.isfile(real):
            raise refusal("This file was not uploaded: send it with gradio_client.handle_file.")
        return open_image(real)
    return open_image(decode_data_url(image))
