"""Hides picture files: what a phone sent becomes small pictures without place, camera or date in them."""

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 20_000_000
MOST_PIXELS = 60_000_000
WIDTHS = {"large": 1280, "small": 480}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")

class NoPicture(ValueError):
    """These bytes cannot be used as a picture; the message says why and what would be right."""


class Form(NamedTuple):
    """One rendition. name: large.webp, large.jpeg, small.webp, small.jpeg."""

    name: str
    mime: str
    data: bytes


class Picture(NamedTuple):
    """width and height are those of the large form, in pixels."""

    width: int
    height: int
    forms: list[Form]


def from_upload(data: bytes) -> Picture:
    """Turn an upload into its renditions, upright, stripped of all metadata. Raises NoPicture with words for the author."""
    if len(data) > MOST_BYTES:
        raise NoPicture(f"This picture is larger than {MOST_BYTES // 1_000_000} MB. Please send a smaller one.")
    upright = _opened(data)
    forms = []
    for name, width in WIDTHS.items():
        small = upright.copy()
        small.thumbnail((width, width * 2), Image.Resampling.LANCZOS)
        if name == "large":
            size = small.size
        forms += [_form(small, name, "webp", quality=78, method=4), _form(small, name, "jpeg", quality=80, optimize=True, progressive=True)]
    return Picture(*size, forms)


def _opened(data: bytes) -> Image.Image:
    """The pixels alone. Their number is looked at before they are unpacked, so that a small file cannot fill the memory."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            image.draft("RGB", (WIDTHS["large"] * 2, WIDTHS["large"] * 2))  # a large JPEG is unpacked at half size at once
            upright = ImageOps.exif_transpose(image)
            pixels = Image.new("RGB", upright.size, "white")
            pixels.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
            return pixels
    except Image.DecompressionBombError as error:
        raise NoPicture(f"This picture has more than {MOST_PIXELS // 1_000_000} million points, too many to open. Please send a smaller one.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NoPicture("This file is not a picture that can be opened. JPEG, PNG, WebP and GIF can.") from error


def _form(image: Image.Image, name: str, kind: str, **options: object) -> Form:
    out = io.BytesIO()
    image.save(out, kind, **options)  # a new image: nothing of the old file's metadata is in it
    return Form(f"{name}.{kind}", f"image/{kind}", out.getvalue())
