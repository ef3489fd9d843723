/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-clock.h"
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Stands in for the e-Government gateway in practice and in tests: an OpenID Connect provider on a
 * port of this computer, whose login page is a choice among made-up people. It runs in a thread of
 * its own. */
typedef struct _IlkStandInProvider IlkStandInProvider;

/* What it does wrong when it is told to. */
typedef enum {
  ILK_STAND_IN_RIGHT,
  ILK_STAND_IN_OTHER_AUDIENCE,
  ILK_STAND_IN_TWO_AUDIENCES,
  ILK_STAND_IN_OTHER_ISSUER,
  ILK_STAND_IN_OTHER_NONCE,
  ILK_STAND_IN_EXPIRED,
  ILK_STAND_IN_FROM_THE_FUTURE,
  ILK_STAND_IN_NO_NUMBER,
  ILK_STAND_IN_NO_ALGORITHM,
  ILK_STAND_IN_SHARED_KEY,      /* signed by HMAC with the client's secret */
  ILK_STAND_IN_OTHER_KEY,       /* of the same name */
  ILK_STAND_IN_UNKNOWN_KEY,     /* of a name that it does not publish */
  ILK_STAND_IN_BROKEN,          /* answers 500 */
  ILK_STAND_IN_SILENT,          /* does not answer at all */
  ILK_STAND_IN_NO_JSON,
  ILK_STAND_IN_TOO_LARGE,
  ILK_STAND_IN_ELSEWHERE        /* its description names another issuer */
} IlkStandInFault;

IlkStandInProvider *ilk_stand_in_provider_new        (IlkClock            *clock,
                                                      const char          *client_id,
                                                      IlkSecret           *client_secret,
                                                      GError             **error);
void                ilk_stand_in_provider_free       (IlkStandInProvider  *self);
const char         *ilk_stand_in_provider_get_issuer (IlkStandInProvider  *self);
void                ilk_stand_in_provider_add_person (IlkStandInProvider  *self,
                                                      const char          *name,
                                                      const char          *identity_number);
/* Beside the ports of this computer: a page that answers may go to. */
void                ilk_stand_in_provider_set_page   (IlkStandInProvider  *self,
                                                      const char          *address);
void                ilk_stand_in_provider_set_fault  (IlkStandInProvider  *self,
                                                      IlkStandInFault      fault);
/* RS256 in place of ES256. */
void                ilk_stand_in_provider_use_rsa    (IlkStandInProvider  *self);
/* Makes a new signing key, under a new name. */
void                ilk_stand_in_provider_change_key (IlkStandInProvider  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkStandInProvider, ilk_stand_in_provider_free)

G_END_DECLS
