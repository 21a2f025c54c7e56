"""Is the cast what the other tests take it for?"""

import pytest
from django.db import connection

from accounts.models import User


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_roles_are_there_again_after_a_test_that_committed(run, mona):
    assert mona.has_perm("moderation.decide_case")
    assert User.objects.count() == 1


def test_eve_is_suspended_and_alice_is_not(alice, eve):
    assert eve.is_suspended
    assert not alice.is_suspended


def test_the_cast_can_sign_in(client, alice):
    assert client.login(email="alice@example.org", password="Kirschbaum im Nebel")


@pytest.mark.django_db
def test_decisions_are_protected_in_tests_too():
    with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
        cursor.execute("TRUNCATE moderation_decision CASCADE")
