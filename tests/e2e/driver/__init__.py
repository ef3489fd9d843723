# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the program as a person does: looks through the accessibility bus, acts by keys and clicks.

Plain D-Bus is spoken, since libatspi keeps dead programs in its caches. Waiting is always a poll
with a deadline; UITEST_TIMEOUT_SCALE stretches the deadlines for slow machines.
"""
from .waiting import Timeout, wait_for
from .node import Node
from .program import Program

__all__ = ['Node', 'Program', 'Timeout', 'wait_for']
