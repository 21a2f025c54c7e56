"""A paper's archive for tests and benches: a million comments, in minutes."""
