import Foundation
import Testing

@testable import HTTP

/// Against a server of python's on loopback that behaves as its path says.
@Suite struct HTTPTests {
    private final class Server {
        private let process = Process()
        /// The server ends when this does.
        private let lifeline = Pipe()
        let port: Int

        init() throws {
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-u", "-c", Server.script]
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            process.standardInput = lifeline
            try process.run()
            let said = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            port = Int(said) ?? 0
        }
        deinit {
            try? lifeline.fileHandleForWriting.close()
            process.waitUntilExit()
        }

        /// Keeps the server until the answer is there.
        func send(_ path: String, body: [UInt8] = [1, 0, 2], limit: Int = 100, seconds: Int = 20) throws -> [UInt8] {
            try withExtendedLifetime(self) {
                try HTTPPost(
                    "http://127.0.0.1:\(port)\(path)", contentType: "application/a", accepts: "application/b", body: body, limit: limit, seconds: seconds
                ).send()
            }
        }

        private static let script = """
            import http.server, os, sys, threading, time
            class Answer(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    body = self.rfile.read(int(self.headers['Content-Length']))
                    if self.path == '/slow': time.sleep(20)
                    self.send_response({'/away': 302, '/lost': 404}.get(self.path, 200))
                    self.send_header('Content-Type', 'text/html' if self.path == '/page' else 'Application/B; x=1')
                    if self.path == '/away': self.send_header('Location', 'http://192.0.2.1/elsewhere')
                    self.end_headers()
                    try:
                        self.wfile.write(b'x' * 101 if self.path == '/long' else (self.headers['Content-Type'] + '|' + self.headers['Accept'] + '|').encode() + body)
                    except OSError: pass
                def log_message(self, *_): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer)
            print(server.server_port)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.stdin.read()
            os._exit(0)
            """
    }

    @Test func theBodyGoesOutAndTheAnswerComesBackByteForByte() throws {
        let server = try Server()
        #expect(try server.send("/echo") == Array("application/a|application/b|".utf8) + [1, 0, 2])
    }

    @Test func whatIsNotTheAnswerExpectedIsAnError() throws {
        let server = try Server()
        let url = "http://127.0.0.1:\(server.port)"
        #expect(throws: HTTPError.status(url: url + "/lost", 404)) { try server.send("/lost") }
        #expect(throws: HTTPError.redirected(url: url + "/away", to: "http://192.0.2.1/elsewhere")) { try server.send("/away") }
        #expect(throws: HTTPError.contentType(url: url + "/page", expected: "application/b", found: "text/html")) { try server.send("/page") }
        #expect(throws: HTTPError.tooLarge(url: url + "/long", limit: 100)) { try server.send("/long") }
    }

    @Test func nobodyWaitsLongerThanWasSaid() throws {
        let server = try Server()
        let start = ContinuousClock.now
        #expect { try server.send("/slow", seconds: 1) } throws: {
            if case .notReached? = $0 as? HTTPError { true } else { false }
        }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(arguments: [
        "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/x", "http://user:secret@127.0.0.1:1/", "127.0.0.1", "", "http://a b/",
        "http://a\r\nX: y/",
    ])
    func onlyHTTPIsSpokenAndNoSecretIsInAnAddress(url: String) {
        #expect(throws: HTTPError.refusedURL(url)) {
            try HTTPPost(url, contentType: "a/a", accepts: "b/b", body: [], limit: 10, seconds: 2).send()
        }
    }

    @Test func nobodyAtThatPortIsNotReached() throws {
        let server = try Server()
        #expect { try HTTPPost("http://127.0.0.1:1/", contentType: "a/a", accepts: "b/b", body: [], limit: 10, seconds: 5).send() } throws: {
            if case .notReached? = $0 as? HTTPError { true } else { false }
        }
        #expect(try server.send("/echo", body: []).count == 28)
    }
}
