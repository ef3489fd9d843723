/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-captcha-sound.h"

#include <openssl/rand.h>
#include <string.h>
#include <sys/resource.h>
#include "server/ilk-server-error.h"

/* espeak-ng writes 22,050 16-bit samples a second behind a header of 44 bytes; every two become one
 * of 8 bits, which still is well understood. */
#define HEADER_LENGTH 44
#define MAX_LENGTH (2 * 1024 * 1024)
#define MAX_CPU_SECONDS 5
/* Of 127: what a listener does not mind, and a program that looks for silence does. */
#define NOISE 5

static void
limit_child (gpointer data)
{
  const struct rlimit cpu = { MAX_CPU_SECONDS, MAX_CPU_SECONDS };
  const struct rlimit no_core = { 0, 0 };

  setrlimit (RLIMIT_CPU, &cpu);
  setrlimit (RLIMIT_CORE, &no_core);
}

static guint
get_random (guint bound)
{
  guint32 number;

  if (RAND_bytes ((guchar *) &number, sizeof number) != 1)
    g_error ("The random number generator failed");
  return number % bound;
}

/* One character a sentence, so that there is a pause behind it. The text goes in on standard input:
 * a command line is there for all to see. */
static GBytes *
write_sentences (const char *text)
{
  GString *sentences = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    g_string_append_printf (sentences, "%c.\n\n", *c);
  return g_string_free_to_bytes (sentences);
}

static GBytes *
run_synthesizer (const char *text,
                 gboolean    turkish,
                 GError    **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *speed = g_strdup_printf ("%u", 95 + get_random (30));
  g_autofree char *pitch = g_strdup_printf ("%u", 35 + get_random (30));
  g_autoptr (GBytes) sentences = write_sentences (text);
  g_autoptr (GSubprocess) process = NULL;
  GBytes *sound = NULL;

  g_subprocess_launcher_set_child_setup (launcher, limit_child, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, error, "espeak-ng", "-v", turkish ? "tr" : "en",
                                         "-s", speed, "-p", pitch, "-g", "30", "--stdin", "--stdout",
                                         NULL);
  if (process == NULL || !g_subprocess_communicate (process, sentences, NULL, &sound, NULL, error))
    return NULL;
  if (g_subprocess_get_successful (process) && g_bytes_get_size (sound) > HEADER_LENGTH &&
      g_bytes_get_size (sound) <= MAX_LENGTH)
    return sound;

  g_clear_pointer (&sound, g_bytes_unref);
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_FAILED,
                       "espeak-ng did not end well");
  return NULL;
}

static void
append_number (GByteArray *wave,
               guint32     number,
               int         bytes)
{
  for (int i = 0; i < bytes; i++)
    {
      guint8 byte = (guint8) (number >> 8 * i);

      g_byte_array_append (wave, &byte, 1);
    }
}

static void
append_tag (GByteArray *wave,
            const char *tag)
{
  g_byte_array_append (wave, (const guint8 *) tag, 4);
}

/* RIFF, WAVE, "fmt " for PCM, and "data", as the Multimedia Programming Interface of 1991 has it. */
static void
append_header (GByteArray *wave,
               guint32     samples)
{
  append_tag (wave, "RIFF");
  append_number (wave, HEADER_LENGTH - 8 + samples, 4);
  append_tag (wave, "WAVE");
  append_tag (wave, "fmt ");
  append_number (wave, 16, 4);
  append_number (wave, 1, 2);
  append_number (wave, 1, 2);
  append_number (wave, ILK_CAPTCHA_SOUND_RATE, 4);
  append_number (wave, ILK_CAPTCHA_SOUND_RATE, 4);
  append_number (wave, 1, 2);
  append_number (wave, 8, 2);
  append_tag (wave, "data");
  append_number (wave, samples, 4);
}

static int
read_sample (const guint8 *data)
{
  return (gint16) (data[0] | data[1] << 8);
}

static GBytes *
disturb (GBytes *sound)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (sound, &length);
  guint32 samples = (guint32) ((length - HEADER_LENGTH) / 4);
  GByteArray *wave = g_byte_array_sized_new (HEADER_LENGTH + samples);
  g_autofree guint8 *noise = g_malloc (samples + 1);

  append_header (wave, samples);
  if (RAND_bytes (noise, (int) samples + 1) != 1)
    g_error ("The random number generator failed");
  for (guint32 i = 0; i < samples; i++)
    {
      const guint8 *at = data + HEADER_LENGTH + i * 4;
      int sample = (read_sample (at) + read_sample (at + 2)) / 2 / 256;
      guint8 byte = (guint8) CLAMP (128 + sample + noise[i] % (2 * NOISE + 1) - NOISE, 0, 255);

      g_byte_array_append (wave, &byte, 1);
    }
  return g_byte_array_free_to_bytes (wave);
}

GBytes *
ilk_captcha_speak (const char *text,
                   gboolean    turkish,
                   GError    **error)
{
  g_autoptr (GBytes) sound = run_synthesizer (text, turkish, error);

  return sound != NULL ? disturb (sound) : NULL;
}
