/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card-test.h"
#include "card/ilk-pkcs11-wire.h"

/* A reader whose card is known by its ATR alone, and the modules of this test instead of those of
 * the computer. */
#define PKCS11_TEST_ATR "3B9F968131FE45806755454B41451212318073B3A180EA" /* AKİS 1.2 */

#define PKCS11_TEST_SERIAL "0011223344556677"

typedef struct {
  ScriptedTransport *transport;
  char              *folder;
  char              *card;   /* the misbehaving module's key file */
} Pkcs11Test;

/* modules: paths with ":" between, or NULL for the misbehaving one. */
void            pkcs11_test_set_up    (Pkcs11Test     *self,
                                       const char     *modules);
void            pkcs11_test_tear_down (Pkcs11Test     *self);
/* What the misbehaving module and its card are like. */
void            pkcs11_test_set       (Pkcs11Test     *self,
                                       const char     *group,
                                       const char     *key,
                                       const char     *value);
char           *pkcs11_test_get       (Pkcs11Test     *self,
                                       const char     *key);
/* How often a function was called since the last time it was asked. */
guint           pkcs11_test_count     (Pkcs11Test     *self,
                                       const char     *function);
void            pkcs11_test_forget    (Pkcs11Test     *self);
const char     *pkcs11_test_module    (void);
/* Processes that any thread of a process has started and nobody has waited for. */
GArray         *pkcs11_test_children  (GPid            pid);

/* How often the bytes of a secret stand in the writable memory of this process: in the arena of
 * IlkSecret, or outside of it. */
guint           pkcs11_test_find_in_memory (IlkSecret   *secret,
                                            gboolean     in_arena);
/* OpenSSL finds that it is the signature of the certificate's key over the data. */
void            pkcs11_test_assert_signature (const IlkCertificate *certificate,
                                              GBytes               *data,
                                              GBytes               *signature);
/* The card as it is read, or opened after reading; neither fails. */
IlkCardInfo    *pkcs11_test_read       (Pkcs11Test     *self);
IlkCardSession *pkcs11_test_open       (Pkcs11Test     *self);
/* Gives one call a fifth of a second. */
void            pkcs11_test_limit      (IlkPkcs11Call   call);
void            pkcs11_test_assert_pin (Pkcs11Test     *self,
                                        const char     *pin,
                                        const char     *tries);
void            pkcs11_test_assert_only_read (Pkcs11Test *self);

typedef struct {
  Pkcs11Test   *test;
  const char   *function; /* once it is called, the cancellable is */
  GCancellable *cancellable;
} Pkcs11Canceller;

gpointer        pkcs11_test_cancel_when_called (gpointer canceller);
