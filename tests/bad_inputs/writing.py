"""B1 to B19, B31, B32, B37 and B40 to B44, B58, B59: what readers write."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles.models import Article
from forum.models import PATH_DIGITS, PATH_LEVELS, Comment, Discussion, Recommendation
from forum.posting import withdraw
from forum.publishing import hold, remove
from moderation.models import Flag
from tests.bad_inputs.asking import TEXT, Bad, Site, none_of_it_read, words
from tests.factories import make_comment, make_discussion, pass_screening
from tests.people import PASSWORD
from tests.stage import WatchedClient

EMPTY = "Bitte schreiben Sie etwas."
TOO_LONG = "Ihr Beitrag ist 1 Zeichen zu lang (höchstens 5.000)."
CLOSED = "Diese Diskussion ist inzwischen geschlossen."
TOO_OLD = "Die Seite war zu lange offen. Bitte senden Sie noch einmal."
TOO_LATE = "Bearbeiten ist nicht mehr möglich."
GONE = "Der Beitrag, auf den Sie antworten, ist inzwischen nicht mehr da. Ihr Text ist nicht"
LEVELS_SHOWN = re.compile(r'<article class="comment" id="(comment-\d+)" data-depth="(\d+)"')
FOREIGN = "somebody else's comment asked for"
FORM = "application/x-www-form-urlencoded"
SUBMISSION = UUID("6c1f0d9e-3a43-4c7e-9d2f-0a5b8b7b1c11")
# One after the other what a page may not take for its own.
MARKUP = [
    (10, "<script>alert(1)</script>"),
    (11, "[x](javascript:alert(1)) [x](data:text/html,y) [x](//evil.example)"),
    (12, '<p hx-post="/moderation/1/frei" data-hx-trigger="load">'),
    (13, "[" * 2500),
    (13, "*a **a " * 700),
    (15, "Zeile mit \u202e Umkehr"),
    (16, "👨‍👩‍👧‍👦🇩🇪" + "😀" * 2000),
    (17, "'; DROP TABLE forum_comment; -- {{7*7}} ${7*7} =cmd|' /C calc'!A0"),
]


def sent(site: Site, raw: bytes, kind: str = FORM) -> HttpResponse:
    return site.as_("alice").generic("POST", site.box, raw, kind)


def newest(site: Site) -> Comment:
    return site.cast["alice"].comments.latest("pk")


def stored(expected: str) -> Callable[[Site, HttpResponse], None]:
    def check(site: Site, _answer: HttpResponse) -> None:
        assert newest(site).revisions.get().body == expected

    return check


def shown_as(typed: str) -> Callable[[Site, HttpResponse], None]:
    """In no other element than one of ours, without an attribute, to the last character."""

    def check(site: Site, _answer: HttpResponse) -> None:
        revision = newest(site).revisions.get()
        assert not re.search(r"<(?!/?(?:p|br|em|strong)>)", revision.html)
        if "*" not in typed:
            # What is opened is closed again: the rest of the page keeps its order (B15).
            assert revision.body.rstrip("\u202c") == typed
            shown = unescape(re.sub(r"<[^>]*>", "", revision.html))
            assert shown.strip("\n\u202c") == typed

    return check


def four_marks(site: Site, _answer: HttpResponse) -> None:
    assert len(newest(site).revisions.get().body) == 5


def the_same_text_twice(site: Site) -> HttpResponse:
    site.write()
    return site.write()


def links_to_the_first(site: Site, answer: HttpResponse) -> None:
    assert newest(site).get_absolute_url() in answer.content.decode()
    assert site.cast["alice"].comments.count() == 1


def the_same_form_twice(site: Site) -> HttpResponse:
    site.write(submission_id=SUBMISSION)
    return site.write(submission_id=SUBMISSION)


def the_first_answer(site: Site, answer: HttpResponse) -> None:
    assert site.cast["alice"].comments.count() == 1
    assert newest(site).get_absolute_url() in answer.headers.get("Location", words(answer))


def our_fields(site: Site) -> HttpResponse:
    bob = site.cast["bob"].pk
    return site.write(status="published", author=bob, is_staff="1", id="7", published_at="2020")


def nothing_of_them(site: Site, _answer: HttpResponse) -> None:
    comment = newest(site)
    assert (comment.status, comment.published_at) == ("pending", None)
    assert comment.pk != 7
    site.cast["alice"].refresh_from_db()
    assert not site.cast["alice"].is_staff


def withdrawing_anothers(site: Site) -> HttpResponse:
    url = reverse("forum:withdrawal", args=[site.comment.pk])
    return site.as_("alice").post(url, {"comment": site.own().pk})


def unchanged(site: Site, _answer: HttpResponse) -> None:
    site.comment.refresh_from_db()
    assert site.comment.status == "published"
    assert site.comment.revisions.count() == 1


def recommending_in_a_closed_one(site: Site) -> HttpResponse:
    Discussion.objects.update(closed_at=timezone.now())
    return site.recommend(site.comment)


def recommending_below_a_withdrawn_one(site: Site) -> HttpResponse:
    Article.objects.update(state="withdrawn")
    return site.recommend(site.comment)


def not_counted(_site: Site, _answer: HttpResponse) -> None:
    assert not Recommendation.objects.exists()


def counted_once(site: Site, _answer: HttpResponse) -> None:
    assert site.comment.recommendations.count() == 1


def without_token(site: Site, *, origin: str = "") -> HttpResponse:
    strict = WatchedClient(enforce_csrf_checks=True, **site.client.defaults)
    strict.force_login(site.cast["alice"])
    headers = {"Origin": origin} if origin else {}
    return strict.post(site.box, {"body": TEXT}, headers=headers)


def no_button(_site: Site, answer: HttpResponse) -> None:
    assert "<form" not in answer.content.decode().split("<main")[-1].split("</main>")[0]


def session_over(site: Site) -> HttpResponse:
    site.client.logout()
    return site.client.post(site.box, {"body": TEXT, "submission_id": SUBMISSION})


def there_again_after_signing_in(site: Site, answer: HttpResponse) -> None:
    way = re.search(r'href="(/account/login/\?next=[^"]*)"', answer.content.decode())
    assert way
    credentials = {"login": site.cast["alice"].email, "password": PASSWORD}
    page = site.client.post(unescape(way[1]), credentials, follow=True).content.decode()
    assert TEXT in page.split("<textarea")[1]
    assert str(SUBMISSION) in page


def closed_meanwhile(site: Site) -> HttpResponse:
    Discussion.objects.update(closed_at=timezone.now())
    return site.write()


def taken_down_meanwhile(site: Site) -> HttpResponse:
    Article.objects.update(state="withdrawn")
    return site.write()


def parent_gone(how: str) -> Callable[[Site], HttpResponse]:
    def ask(site: Site) -> HttpResponse:
        if how == "withdrawn":
            withdraw(site.comment, author=site.cast["bob"])
        elif how == "removed":
            remove(site.comment, ground="personal_attack")
        else:
            hold(site.comment)
        return site.write(parent=site.comment.pk)

    return ask


def parent_elsewhere(site: Site) -> HttpResponse:
    return site.write(parent=make_comment(make_discussion(), site.cast["bob"]).pk)


def held_parent(site: Site) -> HttpResponse:
    return site.write(parent=site.others(status="held").pk)


def hundred_levels_deep(site: Site) -> HttpResponse:
    parent = site.comment
    for _level in range(100):
        parent = site.others(parent=parent)
    return site.write(parent=parent.pk)


def below_what_it_answers(site: Site, _answer: HttpResponse) -> None:
    """The list flattens at 6. We keep each level, and whom it answers: what pages indent ends with
    the third (look.md), what they order by with the 32nd (design.md)."""
    comment = newest(site)
    assert (comment.depth, comment.root_id) == (101, site.comment.pk)
    assert len(comment.path) == PATH_DIGITS * PATH_LEVELS
    assert comment.parent.path < comment.path
    pass_screening(comment)
    page = site.client.get(comment.get_absolute_url())
    assert page.status_code == 200
    shown = [f"comment-{pk}" for pk in (comment.parent_id, comment.pk)]
    assert LEVELS_SHOWN.findall(page.content.decode())[-2:] == [(each, "3") for each in shown]


def edit_too_late(site: Site) -> HttpResponse:
    comment = site.own()
    Comment.objects.filter(pk=comment.pk).update(
        submitted_at=timezone.now() - timedelta(minutes=11)
    )
    return site.edit(comment)


def edit_after_a_reply(site: Site) -> HttpResponse:
    comment = site.own()
    site.others(parent=comment)
    return site.edit(comment)


def flagged(site: Site, *, times: int = 1, explanation: str = "") -> HttpResponse:
    url = reverse("moderation:flags", args=[site.comment.pk])
    client = site.as_("alice")
    form = {"reason": "rude", "explanation": explanation}
    for _time in range(times - 1):
        client.post(url, form)
    return client.post(url, form, follow=True)


def counts(flags: int) -> Callable[[Site, HttpResponse], None]:
    def check(_site: Site, _answer: HttpResponse) -> None:
        assert Flag.objects.count() == flags

    return check


def until_when_and_where_to_object(site: Site, answer: HttpResponse) -> None:
    until = site.cast["eve"].suspended_until
    assert until
    day = date_format(localtime(until), "DATETIME_FORMAT")
    assert f"Sie können bis {day} lesen, aber nicht schreiben." in words(answer)
    way = f'Schreiben Sie an <a href="mailto:{settings.CONTACT_EMAIL}">'
    assert f"Sehen Sie das anders? {way}" in words(answer)


LONG_REASON = ("Das geht zu weit. " * 300).strip()

# Sent to the box to write in, by a button at a comment, or in answer to the question there.
BY_HTMX = [
    *(
        Bad(1, f"nothing but {name}", lambda site, body=body: site.write(body), 422, EMPTY)
        for name, body in [
            ("nothing", ""), ("spaces", "  \n "), ("U+200B", "\u200b"), ("U+2800", "\u2800"),
            ("U+3164", "\u3164"),
        ]
    ),
    Bad(2, "5001 letters", lambda site: site.write("ä" * 5001), 422, TOO_LONG, "ä" * 5001),
    Bad(2, "5001 emoji", lambda site: site.write("😀" * 5001), 422, TOO_LONG, "😀" * 5001),
    Bad(3, "10 MB", lambda site: site.write("a" * 10_000_000), 413, "Das ist zu groß.",
        then=none_of_it_read),
    Bad(4, "no UTF-8", lambda site: sent(site, b"body=%ff"), 400,
        "Die Eingabe ist kein gültiger Text."),
    *(
        # Python knows these as encodings, but not of text.
        Bad(4, f"charset {name}", lambda site, name=name: sent(
            site, b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nUfer\r\n--b--\r\n',
            f"multipart/form-data; boundary=b; charset={name}",
        ), 400, "Die Eingabe ist kein gültiger Text.")
        for name in ("hex", "undefined")
    ),
    Bad(5, "NUL byte", lambda site: site.write("a\x00b"), 303, then=stored("ab")),
    # In a form; in JSON: reports.py.
    Bad(6, "lone surrogate", lambda site: sent(site, b"body=%ed%a0%80"), 400,
        "Die Eingabe ist kein gültiger Text."),
    *(
        Bad(number, text[:12], lambda site, text=text: site.write(text), 303, then=shown_as(text))
        for number, text in MARKUP
    ),
    Bad(13, "quotes 1000 deep", lambda site: site.write("> " * 1000 + "x"), 422,
        "höchstens fünf Ebenen tief", "> " * 1000 + "x"),
    Bad(14, "Zalgo", lambda site: site.write("H" + "\u0335\u0321\u0316\u0317\u0318" * 10), 303,
        then=four_marks),
    Bad(18, "same text again", the_same_text_twice, 409,
        "Diesen Beitrag haben Sie gerade schon geschrieben.", TEXT, then=links_to_the_first),
    Bad(19, "same form again", the_same_form_twice, 303, then=the_first_answer),
    Bad(31, "fields of ours", our_fields, 303, logs="unknown fields in a form",
        then=nothing_of_them),
    Bad(32, "withdrawing another's", withdrawing_anothers, 404, logs=FOREIGN, then=unchanged),
    Bad(37, "one's own", lambda site: site.recommend(site.own()), 403,
        "Den eigenen Beitrag können Sie nicht empfehlen.", then=not_counted),
    *(
        Bad(37, f"a {status} one",
            lambda site, status=status: site.recommend(site.others(status=status)), 404,
            then=not_counted)
        for status in ("pending", "held", "removed", "withdrawn")
    ),
    Bad(37, "in a closed discussion", recommending_in_a_closed_one, 403, then=not_counted),
    Bad(37, "below a withdrawn article", recommending_below_a_withdrawn_one, 404,
        then=not_counted),
    *(
        Bad(37, f"value {value}",
            lambda site, value=value: site.recommend(site.comment, value=value), 303,
            then=counted_once)
        for value in ("2", "-1000", "1e9")
    ),
    Bad(40, "no token", without_token, 403, TOO_OLD, TEXT),
    Bad(40, "another site's form", lambda site: without_token(site, origin="https://evil.example"),
        403, TOO_OLD, TEXT, then=no_button),
    Bad(41, "session over", session_over, 401, "", TEXT, then=there_again_after_signing_in),
    Bad(42, "closed meanwhile", closed_meanwhile, 409, CLOSED, TEXT),
    Bad(42, "article withdrawn meanwhile", taken_down_meanwhile, 409, CLOSED, TEXT),
    *(
        Bad(42, f"parent {how} meanwhile", parent_gone(how), 409, GONE, TEXT)
        for how in ("withdrawn", "removed", "held")
    ),
    Bad(43, "parent below another article", parent_elsewhere, 422, "", TEXT),
    Bad(43, "held parent", held_parent, 404),
    Bad(43, "100 levels deep", hundred_levels_deep, 303, then=below_what_it_answers),
    Bad(59, "suspended", lambda site: site.write(by="eve"), 403, "Grund: Werbung.", TEXT,
        then=until_when_and_where_to_object),
]  # fmt: skip
ROWS = [
    *BY_HTMX,
    Bad(1, "a comment emptied", lambda site: site.edit(site.own(), " "), 422, EMPTY),
    Bad(32, "editing another's", lambda site: site.edit(site.comment), 404, logs=FOREIGN,
        then=unchanged),
    Bad(44, "after eleven minutes", edit_too_late, 409, TOO_LATE, TEXT),
    Bad(44, "after a reply", edit_after_a_reply, 409, TOO_LATE, TEXT),
    Bad(58, "5000 characters", lambda site: flagged(site, explanation=LONG_REASON), 422, "",
        LONG_REASON, then=counts(0)),
    Bad(58, "100 times", lambda site: flagged(site, times=100), 200, "Danke.", then=counts(1)),
]  # fmt: skip
