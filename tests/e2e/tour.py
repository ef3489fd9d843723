# SPDX-License-Identifier: GPL-3.0-or-later
"""tour.py BUILD-FOLDER: walks the whole first day in practice mode, by keys and clicks, and leaves a
picture of every page and the saved PDF in BUILD-FOLDER/tour/.

Exit status 0 only if the card takes the new PIN in the end.
"""
import os
import shutil
import sys

from harness import run
from practice import PracticeWorld
from road import Road, check_sheet

NEW_PIN = '704918'


def tour(this):
    folder = this.built('tour')
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    world = PracticeWorld(this, 'not-activated')
    this.program.picture(world.desk, os.path.join(folder, '00-practice-desk.png'))
    road = Road(this, world)
    road.page_pictures = folder
    road.to_session()
    road.activate()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    this.say('the PIN is shown, and read off the screen')
    road.take_picture('PIN shown')
    road.press('_Keep This PIN')
    sheet = os.path.join(folder, 'PIN.pdf')
    password = road.save_pin(sheet)
    check_sheet(sheet, password)
    this.say(f'the PDF is saved; it opens with {password} and with nothing else')
    road.take_picture('PIN saved')
    road.press('_Rather Set My Own PIN')
    road.at('Your Own PIN')
    road.choose('Use the PIN shown')
    road.type_new_pin(NEW_PIN)
    road.take_picture('New PIN typed')
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    road.delete_pin(with_picture=True)
    road.reads('The PIN held by the issuer was deleted')
    this.say('the PIN that the issuer held is deleted')
    road.take_picture('Done')
    world.check_pin(NEW_PIN, old)
    this.program.close()
    this.say(f'pictures and the PDF are in {folder}/')


if __name__ == '__main__':
    sys.exit(run(sys.argv[1], 'tour', tour))
