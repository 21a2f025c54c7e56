"""Decisions are only ever added: not even the site itself may change or delete one."""

from django.db import migrations

FORBID = """
CREATE FUNCTION moderation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER moderation_decision_append_only BEFORE UPDATE OR DELETE ON moderation_decision
    FOR EACH ROW EXECUTE FUNCTION moderation_append_only();
CREATE TRIGGER moderation_decision_no_truncate BEFORE TRUNCATE ON moderation_decision
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_append_only();
"""

ALLOW = """
DROP TRIGGER moderation_decision_no_truncate ON moderation_decision;
DROP TRIGGER moderation_decision_append_only ON moderation_decision;
DROP FUNCTION moderation_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
