/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pkcs11-elf.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Both classes begin alike, up to e_machine. */
typedef struct {
  unsigned char ident[EI_NIDENT];
  Elf32_Half    type;
  Elf32_Half    machine;
} Beginning;

G_STATIC_ASSERT (G_STRUCT_OFFSET (Beginning, machine) == G_STRUCT_OFFSET (Elf64_Ehdr, e_machine));
G_STATIC_ASSERT (G_STRUCT_OFFSET (Beginning, machine) == G_STRUCT_OFFSET (Elf32_Ehdr, e_machine));

/* A pipe or a device in a module's place is not waited for. */
static gboolean
read_beginning (const char *path,
                Beginning  *beginning)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat about;
  gboolean done;

  if (fd < 0)
    return FALSE;

  memset (beginning, 0, sizeof *beginning);
  done = fstat (fd, &about) == 0 && S_ISREG (about.st_mode)
         && read (fd, beginning, sizeof *beginning) >= 0;
  close (fd);
  return done;
}

/**
 * ilk_pkcs11_file_look:
 * @path: what may be a PKCS#11 module
 *
 * Compares it with our own program, which is what the process that loads it is built like.
 */
IlkPkcs11File
ilk_pkcs11_file_look (const char *path)
{
  Beginning own;
  Beginning other;

  if (!read_beginning (path, &other))
    return ILK_PKCS11_FILE_ABSENT;
  if (memcmp (other.ident, ELFMAG, SELFMAG) != 0)
    return ILK_PKCS11_FILE_NO_LIBRARY;
  if (!read_beginning ("/proc/self/exe", &own))
    return ILK_PKCS11_FILE_FITS; /* the loader will say */
  if (other.ident[EI_CLASS] != own.ident[EI_CLASS] || other.ident[EI_DATA] != own.ident[EI_DATA]
      || other.machine != own.machine)
    return ILK_PKCS11_FILE_ARCHITECTURE;

  return other.type == ET_DYN ? ILK_PKCS11_FILE_FITS : ILK_PKCS11_FILE_NO_LIBRARY;
}
