#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three instances of ilkimza-service on one PostgreSQL behind nginx answer as one alone does, and go
on when one of them is killed.

  with-postgres instances.py SERVICE CARD-TOOL
"""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

SERVICE, CARD_TOOL = sys.argv[1:3]
PATIENCE = 30

NGINX = '''
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
worker_processes 1;
{user}
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream instances {{
{servers}
  }}
  server {{
    listen unix:{folder}/nginx.sock;
    location / {{
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Connection "";
    }}
  }}
}}
'''


class Instance:
    def __init__(self, folder, data, database, number):
        self.path = os.path.join(folder, f'{number}.sock')
        self.messages = []
        self.arrived = threading.Condition()
        self.channel, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [SERVICE, '--practice', '--data', data, '--socket', self.path, '--database', database,
             '--channel-fd', str(theirs.fileno())], pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL)
        theirs.close()
        threading.Thread(target=self.listen, daemon=True).start()
        self.wait(lambda message: message['type'] == 'ready')

    def listen(self):
        with self.channel.makefile(encoding='utf-8') as lines:
            for line in lines:
                with self.arrived:
                    self.messages.append(json.loads(line))
                    self.arrived.notify_all()

    def find(self, wanted):
        return next((message for message in self.messages if wanted(message)), None)

    def wait(self, wanted):
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.find(wanted), PATIENCE), 'no such message'
            return self.find(wanted)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.channel.shutdown(socket.SHUT_RDWR)
            self.process.wait(PATIENCE)


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Client:
    """Speaks to one address; reads codes from whichever instance sent them."""

    def __init__(self, path, instances):
        self.path = path
        self.instances = instances
        self.seen = []
        self.broken = 0

    def once(self, method, path, body, headers):
        connection = Connection(self.path)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, body=None, token=None):
        """As the program does, a request that a dying instance dropped is asked again, with the same
        key."""
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'en',
                   'Idempotency-Key': os.urandom(16).hex()}
        if token:
            headers['Authorization'] = f'Bearer {token}'
        status, text = self.once(method, path, body, headers)
        for _ in range(10):
            if status != 502:
                break
            self.broken += 1
            status, text = self.once(method, path, body, headers)
        answer = json.loads(text) if text else None
        self.seen.append((method, re.sub(r'/[^/]{16,}', '/*', path), status, shape(answer)))
        return status, answer

    def message(self, wanted):
        """The newest of all instances, which come in their own order: the one asked for."""
        found = []

        def look():
            found.extend(message for instance in self.instances
                         for message in list(instance.messages) if wanted(message))
            return found
        deadline = threading.Event()
        for _ in range(PATIENCE * 100):
            if look():
                return found[-1]
            deadline.wait(0.01)
        raise AssertionError('no such message')

    def log_in(self, holder, word=None):
        _, captcha = self.ask('POST', '/v1/captchas', {})
        picture = self.message(lambda message: message.get('id') == captcha['id'])
        return self.ask('POST', '/v1/sessions', {
            'kind': 'password', 'identity_number': holder['identity_number'],
            'captcha': {'id': captcha['id'], 'text': picture['answer']},
            'security_word': word or holder['security_word']})

    def count_codes(self):
        return sum(message['type'] == 'sms' for instance in self.instances
                   for message in list(instance.messages))

    def code(self, known):
        """The newest code, when it is there; one holder asks for one at a time here."""
        deadline = threading.Event()
        for _ in range(PATIENCE * 100):
            if self.count_codes() > known:
                break
            deadline.wait(0.01)
        codes = [message for instance in self.instances for message in list(instance.messages)
                 if message['type'] == 'sms' and message['code'] not in self.used and
                 message['code']]
        self.used.update(message['code'] for message in codes)
        return codes[-1]['code']

    used = set()

    def session(self, holder):
        status, attempt = self.log_in(holder)
        assert status == 201, attempt
        known = self.count_codes()
        status, sent = self.ask('POST', '/v1/sessions/current/sms', {}, attempt['token'])
        assert status == 202, sent
        status, session = self.ask('PUT', '/v1/sessions/current/sms', {'code': self.code(known)},
                                   attempt['token'])
        assert status == 200, session
        return session['token']


def shape(answer):
    """An answer without what differs each time."""
    if isinstance(answer, dict):
        return {name: shape(value) for name, value in sorted(answer.items())}
    if isinstance(answer, list):
        return [shape(value) for value in answer]
    if isinstance(answer, int) and answer > 10 ** 9:
        return 'a time'
    if isinstance(answer, str) and (len(answer) > 15 and ' ' not in answer):
        return '…'
    return answer


def walk(client, holders):
    """A road through the service with rights and wrongs."""
    holder = holders[0]
    client.log_in(holder, 'a wrong security word')
    token = client.session(holder)
    _, cards = client.ask('GET', '/v1/cards', None, token)
    serial = cards['cards'][0]['serial']
    certificate = cards['cards'][0]['certificate']['serial']
    client.ask('GET', '/v1/certificates', None, token)
    client.ask('POST', f'/v1/certificates/{certificate}/activation', {}, token)
    client.ask('POST', f'/v1/certificates/{certificate}/activation', {}, token)
    _, operation = client.ask('POST', '/v1/operations',
                              {'kind': 'pin-deletion', 'card_serial': serial, 'phrase': 'DELETE'}, token)
    pin = f'/v1/cards/{serial}/pin?operation={operation["id"]}'
    client.ask('DELETE', pin, None, token)
    known = client.count_codes()
    client.ask('POST', f'/v1/operations/{operation["id"]}/confirmations', {'method': 'sms'}, token)
    client.ask('PUT', f'/v1/operations/{operation["id"]}/confirmations', {'code': client.code(known)},
               token)
    client.ask('DELETE', pin, None, token)
    client.ask('POST', f'/v1/certificates/{certificate}/suspension', {}, token)
    client.ask('GET', f'/v1/certificates/{certificate}', None, token)
    client.ask('DELETE', '/v1/sessions/current', None, token)
    client.ask('GET', '/v1/cards', None, token)
    for _ in range(4):
        client.log_in(holders[1], 'a wrong security word')
    client.log_in({'identity_number': '11111111110', 'security_word': 'nobody has this number'})
    return client.seen


def start_nginx(folder, instances):
    servers = '\n'.join(f'    server unix:{instance.path} max_fails=1 fail_timeout=60s;'
                        for instance in instances)
    user = 'user root;' if os.geteuid() == 0 else ''
    config = os.path.join(folder, 'nginx.conf')
    with open(config, 'w', encoding='utf-8') as file:
        file.write(NGINX.format(folder=folder, servers=servers, user=user))
    program = shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin')
    process = subprocess.Popen([program, '-p', folder, '-c', config,
                                '-e', os.path.join(folder, 'error.log')], stdin=subprocess.DEVNULL)
    pause = threading.Event()
    path = os.path.join(folder, 'nginx.sock')
    for _ in range(PATIENCE * 100):
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(path) == 0:
                return process, path
        pause.wait(0.01)
    raise AssertionError('nginx does not answer')


def make_set(folder, name):
    path = os.path.join(folder, name)
    os.mkdir(path, 0o700)
    made = subprocess.run([CARD_TOOL, 'practice-set', path], check=True, text=True,
                          stdout=subprocess.PIPE)
    return path, [json.loads(line) for line in made.stdout.splitlines()]


def make_database(name):
    address = os.environ['ILK_TEST_POSTGRES']
    subprocess.run(['psql', '-q', '-c', f'CREATE DATABASE {name}', address % 'postgres'], check=True)
    return address % name


def report(number, good, what):
    print(f'{"ok" if good else "not ok"} {number} {what}', flush=True)
    return good


def check_same(folder, started):
    """One alone, then three behind nginx, on the same made-up holders and fresh databases."""
    data, holders = make_set(folder, 'set')
    alone = Instance(folder, data, make_database('alone'), 0)
    started.append(alone)
    one = walk(Client(alone.path, [alone]), holders)
    three = [Instance(folder, data, make_database('three') if number == 1 else
                      os.environ['ILK_TEST_POSTGRES'] % 'three', number) for number in (1, 2, 3)]
    started.extend(three)
    nginx, path = start_nginx(folder, three)
    started.append(nginx)
    many = walk(Client(path, three), holders)
    for before, after in zip(one, many):
        if before != after:
            print(f'# alone: {before}\n# three: {after}')
    good = one == many and len(one) > 20
    return good, three, path, holders


def wait_for_answers(answers, count):
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        if len(answers) >= count:
            return
        pause.wait(0.01)
    raise AssertionError(f'only {len(answers)} answers')


def check_kill(three, path, holders):
    """Sessions opened before go on; nothing that was answered is lost."""
    client = Client(path, three)
    token = client.session(holders[2])
    running = threading.Event()
    answers = []

    def load():
        while not running.is_set():
            answers.append(client.ask('GET', '/v1/cards', None, token)[0])
    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for_answers(answers, 100)
    three[1].kill()
    wait_for_answers(answers, len(answers) + 300)
    running.set()
    for thread in threads:
        thread.join()
    print(f'# {len(answers)} answers, {client.broken} of them asked again')
    return set(answers) == {200}


def verify_audit(data):
    done = subprocess.run([SERVICE, 'audit', 'verify', '--database',
                           os.environ['ILK_TEST_POSTGRES'] % 'three', '--credentials',
                           os.path.join(data, 'keys')], text=True, stdout=subprocess.PIPE, check=False)
    print(f'# {done.stdout.strip()}')
    return done.returncode == 0


def main():
    started = []
    folder = tempfile.mkdtemp(prefix='ilk-three-')
    print('1..3')
    good = False
    try:
        good, three, path, holders = check_same(folder, started)
        good = report(1, good, 'three instances answer as one alone')
        good = report(2, check_kill(three, path, holders), 'one is killed, the others go on') and good
        good = report(3, verify_audit(os.path.join(folder, 'set')), 'every audit chain is whole') and good
        return 0 if good else 1
    finally:
        for process in reversed(started):
            if isinstance(process, Instance):
                process.stop()
            else:
                process.terminate()
                process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
