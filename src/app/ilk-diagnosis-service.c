/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include "app/ilk-diagnosis-private.h"

#define SERVICE_MS 6000

static IlkServiceReach
reach_of (const GError *error)
{
  if (error == NULL)
    return ILK_SERVICE_REACH_YES;
  if (error->domain != ILK_CLIENT_ERROR)
    return ILK_SERVICE_REACH_OTHER;
  switch (error->code)
    {
    case ILK_CLIENT_ERROR_OFFLINE:
      return ILK_SERVICE_REACH_OFFLINE;
    case ILK_CLIENT_ERROR_TLS:
      return ILK_SERVICE_REACH_TLS;
    case ILK_CLIENT_ERROR_TIMEOUT:
      return ILK_SERVICE_REACH_TIMEOUT;
    case ILK_CLIENT_ERROR_BUSY:
      return ILK_SERVICE_REACH_BUSY;
    default:
      return ILK_SERVICE_REACH_OTHER;
    }
}

static void
on_reached (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(IlkDiagnosisPart) part = data;
  g_autoptr(GError) error = NULL;

  ilk_client_reach_finish (ILK_CLIENT (source), result, &error);
  if (!ilk_diagnosis_part_answered (part))
    return;
  part->run->diagnosis->service = reach_of (error);
  ilk_diagnosis_part_done (part);
}

static void
service_is_late (IlkDiagnosisPart *part)
{
  part->run->diagnosis->service = ILK_SERVICE_REACH_TIMEOUT;
}

void
ilk_diagnosis_ask_service (IlkDiagnosisRun         *run,
                           const IlkDiagnosisPlace *place)
{
  const char *address;
  g_autoptr(GUri) uri = NULL;
  g_autoptr(GError) error = NULL;
  IlkDiagnosisPart *part;

  if (place->issuer == NULL)
    return;
  address = ilk_issuer_get_service_address (place->issuer);
  run->diagnosis->service = ILK_SERVICE_REACH_NONE;
  if (address == NULL && place->socket_path == NULL)
    return;
  uri = address != NULL ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;
  if (uri != NULL && place->socket_path == NULL)
    run->diagnosis->service_host = g_strdup (g_uri_get_host (uri));

  run->client = ilk_client_new (place->issuer, place->socket_path, place->language, &error);
  if (run->client == NULL)
    {
      run->diagnosis->service = reach_of (error);
      return;
    }
  part = ilk_diagnosis_part_begin (run, SERVICE_MS, service_is_late);
  ilk_client_reach_async (run->client, part->cancellable, on_reached, part);
}
