"""Does a form that comes back speak with one voice, and does each field lead to what is said of it?

Several alerts would interrupt each other: a list of all errors may be one, the notes at the fields
are read when the field has focus.
"""

import re
from collections import Counter

import pytest
from django.test import Client

from accounts.models import User
from moderation.flagging import flag
from tests import people
from tests.factories import make_comment, make_discussion

ALERT = re.compile(r'role="alert"[^>]*>\s*(?!\s|</)')
NOTE = re.compile(r'class="(?:field__errors|write-box__error)" id="([^"]+)"[^>]*>\s*<p>')
TOO_LONG = "a" * 10_001
DEED = {
    "signing up": ("", "/account/signup/", {"email": "x", "name": "Moderation"}),
    "resetting a password": ("", "/account/password/reset/", {"email": "x"}),
    "writing": ("alice", "/discussions/{discussion}/comments/", {"body": ""}),
    "editing": ("alice", "/comments/{held}/revisions/", {"body": ""}),
    "renaming": ("alice", "/account/name/", {"name": "Moderation"}),
    "changing the password": ("alice", "/account/password/change/", {"oldpassword": "x"}),
    "changing the address": ("alice", "/account/email/", {"email": "x", "action_add": ""}),
    "confirming": ("alice", "/account/reauthenticate/", {"password": "x"}),
    "reporting": ("carla", "/comments/{comment}/flags/", {"explanation": TOO_LONG}),
    "giving notice": ("", "/comments/{comment}/notices/", {"reason": "kurz", "email": "x"}),
    "writing an article": ("anna", "/newsroom/articles/", {"kind": "report"}),
    "deciding": ("mona", "/moderation/cases/{case}/decision/", {"explanation": TOO_LONG}),
    "setting a rule": ("max_", "/moderation/rules/links/", {"state": "on", "new": "x"}),
    "adding words": ("max_", "/moderation/rules/words/", {"words": "!!!"}),
    "editing a page": ("admin", "/moderation/pages/imprint/", {"text_de": "", "text_en": ""}),
}


@pytest.fixture
def numbers(alice: User, bob: User) -> dict[str, int]:
    discussion = make_discussion()
    comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
    held = make_comment(discussion, alice, "Und der Wochenmarkt?", status="held")
    case = flag(comment, reader=bob, reason="rude").case
    return {"discussion": discussion.pk, "comment": comment.pk, "held": held.pk, "case": case.pk}


@pytest.mark.parametrize("deed", DEED)
def test_a_refused_form_speaks_once_and_at_its_fields(client: Client, numbers, deed):
    who, address, typed = DEED[deed]
    if who:
        client.force_login(User.objects.filter(name=who.title()).first() or getattr(people, who)())
    answer = client.post(address.format(**numbers), typed)
    page = answer.content.decode()
    described = " ".join(re.findall(r'aria-describedby="([^"]*)"', page)).split()
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert len(ALERT.findall(page)) <= 1
    assert set(NOTE.findall(page)) <= set(described)
    assert {one: ids[one] for one in described if ids[one] != 1} == {}
