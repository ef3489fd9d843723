/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-read.h"

#include "card/ilk-card-error.h"
#include "card/ilk-pkcs11-codes.h"
#include "card/ilk-pkcs11-process.h"
#include "card/ilk-pkcs11-token.h"

/* What came of asking one module. */
typedef struct {
  gboolean    found;
  const char *problem; /* ILK_MODULE_PROBLEM_…, or NULL */
} Outcome;

static const char *
get_problem (const GError *error,
             gboolean      answered)
{
  if (g_error_matches (error, ILK_CARD_ERROR, ILK_CARD_ERROR_MODULE_HANGS))
    return ILK_MODULE_PROBLEM_HANGS;

  return answered ? ILK_MODULE_PROBLEM_REFUSES : ILK_MODULE_PROBLEM_CRASHES;
}

/* What goes in only when all of it was read. */
static gboolean
read_token (IlkPkcs11Process  *process,
            gboolean           only_card,
            IlkCardInfo       *info,
            gboolean          *found,
            GCancellable      *cancellable,
            GError           **error)
{
  g_autoptr (GPtrArray) tokens = ilk_pkcs11_token_list (process, cancellable, error);
  IlkPkcs11Token *token;

  if (tokens == NULL)
    return FALSE;

  token = ilk_pkcs11_token_find (tokens, info->reader, only_card);
  *found = token != NULL;
  if (token == NULL)
    return TRUE;
  if (!ilk_pkcs11_token_read_certificates (process, token->slot, info, cancellable, error))
    return FALSE;

  ilk_pkcs11_token_to_info (token, info);
  return TRUE;
}

static gboolean
ask_module (const IlkPkcs11Module  *module,
            gboolean                only_card,
            IlkCardInfo            *info,
            Outcome                *outcome,
            GCancellable           *cancellable,
            GError                **error)
{
  g_autoptr (IlkPkcs11Process) process = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean answered = FALSE;

  *outcome = (Outcome) { 0 };
  process = ilk_pkcs11_process_start (module->path, cancellable, &answered, &local_error);
  if (process != NULL)
    {
      if (read_token (process, only_card, info, &outcome->found, cancellable, &local_error))
        return TRUE;
      answered = !ilk_pkcs11_process_is_broken (process);
    }

  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_info ("%s: %s", module->path, local_error->message);
  g_ptr_array_set_size (info->certificates, 0);
  outcome->found = FALSE;
  outcome->problem = get_problem (local_error, answered);
  return TRUE;
}

static const char *
get_file_problem (const IlkPkcs11Module *module)
{
  switch (module->file)
    {
    case ILK_PKCS11_FILE_ARCHITECTURE:
      return ILK_MODULE_PROBLEM_ARCHITECTURE;
    case ILK_PKCS11_FILE_NO_LIBRARY:
      return ILK_MODULE_PROBLEM_REFUSES;
    default:
      return NULL;
    }
}

/**
 * ilk_pkcs11_read:
 * @only_card: whether no other reader has a card
 * @info: with the reader's name; added to
 *
 * The modules are asked one after the other until one sees the card. Of the problems the first one
 * counts: the module of the card's maker is asked before those of others.
 */
gboolean
ilk_pkcs11_read (IlkPkcs11Registry  *modules,
                 gboolean            only_card,
                 IlkCardInfo        *info,
                 GCancellable       *cancellable,
                 GError            **error)
{
  g_autoptr (GPtrArray) list = ilk_pkcs11_registry_list (modules);
  const char *problem = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      const IlkPkcs11Module *module = g_ptr_array_index (list, i);
      Outcome outcome = { FALSE, get_file_problem (module) };

      if (outcome.problem == NULL
          && !ask_module (module, only_card, info, &outcome, cancellable, error))
        return FALSE;
      if (outcome.found)
        {
          info->reach = ILK_CARD_REACH_PKCS11;
          info->module = g_strdup (module->path);
          ilk_pkcs11_registry_remember (modules, info->reader, info->serial, module->path);
          return TRUE;
        }
      problem = problem != NULL ? problem : outcome.problem;
    }

  info->module_problem = g_strdup (problem != NULL ? problem : ILK_MODULE_PROBLEM_NONE);
  return TRUE;
}
