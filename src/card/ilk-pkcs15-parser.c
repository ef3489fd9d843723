/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs15-parser.h"

#include <string.h>

#include "card/ilk-tlv.h"

#define TAG_INTEGER          0x02
#define TAG_OCTET_STRING     0x04
#define TAG_SEQUENCE         0x30
#define TAG_PATH_LENGTH      0x80
#define TAG_TYPE_ATTRIBUTES  0xA1
#define TAG_ODF_CERTIFICATES 0xA4

/* A card of one person has a handful; more is a card that wants to keep us busy. */
#define MAX_PATHS 16

static gboolean
take_number (const IlkTlv *tlv,
             gsize        *number)
{
  if (tlv->length == 0 || tlv->length > 3)
    return FALSE;

  *number = 0;
  for (gsize i = 0; i < tlv->length; i++)
    *number = *number << 8 | tlv->value[i];

  return TRUE;
}

/* Path ::= SEQUENCE { path OCTET STRING, index INTEGER OPTIONAL, length [0] INTEGER OPTIONAL } */
static gboolean
parse_path (const IlkTlv  *sequence,
            IlkPkcs15Path *path)
{
  IlkTlvReader reader;
  IlkTlv tlv;

  memset (path, 0, sizeof *path);
  ilk_tlv_reader_init_value (&reader, sequence);
  if (!ilk_tlv_reader_next (&reader, &tlv) || tlv.tag != TAG_OCTET_STRING)
    return FALSE;
  if (tlv.length < 2 || tlv.length > sizeof path->bytes || tlv.length % 2 != 0)
    return FALSE;

  memcpy (path->bytes, tlv.value, tlv.length);
  path->length = tlv.length;
  while (ilk_tlv_reader_next (&reader, &tlv))
    {
      if (tlv.tag == TAG_INTEGER && !take_number (&tlv, &path->offset))
        return FALSE;
      if (tlv.tag == TAG_PATH_LENGTH && !take_number (&tlv, &path->count))
        return FALSE;
    }

  return TRUE;
}

/**
 * ilk_pkcs15_parse_odf:
 * @bytes: content of the object directory file
 *
 * Returns: (transfer full) (element-type IlkPkcs15Path): where the holder's certificates are
 *   listed (PKCS #15 v1.1, 6.3); empty when the file says nothing legible about them
 */
GArray *
ilk_pkcs15_parse_odf (const guint8 *bytes,
                      gsize         length)
{
  GArray *paths = g_array_new (FALSE, FALSE, sizeof (IlkPkcs15Path));
  IlkTlvReader reader;
  IlkTlv entry;

  ilk_tlv_reader_init (&reader, bytes, length);
  while (paths->len < MAX_PATHS && ilk_tlv_reader_next (&reader, &entry))
    {
      IlkPkcs15Path path;
      IlkTlv sequence;

      if (entry.tag == TAG_ODF_CERTIFICATES
          && ilk_tlv_find (entry.value, entry.length, TAG_SEQUENCE, &sequence)
          && parse_path (&sequence, &path))
        g_array_append_val (paths, path);
    }

  return paths;
}

/* X509 certificate objects are a SEQUENCE of common attributes, class attributes and, under [1],
 * the type attributes, which begin with where the certificate is. */
static gboolean
parse_certificate_object (const IlkTlv  *object,
                          IlkPkcs15Path *path)
{
  IlkTlv tlv;

  return ilk_tlv_find (object->value, object->length, TAG_TYPE_ATTRIBUTES, &tlv)
         && ilk_tlv_find (tlv.value, tlv.length, TAG_SEQUENCE, &tlv)
         && ilk_tlv_find (tlv.value, tlv.length, TAG_SEQUENCE, &tlv)
         && parse_path (&tlv, path);
}

/**
 * ilk_pkcs15_parse_cdf:
 * @bytes: content of a certificate directory file
 *
 * Returns: (transfer full) (element-type IlkPkcs15Path): where the X.509 certificates are (PKCS
 *   #15 v1.1, 6.7); objects that are something else are passed over
 */
GArray *
ilk_pkcs15_parse_cdf (const guint8 *bytes,
                      gsize         length)
{
  GArray *paths = g_array_new (FALSE, FALSE, sizeof (IlkPkcs15Path));
  IlkTlvReader reader;
  IlkTlv object;

  ilk_tlv_reader_init (&reader, bytes, length);
  while (paths->len < MAX_PATHS && ilk_tlv_reader_next (&reader, &object))
    {
      IlkPkcs15Path path;

      if (object.tag == TAG_SEQUENCE && parse_certificate_object (&object, &path))
        g_array_append_val (paths, path);
    }

  return paths;
}
