/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <string.h>

#include "client/ilk-json-scan.h"

/* Reads JSON (RFC 8259) where it lies: nothing is copied but the one secret that is asked for.
 * json-glib parses deeper than the stack allows and accepts more than JSON, so every answer passes
 * here first. */

#define SECRET_MAX 256
#define TAKE_DEPTH 8

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Scan;

typedef struct
{
  const guint8 *start;
  gsize         length;
} Span;

static gboolean skip_value (Scan *scan,
                            guint depth);

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != 0)
    scan->at++;
}

static gboolean
skip_byte (Scan   *scan,
           guint8  byte)
{
  if (scan->at >= scan->end || *scan->at != byte)
    return FALSE;

  scan->at++;
  return TRUE;
}

static gboolean
skip_word (Scan       *scan,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;

  scan->at += length;
  return TRUE;
}

static gboolean
skip_digits (Scan *scan)
{
  const guint8 *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;

  return scan->at > start;
}

static gboolean
skip_number (Scan *scan)
{
  skip_byte (scan, '-');
  if (!skip_byte (scan, '0') && !skip_digits (scan))
    return FALSE;

  if (skip_byte (scan, '.') && !skip_digits (scan))
    return FALSE;

  if (skip_byte (scan, 'e') || skip_byte (scan, 'E'))
    {
      if (!skip_byte (scan, '+'))
        skip_byte (scan, '-');
      return skip_digits (scan);
    }

  return TRUE;
}

/* NUL is the one escaped character that is refused: C strings would end there. */
static gboolean
skip_escape (Scan *scan)
{
  gboolean nul = TRUE;

  if (scan->at >= scan->end)
    return FALSE;

  if (*scan->at != 'u')
    return *scan->at != 0 && strchr ("\"\\/bfnrt", *scan->at++) != NULL;

  scan->at++;
  for (int i = 0; i < 4; i++, scan->at++)
    {
      if (scan->at >= scan->end || !g_ascii_isxdigit (*scan->at))
        return FALSE;
      nul = nul && *scan->at == '0';
    }

  return !nul;
}

static gboolean
skip_string (Scan *scan,
             Span *span)
{
  if (!skip_byte (scan, '"'))
    return FALSE;

  span->start = scan->at;
  while (scan->at < scan->end && *scan->at != '"')
    {
      if (*scan->at < 0x20)
        return FALSE;
      if (*scan->at++ == '\\' && !skip_escape (scan))
        return FALSE;
    }
  span->length = scan->at - span->start;

  return skip_byte (scan, '"');
}

static gboolean
skip_name (Scan *scan,
           Span *name)
{
  skip_space (scan);
  if (!skip_string (scan, name))
    return FALSE;

  skip_space (scan);
  if (!skip_byte (scan, ':'))
    return FALSE;

  skip_space (scan);
  return TRUE;
}

static gboolean
skip_members (Scan     *scan,
              gboolean  named,
              guint8    closing,
              guint     depth)
{
  Span name;

  skip_space (scan);
  if (skip_byte (scan, closing))
    return TRUE;

  do
    {
      if (named && !skip_name (scan, &name))
        return FALSE;
      skip_space (scan);
      if (!skip_value (scan, depth))
        return FALSE;
      skip_space (scan);
    }
  while (skip_byte (scan, ','));

  return skip_byte (scan, closing);
}

static gboolean
skip_value (Scan  *scan,
            guint  depth)
{
  Span span;

  if (scan->at >= scan->end)
    return FALSE;

  switch (*scan->at)
    {
    case '{':
      scan->at++;
      return depth > 0 && skip_members (scan, TRUE, '}', depth - 1);
    case '[':
      scan->at++;
      return depth > 0 && skip_members (scan, FALSE, ']', depth - 1);
    case '"':
      return skip_string (scan, &span);
    case 't':
      return skip_word (scan, "true");
    case 'f':
      return skip_word (scan, "false");
    case 'n':
      return skip_word (scan, "null");
    default:
      return skip_number (scan);
    }
}

/**
 * ilk_json_scan_is_valid:
 * @json: (array length=length): bytes of an answer
 * @max_depth: the most objects and arrays within each other
 *
 * Returns: whether @json is one JSON value in UTF-8 and nothing else
 */
gboolean
ilk_json_scan_is_valid (const guint8 *json,
                        gsize         length,
                        guint         max_depth)
{
  Scan scan = { json, json + length };

  g_return_val_if_fail (json != NULL || length == 0, FALSE);

  if (length == 0 || !g_utf8_validate_len ((const char *) json, length, NULL))
    return FALSE;

  skip_space (&scan);
  if (!skip_value (&scan, max_depth))
    return FALSE;

  skip_space (&scan);
  return scan.at == scan.end;
}

static gboolean
is_named (const Span *span,
          const char *name)
{
  return span->length == strlen (name) && memcmp (span->start, name, span->length) == 0;
}

/* Finds the member's text; FALSE when it is missing, twice there, no string, or has escapes. */
static gboolean
find_text (Scan       *scan,
           const char *name,
           Span       *found)
{
  Span member, value;
  guint times = 0;

  skip_space (scan);
  if (!skip_byte (scan, '{'))
    return FALSE;

  do
    {
      if (!skip_name (scan, &member))
        return FALSE;
      if (is_named (&member, name))
        {
          if (!skip_string (scan, &value) || ++times > 1)
            return FALSE;
          *found = value;
        }
      else if (!skip_value (scan, TAKE_DEPTH))
        return FALSE;
      skip_space (scan);
    }
  while (skip_byte (scan, ','));

  return times == 1 && skip_byte (scan, '}') && memchr (found->start, '\\', found->length) == NULL;
}

/**
 * ilk_json_scan_take_secret:
 * @json: (array length=length): an answer; the secret in it is overwritten by asterisks, so that
 *   what is left may be given to a parser
 * @name: a member of the outermost object
 *
 * Returns: (transfer full) (nullable): the text of the member, %NULL when there is no such text,
 *   or when it is ambiguous
 */
IlkSecret *
ilk_json_scan_take_secret (guint8     *json,
                           gsize       length,
                           const char *name)
{
  Scan scan = { json, json + length };
  Span found = { NULL, 0 };
  IlkSecret *secret;

  g_return_val_if_fail (json != NULL || length == 0, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (length == 0 || !find_text (&scan, name, &found))
    return NULL;

  if (found.length == 0 || found.length > SECRET_MAX)
    return NULL;

  secret = ilk_secret_new_from_data (found.start, found.length);
  memset (json + (found.start - json), '*', found.length);
  return secret;
}
