"""Which browser opens the pages of a test, and what is it told?"""

import shutil

# The shell is the same engine without the windows around pages, whose buttons and bars are pages
# themselves by now: they take two thirds of the time of a test that opens one.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whoever is asked for elsewhere cannot be found.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
