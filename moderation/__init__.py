"""Keeping it fair."""
