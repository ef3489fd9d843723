/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vectors.h"

GKeyFile *
vectors_load (void)
{
  GKeyFile *vectors = g_key_file_new ();
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "tests", "core",
                                            "vectors.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (vectors, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return vectors;
}

char *
vectors_get_text (GKeyFile   *vectors,
                  const char *group,
                  const char *key)
{
  g_autoptr (GError) error = NULL;
  char *text = g_key_file_get_string (vectors, group, key, &error);

  g_assert_no_error (error);
  return text;
}

GBytes *
vectors_get_bytes (GKeyFile   *vectors,
                   const char *group,
                   const char *key)
{
  g_autofree char *hex = vectors_get_text (vectors, group, key);
  gsize length = strlen (hex) / 2;
  guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);

      g_assert_true (high >= 0 && low >= 0);
      bytes[i] = (guint8) (high << 4 | low);
    }
  return g_bytes_new_take (bytes, length);
}

IlkSecret *
vectors_get_secret (GKeyFile   *vectors,
                    const char *group,
                    const char *key)
{
  g_autoptr (GBytes) bytes = vectors_get_bytes (vectors, group, key);

  return ilk_secret_new_from_data (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

void
vectors_assert_bytes (GBytes     *bytes,
                      GKeyFile   *vectors,
                      const char *group,
                      const char *key)
{
  g_autoptr (GBytes) expected = vectors_get_bytes (vectors, group, key);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}
