#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal's pages without scripts, by a plain HTTP client, behind nginx with TLS.

  portal.py BUILD-FOLDER

Starts itself once more behind service-tls. TAP on standard output.
"""
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from surfer import Channel, Reader, from_environment, judge_html

HERE = os.path.dirname(os.path.abspath(__file__))
NEW_WORD = 'dört mor gergedan'
FORGOT = '/guvenlik-sozcugu'
SENT = 'Güvenlik Sözcüğü güncelleme bağlantısı, kayıtlı e-posta adresinize gönderildi.'
cases = []


def case(function):
    cases.append(function)
    return function


class Run:
    def __init__(self):
        self.channel = Channel(int(os.environ['ILK_CHANNEL_FD']))
        with open(os.environ['ILK_HOLDERS'], encoding='utf-8') as lines:
            self.holders = {holder['id']: holder for holder in map(json.loads, lines)}

    def answer(self, page):
        picture = page.root.find('input', name='resim')[0].get('value')
        return self.channel.wait('captcha', lambda m: m['id'] == picture)['answer']

    def ask(self, surfer, number):
        page = surfer.open(FORGOT)
        return surfer.send(page, {'kimlik-no': number, 'resimdeki-yazi': self.answer(page).lower()})

    def get_link(self, surfer, holder):
        """Asks for a link and takes it out of the mail; only its path, as a person would click."""
        self.channel.forget()
        page = self.ask(surfer, holder['identity_number'])
        assert page.heading() == 'Sonuç' and SENT in page.text(), page.text()
        mail = self.channel.wait('mail')
        assert mail['to'] == holder['email'] and holder['name'] in mail['text']
        link = re.search(r'https://\S+', mail['text']).group()
        judge_html(mail['html'])
        assert [a.get('href') for a in Reader(mail['html']).root.find('a')] == [link]
        parts = urllib.parse.urlsplit(link)
        assert f'{parts.scheme}://{parts.netloc}' == os.environ['ILK_TLS_ADDRESS'], link
        assert re.fullmatch(FORGOT + r'/[A-Za-z0-9_-]{43}', parts.path), link
        return parts.path

    def call(self, method, path, body, token=None):
        """The JSON interface, as the program uses it."""
        surfer = from_environment()
        headers = {'Content-Type': 'application/json', 'Idempotency-Key': os.urandom(8).hex()}
        if token:
            headers['Authorization'] = 'Bearer ' + token
        answer, content = surfer.request(method, path, json.dumps(body).encode(), headers)
        return answer.status, json.loads(content) if content else {}

    def log_in(self, holder, word):
        captcha = self.call('POST', '/v1/captchas', {})[1]
        text = self.channel.wait('captcha', lambda m: m['id'] == captcha['id'])['answer']
        return self.call('POST', '/v1/sessions', {
            'kind': 'password', 'identity_number': holder['identity_number'],
            'captcha': {'id': captcha['id'], 'text': text}, 'security_word': word})

    def session(self, holder):
        """Logged in with word and SMS; what the e-Government gateway would end in here too."""
        token = self.log_in(holder, holder['security_word'])[1]['token']
        self.channel.forget()
        assert self.call('POST', '/v1/sessions/current/sms', {}, token)[0] == 202
        code = self.channel.wait('sms')['code']
        status, session = self.call('PUT', '/v1/sessions/current/sms', {'code': code}, token)
        assert status == 200, session
        return session['token']

    def redeem(self, code):
        return self.call('POST', '/v1/sessions', {'kind': 'verification-code', 'code': code})

    def block(self, holder):
        for tries in range(3):
            status, _ = self.log_in(holder, 'yanlış sözcük')
            assert status == (423 if tries == 2 else 401)

    def set_word(self, surfer, page, word=NEW_WORD, again=None):
        return surfer.send(page, {'guvenlik-sozcugu': word,
                                  'guvenlik-sozcugu-tekrar': word if again is None else again})


@case
def start_page(run):
    turkish = from_environment('tr-TR,tr;q=0.9,en;q=0.5').open('/')
    assert turkish.heading() == 'Online İşlemler'
    assert 'Güvenlik Sözcüğümü Unuttum' in turkish.text()
    english = from_environment('de,en-GB;q=0.8').open('/')
    assert english.heading() == 'Online services'
    assert from_environment('en').open('/?dil=tr').heading() == 'Online İşlemler'
    chosen = from_environment('tr').open('/?dil=en')
    assert chosen.root.find('html')[0].get('lang') == 'en'
    # The choice goes along with every link and form.
    for link in chosen.root.find('main')[0].find('a'):
        assert link.get('href').endswith('?dil=en')


@case
def forgotten_word(run):
    holder = run.holders['ready']
    surfer = from_environment()
    path = run.get_link(surfer, holder)
    # In another browser, as where the mail is read; looking changes nothing.
    reader = from_environment()
    for _ in range(2):
        page = reader.open(path)
        assert page.heading() == 'Güvenlik Sözcüğü Güncelleme', page.heading()
    run.channel.forget()
    done = run.set_word(reader, page)
    assert 'Güvenlik Sözcüğü başarıyla güncellenmiştir' in done.text()
    assert done.path == FORGOT + '/guncellendi'
    assert not any('oturum' in name or name == '__Host-ilkimza' for name in reader.cookies)
    assert 'Güvenlik Sözcüğünüz güncellendi' in run.channel.wait('sms')['text']
    assert 'Güvenlik Sözcüğünüz güncellendi' in run.channel.wait('mail')['text']
    assert run.log_in(holder, holder['security_word'])[0] == 401
    assert run.log_in(holder, NEW_WORD)[0] == 201
    gone = reader.open(path)
    assert gone.status == 410 and gone.heading() == 'Bağlantı artık geçerli değil'
    assert gone.root.find('main')[0].find('a')[0].get('href') == FORGOT


@case
def same_words_for_everyone(run):
    known, blocked = run.holders['pinless'], run.holders['not-activated']
    run.block(blocked)
    pages = []
    for number in (known['identity_number'], '11111111110', blocked['identity_number'],
                   'U12345678'):
        surfer = from_environment()
        pages.append(run.ask(surfer, number).body)
    assert len(set(pages)) == 1


@case
def mistakes_on_the_request(run):
    surfer = from_environment()
    page = surfer.open(FORGOT)
    page = surfer.send(page, {'kimlik-no': '12345678951', 'resimdeki-yazi': ''})
    assert page.status == 422 and len(page.faults()) == 2
    assert page.root.find('title')[0].text().startswith('Hata: ')
    assert page.root.find('input', id='kimlik-no')[0].get('value') == '12345678951'
    assert page.root.find('div', id='hatalar')[0].get('autofocus') is not None
    page = surfer.send(page, {'kimlik-no': '11111111110', 'resimdeki-yazi': 'AAAAAA'})
    assert page.status == 422 and page.faults() == [
        'Yazdığınız, resimdekiyle aynı değil. Yeni bir resimle deneyin.']
    run.channel.advance(301)
    page = surfer.send(page, {'resimdeki-yazi': run.answer(page)})
    assert page.status == 422 and 'süresi doldu' in page.faults()[0]
    page = surfer.send(page, {'resimdeki-yazi': run.answer(page)})
    assert page.status == 200 and page.heading() == 'Sonuç'


@case
def spoken_picture(run):
    surfer = from_environment()
    page = surfer.open(FORGOT + '?ses=1')
    sound = page.root.find('audio')
    assert page.status == 200 and page.root.find('input', name='resim')
    assert sound[0].get('src').startswith('data:audio/wav;base64,') and sound[0].get('aria-label')
    assert 'media-src data:' in page.headers['Content-Security-Policy']
    page = surfer.send(page, {'kimlik-no': '11111111110', 'resimdeki-yazi': run.answer(page)})
    assert page.status == 200 and page.heading() == 'Sonuç'


@case
def nothing_typed_becomes_markup(run):
    surfer = from_environment()
    page = surfer.open(FORGOT)
    evil = '"><script>alert(1)</script>&\'<'
    page = surfer.send(page, {'kimlik-no': evil, 'resimdeki-yazi': evil})
    assert page.status == 422
    assert page.root.find('input', id='kimlik-no')[0].get('value') == evil
    assert len(page.root.find('script')) == 1
    for path in ('/%22%3E%3Cscript%3E', FORGOT + '/%3Cb%3E', '/?dil=%22%3E%3Cb%3E', '/?dil=tr%00'):
        page = surfer.open(path)
        assert '<b>' not in page.body and '<script>' not in page.body
    for link in surfer.open('//evil.example/').root.find('a'):
        assert not link.get('href').startswith('//')


@case
def mistakes_on_the_new_word(run):
    surfer = from_environment('en')
    path = run_link_english(run, surfer)
    page = surfer.open(path)
    for word, again, sentence in (
            ('', '', 'Type a security word.'),
            (NEW_WORD, NEW_WORD + 'x', 'The two words are not the same. Type both again.'),
            ('kısa', None, 'The security word must have 8 to 256 bytes: 8 letters or more.'),
            ('Galatasaray1905', None, 'Many people use this word'),
            ('Deneme-Akademisyen', None, 'must not be made of your name')):
        page = run.set_word(surfer, page, word, again)
        assert page.status == 422 and len(page.faults()) == 1, page.text()
        assert sentence in page.faults()[0], page.faults()
        assert word == '' or word not in page.body
    page = run.set_word(surfer, page, 'Ünlü “tırnaklar” & <işaretler> %41+')
    assert page.status == 200, page.text()
    holder = run.holders['pinless']
    assert run.log_in(holder, 'Ünlü “tırnaklar” & <işaretler> %41+')[0] == 201


def run_link_english(run, surfer):
    holder = run.holders['pinless']
    run.channel.forget()
    page = run.ask(surfer, holder['identity_number'])
    assert 'A link to set a new security word was sent' in page.text()
    return re.search(r'/guvenlik-sozcugu/[^?\s]+\?dil=en', run.channel.wait('mail')['text']).group()


@case
def blocked_account(run):
    holder = run.holders['not-activated']
    surfer = from_environment()
    assert run.log_in(holder, holder['security_word'])[0] == 423
    path = run.get_link(surfer, holder)
    page = surfer.open(path)
    assert page.heading() == 'SMS Onay' and '05' in page.text()
    assert not page.root.find('input', type='password')
    run.channel.forget()
    page = surfer.send(page, button='SMS Onay Kodu Gönder')
    message = run.channel.wait('sms')
    assert 'Güvenlik Sözcüğü güncelleme onay kodu' in message['text']
    page = surfer.send(page, button='Yeni Kod Gönder')
    assert page.status == 429 and 'Az önce bir kod gönderildi' in page.faults()[0]
    assert 1 <= int(page.headers['Retry-After']) <= 60
    page = surfer.send(page, {'sms-onay-kodu': ''}, 'Onay')
    assert page.faults() == ['İletideki altı rakamı yazın.']
    wrong = '000000' if message['code'] != '000000' else '000001'
    page = surfer.send(page, {'sms-onay-kodu': wrong}, 'Onay')
    assert page.faults() == ['SMS Onay Kodu hatalı.']
    page = surfer.send(page, {'sms-onay-kodu': message['code']}, 'Onay')
    assert page.status == 200 and page.heading() == 'Güvenlik Sözcüğü Güncelleme'
    assert run.log_in(holder, holder['security_word'])[0] == 423
    page = run.set_word(surfer, page)
    assert page.status == 200
    assert run.log_in(holder, NEW_WORD)[0] == 201


def read_code(page):
    place = page.root.find('p', id='kod')[0]
    groups = [group.text() for group in place.find('span')]
    assert [len(group) for group in groups] == [5, 5, 5], groups
    left = page.root.find('p', id='kalan-sure')[0]
    assert left.get('data-seconds') == '240' and left.text() == 'Kalan süre: 240 saniye'
    return ''.join(groups)


@case
def verification_code(run):
    surfer = from_environment()
    assert surfer.open('/dogrulama-kodu').heading() == 'Giriş'
    surfer.cookies['__Host-ilkimza'] = token = run.session(run.holders['several'])
    page = surfer.open('/dogrulama-kodu')
    assert page.heading() == 'Doğrulama Kodu' and not page.root.find('p', id='kod')
    page = surfer.send(page, button='Doğrulama Kodu Al')
    first = read_code(page)
    page = surfer.send(page, button='Tekrar Kod Al')
    second = read_code(page)
    assert second != first
    # No address leads to a code a second time, and it is in none.
    assert second not in page.path and not surfer.open('/dogrulama-kodu').root.find('p', id='kod')
    link = page.root.find('a', id='ac')[0].get('href')
    assert re.fullmatch(r'ilkimza:login\?handle=[A-Za-z0-9_-]{43}', link), link
    assert run.redeem(first)[0] >= 400
    status, session = run.redeem(second)
    assert status == 201 and session['assurance'] == 'verification-code', session
    assert run.redeem(second)[0] >= 400
    page = surfer.send(surfer.open('/dogrulama-kodu'), button='Doğrulama Kodu Al')
    handle = page.root.find('a', id='ac')[0].get('href').partition('=')[2]
    status, ticket = run.call('POST', '/v1/verification-codes/handles', {'handle': handle})
    assert status == 200 and '**' in ticket['holder']
    assert run.call('GET', '/v1/cards', {}, token)[0] == 200
    page = surfer.send(page, button='Çıkış')
    assert page.heading() == 'Çıkış yaptınız' and '__Host-ilkimza' not in surfer.cookies
    assert run.call('GET', '/v1/cards', {}, token)[0] == 401


def go_to_gateway(surfer):
    """What the stand-in for the e-Government gateway shows, and its address."""
    page = surfer.send(surfer.open('/giris'))
    address = page.headers['Refresh'].partition('url=')[2]
    assert page.root.find('main')[0].find('a')[0].get('href') == address
    with urllib.request.urlopen(address, timeout=20) as answer:
        return address, Reader(answer.read().decode()).root


def choose(address, gateway, holder):
    """Logs in there; returns the page of ours that the browser is sent back to."""
    form = {field.get('name'): field.get('value') for field in gateway.find('input')}
    form['person'] = next(button.get('value') for button in gateway.find('button')
                          if holder['identity_number'] in button.text())
    host = urllib.parse.urlsplit(address).netloc
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request('POST', '/authorize', urllib.parse.urlencode(form),
                       {'Content-Type': 'application/x-www-form-urlencoded'})
    back = connection.getresponse().headers['Location']
    connection.close()
    assert back.startswith(os.environ['ILK_TLS_ADDRESS'] + '/giris/donus?'), back
    return back[len(os.environ['ILK_TLS_ADDRESS']):]


@case
def e_government_login(run):
    holder = run.holders['expired']
    run.block(holder)
    surfer = from_environment()
    back = choose(*go_to_gateway(surfer), holder)
    # In another browser the way back ends nowhere.
    stranger = from_environment().open(back)
    assert stranger.status == 403 and stranger.heading() == 'Giriş yapılamadı'
    page = surfer.open(back)
    assert page.path == '/dogrulama-kodu' and page.heading() == 'Doğrulama Kodu', page.text()
    assert '__Host-ilkimza-giris' not in surfer.cookies
    page = surfer.send(page, button='Doğrulama Kodu Al')
    assert run.redeem(read_code(page))[0] == 201
    # The gateway knows whoever was blocked: the tries are there again.
    assert run.log_in(holder, holder['security_word'])[0] == 201
    again = surfer.open(back)
    assert again.status == 403, again.status


@case
def e_government_login_with_a_changed_state(run):
    surfer = from_environment()
    back = choose(*go_to_gateway(surfer), run.holders['expired'])
    page = surfer.open(re.sub(r'state=[^&]+', 'state=AAAA', back))
    assert page.status == 401 and '__Host-ilkimza' not in surfer.cookies, page.status
    assert surfer.open(back).status == 403


@case
def session_that_has_ended(run):
    surfer = from_environment()
    surfer.cookies['__Host-ilkimza'] = run.session(run.holders['several'])
    page = surfer.open('/dogrulama-kodu')
    run.channel.advance(901)
    page = surfer.send(page, button='Doğrulama Kodu Al')
    assert page.status == 401 and 'süresi doldu' in page.text()
    assert '__Host-ilkimza' not in surfer.cookies
    assert page.root.find('main')[0].find('a')[0].get('href') == '/giris'


@case
def forms_of_others(run):
    surfer = from_environment()
    page = surfer.open(FORGOT)
    form = {field.get('name'): field.get('value') or '' for field in page.form().find('input')}
    form.update({'kimlik-no': run.holders['ready']['identity_number'],
                 'resimdeki-yazi': run.answer(page)})
    run.channel.forget()
    for change in ({'jeton': ''}, {'jeton': 'A' * 64}, {'jeton': None}):
        sent = {name: value for name, value in {**form, **change}.items() if value is not None}
        refused = surfer.open(FORGOT, 'POST', urllib.parse.urlencode(sent))
        assert refused.status == 403 and refused.heading() == 'Form gönderilemedi'
    # Another browser, or this one with another page's token.
    assert from_environment().open(FORGOT, 'POST', urllib.parse.urlencode(form)).status == 403
    other = surfer.open('/giris').form().find('input', name='jeton')[0].get('value')
    sent = urllib.parse.urlencode({**form, 'jeton': other})
    assert surfer.open(FORGOT, 'POST', sent).status == 403
    assert not run.channel.all('mail')
    assert surfer.open(FORGOT, 'POST', urllib.parse.urlencode(form)).status == 200


@case
def pages_that_are_not_there(run):
    surfer = from_environment()
    for path in ('/yok', '/giris/x/y', FORGOT + '/', FORGOT + '/a/b', '/ilkimza.html'):
        page = surfer.open(path)
        assert page.status == 404 and page.heading() == 'Sayfa bulunamadı', path
    assert surfer.open(FORGOT + '/AAAA').status == 410
    assert surfer.open('/', 'PUT', '').status == 405
    assert surfer.open('/giris/donus').status == 403
    assert surfer.open('/giris/donus?code=a&state=b').status == 403
    answer, content = surfer.request('GET', '/v1/yok')
    assert answer.status == 404
    assert answer.headers['Content-Type'] == 'application/problem+json'


@case
def script_and_style(run):
    surfer = from_environment()
    for path, kind in (('/ilkimza.css', 'text/css; charset=utf-8'), ('/ilkimza.svg',
                       'image/svg+xml'), ('/ilkimza.js', 'text/javascript; charset=utf-8')):
        answer, content = surfer.request('GET', path)
        assert answer.status == 200 and answer.headers['Content-Type'] == kind and content
        assert answer.headers['X-Content-Type-Options'] == 'nosniff'
        assert not answer.headers.get_all('Set-Cookie')
    answer, content = surfer.request('HEAD', '/')
    assert answer.status == 200 and not content
    assert b'http://' not in surfer.request('GET', '/ilkimza.css')[1]


@case
def host_is_never_the_request_s(run):
    surfer = from_environment()
    page = surfer.open(FORGOT)
    form = {field.get('name'): field.get('value') or '' for field in page.form().find('input')}
    form.update({'kimlik-no': run.holders['blocked']['identity_number'],
                 'resimdeki-yazi': run.answer(page)})
    run.channel.forget()
    answer, _ = surfer.request('POST', FORGOT, urllib.parse.urlencode(form), {
        'Host': 'evil.example', 'X-Forwarded-Host': 'evil.example', 'Forwarded': 'host=evil.example'})
    assert answer.status == 303 and answer.headers['Location'] == FORGOT + '/gonderildi'
    assert 'evil' not in run.channel.wait('mail')['text']


def run_cases():
    run = Run()
    failed = 0
    print(f'1..{len(cases)}', flush=True)
    for number, function in enumerate(cases, 1):
        try:
            function(run)
            print(f'ok {number} {function.__name__}', flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            import traceback
            print(''.join('# ' + line + '\n' for line in traceback.format_exc().splitlines()),
                  end='')
            print(f'not ok {number} {function.__name__}', flush=True)
    return 1 if failed else 0


def start(build, script, arguments=()):
    """The same script once more, behind nginx and with a practice set of its own."""
    folder = tempfile.mkdtemp(prefix='ilk-portal-')
    try:
        data = os.path.join(folder, 'set')
        os.mkdir(data, 0o700)
        made = subprocess.run([os.path.join(build, 'src', 'virtual', 'ilkimza-card'),
                               'practice-set', data], capture_output=True, text=True, check=True)
        holders = os.path.join(folder, 'holders')
        with open(holders, 'w', encoding='utf-8') as file:
            file.write(made.stdout)
        return subprocess.run(
            [os.path.join(HERE, 'service-tls'), '--service',
             os.path.join(build, 'src', 'server', 'ilkimza-service'), '--data', data,
             sys.executable, script, build, *arguments],
            env={**os.environ, 'ILK_HOLDERS': holders}, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    if 'ILK_HOLDERS' in os.environ:
        return run_cases()
    return start(os.path.abspath(sys.argv[1]), os.path.abspath(__file__))


if __name__ == '__main__':
    sys.exit(main())
