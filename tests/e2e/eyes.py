# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what is drawn and told to no assistive tool: a PIN or a password on the screen."""
import difflib
import itertools
import os
import re
import subprocess
import tempfile

from driver import wait_for

WORD_LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         '../../src/app/ilk-password-words.c')

DIGITS = '0123456789'
WORDS = 'abcdefghijklmnopqrstuvwxyz-'
SCALES = ['300%', '200%', '400%']


def picture_of(program, node):
    """What is drawn in a widget, as a PNG."""
    window = program.window_of(node)
    with tempfile.NamedTemporaryFile(suffix='.png') as whole:
        program.picture(window, whole.name)
        width = int(subprocess.check_output(['identify', '-format', '%w', whole.name]))
        height = int(subprocess.check_output(['identify', '-format', '%h', whole.name]))
        border_x, border_y = program.border(window, width, height)
        x, y, own_width, own_height = node.extents
        x += border_x
        y += border_y
        return subprocess.check_output(
            ['convert', whole.name, '-crop', f'{own_width}x{own_height}+{x}+{y}', '+repage',
             'png:-'])


def read_picture(picture, characters, scale):
    """The first line of text in a picture, by character recognition."""
    part = subprocess.run(
        ['convert', 'png:-', '-colorspace', 'Gray', '-resize', scale, '-bordercolor', 'white',
         '-border', '40', '-density', '300', 'png:-'],
        input=picture, stdout=subprocess.PIPE, check=True).stdout
    read = subprocess.run(['tesseract', '-', '-', '--psm', '6',
                           '-c', f'tessedit_char_whitelist={characters}'],
                          input=part, capture_output=True, check=True).stdout.decode()
    # What is drawn comes first; below it stands for how long it is still shown.
    return read.strip().split('\n')[0].replace(' ', '')


def read_drawn(program, node, characters):
    """The text that is drawn in a widget, as it is read in several sizes: one reading alone now and
    then takes a letter for another."""
    picture = picture_of(program, node)
    return [read_picture(picture, characters, scale) for scale in SCALES]


def read_digits(program, node, count=6):
    """A number, once two readings agree on it."""
    def digits():
        read = [text for text in read_drawn(program, node, DIGITS) if len(text) == count]
        return next((text for text in read if read.count(text) > 1), None)
    return wait_for(digits, f'{count} digits to be read on the screen')


def known_words():
    """The words that a password can be made of."""
    with open(WORD_LIST, encoding='utf-8') as file:
        return sorted(set(re.findall(r'"([a-z]{3,})"', file.read())))


def read_words(program, node, fits, count=4):
    """Words drawn with “-” between them. A letter that the reading gets wrong (“l” for “i” or “t”)
    is put right by the list of words; where two words of the list are as near, `fits` says which
    one it is, as a person tries the other who got a password wrong."""
    known = known_words()

    def readings():
        for text in read_drawn(program, node, WORDS):
            parts = text.split('-')
            if len(parts) == count:
                nearest = [difflib.get_close_matches(part, known, 3, 0.6) for part in parts]
                yield from itertools.product(*nearest)

    def words():
        # Nearest first; each only once.
        texts = dict.fromkeys('-'.join(reading) for reading in readings())
        return next((text for text in texts if fits(text)), None)
    return wait_for(words, f'{count} words to be read on the screen')
