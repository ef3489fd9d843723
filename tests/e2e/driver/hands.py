# SPDX-License-Identifier: GPL-3.0-or-later
"""Pointer and keyboard of the virtual display, by xdotool."""
import re
import subprocess

from .waiting import wait_for

WHEEL_UP, WHEEL_DOWN = '4', '5'


def xdotool(*args):
    done = subprocess.run(['xdotool', *args], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def windows_of(pid):
    """The X windows of a process, with their titles."""
    found = xdotool('search', '--onlyvisible', '--pid', str(pid)).split()
    return {window: xdotool('getwindowname', window) for window in found}


def geometry(window):
    """x, y, width, height of an X window, and the widths of the shadow GTK draws around it."""
    pairs = dict(line.split('=') for line in
                 xdotool('getwindowgeometry', '--shell', window).split())
    shadow = subprocess.run(['xprop', '-id', window, '-notype', '_GTK_FRAME_EXTENTS'],
                            capture_output=True, text=True, check=False).stdout
    sides = [0, 0, 0, 0]
    if '=' in shadow:
        sides = [int(number) for number in re.findall(r'\d+', shadow.split('=')[1])]
    return [int(pairs[key]) for key in ('X', 'Y', 'WIDTH', 'HEIGHT')], sides


def activate(window):
    """Brings a window to the front, as a click in the task bar does."""
    if xdotool('getactivewindow') != window:
        xdotool('windowactivate', window)
        wait_for(lambda: xdotool('getactivewindow') == window, 'the window comes to the front')
    xdotool('windowraise', window)


def press_at(x, y):
    xdotool('mousemove', str(x), str(y), 'click', '1')


def turn_wheel(x, y, direction, notches):
    button = WHEEL_UP if direction < 0 else WHEEL_DOWN
    xdotool('mousemove', str(x), str(y), 'click', '--repeat', str(notches), '--delay', '8', button)


def keys(*names):
    xdotool('key', '--clearmodifiers', *names)


def type_text(text):
    xdotool('type', '--clearmodifiers', '--delay', '12', '--', text)
