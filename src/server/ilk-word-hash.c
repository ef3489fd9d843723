/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-word-hash.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define MEMORY_KIB 19456
#define PASSES 2
#define LANES 1
#define SALT_LENGTH 16
#define HASH_LENGTH 32
#define MAC_LENGTH 32
#define CURRENT_PREFIX "$argon2id$v=19$m=19456,t=2,p=1$"

/* GLib's own normalization leaves copies of the text on the heap; so the steps are done here, on
 * characters in a secret: decompose, order the marks, compose (Unicode, annex 15). */

static gsize
count_characters (IlkSecret *text)
{
  return ilk_secret_get_length (text) / sizeof (gunichar);
}

static void
order_marks (gunichar *text,
             gsize     length)
{
  for (gsize i = 1; i < length; i++)
    {
      int own = g_unichar_combining_class (text[i]);

      for (gsize j = i; own != 0 && j > 0; j--)
        {
          gunichar moved = text[j];

          if (g_unichar_combining_class (text[j - 1]) <= own)
            break;
          text[j] = text[j - 1];
          text[j - 1] = moved;
        }
    }
}

static gsize
compose (gunichar *text,
         gsize     length)
{
  gsize out = 0;
  gssize starter = -1;
  int last = 0;

  for (gsize i = 0; i < length; i++)
    {
      gunichar character = text[i];
      gunichar composed;
      int own = g_unichar_combining_class (character);
      gboolean adjacent = starter >= 0 && (gsize) starter + 1 == out;

      if (starter >= 0 && (adjacent || (last != 0 && last < own)) &&
          g_unichar_compose (text[starter], character, &composed))
        {
          text[starter] = composed;
          continue;
        }
      if (own == 0)
        starter = out;
      last = own;
      text[out++] = character;
    }
  return out;
}

static IlkSecret *
decompose (IlkSecret *word)
{
  const char *at = (const char *) ilk_secret_peek (word);
  const char *end = at + ilk_secret_get_length (word);
  IlkSecret *text = ilk_secret_new ((end - at) * G_UNICHAR_MAX_DECOMPOSITION_LENGTH *
                                    sizeof (gunichar));
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  for (; at < end; at = g_utf8_next_char (at))
    {
      gsize count = g_unichar_fully_decompose (g_utf8_get_char (at), FALSE, parts,
                                               G_N_ELEMENTS (parts));

      ilk_secret_append (text, parts, count * sizeof (gunichar));
    }
  OPENSSL_cleanse (parts, sizeof parts);
  return text;
}

/**
 * ilk_word_normalize:
 *
 * Returns: (transfer full) (nullable): the same text in normalization form C
 */
IlkSecret *
ilk_word_normalize (IlkSecret *word)
{
  g_autoptr (IlkSecret) text = NULL;
  IlkSecret *out;
  gunichar *characters;
  gsize length;
  char utf8[6];

  if (!g_utf8_validate ((const char *) ilk_secret_peek (word), ilk_secret_get_length (word), NULL))
    return NULL;

  text = decompose (word);
  characters = (gunichar *) (gpointer) ilk_secret_get_writable (text);
  length = count_characters (text);
  order_marks (characters, length);
  length = compose (characters, length);

  out = ilk_secret_new (length * sizeof utf8);
  for (gsize i = 0; i < length; i++)
    ilk_secret_append (out, utf8, g_unichar_to_utf8 (characters[i], utf8));
  OPENSSL_cleanse (utf8, sizeof utf8);
  return out;
}

/* The pepper goes in before the slow hash: a stolen database alone can't be searched. A word that
 * is no UTF-8 is hashed as it is; it matches nothing. */
static IlkSecret *
season (IlkSecret *word,
        IlkSecret *pepper)
{
  g_autoptr (IlkSecret) normal = ilk_word_normalize (word);
  IlkSecret *input = normal != NULL ? normal : word;
  IlkSecret *mac = ilk_secret_new (MAC_LENGTH);
  unsigned int length = MAC_LENGTH;

  if (HMAC (EVP_sha256 (), ilk_secret_peek (pepper), ilk_secret_get_length (pepper),
            ilk_secret_peek (input), ilk_secret_get_length (input),
            ilk_secret_get_writable (mac), &length) == NULL)
    g_error ("HMAC-SHA-256 failed");
  ilk_secret_set_length (mac, MAC_LENGTH);
  return mac;
}

/**
 * ilk_word_hash_input:
 * @input: what the slow hash is made of: a word in normalization form C, or its HMAC
 *
 * Takes about 25 ms and 19 MiB: for a worker thread.
 *
 * Returns: (transfer full): a PHC string with a fresh salt
 */
char *
ilk_word_hash_input (IlkSecret *input)
{
  g_autoptr (IlkSecret) salt = ilk_secret_new_random (SALT_LENGTH);
  gsize length = argon2_encodedlen (PASSES, MEMORY_KIB, LANES, SALT_LENGTH, HASH_LENGTH,
                                    Argon2_id);
  char *hash = g_malloc0 (length);
  int code = argon2id_hash_encoded (PASSES, MEMORY_KIB, LANES, ilk_secret_peek (input),
                                    ilk_secret_get_length (input), ilk_secret_peek (salt),
                                    SALT_LENGTH, HASH_LENGTH, hash, length);

  if (code != ARGON2_OK)
    g_error ("Argon2: %s", argon2_error_message (code));
  return hash;
}

gboolean
ilk_word_verify_input (IlkSecret  *input,
                       const char *hash)
{
  return argon2id_verify (hash, ilk_secret_peek (input), ilk_secret_get_length (input))
         == ARGON2_OK;
}

char *
ilk_word_hash (IlkSecret *word,
               IlkSecret *pepper)
{
  g_autoptr (IlkSecret) mac = season (word, pepper);

  return ilk_word_hash_input (mac);
}

gboolean
ilk_word_verify (IlkSecret  *word,
                 IlkSecret  *pepper,
                 const char *hash)
{
  g_autoptr (IlkSecret) mac = season (word, pepper);

  return ilk_word_verify_input (mac, hash);
}

/**
 * ilk_word_is_current:
 *
 * Returns: whether @hash was made with today's parameters; if not, the next login makes it anew
 */
gboolean
ilk_word_is_current (const char *hash)
{
  return g_str_has_prefix (hash, CURRENT_PREFIX);
}

/* Between these parameters a hash made elsewhere is neither weak nor a burden. */
#define READY_HASH \
  "^\\$argon2id\\$v=19\\$m=([0-9]{4,5}),t=([0-9]{1,2}),p=([1-4])" \
  "\\$[A-Za-z0-9+/]{22,86}\\$[A-Za-z0-9+/]{43,86}$"
#define READY_MIN_KIB 9216
#define READY_MAX_KIB 65536
#define READY_MAX_PASSES 8

static gint64
get_number (GMatchInfo *match,
            int         group)
{
  g_autofree char *text = g_match_info_fetch (match, group);

  return g_ascii_strtoll (text, NULL, 10);
}

gboolean
ilk_word_is_ready_hash (const char *hash)
{
  g_autoptr (GRegex) regex = g_regex_new (READY_HASH, G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  gint64 kib;
  gint64 passes;

  if (!g_regex_match (regex, hash, 0, &match))
    return FALSE;
  kib = get_number (match, 1);
  passes = get_number (match, 2);
  return kib >= READY_MIN_KIB && kib <= READY_MAX_KIB && passes >= 1 && passes <= READY_MAX_PASSES;
}
