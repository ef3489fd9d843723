/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/ilk-arena.h"

/* A region is one mapping: a page that can't be touched, the blocks, another such page. A run
 * over either end of the blocks is a crash instead of a leak. All bookkeeping is outside of it,
 * so that no overrun inside can bend the allocator. */
#define UNIT 16
#define REGION_SIZE (64 * 1024)

typedef struct
{
  guint8  *mapping;
  gsize    mapping_size;
  guint8  *blocks;
  gsize    n_units;
  gsize    n_used;
  guint8  *used;      /* one byte for each unit */
  gboolean locked;
} Region;

static GMutex arena_lock;
static GPtrArray *regions;
static gboolean arena_locked = TRUE;
static gboolean lock_failure_told;

static gsize
round_up (gsize value,
          gsize step)
{
  return (value + step - 1) / step * step;
}

static gsize
units_for (gsize size)
{
  return round_up (size, UNIT) / UNIT;
}

static void
region_free (Region *region)
{
  munmap (region->mapping, region->mapping_size);
  g_free (region->used);
  g_free (region);
}

/* Keeps the blocks out of swap, core dumps and forked children. Only the lock can fail for a
 * reason that the person at the computer can change (RLIMIT_MEMLOCK), so only it is reported. */
static gboolean
region_protect (Region *region,
                gsize   size)
{
  gboolean locked = mlock (region->blocks, size) == 0;

#ifdef MADV_DONTDUMP
  (void) madvise (region->blocks, size, MADV_DONTDUMP);
#endif
#ifdef MADV_WIPEONFORK
  /* Not DONTFORK: a child that looks finds zeros, where it would die without the mapping. */
  (void) madvise (region->blocks, size, MADV_WIPEONFORK);
#endif
  return locked;
}

static Region *
region_new (gsize min_size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize size = round_up (MAX (min_size, REGION_SIZE), page);
  guint8 *mapping = mmap (NULL, size + 2 * page, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Region *region;

  if (mapping == MAP_FAILED || mprotect (mapping + page, size, PROT_READ | PROT_WRITE) != 0)
    g_error ("No memory for secrets: %s", g_strerror (errno));

  region = g_new0 (Region, 1);
  region->mapping = mapping;
  region->mapping_size = size + 2 * page;
  region->blocks = mapping + page;
  region->n_units = size / UNIT;
  region->used = g_new0 (guint8, region->n_units);
  region->locked = region_protect (region, size);
  return region;
}

static gpointer
region_take (Region *region,
             gsize   n_units)
{
  gsize run = 0;

  if (region->n_units - region->n_used < n_units)
    return NULL;
  for (gsize i = 0; i < region->n_units; i++)
    {
      run = region->used[i] ? 0 : run + 1;
      if (run == n_units)
        {
          gsize first = i + 1 - n_units;

          memset (region->used + first, 1, n_units);
          region->n_used += n_units;
          return region->blocks + first * UNIT;
        }
    }
  return NULL;
}

static gboolean
region_contains (const Region *region,
                 gconstpointer address)
{
  const guint8 *byte = address;

  return byte >= region->blocks && byte < region->blocks + region->n_units * UNIT;
}

static gpointer
take_locked (gsize     n_units,
             gboolean *lock_failed)
{
  Region *region;
  gpointer block;

  if (regions == NULL)
    regions = g_ptr_array_new_with_free_func ((GDestroyNotify) region_free);
  for (guint i = 0; i < regions->len; i++)
    {
      block = region_take (g_ptr_array_index (regions, i), n_units);
      if (block != NULL)
        return block;
    }

  region = region_new (n_units * UNIT);
  g_ptr_array_add (regions, region);
  if (!region->locked)
    {
      arena_locked = FALSE;
      *lock_failed = !lock_failure_told;
      lock_failure_told = TRUE;
    }
  return region_take (region, n_units);
}

/* Returns: size bytes, all zero. Ends the program when there is no memory, as GLib does. */
gpointer
ilk_arena_alloc (gsize size)
{
  gboolean lock_failed = FALSE;
  gpointer block;

  g_return_val_if_fail (size > 0 && size < G_MAXSIZE / 2, NULL);

  g_mutex_lock (&arena_lock);
  block = take_locked (units_for (size), &lock_failed);
  g_mutex_unlock (&arena_lock);

  /* Said outside of the lock: a log writer may well use secrets itself. */
  if (lock_failed)
    g_message ("Secrets can't be kept out of swap: the limit for locked memory "
               "(RLIMIT_MEMLOCK) is too small");
  return block;
}

/* Wipes and gives back a block of ilk_arena_alloc (); size is the one it was taken with. */
void
ilk_arena_free (gpointer block,
                gsize    size)
{
  gsize n_units = units_for (size);

  if (block == NULL)
    return;
  OPENSSL_cleanse (block, n_units * UNIT);

  g_mutex_lock (&arena_lock);
  for (guint i = 0; i < regions->len; i++)
    {
      Region *region = g_ptr_array_index (regions, i);

      if (!region_contains (region, block))
        continue;
      memset (region->used + ((guint8 *) block - region->blocks) / UNIT, 0, n_units);
      region->n_used -= n_units;
      /* The first one stays: mapping and locking for each single PIN would cost for nothing. */
      if (region->n_used == 0 && i > 0)
        g_ptr_array_remove_index (regions, i);
      break;
    }
  g_mutex_unlock (&arena_lock);
}

gboolean
ilk_arena_contains (gconstpointer address)
{
  gboolean found = FALSE;

  g_mutex_lock (&arena_lock);
  for (guint i = 0; regions != NULL && i < regions->len && !found; i++)
    found = region_contains (g_ptr_array_index (regions, i), address);
  g_mutex_unlock (&arena_lock);
  return found;
}

/* Whether every region so far could be locked into memory. */
gboolean
ilk_arena_is_locked (void)
{
  gboolean locked;

  g_mutex_lock (&arena_lock);
  locked = arena_locked && regions != NULL;
  g_mutex_unlock (&arena_lock);
  return locked;
}
