import Evidence
import Foundation
import Seal
import Testing

@testable import Archive

let closing = Instant(seconds: 1_782_856_800)
let sample: [ArchiveMember] = [
    ArchiveMember("data/site/index.html", .bytes(Array("<p>evidence</p>\n".utf8))),
    ArchiveMember("data/empty", .bytes([])),
    ArchiveMember("data/" + String(repeating: "long-folder/", count: 12) + "file.json", .bytes(Array("{}\n".utf8))),
    ArchiveMember("data/block", .bytes([UInt8](repeating: 65, count: 1024))),
    ArchiveMember("keys/allowed_signers", .bytes(Array("receipts.example ssh-ed25519 AAAA\n".utf8))),
]

@Suite struct ArchiveWriterTests {
    private func write(_ scratch: Scratch, _ members: [ArchiveMember] = sample) throws -> String {
        let path = scratch.url.appendingPathComponent("bag.tar.zst").path
        try ArchiveWriter.write(
            members: members, bagName: "receipts-2026-h1-r1", modified: closing, info: [BagInfo("External-Identifier", "2026-h1 r1")],
            to: path, sign: signer())
        return path
    }

    @Test func otherProgramsUnpackAndVerifyIt() throws {
        let scratch = try Scratch()
        _ = try write(scratch)
        let listing = try scratch.run("bsdtar -tvf bag.tar.zst")
        #expect(listing.code == 0 && listing.output.contains("-rw-r--r--  0 0      0"), "\(listing.output)")
        #expect(try scratch.run("bsdtar -xf bag.tar.zst").code == 0)
        let sums = "cd receipts-2026-h1-r1 && sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt"
        #expect(try scratch.run(sums).code == 0)
        let info = try scratch.run("cat receipts-2026-h1-r1/bag-info.txt").output
        #expect(info == "External-Identifier: 2026-h1 r1\nBagging-Date: 2026-06-30\nPayload-Oxum: 1043.4\n")
        let order = try scratch.run("bsdtar -tf bag.tar.zst | sed 's,[^/]*/,,' | sed -n '1,2p;8,$p'").output
        #expect(order == "bagit.txt\nbag-info.txt\nmanifest-sha256.txt\ntagmanifest-sha256.txt\ntagmanifest-sha256.txt.sig\n", "\(order)")

        let signers = [SignatureNamespace.container, SignatureNamespace.tagManifest]
        try scratch.write(
            "allowed", (AllowedSigner(principal: "receipts.example", namespaces: signers, key: try key().publicKey).line + "\n").utf8)
        let verify = "ssh-keygen -Y verify -f allowed -I receipts.example"
        #expect(try scratch.run("\(verify) -n \(SignatureNamespace.container) -s bag.tar.zst.sig < bag.tar.zst").code == 0)
        let tags = "receipts-2026-h1-r1/tagmanifest-sha256.txt"
        #expect(try scratch.run("\(verify) -n \(SignatureNamespace.tagManifest) -s \(tags).sig < \(tags)").code == 0)
        #expect(try scratch.run("printf x >> receipts-2026-h1-r1/data/empty; \(sums)").code != 0)
    }

    @Test func itsOwnVerifierFindsNothing() throws {
        let scratch = try Scratch()
        let path = try write(scratch)
        let report = try ArchiveVerifier.verify(path, trusted: [key().publicKey], keep: ["keys/allowed_signers", "absent"])
        #expect(report.findings == [])
        #expect(report.bagName == "receipts-2026-h1-r1" && report.members == 10 && report.payloadBytes == 1043)
        let signature = SignatureStatus.valid(try key().publicKey)
        #expect(report.containerSignature == signature && report.manifestSignature == signature)
        #expect(report.kept == ["keys/allowed_signers": Array("receipts.example ssh-ed25519 AAAA\n".utf8)])
        #expect(report.info.first == BagInfo("External-Identifier", "2026-h1 r1"))
        #expect(try scratch.run("sha256sum bag.tar.zst").output.hasPrefix("\(report.sha256)"))
        #expect(try scratch.run("ls").output == "bag.tar.zst\nbag.tar.zst.sig\n")
        #expect(try scratch.run("stat -c %a bag.tar.zst bag.tar.zst.sig").output == "644\n644\n")
    }

    /// The thread that unpacks ahead is in the middle of its work then.
    @Test func whoeverStopsReadingEarlyTakesNoHarm() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("bag.tar.zst").path
        let members = (0..<40).map { ArchiveMember("data/\($0)", .bytes((0..<1 << 18).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) })) }
        for hasSHA512 in [true, false] {
            try ArchiveWriter.write(members: members, bagName: "b", modified: closing, info: [], to: path, hasSHA512: hasSHA512)
            for _ in 0..<50 { #expect(try ArchiveHashing.announcesSHA512(path) == hasSHA512) }
        }
        // A file is in the way of the first that is unpacked.
        _ = try scratch.run("mkdir -p there/data && touch there/data/0")
        for _ in 0..<50 {
            #expect(throws: ArchiveError.self) { try ArchiveUnpacker.unpack(path, to: scratch.url.appendingPathComponent("there").path) { _ in true } }
        }
    }

    /// Ours are over SHA-256, `ssh-keygen` takes SHA-512 unless told otherwise: whoever signs an archive anew does so with either.
    @Test(arguments: ["sha256", "sha512"])
    func aSignatureOfSshKeygenBesideTheArchiveIsRead(hash: String) throws {
        let scratch = try Scratch()
        let path = try write(scratch)
        try scratch.write("key", Array(SSHKeyFile.text(of: key(), comment: "test").utf8))
        let sign = "chmod 600 key && rm bag.tar.zst.sig && ssh-keygen -Y sign -q -O hashalg=\(hash) -f key -n receipts-archive@v1"
        #expect(try scratch.run("\(sign) bag.tar.zst").code == 0)
        #expect(try ArchiveVerifier.verify(path, trusted: [key().publicKey]).containerSignature == .valid(key().publicKey))
        #expect(try scratch.run("printf x >> bag.tar.zst").code == 0)
        guard case .refused = try ArchiveVerifier.verify(path, trusted: [key().publicKey]).containerSignature else {
            Issue.record("a changed archive keeps its signature")
            return
        }
    }

    @Test func theOrderOfMembersDoesNotMatter() throws {
        let (a, b) = (try Scratch(), try Scratch())
        _ = try write(a)
        _ = try write(b, sample.reversed())
        #expect(try a.read("bag.tar.zst") == b.read("bag.tar.zst"))
        #expect(try a.read("bag.tar.zst.sig") == b.read("bag.tar.zst.sig"))
    }

    @Test(arguments: ["UTC C 022 /", "Asia/Tokyo de_DE.UTF-8 077 /tmp", "America/New_York tr_TR.UTF-8 000 /usr"])
    func zoneLocaleUmaskAndFolderDoNotMatter(surroundings: String) async throws {
        let reference = try Scratch()
        let expected = try write(reference)
        let other = try Scratch()
        try other.write("input", [UInt8](repeating: 65, count: 1024))
        let folder = other.url.path
        let result = await #expect(processExitsWith: .success) { [surroundings = surroundings as String, folder = folder as String] in
            let words = surroundings.split(separator: " ").map(String.init)
            setenv("TZ", words[0], 1)
            setenv("LC_ALL", words[1], 1)
            setlocale(LC_ALL, "")
            tzset()
            umask(mode_t(words[2], radix: 8) ?? 0)
            chdir(words[3])
            let members = sample.map { $0.name == "data/block" ? ArchiveMember("data/block", .file("\(folder)/input")) : $0 }
            try ArchiveWriter.write(
                members: members, bagName: "receipts-2026-h1-r1", modified: closing, info: [BagInfo("External-Identifier", "2026-h1 r1")],
                to: "\(folder)/bag.tar.zst", sign: signer())
        }
        #expect(result != nil)
        #expect(try other.read("bag.tar.zst") == Array(Data(contentsOf: URL(fileURLWithPath: expected))))
        #expect(try other.run("stat -c %a bag.tar.zst").output == "644\n")
    }

    @Test func everyBadNameIsReportedAtOnce() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("bag.tar.zst").path
        let names = [
            "/data/a", "data/../a", "data/./a", "data//a", "", "data/ü", "data/a\nb", "data/a\\b", "data/a:b", "data/a.", "data/ a",
            "bagit.txt", "manifest-md5.txt",
            "TagManifest-sha256.txt", "data/" + String(repeating: "x", count: 240), "data/*",
        ]
        let good = [ArchiveMember("data/x", .bytes([])), ArchiveMember("data/X", .bytes([])), ArchiveMember("data/x/y", .bytes([]))]
        do {
            try ArchiveWriter.write(
                members: names.map { ArchiveMember($0, .bytes([])) } + good, bagName: "b/c", modified: closing,
                info: [BagInfo("Payload-Oxum", "1.1"), BagInfo("A", "b\nc")],
                to: path)
            Issue.record("written")
        } catch let error as Diagnostics {
            #expect(error.all.count == names.count + 2 + 1 + 2, "\(error.all.map(\.summary))")
        }
        #expect(try scratch.run("ls").output == "")
    }

    @Test func failuresLeaveNothingBehind() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("bag.tar.zst").path
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try ArchiveWriter.write(members: sample, bagName: "b", modified: closing, info: [], to: path, sign: { _, _ in throw Refused() })
        }
        // A file that says it is empty and is not.
        #expect(throws: ArchiveError.changed(path: "/proc/self/status")) {
            try ArchiveWriter.write(
                members: [ArchiveMember("data/a", .file("/proc/self/status"))], bagName: "b", modified: closing, info: [], to: path)
        }
        #expect(throws: ArchiveError.self) {
            try ArchiveWriter.write(
                members: [ArchiveMember("data/a", .file("/nowhere"))], bagName: "b", modified: closing, info: [], to: path)
        }
        #expect(try scratch.run("ln -s /etc/passwd link; mkfifo pipe").code == 0)
        for name in ["link", "pipe", "."] {
            let file = scratch.url.appendingPathComponent(name).path
            #expect(throws: ArchiveError.self) {
                try ArchiveWriter.write(
                    members: [ArchiveMember("data/a", .file(file))], bagName: "b", modified: closing, info: [], to: path)
            }
        }
        #expect(try scratch.run("ls").output == "link\npipe\n")
    }
}
