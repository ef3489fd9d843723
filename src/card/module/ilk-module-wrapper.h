/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

G_BEGIN_DECLS

/* The same module, in front of which stands a C_Initialize that takes "no" for an answer. */
const CK_FUNCTION_LIST *ilk_module_wrap (CK_FUNCTION_LIST *module);

G_END_DECLS
