#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ilkimza-service is killed (SIGKILL) at each of the write points below, while several holders walk
through it, and started again. Each holder's program does what the real one does: it asks again, with
the same idempotency key. At the end nothing is half done, no code was good for two, every message of
what was accepted is in the spool once and none of what was not, and the audit log is whole.

With ILK_TEST_POSTGRES (see with-postgres) the service stores in PostgreSQL, else in SQLite.

  kills.py SERVICE CARD-TOOL [POINT...]
"""
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SERVICE, CARD_TOOL = sys.argv[1:3]
PATIENCE = 30
CAPTCHAS = 100
WORD = 'mavi-Bisiklet-Yolu-58'

# Where the service is killed (ilk_crash_point () in its source), and between which two writes that
# is. "#2" is the second time that the place comes by.
POINTS = [
    ('statement#60', 'in a transaction, early: of a login'),
    ('statement#171', 'in a transaction, later'),
    ('statement#333', 'in a transaction, among many'),
    ('commit#9', 'all of a transaction is written, none of it kept'),
    ('committed#14', 'it is kept, and nobody was told'),
    ('commit#45', 'the same, later'),
    ('committed#52', 'the same, later'),
    ('before-commit: POST /v1/sessions/current/sms#2', 'a code and its message, not kept'),
    ('after-commit: POST /v1/sessions/current/sms#2', 'a code and its message, kept and not sent'),
    ('before-commit: PUT /v1/sessions/current/sms', 'a code is used up and a session opened: not kept'),
    ('after-commit: PUT /v1/sessions/current/sms#3', 'used up and opened, and nobody was told'),
    ('before-commit: PUT /v1/operations/*/confirmations', 'an operation is confirmed, not kept'),
    ('after-commit: PUT /v1/operations/*/confirmations', 'confirmed, and nobody was told'),
    ('before-commit: DELETE /v1/cards/*/pin', 'a PIN is erased, with its notices: not kept'),
    ('after-commit: DELETE /v1/cards/*/pin', 'erased, and the notices not sent'),
    ('before-commit: POST /v1/certificates/*/suspension#2', 'a state has changed: not kept'),
    ('after-commit: POST /v1/certificates/*/suspension#2', 'changed, and the notices not sent'),
    ('before-commit: POST /v1/security-word-resets', 'a link and its mail, not kept'),
    ('after-commit: POST /v1/security-word-resets', 'a link and its mail, kept and not sent'),
    ('outbox.leased#2', 'a message is about to be sent'),
    ('spool.draft#3', 'it is written, and has no name'),
    ('spool.published#2', 'it has its name, and its row is still there'),
    ('outbox.handed-over#4', 'it was handed over, and its row is still there'),
]


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class SqliteStore:
    """A database that is copied from one with the holders in it."""

    def __init__(self, folder, name, template=None):
        self.address = os.path.join(folder, name)
        if template:
            shutil.copy(template.address, self.address)

    def read(self, statement):
        database = sqlite3.connect(self.address, timeout=PATIENCE)
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def write(self, statements):
        database = sqlite3.connect(self.address, timeout=PATIENCE)
        with database:
            for statement in statements:
                database.execute(statement)
        database.close()

    @staticmethod
    def blob(data):
        return f"X'{data.hex()}'"

    def check(self):
        assert self.read('PRAGMA integrity_check') == [('ok',)]
        assert self.read('PRAGMA foreign_key_check') == []


class PostgresStore:
    def __init__(self, folder, name, template=None):
        self.server = os.environ['ILK_TEST_POSTGRES']
        self.name = re.sub('[^a-z0-9]', '_', f'{os.path.basename(folder)}_{name}'.lower())
        self.address = self.server % self.name
        self.ask(self.server % 'postgres', [f'CREATE DATABASE {self.name}' +
                                            (f' TEMPLATE {template.name}' if template else '')])

    @staticmethod
    def ask(address, statements, *options):
        arguments = [word for statement in statements for word in ('-c', statement)]
        return subprocess.run(['psql', '-XqAt', '-F', '\t', '-v', 'ON_ERROR_STOP=1', *options, *arguments, address],
                              check=True, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    def read(self, statement):
        lines = self.ask(self.address, [statement]).splitlines()
        return [tuple(int(word) for word in line.split('\t')) for line in lines]

    def write(self, statements):
        self.ask(self.address, statements, '--single-transaction')

    @staticmethod
    def blob(data):
        return f"'\\x{data.hex()}'"

    def check(self):
        """What SQLite's pragmas look at, PostgreSQL looks at itself."""


Store = PostgresStore if 'ILK_TEST_POSTGRES' in os.environ else SqliteStore


class Service:
    """The program with a database, keys and a spool of its own."""

    def __init__(self, folder, made, template):
        self.folder = folder
        self.store = Store(folder, 'store.db', template)
        self.keys = os.path.join(folder, 'keys')
        self.spool = os.path.join(folder, 'spool')
        self.config = os.path.join(folder, 'config')
        self.socket = os.path.join(folder, 'socket')
        shutil.copytree(os.path.join(made, 'set', 'keys'), self.keys)
        os.mkdir(self.spool, 0o700)
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write('[Portal]\naddress=https://card.example\n[Limits]\n'
                       'login-burst=1000\nmessage-burst=1000\nother-burst=10000\n')
        with open(os.path.join(self.keys, 'index-key'), 'rb') as file:
            self.index_key = file.read()
        self.captchas = self.make_captchas()
        self.process = None

    def start(self, point=None):
        environment = {**os.environ, **({'ILK_CRASH_POINT': point} if point else {})}
        log = open(os.path.join(self.folder, 'log'), 'ab')
        self.process = subprocess.Popen(
            [SERVICE, 'serve', '--config', self.config, '--database', self.store.address,
             '--credentials', self.keys, '--spool', self.spool, '--socket', self.socket],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def end_leases(self):
        """Whoever held one is dead; as if its minute had passed."""
        self.store.write(['UPDATE outbox SET lease_until = 0'])

    def make_captchas(self):
        """Some whose text is known here: a program can't read the pictures. Made before the service
        runs, so that nobody else writes while it comes back."""
        names = [os.urandom(11).hex() for _ in range(CAPTCHAS)]
        statements = []
        for name in names:
            mac = hmac.new(self.index_key, b'captcha\0' + name.encode() + b'\0ACDEFH\0', hashlib.sha256)
            statements.append(f"INSERT INTO captchas (id, mac, expires) VALUES ('{name}',"
                              f" {self.store.blob(mac.digest())}, {int(time.time()) + 600})")
        self.store.write(statements)
        return names

    def new_captcha(self):
        return {'id': self.captchas.pop(), 'text': 'ACDEFH'}

    def messages(self):
        """What is in the spool, in the order in which it came there."""
        with os.scandir(self.spool) as entries:
            files = [entry for entry in entries if not entry.name.startswith('.')]
        found = []
        for entry in sorted(files, key=lambda file: file.stat().st_mtime_ns):
            with open(entry.path, encoding='utf-8') as file:
                found.append(json.load(file))
        return found

    def verify_audit(self):
        return subprocess.run([SERVICE, 'audit', 'verify', '--database', self.store.address,
                               '--credentials', self.keys], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, check=False).returncode

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


def wait_for(look, what):
    """Until look () finds something."""
    pause = threading.Event()
    for _ in range(PATIENCE * 200):
        found = look()
        if found:
            return found
        pause.wait(0.005)
    raise AssertionError(f'waited in vain for {what}')


class Holder:
    """One holder's program: asks again when the service is gone meanwhile."""

    def __init__(self, service, record):
        self.service = service
        self.record = record
        self.word = record['security_word']
        self.codes = 0        # that were accepted for sending
        self.notices = 0      # acts that tell the holder
        self.links = 0
        self.used = []        # codes that were taken, with the call that took them
        self.seen = set()
        self.failure = None

    def once(self, method, path, body, headers):
        connection = Connection(self.service.socket)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def ask(self, method, path, body=None, token=None):
        """The answer, and whether it had to be asked again."""
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'en',
                   'Idempotency-Key': os.urandom(16).hex()}
        if token:
            headers['Authorization'] = f'Bearer {token}'
        answer = self.once(method, path, body, headers)
        if answer:
            return *answer, False
        return *wait_for(lambda: self.once(method, path, body, headers), f'{method} {path}'), True

    def find_messages(self, kind):
        to = self.record['phone' if kind == 'sms' else 'email']
        return [message for message in self.service.messages()
                if message['type'] == kind and message['to'] == to]

    def code(self):
        def look():
            return [message for message in self.find_messages('sms')
                    if message['code'] and message['message'] not in self.seen]
        found = wait_for(look, 'a code')
        self.seen.update(message['message'] for message in found)
        return found[-1]['code']

    def use_code(self, path, token):
        """TRUE: taken. FALSE: it had been taken, and the answer was lost."""
        code = self.code()
        status, answer, again = self.ask('PUT', path, {'code': code}, token)
        if status not in (200, 204) and not again:
            raise AssertionError(f'{path}: {status} {answer}')
        self.used.append((path, token, code))
        return answer if status in (200, 204) else None

    def attempt(self):
        while True:
            status, attempt, again = self.ask('POST', '/v1/sessions', {
                'kind': 'password', 'identity_number': self.record['identity_number'],
                'captcha': self.service.new_captcha(), 'security_word': self.word})
            if status == 201:
                return attempt['token']
            assert again and attempt['code'].startswith('captcha.'), attempt

    def session(self):
        while True:
            token = self.attempt()
            status, sent, _ = self.ask('POST', '/v1/sessions/current/sms', {}, token)
            assert status == 202, sent
            self.codes += 1
            session = self.use_code('/v1/sessions/current/sms', token)
            if session:
                return session['token']

    def erase(self, token, serial):
        while True:
            status, operation, _ = self.ask('POST', '/v1/operations', {
                'kind': 'pin-deletion', 'card_serial': serial, 'phrase': 'DELETE'}, token)
            assert status == 201, operation
            path = f'/v1/operations/{operation["id"]}/confirmations'
            status, sent, _ = self.ask('POST', path, {'method': 'sms'}, token)
            assert status == 202, sent
            self.codes += 1
            self.use_code(path, token)
            status, erased, _ = self.ask('DELETE', f'/v1/cards/{serial}/pin?operation={operation["id"]}',
                                         None, token)
            assert status == 200, erased
            self.notices += 1
            return

    def suspend(self, token, certificate):
        status, answer, _ = self.ask('POST', f'/v1/certificates/{certificate}/suspension', {}, token)
        assert status == 200, answer
        self.notices += 1

    def reset(self):
        """A forgotten word: each link that was accepted comes by mail, and the newest works."""
        while True:
            status, answer, again = self.ask('POST', '/v1/security-word-resets', {
                'identity_number': self.record['identity_number'],
                'captcha': self.service.new_captcha()})
            if status == 202:
                self.links += 1
                break
            # It was kept, and the answer lost: the picture is used up, and a mail must come.
            assert again and answer['code'] == 'captcha.expired', answer
            self.links += 1

        def look():
            mails = [mail for mail in self.find_messages('mail') if '/guvenlik-sozcugu/' in mail['text']]
            return mails if len(mails) == self.links else None
        self.use_links(wait_for(look, 'a link'))
        self.notices += 1
        self.word = WORD
        self.attempt()

    def use_links(self, mails):
        """Only the newest one is good; which that is the mails don't tell."""
        taken, lost = 0, False
        for mail in mails:
            link = re.search(r'/guvenlik-sozcugu/([^?\s]+)', mail['text']).group(1)
            status, answer, again = self.ask('PUT', '/v1/security-word-resets/current',
                                             {'security_word': WORD}, link)
            assert status == 204 or answer['code'] == 'reset.gone', answer
            taken += status == 204
            lost = lost or again
        assert taken == 1 or (taken == 0 and lost), f'{taken} links were good'

    def walk(self):
        if self.record['id'] == 'pinless':
            self.reset()
        token = self.session()
        status, cards, _ = self.ask('GET', '/v1/cards', None, token)
        assert status == 200, cards
        for card in cards['cards']:
            if card['pin_held']:
                self.erase(token, card['serial'])
                break
        for card in cards['cards']:
            if card['certificate']['state'] == 'active' and self.record['id'] != 'expired':
                self.suspend(token, card['certificate']['serial'])

    def run(self):
        try:
            self.walk()
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def check(self):
        if self.failure:
            raise self.failure
        for path, token, code in self.used:
            status, _, _ = self.ask('PUT', path, {'code': code}, token)
            assert 400 <= status < 500, f'a code was good for two: {path}'

    def check_messages(self):
        texts = self.find_messages('sms')
        mails = self.find_messages('mail')
        codes = [message for message in texts if message['code']]
        links = [mail for mail in mails if '/guvenlik-sozcugu/' in mail['text']]
        for name, found, wanted in (('codes', len(codes), self.codes), ('links', len(links), self.links),
                                    ('notices', len(texts) - len(codes), self.notices),
                                    ('mailed notices', len(mails) - len(links), self.notices)):
            assert found == wanted, f'{self.record["id"]}: {found} {name} in the spool, not {wanted}'


def check_database(service):
    """What belongs together is there together."""
    service.store.check()
    assert service.store.read('SELECT count(*) FROM outbox') == [(0,)], 'a message waits'

    def count(statement):
        return service.store.read(statement)[0][0]

    def audited(what):
        return count(f"SELECT count(*) FROM audit WHERE what = '{what}' AND outcome = 'done'")
    assert audited('login.sms') == count(
        'SELECT count(*) FROM sessions WHERE is_full = 1'), 'logins'
    assert audited('sms.send') == count('SELECT count(*) FROM sms_sends'), 'codes'
    assert audited('certificate.suspension') == count(
        "SELECT count(*) FROM certificates WHERE state = 'suspended'") - service.suspended, 'states'
    assert audited('pin.deletion') == service.held - count('SELECT count(*) FROM pins'), 'PINs'
    assert audited('security-word.reset') == count('SELECT count(*) FROM resets WHERE used = 1'), 'links'


def check_point(point, made, holders, template):
    folder = tempfile.mkdtemp(prefix='ilk-kill-', dir=made)
    service = Service(folder, made, template)
    service.held = service.store.read('SELECT count(*) FROM pins')[0][0]
    service.suspended = service.store.read(
        "SELECT count(*) FROM certificates WHERE state = 'suspended'")[0][0]
    walkers = [Holder(service, record) for record in holders]
    threads = [threading.Thread(target=walker.run) for walker in walkers]
    service.start(point)
    try:
        for thread in threads:
            thread.start()
        status = service.process.wait(PATIENCE)
        assert status == -9, f'it was not killed, but ended with {status}'
        service.end_leases()
        service.start()
        for thread in threads:
            thread.join()
        for walker in walkers:
            walker.check()
        wait_for(lambda: service.store.read('SELECT count(*) FROM outbox') == [(0,)], 'the outbox')
        service.stop()
        for walker in walkers:
            walker.check_messages()
        check_database(service)
        assert not [name for name in os.listdir(service.spool) if name.startswith('.')], 'drafts'
        assert service.verify_audit() == 0, 'the audit log'
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
    shutil.rmtree(folder)


def make_all(folder):
    """One set of holders, imported once."""
    path = os.path.join(folder, 'set')
    os.mkdir(path, 0o700)
    made = subprocess.run([CARD_TOOL, 'practice-set', path], check=True, text=True,
                          stdout=subprocess.PIPE)
    template = Store(folder, 'made')
    subprocess.run([SERVICE, 'import', '--database', template.address, '--credentials',
                    os.path.join(path, 'keys'), os.path.join(path, 'handover.jsonl')], check=True,
                   stdout=subprocess.DEVNULL)
    records = [json.loads(line) for line in made.stdout.splitlines()]
    return [record for record in records if record['id'] not in ('several-2', 'printed-word')], template


def main():
    points = [point for point in POINTS if not sys.argv[3:] or point[0] in sys.argv[3:]]
    print(f'1..{len(points)}', flush=True)
    good = True
    folder = tempfile.mkdtemp(prefix='ilk-kills-')
    try:
        holders, template = make_all(folder)
        for number, (point, meaning) in enumerate(points, 1):
            began = time.monotonic()
            try:
                check_point(point, folder, holders, template)
                print(f'ok {number} {point.replace("#", " no. ")}: {meaning}')
            except Exception as error:  # pylint: disable=broad-except
                good = False
                print(f'not ok {number} {point.replace("#", " no. ")}: {meaning}')
                print(f'# {error!r}')
            print(f'# {time.monotonic() - began:.2f} s', flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if good else 1


sys.exit(main())
