"""A small paper whose readers comment with django-comments-xtd; runs in its environment only."""
