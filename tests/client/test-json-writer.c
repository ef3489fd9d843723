/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>

#include <json-glib/json-glib.h>

#include "client/ilk-json-writer.h"

static void
test_nested (void)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  static const char expected[] = "{\"kind\":\"password\",\"captcha\":{\"id\":\"1\",\"text\":\"AC\"},"
                                 "\"operation\":null,\"empty\":{}}";

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_text (writer, "kind", "password");
  ilk_json_writer_begin (writer, "captcha");
  ilk_json_writer_text (writer, "id", "1");
  ilk_json_writer_text (writer, "text", "AC");
  ilk_json_writer_end (writer);
  ilk_json_writer_text (writer, "operation", NULL);
  ilk_json_writer_begin (writer, "empty");
  ilk_json_writer_end (writer);
  ilk_json_writer_end (writer);

  bytes = ilk_json_writer_finish (writer);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static GBytes *
write_word (const char *data,
            gsize       length)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();
  g_autoptr (IlkSecret) word = ilk_secret_new_from_data (data, length);

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_secret (writer, "word", word);
  ilk_json_writer_end (writer);
  return ilk_json_writer_finish (writer);
}

/* Whatever the holder types comes back from a JSON parser as it was. */
static void
test_words_survive (void)
{
  static const char *words[] = {
    "güvenlik sözcüğü İıŞşĞğ", "a\"b\\c/d", "\b\f\n\r\t\x01\x1f\x7f", "{\"a\":1}", "🙂", "\\u0041",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (GBytes) bytes = write_word (words[i], strlen (words[i]));
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;
      JsonObject *object;

      json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL),
                                  g_bytes_get_size (bytes), &error);
      g_assert_no_error (error);
      object = json_node_get_object (json_parser_get_root (parser));
      g_assert_cmpstr (json_object_get_string_member (object, "word"), ==, words[i]);
    }
}

static void
test_longest_word_fits (void)
{
  g_autofree char *word = g_strnfill (256, '\x01');
  g_autoptr (GBytes) bytes = write_word (word, 256);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, strlen ("{\"word\":\"\"}") + 6 * 256);
}

static void
test_refuses_what_is_no_text (void)
{
  g_autofree char *word = g_strnfill (5000, 'a');

  g_assert_null (write_word ("\xff\xfe", 2));
  g_assert_null (write_word ("a\0b", 3));
  g_assert_null (write_word (word, 5000));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/nested", test_nested);
  g_test_add_func ("/json-writer/words-survive", test_words_survive);
  g_test_add_func ("/json-writer/longest-word-fits", test_longest_word_fits);
  g_test_add_func ("/json-writer/refuses-what-is-no-text", test_refuses_what_is_no_text);
  return g_test_run ();
}
