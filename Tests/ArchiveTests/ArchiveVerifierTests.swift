import Evidence
import Foundation
import Seal
import Testing

@testable import Archive

@Suite struct ArchiveVerifierTests {
    private let payload: [(String, [UInt8])] = [("data/a.txt", Array("alpha\n".utf8)), ("data/sub/b.txt", Array("beta\n".utf8))]

    private func findings(_ container: [UInt8], _ scratch: Scratch, limits: ArchiveLimits = ArchiveLimits()) throws -> [String] {
        try scratch.write("x.tar.zst", container)
        return try ArchiveVerifier.verify(scratch.url.appendingPathComponent("x.tar.zst").path, limits: limits).findings.map(\.description)
    }

    /// The findings about a good bag to which something was added.
    private func findings(adding extra: (inout HandmadeTar) -> Void) throws -> [String] {
        try findings(stored(HandmadeTar.bag(payload, extra: extra).bytes), Scratch())
    }

    @Test func theHandmadeBagIsGood() throws {
        #expect(try findings { _ in } == [])
        #expect(try findings { $0.add("bag/data/", type: "5", mode: 0o755) } == [])
        #expect(try findings(stored(HandmadeTar.bag(payload, tags: [("keys/a", [1])]).bytes), Scratch()) == [])
    }

    @Test func everyChangedByteOfAnArchiveIsFound() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("x.tar.zst").path
        try ArchiveWriter.write(
            members: [ArchiveMember("data/a", .bytes([1, 2, 3]))], bagName: "b", modified: closing, info: [], to: path, sign: signer())
        let trusted = [try key().publicKey]
        for name in ["x.tar.zst", "x.tar.zst.sig"] {
            let good = try scratch.read(name)
            for i in good.indices {
                try scratch.patch(name, at: i, good[i] ^ 1 << UInt8(i % 8))
                if try ArchiveVerifier.verify(path, trusted: trusted).isIntact { Issue.record("byte \(i) of \(name)") }
                try scratch.patch(name, at: i, good[i])
            }
            for count in stride(from: 0, to: good.count, by: 7) {
                try scratch.write(name, good[..<count])
                if try ArchiveVerifier.verify(path, trusted: trusted).isIntact { Issue.record("\(name) cut to \(count)") }
            }
            try scratch.write(name, good)
        }
        #expect(try ArchiveVerifier.verify(path, trusted: trusted).isIntact)
    }

    @Test func aNameTooLongForATarHeaderIsReadBack() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("x.tar.zst").path
        let name = "data/" + String(repeating: "n", count: 200)
        try ArchiveWriter.write(members: [ArchiveMember(name, .bytes([1]))], bagName: "b", modified: closing, info: [], to: path)
        let report = try ArchiveVerifier.verify(path, keep: [name])
        #expect(report.findings == [] && report.kept == [name: [1]])
        #expect(try scratch.run("bsdtar -tf x.tar.zst").output.contains("b/\(name)\n"))
    }

    /// Without any signature: whatever lies in the tar stream is covered by a checksum, a digest or must be zero.
    @Test func everyChangedByteInsideTheFrameIsFoundWithoutASignature() throws {
        let scratch = try Scratch()
        let good = stored(HandmadeTar.bag([("data/a", [1, 2, 3])]).bytes)
        #expect(try findings(good, scratch) == [])
        let path = scratch.url.appendingPathComponent("x.tar.zst").path
        for i in 9..<good.count where good[i] != 0 || i % 8 == 1 {
            try scratch.patch("x.tar.zst", at: i, good[i] ^ 1 << UInt8(i % 8))
            if try ArchiveVerifier.verify(path).isIntact { Issue.record("byte \(i)") }
            try scratch.patch("x.tar.zst", at: i, good[i])
        }
    }

    @Test func whatFollowsTheEndIsFound() throws {
        let scratch = try Scratch()
        let tar = HandmadeTar.bag(payload).bytes
        #expect(try findings(stored(tar) + [0], scratch).contains("1 bytes follow the end of the zstd frame"))
        // A skippable frame and a second frame: decompressors pass over the one and go on into the other.
        let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]
        #expect(try findings(stored(tar) + skippable, scratch) == ["11 bytes follow the end of the zstd frame"])
        #expect(try !findings(stored(tar) + stored([0]), scratch).isEmpty)
        #expect(try findings(stored(tar + [0, 1]), scratch) == ["bytes follow the end of the tar stream"])
        #expect(try findings(stored(tar + tar), scratch) == ["bytes follow the end of the tar stream"])
        #expect(try findings(stored(tar + [UInt8](repeating: 0, count: 9000)), scratch) == [])
        #expect(try findings(stored(Array(tar.dropLast(1024))), scratch).contains("the tar stream has no end mark"))
        #expect(try findings(stored(Array(tar.dropLast(512))), scratch).contains("the end mark of the tar stream is damaged"))
        #expect(try findings(stored(stored(tar)), scratch) == ["not a zstd file"])
        for junk in [[], [0], Array("BagIt".utf8), tar, [0x28, 0xb5, 0x2f, 0xfd], stored([])] {
            #expect(try !findings(junk, scratch).isEmpty)
        }
    }

    @Test func hostileMembersAreRefusedByName() throws {
        let cases: [(String, (inout HandmadeTar) -> Void)] = [
            ("'bag/data/a.txt': a name that occurs twice", { $0.add("bag/data/a.txt", [1]) }),
            ("'bag/data/A.TXT': a name that differs from 'data/a.txt' only in case", { $0.add("bag/data/A.TXT") }),
            ("'bag/data/Sub/c': a folder that differs from 'data/sub' only in case", { $0.add("bag/data/Sub/c") }),
            ("'bag/data/sub': a name that is also a folder", { $0.add("bag/data/sub") }),
            ("'bag/data/a.txt/c': a folder that is also a file", { $0.add("bag/data/a.txt/c") }),
            ("'bag/../../etc/x': a name with a dotted part", { $0.add("bag/../../etc/x") }),
            ("'bag/./x': a name with a dotted part", { $0.add("bag/./x") }),
            ("'/etc/x': an absolute name", { $0.add("/etc/x") }),
            ("'other/x': outside the bag 'bag'", { $0.add("other/x") }),
            ("'other/': outside the bag 'bag'", { $0.add("other/", type: "5") }),
            ("'bag/data/ü': a name that is not ASCII", { $0.add("bag/data/ü") }),
            ("'bag/data/x': a symbolic link", { $0.add("bag/data/x", type: "2") }),
            ("'bag/data/x': a hard link", { $0.add("bag/data/x", type: "1") }),
            ("'bag/data/x': a device", { $0.add("bag/data/x", type: "3") }),
            ("'bag/data/x': a device", { $0.add("bag/data/x", type: "4") }),
            ("'bag/data/x': a pipe", { $0.add("bag/data/x", type: "6") }),
            ("'bag/data/x': a member of tar type 76", { $0.add("bag/data/x", type: "L") }),
            ("'bag/data/x': a set-user, set-group or sticky bit", { $0.add("bag/data/x", mode: 0o4755) }),
            ("'data/x': not listed in 'manifest-sha256.txt'", { $0.add("bag/data/x") }),
            ("'x': not listed in 'tagmanifest-sha256.txt'", { $0.add("bag/x") }),
            ("'fetch.txt': a bag whose parts lie elsewhere", { $0.add("bag/fetch.txt") }),
            ("'manifest-md5.txt': a manifest that is not checked here", { $0.add("bag/manifest-md5.txt") }),
            ("a tar header is damaged", { $0.raw([UInt8](repeating: 1, count: 512)) }),
            ("the tar stream is cut short", { $0.add("bag/data/x", size: 1 << 30) }),
            (
                "an extended header sets 'linkpath'",
                {
                    $0.add("x", Array("14 linkpath=a\n".utf8), type: "x")
                    $0.add("bag/data/x")
                }
            ),
            (
                "an extended header is damaged",
                {
                    $0.add("x", Array("99 path=a\n".utf8), type: "x")
                    $0.add("bag/data/x")
                }
            ),
            ("a member that is not a file has content", { $0.add("bag/data/d", [1], type: "5") }),
        ]
        for (expected, extra) in cases {
            let found = try findings(adding: extra)
            #expect(found.contains { $0.hasSuffix(expected) }, "expected \(expected), found \(found)")
        }
    }

    @Test func extendedNamesAreRead() throws {
        #expect(
            try findings {
                $0.add("x", Array("19 path=bag/../evil\n".utf8), type: "x")
                $0.add("bag/data/x")
            }.contains { $0.contains("dotted") } == false)
        #expect(
            try findings {
                $0.add("x", Array("20 path=bag/../evil\n".utf8), type: "x")
                $0.add("bag/data/x")
            }.contains { $0.contains("'bag/../evil': a name with a dotted part") })
    }

    @Test func arbitraryExtendedHeadersAreReadOrRefused() throws {
        let scratch = try Scratch()
        let alphabet = Array("0123456789 =\npathsize-+\u{0}".utf8)
        var state: UInt64 = 1
        for _ in 0..<1000 {
            let text = (0..<Int(state >> 59)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var tar = HandmadeTar()
            tar.add("x", text, type: "x")
            tar.add("bag/data/x", [1])
            tar.end()
            #expect(try !findings(stored(tar.bytes), scratch).isEmpty)
        }
    }

    @Test func whatTheBagSaysOfItselfMustHold() throws {
        func without(_ name: String) throws -> [String] {
            var tar = HandmadeTar()
            let all = HandmadeTar.bag(payload).bytes
            for start in stride(from: 0, to: all.count - 1024, by: 1024) {
                let header = all[start..<(start + 512)]
                if !header.starts(with: "bag/\(name)\u{0}".utf8) { tar.raw(Array(all[start..<(start + 1024)])) }
            }
            tar.end()
            return try findings(stored(tar.bytes), Scratch())
        }
        #expect(try without("bagit.txt") == ["'bagit.txt': missing", "'bagit.txt': missing, but listed in 'tagmanifest-sha256.txt'"])
        #expect(try without("tagmanifest-sha256.txt") == ["'tagmanifest-sha256.txt': missing"])
        #expect(try without("manifest-sha256.txt").contains("'manifest-sha256.txt': missing"))
        let lost = try without("data/a.txt")
        #expect(lost.contains("'data/a.txt': missing, but listed in 'manifest-sha256.txt'"))
        #expect(lost.contains("'bag-info.txt': Payload-Oxum is '11.2', the payload has '5.1'"))
        #expect(try without("none") == [])
    }

    @Test func bombsAreRefusedEarly() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("x.tar.zst").path
        try ArchiveWriter.write(
            members: [ArchiveMember("data/zeros", .bytes([UInt8](repeating: 0, count: 4 << 20)))], bagName: "b", modified: closing,
            info: [], to: path)
        let bomb = try scratch.read("x.tar.zst")
        #expect(try findings(bomb, scratch) == [])
        var limits = ArchiveLimits()
        limits.ratioFrom = 1 << 20
        #expect(try findings(bomb, scratch, limits: limits).contains { $0.hasSuffix("expands more than 1000 times") })
        limits = ArchiveLimits()
        limits.bytes = 1 << 20
        #expect(try findings(bomb, scratch, limits: limits).contains { $0.hasSuffix("more than 1048576 bytes inside") })
        limits = ArchiveLimits()
        limits.entries = 3
        #expect(try findings(bomb, scratch, limits: limits).contains { $0.hasSuffix("more than 3 members") })
        limits = ArchiveLimits()
        limits.keptBytes = 10
        #expect(try findings(bomb, scratch, limits: limits).contains { $0.hasSuffix("'b/bagit.txt': larger than 10 bytes") })
    }

    @Test func signaturesByOthersAreRefusedAndAbsentOnesAreSeen() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("x.tar.zst").path
        try ArchiveWriter.write(members: sample, bagName: "b", modified: closing, info: [], to: path, sign: signer(8))
        let stranger = try ArchiveVerifier.verify(path, trusted: [key().publicKey])
        #expect(stranger.findings.count == 2 && stranger.findings.allSatisfy { $0.reason.contains("not allowed") })
        #expect(try ArchiveVerifier.verify(path).containerSignature == .selfSigned(key(8).publicKey))
        try FileManager.default.removeItem(atPath: path + ".sig")
        #expect(try ArchiveVerifier.verify(path, trusted: [key(8).publicKey]).containerSignature == .absent)
        // One signature does not stand for the other.
        let report = try ArchiveVerifier.verify(path, trusted: [key(8).publicKey], keep: ["tagmanifest-sha256.txt.sig"])
        try scratch.write("x.tar.zst.sig", report.kept["tagmanifest-sha256.txt.sig"] ?? [])
        #expect(
            try ArchiveVerifier.verify(path, trusted: [key(8).publicKey]).findings.map(\.reason).contains {
                $0.contains("the signature is for 'receipts-manifest@v1'")
            })
    }

    @Test func anUnreadableArchiveIsAnErrorAndNotAFinding() throws {
        #expect(throws: ArchiveError.io(path: "/nowhere.tar.zst", operation: "open", code: ENOENT)) {
            try ArchiveVerifier.verify("/nowhere.tar.zst")
        }
        #expect(throws: ArchiveError.self) { try ArchiveVerifier.verify("/tmp") }
    }

    /// The Library of Congress's suite: no bag that it calls invalid is taken for whole.
    @Test func invalidBagsOfTheConformanceSuiteAreRefused() throws {
        guard let suite = shared("vectors/bagit/bagit-conformance-suite.tar.gz") else { return }
        let scratch = try Scratch()
        #expect(try scratch.run("tar xzf '\(suite.path)'").code == 0)
        let bags = try scratch.run("ls -d v*/*invalid*/*/ v*/*valid*/*/ v*/*only/*/ 2>/dev/null | sort -u").output.split(separator: "\n")
            .map(String.init)
        var refused = 0
        for bag in bags where !bag.contains("/valid/") {
            let packed = try scratch.run("cd '\(bag)/..' && tar --format=ustar -cf '\(scratch.url.path)/bag.tar' \"$(basename '\(bag)')\"")
            #expect(packed.code == 0, "\(bag): \(packed.output)")
            if try findings(stored(scratch.read("bag.tar")), scratch).isEmpty { Issue.record("\(bag)") } else { refused += 1 }
        }
        #expect(refused >= 4)
        // The one valid bag of version 1.0 has SHA-512 manifests only; with ours beside them gone, it is whole.
        let prepare = """
            cd v1.0/valid/basicBag && rm -f *manifest-sha512.txt bag-info.txt && find data -type f | sort | xargs sha256sum > manifest-sha256.txt &&
            echo "Payload-Oxum: $(cat $(find data -type f) | wc -c).$(find data -type f | wc -l)" > bag-info.txt &&
            sha256sum bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt && cd .. && tar --format=ustar -cf ../../bag.tar basicBag
            """
        #expect(try scratch.run(prepare).code == 0)
        #expect(try findings(stored(scratch.read("bag.tar")), scratch) == [])
    }
}
