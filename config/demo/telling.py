"""How did the demo's discussions come about? Told anew through the same verbs that readers use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.standing import suspend
from articles.models import Article, TickerEntry
from config.demo.clock import Clock
from config.demo.scripts import Remark
from forum.following import follow
from forum.models import Comment, Discussion, Recommendation
from forum.picking import pick, pin
from forum.posting import edit_comment, post_comment, withdraw
from moderation.deciding import decide, latest_revision
from moderation.flagging import flag
from moderation.models import Case, Screening
from moderation.queue import claim
from moderation.screening import screen

MINUTE = timedelta(minutes=1)
# Discussions die down after that long, and the last thread begins that long ago.
LIVELY, QUIET = timedelta(hours=60), 45 * MINUTE
# What somebody says who has joined today.
TODAY = 2 * QUIET
# How long answers take, in minutes.
SOONEST, USUAL, LATEST = 4, 25, 300
PREMODERATION = 20 * MINUTE
MODERATORS = ["Mona", "Max"]


class Story:
    """All acts with their times, put in order before any of them is done."""

    def __init__(self, *, people: dict[str, User], now: datetime, random: Random) -> None:
        self.people = people
        self.now = now
        self.random = random
        self.acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self.comments: dict[int, Comment] = {}
        self.recommendations: list[Recommendation] = []

    def add(self, at: datetime, act: Callable[[], None]) -> None:
        self.acts.append((at, len(self.acts), act))

    def add_discussion(self, discussion: Discussion, threads: list[Remark]) -> None:
        """Threads begin one after the other, the first soon after the article."""
        begin = discussion.opened_at + 9 * MINUTE
        end = min(begin + LIVELY, self.now - QUIET)
        for number, remark in enumerate(threads):
            share = (number + self.random.random() * 0.9) / len(threads)
            at = begin + share * (end - begin)
            if "today" in remark.marks:
                at = max(at, self.now - TODAY)
            self.add_thread(discussion, remark, at=at, parent=None)

    def add_thread(
        self, discussion: Discussion, remark: Remark, *, at: datetime, parent: Remark | None
    ) -> datetime:
        """Whatever happens to a comment and below it; when the last of it happened."""
        self.add(at, lambda: self.post(discussion, remark, parent))
        if {"pick", "pin"} & set(remark.marks):
            self.add(self.later(at, 30 * MINUTE), lambda: self.put_forward(remark))
        if remark.edited_text:
            self.add(at + 2 * MINUTE, lambda: self.edit(remark))
        visible_at = at
        if discussion.is_premoderated and {"publish", "remove"} & set(remark.marks):
            visible_at = self.later(at, PREMODERATION)
            self.add(visible_at, lambda: self.decide(remark))
        last = visible_at
        for reply in remark.replies:
            minutes = SOONEST + self.random.expovariate(1 / USUAL)
            reply_at = self.later(visible_at, min(minutes, LATEST) * MINUTE)
            last = max(last, self.add_thread(discussion, reply, at=reply_at, parent=remark))
        return self.add_consequences(discussion, remark, after=last)

    def add_consequences(
        self, discussion: Discussion, remark: Remark, *, after: datetime
    ) -> datetime:
        if "flag" in remark.marks:
            after = self.later(after, 15 * MINUTE)
            self.add(after, lambda: self.flag(remark))
            if {"publish", "remove"} & set(remark.marks):
                after = self.later(after, 25 * MINUTE)
                self.add(after, lambda: self.decide(remark))
        if "claimed" in remark.marks:
            self.add(self.now - 3 * MINUTE, lambda: self.claim(remark))
        if "withdrawn" in remark.marks:
            after = self.later(after, 5 * MINUTE)
            self.add(after, lambda: self.withdraw(remark))
        return after

    def later(self, at: datetime, gap: timedelta) -> datetime:
        """After that gap, but never beyond today: who comes last must hurry."""
        return at + min(gap, (self.now - at) * 0.15)

    def tell(self, clock: type[Clock]) -> None:
        acts = sorted(self.acts)
        clock.shown = awake(acts[0][0])
        for at, _number, act in acts:
            clock.shown = max(clock.shown, awake(at))
            act()
        Recommendation.objects.bulk_create(self.recommendations)

    # --- The acts

    def post(self, discussion: Discussion, remark: Remark, parent: Remark | None) -> None:
        article, entry = what_it_is_about(discussion, remark)
        comment = post_comment(
            discussion,
            author=self.people[remark.name],
            body=remark.text,
            parent=self.comment_of(parent) if parent else None,
            about_article=article,
            about_entry=entry,
        )
        self.comments[id(remark)] = comment
        self.screen(comment)
        self.recommend(comment, times=remark.recommendations)

    def put_forward(self, remark: Remark) -> None:
        moderator = self.people[MODERATORS[0]]
        discussions = Comment.objects.select_related("discussion__article")
        comment = discussions.get(pk=self.comments[id(remark)].pk)
        if "pick" in remark.marks:
            pick(comment, by=moderator)
        if "pin" in remark.marks:
            pin(comment, by=moderator)

    def edit(self, remark: Remark) -> None:
        comment = self.comment_of(remark)
        edit_comment(comment, author=comment.author, body=remark.edited_text)
        self.screen(comment)

    def screen(self, comment: Comment) -> None:
        """A moment later, as a worker would."""
        Clock.shown += timedelta(seconds=1)
        screen(Screening.objects.filter(revision__comment=comment).latest("pk"))

    def recommend(self, comment: Comment, *, times: int) -> None:
        """Written in one go at the end: the verb asks six questions for each."""
        readers = [
            person
            for person in self.people.values()
            if person.pk != comment.author_id and not person.is_staff and person.name != "Nina"
        ]
        self.recommendations += [
            Recommendation(
                comment=comment, reader=reader, recommended_at=Clock.shown, counts_from=Clock.shown
            )
            for reader in self.random.sample(readers, min(times, len(readers)))
        ]

    def flag(self, remark: Remark) -> None:
        reason, _space, times = remark.marks["flag"].partition(" x")
        comment = self.comment_of(remark)
        readers = [self.people[name] for name in ("Carla", "Tom", "Alice", "Bob")]
        for reader in readers[: int(times)]:
            flag(comment, reader=reader, reason=reason)

    def decide(self, remark: Remark) -> None:
        comment = self.comment_of(remark)
        decide(
            Case.objects.open().get(comment=comment),
            moderator=self.people[self.random.choice(MODERATORS)],
            measure="remove" if "remove" in remark.marks else "publish",
            revision=latest_revision(comment),
            ground=remark.marks.get("remove", ""),
            explanation=remark.reasons,
        )

    def claim(self, remark: Remark) -> None:
        claim(
            Case.objects.open().get(comment=self.comments[id(remark)]),
            moderator=self.people[MODERATORS[0]],
        )

    def withdraw(self, remark: Remark) -> None:
        comment = self.comment_of(remark)
        withdraw(comment, author=comment.author)

    def suspend(self, name: str, *, ground: str) -> None:
        suspend(self.people[name], until=self.now + timedelta(days=6), ground=ground)

    def follow(self, name: str, discussion: Discussion) -> None:
        follow(discussion, reader=self.people[name])

    def comment_of(self, remark: Remark) -> Comment:
        """As it is now: the verbs before have changed it."""
        return Comment.objects.select_related("author").get(pk=self.comments[id(remark)].pk)


def awake(at: datetime) -> datetime:
    """Nobody writes at four in the morning: what falls between 23 and 6 o'clock is over by half
    past midnight. Earlier, never later, and the order stays.
    """
    evening = (timezone.localtime(at) - timedelta(hours=6)).replace(
        hour=23, minute=0, second=0, microsecond=0
    )
    since = at - evening
    return evening + since * 90 / 420 if timedelta() < since < timedelta(hours=7) else at


def what_it_is_about(
    discussion: Discussion, remark: Remark
) -> tuple[Article | None, TickerEntry | None]:
    if key := remark.marks.get("about"):
        return Article.objects.get(source="demo", source_id=key), None
    if position := remark.marks.get("entry"):
        return None, TickerEntry.objects.get(article=discussion.article, position=position)
    return None, None
