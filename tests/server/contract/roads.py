# SPDX-License-Identifier: GPL-3.0-or-later
"""The right way through every operation. Each road is for holders of its own, as roads change them."""
import base64
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from service import ask

ATR = '3BBA11008131FE4D55454B41452056312E30AE'


class Caller:
    def __init__(self, bench, instance):
        self.bench = bench
        self.instance = instance

    def holder(self, name):
        return self.bench.holders[name]

    def call(self, method, target, body=None, token=None, expected=None, etag=None):
        """One request; its answer is looked at. expected: the status that it must have."""
        operation = self.bench.api.find(method, target)
        headers = {'Content-Type': 'application/json', 'Accept-Language': 'en'}
        if operation.needs_key():
            headers['Idempotency-Key'] = os.urandom(16).hex()
        if token:
            headers['Authorization'] = f'Bearer {token}'
        if etag:
            headers['If-Match'] = etag
        status, got, text = ask(self.instance.path, method, target,
                                None if body is None else json.dumps(body).encode(), headers)
        self.bench.look_at(operation, status, got, text, 'on its road')
        if expected is not None:
            assert status == expected, f'{method} {target}: {status} {text[:300]}'
        self.etag = got.get('ETag')
        return json.loads(text) if text and b'{' in text[:1] else {}

    def captcha(self):
        begin = len(self.instance.messages)
        drawn = self.call('POST', '/v1/captchas', {}, expected=201)
        told = self.instance.wait(lambda message: message.get('id') == drawn['id'], begin)
        return {'id': drawn['id'], 'text': told['answer']}

    def code(self, method, target, body=None, token=None, expected=202):
        """A request that sends a code; the code, and the answer."""
        begin = len(self.instance.messages)
        answer = self.call(method, target, body, token, expected)
        message = self.instance.wait(lambda message: message['type'] == 'sms' and message['code'], begin)
        return message['code'], answer

    def begin_login(self, holder):
        return self.call('POST', '/v1/sessions', {
            'kind': 'password', 'identity_number': holder['identity_number'], 'captcha': self.captcha(),
            'security_word': holder['security_word']}, expected=201)['token']

    def session(self, holder):
        attempt = self.begin_login(holder)
        code, _ = self.code('POST', '/v1/sessions/current/sms', {}, attempt)
        return self.call('PUT', '/v1/sessions/current/sms', {'code': code}, attempt, 200)['token']

    def confirm(self, operation, token):
        target = f'/v1/operations/{operation}/confirmations'
        code, _ = self.code('POST', target, {'method': 'sms'}, token)
        self.call('PUT', target, {'code': code}, token, 200)

    def begin(self, token, kind, serial, **more):
        answer = self.call('POST', '/v1/operations', {'kind': kind, 'card_serial': serial, **more}, token, 201)
        self.confirm(answer['id'], token)
        return answer['id']


def keep_and_delete(caller):
    holder = caller.holder('ready')
    token = caller.session(holder)
    caller.call('GET', '/v1/cards', token=token, expected=200)
    serial = holder['card_serial']
    key = base64.b64encode(os.urandom(32)).decode()
    caller.call('POST', f'/v1/cards/{serial}/pin/disclosures', {'public_key': key, 'operation': None}, token, 200)
    caller.call('POST', f'/v1/cards/{serial}/pin-changes', {}, token, 204)
    operation = caller.begin(token, 'pin-deletion', serial, phrase='DELETE')
    caller.call('DELETE', f'/v1/cards/{serial}/pin?operation={operation}', token=token, expected=200)
    caller.call('DELETE', '/v1/sessions/current', token=token, expected=204)


def certificate_states(caller):
    holder = caller.holder('not-activated')
    token = caller.session(holder)
    listed = caller.call('GET', '/v1/certificates', token=token, expected=200)
    serial = listed['certificates'][0]['serial']
    caller.call('GET', f'/v1/certificates/{serial}', token=token, expected=200)
    caller.call('POST', f'/v1/certificates/{serial}/activation', {}, token, 200)
    caller.call('POST', f'/v1/certificates/{serial}/suspension', {}, token, 200)
    operation = caller.begin(token, 'certificate-resumption', holder['card_serial'])
    caller.call('DELETE', f'/v1/certificates/{serial}/suspension?operation={operation}', token=token, expected=200)
    caller.instance.advance(120)
    operation = caller.begin(token, 'certificate-revocation', holder['card_serial'], phrase='REVOKE')
    caller.call('POST', f'/v1/certificates/{serial}/revocation', {'operation': operation, 'reason': 'superseded'},
                token, 200)
    ask_ocsp(caller, serial)


def ask_ocsp(caller, serial):
    folder = caller.bench.folder
    question = os.path.join(folder, 'question')
    issuer = os.path.join(caller.bench.data, 'ca', 'ca.pem')
    subprocess.run(['openssl', 'ocsp', '-issuer', issuer, '-serial', f'0x{serial}', '-no_nonce', '-reqout',
                    question],
                   check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    with open(question, 'rb') as file:
        status, headers, body = ask(caller.instance.path, 'POST', '/ocsp', file.read(),
                                    {'Content-Type': 'application/ocsp-request'})
    caller.bench.look_at(caller.bench.api.find('POST', '/ocsp'), status, headers, body, 'a question')
    answer = os.path.join(folder, 'answer')
    with open(answer, 'wb') as file:
        file.write(body)
    said = subprocess.run(['openssl', 'ocsp', '-respin', answer, '-issuer', issuer, '-serial', f'0x{serial}',
                           '-CAfile', issuer, '-validity_period', '1000000'], check=False, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    assert 'revoked' in said, said


def unlock(caller):
    holder = caller.holder('pinless')
    token = caller.session(holder)
    begun = caller.call('POST', '/v1/unlocks', {'card_serial': holder['card_serial'], 'atr': ATR,
                                                'profile': 'virtual-1'}, token, 201)
    caller.confirm(begun['id'], token)
    caller.call('POST', f'/v1/unlocks/{begun["id"]}/cryptograms', {'challenge': os.urandom(16).hex()}, token, 200)
    caller.call('PUT', f'/v1/unlocks/{begun["id"]}/result',
                {'outcome': 'done', 'step': 'A7', 'status_word': '9000'}, token, 204)


def suspend_without_session(caller):
    holder = caller.holder('several')
    code, answer = caller.code('POST', '/v1/suspensions', {'identity_number': holder['identity_number'],
                                                           'captcha': caller.captcha()})
    caller.call('PUT', '/v1/suspensions', {'ticket': answer['ticket'], 'code': code}, expected=200)


def new_word(caller):
    """A blocked account: the link alone is not enough."""
    holder = caller.holder('dead')
    for _ in range(3):
        caller.call('POST', '/v1/sessions', {'kind': 'password', 'captcha': caller.captcha(),
                                             'identity_number': holder['identity_number'],
                                             'security_word': 'yanlış bir sözcük'})
    begin = len(caller.instance.messages)
    caller.call('POST', '/v1/security-word-resets', {'identity_number': holder['identity_number'],
                                                     'captcha': caller.captcha()}, expected=202)
    mail = caller.instance.wait(lambda message: message['type'] == 'mail', begin)
    token = re.search(r'/guvenlik-sozcugu/([A-Za-z0-9_-]{43})', mail['text']).group(1)
    caller.call('GET', '/v1/security-word-resets/current', token=token, expected=200)
    code, _ = caller.code('POST', '/v1/security-word-resets/current/sms', {}, token)
    caller.call('PUT', '/v1/security-word-resets/current/sms', {'code': code}, token, 204)
    caller.call('PUT', '/v1/security-word-resets/current', {'security_word': 'yepyeni-bir-sözcük-9'}, token, 204)
    caller.session({**holder, 'security_word': 'yepyeni-bir-sözcük-9'})


def printed_word(caller):
    token = caller.session(caller.holder('printed'))
    caller.call('GET', '/v1/cards', token=token, expected=403)
    caller.call('PUT', '/v1/me/security-word', {'security_word': 'kendi-seçtiğim-sözcük-3'}, token, 204)
    caller.call('GET', '/v1/cards', token=token, expected=200)


def spoken_picture(caller):
    drawn = caller.call('POST', '/v1/captchas', {'spoken': True}, expected=201)
    assert base64.b64decode(drawn['sound'])[:4] == b'RIFF'


def verification_code(caller):
    token = caller.session(caller.holder('blocked'))
    made = caller.call('POST', '/v1/verification-codes', {}, token, 201)
    traded = caller.call('POST', '/v1/verification-codes/handles', {'handle': made['handle']}, expected=200)
    caller.call('POST', '/v1/sessions', {'kind': 'verification-ticket', 'ticket': traded['ticket']}, expected=201)
    caller.call('POST', '/v1/e-signature-challenges', {}, expected=201)


def contact(caller):
    token = caller.session(caller.holder('not-yet-valid'))
    caller.call('GET', '/v1/me', token=token, expected=200)
    begun = caller.call('PATCH', '/v1/me', {'phone': '0599 000 00 77'}, token, 201, caller.etag)
    caller.confirm(begun['id'], token)
    code, _ = caller.code('POST', f'/v1/me/changes/{begun["id"]}/codes', {}, token)
    caller.call('PUT', f'/v1/me/changes/{begun["id"]}', {'code': code}, token, 204)


def sign_with_card(caller, name, data):
    """What the made-up card would sign, with the key in its state file."""
    folder = caller.bench.folder
    with open(os.path.join(caller.bench.data, 'cards', f'{name}.card'), encoding='ascii') as file:
        key = re.search(r'^PrivateKey=([0-9A-F]+)$', file.read(), re.M).group(1)
    for file_name, content in (('card.key', bytes.fromhex(key)), ('to-sign', data)):
        with open(os.path.join(folder, file_name), 'wb') as file:
            file.write(content)
    return subprocess.run(['openssl', 'dgst', '-sha256', '-keyform', 'DER', '-sign', 'card.key', 'to-sign'],
                          check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=folder).stdout


def consent(caller):
    holder = caller.holder('ready')
    token = caller.session(holder)
    made = caller.call('POST', '/v1/consents', {'kind': 'wet-signature-waiver', 'card_serial': holder['card_serial']},
                       token, 201)
    target = f'/v1/consents/{made["id"]}'
    signature = sign_with_card(caller, 'ready', base64.b64decode(made['signed_attributes']))
    caller.call('PUT', target, {'signature': base64.b64encode(b'no signature').decode()}, token, 422)
    caller.call('PUT', target, {'signature': base64.b64encode(signature).decode()}, token, 204)
    listed = caller.call('GET', '/v1/consents', token=token, expected=200)
    assert [given['id'] for given in listed['consents']] == [made['id']]
    verify_as_told(caller.bench, caller.call('GET', target, token=token, expected=200))


def verify_as_told(bench, given):
    """The command of the README, by somebody who has the two files and the authority's certificate."""
    for name, content in (('consent.txt', given['text'].encode()), ('consent.p7s', base64.b64decode(given['cms']))):
        with open(os.path.join(bench.folder, name), 'wb') as file:
            file.write(content)
    subprocess.run(['openssl', 'cms', '-verify', '-binary', '-cades', '-inform', 'DER', '-in', 'consent.p7s', '-content',
                    'consent.txt', '-CAfile', os.path.join(bench.data, 'ca', 'ca.pem'), '-purpose', 'any'], check=True,
                   cwd=bench.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def web_password(caller):
    holder = caller.holder('not-yet-valid')
    token = caller.session(holder)
    begun = caller.call('POST', '/v1/me/web-password', {}, token, 201)
    caller.confirm(begun['id'], token)
    caller.call('PUT', '/v1/me/web-password', {'operation': begun['id'], 'web_password': 'göl kıyısında 7 ördek'},
                token, 204)
    operation = caller.call('POST', '/v1/operations', {'kind': 'pin-disclosure', 'card_serial': holder['card_serial']},
                            token, 201)['id']
    target = f'/v1/operations/{operation}/confirmations/web-password'
    caller.call('PUT', target, {'web_password': 'yanlış bir parola'}, token, 422)
    caller.call('PUT', target, {'web_password': 'göl kıyısında 7 ördek'}, token, 200)
    caller.instance.advance(120)
    begun = caller.call('POST', '/v1/me/web-password', {}, token, 201)
    caller.confirm(begun['id'], token)
    caller.call('DELETE', f'/v1/me/web-password?operation={begun["id"]}', token=token, expected=204)


class Stay(urllib.request.HTTPRedirectHandler):
    """A browser that shows where it is sent."""

    def redirect_request(self, *_):
        return None


def choose(address, holder):
    """What the stand-in's page does when its button is pressed: the fields that come back."""
    page, query = address.split('?', 1)
    form = f'{query}&person={holder["identity_number"]}'.encode()
    try:
        urllib.request.build_opener(Stay).open(page, form)
        raise AssertionError('the stand-in sends nobody back')
    except urllib.error.HTTPError as answer:
        assert answer.code == 303, answer.code
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers['Location']).query))


def e_government(caller):
    login = caller.call('POST', '/v1/e-government-logins', {'redirect_uri': 'http://127.0.0.1:40123/back'},
                        expected=201)
    back = choose(login['authorization_url'], caller.holder('expired'))
    session = caller.call('POST', '/v1/sessions', {
        'kind': 'e-government', 'login_id': login['id'], 'secret': login['secret'], 'code': back['code'],
        'state': back['state'], 'iss': back['iss']}, expected=201)
    assert session['assurance'] == 'e-government'
    made = caller.call('POST', '/v1/verification-codes', {}, session['token'], 201)
    by_code = caller.call('POST', '/v1/sessions', {'kind': 'verification-code', 'code': made['code']}, expected=201)
    assert by_code['assurance'] == 'verification-code'


ROADS = [keep_and_delete, certificate_states, unlock, suspend_without_session, new_word, spoken_picture, printed_word,
         consent, contact, web_password, verification_code, e_government]
