/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drive-pkcs11 MODULE READER: our road through a PKCS#11 module, on whatever card it sees in the
 * reader. The PIN, a new one and a wrong one are lines of standard input; the card is left with the
 * new one and all its tries. For scripts that know what the card should be like afterwards. */
#include "pkcs11-test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
read_line (void)
{
  char line[64];

  if (fgets (line, sizeof line, stdin) == NULL)
    g_error ("a line is missing");
  return g_strdup (g_strchomp (line));
}

static void
sign (IlkCardSession *session,
      IlkCardInfo    *info,
      const char     *pin)
{
  const IlkCertificate *certificate = ilk_card_info_get_certificate (info);
  g_autoptr (GBytes) data = g_bytes_new_static ("ilk imza", 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) signature = card_test_sign (session, certificate, data, pin, &error);

  g_assert_no_error (error);
  pkcs11_test_assert_signature (certificate, data, signature);
}

static void
drive (Pkcs11Test *test,
       const char *reader)
{
  g_autofree char *pin = read_line ();
  g_autofree char *new_pin = read_line ();
  g_autofree char *wrong = read_line ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (IlkCardInfo) info = card_test_read_in (test->transport, reader, NULL, &error);
  g_autoptr (IlkCardInfo) low = NULL;
  IlkCardSession *session;

  g_assert_no_error (error);
  g_print ("module %s problem %s\nserial %s label %s\ncertificates %u tries %d min %u max %u\n",
           info->module, info->module_problem, info->serial, info->token_label,
           info->certificates->len, info->tries_left, info->min_pin, info->max_pin);
  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_print ("holder %s\n", ilk_card_info_get_certificate (info)->holder);

  session = card_test_open_in (test->transport, reader, info->serial, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (card_test_change (session, wrong, new_pin, FALSE, NULL, &refused));
  g_assert_error (refused, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  low = card_test_read_in (test->transport, reader, NULL, &error);
  g_assert_no_error (error);
  g_print ("count low %d\n", low->pin_count_low);

  card_test_change (session, pin, new_pin, FALSE, NULL, &error);
  g_assert_no_error (error);
  sign (session, info, new_pin);
  card_test_close (session);
  g_object_unref (session);
}

int
main (int   argc,
      char *argv[])
{
  Pkcs11Test test = { 0 };

  if (argc != 3)
    return EXIT_FAILURE;

  setlocale (LC_ALL, "");
  pkcs11_test_set_up (&test, argv[1]);
  scripted_transport_set_name (test.transport, argv[2]);
  drive (&test, argv[2]);
  pkcs11_test_tear_down (&test);
  return EXIT_SUCCESS;
}
