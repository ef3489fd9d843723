/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-word-rules.h"

#include <openssl/crypto.h>
#include <string.h>
#include "server/ilk-word-hash.h"

/* No rules of composition: long is good, and what many others or the holder's acquaintances would
 * try first is bad. Words are compared folded: small letters without marks, in memory that is
 * wiped. */

#define MIN_NAME 3
/* Composing makes a word shorter, at most to a third. */
#define TYPED_LIMIT (ILK_WORD_MAX_BYTES * 3)

/* Folded. A word counts as one of these also with digits and signs around it. */
static const char *const common[] = {
  "parola", "parolam", "parolaparola", "sifre", "sifrem", "sifresifre", "yenisifre", "yeniparola",
  "guvenlik", "guvenliksozcugu", "guvenliksozcugum", "sozcuk", "gizlisozcuk", "elektronikimza",
  "eimza", "imza", "ilkimza", "sertifika", "kamusm", "tubitak", "edevlet", "devlet", "turkiye",
  "turkiyem", "cumhuriyet", "ataturk", "mustafakemal", "istiklal", "bayrak", "vatan", "millet",
  "istanbul", "ankara", "izmir", "antalya", "bursa", "adana", "konya", "trabzon", "erzurum",
  "diyarbakir", "gaziantep", "kayseri", "samsun", "eskisehir", "kocaeli", "sakarya", "malatya",
  "galatasaray", "cimbom", "fenerbahce", "fener", "besiktas", "kartal", "karakartal",
  "trabzonspor", "bjk", "gs", "fb", "ts", "mehmet", "mustafa", "ahmet", "hasan", "huseyin", "ibrahim",
  "ismail", "osman", "yusuf", "murat", "omer", "ramazan", "halil", "fatma", "ayse", "emine",
  "hatice", "zeynep", "elif", "meryem", "sultan", "merve", "zehra", "ogretmen", "ogretmenim",
  "doktor", "memur", "mudur", "asker", "polis", "hemsire", "askim", "canim", "bebegim", "hayatim",
  "seniseviyorum", "seniseviyom", "bismillah", "allah", "allahuekber", "annem", "babam",
  "annebaba", "kardesim", "ailem", "evim", "okul", "okulum", "kedicik", "papatya", "menekse",
  "karanfil", "merhaba", "selam", "gunaydin", "bilgisayar", "internet", "telefon", "deneme",
  "denemedeneme", "degistir", "degistirbeni", "hosgeldin", "hosgeldiniz", "kullanici", "yonetici",
  "misafir", "password", "passwort", "passw", "pass", "mypassword", "secret", "letmein", "welcome",
  "welcometo", "admin", "administrator", "adminadmin", "root", "rootroot", "user", "username",
  "login", "qwerty", "qwertyuiop", "qazwsx", "qazwsxedc", "zaqwsx", "asdf", "asdfasdf", "asdasd",
  "asdasdasd", "qweasd", "qweasdzxc", "zxcvbnm", "iloveyou", "iloveu", "sunshine", "princess",
  "football", "baseball", "superman", "batman", "dragon", "monkey", "master", "shadow", "michael",
  "computer", "changeme", "default", "trustno", "whatever", "starwars", "abcd", "abcde", "abc",
};

static const char *const rows[] = { "qwertyuiopgu", "asdfghjklsi", "zxcvbnmoc", "1234567890" };

/* Small letters without marks; what is more than a byte then stays as it is. */
static IlkSecret *
fold (IlkSecret *word)
{
  const char *at = (const char *) ilk_secret_peek (word);
  const char *end = at + ilk_secret_get_length (word);
  IlkSecret *out = ilk_secret_new (ilk_secret_get_length (word) * 18);
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  char utf8[6];

  for (; at < end; at = g_utf8_next_char (at))
    {
      gsize count = g_unichar_fully_decompose (g_utf8_get_char (at), TRUE, parts,
                                               G_N_ELEMENTS (parts));

      for (gsize i = 0; i < count; i++)
        {
          gunichar small = parts[i] == 0x131 ? 'i' : g_unichar_tolower (parts[i]);

          if (g_unichar_combining_class (parts[i]) == 0)
            ilk_secret_append (out, utf8, g_unichar_to_utf8 (small, utf8));
        }
    }
  OPENSSL_cleanse (parts, sizeof parts);
  OPENSSL_cleanse (utf8, sizeof utf8);
  return out;
}

static IlkSecret *
fold_text (const char *text)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (text, strlen (text));
  g_autoptr (IlkSecret) normal = ilk_word_normalize (secret);

  return fold (normal != NULL ? normal : secret);
}

static gboolean
is_letter (guint8 byte)
{
  return g_ascii_isalpha (byte) || byte >= 0x80;
}

/* Signs that are written for letters. */
static guint8
unmask (guint8 byte)
{
  static const char signs[] = "@4301!5$7";
  static const char letters[] = "aaeoiisst";
  const char *found = byte != '\0' ? strchr (signs, byte) : NULL;

  return found != NULL ? (guint8) letters[found - signs] : byte;
}

static gboolean
equals_common (const guint8 *text,
               gsize         length)
{
  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    {
      gsize j = 0;

      while (j < length && common[i][j] != '\0' && unmask (text[j]) == (guint8) common[i][j])
        j++;
      if (j == length && common[i][j] == '\0')
        return TRUE;
    }
  return FALSE;
}

/* "!!Galatasaray1905" is looked up as "galatasaray". */
static gboolean
is_common (const guint8 *text,
           gsize         length)
{
  gsize from = 0;
  gsize to = length;

  while (from < to && !is_letter (text[from]))
    from++;
  while (to > from && !is_letter (text[to - 1]))
    to--;
  return equals_common (text + from, to - from) || equals_common (text, length);
}

static gboolean
are_neighbours (guint8 a,
                guint8 b)
{
  if (a == b || a + 1 == b || b + 1 == a)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *at = strchr (rows[i], a);
      const char *other = strchr (rows[i], b);

      if (at != NULL && other != NULL && (at + 1 == other || other + 1 == at))
        return TRUE;
    }
  return FALSE;
}

/* "abcdefgh", "1234qwer", "87654321": runs of the alphabet or the keyboard. */
static gboolean
is_run (const guint8 *text,
        gsize         length)
{
  gsize breaks = 0;

  for (gsize i = 1; i < length; i++)
    if (!are_neighbours (text[i - 1], text[i]))
      breaks++;
  return breaks * 5 <= length;
}

/* "abcabcabc", "12121212". */
static gboolean
is_repeated (const guint8 *text,
             gsize         length)
{
  for (gsize period = 1; period <= 4 && period * 2 <= length; period++)
    if (memcmp (text, text + period, length - period) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_guessable (IlkSecret *folded)
{
  const guint8 *text = ilk_secret_peek (folded);
  gsize length = ilk_secret_get_length (folded);

  return is_common (text, length) || is_run (text, length) || is_repeated (text, length);
}

/* Takes every place of the part out of the text; returns whether there was one. */
static gboolean
take_out (IlkSecret    *text,
          const guint8 *part,
          gsize         length)
{
  gboolean found = FALSE;
  guint8 *at;

  while (length > 0 &&
         (at = memmem (ilk_secret_get_writable (text), ilk_secret_get_length (text), part,
                       length)) != NULL)
    {
      gsize rest = ilk_secret_get_length (text) - (at - ilk_secret_peek (text)) - length;

      memmove (at, at + length, rest);
      ilk_secret_truncate (text, ilk_secret_get_length (text) - length);
      found = TRUE;
    }
  return found;
}

static gboolean
take_out_name (IlkSecret  *text,
               const char *name)
{
  g_autoptr (IlkSecret) folded = fold_text (name);
  const guint8 *at = ilk_secret_peek (folded);
  const guint8 *end = at + ilk_secret_get_length (folded);
  gboolean found = FALSE;

  while (at < end)
    {
      const guint8 *from = at;

      while (at < end && is_letter (*at))
        at++;
      if (at - from >= MIN_NAME && take_out (text, from, at - from))
        found = TRUE;
      at += at < end ? 1 : 0;
    }
  return found;
}

static gboolean
take_out_text (IlkSecret  *text,
               const char *part)
{
  g_autoptr (IlkSecret) folded = fold_text (part);

  return take_out (text, ilk_secret_peek (folded), ilk_secret_get_length (folded));
}

/* Of a phone number the part behind the country's digits, which all have in common. */
static const char *
get_phone_core (const char *phone)
{
  gsize length = strlen (phone);

  return length > 10 ? phone + length - 10 : phone;
}

/* A name in a longer word of one's own is no harm: what remains without it must be good enough by
 * itself. A number of the holder's has no place in it at all. */
static gboolean
is_personal (IlkSecret          *folded,
             const IlkWordOwner *owner)
{
  g_autoptr (IlkSecret) rest = ilk_secret_copy (folded);
  gboolean found = FALSE;

  if ((owner->number != NULL && take_out_text (rest, owner->number)) ||
      (owner->phone != NULL && take_out_text (rest, get_phone_core (owner->phone))))
    return TRUE;
  if (owner->birth_year != NULL && take_out_text (rest, owner->birth_year))
    found = TRUE;
  if (owner->name != NULL && take_out_name (rest, owner->name))
    found = TRUE;
  return found && (ilk_secret_get_length (rest) < ILK_WORD_MIN_BYTES || is_guessable (rest));
}

static gboolean
is_typeable (IlkSecret *word)
{
  const char *at = (const char *) ilk_secret_peek (word);
  const char *end = at + ilk_secret_get_length (word);

  for (; at < end; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)) || !g_unichar_isdefined (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

/**
 * ilk_word_check:
 * @word: as it was typed
 *
 * Lengths are of the normalized word, in bytes, as it is hashed.
 *
 * Returns: (nullable): word.text, word.length, word.common or word.personal; %NULL when the word
 *     may be used
 */
const char *
ilk_word_check (IlkSecret          *word,
                const IlkWordOwner *owner)
{
  g_autoptr (IlkSecret) normal = NULL;
  g_autoptr (IlkSecret) folded = NULL;
  gsize length = ilk_secret_get_length (word);

  if (length > TYPED_LIMIT)
    return "word.length";
  normal = ilk_word_normalize (word);
  if (normal == NULL || !is_typeable (normal))
    return "word.text";
  length = ilk_secret_get_length (normal);
  if (length < ILK_WORD_MIN_BYTES || length > ILK_WORD_MAX_BYTES)
    return "word.length";
  folded = fold (normal);
  if (is_personal (folded, owner))
    return "word.personal";
  return is_guessable (folded) ? "word.common" : NULL;
}
