"""The application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()

# It knows models, which are there only now.
from config.serving import Serving  # noqa: E402

application = Serving(django)
