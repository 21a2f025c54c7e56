"""Which address answers what?"""

from django.urls import path

from moderation import house_pages
from moderation.models import Edition
from moderation.views import (
    appeals,
    deciding,
    decisions,
    desk,
    desk_rules,
    discussions,
    figures,
    flags,
    hearings,
    keys,
    letters,
    measures,
    notices,
    police,
    queue,
    readers,
    respites,
    revising,
    saved_reasons,
    sweeps,
    together,
    unread,
    warnings,
    words,
)

app_name = "moderation"
# /netiquette/, /privacy/ … as they read now, and each former version at an address that stays.
HOUSE_PAGES = [
    pattern
    for page in Edition.Page
    for pattern in (
        path(f"{page}/", house_pages.present, {"page": page}, name=page.value),
        path(
            f"{page}/<slug:version>/", house_pages.version, {"page": page}, name=f"{page}_version"
        ),
    )
]
urlpatterns = [
    *HOUSE_PAGES,
    path("netiquette.json", house_pages.netiquette_json, name="netiquette_json"),
    path("moderation/pages/", house_pages.editions, name="editions"),
    path("moderation/pages/<slug:page>/", house_pages.edit, name="edit_page"),
    path("comments/<int:pk>/flags/", flags.flags, name="flags"),
    path("comments/<int:pk>/notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("account/warnings/", warnings.warnings, name="warnings"),
    path("account/hearings/<int:pk>/", hearings.hearing, name="hearing"),
    path("moderation/hearings/<int:pk>/decision/", readers.hearing_decision, name="hear"),
    path("moderation/rules/", desk_rules.desk_rules, name="desk_rules"),
    path("moderation/rules/words/", words.words, name="words"),
    path("moderation/rules/words/<int:pk>/", words.word, name="word"),
    path("moderation/rules/<slug:kind>/", desk_rules.desk_rule, name="desk_rule"),
    path("moderation/handed-over/", measures.handed_over, name="handed_over"),
    path("moderation/passages/<int:pk>/reveal/", measures.reveal, name="reveal"),
    path("moderation/comments/<int:pk>/measures/", measures.measures, name="measures"),
    path("moderation/comments/<int:pk>/passages/", measures.passages, name="passages"),
    path("moderation/comments/<int:pk>/note/", measures.house_note, name="house_note"),
    path("moderation/comments/<int:pk>/hand-over/", measures.hand_over, name="hand_over"),
    path("moderation/comments/<int:pk>/branch/", measures.branch, name="branch"),
    path("moderation/comments/<int:pk>/danger/", police.danger, name="danger"),
    path("moderation/readers/<str:name>/sweeps/", readers.sweeps, name="reader_sweeps"),
    path("moderation/sweeps/<int:pk>/stop/", sweeps.stop, name="sweep_stop"),
    path("moderation/discussions/<int:pk>/", discussions.discussion, name="discussion"),
    path("moderation/readers/<str:name>/", readers.reader, name="reader"),
    path("moderation/readers/<str:name>/measures/", readers.measures, name="reader_measures"),
    path("moderation/readers/<str:name>/notes/", readers.notes, name="reader_notes"),
    path(
        "moderation/readers/<str:name>/reinstatement/",
        readers.reinstatement,
        name="reader_reinstatement",
    ),
    path("decisions/<int:pk>/appeal/", appeals.appeal, name="appeal"),
    path("decisions/<int:pk>/revision/", revising.revision, name="revision"),
    path("account/appeals/", appeals.own_appeals, name="own_appeals"),
    path("moderation/appeals/", appeals.appeals, name="appeals"),
    path("moderation/appeals/<int:pk>/", appeals.appeal_at_desk, name="appeal_at_desk"),
    path("moderation/", desk.desk, name="desk"),
    path("moderation/figures/", figures.figures, name="figures"),
    path("moderation/figures/<slug:table>.csv", figures.export, name="figures_export"),
    path("moderation/keys/", keys.keys, name="keys"),
    path("moderation/together/", together.together, name="together"),
    path("moderation/reasons/", saved_reasons.listed, name="saved_reasons"),
    path("moderation/reasons/<int:pk>/", saved_reasons.edited, name="saved_reason"),
    path(
        "moderation/reasons/<int:pk>/deletion/",
        saved_reasons.deletion,
        name="saved_reason_deletion",
    ),
    path("moderation/news/", queue.news, name="queue_news"),
    path("moderation/unread/", unread.unread_texts, name="unread"),
    path("moderation/search/", queue.search, name="text_search"),
    path("moderation/cases/<int:pk>/", desk.case, name="case"),
    path("moderation/cases/<int:pk>/ahead/", desk.ahead, name="ahead"),
    path("moderation/cases/<int:pk>/claim/", desk.claim, name="claim"),
    path("moderation/cases/<int:pk>/release/", desk.release, name="release"),
    path("moderation/cases/<int:pk>/letter/", letters.letter, name="letter"),
    path("moderation/cases/<int:pk>/decision/", deciding.decide, name="decide"),
    path("moderation/respites/<int:pk>/undo/", respites.undo, name="undo"),
    path("moderation/comments/<int:pk>/", desk.comment, name="comment"),
]
