"""How is nginx put in front of a site that runs on this machine?

The file is the operators' own, deploy/nginx.conf; only the lines that name their machine are
replaced, so that what is tried here is what runs there.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
CERTIFIED = timedelta(days=90)

MAIN = """\
# Made by config/fronting.py at every start.
{user}worker_processes 1;
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/discussion.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """What of deploy/nginx.conf is this machine's.

    tls: False where something else ends it, as for measurements; the site is told it was https.
    limits: False only for measurements that send everything from one address.
    """

    port: int
    upstream: int
    data: Path
    host: str = "localhost"
    tls: bool = True
    limits: bool = True

    @property
    def home(self) -> Path:
        return self.data / "nginx"


def nginx() -> str | None:
    """The program, which Debian keeps where ordinary users do not look."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def write(front: Front) -> list[str]:
    """Lay out the configuration below front.data; the answer is the command that runs it."""
    program = nginx()
    if program is None:
        raise FileNotFoundError("nginx is not installed; Debian has it: apt install nginx-light")
    front.home.mkdir(parents=True, exist_ok=True)
    # Started by root, nginx would leave its files to somebody who may not look into our directory.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (front.home / "nginx.conf").write_text(MAIN.format(home=front.home, user=user))
    (front.home / "discussion.conf").write_text(adapted(front))
    if front.tls:
        _certify(front)
    return [program, "-p", str(front.home), "-c", str(front.home / "nginx.conf")] + [
        "-e",
        str(front.home / "error.log"),
    ]


def adapted(front: Front) -> str:
    """deploy/nginx.conf with this machine's names. Raises ValueError where a line is missing."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = _without_plain_server(text)
    lines = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{front.upstream};",
        "/var/cache/nginx/discussion": f"{front.home}/cache",
        "/var/log/nginx/discussion.log": f"{front.home}/access.log",
        "/var/log/nginx/discussion-errors.log": f"{front.home}/errors.log",
        "/etc/ssl/discussion/": f"{front.home}/",
        "/srv/discussion/deploy/": f"{DEPLOY}/",
        "/srv/discussion/.data/": f"{front.data}/",
        "server_name news.example.org;": f"server_name {front.host} 127.0.0.1;",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front.port} ssl http2;",
        "X-Forwarded-Proto $scheme;": "X-Forwarded-Proto https;",
        "proxy_set_header Host              $host;": "proxy_set_header Host $http_host;",
    }
    for line, ours in lines.items():
        if line not in text:
            raise ValueError(f"deploy/nginx.conf has no line {line!r}")
        text = text.replace(line, ours)
    if not front.tls:
        text = re.sub(r"^ *ssl_.*\n", "", text, flags=re.MULTILINE).replace(" ssl http2;", ";")
    if not front.limits:
        text = re.sub(r"^ *limit_(req|conn) .*\n", "", text, flags=re.MULTILINE)
    return text


def _without_plain_server(text: str) -> str:
    """On one port there is one server; the other one only sends people to https."""
    begin = text.index("# --- Plain HTTP")
    return text[:begin] + text[text.index("# --- The site") :]


def _certify(front: Front) -> None:
    """A certificate that nobody else vouches for, renewed in good time."""
    file, key_file = front.home / "fullchain.pem", front.home / "privkey.pem"
    now = datetime.now(UTC)
    if file.exists():
        known = x509.load_pem_x509_certificate(file.read_bytes())
        if known.not_valid_after_utc > now + CERTIFIED / 3:
            return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, front.host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + CERTIFIED)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(front.host), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def refusal(command: list[str]) -> str:
    """What nginx says against its configuration; empty is as it should be."""
    asked = subprocess.run([*command, "-t", "-q"], capture_output=True, text=True, check=False)
    return "" if asked.returncode == 0 else asked.stderr
