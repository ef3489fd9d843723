/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A card service for tests, on the main loop: it answers each request with the next answer of a
 * list, writes down what it was sent, and fails in the ways that have a name here. It speaks HTTP by
 * hand, since a well-behaved library could not break it on purpose. */
typedef struct _FakeService FakeService;

typedef enum {
  FAKE_ANSWER,            /* the answer as it is */
  FAKE_NEVER_ANSWERS,     /* the request is read, nothing is written, the connection stays */
  FAKE_CLOSES,            /* the request is read, the connection closed */
  FAKE_CLOSES_MID_ANSWER, /* half of the announced body */
  FAKE_SPEAKS_NO_HTTP,
  FAKE_NEVER_ENDS,        /* a body of unknown length that goes on until the client gives up */
} FakeManner;

typedef struct
{
  char       *method;
  char       *path;
  GHashTable *headers; /* names in small letters */
  char       *body;
} FakeRequest;

FakeService *fake_service_new_unix      (void);
FakeService *fake_service_new_tcp       (void);
FakeService *fake_service_new_tls       (GTlsCertificate *certificate);
void         fake_service_free          (FakeService     *self);
const char  *fake_service_get_socket    (FakeService     *self);
guint16      fake_service_get_port      (FakeService     *self);

void         fake_service_answer        (FakeService     *self,
                                         guint            status,
                                         const char      *body);
void         fake_service_problem       (FakeService     *self,
                                         guint            status,
                                         const char      *code,
                                         const char      *extra);
void         fake_service_answer_full   (FakeService     *self,
                                         FakeManner       manner,
                                         guint            status,
                                         const char      *headers,
                                         const char      *body);
void         fake_service_fail          (FakeService     *self,
                                         FakeManner       manner);

/* Called before each answer is taken from the list, so that it may be put there by what was sent. */
typedef void (*FakeAnswerer) (FakeRequest *request,
                              gpointer     user_data);
void         fake_service_set_answerer  (FakeService     *self,
                                         FakeAnswerer     answerer,
                                         gpointer         user_data);

void         fake_service_forget_answers (FakeService    *self);
guint        fake_service_get_count     (FakeService     *self);
FakeRequest *fake_service_get_request   (FakeService     *self,
                                         guint            index);
const char  *fake_request_get_header    (FakeRequest     *self,
                                         const char      *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeService, fake_service_free)

G_END_DECLS
