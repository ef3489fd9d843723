/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-limiter.h"

#include <math.h>
#include <string.h>

/* A bucket of tokens for each kind and address, and one for each kind that all share. The buckets
 * are bounded: the one that was not used for longest makes room. Such a one is full again, unless an
 * attacker has as many addresses as there are buckets; then the shared ones hold. */
#define MAX_BUCKETS 65536
#define KEY_LENGTH 17

typedef struct {
  const char *per_minute;
  const char *burst;
  const char *all_per_minute;
  const char *all_burst;
  gint64      numbers[4];
} Row;

/* Many holders of one institution may share an address. */
static const Row rows[ILK_N_LIMITS] = {
  [ILK_LIMIT_LOGIN] = { "login-per-minute", "login-burst", "all-logins-per-minute",
                        "all-logins-burst", { 60, 60, 3000, 200 } },
  [ILK_LIMIT_CAPTCHA] = { "captcha-per-minute", "captcha-burst", "all-captchas-per-minute",
                          "all-captchas-burst", { 120, 120, 6000, 400 } },
  [ILK_LIMIT_MESSAGE] = { "message-per-minute", "message-burst", "all-messages-per-minute",
                          "all-messages-burst", { 60, 60, 3000, 200 } },
  [ILK_LIMIT_OTHER] = { "other-per-minute", "other-burst", "all-others-per-minute",
                        "all-others-burst", { 1200, 300, 120000, 4000 } },
};

typedef struct {
  double tokens;
  gint64 at;        /* when they were counted */
} Bucket;

typedef struct {
  guint8 key[KEY_LENGTH];
  Bucket bucket;
  GList  link;      /* in the order of use */
} Entry;

typedef struct {
  double per_second;
  double burst;
} Rate;

struct _IlkLimiter
{
  Rate        each[ILK_N_LIMITS];
  Rate        all[ILK_N_LIMITS];
  Bucket      shared[ILK_N_LIMITS];
  GHashTable *entries;
  GQueue      used;   /* the head was used longest ago */
};

static guint
hash_key (gconstpointer key)
{
  const guint8 *bytes = key;
  guint hash = 5381;

  for (int i = 0; i < KEY_LENGTH; i++)
    hash = hash * 33 + bytes[i];
  return hash;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return memcmp (a, b, KEY_LENGTH) == 0;
}

static Rate
read_rate (const IlkConfig *config,
           const Row       *row,
           gboolean         all)
{
  const char *per_minute = all ? row->all_per_minute : row->per_minute;
  const char *burst = all ? row->all_burst : row->burst;
  const gint64 *numbers = row->numbers + (all ? 2 : 0);

  return (Rate) {
    .per_second = (double) ilk_config_get_number (config, "Limits", per_minute, numbers[0]) / 60,
    .burst = (double) ilk_config_get_number (config, "Limits", burst, numbers[1]),
  };
}

IlkLimiter *
ilk_limiter_new (const IlkConfig *config)
{
  IlkLimiter *self = g_new0 (IlkLimiter, 1);

  for (int kind = 0; kind < ILK_N_LIMITS; kind++)
    {
      self->each[kind] = read_rate (config, &rows[kind], FALSE);
      self->all[kind] = read_rate (config, &rows[kind], TRUE);
      self->shared[kind].tokens = self->all[kind].burst;
    }
  self->entries = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
  g_queue_init (&self->used);
  return self;
}

void
ilk_limiter_free (IlkLimiter *self)
{
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_free (self);
}

static gboolean
ends (const char *path,
      const char *ending)
{
  return g_str_has_suffix (path, ending);
}

IlkLimitKind
ilk_limiter_classify (const char *method,
                      const char *path)
{
  if (g_str_equal (method, "GET") || g_str_equal (method, "HEAD"))
    return g_str_equal (path, "/guvenlik-sozcugu") ? ILK_LIMIT_CAPTCHA : ILK_LIMIT_OTHER;
  if (ends (path, "/captchas"))
    return ILK_LIMIT_CAPTCHA;
  if (ends (path, "/sessions") || ends (path, "/verification-codes/handles") ||
      ends (path, "-challenges") || ends (path, "-logins") || ends (path, "/security-word") ||
      ends (path, "/web-password"))
    return ILK_LIMIT_LOGIN;
  if (g_str_equal (method, "POST") &&
      (ends (path, "/sms") || ends (path, "/confirmations") || ends (path, "/suspensions") ||
       ends (path, "/codes") ||
       ends (path, "/security-word-resets") || g_str_has_prefix (path, "/guvenlik-sozcugu")))
    return ILK_LIMIT_MESSAGE;
  return ILK_LIMIT_OTHER;
}

/* One holder of IPv6 has a whole /64. */
static void
make_key (IlkLimitKind  kind,
          GInetAddress *address,
          guint8        key[KEY_LENGTH])
{
  gsize size = g_inet_address_get_native_size (address);
  gsize used = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 ? 8 : size;

  memset (key, 0, KEY_LENGTH);
  key[0] = (guint8) ((guint) kind << 5 | (guint) size);
  memcpy (key + 1, g_inet_address_to_bytes (address), MIN (used, KEY_LENGTH - 1));
}

static Entry *
get_entry (IlkLimiter   *self,
           IlkLimitKind  kind,
           GInetAddress *address,
           gint64        now)
{
  guint8 key[KEY_LENGTH];
  Entry *entry;

  make_key (kind, address, key);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_tail_link (&self->used, &entry->link);
      return entry;
    }
  if (g_hash_table_size (self->entries) >= MAX_BUCKETS)
    {
      GList *oldest = g_queue_pop_head_link (&self->used);

      g_hash_table_remove (self->entries, ((Entry *) oldest->data)->key);
    }
  entry = g_new0 (Entry, 1);
  memcpy (entry->key, key, KEY_LENGTH);
  entry->bucket = (Bucket) { .tokens = self->each[kind].burst, .at = now };
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_tail_link (&self->used, &entry->link);
  return entry;
}

/* Returns the seconds until there is a token, 0: there is one. */
static int
fill (Bucket *bucket,
      Rate    rate,
      gint64  now)
{
  double seconds = (double) (now - bucket->at) / G_USEC_PER_SEC;

  bucket->tokens = MIN (bucket->tokens + seconds * rate.per_second, rate.burst);
  bucket->at = now;
  return bucket->tokens >= 1 ? 0 : (int) ceil ((1 - bucket->tokens) / rate.per_second);
}

/* Whoever is over the limit of his address takes nothing of what all share. */
int
ilk_limiter_take (IlkLimiter   *self,
                  IlkLimitKind  kind,
                  GInetAddress *address,
                  gint64        now)
{
  Entry *entry = address != NULL ? get_entry (self, kind, address, now) : NULL;
  Bucket *shared = &self->shared[kind];
  int wait = 0;

  if (shared->at == 0)
    shared->at = now;
  if (entry != NULL)
    wait = fill (&entry->bucket, self->each[kind], now);
  if (wait == 0)
    wait = fill (shared, self->all[kind], now);
  if (wait > 0)
    return MAX (wait, 1);

  if (entry != NULL)
    entry->bucket.tokens -= 1;
  shared->tokens -= 1;
  return 0;
}

guint
ilk_limiter_get_size (IlkLimiter *self)
{
  return g_hash_table_size (self->entries);
}
