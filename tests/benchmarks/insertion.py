#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""insertion.py BUILD-FOLDER [ROUNDS]: from the card that pcscd tells of to its owner's name on the
page, beside a bare C program that sends the same commands.

To be run with a pcscd and in a display of its own:
    tests/e2e/pcscd-run tests/e2e/uirun /usr/bin/python3 tests/benchmarks/insertion.py build

Both take turns, card by card. The commands are what ilkimza itself sends in this very run, taken
down on their way to pcscd; the program's end is the moment at which the name is drawn, the bare
one's the last answer. pcscd looks for virtual cards a few times a second: so the time begins when
it tells of the card, and a second bare program waits for that beside ilkimza. A virtual card that
answers at once shows what the program adds; what a holder waits for is the line of a real one.
"""
import os
import signal
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))

from alone import AloneWorld  # noqa: E402
from driver import wait_for  # noqa: E402
from harness import run as run_scenario  # noqa: E402
from real import READER, Reader  # noqa: E402
from road import Road  # noqa: E402

ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
HOLDER = 'Deneme Kişi'
SLOT = READER + ' 00 00'
# How fast card and reader speak: as every card begins, as many go on, and a card without a line.
PACES = (9600, 115200, 0)


class Helper:
    """A small program that answers lines with lines."""

    def __init__(self, run, *command):
        self.process = subprocess.Popen([run.built('tests', 'benchmarks', command[0]), *command[1:]],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        run.at_end.append(self.stop)

    def answer(self):
        line = self.process.stdout.readline()
        assert line, f'{self.process.args[0]} ended'
        return line.split()

    def begin(self):
        self.process.stdin.write('go\n')
        self.process.stdin.flush()
        assert self.answer() == ['waiting']

    def stop(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


def take_down_commands(run, world, told):
    """What the program sends for a card, in hex."""
    commands = run.path('commands')
    told.begin()
    reader = Reader(run, world.chosen['card_file'])
    told.answer()
    environment = dict(os.environ, **run.environment(), ILKIMZA_ISSUER=world.profile,
                       ILKIMZA_READER_PREFIX=READER, ILK_TRANSMIT_SPY=commands,
                       LD_PRELOAD=run.built('tests', 'benchmarks', 'transmit-spy.so'))
    subprocess.run([run.built('src', 'app', 'ilkimza'), '--check'], env=environment,
                   stdout=subprocess.DEVNULL, check=False)
    reader.stop()
    with open(commands, encoding='ascii') as file:
        lines = file.read().splitlines()
    assert lines, 'no command was taken down'
    return commands, [line[:8] for line in lines]


def headers_in_log(program):
    """The headers of the commands that the window's program says it has sent."""
    return [''.join(line.split('> ')[1].split()[:4]) for line in program.output().splitlines()
            if 'ilk-card-DEBUG' in line and ': > ' in line]


def measure_program(told, drawn, world, road):
    told.begin()
    drawn.begin()
    world.insert_card()
    began = int(told.answer()[0])
    ended = int(drawn.answer()[0])
    world.insert_card(False)
    road.reads('Waiting for your card…')
    return ended - began


def measure_bare(bare, world, program):
    """The window's program stands still meanwhile."""
    os.kill(program.pid, signal.SIGSTOP)
    bare.begin()
    world.insert_card()
    began, ended = map(int, bare.answer())
    world.insert_card(False)
    os.kill(program.pid, signal.SIGCONT)
    return ended - began


def report(baud, own, least):
    print(f'{f"{baud} baud" if baud else "at once":10} ilkimza, name drawn '
          f'{statistics.median(own) / 1000:7.1f} ms   bare, last answer '
          f'{statistics.median(least) / 1000:7.1f} ms   '
          f'ratio {statistics.median(own) / statistics.median(least):.2f}')


def measure(run):
    world = AloneWorld(run)
    road = Road(run, world)
    told = Helper(run, 'bare-card', SLOT)
    commands, expected = take_down_commands(run, world, told)
    for page in (road.welcome, road.prepare, road.reader, road.driver):
        page()
    road.at('Your Card')

    before = len(headers_in_log(run.program))
    world.insert_card()
    label = road.window.find('label', HOLDER)
    wait_for(lambda: headers_in_log(run.program)[before:] == expected,
             'the same commands as were taken down')
    run.program.still(label)
    _, x, y = run.program.place(label)
    width, height = label.extents[2:]
    drawn = Helper(run, 'watch-region', *(str(n) for n in (x - width // 2, y - height // 2, width,
                                                           height)))
    assert drawn.answer() == ['kept']
    world.insert_card(False)
    road.reads('Waiting for your card…')
    bare = Helper(run, 'bare-card', SLOT, commands)

    print(f'{len(expected)} commands, median of {ROUNDS} cards each')
    for baud in PACES:
        world.reader.tell(f'pace {baud}', 'pace')
        own, least = [], []
        for _ in range(ROUNDS):
            own.append(measure_program(told, drawn, world, road))
            least.append(measure_bare(bare, world, run.program))
        report(baud, own, least)
    run.program.close()


if __name__ == '__main__':
    sys.exit(run_scenario(sys.argv[1], 'insertion', measure))
