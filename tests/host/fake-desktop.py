#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fake-desktop.py SCENARIO: PackageKit on the session bus, and PackageKit and systemd on the system
bus, all of them made up with python-dbusmock.

Which buses those are, the environment says. "ready" comes out when all is there; a line for each
call that matters follows; it ends when its standard input does. SCENARIO is words joined by "+":

  modern, old       who answers on the session bus: Modify2, or Modify alone; without: nobody
  packages          PackageKit is on the system bus
  systemd           systemd is

and at most one fault: denied, cancelled, not_found, offline, locked, no_space, broken,
dies_mid_install, waits (until it is cancelled), refuses_cancel, old_version, no_unit, restart_denied.
With "holds" each installation waits, after the line for its call, for a line "go" on standard input.
"""
import os
import sys
import threading

import dbus
import dbus.mainloop.glib
import dbusmock
from dbusmock import mockobject
from gi.repository import GLib

NAME, PATH = 'org.freedesktop.PackageKit', '/org/freedesktop/PackageKit'
TRANSACTION = NAME + '.Transaction'
SYSTEMD = 'org.freedesktop.systemd1'
ACCESS_DENIED = 'org.freedesktop.DBus.Error.AccessDenied'

words = set(sys.argv[1].split('+'))
held = []
version = '1.5.0-1' if 'old_version' in words else '1.6.2-1+deb13u1'


def say(*what):
    print(*what, flush=True)


def fault(name, *, of, message='made up'):
    if name in words:
        raise dbus.exceptions.DBusException(message, name=of)


# --- the session's installer ---

def install_by_session(self, *args):
    names = args[0] if not isinstance(args[0], int) else args[1]
    say('session', ' '.join(names))
    fault('denied', of=NAME + '.Denied')
    fault('cancelled', of=NAME + '.Cancelled')
    fault('not_found', of=NAME + '.NoPackagesFound')
    fault('broken', of=NAME + '.Failed', message='the package is broken')


# --- the system's ---

class Transaction:
    def __init__(self, mock):
        self.mock = mock

    def error(self, code, details):
        self.mock.EmitSignal(TRANSACTION, 'ErrorCode', 'us', [code, details])

    def finished(self, code):
        self.mock.EmitSignal(TRANSACTION, 'Finished', 'uu', [code, 10])

    def progress(self, status, percentage):
        self.mock.EmitSignal('org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as',
                             [TRANSACTION, {'Status': dbus.UInt32(status),
                                            'Percentage': dbus.UInt32(percentage)},
                              dbus.Array([], signature='s')])


def resolve(self, flags, names):
    say('resolve', ' '.join(names))
    transaction = Transaction(self)
    if 'not_found' not in words:
        for name in names:
            self.EmitSignal(TRANSACTION, 'Package', 'uss',
                            [2, f'{name};{version};amd64;debian-main', 'made up'])
    transaction.finished(1)


def refresh(self, force):
    say('refresh')
    Transaction(self).finished(1)


def install(self, flags, ids):
    say('install', ' '.join(ids))
    transaction = Transaction(self)
    fault('denied', of=TRANSACTION + '.RefusedByPolicy')
    for name, code in (('offline', 2), ('locked', 26), ('no_space', 46), ('broken', 58)):
        if name in words:
            transaction.error(code, f'made up: {name}')
            transaction.finished(2)
            return
    transaction.progress(31, 101)
    transaction.progress(8, 40)
    if 'dies_mid_install' in words:
        os._exit(0)
    if 'holds' in words:
        held.append(transaction)
        return
    transaction.progress(9, 80)
    if not words & {'waits', 'refuses_cancel'}:
        transaction.finished(1)


def go_on():
    transaction = held.pop()
    transaction.progress(9, 80)
    transaction.finished(1)
    return False


def cancel(self):
    say('cancel')
    held.clear()
    if 'refuses_cancel' in words:
        # The call is refused, and the installation goes on to its end.
        GLib.idle_add(lambda: Transaction(self).finished(1) and False)
        raise dbus.exceptions.DBusException('too late', name=TRANSACTION + '.CannotCancel')
    Transaction(self).finished(3)


def create_transaction(self):
    create_transaction.number += 1
    path = f'/{create_transaction.number}_made'
    self.AddObject(path, TRANSACTION, {}, [
        ('SetHints', 'as', '', lambda mock, hints: None), ('Resolve', 'tas', '', resolve),
        ('RefreshCache', 'b', '', refresh), ('InstallPackages', 'tas', '', install),
        ('Cancel', '', '', cancel)])
    return dbus.ObjectPath(path)


create_transaction.number = 0


# --- systemd ---

def unit(method):
    def called(self, *args):
        say(method, args[0] if isinstance(args[0], str) else ' '.join(args[0]))
        fault('denied', of=ACCESS_DENIED)
        if method == 'TryRestartUnit':
            fault('restart_denied', of=ACCESS_DENIED)
        fault('no_unit', of=SYSTEMD + '.NoSuchUnit')
        return [True, dbus.Array([], signature='(sss)')] if method == 'EnableUnitFiles' \
            else dbus.ObjectPath('/job')
    return called


def serve(bus, name, path, interface, methods):
    mock = mockobject.DBusMockObject(dbus.service.BusName(name, bus), path, interface, {})
    mock.AddMethods(interface, methods)
    return mock


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    session, system = dbus.SessionBus(), dbus.SystemBus()
    kept = []
    if 'modern' in words:
        kept.append(serve(session, NAME, PATH, NAME + '.Modify2',
                          [('InstallPackageNames', 'asssa{sv}', '', install_by_session)]))
    if 'old' in words:
        kept.append(serve(session, NAME, PATH, NAME + '.Modify',
                          [('InstallPackageNames', 'uass', '', install_by_session)]))
    if 'packages' in words:
        kept.append(serve(system, NAME, PATH, NAME,
                          [('CreateTransaction', '', 'o', create_transaction)]))
    if 'systemd' in words:
        kept.append(serve(system, SYSTEMD, '/org/freedesktop/systemd1', SYSTEMD + '.Manager',
                          [('EnableUnitFiles', 'asbb', 'ba(sss)', unit('EnableUnitFiles')),
                           ('StartUnit', 'ss', 'o', unit('StartUnit')),
                           ('RestartUnit', 'ss', 'o', unit('RestartUnit')),
                           ('TryRestartUnit', 'ss', 'o', unit('TryRestartUnit'))]))
    say('ready')
    loop = GLib.MainLoop()

    def listen():
        for line in sys.stdin:
            if line.strip() == 'go':
                GLib.idle_add(go_on)
        GLib.idle_add(loop.quit)

    threading.Thread(target=listen, daemon=True).start()
    loop.run()
    sys.stdout.flush()
    os._exit(0)


main()
