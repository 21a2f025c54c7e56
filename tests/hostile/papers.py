"""How does a handful of texts go all the ways, and where are they seen after that?"""

import gzip
import json
import re
from datetime import timedelta
from itertools import count
from typing import NamedTuple
from urllib.parse import quote

from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.exporting import files_of
from accounts.models import User
from forum.describing import absolute
from forum.markup import clean_body
from forum.models import Comment, Discussion
from moderation.deciding import decide
from moderation.figures.spreadsheets import ACTIVE, harmless
from moderation.models import Appeal, Case, Decision, Screening
from moderation.noticing import key_of
from moderation.queue import finish, open_case
from moderation.unread import LATE
from notifications import mailing
from notifications.models import Mail
from tests.factories import make_comment, make_discussion, pass_screening
from tests.hostile.asking import HTMX, Asking
from tests.hostile.lines import HARMLESS, Line, as_seen, shows_nothing
from tests.people import person

# As many roots as a page of a discussion has, and as many replies.
HANDFUL = 40
LATER = "Nachtrag von heute."
FOUND = "/search/?q=Nachtrag"
# Longer ones are sought by asking, not opened.
ADDRESS_AT_MOST = 1_000
# Of these kinds are addresses to go to.
LEADING = {"redirect", "url", "header", "xss", "harmless"}
NOTICE_AT_MOST, FLAG_AT_MOST, NAME_AT_MOST = 2_000, 1_000, 100
# Published and held ones: together more than a page of the queue, each more than a page found.
CROWD = 30
_numbers = count(1)

# By whom which pages are opened in a real browser.
Opened = tuple[User | None, list[str]]


class Staff(NamedTuple):
    moderator: User
    senior: User


class Posted(NamedTuple):
    line: Line
    comment: Comment
    # The wording that readers see.
    typed: str


def staff() -> Staff:
    return Staff(person("Mona", role="moderator"), person("Max", role="senior moderator"))


class Paper:
    """One discussion: one reader begins threads, another answers and reports."""

    def __init__(self, asking: Asking, lines: list[Line], staff: Staff) -> None:
        number = next(_numbers)
        self.asking, self.lines, self.staff = asking, lines, staff
        self.discussion: Discussion = make_discussion()
        self.author, self.answerer, self.named = (
            person(f"{name} Nummer {number}") for name in ("Leserin", "Antworter", "Umbenannt")
        )
        self.posted: list[Posted] = []
        # HTML of this paper that has no address: by what it is, one text after the other.
        self.loose: dict[str, str] = {}

    def go_in(self) -> None:
        """Written, edited, sought, reported: all of it stands."""
        half = (len(self.lines) + 1) // 2
        for line in self.lines[:half]:
            self.write(line, self.author)
        parents = [one.comment for one in self.posted]
        for number, line in enumerate(self.lines[half:]):
            parent = parents[number % len(parents)] if parents else None
            self.write(line, self.answerer, parent)
        self.see_together()
        for line in self.lines:
            self.seek(line)
        self.rename()
        for number, one in enumerate(self.posted):
            self.report(one, self.lines[-number - 1])
        self.see_desk()

    def be_judged(self, *, singly: int) -> None:
        """singly: of so many comments one is seen on all the pages about it alone, and removed."""
        for one in self.posted[::singly]:
            self.see_alone(one)
        for one in self.posted[::singly]:
            self.judge(one)
        self.see_desk()
        self.see_mails()
        self.see_exports()
        # The next one's cases are the first of the queue.
        for case in Case.objects.filter(closed_at=None):
            finish(case, at=timezone.now())

    def addresses(self) -> list[Opened]:
        """Pages that show its texts; of those about one comment, the first's and the last's."""
        name, write = quote(self.author.name), f"/discussions/{self.discussion.pk}/comments/"
        feed = f"/discussions/{self.discussion.pk}/feed/"
        short = [line for line in self.lines if len(line.text) < ADDRESS_AT_MOST]
        sought = [f"?q={quote(line.text, safe='')}" for line in short[:1] + short[-1:]]
        all_read = [self.address, feed, FOUND, f"/search/?author={name}", f"/readers/{name}/"]
        all_read += [f"/readers/{quote(self.answerer.name)}/"]
        all_read += [f"/search/{each}" for each in sought]
        own = ["/account/comments/", write, "/notifications/"]
        desk = ["/moderation/?view=flagged", "/moderation/together/?view=flagged"]
        desk += [f"/moderation/readers/{name}/", "/moderation/search/?q=Nachtrag"]
        desk += [f"/moderation/search/{each}" for each in sought]
        if self.posted:
            first, last = self.posted[0].comment, self.posted[-1].comment
            all_read += [f"/comments/{pk}/" for pk in (first.pk, last.pk)]
            all_read += [f"/comments/{last.pk}/{page}/" for page in ("flags", "notices")]
            all_read += [f"/comments/{first.pk}/replies/", *self.given(last)]
            own += [f"/comments/{first.pk}/revisions/", f"/comments/{first.pk}/withdrawal/"]
            own += [f"{write}?parent={last.pk}&quote={last.pk}"]
            desk += [self.case, f"/moderation/comments/{last.pk}/"]
        return [(None, all_read), (self.author, own), (self.staff.moderator, desk)]

    def judged_addresses(self) -> list[Opened]:
        """What there is only after a removal: one of those."""
        decision = Decision.objects.filter(comment__discussion=self.discussion).last()
        if decision is None:
            return []
        comment = decision.comment
        own = [f"/decisions/{decision.pk}/", f"/comments/{comment.pk}/", "/account/appeals/"]
        appeals = Appeal.objects.filter(decision=decision)
        return [
            (User.objects.get(pk=comment.author_id), [*own, "/notifications/"]),
            (self.staff.moderator, [f"/moderation/comments/{comment.pk}/"]),
            (self.staff.senior, [f"/moderation/appeals/{appeal.pk}/" for appeal in appeals]),
            (None, self.given(comment)),
        ]

    @property
    def case(self) -> str:
        return open_case(self.posted[-1].comment, reason="opened").get_absolute_url()

    def given(self, comment: Comment) -> list[str]:
        """Pages of the notices about it, for whoever has the key."""
        return [f"/notices/{one.pk}/?key={key_of(one)}" for one in comment.notices.all()]

    def keep(self, what: str, html: str) -> None:
        self.loose[what] = self.loose.get(what, "") + html

    @property
    def address(self) -> str:
        return f"/discussions/{self.discussion.pk}/?sort=oldest"

    # --- Ways in

    def write(self, line: Line, author: User, parent: Comment | None = None) -> None:
        ask, target = self.asking, f"/discussions/{self.discussion.pk}"
        sent = {"body": line.text, "parent": parent.pk if parent else ""}
        seen = ask.send("preview", author, f"{target}/preview/", sent, line, **HTMX)
        self.keep("previews", seen.content.decode())
        if seen.status_code == 200:
            ask.look_for([(line, line.text)], seen.read.rich, "preview")
            ask.look_for([(line, line.text)], seen.read.plain, "preview's field")
        answer = ask.send("write", author, f"{target}/comments/", sent, line, **HTMX)
        if answer.status_code != 200:
            ask.note_refused(line)
            return
        ask.look_for([(line, line.text)], answer.read.rich, "writing")
        comment = author.comments.latest("pk")
        later = f"{line.text}\n\n{LATER}"
        address = f"/comments/{comment.pk}/revisions/"
        edited = ask.send("edit", author, address, {"body": later}, line)
        if ask.judge.learns:
            ask.send("edit", author, address, {"body": "viel " * 1_100}, line)
        pass_screening(comment)
        self.posted.append(Posted(line, comment, later if edited.status_code == 303 else line.text))

    def seek(self, line: Line) -> None:
        """By words, by author, at the desk, as a name, and as where to go after signing in."""
        self.seek_words(line)
        self.take_name(line)
        self.asking.seek("sign-in page", None, "/account/login/", {"next": line.text}, line)
        if line.category in LEADING:
            self.asking.sign_in(self.answerer, line)

    def seek_words(self, line: Line) -> None:
        ask = self.asking
        found = ask.seek("search", None, "/search/", {"q": line.text}, line)
        if not shows_nothing(line.text):
            ask.look_for([(line, line.text)], found.read.plain, "search field")
        ask.seek("search", self.staff.moderator, "/moderation/search/", {"q": line.text}, line)
        ask.seek("search", None, "/search/", {"q": "Ufer", "author": line.text}, line)

    def take_name(self, line: Line) -> None:
        ask = self.asking
        ask.seek("name", None, f"/readers/{quote(line.text[:300], safe='')}/", {}, line)
        answer = ask.send("name", self.named, "/account/name/", {"name": line.text}, line)
        if line.category == "nickname" and answer.status_code == 302:
            ask.counts.note("name of the house", line.name)
        if answer.status_code == 302:
            User.objects.filter(pk=self.named.pk).update(renamed_at=None)
            ask.view(None, User.objects.get(pk=self.named.pk).get_absolute_url())

    def rename(self) -> None:
        """Whoever is called something new writes under it."""
        address = f"/discussions/{self.discussion.pk}/comments/"
        line = Line("name", "harmless", f"Ich heiße jetzt anders als gestern {self.named.pk}.")
        answer = self.asking.send("write", self.named, address, {"body": line.text}, line)
        if comment := self.named.comments.first():
            pass_screening(comment)
            return
        name = User.objects.get(pk=self.named.pk).name
        said = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode())
        self.asking.counts.note("silenced", f"{name!r}: {answer.status_code} {said[:2000]}")

    def be_crowded(self) -> None:
        """More than a page holds of whatever is listed: published, held and waiting at the desk;
        and one that no worker has read for long, of which the desk speaks."""
        for number in range(CROWD):
            for status in ("published", "held"):
                body = f"Zum {number}. Mal am Ufer, {status}. {LATER}"
                comment = make_comment(self.discussion, self.author, body, status=status)
                open_case(comment, reason="flagged")
        make_comment(self.discussion, self.author, "Wer liest das?", status="pending")
        Screening.objects.waiting().update(queued_at=timezone.now() - 2 * LATE)
        self.see_together()
        self.see_desk()

    def report(self, one: Posted, line: Line) -> None:
        """Flagged by a reader; notice by somebody without an account, with a name of his own."""
        ask, pk = self.asking, one.comment.pk
        reporter = self.author if one.comment.author_id == self.answerer.pk else self.answerer
        sent = {"reason": "rude", "explanation": line.text[:FLAG_AT_MOST]}
        ask.send("flag", reporter, f"/comments/{pk}/flags/", sent, line)
        sent = {
            "category": "insult",
            "reason": f"Das ist der Grund: {line.text}"[:NOTICE_AT_MOST],
            "address": absolute(one.comment.get_absolute_url()),
            "name": line.text[:NAME_AT_MOST],
            "email": line.text if line.category == "email" else "gerda@example.com",
            "good_faith": "on",
        }
        given = ask.send("notice", None, f"/comments/{pk}/notices/", sent, line)
        if given.status_code == 422 and line.category != "email":
            # Of names less is possible than of reasons.
            sent["name"] = "Gerda Müller"
            given = ask.send("notice", None, f"/comments/{pk}/notices/", sent, line)
        if given.status_code == 303:
            ask.view(None, given["Location"])

    # --- Views

    def see_together(self) -> None:
        """What all can read, and the feed; and what each has written."""
        ask, pk = self.asking, self.discussion.pk
        of_all = [(one.line, one.typed) for one in self.posted]
        rich: list[str] = []
        for viewer in (None, self.author):
            rich += ask.view(viewer, self.discussion.get_absolute_url()).rich
        for sort in ("newest", "oldest", "best"):
            rich += ask.view(None, f"/discussions/{pk}/?sort={sort}").rich
        for one in self.posted:
            if one.comment.parent_id is None and as_seen(one.typed) not in map(as_seen, rich):
                rich += ask.view(None, f"/comments/{one.comment.pk}/").rich
        rich += [text for one in self.answered() for text in ask.view(None, one).rich]
        ask.look_for(of_all, rich, "discussion")
        ask.view(None, f"/discussions/{pk}/feed/")
        for whose in (self.author, self.answerer):
            own = [(one.line, one.typed) for one in self.posted if one.comment.author == whose]
            # Twenty are a page there, and half of a handful.
            ask.look_for(own, ask.view(None, whose.get_absolute_url()).rich, "reader")
            ask.look_for(own, ask.view(whose, "/account/comments/").rich, "own comments")
            ask.view(None, f"/search/?author={quote(whose.name)}")
            ask.view(None, f"{FOUND}&author={quote(whose.name)}")
            ask.view(self.staff.moderator, f"/moderation/readers/{quote(whose.name)}/")
            ask.view(whose, "/notifications/")

    def answered(self) -> list[str]:
        parents = {one.comment.parent_id for one in self.posted} - {None}
        return [f"/comments/{pk}/replies/" for pk in sorted(parents)]

    def see_desk(self) -> None:
        self.asking.view(None, FOUND)
        desk = ("", "?view=flagged", "together/", "figures/", "search/?q=Nachtrag")
        for address in desk:
            self.asking.view(self.staff.moderator, f"/moderation/{address}")

    def see_alone(self, one: Posted) -> None:
        ask, pk = self.asking, one.comment.pk
        author = User.objects.get(pk=one.comment.author_id)
        write = f"/discussions/{self.discussion.pk}/comments/"
        looked_for = [(one.line, one.typed)]
        for address in (f"/comments/{pk}/", f"/comments/{pk}/flags/", f"/comments/{pk}/notices/"):
            ask.look_for(looked_for, ask.view(None, address).rich, "alone")
        ask.view(self.named, f"{write}?parent={pk}&quote={pk}")
        ask.view(author, f"/comments/{pk}/revisions/")
        ask.view(author, f"/comments/{pk}/withdrawal/")
        case = open_case(one.comment, reason="opened")
        found = ask.view(self.staff.moderator, f"/moderation/cases/{case.pk}/").rich
        ask.look_for(looked_for, found, "case")
        for given in self.given(one.comment):
            ask.view(None, given)
        for address in ("", "measures/", "danger/"):
            ask.view(self.staff.moderator, f"/moderation/comments/{pk}/{address}")

    def judge(self, one: Posted) -> None:
        """Removed with the text among the reasons; statement, appeal, and the desk's page of it."""
        ask, comment = self.asking, one.comment
        author = User.objects.get(pk=comment.author_id)
        comment.refresh_from_db()
        decision = decide(
            open_case(comment, reason="opened"),
            moderator=self.staff.moderator,
            measure="remove",
            revision=comment.revisions.latest("number"),
            ground="personal_attack",
            explanation=reasons(one.line),
        )
        address = f"/decisions/{decision.pk}/"
        found = ask.view(author, address).rich
        ask.look_for([(one.line, one.typed)], found, "statement")
        text = {"text": one.line.text[:NOTICE_AT_MOST]}
        ask.send("appeal", author, f"{address}appeal/", text, one.line)
        ask.view(author, address)
        for appeal in Appeal.objects.filter(decision=decision):
            ask.view(self.staff.senior, f"/moderation/appeals/{appeal.pk}/")
        ask.view(author, f"/comments/{comment.pk}/")
        ask.view(author, "/account/appeals/")

    # --- What leaves the house

    def see_mails(self) -> None:
        """Text and HTML; no header but ours, to nobody but whom it is for."""
        Mail.objects.waiting().update(not_before=timezone.now() - timedelta(minutes=1))
        for row in Mail.objects.waiting():
            mailing.send_mail_row(row)
        for letter in mail.outbox:
            self.see_letter(letter)
        mail.outbox.clear()

    def see_letter(self, letter: mail.EmailMultiAlternatives) -> None:
        ask, sent = self.asking, letter.message()
        what = f"mail “{letter.subject}”"
        names = {f"mail {name.lower()}" for name in sent.keys()}  # noqa: SIM118 - no dictionary
        if ask.judge.learns:
            ask.headers |= names
        elif new := names - ask.headers:
            ask.counts.note("injected", f"header {new} {what}")
        if any(as_seen(line.text) in as_seen(letter.subject) for line in self.long_lines()):
            ask.counts.note("injected", f"a reader's words in the subject: {what}")
        for content, kind in letter.alternatives:
            if kind == "text/html":
                self.keep("mails", content)
                ask.read(ask.judge.read, content, what)

    def long_lines(self) -> list[Line]:
        return [line for line in self.lines if len(as_seen(line.text)) > 20]

    def see_exports(self) -> None:
        """A reader's own data for machines and for people; cells of tables."""
        ask = self.asking
        for whose in (self.author, self.answerer):
            as_json, as_html = (gzip.decompress(packed).decode() for packed in files_of(whose))
            kept = set(strings(json.loads(as_json)))
            own = [one for one in self.posted if one.comment.author == whose]
            for one in own:
                if not ask.judge.learns and clean_body(one.typed) not in kept:
                    ask.counts.note("missing in the export", one.line.name)
            self.keep(f"export of {whose.name}", as_html)
            ask.read(ask.judge.read, as_html, f"export of {whose.name}")
        for line in self.lines:
            if harmless(line.text).lstrip().startswith(ACTIVE):
                ask.counts.note("injected", f"a cell that computes: {line.name}")


def learn(asking: Asking) -> Staff:
    """What pages consist of, by harmless texts; the last one stands alone, which leaves lists
    empty, and sees what is left of the others: decisions to undo, figures, known texts."""
    house = staff()
    papers = [Paper(asking, lines, house) for lines in (HARMLESS[:5], HARMLESS)]
    for paper in papers:
        paper.go_in()
    papers[0].be_crowded()
    for paper in papers:
        paper.be_judged(singly=1)
    alone = Paper(asking, HARMLESS[:1], house)
    alone.go_in()
    alone.be_judged(singly=1)
    asking.judge.learns = False
    return house


def reasons(line: Line) -> str:
    """As the desk's form cleans them."""
    try:
        return clean_body(f"Das ist der Grund: {line.text}"[:NOTICE_AT_MOST])
    except ValidationError:
        return "Das ist der Grund, und einen anderen gibt es nicht."


def strings(kept: object) -> list[str]:
    """All texts of a JSON document."""
    if isinstance(kept, str):
        return [kept]
    parts = kept.values() if isinstance(kept, dict) else kept if isinstance(kept, list) else []
    return [text for part in parts for text in strings(part)]


def handfuls(lines: list[Line]) -> list[list[Line]]:
    return [lines[start : start + HANDFUL] for start in range(0, len(lines), HANDFUL)]
