"""What becomes of many comments that are removed at once?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from forum.models import Comment
from forum.posting import withdraw
from moderation import sweeping
from moderation.models import Decision, Respite, Sweep
from moderation.queue import claim, open_case
from moderation.respites import take_effect, undo
from moderation.restricting import decide_about_author
from moderation.sweeping import remove_branch, remove_since, stop, work
from moderation.tasks import ring_for_sweeps
from notifications.models import Mail
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

WHY = "Hier geht es seit vielen Beiträgen nur noch um eine Person."
REASONS = {"ground": "personal_attack", "explanation": WHY}
Status = Comment.Status


@pytest.fixture
def root(alice):
    return make_comment(make_discussion(), alice)


@pytest.fixture
def branch(root, bob, carla):
    """The root, two answers one below the other, and a thread beside it."""
    first = make_comment(root.discussion, bob, parent=root)
    second = make_comment(root.discussion, carla, parent=first)
    make_comment(root.discussion, carla)
    return [root, first, second]


def removed():
    return list(Comment.objects.filter(status=Status.REMOVED).order_by("pk"))


def after_thirty_seconds(sweep: Sweep) -> Sweep:
    Sweep.objects.filter(pk=sweep.pk).update(leased_until=timezone.now())
    return sweep


def out_of_sight():
    return list(Comment.objects.filter(status=Status.HELD).order_by("pk"))


class BranchTests:
    def test_each_gets_a_decision_and_a_letter_of_its_own(self, branch, root, mona):
        granted = remove_branch(root, moderator=mona, **REASONS).granted
        assert out_of_sight() == branch
        assert not Mail.objects.exists()
        Respite.objects.update(due_at=timezone.now())
        assert [take_effect(one).comment for one in granted] == branch
        assert removed() == branch
        assert Mail.objects.filter(kind="decision").count() == 3

    def test_each_can_be_undone_before(self, branch, root, mona):
        for respite in remove_branch(root, moderator=mona, **REASONS).granted:
            undo(respite, moderator=mona)
        assert Comment.objects.published().filter(pk__in=[one.pk for one in branch]).count() == 3

    def test_what_is_gone_already_and_her_own_stay_out(self, branch, root, bob, mona):
        own = make_comment(root.discussion, mona, parent=root)
        withdraw(branch[1], author=bob)
        remove_branch(root, moderator=mona, **REASONS)
        assert out_of_sight() == [branch[0], branch[2]]
        own.refresh_from_db()
        assert own.is_published
        with pytest.raises(ValidationError) as refused:
            remove_branch(root, moderator=mona, **REASONS)
        assert refused.value.code == "conflict"

    def test_so_does_what_a_colleague_works_on(self, client, branch, root, mona):
        mika = people.person("Mika", role="moderator")
        claim(open_case(branch[1], reason="flagged"), moderator=mika)
        client.force_login(mona)
        sent = {f"branch-{name}": value for name, value in REASONS.items()}
        answer = client.post(f"/moderation/comments/{root.pk}/branch/", sent, follow=True)
        assert "1 Beitrag wurde übergangen" in answer.content.decode()
        assert out_of_sight() == [branch[0], branch[2]]

    def test_more_are_a_job_for_seniors(self, branch, root, mona, max_, monkeypatch):
        monkeypatch.setattr(sweeping, "AT_ONCE", 2)
        monkeypatch.setattr(sweeping, "BATCH", 2)
        with pytest.raises(PermissionDenied, match="leitende Moderation"):
            remove_branch(root, moderator=mona, **REASONS)
        sweep = remove_branch(root, moderator=max_, **REASONS)
        assert work(sweep) is False
        assert removed() == []
        assert work(after_thirty_seconds(sweep)) is True
        assert len(removed()) == 2
        assert work(sweep) is False
        assert removed() == branch
        sweep.refresh_from_db()
        assert (sweep.removed_count, sweep.finished_at is None) == (3, False)

    def test_is_for_moderators_and_needs_reasons(self, root, bob, mona):
        with pytest.raises(PermissionDenied):
            remove_branch(root, moderator=bob, **REASONS)
        with pytest.raises(ValidationError):
            remove_branch(root, moderator=mona, ground="personal_attack", explanation="kurz")

    def test_the_page_tells_how_many(self, client, branch, root, mona):
        client.force_login(mona)
        page = client.get(f"/moderation/comments/{root.pk}/measures/").content.decode()
        assert "3 Beiträge. Zu jedem" in page
        sent = {f"branch-{name}": value for name, value in REASONS.items()}
        address = f"/moderation/comments/{root.pk}/branch/"
        assert client.post(address, sent).status_code == 303
        assert client.post(address, sent).status_code == 409


class SinceTests:
    @pytest.fixture
    def comments(self, bob):
        discussion = make_discussion()
        old, *new = [make_comment(discussion, bob) for _each in range(4)]
        earlier = timezone.now() - timedelta(days=30)
        Comment.objects.filter(pk=old.pk).update(submitted_at=earlier)
        return [old, *new]

    def ordered(self, bob, moderator):
        since = timezone.now() - timedelta(days=1)
        return remove_since(bob, since=since, moderator=moderator, **REASONS)

    def test_all_since_then_and_nothing_before(self, comments, bob, max_, mona):
        claim(open_case(comments[1], reason="flagged"), moderator=mona)
        sweep = self.ordered(bob, max_)
        work(after_thirty_seconds(sweep))
        assert removed() == comments[1:]
        assert Decision.objects.filter(decided_by=max_, measure="remove").count() == 3

    def test_an_appeal_that_waits_is_not_decided_by_the_way(self, comments, bob, max_):
        appealed = open_case(comments[1], reason="appeal")
        work(after_thirty_seconds(self.ordered(bob, max_)))
        assert removed() == comments[2:]
        appealed.refresh_from_db()
        assert appealed.closed_at is None

    def test_running_it_again_or_twice_at_once_is_harmless(self, comments, bob, max_):
        sweep = self.ordered(bob, max_)
        Sweep.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
        assert work(sweep) is False
        assert removed() == []
        Sweep.objects.update(leased_until=None)
        work(sweep)
        work(sweep)
        assert Decision.objects.count() == 3

    def test_upkeep_finds_what_nobody_works_on(self, comments, bob, max_):
        sweep = self.ordered(bob, max_)
        assert not Sweep.objects.due(timezone.now()).exists()
        after_thirty_seconds(sweep)
        assert list(Sweep.objects.due(timezone.now())) == [sweep]
        Sweep.objects.update(attempts=5)
        assert not Sweep.objects.due(timezone.now()).exists()
        ring_for_sweeps()

    def test_is_for_seniors_and_not_against_the_house(self, comments, bob, mona, max_):
        with pytest.raises(PermissionDenied):
            self.ordered(bob, mona)
        with pytest.raises(PermissionDenied):
            self.ordered(mona, max_)

    def test_from_his_page(self, client, comments, bob, mona, max_):
        sent = {f"sweep-{name}": value for name, value in REASONS.items()}
        sent["sweep-since"] = (timezone.localdate() - timedelta(days=2)).isoformat()
        address = "/moderation/readers/Bob/sweeps/"
        client.force_login(mona)
        assert client.post(address, sent).status_code == 403
        client.force_login(max_)
        assert client.post(address, sent | {"sweep-since": "gestern"}).status_code == 422
        page = client.post(address, sent, follow=True).content.decode()
        assert "Es beginnt in 30 Sekunden." in page
        assert "von Max: 0 entfernt" in page


class StopTests:
    @pytest.fixture
    def sweep(self, bob, max_):
        discussion = make_discussion()
        for _each in range(3):
            make_comment(discussion, bob)
        since = timezone.now() - timedelta(days=1)
        return remove_since(bob, since=since, moderator=max_, **REASONS)

    def test_before_it_begins_nothing_is_gone(self, sweep, max_):
        stop(sweep, moderator=max_)
        assert work(after_thirty_seconds(sweep)) is False
        assert removed() == []
        assert not Decision.objects.exists()

    def test_later_what_is_left_stays(self, sweep, max_, monkeypatch):
        monkeypatch.setattr(sweeping, "BATCH", 2)
        work(after_thirty_seconds(sweep))
        stop(sweep, moderator=max_)
        assert work(sweep) is False
        assert len(removed()) == 2
        sweep.refresh_from_db()
        assert (sweep.removed_count, sweep.stopped_by) == (2, max_)

    def test_in_the_midst_of_a_batch_too(self, sweep, max_, monkeypatch):
        remove = sweeping.remove

        def remove_and_be_stopped(*given):
            done = remove(*given)
            if len(removed()) == 2:
                stop(sweep, moderator=max_)
            return done

        monkeypatch.setattr(sweeping, "remove", remove_and_be_stopped)
        assert work(after_thirty_seconds(sweep)) is False
        assert len(removed()) == 2
        sweep.refresh_from_db()
        assert sweep.stopped_at == sweep.finished_at

    def test_is_for_seniors_and_once(self, sweep, mona, max_):
        with pytest.raises(PermissionDenied):
            stop(sweep, moderator=mona)
        work(after_thirty_seconds(sweep))
        with pytest.raises(ValidationError) as refused:
            stop(sweep, moderator=max_)
        assert refused.value.code == "conflict"

    def test_from_the_page_of_the_reader(self, client, sweep, mona, max_):
        address = f"/moderation/sweeps/{sweep.pk}/stop/"
        client.force_login(mona)
        assert client.post(address).status_code == 403
        client.force_login(max_)
        assert f'action="{address}"' in client.get("/moderation/readers/Bob/").content.decode()
        page = client.post(address, follow=True).content.decode()
        assert "Angehalten: Was noch nicht entfernt war, bleibt." in page
        assert "angehalten von Max" in page
        assert f'action="{address}"' not in page
        again = client.post(address)
        assert again.status_code == 409
        assert "Es war schon fertig." in again.content.decode()

    def test_from_the_page_of_the_comment(self, client, branch, root, max_, monkeypatch):
        monkeypatch.setattr(sweeping, "AT_ONCE", 2)
        client.force_login(max_)
        sent = {f"branch-{name}": value for name, value in REASONS.items()}
        ordered = client.post(f"/moderation/comments/{root.pk}/branch/", sent, follow=True)
        assert "Es beginnt in 30 Sekunden." in ordered.content.decode()
        address = f"/moderation/sweeps/{Sweep.objects.get().pk}/stop/"
        assert f'action="{address}"' in ordered.content.decode()
        assert "angehalten von Max" in client.post(address, follow=True).content.decode()
        again = client.post(address)
        assert again.status_code == 409
        assert "Es war schon fertig." in again.content.decode()


@pytest.mark.django_db(transaction=True)
class AtOnceTests:
    def test_a_branch_and_measures_about_its_authors_do_not_wait_in_a_ring(self, settings):
        """Both lock authors and then the log of decisions, the branch many of them."""
        settings.RATE_LIMITS = False
        mona, mika = people.mona(), people.person("Mika", role="moderator")
        authors = [people.person(f"Leser {number}") for number in range(6)]
        for _race in range(5):
            root = make_comment(make_discussion(), people.User.objects.get(pk=authors[0].pk))
            answers = [make_comment(root.discussion, one, parent=root) for one in authors[1:]]

            def act(number, root=root, last=answers[-1]):
                if number == 0:
                    return remove_branch(root, moderator=mona, **REASONS)
                fields = {"moderator": mika, "measure": "read_first", **REASONS}
                return [decide_about_author(last, **fields) for _time in range(6)]

            results = at_once(2, act)
            assert not [one for one in results if isinstance(one, Exception)], results
            assert not Comment.objects.published().filter(discussion=root.discussion).exists()
