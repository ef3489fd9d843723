/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Contents of the PKCS#15 application's directory files, by PKCS#15 v1.1 (ISO 7816-15). */
#define ILK_PKCS15_ODF               0x5031
#define ILK_PKCS15_TOKEN_INFO        0x5032
#define ILK_PKCS15_AODF              0x4401
#define ILK_PKCS15_PRKDF             0x4402
#define ILK_PKCS15_CDF               0x4403
#define ILK_PKCS15_FIRST_CERTIFICATE 0x4501

#define ILK_PKCS15_PIN_REFERENCE     0x01

GBytes     *ilk_pkcs15_get_aid         (void);
GByteArray *ilk_pkcs15_make_dir        (void);
GByteArray *ilk_pkcs15_make_odf        (void);
GByteArray *ilk_pkcs15_make_token_info (const guint8 *serial,
                                        gsize         serial_length);
GByteArray *ilk_pkcs15_make_aodf       (void);
GByteArray *ilk_pkcs15_make_prkdf      (guint         keys);
GByteArray *ilk_pkcs15_make_cdf        (GPtrArray    *certificates);

G_END_DECLS
