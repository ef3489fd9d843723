#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_memory.py PLANT-LEAK: the look through a program's memory sees what it is meant to see."""
import subprocess
import sys

from memory import MemoryWatch, places_of

SECRETS = {'number': '482915', 'word': 'çınar-gölgesi'}
CASES = []


def look(mistake, secret):
    """Where the secret stands in a program that makes this mistake: kinds of memory."""
    process = subprocess.Popen([sys.argv[1], mistake], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    try:
        process.stdin.write(secret.encode())
        process.stdin.flush()
        assert process.stdout.readline() == b'ready\n'
        watch = MemoryWatch(process.pid)
        watch.add('secret', secret)
        return [hit.place for hit in watch.look()]
    finally:
        process.stdin.close()
        assert process.wait(10) == 0
        process.stdout.close()


def case(title):
    def add(function):
        CASES.append((title, function))
        return function
    return add


@case('a secret that is kept where it belongs is found in the arena alone')
def kept():
    for secret in SECRETS.values():
        assert set(look('keep', secret)) == {'arena'}


@case('a copy in a plain buffer is found')
def leaked():
    for secret in SECRETS.values():
        places = look('leak', secret)
        assert 'arena' in places and '[heap]' in places, places


@case('a copy on the stack is found')
def on_stack():
    for secret in SECRETS.values():
        places = look('stack', secret)
        assert 'arena' in places and '[stack]' in places, places


@case('a number is found beside another of its length, and not inside a longer one')
def beside():
    secret = '482915'
    for found in (b'\x00482915704918\x00', b'704918482915', b'482915', b'"code":"482915"'):
        assert list(places_of(secret, bytearray(found))), found
    for other in (b'1482915', b'4829157', b'1234567482915', b'0.482915', b'70491482915'):
        assert not list(places_of(secret, bytearray(other))), other


def main():
    print(f'1..{len(CASES)}')
    failed = False
    for number, (title, function) in enumerate(CASES, 1):
        try:
            function()
            print(f'ok {number} - {title}', flush=True)
        except AssertionError as error:
            failed = True
            print(f'# {error}\nnot ok {number} - {title}', flush=True)
    sys.exit(failed)


main()
