"""Is an address the one that the router would give?"""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.routing import address_of


@pytest.mark.parametrize("pk", [1, 7, 2**63 - 1])
def test_ids(pk):
    assert address_of("forum:comment", pk) == reverse("forum:comment", args=[pk])
    slug = "rad-5-prozent"
    assert address_of("forum:article", slug, pk) == reverse("forum:article", args=[slug, pk])


@given(st.text("äß %&+'\"?#;,.-_~:@!$()*=<>aB1", min_size=1))
def test_names(name):
    assert address_of("forum:reader", name) == reverse("forum:reader", args=[name])
