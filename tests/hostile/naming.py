"""Do the names that readers can have stay in their places?"""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.names import clean_name, skeleton
from forum.models import Discussion
from tests.factories import make_comment, make_discussion
from tests.hostile.lines import Line
from tests.hostile.showing import HEADING, NARROW, WIDE, Stage
from tests.people import person

# As many roots as a page of a discussion has.
TOGETHER = 20


def picture_names(lines: list[Line], stage: Stage) -> int:
    """Each name that is possible above its reader's page, and all of them above comments; how many
    there were."""
    names = list(possible(lines))
    for start in range(0, len(names), TOGETHER):
        discussion = make_discussion()
        for name in names[start : start + TOGETHER]:
            picture_alone(name, discussion, stage)
        for width in (WIDE, NARROW):
            stage.measure(f"/discussions/{discussion.pk}/?sort=oldest", width=width)
    return len(names)


def possible(lines: list[Line]) -> Iterator[str]:
    """In one case each: the second reader of a name is refused."""
    seen = set()
    for line in lines:
        try:
            name = clean_name(line.text)
        except ValidationError:
            continue
        if name.lower() not in seen:
            seen.add(name.lower())
            yield name


def picture_alone(name: str, discussion: Discussion, stage: Stage) -> None:
    """Whoever has written there is called so from now on; its look is left to the next one, for
    many of the list would be taken for one another."""
    reader = person(f"Noch ohne Namen {User.objects.count()}")
    make_comment(discussion, reader)
    free, called = reader.name_skeleton, User.objects.filter(pk=reader.pk)
    called.update(name=name, name_skeleton=skeleton(name))
    stage.measure(User.objects.get(pk=reader.pk).get_absolute_url(), width=NARROW, texts=HEADING)
    called.update(name_skeleton=free)
