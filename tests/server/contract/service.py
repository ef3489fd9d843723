# SPDX-License-Identifier: GPL-3.0-or-later
"""ilkimza-service in practice mode on a Unix socket, and a client that reads its codes."""
import http.client
import json
import os
import socket
import subprocess
import threading

PATIENCE = 30


class Instance:
    def __init__(self, service, folder, data, database=None, number=0, options=()):
        self.path = os.path.join(folder, f'{number}.sock')
        self.messages = []
        self.arrived = threading.Condition()
        self.channel, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [service, '--practice', '--data', data, '--socket', self.path, '--channel-fd',
             str(theirs.fileno())] + (['--database', database] if database else []) + list(options),
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        theirs.close()
        threading.Thread(target=self.listen, daemon=True).start()
        self.wait(lambda message: message['type'] == 'ready')

    def listen(self):
        with self.channel.makefile(encoding='utf-8') as lines:
            for line in lines:
                with self.arrived:
                    self.messages.append(json.loads(line))
                    self.arrived.notify_all()

    def find(self, wanted, begin=0):
        return next((message for message in self.messages[begin:] if wanted(message)), None)

    def wait(self, wanted, begin=0):
        """The first message of this kind; begin: what was there before is not looked at."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.find(wanted, begin), PATIENCE), 'no message'
            return self.find(wanted, begin)

    def advance(self, seconds):
        begin = len(self.messages)
        self.channel.sendall(json.dumps({'type': 'advance', 'seconds': seconds}).encode() + b'\n')
        self.wait(lambda message: message['type'] == 'advanced', begin)

    def stop(self):
        if self.process.poll() is None:
            self.channel.shutdown(socket.SHUT_RDWR)
            self.process.wait(PATIENCE)


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=PATIENCE)
        self.path = path

    def _encode_request(self, request):
        """What no good client sends is sent here, too."""
        return request.encode('latin-1')

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def ask(path, method, target, body, headers):
    """One request; status, headers, body. None: the service closed the connection on it."""
    connection = Connection(path)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader('Content-Length', str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except (http.client.HTTPException, BrokenPipeError, ConnectionResetError):
        # A service that has ended refuses the next one.
        return None
    finally:
        connection.close()
