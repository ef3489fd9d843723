# SPDX-License-Identifier: GPL-3.0-or-later
"""The road of a card whose issuer has no service to speak with: from the card to a new PIN, in
exchange for the old one. With the real pcscd.

alone.py BUILD-FOLDER NAME
"""
import os

from harness import main
from real import RealWorld, READER
from road import Road

SERIAL = '414C4F4E450011223344AABB'
OLD_PIN, WRONG_PIN, NEW_PIN = '407182', '918273', '704918'

PROFILE = """[Issuer]
Id=alone
Name=Alone Certificate Authority
[Contact]
CallCentre=000
Email=nobody@alone.example
[Words]
DeleteMeaning=Nothing is held.
ParcelAdvice=Ask at the counter.
PukWarning=Never type a PUK.
[Guide]
Entry=https://alone.example
"""


class AloneWorld(RealWorld):
    """A card, a reader, and nobody to log in to."""

    def __init__(self, run):
        self.run, self.words = run, run.words
        self.reader = None
        self.environment = {}
        self.profile = run.path('alone.ini')
        with open(self.profile, 'w', encoding='utf-8') as file:
            file.write(PROFILE)
        self.chosen = {'card_file': self.make_card()}
        self.program = run.start(G_MESSAGES_DEBUG='all', ILKIMZA_ISSUER=self.profile,
                                 ILKIMZA_READER_PREFIX=READER)

    def make_card(self):
        for folder in ('ca', 'keys'):
            os.makedirs(self.run.path(folder), exist_ok=True)
        with open(self.run.path('keys', 'card-master-key-1'), 'wb') as key:
            key.write(os.urandom(32))
        file = self.run.path('alone.card')
        made = self.run.card_tool('make', '--holder', 'Deneme Kişi', '--identity-number',
                                  '10000000146', '--serial', SERIAL, '--ca', self.run.path('ca'),
                                  '--keys', self.run.path('keys'), '--pin', 'stdin', '--out', file,
                                  secret=OLD_PIN)
        assert made.returncode == 0, made.stderr
        return file


def change(run):
    """A wrong old PIN costs a try and is said; the right one is exchanged; nobody is asked."""
    world = AloneWorld(run)
    road = Road(run, world)
    road.welcome()
    road.prepare()
    road.reader()
    road.driver()
    road.at('Your Card')
    world.insert_card()
    road.reads('You can change the PIN of this card here')
    road.press('_Next')
    road.at('Your Own PIN')
    road.type_number('Old PIN', WRONG_PIN)
    road.type_new_pin(NEW_PIN)
    road.press('Create _New PIN')
    road.problem('The PIN is wrong.', 'You have %d tries left.', 2)
    road.type_number('Old PIN', OLD_PIN)
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    road.reads('Your own new PIN is on the card')
    world.check_pin(NEW_PIN, OLD_PIN)
    run.program.close()


if __name__ == '__main__':
    main({'alone-real': change})
