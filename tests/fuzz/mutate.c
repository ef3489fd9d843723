/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mutate.h"

static const char *const tokens[] = {
  "[", "]", "=", "\n", "\\", "<", ">", "<!--", "-->", "%s", "\xff", "\xc4", "ı", "İ", "0", "-1",
  "[tr]=", "<array>", "</array>", "<string>0x", "https://", "99999999999999999999",
};

static void
change (GRand   *rand,
        GString *text)
{
  gssize at = text->len > 0 ? g_rand_int_range (rand, 0, (gint32) text->len) : 0;
  gssize count = g_rand_int_range (rand, 1, 20);

  switch (text->len > 0 ? g_rand_int_range (rand, 0, 6) : 2)
    {
    case 0:
      text->str[at] ^= (char) (1 << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      g_string_erase (text, at, MIN (count, (gssize) text->len - at));
      break;
    case 2:
      g_string_insert (text, at, tokens[g_rand_int_range (rand, 0, G_N_ELEMENTS (tokens))]);
      break;
    case 3:
      g_string_truncate (text, (gsize) at);
      break;
    case 4:
      {
        g_autofree char *piece = g_strndup (text->str + at, (gsize) count * 5);

        g_string_insert (text, g_rand_int_range (rand, 0, (gint32) text->len), piece);
        break;
      }
    default:
      text->str[at] = (char) g_rand_int_range (rand, 0, 256);
      break;
    }
}

GBytes *
mutate_once (GRand      *rand,
             const char *data,
             gsize       length)
{
  GString *text = g_string_new_len (data, (gssize) length);
  guint n_changes = (guint) g_rand_int_range (rand, 1, 5);

  for (guint i = 0; i < n_changes; i++)
    change (rand, text);
  return g_string_free_to_bytes (text);
}

void
mutate_many (const char *data,
             gsize       length,
             guint       n_rounds,
             MutateFunc  func,
             gpointer    user_data)
{
  for (guint seed = 0; seed < n_rounds; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) bytes = mutate_once (rand, data, length);
      gsize size;
      const char *text = g_bytes_get_data (bytes, &size);
      g_autofree char *copy = NULL;

      if (g_test_verbose ())
        g_test_message ("seed %u", seed);
      /* A copy of its exact size with a 0 after it, so that a sanitizer sees a read beyond. */
      copy = g_malloc (size + 1);
      if (size > 0)
        memcpy (copy, text, size);
      copy[size] = '\0';
      func (copy, size, user_data);
    }
}
