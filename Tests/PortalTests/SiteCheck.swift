import Foundation

/// Runs another program; the tests judge pages by other people's parsers.
enum Program {
    static func run(_ arguments: [String], in folder: URL? = nil, input: String = "") throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
    static func isThere(_ name: String) -> Bool {
        let found = (try? run(["sh", "-c", "command -v \(name)"]).status) == 0
        if !found { print("skipped: \(name) is not installed") }
        return found
    }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("portal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ files: [String: [UInt8]]) throws {
        for (path, bytes) in files {
            let file = url.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }
}

/// What python's HTML parser, which has never heard of our templates, makes of a whole site. Prints one line per fault.
enum SiteCheck {
    static func faults(in folder: URL) throws -> [String] {
        let (status, output) = try Program.run(["python3", "-", folder.path], input: script)
        return status == 0 ? output.split(separator: "\n").map(String.init) : ["the checker itself ended with \(status): \(output)"]
    }

    private static let script = #"""
        import sys, os, posixpath, re
        from html.parser import HTMLParser
        from urllib.parse import unquote
        root = sys.argv[1]
        VOID = {'meta','link','br','img','input','hr','path','rect'}
        CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types portal"
        class Page(HTMLParser):
            def __init__(self, name):
                super().__init__(convert_charrefs=True)
                self.name, self.ids, self.links, self.faults, self.stack, self.text = name, set(), [], [], [], []
                self.head, self.h1, self.tables, self.headings, self.skip = [], 0, [], [], False
            def bad(self, what): self.faults.append(f'{self.name}:{self.getpos()[0]}: {what}')
            def handle_starttag(self, tag, attrs):
                a = dict(attrs)
                if len(a) != len(attrs): self.bad(f'repeated attribute in <{tag}>')
                if self.stack and self.stack[-1] == 'head': self.head.append((tag, a))
                for k, v in attrs:
                    if k.startswith('on') or k in ('style','integrity','srcdoc'): self.bad(f'attribute {k}')
                    if k in ('src','href','xlink:href'):
                        if re.match(r'[a-zA-Z][a-zA-Z0-9+.-]*:|//|/', v): self.bad(f'link leaves the folder: {v}')
                        self.links.append((v, self.getpos()[0]))
                if tag in ('iframe','object','embed','form','base','img','video','audio','style','template','foreignobject'): self.bad(f'element <{tag}>')
                if tag == 'script' and set(a) != {'src','defer'}: self.bad('a script that is not the one file')
                if tag == 'link' and a.get('rel') != 'stylesheet': self.bad(f'link rel {a.get("rel")}')
                if tag == 'meta' and a.get('http-equiv','').lower() == 'refresh': self.bad('meta refresh')
                if 'id' in a:
                    if a['id'] in self.ids: self.bad(f'id {a["id"]} twice')
                    self.ids.add(a['id'])
                if tag == 'h1': self.h1 += 1
                if re.fullmatch('h[1-6]', tag): self.headings.append(int(tag[1]))
                if tag == 'table': self.tables.append({'caption': False, 'thead': False, 'th': 0, 'rows': []})
                if self.tables:
                    t = self.tables[-1]
                    if tag in ('caption','thead'): t[tag] = True
                    if tag == 'tr': t['rows'].append(0)
                    if tag in ('td','th') and t['rows']: t['rows'][-1] += 1
                    if tag == 'th' and a.get('scope') not in ('col','row'): self.bad('th without scope')
                if tag == 'svg' and not (a.get('role') in ('img','group') and a.get('aria-labelledby')): self.bad('svg without a name')
                if tag in ('td','th'): self.imply('td','th')
                if tag == 'tr': self.imply('td','th'); self.imply('tr')
                if tag not in VOID: self.stack.append(tag)
            # End tags that HTML lets one leave out, as rows of populations do.
            def imply(self, *tags):
                if self.stack and self.stack[-1] in tags: self.stack.pop()
            def handle_startendtag(self, tag, attrs): self.handle_starttag(tag, attrs); self.stack.pop() if tag not in VOID else None
            def handle_endtag(self, tag):
                if tag in ('tr','tbody'): self.imply('td','th')
                if tag == 'tbody': self.imply('tr')
                if not self.stack or self.stack[-1] != tag: self.bad(f'</{tag}> closes {self.stack[-1:]}'); return
                self.stack.pop()
                if tag == 'table':
                    t = self.tables.pop()
                    if not t['caption'] or not t['thead']: self.bad('table without caption or thead')
                    if len(set(t['rows'])) > 1: self.bad(f'rows of {sorted(set(t["rows"]))} cells in one table')
            def handle_data(self, data): self.text.append(data)
        pages, files = {}, set()
        for folder, _, names in os.walk(root):
            for n in names:
                path = os.path.relpath(os.path.join(folder, n), root)
                files.add(path)
                if path.startswith(('raw/','proof/')) and not path.endswith('.txt'): print(f'{path}: raw bytes that a browser may run')
        for path in sorted(files):
            if not path.endswith('.html'): continue
            data = open(os.path.join(root, path), 'rb').read()
            text = data.decode('utf-8')
            p = Page(path); p.feed(text); p.close(); pages[path] = p
            if p.stack: p.bad(f'not closed: {p.stack}')
            if p.h1 != 1: p.bad(f'{p.h1} h1')
            if any(b > a + 1 for a, b in zip([0] + p.headings, p.headings)): p.bad(f'heading levels {p.headings}')
            if not p.head or p.head[0] != ('meta', {'http-equiv': 'Content-Security-Policy', 'content': CSP}): p.bad('CSP is not first in head')
            for bad in re.findall('[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]', text): p.bad(f'raw control or bidi character {ord(bad):x}')
            words = ' '.join(p.text).lower()
            for banned in (r'\bpass(ed|es)?\b', r'certified', r'\bcompliant\b', r'audit-ready'):
                if re.search(banned, words): p.bad(f'says {banned}')
            p.lower = words
            for f in p.faults: print(f)
        for path, p in pages.items():
            for link, line in p.links:
                target, _, fragment = link.partition('#')
                full = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target))) if target else path
                if full == '../../index.html': continue
                if full not in files: print(f'{path}:{line}: dead link {link}')
                elif fragment and full in pages and unquote(fragment) not in pages[full].ids: print(f'{path}:{line}: dead fragment {link}')
        seen, todo = set(), ['index.html']
        while todo:
            path = todo.pop()
            if path in seen or path not in files: continue
            seen.add(path)
            if path in pages:
                for link, _ in pages[path].links:
                    target = link.partition('#')[0]
                    if target: todo.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target))))
        for path in sorted(set(pages) - seen): print(f'{path}: no page links to it')
        if len(pages) < 60: print(f'only {len(pages)} pages')
        """#
}
