"""How does a decision read to whom it is about: its heading, and the letter's first paragraph?

What was done, why, and how we came to it, one sentence or two each. Reasons talk about the text,
never about the person; nobody is told who reported, and no moderator is named.
"""

from django.utils.translation import gettext as _

from moderation.models import Decision

Measure = Decision.Measure
# Whoever they are about is told of these. What is done with a case inside the house, or with a
# whole discussion, is nobody's letter.
TOLD = (
    *Decision.RESTRICTING,
    Measure.NOTE,
    Measure.REINSTATE,
    Measure.PUBLISH,
    Measure.UPHOLD,
)


def heading(decision: Decision) -> str:
    return {
        Measure.REMOVE: _("We have removed your comment: reasons"),
        Measure.KEEP_FORMER: _("We have not accepted your change: reasons"),
        Measure.HIDE_PASSAGE: _("We have hidden a passage of your comment: reasons"),
        Measure.NOTE: _("We have added a note to your comment"),
        Measure.HOLD: _("We are reading your comment again"),
        Measure.WARN: _("A warning of the moderators: reasons"),
        Measure.READ_FIRST: _("We read your comments before they appear: reasons"),
        Measure.SUSPEND: _("You can read but not write: reasons"),
        Measure.REINSTATE: _("You can write on our site"),
        Measure.PUBLISH: _("We have read your comment: it is published"),
        Measure.UPHOLD: _("Your appeal: our decision stands"),
    }[Measure(decision.measure)]


def opening(decision: Decision, values: dict[str, object]) -> str:
    """values: what statements.py knows of the decision, all of it plain text."""
    sentences = [what(decision), occasion(decision), why(decision), how(decision)]
    # The patterns are ours; whatever a reader or a moderator wrote is filled in once, never read.
    return " ".join(sentence % values for sentence in sentences if sentence)


def what(decision: Decision) -> str:
    return {
        Measure.REMOVE: _(
            'Hello %(name)s, we have removed your comment of %(time)s below "%(headline)s". '
            "Since %(decided)s nobody can see it on our site any more, %(duration)s."
        ),
        Measure.KEEP_FORMER: _(
            "Hello %(name)s, we have not accepted the change to your comment of %(time)s below "
            '"%(headline)s". The former wording stays visible, the new one has been shown to '
            "nobody since %(decided)s, %(duration)s."
        ),
        Measure.HIDE_PASSAGE: _(
            "Hello %(name)s, we have hidden a passage of your comment of %(time)s below "
            '"%(headline)s". Since %(decided)s readers see in its place that the moderators have '
            "hidden it, %(duration)s; the rest of your text is shown as you wrote it."
        ),
        Measure.NOTE: _(
            'Hello %(name)s, below your comment of %(time)s on "%(headline)s" there is a note of '
            "the moderators since %(decided)s: %(reasons)s Your comment itself is unchanged."
        ),
        Measure.HOLD: _(
            "Hello %(name)s, since %(decided)s we have been holding back your comment of "
            '%(time)s below "%(headline)s" until the moderators have decided on it. Only you '
            "can see it until then."
        ),
        Measure.WARN: _(
            "Hello %(name)s, on %(decided)s we decided to warn you. Before you write again, please "
            "confirm that you have read this."
        ),
        Measure.READ_FIRST: _(
            "Hello %(name)s, since %(decided)s the moderators read your comments before they "
            "appear, %(duration)s."
        ),
        Measure.SUSPEND: _(
            "Hello %(name)s, since %(decided)s you can read on our site but not write, "
            "%(duration)s."
        ),
        Measure.REINSTATE: _(
            "Hello %(name)s, on %(decided)s we decided that you can write on our site without any "
            "restriction. %(reasons)s It was decided by %(decider)s."
        ),
        Measure.PUBLISH: _(
            'Hello %(name)s, we have read your comment of %(time)s below "%(headline)s". It is '
            "visible to everybody. It was decided on %(decided)s by %(decider)s."
        ),
        Measure.UPHOLD: _(
            "Hello %(name)s, after your appeal somebody else has looked at our decision. It "
            "stands. It was decided on %(decided)s by %(decider)s."
        ),
    }[Measure(decision.measure)]


def occasion(decision: Decision) -> str:
    """Of what is decided about a person, the comment that led to it."""
    if decision.comment is None or not is_about_reader(decision):
        return ""
    return _('It is about your comment of %(time)s below "%(headline)s".')


def why(decision: Decision) -> str:
    if decision.measure not in Decision.RESTRICTING:
        return ""
    if decision.measure == Measure.HOLD:
        return _("The question is whether your text breaks %(broken)s: %(reasons)s")
    if decision.measure == Measure.KEEP_FORMER:
        return _("The new text breaks %(broken)s: %(reasons)s")
    if decision.measure == Measure.HIDE_PASSAGE:
        return _("The passage breaks %(broken)s: %(reasons)s")
    if decision.comment is None:
        return _("The reason is %(broken)s: %(reasons)s")
    return _("Your text breaks %(broken)s: %(reasons)s")


def how(decision: Decision) -> str:
    if decision.measure not in Decision.RESTRICTING:
        return ""
    return _("We noticed it through %(origin)s; it was decided by %(decider)s.")


def decider(decision: Decision) -> str:
    if decision.automated:
        return _("a program, no person having read the text")
    return _("a person")


def is_about_reader(decision: Decision) -> bool:
    """What he may do, not what becomes of a comment of his."""
    return decision.measure in Decision.ABOUT_AUTHOR
