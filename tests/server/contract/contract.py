#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of the OpenAPI file over HTTP, with valid, invalid and hostile requests: no answer
breaks the schema, and no status is 5xx.

  contract.py SERVICE CARD-TOOL ROUTES API.yaml

With ILK_TEST_POSTGRES (see with-postgres) the service stores in PostgreSQL, else in SQLite. ROUTES
prints the service's table of routes. ILK_CONTRACT_SEED and ILK_CONTRACT_ROUNDS (requests for each
operation) change what is generated.
"""
import base64
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generate  # noqa: E402
import schema  # noqa: E402
from roads import ROADS, Caller  # noqa: E402
from service import Instance, ask  # noqa: E402

SERVICE, CARD_TOOL, ROUTES, API = sys.argv[1:5]
SEED = int(os.environ.get('ILK_CONTRACT_SEED', '2026'))
ROUNDS = int(os.environ.get('ILK_CONTRACT_ROUNDS', '60'))


def openssl(*arguments, **options):
    return subprocess.run(['openssl', *arguments], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def make_ocsp_signer(data):
    """A certificate that may answer for the practice issuer's authority."""
    ca, keys = os.path.join(data, 'ca'), os.path.join(data, 'keys')
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
            'ocsp-signer-key.pem', '-out', 'ocsp.csr', '-subj', '/CN=Test OCSP', cwd=keys)
    with open(os.path.join(keys, 'ocsp.ext'), 'w', encoding='ascii') as file:
        file.write('extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n')
    openssl('x509', '-req', '-in', 'ocsp.csr', '-CA', os.path.join(ca, 'ca.pem'), '-CAkey',
            os.path.join(ca, 'ca-key.pem'), '-CAcreateserial', '-out', 'ocsp-signer.pem', '-days', '2',
            '-extfile', 'ocsp.ext', '-CAserial', 'serial', cwd=keys)
    shutil.copy(os.path.join(ca, 'ca.pem'), os.path.join(keys, 'ocsp-issuer.pem'))
    for name in ('ocsp.csr', 'ocsp.ext', 'serial'):
        if os.path.exists(os.path.join(keys, name)):
            os.unlink(os.path.join(keys, name))
    for name in ('ocsp-signer.pem', 'ocsp-signer-key.pem', 'ocsp-issuer.pem'):
        os.chmod(os.path.join(keys, name), 0o600)


class Bench:
    def __init__(self):
        self.api = schema.Api(API)
        self.folder = tempfile.mkdtemp(prefix='ilk-contract-')
        self.data = os.path.join(self.folder, 'set')
        os.mkdir(self.data, 0o700)
        made = subprocess.run([CARD_TOOL, 'practice-set', self.data], check=True, text=True,
                              stdout=subprocess.PIPE)
        self.holders = {holder['id']: holder for holder in map(json.loads, made.stdout.splitlines())}
        self.add_printed_word()
        make_ocsp_signer(self.data)
        self.instance = Instance(SERVICE, self.folder, self.data, self.make_database())
        self.answers = collections.defaultdict(collections.Counter)   # operation -> status -> count
        self.faults = []

    def add_printed_word(self):
        """A holder who has the word of the application form still."""
        word = 'formdaki-sözcük-15'
        subprocess.run([CARD_TOOL, 'make', '--holder', 'Deneme Stajyer', '--identity-number', '10000000146',
                        '--pin', 'none', '--security-word', 'stdin', '--word-is-printed', '--ca',
                        os.path.join(self.data, 'ca'), '--keys', os.path.join(self.data, 'keys'), '--out',
                        os.path.join(self.folder, 'printed.card'), '--handover',
                        os.path.join(self.data, 'handover.jsonl')], check=True, text=True, input=word + '\n',
                       stdout=subprocess.DEVNULL)
        self.holders['printed'] = {'identity_number': '10000000146', 'security_word': word}

    @staticmethod
    def make_database():
        address = os.environ.get('ILK_TEST_POSTGRES')
        return address % 'postgres' if address else None

    def look_at(self, operation, status, headers, body, what):
        self.answers[operation.id][status] += 1
        for fault in schema.look_at(self.api, operation, status, headers, body):
            self.faults.append(f'{operation.method} {operation.path}: {fault} ({what})')

    def stop(self):
        self.instance.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def check_file(bench):
    bench.api.check()


def check_routes(bench):
    """The table of routes and the file name the same operations."""
    listed = subprocess.run([ROUTES], check=True, text=True, stdout=subprocess.PIPE).stdout.split('\n')
    in_program = {line for line in listed if line}
    in_file = {f'{operation.method} {re.sub(r"{[^}]+}", "*", operation.path)}'
               for operation in bench.api.operations}
    assert in_program == in_file, sorted(in_program ^ in_file)


def check_roads(bench):
    """Each operation succeeds as its description says."""
    for road in ROADS:
        road(Caller(bench, bench.instance))
        bench.instance.advance(1000)
    missing = [operation.id for operation in bench.api.operations
               if not any(status < 300 for status in bench.answers[operation.id])]
    assert not missing, f'these never succeeded: {missing}'
    assert not bench.faults, bench.faults[:5]


def get_tokens(bench):
    caller = Caller(bench, bench.instance)
    attempt = caller.begin_login(bench.holders['several'])
    return [caller.session(bench.holders['ready']), caller.session(bench.holders['several']), attempt]


def check_generated(bench):
    """Requests by chance; the seed is printed, so that a fault can be had again."""
    chance = random.Random(SEED)
    generator = generate.Generator(bench.api, chance)
    known = {'{serial}': [holder['card_serial'] for holder in bench.holders.values() if 'card_serial' in holder],
             '{id}': ['A' * 22, base64.urlsafe_b64encode(chance.randbytes(16)).decode().rstrip('=')]}
    print(f'# seed {SEED}, {ROUNDS} for each of {len(bench.api.operations)} operations')
    for turn in range(ROUNDS):
        if turn % 20 == 0:
            bench.instance.advance(20000)   # or a holder would get no more codes
            tokens = get_tokens(bench)
        for operation in bench.api.operations:
            target = generator.target(operation, known)
            body = generator.body(operation)
            headers = generator.headers(operation, tokens)
            if operation.id in ('logOut', 'verifyLoginSms'):
                headers.pop('Authorization', None)   # the sessions are still needed
            answer = ask(bench.instance.path, operation.method, target, body, headers)
            if answer is None:
                continue
            meant = [other for other in bench.api.operations
                     if other.method == operation.method and other.form.match(target.split('?')[0])]
            what = f'{target[:60]!r} {(body or b"")[:120]!r}'
            if meant:
                bench.look_at(meant[0], *answer, what)
            elif answer[0] >= 500 or answer[1].get('Cache-Control') != 'no-store':
                bench.faults.append(f'{operation.method} besides {operation.path}: {answer[0]} ({what})')
    assert not bench.faults, '\n# '.join(bench.faults[:8])


def check_alive(bench):
    status, _, _ = ask(bench.instance.path, 'GET', '/readyz', None, {})
    assert status == 200 and bench.instance.process.poll() is None
    bench.instance.advance(2000)
    Caller(bench, bench.instance).session(bench.holders['blocked'])


CHECKS = [check_file, check_routes, check_roads, check_generated, check_alive]


def main():
    bench = Bench()
    failed = 0
    print(f'1..{len(CHECKS)}', flush=True)
    try:
        for number, check in enumerate(CHECKS, 1):
            try:
                check(bench)
                print(f'ok {number} {check.__name__}', flush=True)
            except (AssertionError, OSError) as error:
                failed += 1
                print(f'not ok {number} {check.__name__}\n# {error}', flush=True)
        counts = collections.Counter()
        for statuses in bench.answers.values():
            counts.update(statuses)
        print('# answers: ' + ', '.join(f'{status}: {count}' for status, count in sorted(counts.items())))
    finally:
        bench.stop()
    return 1 if failed else 0


sys.exit(main())
