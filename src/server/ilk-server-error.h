/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_SERVER_ERROR (ilk_server_error_quark ())
GQuark ilk_server_error_quark (void);

/* Errors of this room: for the operator's log, never for the holder. */
typedef enum {
  ILK_SERVER_ERROR_STORE,
  ILK_SERVER_ERROR_BUSY,      /* the database can't be had now; it may be later */
  ILK_SERVER_ERROR_KEYS,
  ILK_SERVER_ERROR_GATEWAY,
  ILK_SERVER_ERROR_HANDOVER,
  ILK_SERVER_ERROR_LISTEN,
  ILK_SERVER_ERROR_CONFIG,
  ILK_SERVER_ERROR_IDENTITY,  /* who somebody says to be can't be trusted */
  ILK_SERVER_ERROR_FAILED,
} IlkServerError;

G_END_DECLS
