# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets where none may be: outputs, argument lists, environments, files."""
import base64
import os
import re


def forms(secret):
    """How a secret could stand in a text or a file."""
    raw = secret.encode()
    plain = re.escape(raw)
    if secret.isdigit():
        # Six digits inside a longer number, a time in microseconds for one, are not the secret.
        plain = rb'(?<![0-9a-fA-F.])' + plain + rb'(?![0-9a-fA-F])'
    yield plain
    yield re.escape(raw.hex().encode())
    yield re.escape(' '.join(f'{byte:02x}' for byte in raw).encode())
    yield re.escape(secret.encode('utf-16-le'))
    if len(raw) >= 6:
        yield re.escape(base64.b64encode(raw).rstrip(b'=')[:-1])


def children(pid):
    """A process and all that it started."""
    found = [pid]
    try:
        for task in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{task}/children', encoding='ascii') as listing:
                for child in listing.read().split():
                    found += children(int(child))
    except OSError:
        pass
    return found


def read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError:
        return b''


class LeakWatch:
    """Collects the secrets of a run, and what was found of them where."""

    def __init__(self, allowed=()):
        self.secrets = {}
        self.allowed = [re.compile(pattern) for pattern in allowed]
        self.looked_at = 0

    def add(self, name, secret):
        assert secret, f'no secret for {name}'
        self.secrets[name] = secret

    def look(self, place, data):
        """The secrets that stand in these bytes."""
        self.looked_at += 1
        return [f'{name} in {place}' for name, secret in self.secrets.items()
                if any(re.search(form, data, re.IGNORECASE) for form in forms(secret))]

    def look_at_processes(self, pid):
        hits = []
        for process in children(pid):
            for kind in ('cmdline', 'environ'):
                path = f'/proc/{process}/{kind}'
                hits += self.look(path, read(path))
        return hits

    def look_at_files(self, *folders):
        hits = []
        for top in folders:
            for folder, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(folder, name)
                    if os.path.isfile(path) and not any(p.search(path) for p in self.allowed):
                        hits += self.look(path, read(path))
                        hits += self.look(f'the name of {path}', name.encode())
        return hits
