"""What does a small paper look like that has readers already? Loaded by manage.py load_demo."""
