/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <openssl/x509.h>

#include "virtual/ilk-card-tool.h"
#include "virtual/ilk-chip-image.h"
#include "virtual/ilk-virtual-card.h"

#define MAX_PIN_LENGTH 16

/* "verify" and "info": they read a state file and write nothing. */

int
ilk_card_tool_verify (int    argc,
                      char **argv)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkChipImage) image = NULL;
  g_autoptr (IlkSecret) pin = NULL;

  if (!ilk_card_tool_parse ("Asks a card's state file whether the PIN on standard input is the "
                            "card's. No try is spent.",
                            "Exit status: 0 it is the PIN, 1 it is another one, 2 the question "
                            "was wrong, 3 the PIN is blocked or not set.",
                            NULL, 1, argc, argv, &rest))
    return ILK_CARD_TOOL_USAGE;

  image = ilk_chip_image_load (rest[0], &error);
  if (image == NULL)
    {
      ilk_card_tool_complain ("%s", error->message);
      return ILK_CARD_TOOL_USAGE;
    }
  if (!image->memory.pin_set)
    {
      g_print ("The card has no PIN.\n");
      return ILK_CARD_TOOL_UNUSABLE;
    }
  if (image->memory.dead || image->memory.pin_tries == 0)
    {
      g_print ("The card's PIN is blocked.\n");
      return ILK_CARD_TOOL_UNUSABLE;
    }
  pin = ilk_card_tool_read_line (MAX_PIN_LENGTH);
  if (pin == NULL)
    {
      ilk_card_tool_complain ("Standard input holds no PIN.");
      return ILK_CARD_TOOL_USAGE;
    }
  if (!ilk_chip_reference_equals (&image->memory.pin, ilk_secret_peek (pin),
                                  ilk_secret_get_length (pin)))
    {
      g_print ("This is not the card's PIN.\n");
      return ILK_CARD_TOOL_WRONG;
    }
  g_print ("This is the card's PIN.\n");
  return ILK_CARD_TOOL_OK;
}

static void
print_time (const char      *label,
            const ASN1_TIME *time)
{
  struct tm parts = { 0 };
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  if (ASN1_TIME_to_tm (time, &parts) != 1)
    return;
  date = g_date_time_new_utc (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                              parts.tm_hour, parts.tm_min, parts.tm_sec);
  text = g_date_time_format_iso8601 (date);
  g_print ("%s %s\n", label, text);
}

static void
print_holder (X509 *certificate)
{
  X509_NAME *subject = X509_get_subject_name (certificate);
  int position = X509_NAME_get_index_by_NID (subject, NID_commonName, -1);
  guint8 *text = NULL;

  if (position < 0 ||
      ASN1_STRING_to_UTF8 (&text, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (subject,
                                                                                 position))) < 0)
    return;
  g_print ("Holder: %s\n", (const char *) text);
  OPENSSL_free (text);
}

static void
print_certificate (GBytes *der)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  X509 *certificate = d2i_X509 (NULL, &bytes, length);

  if (certificate == NULL)
    return;
  print_holder (certificate);
  print_time ("Valid from:", X509_get0_notBefore (certificate));
  print_time ("Valid to:", X509_get0_notAfter (certificate));
  X509_free (certificate);
}

static void
print_memory (const IlkChipMemory *memory)
{
  g_print ("Card: %s\n", memory->dead ? "dead, the PUK is used up" : "in operation");
  if (!memory->pin_set)
    g_print ("PIN: not set\n");
  else if (memory->dead || memory->pin_tries == 0)
    g_print ("PIN: blocked\n");
  else
    g_print ("PIN: set, tries left: %u\n", memory->pin_tries);
  g_print ("PUK: tries left: %u\n", memory->puk_tries);
  g_print ("Unlock key: tries left: %u\n", memory->key_tries);
}

int
ilk_card_tool_info (int    argc,
                    char **argv)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkChipImage) image = NULL;
  g_autofree char *serial = NULL;

  if (!ilk_card_tool_parse ("Shows what a card's state file holds, but for its keys.", NULL,
                            NULL, 1, argc, argv, &rest))
    return ILK_CARD_TOOL_USAGE;

  image = ilk_chip_image_load (rest[0], &error);
  if (image == NULL)
    {
      ilk_card_tool_complain ("%s", error->message);
      return ILK_CARD_TOOL_USAGE;
    }
  serial = ilk_card_serial_to_text (image->serial);
  g_print ("Serial number: %s\n", serial);
  print_memory (&image->memory);
  for (guint i = 0; i < image->certificates->len; i++)
    print_certificate (g_ptr_array_index (image->certificates, i));
  return ILK_CARD_TOOL_OK;
}
