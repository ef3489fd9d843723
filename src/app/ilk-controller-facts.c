/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "app/ilk-controller-private.h"

/* What pages may read of the controller; all of it is transfer none and holds until the next
 * "changed". */

#define GETTER(type, name, expression) \
  type \
  ilk_controller_get_##name (IlkController *self) \
  { \
    g_return_val_if_fail (ILK_IS_CONTROLLER (self), (type) 0); \
    return expression; \
  }

typedef const IlkFacts *IlkFactsView;
typedef const IlkView *IlkViewView;
typedef const GError *IlkErrorView;
typedef const char *IlkText;

GETTER (IlkState, state, self->state)
GETTER (IlkFactsView, facts, &self->facts)
GETTER (IlkViewView, view, &self->view)
GETTER (IlkProblem *, problem, self->problem)
GETTER (IlkIssuer *, issuer, self->issuer)
GETTER (IlkClock *, clock, self->clock)
GETTER (GPtrArray *, readers, ilk_card_monitor_get_readers (self->monitor))
GETTER (GPtrArray *, usb_readers, ilk_host_get_usb_readers (self->host))
GETTER (GPtrArray *, verdicts, self->verdicts)
GETTER (IlkReaderList *, reader_list, ilk_host_get_reader_list (self->host))
GETTER (IlkErrorView, card_error, self->card_error)
GETTER (IlkCardInfo *, card, self->card)
GETTER (GBytes *, captcha, self->captcha != NULL ? self->captcha->png : NULL)
GETTER (IlkText, phone, self->phone)
GETTER (gint64, code_deadline, self->code_deadline)
GETTER (gint64, resend_deadline, self->resend_deadline)
GETTER (IlkText, holder, self->holder)
GETTER (IlkServiceCard *, service_card, self->service_card)
GETTER (IlkSecret *, pin, self->pin)
GETTER (gint64, erased_everywhere, self->erased_everywhere)
GETTER (IlkText, step_name, ilk_card_step_get_name (self->card_step))
