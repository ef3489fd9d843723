/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include "core/ilk-pin-rules.h"
#include "virtual/ilk-chip-tree.h"
#include "virtual/ilk-der.h"
#include "virtual/ilk-pkcs15.h"

/* Named bits and tags of PKCS#15 v1.1, section 6. */
#define OBJECT_PRIVATE           (1u << 0)
#define OBJECT_MODIFIABLE        (1u << 1)
#define TOKEN_LOGIN_REQUIRED     (1u << 1)
#define TOKEN_RANDOM             (1u << 2)
#define PIN_UNBLOCK_DISABLED     (1u << 3)
#define PIN_INITIALIZED          (1u << 4)
#define PIN_TYPE_ASCII_NUMERIC   1
#define USAGE_SIGN               (1u << 2)
#define USAGE_NON_REPUDIATION    (1u << 9)
#define ACCESS_SENSITIVE         (1u << 0)
#define ACCESS_ALWAYS_SENSITIVE  (1u << 2)
#define ACCESS_NEVER_EXTRACTABLE (1u << 3)
#define TAG_PRIVATE_KEYS         0xA0
#define TAG_CERTIFICATES         0xA4
#define TAG_AUTHENTICATION       0xA8
#define TAG_TYPE_ATTRIBUTES      0xA1
#define TAG_FIRST_IMPLICIT       0x80

#define PIN_ID      0x01
#define KEY_BITS    2048
#define LABEL       "ilkimza"

static const guint8 aid[] = {
  0xA0, 0x00, 0x00, 0x00, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5',
};

GBytes *
ilk_pkcs15_get_aid (void)
{
  return g_bytes_new_static (aid, sizeof aid);
}

static void
add_path (GByteArray *out,
          guint8      tag,
          guint16     id)
{
  guint8 path[] = { ILK_CHIP_MF >> 8, ILK_CHIP_MF & 0xFF,
                    ILK_CHIP_APPLICATION >> 8, ILK_CHIP_APPLICATION & 0xFF,
                    id >> 8, id & 0xFF };

  ilk_der_add (out, tag, path, id == 0 ? 4 : 6);
}

static void
add_path_sequence (GByteArray *out,
                   guint16     id)
{
  gsize path = ilk_der_open (out, ILK_DER_SEQUENCE);

  add_path (out, ILK_DER_OCTET_STRING, id);
  ilk_der_close (out, path);
}

GByteArray *
ilk_pkcs15_make_dir (void)
{
  GByteArray *out = g_byte_array_new ();
  gsize entry = ilk_der_open (out, 0x61);

  ilk_der_add (out, 0x4F, aid, sizeof aid);
  ilk_der_add_text (out, 0x50, LABEL);
  add_path (out, 0x51, 0);
  ilk_der_close (out, entry);
  return out;
}

static void
add_odf_entry (GByteArray *out,
               guint8      tag,
               guint16     id)
{
  gsize entry = ilk_der_open (out, tag);

  add_path_sequence (out, id);
  ilk_der_close (out, entry);
}

GByteArray *
ilk_pkcs15_make_odf (void)
{
  GByteArray *out = g_byte_array_new ();

  add_odf_entry (out, TAG_PRIVATE_KEYS, ILK_PKCS15_PRKDF);
  add_odf_entry (out, TAG_CERTIFICATES, ILK_PKCS15_CDF);
  add_odf_entry (out, TAG_AUTHENTICATION, ILK_PKCS15_AODF);
  return out;
}

GByteArray *
ilk_pkcs15_make_token_info (const guint8 *serial,
                            gsize         serial_length)
{
  GByteArray *out = g_byte_array_new ();
  gsize info = ilk_der_open (out, ILK_DER_SEQUENCE);

  ilk_der_add_number (out, ILK_DER_INTEGER, 0);
  ilk_der_add (out, ILK_DER_OCTET_STRING, serial, serial_length);
  ilk_der_add_text (out, ILK_DER_UTF8_STRING, LABEL);
  ilk_der_add_text (out, TAG_FIRST_IMPLICIT, LABEL);
  /* Not "read only": the PIN is changed through PKCS#11, too. */
  ilk_der_add_flags (out, TOKEN_LOGIN_REQUIRED | TOKEN_RANDOM);
  ilk_der_close (out, info);
  return out;
}

/* CommonObjectAttributes: label, flags and, for what a PIN guards, that PIN's id. */
static void
add_common (GByteArray *out,
            const char *label,
            guint32     flags,
            gboolean    guarded)
{
  const guint8 pin_id = PIN_ID;
  gsize common = ilk_der_open (out, ILK_DER_SEQUENCE);

  ilk_der_add_text (out, ILK_DER_UTF8_STRING, label);
  if (flags != 0)
    ilk_der_add_flags (out, flags);
  if (guarded)
    ilk_der_add (out, ILK_DER_OCTET_STRING, &pin_id, 1);
  ilk_der_close (out, common);
}

static void
add_pin_attributes (GByteArray *out)
{
  gsize attributes = ilk_der_open (out, ILK_DER_SEQUENCE);

  ilk_der_add_flags (out, PIN_INITIALIZED | PIN_UNBLOCK_DISABLED);
  ilk_der_add_number (out, ILK_DER_ENUMERATED, PIN_TYPE_ASCII_NUMERIC);
  ilk_der_add_number (out, ILK_DER_INTEGER, ILK_PIN_LENGTH);
  ilk_der_add_number (out, ILK_DER_INTEGER, ILK_PIN_LENGTH);
  ilk_der_add_number (out, ILK_DER_INTEGER, ILK_PIN_LENGTH);
  ilk_der_add_number (out, TAG_FIRST_IMPLICIT, ILK_PKCS15_PIN_REFERENCE);
  add_path_sequence (out, 0);
  ilk_der_close (out, attributes);
}

GByteArray *
ilk_pkcs15_make_aodf (void)
{
  const guint8 pin_id = PIN_ID;
  GByteArray *out = g_byte_array_new ();
  gsize pin = ilk_der_open (out, ILK_DER_SEQUENCE);
  gsize inner;

  add_common (out, "PIN", OBJECT_PRIVATE | OBJECT_MODIFIABLE, FALSE);

  inner = ilk_der_open (out, ILK_DER_SEQUENCE);
  ilk_der_add (out, ILK_DER_OCTET_STRING, &pin_id, 1);
  ilk_der_close (out, inner);

  inner = ilk_der_open (out, TAG_TYPE_ATTRIBUTES);
  add_pin_attributes (out);
  ilk_der_close (out, inner);

  ilk_der_close (out, pin);
  return out;
}

static void
add_private_key (GByteArray *out,
                 guint8      reference)
{
  gsize key = ilk_der_open (out, ILK_DER_SEQUENCE);
  gsize inner, attributes;

  add_common (out, "Signing key", OBJECT_PRIVATE, TRUE);

  inner = ilk_der_open (out, ILK_DER_SEQUENCE);
  ilk_der_add (out, ILK_DER_OCTET_STRING, &reference, 1);
  ilk_der_add_flags (out, USAGE_SIGN | USAGE_NON_REPUDIATION);
  ilk_der_add_flags (out, ACCESS_SENSITIVE | ACCESS_ALWAYS_SENSITIVE | ACCESS_NEVER_EXTRACTABLE);
  ilk_der_add_number (out, ILK_DER_INTEGER, reference);
  ilk_der_close (out, inner);

  inner = ilk_der_open (out, TAG_TYPE_ATTRIBUTES);
  attributes = ilk_der_open (out, ILK_DER_SEQUENCE);
  add_path_sequence (out, 0);
  ilk_der_add_number (out, ILK_DER_INTEGER, KEY_BITS);
  ilk_der_close (out, attributes);
  ilk_der_close (out, inner);

  ilk_der_close (out, key);
}

GByteArray *
ilk_pkcs15_make_prkdf (guint keys)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < keys; i++)
    add_private_key (out, i + 1);
  return out;
}

static void
add_certificate (GByteArray *out,
                 guint8      reference)
{
  gsize certificate = ilk_der_open (out, ILK_DER_SEQUENCE);
  gsize inner, attributes;

  add_common (out, "Certificate", 0, FALSE);

  inner = ilk_der_open (out, ILK_DER_SEQUENCE);
  ilk_der_add (out, ILK_DER_OCTET_STRING, &reference, 1);
  ilk_der_close (out, inner);

  inner = ilk_der_open (out, TAG_TYPE_ATTRIBUTES);
  attributes = ilk_der_open (out, ILK_DER_SEQUENCE);
  add_path_sequence (out, ILK_PKCS15_FIRST_CERTIFICATE + reference - 1);
  ilk_der_close (out, attributes);
  ilk_der_close (out, inner);

  ilk_der_close (out, certificate);
}

GByteArray *
ilk_pkcs15_make_cdf (GPtrArray *certificates)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < certificates->len; i++)
    add_certificate (out, i + 1);
  return out;
}
