/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every verdict on a computer's readers, as the driver page says it: what happened, why, what to
 * do, and what the person can press or copy; in both languages. */
#include "config.h"

#include <string.h>

#include "app/ilk-driver-words.h"
#include "app/ilk-reader-chooser.h"
#include "page-fixture.h"
#include "widget-test.h"

#define NARROW 360

typedef struct {
  const char     *name;
  IlkHostVerdict  verdict;
  void          (*detail) (IlkReaderVerdict *verdict);
  const char     *sentence[2];  /* English, Turkish; so for all the words */
  const char     *words[2];     /* a part of the cause or of what to do */
  const char     *button[2];    /* NULL: no button */
  const char     *command;      /* NULL: none */
  gboolean        letter;       /* there is a text for the IT department */
  gboolean        choice;       /* the reader can be chosen by its picture */
} Expected;

static const char *
in_language (const char *const words[2])
{
  return words[widget_test_is_turkish () ? 1 : 0];
}

static const char *
pick (const char *english,
      const char *turkish)
{
  return widget_test_is_turkish () ? turkish : english;
}

static void
set (char       **field,
     const char  *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
acs (IlkReaderVerdict *verdict)
{
  set (&verdict->driver, "acsccid");
}

static void
no_driver_known (IlkReaderVerdict *verdict)
{
  set (&verdict->driver, NULL);
}

static void
remote (IlkReaderVerdict *verdict)
{
  verdict->remote = TRUE;
}

static void
old (IlkReaderVerdict *verdict)
{
  set (&verdict->driver, "ccid");
  set (&verdict->has_version, "1.4.34");
  set (&verdict->needs_version, "1.5.2");
}

static void
taken (IlkReaderVerdict *verdict)
{
  set (&verdict->module, "pn533_usb");
}

static void
used (IlkReaderVerdict *verdict)
{
  g_strfreev (verdict->users);
  verdict->users = g_strsplit ("firefox,arksigner", ",", 0);
}

static void
used_by_scdaemon (IlkReaderVerdict *verdict)
{
  g_strfreev (verdict->users);
  verdict->users = g_strsplit ("scdaemon", ",", 0);
  verdict->scdaemon = TRUE;
}

static const Expected expected[] = {
  { "unknown", ILK_HOST_VERDICT_UNKNOWN, NULL,
    { "Looking…", "Kontrol ediliyor…" }, { "This takes a moment.", "Bu birkaç saniye sürer." },
    { NULL }, NULL, FALSE, FALSE },
  { "works", ILK_HOST_VERDICT_WORKS, NULL,
    { "Everything is in place", "Her şey yerinde" },
    { "There is nothing to install.", "Kurulacak bir şey yok." },
    { NULL }, NULL, FALSE, FALSE },
  { "no-reader", ILK_HOST_VERDICT_NO_READER, NULL,
    { "No reader is plugged in", "Takılı kart okuyucu yok" },
    { "Plug in your card reader", "Kart okuyucunuzu takın" },
    { NULL }, NULL, FALSE, TRUE },
  { "service-not-installed", ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED, NULL,
    { "The card service is not installed", "Kart hizmeti kurulu değil" },
    { "its name is pcscd", "(adı pcscd)" },
    { "Install the Card Service", "Kart Hizmetini Kur" }, "apt install pcscd", TRUE, FALSE },
  { "service-off", ILK_HOST_VERDICT_SERVICE_OFF, NULL,
    { "The card service is switched off", "Kart hizmeti kapalı" },
    { "stopped or never started", "durdurulmuş" },
    { "Start the Card Service", "Kart Hizmetini Başlat" }, "systemctl enable --now pcscd.socket",
    TRUE, FALSE },
  { "service-refuses", ILK_HOST_VERDICT_SERVICE_REFUSES, NULL,
    { "The card service does not let this program in", "Kart hizmeti bu programa izin vermiyor" },
    { "An administrator has limited", "bir yönetici sınırlamış" },
    { NULL }, NULL, TRUE, FALSE },
  { "service-refuses-remote", ILK_HOST_VERDICT_SERVICE_REFUSES, remote,
    { "The card service does not let this program in", "Kart hizmeti bu programa izin vermiyor" },
    { "logged in from another computer", "Başka bir bilgisayardan bağlandınız" },
    { NULL }, NULL, FALSE, FALSE },
  { "service-version", ILK_HOST_VERDICT_SERVICE_VERSION, NULL,
    { "The card service does not fit this program", "Kart hizmeti bu programla uyuşmuyor" },
    { "different versions", "sürümleri farklı" },
    { "Restart the Card Service", "Kart Hizmetini Yeniden Başlat" },
    "systemctl restart pcscd.service", TRUE, FALSE },
  { "driver-missing", ILK_HOST_VERDICT_DRIVER_MISSING, acs,
    { "The driver for ACS ACR38U is missing", "ACS ACR38U için gereken sürücü kurulu değil" },
    { "no driver on this computer knows it", "hiçbir sürücü onu tanımıyor" },
    { "Install the Driver", "Sürücüyü Kur" }, "sudo apt install libacsccid1", TRUE, FALSE },
  { "driver-missing-unknown", ILK_HOST_VERDICT_DRIVER_MISSING, no_driver_known,
    { "The driver for ACS ACR38U is missing", "ACS ACR38U için gereken sürücü kurulu değil" },
    { "does not know a package", "bir paket bilmiyor" },
    { NULL }, NULL, TRUE, TRUE },
  { "driver-too-old", ILK_HOST_VERDICT_DRIVER_TOO_OLD, old,
    { "The driver for ACS ACR38U is too old", "ACS ACR38U için kurulu olan sürücü çok eski" },
    { "Version 1.4.34 is installed; version 1.5.2 or a newer one is needed.",
      "Kurulu sürüm 1.4.34; gereken sürüm 1.5.2 ya da daha yenisi." },
    { "Update the Driver", "Sürücüyü Güncelle" }, "libccid", TRUE, FALSE },
  { "restart-needed", ILK_HOST_VERDICT_RESTART_NEEDED, acs,
    { "The card service must be restarted", "Kart hizmeti yeniden başlatılmalı" },
    { "read its list of drivers before", "sürücü listesini kurulumdan önce okumuş" },
    { "Restart the Card Service", "Kart Hizmetini Yeniden Başlat" },
    "systemctl restart pcscd.service", TRUE, FALSE },
  { "not-opened", ILK_HOST_VERDICT_NOT_OPENED, acs,
    { "The card service can’t open ACS ACR38U",
      "Kart hizmeti şu kart okuyucuyu açamıyor: ACS ACR38U" },
    { "Unplug the reader and plug it in again", "yeniden takın" },
    { "Restart the Card Service", "Kart Hizmetini Yeniden Başlat" },
    "systemctl restart pcscd.service", TRUE, FALSE },
  { "taken-by-kernel", ILK_HOST_VERDICT_TAKEN_BY_KERNEL, taken,
    { "The system keeps ACS ACR38U for itself",
      "Sistem şu kart okuyucuyu kendine ayırmış: ACS ACR38U" },
    { "The module is called pn533_usb.", "Modülün adı: pn533_usb." },
    { NULL }, "pn533_usb", TRUE, FALSE },
  { "in-use", ILK_HOST_VERDICT_IN_USE, used,
    { "Another program is using ACS ACR38U",
      "Şu kart okuyucuyu başka bir program kullanıyor: ACS ACR38U" },
    { "Probably it is firefox, arksigner.", "Kullanan program büyük olasılıkla şu: firefox, arksigner." },
    { NULL }, NULL, FALSE, FALSE },
  { "in-use-scdaemon", ILK_HOST_VERDICT_IN_USE, used_by_scdaemon,
    { "Another program is using ACS ACR38U",
      "Şu kart okuyucuyu başka bir program kullanıyor: ACS ACR38U" },
    { "It belongs to GnuPG", "GnuPG’nin bir parçasıdır" },
    { "End scdaemon", "scdaemon’u Sonlandır" }, "gpgconf --kill scdaemon", FALSE, FALSE },
  { "card-silent", ILK_HOST_VERDICT_CARD_SILENT, NULL,
    { "The card in ACS ACR38U does not answer",
      "Şu kart okuyucudaki kart yanıt vermiyor: ACS ACR38U" },
    { "The reader works.", "Kart okuyucu çalışıyor." },
    { NULL }, NULL, FALSE, FALSE },
  { "faulty-combination", ILK_HOST_VERDICT_FAULTY_COMBINATION, old,
    { "This reader and this card do not work together",
      "Bu kart okuyucu ile bu kart birlikte çalışmıyor" },
    { "Version 1.4.34 is installed", "Kurulu sürüm 1.4.34" },
    { "Update the Driver", "Sürücüyü Güncelle" }, "libccid", TRUE, FALSE },
};

static gboolean
is_about_reader (IlkHostVerdict verdict)
{
  return verdict != ILK_HOST_VERDICT_UNKNOWN && verdict != ILK_HOST_VERDICT_NO_READER;
}

static IlkReaderVerdict *
judge (PageFixture    *f,
       IlkHostVerdict  verdict)
{
  g_ptr_array_set_size (f->controller->verdicts, 0);
  g_ptr_array_set_size (f->controller->usb_readers, 0);
  if (is_about_reader (verdict))
    return fake_controller_add_usb (f->controller, "ACS ACR38U", verdict);
  return fake_controller_judge (f->controller, verdict);
}

/* Every button of the page but the one that is expected stays away. */
static void
assert_button (PageFixture    *f,
               const Expected *row)
{
  const char *wanted = in_language (row->button);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const char *words = in_language (expected[i].button);
      GtkWidget *button = words != NULL ? page_find_button (f->window, words) : NULL;

      if (words == NULL)
        continue;
      g_assert_cmpint (button != NULL, ==, g_strcmp0 (words, wanted) == 0);
      if (button != NULL)
        gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, words);
    }
}

static void
assert_narrow (PageFixture *f)
{
  int minimum;

  gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, NARROW);
}

static GtkWidget *
find_letter (PageFixture *f)
{
  return page_find_titled (f->window, ADW_TYPE_EXPANDER_ROW,
                           pick ("Text for Your IT Department", "Bilgi İşlem Biriminize Metin"));
}

static GtkWidget *
find_choose_row (PageFixture *f)
{
  return page_find_titled (f->window, ADW_TYPE_ACTION_ROW,
                           pick ("Choose My Reader by Its Picture",
                                 "Kart Okuyucumu Resminden Seçeyim"));
}

static void
check (PageFixture    *f,
       const Expected *row)
{
  IlkReaderVerdict *verdict = judge (f, row->verdict);

  g_test_message ("%s", row->name);
  if (row->detail != NULL)
    row->detail (verdict);
  fake_controller_changed (f->controller);

  g_assert_nonnull (page_find_label (f->window, in_language (row->sentence)));
  g_assert_nonnull (page_find_label (f->window, in_language (row->words)));
  assert_button (f, row);
  g_assert_cmpint (page_find_button (f->window, pick ("Copy", "Kopyala")) != NULL, ==,
                   row->command != NULL);
  if (row->command != NULL)
    g_assert_nonnull (page_find_label (f->window, row->command));
  g_assert_cmpint (find_letter (f) != NULL, ==, row->letter);
  g_assert_cmpint (find_choose_row (f) != NULL, ==, row->choice);
  assert_narrow (f);
}

static void
test_every_verdict (PageFixture   *f,
                    gconstpointer  data)
{
  gboolean seen[ILK_HOST_VERDICT_FAULTY_COMBINATION + 1] = { FALSE, };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      check (f, &expected[i]);
      seen[expected[i].verdict] = TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_true (seen[i]);
}

/* The same computer in other words: commands are those of its own system. */
static void
test_systems (PageFixture   *f,
              gconstpointer  data)
{
  static const struct {
    const char *os_release;
    const char *command;
  } systems[] = {
    { "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian\"\n", "sudo apt install libacsccid1" },
    { "ID=fedora\nVERSION_ID=41\nPRETTY_NAME=\"Fedora\"\n",
      "sudo dnf install pcsc-lite-acsccid" },
    { "ID=opensuse-tumbleweed\nID_LIKE=\"opensuse suse\"\nPRETTY_NAME=\"openSUSE\"\n",
      "sudo zypper install pcsc-acsccid" },
    { "ID=arch\nPRETTY_NAME=\"Arch Linux\"\n", "acsccid" },
  };

  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    {
      fake_controller_set_system (f->controller, systems[i].os_release);
      fake_controller_changed (f->controller);
      g_assert_nonnull (page_find_label (f->window, systems[i].command));
    }
}

static void
test_summary (PageFixture   *f,
              gconstpointer  data)
{
  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window,
                                     sizeof (gpointer) == 8
                                     ? pick ("Pardus 23, 64-bit · ACS ACR38U · driver libacsccid1",
                                             "Pardus 23, 64 bit · ACS ACR38U · sürücü libacsccid1")
                                     : " · ACS ACR38U · "));
}

/* The text names the computer and the reader; whose computer it is nobody learns from it. */
static void
test_letter (PageFixture   *f,
             gconstpointer  data)
{
  GtkWidget *row;

  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  row = find_letter (f);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  page_fixture_spin ();
  g_assert_nonnull (page_find_label (row, "Pardus 23"));
  g_assert_nonnull (page_find_label (row, "ACS ACR38U (USB 072f:9000)"));
  g_assert_nonnull (page_find_label (row, "libacsccid1"));
  g_assert_nonnull (page_find_label (row, "sudo apt install libacsccid1"));
  g_assert_nonnull (page_find_label (row, pick ("administrator’s password", "yönetici parolası")));
  g_assert_null (page_find_label (row, g_get_user_name ()));
  g_assert_null (page_find_label (row, g_get_host_name ()));
  page_press (row, pick ("Copy", "Kopyala"));
  g_assert_nonnull (page_find_button (row, pick ("Copied", "Kopyalandı")));
}

static void
test_repair (PageFixture   *f,
             gconstpointer  data)
{
  g_autofree char *asked = g_strdup_printf ("repair %d\n", ILK_HOST_VERDICT_DRIVER_MISSING);

  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  page_press (f->window, pick ("Install the Driver", "Sürücüyü Kur"));
  page_assert_calls (f, asked);
}

/* The button's place is taken by what goes on, and the focus with it. */
static void
test_running (PageFixture   *f,
              gconstpointer  data)
{
  GtkWidget *button;

  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  button = page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur"));
  gtk_widget_grab_focus (button);

  f->controller->repair.running = TRUE;
  f->controller->repair.progress = 42;
  f->controller->repair.status = ILK_REPAIR_STATUS_DOWNLOADING;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur")));
  g_assert_nonnull (page_find_label (f->window, pick ("Downloading…", "İndiriliyor…")));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) ==
                 page_find_button (f->window, pick ("Cancel", "Vazgeç")));
  page_press (f->window, pick ("Cancel", "Vazgeç"));
  page_assert_calls (f, "cancel repair\n");

  f->controller->repair.running = FALSE;
  fake_controller_changed (f->controller);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) == button);
}

static void
test_statuses (void)
{
  g_autoptr (GHashTable) words = g_hash_table_new (g_str_hash, g_str_equal);

  for (int status = 0; status <= ILK_REPAIR_STATUS_RESTARTING; status++)
    {
      const char *said = ilk_driver_words_status (status);

      g_assert_nonnull (said);
      g_assert_true (g_str_has_suffix (said, "…"));
      g_assert_true (g_hash_table_add (words, (gpointer) said));
    }
}

static void
fail (PageFixture    *f,
      IlkRepairError  code)
{
  g_autoptr (GError) error = g_error_new (ILK_REPAIR_ERROR, code, "%s",
                                          "dpkg was interrupted <b>");

  fake_controller_fail_repair (f->controller, error);
  fake_controller_changed (f->controller);
}

/* How a repair failed stands beside its cause, and the button is there again. */
static void
test_failures (PageFixture   *f,
               gconstpointer  data)
{
  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fail (f, ILK_REPAIR_ERROR_DENIED);
  g_assert_nonnull (page_find_label (f->window, pick ("nobody has allowed it",
                                                      "İzin verilmediği için")));
  fail (f, ILK_REPAIR_ERROR_OFFLINE);
  g_assert_nonnull (page_find_label (f->window, pick ("no connection to the internet",
                                                      "internet bağlantısı yok")));
  fail (f, ILK_REPAIR_ERROR_BUSY);
  g_assert_nonnull (page_find_label (f->window, pick ("Another program is installing",
                                                      "başka bir program kurulum yapıyor")));
  fail (f, ILK_REPAIR_ERROR_FAILED);
  g_assert_nonnull (page_find_label (f->window, "“dpkg was interrupted <b>”"));
  g_assert_nonnull (page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur")));

  f->controller->repair.running = TRUE;
  fake_controller_changed (f->controller);
  g_assert_null (page_find_label (f->window, "“dpkg was interrupted <b>”"));
}

/* The reader that works lets the person go on; the others stand below, each with its own verdict. */
static void
test_several (PageFixture   *f,
              gconstpointer  data)
{
  GtkWidget *row;

  fake_controller_add_reader (f->controller, "MILKO 00 00", FALSE, FALSE, FALSE);
  acs (fake_controller_add_usb (f->controller, "ACS <ACR38U>", ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  g_assert_nonnull (page_find_label (f->window, pick ("Everything is in place",
                                                      "Her şey yerinde")));
  g_assert_true (gtk_widget_is_sensitive (page_find_button (f->window, pick ("Next", "İleri"))));

  row = page_find_titled (f->window, ADW_TYPE_ACTION_ROW, "ACS <ACR38U>");
  g_assert_nonnull (row);
  g_assert_nonnull (page_find_label (row, "<ACR38U>"));
  adw_action_row_activate (ADW_ACTION_ROW (row));
  page_fixture_spin ();
  g_assert_nonnull (page_find_label (f->window, "sudo apt install libacsccid1"));
  g_assert_nonnull (page_find_titled (f->window, ADW_TYPE_ACTION_ROW, "MILKO 00 00"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (f->window)) ==
                 page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur")));
  g_assert_true (gtk_widget_is_sensitive (page_find_button (f->window, pick ("Next", "İleri"))));
}

static GtkWidget *
open_chooser (PageFixture *f)
{
  g_autoptr (GList) windows = NULL;

  adw_action_row_activate (ADW_ACTION_ROW (find_choose_row (f)));
  page_fixture_spin ();
  windows = gtk_window_list_toplevels ();
  for (GList *l = windows; l != NULL; l = l->next)
    if (ILK_IS_READER_CHOOSER (l->data))
      return l->data;
  g_assert_not_reached ();
}

static void
choose (PageFixture *f,
        const char  *name)
{
  GtkWidget *chooser = open_chooser (f);
  GtkWidget *row = page_find_titled (chooser, ADW_TYPE_ACTION_ROW, name);

  g_assert_nonnull (row);
  adw_action_row_activate (ADW_ACTION_ROW (row));
  page_fixture_spin ();
}

/* Only where the reader list is sure the page is, too. */
static void
test_choice (PageFixture   *f,
             gconstpointer  data)
{
  judge (f, ILK_HOST_VERDICT_NO_READER);
  fake_controller_changed (f->controller);
  choose (f, pick ("ACS 38T USB, red", "ACS 38T USB Kırmızı"));
  g_assert_nonnull (page_find_label (f->window, pick ("probably needs the driver libacsccid1",
                                                      "büyük olasılıkla şu sürücü gerekir: libacsccid1")));
  g_assert_nonnull (page_find_label (f->window, "sudo apt install libacsccid1"));
  g_assert_nonnull (page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur")));

  choose (f, "MILKO");
  g_assert_nonnull (page_find_label (f->window, pick ("“MILKO” needs the driver libccid",
                                                      "“MILKO” için şu sürücü gerekir: libccid")));
}

static void
test_chooser_window (PageFixture   *f,
                     gconstpointer  data)
{
  GtkWidget *chooser;
  int minimum;

  judge (f, ILK_HOST_VERDICT_NO_READER);
  fake_controller_changed (f->controller);
  chooser = open_chooser (f);
  gtk_widget_measure (chooser, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, NARROW);
  gtk_window_close (GTK_WINDOW (chooser));
  page_fixture_spin ();
  g_assert_nonnull (page_find_label (f->window, pick ("No reader is plugged in",
                                                      "Takılı kart okuyucu yok")));
}

/* With Tab alone one comes to everything that can be pressed. */
static void
test_keyboard (PageFixture   *f,
               gconstpointer  data)
{
  GtkWidget *wanted[3];

  acs (judge (f, ILK_HOST_VERDICT_DRIVER_MISSING));
  fake_controller_changed (f->controller);
  wanted[0] = page_find_button (f->window, pick ("Install the Driver", "Sürücüyü Kur"));
  wanted[1] = page_find_button (f->window, pick ("Copy", "Kopyala"));
  wanted[2] = find_letter (f);
  for (guint i = 0, steps = 0; i < G_N_ELEMENTS (wanted); steps++)
    {
      GtkWidget *focus;

      g_assert_cmpuint (steps, <, 40);
      gtk_widget_child_focus (f->window, GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (GTK_WINDOW (f->window));
      if (focus != NULL && (focus == wanted[i] || gtk_widget_is_ancestor (focus, wanted[i])))
        i++;
    }
}

static void
add (void)
{
  page_add_test ("/driver-page/every-verdict", ILK_STATE_DRIVER, test_every_verdict);
  page_add_test ("/driver-page/systems", ILK_STATE_DRIVER, test_systems);
  page_add_test ("/driver-page/summary", ILK_STATE_DRIVER, test_summary);
  page_add_test ("/driver-page/letter", ILK_STATE_DRIVER, test_letter);
  page_add_test ("/driver-page/repair", ILK_STATE_DRIVER, test_repair);
  page_add_test ("/driver-page/running", ILK_STATE_DRIVER, test_running);
  page_add_test ("/driver-page/failures", ILK_STATE_DRIVER, test_failures);
  page_add_test ("/driver-page/several", ILK_STATE_DRIVER, test_several);
  page_add_test ("/driver-page/choice", ILK_STATE_DRIVER, test_choice);
  page_add_test ("/driver-page/chooser-window", ILK_STATE_DRIVER, test_chooser_window);
  page_add_test ("/driver-page/keyboard", ILK_STATE_DRIVER, test_keyboard);
  g_test_add_func ("/driver-page/statuses", test_statuses);
}

int
main (int    argc,
      char **argv)
{
  widget_test_use_catalogue ();
  return page_tests_run (argc, argv, add);
}
