# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ways of going the road: without a mouse, and in two sittings.

ways.py BUILD-FOLDER NAME
"""
import os
import signal

from gi.repository import Gio, GLib

from driver import Program, wait_for
from harness import HERE, main
from leaks import read
from practice import PracticeWorld
from real import RealWorld
from road import Road

NEW_PIN = '704918'


class KeyboardRoad(Road):
    """Only the practice desk, which stands for hands and a phone, is used by the mouse."""

    def back_to_window(self):
        self.program.focus(self.window)

    def tab_to(self, role, english):
        """Presses Tab until a widget has the keyboard."""
        wanted = self.words(english)
        for _ in range(40):
            node = self.window.find(role, wanted)
            if node.has('focused'):
                return node
            self.program.keys('Tab')
            # The focus has moved when this widget tells so, or another key is due.
            try:
                wait_for(lambda: node.has('focused'), f'“{wanted}” has the keyboard', 0.15)
                return node
            except AssertionError:
                pass
        raise AssertionError(f'Tab does not lead to “{wanted}”')

    def enter(self, english):
        """The main button has these words and may be pressed: Enter presses it."""
        wait_for(lambda: self.button(english).has('sensitive'), f'“{self.words(english)}”')
        self.program.keys('Return')

    def alt(self, english):
        """Presses a button by the letter that is underlined in its words."""
        letter = self.words.raw(english).split('_')[1][0].lower()
        wait_for(lambda: self.button(english).has('sensitive'), f'“{self.words(english)}”')
        self.program.keys(f'alt+{letter}')

    def cells(self, title, digits):
        self.tab_to('text box', title)
        self.program.type(digits)


def keyboard(run):
    """The whole road with Tab, Enter, space and the underlined letters."""
    world = PracticeWorld(run)
    road = KeyboardRoad(run, world)
    road.back_to_window()
    road.at('Your First E-Signature')
    road.alt('_Start')
    road.at('Prepare the Chip')
    road.enter('_Next')
    road.at('Plug In the Card Reader')
    world.plug_reader()
    road.back_to_window()
    road.enter('_Next')
    road.at('Reader Driver')
    road.enter('_Next')
    road.at('Your Card')
    world.insert_card()
    road.back_to_window()
    road.enter('_Next')
    road.at('Password Login')
    run.program.type(world.identity_number)
    road.tab_to('button', 'Another _Picture')
    run.program.keys('Tab')
    run.program.type(world.captcha())
    road.tab_to('text box', 'Security word')
    run.program.type(world.security_word)
    road.enter('_Log In')
    road.at('Is This Your Phone?')
    road.enter('_Confirm')
    road.at('SMS Confirmation Code')
    road.cells('SMS confirmation code', world.code())
    road.enter('_Send')
    road.at('PIN / PUK Information')
    road.alt('Set My _Own PIN')
    road.at('Your Own PIN')
    road.tab_to('list item', 'Use the PIN shown')
    run.program.keys('space')
    road.cells('New PIN', NEW_PIN)
    road.cells('New PIN (again)', NEW_PIN)
    road.enter('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    world.check_pin(NEW_PIN)
    run.program.close()


def two_sittings(run):
    """Closing ends the session; the next start checks the card and goes on from what is done."""
    world = RealWorld(run, 'not-activated')
    road = Road(run, world)
    road.to_session()
    road.activate()
    road.at('PIN / PUK Information')
    road.press('Close')
    assert run.program.process.wait(20) == 0, 'the program did not end well'
    log = read(world.service.folder + 'nginx-access.log').decode()
    assert 'DELETE /v1/sessions/current HTTP/1.1 204' in log, 'the session was left open'
    run.say('the program is closed, the session has ended')

    world.advance(120)
    world.start_program()
    road = Road(run, world)
    road.welcome()
    road.at('Your Card')
    assert road.value('Holder') == world.holder
    road.press('_Next')
    road.at('Password Login')
    road.log_in()
    road.phone()
    road.sms()
    road.at('PIN / PUK Information')
    run.program.close()


APPLICATION = 'tr.org.ilkimza.Ilkimza'


class ForeignProcess:
    """A process that the bus has started, as far as a test needs it."""

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        return None if os.path.exists(f'/proc/{self.pid}') else 0

    def terminate(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    kill = terminate

    def wait(self, seconds=20):
        wait_for(lambda: self.poll() == 0, 'the program ends', seconds)
        return 0


def activation(run):
    """The bus starts the program when the shell asks for it, and a second wish finds the first."""
    start = run.path('start')
    log = run.path('program.log')
    issuer = os.path.join(HERE, '../../data/issuers/kamusm.ini')
    with open(start, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\n')
        for name, value in dict(run.environment(), ILKIMZA_ISSUER=issuer,
                                ILKIMZA_READER_PREFIX='Virtual PCD').items():
            file.write(f"export {name}='{value}'\n")
        file.write(f"exec '{run.built('src', 'app', 'ilkimza')}' --gapplication-service "
                   f">'{log}' 2>&1\n")
    os.chmod(start, 0o755)
    with open(run.built('data', f'{APPLICATION}.service'), encoding='utf-8') as file:
        service = file.read()
    assert '/ilkimza --gapplication-service' in service, service
    with open(os.path.join(os.environ['UIRUN_SERVICES'], f'{APPLICATION}.service'), 'w',
              encoding='utf-8') as file:
        file.write(f'[D-BUS Service]\nName={APPLICATION}\nExec={start}\n')

    session = Gio.bus_get_sync(Gio.BusType.SESSION, None)

    def call(name, path, interface, method, parameters=None):
        return session.call_sync(name, path, interface, method, parameters, None, 0, 20000, None)

    def activate():
        call(APPLICATION, '/' + APPLICATION.replace('.', '/'), 'org.freedesktop.Application',
             'Activate', GLib.Variant('(a{sv})', ({},)))

    bus = ('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus')
    call(*bus, 'ReloadConfig')
    activate()
    pid = call(*bus, 'GetConnectionUnixProcessID',
               GLib.Variant('(s)', (APPLICATION,))).unpack()[0]
    run.program = Program(None, log=log, process=ForeignProcess(pid))
    run.program.window('ilkimza').find('label', run.words('Your First E-Signature'))
    activate()
    assert len(run.program.windows) == 1, 'a second wish opened a second window'
    run.program.close()


if __name__ == '__main__':
    main({'keyboard': keyboard, 'two-sittings': two_sittings, 'activation': activation})
