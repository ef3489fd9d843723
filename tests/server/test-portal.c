/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>
#include "server-fixture.h"
#include "server/ilk-form.h"
#include "server/ilk-html.h"
#include "server/ilk-portal.h"
#include "server/ilk-portal-words.h"
#include "server/ilk-reset-mail.h"

/* What the portal's pages are made of, and what they refuse. The pages themselves are walked by
 * tests/e2e/portal.py. */

static IlkSecret *
secret (const char *text)
{
  return ilk_secret_new_from_data (text, strlen (text));
}

static char *
to_text (GBytes *bytes)
{
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_html_escapes (void)
{
  g_autoptr (IlkHtml) html = ilk_html_new ();
  g_autoptr (IlkSecret) code = secret ("1<2");
  g_autoptr (GBytes) page = NULL;
  g_autofree char *text = NULL;

  ilk_html_open (html, "p", "class", NULL, "title", "\"'<>&", NULL);
  ilk_html_text (html, "<b>&\"'</b>");
  ilk_html_secret (html, code);
  ilk_html_close (html, "p");
  ilk_html_void (html, "input", "hidden", "", NULL);
  ilk_html_leaf (html, "i", "ığüşöç", NULL);
  page = ilk_html_finish (html);
  text = to_text (page);
  g_assert_cmpstr (text, ==,
                   "<!DOCTYPE html>\n<p title=\"&quot;&#39;&lt;&gt;&amp;\">&lt;b&gt;&amp;&quot;"
                   "&#39;&lt;/b&gt;1&lt;2</p>\n<input hidden=\"\">\n<i>ığüşöç</i>\n");
}

/* A page that grows is still whole. */
static void
test_html_grows (void)
{
  g_autoptr (IlkHtml) html = ilk_html_new ();
  g_autofree char *long_text = g_strnfill (100000, '<');
  g_autoptr (GBytes) page = NULL;

  for (int i = 0; i < 3; i++)
    ilk_html_leaf (html, "p", long_text, NULL);
  page = ilk_html_finish (html);
  g_assert_cmpuint (g_bytes_get_size (page), ==, 16 + 3 * (400000 + 8));
}

static void
expect_field (const char *form,
              const char *name,
              const char *wanted)
{
  g_autoptr (IlkSecret) body = secret (form);
  g_autoptr (IlkSecret) value = ilk_form_get (body, name);

  if (wanted == NULL)
    g_assert_null (value);
  else
    {
      g_assert_nonnull (value);
      g_assert_cmpmem (ilk_secret_peek (value), ilk_secret_get_length (value), wanted,
                       strlen (wanted));
    }
}

static void
test_form (void)
{
  g_autoptr (IlkSecret) zero = secret ("a=x%00y");
  g_autoptr (IlkSecret) bad = secret ("a=%FF");

  expect_field ("a=1&b=2", "a", "1");
  expect_field ("a=1&b=2", "b", "2");
  expect_field ("a=1&a=2", "a", "1");
  expect_field ("aa=1&a=2", "a", "2");
  expect_field ("a=", "a", "");
  expect_field ("a", "a", NULL);
  expect_field ("", "a", NULL);
  expect_field ("&&a=1&", "a", "1");
  expect_field ("a=%C4%B1+%2B%3d", "a", "ı +=");
  expect_field ("a=%", "a", NULL);
  expect_field ("a=%4", "a", NULL);
  expect_field ("a=%g0", "a", NULL);
  expect_field ("a=b=c", "a", "b=c");
  g_assert_null (ilk_form_get (NULL, "a"));
  g_assert_null (ilk_form_get_text (zero, "a"));
  g_assert_null (ilk_form_get_text (bad, "a"));
}

static void
test_cookies (void)
{
  g_autoptr (IlkSecret) header = secret ("x=1; __Host-ilkimza=abc%2B; __Host-ilkimza=other");
  g_autoptr (IlkSecret) value = ilk_form_get_cookie (header, "__Host-ilkimza");

  g_assert_cmpmem (ilk_secret_peek (value), ilk_secret_get_length (value), "abc%2B", 6);
  g_assert_null (ilk_form_get_cookie (header, "Host-ilkimza"));
  g_assert_null (ilk_form_get_cookie (NULL, "x"));
}

/* One table, both languages, nothing left out. */
static void
test_words (void)
{
  for (int i = 0; i < ILK_N_SAYS; i++)
    for (int turkish = 0; turkish < 2; turkish++)
      {
        const char *text = ilk_portal_word (i, turkish);

        g_assert_nonnull (text);
        g_assert_cmpuint (strlen (text), >, 1);
        g_assert_true (g_utf8_validate (text, -1, NULL));
      }
}

static IlkReply *
visit (ServerFixture *self,
       const char    *method,
       const char    *path,
       const char    *query,
       const char    *cookies,
       const char    *body)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new (method, path);
  IlkReply *reply = ilk_reply_new ();

  request->query = query != NULL ? secret (query) : NULL;
  request->cookies = cookies != NULL ? secret (cookies) : NULL;
  request->body = body != NULL ? secret (body) : NULL;
  ilk_service_handle (self->service, request, reply);
  return reply;
}

static char *
read_hidden (IlkReply   *reply,
             const char *name)
{
  g_autofree char *page = to_text (reply->body);
  g_autofree char *before = g_strdup_printf ("name=\"%s\" value=\"", name);
  const char *at = strstr (page, before);

  g_assert_nonnull (at);
  at += strlen (before);
  return g_strndup (at, strcspn (at, "\""));
}

static char *
read_cookie (IlkReply *reply)
{
  const char *cookie = g_ptr_array_index (reply->cookies, 0);

  g_assert_cmpuint (reply->cookies->len, ==, 1);
  g_assert_true (g_str_has_prefix (cookie, "__Host-ilkimza-form="));
  g_assert_nonnull (strstr (cookie, "; Path=/; Secure; HttpOnly; SameSite=Strict"));
  return g_strndup (cookie, strcspn (cookie, ";"));
}

/* A form is taken once more from where it was shown, with its own cookie and address alone. */
static void
test_form_tokens (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autoptr (IlkReply) page = visit (self, "GET", "/guvenlik-sozcugu", NULL, NULL, NULL);
  g_autoptr (IlkReply) other = visit (self, "GET", "/giris", NULL, NULL, NULL);
  g_autofree char *cookie = read_cookie (page);
  g_autofree char *other_cookie = read_cookie (other);
  g_autofree char *token = read_hidden (page, "jeton");
  g_autofree char *other_token = read_hidden (other, "jeton");
  const struct { const char *cookie; const char *token; guint status; } rows[] = {
    { cookie, token, 422 },          /* let through, and its empty fields are refused */
    { NULL, token, 403 },
    { other_cookie, token, 403 },
    { cookie, other_token, 403 },
    { other_cookie, other_token, 403 },
    { cookie, "", 403 },
    { "__Host-ilkimza-form=short", token, 403 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *body = g_strconcat ("jeton=", rows[i].token, NULL);
      g_autoptr (IlkReply) reply = visit (self, "POST", "/guvenlik-sozcugu", NULL, rows[i].cookie,
                                          body);

      g_assert_cmpuint (reply->status, ==, rows[i].status);
    }
}

/* A session's token that was put into the cookie by somebody is not believed by the rules. */
static void
test_made_up_session (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  const char *session = "__Host-ilkimza=made-up; __Host-ilkimza-form=AAAAAAAAAAAAAAAAAAAAAA";
  g_autoptr (IlkReply) page = visit (self, "GET", "/dogrulama-kodu", NULL, session, NULL);
  g_autoptr (IlkReply) away = visit (self, "GET", "/dogrulama-kodu", "dil=en", NULL, NULL);
  g_autoptr (IlkReply) sent = NULL;
  g_autofree char *text = to_text (page->body);
  g_autofree char *form = g_strdup (strstr (text, "<main"));
  const char *at = strstr (form, "name=\"jeton\" value=\"") + strlen ("name=\"jeton\" value=\"");
  g_autofree char *token = g_strndup (at, strcspn (at, "\""));
  g_autofree char *body = g_strconcat ("jeton=", token, NULL);

  g_assert_cmpuint (away->status, ==, 303);
  g_assert_cmpstr (away->location, ==, "/giris?dil=en");
  sent = visit (self, "POST", "/dogrulama-kodu", NULL, session, body);
  g_assert_cmpuint (sent->status, >=, 400);
}

/* Without an address of its own the service has no pages, and no link to send. */
static void
test_no_portal (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autoptr (IlkService) plain = ilk_service_new (self->store, ILK_KEY_STORE (self->keys),
                                                  ILK_SMS_GATEWAY (self->phone),
                                                  ILK_CLOCK (self->clock));

  g_assert_true (ilk_portal_serves (self->service, "/"));
  g_assert_false (ilk_portal_serves (self->service, "/v1/cards"));
  g_assert_false (ilk_portal_serves (self->service, "/ocsp"));
  g_assert_false (ilk_portal_serves (plain, "/"));
}

/* Whom to call stands on every page and in the mail, escaped like any text. */
static void
test_contact (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  g_autoptr (IlkReply) before = visit (self, "GET", "/", NULL, NULL, NULL);
  g_autofree char *plain = to_text (before->body);
  g_autoptr (IlkReply) after = NULL;
  g_autofree char *text = NULL;

  ilk_service_set_contact (self->service, "A & B", "444 0 000");
  after = visit (self, "GET", "/", NULL, NULL, NULL);
  text = to_text (after->body);
  g_assert_null (strstr (plain, "Çağrı Merkezi"));
  g_assert_nonnull (strstr (text, "<p>A &amp; B · Çağrı Merkezi: 444 0 000</p>"));
}

static void
test_mail (void)
{
  g_autoptr (IlkSecret) link = secret ("https://card.example/guvenlik-sozcugu/AAAA?dil=tr");
  IlkResetMail mail = { "Ayşe <b>", link, "A & B", "444 0 000", TRUE };
  g_autoptr (IlkSecret) text = ilk_reset_mail_text (&mail);
  g_autoptr (IlkSecret) html = ilk_reset_mail_html (&mail);
  const char *plain = (const char *) ilk_secret_peek (text);
  const char *page = (const char *) ilk_secret_peek (html);

  g_assert_true (g_str_has_prefix (plain, "Sayın Ayşe <b>,\n\n"));
  g_assert_nonnull (strstr (plain, "\n\nhttps://card.example/guvenlik-sozcugu/AAAA?dil=tr\n\n"));
  g_assert_true (g_str_has_suffix (plain, "Saygılarımızla,\nA & B\nÇağrı Merkezi: 444 0 000\n"));
  g_assert_nonnull (strstr (page, "<html lang=\"tr\">"));
  g_assert_nonnull (strstr (page, "<p>Sayın Ayşe &lt;b&gt;,</p>"));
  g_assert_nonnull (strstr (page, "href=\"https://card.example/guvenlik-sozcugu/AAAA?dil=tr\""));
  g_assert_true (g_str_has_suffix (page, "</html>\n"));
  mail.turkish = FALSE;
  g_assert_cmpstr (ilk_reset_mail_subject (&mail), ==, "Set a new security word");
}

static void
test_policy (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  static const char *const paths[] = { "/", "/guvenlik-sozcugu", "/giris", "/cikis", "/yok",
                                       "/guvenlik-sozcugu/AAAA", "/giris/donus", NULL };

  for (int i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (IlkReply) reply = visit (self, "GET", paths[i], NULL, NULL, NULL);

      g_assert_cmpstr (reply->type, ==, "text/html; charset=utf-8");
      g_assert_true (g_str_has_prefix (reply->policy, "default-src 'none'; script-src 'self'; "));
      g_assert_null (strstr (reply->policy, "unsafe"));
    }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal/html-escapes", test_html_escapes);
  g_test_add_func ("/portal/html-grows", test_html_grows);
  g_test_add_func ("/portal/form", test_form);
  g_test_add_func ("/portal/cookies", test_cookies);
  g_test_add_func ("/portal/words", test_words);
  g_test_add_func ("/portal/form-tokens", test_form_tokens);
  g_test_add_func ("/portal/made-up-session", test_made_up_session);
  g_test_add_func ("/portal/no-portal", test_no_portal);
  g_test_add_func ("/portal/contact", test_contact);
  g_test_add_func ("/portal/mail", test_mail);
  g_test_add_func ("/portal/policy", test_policy);
  return g_test_run ();
}
