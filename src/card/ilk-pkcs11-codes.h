/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-error.h"

G_BEGIN_DECLS

/* What was going on when a module answered with a code. */
typedef enum {
  ILK_PKCS11_SUBJECT_START,   /* loading it, C_Initialize */
  ILK_PKCS11_SUBJECT_READING,
  ILK_PKCS11_SUBJECT_LOGIN,   /* a PIN was shown: a try may be spent */
  ILK_PKCS11_SUBJECT_WRITING, /* C_SetPIN: the old PIN was shown, the new one is to be written */
  ILK_PKCS11_N_SUBJECTS,
  /* As a login, except that a failure leaves nothing behind that is uncertain. */
  ILK_PKCS11_SUBJECT_SIGNING = ILK_PKCS11_N_SUBJECTS,
} IlkPkcs11Subject;

typedef struct {
  guint32      code;
  const char  *name;
  IlkCardError errors[ILK_PKCS11_N_SUBJECTS];
} IlkPkcs11Row;

const IlkPkcs11Row *ilk_pkcs11_codes_get_rows (gsize             *n_rows);
GError             *ilk_pkcs11_code_to_error  (guint32            code,
                                               IlkPkcs11Subject   subject);
gboolean            ilk_pkcs11_code_check     (guint32            code,
                                               IlkPkcs11Subject   subject,
                                               GError           **error);

G_END_DECLS
