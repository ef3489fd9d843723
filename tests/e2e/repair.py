# SPDX-License-Identifier: GPL-3.0-or-later
"""A computer on which something is missing, and the program that mends it: the real window, the real
card service, and a PackageKit and a systemd that are made up. To be run by computer-run.

repair.py BUILD-FOLDER NAME[-turkish]
"""
import os
import re
import shutil
import subprocess
import sys
import threading

from alone import PROFILE
from driver import wait_for
from harness import run as run_scenario
from road import Road

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = '/usr/lib/pcsc/drivers'
SOCKET = '/run/pcscd/pcscd.comm'
PORT = 0x8C7B
VENDOR, PRODUCT = '072f', '9000'   # ACS ACR38: needs the driver of libacsccid1

BUNDLE = """<plist><dict>
<key>CFBundleExecutable</key><string>libacsccid.so</string>
<key>CFBundleShortVersionString</key><string>1.1.8</string>
<key>ifdVendorID</key><array><string>0x072F</string></array>
<key>ifdProductID</key><array><string>0x9000</string></array>
<key>ifdFriendlyName</key><array><string>Virtual PCD</string></array>
</dict></plist>
"""


BUS = """<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


class Lines:
    """What a program says, line by line, as it comes."""

    def __init__(self, stream):
        self.seen = []
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            self.seen.append(line.strip())

    def wait(self, beginning):
        wait_for(lambda: any(line.startswith(beginning) for line in self.seen),
                 f'“{beginning}” to be said')


class Computer:
    """The folders of computer-run, the card service, and who installs and starts things."""

    def __init__(self, run):
        self.run = run
        self.service = None
        self.desktop = None
        self.readers = run.path('readers', '')
        self.profile = run.path('alone.ini')
        with open(self.profile, 'w', encoding='utf-8') as file:
            file.write(PROFILE)
        self.environment = {'DBUS_SYSTEM_BUS_ADDRESS': self.start_bus()}
        run.at_end += [self.stop_service, self.end_desktop]

    def start_bus(self):
        """A system bus on which everybody may own every name."""
        config = self.run.path('bus.conf')
        with open(config, 'w', encoding='ascii') as file:
            file.write(BUS.format(folder=self.run.path('bus', '')))
        bus = subprocess.Popen(['dbus-daemon', '--nofork', '--print-address', '--config-file', config],
                               stdout=subprocess.PIPE, text=True)
        self.run.at_end.append(bus.terminate)
        return bus.stdout.readline().strip()

    def plug_in(self):
        """A reader that says what it is, as the kernel shows it."""
        device = '/sys/bus/usb/devices/1-1'
        os.makedirs(f'{device}/1-1:1.0')
        for name, value in (('idVendor', VENDOR), ('idProduct', PRODUCT), ('busnum', '1'),
                            ('devnum', '4'), ('1-1:1.0/bInterfaceClass', 'ff')):
            with open(f'{device}/{name}', 'w', encoding='ascii') as file:
                file.write(value + '\n')

    def install_driver(self):
        folder = f'{DRIVERS}/ifd-acsccid.bundle/Contents'
        os.makedirs(folder)
        with open(f'{folder}/Info.plist', 'w', encoding='ascii') as file:
            file.write(BUNDLE)
        with open(f'{self.readers}/vpcd', 'w', encoding='ascii') as file:
            file.write(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{PORT:X}\n'
                       f'LIBPATH {os.environ["ILK_VPCD_DRIVER"]}\nCHANNELID 0x{PORT:X}\n')

    def start_service(self):
        program = shutil.which('pcscd', path=os.environ['PATH'] + ':/usr/sbin')
        options = ['--foreground', '--info', '--config', self.readers]
        usage = subprocess.run([program, '--help'], capture_output=True, text=True,
                               check=False).stdout
        if '--disable-polkit' in usage:
            options.append('--disable-polkit')
        self.service = subprocess.Popen([program, *options], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        errors='replace')
        said = Lines(self.service.stdout)
        wait_for(lambda: any('daemon ready' in line for line in said.seen), 'pcscd')

    def stop_service(self):
        if self.service:
            self.service.terminate()
            self.service.wait(10)
            self.service = None
        if os.path.exists(SOCKET):
            os.unlink(SOCKET)

    def restart_service(self):
        self.stop_service()
        self.start_service()

    def serve(self, scenario):
        """PackageKit and systemd, as fake-desktop.py can be."""
        self.end_desktop()
        self.desktop = subprocess.Popen(
            ['/usr/bin/python3', os.path.join(HERE, '..', 'host', 'fake-desktop.py'), scenario],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **self.environment))
        self.said = Lines(self.desktop.stdout)
        self.said.wait('ready')

    def go_on(self):
        self.desktop.stdin.write('go\n')
        self.desktop.stdin.flush()

    def end_desktop(self):
        if self.desktop:
            self.desktop.stdin.close()
            self.desktop.wait(10)
            self.desktop = None

    # What Road asks of a world.

    def plug_reader(self, plugged=True):
        pass

    def start(self):
        """The program, up to the page about the driver."""
        self.run.start(G_MESSAGES_DEBUG='all', ILKIMZA_ISSUER=self.profile, **self.environment)
        road = Road(self.run, self)
        road.welcome()
        road.prepare()
        return road


def driver(run):
    """A driver is missing. It is installed with progress, given up once, and the page goes on."""
    computer = Computer(run)
    computer.plug_in()
    computer.start_service()
    computer.serve('packages+systemd+holds')
    road = computer.start()
    road.at('Plug In the Card Reader')
    road.reads('Plugged in, but its driver is missing; the next step helps')
    road.press('_Next')
    road.at('Reader Driver')
    road.reads('The driver for %s is missing')

    road.press('_Install the Driver')
    computer.said.wait('install libacsccid1;')
    road.reads('Downloading…')
    road.press('_Cancel')
    computer.said.wait('cancel')
    road.button('_Install the Driver')

    computer.serve('packages+systemd+holds')
    road.press('_Install the Driver')
    computer.said.wait('install libacsccid1;')
    computer.install_driver()
    computer.go_on()
    computer.said.wait('TryRestartUnit pcscd.service')
    computer.restart_service()
    road.at('Your Card')
    run.program.close()


def refused(run):
    """Whoever may install here says no, has no network, or fails: each is said, and so is the way
    without an installer."""
    computer = Computer(run)
    computer.plug_in()
    computer.start_service()
    computer.serve('packages+denied')
    road = computer.start()
    road.at('Plug In the Card Reader')
    road.press('_Next')
    road.at('Reader Driver')
    road.press('_Install the Driver')
    road.problem('Nothing was changed, because nobody has allowed it.')
    # What PackageKit itself says of a failure that nobody foresaw is shown as it is.
    for scenario, sentence, quote in (
            ('packages+offline', 'The package can’t be downloaded.', ''),
            ('packages+locked', 'Another program is installing just now.', ''),
            ('packages+broken', 'It did not work.', 'made up: broken'),
            ('systemd', 'This computer has no installer that the program can ask.', '')):
        computer.serve(scenario)
        road.press('_Install the Driver')
        road.problem(sentence)
        road.window.find(None, re.compile(quote))
        run.say(f'{scenario}: as promised')
    road.window.find('label', 'sudo apt install libacsccid1')
    road.press('C_opy')
    road.window.find('button', road.words('C_opied'))
    run.program.close()


def service(run):
    """The card service is off. It is refused once, then started, and the page goes on."""
    computer = Computer(run)
    computer.plug_in()
    computer.install_driver()
    computer.serve('systemd+denied')
    road = computer.start()
    road.at('Plug In the Card Reader')
    road.press('_Next')
    road.at('Reader Driver')
    road.reads('The card service is switched off')
    road.press('_Start the Card Service')
    computer.said.wait('EnableUnitFiles pcscd.socket')
    road.problem('Nothing was changed, because nobody has allowed it.')

    computer.serve('systemd')
    road.press('_Start the Card Service')
    computer.said.wait('StartUnit pcscd.socket')
    computer.start_service()
    road.at('Your Card')
    run.program.close()


SCENARIOS = {'repair-driver': driver, 'repair-refused': refused, 'repair-service': service}

if __name__ == '__main__':
    build, name = sys.argv[1:3]
    plain = name.removesuffix('-turkish')
    sys.exit(run_scenario(build, name, SCENARIOS[plain], 'en' if plain == name else 'tr'))
