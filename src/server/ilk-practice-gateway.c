/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-practice-gateway.h"

#include "server/ilk-service-private.h"
#include "server/ilk-wire.h"

#define CLIENT_ID "ilkimza-practice"
#define CLAIM "identity_number"
#define PEOPLE_LIMIT 50

static void
add_person (IlkService            *service,
            IlkStandInProvider    *provider,
            const IlkHolderRecord *holder,
            GError               **error)
{
  g_autofree char *name = ilk_service_open_field (service, "name", holder->index, holder->name,
                                                  error);
  g_autofree char *number = ilk_service_open_field (service, "number", holder->index,
                                                    holder->number, error);

  if (name != NULL && number != NULL)
    ilk_stand_in_provider_add_person (provider, name, number);
}

static gboolean
add_people (IlkService          *service,
            IlkStandInProvider  *provider,
            GError             **error)
{
  GError *local = NULL;
  g_autoptr (GPtrArray) holders = NULL;

  ilk_store_begin (service->store);
  holders = ilk_store_holder_list (service->store, PEOPLE_LIMIT, &local);
  ilk_store_end (service->store, &local);
  for (guint i = 0; local == NULL && i < holders->len; i++)
    add_person (service, provider, g_ptr_array_index (holders, i), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

IlkStandInProvider *
ilk_practice_gateway_start (IlkService  *service,
                            IlkClock    *clock,
                            GError     **error)
{
  g_autoptr (IlkSecret) bytes = ilk_secret_new_random (32);
  g_autoptr (IlkSecret) secret = ilk_wire_base64url (bytes);
  g_autoptr (IlkStandInProvider) provider = ilk_stand_in_provider_new (clock, CLIENT_ID, secret,
                                                                      error);
  g_autofree char *page = NULL;
  IlkOpenIdSettings settings = { .client_id = CLIENT_ID, .client_secret = secret,
                                 .scope = "openid", .claim = CLAIM };
  IlkOpenId *open_id;

  if (provider == NULL || !add_people (service, provider, error))
    return NULL;
  if (service->portal != NULL)
    {
      page = g_strconcat (service->portal, "/giris/donus", NULL);
      ilk_stand_in_provider_set_page (provider, page);
    }
  settings.issuer = ilk_stand_in_provider_get_issuer (provider);
  open_id = ilk_open_id_new (&settings, error);
  ilk_service_set_open_id (service, open_id);
  return open_id != NULL ? g_steal_pointer (&provider) : NULL;
}
