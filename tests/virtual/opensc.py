#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""opensc.py ILKIMZA-CARD DRIVE-PKCS11: an independent client looks at the virtual card.

OpenSC 0.23 still has the driver for AKİS v1.0, switched off by default. Its tools and its PKCS#11
module talk to a card of ours in vpcd's reader, under a real pcscd: run this by pcscd-run. What
they did is then asked of the card's state file, without any program under test between. Then our own road
to cards of other makers goes through OpenSC's module to the same card.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

CARD, DRIVE = sys.argv[1:3]
READER = 'Virtual PCD 00 00'
SERIAL = '4F50454E534300112233AABB'
HOLDER = 'Deneme Öğretmen'
FIRST, SECOND, THIRD, FOURTH, WRONG = '407182', '581926', '730164', '268153', '999998'
MODULES = ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', '/usr/lib/opensc-pkcs11.so',
           '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so']
SECONDS = 60


def skip_all(reason):
    if os.environ.get('CI'):
        print(f'Bail out! CI is set, and a skipped test fails: {reason}')
        sys.exit(1)
    print(f'1..0 # SKIP {reason}')
    sys.exit(0)


class World:
    """A folder with a practice CA, keys and one card, and OpenSC's configuration."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ilk-opensc-')
        self.environment = dict(os.environ, LC_ALL='C.UTF-8',
                                OPENSC_CONF=self.path('opensc.conf'))
        with open(self.path('opensc.conf'), 'w') as config:
            config.write('app default {\n  card_drivers = akis, default;\n}\n')
        os.mkdir(self.path('ca'))
        os.mkdir(self.path('keys'))
        with open(self.path('keys/card-master-key-1'), 'wb') as key:
            key.write(os.urandom(32))
        self.file = self.path('opensc.card')
        self.run([CARD, 'make', '--holder', HOLDER, '--identity-number', '10000000146',
                  '--serial', SERIAL, '--ca', self.path('ca'), '--keys', self.path('keys'),
                  '--pin', 'stdin', '--out', self.file], FIRST + '\n', wanted=0)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, command, text='', wanted=None, secret=None):
        """Runs a tool; PINs reach PKCS#11 tools by an environment of their own."""
        environment = dict(self.environment, **(secret or {}))
        done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment, timeout=SECONDS)
        output = done.stdout.decode(errors='replace')
        if wanted is not None and done.returncode != wanted:
            raise AssertionError(f'{command[:3]} ended with {done.returncode}: {output}')
        return done.returncode, output

    def asks(self, pin):
        """What the state file says about a PIN: 0 right, 1 wrong, 3 blocked."""
        return self.run([CARD, 'verify', self.file], pin + '\n')[0]

    def explore(self, *lines):
        text = '\n'.join(lines) + '\nquit\n'
        return self.run(['opensc-explorer', '-r', READER], text)[1]

    def pkcs11(self, *options, pins):
        names = {f'ILK_TEST_PIN_{i}': pin for i, pin in enumerate(pins)}
        return self.run(['pkcs11-tool', '--module', self.module, '--slot-description', READER,
                         *options], secret=names)


def wait_for_card(world):
    """Until pcscd tells of the card; OpenSC's own --wait misses one that comes while it begins."""
    deadline = time.monotonic() + SECONDS
    while not re.search(r'Yes .*' + re.escape(READER), world.run(['opensc-tool', '-l'])[1]):
        assert time.monotonic() < deadline, 'pcscd does not tell of the card'


def check(condition, output):
    if not condition:
        raise AssertionError(output)


def test_name(world):
    output = world.run(['opensc-tool', '-r', READER, '-n'], wanted=0)[1]
    check('AKIS' in output, output)


def test_serial(world):
    output = world.run(['opensc-tool', '-r', READER, '--serial'], wanted=0)[1]
    check(' '.join(SERIAL[i:i + 2] for i in range(0, 24, 2)) in output, output)


def test_files(world):
    output = world.explore('cd 3D00', 'ls')
    for name in ('5031', '5032', '4401', '4402', '4403', '4501'):
        check(name in output, output)


def test_pkcs15(world):
    output = world.run(['pkcs15-tool', '-r', READER, '--dump'], wanted=0)[1]
    for words in ('PKCS#15 Card [ilkimza]', SERIAL.lower(), 'Private RSA Key', 'ModLength      : 2048',
                  'X.509 Certificate', 'PIN [PIN]', 'Reference      : 1'):
        check(words in output, output)


def test_certificate(world):
    pem = world.run(['pkcs15-tool', '-r', READER, '--read-certificate', '01'], wanted=0)[1]
    pem = pem[pem.index('-----BEGIN'):]
    with open(world.path('holder.pem'), 'w') as out:
        out.write(pem)
    output = world.run(['openssl', 'verify', '-CAfile', world.path('ca/ca.pem'),
                        world.path('holder.pem')], wanted=0)[1]
    check(': OK' in output, output)
    output = world.run(['openssl', 'x509', '-noout', '-subject', '-nameopt', 'utf8,sep_comma_plus',
                        '-in', world.path('holder.pem')], wanted=0)[1]
    check(f'CN={HOLDER}' in output and '10000000146' in output, output)


def test_pkcs11_lists(world):
    status, output = world.pkcs11('-O', pins=[])
    check(status == 0 and 'Certificate Object; type = X.509 cert' in output, output)


def test_explorer_verifies(world):
    output = world.explore(f'verify CHV1 "{WRONG}"')
    check('Incorrect code, 2 tries left' in output, output)
    output = world.explore(f'verify CHV1 "{FIRST}"')
    check('Code correct' in output, output)


def test_explorer_changes(world):
    output = world.explore(f'change CHV1 "{FIRST}" "{SECOND}"')
    check('PIN changed' in output, output)
    check(world.asks(SECOND) == 0 and world.asks(FIRST) == 1, 'the state file disagrees')
    output = world.explore(f'change CHV1 "{FIRST}" "{THIRD}"')
    check('Incorrect code' in output, output)
    output = world.run([CARD, 'info', world.file], wanted=0)[1]
    check('tries left: 2' in output, output)


def test_pkcs11_changes(world):
    status, output = world.pkcs11('--login', '--pin', 'env:ILK_TEST_PIN_0', '--change-pin',
                                  '--new-pin', 'env:ILK_TEST_PIN_1', pins=[SECOND, THIRD])
    check(status == 0 and 'PIN successfully changed' in output, output)
    check(world.asks(THIRD) == 0 and world.asks(SECOND) == 1, 'the state file disagrees')


def test_pkcs11_refuses(world):
    status, output = world.pkcs11('--login', '--pin', 'env:ILK_TEST_PIN_0', '--change-pin',
                                  '--new-pin', 'env:ILK_TEST_PIN_1', pins=[WRONG, SECOND])
    check(status != 0 and 'CKR_PIN_INCORRECT' in output, output)
    check(world.asks(THIRD) == 0, 'the state file disagrees')


def test_pkcs11_signs(world):
    with open(world.path('text'), 'w') as out:
        out.write('ilk imza\n')
    status, output = world.pkcs11('--login', '--pin', 'env:ILK_TEST_PIN_0', '--sign',
                                  '--mechanism', 'SHA256-RSA-PKCS', '--id', '01',
                                  '--input-file', world.path('text'),
                                  '--output-file', world.path('signature'), pins=[THIRD])
    check(status == 0, output)
    world.run(['openssl', 'x509', '-noout', '-pubkey', '-in', world.path('holder.pem'),
               '-out', world.path('key.pem')], wanted=0)
    output = world.run(['openssl', 'dgst', '-sha256', '-verify', world.path('key.pem'),
                        '-signature', world.path('signature'), world.path('text')], wanted=0)[1]
    check('Verified OK' in output, output)


def test_ilkimza_changes_and_signs(world):
    output = world.run([DRIVE, os.path.realpath(world.module), READER],
                       f'{THIRD}\n{FOURTH}\n{WRONG}\n', wanted=0)[1]
    check(f'holder {HOLDER}' in output and 'certificates 1' in output, output)
    check(world.asks(FOURTH) == 0 and world.asks(THIRD) == 1, 'the state file disagrees')


def test_blocks(world):
    for left in ('2 tries left', '1 tries left', '0 tries left'):
        output = world.explore(f'verify CHV1 "{WRONG}"')
        check(left in output, output)
    output = world.explore(f'verify CHV1 "{FOURTH}"')
    check('Code correct' not in output, output)
    check('blocked' in output.lower(), output)
    check(world.asks(FOURTH) == 3, 'the state file disagrees')


def sends(world, *commands):
    """What the card answers to commands that OpenSC only carries."""
    apdus = [word for command in commands for word in ('-s', command)]
    output = world.run(['opensc-tool', '-r', READER, '-c', 'default', *apdus])[1]
    return ''.join(re.findall(r'SW1=0x(..), SW2=0x(..)', output)[-1])


def test_carried_verify(world):
    check(sends(world, '0020000106' + WRONG.encode().hex()) == '63C2', 'a wrong PIN')
    check(sends(world, '0020000106' + FIRST.encode().hex()) == '9000', 'the right PIN')


def test_carried_change(world):
    def change(old, new):
        return '002401010E06' + old.encode().hex() + '06' + new.encode().hex()

    check(sends(world, change(FIRST, SECOND)) == '9000', 'a change')
    check(world.asks(SECOND) == 0 and world.asks(FIRST) == 1, 'the state file disagrees')
    check(sends(world, change(FIRST, THIRD)) == '63C2', 'a change with the wrong PIN')


# OpenSC has had no driver for AKİS since 0.25, so not on Debian 13: there it is asked to carry the
# commands that its driver would send.
CARRIED = [test_carried_verify, test_carried_change]

TESTS = [test_name, test_serial, test_files, test_pkcs15, test_certificate, test_pkcs11_lists,
         test_explorer_verifies, test_explorer_changes, test_pkcs11_changes, test_pkcs11_refuses,
         test_pkcs11_signs, test_ilkimza_changes_and_signs, test_blocks]


def run_tests(world, tests):
    failures = 0
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            test(world)
            print(f'ok {number} {test.__name__}', flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            failures += 1
            print(f'not ok {number} {test.__name__}')
            for line in str(problem).split('\n'):
                print(f'# {line}', flush=True)
    return failures


def main():
    for tool in ('opensc-tool', 'opensc-explorer', 'pkcs15-tool', 'pkcs11-tool', 'openssl'):
        if shutil.which(tool) is None:
            skip_all(f'{tool} is not installed')
    World.module = next((path for path in MODULES if os.path.exists(path)), None)
    if World.module is None:
        skip_all("OpenSC's PKCS#11 module is not installed")

    world = World()
    knows_akis = 'akis' in world.run(['opensc-tool', '--list-drivers'])[1]
    player = subprocess.Popen([CARD, 'insert', world.file], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        line = player.stdout.readline()
        if line != f'inserted {SERIAL}\n':
            print(f'Bail out! the card was not inserted: {line}')
            return 1
        wait_for_card(world)
        return 1 if run_tests(world, TESTS if knows_akis else CARRIED) else 0
    finally:
        player.stdin.close()
        player.wait(SECONDS)
        shutil.rmtree(world.folder)


sys.exit(main())
