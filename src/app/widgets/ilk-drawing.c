/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-drawing.h"
#include "app/widgets/ilk-drawing-pictures.h"

#define NATURAL_WIDTH 320
#define MINIMUM_WIDTH 160
#define SMALL_WIDTH 96

struct _IlkDrawing
{
  GtkWidget         parent_instance;

  const IlkPicture *picture;
  gboolean          small;
};

G_DEFINE_FINAL_TYPE (IlkDrawing, ilk_drawing, GTK_TYPE_WIDGET)

enum {
  PROP_PICTURE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A card's colour is translucent in dark themes, and parts behind others must not shine through. */
static void
lay_over (GdkRGBA       *color,
          const GdkRGBA *ground)
{
  color->red = color->red * color->alpha + ground->red * (1 - color->alpha);
  color->green = color->green * color->alpha + ground->green * (1 - color->alpha);
  color->blue = color->blue * color->alpha + ground->blue * (1 - color->alpha);
  color->alpha = 1;
}

static void
get_colors (GtkWidget        *widget,
            IlkPictureColors *colors)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA ground;

  gtk_style_context_get_color (context, &colors->line);
  if (!gtk_style_context_lookup_color (context, "accent_bg_color", &colors->accent))
    colors->accent = colors->line;
  if (!gtk_style_context_lookup_color (context, "card_bg_color", &colors->paper))
    colors->paper = (GdkRGBA) { 1, 1, 1, 1 };
  if (gtk_style_context_lookup_color (context, "window_bg_color", &ground))
    lay_over (&colors->paper, &ground);
  if (!gtk_style_context_lookup_color (context, "accent_fg_color", &colors->on_accent))
    colors->on_accent = colors->paper;
}

static void
ilk_drawing_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  IlkDrawing *self = ILK_DRAWING (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double scale = MIN (width / ILK_PICTURE_WIDTH, height / ILK_PICTURE_HEIGHT);
  IlkPictureColors colors;
  cairo_t *cr;

  if (self->picture == NULL || scale <= 0)
    return;

  get_colors (widget, &colors);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_translate (cr,
                   (width - scale * ILK_PICTURE_WIDTH) / 2,
                   (height - scale * ILK_PICTURE_HEIGHT) / 2);
  cairo_scale (cr, scale, scale);
  cairo_set_line_width (cr, 2.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  self->picture->draw (cr, &colors);
  cairo_destroy (cr);
}

static GtkSizeRequestMode
ilk_drawing_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ilk_drawing_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  gboolean small = ILK_DRAWING (widget)->small;
  int least = small ? SMALL_WIDTH : MINIMUM_WIDTH;
  int most = small ? SMALL_WIDTH : NATURAL_WIDTH;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = least;
      *natural = most;
    }
  else
    {
      int width = for_size < 0 ? most : CLAMP (for_size, least, most);

      *minimum = *natural = width * ILK_PICTURE_HEIGHT / ILK_PICTURE_WIDTH;
    }
}

static void
ilk_drawing_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  if (prop_id == PROP_PICTURE)
    g_value_set_string (value, ilk_drawing_get_picture (ILK_DRAWING (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_drawing_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  if (prop_id == PROP_PICTURE)
    ilk_drawing_set_picture (ILK_DRAWING (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_drawing_class_init (IlkDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ilk_drawing_get_property;
  object_class->set_property = ilk_drawing_set_property;
  widget_class->snapshot = ilk_drawing_snapshot;
  widget_class->get_request_mode = ilk_drawing_get_request_mode;
  widget_class->measure = ilk_drawing_measure;

  properties[PROP_PICTURE] =
    g_param_spec_string ("picture", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ilkdrawing");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ilk_drawing_init (IlkDrawing *self)
{
}

/**
 * ilk_drawing_new:
 * @name: one of "prepare-chip", "insert-chip", "reader", "card", "envelope", "done", or a reader
 */
GtkWidget *
ilk_drawing_new (const char *name)
{
  return g_object_new (ILK_TYPE_DRAWING, "picture", name, NULL);
}

/**
 * ilk_drawing_new_small:
 * @name: one of "stick", "stick-clear", "stick-white", "stick-red", "desktop", "keyboard", "builtin"
 *
 * Returns: a picture as small as it can stand beside words
 */
GtkWidget *
ilk_drawing_new_small (const char *name)
{
  IlkDrawing *self = g_object_new (ILK_TYPE_DRAWING, "picture", name, NULL);

  self->small = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/**
 * ilk_drawing_get_picture:
 *
 * Returns: (nullable): the picture's name
 */
const char *
ilk_drawing_get_picture (IlkDrawing *self)
{
  g_return_val_if_fail (ILK_IS_DRAWING (self), NULL);

  return self->picture != NULL ? self->picture->name : NULL;
}

void
ilk_drawing_set_picture (IlkDrawing *self,
                         const char *name)
{
  const IlkPicture *picture;

  g_return_if_fail (ILK_IS_DRAWING (self));

  picture = name != NULL ? ilk_picture_find (name) : NULL;
  if (picture == self->picture)
    return;
  self->picture = picture;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  picture != NULL ? _(picture->words) : "",
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
}
