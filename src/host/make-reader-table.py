#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the C table of known readers from data/readers.json, ordered for a binary search."""
import json
import sys

FORMS = {None: "UNKNOWN", "sim-mini": "SIM_MINI", "desktop": "DESKTOP", "keyboard": "KEYBOARD",
         "builtin": "BUILT_IN", "token": "TOKEN"}


def quoted(text):
    if text is None:
        return "NULL"
    # Octal, not hex: a hex escape in C would run on into a digit that follows it.
    out = "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}"
                  for b in text.encode())
    return f'"{out}"'


def main(source, target):
    with open(source, encoding="utf-8") as file:
        readers = json.load(file)
    rows = {}
    for reader in readers:
        pair = int(reader["vid"], 16), int(reader["pid"], 16)
        if pair in rows or max(pair) > 0xFFFF or not reader["name"]:
            sys.exit(f"{source}: {reader}: faulty, or listed twice")
        rows[pair] = reader
    with open(target, "w", encoding="utf-8") as file:
        file.write('/* Made from data/readers.json. */\n#include "host/ilk-known-reader.h"\n\n')
        file.write("const IlkKnownReader ilk_known_readers[] = {\n")
        for (vid, pid), reader in sorted(rows.items()):
            documents = "|".join(reader.get("documents", [])) or None
            file.write(f"  {{ 0x{vid:04x}, 0x{pid:04x}, {quoted(reader['name'])}, "
                       f"{quoted(reader['driver'])}, {quoted(reader.get('since'))}, "
                       f"ILK_READER_FORM_{FORMS[reader.get('form')]}, {quoted(documents)}, "
                       f"{'TRUE' if reader.get('sure') else 'FALSE'} }},\n")
        file.write("};\n\n")
        file.write(f"const unsigned int ilk_n_known_readers = {len(rows)};\n")


main(*sys.argv[1:])
