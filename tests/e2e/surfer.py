# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser without scripts and pictures: fetches the portal's pages, reads them, sends their forms.

Every page that it sees is judged: the headers that keep it safe, HTML by tidy, and what a screen
reader needs.
"""
import html.parser
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import urllib.parse

PATIENCE = 20
VOID = {'meta', 'link', 'input', 'img', 'br', 'hr'}
# Attributes of every element in HTML today, which tidy of Debian 12 does not know as such yet.
YOUNGER = ('autofocus', 'inputmode', 'autocapitalize')
POLICY = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
          "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]


class Channel:
    """The practice channel: what phones and mailboxes get, pictures' answers, and the clock."""

    def __init__(self, fd):
        self.socket = socket.socket(fileno=fd)
        self.socket.settimeout(PATIENCE)
        self.lines = self.socket.makefile('rb')
        self.seen = []

    def wait(self, kind, matches=lambda message: True):
        """The newest of those that fit, or the next one to come."""
        self.drain()
        for message in reversed(self.seen):
            if message['type'] == kind and matches(message):
                return message
        while True:
            message = self.read()
            if message['type'] == kind and matches(message):
                return message

    def read(self):
        line = self.lines.readline()
        assert line, 'the service is gone'
        message = json.loads(line)
        self.seen.append(message)
        return message

    def drain(self):
        """An answer to our own line comes behind all that was written before."""
        self.advance(0)

    def advance(self, seconds):
        self.socket.sendall(json.dumps({'type': 'advance', 'seconds': seconds}).encode() + b'\n')
        while self.read()['type'] != 'advanced':
            pass

    def forget(self):
        self.drain()
        self.seen.clear()

    def all(self, kind):
        self.drain()
        return [message for message in self.seen if message['type'] == kind]


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag = tag
        self.attributes = dict(attributes)
        self.parent = parent
        self.children = []

    def get(self, name, otherwise=None):
        return self.attributes.get(name, otherwise)

    def walk(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def find(self, tag, **wanted):
        return [element for element in self.walk() if element.tag == tag and
                all(element.get(name) == value for name, value in wanted.items())]

    def text(self):
        return ' '.join(''.join(child.text() if isinstance(child, Element) else child
                                for child in self.children).split())


class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element('', [], None)
        self.feed(text)
        self.close()
        assert self.at is self.root, f'<{self.at.tag}> is not closed'

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self.at)
        assert len(element.attributes) == len(attrs), f'<{tag}> has an attribute twice'
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag):
        assert tag == self.at.tag, f'</{tag}> closes <{self.at.tag}>'
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)


class Page:
    def __init__(self, status, headers, body, path):
        self.status = status
        self.headers = headers
        self.body = body
        self.path = path
        self.root = Reader(body).root if body else Element('', [], None)

    def heading(self):
        return self.root.find('h1')[0].text()

    def text(self):
        return self.root.find('main')[0].text()

    def faults(self):
        boxes = self.root.find('div', id='hatalar')
        return [item.text() for item in boxes[0].find('li')] if boxes else []

    def form(self, button=None):
        """The one of the page's own part, or the one that has this button."""
        forms = self.root.find('main')[0].find('form')
        if button is not None:
            forms = [form for form in self.root.find('form')
                     if any(item.text() == button for item in form.find('button'))]
        assert len(forms) == 1, f'{len(forms)} forms on {self.path}'
        return forms[0]


def judge_headers(page, form_targets=()):
    policy = page.headers['Content-Security-Policy'].split('; ')
    policy = [part for part in policy if not part.startswith('media-src')]
    assert policy[:6] == POLICY[:6] and policy[6].split()[:2] == POLICY[6].split(), policy
    assert set(policy[6].split()[2:]) <= set(form_targets), policy[6]
    for name, value in {
            'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff',
            'Cross-Origin-Opener-Policy': 'same-origin', 'Cache-Control': 'no-store',
            'Cross-Origin-Resource-Policy': 'same-origin', 'X-Frame-Options': 'DENY',
            'Content-Type': 'text/html; charset=utf-8'}.items():
        assert page.headers[name] == value, f'{name}: {page.headers[name]}'


def judge_html(body):
    """HTML 5 as tidy knows it, warnings included."""
    run = subprocess.run([shutil.which('tidy'), '-quiet', '-errors', '-utf8', '--doctype', 'html5',
                          '--drop-empty-elements', 'no'], input=body.encode(),
                         capture_output=True, check=False)
    said = [line for line in run.stderr.decode().splitlines()
            if line and not any(f'proprietary attribute "{name}"' in line for name in YOUNGER)]
    assert not said, '\n'.join(said)


def judge_access(root):
    """What a screen reader and a keyboard need."""
    elements = list(root.walk())
    ids = [element.get('id') for element in elements if element.get('id') is not None]
    assert len(ids) == len(set(ids)), 'an id is there twice'
    assert root.find('html')[0].get('lang') in ('tr', 'en')
    assert root.find('title')[0].text()
    assert len(root.find('main')) == 1 and len(root.find('h1')) == 1
    level = 0
    for element in elements:
        if element.tag in ('h1', 'h2', 'h3'):
            assert int(element.tag[1]) <= level + 1, 'a level of headings is skipped'
            level = int(element.tag[1])
        for name in ('aria-describedby', 'aria-labelledby', 'aria-controls'):
            for target in (element.get(name) or '').split():
                assert target in ids, f'{name} leads to {target}, which is not there'
        if element.tag == 'a' and (element.get('href') or '').startswith('#'):
            assert element.get('href')[1:] in ids
        if element.tag in ('a', 'button'):
            assert element.text() or element.get('aria-label'), 'a control without a name'
        if element.tag == 'img':
            assert element.get('alt') is not None, 'a picture without alt'
        assert not any(name.startswith('on') or name == 'style' for name in element.attributes)
        assert element.tag != 'style' and (element.tag != 'script' or not element.text())
        if element.get('aria-invalid') is not None:
            assert element.get('id') + '-hata' in element.get('aria-describedby').split()
        if element.get('tabindex') is not None:
            assert element.get('tabindex') in ('0', '-1')
    for field in root.find('input') + root.find('select') + root.find('textarea'):
        if field.get('type') != 'hidden':
            labels = root.find('label', **{'for': field.get('id')})
            assert len(labels) == 1 and labels[0].text(), f'{field.get("id")} has no label'
            assert field.get('autocomplete') is not None


class Surfer:
    def __init__(self, address, ca, language='tr'):
        self.address = address
        self.host = urllib.parse.urlsplit(address)
        self.context = ssl.create_default_context(cafile=ca)
        self.language = language
        self.cookies = {}
        self.form_targets = ()

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPSConnection(self.host.hostname, self.host.port,
                                                 timeout=PATIENCE, context=self.context)
        fields = {'Accept-Language': self.language, **(headers or {})}
        if self.cookies:
            fields['Cookie'] = '; '.join(f'{name}={value}'
                                         for name, value in self.cookies.items())
        if isinstance(body, str):
            fields['Content-Type'] = 'application/x-www-form-urlencoded'
            body = body.encode()
        connection.request(method, path, body, fields)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            self.keep(cookie)
        return answer, content

    def keep(self, cookie):
        parts = cookie.split('; ')
        name, value = parts[0].split('=', 1)
        assert name.startswith('__Host-'), cookie
        assert {'Path=/', 'Secure', 'HttpOnly'} <= set(parts[1:]), cookie
        assert any(part in ('SameSite=Strict', 'SameSite=Lax') for part in parts), cookie
        assert not any(part.startswith('Domain') for part in parts), cookie
        if 'Max-Age=0' in parts:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def open(self, path, method='GET', body=None):
        """Follows our own redirects, and judges the page at their end."""
        for _ in range(5):
            answer, content = self.request(method, path, body)
            if answer.status != 303:
                break
            assert not content
            target = answer.headers['Location']
            if not target.startswith('/'):
                return Page(answer.status, answer.headers, '', target)
            method, path, body = 'GET', target, None
        page = Page(answer.status, answer.headers, content.decode(), path)
        judge_headers(page, self.form_targets)
        judge_html(page.body)
        judge_access(page.root)
        return page

    def send(self, page, fields=None, button=None):
        """Fills in and sends a form of the page; button: by its text."""
        form = page.form(button)
        values = {field.get('name'): field.get('value') or '' for field in form.find('input')}
        pressed = [item for item in form.find('button') if button in (None, item.text())][0]
        if pressed.get('name'):
            values[pressed.get('name')] = pressed.get('value')
        for name, value in (fields or {}).items():
            assert name in values, f'the form has no {name}'
            values[name] = value
        return self.open(form.get('action'), 'POST', urllib.parse.urlencode(values))


def from_environment(language='tr'):
    return Surfer(os.environ['ILK_TLS_ADDRESS'], os.environ['ILK_TLS_CA'], language)
