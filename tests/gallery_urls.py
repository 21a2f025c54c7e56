"""Which addresses does a development installation have? Those of the site, and the gallery."""

from django.urls import path

from config import urls
from config.gallery import gallery

urlpatterns = [*urls.urlpatterns, path("gallery/", gallery)]
