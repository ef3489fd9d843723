# SPDX-License-Identifier: GPL-3.0-or-later
"""A card that is reached through its maker's PKCS#11 module, and a module that misbehaves: the real
window under the real pcscd. The program stays usable, says which software it was, and goes on when
it is better.

modules.py BUILD-FOLDER NAME[-turkish]
"""
import configparser
import os
import re
import socket
import subprocess
import sys
import threading

from alone import PROFILE
from driver import wait_for
from harness import run as run_scenario
from real import READER
from road import Road

PORT = 35963
# An AKİS card of version 1.2: no command of it is public, so modules are asked.
ATR = bytes.fromhex('3B9F968131FE45806755454B41451212318073B3A180EA')
OLD_PIN, NEW_PIN = '407182', '704918'
SLOTS, SET_PIN = 1, 6  # calls of ilk-pkcs11-wire.h


class Card:
    """vpcd's other end: a card with an ATR, which takes no command. Only modules speak to it."""

    def __init__(self):
        self.connection = socket.create_connection(('127.0.0.1', PORT))
        threading.Thread(target=self.play, daemon=True).start()

    def receive(self, length):
        data = b''
        while len(data) < length:
            part = self.connection.recv(length - len(data))
            if not part:
                raise OSError('pulled')
            data += part
        return data

    def play(self):
        try:
            while True:
                message = self.receive(int.from_bytes(self.receive(2), 'big'))
                answer = ATR if message == b'\x04' else b'\x6D\x00' if len(message) > 1 else None
                if answer:
                    self.connection.sendall(len(answer).to_bytes(2, 'big') + answer)
        except OSError:
            pass  # taken out

    def take_out(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class ModuleWorld:
    """The misbehaving module of the card's own tests, and a reader with a card for it."""

    def __init__(self, run, limit, **module):
        self.run = run
        self.file = run.path('module.card')
        self.behave(**module)
        profile = run.path('alone.ini')
        with open(profile, 'w', encoding='utf-8') as file:
            file.write(PROFILE)
        self.card = None
        run.at_end.append(self.take_out)
        run.start(G_MESSAGES_DEBUG='all', ILKIMZA_ISSUER=profile, ILKIMZA_READER_PREFIX=READER,
                  ILKIMZA_PKCS11_MODULES=run.built('tests', 'card', 'misbehaving-module.so'),
                  ILKIMZA_MODULE_LIMIT=limit, ILK_TEST_MODULE=self.file)
        self.road = Road(run, self)
        self.road.welcome()
        self.road.prepare()
        self.road.reader()
        self.road.driver()
        self.road.at('Your Card')

    def behave(self, **module):
        """What the module does from now on; its card stays as it is."""
        card = configparser.ConfigParser()
        card.optionxform = str
        if not card.read(self.file):
            card['Card'] = {'pin': OLD_PIN, 'tries': '3', 'serial': '0011223344556677',
                            'label': 'Deneme', 'description': f'{READER} 00 00', 'slot-flags': '6',
                            'min': '4', 'max': '8'}
        card['Module'] = module
        with open(self.file + '.new', 'w', encoding='utf-8') as file:
            card.write(file, space_around_delimiters=False)
        os.replace(self.file + '.new', self.file)

    def get(self, key):
        card = configparser.ConfigParser()
        card.read(self.file)
        return card['Card'][key]

    def called(self, function):
        """How often the module's function was called."""
        path = self.file + '.log'
        if not os.path.exists(path):
            return 0
        with open(path, encoding='ascii') as log:
            return log.read().split('\n').count(function)

    def plug_reader(self, plugged=True):
        pass

    def insert(self):
        self.card = Card()

    def take_out(self):
        if self.card:
            self.card.take_out()
            self.card = None

    def insert_anew(self):
        self.take_out()
        self.road.reads('Waiting for your card…')
        self.insert()


def use_the_menu(road):
    """The window answers: the menu opens, and closes again."""
    menu = road.window.find('button', re.compile('Menu|Menü'))
    road.program.click(menu)
    road.window.find(None, road.words('Check This Computer'))
    road.program.keys('Escape')


def recovers(world):
    """The module was mended; the card is put in again."""
    world.behave()
    world.insert_anew()
    world.road.reads('You can change the PIN of this card here')
    assert world.get('tries') == '3' and world.get('pin') == OLD_PIN, 'something was spent'
    world.run.program.close()


def hangs(run):
    world = ModuleWorld(run, f'{SLOTS}=6000', hang='C_GetSlotList')
    world.insert()
    wait_for(lambda: world.called('C_GetSlotList'), 'the module to be asked')
    world.road.reads('Reading the card…')
    use_the_menu(world.road)
    world.road.press('_Back')
    world.road.at('Reader Driver')
    world.road.press('_Next')
    world.road.at('Your Card')
    world.road.reads('The card’s software does not answer')
    world.road.reads('The software of the card’s maker gave no answer in time, so it was ended. Take '
                     'the card out and insert it again; if it happens again, restart the computer.')
    left = subprocess.run(['pgrep', '-f', 'ilkimza-module.*misbehaving'], capture_output=True,
                          text=True, check=False).stdout
    assert not left, f'a process was left behind: {left}'
    recovers(world)


def crashes(run):
    world = ModuleWorld(run, f'{SLOTS}=6000', crash='C_GetSlotList')
    world.insert()
    world.road.reads('The card’s software does not work')
    use_the_menu(world.road)
    recovers(world)


def hangs_with_a_pin(run):
    """The PIN was sent, and nobody answers: what the card has now only a try can tell, and the
    person says when."""
    world = ModuleWorld(run, f'{SET_PIN}=4000')
    road = world.road
    world.insert()
    road.reads('You can change the PIN of this card here')
    road.press('_Next')
    road.at('Your Own PIN')
    world.behave(hang='C_SetPIN')
    old = road.window.find('text box', road.words('Old PIN'))
    road.program.click_to_focus(old)
    road.program.type(OLD_PIN)
    road.type_new_pin(NEW_PIN)
    road.press('Create _New PIN')
    wait_for(lambda: world.called('C_SetPIN'), 'the module to be given the PIN')
    use_the_menu(road)
    road.at('Which PIN Does the Card Have Now?')
    assert world.called('C_SetPIN') == 1, 'the PIN was sent again'
    world.behave()
    logins = world.called('C_Login')
    road.press('_Try the New PIN Once')
    road.problem('The card does not have the new PIN.')
    assert world.called('C_SetPIN') == 1 and world.called('C_Login') == logins + 1
    assert world.get('pin') == OLD_PIN and world.get('tries') == '2'
    run.program.close()


SCENARIOS = {'module-hangs': hangs, 'module-crashes': crashes, 'module-hangs-pin': hangs_with_a_pin}

if __name__ == '__main__':
    build, name = sys.argv[1:3]
    plain = name.removesuffix('-turkish')
    sys.exit(run_scenario(build, name, SCENARIOS[plain], 'en' if plain == name else 'tr'))
