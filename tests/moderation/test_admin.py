"""Can seniors keep the word list?"""

import pytest

from moderation import wordlists
from moderation.models import WordlistEntry

LIST = "/admin/moderation/wordlistentry/"
ENTRY = {
    "text": "Schwachkopf",
    "match": "compound",
    "outcome": "hold",
    "ground": "personal_attack",
    "reason": "Beschimpfung",
}


@pytest.fixture
def senior(client, max_):
    client.force_login(max_)
    return client


class WordlistAdminTests:
    def test_a_senior_adds_an_entry_that_then_works(self, senior, max_):
        assert senior.post(f"{LIST}add/", ENTRY).status_code == 302
        entry = WordlistEntry.objects.get()
        assert (entry.text, entry.added_by) == ("Schwachkopf", max_)
        assert wordlists.current().hits("Du SCHWACHKOPF!")

    def test_the_same_entry_twice_is_refused_with_a_sentence(self, senior):
        senior.post(f"{LIST}add/", ENTRY)
        page = senior.post(f"{LIST}add/", ENTRY | {"text": "schwachkopf"}).content.decode()
        assert "Dieser Eintrag steht schon auf der Liste." in page
        assert WordlistEntry.objects.count() == 1

    def test_taken_off_it_works_no_more_and_stays_on_record(self, senior):
        senior.post(f"{LIST}add/", ENTRY)
        entry = WordlistEntry.objects.get()
        senior.post(LIST, {"action": "retire", "_selected_action": [entry.pk]})
        assert not wordlists.current().hits("Du Schwachkopf!")
        assert WordlistEntry.objects.get().retired_at is not None

    def test_nobody_rewords_or_deletes_one(self, senior):
        senior.post(f"{LIST}add/", ENTRY)
        entry = WordlistEntry.objects.get()
        senior.post(f"{LIST}{entry.pk}/change/", ENTRY | {"text": "Anders"})
        senior.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"})
        assert WordlistEntry.objects.get().text == "Schwachkopf"

    @pytest.mark.parametrize("name", ["alice", "anna", "mona"])
    def test_others_do_not_get_there(self, client, name, request):
        client.force_login(request.getfixturevalue(name))
        assert client.post(f"{LIST}add/", ENTRY).status_code in {302, 403}
        assert not WordlistEntry.objects.exists()
