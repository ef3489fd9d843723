/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ilk-client-debug.h"
#include "client/ilk-client.h"
#include "fake-service.h"

G_BEGIN_DECLS

#define FIXTURE_CARD "0102030405060708090A0B0C"
#define FIXTURE_TOKEN_1 "attempt-token-0123456789012345678901234567"
#define FIXTURE_TOKEN_2 "session-token-0123456789012345678901234567"
#define FIXTURE_WORD "yeşil kalem 7"
#define FIXTURE_CODE "493817"
#define FIXTURE_SESSION_ID "S-public-1"

/* Waits for one call of the client. */
typedef struct
{
  GAsyncResult *result;
} Wait;

/* For the callback argument of a call: WAIT_FOR (&wait). */
#define WAIT_FOR(wait) NULL, wait_done, (wait)

void          wait_done            (GObject      *source,
                                    GAsyncResult *result,
                                    gpointer      user_data);
GAsyncResult *wait_run             (Wait         *wait);
void          wait_clear           (Wait         *wait);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wait, wait_clear)

IlkIssuer    *fixture_issuer_new   (const char   *address,
                                    const char   *ca_file,
                                    GBytes       *sealing_key);
IlkSecret    *fixture_secret       (const char   *text);
IlkClient    *fixture_client_new   (const char   *socket_path,
                                    GBytes       *sealing_key);

/* Through the fake service; both fail the test when the call fails. */
void          fixture_log_in       (IlkClient    *client,
                                    FakeService  *service);
void          fixture_get_session  (IlkClient    *client,
                                    FakeService  *service);

G_END_DECLS
