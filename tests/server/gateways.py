#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateways of ilkimza-service against a provider of text messages by HTTP and a mail server with
STARTTLS, both with certificates of an authority made for the run.

  gateways.py SERVICE
"""
import email
import email.policy
import http.server
import json
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse

SERVICE = sys.argv[1]
NUMBER = '05321234567'
SECRET = 'Bearer made-up-credential'


def openssl(folder, *arguments):
    subprocess.run(['openssl', *arguments], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates(folder):
    key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl(folder, 'req', '-x509', *key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2',
            '-subj', '/CN=Test CA', '-addext', 'keyUsage=critical,keyCertSign')
    openssl(folder, 'req', *key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=Test')
    with open(os.path.join(folder, 'names'), 'w', encoding='ascii') as file:
        file.write('subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    openssl(folder, 'x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key',
            '-CAcreateserial', '-out', 'server.pem', '-days', '2', '-extfile', 'names')


class Provider(http.server.BaseHTTPRequestHandler):
    """Answers with the server's status and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.got.append((self.path, dict(self.headers), body.decode()))
        self.send_response(self.server.status)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class MailServer(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs; a mail is taken only under TLS and after a login."""

    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')

    def start_tls(self):
        self.say('220 go ahead')
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile('rb')
        self.wfile = self.connection.makefile('wb', buffering=0)
        self.secure = True

    def greet(self):
        lines = ['localhost', 'SMTPUTF8']
        if self.secure:
            lines.append('AUTH PLAIN')
        elif self.server.offers_tls:
            lines.append('STARTTLS')
        for line in lines[:-1]:
            self.say(f'250-{line}')
        self.say(f'250 {lines[-1]}')

    def take_mail(self):
        self.say('354 go on')
        lines = []
        while (line := self.rfile.readline()) != b'.\r\n':
            lines.append(line[1:] if line.startswith(b'.') else line)
        if self.server.refuses:
            self.say('451 not now')
            return
        self.server.mails.append((self.sender, self.recipients, b''.join(lines)))
        self.say('250 taken')

    def handle(self):
        self.secure = False
        self.sender, self.recipients = None, []
        self.say('220 localhost')
        while line := self.rfile.readline().decode().strip():
            word = line.split(' ')[0].upper()
            self.server.commands.append((word, self.secure))
            if word == 'EHLO':
                self.greet()
            elif word == 'STARTTLS':
                try:
                    self.start_tls()
                except ssl.SSLError:
                    return
            elif word == 'AUTH':
                if line == 'AUTH PLAIN':
                    self.say('334 ')
                    self.rfile.readline()
                self.say('235 welcome')
            elif word == 'MAIL':
                self.sender = line.split('<')[1].split('>')[0]
                self.say('250 ok')
            elif word == 'RCPT':
                self.recipients.append(line.split('<')[1].split('>')[0])
                self.say('250 ok')
            elif word == 'DATA':
                self.take_mail()
            elif word == 'QUIT':
                self.say('221 bye')
                return
            else:
                self.say('502 unknown')


class Bench:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ilk-gateways-')
        self.keys = os.path.join(self.folder, 'keys')
        os.mkdir(self.keys, 0o700)
        self.write_credential('sms-authorization', SECRET)
        self.write_credential('mail-password', 'made-up-password')
        make_certificates(self.folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.path('server.pem'), self.path('server.key'))
        self.provider = self.start(http.server.ThreadingHTTPServer, Provider)
        self.provider.socket = self.context.wrap_socket(self.provider.socket, server_side=True)
        self.provider.got, self.provider.status = [], 200
        self.mail = self.start(socketserver.ThreadingTCPServer, MailServer)
        self.mail.context, self.mail.mails, self.mail.commands = self.context, [], []
        self.mail.offers_tls, self.mail.refuses = True, False
        for server in (self.provider, self.mail):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write_credential(self, name, text, mode=0o600):
        path = os.path.join(self.keys, name)
        with open(path, 'w', encoding='ascii') as file:
            file.write(text + '\n')
        os.chmod(path, mode)

    @staticmethod
    def start(kind, handler):
        server = kind(('127.0.0.1', 0), handler)
        server.daemon_threads = True
        return server

    def run(self, command, to, **groups):
        """The command with a configuration of these groups; its status and what it printed."""
        with open(self.path('config'), 'w', encoding='utf-8') as file:
            for group, values in groups.items():
                file.write(f'[{group}]\n')
                file.writelines(f'{key}={value}\n' for key, value in values.items())
        done = subprocess.run([SERVICE, command, to, '--config', self.path('config'), '--credentials',
                               self.keys, '--spool', self.folder], text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=50)
        assert 'made-up' not in done.stdout, done.stdout
        return done.returncode, done.stdout

    def sms(self, **changes):
        values = {'address': f'https://localhost:{self.provider.server_address[1]}/send',
                  'ca-file': self.path('ca.pem'), 'authorization': 'true',
                  'body': '{"to":{to},"message":{text},"reference":{id}}', **changes}
        return self.run('try-sms', NUMBER, Sms={key: value for key, value in values.items() if value})

    def letter(self, to='ayse@example.org', **changes):
        values = {'server': f'smtp://localhost:{self.mail.server_address[1]}',
                  'ca-file': self.path('ca.pem'), 'from': 'Örnek Kurum <no-reply@example.org>',
                  'user': 'ilkimza', **changes}
        return self.run('try-mail', to, Mail={key: value for key, value in values.items() if value})

    def stop(self):
        self.provider.shutdown()
        self.mail.shutdown()
        shutil.rmtree(self.folder)


def sms_by_json(bench):
    assert bench.sms()[0] == 0
    path, headers, body = bench.provider.got[-1]
    message = json.loads(body)
    assert path == '/send' and headers['Content-Type'] == 'application/json'
    assert headers['Authorization'] == SECRET
    assert message['to'] == NUMBER and 'deneme' in message['message']
    assert headers['Idempotency-Key'] == message['reference'] and len(message['reference']) == 22


def sms_by_form(bench):
    status, _ = bench.sms(**{'content-type': 'application/x-www-form-urlencoded', 'authorization': None,
                             'body': 'gsm={to}&text={text}&id={id}'})
    _, headers, body = bench.provider.got[-1]
    fields = urllib.parse.parse_qs(body, strict_parsing=True)
    assert status == 0 and 'Authorization' not in headers
    assert fields['gsm'] == [NUMBER] and fields['text'] == [
        'Bu bir deneme iletisidir. This is a test message.']


def sms_refused(bench):
    bench.provider.status = 500
    status, said = bench.sms()
    assert status == 1 and '500' in said
    bench.provider.status = 409
    assert bench.sms()[0] == 1
    assert bench.sms(**{'duplicate-status': '409'})[0] == 0, 'it was known already'
    bench.provider.status = 200


def sms_moved(bench):
    """What a provider says is not followed to somebody else."""
    bench.provider.status = 302
    assert bench.sms()[0] == 1
    bench.provider.status = 200


def sms_unknown_authority(bench):
    count = len(bench.provider.got)
    assert bench.sms(**{'ca-file': None})[0] == 1
    assert len(bench.provider.got) == count


def sms_down(bench):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
        assert bench.sms(address=f'https://localhost:{port}/')[0] == 1


def sms_configuration(bench):
    assert bench.sms(address='http://example.org/')[0] == 2, 'codes would go in clear'
    assert bench.sms(body='{to}')[0] == 2
    assert bench.sms(**{'content-type': 'text/plain'})[0] == 2
    assert bench.sms(urll='x')[0] == 2
    bench.write_credential('sms-authorization', SECRET, 0o644)
    status, said = bench.sms()
    assert status == 1 and '0600' in said
    bench.write_credential('sms-authorization', SECRET)


def mail_by_starttls(bench):
    assert bench.letter()[0] == 0
    assert ('STARTTLS', False) in bench.mail.commands
    assert not [word for word, secure in bench.mail.commands
                if word in ('AUTH', 'MAIL', 'DATA') and not secure]
    sender, recipients, raw = bench.mail.mails[-1]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert sender == 'no-reply@example.org' and recipients == ['ayse@example.org']
    assert mail['From'] == 'Örnek Kurum <no-reply@example.org>' and mail['To'] == 'ayse@example.org'
    assert mail['Subject'] == 'Deneme iletisi · Test message'
    assert mail['Auto-Submitted'] == 'auto-generated' and mail['MIME-Version'] == '1.0'
    assert mail['Message-ID'].endswith('@example.org>') and mail['Date'].datetime
    assert all(byte < 128 for byte in raw) and max(map(len, raw.split(b'\r\n'))) <= 998
    assert mail.get_content_type() == 'multipart/alternative' and not mail.defects
    assert 'deneme' in mail.get_body(('plain',)).get_content()
    assert '<html lang="tr">' in mail.get_body(('html',)).get_content()


def mail_without_tls(bench):
    """A server that takes STARTTLS back gets nothing."""
    bench.mail.offers_tls = False
    count, bench.mail.commands[:] = len(bench.mail.mails), []
    assert bench.letter()[0] == 1
    assert len(bench.mail.mails) == count
    assert not [word for word, _ in bench.mail.commands if word in ('AUTH', 'MAIL', 'DATA')]
    bench.mail.offers_tls = True


def mail_refused(bench):
    bench.mail.refuses = True
    assert bench.letter()[0] == 1
    bench.mail.refuses = False


def mail_unknown_authority(bench):
    assert bench.letter(**{'ca-file': None})[0] == 1


def mail_addresses(bench):
    count = len(bench.mail.mails)
    for address in ('nobody', 'a@example.org, b@example.org', 'a@example.org\r\nBcc: b@example.org', ''):
        assert bench.letter(address)[0] != 0, address
    assert len(bench.mail.mails) == count
    assert bench.letter(**{'from': 'no address'})[0] == 2
    assert bench.letter(server='http://localhost')[0] == 2


TESTS = [sms_by_json, sms_by_form, sms_refused, sms_moved, sms_unknown_authority, sms_down,
         sms_configuration, mail_by_starttls, mail_without_tls, mail_refused,
         mail_unknown_authority, mail_addresses]


def main():
    bench = Bench()
    failed = 0
    print(f'1..{len(TESTS)}', flush=True)
    try:
        for number, test in enumerate(TESTS, 1):
            try:
                test(bench)
                print(f'ok {number} {test.__name__}', flush=True)
            except AssertionError as error:
                failed += 1
                line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
                print(f'not ok {number} {test.__name__}\n# line {line}: {error}', flush=True)
    finally:
        bench.stop()
    return 1 if failed else 0


sys.exit(main())
