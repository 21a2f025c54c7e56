"""How is nothing lost when the machine is? Copies, what changed since, and the way back.

docs/decisions/0044, docs/operating.md.
"""

# For it PostgreSQL keeps what the follower has not received.
SLOT = "discussion_backup"
