# SPDX-License-Identifier: GPL-3.0-or-later
"""The window that says what `ilkimza --check` says, and the report that is saved from it.

diagnosis.py BUILD-FOLDER NAME; with the environment's ILK_PICTURES=FOLDER it leaves pictures there.
"""
import json
import os
import re
import stat
import sys

from driver import wait_for
from harness import run
from practice import PracticeWorld
from road import WINDOW

LANGUAGES = {'diagnosis': 'en', 'diagnosis-turkish': 'tr'}


class Desk:
    """The program with a card in the reader, and its diagnosis window when it is open."""

    def __init__(self, this):
        self.this, self.words, self.program = this, this.words, None
        self.world = PracticeWorld(this)
        self.program = this.program
        self.window = self.program.window(WINDOW)
        self.shown = None

    def open(self):
        """By the keys: the menu, and its first line."""
        self.program.focus(self.window)
        self.program.keys('F10')
        wait_for(lambda: any(self.words('_Check This Computer').replace('_', '') in item.name
                             for item in self.window.search() if item.name), 'the menu')
        self.program.keys('Return')
        self.shown = self.program.window(self.words('Check This Computer'))

    def again(self):
        self.program.click(self.shown.find('button', self.words('Check _Again')))

    def says(self, sentence):
        self.shown.find('label', self.words(sentence), 30)
        self.this.say(f'it says: {self.words(sentence)}')

    def has(self, words):
        wait_for(lambda: any(words in found for found in self.shown.words()), f'“{words}”')

    def picture(self, name):
        folder = os.environ.get('ILK_PICTURES')
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.program.picture(self.shown, os.path.join(folder, f'{self.this.name}-{name}.png'))

    def save(self, path):
        self.program.click(self.shown.find('button', self.words('_Save Report…')))
        chooser = wait_for(lambda: next((window for window in self.program.windows
                                         if window.seen('button', self.words('_Save'))), None),
                           'the file chooser')
        self.program.focus(chooser)
        self.program.keys('ctrl+a')
        self.program.type(path)
        self.program.keys('Return')
        text = wait_for(lambda: read_whole(path), 'the report')
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, oct(os.stat(path).st_mode)
        self.shown.find('label', self.words('The report was saved. Only you can read it.'))
        return text


def read_whole(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as file:
        text = file.read()
    return text if text.endswith('\n') else None


def assert_nothing_personal(world, text):
    for secret in (world.identity_number, world.security_word, world.holder,
                   *world.holder.split()[1:]):
        assert secret not in text, f'“{secret}” is told'
    assert not re.search(r'\b[0-9A-F]{24}\b', text), 'a full serial number is told'


def diagnosis(this):
    os.umask(0)  # the report is private without the umask's help
    desk = Desk(this)
    desk.open()
    desk.says('No card reader is plugged in.')
    desk.picture('no-reader')
    desk.world.plug_reader()
    desk.again()
    desk.says('There is no card in the reader.')
    desk.world.insert_card()
    desk.again()
    desk.says('Everything works, and the card can be used.')
    desk.has('AKİS 1.0')
    desk.picture('works')
    assert_nothing_personal(desk.world, '\n'.join(desk.shown.words()))

    text = desk.save(this.path('saved', 'rapor ş ı.txt'))
    assert text.startswith(this.words('Everything works, and the card can be used.')), text
    assert this.words('Card serial number') in text
    assert_nothing_personal(desk.world, text)
    report = desk.save(this.path('saved', 'report.json'))
    assert json.loads(report)['result']['word'] == 'works'
    assert_nothing_personal(desk.world, report)
    this.say('both forms are saved, for this person alone, and hold nothing personal')

    desk.program.focus(desk.shown)
    desk.program.keys('Escape')
    wait_for(lambda: len(desk.program.windows) == 2, 'the window is closed')
    desk.program.close()


if __name__ == '__main__':
    sys.exit(run(sys.argv[1], sys.argv[2], diagnosis, LANGUAGES[sys.argv[2]]))
