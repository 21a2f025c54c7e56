"""Does the web server start with the application loaded?"""

import subprocess
import sys


def test_what_granian_takes_reaches_it_once_everything_is_loaded():
    command = [sys.executable, "-X", "importtime", "-m", "config.forking", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-500:]
    assert run.stdout.startswith("python -m config.forking 2.")
    for module in ("config.wsgi", "forum.views.pages", "notifications.views"):
        assert module in run.stderr
