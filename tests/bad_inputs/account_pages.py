"""B20 to B30, and B7 and B8 where a form carries JSON: signing up, signing in, passkeys."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from tests.accounts.test_signing_up import CONFIRM, KARLA, SIGNUP, code_from_mail
from tests.bad_inputs.asking import Bad, Site, words
from tests.people import PASSWORD

LOGIN, RESET, SECOND = "/account/login/", "/account/password/reset/", "/account/2fa/authenticate/"
RESET_CODE, NEW_PASSWORD = "/account/password/reset/confirm/", "/account/password/reset/complete/"
ADD_KEY, LOGIN_KEY = "/account/2fa/webauthn/add/", "/account/2fa/webauthn/login/"
ALICE = {"login": "alice@example.org", "password": PASSWORD}
SECRET = "JBSWY3DPEHPK3PXP"
NEW = "Ganz neu und länger"
CHECK_ADDRESS = "Bitte prüfen Sie die E-Mail-Adresse."
NO_NAME = "Dieser Name ist nicht möglich."
OVER = "Dieser Code gilt nicht mehr."
USED = "Der Code stimmt nicht oder wurde schon benutzt."
DEEP = '{"id": ' + "[" * 10_000 + "]" * 10_000 + "}"
MANY_KEYS = "{" + ",".join(f'"{number:x}":1' for number in range(100_000)) + "}"
NO_ADDRESSES = [
    "a@b", "a b@c.de", "a@@b.de", '"<x>"@b.de', "a" * 250 + "@b.de", "a@b.de\r\nBcc: c@d.de",
]  # fmt: skip
POOR_PASSWORDS = [
    ("elf Zeichen", "mindestens 12 Zeichen"),
    ("password1234", "zu üblich"),
    ("Karla Brandt!", "zu ähnlich"),
    ("Auenbrücker Bote 1", "dem Namen der Zeitung zu ähnlich"),
]
GOOD_PASSWORDS = [
    ("ein Steg " * 28 + "Lauf", "ein Steg " * 28 + "Lauf"),
    ("🌲 Steg im Schilf 🌊", "🌲 Steg im Schilf 🌊"),
    ("Föhr über Nacht", "Fo\u0308hr u\u0308ber Nacht"),
    ("Fo\u0308hr u\u0308ber Nacht", "Föhr über Nacht"),
]
NO_NAMES = ["K", "x" * 41, "Redaktion", "R\u0435daktion", "admin", "a\u200bb", "a\u202eb"]
MADE_UP = (
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA",'
    '"attestationObject": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}'
)
NO_KEYS = [
    (7, ""), (7, "{}"), (7, "null"), (7, "[]"), (7, "7"), (7, "NaN"), (7, '{"id": 1}'),
    (7, "nonsense"), (7, '{"id": "AA", "response": {}}'),
    (7, MADE_UP), (8, DEEP), (8, MANY_KEYS), (8, '{"id": "AA", "id": "AA"}'),
]  # fmt: skip


def is_signed_in(site: Site) -> bool:
    return site.client.get("/account/settings/").status_code == 200


def sign_up(site: Site, **changes: str) -> HttpResponse:
    return site.client.post(SIGNUP, KARLA | changes)


def known_address(site: Site) -> HttpResponse:
    return sign_up(site, email=site.cast["alice"].email)


def as_a_new_one(site: Site, known: HttpResponse) -> None:
    assert mail.outbox[-1].subject == "Sie haben schon ein Konto"
    site.client.logout()
    assert sign_up(site, name="Karla B").url == known.url


def no_mail(_site: Site, _answer: HttpResponse) -> None:
    assert not mail.outbox


def in_one_form(_site: Site, _answer: HttpResponse) -> None:
    assert EmailAddress.objects.filter(email="mueller@xn--exmple-cua.de").exists()


def no_second_account(site: Site, _answer: HttpResponse) -> None:
    assert User.objects.exclude(email__endswith="@nobody.invalid").count() == len(site.cast)
    assert mail.outbox[-1].to == ["alice@example.org"]


def never_shown(password: str) -> Callable[[Site, HttpResponse], None]:
    def check(_site: Site, answer: HttpResponse) -> None:
        assert password not in answer.content.decode()

    return check


def signed_up_with(chosen: str, typed: str) -> Callable[[Site], HttpResponse]:
    def ask(site: Site) -> HttpResponse:
        assert len(chosen) <= 256
        sign_up(site, password1=chosen)
        site.client.post(CONFIRM, {"code": code_from_mail()})
        site.client.post("/account/logout/")
        return site.client.post(LOGIN, {"login": KARLA["email"], "password": typed})

    return ask


def is_in(site: Site, _answer: HttpResponse) -> None:
    assert is_signed_in(site)


def sixth_wrong_one(site: Site) -> HttpResponse:
    for _attempt in range(5):
        site.client.post(LOGIN, ALICE | {"password": "falsch, ganz falsch"})
    return site.client.post(LOGIN, ALICE)


def five_minutes(site: Site, answer: HttpResponse) -> None:
    assert answer.headers["Retry-After"] == "300"
    assert not is_signed_in(site)


def code_after(minutes: int) -> Callable[[Site], HttpResponse]:
    """Typed on the page which asked for it: a mail carries no link to reset."""

    def ask(site: Site) -> HttpResponse:
        site.client.post(RESET, {"email": ALICE["login"]})
        code = code_from_mail()
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            return site.client.post(RESET_CODE, {"code": code})

    return ask


def leads_to(address: str) -> Callable[[Site, HttpResponse], None]:
    def check(_site: Site, answer: HttpResponse) -> None:
        assert answer.url == address

    return check


def is_over(address: str) -> Callable[[Site, HttpResponse], None]:
    """A page that says so, from where a new code is one step away."""

    def check(site: Site, answer: HttpResponse) -> None:
        assert answer.url == address
        page = site.client.get(address)
        assert OVER in words(page)
        assert RESET in page.content.decode()
        assert not is_signed_in(site)

    return check


def code_again(site: Site) -> HttpResponse:
    site.client.post(RESET, {"email": ALICE["login"]})
    code = code_from_mail()
    site.client.post(RESET_CODE, {"code": code})
    site.client.post(NEW_PASSWORD, {"password1": NEW, "password2": NEW})
    site.client.logout()
    return site.client.post(RESET_CODE, {"code": code})


def code_of_a_former_password(site: Site) -> HttpResponse:
    """Somebody else may have asked for it: whoever sees that and chooses a new one is safe."""
    site.client.post(RESET, {"email": ALICE["login"]})
    changed_meanwhile(site)
    return site.client.post(RESET_CODE, {"code": code_from_mail()})


def new_one_for_a_former_password(site: Site) -> HttpResponse:
    site.client.post(RESET, {"email": ALICE["login"]})
    site.client.post(RESET_CODE, {"code": code_from_mail()})
    changed_meanwhile(site)
    return site.client.post(NEW_PASSWORD, {"password1": NEW, "password2": NEW})


def changed_meanwhile(site: Site) -> None:
    alice = User.objects.get(pk=site.cast["alice"].pk)
    alice.set_password("Meins, und nur meins")
    alice.save()


def app_code(*, windows_ago: int, times: int) -> Callable[[Site], HttpResponse]:
    def ask(site: Site) -> HttpResponse:
        with time_machine.travel(timezone.now(), tick=False):
            TOTP.activate(site.cast["alice"], SECRET)
            counter = next(iter(yield_hotp_counters_from_time())) - windows_ago
            code = format_hotp_value(hotp_value(SECRET, counter))
            for _time in range(times):
                site.client.logout()
                site.client.post(LOGIN, ALICE)
                answer = site.client.post(SECOND, {"code": code})
        return answer

    return ask


def adding(credential: str) -> Callable[[Site], HttpResponse]:
    def ask(site: Site) -> HttpResponse:
        site.client.post(LOGIN, ALICE)
        site.client.post("/account/reauthenticate/", {"password": PASSWORD})
        site.client.get(ADD_KEY)
        return site.client.post(ADD_KEY, {"credential": credential, "name": "Telefon"})

    return ask


def not_in_by_it_either(credential: str) -> Callable[[Site, HttpResponse], None]:
    def check(site: Site, _answer: HttpResponse) -> None:
        site.client.logout()
        answer = site.client.post(LOGIN_KEY, {"credential": credential})
        assert answer.status_code in {302, 422}
        assert not is_signed_in(site)

    return check


ROWS = [
    *(
        Bad(number, f"passkey {credential[:20]}", adding(credential), 422,
            then=not_in_by_it_either(credential))
        for number, credential in NO_KEYS
    ),
    Bad(20, "known address", known_address, 302, then=as_a_new_one),
    *(
        Bad(21, address[-12:], lambda site, address=address: sign_up(site, email=address), 422,
            CHECK_ADDRESS, then=no_mail)
        for address in NO_ADDRESSES
    ),
    Bad(22, "umlauts of a domain", lambda site: sign_up(site, email="mueller@exämple.de"), 302,
        then=in_one_form),
    Bad(22, "umlauts before the at", lambda site: sign_up(site, email="müller@exämple.de"), 422,
        "An Adressen mit Umlauten", then=no_mail),
    *(
        Bad(23, address, lambda site, address=address: sign_up(site, email=address), 302,
            then=no_second_account)
        for address in ("ALICE@example.org", "alice@ｅｘａｍｐｌｅ.org")
    ),
    *(
        Bad(23, f"look-alike {address}",
            lambda site, address=address: site.client.post(RESET, {"email": address}), 422,
            then=no_mail)
        for address in ("ａlice@example.org", "alıce@example.org")
    ),
    *(
        Bad(24, password, lambda site, password=password: sign_up(site, password1=password), 422,
            why, then=never_shown(password))
        for password, why in POOR_PASSWORDS
    ),
    *(
        Bad(25, f"{chosen[:9]} as {typed[:9]}", signed_up_with(chosen, typed), 302, then=is_in)
        for chosen, typed in GOOD_PASSWORDS
    ),
    # That it is not hashed: tests/accounts/test_signing_up.py and test_signing_in.py.
    Bad(26, "1 MB", lambda site: sign_up(site, password1="x" * 990_000), 422,
        "höchstens 256 Zeichen"),
    Bad(27, "no name", lambda site: sign_up(site, name=""), 422, 'id="id_name_error"'),
    *(
        Bad(27, ascii(name), lambda site, name=name: sign_up(site, name=name), 422, NO_NAME)
        for name in NO_NAMES
    ),
    Bad(28, "after five wrong ones the right one", sixth_wrong_one, 429,
        "Zu viele Versuche. Bitte warten Sie 5 Minuten.", then=five_minutes),
    Bad(29, "code after 29 minutes", code_after(29), 302, then=leads_to(NEW_PASSWORD)),
    Bad(29, "code after 31 minutes", code_after(31), 302, then=is_over(LOGIN)),
    Bad(29, "code twice", code_again, 302, then=is_over(LOGIN)),
    Bad(29, "code for a changed password", code_of_a_former_password, 302, then=is_over(LOGIN)),
    Bad(29, "new password for a changed one", new_one_for_a_former_password, 302,
        then=is_over(RESET)),
    Bad(30, "code of now", app_code(windows_ago=0, times=1), 302, then=is_in),
    Bad(30, "code twice", app_code(windows_ago=0, times=2), 422, USED),
    Bad(30, "code of two windows ago", app_code(windows_ago=2, times=1), 422, USED),
]  # fmt: skip
