"""Photos that a browser cannot show: the server makes a JPEG of them."""

from __future__ import annotations

from demos.frame.checks import sent_image

LONGEST = 1024  # [px], of the picture on the page


def photo_preview(image: str | dict) -> str:
    """Make a small JPEG of a photo in any format that is taken here, such as HEIC.

    Args:
        image: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL
            ("data:image/heic;base64,…"), or an uploaded file
            (`gradio_client.handle_file("photo.heic")`), of at most 25 megapixels and 20 MB.

    Returns:
        The photo as data URL, upright; its longest side has at most 1024 pixels, that of a panorama
        2048.
    """
    from PIL import Image

    from models.images import data_url

    photo = sent_image(image)
    if max(photo.size) > LONGEST and min(photo.size) > LONGEST // 4:
        photo.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return data_url(photo, "JPEG", quality=90)
