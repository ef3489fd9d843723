/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "app/ilk-problem.h"
#include "app/ilk-problem-texts.h"
#include "card/ilk-card-error.h"
#include "client/ilk-client.h"
#include "core/ilk-error.h"
#include "host/ilk-repair.h"

/* The one place with words for failures, for a teacher or a clerk: what happened, why, what to do;
 * those of the card are next door in ilk-problem-card-texts.c. Counts and times are added by
 * ilk-problem.c. */

static const IlkProblemText client_texts[] = {
  [ILK_CLIENT_ERROR_OFFLINE] = {
    "client.offline",
    N_("The issuer’s service can’t be reached."),
    N_("There is no connection to the internet, or the service is switched off."),
    N_("Check the connection, then try again. What you have done so far is kept."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_TLS] = {
    "client.tls",
    N_("The connection is not safe."),
    N_("The service could not prove that it belongs to the issuer. Nothing secret was sent."),
    N_("Check date and time of the computer. If this message comes again, try from another "
       "network."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_TIMEOUT] = {
    "client.timeout",
    N_("The issuer’s service did not answer in time."),
    N_("The connection is slow, or the service has a lot to do."),
    N_("Try again in a moment."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_BUSY] = {
    "client.busy",
    N_("The service can’t take this request now."),
    N_("Many people use it at the same time, or it was asked too often in a short while."),
    N_("Try again in a few minutes."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_WAIT,
  },
  [ILK_CLIENT_ERROR_CAPTCHA] = {
    "client.captcha",
    N_("The text in the picture was typed wrong."),
    N_("A character was another one, or the picture had become too old."),
    N_("Type the text of the new picture."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_CREDENTIALS] = {
    "client.credentials",
    N_("The identity number or the security word is wrong."),
    N_("For your safety the service does not say which of the two."),
    N_("Check both. The security word is printed on your application form."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_LOGINS,
  },
  [ILK_CLIENT_ERROR_BLOCKED] = {
    "client.blocked",
    N_("Your account is blocked."),
    N_("The identity number or the security word was wrong three times."),
    N_("The call centre opens the account again."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_CODE_WRONG] = {
    "client.code-wrong",
    N_("The confirmation code is wrong."),
    N_("It is not the code of the newest message."),
    N_("Type the code of the newest message."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_CODES,
  },
  [ILK_CLIENT_ERROR_CODE_EXPIRED] = {
    "client.code-expired",
    N_("The confirmation code is no longer valid."),
    N_("Its time has run out, or it was typed wrong three times."),
    N_("Have a new code sent."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_VERIFICATION_CODE] = {
    "client.verification-code",
    N_("The verification code is not valid."),
    N_("It was typed wrong, was used before, or its four minutes are over."),
    N_("Get another code on the issuer’s page in the browser and type it here."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_WORD] = {
    "client.word",
    N_("This word can’t be your security word."),
    N_("It is the printed one, is used by many people, is too short, or is made of your name, "
       "identity number, phone number or year of birth."),
    N_("Choose another word."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_WORD_CHANGE] = {
    "client.word-change",
    N_("You have to choose a security word of your own first."),
    N_("You logged in with the word that is printed on your application form, which others may have "
       "read."),
    N_("Choose “I forgot my security word” on the issuer’s password login page, set a word of your "
       "own, then log in here with it."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_SMS_LIMIT] = {
    "client.sms-limit",
    N_("No further code can be sent now."),
    N_("Several codes were sent to your phone in a short while."),
    N_("Try again in a few minutes."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_WAIT,
  },
  [ILK_CLIENT_ERROR_SESSION] = {
    "client.session",
    N_("You have been logged out."),
    N_("Your session’s time has run out, or nothing was done for a while."),
    N_("Log in again. What is done on the card stays done."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CLIENT_ERROR_STEP_UP] = {
    "client.step-up",
    N_("This needs a new confirmation."),
    N_("Your last confirmation was too long ago."),
    N_("Confirm with the code that comes by SMS."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_OPERATION] = {
    "client.operation",
    N_("The operation was not confirmed in time."),
    N_("A confirmation holds for a few minutes only."),
    N_("Begin the operation again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CLIENT_ERROR_NOT_YOURS] = {
    "client.not-yours",
    N_("The service does not know this card as yours."),
    N_("The card belongs to somebody else, or comes from another issuer."),
    N_("Put in your own card."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_CERTIFICATE] = {
    "client.certificate",
    N_("The state of your certificate does not allow this."),
    N_("It is suspended, revoked, expired or not yet valid."),
    N_("The call centre knows what can be done."),
    ILK_PROBLEM_CALL | ILK_PROBLEM_CERTIFICATE,
  },
  [ILK_CLIENT_ERROR_NO_PIN] = {
    "client.no-pin",
    N_("The issuer holds no PIN for this card."),
    N_("It was deleted, or the card came without a PIN."),
    N_("Create a PIN of your own."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CLIENT_ERROR_UNLOCK_LIMIT] = {
    "client.unlock-limit",
    N_("This card can’t be unblocked again today."),
    N_("A card can be unblocked three times a day at most."),
    N_("Try again tomorrow."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CLIENT_ERROR_SEAL] = {
    "client.seal",
    N_("The PIN could not be opened safely."),
    N_("The answer does not come from the service that this program trusts."),
    N_("Do not go on in this network."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_REFUSED] = {
    "client.refused",
    N_("The service did not accept the request."),
    N_("Program and service do not understand each other. You have made no mistake."),
    N_("Update the program and try again."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CLIENT_ERROR_FAILED] = {
    "client.failed",
    N_("The service reports a fault."),
    N_("The fault is in the service. You have made no mistake."),
    N_("Try again in a few minutes."),
    ILK_PROBLEM_RETRY,
  },
};

static const IlkProblemText app_texts[] = {
  [ILK_APP_ERROR_OTHER_CARD] = {
    "app.other-card",
    N_("Another card was put in."),
    N_("You began with a card of another serial number. Nothing was changed on this one."),
    N_("Put the first card in again, or start over with this one."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_APP_ERROR_CARD_NOT_YOURS] = {
    "app.card-not-yours",
    N_("This card is not one of yours."),
    N_("The issuer has it under another name, or does not know it."),
    N_("Put in your own card."),
    ILK_PROBLEM_CALL,
  },
  [ILK_APP_ERROR_CARD_PULLED] = {
    "app.card-pulled",
    N_("The card was taken out."),
    N_("The next step needs it. Nothing is lost."),
    N_("Put the same card in again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_APP_ERROR_CERTIFICATE_STATE] = {
    "app.certificate-state",
    N_("Your certificate can’t be used now."),
    N_("It is suspended, revoked, expired or not yet valid."),
    N_("The call centre knows what can be done."),
    ILK_PROBLEM_CALL,
  },
  [ILK_APP_ERROR_NO_UNLOCK] = {
    "app.no-unlock",
    N_("This card can’t be unblocked here."),
    N_("No way to do it is known for cards of this kind."),
    N_("Never type a PUK. Ask the issuer for help."),
    ILK_PROBLEM_CALL,
  },
  [ILK_APP_ERROR_SAVE] = {
    "app.save",
    N_("The sheet with the PIN could not be saved."),
    N_("The folder accepts no files, or the disk is full."),
    N_("Choose another folder."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_APP_ERROR_PRACTICE] = {
    "app.practice",
    N_("Practice is not running."),
    N_("The practice service did not start, or it has ended."),
    N_("Close the program and start practice again."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_APP_ERROR_ISSUER] = {
    "app.issuer",
    N_("This program can’t speak to your issuer’s service."),
    N_("The issuer has published no way to do so."),
    N_("Use the issuer’s web site for the next steps."),
    ILK_PROBLEM_CALL,
  },
  [ILK_APP_ERROR_PROOF_WRONG] = {
    "app.proof-wrong",
    N_("The card does not have the new PIN."),
    N_("It kept its earlier PIN. The check used up one try of it."),
    N_("Set the new PIN again. If no try is left, the card has to be unblocked first."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_APP_ERROR_PIN_NOT_SET_BY_US] = {
    "app.pin-not-set-by-us",
    N_("The new PIN was not set."),
    N_("The card was asked: nothing has changed on it, and no try was used up."),
    N_("Set the new PIN again."),
    ILK_PROBLEM_RETRY,
  },
};

static const IlkProblemText core_texts[] = {
  [ILK_ERROR_INVALID] = {
    "core.invalid",
    N_("What was typed is not accepted."),
    N_("Something in it is not as it has to be."),
    N_("Check it and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_ERROR_PROFILE] = {
    "core.profile",
    N_("The issuer’s settings on this computer are faulty."),
    N_("A file of the program was changed or is incomplete."),
    N_("Install the program again."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_ERROR_CRYPTO] = {
    "core.crypto",
    N_("Protected data could not be opened."),
    N_("It was changed on its way, or it is meant for somebody else."),
    N_("Try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_ERROR_FILE] = {
    "core.file",
    N_("A file could not be read or written."),
    N_("A permission is missing, or the disk is full."),
    N_("Make room on the disk, or ask the administrator of the computer."),
    ILK_PROBLEM_RETRY,
  },
};

static const IlkProblemText cancelled_text = {
  "io.cancelled",
  N_("The work was cancelled."),
  N_("Waiting was given up."),
  N_("Try again when you are ready."),
  ILK_PROBLEM_RETRY,
};

static const IlkProblemText no_space_text = {
  "io.no-space",
  N_("The disk is full."),
  N_("There is no room left for a file that the program needs."),
  N_("Make room on the disk and try again."),
  ILK_PROBLEM_RETRY,
};

static const IlkProblemText denied_text = {
  "io.permission-denied",
  N_("The program may not do this on this computer."),
  N_("A permission is missing."),
  N_("Ask the administrator of the computer."),
  ILK_PROBLEM_PLAIN,
};

static const IlkProblemText repair_texts[] = {
  [ILK_REPAIR_ERROR_NO_INSTALLER] = {
    "repair.no-installer",
    N_("This computer has no installer that the program can ask."),
    N_("Programs install packages through PackageKit, and it is not there or switched off."),
    N_("Use the command below, or send the text for your IT department."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_REPAIR_ERROR_DENIED] = {
    "repair.denied",
    N_("Nothing was changed, because nobody has allowed it."),
    N_("It needs an administrator’s password; it was not typed, or this account may not do it."),
    N_("Try again with an administrator’s password, or send the text below to your IT department."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_REPAIR_ERROR_NOT_FOUND] = {
    "repair.not-found",
    N_("The package was not found."),
    N_("The package sources of this computer do not offer it, or their lists are old."),
    N_("Ask your IT department, or update the package lists and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_REPAIR_ERROR_OFFLINE] = {
    "repair.offline",
    N_("The package can’t be downloaded."),
    N_("This computer has no connection to the internet, or does not reach the package server."),
    N_("Connect it to the internet and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_REPAIR_ERROR_BUSY] = {
    "repair.busy",
    N_("Another program is installing just now."),
    N_("Only one program at a time can change the packages of this computer, for instance its "
       "updates."),
    N_("Wait until it has finished, and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_REPAIR_ERROR_NO_SPACE] = {
    "repair.no-space",
    N_("There is not enough space to install it."),
    N_("The disk of this computer is full."),
    N_("Delete files that you no longer need, empty the trash, and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_REPAIR_ERROR_FAILED] = {
    "repair.failed",
    N_("It did not work."),
    N_("The system refused it."),
    N_("Try again, or send the text below to your IT department."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_QUOTE,
  },
};

static const IlkProblemText other_text = {
  "app.failed",
  N_("Something did not work."),
  N_("The program knows no more about it."),
  N_("Try again. If it happens again, start the program anew."),
  ILK_PROBLEM_RETRY,
};

static const IlkProblemText *
find_io_text (int code)
{
  switch (code)
    {
    case G_IO_ERROR_CANCELLED:
      return &cancelled_text;
    case G_IO_ERROR_NO_SPACE:
      return &no_space_text;
    case G_IO_ERROR_PERMISSION_DENIED:
      return &denied_text;
    default:
      return &other_text;
    }
}

static const IlkProblemText *
pick (const IlkProblemText *texts,
      gsize                 n_texts,
      int                   code)
{
  if (code < 0 || (gsize) code >= n_texts || texts[code].code == NULL)
    return &other_text;

  return &texts[code];
}

/**
 * ilk_problem_text_find:
 * @error: of any domain
 *
 * Returns: (transfer none): the row for @error; a general one where there is none
 */
const IlkProblemText *
ilk_problem_text_find (const GError *error)
{
  g_return_val_if_fail (error != NULL, &other_text);

  if (error->domain == ILK_CARD_ERROR)
    {
      gsize n_texts;
      const IlkProblemText *texts = ilk_problem_card_texts (&n_texts);

      return pick (texts, n_texts, error->code);
    }
  if (error->domain == ILK_CLIENT_ERROR)
    return pick (client_texts, G_N_ELEMENTS (client_texts), error->code);
  if (error->domain == ILK_APP_ERROR)
    return pick (app_texts, G_N_ELEMENTS (app_texts), error->code);
  if (error->domain == ILK_ERROR)
    return pick (core_texts, G_N_ELEMENTS (core_texts), error->code);
  if (error->domain == ILK_REPAIR_ERROR)
    return pick (repair_texts, G_N_ELEMENTS (repair_texts), error->code);
  if (error->domain == G_IO_ERROR)
    return find_io_text (error->code);

  return &other_text;
}
