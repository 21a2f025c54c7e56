"""Do the peers come as they were pinned?"""

import re

import pytest

from bench.peers import isso, xtd
from bench.peers.installing import BUILT, HERE

PINNED = r"^([a-z0-9-]+)==\S+ \\\n((?: +--hash=sha256:[0-9a-f]{64}.*\n)+)"


class RequirementsTests:
    @pytest.mark.parametrize("peer", ["isso", "xtd"])
    def test_every_package_has_a_version_and_hashes(self, peer):
        text = (HERE / f"{peer}.txt").read_text()
        entries = re.findall(PINNED, text, re.MULTILINE)
        assert len(entries) == len(re.findall(r"^[a-z]", text, re.MULTILINE)) > 5
        assert set(BUILT[peer]) <= {name for name, _hashes in entries}

    def test_the_versions_are_those_that_are_named(self):
        assert "isso==0.14.0 " in (HERE / "isso.txt").read_text()
        assert "django-comments-xtd==2.10.13 " in (HERE / "xtd.txt").read_text()
        assert (isso.NAME[-6:], xtd.NAME[-7:]) == ("0.14.0", "2.10.13")
