# SPDX-License-Identifier: GPL-3.0-or-later
"""The four roads of the first day, in practice and with real parts.

roads.py BUILD-FOLDER NAME-MODE, as keep-practice or blocked-real.
"""
from harness import main
from practice import PracticeWorld
from real import RealWorld
from road import Road, check_sheet

NEW_PIN = '704918'


def keep(run, world):
    """A new certificate is activated, the PIN shown, saved as PDF, deleted at the issuer, kept."""
    road = Road(run, world)
    road.to_session()
    road.activate()
    road.at('PIN / PUK Information')
    pin = road.show_pin()
    road.press('_Keep This PIN')
    sheet = run.path('sheets', 'PIN şığ.pdf')
    password = road.save_pin(sheet)
    run.say(f'saved, with the password {password}')
    text = check_sheet(sheet, password)
    assert pin not in text, 'a search in the PDF finds the PIN'
    assert road.serial in text.replace(' ', ''), 'the PDF does not name the card'
    road.delete_pin()
    road.reads('The PIN was deleted for good; the issuer can no longer show it. From '
               '%s no backup copy opens it either. From now on only you know it.')
    road.press('_Finish')
    road.at('Your Card Is Ready to Sign')
    road.reads('You keep the PIN of the card')
    road.reads('The PIN held by the issuer was deleted')
    return pin, None


def change(run, world):
    """The PIN shown is exchanged for one of the holder's own, without typing the old one."""
    road = Road(run, world)
    road.to_session()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    road.press('Set My _Own PIN')
    road.at('Your Own PIN')
    road.choose('Use the PIN shown')
    road.type_new_pin(NEW_PIN)
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    road.reads('Your own new PIN is on the card')
    road.delete_pin()
    road.reads('The PIN held by the issuer was deleted')
    return NEW_PIN, old


def unlock(heading):
    """A card without a PIN, or with a blocked one, takes a new PIN with the issuer's help."""
    def scenario(run, world):
        road = Road(run, world)
        road.to_session()
        road.at(heading)
        road.type_new_pin(NEW_PIN)
        road.press('Create _New PIN')
        road.confirm('Confirm the New PIN')
        road.at('Your Card Is Ready to Sign')
        road.reads('Your own new PIN is on the card')
        return NEW_PIN, None
    return scenario


ROADS = {  # name -> holder, road, whether the issuer's PIN is deleted on it
    'keep': ('not-activated', keep, True),
    'change': ('ready', change, True),
    'pinless': ('pinless', unlock('Create PIN'), False),
    'blocked': ('blocked', unlock('Unblock Card'), False),
}


def in_world(make_world, name):
    holder, walk, deletes = ROADS[name]

    def scenario(run):
        world = make_world(run, holder)
        if deletes:
            world.before()
        pin, old = walk(run, world)
        world.check_pin(pin, old)
        if deletes:
            world.after_deletion()
        run.program.close()
    return scenario


WORLDS = {'practice': PracticeWorld, 'real': RealWorld}

if __name__ == '__main__':
    main({f'{name}-{mode}': in_world(world, name)
          for name in ROADS for mode, world in WORLDS.items()})
