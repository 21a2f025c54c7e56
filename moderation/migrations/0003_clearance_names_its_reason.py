"""A clearance names a screening or a decision of exactly its revision.

Foreign keys of two columns, which Django cannot express, and which point outward: the database
may know what the code of the forum may not.
"""

from django.db import migrations

ADD = """
ALTER TABLE forum_clearance
    ADD CONSTRAINT clearance_screening_names_revision
        FOREIGN KEY (screening_id, revision_id) REFERENCES moderation_screening (id, revision_id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT clearance_decision_names_revision
        FOREIGN KEY (decision_id, revision_id) REFERENCES moderation_decision (id, revision_id)
        DEFERRABLE INITIALLY DEFERRED;
"""

DROP = """
ALTER TABLE forum_clearance
    DROP CONSTRAINT clearance_screening_names_revision,
    DROP CONSTRAINT clearance_decision_names_revision;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_append_only_decisions"), ("forum", "0001_initial")]

    operations = [migrations.RunSQL(ADD, DROP)]
