/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ILK_READER_FORM_UNKNOWN,
  ILK_READER_FORM_SIM_MINI,   /* a stick for the chip broken out of its carrier */
  ILK_READER_FORM_DESKTOP,    /* for a whole card */
  ILK_READER_FORM_KEYBOARD,
  ILK_READER_FORM_BUILT_IN,
  ILK_READER_FORM_TOKEN,      /* reader and chip in one */
} IlkReaderForm;

/* A reader of data/readers.json, or of a file of the same form. */
typedef struct {
  guint16       vendor_id;
  guint16       product_id;
  const char   *name;
  const char   *driver;      /* "ccid", "acsccid" …; NULL: none is packaged */
  const char   *since;       /* the driver's first version that lists it, NULL: any, or not known */
  IlkReaderForm form;
  const char   *documents;   /* what issuers' guides may call it, "|" between; or NULL */
  gboolean      sure;        /* whether that name is certain */
} IlkKnownReader;

extern const IlkKnownReader ilk_known_readers[];
extern const unsigned int   ilk_n_known_readers;

/* The shipped list and the files of an administrator and of the person. Immutable, reference-counted;
 * made on a worker thread, since it reads files. */
typedef struct _IlkReaderList IlkReaderList;

IlkReaderList        *ilk_reader_list_new   (const char *const    *folders);
IlkReaderList        *ilk_reader_list_ref   (IlkReaderList        *self);
void                  ilk_reader_list_unref (IlkReaderList        *self);
const IlkKnownReader *ilk_reader_list_find  (IlkReaderList        *self,
                                             guint16               vendor_id,
                                             guint16               product_id);
/* Those that guides name, in the list's order; element IlkKnownReader, transfer container. */
GPtrArray            *ilk_reader_list_named (IlkReaderList        *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkReaderList, ilk_reader_list_unref)

G_END_DECLS
