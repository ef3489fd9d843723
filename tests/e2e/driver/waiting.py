# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way to wait."""
import os
import time

from gi.repository import GLib

SCALE = float(os.environ.get('UITEST_TIMEOUT_SCALE', '1'))
STEP = 0.03


class Timeout(AssertionError):
    """What was waited for did not come in time."""


def wait_for(condition, what, seconds=15.0):
    """Returns the first true answer of condition (); a widget that vanishes meanwhile is a no."""
    deadline = time.monotonic() + seconds * SCALE
    last = None
    while True:
        try:
            answer = condition()
            if answer:
                return answer
        except GLib.Error as error:
            last = error
        if time.monotonic() > deadline:
            note = f' ({last.message})' if last else ''
            raise Timeout(f'waited {seconds * SCALE:.0f} s for: {what}{note}')
        time.sleep(STEP)
