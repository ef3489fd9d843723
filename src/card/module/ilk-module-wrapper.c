/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza-module"

#include "card/module/ilk-module-wrapper.h"

/* C_Initialize has no place for data of ours, and there is one module in the process. */
static CK_FUNCTION_LIST *wrapped;

/* Some builds of libakisp11.so take no arguments at all and answer CKR_ARGUMENTS_BAD, though the
 * standard lets every program pass them; others are tested with arguments only, since that is how
 * browsers call them. This process calls the module from one thread, so either way is right. */
static CK_RV
initialize (void *arguments)
{
  CK_RV rv = wrapped->C_Initialize (arguments);

  if (arguments != NULL && (rv == CKR_ARGUMENTS_BAD || rv == CKR_CANT_LOCK))
    rv = wrapped->C_Initialize (NULL);
  return rv;
}

/**
 * ilk_module_wrap:
 * @module: a module's own function list
 *
 * Returns: (transfer none): the list to call instead; good for one module in a process
 */
const CK_FUNCTION_LIST *
ilk_module_wrap (CK_FUNCTION_LIST *module)
{
  static CK_FUNCTION_LIST wrapper;

  wrapped = module;
  wrapper = *module;
  wrapper.C_Initialize = initialize;
  return &wrapper;
}
