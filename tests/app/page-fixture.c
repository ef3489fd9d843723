/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page-fixture.h"

#include "app/widgets/ilk-pin-entry-private.h"

void
page_fixture_spin (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
page_fixture_set_up (PageFixture   *fixture,
                     gconstpointer  state)
{
  fixture->controller = fake_controller_new ();
  fixture->controller->state = GPOINTER_TO_INT (state);
  fake_controller_changed (fixture->controller);
  fixture->window = ilk_window_new (NULL, fixture->controller, FALSE);
  gtk_window_present (GTK_WINDOW (fixture->window));
  page_fixture_spin ();
  g_free (fake_controller_take_calls (fixture->controller));
}

void
page_fixture_tear_down (PageFixture   *fixture,
                        gconstpointer  state)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  page_fixture_spin ();
  g_assert_finalize_object (fixture->controller);
}

typedef gboolean (*Match) (GtkWidget *widget, gconstpointer data);

static GtkWidget *
find (GtkWidget     *widget,
      Match          match,
      gconstpointer  data)
{
  GtkWidget *found;

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (match (widget, data))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      /* A page on its way out is still visible for the length of the transition. */
      if (GTK_IS_STACK (widget) && gtk_stack_get_visible_child (GTK_STACK (widget)) != child)
        continue;
      found = find (child, match, data);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static char *
without_mnemonic (const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, "_", -1);

  return g_strjoinv ("", parts);
}

static gboolean
is_button (GtkWidget     *widget,
           gconstpointer  words)
{
  g_autofree char *plain = NULL;

  if (!GTK_IS_BUTTON (widget) || gtk_button_get_label (GTK_BUTTON (widget)) == NULL)
    return FALSE;

  plain = without_mnemonic (gtk_button_get_label (GTK_BUTTON (widget)));
  return g_str_equal (plain, words);
}

static gboolean
is_label (GtkWidget     *widget,
          gconstpointer  words)
{
  return GTK_IS_LABEL (widget) &&
         strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL;
}

typedef struct {
  GType       type;
  const char *title;
} Titled;

static gboolean
is_titled (GtkWidget     *widget,
           gconstpointer  data)
{
  const Titled *titled = data;
  g_autofree char *title = NULL;

  if (!g_type_is_a (G_OBJECT_TYPE (widget), titled->type))
    return FALSE;

  g_object_get (widget, "title", &title, NULL);
  return g_strcmp0 (title, titled->title) == 0;
}

GtkWidget *
page_find_button (GtkWidget  *root,
                  const char *words)
{
  return find (root, is_button, words);
}

GtkWidget *
page_find_label (GtkWidget  *root,
                 const char *words)
{
  return find (root, is_label, words);
}

GtkWidget *
page_find_titled (GtkWidget  *root,
                  GType       type,
                  const char *title)
{
  Titled titled = { type, title };

  return find (root, is_titled, &titled);
}

/* gtk_widget_activate () and "clicked" fire on insensitive buttons too, so that is looked at. */
void
page_press (GtkWidget  *root,
            const char *words)
{
  GtkWidget *button = page_find_button (root, words);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  page_fixture_spin ();
}

void
page_type_digits (GtkWidget  *root,
                  const char *title,
                  const char *digits)
{
  GtkWidget *entry = page_find_titled (root, ILK_TYPE_PIN_ENTRY, title);

  g_assert_nonnull (entry);
  for (; *digits != '\0'; digits++)
    ilk_pin_entry_handle_key (ILK_PIN_ENTRY (entry), GDK_KEY_0 + (*digits - '0'), 0);
  page_fixture_spin ();
}

GtkWidget *
page_find_dialog (GtkWidget *window)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data) && gtk_widget_get_visible (l->data) &&
        gtk_window_get_transient_for (l->data) == GTK_WINDOW (window))
      return l->data;

  return NULL;
}

/* libadwaita 1.7 measures a label of its own AdwMessageDialog too narrowly, and GTK 4.18 warns.
 * Every other warning stays fatal. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         data)
{
  for (gsize i = 0; adw_get_minor_version () > 2 && i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") &&
        g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel"))
      return G_LOG_WRITER_HANDLED;

  return g_log_writer_default (level, fields, n_fields, data);
}

int
page_tests_run (int    argc,
                char **argv,
                void (*add) (void))
{
  g_log_set_writer_func (write_log, NULL, NULL);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  add ();

  return g_test_run ();
}
