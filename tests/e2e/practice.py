# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice world, used as a person does: by the practice desk, the program's second window."""
import glob
import re

from gi.repository import GLib

from driver import wait_for


HOLDERS = ['ready', 'not-activated', 'pinless', 'blocked', 'not-yet-valid', 'expired', 'dead']


class PracticeWorld:
    """Reader, card, holder, phone and captcha of `ilkimza --practice`."""

    def __init__(self, run, holder='ready', **environment):
        self.run, self.words = run, run.words
        self.program = run.start('--practice', G_MESSAGES_DEBUG='all', **environment)
        self.meet_desk()
        self.last_captcha = None
        if holder != 'ready':
            self.choose(holder)

    def meet_desk(self):
        self.desk = self.program.window(self.words('Practice Desk'), 60)
        # A third window says that practice is being prepared.
        wait_for(lambda: len(self.program.windows) == 2, 'two windows', 30)

    def choose(self, holder):
        """Another made-up holder, by the list on the desk."""
        before = self.security_word
        self.program.click(self.desk.find('combo box', self.words('Practise with')))
        wait_for(lambda: any(item.has('focused') for item in self.desk.search('list item')),
                 'the list of holders')
        self.program.keys('Home', *['Down'] * HOLDERS.index(holder), 'Return')
        wait_for(lambda: self.security_word != before, f'the holder is “{holder}”')

    def value(self, title):
        """The text that stands beside or below a title on the desk."""
        def beside():
            labels = [node.name for node in self.desk.walk()
                      if node.role == 'label' and node.laid_out]
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
        def new():
            answer = self.value(self.words('What the picture says'))
            return answer if answer != self.last_captcha else None
        self.last_captcha = wait_for(new, 'a new picture')
        return self.last_captcha

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

    # what the end of a road is judged by

    def before(self):
        """The service of practice has nobody else to ask."""

    def after_deletion(self):
        pass

    def check_pin(self, pin, old=None):
        """ilkimza-card looks into the card: it takes this PIN, and not the old one."""
        cards = glob.glob(self.run.path('tmp', '*', 'cards', '*.card'))
        took = [card for card in cards if self.accepts(card, pin)]
        assert len(took) == 1, f'{len(took)} cards have the PIN'
        assert not old or not self.accepts(took[0], old), 'the card has its old PIN'
        self.run.say('ilkimza-card verify accepts the PIN')

    def tries_left(self, serial):
        for card in glob.glob(self.run.path('tmp', '*', 'cards', '*.card')):
            told = self.run.card_tool('info', card).stdout
            if serial in told:
                found = re.search(r'PIN: set, tries left: (\d)', told)
                return int(found.group(1)) if found else 0
        raise AssertionError(f'no card {serial}')

    def accepts(self, card, pin):
        return self.run.card_tool('verify', card, secret=pin).returncode == 0
