/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-countdown-private.h"

/* A GtkLabel tells its text to assistive tools as its name, each second anew, and a screen reader
 * would talk over everything. So the text is drawn here; the name stays, and the description
 * changes at whole minutes and near the end only. */
struct _IlkCountdown
{
  GtkWidget    parent_instance;

  PangoLayout *layout;
  char        *title;
  IlkClock    *clock;
  gint64       deadline;
  int          seconds;   /* drawn; -1: nothing */
  int          announced;
  gboolean     ended;
  guint        timer;
};

G_DEFINE_FINAL_TYPE (IlkCountdown, ilk_countdown, GTK_TYPE_WIDGET)

enum {
  PROP_TITLE = 1,
  N_PROPS
};

enum {
  ENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gint64
get_remaining (IlkCountdown *self)
{
  if (self->deadline == 0)
    return 0;

  return MAX (self->deadline - ilk_clock_get_monotonic (self->clock), 0);
}

/* When the time is spoken: whole minutes, then 30 and 10 seconds. */
static int
get_announcement (int seconds)
{
  if (seconds > 30)
    return (seconds + 59) / 60 * 60;

  return seconds > 10 ? 30 : seconds > 0 ? 10 : 0;
}

static void
announce (IlkCountdown *self,
          int           seconds)
{
  g_autofree char *words = NULL;

  if (seconds == self->announced)
    return;
  self->announced = seconds;
  /* Translators: time left as a screen reader says it */
  words = seconds >= 60
        ? g_strdup_printf (ngettext ("%d minute", "%d minutes", seconds / 60), seconds / 60)
        : g_strdup_printf (ngettext ("%d second", "%d seconds", seconds), seconds);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* Figures of one width, so that the words do not tremble. */
static void
ensure_layout (IlkCountdown *self)
{
  g_autoptr(PangoAttrList) attributes = NULL;

  if (self->layout != NULL)
    return;
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (self->layout, attributes);
}

static void
update_text (IlkCountdown *self)
{
  g_autofree char *text = NULL;

  if (self->seconds < 0)
    text = g_strdup ("");
  else
    /* Translators: "Time left: 4:51"; the words before the colon are the first one */
    text = g_strdup_printf (_("%s: %d:%02d"),
                            self->title, self->seconds / 60, self->seconds % 60);
  ensure_layout (self);
  pango_layout_set_text (self->layout, text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static gboolean
on_timer (gpointer data)
{
  IlkCountdown *self = ILK_COUNTDOWN (data);

  self->timer = 0;
  ilk_countdown_tick (self);
  return G_SOURCE_REMOVE;
}

/* Wakes when the next second begins, and only while somebody can see it. */
static void
update_timer (IlkCountdown *self)
{
  gint64 remaining = get_remaining (self);
  gint64 wait;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (remaining == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  wait = (remaining - 1) % G_USEC_PER_SEC + 1;
  self->timer = g_timeout_add (wait / 1000 + 1, on_timer, self);
}

void
ilk_countdown_tick (IlkCountdown *self)
{
  int seconds;

  g_return_if_fail (ILK_IS_COUNTDOWN (self));

  if (self->deadline == 0)
    return;
  seconds = ilk_countdown_get_seconds_left (self);
  if (seconds != self->seconds)
    {
      self->seconds = seconds;
      update_text (self);
      announce (self, get_announcement (seconds));
    }
  update_timer (self);
  if (seconds == 0 && !self->ended)
    {
      self->ended = TRUE;
      g_signal_emit (self, signals[ENDED], 0);
    }
}

static void
ilk_countdown_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ilk_countdown_parent_class)->map (widget);

  ilk_countdown_tick (ILK_COUNTDOWN (widget));
}

static void
ilk_countdown_unmap (GtkWidget *widget)
{
  IlkCountdown *self = ILK_COUNTDOWN (widget);

  g_clear_handle_id (&self->timer, g_source_remove);

  GTK_WIDGET_CLASS (ilk_countdown_parent_class)->unmap (widget);
}

static void
ilk_countdown_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  IlkCountdown *self = ILK_COUNTDOWN (widget);
  int width, height;

  pango_layout_get_pixel_size (self->layout, &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum_baseline = *natural_baseline =
      PANGO_PIXELS (pango_layout_get_baseline (self->layout));
}

static void
ilk_countdown_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  IlkCountdown *self = ILK_COUNTDOWN (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  gtk_snapshot_render_layout (snapshot, context, 0, 0, self->layout);
}

static void
ilk_countdown_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  IlkCountdown *self = ILK_COUNTDOWN (widget);

  GTK_WIDGET_CLASS (ilk_countdown_parent_class)->css_changed (widget, change);

  g_clear_object (&self->layout);
  update_text (self);
}

static void
ilk_countdown_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (prop_id == PROP_TITLE)
    g_value_set_string (value, ILK_COUNTDOWN (object)->title);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_countdown_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (prop_id == PROP_TITLE)
    ilk_countdown_set_title (ILK_COUNTDOWN (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_countdown_dispose (GObject *object)
{
  IlkCountdown *self = ILK_COUNTDOWN (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->layout);
  g_clear_object (&self->clock);
  self->deadline = 0;

  G_OBJECT_CLASS (ilk_countdown_parent_class)->dispose (object);
}

static void
ilk_countdown_finalize (GObject *object)
{
  g_free (ILK_COUNTDOWN (object)->title);

  G_OBJECT_CLASS (ilk_countdown_parent_class)->finalize (object);
}

static void
ilk_countdown_class_init (IlkCountdownClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ilk_countdown_get_property;
  object_class->set_property = ilk_countdown_set_property;
  object_class->dispose = ilk_countdown_dispose;
  object_class->finalize = ilk_countdown_finalize;
  widget_class->map = ilk_countdown_map;
  widget_class->unmap = ilk_countdown_unmap;
  widget_class->measure = ilk_countdown_measure;
  widget_class->snapshot = ilk_countdown_snapshot;
  widget_class->css_changed = ilk_countdown_css_changed;

  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ENDED] = g_signal_new ("ended", ILK_TYPE_COUNTDOWN, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "ilkcountdown");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TIMER);
}

static void
ilk_countdown_init (IlkCountdown *self)
{
  self->seconds = -1;
  self->announced = -1;
  ilk_countdown_set_title (self, _("Time left"));
}

GtkWidget *
ilk_countdown_new (void)
{
  return g_object_new (ILK_TYPE_COUNTDOWN, NULL);
}

/**
 * ilk_countdown_set_title:
 * @title: the words before the time
 */
void
ilk_countdown_set_title (IlkCountdown *self,
                         const char   *title)
{
  g_return_if_fail (ILK_IS_COUNTDOWN (self));
  g_return_if_fail (title != NULL);

  if (g_strcmp0 (title, self->title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  update_text (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/**
 * ilk_countdown_set_deadline:
 * @clock: (nullable): the clock that @deadline belongs to; may be %NULL only without a deadline
 * @deadline: monotonic microseconds; 0: nothing is counted
 */
void
ilk_countdown_set_deadline (IlkCountdown *self,
                            IlkClock     *clock,
                            gint64        deadline)
{
  g_return_if_fail (ILK_IS_COUNTDOWN (self));
  g_return_if_fail (deadline == 0 || ILK_IS_CLOCK (clock));

  if (deadline == self->deadline && (deadline == 0 || clock == self->clock))
    return;
  g_set_object (&self->clock, clock);
  self->deadline = deadline;
  self->ended = FALSE;
  self->announced = -1;
  self->seconds = -1;
  update_text (self);
  update_timer (self);
  ilk_countdown_tick (self);
}

/**
 * ilk_countdown_get_seconds_left:
 *
 * Returns: seconds to the deadline, a begun one counted as whole; 0 without a deadline
 */
int
ilk_countdown_get_seconds_left (IlkCountdown *self)
{
  g_return_val_if_fail (ILK_IS_COUNTDOWN (self), 0);

  return (int) ((get_remaining (self) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}
