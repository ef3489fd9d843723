/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <string.h>

#include "app/widgets/ilk-secret-glyphs.h"

/* Between the digits of a number; the words of a password stand closer. */
#define DIGIT_GAP 14
#define LETTER_GAP 1

/* Each character has a text layout of its own, made whether the secret needs it or not, and one is
 * drawn by choosing its layout: the secret as a text is nowhere outside its IlkSecret. */
static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz-";
#define N_GLYPHS (G_N_ELEMENTS (alphabet) - 1)

struct _IlkSecretGlyphs
{
  GtkWidget    parent_instance;

  IlkSecret   *secret;
  gboolean     shown;
  PangoLayout *glyphs[N_GLYPHS];
  int          widths[N_GLYPHS];
  int          digit_width;
  int          height;
};

G_DEFINE_FINAL_TYPE (IlkSecretGlyphs, ilk_secret_glyphs, GTK_TYPE_WIDGET)

static void
clear_layouts (IlkSecretGlyphs *self)
{
  for (guint i = 0; i < N_GLYPHS; i++)
    g_clear_object (&self->glyphs[i]);
}

static void
ensure_layouts (IlkSecretGlyphs *self)
{
  if (self->glyphs[0] != NULL)
    return;

  self->digit_width = self->height = 0;
  for (guint i = 0; i < N_GLYPHS; i++)
    {
      const char text[] = { alphabet[i], '\0' };
      int height;

      self->glyphs[i] = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
      pango_layout_get_pixel_size (self->glyphs[i], &self->widths[i], &height);
      self->height = MAX (self->height, height);
      if (g_ascii_isdigit (alphabet[i]))
        self->digit_width = MAX (self->digit_width, self->widths[i]);
    }
}

static guint
get_count (IlkSecretGlyphs *self)
{
  return self->secret != NULL ? ilk_secret_get_length (self->secret) : 0;
}

/* N_GLYPHS for a character that is not in the alphabet. */
static guint
get_glyph (IlkSecretGlyphs *self,
           guint            index)
{
  guint8 byte = ilk_secret_peek (self->secret)[index];
  const char *found = byte != 0 ? strchr (alphabet, byte) : NULL;

  return found != NULL ? (guint) (found - alphabet) : N_GLYPHS;
}

/* Digits have cells of one width, so that the dots tell nothing about them. */
static int
get_advance (IlkSecretGlyphs *self,
             guint            index)
{
  guint glyph = get_glyph (self, index);

  if (glyph < 10)
    return self->digit_width + DIGIT_GAP;

  return (glyph < N_GLYPHS ? self->widths[glyph] : 0) + LETTER_GAP;
}

static int
get_width (IlkSecretGlyphs *self)
{
  int width = 0;

  for (guint i = 0; i < get_count (self); i++)
    width += get_advance (self, i);

  return width;
}

static void
draw_dot (GtkSnapshot   *snapshot,
          const GdkRGBA *color,
          float          x,
          float          y,
          float          radius)
{
  GskRoundedRect dot;

  gsk_rounded_rect_init_from_rect (&dot,
                                   &GRAPHENE_RECT_INIT (x - radius, y - radius,
                                                        2 * radius, 2 * radius),
                                   radius);
  gtk_snapshot_push_rounded_clip (snapshot, &dot);
  gtk_snapshot_append_color (snapshot, color, &dot.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_glyph (IlkSecretGlyphs *self,
            GtkSnapshot     *snapshot,
            const GdkRGBA   *color,
            guint            index,
            float            x)
{
  guint glyph = get_glyph (self, index);

  if (glyph == N_GLYPHS)
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (x - self->widths[glyph] / 2.0f, 0));
  gtk_snapshot_append_layout (snapshot, self->glyphs[glyph], color);
  gtk_snapshot_restore (snapshot);
}

static void
ilk_secret_glyphs_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  IlkSecretGlyphs *self = ILK_SECRET_GLYPHS (widget);
  float x;
  GdkRGBA color;

  ensure_layouts (self);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  x = (gtk_widget_get_width (widget) - get_width (self)) / 2.0f;

  for (guint i = 0; i < get_count (self); i++)
    {
      int advance = get_advance (self, i);

      if (self->shown)
        draw_glyph (self, snapshot, &color, i, x + advance / 2.0f);
      else
        draw_dot (snapshot, &color, x + advance / 2.0f, self->height / 2.0f,
                  self->height / 9.0f);
      x += advance;
    }
}

static void
ilk_secret_glyphs_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  IlkSecretGlyphs *self = ILK_SECRET_GLYPHS (widget);

  ensure_layouts (self);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = self->height;
  else
    *minimum = *natural = get_width (self);
}

static void
ilk_secret_glyphs_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ilk_secret_glyphs_parent_class)->css_changed (widget, change);

  clear_layouts (ILK_SECRET_GLYPHS (widget));
  gtk_widget_queue_resize (widget);
}

static void
ilk_secret_glyphs_dispose (GObject *object)
{
  IlkSecretGlyphs *self = ILK_SECRET_GLYPHS (object);

  g_clear_pointer (&self->secret, ilk_secret_unref);
  clear_layouts (self);

  G_OBJECT_CLASS (ilk_secret_glyphs_parent_class)->dispose (object);
}

static void
ilk_secret_glyphs_class_init (IlkSecretGlyphsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_secret_glyphs_dispose;
  widget_class->measure = ilk_secret_glyphs_measure;
  widget_class->snapshot = ilk_secret_glyphs_snapshot;
  widget_class->css_changed = ilk_secret_glyphs_css_changed;

  gtk_widget_class_set_css_name (widget_class, "ilkglyphs");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ilk_secret_glyphs_init (IlkSecretGlyphs *self)
{
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
}

GtkWidget *
ilk_secret_glyphs_new (void)
{
  return g_object_new (ILK_TYPE_SECRET_GLYPHS, NULL);
}

/**
 * ilk_secret_glyphs_set_secret:
 * @secret: (nullable): held until the next call
 */
void
ilk_secret_glyphs_set_secret (IlkSecretGlyphs *self,
                              IlkSecret       *secret)
{
  g_return_if_fail (ILK_IS_SECRET_GLYPHS (self));

  if (secret != NULL)
    ilk_secret_ref (secret);
  g_clear_pointer (&self->secret, ilk_secret_unref);
  self->secret = secret;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
ilk_secret_glyphs_set_shown (IlkSecretGlyphs *self,
                             gboolean         shown)
{
  g_return_if_fail (ILK_IS_SECRET_GLYPHS (self));

  self->shown = shown;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
