"""Do tags that are asked once say what they would say each time?"""

from unittest.mock import patch

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from config.constants import SaidOnce


def kept(source: str) -> list[SaidOnce]:
    return list(Template("{% load i18n static %}" + source).nodelist.get_nodes_by_type(SaidOnce))


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "Sign in" %}',
        '{% trans "Sign in" %}',
        "{% static 'icon.svg' %}",
        "{% url 'forum:front' %}",
    ],
)
def test_what_never_changes_is_asked_once(source):
    assert len(kept(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{% translate title %}",
        '{% translate "Sign in"|upper %}',
        '{% translate "Sign in" as words %}',
        '{% translate "May" context "month" %}',
        "{% static picture %}",
        "{% static 'icon.svg' as address %}",
        "{% url 'forum:comment' 7 %}",
        "{% url name %}",
        "{% url 'forum:front' as address %}",
    ],
)
def test_what_may_change_is_asked_each_time(source):
    assert kept(source) == []


def test_each_language_has_its_words():
    template = Template('{% load i18n %}{% translate "Sign in" %}')
    for _time in range(2):
        for language, words in (("de", "Anmelden"), ("en", "Sign in")):
            with translation.override(language):
                assert template.render(Context()) == words


def test_second_page_does_not_ask_again():
    template = Template("{% url 'forum:front' %}")
    assert template.render(Context()) == reverse("forum:front")
    with patch("django.template.defaulttags.URLNode.render") as asked:
        assert template.render(Context()) == reverse("forum:front")
    asked.assert_not_called()


@pytest.mark.parametrize(
    "source", ["{% url 'forum:comment' pk %}", "{% url 'forum:article' slug pk %}"]
)
def test_address_of_an_id_is_the_routers(source):
    values = {"pk": 7_000, "slug": "rad"}
    said = Template(source).render(Context(values))
    assert said in {
        reverse("forum:comment", args=[7_000]),
        reverse("forum:article", args=["rad", 7_000]),
    }


def test_address_of_what_is_no_id_is_refused_as_ever():
    with pytest.raises(NoReverseMatch):
        Template("{% url 'forum:comment' pk %}").render(Context({"pk": ""}))
