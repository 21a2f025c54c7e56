"""Whose notices come first, and who says so (DSA art. 22)?"""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from moderation import noticing
from moderation.models import TrustedFlagger
from moderation.trusting import retire, trusted_flagger_of
from tests.factories import make_comment, make_discussion, make_notice

LIST = "/admin/moderation/trustedflagger/"


@pytest.fixture
def organisation(admin):
    return TrustedFlagger.objects.create(
        organisation="Meldestelle <b>Nord</b>", mail_domain="meldestelle.example", added_by=admin
    )


def confirm(reader, address, *, verified=True):
    EmailAddress.objects.create(user=reader, email=address, verified=verified)


def noticed(author, **fields):
    fields = {"category": "insult"} | fields
    return make_notice(make_comment(make_discussion(), author), **fields)


class WhoTests:
    def test_a_confirmed_address_of_the_domain_is_known(self, organisation, alice):
        confirm(alice, "alice@Meldestelle.example")
        assert trusted_flagger_of(alice) == organisation

    def test_an_unconfirmed_one_is_not(self, organisation, alice):
        confirm(alice, "alice@meldestelle.example", verified=False)
        assert trusted_flagger_of(alice) is None

    @pytest.mark.usefixtures("organisation")
    @pytest.mark.parametrize("domain", ["x-meldestelle.example", "meldestelle.example.org"])
    def test_neither_is_a_similar_one(self, alice, domain):
        confirm(alice, f"alice@{domain}")
        assert trusted_flagger_of(alice) is None

    def test_an_account_can_be_named(self, admin, alice, carla):
        one = TrustedFlagger.objects.create(
            organisation="Meldestelle", account=alice, added_by=admin
        )
        assert trusted_flagger_of(alice) == one
        assert trusted_flagger_of(carla) is None
        assert trusted_flagger_of(None) is None

    def test_whoever_is_retired_is_like_anybody(self, organisation, alice):
        confirm(alice, "alice@meldestelle.example")
        assert retire(organisation)
        assert not retire(organisation)
        assert trusted_flagger_of(alice) is None


class NoticeTests:
    @pytest.fixture
    def notice(self, organisation, alice, bob):
        confirm(alice, "alice@meldestelle.example")
        return noticed(bob, reader=alice, name="Alice", email="alice@meldestelle.example")

    def test_its_notice_is_marked_and_due_within_a_day(self, notice, organisation):
        assert notice.trusted_flagger == organisation
        assert noticing.due_at(notice) - notice.received_at == timedelta(days=1)

    def test_no_limit_slows_it_down(self, notice, alice, bob):
        for _time in range(4):
            noticed(bob, reader=alice, email=notice.email, address="192.0.2.7")
        assert alice.notices.count() == 5

    def test_the_desk_says_so_and_its_name_stays_text(self, client, notice, mona):
        client.force_login(mona)
        page = client.get(notice.case.get_absolute_url()).content.decode()
        assert "Hinweisgeber: Meldestelle &lt;b&gt;Nord&lt;/b&gt;" in page

    @pytest.mark.usefixtures("organisation")
    def test_an_address_typed_into_the_form_proves_nothing(self, bob):
        notice = noticed(bob, name="Alice", email="alice@meldestelle.example")
        assert notice.trusted_flagger is None


class AdminTests:
    ENTRY = {
        "organisation": "Meldestelle",
        "mail_domain": "Meldestelle.example",
        "account": "",
        "since_0": "2026-11-01",
        "since_1": "08:00",
    }

    def test_an_administrator_adds_one_and_retires_it(self, client, admin):
        client.force_login(admin)
        assert client.post(f"{LIST}add/", self.ENTRY).status_code == 302
        one = TrustedFlagger.objects.get()
        assert (one.mail_domain, one.added_by) == ("meldestelle.example", admin)
        client.post(LIST, {"action": "retire", "_selected_action": [one.pk]})
        one.refresh_from_db()
        assert one.retired_at

    def test_without_account_and_domain_it_is_refused_with_a_sentence(self, client, admin):
        client.force_login(admin)
        page = client.post(f"{LIST}add/", self.ENTRY | {"mail_domain": ""}).content.decode()
        assert "Bitte nennen Sie ein Konto oder eine E-Mail-Domain." in page
        assert not TrustedFlagger.objects.exists()

    def test_nobody_deletes_one(self, client, admin, organisation):
        client.force_login(admin)
        assert client.post(f"{LIST}{organisation.pk}/delete/", {"post": "yes"}).status_code == 403
        assert TrustedFlagger.objects.exists()

    def test_moderators_do_not_keep_the_list(self, client, max_):
        client.force_login(max_)
        assert client.get(LIST).status_code == 403
