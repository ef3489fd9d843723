# SPDX-License-Identifier: GPL-3.0-or-later
"""The roads of the first day, with a look through the program's memory on every page.

memory_roads.py BUILD-FOLDER NAME, as memory-change-practice. A secret may stand in the arena of
IlkSecret alone, with these exceptions: a token stands in libsoup's header until its session has
ended, words stand in the locked memory of GTK's password row until it is emptied, and in practice
the desk shows the security word and the codes, being the envelope and the phone.
"""
import os

from driver import wait_for
from harness import main
from memory import MemoryWatch
from practice import PracticeWorld
from real import RealWorld
from road import Road

NEW_PIN = '704918'
TOKEN = rb'(?<![\w-])[\w-]{43}(?![\w-])'


class WatchedRoad(Road):
    """Collects what is found on the way, so that one run tells of everything."""

    def __init__(self, run, world):
        super().__init__(run, world)
        self.watch = MemoryWatch(run.program.pid)
        self.desk_tells = isinstance(world, PracticeWorld)
        self.excepted = {}   # name of a secret -> kinds of memory, None for all
        self.tokens = set()
        self.leaks = []
        self.looks = 0

    def keep_secret(self, name, secret, *places):
        """A secret from now on; `places` besides the arena where it may stand."""
        self.watch.add(name, secret)
        self.excepted[name] = places

    def look(self, where, *wanted):
        """Looks; the secrets that are wanted have to be in the arena, or nothing was seen."""
        hits = self.watch.look()
        self.looks += 1
        arena = {hit.name for hit in hits if hit.place == 'arena'}
        for hit in hits:
            if hit.place not in ('arena', *self.excepted.get(hit.name, ())):
                self.run.say(f'LEAK at “{where}”: {hit}')
                self.leaks.append(f'{where}: {hit}')
        self.run.say(f'memory at “{where}”: {len(hits)} hits, in the arena: {sorted(arena)}')
        missing = set(wanted) - arena
        assert not missing, f'the look sees no {missing} in the arena'
        return arena

    def at(self, heading, seconds=20):
        super().at(heading, seconds)
        self.look(heading)

    def new_token(self, name):
        """A token is told to nobody; but what in the arena looks like one is one."""
        found = self.watch.in_arena(TOKEN) - self.tokens
        assert len(found) == 1, f'{len(found)} tokens in the arena'
        self.tokens |= found
        self.keep_secret(name, found.pop(), '[heap]', 'unnamed')

    def fill(self, title, text):
        super().fill(title, text)
        if title == 'Security word' and not self.desk_tells:
            # The program takes the keys when it comes to it.
            hits = wait_for(self.watch.look, 'the typed word in the memory')
            places = {hit.place for hit in hits}
            assert places == {'locked'}, f'the typed word stands in {places}'

    def log_in_watched(self):
        word = self.world.security_word
        if not self.desk_tells:
            self.keep_secret('security word', word, 'locked')
        self.log_in(word)
        self.phone()
        self.excepted['security word'] = ()
        self.new_token('first token')

    def type_code(self, code=None):
        super().type_code(code)
        if not self.desk_tells:
            name = f'code {self.looks}'
            self.keep_secret(name, self.last_code)
            self.look(f'{name} is typed', name)

    def end(self):
        assert not self.leaks, 'secrets outside of the arena:\n' + '\n'.join(self.leaks)
        self.run.program.close()


def enter(run, make_world, holder):
    """From the first page to the one after the SMS code."""
    road = WatchedRoad(run, make_world(run, holder))
    road.to_login()
    road.log_in_watched()
    road.sms()
    # The service takes it no more: a new one came with the answer.
    road.excepted['first token'] = ()
    return road


def change(make_world):
    """Word, codes, the PIN shown, and an own one."""
    def scenario(run):
        road = enter(run, make_world, 'ready')
        road.at('PIN / PUK Information')
        road.new_token('token')
        road.keep_secret('PIN', road.show_pin())
        road.look('the PIN is shown', 'PIN')
        road.press('Set My _Own PIN')
        road.at('Your Own PIN')
        road.choose('Use the PIN shown')
        road.keep_secret('new PIN', NEW_PIN)
        road.type_new_pin(NEW_PIN)
        road.look('the new PIN is typed', 'new PIN')
        road.press('Create _New PIN')
        road.at('Your Card Is Ready to Sign')
        road.delete_pin()
        road.reads('The PIN held by the issuer was deleted')
        arena = road.look('the PIN is deleted')
        assert not {'PIN', 'new PIN'} & arena, f'not wiped at the end: {arena}'
        road.end()
    return scenario


def keep(make_world):
    """The PIN goes into a PDF with a password."""
    def scenario(run):
        road = enter(run, make_world, 'not-activated')
        road.activate()
        road.at('PIN / PUK Information')
        road.keep_secret('PIN', road.show_pin())
        road.press('_Keep This PIN')
        road.keep_secret('password', road.save_pin(run.path('sheets', 'pin.pdf')))
        road.look('the PIN is saved', 'password')
        road.delete_pin()
        road.press('_Finish')
        road.at('Your Card Is Ready to Sign')
        road.end()
    return scenario


def unlock(make_world):
    """A new PIN on a blocked card."""
    def scenario(run):
        road = enter(run, make_world, 'blocked')
        road.at('Unblock Card')
        road.keep_secret('new PIN', NEW_PIN)
        road.type_new_pin(NEW_PIN)
        road.look('the new PIN is typed', 'new PIN')
        road.press('Create _New PIN')
        road.confirm('Confirm the New PIN')
        road.at('Your Card Is Ready to Sign')
        road.end()
    return scenario


ROADS = {'change': change, 'keep': keep, 'unlock': unlock}
WORLDS = {'practice': PracticeWorld, 'real': RealWorld}

if __name__ == '__main__':
    # Meson has freed memory overwritten in all tests; here it would hide what is looked for.
    os.environ.pop('MALLOC_PERTURB_', None)
    main({f'memory-{name}-{mode}': road(world)
          for name, road in ROADS.items() for mode, world in WORLDS.items()})
