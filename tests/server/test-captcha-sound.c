/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-captcha-sound.h"

/* The picture's characters read aloud, by the real espeak-ng. */

#define HEADER 44
#define TEXT "A3KW7X"
/* Fifty slices a second; one is silent when nothing in it is louder than the noise. */
#define SLICE (ILK_CAPTCHA_SOUND_RATE / 50)
#define NOISE 8
/* Characters are this many silent slices apart at least. */
#define PAUSE 8

static const guint8 *
get_samples (GBytes *sound,
             gsize  *count)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (sound, &length);

  g_assert_cmpuint (length, >, HEADER);
  *count = length - HEADER;
  return data + HEADER;
}

static guint32
read_number (GBytes *sound,
             gsize   offset)
{
  const guint8 *data = g_bytes_get_data (sound, NULL);

  return (guint32) data[offset] | (guint32) data[offset + 1] << 8 |
         (guint32) data[offset + 2] << 16 | (guint32) data[offset + 3] << 24;
}

static gboolean
is_silent (const guint8 *samples)
{
  for (int i = 0; i < SLICE; i++)
    if (abs (samples[i] - 128) > NOISE)
      return FALSE;
  return TRUE;
}

/* How many times somebody speaks up after a pause. */
static int
count_utterances (GBytes *sound)
{
  gsize count;
  const guint8 *samples = get_samples (sound, &count);
  int silent = PAUSE;
  int utterances = 0;

  for (gsize at = 0; at + SLICE <= count; at += SLICE)
    if (is_silent (samples + at))
      silent++;
    else
      {
        utterances += silent >= PAUSE;
        silent = 0;
      }
  return utterances;
}

static void
test_each_language (void)
{
  for (int turkish = 0; turkish < 2; turkish++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) sound = ilk_captcha_speak (TEXT, turkish, &error);
      gsize count;
      double seconds;

      g_assert_no_error (error);
      get_samples (sound, &count);
      g_assert_cmpmem (g_bytes_get_data (sound, NULL), 4, "RIFF", 4);
      g_assert_cmpuint (read_number (sound, 4), ==, g_bytes_get_size (sound) - 8);
      g_assert_cmpuint (read_number (sound, 24), ==, ILK_CAPTCHA_SOUND_RATE);
      g_assert_cmpuint (read_number (sound, 40), ==, count);
      seconds = (double) count / ILK_CAPTCHA_SOUND_RATE;
      g_assert_cmpfloat (seconds, >, 3);
      g_assert_cmpfloat (seconds, <, 20);
      /* "W" and "X" may have a pause within. */
      g_assert_cmpint (count_utterances (sound), >=, 6);
      g_assert_cmpint (count_utterances (sound), <=, 9);
    }
}

/* Who has recorded one has not recorded the next. */
static void
test_never_the_same (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = ilk_captcha_speak (TEXT, TRUE, &error);
  g_autoptr (GBytes) two = ilk_captcha_speak (TEXT, TRUE, &error);

  g_assert_no_error (error);
  g_assert_false (g_bytes_equal (one, two));
}

/* Who can't see the picture logs in by what is heard: it is the same text. */
static void
test_over_the_interface (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autoptr (Answer) silent = server_call (fixture, "POST", "/v1/captchas", NULL, "{\"spoken\":false}");
  g_autoptr (Answer) spoken = server_call (fixture, "POST", "/v1/captchas", NULL, "{\"spoken\":true}");
  g_autofree guchar *wave = NULL;
  gsize length;

  answer_expect (silent, 201, NULL);
  g_assert_false (json_object_has_member (silent->json, "sound"));
  answer_expect (spoken, 201, NULL);
  wave = g_base64_decode (answer_get (spoken, "sound"), &length);
  g_assert_cmpuint (length, >, 20000);
  g_assert_cmpmem (wave, 4, "RIFF", 4);
  server_expect (fixture, "POST", "/v1/captchas", NULL, "{\"spoken\":\"yes\"}", 400, "request.invalid");
}

/* A service without the program says so, and draws pictures as before. */
static void
test_not_installed (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (ServerFixture) fixture = server_fixture_new ();

      g_setenv ("PATH", "/nonexistent", TRUE);
      g_test_expect_message ("ilk-server", G_LOG_LEVEL_WARNING, "*spoken*");
      server_expect (fixture, "POST", "/v1/captchas", NULL, "{\"spoken\":true}", 404,
                     "captcha.no_sound");
      g_test_assert_expected_messages ();
      server_expect (fixture, "POST", "/v1/captchas", NULL, "{}", 201, NULL);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/captcha-sound/each-language", test_each_language);
  g_test_add_func ("/server/captcha-sound/never-the-same", test_never_the_same);
  g_test_add_func ("/server/captcha-sound/over-the-interface", test_over_the_interface);
  g_test_add_func ("/server/captcha-sound/not-installed", test_not_installed);
  return g_test_run ();
}
