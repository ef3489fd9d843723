/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The few ASN.1 DER forms that a PKCS#15 directory is made of, appended to a byte array. */
#define ILK_DER_BOOLEAN      0x01
#define ILK_DER_INTEGER      0x02
#define ILK_DER_BIT_STRING   0x03
#define ILK_DER_OCTET_STRING 0x04
#define ILK_DER_ENUMERATED   0x0A
#define ILK_DER_UTF8_STRING  0x0C
#define ILK_DER_SEQUENCE     0x30

gsize ilk_der_open       (GByteArray    *out,
                          guint8         tag);
void  ilk_der_close      (GByteArray    *out,
                          gsize          mark);
void  ilk_der_add        (GByteArray    *out,
                          guint8         tag,
                          gconstpointer  data,
                          gsize          length);
void  ilk_der_add_text   (GByteArray    *out,
                          guint8         tag,
                          const char    *text);
void  ilk_der_add_number (GByteArray    *out,
                          guint8         tag,
                          guint          number);
void  ilk_der_add_flags  (GByteArray    *out,
                          guint32        flags);

G_END_DECLS
