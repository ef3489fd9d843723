# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice world, used as a person does: by the practice desk, the program's second window."""
import glob
import re

from gi.repository import GLib

from driver import wait_for


class PracticeWorld:
    """Reader, card, holder, phone and captcha of `ilkimza --practice`."""

    def __init__(self, run):
        self.run = run
        self.words = run.words
        self.program = run.start('--practice', G_MESSAGES_DEBUG='all')
        self.desk = self.program.window(self.words('Practice Desk'), 30)

    def value(self, title):
        """The text that stands beside or below a title on the desk."""
        def beside():
            labels = [node.name for node in self.desk.walk() if node.role == 'label']
            labels = [label for label in labels if label]
            return labels[labels.index(title) + 1] if title in labels[:-1] else None
        return wait_for(beside, f'“{title}” on the practice desk')

    @property
    def identity_number(self):
        return self.value(self.words('Identity number'))

    @property
    def security_word(self):
        return self.value(self.words('Security word'))

    @property
    def holder(self):
        return self.value(self.words('Name'))

    def switch(self, title, on):
        switch = self.desk.find('switch', self.words(title))
        if switch.has('checked') != on:
            self.program.click(switch)
            wait_for(lambda: switch.has('checked') == on, f'{title}: {on}')

    def plug_reader(self, plugged=True):
        self.switch('Reader plugged in', plugged)

    def insert_card(self, inserted=True):
        self.switch('Card inserted', inserted)

    def captcha(self):
        return self.value(self.words('What the picture says'))

    def code(self, besides=None):
        """The newest code on the practice phone; `besides`: an older one to wait past."""
        def newest():
            for text in self.desk.words():
                found = re.search(r'(?<!\d)(\d{6})(?!\d)', text)
                if found and 'SMS' in text and found.group(1) != besides:
                    return found.group(1)
            return None
        return wait_for(newest, 'an SMS on the practice phone')

    def advance(self, seconds):
        self.program.activate_action('practice-advance', GLib.Variant('x', seconds))

    def card_file(self, serial):
        """The state file of the card with this serial number."""
        for path in glob.glob(self.run.path('tmp', '*', 'cards', '*')):
            with open(path, encoding='utf-8', errors='replace') as file:
                if serial.lower() in file.read().lower():
                    return path
        raise AssertionError(f'no card file for {serial}')
