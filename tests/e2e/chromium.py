# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a window, driven by the WebDriver protocol with the standard library alone."""
import base64
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.parse

PATIENCE = 20 * float(os.environ.get('UITEST_TIMEOUT_SCALE', '1'))
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
KEYS = {'tab': '\ue004', 'enter': '\ue007', 'space': ' ', 'shift': '\ue008'}
ARGUMENTS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic',
             '--no-first-run', '--disable-background-networking', '--disable-component-update',
             '--disable-sync', '--disable-extensions', '--hide-scrollbars', '--mute-audio',
             '--force-device-scale-factor=1', '--ignore-certificate-errors']


class Failure(Exception):
    pass


def wait_for(question, what):
    end = time.monotonic() + PATIENCE
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < end, f'waited for {what}'
        time.sleep(0.03)


class Driver:
    """One chromedriver; each browser is a fresh profile."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ilk-chromium-')
        self.log = open(os.path.join(self.folder, 'driver.log'), 'w+', encoding='utf-8')
        environment = {**os.environ, 'HOME': self.folder, 'XDG_CONFIG_HOME': self.folder,
                       'XDG_CACHE_HOME': self.folder, 'LC_ALL': 'C.UTF-8'}
        for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'MALLOC_PERTURB_'):
            environment.pop(name, None)
        self.process = subprocess.Popen([shutil.which('chromedriver'), '--port=0'],
                                        stdout=self.log, stderr=subprocess.STDOUT,
                                        env=environment)
        self.port = wait_for(self.find_port, 'chromedriver')

    def find_port(self):
        with open(self.log.name, encoding='utf-8', errors='replace') as log:
            for line in log:
                if 'started successfully on port' in line:
                    return int(line.rstrip().rstrip('.').rsplit(' ', 1)[1])
        assert self.process.poll() is None, 'chromedriver has ended'
        return None

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE * 3)
        connection.request(method, path, json.dumps(body if body is not None else {})
                           if method == 'POST' else None,
                           {'Content-Type': 'application/json'})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        value = answer.get('value')
        if isinstance(value, dict) and 'error' in value:
            raise Failure(f"{value['error']}: {value['message']}")
        return value

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Element:
    def __init__(self, browser, ident):
        self.browser = browser
        self.path = f'/element/{ident}'

    def click(self):
        self.browser.call('POST', self.path + '/click')

    def type(self, text):
        self.browser.call('POST', self.path + '/value', {'text': text})

    def text(self):
        return self.browser.call('GET', self.path + '/text')

    def get(self, name):
        return self.browser.call('GET', f'{self.path}/attribute/{name}')

    def shown(self):
        return self.browser.call('GET', self.path + '/displayed')


class Browser:
    def __init__(self, driver, address, language='tr', scripts=True, dark=False, width=1000):
        self.driver = driver
        self.address = address
        self.profile = tempfile.mkdtemp(dir=driver.folder)
        preferences = {'intl.accept_languages': language,
                       'credentials_enable_service': False,
                       'profile.content_settings.exceptions.clipboard': {}}
        if not scripts:
            preferences['profile.default_content_setting_values.javascript'] = 2
        session = driver.call('POST', '/session', {'capabilities': {'alwaysMatch': {
            'browserName': 'chrome', 'acceptInsecureCerts': True,
            'goog:loggingPrefs': {'browser': 'ALL'},
            'goog:chromeOptions': {
                'binary': shutil.which('chromium'),
                'args': ARGUMENTS + [f'--user-data-dir={self.profile}', f'--lang={language}'],
                'prefs': preferences}}}})
        self.base = '/session/' + session['sessionId']
        self.look(width, dark)

    def call(self, method, path, body=None):
        return self.driver.call(method, self.base + path, body)

    def tool(self, command, **parameters):
        return self.call('POST', '/goog/cdp/execute', {'cmd': command, 'params': parameters})

    def look(self, width, dark, height=900):
        self.tool('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.tool('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'},
            {'name': 'prefers-reduced-motion', 'value': 'reduce'}])

    def open(self, path):
        self.call('POST', '/url', {'url': urllib.parse.urljoin(self.address, path)})

    def at(self):
        return self.call('GET', '/url')

    def path(self):
        return urllib.parse.urlsplit(self.at()).path

    def title(self):
        return self.call('GET', '/title')

    def find(self, selector):
        found = self.call('POST', '/element', {'using': 'css selector', 'value': selector})
        return Element(self, found[ELEMENT])

    def find_all(self, selector):
        return [Element(self, found[ELEMENT]) for found in
                self.call('POST', '/elements', {'using': 'css selector', 'value': selector})]

    def control(self, text):
        """A button or link by its text."""
        found = self.call('POST', '/elements', {
            'using': 'xpath',
            'value': f'//button[normalize-space()="{text}"] | //a[normalize-space()="{text}"]'})
        assert len(found) == 1, f'{len(found)} controls are called {text}'
        return Element(self, found[0][ELEMENT])

    def heading(self):
        return self.find('h1').text()

    def main(self):
        return self.find('main').text()

    def wait_heading(self, text):
        def question():
            try:
                return self.heading() == text
            except Failure:
                return False
        wait_for(question, f'the page “{text}”')

    def run(self, script, *arguments):
        return self.call('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def press(self, *keys):
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{'type': 'keyDown', 'value': value}, {'type': 'keyUp', 'value': value}]
        self.call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keyboard',
                                                    'actions': actions}]})

    def focused(self):
        return Element(self, self.call('GET', '/element/active')[ELEMENT])

    def picture(self, path):
        """The whole page, however long."""
        size = self.tool('Page.getLayoutMetrics')['cssContentSize']
        data = self.tool('Page.captureScreenshot', format='png', captureBeyondViewport=True,
                         clip={'x': 0, 'y': 0, 'width': size['width'], 'height': size['height'],
                               'scale': 1})['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))

    def complaints(self):
        """What the browser found wrong with the page; a refused policy is there too."""
        return [entry['message'] for entry in self.call('POST', '/se/log', {'type': 'browser'})]

    def close(self):
        self.call('DELETE', '')
        shutil.rmtree(self.profile, ignore_errors=True)
