"""The discussion."""
