#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes data/atrs.json as a C table: make-atr-table.py INPUT OUTPUT."""
import json
import sys

KINDS = {
    'akis-v1': 'ILK_CARD_KIND_AKIS_V1',
    'akis': 'ILK_CARD_KIND_AKIS',
    'akis-probable': 'ILK_CARD_KIND_AKIS_PROBABLE',
    'national-id': 'ILK_CARD_KIND_NATIONAL_ID',
    'other-issuer': 'ILK_CARD_KIND_OTHER_ISSUER',
}


def c_bytes(text):
    data = bytes.fromhex(text)
    return '{ ' + ', '.join(f'0x{byte:02X}' for byte in data) + ' }'


def c_string(text):
    return json.dumps(text, ensure_ascii=False)


def row(entry, rule, value, mask):
    if len(value) > 66 or len(mask) != len(value):
        sys.exit(f'atrs.json: {value}: the mask must be as long, and both at most 33 bytes')
    return (f'  {{ {rule}, {len(value) // 2}, {c_bytes(value)},\n    {c_bytes(mask)},\n'
            f'    {c_string(entry["name"])}, {KINDS[entry["kind"]]} }},\n')


def rows(table):
    for card in table['cards']:
        yield row(card, 'RULE_WHOLE', card['atr'], 'FF' * (len(card['atr']) // 2))
    for family in table['families']:
        if 'contains' in family:
            part = family['contains']
            yield row(family, 'RULE_PART', part, 'FF' * (len(part) // 2))
        else:
            yield row(family, 'RULE_WHOLE', family['value'], family['mask'])


def main():
    with open(sys.argv[1], encoding='utf-8') as source:
        table = json.load(source)
    known = set(table['sources'])
    for entry in table['cards'] + table['families']:
        if not entry['sources'] or not set(entry['sources']) <= known:
            sys.exit(f'atrs.json: {entry["name"]}: names no source, or one that is not listed')
    with open(sys.argv[2], 'w', encoding='utf-8') as target:
        target.write('/* Made from data/atrs.json. */\n')
        target.writelines(rows(table))


main()
