"""Which role of the database may do what? Four of them, each with what it needs and no more."""
