# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the road, as a person passes them."""
import os
import re
import stat
import subprocess

from driver import wait_for
from eyes import read_digits, read_words

WINDOW = re.compile('ilkimza', re.IGNORECASE)


class Road:
    """Goes from page to page in the program's window; the world answers for card and phone."""

    def __init__(self, run, world):
        self.run, self.world, self.words = run, world, run.words
        self.program = run.program
        self.window = self.program.window(WINDOW)
        self.page_pictures = None
        self.last_code = None

    # looking

    def at(self, heading, seconds=20):
        """Waits for the page with this heading."""
        self.window.find('label', self.words(heading), seconds)
        self.run.say(f'page “{self.words(heading)}”')
        self.take_picture(heading)

    def reads(self, english, seconds=15):
        """Waits until a sentence is there to read, in the language of the run."""
        return self.window.find(None, re.compile(self.pattern(english)), seconds)

    def pattern(self, english, number=None):
        """A sentence as a pattern; a number or whatever else stands where it leaves room."""
        filled = '.+' if number is None else str(number)
        return re.sub(r'%(?:\d\\\$)?[sdu]', filled, re.escape(self.words(english)))

    def problem(self, sentence, more=None, number=None):
        """Waits for the box that says what is wrong; `more` stands in it too."""
        def says():
            for box in self.window.search('alert'):
                words = ' '.join(node.name for node in box.walk() if node.role == 'label')
                if self.words(sentence) in words and (not more or re.search(wanted, words)):
                    return words
            return None

        wanted = more and self.pattern(more, number)
        self.run.say(f'said: {wait_for(says, f"the problem “{self.words(sentence)}”")}')

    def no_problem(self):
        wait_for(lambda: not any(label.name for box in self.window.search('alert')
                                 for label in box.search('label')), 'the problem is over')

    def answer(self, question, english):
        """Answers a question that the program asks in a dialog."""
        dialog = wait_for(lambda: next((window for window in self.program.windows
                                        if window.seen('label', self.words(question))), None),
                          f'the question “{self.words(question)}”')
        self.program.click(dialog.find('button', self.words(english)))
        wait_for(lambda: not any(window.seen('label', self.words(question))
                                 for window in self.program.windows), 'the dialog is gone')

    def button(self, english, context=None):
        return self.window.find('button', self.words(english, context))

    def choose(self, english):
        """Chooses one of several ways by a click on its row."""
        row = self.window.find('list item', self.words(english))
        self.program.click(row)
        mark = next(row.search('radio'), None) or next(row.search('checkbox'), None)
        wait_for(lambda: mark.has('checked'), f'“{self.words(english)}” is chosen')

    def take_picture(self, name, window=None):
        if self.page_pictures:
            os.makedirs(self.page_pictures, exist_ok=True)
            number = sum(name.endswith('.png') for name in os.listdir(self.page_pictures))
            slug = re.sub(r'[^a-z]+', '-', name.lower()).strip('-')
            path = os.path.join(self.page_pictures, f'{number:02d}-{slug}.png')
            self.program.picture(window or self.window, path)

    # acting

    def press(self, english, context=None):
        self.program.click(self.button(english, context))

    def fill(self, title, text):
        """Types into a row after a real click into it."""
        row = self.window.find('text box', self.words(title))
        self.program.click(row)
        self.program.keys('ctrl+a', 'BackSpace')
        self.program.type(text)
        # A word row tells nobody what is in it: some versions of GTK tell how long it is.
        if 'Text' in row.interfaces:
            wait_for(lambda: row.text in (text, len(text) * row.text[:1]), f'“{title}” is typed')
        return row

    def type_number(self, title, digits):
        """Types into the cells of a PIN or a code; how many there are is all that can be seen."""
        cells = self.window.find('text box', self.words(title))
        self.program.click_to_focus(cells)
        self.program.keys('Delete')
        self.program.type(digits)
        # “4 of 6 digits”, in whatever order a language says it.
        wait_for(lambda: sorted(map(int, re.findall(r'\d+', cells.description)[-2:])) ==
                 sorted([len(digits), 6]), f'{len(digits)} digits in “{title}”')
        return cells

    # pages

    def welcome(self):
        self.at('Your First E-Signature')
        self.press('_Start')

    def prepare(self):
        self.at('Prepare the Chip')
        self.press('_Next')

    def reader(self):
        self.at('Plug In the Card Reader')
        self.world.plug_reader()
        self.press('_Next')

    def driver(self):
        self.at('Reader Driver')
        self.press('_Next')

    def card(self):
        self.at('Your Card')
        self.world.insert_card()
        self.window.find('label', self.words('Card serial number'))
        self.serial = self.value('Card serial number')
        self.take_picture('Card read')
        self.press('_Next')

    def value(self, title):
        """What stands beside a title in a list."""
        def beside():
            labels = [node.name for node in self.window.walk()
                      if node.role == 'label' and node.laid_out]
            labels = [label for label in labels if label]
            words = self.words(title)
            return labels[labels.index(words) + 1] if words in labels[:-1] else None
        return wait_for(beside, f'what “{title}” is')

    def to_login(self):
        self.welcome()
        self.prepare()
        self.reader()
        self.driver()
        self.card()
        self.at('Password Login')

    def log_in(self, word=None, captcha=None):
        self.fill('Identity number', self.world.identity_number)
        self.fill('Text in the picture', captcha or self.world.captcha())
        self.fill('Security word', word or self.world.security_word)
        self.press('_Log In')

    def phone(self):
        self.at('Is This Your Phone?')
        self.press('_Confirm')

    def sms(self):
        self.at('SMS Confirmation Code')
        self.type_code()
        self.press('_Send')

    def confirm(self, heading):
        """The code that confirms one operation."""
        self.at(heading)
        self.type_code()
        self.press('_Confirm')

    def type_code(self, code=None):
        self.last_code = self.world.code(besides=self.last_code)
        self.type_number('SMS confirmation code', code or self.last_code)

    def to_session(self):
        """From the first page to the one after the SMS code."""
        self.to_login()
        self.log_in()
        self.phone()
        self.sms()

    def activate(self):
        self.at('Activate Your Certificate')
        self.press('_Activate')

    # the PIN the issuer holds

    def show_pin(self):
        """Has the PIN shown and reads it off the screen."""
        self.press('S_how for 15 Seconds')
        shown = self.words('%s, on the screen for a moment') % self.words('PIN')
        view = self.window.find(None, shown)
        return read_digits(self.program, view)

    def save_pin(self, path):
        """Saves the PIN as PDF; the answer is the document's password, as the screen shows it."""
        self.press('_Save My Passwords')
        chooser = wait_for(lambda: next((window for window in self.program.windows
                                         if window.seen('button', self.words('_Save'))), None),
                           'the file chooser')
        self.program.focus(chooser)
        self.program.keys('ctrl+a')
        self.program.type(path)
        self.program.keys('Return')
        wait_for(lambda: os.path.exists(path), 'the PDF')
        self.press('Show the _Password for 15 Seconds')
        view = self.window.find(None, self.words('%s, on the screen for a moment') %
                                self.words('Password of the document'))
        return read_words(self.program, view, lambda password: opens(path, password))

    def delete_pin(self, with_picture=False):
        """Deletes the PIN at the issuer: the question, the typed word, the code."""
        self.press('_Delete My Passwords')
        question = wait_for(lambda: next((window for window in self.program.windows
                                          if window.role == 'dialog'), None), 'the question')
        entry = question.find('text box')
        if with_picture:
            self.take_picture('Delete question', question)
        self.program.click(entry)
        self.program.type(self.words('DELETE', 'deletion phrase'))
        self.program.click(question.find('button', self.words('_Delete for Good')))
        self.confirm('Confirm Deleting the PIN')

    # a new PIN

    def type_new_pin(self, pin, again=None):
        self.type_number('New PIN', pin)
        self.type_number('New PIN (again)', again or pin)


def opens(path, password):
    """Whether a PDF opens with a password."""
    return subprocess.run(['pdftotext', '-upw', password, path, '-'], capture_output=True,
                          check=False).returncode == 0


def check_sheet(path, password):
    """The PDF opens with its password alone, belongs to its owner alone and has no text to find."""
    mode = stat.S_IMODE(os.stat(path).st_mode)
    assert mode == 0o600, f'the PDF has mode {mode:o}'
    for wrong in ('', password + 'x'):
        assert not opens(path, wrong), 'the PDF opens without its password'
    opened = subprocess.run(['pdftotext', '-upw', password, path, '-'], capture_output=True,
                            text=True, check=False)
    assert opened.returncode == 0, f'the PDF does not open with its password: {opened.stderr}'
    return opened.stdout
