/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-problem.h"
#include "app/ilk-problem-texts.h"
#include "card/ilk-card-error.h"

/* Words for what goes wrong with reader and card. */
static const IlkProblemText card_texts[] = {
  [ILK_CARD_ERROR_SERVICE_OFF] = {
    "card.service-off",
    N_("The card service of this computer is not running."),
    N_("The program pcscd, which speaks to card readers, is not installed or was stopped."),
    N_("Install or start it (the package is named pcscd), then come back here."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_SERVICE_REFUSED] = {
    "card.service-refused",
    N_("This computer does not let the program use the card reader."),
    N_("You are probably logged in from another computer, or an administrator has restricted card "
       "readers."),
    N_("Log in at this computer itself, or ask its administrator."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_SERVICE_VERSION] = {
    "card.service-version",
    N_("The card service of this computer does not fit this program."),
    N_("The two were installed in different versions."),
    N_("Update the computer, restart it, and try again."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CARD_ERROR_NO_READER] = {
    "card.no-reader",
    N_("The card reader is gone."),
    N_("It was unplugged, or its plug is loose."),
    N_("Plug the card reader in again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_NO_CARD] = {
    "card.no-card",
    N_("There is no card in the reader."),
    N_("It was taken out, or it is not pushed in all the way."),
    N_("Push the card in, in the direction of the arrow."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_CARD_REMOVED] = {
    "card.card-removed",
    N_("The card was pulled out in the middle of the work."),
    N_("The step that broke off has written nothing to it."),
    N_("Put the same card in again and repeat the step."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_CARD_RESET] = {
    "card.card-reset",
    N_("Another program got in between."),
    N_("It restarted the card while this program was working with it. Your PIN was not sent "
       "again."),
    N_("Close other programs that use the card, then try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_CARD_MUTE] = {
    "card.card-mute",
    N_("The card does not answer."),
    N_("It may be in the wrong way round, or its contacts may be dirty."),
    N_("Take the card out, wipe the golden contacts with a dry cloth, and push it in again in the "
       "direction of the arrow."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_IN_USE] = {
    "card.in-use",
    N_("Another program is using the card."),
    N_("Only one program at a time can work with a card."),
    N_("Close the other program, for instance the browser or a signing program, and try again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_OTHER_CARD] = {
    "card.other-card",
    N_("This is not the card that you began with."),
    N_("Its serial number is another one. Nothing was changed on this card."),
    N_("Put the first card in again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_WRONG_PIN] = {
    "card.wrong-pin",
    N_("The PIN is wrong."),
    N_("After three wrong tries in a row the card is blocked."),
    N_("Type the PIN again with care. If you are not sure of it, stop here."),
    ILK_PROBLEM_RETRY | ILK_PROBLEM_TRIES,
  },
  [ILK_CARD_ERROR_PIN_BLOCKED] = {
    "card.pin-blocked",
    N_("The card is blocked."),
    N_("The PIN was typed wrong three times in a row."),
    N_("Go on and create a new PIN: that unblocks the card. Never type a PUK anywhere."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CARD_ERROR_PIN_NOT_SET] = {
    "card.pin-not-set",
    N_("The card has no PIN yet."),
    N_("New cards come without one."),
    N_("Go on and create a PIN."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CARD_ERROR_LAST_TRY] = {
    "card.last-try",
    N_("Only one try is left."),
    N_("If the PIN is wrong once more, the card is blocked. Nothing was sent to the card yet."),
    N_("Go on only if you are sure of the PIN. If you are not, create a new one."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_UNLOCK_REFUSED] = {
    "card.unlock-refused",
    N_("The card did not accept the unblocking."),
    N_("The issuer’s key and that of the card do not fit together. The PIN was not changed."),
    N_("Do not repeat it."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CARD_ERROR_UNLOCK_KEY_LOW] = {
    "card.unlock-key-low",
    N_("Unblocking was stopped to protect the card."),
    N_("Earlier attempts have failed, and one more could end the card for good. Nothing was sent "
       "to the card."),
    N_("Do not try to unblock it elsewhere either."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CARD_ERROR_NOT_ALLOWED] = {
    "card.not-allowed",
    N_("The card does not allow this now."),
    N_("It is in a state in which it refuses the step."),
    N_("Take the card out, put it in again and repeat the step."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_DEAD] = {
    "card.dead",
    N_("This card can no longer be used."),
    N_("It was closed for good: by its issuer, or by wrong PUK entries."),
    N_("You need a new card."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CARD_ERROR_NOT_SUPPORTED] = {
    "card.not-supported",
    N_("This program can’t do this with your card."),
    N_("Cards of this kind need the issuer’s own program for it."),
    N_("Ask which program fits your card."),
    ILK_PROBLEM_CALL,
  },
  [ILK_CARD_ERROR_ANSWER] = {
    "card.answer",
    N_("The program does not understand the card’s answer."),
    N_("The card may be of a kind that the program does not know, or a contact is loose."),
    N_("Take the card out, put it in again and try once more."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_UNCERTAIN] = {
    "card.uncertain",
    N_("It is not certain whether the new PIN was set."),
    N_("The card gave no clear answer when the new PIN was written."),
    N_("Put the same card in again. You then decide whether the new PIN is tried."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_FAILED] = {
    "card.failed",
    N_("The card reader reports a fault."),
    N_("The connection to the card or to the reader was disturbed."),
    N_("Unplug the card reader, plug it in again and repeat the step."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_MODULE_HANGS] = {
    "card.module-hangs",
    N_("The card’s software does not answer."),
    N_("The software of the card’s maker gave no answer in time, so it was ended. This program "
       "keeps running."),
    N_("Take the card out, put it in again and try once more. If it happens again, restart the "
       "computer."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_MODULE_FAILED] = {
    "card.module-failed",
    N_("The card’s software did not work."),
    N_("The software of the card’s maker ended unexpectedly, or it refuses to work. Nothing was "
       "written to the card."),
    N_("Try again. If it happens again, install the software of the card’s maker anew."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_MODULE_ARCHITECTURE] = {
    "card.module-architecture",
    N_("The card’s software does not fit this computer."),
    N_("It was made for another kind of processor."),
    N_("Install the edition of the card maker’s software that fits this computer."),
    ILK_PROBLEM_PLAIN,
  },
  [ILK_CARD_ERROR_PIN_LENGTH] = {
    "card.pin-length",
    N_("The card does not accept a PIN of this length."),
    N_("The card itself sets how long its PIN may be. The PIN was not changed."),
    N_("Choose a PIN of another length."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_PIN_INVALID] = {
    "card.pin-invalid",
    N_("The card does not accept this new PIN."),
    N_("It may be too simple, or it has characters that the card does not take. The PIN was not "
       "changed."),
    N_("Choose another PIN."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_MODULE_MISSING] = {
    "card.module-missing",
    N_("The card’s software is not installed."),
    N_("Cards of this kind are reached through the software of their maker, and none on this "
       "computer knows this card."),
    N_("Install the software of the card’s maker (for AKİS cards it is called Akia), then take the "
       "card out and put it in again."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_KEYPAD_TIMEOUT] = {
    "card.keypad-timeout",
    N_("No PIN was typed on the card reader in time."),
    N_("The reader waits about a minute for each entry. The card was not asked, and no try was "
       "spent."),
    N_("Press the button again, and type on the reader when it asks."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_KEYPAD_CANCELLED] = {
    "card.keypad-cancelled",
    N_("You gave up at the card reader."),
    N_("Its red key ends the entry. The card was not asked, and no try was spent."),
    N_("Press the button again when you want to type the PIN."),
    ILK_PROBLEM_RETRY,
  },
  [ILK_CARD_ERROR_KEYPAD_DIFFERENT] = {
    "card.keypad-different",
    N_("The two entries of the new PIN differ."),
    N_("They were typed on the reader, so this computer has not seen them. The PIN was not changed."),
    N_("Press the button again, and type the new PIN twice in the same way."),
    ILK_PROBLEM_RETRY,
  },
};

/**
 * ilk_problem_card_texts:
 *
 * Returns: (transfer none) (array length=n_texts): the rows by #IlkCardError
 */
const IlkProblemText *
ilk_problem_card_texts (gsize *n_texts)
{
  *n_texts = G_N_ELEMENTS (card_texts);
  return card_texts;
}
