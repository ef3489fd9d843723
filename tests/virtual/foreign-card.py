#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""foreign-card.py BUILD-FOLDER: a card that is none of ours in a virtual reader.

vicc, of vsmartcard, plays an ISO 7816 card as other people's are. The program names it in calm
words, in both languages, and goes on. Run it by pcscd-run.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = sys.argv[1]
SECONDS = 30
CRYPTO = '/usr/lib/python3/dist-packages/Cryptodome'
MODULES = '/usr/lib/python3/site-packages/virtualsmartcard'
WORDS = {
    'en': 'The card is not an e-signature card that the program knows.',
    'tr': 'Kart, programın tanıdığı bir e-imza kartı değil.',
}


def check(language):
    # Under C.UTF-8 the C library of Debian 13 takes no notice of LANGUAGE.
    locale = 'tr_TR.UTF-8' if language == 'tr' else 'C.UTF-8'
    environment = dict(os.environ, LANGUAGE=language, LC_ALL=locale,
                       ILKIMZA_LOCALEDIR=os.path.join(BUILD, 'po'),
                       ILKIMZA_READER_PREFIX='Virtual PCD', ILKIMZA_PKCS11_MODULES='')
    return subprocess.run([os.path.join(BUILD, 'src/app/ilkimza'), '--check'],
                          capture_output=True, text=True, timeout=SECONDS, env=environment)


def is_there():
    listed = subprocess.run(['opensc-tool', '--list-readers'], capture_output=True, text=True,
                            timeout=SECONDS).stdout
    return 'Yes' in listed


def main():
    vicc = shutil.which('vicc')
    if vicc is None:
        if os.environ.get('CI'):
            print('Bail out! CI is set, and a skipped test fails: vicc is not installed')
            return 1
        print('1..0 # SKIP vicc is not installed')
        return 0
    # Debian's own Python has what vicc needs; but Debian 12 has vicc's modules where Python does not
    # look, and its cryptography under another name.
    folder = tempfile.mkdtemp(prefix='ilk-vicc-')
    os.symlink(CRYPTO, os.path.join(folder, 'Crypto'))
    player = subprocess.Popen(['/usr/bin/python3', vicc, '--type', 'iso7816', '--hostname', '127.0.0.1'],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              env=dict(os.environ, PYTHONPATH=f'{folder}:{MODULES}'))
    failures = 0
    try:
        deadline = time.monotonic() + SECONDS
        while not is_there() and time.monotonic() < deadline:
            pass
        print(f'1..{len(WORDS)}')
        for number, (language, words) in enumerate(WORDS.items(), 1):
            done = check(language)
            right = words in done.stdout
            failures += not right
            print(f'{"ok" if right else "not ok"} {number} named calmly in “{language}”')
            if not right:
                print('\n'.join(f'# {line}' for line in (done.stdout + done.stderr).split('\n')))
    finally:
        player.terminate()
        player.wait(SECONDS)
        shutil.rmtree(folder)
    return 1 if failures else 0


sys.exit(main())
