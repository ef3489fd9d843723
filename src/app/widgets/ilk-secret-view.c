/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-lock-watch.h"
#include "app/widgets/ilk-secret-glyphs.h"
#include "app/widgets/ilk-secret-view-private.h"

struct _IlkSecretView
{
  GtkWidget     parent_instance;

  GtkWidget    *glyphs;
  GtkWidget    *caption;
  GtkWidget    *countdown;
  GtkWidget    *hidden_label;

  char         *title;
  IlkClock     *clock;
  IlkLockWatch *lock_watch; /* only while the secret is shown */
  GtkWindow    *window;     /* the same */
  gboolean      has_secret;
  gboolean      shown;
};

G_DEFINE_FINAL_TYPE (IlkSecretView, ilk_secret_view, GTK_TYPE_WIDGET)

enum {
  PROP_TITLE = 1,
  PROP_SHOWN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_accessible (IlkSecretView *self)
{
  g_autofree char *words = NULL;

  words = self->shown
        /* Translators: %s is what is shown or hidden, as "PIN" */
        ? g_strdup_printf (_("%s, on the screen for a moment"), self->title)
        : g_strdup_printf (_("%s, hidden"), self->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  /* Both keep their room, so that nothing jumps when the digits come and go. */
  gtk_widget_set_opacity (self->countdown, self->shown ? 1.0 : 0.0);
  gtk_widget_set_opacity (self->hidden_label, self->shown ? 0.0 : 1.0);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->countdown),
                               GTK_ACCESSIBLE_STATE_HIDDEN, !self->shown, -1);
}

static void
set_shown (IlkSecretView *self,
           gboolean       shown)
{
  self->shown = shown;
  ilk_secret_glyphs_set_shown (ILK_SECRET_GLYPHS (self->glyphs), shown);
  update_accessible (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWN]);
}

/* Somebody else may be looking at the screen once the person works elsewhere. */
static void
on_window_active (IlkSecretView *self)
{
  if (!gtk_window_is_active (self->window))
    ilk_secret_view_hide (self);
}

static void
start_watching (IlkSecretView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    {
      self->window = GTK_WINDOW (root);
      g_signal_connect_object (root, "notify::is-active", G_CALLBACK (on_window_active), self,
                               G_CONNECT_SWAPPED);
    }
  self->lock_watch = ilk_lock_watch_new ();
  g_signal_connect_object (self->lock_watch, "locked", G_CALLBACK (ilk_secret_view_hide), self,
                           G_CONNECT_SWAPPED);
}

static void
stop_watching (IlkSecretView *self)
{
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, on_window_active, self);
  self->window = NULL;
  g_clear_object (&self->lock_watch);
}

static void
ilk_secret_view_unmap (GtkWidget *widget)
{
  ilk_secret_view_hide (ILK_SECRET_VIEW (widget));

  GTK_WIDGET_CLASS (ilk_secret_view_parent_class)->unmap (widget);
}

static void
ilk_secret_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  IlkSecretView *self = ILK_SECRET_VIEW (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SHOWN:
      g_value_set_boolean (value, self->shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ilk_secret_view_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (prop_id == PROP_TITLE)
    ilk_secret_view_set_title (ILK_SECRET_VIEW (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_secret_view_dispose (GObject *object)
{
  IlkSecretView *self = ILK_SECRET_VIEW (object);

  stop_watching (self);
  g_clear_pointer (&self->glyphs, gtk_widget_unparent);
  g_clear_pointer (&self->caption, gtk_widget_unparent);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (ilk_secret_view_parent_class)->dispose (object);
}

static void
ilk_secret_view_finalize (GObject *object)
{
  g_free (ILK_SECRET_VIEW (object)->title);

  G_OBJECT_CLASS (ilk_secret_view_parent_class)->finalize (object);
}

static void
ilk_secret_view_class_init (IlkSecretViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ilk_secret_view_get_property;
  object_class->set_property = ilk_secret_view_set_property;
  object_class->dispose = ilk_secret_view_dispose;
  object_class->finalize = ilk_secret_view_finalize;
  widget_class->unmap = ilk_secret_view_unmap;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWN] = g_param_spec_boolean ("shown", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ilksecret");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

/* "Hidden" and the time left share one place. */
static void
build_caption (IlkSecretView *self)
{
  self->countdown = ilk_countdown_new ();
  /* Translators: comes before the time after which a shown PIN is hidden again, "0:12" */
  ilk_countdown_set_title (ILK_COUNTDOWN (self->countdown), _("Hidden again in"));
  gtk_widget_set_halign (self->countdown, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->countdown, "ended", G_CALLBACK (ilk_secret_view_hide), self,
                           G_CONNECT_SWAPPED);

  /* The name of the whole says it already. */
  self->hidden_label = g_object_new (GTK_TYPE_LABEL,
                                     "label", _("Hidden"),
                                     "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                     NULL);

  self->caption = gtk_overlay_new ();
  gtk_widget_add_css_class (self->caption, "caption");
  gtk_overlay_set_child (GTK_OVERLAY (self->caption), self->hidden_label);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->caption), self->countdown);
  gtk_overlay_set_measure_overlay (GTK_OVERLAY (self->caption), self->countdown, TRUE);
  gtk_widget_set_parent (self->caption, GTK_WIDGET (self));
}

static void
ilk_secret_view_init (IlkSecretView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->title = g_strdup (_("PIN"));
  self->clock = ilk_clock_get_system ();

  self->glyphs = ilk_secret_glyphs_new ();
  gtk_widget_set_parent (self->glyphs, GTK_WIDGET (self));

  build_caption (self);
  update_accessible (self);
}

GtkWidget *
ilk_secret_view_new (void)
{
  return g_object_new (ILK_TYPE_SECRET_VIEW, NULL);
}

/**
 * ilk_secret_view_set_title:
 * @title: what the secret is, for assistive tools; "PIN" unless told
 */
void
ilk_secret_view_set_title (IlkSecretView *self,
                           const char    *title)
{
  g_return_if_fail (ILK_IS_SECRET_VIEW (self));
  g_return_if_fail (title != NULL);

  if (g_strcmp0 (title, self->title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  update_accessible (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/**
 * ilk_secret_view_set_secret:
 * @secret: (nullable): digits, or words of a–z joined by "-"; hidden at first
 */
void
ilk_secret_view_set_secret (IlkSecretView *self,
                            IlkSecret     *secret)
{
  g_return_if_fail (ILK_IS_SECRET_VIEW (self));

  ilk_secret_view_hide (self);
  self->has_secret = secret != NULL;
  ilk_secret_glyphs_set_secret (ILK_SECRET_GLYPHS (self->glyphs), secret);
}

gboolean
ilk_secret_view_get_shown (IlkSecretView *self)
{
  g_return_val_if_fail (ILK_IS_SECRET_VIEW (self), FALSE);

  return self->shown;
}

/**
 * ilk_secret_view_reveal:
 *
 * Shows the secret for %ILK_SECRET_VIEW_SECONDS. Does nothing without one, while it is shown, or
 * when the widget is not on the screen.
 */
void
ilk_secret_view_reveal (IlkSecretView *self)
{
  gint64 deadline;

  g_return_if_fail (ILK_IS_SECRET_VIEW (self));

  if (!self->has_secret || self->shown || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  deadline = ilk_clock_get_monotonic (self->clock) + ILK_SECRET_VIEW_SECONDS * G_USEC_PER_SEC;
  start_watching (self);
  set_shown (self, TRUE);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->countdown), self->clock, deadline);
}

void
ilk_secret_view_hide (IlkSecretView *self)
{
  g_return_if_fail (ILK_IS_SECRET_VIEW (self));

  if (!self->shown)
    return;
  stop_watching (self);
  set_shown (self, FALSE);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->countdown), NULL, 0);
}

void
ilk_secret_view_set_clock (IlkSecretView *self,
                           IlkClock      *clock)
{
  g_return_if_fail (ILK_IS_SECRET_VIEW (self));

  g_set_object (&self->clock, clock);
}

IlkCountdown *
ilk_secret_view_get_countdown (IlkSecretView *self)
{
  g_return_val_if_fail (ILK_IS_SECRET_VIEW (self), NULL);

  return ILK_COUNTDOWN (self->countdown);
}
