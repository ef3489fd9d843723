# SPDX-License-Identifier: GPL-3.0-or-later
"""One object on the accessibility bus: what an assistive tool can know of a widget."""
from gi.repository import GLib

from .waiting import SCALE, wait_for

ATSPI = 'org.a11y.atspi.'
PROPERTIES = 'org.freedesktop.DBus.Properties'
STATES = {
    'active': 1, 'checked': 4, 'editable': 7, 'enabled': 8, 'expanded': 10, 'focusable': 11,
    'focused': 12, 'modal': 16, 'pressed': 20, 'selected': 23, 'sensitive': 24, 'showing': 25,
    'visible': 30, 'invalid-entry': 35,
}
IN_WINDOW = 1  # coordinates; GTK 4 knows no others


def without_mnemonic(name):
    """GTK 4.8 calls a button with a mnemonic “_Next Next”."""
    words = name.split(' ')
    for count in range(1, len(words)):
        first, second = ' '.join(words[:count]), ' '.join(words[count:])
        if '_' in first and first.replace('_', '', 1) == second:
            return second
    return name


class Node:
    """A widget. Nothing is remembered, every question goes to the program anew."""

    def __init__(self, program, bus, path):
        self.program, self.bus, self.path = program, bus, path

    def __eq__(self, other):
        return isinstance(other, Node) and (self.bus, self.path) == (other.bus, other.path)

    def __hash__(self):
        return hash((self.bus, self.path))

    def call(self, interface, method, signature=None, *args):
        parameters = GLib.Variant(signature, args) if signature else None
        return self.program.connection.call_sync(
            self.bus, self.path, interface, method, parameters, None, 0,
            int(5000 * SCALE), None).unpack()

    def ask(self, interface, method, signature=None, *args):
        return self.call(ATSPI + interface, method, signature, *args)[0]

    def fetch(self, interface, name):
        return self.call(PROPERTIES, 'Get', '(ss)', ATSPI + interface, name)[0]

    @property
    def name(self):
        return without_mnemonic(self.fetch('Accessible', 'Name'))

    @property
    def description(self):
        return self.fetch('Accessible', 'Description')

    @property
    def role(self):
        return self.ask('Accessible', 'GetRoleName')

    @property
    def children(self):
        return [Node(self.program, *child) for child in self.ask('Accessible', 'GetChildren')]

    @property
    def parent(self):
        return Node(self.program, *self.fetch('Accessible', 'Parent'))

    @property
    def extents(self):
        """x, y, width, height within the widget's window."""
        return self.ask('Component', 'GetExtents', '(u)', IN_WINDOW)

    @property
    def text(self):
        return self.ask('Text', 'GetText', '(ii)', 0, 1 << 30)

    @property
    def interfaces(self):
        return [name[len(ATSPI):] for name in self.ask('Accessible', 'GetInterfaces')]

    @property
    def states(self):
        words = self.ask('Accessible', 'GetState')
        return [state for state, bit in STATES.items() if words[bit // 32] >> (bit % 32) & 1]

    def has(self, state):
        return state in self.states

    @property
    def laid_out(self):
        return self.extents[2] > 0

    def actions(self):
        # GetActions gives translated names.
        return [self.ask('Action', 'GetName', '(i)', i)
                for i in range(self.fetch('Action', 'NActions'))]

    def act(self):
        """Presses by the accessibility bus, as a screen reader does."""
        wait_for(lambda: self.has('sensitive'), f'“{self.name}” may be pressed')
        assert self.actions(), f'{self.role} “{self.name}” has no action'
        assert self.ask('Action', 'DoAction', '(i)', 0)

    def walk(self):
        for child in self.children:
            yield child
            yield from child.walk()

    def matches(self, role, name):
        if name is not None:
            own = self.name
            if not (name.search(own) if hasattr(name, 'search') else own == name):
                return False
        return (role is None or self.role == role) and self.laid_out

    def search(self, role=None, name=None):
        """The widgets that fit, one after the other; name is a string or a compiled pattern."""
        for node in self.walk():
            try:
                if node.matches(role, name):
                    yield node
            except GLib.Error:
                pass  # it went away while we looked

    def find_all(self, role=None, name=None):
        return list(self.search(role, name))

    def seen(self, role=None, name=None):
        """The first widget that fits, or None, without waiting."""
        return next(self.search(role, name), None)

    def find(self, role=None, name=None, seconds=15):
        what = f'{role or "widget"} “{getattr(name, "pattern", name)}”'
        return wait_for(lambda: self.seen(role, name), what, seconds)

    def gone(self, role=None, name=None, seconds=15):
        what = f'{role or "widget"} “{getattr(name, "pattern", name)}” goes away'
        wait_for(lambda: self.seen(role, name) is None, what, seconds)

    def words(self):
        """Every name and text in the tree below: what there is to read."""
        found = []
        for node in self.walk():
            try:
                if node.laid_out:
                    found.append(node.name)
            except GLib.Error:
                pass
        return [word for word in found if word]

    def dump(self, depth=0):
        """The tree in words, for whoever looks at a failure."""
        lines = []
        try:
            line = f'{"  " * depth}{self.role} “{self.name}”'
            if self.description:
                line += f' ({self.description})'
            place = self.extents if 'Component' in self.interfaces else ''
            lines.append(f'{line} {" ".join(self.states)} {place}')
            for child in self.children:
                lines += child.dump(depth + 1)
        except GLib.Error as error:
            lines.append(f'{"  " * depth}(gone: {error.message})')
        return lines
