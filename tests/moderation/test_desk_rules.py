"""What do moderators and seniors see of the desk's rules, and what can seniors set?"""

import pytest

from forum.models import Comment
from moderation.desk_rules import describing, policy
from moderation.desk_rules.options import Kind, Links, OpeningHours
from moderation.models import RuleSetting
from tests.factories import TopicFactory, make_comment, make_discussion
from tests.moderation.ruling import set_by

RULES = "/moderation/rules/"
LINKS = f"{RULES}links/"
WHY = "Werbung in den letzten Wochen."
FORM = {"state": "on", "new": "0", "regular": "1", "trusted": "5", "reason": WHY}
HOURS = {
    "state": "on",
    "opens": "07:00",
    "closes": "22:00",
    "days": list("0123456"),
    "outside": "hold",
    "reason": WHY,
}

# Session, account, his own permissions and his group's, new notifications; the rules' state, how
# they are set, and the words counted.
QUERIES_OF_LIST = 8

pytestmark = pytest.mark.django_db


@pytest.fixture
def senior(client, max_):
    client.force_login(max_)
    return client


def text_of(answer) -> str:
    return answer.content.decode()


class ListTests:
    def test_every_rule_stands_there_with_what_it_does_and_how_it_is_set(self, client, mona, max_):
        topic = TopicFactory(title="Nahost")
        set_by(max_, "links", new=2)
        set_by(max_, "sensitive_topic", topic=topic)
        client.force_login(mona)
        page = text_of(client.get(RULES))
        for kind in Kind:
            assert str(describing.EXPLAINED[kind]) in page
        assert "So will es die Leitung der Moderation." in page
        assert "Thema „Nahost“" in page

    def test_it_costs_the_same_however_much_is_set(
        self, client, mona, max_, django_assert_num_queries
    ):
        client.force_login(mona)
        client.get(RULES)
        with django_assert_num_queries(QUERIES_OF_LIST):
            client.get(RULES)
        for number in range(5):
            set_by(max_, "sensitive_topic", topic=TopicFactory())
            set_by(max_, "links", new=number)
        client.get(RULES)
        with django_assert_num_queries(QUERIES_OF_LIST):
            client.get(RULES)


class SetTests:
    def test_a_senior_sets_a_rule_that_then_holds(self, senior, max_):
        answer = senior.post(LINKS, FORM | {"save": "1", "free_hosts": "Example.org\n\n"})
        assert (answer.status_code, answer["Location"]) == (303, LINKS)
        held = policy.current().at(Kind.LINKS)
        assert held == Links(new=0, regular=1, trusted=5, free_hosts=("example.org",))
        page = text_of(senior.get(LINKS))
        assert WHY in page
        assert "Max" in page
        assert 'value="1"' in page

    def test_a_moderator_reads_and_does_not_set(self, client, mona):
        client.force_login(mona)
        page = text_of(client.get(LINKS))
        assert "Erlaubte Links: neu" in page
        assert "Regel speichern" not in page
        assert client.post(LINKS, FORM | {"save": "1"}).status_code == 403
        assert not RuleSetting.objects.exists()

    def test_trying_tells_how_many_and_saves_nothing(self, senior, alice):
        comment = make_comment(make_discussion(), alice, "https://example.org/1 www.example.org/2")
        answer = senior.post(LINKS, FORM | {"try": "1"})
        page = text_of(answer)
        assert answer.status_code == 200
        assert "<b>1</b> der letzten 1 Beiträge wäre zurückgehalten worden." in page
        assert f'href="/moderation/comments/{comment.pk}/"' in page
        assert WHY in page
        assert not RuleSetting.objects.exists()
        comment.refresh_from_db()
        assert comment.status == Comment.Status.PUBLISHED

    def test_a_readers_text_in_an_example_stays_text(self, senior, alice):
        make_comment(make_discussion(), alice, "<script>x</script> https://a.de/1 https://a.de/2")
        page = text_of(senior.post(LINKS, FORM | {"try": "1"}))
        assert "&lt;script&gt;x&lt;/script&gt;" in page
        assert "<script>x" not in page

    def test_the_second_of_two_is_told_and_keeps_what_he_entered(self, senior, max_):
        set_by(max_, "links", new=3)
        answer = senior.post(LINKS, FORM | {"save": "1", "follows": ""})
        assert answer.status_code == 409
        assert "inzwischen anders eingestellt" in text_of(answer)
        assert WHY in text_of(answer)

    def test_off_needs_no_figures(self, senior):
        answer = senior.post(LINKS, {"state": "off", "reason": WHY, "save": "1"})
        assert answer.status_code == 303
        assert policy.current().at(Kind.LINKS) is None

    def test_for_a_topic_alone_and_back_again(self, senior):
        topic = TopicFactory()
        there = f"{LINKS}?topic={topic.slug}"
        assert f"Hier geht es nur um „{topic.title}“." in text_of(senior.get(there))
        assert senior.post(there, FORM | {"save": "1"}).status_code == 303
        held = policy.current()
        assert held.at(Kind.LINKS, topic_id=topic.pk) == Links(regular=1)
        assert held.at(Kind.LINKS) == Links()
        back = {"state": "inherit", "reason": WHY, "follows": RuleSetting.objects.get().pk}
        assert senior.post(there, back | {"save": "1"}).status_code == 303
        assert policy.current().at(Kind.LINKS, topic_id=topic.pk) == Links()

    def test_for_one_discussion_by_its_address(self, senior):
        discussion = make_discussion()
        there = f"{LINKS}?discussion={discussion.get_absolute_url()}"
        assert senior.post(there, FORM | {"save": "1"}).status_code == 303
        assert RuleSetting.objects.get().discussion == discussion

    def test_hours(self, senior):
        address = f"{RULES}opening_hours/"
        assert senior.post(address, HOURS | {"save": "1"}).status_code == 303
        assert policy.current().at(Kind.OPENING_HOURS) == OpeningHours()
        assert "07:00 bis 22:00 Uhr" in text_of(senior.get(RULES))


class BadInputTests:
    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"new": "-1"}, "größer oder gleich 0"),
            ({"new": "9" * 400}, "kleiner oder gleich 50"),
            ({"new": "viele"}, "ganze Zahl"),
            ({"new": ""}, ""),
            ({"free_hosts": "kein Name"}, "Servernamen"),
            ({"free_hosts": "\n".join(["example.org"] * 101)}, "Servernamen"),
            ({"reason": "zu kurz"}, "mindestens 10 Zeichen"),
            ({"reason": ""}, "mindestens 10 Zeichen"),
            ({"reason": "x" * 301}, "höchstens 300"),
            ({"reason": "mit \x00 darin, lang genug"}, ""),
            ({"state": "inherit"}, ""),
            ({"state": ""}, ""),
        ],
    )
    def test_is_told_with_a_sentence_and_the_form_is_kept(self, senior, changed, sentence):
        answer = senior.post(LINKS, FORM | {"save": "1", "trusted": "17"} | changed)
        page = text_of(answer)
        assert answer.status_code == 422
        assert sentence in page
        assert 'value="17"' in page
        assert not RuleSetting.objects.exists()

    @pytest.mark.parametrize(
        "changed", [{"closes": "07:00"}, {"days": []}, {"days": ["7"]}, {"opens": "7 Uhr"}]
    )
    def test_hours_that_never_open_are_refused(self, senior, changed):
        answer = senior.post(f"{RULES}opening_hours/", HOURS | {"save": "1"} | changed)
        assert answer.status_code == 422
        assert WHY in text_of(answer)
        assert not RuleSetting.objects.exists()

    @pytest.mark.parametrize("place", ["topic=gibt-es-nicht", "discussion=99"])
    def test_a_place_that_there_is_not_is_told(self, senior, place):
        for answer in (
            senior.get(f"{LINKS}?{place}"),
            senior.post(f"{LINKS}?{place}", FORM | {"save": "1"}),
        ):
            assert answer.status_code == 422
            assert "gibt" in text_of(answer)
        assert not RuleSetting.objects.exists()

    def test_two_places_at_once_are_none(self, senior):
        query = f"topic={TopicFactory().slug}&discussion={make_discussion().pk}"
        answer = senior.post(f"{LINKS}?{query}", FORM | {"save": "1"})
        assert answer.status_code == 422
        assert not RuleSetting.objects.exists()

    def test_a_rule_that_there_is_not_is_not_found(self, senior):
        assert senior.get(f"{RULES}weather/").status_code == 404
