#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""card-tool.py ILKIMZA-CARD: what the program promises on its command line."""
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

CARD = sys.argv[1]
PIN, WRONG = '407182', '999998'
SERIAL = '00112233445566778899AABB'


class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ilk-card-tool-')
        self.set = self.path('set')
        self.holders = [json.loads(line) for line in
                        self.run('practice-set', self.set)[1].splitlines()]

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *arguments, text=''):
        done = subprocess.run([CARD, *arguments], input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def make(self, *more, out='made.card', text=''):
        return self.run('make', '--holder', 'Deneme İğdırlı', '--identity-number', '10000000146',
                        '--ca', self.path('set', 'ca'), '--keys', self.path('set', 'keys'),
                        '--out', self.path(out), *more, text=text)


def check(condition, said=''):
    if not condition:
        raise AssertionError(said)


def test_help(world):
    status, output, _ = world.run('--help')
    check(status == 0, output)
    for command in ('make', 'insert', 'verify', 'info', 'practice-set'):
        check(command in output, output)
        status, more, _ = world.run(command, '--help')
        check(status == 0 and 'Usage' in more or 'Kullanım' in more, more)


def test_wrong_commands(world):
    for arguments in ([], ['nonsense'], ['make', '--nonsense'], ['verify'], ['info', 'a', 'b'],
                      ['insert', 'x', '--fault', 'held'], ['insert', 'x', '--reader', '99']):
        status, output, complaint = world.run(*arguments)
        check(status == 2 and output == '' and complaint.startswith('ilkimza-card: '),
              f'{arguments}: {status} {output} {complaint}')


def test_practice_set(world):
    check(len(world.holders) == 10, str(world.holders))
    for holder in world.holders:
        check(os.path.exists(holder['card_file']) and holder['security_word'], str(holder))
    status, _, complaint = world.run('practice-set', world.set)
    check(status == 1 and 'empty' in complaint, complaint)


def test_make_and_verify(world):
    status, output, _ = world.make('--pin', 'stdin', '--serial', SERIAL, text=PIN + '\n')
    check(status == 0 and SERIAL in output and PIN not in output, output)
    file = world.path('made.card')
    check(stat.S_IMODE(os.stat(file).st_mode) == 0o600)
    check(world.run('verify', file, text=PIN + '\n')[0] == 0)
    for _ in range(5):
        check(world.run('verify', file, text=WRONG + '\n')[0] == 1)
    check(world.run('verify', file, text=PIN)[0] == 0)
    check(world.run('verify', file, text='')[0] == 2)


def test_info(world):
    status, output, _ = world.run('info', world.path('made.card'))
    check(status == 0, output)
    for words in (SERIAL, 'Deneme İğdırlı', 'PIN: set, tries left: 3', 'Valid from: ',
                  'Unlock key: tries left: 10'):
        check(words in output, output)


def test_unusable_pins(world):
    world.make('--pin', 'none', out='pinless.card')
    world.make('--blocked', out='blocked.card')
    world.make('--dead', out='dead.card')
    for name in ('pinless', 'blocked', 'dead'):
        status, output, _ = world.run('verify', world.path(name + '.card'), text=PIN + '\n')
        check(status == 3 and output, f'{name}: {status} {output}')


def test_refusals(world):
    check(world.make()[0] == 2, 'made over another card')
    for more, text in ((['--pin', PIN], ''), (['--pin', 'stdin'], '12345\n'),
                       (['--pin', 'stdin'], '1234567\n'), (['--serial', '00'], ''),
                       (['--valid-from', 'yesterday'], ''), (['--valid-days', '0'], '')):
        status, _, complaint = world.make(*more, out='refused.card', text=text)
        check(status == 2 and complaint, f'{more}: {status} {complaint}')
        check(not os.path.exists(world.path('refused.card')), str(more))
    status, _, complaint = world.run('make', '--holder', 'X', '--identity-number', '10000000147',
                                     '--ca', 'x', '--keys', 'x', '--out', world.path('x.card'))
    check(status == 2 and 'identity number' in complaint, complaint)
    status, _, complaint = world.run('info', '/dev/null')
    check(status == 2 and complaint, complaint)


def test_hand_over_is_sealed(world):
    lines = world.path('lines.jsonl')
    for out in ('first.card', 'second.card'):
        status, output, complaint = world.make('--pin', 'stdin', '--security-word', 'stdin',
                                               '--handover', lines, '--not-activated', out=out,
                                               text=PIN + '\nGizliSözcük-7\n')
        check(status == 0 and 'GizliSözcük' not in output, complaint)
    text = open(lines, encoding='utf-8').read()
    check(stat.S_IMODE(os.stat(lines).st_mode) == 0o600)
    check(len(text.splitlines()) == 2, text)
    check(PIN not in text and 'Gizli' not in text and '10000000146' not in text, text)
    for line in text.splitlines():
        entry = json.loads(line)
        check(list(entry) == ['schema', 'data', 'security_word', 'pin'], line)
        check(entry['schema'] == 1 and all(re.fullmatch('[A-Za-z0-9+/]{64,}={0,2}', entry[name])
                                           for name in ('data', 'security_word', 'pin')), line)


TESTS = [test_help, test_wrong_commands, test_practice_set, test_make_and_verify, test_info,
         test_unusable_pins, test_refusals, test_hand_over_is_sealed]


def main():
    failures = 0
    world = World()
    print(f'1..{len(TESTS)}')
    for number, test in enumerate(TESTS, 1):
        try:
            test(world)
            print(f'ok {number} {test.__name__}', flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            failures += 1
            print(f'not ok {number} {test.__name__}')
            for line in str(problem).split('\n'):
                print(f'# {line}', flush=True)
    shutil.rmtree(world.folder)
    return 1 if failures else 0


sys.exit(main())
