"""Is a stamped comment ever told from one that its template made?"""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from articles.models import Article, TickerEntry
from config.demo.clock import turned_back
from forum import stamping
from forum.markup import render
from forum.models import Clearance, Comment, Revision, Tally

PUBLISHED = Comment.Status.PUBLISHED
ids = st.integers(1, 10**12)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# What can stand between the slashes of an address, right-to-left and emoji included.
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=40
) | st.sampled_from(
    [
        "Ä & Ö <b>",
        "<script>alert(1)<",
        "<!--slot menu-7-->",
        "%(pk)s %d 100%",
        "שלום \u202e",
        'O\'Neill "x"',
        str(stamping.PK),
        stamping.NAME,
    ]
)
texts = st.text(max_size=300).map(render) | st.sampled_from(
    ["<p>%(name)s</p>", "<p>kurz</p>", "<p>" + "lang " * 400 + "</p>", "<p>a<br>" * 30]
)
people = st.builds(User, pk=ids, name=words, closed_at=st.none() | moments)
parents = st.builds(
    Comment,
    pk=ids,
    author=people,
    written_as=st.sampled_from(Comment.WrittenAs.values),
    status=st.sampled_from([PUBLISHED, Comment.Status.REMOVED, Comment.Status.WITHDRAWN]),
)
articles = st.builds(
    Article,
    pk=ids,
    headline=words,
    slug=st.sampled_from(["uferstrasse", "a-1-b"]),
    state=st.sampled_from(Article.State.values),
    published_at=st.just(datetime(2025, 2, 4, tzinfo=UTC)),
)
entries = st.builds(TickerEntry, pk=ids, article=articles, text=st.text(max_size=200))


@st.composite
def comments(draw) -> Comment:
    parent = draw(st.none() | parents)
    comment = Comment(
        pk=draw(ids),
        discussion_id=draw(ids),
        author=draw(people),
        parent=parent,
        root_id=draw(ids),
        depth=draw(st.integers(1, 40)) if parent else 0,
        written_as=draw(st.sampled_from(Comment.WrittenAs.values)),
        status=PUBLISHED,
        submitted_at=draw(moments),
        picked_at=draw(st.none() | moments),
        edited_at=draw(st.none() | moments),
        visible_revision=Clearance(revision=Revision(html=draw(texts))),
        about_article=draw(st.none() | articles),
        about_entry=draw(st.none() | entries),
    )
    comment.tally = Tally(
        reply_count=draw(st.integers(0, 3) | st.integers(0, 40_000)),
        recommendation_count=draw(st.integers(0, 4) | st.integers(0, 40_000)),
    )
    return comment


def made_by_template(comment: Comment) -> str:
    return render_to_string("components/_comment.html", {"comment": comment})


class SameTests:
    @settings(max_examples=150, deadline=None)
    @given(comment=comments(), language=st.sampled_from(["de", "en"]))
    def test_whatever_was_said_by_whomever_in_either_language(self, comment, language):
        with translation.override(language):
            assert stamping.comment_html(comment) == made_by_template(comment)

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"])
    def test_in_any_time_zone(self, zone):
        comment = stamping.sample_of(stamping.PLAIN)
        comment.submitted_at = datetime(2025, 7, 1, 13, 57, 13, tzinfo=UTC)
        with timezone.override(zone):
            assert stamping.comment_html(comment) == made_by_template(comment)

    def test_while_the_past_of_the_demo_is_told(self):
        comment = stamping.sample_of(stamping.PLAIN)
        comment.submitted_at = datetime(2025, 7, 1, 13, 57, 13, tzinfo=UTC)
        stamping._stamp.cache_clear()
        with turned_back():
            html = stamping.comment_html(comment)
            assert html == made_by_template(comment)
        stamping._stamp.cache_clear()
        assert "01.07.2025, 15:57 Uhr" in html

    def test_in_a_language_whose_clock_has_twelve_hours(self):
        comment = stamping.sample_of(stamping.PLAIN)
        stamping._day.cache_clear()
        with (
            patch("config.formats.de.formats.DATETIME_FORMAT", "j.n.Y g:i a"),
            patch.dict("django.utils.formats._format_cache", clear=True),
        ):
            assert stamping.comment_html(comment) == made_by_template(comment)
        stamping._day.cache_clear()


class CostTests:
    def test_template_runs_once_for_all_comments_of_a_shape(self):
        first, second = stamping.sample_of(stamping.PLAIN), stamping.sample_of(stamping.PLAIN)
        first.pk, second.pk = 7, 8
        stamping.comment_html(first)
        with patch.object(stamping, "render_to_string") as template:
            assert 'id="comment-8"' in stamping.comment_html(second)
        template.assert_not_called()


class FragmentsOfNumbersTests:
    @pytest.mark.parametrize("discussion", [1, 7_000, 10**12])
    def test_stamped_fragment_is_what_its_template_says(self, discussion):
        for template in ("components/_filters.html", "components/_follow.html"):
            said = stamping.stamped(template, discussion_id=discussion)
            assert said == render_to_string(template, {"discussion_id": discussion})

    def test_number_that_is_not_shown_is_noticed(self):
        with pytest.raises(ValueError, match="does not show"):
            stamping.stamped("components/_reading_keys.html", discussion_id=7)
