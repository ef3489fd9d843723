# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets in the memory of a running program.

A secret may stand in the arena of IlkSecret alone. Core images leave the arena out, and so would
not tell where a secret is not; /proc/PID/mem shows all of it.
"""
import ctypes
import os
import re
import signal

# The arena's mappings and no others of a program are both left out of core images (dd) and empty
# in a child (wf); GTK keeps the text of its password rows in locked memory (lo) of its own.
ARENA = {'dd', 'wf'}
LOCKED = {'lo'}
# Ten times as fast as bytes.find () in memory, of which most is zeros.
MEMMEM = ctypes.CDLL(None).memmem
MEMMEM.restype = ctypes.c_void_p
MEMMEM.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
HEADER = re.compile(r'([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)')


class Mapping:
    """One range of addresses, with what the kernel says of it."""

    def __init__(self, header):
        start, end, self.rights, self.path = header.groups()
        self.start, self.end = int(start, 16), int(end, 16)
        self.flags = set()
        self.changed = 0

    @property
    def arena(self):
        return not self.path and ARENA <= self.flags

    @property
    def place(self):
        """The kind of memory, for a report and for exceptions."""
        if self.arena:
            return 'arena'
        if not self.path and LOCKED <= self.flags:
            return 'locked'
        return self.path or 'unnamed'

    @property
    def may_hold_data(self):
        """Pages of a file that nobody changed hold what the file holds."""
        return self.rights.startswith('r') and self.changed > 0 and self.path != '[vvar]'


def mappings(pid):
    found = []
    with open(f'/proc/{pid}/smaps', encoding='utf-8') as smaps:
        for line in smaps:
            header = HEADER.match(line)
            if header:
                found.append(Mapping(header))
            elif line.startswith('VmFlags:'):
                found[-1].flags = set(line.split()[1:])
            elif re.match('(Private_Dirty|Shared_Dirty|Anonymous|Swap):', line):
                found[-1].changed += int(line.split()[1])
    return found


def read_all(memory, size):
    data = bytearray()
    while len(data) < size:
        part = memory.read(size - len(data))
        assert part, 'a mapping ends before its end'
        data += part
    return data


def contents(pid):
    """Each mapping with its bytes as a bytearray, all of one moment."""
    os.kill(pid, signal.SIGSTOP)
    try:
        with open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
            for mapping in mappings(pid):
                if mapping.may_hold_data:
                    memory.seek(mapping.start)
                    yield mapping, read_all(memory, mapping.end - mapping.start)
    finally:
        os.kill(pid, signal.SIGCONT)


def forms(secret):
    """How a secret could stand in memory."""
    raw = secret.encode()
    yield 'text', raw
    yield 'UTF-16', secret.encode('utf-16-le').rstrip(b'\0')
    yield 'UTF-32', secret.encode('utf-32-le').rstrip(b'\0')
    yield 'hex', raw.hex().encode()
    yield 'HEX', raw.hex().upper().encode()
    yield 'spaced hex', raw.hex(' ').encode()
    yield 'SPACED HEX', raw.hex(' ').upper().encode()


def stands_alone(data, at, length):
    """Six digits inside a longer number, a time in microseconds for one, are not the secret; but
    two numbers of six digits follow each other in a card's command."""
    first, last = at, at + length
    while at - first <= length and data[first - 1:first].isdigit():
        first -= 1
    while last - at <= 2 * length and data[last:last + 1].isdigit():
        last += 1
    return data[first - 1:first] != b'.' and (last - first, (at - first) % length) in (
        (length, 0), (2 * length, 0))


def find_all(needle, data):
    """Each offset of some bytes in a bytearray."""
    start = ctypes.addressof(ctypes.c_char.from_buffer(data))
    at = 0
    while True:
        found = MEMMEM(start + at, len(data) - at, needle, len(needle))
        if found is None:
            return
        at = found - start
        yield at
        at += 1


def places_of(secret, data):
    """(form, offset) of each time a secret stands in this bytearray."""
    for form, needle in forms(secret):
        for at in find_all(needle, data):
            if form != 'text' or not secret.isdigit() or stands_alone(data, at, len(needle)):
                yield form, at


class Hit:
    """A secret that was found."""

    def __init__(self, name, form, mapping, offset, data, length):
        self.name, self.form, self.place = name, form, mapping.place
        self.address = mapping.start + offset
        around = data[max(offset - 48, 0):offset] + b'<' + name.encode() + b'>' + \
            data[offset + length:offset + length + 48]
        self.around = bytes(around).decode('ascii', 'backslashreplace')

    def __str__(self):
        return f'{self.name} ({self.form}) in {self.place} at {self.address:x}: {self.around!r}'


class MemoryWatch:
    """The secrets of a run, and where in a program's memory they stand."""

    def __init__(self, pid):
        self.pid = pid
        self.secrets = {}

    def add(self, name, secret):
        assert secret, f'no secret for {name}'
        self.secrets[name] = secret

    def look(self):
        """Every hit, in the arena and elsewhere."""
        hits = []
        for mapping, data in contents(self.pid):
            for name, secret in self.secrets.items():
                hits += [Hit(name, form, mapping, offset, data, len(secret))
                         for form, offset in places_of(secret, data)]
        return hits

    def in_arena(self, pattern):
        """What in the arena looks like this."""
        found = set()
        for mapping, data in contents(self.pid):
            if mapping.arena:
                found |= {match.decode() for match in re.findall(pattern, data)}
        return found
