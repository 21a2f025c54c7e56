"""How does a mail about an account look to whoever reads mails as HTML? Made from its text."""

from typing import NamedTuple

from django.template.loader import render_to_string

SIGNATURE = "\n-- \n"


class Paragraph(NamedTuple):
    text: str
    is_code: bool = False
    is_link: bool = False


def html_of(subject: str, body: str) -> str:
    """Both say the same, word for word; a template escapes all of it."""
    text, _mark, signature = body.partition(SIGNATURE)
    context = {
        "subject": subject,
        "paragraphs": [paragraph(part) for part in text.split("\n\n") if part.strip()],
        "signature": signature.split("\n"),
    }
    return render_to_string("account/email/mail.html", context)


def paragraph(part: str) -> Paragraph:
    """Codes are indented, and an address of ours stands alone."""
    text = part.strip()
    is_link = text.startswith(("https://", "http://")) and " " not in text
    return Paragraph(text, is_code=part.startswith("    "), is_link=is_link)
