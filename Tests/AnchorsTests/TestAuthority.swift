import Evidence
import Foundation

@testable import Anchors

/// A time-stamping authority made of openssl and a folder: a CA, perhaps one between, a signer.
final class TestAuthority {
    let url: URL

    enum Key: String, CaseIterable {
        case rsa = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
        case p256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
        case p384 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"
    }

    struct Failure: Error { let said: String }

    static let timestamping = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature"
    static let authority = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign"

    /// `extensions`: of the signer. `valid`: from and to, as openssl ca writes them. `between`: extensions of a certificate between CA and signer.
    init(
        _ key: Key = .p256, digest: String = "sha256", extensions: String = TestAuthority.timestamping, valid: (String, String)? = nil,
        between: String? = nil, root: String = TestAuthority.authority
    ) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try configuration(digest: digest)
        try make("ca", key, digest: digest, subject: "/O=Test/CN=Test Root", extensions: root, by: "ca", valid: nil)
        if let between { try make("between", key, digest: digest, subject: "/O=Test/CN=Test Between", extensions: between, by: "ca", valid: nil) }
        try make(
            "signer", key, digest: digest, subject: "/O=Test/CN=Test TSA", extensions: extensions, by: between == nil ? "ca" : "between", valid: valid)
        if between != nil { try run("echo 'certs = between.pem' >> tsa.conf") }
    }
    deinit { try? FileManager.default.removeItem(at: url) }

    private func make(_ name: String, _ key: Key, digest: String, subject: String, extensions: String, by: String, valid: (String, String)?) throws {
        try write("\(name).ext", "subjectKeyIdentifier=hash\n" + extensions + "\n")
        let dates = valid.map { "-startdate \($0.0) -enddate \($0.1)" } ?? "-days 3650"
        let issuer = name == by ? "-selfsign -keyfile \(name).key" : "-cert \(by).pem -keyfile \(by).key"
        try run(
            """
            openssl genpkey \(key.rawValue) -out \(name).key && openssl req -new -key \(name).key -subj '\(subject)' -out \(name).csr &&
            openssl ca -batch -notext -config tsa.conf -md \(digest) \(dates) -extfile \(name).ext \(issuer) -in \(name).csr -out \(name).pem
            """)
    }

    private func configuration(digest: String) throws {
        try write("index.txt", "")
        try write("index.txt.attr", "unique_subject = no\n")
        try write("serial", "1001\n")
        try write("tsaserial", "01\n")
        try write(
            "tsa.conf",
            """
            [ca]
            default_ca = ca1
            [ca1]
            database = index.txt
            serial = serial
            new_certs_dir = .
            policy = any
            [any]
            organizationName = optional
            commonName = supplied
            [tsa]
            default_tsa = tsa1
            [tsa1]
            serial = tsaserial
            crypto_device = builtin
            signer_cert = signer.pem
            signer_key = signer.key
            signer_digest = \(digest)
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1, millisecs:500
            ordering = no
            ess_cert_id_chain = no
            ess_cert_id_alg = sha256

            """)
    }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

    @discardableResult
    func run(_ command: String) throws -> String {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = url
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(said: said) }
        return said
    }

    /// Answers a request of ours over the bytes; gives the response.
    func response(over bytes: [UInt8]) throws -> [UInt8] {
        try Data(bytes).write(to: url.appendingPathComponent("note"))
        let request = TimestampRequest(over: bytes, random: [0xff, 1, 2, 3, 4, 5, 6, 7])
        try Data(request.der).write(to: url.appendingPathComponent("request.tsq"))
        try run("openssl ts -reply -config tsa.conf -queryfile request.tsq -out response.tsr")
        return try read("response.tsr")
    }

    func token(over bytes: [UInt8]) throws -> [UInt8] { try TimestampToken(try response(over: bytes)).der }

    /// A token that openssl ts would not make: the statement of a good authority, signed by this signer, whatever its certificate says.
    func forced(_ statement: TestAuthority, over bytes: [UInt8]) throws -> [UInt8] {
        let token = try statement.token(over: bytes)
        try Data(token).write(to: url.appendingPathComponent("good.tst"))
        try run(
            """
            openssl cms -verify -noverify -inform DER -in good.tst -out info.der 2>/dev/null &&
            openssl cms -sign -binary -nodetach -nosmimecap -cades -econtent_type 1.2.840.113549.1.9.16.1.4 -md sha256 -signer signer.pem \
              -inkey signer.key -outform DER -in info.der -out forced.tst
            """)
        return try read("forced.tst")
    }

    func certificates(_ name: String = "ca.pem") throws -> [X509Certificate] { try X509Certificate.parse(pem: try read(name)) }
}
