/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "core/ilk-issuer.h"
#include "core/ilk-secret.h"
#include "virtual/ilk-practice-set.h"

G_BEGIN_DECLS

/* A practice set on disk, shared by the tests of one program: the service never writes into it. */
typedef struct
{
  char      *folder;
  GPtrArray *holders; /* IlkPracticeHolder */
  IlkIssuer *issuer;
} PracticeData;

PracticeData      *practice_data_new        (void);
void               practice_data_free       (PracticeData *self);
IlkPracticeHolder *practice_data_get_holder (PracticeData *self,
                                             const char   *id);
IlkSecret         *practice_data_get_key    (PracticeData *self,
                                             const char   *name);
/* What the hand-over file says of a card, opened with the service's key. */
char              *practice_data_get_atr    (PracticeData *self,
                                             const char   *card_serial);
IlkSecret         *practice_data_get_pin    (PracticeData *self,
                                             const char   *card_serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeData, practice_data_free)

/* `ilkimza-service --practice` as a child, on a Unix socket, with a fresh store. */
typedef struct _RealService RealService;

RealService *real_service_start        (PracticeData *data);
/* A service that somebody else started and stops; @channel is behind the line "ready". */
RealService *real_service_adopt        (int           channel);
void         real_service_stop         (RealService  *self);
const char  *real_service_get_socket   (RealService  *self);
JsonObject  *real_service_wait         (RealService  *self,
                                        const char   *type);
void         real_service_advance      (RealService  *self,
                                        gint64        seconds);
IlkSecret   *real_service_wait_code    (RealService  *self);

G_END_DECLS
