/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "core/ilk-arena.h"
#include "core/ilk-secret.h"

/* Only the bytes are in the arena: lengths and pointers are no secrets. A block is one longer
 * than the capacity, and the byte after the data is always 0. */
struct _IlkSecret
{
  gatomicrefcount ref_count;
  gsize           capacity;
  gsize           length;
  guint8         *data;
};

G_DEFINE_BOXED_TYPE (IlkSecret, ilk_secret, ilk_secret_ref, ilk_secret_unref)

static void
wipe_above (IlkSecret *self,
            gsize      length)
{
  OPENSSL_cleanse (self->data + length, self->capacity + 1 - length);
}

/**
 * ilk_secret_new:
 * @capacity: the most bytes it will hold
 *
 * Returns: (transfer full): an empty secret
 */
IlkSecret *
ilk_secret_new (gsize capacity)
{
  IlkSecret *self;

  g_return_val_if_fail (capacity < G_MAXSIZE / 4, NULL);

  self = g_new0 (IlkSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->capacity = capacity;
  self->data = ilk_arena_alloc (capacity + 1);
  return self;
}

/**
 * ilk_secret_new_from_data:
 * @data: (array length=length): copied; wiping the original is the caller's duty
 *
 * Returns: (transfer full): a secret that is exactly full
 */
IlkSecret *
ilk_secret_new_from_data (gconstpointer data,
                          gsize         length)
{
  IlkSecret *self;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  self = ilk_secret_new (length);
  if (length > 0)
    memcpy (self->data, data, length);
  self->length = length;
  return self;
}

/**
 * ilk_secret_new_random:
 *
 * Ends the program when the generator fails: nothing may go on with a guessable key.
 *
 * Returns: (transfer full): @length bytes of OpenSSL's generator for private values
 */
IlkSecret *
ilk_secret_new_random (gsize length)
{
  IlkSecret *self;

  g_return_val_if_fail (length < G_MAXINT, NULL);

  self = ilk_secret_new (length);
  if (length > 0 && RAND_priv_bytes (self->data, (int) length) != 1)
    g_error ("The random number generator failed");
  self->length = length;
  return self;
}

/**
 * ilk_secret_new_random_digits:
 *
 * Returns: (transfer full): @count ASCII digits, each equally likely
 */
IlkSecret *
ilk_secret_new_random_digits (gsize count)
{
  IlkSecret *self = ilk_secret_new (count);

  while (self->length < count)
    {
      guint8 *byte = self->data + self->length;

      if (RAND_priv_bytes (byte, 1) != 1)
        g_error ("The random number generator failed");
      /* 250 is the last multiple of ten in a byte; what is above would favour 0 to 5. */
      if (*byte < 250)
        {
          *byte = '0' + *byte % 10;
          self->length++;
        }
    }
  self->data[count] = 0;
  return self;
}

/**
 * ilk_secret_copy:
 *
 * Returns: (transfer full): an independent secret with the same bytes and capacity
 */
IlkSecret *
ilk_secret_copy (IlkSecret *self)
{
  IlkSecret *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = ilk_secret_new (self->capacity);
  memcpy (copy->data, self->data, self->length);
  copy->length = self->length;
  return copy;
}

IlkSecret *
ilk_secret_ref (IlkSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ilk_secret_unref:
 * @self: (nullable): the last reference wipes the bytes
 */
void
ilk_secret_unref (IlkSecret *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  ilk_arena_free (self->data, self->capacity + 1);
  g_free (self);
}

gsize
ilk_secret_get_length (IlkSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->length;
}

gsize
ilk_secret_get_capacity (IlkSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->capacity;
}

/**
 * ilk_secret_peek:
 *
 * Returns: (transfer none): the bytes and a 0 after them; good until the next change of @self
 */
const guint8 *
ilk_secret_peek (IlkSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

/**
 * ilk_secret_get_writable:
 *
 * For writing up to the capacity in place, followed by ilk_secret_set_length ().
 *
 * Returns: (transfer none): the memory of @self
 */
guint8 *
ilk_secret_get_writable (IlkSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

/**
 * ilk_secret_set_length:
 * @length: at most the capacity; all bytes from there on are wiped
 */
void
ilk_secret_set_length (IlkSecret *self,
                       gsize      length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (length <= self->capacity);

  self->length = length;
  wipe_above (self, length);
}

/**
 * ilk_secret_reserve:
 * @capacity: how many bytes must fit from now on
 *
 * The bytes move to a larger block and the old one is wiped, so pointers from
 * ilk_secret_peek () are void after it. Does nothing when they fit already.
 */
void
ilk_secret_reserve (IlkSecret *self,
                    gsize      capacity)
{
  guint8 *data;

  g_return_if_fail (self != NULL);
  g_return_if_fail (capacity < G_MAXSIZE / 4);

  if (capacity <= self->capacity)
    return;
  data = ilk_arena_alloc (capacity + 1);
  memcpy (data, self->data, self->length);
  ilk_arena_free (self->data, self->capacity + 1);
  self->data = data;
  self->capacity = capacity;
}

/**
 * ilk_secret_append:
 *
 * Never grows by itself: a field of six digits holds six. ilk_secret_reserve () makes room.
 *
 * Returns: %FALSE, with nothing changed, when the bytes do not fit
 */
gboolean
ilk_secret_append (IlkSecret    *self,
                   gconstpointer data,
                   gsize         length)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  if (length > self->capacity - self->length)
    return FALSE;
  if (length > 0)
    memmove (self->data + self->length, data, length);
  self->length += length;
  self->data[self->length] = 0;
  return TRUE;
}

gboolean
ilk_secret_append_byte (IlkSecret *self,
                        guint8     byte)
{
  return ilk_secret_append (self, &byte, 1);
}

/**
 * ilk_secret_truncate:
 * @length: the bytes from here on are wiped; does nothing when there are none
 */
void
ilk_secret_truncate (IlkSecret *self,
                     gsize      length)
{
  g_return_if_fail (self != NULL);

  if (length < self->length)
    ilk_secret_set_length (self, length);
}

/**
 * ilk_secret_equal:
 * @a: (nullable): a secret
 * @b: (nullable): another
 *
 * The time it takes depends on the length alone. %NULL equals nothing, not even %NULL: a value
 * that is missing must never pass for one that was checked.
 */
gboolean
ilk_secret_equal (IlkSecret *a,
                  IlkSecret *b)
{
  if (a == NULL || b == NULL || a->length != b->length)
    return FALSE;
  return CRYPTO_memcmp (a->data, b->data, a->length) == 0;
}

/**
 * ilk_secret_to_bytes:
 *
 * Returns: (transfer full): a copy inside the arena that is wiped when its last user is gone
 */
GBytes *
ilk_secret_to_bytes (IlkSecret *self)
{
  IlkSecret *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = ilk_secret_copy (self);
  return g_bytes_new_with_free_func (copy->data, copy->length,
                                     (GDestroyNotify) ilk_secret_unref, copy);
}

/* For tests and assertions: whether an address is in memory that is locked and wiped. */
gboolean
ilk_secret_arena_contains (gconstpointer address)
{
  return ilk_arena_contains (address);
}

/* Whether all secrets so far are kept out of swap. Before the first secret it tries with one. */
gboolean
ilk_secret_arena_is_locked (void)
{
  g_autoptr (IlkSecret) first = ilk_secret_new (1);

  return ilk_arena_is_locked ();
}
