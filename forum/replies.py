"""How is a thread read in another order than the tree's?

Flat: each reply says whom it answers. Two queries a page, by index; cursors end in the id.
"""

from forum import cursors
from forum.fetching import comments_by_id
from forum.models import Comment
from forum.reading import REPLIES_PER_PAGE, Thread, replies_page
from forum.sorts import REPLIES_USUALLY, SORTS, beyond, replies_of


def replies_in_order(root: Comment, *, sort: str, after: str = "") -> Thread:
    """Fifty replies of a thread. Raises BadRequest for a cursor of another list."""
    if sort == REPLIES_USUALLY:
        return replies_page(root, after=after)
    return sorted_replies(root, sort=sort, after=after)


def sorted_replies(root: Comment, *, sort: str, after: str = "") -> Thread:
    order = SORTS[sort]
    scope = f"replies {root.pk} {order.name}"
    tallies, passed = replies_of(root, order), 0
    if after:
        *place, passed = cursors.read(scope, after)
        tallies = tallies.filter(beyond(order, place))
    found = list(tallies[: REPLIES_PER_PAGE + 1])
    shown = found[:REPLIES_PER_PAGE]
    comments = comments_by_id([tally.pk for tally in shown])
    thread = Thread(root, [comments[tally.pk] for tally in shown])
    if len(found) == len(shown):
        return thread
    passed += sum(reply.is_published for reply in thread.replies)
    place = [getattr(shown[-1], column) for column in order.columns]
    thread.has_more = True
    thread.next_cursor = cursors.write(scope, [*place, passed])
    thread.remaining = max(root.tally.reply_count - passed, 1)
    return thread
