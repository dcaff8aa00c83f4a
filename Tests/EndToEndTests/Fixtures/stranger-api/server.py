"""Deskline, an invented in-house change-approval desk. Prints its port, ends when its standard input does.

    GET /v2/tickets?opened_from=<ms>&opened_to=<ms>[&limit=<1..3>][&bookmark=<mark>]
    GET /v2/tickets/<ref>/votes
    GET /console            what a browser gets: a login page, in HTML, with status 200

Every request carries X-Deskline-Key. Times are epoch milliseconds in a string. The window is half open and counts when a
ticket was opened; nobody can vote a week after that. The last page says `more: false` and its bookmark is null; with the
argument `keep` it has one all the same, which leads to an empty page with that same bookmark. The first request for votes
is told to slow down. The votes of an archived ticket are gone (404)."""
import http.server, json, sys, threading, urllib.parse

KEY = 'dk-7f3a-desk'
KEEPS = sys.argv[1:] == ['keep']
DAY = 1767571200000  # 2026-01-05T00:00:00Z, a Monday
HOUR = 3600000


def at(day, hour):
    return str(DAY + (day - 5) * 24 * HOUR + round(hour * HOUR))


def ticket(ref, day, hour, author, prompt, rev, state, subject):
    return {'ref': ref, 'opened': at(day, hour), 'author': {'handle': author}, 'subject': subject, 'state': state,
            'artifact': {'sort': 'prompt', 'name': prompt, 'rev': rev}}


def vote(handle, verdict, day, hour, machine=False):
    return {'voter': {'handle': handle, 'machine': machine}, 'verdict': verdict, 'cast': at(day, hour)}


TICKETS = [
    ticket('DSK-1041', 5, 9.5, 'mira.osei', 'refund-helper', '14', 'GREENLIT', 'Shorter refusal for late refunds'),
    ticket('DSK-1042', 5, 14, 'jonas.feld', 'triage', '8', 'GREENLIT', 'Ask for the order number first'),
    ticket('DSK-1043', 6, 8.25, 'mira.osei', 'refund-helper', '15', 'TURNED-DOWN', 'Offer vouchers by default'),
    ticket('DSK-1044', 6, 11, 'ana.ruiz', 'summary', '3', 'ON-THE-DESK', 'Summaries in two sentences'),
    ticket('DSK-1045', 7, 10, 'jonas.feld', 'triage', '9', 'SHELVED', 'Route invoices to finance'),
    ticket('DSK-1046', 7, 16.5, 'tomas.lind', 'greeting', '2', 'GREENLIT', 'Greet by first name'),
    ticket('DSK-1047', 8, 9, 'ana.ruiz', 'summary', '4', 'GREENLIT', 'Keep amounts verbatim'),
    ticket('DSK-1048', 8, 23.75, 'mira.osei', 'refund-helper', '16', 'GREENLIT', 'Mention the 14 days'),
]

VOTES = {
    'DSK-1041': [vote('lint-droid', 'AYE', 5, 9.51, True), vote('priya.nair', 'AYE', 5, 13)],
    'DSK-1042': [vote('lint-droid', 'AYE', 5, 14.01, True), vote('priya.nair', 'PRESENT', 5, 15), vote('tomas.lind', 'AYE', 6, 9)],
    'DSK-1043': [vote('lint-droid', 'AYE', 6, 8.26, True), vote('priya.nair', 'NAY', 6, 10)],
    'DSK-1044': [vote('lint-droid', 'AYE', 6, 11.01, True)],
    'DSK-1045': None,  # archived with the ticket
    'DSK-1046': [vote('lint-droid', 'AYE', 7, 16.51, True)],  # greenlit by the droid alone
    'DSK-1047': [vote('ana.ruiz', 'AYE', 8, 9.1), vote('lint-droid', 'NAY', 8, 9.11, True), vote('priya.nair', 'AYE', 8, 12)],
    'DSK-1048': [vote('mira.osei', 'AYE', 8, 23.8)],  # greenlit by its author
}

told = []


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def send(self, value, status=200, headers=(), html=None):
        body = (html or json.dumps(value)).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'text/html' if html else 'application/json')
        self.send_header('Content-Length', str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def fail(self, status, code, text, headers=()):
        self.send({'error': {'code': code, 'text': text}}, status, headers)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        parts = url.path.strip('/').split('/')
        if parts == ['console']:
            return self.send(None, html='<!doctype html><title>Deskline</title><form>Sign in</form>')
        if self.headers.get('X-Deskline-Key') != KEY:
            return self.fail(401, 'E_KEY', 'unknown key')
        if parts == ['v2', 'tickets']:
            return self.tickets(query)
        if len(parts) == 4 and parts[:2] == ['v2', 'tickets'] and parts[3] == 'votes':
            return self.votes(parts[2])
        self.fail(404, 'E_PATH', 'no such path')

    def tickets(self, query):
        try:
            first, last = int(query['opened_from']), int(query['opened_to'])
            limit = min(int(query.get('limit', 3)), 3)
        except (KeyError, ValueError):
            return self.fail(400, 'E_WINDOW', 'opened_from and opened_to are epoch milliseconds')
        rows = [t for t in TICKETS if first <= int(t['opened']) < last]
        start = int(query.get('bookmark', 'bm-0').removeprefix('bm-'))
        end = min(start + limit, len(rows))
        more = end < len(rows)
        self.send({'result': {'rows': rows[start:end]}, 'meta': {'more': more, 'bookmark': f'bm-{end}' if more or KEEPS else None}})

    def votes(self, ref):
        if not told:
            told.append(ref)
            return self.fail(429, 'E_PACE', 'slow down', [('Retry-After', '1')])
        if VOTES.get(ref) is None:
            return self.fail(404, 'E_GONE', 'archived')
        self.send({'result': {'ticket': ref, 'votes': VOTES[ref]}})


if __name__ == '__main__':
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
