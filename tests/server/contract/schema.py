# SPDX-License-Identifier: GPL-3.0-or-later
"""What the OpenAPI file says: its operations, and whether an answer is one that it describes."""
import json
import re

import jsonschema
import yaml


class Operation:
    def __init__(self, api, path, method, shared, node):
        self.api = api
        self.path = path
        self.method = method.upper()
        self.id = node['operationId']
        self.node = node
        self.open = node.get('security') == []
        self.parameters = [api.resolve(item) for item in shared + node.get('parameters', [])]
        self.form = re.compile('^' + re.sub(r'\{[^}]+\}', '[^/]+', path) + '$')

    def needs_key(self):
        return any(item['name'] == 'Idempotency-Key' for item in self.parameters)

    def body(self):
        """The content type and schema of the request's body; None: it has none."""
        body = self.api.resolve(self.node.get('requestBody', {}))
        for kind, media in body.get('content', {}).items():
            return kind, media['schema']
        return None

    def answer(self, status):
        """What the file says of this status; None: nothing."""
        responses = self.node['responses']
        if str(status) in responses:
            return self.api.resolve(responses[str(status)])
        if 'default' in responses and status >= 400:
            return self.api.resolve(responses['default'])
        return None


class Api:
    METHODS = ('get', 'put', 'post', 'delete', 'patch')

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.document = yaml.safe_load(file)
        self.operations = []
        for target, node in self.document['paths'].items():
            shared = node.get('parameters', [])
            self.operations += [Operation(self, target, method, shared, node[method])
                                for method in self.METHODS if method in node]

    def resolve(self, node):
        while '$ref' in node:
            target = self.document
            for part in node['$ref'].removeprefix('#/').split('/'):
                target = target[part.replace('~1', '/').replace('~0', '~')]
            node = target
        return node

    def check(self):
        """Every reference leads somewhere, every name is there once."""
        names = [operation.id for operation in self.operations]
        assert len(names) == len(set(names)), 'an operationId is there twice'

        def walk(node):
            if isinstance(node, dict):
                if '$ref' in node:
                    self.resolve(node)
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)
        walk(self.document)

    def find(self, method, target):
        path = target.split('?')[0]
        exact = [operation for operation in self.operations
                 if operation.method == method and operation.path == path]
        return (exact or [operation for operation in self.operations
                          if operation.method == method and operation.form.match(path)])[0]

    def validate(self, value, schema):
        """Raises jsonschema.ValidationError. Components are found from the whole document."""
        whole = {'components': self.document['components'], 'allOf': [schema]}
        jsonschema.Draft202012Validator(whole).validate(value)

    def problem_codes(self):
        return self.document['components']['schemas']['Problem']['properties']['code']['enum']


def look_at(api, operation, status, headers, body):
    """Says what is wrong with an answer; an empty list: nothing."""
    faults = []
    described = operation.answer(status)
    if status >= 500 and status != 503:
        faults.append(f'status {status}')
    if described is None:
        faults.append(f'status {status} is not described')
        return faults
    if headers.get('Cache-Control') != 'no-store':
        faults.append('it may be kept by caches')
    if headers.get('X-Content-Type-Options') != 'nosniff':
        faults.append('its type may be guessed')
    if status in (429, 503) and not headers.get('Retry-After', '').isdigit():
        faults.append('no Retry-After')
    content = described.get('content')
    if content is None:
        return faults + (['it has a body'] if body else [])
    kind = (headers.get('Content-Type') or '').split(';')[0]
    if kind not in content:
        return faults + [f'content type {kind}']
    if 'json' not in kind:
        return faults
    try:
        value = json.loads(body)
        api.validate(value, content[kind]['schema'])
        if status >= 400 and value['status'] != status:
            faults.append('the problem tells another status')
    except (ValueError, jsonschema.ValidationError) as error:
        faults.append(f'{getattr(error, "message", error)}'[:200])
    return faults
