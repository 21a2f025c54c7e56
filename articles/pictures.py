"""What becomes of a picture that the newsroom uploads?

Only its pixels are kept: decoded, turned upright, cropped to 16:9 and encoded anew in two sizes,
under names that nobody can guess. Everything else in the file (position, camera, author, scripts
behind the last byte) stays behind.
"""

import secrets
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from articles.models import Article

LARGEST_FILE = 10_000_000
# What a file of a few kilobytes can claim to hold; cameras make half of it.
MOST_PIXELS = 50_000_000
LARGE, SMALL = (1280, 720), (640, 360)
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82
# What Pillow raises for files that are none, broken, or made to break it.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError, EOFError,
    struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


# The colours that every screen takes a picture without a profile to have.
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Picture:
    """Two JPEG files, 1280×720 and 640×360."""

    large: bytes
    small: bytes


def read_picture(file: IO[bytes], *, size: int) -> Picture:
    """size: of the file, in bytes. Raises ValidationError with the sentence for its sender."""
    if size > LARGEST_FILE:
        raise ValidationError(_("The picture is too large: at most 10 MB."), code="too_large")
    try:
        with Image.open(file, formats=FORMATS) as image:
            _refuse_size(image)
            large = _upright(image)
    except BROKEN as error:
        raise ValidationError(
            _("This is no picture that we can read. Please choose a JPEG, PNG or WebP file."),
            code="no_picture",
        ) from error
    return Picture(_encoded(large, LARGE), _encoded(large, SMALL))


def store_picture(article: Article, picture: Picture) -> None:
    """Beside the former one, which upkeep removes once no kept page shows it any more."""
    name = secrets.token_hex(12)
    article.picture.save(f"{name}-1280.jpg", ContentFile(picture.large), save=False)
    article.picture_small.save(f"{name}-640.jpg", ContentFile(picture.small), save=False)


def _refuse_size(image: Image.Image) -> None:
    """By the head of the file, before a pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise ValidationError(
            _("The picture has too many pixels: at most 50 million."), code="too_large"
        )
    if max(image.size) < SMALL[0] or min(image.size) < SMALL[1]:
        raise ValidationError(
            _("The picture is too small: at least 640 × 360 pixels."), code="too_small"
        )


def _upright(image: Image.Image) -> Image.Image:
    """Pixels alone, on white where they are transparent; nothing of the file's other contents."""
    # Smaller first (JPEG is even decoded smaller): what follows costs memory for each pixel.
    image.thumbnail((4 * LARGE[0], 4 * LARGE[0]))
    turned = _in_srgb(ImageOps.exif_transpose(image)).convert("RGBA")
    bare = Image.new("RGB", turned.size, "white")
    bare.paste(turned, mask=turned)
    return bare


def _in_srgb(image: Image.Image) -> Image.Image:
    """The profile goes with the rest of the file: what it says of the colours is applied first.

    A broken one, or one for another kind of pixels, is as good as none.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    wanted = "RGBA" if image.mode in ("RGBA", "P") else "RGB"
    source = image.convert(wanted) if image.mode in ("P", "RGBX") else image
    try:
        return ImageCms.profileToProfile(source, BytesIO(profile), SRGB, outputMode=wanted) or image
    except (ImageCms.PyCMSError, *BROKEN):
        return image


def _encoded(image: Image.Image, size: tuple[int, int]) -> bytes:
    written = BytesIO()
    fitted = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    fitted.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()
