#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""start.py BUILD-FOLDER [ROUNDS]: time to the first frame and memory of ilkimza beside other programs.

To be run in a display of its own: tests/e2e/uirun tests/benchmarks/start.py build

All programs take turns, so that a busy moment of the computer meets all of them. Printed are
medians, and their ratios to ilkimza. Time is from the start of the process to the first pixels on
the screen, memory the proportional set size (PSS) three seconds after the start. Each program
starts as it does by itself; "light" ones are told to leave GL alone, as ilkimza does on its own.
"""
import os
import select
import shutil
import statistics
import subprocess
import sys
import time

ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 9
WAIT = 3.0
LIGHT = {'GSK_RENDERER': 'cairo',  # Up to GTK 4.14, and since 4.16:
         'GDK_DEBUG': 'gl-disable', 'GDK_DISABLE': 'gl,vulkan'}
PEERS = [['gnome-calculator'], ['gnome-text-editor', '--standalone'], ['gtk4-widget-factory'],
         ['zenity', '--info', '--text', 'One sentence']]


def programs(build):
    """name -> command, environment; peers that are not installed are left out."""
    bare = [os.path.join(build, 'tests', 'benchmarks', 'bare-window')]
    chosen = {'ilkimza': ([os.path.join(build, 'src', 'app', 'ilkimza')], {}),
              'bare window, light': (bare, LIGHT),
              'bare window': (bare, {})}
    for peer in PEERS:
        if shutil.which(peer[0]):
            chosen[peer[0]] = (peer, {})
        else:
            print(f'not installed: {peer[0]}')
    return chosen


def pss(pid):
    """KiB of a process and what it started."""
    total = 0
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as rollup:
        total += next(int(line.split()[1]) for line in rollup if line.startswith('Pss:'))
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/children', encoding='ascii') as children:
            total += sum(pss(child) for child in children.read().split())
    return total


def measure(first_frame, command, environment):
    """(ms to the first frame, MiB)"""
    began = time.monotonic()
    process = subprocess.Popen([first_frame, *command], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env=dict(os.environ, **environment))
    milliseconds, pid = process.stdout.readline().split()
    # The only wait by the clock: what is measured is the memory at this time.
    select.select([], [], [], max(0, WAIT - (time.monotonic() - began)))
    kib = pss(int(pid))
    process.stdin.close()
    process.wait()
    process.stdout.close()
    assert float(milliseconds) >= 0, f'{command[0]} drew nothing'
    return float(milliseconds), kib / 1024


def report(results):
    own = [statistics.median(column) for column in zip(*results['ilkimza'])]
    print(f'{"median of " + str(ROUNDS):24} {"first frame":>12} {"":>6} {"memory":>10} {"":>6}')
    for name, values in results.items():
        ms, mib = (statistics.median(column) for column in zip(*values))
        print(f'{name:24} {ms:9.0f} ms {ms / own[0]:5.2f}x {mib:6.1f} MiB {mib / own[1]:5.2f}x')


def main():
    build = os.path.abspath(sys.argv[1])
    for name in LIGHT:
        os.environ.pop(name, None)
    os.environ.update(GSETTINGS_SCHEMA_DIR=os.path.join(build, 'data'),
                      ILKIMZA_LOCALEDIR=os.path.join(build, 'po'))
    first_frame = os.path.join(build, 'tests', 'benchmarks', 'first-frame')
    chosen = programs(build)
    for command, environment in chosen.values():   # into the page cache
        measure(first_frame, command, environment)
    results = {name: [] for name in chosen}
    for _ in range(ROUNDS):
        for name, (command, environment) in chosen.items():
            results[name].append(measure(first_frame, command, environment))
    report(results)


main()
