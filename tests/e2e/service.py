# SPDX-License-Identifier: GPL-3.0-or-later
"""ilkimza-service behind a real nginx, with TLS from a certificate authority made for the run."""
import base64
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading

from driver import wait_for

NGINX = '''
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log info;
worker_processes 1;
{user}
events {{ worker_connections 64; }}
http {{
  log_format all '$request $status $http_user_agent $request_length';
  access_log {folder}/nginx-access.log all;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 64k;
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {{
      proxy_pass http://unix:{socket}:;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
    }}
  }}
}}
'''


def openssl(*arguments):
    subprocess.run(['openssl', *arguments], check=True, capture_output=True)


def make_certificates(folder):
    """A test authority and a certificate of its for localhost."""
    def path(name):
        return os.path.join(folder, name)

    curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', '-x509', *curve, '-keyout', path('ca.key'), '-out', path('ca.pem'),
            '-subj', '/CN=ilkimza test authority', '-days', '2',
            '-addext', 'keyUsage=critical,keyCertSign')
    openssl('req', *curve, '-keyout', path('server.key'), '-out', path('server.csr'),
            '-subj', '/CN=localhost')
    with open(path('names'), 'w', encoding='ascii') as file:
        file.write('subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    openssl('x509', '-req', '-in', path('server.csr'), '-CA', path('ca.pem'),
            '-CAkey', path('ca.key'), '-CAcreateserial', '-out', path('server.pem'),
            '-days', '2', '-extfile', path('names'))


class Service:
    """The made-up holders of a practice set, their service and the web server before it."""

    def __init__(self, run):
        self.run = run
        self.set = run.path('set')
        made = run.card_tool('practice-set', self.set_folder())
        assert made.returncode == 0, made.stderr
        self.holders = {}
        for line in made.stdout.splitlines():
            holder = json.loads(line)
            self.holders[holder['id']] = holder
        self.messages = []
        self.socket = run.path('service.sock')
        self.log = run.path('service.log')
        self.start()
        self.start_nginx()

    def set_folder(self):
        os.makedirs(self.set, mode=0o700)
        return self.set

    # the service and its practice channel

    def start(self):
        ours, theirs = socket.socketpair()
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                [self.run.built('src', 'server', 'ilkimza-service'), '--practice',
                 '--data', self.set, '--socket', self.socket,
                 '--channel-fd', str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(os.environ, G_MESSAGES_DEBUG='all', TMPDIR=self.run.path('tmp', '')))
        theirs.close()
        self.channel = ours
        threading.Thread(target=self.listen, args=[ours], daemon=True).start()
        self.run.at_end.append(self.stop)
        wait_for(lambda: self.has_message('ready'), 'the service is ready', 30)

    def listen(self, channel):
        with channel.makefile(encoding='utf-8') as lines:
            for line in lines:
                self.messages.append(json.loads(line))

    def has_message(self, kind):
        return any(message['type'] == kind for message in self.messages)

    def newest(self, kind, besides=0):
        """The newest message of a kind; `besides`: how many of them are known already."""
        def find():
            found = [message for message in self.messages if message['type'] == kind]
            return found[-1] if len(found) > besides else None
        return wait_for(find, f'a message “{kind}” of the service')

    def count(self, kind):
        return sum(message['type'] == kind for message in self.messages)

    def advance(self, seconds):
        known = self.count('advanced')
        self.channel.sendall(json.dumps({'type': 'advance', 'seconds': seconds}).encode() + b'\n')
        self.newest('advanced', known)

    def stop(self):
        """Ends the service; its channel closing is what it ends by."""
        if self.process.poll() is None:
            self.channel.shutdown(socket.SHUT_RDWR)
            self.channel.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    # nginx

    def start_nginx(self):
        self.folder = self.run.path('nginx', '')
        make_certificates(self.folder)
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        user = 'user root;' if os.geteuid() == 0 else ''
        config = os.path.join(self.folder, 'nginx.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(NGINX.format(folder=self.folder, port=self.port, socket=self.socket,
                                    user=user))
        self.run.at_end.append(self.stop_nginx)
        self.run_nginx()

    def run_nginx(self):
        program = shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin')
        assert program, 'nginx is not installed'
        config = os.path.join(self.folder, 'nginx.conf')
        self.nginx = subprocess.Popen([program, '-p', self.folder, '-c', config],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
        wait_for(self.nginx_answers, 'nginx answers')

    def nginx_answers(self):
        assert self.nginx.poll() is None, 'nginx ended'
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def stop_nginx(self):
        if self.nginx.poll() is None:
            self.nginx.terminate()
            self.nginx.wait(10)

    def write_profile(self):
        """The practice issuer's profile with this address and this authority."""
        with open(os.path.join(self.set, 'issuer.ini'), encoding='utf-8') as file:
            lines = file.read().splitlines()
        profile = self.run.path('issuer.ini')
        with open(profile, 'w', encoding='utf-8') as file:
            for line in lines:
                if line.startswith('Address='):
                    line = f'Address=https://localhost:{self.port}'
                    line += f'\nCaFile={self.folder}ca.pem'
                # Beside the profile that this one is made from.
                if line.startswith('Authorities='):
                    line = f'Authorities={os.path.join(self.set, line.split("=")[1])}'
                file.write(line + '\n')
        return profile

    # a client of our own, for looking at what the service says without the program

    def ask(self, method, path, body=None, token=None):
        """One request through nginx; status and answer."""
        context = ssl.create_default_context(cafile=self.folder + 'ca.pem')
        connection = http.client.HTTPSConnection('127.0.0.1', self.port, context=context)
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'en',
                   'Idempotency-Key': os.urandom(16).hex()}
        if token:
            headers['Authorization'] = f'Bearer {token}'
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else {}

    def log_in(self, holder):
        """A session of this holder; the answer is its token."""
        known = self.count('captcha')
        _, captcha = self.ask('POST', '/v1/captchas', {})
        answer = self.newest('captcha', known)['answer']
        status, attempt = self.ask('POST', '/v1/sessions', {
            'kind': 'password', 'identity_number': holder['identity_number'],
            'captcha': {'id': captcha['id'], 'text': answer},
            'security_word': holder['security_word']})
        assert status == 201, attempt
        known = self.count('sms')
        status, sent = self.ask('POST', '/v1/sessions/current/sms', {}, attempt['token'])
        assert status == 202, sent
        code = self.newest('sms', known)['code']
        status, session = self.ask('PUT', '/v1/sessions/current/sms', {'code': code},
                                   attempt['token'])
        assert status == 200, session
        return session['token']

    def gives_pin(self, holder):
        """Whether the service discloses the PIN of this holder's card, sealed."""
        self.advance(120)  # a code may be sent again only after a while
        token = self.log_in(holder)
        key = base64.b64encode(os.urandom(32)).decode()
        status, answer = self.ask('POST', f'/v1/cards/{holder["card_serial"]}/pin/disclosures',
                                  {'public_key': key, 'operation': None}, token)
        self.ask('DELETE', '/v1/sessions/current', None, token)
        if status == 200:
            return True
        assert (status, answer['code']) == (404, 'pin.none'), answer
        return False
