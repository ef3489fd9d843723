/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-codes.h"

#include <p11-kit/pkcs11.h>

#include "card/ilk-pkcs11-wire.h"

#define ROW(code, start, reading, login, writing) \
  { (guint32) code, #code, { ILK_CARD_ERROR_ ## start, ILK_CARD_ERROR_ ## reading, \
                             ILK_CARD_ERROR_ ## login, ILK_CARD_ERROR_ ## writing } }

/* The codes of PKCS#11 2.40 that a module may answer to what we call, by what the person can do.
 * Only a code that clearly says that nothing was written keeps a write from being uncertain. A card
 * that was gone before is told by the look at the token right before it. */
static const IlkPkcs11Row rows[] = {
  /*                                   start          reading        login          writing */
  ROW (ILK_PKCS11_CANNOT_LOAD,         MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, UNCERTAIN),
  ROW (CKR_PIN_INCORRECT,              MODULE_FAILED, NOT_ALLOWED,   WRONG_PIN,     WRONG_PIN),
  ROW (CKR_PIN_LOCKED,                 MODULE_FAILED, NOT_ALLOWED,   PIN_BLOCKED,   PIN_BLOCKED),
  ROW (CKR_PIN_LEN_RANGE,              MODULE_FAILED, NOT_ALLOWED,   WRONG_PIN,     PIN_LENGTH),
  ROW (CKR_PIN_INVALID,                MODULE_FAILED, NOT_ALLOWED,   WRONG_PIN,     PIN_INVALID),
  ROW (CKR_PIN_EXPIRED,                MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_USER_PIN_NOT_INITIALIZED,   MODULE_FAILED, PIN_NOT_SET,   PIN_NOT_SET,   PIN_NOT_SET),
  ROW (CKR_USER_ALREADY_LOGGED_IN,     MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_USER_ANOTHER_ALREADY_LOGGED_IN, MODULE_FAILED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
  ROW (CKR_USER_TOO_MANY_TYPES,        MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_USER_NOT_LOGGED_IN,         MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_USER_TYPE_INVALID,          MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_SESSION_READ_ONLY,          MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_SESSION_EXISTS,             MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_SESSION_COUNT,              MODULE_FAILED, IN_USE,        IN_USE,        IN_USE),
  ROW (CKR_SESSION_PARALLEL_NOT_SUPPORTED,
                                       MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, MODULE_FAILED),
  ROW (CKR_SESSION_CLOSED,             MODULE_FAILED, CARD_REMOVED,  CARD_REMOVED,  UNCERTAIN),
  ROW (CKR_SESSION_HANDLE_INVALID,     MODULE_FAILED, CARD_REMOVED,  CARD_REMOVED,  UNCERTAIN),
  ROW (CKR_TOKEN_NOT_PRESENT,          MODULE_FAILED, CARD_REMOVED,  CARD_REMOVED,  UNCERTAIN),
  ROW (CKR_TOKEN_NOT_RECOGNIZED,       MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
  ROW (CKR_TOKEN_WRITE_PROTECTED,      MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_SLOT_ID_INVALID,            MODULE_FAILED, NO_READER,     NO_READER,     UNCERTAIN),
  ROW (CKR_DEVICE_REMOVED,             MODULE_FAILED, CARD_REMOVED,  UNCERTAIN,     UNCERTAIN),
  ROW (CKR_DEVICE_ERROR,               MODULE_FAILED, FAILED,        UNCERTAIN,     UNCERTAIN),
  ROW (CKR_DEVICE_MEMORY,              MODULE_FAILED, FAILED,        FAILED,        UNCERTAIN),
  ROW (CKR_GENERAL_ERROR,              MODULE_FAILED, FAILED,        UNCERTAIN,     UNCERTAIN),
  ROW (CKR_FUNCTION_FAILED,            MODULE_FAILED, FAILED,        UNCERTAIN,     UNCERTAIN),
  ROW (CKR_FUNCTION_CANCELED,          MODULE_FAILED, FAILED,        UNCERTAIN,     UNCERTAIN),
  ROW (CKR_FUNCTION_REJECTED,          MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   NOT_ALLOWED),
  ROW (CKR_FUNCTION_NOT_SUPPORTED,     MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
  ROW (CKR_FUNCTION_NOT_PARALLEL,      MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
  ROW (CKR_ARGUMENTS_BAD,              MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
  ROW (CKR_HOST_MEMORY,                MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, UNCERTAIN),
  ROW (CKR_CRYPTOKI_NOT_INITIALIZED,   MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, UNCERTAIN),
  ROW (CKR_CRYPTOKI_ALREADY_INITIALIZED,
                                       MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, MODULE_FAILED),
  ROW (CKR_NEED_TO_CREATE_THREADS,     MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, MODULE_FAILED),
  ROW (CKR_CANT_LOCK,                  MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, MODULE_FAILED),
  ROW (CKR_MECHANISM_INVALID,          MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_MECHANISM_PARAM_INVALID,    MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_KEY_HANDLE_INVALID,         MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_KEY_TYPE_INCONSISTENT,      MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_KEY_FUNCTION_NOT_PERMITTED, MODULE_FAILED, NOT_ALLOWED,   NOT_ALLOWED,   UNCERTAIN),
  ROW (CKR_DATA_LEN_RANGE,             MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_DATA_INVALID,               MODULE_FAILED, NOT_SUPPORTED, NOT_SUPPORTED, UNCERTAIN),
  ROW (CKR_BUFFER_TOO_SMALL,           MODULE_FAILED, ANSWER,        ANSWER,        UNCERTAIN),
  ROW (CKR_OBJECT_HANDLE_INVALID,      MODULE_FAILED, ANSWER,        ANSWER,        UNCERTAIN),
  ROW (CKR_ATTRIBUTE_TYPE_INVALID,     MODULE_FAILED, ANSWER,        ANSWER,        UNCERTAIN),
  ROW (CKR_ATTRIBUTE_SENSITIVE,        MODULE_FAILED, ANSWER,        ANSWER,        UNCERTAIN),
  ROW (CKR_ATTRIBUTE_VALUE_INVALID,    MODULE_FAILED, ANSWER,        ANSWER,        UNCERTAIN),
  ROW (CKR_OPERATION_ACTIVE,           MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, UNCERTAIN),
  ROW (CKR_OPERATION_NOT_INITIALIZED,  MODULE_FAILED, MODULE_FAILED, MODULE_FAILED, UNCERTAIN),
};

/* A code of the maker's own, or one that does not belong to these calls. */
static const IlkPkcs11Row other_row = {
  CKR_VENDOR_DEFINED, "a code of the module's own",
  { ILK_CARD_ERROR_MODULE_FAILED, ILK_CARD_ERROR_FAILED, ILK_CARD_ERROR_UNCERTAIN,
    ILK_CARD_ERROR_UNCERTAIN },
};

/**
 * ilk_pkcs11_codes_get_rows:
 *
 * Returns: (transfer none) (array length=n_rows): the whole table, for tests
 */
const IlkPkcs11Row *
ilk_pkcs11_codes_get_rows (gsize *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/**
 * ilk_pkcs11_code_to_error:
 * @code: what a module answered, not CKR_OK
 *
 * Returns: (transfer full): the error of %ILK_CARD_ERROR that stands for it
 */
GError *
ilk_pkcs11_code_to_error (guint32          code,
                          IlkPkcs11Subject subject)
{
  const IlkPkcs11Row *row = &other_row;
  IlkCardError error;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].code == code)
        row = &rows[i];
    }

  error = row->errors[subject == ILK_PKCS11_SUBJECT_SIGNING ? ILK_PKCS11_SUBJECT_LOGIN : subject];
  if (subject == ILK_PKCS11_SUBJECT_SIGNING && error == ILK_CARD_ERROR_UNCERTAIN)
    error = ILK_CARD_ERROR_FAILED;
  return ilk_card_error_new (error, error == ILK_CARD_ERROR_PIN_BLOCKED ? 0 : -1, 0, 0,
                             "PKCS#11: %s (0x%08X)", row->name, code);
}

gboolean
ilk_pkcs11_code_check (guint32            code,
                       IlkPkcs11Subject   subject,
                       GError           **error)
{
  if (code == CKR_OK)
    return TRUE;

  g_propagate_error (error, ilk_pkcs11_code_to_error (code, subject));
  return FALSE;
}
