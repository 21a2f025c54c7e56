"""Which discussions are closed because they are old?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Discussion
from moderation.desk_rules.closing import close_old
from moderation.leading import decide_about_discussion
from moderation.models import Decision
from tests.factories import ArticleFactory, TopicFactory, make_discussion
from tests.moderation.ruling import set_by

pytestmark = pytest.mark.django_db


def under_article(*, days_old: int, **fields) -> Discussion:
    appeared = timezone.now() - timedelta(days=days_old)
    return make_discussion(article=ArticleFactory(published_at=appeared, **fields))


def is_open(discussion: Discussion) -> bool:
    discussion.refresh_from_db()
    return discussion.is_open


class CloseOldTests:
    def test_nothing_is_closed_where_nobody_has_asked_for_it(self):
        discussion = under_article(days_old=4_000)
        assert close_old() == 0
        assert is_open(discussion)

    def test_readers_are_told_why_and_the_log_has_it(self, client, max_):
        set_by(max_, "closing_age", days=14)
        old, new = under_article(days_old=15), under_article(days_old=13)
        version = old.version
        assert close_old() == 1
        assert not is_open(old)
        assert old.version == version + 1
        assert (
            old.state_reason == "Wir schließen Diskussionen 14 Tage nach Erscheinen des Artikels."
        )
        assert is_open(new)
        decision = Decision.objects.get()
        assert (decision.discussion, decision.measure, decision.automated) == (old, "close", True)
        assert close_old() == 0

    def test_what_a_moderator_opens_again_stays_open(self, max_, mona):
        set_by(max_, "closing_age", days=14)
        discussion = under_article(days_old=15)
        close_old()
        decide_about_discussion(
            discussion, moderator=mona, measure="open", explanation="Das Urteil ist erst heute da."
        )
        assert close_old() == 0
        assert is_open(discussion)

    def test_topics_are_never_too_old_and_may_have_a_time_of_their_own(self, max_):
        topic = TopicFactory()
        set_by(max_, "closing_age", days=14)
        set_by(max_, "closing_age", topic=topic, days=30)
        standing = make_discussion(topic=topic)
        about_it = under_article(days_old=20, topic=topic)
        older = under_article(days_old=31, topic=topic)
        assert close_old() == 1
        assert is_open(standing)
        assert is_open(about_it)
        assert not is_open(older)

    def test_a_discussion_may_be_left_out(self, max_):
        discussion = under_article(days_old=15)
        set_by(max_, "closing_age", days=14)
        set_by(max_, "closing_age", discussion=discussion, state="off")
        assert close_old() == 0
