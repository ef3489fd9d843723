/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_ERROR (ilk_error_quark ())
GQuark ilk_error_quark (void);

/* Errors of the core room: bad input and files, named by what the person or operator can do. */
typedef enum {
  ILK_ERROR_INVALID,      /* the input is refused; correct it */
  ILK_ERROR_PROFILE,      /* an issuer profile is faulty; see the message for file and key */
  ILK_ERROR_CRYPTO,       /* sealed data does not open with this key */
  ILK_ERROR_FILE,         /* a file can't be read or written */
} IlkError;

G_END_DECLS
