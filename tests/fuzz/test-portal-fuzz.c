/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mutate.h"
#include "server-fixture.h"
#include "server/ilk-form.h"
#include "server/ilk-word-rules.h"

/* What browsers, and who poses as one, may send to the portal. */

static IlkSecret *
to_secret (const char *data,
           gsize       length)
{
  return ilk_secret_new_from_data (data, length);
}

/* A value is never longer than what was sent, and a text is UTF-8. */
static void
check_form (const char *data,
            gsize       length,
            gpointer    user_data)
{
  static const char *const names[] = { "jeton", "kimlik-no", "resim", "x", NULL };
  g_autoptr (IlkSecret) form = to_secret (data, length);

  for (int i = 0; names[i] != NULL; i++)
    {
      g_autoptr (IlkSecret) value = ilk_form_get (form, names[i]);
      g_autoptr (IlkSecret) cookie = ilk_form_get_cookie (form, names[i]);
      g_autofree char *text = ilk_form_get_text (form, names[i]);

      g_assert_true (value == NULL || ilk_secret_get_length (value) < length);
      g_assert_true (cookie == NULL || ilk_secret_get_length (cookie) < length);
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
    }
}

static void
test_form (void)
{
  const char *form = "jeton=0123456789ABCDEF&kimlik-no=12345678950&resim=%C4%B1+%2B&x=";

  mutate_many (form, strlen (form), 20000, check_form, NULL);
}

/* A word is judged whatever it is, and damaged UTF-8 is never accepted. */
static void
check_word (const char *data,
            gsize       length,
            gpointer    user_data)
{
  const IlkWordOwner owner = { "12345678950", "Ayşe Örnek", "05321234567", "1985" };
  g_autoptr (IlkSecret) word = to_secret (data, length);
  const char *code = ilk_word_check (word, &owner);

  g_assert_true (code == NULL || g_str_has_prefix (code, "word."));
  if (!g_utf8_validate (data, length, NULL) && length <= 768)
    g_assert_cmpstr (code, ==, "word.text");
}

static void
test_word (void)
{
  const char *word = "Çilek-reçeli-42 ﷺ ayşe\xcc\x81 örnek";

  mutate_many (word, strlen (word), 20000, check_word, NULL);
}

/* Whatever is sent, a whole page comes back, and nothing in it is markup of the sender's. */
static void
visit (ServerFixture *self,
       const char    *method,
       const char    *path,
       const char    *data,
       gsize          length)
{
  g_autoptr (IlkInbound) request = ilk_inbound_new (method, path);
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  const char *page;
  gsize size;

  request->query = to_secret (data, length);
  request->cookies = to_secret (data, length);
  request->body = to_secret (data, length);
  ilk_service_handle (self->service, request, reply);
  g_assert_cmpuint (reply->status, >=, 200);
  g_assert_cmpuint (reply->status, <, 500);
  g_assert_nonnull (reply->policy);
  if (reply->body == NULL)
    {
      g_assert_cmpuint (reply->status, ==, 303);
      g_assert_true (*reply->location == '/' && reply->location[1] != '/');
      return;
    }
  page = g_bytes_get_data (reply->body, &size);
  g_assert_true (g_str_has_prefix (page, "<!DOCTYPE html>\n<html lang=\""));
  g_assert_cmpmem (page + size - 8, 8, "</html>\n", 8);
  g_assert_null (memmem (page, size, "<evil", 5));
}

static void
check_page (const char *data,
            gsize       length,
            gpointer    user_data)
{
  ServerFixture *self = user_data;
  g_autofree char *path = g_utf8_make_valid (data, length);
  g_autofree char *under = g_strconcat ("/guvenlik-sozcugu/", path, NULL);
  g_autofree char *rooted = g_strconcat ("/", path, NULL);

  visit (self, "GET", "/", data, length);
  visit (self, "GET", under, data, length);
  visit (self, "GET", rooted, data, length);
  visit (self, "GET", "/dogrulama-kodu", data, length);
  visit (self, "POST", "/guvenlik-sozcugu", data, length);
  visit (self, "POST", under, data, length);
  visit (self, "POST", "/cikis", data, length);
}

static void
test_pages (void)
{
  g_autoptr (ServerFixture) self = server_fixture_new ();
  const char *sent = "dil=en&jeton=<evil>&__Host-ilkimza=\"><evil>; __Host-ilkimza-form="
                     "AAAAAAAAAAAAAAAAAAAAAA; x='<evil a=\"b\">";

  mutate_many (sent, strlen (sent), 800, check_page, self);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/portal-fuzz/form", test_form);
  g_test_add_func ("/portal-fuzz/word", test_word);
  g_test_add_func ("/portal-fuzz/pages", test_pages);
  return g_test_run ();
}
