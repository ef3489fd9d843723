/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-ask.h"
#include "app/ilk-window.h"
#include "app/pages/ilk-activate-page.h"
#include "app/pages/ilk-card-page.h"
#include "app/pages/ilk-code-page.h"
#include "app/pages/ilk-done-page.h"
#include "app/pages/ilk-driver-page.h"
#include "app/pages/ilk-login-page.h"
#include "app/pages/ilk-new-pin-page.h"
#include "app/pages/ilk-new-word-page.h"
#include "app/pages/ilk-phone-page.h"
#include "app/pages/ilk-pin-page.h"
#include "app/pages/ilk-prepare-page.h"
#include "app/pages/ilk-reader-page.h"
#include "app/pages/ilk-setting-page.h"
#include "app/pages/ilk-uncertain-page.h"
#include "app/pages/ilk-welcome-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-problem-box.h"
#include "app/widgets/ilk-step-list.h"

/* Work that takes longer than this is shown to be going on, and can be given up. */
#define BUSY_DELAY_MS 1000

struct _IlkWindow
{
  AdwApplicationWindow parent_instance;

  IlkController *controller;
  GtkWidget     *pages[ILK_N_STATES];
  IlkPage       *page;          /* the one that is shown */
  int            button;        /* the IlkButton whose words are shown, or -1 */
  guint          busy_source;

  GtkWidget     *ribbon;
  GtkWidget     *line_bin;
  GtkWidget     *line;
  GtkWidget     *flap;
  GtkWidget     *steps_bin;
  GtkWidget     *steps;
  GtkWidget     *problem_clamp;
  GtkWidget     *problem_box;
  GtkWidget     *stack;
  GtkWidget     *back_button;
  GtkWidget     *spinner;
  GtkWidget     *cancel_button;
  GtkWidget     *main_button;
};

G_DEFINE_FINAL_TYPE (IlkWindow, ilk_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- showing --- */

/* Assistive tools of GTK 4.8 see the children of hidden pages too, unless they are told. */
static void
sync_hidden (GtkStack *stack)
{
  GtkWidget *visible = gtk_stack_get_visible_child (stack);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN,
                                 child != visible, -1);
}

static void
show_busy (IlkWindow *self,
           gboolean   spinning,
           gboolean   cancellable)
{
  gtk_widget_set_visible (self->spinner, spinning);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), spinning);
  gtk_widget_set_visible (self->cancel_button, spinning && cancellable);
}

static gboolean
on_still_busy (gpointer data)
{
  IlkWindow *self = data;

  self->busy_source = 0;
  show_busy (self, TRUE, ilk_controller_get_view (self->controller)->cancellable);
  return G_SOURCE_REMOVE;
}

static void
update_busy (IlkWindow     *self,
             const IlkView *view)
{
  if (!view->busy)
    {
      g_clear_handle_id (&self->busy_source, g_source_remove);
      show_busy (self, FALSE, FALSE);
    }
  else if (gtk_widget_get_visible (self->spinner))
    show_busy (self, TRUE, view->cancellable);
  else if (self->busy_source == 0)
    self->busy_source = g_timeout_add (BUSY_DELAY_MS, on_still_busy, self);
}

static void
update_buttons (IlkWindow     *self,
                const IlkView *view)
{
  gtk_widget_set_visible (self->main_button, view->has_button);
  gtk_widget_set_sensitive (self->main_button, view->may_go_on);
  if (view->has_button && self->button != (int) view->button)
    {
      ilk_words_set_button (self->main_button, ilk_words_button (view->button));
      self->button = view->button;
    }
  gtk_widget_set_sensitive (self->back_button, view->may_go_back);
  /* An insensitive Back during waiting keeps the bar still; without a way back there is none. */
  gtk_widget_set_visible (self->back_button, view->may_go_back || view->busy);
}

static void
show_page (IlkWindow     *self,
           const IlkView *view)
{
  IlkPage *page = ILK_PAGE (self->pages[view->page]);

  if (self->page == page)
    {
      ilk_page_update (page);
      return;
    }

  if (self->page != NULL)
    ilk_page_leave (self->page);
  self->page = page;
  ilk_page_enter (page, self->controller);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (page));
  gtk_widget_grab_focus (ilk_page_get_focus (page));
}

/* Where a focused button has become insensitive nobody has the focus any more. */
static void
keep_focus (IlkWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (ilk_controller_get_view (self->controller)->busy)
    return;
  if (focus == NULL || !gtk_widget_is_sensitive (focus) || !gtk_widget_is_visible (focus))
    gtk_widget_grab_focus (ilk_page_get_focus (self->page));
}

static void
on_changed (IlkWindow *self)
{
  IlkView view = *ilk_controller_get_view (self->controller);

  show_page (self, &view);
  /* A page may have told that it is complete, which changes the view. */
  view = *ilk_controller_get_view (self->controller);
  ilk_step_list_set_view (ILK_STEP_LIST (self->steps), &view);
  ilk_step_list_set_view (ILK_STEP_LIST (self->line), &view);
  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (self->problem_box),
                               ilk_controller_get_problem (self->controller));
  update_buttons (self, &view);
  update_busy (self, &view);
  keep_focus (self);
}

static void
on_folded (IlkWindow *self)
{
  gboolean folded = adw_flap_get_folded (ADW_FLAP (self->flap));

  adw_flap_set_reveal_flap (ADW_FLAP (self->flap), !folded);
  gtk_widget_set_visible (self->line_bin, folded);
}

/* --- what the person presses --- */

static void
on_main_clicked (IlkWindow *self)
{
  ilk_page_submit (self->page);
}

static void
on_back_clicked (IlkWindow *self)
{
  ilk_controller_send (self->controller, ILK_EVENT_BACK);
}

static void
on_cancel_clicked (IlkWindow *self)
{
  ilk_controller_cancel (self->controller);
}

static void
close_now (IlkWindow *self)
{
  ilk_page_leave (self->page);
  self->page = NULL;
  g_signal_handlers_disconnect_by_func (self->controller, on_changed, self);
  g_clear_handle_id (&self->busy_source, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  ilk_controller_close (self->controller);
}

static void
on_close_answered (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (IlkWindow) self = data;

  if (ilk_ask_finish (result, NULL) && self->page != NULL)
    close_now (self);
}

/* The window goes when the controller says "closed": the session has ended and all is wiped. */
static gboolean
on_close_request (IlkWindow *self)
{
  if (self->page == NULL)
    return TRUE;

  if (ilk_controller_get_view (self->controller)->no_return)
    ilk_ask_async (GTK_WIDGET (self), _("Close While the Card Is Being Written?"),
                   _("The card is just taking your new PIN. If you close now, nobody can say "
                     "which PIN it has. Please wait a few seconds."),
                   _("Close _Anyway"), NULL, NULL, on_close_answered, g_object_ref (self));
  else
    close_now (self);

  return TRUE;
}

/* --- the object --- */

static void
ilk_window_dispose (GObject *object)
{
  IlkWindow *self = ILK_WINDOW (object);

  g_clear_handle_id (&self->busy_source, g_source_remove);
  if (self->page != NULL)
    {
      ilk_page_leave (self->page);
      self->page = NULL;
    }
  if (self->controller != NULL)
    g_signal_handlers_disconnect_by_data (self->controller, self);
  g_clear_object (&self->controller);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_WINDOW);

  G_OBJECT_CLASS (ilk_window_parent_class)->dispose (object);
}

static void
ilk_window_class_init (IlkWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/tr/org/ilkimza/Ilkimza/ilk-window.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, ribbon);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, line_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, steps_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, problem_clamp);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, IlkWindow, main_button);
  gtk_widget_class_bind_template_callback (widget_class, sync_hidden);
  gtk_widget_class_bind_template_callback (widget_class, on_folded);
  gtk_widget_class_bind_template_callback (widget_class, on_main_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_close_request);
}

static void
add_page (IlkWindow  *self,
          IlkState    state,
          GtkWidget  *page)
{
  self->pages[state] = page;
  gtk_stack_add_child (GTK_STACK (self->stack), page);
}

static void
add_pages (IlkWindow *self)
{
  const struct { IlkState state; GType type; } plain[] = {
    { ILK_STATE_WELCOME, ILK_TYPE_WELCOME_PAGE },
    { ILK_STATE_PREPARE, ILK_TYPE_PREPARE_PAGE },
    { ILK_STATE_READER, ILK_TYPE_READER_PAGE },
    { ILK_STATE_DRIVER, ILK_TYPE_DRIVER_PAGE },
    { ILK_STATE_CARD, ILK_TYPE_CARD_PAGE },
    { ILK_STATE_LOGIN, ILK_TYPE_LOGIN_PAGE },
    { ILK_STATE_PHONE, ILK_TYPE_PHONE_PAGE },
    { ILK_STATE_NEW_WORD, ILK_TYPE_NEW_WORD_PAGE },
    { ILK_STATE_ACTIVATE, ILK_TYPE_ACTIVATE_PAGE },
    { ILK_STATE_PIN, ILK_TYPE_PIN_PAGE },
    { ILK_STATE_NEW_PIN, ILK_TYPE_NEW_PIN_PAGE },
    { ILK_STATE_SETTING, ILK_TYPE_SETTING_PAGE },
    { ILK_STATE_UNCERTAIN, ILK_TYPE_UNCERTAIN_PAGE },
    { ILK_STATE_DONE, ILK_TYPE_DONE_PAGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    add_page (self, plain[i].state, g_object_new (plain[i].type, NULL));
  add_page (self, ILK_STATE_SMS, GTK_WIDGET (ilk_code_page_new (TRUE)));
  add_page (self, ILK_STATE_CONFIRM, GTK_WIDGET (ilk_code_page_new (FALSE)));
}

static void
ilk_window_init (IlkWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->button = -1;
  self->steps = ilk_step_list_new ();
  self->line = ilk_step_list_new ();
  ilk_step_list_set_compact (ILK_STEP_LIST (self->line), TRUE);
  adw_bin_set_child (ADW_BIN (self->steps_bin), self->steps);
  adw_bin_set_child (ADW_BIN (self->line_bin), self->line);
  self->problem_box = ilk_problem_box_new ();
  gtk_widget_add_css_class (self->problem_box, "ilk-problem-place");
  adw_clamp_set_child (ADW_CLAMP (self->problem_clamp), self->problem_box);
  g_object_bind_property (self->problem_box, "visible", self->problem_clamp, "visible",
                          G_BINDING_SYNC_CREATE);

  add_pages (self);
  sync_hidden (GTK_STACK (self->stack));
  ilk_words_set_button (self->back_button, _("_Back"));
  ilk_words_set_button (self->cancel_button, _("_Cancel"));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->main_button);
  on_folded (self);
}

/**
 * ilk_window_new:
 * @app: (nullable): the application
 * @controller: whose state is shown
 * @practice: whether everything is made up, which every page then says
 *
 * Returns: (transfer none): the window; GTK owns it until it is destroyed
 */
GtkWidget *
ilk_window_new (AdwApplication *app,
                IlkController  *controller,
                gboolean        practice)
{
  IlkWindow *self = g_object_new (ILK_TYPE_WINDOW, "application", app, NULL);

  gtk_widget_set_visible (self->ribbon, practice);
  if (practice)
    gtk_window_set_title (GTK_WINDOW (self), _("ilkimza – Practice"));
  self->controller = g_object_ref (controller);
  g_signal_connect_object (controller, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  on_changed (self);

  return GTK_WIDGET (self);
}
