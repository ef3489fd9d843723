/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>
#include "server/ilk-word-rules.h"

/* What a new security word may be. */

static const IlkWordOwner owner = { "12345678950", "Ayşe Nur Işık-Çağlar", "05321234567", "1985" };
static const IlkWordOwner passport = { "U12345678", "Can", "+905321234567", "2001" };

static const char *
check (const char         *word,
       const IlkWordOwner *whose)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data (word, strlen (word));

  return ilk_word_check (secret, whose);
}

static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (254, 'x');
  g_autofree char *fits = g_strconcat (longest, "\303\247", NULL);
  g_autofree char *over = g_strconcat (fits, "!", NULL);
  g_autofree char *far_over = g_strnfill (100000, 'q');

  longest[7] = '-';
  g_assert_cmpstr (check ("", &owner), ==, "word.length");
  g_assert_cmpstr (check ("kısa-7", &owner), ==, "word.length");
  g_assert_cmpstr (check ("mor-ot7", &owner), ==, "word.length");
  g_assert_cmpstr (check ("mor-ot-7", &owner), ==, NULL);
  g_assert_cmpstr (check (over, &owner), ==, "word.length");
  g_assert_cmpstr (check (far_over, &owner), ==, "word.length");
  fits[9] = 'a';
  g_assert_cmpstr (check (fits, &owner), !=, "word.length");
}

/* The length is that of the composed word: typing the marks apart wins nothing. */
static void
test_normalized_length (void)
{
  g_assert_cmpstr (check ("mu\314\210r-t7", &owner), ==, "word.length");
  g_assert_cmpstr (check ("mu\314\210r-ot7", &owner), ==, NULL);
}

static void
test_text (void)
{
  g_assert_cmpstr (check ("mor \377 gergedan", &owner), ==, "word.text");
  g_assert_cmpstr (check ("mor\tgergedan", &owner), ==, "word.text");
  g_assert_cmpstr (check ("mor\ngergedan", &owner), ==, "word.text");
  g_assert_cmpstr (check ("mor gergedan", &owner), ==, NULL);
  g_assert_cmpstr (check ("🦏🦏-mor-gergedan", &owner), ==, NULL);
}

static void
test_common (void)
{
  static const char *const words[] = {
    "Galatasaray1905", "!!FENERBAHÇE!!", "beşiktaş1903", "ŞİFRE1234", "Şifre1234", "p@ssw0rd",
    "Passw0rd2024!", "12345678", "87654321", "abcdefgh", "qwertyui", "ASDFGHJKL", "1234qwer",
    "aaaaaaaa", "abcabcabc", "12121212", "İstanbul34", "ISTANBUL", "güvenlik", "GÜVENLİK", "parola123",
    "mehmet1234", "seniseviyorum", "cimbom1905", NULL
  };

  for (int i = 0; words[i] != NULL; i++)
    {
      g_test_message ("%s", words[i]);
      g_assert_cmpstr (check (words[i], &owner), ==, "word.common");
    }
}

static void
test_personal (void)
{
  static const char *const words[] = {
    "12345678950", "x-12345678950-yeterince-uzun", "05321234567", "5321234567ab", "ayse1985",
    "AYŞE-1985!", "AyşeIşık", "ÇAĞLARayşe", "aysenur85", "ısıkcaglar", "1985istanbul",
    "ayse12345678", "01.01.1985", "caglar1905", NULL
  };

  for (int i = 0; words[i] != NULL; i++)
    {
      g_test_message ("%s", words[i]);
      g_assert_cmpstr (check (words[i], &owner), ==, "word.personal");
    }
  g_assert_cmpstr (check ("u12345678!!", &passport), ==, "word.personal");
  g_assert_cmpstr (check ("05321234567", &passport), ==, "word.personal");
}

/* Long is good; a name inside a word of one's own is no harm. */
static void
test_good (void)
{
  static const char *const words[] = {
    "Çilek-reçeli-42", "başka bir sözcük", "dört mor gergedan", "Nurlu ufuklar 7 köprü",
    "candan dost olmaz mi", "k7#pQ-z9Lm", "6402719538", NULL
  };
  const IlkWordOwner nobody = { NULL };

  for (int i = 0; words[i] != NULL; i++)
    {
      g_test_message ("%s", words[i]);
      g_assert_cmpstr (check (words[i], &owner), ==, NULL);
      g_assert_cmpstr (check (words[i], &passport), ==, NULL);
      g_assert_cmpstr (check (words[i], &nobody), ==, NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/length", test_length);
  g_test_add_func ("/words/normalized-length", test_normalized_length);
  g_test_add_func ("/words/text", test_text);
  g_test_add_func ("/words/common", test_common);
  g_test_add_func ("/words/personal", test_personal);
  g_test_add_func ("/words/good", test_good);
  return g_test_run ();
}
