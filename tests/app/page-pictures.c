/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app/ilk-reader-chooser.h"
#include "app/ilk-window.h"
#include "card/ilk-card-error.h"
#include "fake-controller.h"
#include "page-fixture.h"

/* page-pictures FOLDER [dark] [NAME…]: a PNG of every page in every state, without hardware, in the
 * language of the environment. Widths: as wide as the window comes, and 360 pixels.
 * PICTURES_HEIGHT: so many pixels high, for pages longer than the window.
 * PICTURES_PRACTICE: with the ribbon of practice mode; PICTURES_TEXT: the text so many percent. */

#define HEIGHT 700

typedef struct {
  const char *name;
  IlkState    state;
  void      (*prepare) (IlkController *controller);
  /* A window of its own before the page; NULL: the page itself. */
  GtkWidget *(*open)   (GtkWidget *window, IlkController *controller);
} Scene;

static void
give_pin (IlkController *c)
{
  c->pin = ilk_secret_new_from_data ("482913", 6);
  c->facts.pin_disclosed = TRUE;
}

static void
give_code (IlkController *c,
           int            seconds)
{
  gint64 now = ilk_clock_get_monotonic (ILK_CLOCK (c->clock));

  c->code_deadline = now + seconds * G_USEC_PER_SEC;
  c->resend_deadline = now + (seconds - 240) * G_USEC_PER_SEC;
}

static void
give_captcha (IlkController *c)
{
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "tests", "app",
                                            "captcha.png", NULL);
  char *data;
  gsize length;

  if (g_file_get_contents (path, &data, &length, NULL))
    c->captcha = g_bytes_new_take (data, length);
}

static void
card_error (IlkController *c,
            IlkCardError   code)
{
  c->card_error = ilk_card_error_new (code, -1, 0, 0, "made up");
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_nothing (IlkController *c)
{
}

static void
with_readers (IlkController *c)
{
  fake_controller_add_reader (c, "ACS ACR38U-CCID [CCID Interface] 00 00", FALSE, FALSE, FALSE);
  fake_controller_add_reader (c, "MILKO USB Kart Okuyucu 01 00", TRUE, FALSE, FALSE);
  fake_controller_add_reader (c, "OMNIKEY AG CardMan 3121 02 00", TRUE, TRUE, FALSE);
  fake_controller_add_usb (c, "ACS ACR39U", ILK_HOST_VERDICT_DRIVER_MISSING);
}

static void
with_usb (IlkController *c)
{
  fake_controller_add_usb (c, "ACS ACR38U", ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED);
}

static void
with_ok (IlkController *c)
{
  fake_controller_add_reader (c, "MILKO USB Kart Okuyucu 00 00", TRUE, FALSE, FALSE);
  ((IlkReaderVerdict *) g_ptr_array_index (c->verdicts, 0))->driver = g_strdup ("ccid");
}

static IlkReaderVerdict *
acs (IlkController  *c,
     IlkHostVerdict  code)
{
  IlkReaderVerdict *verdict = fake_controller_add_usb (c, "ACS ACR38U", code);

  verdict->driver = g_strdup ("acsccid");
  return verdict;
}

static void
with_looking (IlkController *c)
{
  fake_controller_judge (c, ILK_HOST_VERDICT_UNKNOWN);
}

static void
with_no_reader (IlkController *c)
{
  fake_controller_judge (c, ILK_HOST_VERDICT_NO_READER);
}

static void
with_not_installed (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED);
}

static void
with_off (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_SERVICE_OFF);
}

static void
with_refused (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_SERVICE_REFUSES);
}

static void
with_remote (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_SERVICE_REFUSES);

  verdict->remote = TRUE;
}

static void
with_version (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_SERVICE_VERSION);
}

static void
with_missing (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_DRIVER_MISSING);
}

static void
with_unknown (IlkController *c)
{
  fake_controller_add_usb (c, "Acme CardThing 3000", ILK_HOST_VERDICT_DRIVER_MISSING);
}

static void
with_too_old (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_DRIVER_TOO_OLD);

  verdict->has_version = g_strdup ("1.1.8");
  verdict->needs_version = g_strdup ("1.1.12");
}

static void
with_restart (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_RESTART_NEEDED);
}

static void
with_not_opened (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_NOT_OPENED);
}

static void
with_kernel (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_TAKEN_BY_KERNEL);

  verdict->module = g_strdup ("pn533_usb");
}

static void
with_users (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_IN_USE);

  g_strfreev (verdict->users);
  verdict->users = g_strsplit ("firefox,AKiA", ",", 0);
}

static void
with_scdaemon (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_IN_USE);

  g_strfreev (verdict->users);
  verdict->users = g_strsplit ("scdaemon", ",", 0);
  verdict->scdaemon = TRUE;
}

static void
with_silent (IlkController *c)
{
  acs (c, ILK_HOST_VERDICT_CARD_SILENT);
}

static void
with_faulty (IlkController *c)
{
  IlkReaderVerdict *verdict = acs (c, ILK_HOST_VERDICT_FAULTY_COMBINATION);

  g_free (verdict->reader_name);
  g_free (verdict->driver);
  verdict->reader_name = g_strdup ("Alcor Micro AU9540");
  verdict->driver = g_strdup ("ccid");
  verdict->has_version = g_strdup ("1.4.34");
  verdict->needs_version = g_strdup ("1.5.2");
}

static void
with_several (IlkController *c)
{
  with_ok (c);
  acs (c, ILK_HOST_VERDICT_DRIVER_MISSING);
  fake_controller_add_usb (c, "Alcor Micro AU9540", ILK_HOST_VERDICT_NOT_OPENED);
}

static void
with_authorizing (IlkController *c)
{
  with_missing (c);
  c->repair.running = TRUE;
  c->repair.kind = ILK_REPAIR_INSTALL;
  c->repair.status = ILK_REPAIR_STATUS_AUTHORIZING;
}

static void
with_downloading (IlkController *c)
{
  with_authorizing (c);
  c->repair.progress = 42;
  c->repair.status = ILK_REPAIR_STATUS_DOWNLOADING;
}

static void
fail (IlkController  *c,
      IlkRepairError  code)
{
  g_autoptr (GError) error = g_error_new (ILK_REPAIR_ERROR, code, "%s",
                                          "E: dpkg was interrupted");

  with_missing (c);
  fake_controller_fail_repair (c, error);
}

static void
with_denied (IlkController *c)
{
  fail (c, ILK_REPAIR_ERROR_DENIED);
}

static void
with_offline (IlkController *c)
{
  fail (c, ILK_REPAIR_ERROR_OFFLINE);
}

static void
with_failed (IlkController *c)
{
  fail (c, ILK_REPAIR_ERROR_FAILED);
}

static void
with_reading (IlkController *c)
{
  c->facts.card = ILK_CARD_FACT_READING;
}

static void
with_card (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_SET, 3);
}

static void
with_last_try (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_SET, 1);
}

static void
with_pinless (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_NOT_SET, -1);
}

static void
with_blocked (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_BLOCKED, 0);
}

static void
with_mute (IlkController *c)
{
  card_error (c, ILK_CARD_ERROR_CARD_MUTE);
}

static void
with_in_use (IlkController *c)
{
  card_error (c, ILK_CARD_ERROR_IN_USE);
}

static void
with_foreign (IlkController *c)
{
  IlkCardInfo *card = fake_controller_insert_card (c, ILK_PIN_STATE_UNKNOWN, -1);

  card->kind = ILK_CARD_KIND_UNKNOWN;
  g_free (card->name);
  card->name = g_strdup ("3B9F95");
  g_clear_pointer (&card->serial, g_free);
  g_ptr_array_set_size (card->certificates, 0);
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_other_akis (IlkController *c)
{
  IlkCardInfo *card = fake_controller_insert_card (c, ILK_PIN_STATE_UNKNOWN, -1);

  card->kind = ILK_CARD_KIND_AKIS;
  g_free (card->name);
  card->name = g_strdup ("AKİS 2.5.2");
  g_clear_pointer (&card->serial, g_free);
  g_ptr_array_set_size (card->certificates, 0);
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_guide (IlkController *c)
{
  g_autofree char *path = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "data", "issuers",
                                            "kamusm.ini", NULL);

  with_other_akis (c);
  g_clear_object (&c->issuer);
  c->issuer = ilk_issuer_new_from_file (path, NULL);
}

static void
with_dead (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_BLOCKED, 0)->dead = TRUE;
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_expired (IlkController *c)
{
  IlkCardInfo *card = fake_controller_insert_card (c, ILK_PIN_STATE_SET, 3);

  ((IlkCertificate *) ilk_card_info_get_certificate (card))->not_after = FAKE_NOW - 86400;
}

static void
with_not_yet (IlkController *c)
{
  IlkCardInfo *card = fake_controller_insert_card (c, ILK_PIN_STATE_SET, 3);

  ((IlkCertificate *) ilk_card_info_get_certificate (card))->not_before = FAKE_NOW + 86400 * 9;
}

static void
with_other_card (IlkController *c)
{
  with_card (c);
  fake_controller_set_problem (c, "app.other-card", "Another card is in the reader.",
                               "The card was exchanged on the way.",
                               "Insert the first card again, or start over with this one.");
}

static void
with_captcha (IlkController *c)
{
  with_card (c);
  give_captcha (c);
}

static void
with_wrong_captcha (IlkController *c)
{
  with_captcha (c);
  fake_controller_set_problem (c, "client.captcha", "The text in the picture was not right.", "",
                               "Type the text of the new picture.");
}

static void
with_wrong_word (IlkController *c)
{
  with_captcha (c);
  fake_controller_set_problem (c, "client.credentials",
                               "The identity number or the security word is not right.", "",
                               "2 tries are left; after that the account is blocked.");
}

static void
with_code (IlkController *c)
{
  with_card (c);
  give_code (c, 267);
}

static void
with_wrong_code (IlkController *c)
{
  with_code (c);
  fake_controller_set_problem (c, "client.code-wrong", "The code was not right.", "",
                               "2 tries are left.");
}

static void
with_old_code (IlkController *c)
{
  with_card (c);
  give_code (c, -5);
}

static void
with_inactive (IlkController *c)
{
  with_card (c);
  fake_controller_log_in (c, TRUE);
  c->facts.inactive = TRUE;
}

static void
with_held (IlkController *c)
{
  with_card (c);
  fake_controller_log_in (c, TRUE);
}

static void
with_disclosed (IlkController *c)
{
  with_held (c);
  give_pin (c);
}

static void
with_kept (IlkController *c)
{
  with_disclosed (c);
  c->facts.kept = TRUE;
}

static void
with_saved (IlkController *c)
{
  with_kept (c);
  c->facts.pin_saved = TRUE;
}

static void
with_deleted (IlkController *c)
{
  with_card (c);
  fake_controller_log_in (c, FALSE);
  c->facts.pin_deleted = TRUE;
  c->facts.kept = TRUE;
  c->erased_everywhere = FAKE_NOW + 86400 * 5;
}

static void
with_none_held (IlkController *c)
{
  with_card (c);
  fake_controller_log_in (c, FALSE);
}

static void
with_stale (IlkController *c)
{
  with_held (c);
  c->facts.pin_stale = TRUE;
}

static void
with_pinless_session (IlkController *c)
{
  with_pinless (c);
  fake_controller_log_in (c, FALSE);
}

static void
with_blocked_session (IlkController *c)
{
  with_blocked (c);
  fake_controller_log_in (c, FALSE);
}

static void
with_wrong_pin (IlkController *c)
{
  fake_controller_insert_card (c, ILK_PIN_STATE_SET, 2);
  fake_controller_log_in (c, FALSE);
  fake_controller_set_problem (c, "card.wrong-pin", "The old PIN was not right.", "",
                               "2 tries are left.");
}

static void
with_unlock_code (IlkController *c)
{
  with_code (c);
  c->facts.purpose = ILK_PURPOSE_UNLOCK;
}

static void
with_delete_code (IlkController *c)
{
  with_code (c);
  c->facts.purpose = ILK_PURPOSE_DELETE;
}

static void
with_change (IlkController *c)
{
  with_held (c);
  c->facts.old_pin_given = TRUE;
  c->step_name = "change";
}

static void
with_change_on_reader (IlkController *c)
{
  with_change (c);
  c->facts.on_reader = TRUE;
}

static void
with_reader_keys (IlkController *c)
{
  with_held (c);
  c->card->pad = ILK_CARD_PAD_OFFERED;
}

static void
with_only_reader_keys (IlkController *c)
{
  with_held (c);
  c->facts.can_unlock = FALSE;
  c->card->pad = ILK_CARD_PAD_REQUIRED;
}

static void
with_unlock (IlkController *c)
{
  with_pinless_session (c);
  c->step_name = "authenticate";
}

static void
with_pulled (IlkController *c)
{
  with_held (c);
  c->facts.card = ILK_CARD_FACT_NONE;
  g_clear_pointer (&c->card, ilk_card_info_unref);
}

static void
with_set (IlkController *c)
{
  with_held (c);
  c->facts.pin_set = TRUE;
  c->facts.pin_stale = TRUE;
}

static void
with_all (IlkController *c)
{
  with_deleted (c);
  c->facts.pin_saved = TRUE;
}

/* A card that is reached through its maker's module, and no service of its issuer. */
static void
with_alone (IlkController *c)
{
  with_card (c);
  c->facts.change_only = TRUE;
  c->card->kind = ILK_CARD_KIND_AKIS;
  c->card->reach = ILK_CARD_REACH_PKCS11;
  g_free (c->card->name);
  c->card->name = g_strdup ("AKİS 2.2");
  c->card->module = g_strdup ("/usr/lib/libakisp11.so");
  c->card->tries_left = -1;
  c->card->pin_count_low = TRUE;
}

static void
with_alone_blocked (IlkController *c)
{
  with_alone (c);
  c->card->pin_state = ILK_PIN_STATE_BLOCKED;
  c->card->tries_left = 0;
  c->card->pin_count_low = FALSE;
  c->facts.pin = ILK_PIN_FACT_BLOCKED;
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_alone_pinless (IlkController *c)
{
  with_alone (c);
  c->card->pin_state = ILK_PIN_STATE_NOT_SET;
  c->card->pin_count_low = FALSE;
  c->facts.pin = ILK_PIN_FACT_NOT_SET;
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
}

static void
with_hanging_module (IlkController *c)
{
  with_alone (c);
  c->facts.change_only = FALSE;
  c->facts.card = ILK_CARD_FACT_UNUSABLE;
  c->card->reach = ILK_CARD_REACH_NONE;
  g_clear_pointer (&c->card->module, g_free);
  c->card->module_problem = g_strdup (ILK_MODULE_PROBLEM_HANGS);
}

static void
with_card_users (IlkController *c)
{
  with_users (c);
  with_in_use (c);
}

static GtkWidget *
open_chooser (GtkWidget     *window,
              IlkController *controller)
{
  return ilk_reader_chooser_new (GTK_WINDOW (window), ilk_controller_get_reader_list (controller));
}

/* The picture is of the same window. */
static GtkWidget *
open_code (GtkWidget     *window,
           IlkController *controller)
{
  GtkWidget *row = page_find_titled (window, ADW_TYPE_EXPANDER_ROW,
                                     _("I have a verification code"));

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  return window;
}

static const Scene scenes[] = {
  { "01-welcome", ILK_STATE_WELCOME, with_nothing },
  { "02-prepare", ILK_STATE_PREPARE, with_nothing },
  { "03-reader-waiting", ILK_STATE_READER, with_nothing },
  { "03-reader-list", ILK_STATE_READER, with_readers },
  { "03-reader-usb", ILK_STATE_READER, with_usb },
  { "04-driver-ok", ILK_STATE_DRIVER, with_ok },
  { "04-driver-looking", ILK_STATE_DRIVER, with_looking },
  { "04-driver-no-reader", ILK_STATE_DRIVER, with_no_reader },
  { "04-driver-not-installed", ILK_STATE_DRIVER, with_not_installed },
  { "04-driver-off", ILK_STATE_DRIVER, with_off },
  { "04-driver-refused", ILK_STATE_DRIVER, with_refused },
  { "04-driver-remote", ILK_STATE_DRIVER, with_remote },
  { "04-driver-version", ILK_STATE_DRIVER, with_version },
  { "04-driver-missing", ILK_STATE_DRIVER, with_missing },
  { "04-driver-unknown", ILK_STATE_DRIVER, with_unknown },
  { "04-driver-too-old", ILK_STATE_DRIVER, with_too_old },
  { "04-driver-restart", ILK_STATE_DRIVER, with_restart },
  { "04-driver-not-opened", ILK_STATE_DRIVER, with_not_opened },
  { "04-driver-kernel", ILK_STATE_DRIVER, with_kernel },
  { "04-driver-in-use", ILK_STATE_DRIVER, with_users },
  { "04-driver-scdaemon", ILK_STATE_DRIVER, with_scdaemon },
  { "04-driver-silent", ILK_STATE_DRIVER, with_silent },
  { "04-driver-faulty", ILK_STATE_DRIVER, with_faulty },
  { "04-driver-several", ILK_STATE_DRIVER, with_several },
  { "04-driver-authorizing", ILK_STATE_DRIVER, with_authorizing },
  { "04-driver-downloading", ILK_STATE_DRIVER, with_downloading },
  { "04-driver-denied", ILK_STATE_DRIVER, with_denied },
  { "04-driver-offline", ILK_STATE_DRIVER, with_offline },
  { "04-driver-failed", ILK_STATE_DRIVER, with_failed },
  { "04-driver-chooser", ILK_STATE_DRIVER, with_no_reader, open_chooser },
  { "05-card-none", ILK_STATE_CARD, with_nothing },
  { "05-card-reading", ILK_STATE_CARD, with_reading },
  { "05-card-ready", ILK_STATE_CARD, with_card },
  { "05-card-last-try", ILK_STATE_CARD, with_last_try },
  { "05-card-pinless", ILK_STATE_CARD, with_pinless },
  { "05-card-blocked", ILK_STATE_CARD, with_blocked },
  { "05-card-mute", ILK_STATE_CARD, with_mute },
  { "05-card-in-use", ILK_STATE_CARD, with_in_use },
  { "05-card-in-use-named", ILK_STATE_CARD, with_card_users },
  { "05-card-alone", ILK_STATE_CARD, with_alone },
  { "05-card-alone-blocked", ILK_STATE_CARD, with_alone_blocked },
  { "05-card-alone-pinless", ILK_STATE_CARD, with_alone_pinless },
  { "05-card-module-hangs", ILK_STATE_CARD, with_hanging_module },
  { "05-card-foreign", ILK_STATE_CARD, with_foreign },
  { "05-card-other-akis", ILK_STATE_CARD, with_other_akis },
  { "05-card-guide", ILK_STATE_CARD, with_guide },
  { "05-card-dead", ILK_STATE_CARD, with_dead },
  { "05-card-expired", ILK_STATE_CARD, with_expired },
  { "05-card-not-yet", ILK_STATE_CARD, with_not_yet },
  { "05-card-problem", ILK_STATE_CARD, with_other_card },
  { "06-login", ILK_STATE_LOGIN, with_captcha },
  { "06-login-code", ILK_STATE_LOGIN, with_captcha, open_code },
  { "09-new-word", ILK_STATE_NEW_WORD, with_nothing },
  { "06-login-wrong-captcha", ILK_STATE_LOGIN, with_wrong_captcha },
  { "06-login-wrong-word", ILK_STATE_LOGIN, with_wrong_word },
  { "07-phone", ILK_STATE_PHONE, with_card },
  { "08-sms", ILK_STATE_SMS, with_code },
  { "08-sms-wrong", ILK_STATE_SMS, with_wrong_code },
  { "08-sms-expired", ILK_STATE_SMS, with_old_code },
  { "09-activate", ILK_STATE_ACTIVATE, with_inactive },
  { "10-pin-held", ILK_STATE_PIN, with_held },
  { "10-pin-disclosed", ILK_STATE_PIN, with_disclosed },
  { "10-pin-kept", ILK_STATE_PIN, with_kept },
  { "10-pin-saved", ILK_STATE_PIN, with_saved },
  { "10-pin-deleted", ILK_STATE_PIN, with_deleted },
  { "10-pin-none", ILK_STATE_PIN, with_none_held },
  { "10-pin-stale", ILK_STATE_PIN, with_stale },
  { "11-new-pin-typed", ILK_STATE_NEW_PIN, with_held },
  { "11-new-pin-shown", ILK_STATE_NEW_PIN, with_disclosed },
  { "11-new-pin-reader-offered", ILK_STATE_NEW_PIN, with_reader_keys },
  { "11-new-pin-reader-only", ILK_STATE_NEW_PIN, with_only_reader_keys },
  { "11-new-pin-create", ILK_STATE_NEW_PIN, with_pinless_session },
  { "11-new-pin-unblock", ILK_STATE_NEW_PIN, with_blocked_session },
  { "11-new-pin-wrong", ILK_STATE_NEW_PIN, with_wrong_pin },
  { "12-confirm-unlock", ILK_STATE_CONFIRM, with_unlock_code },
  { "12-confirm-delete", ILK_STATE_CONFIRM, with_delete_code },
  { "13-setting-change", ILK_STATE_SETTING, with_change },
  { "13-setting-reader", ILK_STATE_SETTING, with_change_on_reader },
  { "13-setting-unlock", ILK_STATE_SETTING, with_unlock },
  { "14-uncertain-pulled", ILK_STATE_UNCERTAIN, with_pulled },
  { "14-uncertain-ready", ILK_STATE_UNCERTAIN, with_held },
  { "15-done-set", ILK_STATE_DONE, with_set },
  { "15-done-kept", ILK_STATE_DONE, with_held },
  { "15-done-deleted", ILK_STATE_DONE, with_all },
};

typedef struct {
  GtkWidget  *window;
  const char *path;
  gboolean    done;
  guint       frames;
} Shot;

static gboolean
shoot (gpointer data)
{
  Shot *shot = data;
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GtkSnapshot *snapshot;
  int width = gtk_widget_get_width (shot->window);
  int height = gtk_widget_get_height (shot->window);

  if (shot->frames++ < 4)
    return G_SOURCE_CONTINUE;

  paintable = gtk_widget_paintable_new (shot->window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return G_SOURCE_CONTINUE;

  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (shot->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, width, height));
  gdk_texture_save_to_png (texture, shot->path);
  shot->done = TRUE;
  return G_SOURCE_REMOVE;
}

static void
take_picture (const Scene *scene,
              const char  *folder,
              int          width)
{
  g_autoptr (IlkController) controller = fake_controller_new ();
  g_autofree char *path = g_strdup_printf ("%s/%s-%d.png", folder, scene->name, width);
  const char *tall = g_getenv ("PICTURES_HEIGHT");
  int height = tall != NULL ? (int) g_ascii_strtoll (tall, NULL, 10) : HEIGHT;
  GtkWidget *window;
  Shot shot = { .path = path };

  scene->prepare (controller);
  controller->state = scene->state;
  ilk_flow_view (controller->state, &controller->facts, &controller->view);
  window = ilk_window_new (NULL, controller, g_getenv ("PICTURES_PRACTICE") != NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  shot.window = window;
  if (scene->open != NULL)
    {
      shot.window = scene->open (window, controller);
      if (shot.window != window)
        gtk_window_set_default_size (GTK_WINDOW (shot.window), MIN (width, 420), height);
      gtk_window_present (GTK_WINDOW (shot.window));
    }
  g_timeout_add (20, shoot, &shot);
  while (!shot.done)
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
is_wanted (const char  *name,
           char       **wanted)
{
  if (wanted[0] == NULL)
    return TRUE;
  for (; *wanted != NULL; wanted++)
    if (g_str_has_prefix (name, *wanted))
      return TRUE;

  return FALSE;
}

static void
scale_text (void)
{
  const char *percent = g_getenv ("PICTURES_TEXT");

  if (percent != NULL)
    g_object_set (gtk_settings_get_default (),
                  "gtk-xft-dpi", (int) (96 * 1024 * g_ascii_strtoll (percent, NULL, 10) / 100),
                  NULL);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/tr/org/ilkimza/Ilkimza/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/tr/org/ilkimza/Ilkimza/icons");
}

int
main (int    argc,
      char **argv)
{
  gboolean dark = argc > 2 && g_str_equal (argv[2], "dark");
  g_autofree char *locale_folder = g_build_filename (g_getenv ("ILK_TEST_BUILD_ROOT"), "po", NULL);

  if (argc < 2)
    {
      g_printerr ("usage: page-pictures FOLDER [dark] [NAME…]\n");
      return 2;
    }

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  gtk_init ();
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  load_style ();
  scale_text ();
  g_mkdir_with_parents (argv[1], 0755);

  for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (is_wanted (scenes[i].name, argv + (dark ? 3 : 2)))
      {
        take_picture (&scenes[i], argv[1], 900);
        take_picture (&scenes[i], argv[1], 360);
      }

  return 0;
}
