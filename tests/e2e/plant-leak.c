/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant-leak keep|leak|stack: reads a secret from standard input into an IlkSecret, and
 * makes one of the mistakes a program can make with it, so that a test sees whether the look
 * through its memory finds it. Says "ready", and ends when standard input does. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/ilk-secret.h"

#define CAPACITY 64

static IlkSecret *
read_secret (void)
{
  IlkSecret *secret = ilk_secret_new (CAPACITY);
  gssize length = read (STDIN_FILENO, ilk_secret_get_writable (secret), CAPACITY);

  if (length > 0)
    ilk_secret_set_length (secret, (gsize) length);
  return secret;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(IlkSecret) secret = read_secret ();
  const char *mistake = argc > 1 ? argv[1] : "keep";
  gsize length = ilk_secret_get_length (secret);
  char *copy = g_strndup ("", CAPACITY);
  volatile char on_stack[CAPACITY + 1] = "";
  char end;

  if (g_str_equal (mistake, "leak"))
    memcpy (copy, ilk_secret_peek (secret), length);
  for (gsize i = 0; g_str_equal (mistake, "stack") && i < length; i++)
    on_stack[i] = (char) ilk_secret_peek (secret)[i];
  puts ("ready");
  fflush (stdout);
  while (read (STDIN_FILENO, &end, 1) > 0)
    continue;
  g_free (copy);
  return on_stack[CAPACITY];
}
