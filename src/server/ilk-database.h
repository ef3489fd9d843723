/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-rows.h"
#include "server/ilk-server-error.h"

G_BEGIN_DECLS

#define ILK_TYPE_DATABASE (ilk_database_get_type ())
G_DECLARE_INTERFACE (IlkDatabase, ilk_database, ILK, DATABASE, GObject)

/* A database that understands the store's SQL. Calls come from any thread; those between begin ()
 * and end () of one thread are one transaction, which nest. */
struct _IlkDatabaseInterface
{
  GTypeInterface parent;

  void     (*begin)       (IlkDatabase *self);
  void     (*end)         (IlkDatabase *self,
                           GError     **error);
  IlkRows *(*run)         (IlkDatabase *self,
                           const char  *sql,
                           const char  *format,
                           va_list      values,
                           gint64      *changed,
                           GError     **error);
  void     (*lock)        (IlkDatabase *self,
                           gint64       key,
                           GError     **error);
  gint64   (*get_chain)   (IlkDatabase *self);
  void     (*want_erased) (IlkDatabase *self);
  gboolean (*back_up)     (IlkDatabase *self,
                           const char  *path,
                           GError     **error);
  gboolean (*check)       (IlkDatabase *self,
                           GError     **error);
};

void     ilk_database_begin       (IlkDatabase *self);
/* Ends the transaction: kept when *error is unset, rolled back otherwise. */
void     ilk_database_end         (IlkDatabase *self,
                                   GError     **error);
/* Runs one statement. sql is a literal, whose address is the key of what was prepared; a format
 * names the bound values in their order: "t" text, "i" gint64, "b" GBytes, NULL: null.
 * Returns (transfer full) what it answered, NULL with *error set. */
IlkRows *ilk_database_run         (IlkDatabase *self,
                                   const char  *sql,
                                   const char  *format,
                                   va_list      values,
                                   gint64      *changed,
                                   GError     **error);
/* Holds other transactions that ask for the same key back until this one ends. */
void     ilk_database_lock        (IlkDatabase *self,
                                   gint64       key,
                                   GError     **error);
/* The audit chain that this transaction may write to, and no other at the same time. */
gint64   ilk_database_get_chain   (IlkDatabase *self);
/* This transaction erases: nothing of it may stay in a write-ahead log of ours. */
void     ilk_database_want_erased (IlkDatabase *self);
/* A copy as it is now, while it is in use; path must not be there yet. */
gboolean ilk_database_back_up     (IlkDatabase *self,
                                   const char  *path,
                                   GError     **error);
/* Whether the database finds itself whole. */
gboolean ilk_database_check       (IlkDatabase *self,
                                   GError     **error);

G_END_DECLS
