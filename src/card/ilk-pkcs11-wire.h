/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the program and ilkimza-module, the process that has a PKCS#11 module loaded, say to each
 * other over a socket pair. A request is a header, a serialised GVariant and up to two PINs, which
 * are read and written where IlkSecret keeps them and are in no other buffer of ours. An answer is
 * a header and a GVariant. Both are the same build on the same machine: native byte order. */

#define ILK_PKCS11_SOCKET_FD  3
#define ILK_PKCS11_MAX_BODY   (1024 * 1024)
#define ILK_PKCS11_MAX_SECRET 256
#define ILK_PKCS11_N_SECRETS  2

/* Beside the codes of PKCS#11: the module can't be loaded at all. */
#define ILK_PKCS11_CANNOT_LOAD 0x80696C6BU

typedef enum {
  ILK_PKCS11_CALL_START,         /* load, C_Initialize */
  ILK_PKCS11_CALL_SLOTS,         /* -> a TOKEN for each slot with one */
  ILK_PKCS11_CALL_CERTIFICATES,  /* slot -> their DER; in a session of its own */
  ILK_PKCS11_CALL_OPEN,          /* slot: a session for what follows */
  ILK_PKCS11_CALL_TOKEN,         /* -> TOKEN of the session's slot */
  ILK_PKCS11_CALL_LOGIN,         /* PIN; C_Login as proof, C_Logout */
  ILK_PKCS11_CALL_SET_PIN,       /* old PIN, new PIN */
  ILK_PKCS11_CALL_LOGIN_BY_PAD,  /* the same with PINs that are typed on the reader */
  ILK_PKCS11_CALL_SET_PIN_BY_PAD,
  ILK_PKCS11_CALL_SIGN,          /* certificate, data, PIN -> signature over SHA-256 of the data */
  ILK_PKCS11_CALL_END,           /* C_Finalize */
  ILK_PKCS11_N_CALLS,
} IlkPkcs11Call;

/* Slot, its description and flags; label, manufacturer, model and serial number of the token, its
 * flags, shortest and longest PIN. */
#define ILK_PKCS11_TOKEN_TYPE        "(tstsssstuu)"
#define ILK_PKCS11_SLOTS_TYPE        "a" ILK_PKCS11_TOKEN_TYPE
#define ILK_PKCS11_SLOT_TYPE         "t"
#define ILK_PKCS11_CERTIFICATES_TYPE "aay"
#define ILK_PKCS11_SIGN_TYPE         "(ayay)"
#define ILK_PKCS11_SIGNATURE_TYPE    "ay"

typedef struct {
  guint32 code;        /* IlkPkcs11Call; in an answer what PKCS#11 said (CK_RV) */
  guint32 body_length;
  guint32 secret_lengths[ILK_PKCS11_N_SECRETS];
} IlkPkcs11Header;

G_END_DECLS
