/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-session.h"
#include "scripted-transport.h"

/* Asynchronous calls, waited for. */
IlkCardInfo    *card_test_read          (gpointer          transport,
                                         GError          **error);
IlkCardInfo    *card_test_read_in       (gpointer          transport,
                                         const char       *reader,
                                         GCancellable     *cancellable,
                                         GError          **error);
IlkCardSession *card_test_open_in       (gpointer          transport,
                                         const char       *reader,
                                         const char       *serial,
                                         GCancellable     *cancellable,
                                         GError          **error);
GBytes         *card_test_sign          (IlkCardSession   *session,
                                         const IlkCertificate *certificate,
                                         GBytes           *data,
                                         const char       *pin,
                                         GError          **error);
IlkCardSession *card_test_open          (gpointer          transport,
                                         const char       *serial,
                                         GCancellable     *cancellable,
                                         GError          **error);
/* The session of a card with this signing certificate (DER). */
IlkCardSession *card_test_open_certificate (gpointer       transport,
                                         const char       *reader,
                                         const char       *serial,
                                         GBytes           *certificate,
                                         GError          **error);
/* A PIN that is NULL is typed on the reader. */
gboolean        card_test_verify        (IlkCardSession   *session,
                                         const char       *pin,
                                         gboolean          allow_last_try,
                                         GCancellable     *cancellable,
                                         GError          **error);
gboolean        card_test_change        (IlkCardSession   *session,
                                         const char       *old_pin,
                                         const char       *new_pin,
                                         gboolean          allow_last_try,
                                         GCancellable     *cancellable,
                                         GError          **error);
gboolean        card_test_change_secrets (IlkCardSession  *session,
                                         IlkSecret        *old_pin,
                                         IlkSecret        *new_pin,
                                         GError          **error);
GBytes         *card_test_get_challenge (IlkCardSession   *session,
                                         GCancellable     *cancellable,
                                         GError          **error);
gboolean        card_test_unlock        (IlkCardSession   *session,
                                         const char       *cryptogram,
                                         const char       *new_pin,
                                         GCancellable     *cancellable,
                                         GError          **error);
void            card_test_close         (IlkCardSession   *session);

/* A self-signed certificate in DER. key_usage as OpenSSL writes it, or NULL for none. */
GBytes         *card_test_certificate   (const char       *holder,
                                         const char       *identity_number,
                                         const char       *not_before,
                                         const char       *not_after,
                                         const char       *key_usage);
