/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at a computer comes to an end, whatever does not answer. */
#include "config.h"

#include "app/ilk-diagnosis.h"
#include "card/ilk-card-error.h"
#include "widget-test.h"

#define LIMIT_MS 200
#define PATIENCE_SECONDS 20

/* --- readers that hang where a test wants it --- */

typedef enum {
  HANG_NOWHERE,
  HANG_LISTING,
  HANG_CONNECTING,
} Hang;

struct _StubTransport
{
  GObject  parent_instance;

  Hang     hang;
  gboolean awake;      /* whoever hangs goes on */
  GMutex   lock;
  GCond    cond;
};

#define STUB_TYPE_TRANSPORT (stub_transport_get_type ())
G_DECLARE_FINAL_TYPE (StubTransport, stub_transport, STUB, TRANSPORT, GObject)

static void stub_transport_iface_init (IlkTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StubTransport, stub_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_TRANSPORT,
                                                      stub_transport_iface_init))

/* Not even the cancellable is looked at: so are calls of a library that hangs. */
static void
hang (StubTransport *self)
{
  g_mutex_lock (&self->lock);
  while (!self->awake)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
wake (StubTransport *self)
{
  g_mutex_lock (&self->lock);
  self->awake = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static GPtrArray *
stub_wait (IlkTransport  *transport,
           GPtrArray     *known,
           GCancellable  *cancellable,
           GError       **error)
{
  static const guint8 atr[] = { 0x3b, 0xba, 0x11, 0x00, 0x81, 0x31, 0xfe, 0x4d, 0x55, 0x45,
                                0x4b, 0x41, 0x45, 0x20, 0x56, 0x31, 0x2e, 0x30, 0xae };
  StubTransport *self = STUB_TRANSPORT (transport);
  IlkReaderState *state;
  GPtrArray *states;

  if (self->hang == HANG_LISTING || known != NULL)
    hang (self);
  states = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_reader_state_free);
  state = g_new0 (IlkReaderState, 1);
  state->name = g_strdup ("Reader 00 00");
  state->present = TRUE;
  state->atr = g_bytes_new_static (atr, sizeof atr);
  g_ptr_array_add (states, state);
  return states;
}

static void
stub_relist (IlkTransport *transport)
{
}

static gpointer
stub_connect (IlkTransport  *transport,
              const char    *reader,
              GCancellable  *cancellable,
              GError       **error)
{
  StubTransport *self = STUB_TRANSPORT (transport);

  if (self->hang == HANG_CONNECTING)
    hang (self);
  g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_IN_USE, -1, 0, 0, "held"));
  return NULL;
}

static void
stub_transport_finalize (GObject *object)
{
  StubTransport *self = STUB_TRANSPORT (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (stub_transport_parent_class)->finalize (object);
}

static void
stub_transport_class_init (StubTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stub_transport_finalize;
}

static void
stub_transport_iface_init (IlkTransportInterface *iface)
{
  iface->wait = stub_wait;
  iface->relist = stub_relist;
  iface->connect = stub_connect;
}

static void
stub_transport_init (StubTransport *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

/* --- one look --- */

typedef struct {
  StubTransport *transport;
  GCancellable  *cancellable;
  IlkDiagnosis  *diagnosis;
  GError        *error;
  gboolean       done;
} Look;

static void
on_diagnosed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Look *look = data;

  look->diagnosis = ilk_diagnosis_run_finish (result, &look->error);
  look->done = TRUE;
}

static gboolean
give_up (gpointer data)
{
  g_error ("the look at the computer does not end");
  return G_SOURCE_REMOVE;
}

static void
look_begin (Look *look,
            Hang  where)
{
  g_autoptr(IlkHost) host = ilk_host_new_nowhere ();
  g_autoptr(IlkClock) clock = ilk_clock_get_system ();

  *look = (Look) { .transport = g_object_new (STUB_TYPE_TRANSPORT, NULL),
                   .cancellable = g_cancellable_new () };
  look->transport->hang = where;
  ilk_diagnosis_run_async (&(IlkDiagnosisPlace) {
                             .transport = ILK_TRANSPORT (look->transport), .host = host,
                             .clock = clock, .language = "en", .limit = LIMIT_MS,
                           }, look->cancellable, on_diagnosed, look);
}

static void
look_wait (Look *look)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  while (!look->done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

/* What hung goes on, late, and must find nothing that it could harm. */
static void
look_clear (Look *look)
{
  g_autoptr(StubTransport) transport = look->transport;

  g_object_add_weak_pointer (G_OBJECT (transport), (gpointer *) &look->transport);
  wake (transport);
  g_clear_object (&transport);
  while (look->transport != NULL)
    {
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  g_clear_pointer (&look->diagnosis, ilk_diagnosis_unref);
  g_clear_error (&look->error);
  g_object_unref (look->cancellable);
}

static void
test_service_hangs (void)
{
  Look look;

  look_begin (&look, HANG_LISTING);
  look_wait (&look);
  g_assert_no_error (look.error);
  g_assert_cmpint (look.diagnosis->answer, ==, ILK_DIAGNOSIS_ANSWER_TIMEOUT);
  g_assert_cmpint (ilk_diagnosis_conclude (look.diagnosis, NULL), ==, ILK_DIAGNOSIS_CARD_SERVICE);
  look_clear (&look);
}

static void
test_card_hangs (void)
{
  Look look;
  IlkDiagnosisReader *reader;

  look_begin (&look, HANG_CONNECTING);
  look_wait (&look);
  g_assert_no_error (look.error);
  g_assert_cmpint (look.diagnosis->readers->len, ==, 1);
  reader = g_ptr_array_index (look.diagnosis->readers, 0);
  g_assert_cmpstr (reader->card_error, ==, "card.card-mute");
  g_assert_cmpint (ilk_diagnosis_conclude (look.diagnosis, NULL), ==, ILK_DIAGNOSIS_CARD);
  look_clear (&look);
}

static void
test_card_held (void)
{
  Look look;
  IlkDiagnosisReader *reader;

  look_begin (&look, HANG_NOWHERE);
  look_wait (&look);
  reader = g_ptr_array_index (look.diagnosis->readers, 0);
  g_assert_cmpstr (reader->card_error, ==, "card.in-use");
  g_assert_cmpstr (reader->atr, ==, "3BBA11008131FE4D55454B41452056312E30AE");
  g_assert_cmpint (ilk_diagnosis_conclude (look.diagnosis, NULL), ==, ILK_DIAGNOSIS_IN_USE);
  look_clear (&look);
}

static void
test_cancelled (void)
{
  Look look;

  look_begin (&look, HANG_LISTING);
  g_cancellable_cancel (look.cancellable);
  look_wait (&look);
  g_assert_error (look.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (look.diagnosis);
  look_clear (&look);
}

int
main (int    argc,
      char **argv)
{
  widget_test_use_catalogue ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnosis-run/service-hangs", test_service_hangs);
  g_test_add_func ("/diagnosis-run/card-hangs", test_card_hangs);
  g_test_add_func ("/diagnosis-run/card-held", test_card_held);
  g_test_add_func ("/diagnosis-run/cancelled", test_cancelled);
  return g_test_run ();
}
