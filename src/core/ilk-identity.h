/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ILK_IDENTITY_NONE,      /* neither form */
  ILK_IDENTITY_TCKN,      /* T.C. identity number: 11 digits, both check digits right */
  ILK_IDENTITY_PASSPORT,  /* passport number: 6 to 9 of A-Z and 0-9, some of each */
} IlkIdentityKind;

typedef enum {
  ILK_IDENTITY_OK,
  ILK_IDENTITY_EMPTY,
  ILK_IDENTITY_LENGTH,       /* digits only, but not 11 of them */
  ILK_IDENTITY_LEADING_ZERO,
  ILK_IDENTITY_CHECK_DIGITS, /* 11 digits, a check digit is wrong: a typing mistake */
  ILK_IDENTITY_CHARACTERS,   /* neither digits only nor a passport number */
} IlkIdentityFault;

IlkIdentityKind  ilk_identity_check     (const char       *text,
                                         IlkIdentityFault *fault);
char            *ilk_identity_normalize (const char       *text);
char            *ilk_identity_mask      (const char       *text);

G_END_DECLS
