# SPDX-License-Identifier: GPL-3.0-or-later
"""What every scenario needs around it: folders, a world, the program, evidence of a failure."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

from driver import Program
from words import Words

HERE = os.path.dirname(os.path.abspath(__file__))


class Run:
    """One run of the program in a world; keeps what it needs to know of a failure."""

    def __init__(self, build, name, language='en'):
        self.build = os.path.abspath(build)
        self.name = name
        self.folder = tempfile.mkdtemp(prefix=f'ilkimza-{name}.')
        self.words = Words(self.build, language)
        self.program = None
        self.at_end = []
        self.started = time.monotonic()

    def say(self, what):
        print(f'{time.monotonic() - self.started:6.1f} s  {what}', flush=True)

    def path(self, *parts):
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def built(self, *parts):
        return os.path.join(self.build, *parts)

    def environment(self):
        """What a program that is not installed needs to know, in a home of its own."""
        temporary = self.path('tmp', '')
        return {
            'GSETTINGS_SCHEMA_DIR': self.built('data'),
            # Settings have to outlive the program, which starts itself anew in another language.
            'GSETTINGS_BACKEND': 'keyfile',
            'ILKIMZA_LOCALEDIR': self.built('po'),
            'TMPDIR': temporary,
        }

    def start(self, *arguments, **environment):
        program = self.built('src', 'app', 'ilkimza')
        environment = dict(self.environment(), **environment)
        self.program = Program([program, *arguments], environment, self.path('program.log'))
        return self.program

    def card_tool(self, *arguments, secret=None):
        """Runs ilkimza-card; a PIN goes in by standard input, so that no process list shows it."""
        return subprocess.run([self.built('src', 'virtual', 'ilkimza-card'), *arguments],
                              input=None if secret is None else secret + '\n',
                              capture_output=True, text=True, check=False)

    def keep_evidence(self):
        """Picture, tree and log of a failure, for whoever looks at it."""
        kept = self.built('e2e-failures', self.name)
        shutil.rmtree(kept, ignore_errors=True)
        os.makedirs(kept)
        with open(os.path.join(kept, 'failure.txt'), 'w', encoding='utf-8') as file:
            traceback.print_exc(file=file)
        subprocess.run(['import', '-window', 'root', os.path.join(kept, 'screen.png')],
                       check=False)
        if self.program:
            shutil.copy(self.program.log, os.path.join(kept, 'program.log'))
            try:
                with open(os.path.join(kept, 'tree.txt'), 'w', encoding='utf-8') as file:
                    file.write('\n'.join(self.program.dump()) + '\n')
            except Exception as error:  # the program may be gone; the rest is kept all the same
                print(f'no tree: {error}')
        print(f'kept for looking at: {kept}', flush=True)

    def end(self):
        if self.program:
            self.program.kill()
        for action in reversed(self.at_end):
            action()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(build, name, scenario, language='en'):
    """Runs one scenario; the answer is the exit status."""
    this = Run(build, name, language)
    try:
        scenario(this)
        this.say(f'{name}: as promised')
        return 0
    except Exception:
        traceback.print_exc()
        this.keep_evidence()
        return 1
    finally:
        this.end()


def main(scenarios):
    """scenario.py BUILD-FOLDER NAME: runs one of the scenarios of a file."""
    build, name = sys.argv[1:3]
    sys.exit(run(build, name, scenarios[name]))
