/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-key-store.h"

G_DEFINE_INTERFACE (IlkKeyStore, ilk_key_store, G_TYPE_OBJECT)

static void
ilk_key_store_default_init (IlkKeyStoreInterface *iface)
{
}

IlkSecret *
ilk_key_store_get (IlkKeyStore *self,
                   IlkKeyName   name,
                   GError     **error)
{
  return ILK_KEY_STORE_GET_IFACE (self)->get (self, name, error);
}

IlkSecret *
ilk_key_store_get_card_key (IlkKeyStore *self,
                            int          version,
                            GError     **error)
{
  return ILK_KEY_STORE_GET_IFACE (self)->get_card_key (self, version, error);
}

IlkSecret *
ilk_key_store_get_kek (IlkKeyStore *self,
                       gint64       epoch,
                       GError     **error)
{
  return ILK_KEY_STORE_GET_IFACE (self)->get_kek (self, epoch, error);
}

IlkSecret *
ilk_key_store_get_newest_kek (IlkKeyStore *self,
                              gint64       now,
                              gint64      *epoch,
                              GError     **error)
{
  return ILK_KEY_STORE_GET_IFACE (self)->get_newest_kek (self, now, epoch, error);
}

int
ilk_key_store_destroy_keks (IlkKeyStore *self,
                            gint64       before,
                            GError     **error)
{
  return ILK_KEY_STORE_GET_IFACE (self)->destroy_keks (self, before, error);
}
