/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-host-look.h"

#include <string.h>

#define SCDAEMON "scdaemon"
#define USBFS "usbfs"

/* Readers of Alcor that fail with cards faster than TA1 = 95, until a workaround in the driver.
 * Source: CCID issues 84 and 142; libccid 1.5.2. */
#define ALCOR_VENDOR "058f"
#define ALCOR_PRODUCT "9540"
#define ALCOR_MENDED "1.5.2"
#define ALCOR_MAX_TA1 0x95

/* --- which listed reader is which device --- */

/* "NAME [INTERFACE] (SERIAL) 00 01" is slot 1 of reader 0: all but the slot is the reader. */
static gsize
length_without_slot (const char *listed)
{
  gsize length = strlen (listed);

  return length > 3 && listed[length - 3] == ' ' ? length - 3 : length;
}

static gboolean
is_same_reader (const char *a,
                const char *b)
{
  gsize length = length_without_slot (a);

  return length == length_without_slot (b) && strncmp (a, b, length) == 0;
}

static gboolean
is_named (const IlkHostLook  *self,
          const IlkUsbReader *reader,
          const char         *listed)
{
  for (guint i = 0; i < self->bundles->len; i++)
    {
      const char *name = ilk_driver_bundle_serves (self->bundles->pdata[i], reader);

      if (name != NULL && *name != '\0' && g_str_has_prefix (listed, name))
        return TRUE;
    }
  return FALSE;
}

/* The readers' owners: for each listed one the index of its USB device, or -1. The first device
 * takes the first reader of its name, and all slots of it. */
static int *
assign (const IlkHostLook     *self,
        const IlkListedReader *listed,
        guint                  n_listed)
{
  int *owners = g_new (int, n_listed + 1);

  for (guint i = 0; i < n_listed; i++)
    owners[i] = -1;
  for (guint device = 0; device < self->readers->len; device++)
    {
      const char *taken = NULL;

      for (guint i = 0; i < n_listed; i++)
        {
          if (owners[i] != -1)
            continue;
          if (taken != NULL ? is_same_reader (taken, listed[i].name)
                            : is_named (self, self->readers->pdata[device], listed[i].name))
            {
              owners[i] = (int) device;
              taken = listed[i].name;
            }
        }
    }
  return owners;
}

/* --- what is known of the driver --- */

static IlkDriverBundle *
find_serving (const IlkHostLook  *self,
              const IlkUsbReader *reader)
{
  IlkDriverBundle *found = NULL;

  for (guint i = 0; i < self->bundles->len; i++)
    {
      IlkDriverBundle *bundle = self->bundles->pdata[i];

      /* libccid serves a class; a driver made for the reader is tried before it. */
      if (ilk_driver_bundle_serves (bundle, reader) != NULL &&
          (found == NULL || g_str_equal (found->driver, "ccid")))
        found = bundle;
    }
  return found;
}

static void
take_driver (IlkReaderVerdict      *verdict,
             const IlkDriverBundle *bundle)
{
  g_free (verdict->driver);
  g_free (verdict->has_version);
  verdict->driver = g_strdup (bundle->driver);
  verdict->has_version = g_strdup (bundle->version);
}

static void
take_reader (IlkReaderVerdict   *verdict,
             const IlkUsbReader *reader)
{
  verdict->reader_name = g_strdup (reader->name);
  verdict->vendor_id = g_strdup (reader->vendor_id);
  verdict->product_id = g_strdup (reader->product_id);
}

/* --- who uses it --- */

static void
take_users (IlkReaderVerdict   *verdict,
            const IlkHostLook  *self,
            const IlkUsbReader *reader)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *holders = self->processes->holders;

  for (guint i = 0; i < holders->len; i++)
    {
      const IlkHolder *holder = holders->pdata[i];
      gboolean here = holder->bus == 0
                      ? verdict->listed_name != NULL
                      : reader != NULL && holder->bus == reader->bus &&
                        holder->address == reader->address;

      if (!here)
        continue;
      if (g_hash_table_add (seen, holder->program))
        g_strv_builder_add (names, holder->program);
      if (holder->own && g_str_equal (holder->program, SCDAEMON))
        verdict->scdaemon = TRUE;
    }
  g_strfreev (verdict->users);
  verdict->users = g_strv_builder_end (names);
}

/* --- a device that pcscd does not list --- */

static IlkReaderVerdict *
judge_without_driver (const IlkHostLook  *self,
                      const IlkUsbReader *reader)
{
  const IlkDriverBundle *installed = ilk_driver_scan_find (self->bundles, reader->driver);
  IlkReaderVerdict *verdict;

  /* One that says it is a card reader and is on no list: the driver of the class, if any. */
  if (reader->driver == NULL && reader->class_0b)
    installed = ilk_driver_scan_find (self->bundles, "ccid");
  verdict = ilk_reader_verdict_new (installed != NULL && reader->driver != NULL
                                    ? ILK_HOST_VERDICT_DRIVER_TOO_OLD
                                    : ILK_HOST_VERDICT_DRIVER_MISSING);
  if (reader->driver != NULL)
    verdict->driver = g_strdup (reader->driver);
  else if (reader->class_0b && installed == NULL)
    verdict->driver = g_strdup ("ccid");
  if (installed != NULL && reader->driver != NULL)
    {
      verdict->has_version = g_strdup (installed->version);
      if (ilk_version_is_older (installed->version, reader->since))
        verdict->needs_version = g_strdup (reader->since);
    }
  return verdict;
}

static IlkReaderVerdict *
judge_with_driver (const IlkHostLook     *self,
                   const IlkUsbReader    *reader,
                   const IlkDriverBundle *bundle)
{
  IlkReaderVerdict *verdict = ilk_reader_verdict_new (ILK_HOST_VERDICT_NOT_OPENED);

  take_driver (verdict, bundle);
  take_users (verdict, self, reader);
  if (reader->kernel_driver != NULL && !g_str_equal (reader->kernel_driver, USBFS))
    {
      verdict->verdict = ILK_HOST_VERDICT_TAKEN_BY_KERNEL;
      verdict->module = g_strdup (reader->kernel_driver);
    }
  else if (verdict->users[0] != NULL)
    verdict->verdict = ILK_HOST_VERDICT_IN_USE;
  else if (self->processes->service_started != 0 &&
           bundle->changed > self->processes->service_started)
    verdict->verdict = ILK_HOST_VERDICT_RESTART_NEEDED;
  return verdict;
}

static IlkReaderVerdict *
judge_unlisted (const IlkHostLook  *self,
                const IlkUsbReader *reader)
{
  const IlkDriverBundle *bundle = find_serving (self, reader);
  IlkReaderVerdict *verdict = bundle != NULL ? judge_with_driver (self, reader, bundle)
                                             : judge_without_driver (self, reader);

  take_reader (verdict, reader);
  return verdict;
}

/* --- a reader that pcscd lists --- */

/* TA1 tells the card's speed. Source: ISO 7816-3: T0's high bits say which bytes follow. */
static gboolean
is_fast (GBytes *atr)
{
  gsize length = 0;
  const guint8 *bytes = atr != NULL ? g_bytes_get_data (atr, &length) : NULL;

  return length > 2 && (bytes[1] & 0x10) != 0 && bytes[2] > ALCOR_MAX_TA1;
}

static gboolean
is_faulty_combination (const IlkUsbReader     *reader,
                       const IlkReaderVerdict *verdict,
                       const IlkListedReader  *listed)
{
  return reader != NULL && listed->present &&
         g_str_equal (reader->vendor_id, ALCOR_VENDOR) &&
         g_str_equal (reader->product_id, ALCOR_PRODUCT) &&
         ilk_version_is_older (verdict->has_version, ALCOR_MENDED) &&
         (listed->mute || is_fast (listed->atr));
}

static IlkReaderVerdict *
judge_listed (const IlkHostLook     *self,
              const IlkUsbReader    *reader,
              const IlkListedReader *listed)
{
  IlkReaderVerdict *verdict = ilk_reader_verdict_new (ILK_HOST_VERDICT_WORKS);
  const IlkDriverBundle *bundle = reader != NULL ? find_serving (self, reader) : NULL;

  if (reader != NULL)
    take_reader (verdict, reader);
  else
    verdict->reader_name = g_strdup (listed->name);
  verdict->listed_name = g_strdup (listed->name);
  if (bundle != NULL)
    take_driver (verdict, bundle);
  if (is_faulty_combination (reader, verdict, listed))
    {
      verdict->verdict = ILK_HOST_VERDICT_FAULTY_COMBINATION;
      verdict->needs_version = g_strdup (ALCOR_MENDED);
    }
  else if (listed->exclusive)
    verdict->verdict = ILK_HOST_VERDICT_IN_USE;
  else if (listed->present && listed->mute)
    verdict->verdict = ILK_HOST_VERDICT_CARD_SILENT;
  if (listed->exclusive || listed->in_use)
    take_users (verdict, self, reader);
  return verdict;
}

/* --- all of it --- */

/* A reader that can't be used at all comes first: it may be the very one the chip is in. */
static guint
rank (const IlkReaderVerdict *verdict)
{
  if (verdict->listed_name == NULL)
    return 0;
  return verdict->verdict != ILK_HOST_VERDICT_WORKS ? 1 : 2;
}

static int
compare_ranks (gconstpointer a,
               gconstpointer b)
{
  const IlkReaderVerdict *const *first = a;
  const IlkReaderVerdict *const *second = b;

  return (int) rank (*first) - (int) rank (*second);
}

static IlkHostVerdict
judge_service (const IlkHostLook *self,
               IlkServiceAnswer   answer)
{
  switch (answer)
    {
    case ILK_SERVICE_ANSWER_ABSENT:
      if (self->has_socket && !self->may_connect)
        return ILK_HOST_VERDICT_SERVICE_REFUSES;
      return self->has_socket || self->has_service ? ILK_HOST_VERDICT_SERVICE_OFF
                                                   : ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED;
    case ILK_SERVICE_ANSWER_VERSION:
      return ILK_HOST_VERDICT_SERVICE_VERSION;
    case ILK_SERVICE_ANSWER_REFUSED:
      return ILK_HOST_VERDICT_SERVICE_REFUSES;
    case ILK_SERVICE_ANSWER_FAILED:
      return ILK_HOST_VERDICT_SERVICE_OFF;
    case ILK_SERVICE_ANSWER_UNKNOWN:
    case ILK_SERVICE_ANSWER_YES:
    default:
      return ILK_HOST_VERDICT_UNKNOWN;
    }
}

static void
judge_readers (const IlkHostLook     *self,
               const IlkListedReader *listed,
               guint                  n_listed,
               GPtrArray             *verdicts)
{
  g_autofree int *owners = assign (self, listed, n_listed);

  for (guint device = 0; device < self->readers->len; device++)
    {
      gboolean is_listed = FALSE;

      for (guint i = 0; i < n_listed; i++)
        is_listed = is_listed || owners[i] == (int) device;
      if (!is_listed)
        g_ptr_array_add (verdicts, judge_unlisted (self, self->readers->pdata[device]));
    }
  for (guint i = 0; i < n_listed; i++)
    {
      const IlkUsbReader *reader = owners[i] >= 0 ? self->readers->pdata[owners[i]] : NULL;

      g_ptr_array_add (verdicts, judge_listed (self, reader, &listed[i]));
    }
}

GPtrArray *
ilk_host_look_judge (const IlkHostLook     *self,
                     IlkServiceAnswer       answer,
                     gboolean               remote,
                     const IlkListedReader *listed,
                     guint                  n_listed)
{
  GPtrArray *verdicts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_verdict_unref);

  if (answer != ILK_SERVICE_ANSWER_YES)
    {
      IlkReaderVerdict *verdict = ilk_reader_verdict_new (judge_service (self, answer));

      verdict->remote = remote && verdict->verdict == ILK_HOST_VERDICT_SERVICE_REFUSES;
      if (self->readers->len > 0)
        take_reader (verdict, self->readers->pdata[0]);
      g_ptr_array_add (verdicts, verdict);
      return verdicts;
    }

  judge_readers (self, listed, n_listed, verdicts);
  if (verdicts->len == 0)
    g_ptr_array_add (verdicts, ilk_reader_verdict_new (ILK_HOST_VERDICT_NO_READER));
  g_ptr_array_sort (verdicts, compare_ranks);
  return verdicts;
}
