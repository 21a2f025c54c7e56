"""What does `make run-production` run? The site as an operator would, on one machine.

nginx with deploy/nginx.conf in front, granian, Celery, DEBUG=0; PostgreSQL and Redis are those of
DATABASE_URL and REDIS_URL, or local ones. What the environment does not say is made up for a trial,
and named when the site is up.
"""

import os
import secrets
import shlex
import sys
from functools import partial
from pathlib import Path

from config import fronting
from config.children import leave_in_order_when_told
from config.embedded import data_directory
from config.fronting import Front
from config.running import keep_running, prepare_apart, processes, wait_for_port
from config.servers import any_free_port, remembered

WEB_PROCESSES = 2
# Sample values, so that every page of a trial has words.
PUBLISHER = {
    "PUBLISHER_NAME": "Auenbrücker Bote Verlag",
    "PUBLISHER_ADDRESS": "Uferstraße 1, 12345 Auenbrück",
    "PUBLISHER_REPRESENTATIVE": "Erika Mustermann",
    "RESPONSIBLE_PERSON": "Erika Mustermann, Uferstraße 1, 12345 Auenbrück",
}


def trial(*, port: str, data: Path) -> dict[str, str]:
    """What an operator would have set, for a trial on this machine."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": remembered(data / "secret-key", partial(secrets.token_urlsafe, 48)),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"https://localhost:{port}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "EMAIL_URL": "file:",
    } | PUBLISHER


def remember(made: dict[str, str], *, data: Path) -> Path:
    """A file for the shell, so that manage.py beside the site sees the same settings."""
    file = data / "environment"
    file.touch(mode=0o600)
    told = {**made, "DATA_DIR": str(data)}
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in told.items()))
    return file


def introduce(address: str, *, data: Path, settings_file: Path, made_up: list[str]) -> None:
    python = Path(sys.executable)
    print(
        f"\n  {address}   The certificate is our own: the browser asks whether to go on.\n\n"
        f"  A new site is empty. Beside it, in another terminal:\n"
        f"    set -a; . {settings_file}; set +a\n"
        f"    {python} manage.py import_article FILE…\n"
        f"    {python} manage.py create_admin ADDRESS NAME\n"
        f"    {python} manage.py make_archive\n\n"
        f"  Made up for this trial: {', '.join(made_up) or 'nothing'}\n"
        f"  Mails: {data / 'mail'}/   Logs: {data}/*.log, {data / 'nginx'}/*.log"
        "   Ctrl-C ends everything.\n",
        flush=True,
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    port = os.environ.setdefault("PORT", "8443")
    data = data_directory()
    data.mkdir(parents=True, exist_ok=True)
    made = trial(port=port, data=data)
    made_up = [name for name in made if not os.environ.get(name)]
    os.environ.update({name: made[name] for name in made_up})
    if os.environ["DEBUG"] != "0":
        sys.exit("make run-production is DEBUG=0; for a site to develop on there is make run.")
    leave_in_order_when_told()
    wait_for_port(int(port))
    upstream = any_free_port()
    front = fronting.write(Front(port=int(port), upstream=int(upstream), data=data))
    if reason := fronting.refusal(front):
        sys.exit(f"nginx does not take deploy/nginx.conf:\n{reason}")
    prepare_apart()
    keep_running(
        {"nginx": front, **processes(port=upstream, data=data, web_processes=WEB_PROCESSES)},
        data=data,
        address=f"http://127.0.0.1:{upstream}/",
        told=partial(
            introduce,
            f"https://localhost:{port}/",
            data=data,
            settings_file=remember({name: os.environ[name] for name in made}, data=data),
            made_up=made_up,
        ),
    )


if __name__ == "__main__":
    main()
