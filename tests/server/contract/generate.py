# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests made from the OpenAPI file by a seeded chance: right by the schema, wrong by it, hostile."""
import base64
import copy
import json

TEXTS = ['', 'x', ' ', '\x00', 'İıŞğ', '\u202e\u0000', '😀' * 40, "'; DROP TABLE holders; --", '%s%n%x',
         '../../etc/passwd', '{"a":1}', 'null', 'A' * 5000, '\ud800', '<script>alert(1)</script>',
         '0', '-1', '1e999', '١٢٣٤٥٦']
VALUES = [None, True, False, 0, -1, 1e308, 2 ** 63, 2 ** 64, [], {}, [[]], [None], {'a': {'b': []}}] + TEXTS
RAW = [b'', b'{', b'[]', b'null', b'""', b'{"a"', b'\xff\xfe\x00', b'{"a":1}{"b":2}', b'{"a":"\xc3"}',
       b'{"kind":"password","kind":"password"}', b'[' * 500, b'{"a":' * 9 + b'1' + b'}' * 9,
       b' ' * 70000, b'{"a":"' + b'x' * 70000 + b'"}', b'{"a":"\\ud800"}', b'{"a":\x00}', b'\xef\xbb\xbf{}',
       b'{"security_word":"\\', b'{"code":', b'{"code":{"code":"123456"}}', b'{"__proto__":{"x":1}}']
TARGETS = ['%00', '..%2f..%2fetc', '%', 'A' * 3000, '%c3%28', "'", '*', '%2e%2e', '😀', '0', '-1',
           '000000000000000000000000', 'AAAAAAAAAAAAAAAAAAAAAA']


class Generator:
    def __init__(self, api, chance):
        self.api = api
        self.chance = chance

    def pick(self, items):
        return items[self.chance.randrange(len(items))]

    def text(self, schema):
        pattern = schema.get('pattern', '')
        if '[0-9]{' in pattern:
            return ''.join(self.pick('0123456789') for _ in range(int(pattern.split('{')[1].split('}')[0])))
        if 'A-F' in pattern:
            count = pattern.split('{')[1].split('}')[0] if '{' in pattern else '16'
            return ''.join(self.pick('0123456789ABCDEF') for _ in range(int(count)))
        if '{' in pattern:
            return ''.join(self.pick('abcXYZ019_-') for _ in range(int(pattern.split('{')[1].split('}')[0])))
        if schema.get('contentEncoding') == 'base64':
            return base64.b64encode(self.chance.randbytes(32)).decode()
        return self.pick(['10000000146', 'A1234567', 'bir sözcük daha', 'made up'])

    def value(self, schema):
        schema = self.api.resolve(schema)
        for word in ('oneOf', 'anyOf'):
            if word in schema:
                return self.value(self.pick(schema[word]))
        if 'allOf' in schema:
            merged = {}
            for part in schema['allOf']:
                merged.update(self.api.resolve(part))
            return self.value(merged)
        if 'const' in schema:
            return schema['const']
        if 'enum' in schema:
            return self.pick(schema['enum'])
        kind = schema.get('type', 'string')
        kind = self.pick(kind) if isinstance(kind, list) else kind
        if kind == 'object':
            required = schema.get('required', [])
            return {name: self.value(part) for name, part in schema.get('properties', {}).items()
                    if name in required or self.chance.random() < 0.5}
        if kind == 'array':
            return [self.value(schema.get('items', {})) for _ in range(self.chance.randrange(3))]
        return {'integer': 1, 'number': 1.5, 'boolean': True, 'null': None}.get(kind) \
            if kind != 'string' else self.text(schema)

    def spoil(self, value):
        """One thing is wrong with it afterwards."""
        value = copy.deepcopy(value)
        if not isinstance(value, dict) or not value:
            return self.pick(VALUES)
        name = self.pick(sorted(value))
        act = self.chance.randrange(4)
        if act == 0:
            del value[name]
        elif act == 1:
            value[name] = self.pick(VALUES)
        elif act == 2:
            value[self.pick(['unknown', '', name + ' ', name.upper(), 'a b', '\x00'])] = self.pick(VALUES)
        else:
            value[name] = self.spoil(value[name])
        return value

    def target(self, operation, known):
        path = operation.path
        while '{' in path:
            name = path[path.index('{'):path.index('}') + 1]
            if self.chance.random() < 0.6 and known.get(name):
                path = path.replace(name, self.pick(known[name]), 1)
            else:
                path = path.replace(name, self.pick(TARGETS), 1)
        if self.chance.random() < 0.2:
            path += self.pick(['?operation=x', '?operation=', '?operation=' + 'A' * 22, '?a=b&a=c', '?%00', '/',
                               '?operation=%00', '//'])
        return path.encode('utf-8', 'surrogatepass').decode('latin-1')

    def body(self, operation):
        described = operation.body()
        roll = self.chance.random()
        if roll < 0.15:
            return self.pick(RAW)
        if described is None:
            return None if roll < 0.7 else b'{}'
        if 'json' not in described[0]:
            return self.chance.randbytes(self.chance.randrange(200))
        value = self.value(described[1])
        if roll > 0.45:
            value = self.spoil(value)
        return json.dumps(value).encode()

    def headers(self, operation, tokens):
        headers = {'Accept-Language': self.pick(['tr', 'en', 'de, *;q=0', '', 'x' * 300]),
                   'Content-Type': self.pick(['application/json'] * 6 + ['text/plain', 'application/xml', ''])}
        if operation.needs_key() and self.chance.random() < 0.9:
            headers['Idempotency-Key'] = self.pick([self.chance.randbytes(16).hex()] * 8 +
                                                   ['', 'x' * 200, 'same', '\xff\xfe'])
        if tokens and self.chance.random() < (0.3 if operation.open else 0.85):
            headers['Authorization'] = 'Bearer ' + self.pick(tokens)
        elif self.chance.random() < 0.3:
            headers['Authorization'] = self.pick(['Bearer ', 'Basic eDp5', 'Bearer ' + 'A' * 43, 'Bearer \xff',
                                                  'Bearer ' + 'x' * 4000])
        if self.chance.random() < 0.1:
            headers[self.pick(['X-Forwarded-For', 'Cookie', 'Host', 'If-Match', 'Range', 'Expect-CT'])] = \
                self.pick(['192.0.2.1', 'a=b; c', '', '*', 'x' * 2000])
        return headers
