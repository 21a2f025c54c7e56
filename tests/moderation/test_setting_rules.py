"""How does a senior set a rule of the desk, and what stays of it?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from moderation.desk_rules import policy
from moderation.desk_rules.options import (
    Kind,
    Links,
    Newcomer,
    OpeningHours,
    default_of,
    options_of,
    stored,
)
from moderation.desk_rules.setting import set_rule
from moderation.models import RuleSetting
from tests.factories import TopicFactory
from tests.moderation.ruling import set_by

WHY = "Zu viele Links in den letzten Wochen."


def set_links(by, *, follows=None, state="on", reason=WHY, **place):
    options = Links(new=1)
    return set_rule(
        Kind.LINKS, by=by, state=state, options=options, reason=reason, follows=follows, **place
    )


@pytest.mark.django_db
class SetRuleTests:
    def test_it_holds_at_once_and_says_who_and_why(self, max_):
        setting = set_links(max_)
        assert policy.current().at(Kind.LINKS) == Links(new=1)
        assert (setting.set_by, setting.reason, setting.options["new"]) == (max_, WHY, 1)

    def test_is_for_seniors(self, mona, admin, bob):
        for person in (mona, admin, bob):
            with pytest.raises(PermissionDenied):
                set_links(person)
        assert not RuleSetting.objects.exists()

    def test_of_two_at_the_same_time_the_second_is_told(self, max_):
        first = set_links(max_)
        set_links(max_, state="off", follows=first)
        for follows in (first, None):
            with pytest.raises(ValidationError) as refused:
                set_links(max_, state="off", follows=follows)
            assert refused.value.code == "conflict"
        assert policy.current().at(Kind.LINKS) is None

    def test_needs_a_reason_and_a_change(self, max_):
        with pytest.raises(ValidationError):
            set_links(max_, reason="  zu   viele ")
        first = set_links(max_)
        with pytest.raises(ValidationError):
            set_links(max_, follows=first)

    def test_a_place_without_a_setting_cannot_give_one_up(self, max_):
        with pytest.raises(ValidationError):
            set_links(max_, state="inherit", topic=TopicFactory())

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE moderation_rulesetting SET reason = 'anders'",
            "DELETE FROM moderation_rulesetting",
            "TRUNCATE moderation_rulesetting CASCADE",
        ],
    )
    def test_what_was_set_stays_on_record(self, max_, statement):
        set_links(max_)
        with connection.cursor() as cursor:
            # TRUNCATE would stumble over keys that are still to be checked, before the trigger.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(statement)


class OptionsTests:
    @pytest.mark.parametrize(
        ("kind", "figures", "field"),
        [
            (Kind.LINKS, {"new": -1}, "new"),
            (Kind.LINKS, {"new": 51}, "new"),
            (Kind.LINKS, {"new": True}, "new"),
            (Kind.LINKS, {"free_hosts": ["kein Name"]}, "free_hosts"),
            (Kind.LINKS, {"free_hosts": [f"a{n}.example.org" for n in range(101)]}, "free_hosts"),
            (Kind.OPENING_HOURS, {"opens": "08:00", "closes": "08:00"}, "closes"),
            (Kind.OPENING_HOURS, {"days": []}, "days"),
            (Kind.OPENING_HOURS, {"days": [7]}, "days"),
            (Kind.OPENING_HOURS, {"opens": "25:00"}, "opens"),
            (Kind.OPENING_HOURS, {"opens": "7 Uhr"}, "opens"),
            (Kind.OPENING_HOURS, {"outside": "drop"}, "outside"),
            (Kind.REMOVAL_RATE, {"half_life_days": 0}, "half_life_days"),
        ],
    )
    def test_what_no_check_could_work_with_cannot_be_made(self, kind, figures, field):
        with pytest.raises(ValidationError) as refused:
            options_of(kind, figures)
        assert set(refused.value.error_dict) == {field}

    @pytest.mark.parametrize(
        ("kind", "figures"),
        [
            (Kind.LINKS, {"colour": "red"}),
            (Kind.SENSITIVE_TOPIC, {"new": 1}),
            (Kind.LINKS, {"free_hosts": [7]}),
            (Kind.OPENING_HOURS, {"opens": 7}),
        ],
    )
    def test_nor_what_is_something_else_altogether(self, kind, figures):
        with pytest.raises(ValidationError):
            options_of(kind, figures)

    @pytest.mark.parametrize(
        "options", [Links(free_hosts=("example.org",)), OpeningHours(days=(0, 6)), Newcomer()]
    )
    def test_they_come_back_from_the_row_as_they_went_in(self, options):
        kind = {Links: Kind.LINKS, OpeningHours: Kind.OPENING_HOURS, Newcomer: Kind.NEWCOMER}
        assert options_of(kind[type(options)], stored(options)) == options

    def test_what_screened_before_screens_where_nobody_has_set_anything(self, settings):
        settings.MODERATION_HOLD_NEWCOMERS = False
        on = {kind for kind in Kind if default_of(kind) is not None}
        assert on == {Kind.WORD_LIST, Kind.LINKS, Kind.REPEATED_TEXT}
        settings.MODERATION_HOLD_NEWCOMERS = True
        assert default_of(Kind.NEWCOMER) == Newcomer(comments=2)


@pytest.mark.django_db(transaction=True)
class PolicyTests:
    def test_a_process_that_runs_already_reads_the_rules_as_they_are_now(self, max_):
        before = policy.current()
        assert policy.current() is before
        set_by(max_, "links", new=4)
        assert policy.current().at(Kind.LINKS) == Links(new=4)

    def test_reading_costs_one_query_while_nothing_changes(self, max_, django_assert_num_queries):
        set_by(max_, "links", new=4)
        policy.current()
        with django_assert_num_queries(1):
            policy.current()
