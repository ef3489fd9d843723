/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-captcha-picture.h"

#include <openssl/rand.h>
#include <pango/pangocairo.h>

#define WIDTH 260
#define HEIGHT 90
#define FONT_SIZE 40
#define LINES 3
#define DOTS 140

static guint8
random_byte (void)
{
  guint8 byte;

  if (RAND_bytes (&byte, 1) != 1)
    g_error ("The random number generator failed");
  return byte;
}

static double
random_between (double low,
                double high)
{
  return low + (high - low) * (random_byte () * 256 + random_byte ()) / 65535.0;
}

/**
 * ilk_captcha_new_text:
 *
 * Returns: (transfer full): six characters of the alphabet, each equally likely
 */
char *
ilk_captcha_new_text (void)
{
  const guint count = sizeof ILK_CAPTCHA_ALPHABET - 1;
  char *text = g_malloc0 (ILK_CAPTCHA_LENGTH + 1);

  for (int i = 0; i < ILK_CAPTCHA_LENGTH;)
    {
      guint8 byte = random_byte ();

      if (byte < 256 / count * count)
        text[i++] = ILK_CAPTCHA_ALPHABET[byte % count];
    }
  return text;
}

/* The letter's outline around the origin. It is taken at one fixed size without any turning, as
 * Pango looks its fonts up anew for each size and matrix, which costs more than all the rest. */
static cairo_path_t *
get_outline (cairo_t *cairo,
             char     letter)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cairo);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans Bold");
  cairo_path_t *outline;
  int width;
  int height;

  pango_font_description_set_absolute_size (font, FONT_SIZE * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, &letter, 1);
  pango_layout_get_pixel_size (layout, &width, &height);

  cairo_new_path (cairo);
  cairo_move_to (cairo, -width / 2.0, -height / 2.0);
  pango_cairo_layout_path (cairo, layout);
  outline = cairo_copy_path (cairo);
  cairo_new_path (cairo);
  return outline;
}

/* A letter stands near its place, turned, sheared and sized by chance, but readable. */
static void
draw_letter (cairo_t *cairo,
             char     letter,
             int      place)
{
  cairo_path_t *outline = get_outline (cairo, letter);
  double size = random_between (36, 46) / FONT_SIZE;
  cairo_matrix_t shear;

  cairo_save (cairo);
  cairo_translate (cairo, 30 + place * 40 + random_between (-4, 4),
                   HEIGHT / 2.0 + random_between (-9, 9));
  cairo_rotate (cairo, random_between (-0.35, 0.35));
  cairo_matrix_init (&shear, size, random_between (-0.15, 0.15), random_between (-0.25, 0.25),
                     size, 0, 0);
  cairo_transform (cairo, &shear);
  cairo_append_path (cairo, outline);
  cairo_set_source_rgb (cairo, random_between (0, 0.3), random_between (0, 0.3),
                        random_between (0.1, 0.45));
  cairo_fill (cairo);
  cairo_restore (cairo);
  cairo_path_destroy (outline);
}

/* Lines of the letters' own weight run through them, so that cutting by columns does not work. */
static void
draw_noise (cairo_t *cairo)
{
  for (int i = 0; i < LINES; i++)
    {
      cairo_set_line_width (cairo, random_between (1.2, 2.4));
      cairo_set_source_rgb (cairo, random_between (0.1, 0.5), random_between (0.1, 0.5),
                            random_between (0.2, 0.6));
      cairo_move_to (cairo, 0, random_between (10, HEIGHT - 10));
      cairo_curve_to (cairo, WIDTH / 3.0, random_between (0, HEIGHT), WIDTH * 2 / 3.0,
                      random_between (0, HEIGHT), WIDTH, random_between (10, HEIGHT - 10));
      cairo_stroke (cairo);
    }
  for (int i = 0; i < DOTS; i++)
    {
      double grey = random_between (0.2, 0.8);

      cairo_set_source_rgb (cairo, grey, grey, grey);
      cairo_arc (cairo, random_between (0, WIDTH), random_between (0, HEIGHT),
                 random_between (0.6, 1.6), 0, 2 * G_PI);
      cairo_fill (cairo);
    }
}

static cairo_status_t
append_png (void                *closure,
            const unsigned char *data,
            unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * ilk_captcha_draw:
 * @text: capital letters and digits
 *
 * Takes some milliseconds: for a worker thread.
 *
 * Returns: (transfer full): a PNG picture
 */
GBytes *
ilk_captcha_draw (const char *text)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cairo = cairo_create (surface);
  GByteArray *png = g_byte_array_new ();

  cairo_set_source_rgb (cairo, 0.96, 0.96, 0.93);
  cairo_paint (cairo);
  for (int i = 0; text[i] != '\0'; i++)
    draw_letter (cairo, text[i], i);
  draw_noise (cairo);
  cairo_destroy (cairo);

  cairo_surface_write_to_png_stream (surface, append_png, png);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (png);
}
