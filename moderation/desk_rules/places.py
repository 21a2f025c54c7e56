"""Where does a rule or an entry of the desk hold?"""

from typing import NamedTuple


class Place(NamedTuple):
    """Everywhere, in what is said about one topic, or in one discussion."""

    topic_id: int | None = None
    discussion_id: int | None = None

    def holds(self, *, topic_id: int | None, discussion_id: int | None) -> bool:
        """Whether that discussion, about that topic, lies in this place."""
        if self.discussion_id:
            return self.discussion_id == discussion_id
        return self.topic_id in {None, topic_id}


EVERYWHERE = Place()
