# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does not see: no wake-ups while waiting, no waiting on the main thread, no secret
left anywhere.

quiet.py BUILD-FOLDER NAME
"""
import collections
import os
import re
import subprocess
import time

from harness import main
from leaks import LeakWatch, read
from practice import PracticeWorld
from real import RealWorld
from road import Road, check_sheet

NEW_PIN = '704918'
SECONDS = 10
WAKE_UPS = 20
TOKEN = re.compile(rb'Bearer\s+\S+|(?<![\w/+-])[\w-]{43}(?![\w/+=-])')


def switches(pid):
    """How often the threads of a process were given the processor so far."""
    count = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        status = read(f'/proc/{pid}/task/{task}/status').decode()
        count += sum(int(number) for number in re.findall(r'ctxt_switches:\s*(\d+)', status))
    return count


def measure(run, what):
    """Counts wake-ups; nothing is asked meanwhile, since a question wakes the program up."""
    settled = None
    while settled != (settled := switches(run.program.pid)):
        time.sleep(1)
    time.sleep(SECONDS)
    woken = switches(run.program.pid) - settled
    run.say(f'{woken} wake-ups in {SECONDS} s while {what}')
    assert woken < WAKE_UPS, f'{woken} wake-ups in {SECONDS} s while {what}'


def waiting_practice(run):
    """Without a reader the program sleeps."""
    world = PracticeWorld(run)
    road = Road(run, world)
    road.welcome()
    road.prepare()
    road.at('Plug In the Card Reader')
    measure(run, 'it waits for a reader')
    run.program.close()


def waiting_real(run):
    """With pcscd's reader and no card in it the program sleeps, too."""
    world = RealWorld(run)
    road = Road(run, world)
    road.welcome()
    road.prepare()
    road.reader()
    road.driver()
    road.at('Your Card')
    measure(run, 'it waits for a card')
    run.program.close()


class WatchedRoad(Road):
    """Looks at arguments and environments on every page."""

    def __init__(self, run, world, watch, others):
        super().__init__(run, world)
        self.watch, self.others, self.hits = watch, others, []

    def at(self, heading, seconds=20):
        super().at(heading, seconds)
        for pid in [self.program.pid, *self.others]:
            self.hits += self.watch.look_at_processes(pid)

    def type_code(self, code=None):
        super().type_code(code)
        self.watch.add(f'code {len(self.watch.secrets)}', self.last_code)


def planted_ones_are_seen(run, watch):
    """A look that sees nothing says nothing: it has to find what is planted."""
    folder = run.path('planted', '')
    for name, secret in watch.secrets.items():
        path = os.path.join(folder, 'log')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'DEBUG: the answer is {secret}, so far\n')
        assert any(hit.startswith(name) for hit in watch.look_at_files(folder)), f'{name}: unseen'
        with open(path, 'wb') as file:
            file.write(b'\0\1' + secret.encode().hex().encode() + b'\n')
        assert any(hit.startswith(name) for hit in watch.look_at_files(folder)), f'{name}: unseen'
        os.remove(path)
        sleeper = subprocess.Popen(['sleep', '60'], env={'PLANTED': f'x={secret}'})
        try:
            assert watch.look_at_processes(sleeper.pid), f'{name}: unseen in an environment'
        finally:
            sleeper.kill()
            sleeper.wait()


def look_everywhere(run, watch):
    """Everything that was written anywhere in the run: logs, folders, the home of the display."""
    folders = [run.folder] + [os.environ[name] for name in
                              ('HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME',
                               'XDG_RUNTIME_DIR')]
    return watch.look_at_files(*folders)


def walk(run, world, road, watch):
    """A road on which every kind of secret is used."""
    watch.add('security word', world.security_word)
    road.to_session()
    road.activate()
    road.at('PIN / PUK Information')
    old = road.show_pin()
    watch.add('old PIN', old)
    road.press('_Keep This PIN')
    sheet = run.path('sheets', 'PIN.pdf')
    password = road.save_pin(sheet)
    watch.add('password', password)
    check_sheet(sheet, password)
    road.press('_Rather Set My Own PIN')
    road.at('Your Own PIN')
    road.choose('I know the old PIN')
    road.type_number('Old PIN', old)
    watch.add('new PIN', NEW_PIN)
    road.type_new_pin(NEW_PIN)
    road.press('Create _New PIN')
    road.at('Your Card Is Ready to Sign')
    road.delete_pin()
    road.reads('The PIN held by the issuer was deleted')
    return old


def judge(run, watch, road, logs):
    hits = road.hits + look_everywhere(run, watch)
    tokens = [f'{log}: {found.decode(errors="replace")}' for log in logs
              for found in TOKEN.findall(read(log))]
    assert watch.looked_at > 50, 'almost nothing was looked at'
    run.say(f'{watch.looked_at} looks for {len(watch.secrets)} secrets: '
            f'{len(hits)} found, {len(tokens)} tokens')
    assert not hits, 'secrets were left behind:\n' + '\n'.join(sorted(set(hits)))
    assert not tokens, 'tokens were written:\n' + '\n'.join(tokens)
    planted_ones_are_seen(run, watch)


def secrets_real(run):
    """A whole run with all debug output leaves no secret; nothing waits on the main thread."""
    calls = run.path('calls')
    preload = run.built('tests', 'e2e', 'libmain-thread.so')
    assert os.path.exists(preload), 'the library that counts calls was not built'
    world = RealWorld(run, 'not-activated', LD_PRELOAD=preload, ILKIMZA_E2E_CALLS=calls)
    watch = LeakWatch()
    road = WatchedRoad(run, world, watch, [world.service.process.pid, world.service.nginx.pid])
    old = walk(run, world, road, watch)
    run.program.close()

    counted = collections.Counter(read(calls).decode().split('\n'))
    on_main = {call: count for call, count in counted.items() if call.startswith('main ')}
    run.say(f'{counted["other SCardTransmit"]} commands to the card, on the main thread: {on_main}')
    assert counted['other SCardTransmit'] > 10 and counted['other SCardGetStatusChange'], counted
    assert not on_main, f'the main thread waited for the card service: {on_main}'

    log = run.program.output()
    assert 'ilk-card-DEBUG' in log and 'ilk-controller-DEBUG' in log, 'debug output is off'
    nginx = world.service.folder
    judge(run, watch, road, [run.program.log, world.service.log, nginx + 'nginx-access.log',
                             nginx + 'nginx-error.log'])
    world.check_pin(NEW_PIN, old)


def secrets_practice(run):
    """The same in practice, where the service is a child of the program."""
    world = PracticeWorld(run, 'not-activated')
    watch = LeakWatch()
    road = WatchedRoad(run, world, watch, [])
    old = walk(run, world, road, watch)
    world.check_pin(NEW_PIN, old)
    hits = look_everywhere(run, watch)
    assert not hits, 'secrets in the running practice:\n' + '\n'.join(sorted(set(hits)))
    run.program.close()
    judge(run, watch, road, [run.program.log])


if __name__ == '__main__':
    main({
        'waiting-practice': waiting_practice,
        'waiting-real': waiting_real,
        'secrets-practice': secrets_practice,
        'secrets-real': secrets_real,
    })
