/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"
#include "server/ilk-stand-in-provider.h"

G_BEGIN_DECLS

/* A stand-in for the e-Government gateway, with all holders of the service to choose from, and the
 * service as its client. Practice only. */
IlkStandInProvider *ilk_practice_gateway_start (IlkService  *service,
                                                IlkClock    *clock,
                                                GError     **error);

G_END_DECLS
