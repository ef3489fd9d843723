#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the time of an answer tells who has a card: password logins with a wrong word for a number
that nobody has, one that somebody has, and one whose account is blocked, one after the other in turn,
so that what else the machine does falls on all three alike. Prints medians and quartiles side by
side. Not part of the tests: they count hashes and statements (test-enumeration).

  enumeration.py BUILD-FOLDER [ROUNDS]
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'server', 'contract'))

from service import Connection, Instance  # noqa: E402

BUILD = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 300
NOBODY = [f'{number:09d}' for number in range(200000000, 200000000 + 40000)]
LIMITS = ''.join(f'{kind}-per-minute=1000000\n{kind}-burst=1000000\nall-{kind}s-per-minute=100000000\n'
                 f'all-{kind}s-burst=100000000\n' for kind in ('login', 'captcha', 'message', 'other'))


def with_check_digits(nine):
    digits = [int(digit) for digit in nine]
    tenth = (sum(digits[0::2]) * 7 - sum(digits[1::2])) % 10
    return f'{nine}{tenth}{(sum(digits) + tenth) % 10}'


class Bench:
    def __init__(self, folder):
        made = os.path.join(folder, 'set')
        os.mkdir(made, 0o700)
        said = subprocess.run([os.path.join(BUILD, 'src/virtual/ilkimza-card'), 'practice-set', made],
                              check=True, text=True, stdout=subprocess.PIPE).stdout
        self.holders = {holder['id']: holder for holder in map(json.loads, said.splitlines())}
        config = os.path.join(folder, 'config')
        with open(config, 'w', encoding='ascii') as file:
            file.write(f'[Limits]\n{LIMITS}')
        self.instance = Instance(os.path.join(BUILD, 'src/server/ilkimza-service'), folder, made,
                                 options=['--config', config])
        self.connection = Connection(self.instance.path)

    def call(self, path, body):
        """The answer, and the seconds until it was there."""
        text = json.dumps(body)
        began = time.perf_counter()
        self.connection.request('POST', path, text, {'Content-Type': 'application/json'})
        answer = self.connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data), time.perf_counter() - began

    def log_in(self, number, word):
        begin = len(self.instance.messages)
        drawn = self.call('/v1/captchas', {})[1]
        told = self.instance.wait(lambda message: message.get('id') == drawn['id'], begin)
        return self.call('/v1/sessions', {
            'kind': 'password', 'identity_number': number, 'security_word': word,
            'captcha': {'id': drawn['id'], 'text': told['answer']}})


def describe(times):
    low, middle, high = (1000 * value for value in statistics.quantiles(times, n=4))
    return f'{middle:8.3f} ms  ({low:.3f} to {high:.3f})'


def main():
    folder = tempfile.mkdtemp(prefix='ilk-enumeration-')
    bench = Bench(folder)
    known, blocked = bench.holders['ready'], bench.holders['dead']
    strangers = iter(NOBODY)
    times = {'unknown': [], 'known': [], 'blocked': []}
    try:
        for _ in range(3):
            bench.log_in(blocked['identity_number'], 'yanlış bir sözcük')
        for _ in range(ROUNDS):
            # The known one's tries come back, so that it is not the third of the blocked.
            status, _, _ = bench.log_in(known['identity_number'], known['security_word'])
            assert status == 201, status
            kinds = list(times)
            random.shuffle(kinds)
            for kind in kinds:
                number = {'unknown': lambda: with_check_digits(next(strangers)),
                          'known': lambda: known['identity_number'],
                          'blocked': lambda: blocked['identity_number']}[kind]()
                status, answer, seconds = bench.log_in(number, 'yanlış bir sözcük')
                assert status == (423 if kind == 'blocked' else 401), (kind, answer)
                times[kind].append(seconds)
        middle = statistics.median(times['known'])
        for kind, list_of_times in times.items():
            print(f'{kind:8} {describe(list_of_times)}  {statistics.median(list_of_times) / middle:.3f} times known')
        print(f'{ROUNDS} rounds in turn, load average {os.getloadavg()[0]:.1f}')
    finally:
        bench.instance.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
