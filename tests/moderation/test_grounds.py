"""Can readers look up what a decision rests on?"""

from django.template import Context, Template

from moderation.grounds import GROUNDS, RULES_VERSION, version_date

NOUNS = [
    "persönlicher Angriff",
    "Herabwürdigung von Gruppen",
    "Drohung",
    "nicht zum Thema",
    "personenbezogene Daten",
    "Werbung",
    "unbelegte Tatsachenbehauptung",
    "rechtswidriger Inhalt",
]


def printed(code: str, what: str) -> str:
    template = Template("{% load moderation %}{{ code|" + what + " }}")
    return template.render(Context({"code": code}))


class GroundTests:
    def test_there_are_eight_each_with_a_noun_and_a_clause_of_its_own(self):
        assert [str(ground.noun) for ground in GROUNDS.values()] == NOUNS
        assert [ground.clause for ground in GROUNDS.values()] == list(range(2, 10))

    def test_a_tombstone_prints_noun_and_clause(self):
        assert printed("personal_attack", "ground_noun") == "persönlicher Angriff"
        assert printed("personal_attack", "ground_clause") == "2"

    def test_an_unknown_code_prints_nothing_and_breaks_no_page(self):
        assert printed("gone", "ground_noun") == printed("gone", "ground_clause") == ""


class NetiquettePageTests:
    def test_every_clause_can_be_linked_and_read(self, client, db):
        page = client.get("/netiquette/").content.decode()
        for ground in GROUNDS.values():
            assert f'id="punkt-{ground.clause}"' in page
            assert str(ground.text) in page
        assert "Greifen Sie niemanden persönlich an" in page

    def test_it_says_its_version_and_that_people_decide_appeals(self, client, db):
        page = client.get("/netiquette/").content.decode()
        assert f"Fassung vom {version_date(RULES_VERSION):%d.%m.%Y}" in page
        assert "Über jede Beschwerde entscheidet ein Mensch, nie ein Programm" in page
        assert "leserdialog@example.org" in page

    def test_it_speaks_of_newcomers_only_where_they_are_read_first(self, client, db, settings):
        sentence = "Die ersten beiden Beiträge neuer Leserinnen und Leser"
        settings.MODERATION_HOLD_NEWCOMERS = False
        assert sentence not in client.get("/netiquette/").content.decode()
        settings.MODERATION_HOLD_NEWCOMERS = True
        assert sentence in client.get("/netiquette/").content.decode()

    def test_strangers_get_no_cookie(self, client, db):
        assert not client.get("/netiquette/").cookies
