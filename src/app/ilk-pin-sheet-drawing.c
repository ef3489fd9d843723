/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <string.h>

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <pango/pangocairo.h>

#include "app/ilk-pin-sheet-drawing.h"
#include "app/ilk-problem.h"

/* A4 in points of 1/72 inch. */
#define PAGE_WIDTH 595.0
#define PAGE_HEIGHT 842.0
#define MARGIN 64.0
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)

#define CELL_WIDTH 52.0
#define CELL_HEIGHT 66.0
#define CELL_GAP 12.0

void
ilk_wiped_buffer_clear (IlkWipedBuffer *self)
{
  if (self->data != NULL)
    OPENSSL_cleanse (self->data, self->capacity);
  g_clear_pointer (&self->data, g_free);
  self->length = self->capacity = 0;
}

/* A cairo_write_func_t. Growing by realloc () would leave the old bytes behind. */
static cairo_status_t
append (gpointer      closure,
        const guint8 *data,
        guint         length)
{
  IlkWipedBuffer *self = closure;

  if (self->length + length > self->capacity)
    {
      IlkWipedBuffer larger = { .length = self->length };

      larger.capacity = MAX (64 * 1024, 2 * (self->length + length));
      larger.data = g_malloc (larger.capacity);
      if (self->length > 0)
        memcpy (larger.data, self->data, self->length);
      ilk_wiped_buffer_clear (self);
      *self = larger;
    }
  memcpy (self->data + self->length, data, length);
  self->length += length;
  return CAIRO_STATUS_SUCCESS;
}

static PangoLayout *
make_layout (cairo_t    *cr,
             const char *text,
             const char *font)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *description = pango_font_description_from_string (font);

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int) (TEXT_WIDTH * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text != NULL ? text : "", -1);
  return layout;
}

/* Returns the y below the text. */
static double
draw_text (cairo_t    *cr,
           const char *text,
           const char *font,
           double      x,
           double      y)
{
  g_autoptr(PangoLayout) layout = make_layout (cr, text, font);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  return y + height;
}

static double
draw_row (cairo_t    *cr,
          const char *name,
          const char *value,
          double      y)
{
  cairo_set_source_rgb (cr, 0.35, 0.35, 0.35);
  y = draw_text (cr, name, "Sans 10", MARGIN, y);
  cairo_set_source_rgb (cr, 0, 0, 0);
  return draw_text (cr, value, "Sans 13", MARGIN, y + 1) + 10;
}

/* A digit is drawn as an outline that is filled, not as text, so that neither a search for the
 * number nor a text extraction finds it. All ten outlines are made, whichever is needed. */
static void
draw_digit (cairo_t *cr,
            guint8   byte,
            double   x,
            double   y)
{
  for (char digit = '0'; digit <= '9'; digit++)
    {
      const char text[] = { digit, '\0' };
      g_autoptr(PangoLayout) layout = make_layout (cr, text, "Sans Bold 34");
      int width, height;

      if (digit != byte)
        continue;
      pango_layout_set_width (layout, -1);
      pango_layout_get_pixel_size (layout, &width, &height);
      cairo_move_to (cr, x + (CELL_WIDTH - width) / 2, y + (CELL_HEIGHT - height) / 2);
      pango_cairo_layout_path (cr, layout);
      cairo_fill (cr);
    }
}

static double
draw_pin (cairo_t   *cr,
          IlkSecret *pin,
          double     y)
{
  gsize count = ilk_secret_get_length (pin);
  double x = MARGIN;

  for (gsize i = 0; i < count; i++)
    {
      cairo_set_source_rgb (cr, 0.55, 0.55, 0.55);
      cairo_set_line_width (cr, 1);
      cairo_rectangle (cr, x, y, CELL_WIDTH, CELL_HEIGHT);
      cairo_stroke (cr);
      cairo_set_source_rgb (cr, 0, 0, 0);
      draw_digit (cr, ilk_secret_peek (pin)[i], x, y);
      x += CELL_WIDTH + CELL_GAP;
    }
  return y + CELL_HEIGHT + 28;
}

static double
draw_advice (cairo_t *cr,
             double   y)
{
  const char *const advice[] = {
    N_("Keep this sheet in a safe place, apart from the card. A printed copy is advised; delete "
       "the file when you have one."),
    N_("The PIN is the one of the date above. Once you change it, this sheet is void: destroy it."),
    N_("The PIN is yours alone. Nobody who helps you needs it, and no office asks for it."),
    N_("Three wrong tries in a row block the card. Never type a PUK anywhere."),
  };

  for (guint i = 0; i < G_N_ELEMENTS (advice); i++)
    {
      draw_text (cr, "•", "Sans 11", MARGIN, y);
      cairo_save (cr);
      cairo_translate (cr, 14, 0);
      y = draw_text (cr, _(advice[i]), "Sans 11", MARGIN, y) + 8;
      cairo_restore (cr);
    }
  return y;
}

static void
draw_page (cairo_t                  *cr,
           const IlkPinSheetContent *content)
{
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_local (content->when);
  g_autofree char *date = NULL;
  double y = MARGIN;

  /* Translators: a date and a time as g_date_time_format () knows them: "7 May 2026, 14:05" */
  date = g_date_time_format (when, _("%-d %B %Y, %H:%M"));

  cairo_set_source_rgb (cr, 0, 0, 0);
  y = draw_text (cr, _("PIN of Your E-signature Card"), "Sans Bold 20", MARGIN, y) + 24;
  y = draw_row (cr, _("Holder"), content->holder, y);
  y = draw_row (cr, _("Issuer"), content->issuer, y);
  y = draw_row (cr, _("Card serial number"), content->card_serial, y);
  y = draw_row (cr, _("Date"), date, y) + 14;
  cairo_set_source_rgb (cr, 0.35, 0.35, 0.35);
  y = draw_text (cr, _("PIN"), "Sans 10", MARGIN, y) + 6;
  y = draw_pin (cr, content->pin, y);
  draw_advice (cr, y);
}

/**
 * ilk_pin_sheet_draw:
 * @pdf: (out caller-allocates): empty; an unencrypted PDF afterwards
 *
 * Blocking (loads fonts): for a worker thread.
 */
gboolean
ilk_pin_sheet_draw (const IlkPinSheetContent  *content,
                    IlkWipedBuffer            *pdf,
                    GError                   **error)
{
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append, pdf,
                                                                  PAGE_WIDTH, PAGE_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE,
                                  _("PIN of Your E-signature Card"));
  draw_page (cr, content);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, ILK_APP_ERROR, ILK_APP_ERROR_SAVE,
               "The sheet can't be drawn: %s", cairo_status_to_string (status));
  return FALSE;
}
