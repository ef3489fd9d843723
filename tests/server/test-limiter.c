/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "server/ilk-client-address.h"
#include "server/ilk-limiter.h"

/* How many requests are taken, and who they are of. */

#define SECOND G_USEC_PER_SEC

typedef struct {
  IlkConfig  *config;
  IlkLimiter *limiter;
  gint64      now;
} Test;

static IlkConfig *
load (const char *text)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("ilk-limits-XXXXXX", &path, &error);
  IlkConfig *config;

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  config = ilk_config_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return config;
}

static void
set_up (Test         *self,
        gconstpointer data)
{
  self->config = load ("[Limits]\nlogin-per-minute=6\nlogin-burst=3\nall-logins-per-minute=60\n"
                       "all-logins-burst=8\nother-per-minute=1000000\nother-burst=1000000\n"
                       "all-others-per-minute=100000000\nall-others-burst=100000000\n");
  self->limiter = ilk_limiter_new (self->config);
  self->now = 1000 * SECOND;
}

static void
tear_down (Test         *self,
           gconstpointer data)
{
  ilk_limiter_free (self->limiter);
  ilk_config_free (self->config);
}

static int
take (Test       *self,
      const char *text)
{
  g_autoptr (GInetAddress) address = text != NULL ? g_inet_address_new_from_string (text) : NULL;

  return ilk_limiter_take (self->limiter, ILK_LIMIT_LOGIN, address, self->now);
}

static void
test_burst_and_rate (Test         *self,
                     gconstpointer data)
{
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (take (self, "192.0.2.1"), ==, 0);
  g_assert_cmpint (take (self, "192.0.2.1"), ==, 10);
  self->now += 9 * SECOND;
  g_assert_cmpint (take (self, "192.0.2.1"), ==, 1);
  self->now += SECOND;
  g_assert_cmpint (take (self, "192.0.2.1"), ==, 0);
  g_assert_cmpint (take (self, "192.0.2.1"), ==, 10);
  /* More than the burst is never saved up. */
  self->now += 3600 * (gint64) SECOND;
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (take (self, "192.0.2.1"), ==, 0);
  g_assert_cmpint (take (self, "192.0.2.1"), >, 0);
}

static void
test_addresses_are_apart (Test         *self,
                          gconstpointer data)
{
  for (int i = 0; i < 4; i++)
    take (self, "192.0.2.1");
  g_assert_cmpint (take (self, "192.0.2.1"), >, 0);
  g_assert_cmpint (take (self, "192.0.2.2"), ==, 0);
}

/* A holder of IPv6 has 2^64 addresses. */
static void
test_ipv6_by_64 (Test         *self,
                 gconstpointer data)
{
  g_assert_cmpint (take (self, "2001:db8:1:2::1"), ==, 0);
  g_assert_cmpint (take (self, "2001:db8:1:2::2"), ==, 0);
  g_assert_cmpint (take (self, "2001:db8:1:2:ffff::3"), ==, 0);
  g_assert_cmpint (take (self, "2001:db8:1:2::4"), >, 0);
  g_assert_cmpint (take (self, "2001:db8:1:3::4"), ==, 0);
}

/* All together have a limit, too, and who is over his own takes nothing of it. */
static void
test_shared (Test         *self,
             gconstpointer data)
{
  for (int i = 0; i < 20; i++)
    take (self, "192.0.2.1");
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("198.51.100.%d", i);

      g_assert_cmpint (take (self, text), ==, 0);
    }
  g_assert_cmpint (take (self, "203.0.113.1"), ==, 1);
  self->now += SECOND;
  g_assert_cmpint (take (self, NULL), ==, 0);
  g_assert_cmpint (take (self, NULL), ==, 1);
}

static void
test_kinds_are_apart (Test         *self,
                      gconstpointer data)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string ("192.0.2.1");

  for (int i = 0; i < 4; i++)
    take (self, "192.0.2.1");
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (ilk_limiter_take (self->limiter, ILK_LIMIT_OTHER, address, self->now), ==, 0);
}

/* However many addresses an attacker has, the memory is bounded. */
static void
test_bounded (Test         *self,
              gconstpointer data)
{
  for (guint32 i = 0; i < 70000; i++)
    {
      guint8 bytes[4] = { 10, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i };
      g_autoptr (GInetAddress) address =
        g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV4);

      g_assert_cmpint (ilk_limiter_take (self->limiter, ILK_LIMIT_OTHER, address, self->now), ==,
                       0);
    }
  g_assert_cmpuint (ilk_limiter_get_size (self->limiter), ==, 65536);
}

static void
test_classes (void)
{
  const struct { const char *method; const char *path; IlkLimitKind kind; } cases[] = {
    { "POST", "/v1/captchas", ILK_LIMIT_CAPTCHA },
    { "POST", "/v1/sessions", ILK_LIMIT_LOGIN },
    { "POST", "/v1/verification-codes/handles", ILK_LIMIT_LOGIN },
    { "POST", "/v1/e-signature-challenges", ILK_LIMIT_LOGIN },
    { "POST", "/v1/e-government-logins", ILK_LIMIT_LOGIN },
    { "PUT", "/v1/me/web-password", ILK_LIMIT_LOGIN },
    { "PUT", "/v1/operations/abc/confirmations/web-password", ILK_LIMIT_LOGIN },
    { "POST", "/v1/me/changes/abc/codes", ILK_LIMIT_MESSAGE },
    { "POST", "/v1/verification-codes", ILK_LIMIT_OTHER },
    { "PUT", "/v1/me/security-word", ILK_LIMIT_LOGIN },
    { "POST", "/v1/sessions/current/sms", ILK_LIMIT_MESSAGE },
    { "PUT", "/v1/sessions/current/sms", ILK_LIMIT_OTHER },
    { "POST", "/v1/suspensions", ILK_LIMIT_MESSAGE },
    { "POST", "/v1/operations/x/confirmations", ILK_LIMIT_MESSAGE },
    { "POST", "/v1/security-word-resets", ILK_LIMIT_MESSAGE },
    { "POST", "/guvenlik-sozcugu", ILK_LIMIT_MESSAGE },
    { "GET", "/guvenlik-sozcugu", ILK_LIMIT_CAPTCHA },
    { "GET", "/v1/cards", ILK_LIMIT_OTHER },
    { "GET", "/v1/sessions", ILK_LIMIT_OTHER },
    { "POST", "/v1/unlocks", ILK_LIMIT_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ilk_limiter_classify (cases[i].method, cases[i].path), ==, cases[i].kind);
}

static char *
find (const char *peer,
      const char *forwarded,
      gboolean    trusted)
{
  g_autoptr (GInetAddress) address = peer != NULL ? g_inet_address_new_from_string (peer) : NULL;
  g_autoptr (GInetAddress) found = ilk_client_address_find (address, forwarded, trusted);

  return found != NULL ? g_inet_address_to_string (found) : NULL;
}

static void
test_whose_request (void)
{
  const struct { const char *peer; const char *forwarded; gboolean trusted; const char *found; }
  cases[] = {
    { NULL, "192.0.2.1", TRUE, "192.0.2.1" },
    { "127.0.0.1", "192.0.2.1", TRUE, "192.0.2.1" },
    { "::1", "2001:db8::1", TRUE, "2001:db8::1" },
    { NULL, "[2001:db8::1]", TRUE, "2001:db8::1" },
    /* Only what the proxy itself added counts. */
    { NULL, "203.0.113.9, 192.0.2.1", TRUE, "192.0.2.1" },
    { NULL, "192.0.2.1,", TRUE, NULL },
    { NULL, "unknown", TRUE, NULL },
    { NULL, "", TRUE, NULL },
    { NULL, NULL, TRUE, NULL },
    /* Nobody said that there is such a proxy. */
    { NULL, "192.0.2.1", FALSE, NULL },
    { "127.0.0.1", "192.0.2.1", FALSE, NULL },
    /* A caller from elsewhere speaks for himself alone. */
    { "198.51.100.7", "192.0.2.1", TRUE, "198.51.100.7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = find (cases[i].peer, cases[i].forwarded, cases[i].trusted);

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

#define ADD(path, function) g_test_add (path, Test, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/limiter/burst-and-rate", test_burst_and_rate);
  ADD ("/server/limiter/addresses-are-apart", test_addresses_are_apart);
  ADD ("/server/limiter/ipv6-by-64", test_ipv6_by_64);
  ADD ("/server/limiter/shared", test_shared);
  ADD ("/server/limiter/kinds-are-apart", test_kinds_are_apart);
  ADD ("/server/limiter/bounded", test_bounded);
  g_test_add_func ("/server/limiter/classes", test_classes);
  g_test_add_func ("/server/limiter/whose-request", test_whose_request);
  return g_test_run ();
}
