#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much ilkimza-service does beside the least that could be done, in one run: password logins
beside Argon2id alone, other requests beside libsoup that says hello, and its memory before and after.
Needs wrk. Not part of the tests.

With numbers of holders it measures the same with so many in the store, each beside the first.

  service-load.py BUILD-FOLDER [SECONDS [HOLDERS...]]     as in: build 8 1000 100000 1000000
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'server', 'contract'))

from service import ask  # noqa: E402

BUILD = sys.argv[1]
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 8
SIZES = [int(size) for size in sys.argv[3:]]
CORES = os.cpu_count()
LIMITS = '\n'.join(f'{name}={value}' for kind, many in (('login', 'logins'), ('captcha', 'captchas'),
                                                        ('message', 'messages'), ('other', 'others'))
                   for name, value in ((f'{kind}-per-minute', 1000000), (f'{kind}-burst', 1000000),
                                       (f'all-{many}-per-minute', 100000000),
                                       (f'all-{many}-burst', 100000000)))


class Service:
    """In practice mode, by TCP, with limits that are not reached."""

    def __init__(self, folder):
        self.set = os.path.join(folder, 'set')
        os.mkdir(self.set, 0o700)
        made = subprocess.run([os.path.join(BUILD, 'src/virtual/ilkimza-card'), 'practice-set', self.set],
                              check=True, text=True, stdout=subprocess.PIPE)
        self.holders = [json.loads(line) for line in made.stdout.splitlines()]
        config = os.path.join(folder, 'config')
        with open(config, 'w', encoding='ascii') as file:
            file.write(f'[Limits]\n{LIMITS}\n')
        self.path = os.path.join(folder, 'socket')
        self.database = os.path.join(folder, 'store.db')
        self.size = len(self.holders)
        self.channel, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [os.path.join(BUILD, 'src/server/ilkimza-service'), '--practice', '--data', self.set, '--socket',
             self.path, '--listen', '127.0.0.1:0', '--channel-fd', str(theirs.fileno()), '--config', config,
             '--database', self.database],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self.lines = self.channel.makefile(encoding='utf-8')
        self.address = self.read('ready')['address']

    def read(self, kind):
        while True:
            message = json.loads(self.lines.readline())
            if message['type'] == kind and (kind != 'sms' or message['code']):
                return message

    def call(self, method, path, body, token=None):
        headers = {'Content-Type': 'application/json', 'Idempotency-Key': os.urandom(8).hex()}
        if token:
            headers['Authorization'] = f'Bearer {token}'
        status, _, text = ask(self.path, method, path, json.dumps(body).encode(), headers)
        return status, json.loads(text) if text else None

    def login_body(self, holder):
        drawn = self.call('POST', '/v1/captchas', {})[1]
        return {'kind': 'password', 'identity_number': holder['identity_number'],
                'captcha': {'id': drawn['id'], 'text': self.read('captcha')['answer']},
                'security_word': holder['security_word']}

    def token(self, holder):
        attempt = self.call('POST', '/v1/sessions', self.login_body(holder))[1]['token']
        self.call('POST', '/v1/sessions/current/sms', {}, attempt)
        return self.call('PUT', '/v1/sessions/current/sms', {'code': self.read('sms')['code']}, attempt)[1]['token']

    def grow(self, folder, size):
        """Imports holders, while it serves, until there are so many."""
        lines = os.path.join(folder, 'more.jsonl')
        keys = os.path.join(self.set, 'keys')
        with open(lines, 'wb') as file:
            subprocess.run([os.path.join(BUILD, 'tests/benchmarks/make-handover'), keys, str(self.size),
                            str(size - self.size)], check=True, stdout=file)
        subprocess.run([os.path.join(BUILD, 'src/server/ilkimza-service'), 'import', '--database', self.database,
                        '--credentials', keys, lines], check=True, stdout=subprocess.DEVNULL)
        os.unlink(lines)
        self.size = size

    def memory(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s+(\d+)', file.read()).group(1))

    def stop(self):
        self.channel.shutdown(socket.SHUT_RDWR)
        self.process.wait(30)


def wrk(address, path, script=None, connections=16, seconds=SECONDS):
    """Requests a second, and how many answers were none of 2xx and 3xx."""
    command = ['wrk', '-t1', f'-c{connections}', f'-d{seconds}s', f'http://{address}{path}']
    if script:
        command[1:1] = ['-s', script]
    said = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', said)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', said).group(1)), int(bad.group(1)) if bad else 0


def measure_logins(service, folder):
    count = 60 * SECONDS * CORES
    bodies = os.path.join(folder, 'bodies')
    with open(bodies, 'w', encoding='utf-8') as file:
        for number in range(count):
            file.write(json.dumps(service.login_body(service.holders[number % 6])) + '\n')
    script = os.path.join(folder, 'logins.lua')
    with open(script, 'w', encoding='ascii') as file:
        file.write(f'''
local bodies = {{}}
for line in io.lines("{bodies}") do bodies[#bodies + 1] = line end
local next = 0
request = function ()
  next = next + 1
  return wrk.format("POST", "/v1/sessions", {{["Content-Type"] = "application/json"}}, bodies[next] or "{{}}")
end
''')
    rate, bad = wrk(service.address, '/v1/sessions', script, connections=CORES * 2)
    assert bad == 0, f'{bad} logins were refused'
    return rate


def measure_cards(service, folder, token):
    script = os.path.join(folder, 'cards.lua')
    with open(script, 'w', encoding='ascii') as file:
        file.write(f'wrk.headers["Authorization"] = "Bearer {token}"\n')
    rate, bad = wrk(service.address, '/v1/cards', script)
    assert bad == 0, f'{bad} requests were refused'
    return rate


def measure_hello():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([os.path.join(BUILD, 'tests/benchmarks/bare-service'), 'hello', str(port)], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as bare:
        assert bare.stdout.readline() == 'ready\n'
        rate, _ = wrk(f'127.0.0.1:{port}', '/')
        bare.stdin.close()
    return rate


def measure_hashes():
    return float(subprocess.run([os.path.join(BUILD, 'tests/benchmarks/bare-service'), 'hash', str(CORES),
                                 str(SECONDS)], check=True, text=True, stdout=subprocess.PIPE).stdout)


def measure_sizes(service, folder):
    first = None
    for size in SIZES:
        service.grow(folder, size)
        # Idle for 15 minutes the session would have ended: an import can take longer.
        rates = measure_logins(service, folder), measure_cards(service, folder, service.token(service.holders[0]))
        first = first or rates
        print(f'{size:8} holders: logins {rates[0]:8.1f} a second ({first[0] / rates[0]:.2f} times slower), '
              f'GET /v1/cards {rates[1]:8.1f} ({first[1] / rates[1]:.2f} times slower; aim 1.3)', flush=True)


def main():
    folder = tempfile.mkdtemp(prefix='ilk-load-')
    service = Service(folder)
    try:
        if SIZES:
            measure_sizes(service, folder)
            return
        token = service.token(service.holders[0])
        # Each worker keeps the memory of its first hash: the start is behind that.
        measure_cards(service, folder, token)
        measure_logins(service, folder)
        before = service.memory()
        hashes, logins = measure_hashes(), measure_logins(service, folder)
        hello, cards = measure_hello(), measure_cards(service, folder, token)
        print(f'Argon2id alone       {hashes:10.1f} a second')
        print(f'password logins      {logins:10.1f} a second, {logins / hashes:5.0%} of that (aim 80 %)')
        print(f'libsoup says hello   {hello:10.1f} a second')
        print(f'GET /v1/cards        {cards:10.1f} a second, {cards / hello:5.0%} of that (aim 30 %)')
        print(f'memory               {before} KiB before, {service.memory()} KiB after: '
              f'{service.memory() / before:.2f} times (aim 1.1)')
    finally:
        service.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
