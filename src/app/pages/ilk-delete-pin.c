/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-ask.h"
#include "app/pages/ilk-delete-pin.h"

/* The service takes exactly "SİL" or "DELETE". */
static const char *
get_phrase (void)
{
  /* Translators: the word that is typed to confirm a deletion. In Turkish exactly SİL. */
  return C_("deletion phrase", "DELETE");
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (IlkPage) page = data;
  IlkController *controller = ilk_page_get_controller (page);

  if (ilk_ask_finish (result, NULL) && controller != NULL)
    ilk_controller_delete_pin (controller, get_phrase ());
}

/**
 * ilk_delete_pin:
 * @page: the page that asks
 *
 * Asks whether the PIN held by the issuer shall be deleted, and begins it.
 */
void
ilk_delete_pin (IlkPage *page)
{
  IlkController *controller;
  const IlkFacts *facts;
  g_autofree char *body = NULL;

  g_return_if_fail (ILK_IS_PAGE (page));
  controller = ilk_page_get_controller (page);
  g_return_if_fail (controller != NULL);

  facts = ilk_controller_get_facts (controller);
  if (facts->pin_set || facts->pin_stale)
    body = g_strdup_printf ("%s\n\n%s",
                            _("This deletes the old PIN that the issuer still holds. The PIN on "
                              "your card stays as it is."),
                            ilk_issuer_get_delete_meaning (ilk_controller_get_issuer (controller)));
  else
    body = g_strdup_printf ("%s\n\n%s",
                            ilk_issuer_get_delete_meaning (ilk_controller_get_issuer (controller)),
                            facts->pin_saved
                            ? _("You have saved the PIN as a PDF document. Have you written "
                                "down its password? It is not shown again.")
                            : _("You have not saved the PIN. Do you know it by heart?"));

  ilk_ask_async (GTK_WIDGET (page), _("Delete the PIN for Good?"), body, _("_Delete for Good"),
                 get_phrase (), NULL, on_answered, g_object_ref (page));
}
