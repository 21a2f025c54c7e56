"""What does the site tell its operators' machines?"""

from django.test import Client


def counter(client: Client, name: str) -> float:
    """The figure of that name, without our prefix; there is one."""
    lines = client.get("/metrics").content.decode().splitlines()
    (value,) = [line.split()[1] for line in lines if line.startswith(f"forum_{name} ")]
    return float(value)
