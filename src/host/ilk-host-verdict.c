/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-host-verdict.h"

G_DEFINE_BOXED_TYPE (IlkReaderVerdict, ilk_reader_verdict, ilk_reader_verdict_ref,
                     ilk_reader_verdict_unref)

IlkReaderVerdict *
ilk_reader_verdict_new (IlkHostVerdict verdict)
{
  IlkReaderVerdict *self = g_new0 (IlkReaderVerdict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->verdict = verdict;
  return self;
}

IlkReaderVerdict *
ilk_reader_verdict_ref (IlkReaderVerdict *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_reader_verdict_unref (IlkReaderVerdict *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->reader_name);
  g_free (self->listed_name);
  g_free (self->vendor_id);
  g_free (self->product_id);
  g_free (self->driver);
  g_free (self->has_version);
  g_free (self->needs_version);
  g_free (self->module);
  g_strfreev (self->users);
  g_free (self);
}
