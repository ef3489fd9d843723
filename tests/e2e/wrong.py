# SPDX-License-Identifier: GPL-3.0-or-later
"""The wrong ways: each has its own words, and nothing that was done is lost.

wrong.py BUILD-FOLDER NAME
"""
from driver import wait_for
from harness import main
from practice import PracticeWorld
from real import RealWorld
from road import Road

NEW_PIN = '704918'
OTHER_PIN = '260583'
WRONG_WORD = 'yanlış sözcük'


def wrong_captcha(run):
    """Only the picture's text has to be typed again; the security word is kept."""
    world = PracticeWorld(run)
    road = Road(run, world)
    road.to_login()
    world.captcha()
    road.log_in(captcha='AAAAAA')
    road.problem('The text in the picture was typed wrong.')
    road.reads('Kept as you typed it')
    road.fill('Text in the picture', world.captcha())
    road.press('_Log In')
    road.at('Is This Your Phone?')
    run.program.close()


def wrong_word(run):
    """Three wrong words block the account, as was said before; the call centre is named."""
    world = PracticeWorld(run)
    road = Road(run, world)
    road.to_login()
    road.reads('Three wrong tries block your account; then the call centre has to reopen it')
    road.log_in(word=WRONG_WORD)
    road.problem('The identity number or the security word is wrong.',
                 'You have %d tries left before the account is blocked.', 2)
    road.log_in(word=WRONG_WORD)
    road.problem('The identity number or the security word is wrong.',
                 'You have %d try left before the account is blocked.', 1)
    road.log_in(word=WRONG_WORD)
    road.problem('Your account is blocked.', 'Call centre of %s: %s')
    road.log_in()
    road.problem('Your account is blocked.')
    run.program.close()


def wrong_codes(run):
    """A wrong code can be typed again; one whose time is over is sent anew."""
    world = PracticeWorld(run)
    road = Road(run, world)
    road.to_login()
    road.log_in()
    road.phone()
    road.at('SMS Confirmation Code')
    right = world.code()
    road.last_code = right
    road.type_number('SMS confirmation code', '000000' if right != '000000' else '111111')
    road.press('_Send')
    road.problem('The confirmation code is wrong.', 'You have %d tries left for this code.', 2)
    # Practice moves the clocks of the program and of the service: the page knows by itself.
    world.advance(301)
    road.reads('The time for this code is over. Have another one sent.')
    road.type_number('SMS confirmation code', right)
    assert not road.button('_Send').has('sensitive'), 'a code whose time is over: accepted'
    road.press('Send _Again')
    road.type_code()
    road.press('_Send')
    road.at('PIN / PUK Information')
    run.program.close()


def broken_rules(run):
    """A PIN that breaks a rule is not accepted, and the list says which rule."""
    world = PracticeWorld(run)
    number = world.identity_number
    road = Road(run, world)
    road.to_session()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    road.press('Set My _Own PIN')
    road.at('Your Own PIN')
    road.choose('I know the old PIN')
    road.type_number('Old PIN', old)
    road.type_number('New PIN', NEW_PIN[:5])
    road.type_number('New PIN (again)', NEW_PIN[:5])
    road.window.find(None, road.words('%s: not checked yet') % road.words('Exactly 6 digits'))
    assert not road.button('Create _New PIN').has('sensitive'), 'five digits: accepted'
    for pin, rule in [('777777', 'Not the same digit six times'),
                      ('234567', 'Not a run such as 123456, 654321 or 890123'),
                      ('321098', 'Not a run such as 123456, 654321 or 890123'),
                      (number[-6:], 'Not six digits in a row of your identity number'),
                      (old, 'Not your old PIN')]:
        road.type_number('New PIN', pin)
        road.type_number('New PIN (again)', pin)
        broken = road.words('%s: not so') % road.words(rule)
        road.window.find(None, broken)
        assert not road.button('Create _New PIN').has('sensitive'), f'{rule}: accepted'
        run.say(broken)
    road.type_number('New PIN', NEW_PIN)
    road.type_number('New PIN (again)', OTHER_PIN)
    road.reads('The two entries differ.')
    assert not road.button('Create _New PIN').has('sensitive')
    road.type_number('New PIN (again)', NEW_PIN)
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    world.check_pin(NEW_PIN, old)
    run.program.close()


def wrong_old_pin(run):
    """A wrong old PIN costs a try, which is said; before the last one the program asks."""
    world = PracticeWorld(run)
    road = Road(run, world)
    road.to_session()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    road.press('Set My _Own PIN')
    road.at('Your Own PIN')
    road.choose('I know the old PIN')
    road.type_number('Old PIN', OTHER_PIN)
    road.type_new_pin(NEW_PIN)
    road.press('Create _New PIN')
    road.problem('The PIN is wrong.', 'You have %d tries left.', 2)
    road.type_number('Old PIN', OTHER_PIN)
    road.press('Create _New PIN')
    road.problem('The PIN is wrong.', 'You have %d try left.', 1)
    road.type_number('Old PIN', OTHER_PIN)
    road.press('Create _New PIN')
    road.answer('Use the Last Try?', '_Cancel')
    assert world.tries_left(road.serial) == 1, 'the last try was spent without asking'
    road.type_number('Old PIN', old)
    road.press('Create _New PIN')
    road.answer('Use the Last Try?', '_Use the Last Try')
    road.at('Your Card Is Ready to Sign')
    world.check_pin(NEW_PIN, old)
    run.program.close()


def other_card(run):
    """Another card ends the road of the first one, and is shown as what it is."""
    world = RealWorld(run)
    road = Road(run, world)
    road.to_session()
    road.at('PIN / PUK Information')
    first = road.serial
    world.insert_card(False)
    world.choose('blocked')
    world.insert_card()
    road.problem('Another card was put in.')
    road.at('Your Card')
    wait_for(lambda: road.value('Card serial number') != first, 'the other card is shown')
    road.reads('Blocked; you unblock it here with a new PIN')
    run.program.close()


def service_gone(run):
    """Without the service the program says so and keeps what was typed; then it goes on."""
    world = RealWorld(run)
    road = Road(run, world)
    road.to_login()
    world.service.stop_nginx()
    road.log_in()
    road.problem('The issuer’s service can’t be reached.')
    assert road.window.find('text box', road.words('Identity number')).text == \
        world.identity_number, 'the identity number is lost'
    world.service.run_nginx()
    road.press('Another _Picture')
    road.fill('Text in the picture', world.captcha())
    road.press('_Log In')
    road.phone()
    road.sms()
    road.at('PIN / PUK Information')
    run.program.close()


def pulled(run):
    """The card is pulled while waiting and while typing; inserted again, nothing is lost."""
    world = RealWorld(run)
    road = Road(run, world)
    road.to_session()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    world.insert_card(False)
    road.problem('The card was taken out.')
    world.insert_card()
    road.no_problem()
    road.press('Set My _Own PIN')
    road.at('Your Own PIN')
    road.choose('I know the old PIN')
    road.type_number('Old PIN', old)
    road.type_number('New PIN', NEW_PIN)
    world.insert_card(False)
    road.problem('The card was taken out.')
    assert not road.button('Create _New PIN').has('sensitive'), 'a PIN without a card'
    world.insert_card()
    road.no_problem()
    road.type_number('New PIN (again)', NEW_PIN)
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    world.check_pin(NEW_PIN, old)
    run.program.close()


if __name__ == '__main__':
    main({
        'wrong-captcha': wrong_captcha,
        'wrong-word': wrong_word,
        'wrong-codes': wrong_codes,
        'broken-rules': broken_rules,
        'wrong-old-pin': wrong_old_pin,
        'other-card': other_card,
        'service-gone': service_gone,
        'pulled': pulled,
    })
