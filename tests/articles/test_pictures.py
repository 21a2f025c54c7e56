"""Is nothing kept of an uploaded file but its pixels, and is every other file refused?"""

import random
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from articles.pictures import LARGEST_FILE, read_picture
from tests.pictures import HOSTILE, HTML, bomb, photograph, picture, swapped_colours


def read(sent: bytes):
    return read_picture(BytesIO(sent), size=len(sent))


class ReadPictureTests:
    @pytest.mark.parametrize(
        ("kind", "mode"),
        [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"),
         ("PNG", "1"), ("PNG", "I;16"), ("WEBP", "RGB")],
    )  # fmt: skip
    def test_all_kinds_become_two_jpegs_of_fixed_size(self, kind, mode):
        made = read(picture(kind=kind, mode=mode, colour=0))
        for encoded, size in ((made.large, (1280, 720)), (made.small, (640, 360))):
            image = Image.open(BytesIO(encoded))
            assert (image.format, image.size, image.mode) == ("JPEG", size, "RGB")

    def test_place_author_comment_and_profile_are_gone(self):
        sent = photograph()
        assert b"Hanna Reuter" in sent
        made = read(sent)
        for encoded in (made.large, made.small):
            image = Image.open(BytesIO(encoded))
            assert dict(image.getexif()) == {}
            assert not {"exif", "icc_profile", "comment"} & image.info.keys()
            assert b"Hanna Reuter" not in encoded
            assert b"geheim" not in encoded

    @pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB")])
    def test_its_colours_stay_what_its_profile_says(self, kind, mode):
        red = (255, 0, 0, 255)[: len(mode)]
        sent = picture(kind=kind, mode=mode, colour=red, icc_profile=swapped_colours())
        shown = Image.open(BytesIO(read(sent).large)).getpixel((640, 360))
        assert shown[0] < 40
        assert shown[1] > 215

    @pytest.mark.parametrize("mode", ["L", "P", "CMYK"])
    def test_a_profile_for_other_pixels_is_as_good_as_none(self, mode):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        sent = picture(kind=kind, mode=mode, colour=0, icc_profile=swapped_colours())
        assert Image.open(BytesIO(read(sent).large)).mode == "RGB"

    def test_what_is_transparent_stays_so_under_a_profile(self):
        clear = picture(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0), icc_profile=swapped_colours())
        assert min(Image.open(BytesIO(read(clear).large)).getpixel((640, 360))) > 250

    def test_it_is_turned_upright(self):
        # Stored with red above; held by its orientation, red is right.
        image = Image.open(BytesIO(read(photograph()).large))
        assert image.getpixel((1270, 360))[1] < 60
        assert image.getpixel((10, 360))[1] > 200

    def test_what_is_transparent_becomes_white(self):
        clear = picture(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0))
        image = Image.open(BytesIO(read(clear).large))
        assert min(image.getpixel((640, 360))) > 250

    @pytest.mark.parametrize("name", HOSTILE)
    def test_what_is_no_picture_is_refused(self, name):
        with pytest.raises(ValidationError) as refused:
            read(HOSTILE[name])
        assert refused.value.code in {"no_picture", "too_large"}

    def test_script_behind_a_picture_is_not_kept(self):
        made = read(picture() + HTML)
        assert b"script" not in made.large + made.small

    def test_a_bomb_is_refused_by_what_it_claims(self):
        for sent in (bomb(), bomb(8_000, 8_000)):
            with pytest.raises(ValidationError):
                read(sent)

    def test_too_heavy_and_too_small_ones_are_refused_with_the_limit(self):
        with pytest.raises(ValidationError, match="10 MB"):
            read_picture(BytesIO(picture()), size=LARGEST_FILE + 1)
        with pytest.raises(ValidationError, match="640 × 360"):
            read(picture((639, 360)))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_broken_files_never_break_the_page(self, kind):
        """Bytes changed at random, always the same ones: read, or refused with a sentence."""
        chance = random.Random(17)
        whole = picture((640, 360), kind=kind)
        for _attempt in range(60):
            broken = bytearray(whole)
            for _byte in range(12):
                broken[chance.randrange(8, len(broken))] = chance.randrange(256)
            try:
                read(bytes(broken))
            except ValidationError:
                continue
