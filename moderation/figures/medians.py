"""What lies in the middle, as PostgreSQL computes it?"""

from django.db.models import Aggregate, DurationField


class Median(Aggregate):
    """Of durations; None of none. It is no mean: one forgotten case does not move it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()
