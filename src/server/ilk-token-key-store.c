/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-token-key-store.h"

#include <string.h>
#include "server/ilk-server-error.h"
#include "server/ilk-token.h"

#define KEK_PREFIX "kek-"

struct _IlkTokenKeyStore
{
  GObject   parent_instance;

  IlkToken *token;
};

static void ilk_token_key_store_iface_init (IlkKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkTokenKeyStore, ilk_token_key_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_KEY_STORE,
                                                      ilk_token_key_store_iface_init))

typedef struct {
  const char      *name;
  IlkTokenKeyKind  kind;
} Key;

static const Key keys[ILK_N_KEYS] = {
  [ILK_KEY_PEPPER] = { "pepper", ILK_TOKEN_KEY_MAC },
  [ILK_KEY_INDEX] = { "index-key", ILK_TOKEN_KEY_MAC },
  [ILK_KEY_DATA] = { "data-key", ILK_TOKEN_KEY_READABLE },
  [ILK_KEY_SEALING] = { "sealing-key", ILK_TOKEN_KEY_READABLE },
  [ILK_KEY_HANDOVER] = { "handover-key", ILK_TOKEN_KEY_READABLE },
  [ILK_KEY_AUDIT] = { "audit-key", ILK_TOKEN_KEY_MAC },
};

static IlkToken *
get_token (IlkKeyStore *store)
{
  return ILK_TOKEN_KEY_STORE (store)->token;
}

static char *
get_version_name (IlkKeyName name,
                  int        version)
{
  return version == 1 ? g_strdup (keys[name].name)
                      : g_strdup_printf ("%s-%d", keys[name].name, version);
}

static char *
get_card_key_name (int version)
{
  return g_strdup_printf ("card-master-key-%d", version);
}

static char *
get_kek_name (gint64 epoch)
{
  return g_strdup_printf (KEK_PREFIX "%" G_GINT64_FORMAT, epoch);
}

static IlkSecret *
ilk_token_key_store_get (IlkKeyStore *store,
                         IlkKeyName   name,
                         int          version,
                         GError     **error)
{
  g_autofree char *label = get_version_name (name, version);

  return ilk_token_read (get_token (store), label, error);
}

static gboolean
ilk_token_key_store_has (IlkKeyStore *store,
                         IlkKeyName   name,
                         int          version)
{
  g_autofree char *label = get_version_name (name, version);

  return ilk_token_has (get_token (store), label);
}

static gboolean
ilk_token_key_store_make (IlkKeyStore *store,
                          IlkKeyName   name,
                          int          version,
                          GError     **error)
{
  g_autofree char *label = get_version_name (name, version);

  return ilk_token_make (get_token (store), label, keys[name].kind, error);
}

static gboolean
ilk_token_key_store_destroy (IlkKeyStore *store,
                             IlkKeyName   name,
                             int          version,
                             GError     **error)
{
  g_autofree char *label = get_version_name (name, version);

  return ilk_token_destroy (get_token (store), label, error);
}

static IlkSecret *
ilk_token_key_store_mac (IlkKeyStore *store,
                         IlkKeyName   name,
                         int          version,
                         IlkSecret   *data,
                         GError     **error)
{
  g_autofree char *label = get_version_name (name, version);

  return ilk_token_mac (get_token (store), label, data, error);
}

static IlkSecret *
ilk_token_key_store_get_card_key (IlkKeyStore *store,
                                  int          version,
                                  GError     **error)
{
  g_autofree char *label = get_card_key_name (version);

  return ilk_token_read (get_token (store), label, error);
}

static gboolean
ilk_token_key_store_has_card_key (IlkKeyStore *store,
                                  int          version)
{
  g_autofree char *label = get_card_key_name (version);

  return ilk_token_has (get_token (store), label);
}

static gboolean
ilk_token_key_store_make_card_key (IlkKeyStore *store,
                                   int          version,
                                   GError     **error)
{
  g_autofree char *label = get_card_key_name (version);

  return ilk_token_make (get_token (store), label, ILK_TOKEN_KEY_READABLE, error);
}

/* Wrapping is done inside. */
static IlkSecret *
ilk_token_key_store_get_kek (IlkKeyStore *store,
                             gint64       epoch,
                             GError     **error)
{
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                       "The token keeps its key-encryption keys to itself");
  return NULL;
}

static gboolean
ilk_token_key_store_has_kek (IlkKeyStore *store,
                             gint64       epoch)
{
  g_autofree char *label = get_kek_name (epoch);

  return ilk_token_has (get_token (store), label);
}

static gboolean
ilk_token_key_store_find_kek (IlkKeyStore *store,
                              gint64       now,
                              gint64      *epoch,
                              GError     **error)
{
  g_autofree char *label = NULL;

  *epoch = now / ILK_KEK_EPOCH_SECONDS;
  label = get_kek_name (*epoch);
  if (ilk_token_has (get_token (store), label))
    return TRUE;
  if (!ilk_token_make (get_token (store), label, ILK_TOKEN_KEY_WRAPPING, error))
    return FALSE;
  g_message ("Made the key-encryption key %s", label);
  return TRUE;
}

static GBytes *
ilk_token_key_store_wrap (IlkKeyStore *store,
                          gint64       epoch,
                          GBytes      *context,
                          IlkSecret   *plain,
                          GError     **error)
{
  g_autofree char *label = get_kek_name (epoch);

  return ilk_token_wrap (get_token (store), label, context, plain, error);
}

static IlkSecret *
ilk_token_key_store_unwrap (IlkKeyStore *store,
                            gint64       epoch,
                            GBytes      *context,
                            GBytes      *sealed,
                            GError     **error)
{
  g_autofree char *label = get_kek_name (epoch);

  return ilk_token_unwrap (get_token (store), label, context, sealed, error);
}

static gboolean
is_before (const char *label,
           gint64      before)
{
  gint64 epoch;

  return g_ascii_string_to_signed (label + strlen (KEK_PREFIX), 10, 0, before - 1, &epoch, NULL);
}

static int
ilk_token_key_store_destroy_keks (IlkKeyStore *store,
                                  gint64       before,
                                  GError     **error)
{
  g_autoptr (GPtrArray) labels = ilk_token_list (get_token (store), KEK_PREFIX, error);
  int destroyed = 0;

  if (labels == NULL)
    return -1;
  for (guint i = 0; i < labels->len; i++)
    {
      const char *label = g_ptr_array_index (labels, i);

      /* Two of one name go at once. */
      if (!is_before (label, before) || !ilk_token_has (get_token (store), label))
        continue;
      if (!ilk_token_destroy (get_token (store), label, error))
        return -1;
      destroyed++;
    }
  return destroyed;
}

static void
ilk_token_key_store_finalize (GObject *object)
{
  IlkTokenKeyStore *self = ILK_TOKEN_KEY_STORE (object);

  g_clear_pointer (&self->token, ilk_token_close);

  G_OBJECT_CLASS (ilk_token_key_store_parent_class)->finalize (object);
}

static void
ilk_token_key_store_class_init (IlkTokenKeyStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_token_key_store_finalize;
}

static void
ilk_token_key_store_iface_init (IlkKeyStoreInterface *iface)
{
  iface->get = ilk_token_key_store_get;
  iface->has = ilk_token_key_store_has;
  iface->make = ilk_token_key_store_make;
  iface->destroy = ilk_token_key_store_destroy;
  iface->mac = ilk_token_key_store_mac;
  iface->wrap = ilk_token_key_store_wrap;
  iface->unwrap = ilk_token_key_store_unwrap;
  iface->get_card_key = ilk_token_key_store_get_card_key;
  iface->has_card_key = ilk_token_key_store_has_card_key;
  iface->make_card_key = ilk_token_key_store_make_card_key;
  iface->get_kek = ilk_token_key_store_get_kek;
  iface->has_kek = ilk_token_key_store_has_kek;
  iface->find_kek = ilk_token_key_store_find_kek;
  iface->destroy_keks = ilk_token_key_store_destroy_keks;
}

static void
ilk_token_key_store_init (IlkTokenKeyStore *self)
{
}

gboolean
ilk_token_key_store_check (IlkTokenKeyStore *self,
                           GError          **error)
{
  for (int name = 0; name < ILK_N_KEYS; name++)
    if (ilk_key_store_find_oldest (ILK_KEY_STORE (self), name) == 0)
      {
        g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                     "The token has no key %s; make-keys makes what is missing", keys[name].name);
        return FALSE;
      }
  return TRUE;
}

IlkTokenKeyStore *
ilk_token_key_store_new (const char *module,
                         const char *label,
                         IlkSecret  *pin,
                         GError    **error)
{
  g_autoptr (IlkTokenKeyStore) self = g_object_new (ILK_TYPE_TOKEN_KEY_STORE, NULL);

  self->token = ilk_token_open (module, label, pin, error);
  return self->token != NULL ? g_steal_pointer (&self) : NULL;
}
