"""A server on loopback that behaves as the path says. Prints its port, ends when its standard input does.

usage: web.py [folder [certificate key]]; /log and /files/ answer from the folder."""
import collections, datetime, gzip, hashlib, hmac, http.server, json, os, ssl, sys, threading, time, urllib.parse

FOLDER = sys.argv[1] if len(sys.argv) > 1 else '.'
seen = collections.Counter()
asked = []


def item(number):
    return {'id': f'e-{number}', 'time': f'2026-01-0{1 + number % 7}T10:00:00Z', 'n': number}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'Recorder/7'
    sys_version = ''

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.do_GET()

    def send(self, value, status=200, kind='application/json', headers=(), length=None, raw=None):
        body = raw if raw is not None else json.dumps(value).encode()
        try:
            self.send_response(status)
            self.send_header('Content-Type', kind)
            self.send_header('Content-Length', str(length if length is not None else len(body)))
            for name, text in headers:
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)
            if length is not None:
                self.close_connection = True
        except OSError:
            self.close_connection = True

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        seen[url.path] += 1
        asked.append(self.path)
        here = f'http://{self.headers["Host"]}'
        name = url.path.strip('/').split('/')[0].replace('-', '_')
        handler = getattr(self, 'on_' + name, None)
        if handler is None:
            return self.send({'error': 'no such path'}, 404)
        handler(url, query, here)

    # Paging
    def on_link(self, url, query, here):
        page = int(query.get('page', 1))
        links = [('Link', f'<{here}/link?page=1>; rel="first", </repositories/7/link?page={page + 1}>; title="a, b"; rel="next"')] if page < 3 else []
        self.send([item(page * 2), item(page * 2 + 1)], headers=links)

    def on_repositories(self, url, query, here):
        self.on_link(url, query, here)

    def on_token(self, url, query, here):
        page = int(query.get('cursor', 'c1')[1:])
        self.send({'data': [item(page)], 'meta': {'next': f'c{page + 1}' if page < 3 else None}})

    def on_said_token(self, url, query, here):
        page = int(query.get('cursor', 'c1')[1:])
        more = page < 3
        token = '' if query.get('lose') and page == 2 else f'c{page + 1}'
        self.send({'data': [item(page)], 'NextMarker': token, 'Truncated': str(more).lower() if query.get('text') else more})

    def on_head_token(self, url, query, here):
        page = int(query.get('after', 1))
        self.send({'data': [item(page)]}, headers=[('X-Next', str(page + 1))] if page < 3 else [])

    def on_body(self, url, query, here):
        asked = json.loads(self.body)
        page = int(asked.get('paging', {}).get('cursor', 1))
        self.send({'data': [item(page)], 'asked': asked, 'next': str(page + 1) if page < 3 else ''})

    def on_page(self, url, query, here):
        page, size = int(query['page']), min(int(query['per_page']), 2)
        self.send([item(n) for n in range(5)][(page - 1) * size:page * size])

    def on_offset(self, url, query, here):
        start, size = int(query['offset']), int(query['limit'])
        self.send({'incidents': [item(n) for n in range(5)][start:start + size], 'more': start + size < 5, 'total': 5})

    def on_missing(self, url, query, here):
        self.send({'data': [item(1)], 'total': 3})

    def on_window(self, url, query, here):
        start, end = int(query['start']), int(query['end'])
        if int(query.get('broken', 0)) in range(start, end):
            return self.send({}, 500)
        hours = range(-(-start // 3600) * 3600, end, 3600)
        self.send({'items': [{'id': str(t), 'time': datetime.datetime.fromtimestamp(t, datetime.timezone.utc).isoformat()} for t in hours]})

    def on_endless(self, url, query, here):
        page = int(query.get('cursor', 0))
        self.send({'data': [item(page % 7)] if page < 3 else [], 'next': page + 1})

    def on_circle(self, url, query, here):
        self.send({'data': [], 'next': 'same'})

    def on_repeats(self, url, query, here):
        self.send({'data': [item(1)]})

    def on_link_away(self, url, query, here):
        self.send([item(1)], headers=[('Link', '<https://203.0.113.9/next>; rel="next"')])

    # Trouble
    def on_throttled(self, url, query, here):
        if seen[url.path] < 3:
            late = time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(time.time() + 40))
            return self.send({}, 429, headers=[('Retry-After', '3' if seen[url.path] == 1 else late)])
        self.send([item(1)])

    def on_patience(self, url, query, here):
        self.send({}, 429, headers=[('Retry-After', '100000')])

    def on_busy(self, url, query, here):
        self.send([item(1)] if seen[url.path] > 2 else {}, 200 if seen[url.path] > 2 else 503)

    def on_hang_up(self, url, query, here):
        if seen[url.path] == 1:
            self.close_connection = True
            return self.connection.close()
        self.send([item(1)])

    def on_short(self, url, query, here):
        body = json.dumps([item(1), item(2)]).encode()
        self.send(None, raw=body, length=len(body) + 100)

    def on_torn(self, url, query, here):
        self.send(None, raw=json.dumps([item(1), item(2)]).encode()[:-9])

    def on_html(self, url, query, here):
        self.send(None, raw=b'<html>sign in</html>', kind='text/html; charset=utf-8')

    def on_html_as_json(self, url, query, here):
        self.send(None, raw=b'<html>sign in</html>')

    def on_other_array(self, url, query, here):
        self.send({'rows': [item(1)]})

    def on_null(self, url, query, here):
        self.send({'data': None, 'errors': [{'message': 'not allowed'}]})

    def on_away(self, url, query, here):
        self.send({}, 302, headers=[('Location', 'https://203.0.113.9/elsewhere?key=1')])

    def on_moved(self, url, query, here):
        self.send({}, 307, headers=[('Location', '/link?page=3')])

    def on_round(self, url, query, here):
        self.send({}, 302, headers=[('Location', '/round')])

    def on_drip(self, url, query, here):
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', '100000')
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b' ')
                time.sleep(0.1)
        except OSError:
            pass

    def on_bomb(self, url, query, here):
        self.send(None, raw=gzip.compress(b'[' + b' ' * (8 << 20) + b']'), headers=[('Content-Encoding', 'gzip')])

    def on_packed(self, url, query, here):
        self.send(None, raw=gzip.compress(json.dumps([item(1)]).encode()), headers=[('Content-Encoding', 'gzip')])

    def on_who(self, url, query, here):
        self.send([{'id': 'w', 'kind': self.headers.get('Authorization', 'none').split()[0],
                    'length': len(self.headers.get('Authorization', '') + self.headers.get('X-Token', ''))}])

    def on_echo(self, url, query, here):
        self.send([{'id': 'w', 'you_sent': self.headers.get('Authorization', '')}])

    def on_echo_otherwise(self, url, query, here):
        """The secret that came, in a place where it is not looked for at once."""
        secret = self.headers.get('Authorization', '').split()[-1]
        spelled = {'slash': secret.replace('/', '\\/'), 'unicode': ''.join(f'\\u{ord(c):04X}' for c in secret), 'url': urllib.parse.quote(secret, safe='')}
        way = url.path.split('/')[2]
        if way == 'redirect':
            self.send([], 302, headers=[('Location', f'/{secret}/nowhere')])
        elif way == 'type':
            self.send([], kind=f'text/{secret}')
        else:
            self.send(None, raw=('[{"id":"' + spelled[way] + '"}]').encode())

    def on_late_clock(self, url, query, here):
        self.date_time_string = lambda timestamp=None: 'Sun, 06 Nov 1994 08:49:37 GMT'
        self.send([item(1)])

    def on_signed(self, url, query, here):
        """AWS signature version 4, worked out anew from what arrived: its own code, against the published description."""
        said = self.headers.get('Authorization', '')
        parts = dict(p.strip().split('=', 1) for p in said.removeprefix('AWS4-HMAC-SHA256 ').split(','))
        key, day, region, service, end = parts['Credential'].split('/')
        names = parts['SignedHeaders'].split(';')
        pairs = sorted((urllib.parse.quote(n, safe='-_.~'), urllib.parse.quote(v, safe='-_.~')) for n, v in urllib.parse.parse_qsl(url.query))
        canonical = '\n'.join([
            self.command, url.path, '&'.join('='.join(p) for p in pairs), *(n + ':' + ' '.join(self.headers.get(n, '<not sent>').split()) for n in names), '',
            ';'.join(names), hashlib.sha256(getattr(self, 'body', b'')).hexdigest()])
        text = '\n'.join(['AWS4-HMAC-SHA256', self.headers['X-Amz-Date'], '/'.join([day, region, service, end]), hashlib.sha256(canonical.encode()).hexdigest()])
        signing = b'AWS4the-secret-key'
        for word in [day, region, service, end, text]:
            signing = hmac.new(signing, word.encode(), 'sha256').digest()
        is_right = key == 'AKIDEXAMPLE' and end == 'aws4_request' and hmac.compare_digest(signing.hex(), parts['Signature'])
        self.send({'Keys': [item(1)], 'region': region, 'service': service} if is_right else {}, 200 if is_right else 403)

    # Records in records
    def on_series(self, url, query, here):
        self.send({'data': {'result': [{'metric': {'job': 'a, "b"'}, 'values': [[1, '0.5'], [2, '1e3']]}, {'metric': {'job': 'c'}, 'values': []}]}})

    def on_pulls(self, url, query, here):
        """Nine pulls, the newest first by their last change, four a page; of every third nothing was merged. Reviews lie below each."""
        if url.path != '/pulls':
            number, page = int(url.path.split('/')[2]), int(query.get('page', 1))
            if query.get('fail') == str(number):
                return self.send({}, 404)
            links = [('Link', f'<{here}{url.path}?page=2>; rel="next"')] if number == 8 and page == 1 else []
            return self.send([] if number == 4 else [{'id': number * 10 + page - 1}], headers=links)
        page = int(query.get('page', 1))
        pulls = [{'number': n, 'state': 'closed', 'title': 't', 'user': {'login': 'ada', 'id': 1}, 'labels': [{'name': 'x', 'id': 1}, {'name': 'y', 'id': 2}],
                  'created_at': f'2026-02-{20 - n:02}T10:00:00Z', 'updated_at': f'2026-03-{n:02}T10:00:00Z',
                  'merged_at': f'2026-03-{n - 1:02}T09:00:00Z' if n % 3 != 0 and n not in (1, 7) else None} for n in range(9, 0, -1)]
        links = [('Link', f'<{here}/pulls?page={page + 1}>; rel="next"')] if page < 3 else []
        self.send(pulls[(page - 1) * 4:page * 4], headers=links)

    def on_names(self, url, query, here):
        if url.path == '/names':
            return self.send({'names': [{'id': 7, 'text': 'a/../b?c=1'}]})
        self.send({'path': self.path, 'asked': json.loads(self.body)})

    def on_xml(self, url, query, here):
        member = '<member a="1 &amp; 2"><Name>ada &amp; <![CDATA[ben]]></Name></member>'
        inner = member * int(query['n']) if query['n'].isdigit() else member
        text = f'<x:Answer xmlns:x="urn:x"><Users>{inner}</Users></x:Answer>'
        if query['n'] == 'entity':
            text = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
        self.send(None, raw=(text[:-9] if query['n'] == 'torn' else text).encode(), kind='text/xml')

    def on_plain(self, url, query, here):
        self.send([item(1)], kind='text/plain; charset=utf-8')

    # From the folder
    def on_log(self, url, query, here):
        place = lambda name: os.path.join(FOLDER, name)
        with open(place('asked'), 'a') as file:
            file.write(url.query + '\n')
        if os.path.exists(place('down')):
            return self.send({'error': 'your token is ' + self.headers.get('Authorization', '')}, 500)
        if os.path.exists(place('slow')):
            time.sleep(float(open(place('slow')).read()))
        events = [json.loads(line) for line in open(place('events.jsonl'))] if os.path.exists(place('events.jsonl')) else []
        found = [e for e in events if query['since'] <= e['time'] < query['until']]
        page, size = int(query.get('page', 1)), 100
        links = [('Link', f'<{here}{url.path}?since={query["since"]}&until={query["until"]}&page={page + 1}>; rel="next"')] if page * size < len(found) else []
        self.send({'events': found[(page - 1) * size:page * size]}, headers=links)

    def on_files(self, url, query, here):
        """A recorded answer: <path>.json, or the nth of <path>.1.json, <path>.2.json ... the last again and again; with the head of <file>.head. What AWS calls an action
        is the last piece of the path."""
        path = os.path.join(FOLDER, *url.path.strip('/').split('/')[1:], *([self.headers.get('X-Amz-Target') or query.get('Action')] if
                            self.headers.get('X-Amz-Target') or query.get('Action') else []))
        seen[path] += 1
        ending = 'xml' if any(os.path.exists(path + end) for end in ['.xml', '.1.xml']) else 'json'
        number = max((n for n in range(1, seen[path] + 1) if os.path.exists(f'{path}.{n}.{ending}')), default=0)
        name = f'{path}.{number}.{ending}' if number else f'{path}.{ending}'
        if not os.path.exists(name):
            return self.send({}, 404)
        head = [line.rstrip('\n').replace('{here}', here).split(': ', 1) for line in open(name + '.head')] if os.path.exists(name + '.head') else []
        self.send(None, raw=open(name, 'rb').read(), headers=head, kind='text/xml' if ending == 'xml' else 'application/json')

server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
