"""Which files might somebody send as a picture?"""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms

PLACE = {1: "N", 2: (48.0, 8.0, 0.0)}
GPS_IFD, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B


def picture(
    size: tuple[int, int] = (1600, 1200), *, kind: str = "JPEG", mode: str = "RGB", **options
) -> bytes:
    written = BytesIO()
    Image.new(mode, size, options.pop("colour", 128)).save(written, kind, **options)
    return written.getvalue()


def photograph() -> bytes:
    """From a telephone held sideways: says where it was taken, by whom, and which way is up."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = 6, "Hanna Reuter"
    exif.get_ifd(GPS_IFD).update(PLACE)
    image = Image.new("RGB", (1600, 1200), "white")
    image.paste("red", (0, 0, 1600, 600))
    written = BytesIO()
    image.save(written, "JPEG", exif=exif, comment=b"geheim", icc_profile=b"geheimes Profil")
    return written.getvalue()


def swapped_colours() -> bytes:
    """A profile by which red means green, and green red: no screen can take it for none."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____").replace(b"gXYZ", b"rXYZ").replace(b"____", b"gXYZ")


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that claims to hold 900 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1280"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
HOSTILE = {
    "svg": SVG,
    "html": HTML,
    "empty": b"",
    "text": b"Kein Bild, nur Text.",
    "gif": picture(kind="GIF", mode="P"),
    "gif and script": b"GIF89a/*" + HTML,
    "jpeg's first bytes": b"\xff\xd8\xff\xe0" + HTML,
    "truncated jpeg": picture()[:2_000],
    "truncated png": picture(kind="PNG")[:-2_000],
    "bomb": bomb(),
    "pdf": b"%PDF-1.7\n" + b"0" * 500,
    "tiff": picture(kind="TIFF"),
}
