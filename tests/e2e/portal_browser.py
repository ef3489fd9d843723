#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal's pages in Chromium, as a person uses them. Pictures go to BUILD-FOLDER/portal/.

  portal_browser.py BUILD-FOLDER

Starts itself once more behind service-tls. TAP on standard output.
"""
import os
import sys
import traceback

import portal
from chromium import Browser, Driver, wait_for

cases = []


def case(function):
    cases.append(function)
    return function


class Run(portal.Run):
    def __init__(self, build):
        super().__init__()
        self.driver = Driver()
        self.address = os.environ['ILK_TLS_ADDRESS']
        self.pictures = os.path.join(build, 'portal')
        os.makedirs(self.pictures, exist_ok=True)

    def browse(self, path='/', **settings):
        browser = Browser(self.driver, self.address, **settings)
        browser.open(path)
        return browser

    def captcha(self, browser):
        picture = browser.find('input[name=resim]').get('value')
        return self.channel.wait('captcha', lambda m: m['id'] == picture)['answer']

    def shoot(self, browser, name):
        """In both widths, light and dark; nothing may be wider than the window."""
        for width in (360, 1000):
            for dark in (False, True):
                browser.look(width, dark)
                wide = browser.run('return document.documentElement.scrollWidth')
                assert wide <= width, f'{name} is {wide} wide at {width}'
                judge_contrast(browser, f'{name} at {width}, dark: {dark}')
                browser.picture(os.path.join(self.pictures, f'{name}-{width}'
                                             f'{"-dark" if dark else ""}.png'))
        browser.look(1000, False)

    def mailed_path(self, language='tr'):
        mail = self.channel.wait('mail')['text']
        return next(word for word in mail.split() if word.startswith('https://'))[
            len(self.address):]


# Contrast of each text with what is behind it, by WCAG 2; for texts on a plain colour.
CONTRAST = '''
function parts (text) { return text.match (/[\\d.]+/g).map (Number); }
function light (c) {
  const f = c.slice (0, 3).map (v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * f[0] + .7152 * f[1] + .0722 * f[2];
}
function behind (e) {
  for (; e; e = e.parentElement) {
    const c = parts (getComputedStyle (e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
}
const found = [];
for (const e of document.querySelectorAll ('body *')) {
  if (![...e.childNodes].some (n => n.nodeType === 3 && n.textContent.trim ())) continue;
  const style = getComputedStyle (e), box = e.getBoundingClientRect ();
  if (style.display === 'none' || box.width < 2 || e.closest ('.spoken, [aria-disabled], audio')) continue;
  const a = light (parts (style.color)), b = light (behind (e));
  const ratio = (Math.max (a, b) + .05) / (Math.min (a, b) + .05);
  if (ratio < 4.5) found.push (e.tagName + ' “' + e.textContent.trim ().slice (0, 30) + '” ' + ratio.toFixed (2));
}
return found;
'''

# Whatever can be pressed is big enough for a finger (WCAG 2.5.8), links within a sentence aside.
TARGETS = '''
return [...document.querySelectorAll ('button, .button, input:not([type=hidden]), .tools a, .links a')]
  .filter (e => e.offsetParent !== null)
  .filter (e => { const b = e.getBoundingClientRect (); return b.width < 24 || b.height < 24; })
  .map (e => e.outerHTML.slice (0, 80));
'''


def judge_contrast(browser, where):
    found = browser.run(CONTRAST)
    assert not found, f'{where}: {found}'
    small = browser.run(TARGETS)
    assert not small, f'{where}: too small: {small}'


def log_in_at_gateway(browser, holder, button):
    browser.control(button).click()
    wait_for(lambda: browser.path() == '/authorize', 'the stand-in for the gateway')
    next(choice for choice in browser.find_all('button')
         if holder['identity_number'] in choice.text()).click()


def judge_complaints(browser):
    """An answer of 410 or 422 is meant; whose word it is stays untold behind a mailed link."""
    found = [line for line in browser.complaints() if ' 410 ' not in line and
             ' 422 ' not in line and 'should have (optionally hidden) username' not in line]
    assert not found, found


def fill_request(run, browser, holder):
    browser.find('#kimlik-no').type(holder['identity_number'])
    browser.find('#resimdeki-yazi').type(run.captcha(browser).lower())


@case
def forgotten_word(run):
    holder = run.holders['ready']
    run.channel.forget()
    browser = run.browse('/')
    run.shoot(browser, 'start')
    browser.control('Güvenlik Sözcüğümü Unuttum').click()
    browser.wait_heading('Güvenlik Sözcüğü İstek Ekranı')
    run.shoot(browser, 'request')
    fill_request(run, browser, holder)
    browser.control('Gönder').click()
    browser.wait_heading('Sonuç')
    assert portal.SENT in browser.main()
    run.shoot(browser, 'sent')

    path = run.mailed_path()
    browser.open(path)
    browser.wait_heading('Güvenlik Sözcüğü Güncelleme')
    run.shoot(browser, 'update')
    browser.find('#guvenlik-sozcugu').type('Galatasaray1905')
    browser.find('#guvenlik-sozcugu-tekrar').type('Galatasaray1905')
    browser.control('Gönder').click()
    wait_for(lambda: browser.title().startswith('Hata: '), 'the page with the fault')
    assert browser.focused().get('id') == 'hatalar'
    run.shoot(browser, 'update-fault')
    word = browser.find('#guvenlik-sozcugu')
    word.type(portal.NEW_WORD)
    browser.find('.show').click()
    assert word.get('type') == 'text'
    browser.find('#guvenlik-sozcugu-tekrar').type(portal.NEW_WORD)
    browser.control('Gönder').click()
    browser.wait_heading('Sonuç')
    assert 'Güvenlik Sözcüğü başarıyla güncellenmiştir' in browser.main()
    assert browser.path() == '/guvenlik-sozcugu/guncellendi'
    run.shoot(browser, 'updated')
    # Loading the result anew sends nothing a second time, and the link is used up.
    browser.call('POST', '/refresh')
    browser.wait_heading('Sonuç')
    browser.open(path)
    browser.wait_heading('Bağlantı artık geçerli değil')
    run.shoot(browser, 'gone')
    judge_complaints(browser)
    browser.close()
    assert run.log_in(holder, holder['security_word'])[0] == 401
    assert run.log_in(holder, portal.NEW_WORD)[0] == 201


@case
def blocked_account(run):
    holder = run.holders['not-activated']
    run.block(holder)
    run.channel.forget()
    browser = run.browse('/guvenlik-sozcugu')
    fill_request(run, browser, holder)
    browser.control('Gönder').click()
    browser.wait_heading('Sonuç')
    browser.open(run.mailed_path())
    browser.wait_heading('SMS Onay')
    run.shoot(browser, 'blocked')
    browser.control('SMS Onay Kodu Gönder').click()
    wait_for(lambda: browser.find_all('#sms-onay-kodu'), 'the field for the code')
    run.shoot(browser, 'blocked-code')
    browser.find('#sms-onay-kodu').type(run.channel.wait('sms')['code'])
    browser.control('Onay').click()
    browser.wait_heading('Güvenlik Sözcüğü Güncelleme')
    for field in ('#guvenlik-sozcugu', '#guvenlik-sozcugu-tekrar'):
        browser.find(field).type(portal.NEW_WORD)
    browser.control('Gönder').click()
    browser.wait_heading('Sonuç')
    judge_complaints(browser)
    browser.close()
    assert run.log_in(holder, portal.NEW_WORD)[0] == 201


@case
def verification_code(run):
    holder = run.holders['several']
    browser = run.browse('/giris')
    run.shoot(browser, 'login')
    log_in_at_gateway(browser, holder, 'e-Devlet Kapısına Git')
    browser.wait_heading('Doğrulama Kodu')
    assert browser.path() == '/dogrulama-kodu'
    run.shoot(browser, 'code-before')
    browser.control('Doğrulama Kodu Al').click()
    wait_for(lambda: browser.find_all('#kod'), 'the code')
    run.shoot(browser, 'code')
    first = ''.join(browser.find('#kod').text().split())
    # Scripts count down what the page began with.
    wait_for(lambda: browser.find('#kalan-sure .seconds').text() != '240', 'the countdown')
    browser.tool('Browser.grantPermissions',
                 permissions=['clipboardReadWrite', 'clipboardSanitizedWrite'])
    browser.control('Kodu Kopyala').click()
    wait_for(lambda: browser.find('#kopyalandi').text() == 'Kod kopyalandı.', 'the copy')
    assert browser.run('return navigator.clipboard.readText ()') == first
    # After 60 s the link is of no use, after 240 s the code: the page's clock is put forward.
    link = browser.find('#ac')
    assert link.get('href').startswith('ilkimza:login?handle=')
    forward = 'const now = performance.now.bind (performance);' \
              'performance.now = () => now () + arguments[0] * 1000;'
    browser.run(forward, 61)
    wait_for(lambda: link.get('href') is None, 'the end of the link')
    browser.find('h1').click()
    run.shoot(browser, 'code-link-over')
    browser.run(forward, 180)
    wait_for(lambda: browser.find('#kalan-sure').text() ==
             'Kodun süresi doldu. Tekrar kod alın.', 'the end of the code')
    assert not browser.find('#kopyala').shown() and browser.find('#kod').text() == '–'
    assert browser.run('return document.getElementById ("duyuru").textContent') == \
        'Kodun süresi doldu. Tekrar kod alın.'
    run.shoot(browser, 'code-over')
    browser.control('Tekrar Kod Al').click()
    wait_for(lambda: browser.find('#kod').text() != '–', 'another code')
    second = ''.join(browser.find('#kod').text().split())
    assert second != first and run.redeem(first)[0] >= 400
    assert run.redeem(second)[0] == 201
    browser.control('Çıkış').click()
    browser.wait_heading('Çıkış yaptınız')
    run.shoot(browser, 'logged-out')
    browser.open('/dogrulama-kodu')
    browser.wait_heading('Giriş')
    judge_complaints(browser)
    browser.close()


def tab_to(browser, selector):
    """By the Tab key alone; what has the focus shows it."""
    for _ in range(30):
        browser.press('tab')
        shown = browser.run('const s = getComputedStyle (document.activeElement);'
                            'return document.activeElement === document.body ||'
                            ' (s.outlineStyle !== "none" && parseFloat (s.outlineWidth) >= 2)')
        assert shown, 'the focus is not to be seen'
        if browser.run('return document.activeElement.matches (arguments[0])', selector):
            return
    raise AssertionError(f'Tab does not lead to {selector}')


@case
def keyboard_alone(run):
    holder = run.holders['pinless']
    run.channel.forget()
    browser = run.browse('/guvenlik-sozcugu')
    browser.press('tab')
    assert browser.focused().get('class') == 'skip'
    browser.press('enter')
    tab_to(browser, '#kimlik-no')
    browser.press(*holder['identity_number'])
    tab_to(browser, '#resimdeki-yazi')
    browser.press(*run.captcha(browser))
    tab_to(browser, 'main form button')
    browser.press('enter')
    browser.wait_heading('Sonuç')
    browser.open(run.mailed_path())
    # Enter in a field sends the form; the focus is then on what is wrong, and its link leads there.
    tab_to(browser, '#guvenlik-sozcugu')
    browser.press(*'mor ot')
    browser.press('enter')
    wait_for(lambda: browser.title().startswith('Hata: '), 'the page with the fault')
    browser.press('tab', 'enter')
    assert browser.focused().get('id') == 'guvenlik-sozcugu-tekrar'
    tab_to(browser, '.tools a')
    browser.open(browser.path())
    for field in ('#guvenlik-sozcugu', '#guvenlik-sozcugu-tekrar'):
        tab_to(browser, field)
        browser.press(*portal.NEW_WORD)
    browser.press('enter')
    browser.wait_heading('Sonuç')
    browser.close()
    assert run.log_in(holder, portal.NEW_WORD)[0] == 201


@case
def without_scripts(run):
    holder = run.holders['blocked']
    run.channel.forget()
    browser = run.browse('/', language='en', scripts=False)
    browser.control('I forgot my security word').click()
    browser.wait_heading('Ask for a new security word')
    browser.picture(os.path.join(run.pictures, 'request-en-no-script-1000.png'))
    fill_request(run, browser, holder)
    browser.control('Send').click()
    browser.wait_heading('Result')
    browser.open(run.mailed_path())
    if browser.heading() == 'Confirm by SMS':
        browser.control('Send the SMS confirmation code').click()
        wait_for(lambda: browser.find_all('#sms-onay-kodu'), 'the field for the code')
        browser.find('#sms-onay-kodu').type(run.channel.wait('sms')['code'])
        browser.control('Confirm').click()
    browser.wait_heading('Set a new security word')
    assert not browser.find_all('.show')
    for field in ('#guvenlik-sozcugu', '#guvenlik-sozcugu-tekrar'):
        browser.find(field).type(portal.NEW_WORD)
    browser.control('Send').click()
    browser.wait_heading('Result')
    assert 'Your security word was updated' in browser.main()
    browser.close()
    assert run.log_in(holder, portal.NEW_WORD)[0] == 201


@case
def english_pictures(run):
    browser = run.browse('/', language='en')
    run.shoot(browser, 'start-en')
    run.channel.forget()
    browser.open('/guvenlik-sozcugu')
    run.shoot(browser, 'request-en')
    fill_request(run, browser, run.holders['dead'])
    browser.control('Send').click()
    browser.wait_heading('Result')
    run.shoot(browser, 'sent-en')
    browser.open(run.mailed_path())
    browser.wait_heading('Set a new security word')
    run.shoot(browser, 'update-en')
    browser.open('/giris')
    run.shoot(browser, 'login-en')
    log_in_at_gateway(browser, run.holders['dead'], 'Go to the e-Government gateway')
    browser.wait_heading('Verification code')
    browser.control('Get a verification code').click()
    wait_for(lambda: browser.find_all('#kod'), 'the code')
    run.shoot(browser, 'code-en')
    browser.open('/guvenlik-sozcugu')
    browser.control('Türkçe').click()
    browser.wait_heading('Güvenlik Sözcüğü İstek Ekranı')
    browser.open('/yok?dil=en')
    run.shoot(browser, 'not-found-en')
    browser.close()


def run_cases(build):
    run = Run(build)
    failed = 0
    print(f'1..{len(cases)}', flush=True)
    try:
        for number, function in enumerate(cases, 1):
            try:
                function(run)
                print(f'ok {number} {function.__name__}', flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(''.join('# ' + line + '\n' for line in traceback.format_exc().splitlines()),
                      end='')
                print(f'not ok {number} {function.__name__}', flush=True)
    finally:
        run.driver.close()
    return 1 if failed else 0


if __name__ == '__main__':
    if 'ILK_HOLDERS' in os.environ:
        sys.exit(run_cases(os.path.abspath(sys.argv[1])))
    sys.exit(portal.start(os.path.abspath(sys.argv[1]), os.path.abspath(__file__)))
