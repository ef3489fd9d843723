/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-problem.h"
#include "app/ilk-problem-texts.h"
#include "card/ilk-card-error.h"
#include "client/ilk-client.h"

G_DEFINE_QUARK (ilk-app-error-quark, ilk_app_error)
G_DEFINE_BOXED_TYPE (IlkProblem, ilk_problem, ilk_problem_ref, ilk_problem_unref)

/* "When": the largest unit that is not zero, rounded up so that it is never too early. */
static char *
make_wait (int seconds)
{
  const int minute = 60, hour = 60 * minute, day = 24 * hour;
  int count;

  if (seconds <= 90)
    return g_strdup_printf (ngettext ("Try again in %d second.", "Try again in %d seconds.",
                                      seconds), seconds);
  if (seconds <= hour)
    {
      count = (seconds + minute - 1) / minute;
      return g_strdup_printf (ngettext ("Try again in %d minute.", "Try again in %d minutes.",
                                        count), count);
    }
  if (seconds <= day)
    {
      count = (seconds + hour - 1) / hour;
      return g_strdup_printf (ngettext ("Try again in %d hour.", "Try again in %d hours.",
                                        count), count);
    }
  count = (seconds + day - 1) / day;
  return g_strdup_printf (ngettext ("Try again in %d day.", "Try again in %d days.",
                                    count), count);
}

/* The number of tries behind the flag, as a sentence; NULL when the error does not say. */
static char *
make_count (const GError    *error,
            IlkProblemFlags  flags)
{
  int count = flags & ILK_PROBLEM_TRIES ? ilk_card_error_get_tries_left (error)
                                        : ilk_client_error_get_attempts_left (error);

  if (count < 0)
    return NULL;
  if (flags & ILK_PROBLEM_TRIES)
    return g_strdup_printf (ngettext ("You have %d try left.", "You have %d tries left.",
                                      count), count);
  if (flags & ILK_PROBLEM_LOGINS)
    return g_strdup_printf (ngettext ("You have %d try left before the account is blocked.",
                                      "You have %d tries left before the account is blocked.",
                                      count), count);

  return g_strdup_printf (ngettext ("You have %d try left for this code.",
                                    "You have %d tries left for this code.",
                                    count), count);
}

static const char *
get_certificate_cause (const GError *error)
{
  static const struct {
    const char *problem;
    const char *words;
  } causes[] = {
    { "certificate.expired", N_("The certificate has expired.") },
    { "certificate.revoked", N_("The certificate was revoked.") },
    { "certificate.not_yet_valid", N_("The certificate is not valid yet.") },
  };
  const char *problem = ilk_client_error_get_problem (error);

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    {
      if (g_strcmp0 (problem, causes[i].problem) == 0)
        return _(causes[i].words);
    }
  return NULL;
}

static char *
make_cause (const IlkProblemText *text,
            const GError         *error)
{
  const char *known = NULL;
  g_autofree char *count = NULL;

  if (text->flags & ILK_PROBLEM_CERTIFICATE)
    known = get_certificate_cause (error);
  if (text->flags & (ILK_PROBLEM_TRIES | ILK_PROBLEM_LOGINS | ILK_PROBLEM_CODES))
    count = make_count (error, text->flags);
  if (known == NULL)
    known = _(text->cause);
  if (text->flags & ILK_PROBLEM_QUOTE && error->message != NULL && *error->message != '\0')
    /* Translators: the first %s is a sentence, the second what another program says. */
    return g_strdup_printf (_("%s It says: “%s”."), known, error->message);

  return count != NULL ? g_strdup_printf ("%s %s", known, count) : g_strdup (known);
}

static char *
make_call (IlkIssuer *issuer)
{
  const char *name = issuer != NULL ? ilk_issuer_get_name (issuer) : NULL;
  const char *phone = issuer != NULL ? ilk_issuer_get_phone (issuer) : NULL;

  if (name == NULL || phone == NULL || *phone == '\0')
    return g_strdup (_("Ask the call centre of your issuer."));

  /* Translators: the first %s is the issuer's name, the second its phone number */
  return g_strdup_printf (_("Call centre of %s: %s"), name, phone);
}

static char *
make_action (const IlkProblemText *text,
             const GError         *error,
             IlkIssuer            *issuer)
{
  g_autofree char *wait = NULL;
  g_autofree char *call = NULL;
  const char *known;

  if (text->flags & (ILK_PROBLEM_WAIT | ILK_PROBLEM_CERTIFICATE) &&
      ilk_client_error_get_retry_after (error) > 0)
    wait = make_wait (ilk_client_error_get_retry_after (error));
  known = wait != NULL ? wait : _(text->action);
  if (text->flags & ILK_PROBLEM_CALL)
    call = make_call (issuer);

  return call != NULL ? g_strdup_printf ("%s %s", known, call) : g_strdup (known);
}

/**
 * ilk_problem_new_from_error:
 * @error: of any domain; those without words of their own get general ones
 * @issuer: (nullable): whose call centre is named
 *
 * The message of @error is for logs and is not shown, unless it is another program's own text.
 *
 * Returns: (transfer full): the words for @error in the language of the person
 */
IlkProblem *
ilk_problem_new_from_error (const GError *error,
                            IlkIssuer    *issuer)
{
  const IlkProblemText *text;
  IlkProblem *self;

  g_return_val_if_fail (error != NULL, NULL);

  text = ilk_problem_text_find (error);
  self = g_new0 (IlkProblem, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->code = text->code;
  self->sentence = g_strdup (_(text->sentence));
  self->cause = make_cause (text, error);
  self->action = make_action (text, error, issuer);
  self->retry = (text->flags & ILK_PROBLEM_RETRY) != 0;
  return self;
}

IlkProblem *
ilk_problem_ref (IlkProblem *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_problem_unref (IlkProblem *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->sentence);
  g_free (self->cause);
  g_free (self->action);
  g_free (self);
}
