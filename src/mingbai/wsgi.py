"""The web process's way in."""

import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from mingbai.findings.screening.rule import rules

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")
application = get_wsgi_application()
# Read before anybody asks: else the first page of each process would wait for a second.
get_resolver().url_patterns  # noqa: B018
rules()
# Threads that take the interpreter from each other every 5 ms need a quarter more time for the same pages.
sys.setswitchinterval(0.05)
