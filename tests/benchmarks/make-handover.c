/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "server-fixture.h"

/* make-handover KEYS FIRST COUNT > handover.jsonl
 *
 * Lines of made-up holders with ready password hashes, from the FIRST-th on; KEYS is the folder of
 * the service's keys, which is made when it is missing. */

/* Of the word "parola-parola", without a pepper. */
#define HASH "$argon2id$v=19$m=19456,t=2,p=1$YmVuY2htYXJrLXNhbHQtMQ$" \
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* The two last digits of an identity number are sums of the others. */
static char *
make_number (guint64 which)
{
  char digits[12];
  int odd = 0;
  int even = 0;

  g_snprintf (digits, sizeof digits, "%09" G_GUINT64_FORMAT, G_GUINT64_CONSTANT (100000000) + which);
  for (int i = 0; i < 9; i++)
    *(i % 2 == 0 ? &odd : &even) += digits[i] - '0';
  digits[9] = (char) ('0' + ((odd * 7 - even) % 10 + 10) % 10);
  digits[10] = (char) ('0' + (odd + even + digits[9] - '0') % 10);
  digits[11] = '\0';
  return g_strdup (digits);
}

int
main (int    argc,
      char **argv)
{
  guint64 first;
  guint64 count;

  if (argc != 4)
    {
      g_printerr ("make-handover KEYS FIRST COUNT > handover.jsonl\n");
      return 2;
    }
  first = g_ascii_strtoull (argv[2], NULL, 10);
  count = g_ascii_strtoull (argv[3], NULL, 10);
  if (!g_file_test (argv[1], G_FILE_TEST_IS_DIR))
    {
      g_autofree char *folder = g_path_get_dirname (argv[1]);

      g_free (server_make_keys (folder));
    }
  for (guint64 i = first; i < first + count; i++)
    {
      g_autofree char *number = make_number (i);
      g_autofree char *serial = g_strdup_printf ("%024" G_GINT64_MODIFIER "X", i + 1);
      Person person = { number, NULL, serial, "428193", "not_activated", NOW - 86400,
                        NOW + 3 * 365 * 86400, "virtual-1", HASH };
      g_autofree char *line = server_make_line (argv[1], &person);

      fputs (line, stdout);
    }
  return fflush (stdout) == 0 ? 0 : 1;
}
