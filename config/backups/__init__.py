"""How is nothing lost when the machine is? Copies, what changed since, and the way back.

docs/decisions/0044, docs/operating.md.
"""
