/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ILK_PKCS11_FILE_FITS,
  ILK_PKCS11_FILE_ABSENT,        /* not there, or not to be read */
  ILK_PKCS11_FILE_NO_LIBRARY,    /* something else than an ELF library */
  ILK_PKCS11_FILE_ARCHITECTURE,  /* a library for another kind of processor */
} IlkPkcs11File;

/* Looks at the header alone; nothing is loaded. */
IlkPkcs11File ilk_pkcs11_file_look (const char *path);

G_END_DECLS
