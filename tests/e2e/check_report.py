#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_report.py BUILD-FOLDER plain|pcscd: what `ilkimza --check` prints on real runs, without a display.

plain: practice, a computer without a card service, issuers that can't be reached. pcscd: the real
card service with a virtual reader and made-up cards in it; run by pcscd-run.
"""
import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import jsonschema

from service import make_certificates

BUILD, PART = sys.argv[1:3]
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
READER = 'Virtual PCD'
# "Well under a few seconds", on a builder that has other work too.
QUICK = 3 * float(os.environ.get('UITEST_TIMEOUT_SCALE', '1'))
CASES = {'plain': [], 'pcscd': []}
folder = tempfile.mkdtemp(prefix='ilk-check-')

with open(os.path.join(SOURCE, 'data', 'diagnosis.schema.json'), encoding='utf-8') as schema:
    SCHEMA = jsonschema.Draft202012Validator(json.load(schema))


def built(*names):
    return os.path.join(BUILD, *names)


def check(*options, program=('--check',), **environment):
    """Runs the program where a window would be impossible: (status, output, errors, seconds)."""
    env = {name: value for name, value in os.environ.items()
           if name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'LANGUAGE', 'SSH_CONNECTION', 'SSH_CLIENT')}
    env.update(GDK_BACKEND='nonexistent', LC_ALL='C.UTF-8', ILKIMZA_LOCALEDIR=built('po'),
               ILKIMZA_READER_PREFIX=READER, HOME=folder, GSETTINGS_BACKEND='memory',
               ILKIMZA_ISSUER=os.path.join(SOURCE, 'data', 'issuers', 'kamusm.ini'),
               G_DEBUG='fatal-warnings')
    env.update(environment)
    begin = time.monotonic()
    done = subprocess.run([built('src', 'app', 'ilkimza'), *program, *options], env=env,
                          capture_output=True, timeout=90)
    return (done.returncode, done.stdout.decode(), done.stderr.decode(),
            time.monotonic() - begin)


def report(status, *options, **environment):
    """The JSON report, which has to fit its schema and end with this status."""
    return judge(status, check('--json', *options, **environment))


def judge(status, run):
    code, output, errors, seconds = run
    assert code == status, f'status {code}, not {status}: {output} {errors}'
    assert not errors, errors
    found = json.loads(output)
    faults = [fault.message for fault in SCHEMA.iter_errors(found)]
    assert not faults, faults
    assert found['result']['exit_status'] == status
    assert_masked(output)
    return found, seconds


def assert_masked(text):
    """No 11-digit number and no 24 hex digits, whoever they belong to; an ATR is longer."""
    for number in re.findall(r'\b[0-9]{11}\b|\b[0-9A-F]{24}\b', text):
        raise AssertionError(f'{number} is in the report')


def case(part, title):
    def add(function):
        CASES[part].append((title, function))
        return function
    return add


# --- without a card service ---

@case('plain', 'the program really has no display here')
def no_display():
    code, _, errors, _ = check(program=())
    assert code != 0, 'a window was opened all the same'
    assert 'isplay' in errors, errors


@case('plain', 'a computer without a card service: 11, quickly, no display')
def no_service():
    found, seconds = report(11, PCSCLITE_CSOCK_NAME=folder + '/missing')
    assert found['result']['word'] == 'card-service'
    assert found['card_service']['answer'] == 'absent'
    assert not found['card_service']['socket']
    assert found['issuer_service'] == {'host': None, 'answer': 'none'}
    assert found['system']['architecture'] == os.uname().machine
    assert seconds < QUICK, seconds


@case('plain', 'it is told who comes by ssh')
def remote():
    found, _ = report(11, PCSCLITE_CSOCK_NAME=folder + '/missing', SSH_CONNECTION='a 1 b 22')
    assert found['system']['remote'] is True


@case('plain', 'the text is in the language of the person')
def languages():
    options = {'PCSCLITE_CSOCK_NAME': folder + '/missing'}
    code, english, _, _ = check(**options)
    assert code == 11 and 'Card Service\n' in english and 'is not there' in english, english
    code, turkish, _, _ = check(LANGUAGE='tr', **options)
    assert code == 11 and 'Kart Hizmeti\n' in turkish, turkish
    code, json_too, _, _ = check('--json', LANGUAGE='tr', **options)
    assert json.loads(json_too)['result']['word'] == 'card-service'


@case('plain', 'options that nobody knows: 2')
def usage():
    for options in (['--chekc'], ['--json'], ['--check', '--xml']):
        code, output, errors, _ = check(program=options)
        assert code == 2 and not output and options[-1] in errors, (options, code, errors)


@case('plain', 'practice: everything works, and nothing personal is told')
def practice():
    world = os.path.join(folder, 'tmp')
    os.mkdir(world)
    found, _ = report(0, '--practice', TMPDIR=world)
    assert not os.listdir(world), 'the practice world is left behind'
    assert found['practice'] and found['issuer_service']['answer'] == 'yes'
    card = found['readers'][0]['card']
    assert card['reach'] == 'apdu' and card['pin'] == 'set'
    assert card['certificates'][0]['validity'] == 'valid'
    assert card['serial'].count('•') == 20 and card['identity_number'].count('•') == 7
    assert re.fullmatch(r'(\w\.)( \w\.)+', card['holder']), card['holder']


# --- the way to the issuer ---

def profile(address):
    """The practice issuer's profile, at another address."""
    path = os.path.join(folder, 'issuer.ini')
    with open(os.path.join(SOURCE, 'data', 'issuers', 'example.ini'), encoding='utf-8') as file:
        text = file.read()
    text, count = re.subn(r'(?m)^Address *=.*$', f'Address={address}', text)
    assert count == 1, 'the example has one address'
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def service_answer(address):
    found, _ = report(11, PCSCLITE_CSOCK_NAME=folder + '/missing', ILKIMZA_ISSUER=profile(address))
    assert found['issuer_service']['host'] == 'localhost', found['issuer_service']
    return found['issuer_service']['answer']


@case('plain', 'nobody listens at the issuer’s address: offline')
def offline():
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        assert service_answer(f'https://localhost:{unused.getsockname()[1]}') == 'offline'


@contextlib.contextmanager
def server(answer):
    """A web server of an authority that nobody trusts, or that is trusted and is not the service."""
    make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + '/server.pem', folder + '/server.key')
    with socket.create_server(('127.0.0.1', 0)) as listener:
        def serve():
            while True:
                try:
                    raw, _ = listener.accept()
                except OSError:
                    return
                with contextlib.suppress(OSError), raw, \
                        context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(answer)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f'https://localhost:{listener.getsockname()[1]}'
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@case('plain', 'the server can’t prove whose it is: tls')
def not_trusted():
    with server(b'') as address:
        assert service_answer(address) == 'tls'


@case('plain', 'a card service and an issuer that never answer hold up nothing for long')
def nobody_answers():
    silent = folder + '/silent'
    with socket.socket(socket.AF_UNIX) as card_service, \
            socket.create_server(('127.0.0.1', 0)) as issuer:
        card_service.bind(silent)
        card_service.listen()
        address = f'https://localhost:{issuer.getsockname()[1]}'
        found, seconds = report(11, PCSCLITE_CSOCK_NAME=silent, ILKIMZA_ISSUER=profile(address))
    assert found['card_service']['answer'] == 'timeout', found['card_service']
    assert found['issuer_service']['answer'] == 'timeout', found['issuer_service']
    assert seconds < 5 + QUICK, seconds


# --- with the card service ---

class Reader:
    """`ilkimza-card insert`: a card in the virtual reader of the pcscd that runs."""

    def __init__(self, card_file):
        self.process = subprocess.Popen([built('src', 'virtual', 'ilkimza-card'), 'insert',
                                         card_file], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.expect('inserted')

    def expect(self, word):
        line = self.process.stdout.readline()
        assert line.startswith(word), line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def make_holders():
    os.mkdir(folder + '/set', 0o700)
    made = subprocess.run([built('src', 'virtual', 'ilkimza-card'), 'practice-set',
                           folder + '/set'], capture_output=True, text=True, check=True)
    return {holder['id']: holder for holder in map(json.loads, made.stdout.splitlines())}


def first_reader(found):
    return next(reader for reader in found['readers']
                if reader['listed_name'] == READER + ' 00 00')


def await_card(there=True):
    """pcscd looks at a virtual reader a few times a second."""
    end = time.monotonic() + 10 * QUICK
    while True:
        run = check('--json')
        card = first_reader(json.loads(run[1]))['card']
        if there == bool(card and card['atr']) and there == bool(card):
            return run
        assert time.monotonic() < end, f'waited for a card to be there: {there}; {card}'


@contextlib.contextmanager
def inserted(card_file):
    with Reader(card_file):
        yield await_card()
    await_card(False)


@case('pcscd', 'a reader without a card: 13')
def no_card():
    found, seconds = report(13)
    assert found['card_service']['answer'] == 'yes' and found['card_service']['socket']
    assert first_reader(found)['verdict'] == 'works'
    assert first_reader(found)['card'] is None
    assert seconds < QUICK, seconds


@case('pcscd', 'cards in every state, named, and nothing personal in either form of the report')
def cards():
    expected = {'ready': 0, 'blocked': 18, 'expired': 15, 'dead': 14}
    holders = make_holders()
    for name, status in expected.items():
        holder = holders[name]
        with inserted(holder['card_file']) as run:
            found, seconds = judge(status, run)
            text = check()[1] if name == 'ready' else ''
        card = first_reader(found)['card']
        assert card['problem'] is None and card['closed'] == (name == 'dead'), (name, card)
        assert seconds < QUICK, seconds
        for secret in (holder['card_serial'], holder['identity_number'], holder['name'],
                       *holder['name'].split()[1:], holder['security_word'], holder['phone'],
                       holder['email']):
            assert secret not in text, secret
            assert secret not in json.dumps(found, ensure_ascii=False), secret


@case('pcscd', 'reading for a report costs no try')
def no_try():
    path = folder + '/set/cards/ready.card'
    before = subprocess.run([built('src', 'virtual', 'ilkimza-card'), 'info', path],
                            capture_output=True, text=True, check=True).stdout
    with inserted(path):
        report(0)
    after = subprocess.run([built('src', 'virtual', 'ilkimza-card'), 'info', path],
                           capture_output=True, text=True, check=True).stdout
    assert before == after, (before, after)


def main():
    cases = CASES[PART]
    print(f'1..{len(cases)}')
    failed = False
    for number, (title, function) in enumerate(cases, 1):
        try:
            function()
            print(f'ok {number} - {title}', flush=True)
        except (AssertionError, subprocess.SubprocessError) as error:
            failed = True
            print(f'# {error}\nnot ok {number} - {title}', flush=True)
    sys.exit(failed)


try:
    main()
finally:
    shutil.rmtree(folder, ignore_errors=True)
