# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what is drawn and told to no assistive tool: a PIN or a password on the screen."""
import difflib
import os
import re
import subprocess
import tempfile

from driver import wait_for

WORD_LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         '../../src/app/ilk-password-words.c')

DIGITS = '0123456789'
WORDS = 'abcdefghijklmnopqrstuvwxyz-'


def read_drawn(program, node, characters):
    """The text that is drawn in a widget, by character recognition of its picture."""
    window = program.window_of(node)
    with tempfile.NamedTemporaryFile(suffix='.png') as whole:
        program.picture(window, whole.name)
        width = int(subprocess.check_output(['identify', '-format', '%w', whole.name]))
        height = int(subprocess.check_output(['identify', '-format', '%h', whole.name]))
        border_x, border_y = program.border(window, width, height)
        x, y, own_width, own_height = node.extents
        x += border_x
        y += border_y
        part = subprocess.check_output(
            ['convert', whole.name, '-crop', f'{own_width}x{own_height}+{x}+{y}', '+repage',
             '-colorspace', 'Gray', '-resize', '300%', '-bordercolor', 'white', '-border', '40',
             '-density', '300', 'png:-'])
    read = subprocess.run(['tesseract', '-', '-', '--psm', '6',
                           '-c', f'tessedit_char_whitelist={characters}'],
                          input=part, capture_output=True, check=True).stdout.decode()
    # What is drawn comes first; below it stands for how long it is still shown.
    return read.strip().split('\n')[0].replace(' ', '')


def read_digits(program, node, count=6):
    def digits():
        text = read_drawn(program, node, DIGITS)
        return text if len(text) == count else None
    return wait_for(digits, f'{count} digits to be read on the screen')


def known_words():
    """The words that a password can be made of."""
    with open(WORD_LIST, encoding='utf-8') as file:
        return sorted(set(re.findall(r'"([a-z]{3,})"', file.read())))


def read_words(program, node, count=4):
    """Words drawn with “-” between them. A letter that the reading gets wrong (“l” for “i”) is put
    right by the list of words, as a person does who knows words."""
    known = known_words()

    def words():
        text = read_drawn(program, node, WORDS)
        parts = text.split('-')
        if len(parts) != count:
            return None
        nearest = [difflib.get_close_matches(part, known, 1, 0.6) for part in parts]
        return '-'.join(match[0] for match in nearest) if all(nearest) else None
    return wait_for(words, f'{count} words to be read on the screen')
