"""Do people get done what they came for, in a real browser, with the real worker?"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts.models import User
from forum.models import Comment
from forum.opening import open_discussion
from moderation import respites
from moderation.models import Case, Decision
from notifications.models import Notification
from tests.e2e.conftest import mailed_code, sign_in_by_form, wait_for
from tests.factories import ArticleFactory, make_comment
from tests.people import PASSWORD

pytestmark = pytest.mark.e2e

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


@pytest.fixture
def discussion(transactional_db):
    return open_discussion(article=ArticleFactory())


def text_of(comment: Comment):
    return f"#comment-{comment.pk} .comment__body"


def published(author: User) -> Comment:
    """The author's newest comment, once the worker has let it through."""
    return wait_for(lambda: Comment.objects.published().filter(author=author).last())


@with_and_without_script
class ReadTests:
    def test_a_stranger_reads_the_article_and_what_others_think_of_it(
        self, visit, discussion, alice, bob, script
    ):
        first = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
        make_comment(discussion, bob, "Und der Wochenmarkt?", parent=first)
        page = visit("/", script=script)
        expect(page.get_by_text("2 Beiträge")).to_be_visible()
        page.get_by_role("link", name=discussion.article.headline).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(discussion.article.headline)
        expect(page.locator("#discussion")).to_contain_text("Endlich Ruhe am Ufer.")
        expect(page.locator("#discussion")).to_contain_text("Und der Wochenmarkt?")
        assert page.context.cookies() == []


@with_and_without_script
class SignUpAndWriteTests:
    def test_a_newcomer_signs_up_with_the_code_from_the_mail_and_is_published(
        self, visit, discussion, worker, script
    ):
        page = visit(discussion.article.get_absolute_url(), script=script)
        page.locator("#discussion").get_by_role("link", name="Konto anlegen").click()
        page.get_by_label("E-Mail-Adresse").fill("karla@example.org")
        page.get_by_label("Öffentlicher Name").fill("Karla Brandt")
        page.get_by_label("Passwort", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Konto anlegen").click()
        page.get_by_label("Code").fill(mailed_code("karla@example.org"))
        page.locator("main").get_by_role("button", name="Bestätigen").click()
        expect(page.locator("#comment-form")).to_be_visible()
        page.get_by_label("Ihr Beitrag").fill("Die Frage ist nicht, ob Autos weichen.")
        page.get_by_role("button", name="Beitrag senden").click()
        expect(page.locator("main")).to_contain_text("Die Frage ist nicht, ob Autos weichen.")
        comment = published(User.objects.get(email="karla@example.org"))
        stranger = visit(comment.get_absolute_url(), script=script)
        expect(stranger.locator(text_of(comment))).to_contain_text("Die Frage ist nicht")


@with_and_without_script
class ReplyTests:
    def test_the_author_is_told_of_a_reply_in_the_inbox_and_by_mail(
        self, visit, discussion, worker, alice, bob, script
    ):
        User.objects.filter(pk=alice.pk).update(reply_mail_agreed_at=alice.joined_at)
        question = make_comment(discussion, alice, "Wohin soll der Verkehr?")
        mail.outbox.clear()
        page = visit(script=script)
        sign_in_by_form(page, bob, PASSWORD)
        page.goto(discussion.article.get_absolute_url())
        page.locator(f"#comment-{question.pk}").get_by_role("link", name="Antworten").click()
        box = page.get_by_label("Ihre Antwort an Alice")
        box.fill("In die Gartenstraße, fürchte ich.")
        page.locator("form", has=box).get_by_role("button", name="Beitrag senden").click()
        expect(page.locator("main")).to_contain_text("In die Gartenstraße, fürchte ich.")
        assert published(bob).parent == question
        wait_for(lambda: Notification.objects.filter(recipient=alice, kind="reply").exists())

        window = visit(script=script)
        sign_in_by_form(window, alice, PASSWORD)
        window.get_by_role("link", name=re.compile("Mitteilungen")).click()
        expect(window.locator("main")).to_contain_text(discussion.article.headline)
        letter = wait_for(lambda: [m for m in mail.outbox if m.to == [alice.email]])[0]
        assert letter.subject.startswith("Neue Antwort auf Ihren Beitrag")
        assert "In die Gartenstraße" in letter.body


@with_and_without_script
class FlagAndDecideTests:
    def test_a_flagged_comment_is_removed_and_its_author_reads_why(
        self, visit, discussion, worker, alice, bob, mona, script, monkeypatch
    ):
        monkeypatch.setattr(respites, "LASTS", timedelta(seconds=4))
        rude = make_comment(discussion, bob, "Wer das beschlossen hat, gehört abgewählt.")
        make_comment(discussion, alice, "Bleiben wir sachlich.", parent=rude)
        page = visit(script=script)
        sign_in_by_form(page, alice, PASSWORD)
        page.goto(rude.get_absolute_url())
        page.locator(f"#comment-{rude.pk}").get_by_role("link", name="Melden").click()
        page.locator("input[name=reason][value=rude]").check()
        page.get_by_label("Erläuterung").fill("Das geht gegen gewählte Leute.")
        page.get_by_role("button", name="Meldung senden").click()
        expect(page.locator("main")).to_contain_text("Danke. Die Moderation sieht sich")

        desk = visit(script=script)
        sign_in_by_form(desk, mona, PASSWORD)
        case = Case.objects.get(comment=rude)
        desk.goto("/moderation/")
        desk.locator(f'a[href="{case.get_absolute_url()}"]').first.click()
        expect(desk.locator("main")).to_contain_text("Das geht gegen gewählte Leute.")
        desk.locator("input[name=measure][value=remove]").check()
        desk.locator("input[name=ground][value=personal_attack]").check()
        desk.locator("textarea[name=explanation]").fill(
            "Sie sprechen gewählten Leuten pauschal die Eignung ab."
        )
        desk.locator(".decision__row button").click()
        expect(desk.locator("main")).to_contain_text("bis dahin erfährt niemand davon")
        expect(desk.get_by_role("button", name="Rückgängig")).to_be_visible()
        decision = wait_for(lambda: Decision.objects.filter(comment=rude).first())

        stranger = visit(discussion.get_absolute_url(), script=script)
        expect(stranger.locator("main")).to_contain_text("persönlicher Angriff")
        expect(stranger.locator("main")).not_to_contain_text("gehört abgewählt")
        expect(stranger.locator("main")).to_contain_text("Bleiben wir sachlich.")
        wait_for(lambda: [m for m in mail.outbox if m.to == [bob.email]])
        author = visit(script=script)
        sign_in_by_form(author, bob, PASSWORD)
        author.goto("/notifications/")
        author.goto(decision.get_absolute_url())
        expect(author.locator("main")).to_contain_text("pauschal die Eignung")
        expect(author.locator("main")).to_contain_text("gehört abgewählt")
        assert wait_for(lambda: Notification.objects.filter(recipient=alice, kind="flag").first())


@with_and_without_script
class EditAndTakeBackTests:
    def test_an_author_mends_a_word_and_later_takes_the_comment_back(
        self, visit, discussion, worker, alice, script
    ):
        comment = make_comment(discussion, alice, "Die Schranke kostet neunzigtausent Euro.")
        page = visit(script=script)
        sign_in_by_form(page, alice, PASSWORD)
        page.goto(f"/comments/{comment.pk}/revisions/")
        page.get_by_label("Ihr Beitrag").fill("Die Schranke kostet neunzigtausend Euro.")
        page.get_by_role("button", name="Neue Fassung senden").click()
        wait_for(lambda: Comment.objects.filter(pk=comment.pk, edited_at__isnull=False).exists())
        stranger = visit(comment.get_absolute_url(), script=script)
        expect(stranger.locator(text_of(comment))).to_contain_text("neunzigtausend")
        expect(stranger.locator("main")).to_contain_text("bearbeitet")

        page.goto(f"/comments/{comment.pk}/withdrawal/")
        expect(page.locator("main")).to_contain_text("Ihr Text verschwindet für alle.")
        page.get_by_role("button", name="Beitrag zurückziehen").click()
        stranger.goto(discussion.get_absolute_url())
        expect(stranger.locator("main")).not_to_contain_text("neunzigtausend")
