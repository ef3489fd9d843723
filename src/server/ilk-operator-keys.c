/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-operator-keys.h"

#include "core/ilk-seal.h"
#include "server/ilk-server-error.h"
#include "server/ilk-service-private.h"

#define PAGE 500

static void
audit (IlkService  *service,
       const char  *what,
       const char  *key,
       gint64       now,
       GError     **error)
{
  g_autoptr (IlkInbound) act = ilk_inbound_new ("", "");

  if (*error != NULL)
    return;
  act->now = now;
  ilk_service_audit (service, act, NULL, what, "done", key);
  if (act->error != NULL)
    g_propagate_error (error, g_steal_pointer (&act->error));
}

/* From now on the next version is used, by every instance. */
static void
switch_version (IlkService  *service,
                IlkKeyName   name,
                int          version,
                gint64       now,
                GError     **error)
{
  const char *text = ilk_service_get_key_name (name);

  ilk_store_key_set_version (service->store, text, version, now, error);
  audit (service, "keys.new", text, now, error);
}

static gboolean
make_next (IlkService  *service,
           IlkKeyName   name,
           int          version,
           GError     **error)
{
  if (version > ILK_KEY_MAX_VERSION)
    {
      g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                           "there are too many versions of this key");
      return FALSE;
    }
  return ilk_key_store_has_version (service->keys, name, version)
         || ilk_key_store_make_version (service->keys, name, version, error);
}

gboolean
ilk_operator_make_key (IlkService  *service,
                       IlkKeyName   name,
                       int         *version,
                       GError     **error)
{
  GError *local = NULL;

  *version = ilk_service_get_key_version (service, name, &local) + 1;
  if (local == NULL)
    make_next (service, name, *version, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Where the rotation of this key is. Returns FALSE when there is nothing to be done now. */
static gboolean
find_stage (IlkService      *service,
            IlkKeyName       name,
            gint64           now,
            IlkKeyRotation  *rotation,
            gboolean        *under_way,
            GError         **error)
{
  gint64 since;

  *rotation = (IlkKeyRotation) { 0 };
  ilk_store_begin (service->store);
  rotation->version = ilk_store_key_version (service->store, ilk_service_get_key_name (name),
                                             &since, error);
  ilk_store_end (service->store, error);
  *under_way = ilk_key_store_find_oldest (service->keys, name) < rotation->version;
  rotation->too_early = *under_way && now < since + ILK_KEY_GRACE_SECONDS;
  return *error == NULL && !rotation->too_early;
}

static void
note_destroyed (IlkService            *service,
                IlkKeyName             name,
                gint64                 now,
                const IlkKeyRotation  *rotation,
                GError               **error)
{
  if (rotation->destroyed == 0 || *error != NULL)
    return;
  ilk_store_begin (service->store);
  audit (service, "keys.destroyed", ilk_service_get_key_name (name), now, error);
  ilk_store_end (service->store, error);
}

static void
destroy_older (IlkService      *service,
               IlkKeyName       name,
               gint64           now,
               IlkKeyRotation  *rotation,
               GError         **error)
{
  for (int version = 1; version < rotation->version && *error == NULL; version++)
    if (ilk_key_store_has_version (service->keys, name, version) &&
        ilk_key_store_destroy_version (service->keys, name, version, error))
      rotation->destroyed++;
  note_destroyed (service, name, now, rotation, error);
}

static gboolean
begin_next (IlkService      *service,
            IlkKeyName       name,
            gint64           now,
            IlkKeyRotation  *rotation,
            GError         **error)
{
  if (!make_next (service, name, rotation->version + 1, error))
    return FALSE;
  ilk_store_begin (service->store);
  switch_version (service, name, rotation->version + 1, now, error);
  ilk_store_end (service->store, error);
  ilk_service_forget_key_versions (service);
  rotation->version++;
  rotation->begun = *error == NULL;
  return rotation->begun;
}

static gboolean
finish (GError  *local,
        GError **error)
{
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gint64
count_words (IlkService  *service,
             int          version,
             GError     **error)
{
  g_autofree char *pattern = version == 1 ? g_strdup ("$%") : g_strdup_printf ("%d$%%", version);
  gint64 count;

  ilk_store_begin (service->store);
  count = ilk_store_word_count (service->store, pattern, error);
  ilk_store_end (service->store, error);
  return count;
}

/* Each older version by itself, so that one that nobody carries is gone although another is
 * carried. */
static void
destroy_unused_peppers (IlkService      *service,
                        gint64           now,
                        IlkKeyRotation  *rotation,
                        GError         **error)
{
  for (int version = 1; version < rotation->version && *error == NULL; version++)
    {
      gint64 count;

      if (!ilk_key_store_has_version (service->keys, ILK_KEY_PEPPER, version))
        continue;
      count = count_words (service, version, error);
      rotation->left += count;
      if (count == 0 && *error == NULL &&
          ilk_key_store_destroy_version (service->keys, ILK_KEY_PEPPER, version, error))
        rotation->destroyed++;
    }
  note_destroyed (service, ILK_KEY_PEPPER, now, rotation, error);
}

gboolean
ilk_operator_rotate_pepper (IlkService      *service,
                            gboolean         anew,
                            IlkKeyRotation  *rotation,
                            GError         **error)
{
  gint64 now = ilk_clock_get_wall (service->clock);
  GError *local = NULL;
  gboolean under_way;

  if (!find_stage (service, ILK_KEY_PEPPER, now, rotation, &under_way, &local))
    return finish (local, error);
  if (under_way)
    destroy_unused_peppers (service, now, rotation, &local);
  if (local == NULL && (!under_way || (anew && rotation->left > 0)))
    begin_next (service, ILK_KEY_PEPPER, now, rotation, &local);
  return finish (local, error);
}

static void
index_one (IlkService            *service,
           const IlkHolderRecord *holder,
           int                    version,
           GError               **error)
{
  g_autofree char *number = ilk_service_open_field (service, "number", holder->index,
                                                    holder->number, error);
  g_autoptr (GBytes) index = NULL;

  if (number != NULL)
    index = ilk_service_number_index_for (service, number, version, error);
  if (index != NULL)
    ilk_store_index_set_next (service->store, holder->id, index, error);
}

/* One page is one transaction, so that a running service waits for no more than that. When nobody
 * at all is left without the next index, the same transaction takes it into use. Returns whether it
 * did. */
static gboolean
index_page (IlkService      *service,
            gint64           now,
            gint64          *after,
            IlkKeyRotation  *rotation,
            GError         **error)
{
  g_autoptr (GPtrArray) page = NULL;
  gboolean ready;

  ilk_store_begin (service->store);
  ilk_store_key_lock (service->store, error);
  page = ilk_store_index_list (service->store, *after, PAGE, error);
  ready = *error == NULL && page->len == 0 && *after == 0;
  *after = page->len > 0 ? ((IlkHolderRecord *) g_ptr_array_index (page, page->len - 1))->id : 0;
  for (guint i = 0; i < page->len && *error == NULL; i++)
    index_one (service, g_ptr_array_index (page, i), rotation->version + 1, error);
  if (ready)
    switch_version (service, ILK_KEY_INDEX, rotation->version + 1, now, error);
  ilk_store_end (service->store, error);
  if (*error == NULL)
    rotation->changed += page->len;
  return ready && *error == NULL;
}

static void
begin_index (IlkService      *service,
             gint64           now,
             IlkKeyRotation  *rotation,
             GError         **error)
{
  gint64 after = 0;

  if (!make_next (service, ILK_KEY_INDEX, rotation->version + 1, error))
    return;
  while (*error == NULL && !rotation->begun)
    rotation->begun = index_page (service, now, &after, rotation, error);
  if (rotation->begun)
    rotation->version++;
  ilk_service_forget_key_versions (service);
}

static void
move_indexes (IlkService      *service,
              IlkKeyRotation  *rotation,
              GError         **error)
{
  gint64 after = 0;

  do
    {
      ilk_store_begin (service->store);
      rotation->changed += (guint) ilk_store_index_move (service->store, &after, PAGE, error);
      ilk_store_end (service->store, error);
    }
  while (after > 0 && *error == NULL);
}

/**
 * ilk_operator_rotate_index:
 *
 * At first each holder gets the next index beside the one in use, and is found by either. When all
 * have one, numbers are looked up by the next key. After the grace the older indexes are dropped
 * and their key is destroyed; with it go codes and pictures that were sent out in the minutes
 * before.
 */
gboolean
ilk_operator_rotate_index (IlkService      *service,
                           IlkKeyRotation  *rotation,
                           GError         **error)
{
  gint64 now = ilk_clock_get_wall (service->clock);
  GError *local = NULL;
  gboolean under_way;

  if (!find_stage (service, ILK_KEY_INDEX, now, rotation, &under_way, &local))
    return finish (local, error);
  if (!under_way)
    begin_index (service, now, rotation, &local);
  else
    move_indexes (service, rotation, &local);
  if (under_way && local == NULL)
    destroy_older (service, ILK_KEY_INDEX, now, rotation, &local);
  return finish (local, error);
}

static void
seal_one_anew (IlkService            *service,
               guint                  which,
               const IlkSealedRecord *record,
               IlkKeyRotation        *rotation,
               GError               **error)
{
  const char *label = ilk_store_sealed_label (which);
  g_autoptr (IlkSecret) plain = NULL;
  g_autoptr (GBytes) anew = NULL;

  if (ilk_service_is_sealed_by (service, label, record->index, record->sealed, rotation->version))
    return;
  plain = ilk_service_open_secret (service, label, record->index, record->sealed, error);
  if (plain == NULL)
    return;
  anew = ilk_service_seal_secret (service, label, record->index, plain, error);
  ilk_store_sealed_replace (service->store, which, record, anew, error);
  if (*error == NULL)
    rotation->changed++;
}

static void
seal_all_anew (IlkService      *service,
               guint            which,
               IlkKeyRotation  *rotation,
               GError         **error)
{
  g_autoptr (IlkSealedRecord) after = NULL;
  gboolean more = TRUE;

  while (more && *error == NULL)
    {
      g_autoptr (GPtrArray) page = NULL;

      ilk_store_begin (service->store);
      page = ilk_store_sealed_list (service->store, which, after, PAGE, error);
      more = page->len == PAGE;
      for (guint i = 0; i < page->len && *error == NULL; i++)
        seal_one_anew (service, which, g_ptr_array_index (page, i), rotation, error);
      ilk_store_end (service->store, error);
      g_clear_pointer (&after, ilk_sealed_record_free);
      if (more)
        after = g_ptr_array_steal_index (page, page->len - 1);
    }
}

/* Once when the new key comes into use, and once more after the grace, for what was sealed by the
 * older one at that very moment. */
gboolean
ilk_operator_rotate_data (IlkService      *service,
                          IlkKeyRotation  *rotation,
                          GError         **error)
{
  gint64 now = ilk_clock_get_wall (service->clock);
  GError *local = NULL;
  gboolean under_way;

  if (!find_stage (service, ILK_KEY_DATA, now, rotation, &under_way, &local))
    return finish (local, error);
  if (!under_way)
    begin_next (service, ILK_KEY_DATA, now, rotation, &local);
  for (guint which = 0; which < ilk_store_sealed_count () && local == NULL; which++)
    seal_all_anew (service, which, rotation, &local);
  if (under_way && local == NULL)
    destroy_older (service, ILK_KEY_DATA, now, rotation, &local);
  return finish (local, error);
}

gboolean
ilk_operator_make_card_key (IlkService  *service,
                            int         *version,
                            GError     **error)
{
  *version = 1;
  while (ilk_key_store_has_card_key (service->keys, *version))
    ++*version;
  return ilk_key_store_make_card_key (service->keys, *version, error);
}

gint64
ilk_operator_count_cards (IlkService  *service,
                          int          version,
                          GError     **error)
{
  GError *local = NULL;
  gint64 count;

  ilk_store_begin (service->store);
  count = ilk_store_card_count (service->store, version, &local);
  ilk_store_end (service->store, &local);
  return finish (local, error) ? count : -1;
}

gboolean
ilk_operator_make_missing (IlkKeyStore  *keys,
                           void        (*made) (const char *name),
                           GError      **error)
{
  static const char *const names[ILK_N_KEYS] = {
    [ILK_KEY_PEPPER] = "pepper", [ILK_KEY_INDEX] = "index key", [ILK_KEY_DATA] = "data key",
    [ILK_KEY_SEALING] = "sealing key", [ILK_KEY_HANDOVER] = "hand-over key",
    [ILK_KEY_AUDIT] = "audit key",
  };

  for (int name = 0; name < ILK_N_KEYS; name++)
    {
      if (ilk_key_store_find_oldest (keys, name) > 0)
        continue;
      if (!ilk_key_store_make_version (keys, name, 1, error))
        return FALSE;
      made (names[name]);
    }
  if (ilk_key_store_has_card_key (keys, 1))
    return TRUE;
  if (!ilk_key_store_make_card_key (keys, 1, error))
    return FALSE;
  made ("card master key");
  return TRUE;
}
