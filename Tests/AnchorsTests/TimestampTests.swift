import Evidence
import Foundation
import Seal
import Testing

@testable import Anchors

/// Tokens of an authority that openssl plays, and what must not be taken for one.
@Suite struct TimestampTests {
    private let note = Array("receipts/ab\n11\nZbBxmcgZLJooegYyewP9eZxpS5lTquT8GclooXAM8NU=\n\n— receipts/ab AAAA\n".utf8)

    private func verdict(_ token: [UInt8], over bytes: [UInt8]? = nil, _ trusted: [X509Certificate]) -> AnchorVerdict {
        AnchorProof(kind: .timestamp, checkpoint: bytes ?? note, proof: token).verdict(TrustRoots(authorities: trusted))
    }

    private func refusal(_ verdict: AnchorVerdict) -> AnchorError? {
        if case .refused(let error) = verdict { error } else { nil }
    }

    @Test(arguments: [(TestAuthority.Key.rsa, "sha256"), (.rsa, "sha384"), (.rsa, "sha512"), (.p256, "sha256"), (.p384, "sha384"), (.p256, "sha512")])
    func aTokenSaysWhenAndByWhom(key: TestAuthority.Key, digest: String) throws {
        let authority = try TestAuthority(key, digest: digest)
        let before = Instant(seconds: Int64(Date().timeIntervalSince1970))
        let token = try authority.token(over: note)
        guard case .valid(let time, let by, let root) = verdict(token, try authority.certificates()) else {
            Issue.record("\(verdict(token, try authority.certificates()))")
            return
        }
        #expect(by == "Test TSA")
        #expect(root == (try authority.certificates())[0].digest)
        // The authority claims to be right to a second and a half.
        #expect(time.latest.nanoseconds - time.earliest.nanoseconds == 3_000_000_000)
        let genTime = time.earliest.advanced(by: .milliseconds(1500))
        #expect(genTime >= before && genTime <= before.advanced(by: .seconds(60)))
        // openssl sees the same.
        try Data(token).write(to: authority.url.appendingPathComponent("token.tst"))
        #expect(try authority.run("openssl ts -verify -token_in -in token.tst -data note -CAfile ca.pem").contains("Verification: OK"))
    }

    @Test func aRequestIsWhatOthersReadAndItsNonceComesBack() throws {
        let authority = try TestAuthority()
        let response = try authority.response(over: note)
        let text = try authority.run("openssl ts -query -in request.tsq -text")
        #expect(text.contains("Version: 1") && text.contains("Hash Algorithm: sha256") && text.contains("Certificate required: yes"))
        #expect(text.contains("Nonce: 0x7F01020304050607"))
        let request = TimestampRequest(over: note, random: [0xff, 1, 2, 3, 4, 5, 6, 7])
        #expect(try TimestampToken(response).nonce == request.nonce)
        #expect(try authority.run("openssl ts -verify -in response.tsr -queryfile request.tsq -CAfile ca.pem").contains("Verification: OK"))
    }

    @Test func everyFlippedBitIsRefused() throws {
        let authority = try TestAuthority()
        let trusted = try authority.certificates()
        let token = try authority.token(over: note)
        for at in token.indices {
            for bit in [UInt8(1), 0x20, 0x80] {
                var changed = token
                changed[at] ^= bit
                let isTaken = if case .valid = verdict(changed, trusted) { true } else { false }
                #expect(!isTaken, "byte \(at), bit \(bit)")
            }
        }
    }

    @Test func garbageIsRefusedAndNothingWorse() throws {
        let authority = try TestAuthority()
        let trusted = try authority.certificates()
        let token = try authority.token(over: note)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var changed = token
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: changed.indices, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: changed[at] = UInt8.random(in: 0...255, using: &random)
                case 1: changed.remove(at: at)
                default: changed.insert(UInt8.random(in: 0...255, using: &random), at: at)
                }
            }
            if changed != token, case .valid = verdict(changed, trusted) { Issue.record("\(Data(changed).base64EncodedString())") }
        }
        for short in 0..<token.count where short % 7 == 0 { #expect(refusal(verdict(Array(token[..<short]), trusted)) != nil) }
        #expect(refusal(verdict(token + [0], trusted)) != nil)
    }

    @Test func aTokenOverOtherBytesIsNoneOverThese() throws {
        let authority = try TestAuthority()
        let token = try authority.token(over: note)
        #expect(verdict(token, over: note + [10], try authority.certificates()) == .refused(.otherCheckpoint))
    }

    @Test func anotherAuthorityIsNotBelievedThoughItHasTheSameNames() throws {
        let authority = try TestAuthority(), other = try TestAuthority()
        let token = try authority.token(over: note)
        #expect(verdict(token, try other.certificates()) == .unknownRoot)
        #expect(verdict(token, []) == .unknownRoot)
        guard case .valid = verdict(token, try other.certificates() + authority.certificates()) else { Issue.record("refused"); return }
    }

    @Test func aCertificateMustHaveBeenValidAtTheTokensTime() throws {
        let expired = try TestAuthority(valid: ("20200101000000Z", "20210101000000Z"))
        let error = refusal(verdict(try expired.token(over: note), try expired.certificates()))
        guard case .outsideValidity("Test TSA", _)? = error else { Issue.record("\(String(describing: error))"); return }
        let future = try TestAuthority(valid: ("20400101000000Z", "20410101000000Z"))
        guard case .outsideValidity? = refusal(verdict(try future.token(over: note), try future.certificates())) else { Issue.record("taken"); return }
    }

    @Test(arguments: [
        "keyUsage=critical,digitalSignature", "extendedKeyUsage=timeStamping", "extendedKeyUsage=critical,timeStamping,codeSigning",
        "extendedKeyUsage=critical,emailProtection", "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,keyAgreement",
    ])
    func aCertificateThatIsNotForTimestampingAloneIsRefused(extensions: String) throws {
        let good = try TestAuthority(), bad = try TestAuthority(extensions: extensions)
        let error = refusal(verdict(try bad.forced(good, over: note), try bad.certificates()))
        guard case .notForTimestamping("Test TSA", _)? = error else { Issue.record("\(String(describing: error))"); return }
    }

    /// The way in which the bad ones above are made gives a token that is taken where its certificate is in order.
    @Test func theForcedTokenOfAGoodSignerIsTaken() throws {
        let good = try TestAuthority(), other = try TestAuthority(.rsa)
        guard case .valid = verdict(try other.forced(good, over: note), try other.certificates()) else { Issue.record("refused"); return }
    }

    @Test func aChainMayHaveACertificateBetweenIfThatMaySign() throws {
        let authority = try TestAuthority(between: TestAuthority.authority)
        let token = try authority.token(over: note)
        guard case .valid(_, _, let root) = verdict(token, try authority.certificates()) else { Issue.record("refused"); return }
        #expect(root == (try authority.certificates())[0].digest)
        // Somebody may believe the one between alone.
        guard case .valid(_, _, let near) = verdict(token, try authority.certificates("between.pem")) else { Issue.record("refused"); return }
        #expect(near == (try authority.certificates("between.pem"))[0].digest)
        for extensions in [
            "basicConstraints=critical,CA:false", "keyUsage=critical,keyCertSign", "basicConstraints=critical,CA:true\nkeyUsage=critical,cRLSign",
        ] {
            let bad = try TestAuthority(between: extensions)
            let error = refusal(verdict(try bad.token(over: note), try bad.certificates()))
            #expect(error == .noAuthority("Test Between"), "\(extensions): \(String(describing: error))")
        }
        let short = try TestAuthority(between: TestAuthority.authority, root: "basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign")
        #expect(refusal(verdict(try short.token(over: note), try short.certificates())) == .noAuthority("Test Root"))
    }

    @Test func aCriticalExtensionThatIsNotUnderstoodIsRefused() throws {
        let authority = try TestAuthority(between: TestAuthority.authority + "\nnameConstraints=critical,permitted;DNS:example.com")
        guard case .unsupported? = refusal(verdict(try authority.token(over: note), try authority.certificates())) else { Issue.record("taken"); return }
    }

    @Test func theOlderWayToNameTheSignersCertificateIsRead() throws {
        let authority = try TestAuthority()
        try authority.run("sed -i 's/ess_cert_id_alg = sha256/ess_cert_id_alg = sha1/' tsa.conf")
        guard case .valid = verdict(try authority.token(over: note), try authority.certificates()) else { Issue.record("refused"); return }
    }

    @Test func whatAnAuthorityDoesNotGrantIsSaidInItsWords() throws {
        let authority = try TestAuthority()
        try authority.run("sed -i 's/digests = sha256/digests = sha512/' tsa.conf")
        let response = try authority.response(over: note)
        #expect { try TimestampToken(response) } throws: {
            if case .notGranted(2, let words)? = $0 as? AnchorError { words.contains("not supported") } else { false }
        }
    }

    @Test func certificatesAreReadFromAFileWithTextAroundThem() throws {
        let authority = try TestAuthority()
        let both = try authority.run("openssl x509 -in ca.pem -text; cat signer.pem")
        #expect(try X509Certificate.parse(pem: Array(both.utf8)).map(\.name) == ["Test Root", "Test TSA"])
        #expect(throws: AnchorError.self) { try X509Certificate.parse(pem: Array(both.replacingOccurrences(of: "MII", with: "MIJ").utf8)) }
    }
}
