# SPDX-License-Identifier: GPL-3.0-or-later
"""The running program: its start, its windows, clicks into them, and its end."""
import os
import re
import subprocess

from gi.repository import Gio, GLib

from . import hands
from .node import Node
from .waiting import SCALE, Timeout, wait_for

REGISTRY = ('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')
COMPLAINT = re.compile(r'(WARNING|CRITICAL|ERROR) \*\*|AddressSanitizer|LeakSanitizer|runtime error:')
# What GTK 4.18 says while libadwaita 1.7 tries sizes for its own message dialog, whatever is in it.
NOT_OURS = re.compile(r'Gtk-WARNING \*\*: [\d:.]+ Trying to measure GtkLabel')


def accessibility_bus():
    session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    address = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress',
                                None, None, 0, 20000, None).unpack()[0]
    flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
             Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


class Program(Node):
    """A program under test; as a node it is the parent of its windows."""

    def __init__(self, argv, environment=None, log='program.log', process=None):
        """Starts a program; or takes a `process` that somebody else has started."""
        self.log = log
        self.process = process
        if process is None:
            with open(log, 'wb') as out:
                self.process = subprocess.Popen(
                    argv, env=dict(os.environ, **(environment or {})), stdin=subprocess.DEVNULL,
                    stdout=out, stderr=subprocess.STDOUT)
        self.connection = accessibility_bus()
        super().__init__(self, None, None)
        self.meet()

    @property
    def pid(self):
        return self.process.pid

    def output(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def alive(self):
        status = self.process.poll()
        assert status is None, f'the program ended with {status}:\n{self.output()[-4000:]}'

    def pid_of(self, bus):
        return self.connection.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
            'GetConnectionUnixProcessID', GLib.Variant('(s)', (bus,)), None, 0,
            int(5000 * SCALE), None).unpack()[0]

    def meet(self, besides=None):
        """Finds the program on the bus; `besides`: the name it had there before it started anew."""
        desktop = Node(self, *REGISTRY)

        def own():
            self.alive()
            for node in desktop.children:
                try:
                    if node.bus != besides and self.pid_of(node.bus) == self.pid and node.children:
                        return node
                except GLib.Error:
                    pass
            return None

        found = wait_for(own, 'the program is on the accessibility bus', 30)
        self.bus, self.path = found.bus, found.path

    def meet_again(self):
        """After the program executed itself anew, as it does when the language is changed."""
        self.meet(besides=self.bus)

    # windows

    @property
    def windows(self):
        return self.children

    def window(self, title, seconds=15):
        """The window with this title; a string or a compiled pattern."""
        def fits(node):
            return title.search(node.name) if hasattr(title, 'search') else node.name == title

        what = f'window “{getattr(title, "pattern", title)}”'
        return wait_for(lambda: next((w for w in self.windows if fits(w)), None), what, seconds)

    def window_of(self, node):
        while True:
            parent = node.parent
            if parent.path == self.path:
                return node
            node = parent

    def x_window(self, window):
        """The X window of a window: by its title, else by its size."""
        def fits():
            found = hands.windows_of(self.pid)
            name = window.name
            named = [x for x, title in found.items() if title == name]
            if len(named) == 1:
                return named[0]
            width, height = window.extents[2:]
            for x in named or found:
                (_, _, outer_width, outer_height), (left, right, top, bottom) = hands.geometry(x)
                if (abs(outer_width - left - right - width) <= 12 and
                        abs(outer_height - top - bottom - height) <= 12):
                    return x
            return None

        return wait_for(fits, f'X window of “{window.name}”')

    # acting

    @staticmethod
    def border(window, outer_width, outer_height):
        """How far from its X window's corner a window's widgets are counted.

        GTK keeps a border of its own where no compositor draws the shadow. GTK 4.8 leaves it out of
        the window's extents; GTK 4.18 has it in them, and counts from its outer corner twice.
        """
        x, y, width, height = window.extents
        return (outer_width - width) // 2 - 2 * x, (outer_height - height) // 2 - 2 * y

    def place(self, node):
        """Where the middle of a widget is on the screen."""
        window = self.window_of(node)
        x_window = self.x_window(window)
        (x, y, width, height), (left, right, top, bottom) = hands.geometry(x_window)
        border_x, border_y = self.border(window, width - left - right, height - top - bottom)
        own = node.extents
        x += left + border_x + own[0] + own[2] // 2
        y += top + border_y + own[1] + own[3] // 2
        return x_window, x, y

    def view_of(self, node):
        """The nearest ancestor that shows only a part of what is in it, or None."""
        child = node
        while True:
            parent = child.parent
            if parent.path == self.path:
                return None
            try:
                outer, inner = parent.extents, child.extents
                if inner[3] > outer[3] + 2 and outer[3] > 0:
                    return parent
            except GLib.Error:
                pass  # a purely presentational parent has no place
            child = parent

    def scroll_to(self, node):
        """Turns the wheel until the widget's middle is in view."""
        view = self.view_of(node)
        if view is None:
            return
        x_window, x, y = self.place(view)
        hands.activate(x_window)

        def in_view():
            _, top, _, height = view.extents
            _, own_top, _, own_height = node.extents
            away = own_top + own_height // 2 - (top + height // 2)
            if abs(away) <= height // 2 - 4:
                return True
            hands.turn_wheel(x, y, -1 if away < 0 else 1, abs(away) // 150 + 1)
            return False

        wait_for(in_view, f'“{node.name}” is scrolled into view')
        self.still(node)

    def still(self, node):
        """Waits until a widget stays where it is, so that a click meets it."""
        before = []

        def same():
            before.append(node.extents)
            return len(before) > 1 and before[-1] == before[-2] and before[-1][2] > 0

        wait_for(same, 'the widget stands still')

    def click(self, node):
        """A real click of the pointer, into the window that a person would see."""
        wait_for(lambda: node.has('sensitive'), f'“{node.name}” may be clicked')
        self.still(node)
        self.scroll_to(node)
        x_window, x, y = self.place(node)
        hands.activate(x_window)
        hands.press_at(x, y)

    def click_to_focus(self, node):
        """Clicks a widget until it has the keyboard, as a person does on a busy computer."""
        for _ in range(3):
            self.click(node)
            try:
                wait_for(lambda: node.has('focused'), f'“{node.name}” has the keyboard', 3)
                return
            except Timeout:
                pass
        raise Timeout(f'“{node.name}” does not take the keyboard')

    def focus(self, window):
        hands.activate(self.x_window(window))

    def keys(self, *names):
        hands.keys(*names)

    def type(self, text):
        hands.type_text(text)

    def picture(self, window, path):
        """A picture of one window, as PNG."""
        x_window = self.x_window(window)
        hands.activate(x_window)
        subprocess.run(['import', '-window', x_window, path], check=True)

    def activate_action(self, action, parameter=None):
        """Calls an action of the practising application by the session bus, as the shell does."""
        application = 'tr.org.ilkimza.Ilkimza.Practice'
        values = [parameter] if parameter is not None else []
        session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        session.call_sync(application, '/' + application.replace('.', '/'), 'org.gtk.Actions',
                          'Activate', GLib.Variant('(sava{sv})', (action, values, {})), None, 0,
                          int(5000 * SCALE), None)

    # the end

    def complaints(self):
        return [line for line in self.output().splitlines()
                if COMPLAINT.search(line) and not NOT_OURS.search(line)]

    def close(self, expected=0):
        """Ends the program as the session's end does; its log must be free of complaints."""
        self.process.terminate()
        status = self.process.wait(20 * SCALE)
        assert status == expected, f'ended with {status}:\n{self.output()[-4000:]}'
        complaints = self.complaints()
        assert not complaints, 'the program complained:\n' + '\n'.join(complaints)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
