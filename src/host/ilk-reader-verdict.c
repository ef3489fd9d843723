/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-host-verdict.h"

G_DEFINE_BOXED_TYPE (IlkReaderVerdict, ilk_reader_verdict, ilk_reader_verdict_ref,
                     ilk_reader_verdict_unref)

/**
 * ilk_host_verdict_get_name:
 *
 * Returns: (transfer none): a stable word for reports: "works", "driver-missing" …
 */
const char *
ilk_host_verdict_get_name (IlkHostVerdict verdict)
{
  static const char *const names[] = {
    [ILK_HOST_VERDICT_UNKNOWN] = "unknown",
    [ILK_HOST_VERDICT_WORKS] = "works",
    [ILK_HOST_VERDICT_NO_READER] = "no-reader",
    [ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED] = "service-not-installed",
    [ILK_HOST_VERDICT_SERVICE_OFF] = "service-off",
    [ILK_HOST_VERDICT_SERVICE_REFUSES] = "service-refuses",
    [ILK_HOST_VERDICT_SERVICE_VERSION] = "service-version",
    [ILK_HOST_VERDICT_DRIVER_MISSING] = "driver-missing",
    [ILK_HOST_VERDICT_DRIVER_TOO_OLD] = "driver-too-old",
    [ILK_HOST_VERDICT_RESTART_NEEDED] = "restart-needed",
    [ILK_HOST_VERDICT_NOT_OPENED] = "not-opened",
    [ILK_HOST_VERDICT_TAKEN_BY_KERNEL] = "taken-by-kernel",
    [ILK_HOST_VERDICT_IN_USE] = "in-use",
    [ILK_HOST_VERDICT_CARD_SILENT] = "card-silent",
    [ILK_HOST_VERDICT_FAULTY_COMBINATION] = "faulty-combination",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == ILK_N_HOST_VERDICTS);
  g_return_val_if_fail ((guint) verdict < ILK_N_HOST_VERDICTS, NULL);

  return names[verdict];
}

/**
 * ilk_reader_verdict_new:
 *
 * Returns: (transfer full): a verdict that says nothing else yet; its maker fills it
 */
IlkReaderVerdict *
ilk_reader_verdict_new (IlkHostVerdict verdict)
{
  IlkReaderVerdict *self = g_new0 (IlkReaderVerdict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->verdict = verdict;
  self->users = g_new0 (char *, 1);
  return self;
}

IlkReaderVerdict *
ilk_reader_verdict_ref (IlkReaderVerdict *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ilk_reader_verdict_unref:
 * @self: (nullable): a verdict
 */
void
ilk_reader_verdict_unref (IlkReaderVerdict *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
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
