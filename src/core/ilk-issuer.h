/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ILK_TYPE_ISSUER (ilk_issuer_get_type ())
G_DECLARE_FINAL_TYPE (IlkIssuer, ilk_issuer, ILK, ISSUER, GObject)

/* One issuer's profile (data/issuers/NAME.ini). Nothing of one issuer is written in C.
 * Words are localized by GKeyFile's Key[tr]= form. */
IlkIssuer  *ilk_issuer_new_from_file       (const char *path,
                                            GError    **error);
IlkIssuer  *ilk_issuer_new_from_data       (const char *data,
                                            const char *base_folder,
                                            GError    **error);

const char *ilk_issuer_get_id              (IlkIssuer  *self);  /* [Issuer] Id */
const char *ilk_issuer_get_name            (IlkIssuer  *self);  /* [Issuer] Name, localized */
const char *ilk_issuer_get_phone           (IlkIssuer  *self);  /* [Contact] CallCentre */
const char *ilk_issuer_get_email           (IlkIssuer  *self);  /* [Contact] Email */
const char *ilk_issuer_get_website         (IlkIssuer  *self);  /* [Contact] Website, may be NULL */
const char *ilk_issuer_get_service_address (IlkIssuer  *self);  /* [Service] Address, NULL: guided */
const char *ilk_issuer_get_ca_file         (IlkIssuer  *self);  /* [Service] CaFile, NULL: system's */
GBytes     *ilk_issuer_get_sealing_key     (IlkIssuer  *self);  /* [Service] SealingKey: 32 bytes */
gboolean    ilk_issuer_get_has_unlock      (IlkIssuer  *self);  /* [Service] Unlock */
const char *const *ilk_issuer_get_modules  (IlkIssuer  *self);  /* [Cards] Modules: paths */
GBytes     *ilk_issuer_get_authorities     (IlkIssuer  *self);  /* [Cards] Authorities: PEM, may be NULL */
const char *ilk_issuer_get_delete_meaning  (IlkIssuer  *self);  /* [Words] DeleteMeaning, localized */
const char *ilk_issuer_get_parcel_advice   (IlkIssuer  *self);  /* [Words] ParcelAdvice, localized */
const char *ilk_issuer_get_puk_warning     (IlkIssuer  *self);  /* [Words] PukWarning, localized */

const char *ilk_issuer_get_guide           (IlkIssuer  *self,
                                            const char *key);   /* [Guide] KEY, may be NULL */

/* The profile chosen in this installation: ILKIMZA_ISSUER's file, else /etc/ilkimza/issuers.d,
 * else the shipped one. */
IlkIssuer  *ilk_issuer_load_default        (const char *pkgdatadir,
                                            GError    **error);

G_END_DECLS
