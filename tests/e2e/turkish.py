# SPDX-License-Identifier: GPL-3.0-or-later
"""The road in Turkish, with the words that holders know from the issuer's letters.

turkish.py BUILD-FOLDER NAME
"""
import locale
import sys

from driver import wait_for
from harness import run
from practice import PracticeWorld
from road import Road
from words import Words

NEW_PIN = '704918'


class TurkishRoad(Road):
    """Looks on each page whether anything is left in English."""

    def __init__(self, this, world):
        super().__init__(this, world)
        catalogue = self.words.catalogue._catalog  # pylint: disable=protected-access
        self.english = {english.split('\x04')[-1].replace('_', '')
                        for english, turkish in catalogue.items()
                        if isinstance(english, str) and english and english != turkish}
        turkish = {words.replace('_', '') for words in catalogue.values()}
        self.english -= turkish  # “PIN” is the same word

    def at(self, heading, seconds=20):
        super().at(heading, seconds)
        left = [words for words in self.window.words() if words in self.english]
        assert not left, f'left in English: {left}'

    def has(self, *literal):
        """These very words are there to read, by themselves or in a sentence."""
        def missing():
            words = '\n'.join(self.window.words())
            return [wanted for wanted in literal if wanted not in words]
        wait_for(lambda: not missing(), f'the words {literal}')


def language_buttons(this):
    """The desktop's language first; the welcome page changes it, and the choice is kept."""
    english, turkish = Words(this.build, 'en'), this.words
    world = PracticeWorld(this)
    program = this.program
    first = program.window(turkish('ilkimza – Practice'))
    first.find('label', turkish('Your First E-Signature'))
    for button, words in [('English', english), ('Türkçe', turkish)]:
        window = next(w for w in program.windows if w != world.desk)
        program.click(window.find(None, button))
        program.meet_again()
        world.words = words
        world.meet_desk()
        window = next(w for w in program.windows if w != world.desk)
        window.find('label', words('Your First E-Signature'), 30)
        this.say(f'the program speaks {words.language}')
    return world


def road(this):
    assert locale.setlocale(locale.LC_ALL, ''), 'there is no such locale'
    world = language_buttons(this)
    on = TurkishRoad(this, world)
    on.has('Hoş geldiniz', 'Kart okuyucu', 'Sürücü')
    on.to_login()
    on.has('Şifreli Giriş', 'Kimlik No', 'Resimdeki Yazı', 'Güvenlik Sözcüğü',
           'Güvenlik Sözcüğümü Unuttum', 'Giriş', 'Geri')
    on.log_in()
    on.at('Is This Your Phone?')
    on.program.click(on.window.find('list item', on.words('This is not my number')))
    on.has('Onay', 'Çağrı Merkezi')
    on.press('_Confirm')
    on.at('SMS Confirmation Code')
    on.has('SMS Onay Kodu', 'Kalan süre', 'Gönder')
    on.type_code()
    on.press('_Send')
    on.at('PIN / PUK Information')
    on.has('PIN / PUK Bilgisi', 'Kart Seri Numarası', 'PUK')
    old = on.show_pin()
    on.press('_Keep This PIN')
    on.has('Parolalarımı Kaydet', 'Parolalarımı Sil')
    on.press('_Rather Set My Own PIN')
    on.at('Your Own PIN')
    on.choose('I know the old PIN')
    on.type_number('Old PIN', old)
    on.type_new_pin(NEW_PIN)
    on.has('Yeni PIN Kodu', 'Yeni PIN Kodu (Tekrar)', 'Yeni PIN Üret')
    on.press('Create _New PIN')
    on.at('Your Card Is Ready to Sign')
    on.has('PUK')
    on.delete_pin()
    on.reads('The PIN held by the issuer was deleted')
    world.check_pin(NEW_PIN, old)
    this.program.close()


if __name__ == '__main__':
    sys.exit(run(sys.argv[1], sys.argv[2], road, 'tr'))
