"""Settings of a site without limits and checks: what bench/guards.py compares with, never served.

Left are only what pages need to be there at all: sessions, sign-in, messages, files.
"""

from config.settings import *  # noqa: F403 - all of production's
from config.settings import MIDDLEWARE

RATE_LIMITS = False
GUARDS = {
    "config.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.Policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.sound_requests",
    "config.middleware.dressed_methods",
    "accounts.sessions.SessionLife",
    "accounts.second_factor.StaffSecondFactor",
}
MIDDLEWARE = [one for one in MIDDLEWARE if one not in GUARDS]
