# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's words in the language of a run, by their English ones."""
import gettext
import os


class Words:
    def __init__(self, build, language):
        self.language = language
        self.catalogue = gettext.NullTranslations()
        if language != 'en':
            self.catalogue = gettext.translation('ilkimza', os.path.join(build, 'po'), [language])

    def __call__(self, english, context=None):
        """The sentence as the program shows it; a mnemonic sign is left out."""
        return self.raw(english, context).replace('_', '')

    def raw(self, english, context=None):
        key = f'{context}\x04{english}' if context else english
        if self.language != 'en':
            known = self.catalogue._catalog  # pylint: disable=protected-access
            assert key in known or (key, 0) in known, f'no {self.language} words for “{english}”'
        if context:
            return self.catalogue.pgettext(context, english)
        return self.catalogue.gettext(english)
