import Foundation
import Testing

/// RFC 3161 by file exchange with an authority that openssl plays: what an anchor of it covers, and what openssl makes of what we hand on.
@Suite struct TimestampedTests {
    private static let archive = "output/2026-01/receipts-2026-01-r1.tar.zst"

    /// The small programme with an authority named in receipts.yaml, and one token over its first head.
    private func stamped() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        try sandbox.done(
            """
            "$CHECKOUT"/Tests/EndToEndTests/Fixtures/authority.sh "$PWD/tsa" && cp tsa/ca.pem ca.pem &&
            printf 'anchors: {authorities: [ca.pem]}\\n' >> receipts.yaml
            """)
        try sandbox.collect()
        try sandbox.done("receipts anchor request && tsa/answer checkpoint-4.tsq first.tsr")
        return sandbox
    }

    @Test func aTokenCoversTheArchiveAndOpensslAgrees() throws {
        let sandbox = try stamped()
        let entered = try sandbox.run("receipts anchor import first.tsr --at 2026-01-08T03:00:00Z --randomness seed")
        #expect(entered.code == 0 && entered.output.hasPrefix("entry 4: time-stamp token over 4 entries, by Test TSA at "), "\(entered)")
        #expect(try sandbox.run("receipts anchor import first.tsr --at 2026-01-08T03:00:00Z").errors.contains("is in the ledger already"))
        #expect(try sandbox.run("receipts verify ledger").code == 0)
        try sandbox.done("receipts publish --at 2026-01-08T04:00:00Z")
        #expect(try sandbox.run("receipts verify archive \(TimestampedTests.archive)").code == 3)
        let answer = try sandbox.run("receipts verify archive \(TimestampedTests.archive) --tsa-ca ca.pem")
        #expect(answer.code == 0 && answer.lines.last?.hasSuffix(" by Test TSA") == true, "\(answer.output)")
        #expect(try sandbox.run("receipts reperform \(TimestampedTests.archive) --tsa-ca ca.pem").code == 0)
        // The reader's own response or token does as well, and so does the checkpoint alone.
        #expect(try sandbox.run("receipts verify archive \(TimestampedTests.archive) --anchor first.tsr --tsa-ca ca.pem").code == 0)

        // The commands of VERIFY.txt and of the page, as they stand there, with the authority's certificate from the authority itself.
        try sandbox.done(
            "mkdir bag && bsdtar -xf \(TimestampedTests.archive) -C bag && cp ca.pem bag/receipts-2026-01-r1/CA.pem && cp ca.pem output/2026-01/r1/CA.pem")
        let said = try sandbox.run(
            "cd bag/receipts-2026-01-r1 && sed -n '/^  *for E in .*do$/,/^  *done$/p' data/VERIFY.txt > ../steps && cat ../steps && sh -e ../steps")
        #expect(said.code == 0 && said.output.contains("Verification: OK") && said.output.contains("Time stamp: "), "\(said)")
        #expect(said.output.contains("covers every entry in this archive"))
        let page = try sandbox.run(
            "cd output/2026-01/r1 && sed -n 's/.*\\(openssl ts [^<]*\\).*/\\1/p' integrity/index.html > ../steps && cat ../steps && sh -e ../steps")
        #expect(page.code == 0 && page.output.contains("Verification: OK"), "\(page)")
    }

    /// Asked without 'certReq' an authority leaves its certificate out: whoever verifies brings it along.
    @Test func aTokenWithoutItsCertificateIsVerifiedByTheSameSteps() throws {
        let sandbox = try stamped()
        try sandbox.done(
            """
            receipts anchor request --checkpoint head.txt && openssl ts -query -data head.txt -sha256 -out bare.tsq 2> /dev/null &&
            tsa/answer bare.tsq bare.tsr && cat tsa/signer.pem >> ca.pem &&
            receipts anchor import first.tsr --at 2026-01-08T03:00:00Z --randomness seed &&
            receipts anchor import bare.tsr --at 2026-01-08T03:01:00Z --randomness seed && receipts publish --at 2026-01-08T04:00:00Z
            mkdir bag && bsdtar -xf \(TimestampedTests.archive) -C bag && cp ca.pem bag/receipts-2026-01-r1/CA.pem
            """)
        let said = try sandbox.run("cd bag/receipts-2026-01-r1 && sed -n '/^  *for E in .*do$/,/^  *done$/p' data/VERIFY.txt > ../steps && sh -e ../steps")
        #expect(said.code == 0 && said.output.components(separatedBy: "Verification: OK").count == 3, "\(said)")
        #expect(said.output.components(separatedBy: "covers every entry in this archive").count == 3)
        #expect(try sandbox.run("receipts verify archive \(TimestampedTests.archive) --tsa-ca ca.pem").code == 0)
    }

    @Test func aLedgerMadeAnewIsFoundByAToken() throws {
        let sandbox = try stamped()
        try sandbox.done("receipts anchor import first.tsr --at 2026-01-08T03:00:00Z --randomness seed && receipts publish --at 2026-01-08T04:00:00Z")
        try sandbox.forge()
        try sandbox.done("receipts publish --at 2026-01-08T04:00:00Z")
        for subject in ["ledger", "archive \(TimestampedTests.archive)", "portal output/2026-01/r1"] {
            #expect(try sandbox.run("receipts verify \(subject)").code == 3)
            let answer = try sandbox.run("receipts verify \(subject) --anchor first.tsr --tsa-ca ca.pem")
            #expect(answer.code == 1 && answer.output.contains("found: anchor 'first.tsr': it is over none of the checkpoints here"), "\(answer.output)")
        }
        let taken = try sandbox.run("receipts anchor import first.tsr --at 2026-01-08T03:00:00Z")
        #expect(taken.code == 2 && taken.errors.contains("is over none of this ledger's checkpoints"), "\(taken)")
    }

    /// An old token on a newer head: it is what it is, an anchor of the old one.
    @Test func anOlderTokenCoversNoMoreThanItDid() throws {
        let sandbox = try stamped()
        try sandbox.collect(at: "2026-01-09T02:00:00Z")
        let entered = try sandbox.run("receipts anchor import first.tsr --at 2026-01-09T03:00:00Z --randomness seed")
        #expect(entered.code == 0 && entered.output.contains("over 4 entries"), "\(entered)")
        let ledger = try sandbox.run("receipts verify ledger")
        #expect(ledger.code == 3 && ledger.lines.last?.hasSuffix("by Test TSA; later entries self-attested") == true, "\(ledger.output)")
        try sandbox.done("receipts publish --at 2026-01-09T04:00:00Z")
        let answer = try sandbox.run("receipts verify archive \(TimestampedTests.archive) --tsa-ca ca.pem")
        #expect(answer.code == 3 && answer.lines.last?.contains("anchored up to entry 3 at") == true, "\(answer.output)")
        // Put under the newer checkpoint by one who holds the key, it is over other bytes.
        for edit in [
            "cp data/checkpoint data/anchors/e7.checkpoint.txt",
            "cp data/checkpoint data/anchors/e7.checkpoint.txt && sed -i 's/\"size\":4/\"size\":7/' data/anchors/e7.entry.json && rm data/anchors/e7.consistency.txt",
        ] {
            try sandbox.remake(TimestampedTests.archive, edit)
            let forged = try sandbox.run("receipts verify archive \(TimestampedTests.archive) --tsa-ca ca.pem")
            #expect(forged.code == 1 && forged.output.contains("anchor e7: "), "\(forged.output)")
        }
    }

    /// The authority behind a real HTTP server on loopback, which is asked because it was named.
    @Test func anAuthorityIsAskedOverHTTP() throws {
        let sandbox = try stamped()
        try sandbox.write(
            "server.py",
            """
            import http.server, subprocess, sys
            class Answer(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    assert self.headers['Content-Type'] == 'application/timestamp-query'
                    open('asked.tsq', 'wb').write(self.rfile.read(int(self.headers['Content-Length'])))
                    # Another request's answer, or this one's.
                    asked = 'checkpoint-4.tsq' if self.path == '/other' else 'asked.tsq'
                    subprocess.run(['tsa/answer', asked, 'answered.tsr'], check=True)
                    self.send_response(200)
                    self.send_header('Content-Type', 'text/plain' if self.path == '/plain' else 'application/timestamp-reply')
                    self.end_headers()
                    self.wfile.write(open('answered.tsr', 'rb').read())
                def log_message(self, *_): pass
            server = http.server.HTTPServer(('127.0.0.1', 0), Answer)
            open('port', 'w').write(str(server.server_port))
            for _ in range(3): server.handle_request()

            """)
        let asked = try sandbox.run(
            """
            timeout 60 python3 server.py & while [ ! -s port ]; do sleep 0.1; done; U=http://127.0.0.1:$(cat port)
            receipts anchor request --tsa $U/plain --at 2026-01-08T03:00:00Z; echo "exit $?"
            receipts anchor request --tsa $U/other --at 2026-01-08T03:00:00Z; echo "exit $?"
            receipts anchor request --tsa $U/good --at 2026-01-08T03:00:00Z --randomness seed; echo "exit $?"; wait
            """)
        #expect(asked.lines.filter { $0.hasPrefix("exit") } == ["exit 5", "exit 5", "exit 0"], "\(asked)")
        #expect(
            asked.errors.contains("answers with 'text/plain', expected 'application/timestamp-reply'")
                && asked.errors.contains("/other' gave no token: it answers another request"))
        #expect(asked.output.contains("entry 4: time-stamp token over 4 entries, by Test TSA at "))
        #expect(try sandbox.run("receipts verify ledger").code == 0)
        let small = "receipts-verify"
        #expect(try sandbox.run("\(small) ledger ledger --tsa-ca ca.pem").code == 0)
        #expect(try sandbox.run("\(small) ledger ledger").code == 3)
    }

    @Test func nobodysTokenIsTakenOnItsOwnWord() throws {
        let sandbox = try stamped()
        try sandbox.done("\"$CHECKOUT\"/Tests/EndToEndTests/Fixtures/authority.sh \"$PWD/other\" && other/answer checkpoint-4.tsq other.tsr")
        let refused = try sandbox.run("receipts anchor import other.tsr --at 2026-01-08T03:00:00Z")
        #expect(refused.code == 2 && refused.errors.contains("is by 'Test TSA', which nobody vouches for"), "\(refused)")
        let once = try sandbox.run("receipts anchor import other.tsr --tsa-ca other/ca.pem --at 2026-01-08T03:00:00Z --randomness seed")
        #expect(once.code == 0 && once.errors.contains("receipts.yaml does not name its root"), "\(once)")
        let ledger = try sandbox.run("receipts verify ledger")
        #expect(ledger.code == 3 && ledger.output.contains("anchor e4: time-stamp token") && ledger.output.contains("not checked"), "\(ledger.output)")
        #expect(try sandbox.run("receipts verify ledger --tsa-ca other/ca.pem").code == 0)
        let changed = try sandbox.run("sed 's/Test TSA/Best TSA/' first.tsr > changed.tsr; receipts anchor import changed.tsr --at 2026-01-08T03:00:00Z")
        #expect(changed.code == 2 && changed.errors.contains("is refused"), "\(changed)")
    }
}
