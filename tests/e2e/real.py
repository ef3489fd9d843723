# SPDX-License-Identifier: GPL-3.0-or-later
"""The world of real parts: pcscd with a virtual reader, the service behind nginx, OpenSC."""
import os
import re
import subprocess

from driver import wait_for
from service import Service

READER = 'Virtual PCD'
OPENSC = {'OPENSC_DRIVER': 'akis'}


def knows_akis():
    """OpenSC has a driver for AKİS up to 0.24 (Debian 12). A later one (Debian 13) takes no PIN for
    such a card by itself; there it carries the VERIFY that is written out for it."""
    drivers = subprocess.run(['opensc-tool', '--list-drivers'], capture_output=True, text=True,
                             check=False, env=dict(os.environ, **OPENSC)).stdout
    return re.search(r'^\s*akis\b', drivers, re.MULTILINE) is not None


class Reader:
    """`ilkimza-card insert`: a card in the virtual reader of the pcscd that runs."""

    def __init__(self, run, card_file):
        self.run, self.card_file = run, card_file
        self.lines = run.path('reader.lines')
        with open(self.lines, 'wb') as out:
            self.process = subprocess.Popen(
                [run.built('src', 'virtual', 'ilkimza-card'), 'insert', card_file],
                stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT)
        self.answers = 0
        run.at_end.append(self.stop)
        self.answer('inserted')

    def answer(self, word):
        """Waits for the next line, which has to begin with this word."""
        def line():
            assert self.process.poll() is None, f'ilkimza-card ended: {self.read()}'
            lines = self.read()
            return lines[self.answers] if len(lines) > self.answers else None
        found = wait_for(line, f'ilkimza-card says “{word}”')
        self.answers += 1
        assert found.startswith(word), f'ilkimza-card says “{found}”, not “{word}”'

    def read(self):
        with open(self.lines, encoding='utf-8') as file:
            return file.read().splitlines()

    def tell(self, command, word):
        self.process.stdin.write(f'{command}\n'.encode())
        self.process.stdin.flush()
        self.answer(word)

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(10)


class RealWorld:
    """As PracticeWorld, with the parts a holder really has."""

    def __init__(self, run, holder='ready', **environment):
        self.run, self.words = run, run.words
        self.service = Service(run)
        self.choose(holder)
        self.reader = None
        self.seen = {'sms': 0, 'captcha': 0}
        self.environment = environment
        self.start_program()

    def start_program(self):
        self.program = self.run.start(G_MESSAGES_DEBUG='all',
                                      ILKIMZA_ISSUER=self.service.write_profile(),
                                      ILKIMZA_READER_PREFIX=READER, **self.environment)

    def choose(self, holder):
        self.chosen = self.service.holders[holder]

    @property
    def identity_number(self):
        return self.chosen['identity_number']

    @property
    def security_word(self):
        return self.chosen['security_word']

    @property
    def holder(self):
        return self.chosen['name']

    def plug_reader(self, plugged=True):
        """The virtual readers are there as long as pcscd is."""

    def insert_card(self, inserted=True):
        if inserted and self.reader is None:
            self.reader = Reader(self.run, self.chosen['card_file'])
        elif inserted:
            self.reader.tell(f'insert {self.chosen["card_file"]}', 'inserted')
        else:
            self.reader.tell('remove', 'removed')

    def captcha(self):
        return self.newest('captcha')['answer']

    def code(self, besides=None):
        """The newest code; notices, which carry none, are passed over."""
        while not (code := self.newest('sms')['code']):
            pass
        return code

    def newest(self, kind):
        message = self.service.newest(kind, self.seen[kind])
        self.seen[kind] = self.service.count(kind)
        return message

    def advance(self, seconds):
        self.service.advance(seconds)

    def before(self):
        """What the end of a road is compared with."""
        assert self.gives_pin(), 'the service holds no PIN to begin with'

    def after_deletion(self):
        assert not self.gives_pin(), 'the service still gives the PIN'

    def gives_pin(self):
        """Asked in a session beside the program's; its picture and code are not the program's."""
        given = self.service.gives_pin(self.chosen)
        self.seen = {kind: self.service.count(kind) for kind in self.seen}
        return given

    def check_pin(self, pin, old=None):
        """The card takes this PIN and not the old one; a program that is not ours is the judge."""
        assert self.opensc_accepts(pin), 'OpenSC does not accept the PIN'
        if old:
            assert not self.opensc_accepts(old), 'OpenSC still accepts the old PIN'
        self.run.say('OpenSC accepts the PIN' + (' and refuses the old one' if old else ''))

    def opensc_accepts(self, pin):
        """Whether the card takes this PIN from OpenSC, a program that is not ours."""
        command = ['pkcs15-tool', '--reader', READER + ' 00 00', '--verify-pin', '--auth-id', '01',
                   '--pin', pin]
        environment = dict(os.environ, **OPENSC)
        if not knows_akis():
            command = ['opensc-tool', '--reader', READER + ' 00 00', '--card-driver', 'default',
                       '--send-apdu', '00200001%02X%s' % (len(pin), pin.encode().hex())]
            environment = dict(os.environ)

        def ask():
            done = subprocess.run(command, capture_output=True, text=True, check=False,
                                  env=environment)
            # The program may just be letting go of the card. Nothing was sent to it then.
            return None if 'in use by another' in done.stdout + done.stderr else done

        done = wait_for(ask, 'the card is free')
        said = done.stdout + done.stderr
        if re.search('SW1=0x90, SW2=0x00', said) or (
                knows_akis() and done.returncode == 0 and
                not re.search('fail|error', said, re.IGNORECASE)):
            return True
        assert re.search('PIN code (verification failed|incorrect)|CKR_PIN|incorrect|SW1=0x63',
                         said, re.IGNORECASE), f'OpenSC has other troubles: {said}'
        return False
