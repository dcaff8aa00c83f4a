import Evidence
import Foundation
import Seal
import Testing

@testable import Archive

/// Bags in a ZIP: read by programs that are not ours, and every ZIP that two readers could take for different things refused.
@Suite struct ZipTests {
    private static let at = Instant("2026-07-01T02:00:07Z") ?? Instant(nanoseconds: 0)
    private static let payload: [(String, [UInt8])] = [
        ("data/a.txt", Array("alpha\n".utf8)), ("data/deep/b.bin", (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }), ("data/empty", []),
    ]

    private func write(_ scratch: Scratch, _ name: String = "bag.zip", hasSHA512: Bool = false) throws -> String {
        let path = scratch.url.appendingPathComponent(name).path
        try ArchiveWriter.write(
            members: ZipTests.payload.map { ArchiveMember($0.0, .bytes($0.1)) }, bagName: "bag", modified: ZipTests.at, info: [], to: path,
            format: ArchiveFormat(path: name) ?? .tarZstd, hasSHA512: hasSHA512, sign: try signer())
        return path
    }

    private func python(_ scratch: Scratch, _ script: String) throws -> (code: Int32, output: String) {
        try scratch.write("script.py", Array(script.utf8))
        return try scratch.run("python3 script.py")
    }

    @Test func otherProgramsReadIt() throws {
        let scratch = try Scratch()
        let signer = try key().publicKey
        let report = try ArchiveVerifier.verify(try write(scratch, hasSHA512: true), trusted: [signer])
        #expect(report.findings == [] && report.payloadBytes == 70_006 && report.containerSignature == .valid(signer))
        let said = try python(
            scratch,
            """
            import zipfile, binascii
            z = zipfile.ZipFile('bag.zip')
            assert z.testzip() is None and not z.comment
            for i in z.infolist():
                assert i.filename.isascii() and i.compress_type == 0 and i.flag_bits == 0 and i.external_attr == 0o100644 << 16 and i.create_system == 3
                assert i.date_time == (2026, 7, 1, 2, 0, 6) and binascii.crc32(z.read(i)) == i.CRC, i
            print([i.filename for i in z.infolist()], len(z.read('bag/data/deep/b.bin')))
            """)
        let names = [
            "bagit.txt", "bag-info.txt", "data/a.txt", "data/deep/b.bin", "data/empty", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt",
            "tagmanifest-sha512.txt", "tagmanifest-sha256.txt.sig",
        ]
        #expect(said.code == 0 && said.output == "[\(names.map { "'bag/\($0)'" }.joined(separator: ", "))] 70000\n", "\(said)")
        let checks =
            "sha256sum --strict --quiet -c manifest-sha256.txt tagmanifest-sha256.txt && sha512sum --strict --quiet -c manifest-sha512.txt tagmanifest-sha512.txt"
        let unpacked = try scratch.run("bsdtar -xf bag.zip && cd bag && \(checks) && ls -l data/a.txt | cut -c1-10")
        #expect(unpacked.code == 0 && unpacked.output == "-rw-r--r--\n", "\(unpacked)")
    }

    @Test func aFileAndBytesGiveTheSameArchiveAndEveryByteOfItCounts() throws {
        let scratch = try Scratch()
        let path = try write(scratch)
        for (name, bytes) in ZipTests.payload { try scratch.write(name.replacing("/", with: "-"), bytes) }
        let again = scratch.url.appendingPathComponent("again.zip").path
        try ArchiveWriter.write(
            members: ZipTests.payload.reversed().map {
                ArchiveMember($0.0, .file(scratch.url.appendingPathComponent($0.0.replacing("/", with: "-")).path))
            }, bagName: "bag", modified: ZipTests.at, info: [], to: again, format: .zip, sign: try signer())
        let bytes = try scratch.read("bag.zip")
        #expect(try scratch.read("again.zip") == bytes)
        try FileManager.default.removeItem(atPath: path + ".sig")
        let step = ProcessInfo.processInfo.environment["RECEIPTS_EVERY_BYTE"] != nil ? 1 : 61
        for offset in stride(from: 0, to: bytes.count, by: step) where offset < 400 || offset > 69_000 || offset % 9 == 0 {
            try scratch.patch("bag.zip", at: offset, bytes[offset] ^ 1 << UInt8(offset % 8))
            #expect(try !ArchiveVerifier.verify(path).isIntact, "byte \(offset)")
            try scratch.patch("bag.zip", at: offset, bytes[offset])
        }
        for count in stride(from: 0, to: bytes.count, by: 7919) {
            try scratch.write("cut.zip", bytes.prefix(count))
            #expect(try !ArchiveVerifier.verify(scratch.url.appendingPathComponent("cut.zip").path).isIntact, "cut to \(count)")
        }
    }

    @Test func theSHA512ManifestsAreHeldAgainstTheBytes() throws {
        for ending in ["zip", "tar.zst"] {
            let scratch = try Scratch()
            let path = try write(scratch, "bag.\(ending)", hasSHA512: true)
            #expect(try ArchiveVerifier.verify(path).findings == [])
            // Somebody makes the whole bag anew with one digit changed in a SHA-512 manifest, and lists it.
            for manifest in ["manifest-sha512.txt", "tagmanifest-sha512.txt"] {
                try? FileManager.default.removeItem(at: scratch.url.appendingPathComponent("bag"))
                let script = """
                    set -e; bsdtar -xf bag.\(ending); cd bag; sed -i '1s/^./0/;1s/^0\\(.\\)/1\\1/' \(manifest)
                    for a in 256 512; do for f in $(cut -c$((a / 4 + 3))- tagmanifest-sha$a.txt); do [ $f = \(manifest) ] && sed -i "s|^.*  $f\\$|$(sha${a}sum $f)|" tagmanifest-sha$a.txt; done; done || true
                    rm tagmanifest-sha256.txt.sig; cd ..
                    """
                #expect(try scratch.run(script).code == 0)
                let order = [
                    "bagit.txt", "bag-info.txt", "data/a.txt", "data/deep/b.bin", "data/empty", "manifest-sha256.txt", "manifest-sha512.txt",
                    "tagmanifest-sha256.txt", "tagmanifest-sha512.txt",
                ]
                var tar = HandmadeTar()
                for name in order { tar.add("bag/\(name)", try scratch.read("bag/\(name)")) }
                tar.end()
                try scratch.write("anew.tar.zst", stored(tar.bytes))
                let findings = try ArchiveVerifier.verify(scratch.url.appendingPathComponent("anew.tar.zst").path).findings.map(\.description)
                #expect(findings.contains { $0.contains("changed: SHA-512 is") && $0.contains("'\(manifest)' says") }, "\(ending) \(manifest): \(findings)")
            }
        }
        // A manifest that nobody announced is not checked, and so it is refused.
        let scratch = try Scratch()
        try scratch.write("b.tar.zst", stored(HandmadeTar.bag([("data/a", [1])], tags: [("manifest-sha512.txt", [])]).bytes))
        let findings = try ArchiveVerifier.verify(scratch.url.appendingPathComponent("b.tar.zst").path).findings.map(\.description)
        #expect(findings.contains("'manifest-sha512.txt': a manifest that is not checked here"))
    }

    @Test func moreThan65535MembersAreToldApart() throws {
        let scratch = try Scratch()
        let path = scratch.url.appendingPathComponent("many.zip").path
        let writer = ZipWriter(file: try Descriptor.creating(path), modified: ZipTests.at)
        for i in 0..<65_600 {
            try writer.begin("b/\(i)", size: 1, checksum: CRC32.of([UInt8(i & 255)]))
            try [UInt8(i & 255)].withUnsafeBytes { (bytes) in try writer.write(bytes) }
        }
        _ = try writer.finish()
        let said = try python(scratch, "import zipfile; z = zipfile.ZipFile('many.zip'); print(len(z.infolist()), z.testzip())")
        #expect(said.output == "65600 None\n", "\(said)")
        let reader = try ZipReader(path, limits: ArchiveLimits(), FileDigests())
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 65_600 && reader.findings.isEmpty)
    }

    // MARK: Hostile

    /// A bag whose manifests are right, packed by python's zipfile; `change` is python that writes `z` or, at the end, changes `out`.
    private static let hostile: [(what: String, packing: String, after: String, finding: String)] = [
        ("compressed", "z.writestr(info(n, 8), d)", "", "a compressed member"),
        ("two of a name", "z.writestr(info(n), d); n.endswith('a.txt') and z.writestr(info(n), b'other')", "", "a name that occurs twice"),
        ("case", "z.writestr(info(n), d); n.endswith('a.txt') and z.writestr(info(n.replace('a.txt', 'A.txt')), d)", "", "only in case"),
        (
            "not ASCII", "z.writestr(info(n), d); n.endswith('a.txt') and z.writestr(info('bag/data/\\u00e9'), d)", "",
            "a ZIP header that is not as every other is"
        ),
        ("absolute", "z.writestr(info('/' + n if n.endswith('a.txt') else n), d)", "", "an absolute name"),
        ("dotted", "z.writestr(info('bag/../' + n if n.endswith('a.txt') else n), d)", "", "a dotted part"),
        ("backslash", "z.writestr(info('bag\\\\x' if n.endswith('a.txt') else n), d)", "", "a character other than"),
        ("link", "z.writestr(info(n, mode=0o120777 if n.endswith('a.txt') else 0o100644), d)", "", "calls 'bag/data/a.txt' a symbolic link"),
        ("set-user", "z.writestr(info(n, mode=0o104755), d)", "", "another mode"),
        ("folder", "z.writestr(info(n), d); n.endswith('a.txt') and z.writestr(info('bag/data/f/'), b'')", "", "'bag/data/f/': a name with an empty part"),
        ("comment", "z.writestr(info(n), d); z.comment = b'x'", "", "the end of the ZIP file is not that of its members"),
        ("behind", "z.writestr(info(n), d)", "out += b'PK'", "bytes follow the end"),
        ("before", "z.writestr(info(n), d)", "out = b'MZ' + out", "not a ZIP file"),
        (
            "central name", "z.writestr(info(n), d)", "at = out.rindex(b'bag/data/a.txt'); out = out[:at] + b'bag/data/b.txt' + out[at + 14:]",
            "other than its header does"
        ),
        (
            "central size", "z.writestr(info(n), d)", "at = out.rindex(b'bag/data/a.txt') - 22; out = out[:at] + b'\\x05' + out[at + 1:]",
            "other than its header does"
        ),
        (
            "local size", "z.writestr(info(n), d)", "at = out.index(b'bag/data/a.txt') - 8; out = out[:at] + b'\\x05' + out[at + 1:]",
            "a ZIP header that is not as every other is"
        ),
        ("encrypted", "z.writestr(info(n), d)", "at = out.index(b'bag/data/a.txt') - 24; out = out[:at] + b'\\x01' + out[at + 1:]", "an encrypted member"),
        ("descriptor", "z.writestr(info(n), d)", "at = out.index(b'bag/data/a.txt') - 24; out = out[:at] + b'\\x08' + out[at + 1:]", "told only behind it"),
        ("checksum", "z.writestr(info(n), d)", "at = out.index(b'alpha'); out = out[:at] + b'Alpha' + out[at + 5:]", "its CRC-32 is not the one in its header"),
        ("bomb", "z.writestr(info(n), d); n.endswith('a.txt') and z.writestr(info('bag/data/zero', 8), bytes(1 << 26))", "", "a compressed member"),
        (
            "size of everything", "z.writestr(info(n), d)",
            "at = out.index(b'bag/data/a.txt') - 12; out = out[:at] + b'\\xfe\\xff\\xff\\x7f' * 2 + out[at + 8:]", "cut short"
        ),
    ]

    @Test(arguments: ZipTests.hostile.indices) func whatTwoReadersCouldTakeForDifferentThingsIsRefused(_ number: Int) throws {
        let (what, packing, after, finding) = ZipTests.hostile[number]
        let scratch = try Scratch()
        let said = try python(
            scratch,
            """
            import zipfile, hashlib
            def info(name, method=0, mode=0o100644):
                i = zipfile.ZipInfo(name, (2026, 7, 1, 2, 0, 6)); i.compress_type, i.external_attr, i.create_version, i.extract_version = method, mode << 16, 45, 20
                return i
            data = {'data/a.txt': b'alpha\\n'}
            manifest = lambda files: ''.join(f'{hashlib.sha256(d).hexdigest()}  {n}\\n' for n, d in files.items()).encode()
            tags = {'bagit.txt': b'BagIt-Version: 1.0\\nTag-File-Character-Encoding: UTF-8\\n', 'bag-info.txt': b'Payload-Oxum: 6.1\\n', 'manifest-sha256.txt': manifest(data)}
            bag = {**tags, **data, 'tagmanifest-sha256.txt': manifest(tags)}
            with zipfile.ZipFile('bag.zip', 'w') as z:
                for n, d in bag.items():
                    n = 'bag/' + n
                    \(packing)
            out = open('bag.zip', 'rb').read()
            \(after.isEmpty ? "pass" : after)
            open('bag.zip', 'wb').write(out)
            """)
        #expect(said.code == 0, "\(what): \(said)")
        let findings = try ArchiveVerifier.verify(scratch.url.appendingPathComponent("bag.zip").path).findings.map(\.description)
        #expect(findings.contains { $0.contains(finding) }, "\(what): \(findings)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).sorted() == ["bag.zip", "script.py"])
    }

    /// The same by the hand of another program, with nothing wrong in it, is taken.
    @Test func aPlainZipOfAnotherProgramIsTaken() throws {
        let scratch = try Scratch()
        let said = try python(
            scratch,
            """
            import zipfile, hashlib
            data = {'data/a.txt': b'alpha\\n'}
            manifest = lambda files: ''.join(f'{hashlib.sha256(d).hexdigest()}  {n}\\n' for n, d in files.items()).encode()
            tags = {'bagit.txt': b'BagIt-Version: 1.0\\nTag-File-Character-Encoding: UTF-8\\n', 'bag-info.txt': b'Payload-Oxum: 6.1\\n', 'manifest-sha256.txt': manifest(data)}
            with zipfile.ZipFile('bag.zip', 'w') as z:
                for n, d in {**tags, **data, 'tagmanifest-sha256.txt': manifest(tags)}.items():
                    i = zipfile.ZipInfo('bag/' + n, (2026, 7, 1, 2, 0, 6)); i.external_attr, i.create_version, i.extract_version = 0o100644 << 16, 45, 20
                    z.writestr(i, d)
            """)
        #expect(said.code == 0, "\(said)")
        #expect(try ArchiveVerifier.verify(scratch.url.appendingPathComponent("bag.zip").path).findings.map(\.description) == [])
    }
}
