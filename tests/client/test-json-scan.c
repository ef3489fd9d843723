/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include "client/ilk-json-scan.h"

static gboolean
is_valid (const char *text)
{
  return ilk_json_scan_is_valid ((const guint8 *) text, strlen (text), 8);
}

static void
test_accepts_json (void)
{
  static const char *texts[] = {
    "{}", " { } ", "[]", "null", "true", "false", "0", "-0", "-12.50e+3", "1E9", "\"\"",
    "{\"a\":[1,2,{\"b\":null}],\"c\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e7\"}",
    "{\"Ad\":\"Işıl ÇĞÖŞÜİ\"}", "[[[[[[[[1]]]]]]]]", "\r\n\t[1]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!is_valid (texts[i]))
      g_error ("refused: %s", texts[i]);
}

static void
test_refuses_the_rest (void)
{
  static const char *texts[] = {
    "", " ", "{", "}", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "'a'",
    "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0000\"", "\"\n\"", "01", "1.", ".5",
    "1e", "+1", "-", "tru", "nul", "NaN", "{} {}", "{}x", "/* */{}", "{\"a\":1 \"b\":2}",
    "[[[[[[[[[1]]]]]]]]]", "\"\xff\"", "\xef\xbb\xbf{}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (is_valid (texts[i]))
      g_error ("accepted: %s", texts[i]);

  g_assert_false (ilk_json_scan_is_valid ((const guint8 *) "{}\0", 3, 8));
}

/* Every beginning of a valid text is no valid text, and none reads beyond its end: each lies in
 * memory of exactly its length. */
static void
test_truncated (void)
{
  static const char text[] = "{\"a\":[1,-2.5e3,true,null],\"token\":\"abc\",\"b\":\"\\u00fc\"}";

  for (gsize length = 0; length < sizeof text - 1; length++)
    {
      g_autofree guint8 *part = g_malloc (MAX (length, 1));

      memcpy (part, text, length);
      g_assert_false (ilk_json_scan_is_valid (part, length, 8));
      g_assert_null (ilk_json_scan_take_secret (part, length, "token"));
    }
}

static void
test_deep_nesting (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 200000; i++)
    g_string_append_c (text, '[');

  g_assert_false (is_valid (text->str));
  g_string_prepend (text, "{\"a\":");
  g_assert_null (ilk_json_scan_take_secret ((guint8 *) text->str, text->len, "token"));
}

static void
test_takes_secret (void)
{
  char text[] = "{ \"a\":{\"token\":\"no\"}, \"token\" : \"aB-_9\" ,\"phone\":\"05\"}";
  g_autoptr (IlkSecret) secret = NULL;

  secret = ilk_json_scan_take_secret ((guint8 *) text, strlen (text), "token");
  g_assert_nonnull (secret);
  g_assert_cmpmem (ilk_secret_peek (secret), ilk_secret_get_length (secret), "aB-_9", 5);
  g_assert_cmpstr (text, ==,
                   "{ \"a\":{\"token\":\"no\"}, \"token\" : \"*****\" ,\"phone\":\"05\"}");
}

static void
test_takes_no_doubtful_secret (void)
{
  static const char *texts[] = {
    "{}", "[]", "{\"token\":null}", "{\"token\":12}", "{\"token\":\"\"}", "{\"token\":\"a\\nb\"}",
    "{\"token\":\"a\",\"token\":\"b\"}", "{\"tok\\u0065n\":\"a\"}", "{\"Token\":\"a\"}",
    "{\"a\":{\"token\":\"a\"}}", "\"token\"", "{\"token\":\"a\"", "{\"token\":[\"a\"]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = g_strdup (texts[i]);

      if (ilk_json_scan_take_secret ((guint8 *) text, strlen (text), "token") != NULL)
        g_error ("taken from: %s", texts[i]);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_too_long_secret (void)
{
  g_autofree char *filler = g_strnfill (257, 'a');
  g_autofree char *text = g_strdup_printf ("{\"token\":\"%s\"}", filler);

  g_assert_null (ilk_json_scan_take_secret ((guint8 *) text, strlen (text), "token"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-scan/accepts-json", test_accepts_json);
  g_test_add_func ("/json-scan/refuses-the-rest", test_refuses_the_rest);
  g_test_add_func ("/json-scan/truncated", test_truncated);
  g_test_add_func ("/json-scan/deep-nesting", test_deep_nesting);
  g_test_add_func ("/json-scan/takes-secret", test_takes_secret);
  g_test_add_func ("/json-scan/takes-no-doubtful-secret", test_takes_no_doubtful_secret);
  g_test_add_func ("/json-scan/too-long-secret", test_too_long_secret);
  return g_test_run ();
}
