import Assessment
import Evidence
import Foundation
import Testing

@testable import Portal

/// The integrity page's shell steps, run as they stand there.
@Suite struct VerifyScriptTests {
    /// A revision whose checkpoint openssl signed, and the folder that holds it.
    private func revision(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let key = folder.url.appendingPathComponent("key.pem").path
        _ = try Program.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key])
        let raw = try rawKey(key)
        let fixture = EditionFixture(spice: EditionFixture.hostile, items: 5) { body in
            let file = folder.url.appendingPathComponent("body").path
            try? Data(body.utf8).write(to: URL(fileURLWithPath: file))
            let signature = try? Program.run(["sh", "-c", "{ printf abcd; openssl pkeyutl -sign -rawin -inkey \(key) -in \(file); } | openssl base64 -A"])
                .output
            return "— ledger.example/fixture \(signature ?? "")"
        }
        var writer = MemoryWriter()
        try renderPortal(fixture.edition, records: fixture.records, templates: Templates.load(), to: &writer)
        var files = writer.files
        let point = try #require(Base64.decode(raw))
        files["proof/verifier-key.txt"] = Array("ledger.example/fixture+00000000+\(Base64.encode([1] + point))\n".utf8)
        change(&files)
        try folder.write(files)
        return folder
    }
    private func rawKey(_ key: String) throws -> String {
        try Program.run(["sh", "-c", "openssl pkey -in \(key) -pubout -outform DER | tail -c 32 | openssl base64 -A"]).output
    }
    private func verify(_ what: String, _ folder: TemporaryFolder) throws -> (status: Int32, output: String) {
        try Program.run(["sh", "proof/verify.sh.txt", what], in: folder.url)
    }

    /// What the script ends with: the key as OpenSSH writes it, reckoned here another way.
    private func checkpointLines(_ folder: TemporaryFolder) throws -> String {
        let point = try #require(Base64.decode(try rawKey(folder.url.appendingPathComponent("key.pem").path)))
        let blob = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + point
        let fingerprint = Base64.encode(SHA256Reference.hash(blob).bytes).prefix { $0 != "=" }
        return """
            checkpoint: signature verified
            checkpoint: by ssh-ed25519 \(Base64.encode(blob))
            checkpoint: with the fingerprint SHA256:\(fingerprint)

            """
    }

    @Test func everyShownArtifactLeadsToTheSignedCheckpoint() throws {
        guard Program.isThere("openssl") else { return }
        let folder = try revision()
        for id in ["e1-r1", "e2-r0", "e2-r2", "e5-r0", "e6-r0"] {
            let entry = id.dropFirst().prefix(1)
            let (status, output) = try verify(id, folder)
            #expect(status == 0)
            #expect(output == "\(id): record is in its pull\n\(id): entry \(entry) is in the ledger\n\(try checkpointLines(folder))")
        }
        #expect(try verify("checkpoint", folder).output == checkpointLines(folder))
    }

    /// The path of the last of five leads to the same root as that of the last of two: only the entry's own count says which it is.
    @Test func aRecordUnderAnotherRecordsNumberIsNotTaken() throws {
        guard Program.isThere("openssl") else { return }
        let last = try #require(try EditionFixture(spice: EditionFixture.hostile, items: 5).records.artifact(ArtifactID(entry: 4, record: 4)).proof)
        let folder = try revision { files in
            guard let sibling = files.keys.first(where: { $0.hasPrefix("proof/e4-r") && $0.hasSuffix(".proof.txt") }) else { return }
            for (id, place) in [("e4-r4", "record 4 of 5"), ("e4-r1", "record 1 of 2")] {
                files["proof/\(id).leaf.txt"] = last.preimage
                files["proof/\(id).entry.txt"] = last.entry
                files["proof/\(id).proof.txt"] = files[sibling]
                files["proof/\(id).path.txt"] = Array("\(place)\n\(last.recordPath.map { Base64.encode($0.bytes) + "\n" }.joined())".utf8)
            }
        }
        // Its raw file is not there, for no page shows it.
        #expect(try verify("e4-r4", folder).output.contains("e4-r4: record is in its pull\ne4-r4: entry 4 is in the ledger\n"))
        let renumbered = try verify("e4-r1", folder)
        #expect(renumbered.status != 0 && renumbered.output == "e4-r1: its entry does NOT have 2 records\n", "\(renumbered)")
    }

    @Test func whatIsNotThereIsSaidInOneLine() throws {
        guard Program.isThere("openssl") else { return }
        let folder = try revision()
        for what in ["e99-r1", "e1-r999", "../e1-r1", "e1", "e1-r1-r1", "consistency", "anchors", "cosignature"] {
            let said = try Program.run(["sh", "-c", "sh proof/verify.sh.txt \(what) 2>&1"], in: folder.url)
            #expect(said.status != 0 && said.output.split(separator: "\n").count == 1 && !said.output.contains("cat:"), "\(what): \(said)")
        }
    }

    @Test(arguments: ["proof/e1-r1.leaf.txt", "proof/e1-r1.entry.txt", "proof/e1-r1.path.txt", "proof/e1-r1.proof.txt", "proof/checkpoint.txt"])
    func oneChangedByteIsFound(_ path: String) throws {
        guard Program.isThere("openssl") else { return }
        let folder = try revision { files in
            guard var bytes = files[path], let at = bytes.indices.dropFirst(bytes.count / 2).first(where: { bytes[$0] > 64 && bytes[$0] < 90 }) else { return }
            bytes[at] ^= 1
            files[path] = bytes
        }
        #expect(try verify("e1-r1", folder).status != 0)
    }

    @Test func theProofOfAnotherArtifactIsNotTaken() throws {
        guard Program.isThere("openssl") else { return }
        let folder = try revision { files in
            for part in ["leaf", "path", "entry", "proof"] { files["proof/e2-r2.\(part).txt"] = files["proof/e5-r0.\(part).txt"] }
        }
        #expect(try verify("e2-r2", folder).status != 0 && verify("e5-r0", folder).status == 0)
    }

    @Test func aRawFileThatIsNotTheSealedBytesIsFound() throws {
        guard Program.isThere("openssl") else { return }
        let changed = try revision { files in for path in files.keys where path.hasPrefix("raw/") { files[path] = (files[path] ?? []) + [10] } }
        #expect(try verify("e1-r1", changed).status != 0)
        let without = try revision { files in for path in files.keys where path.hasPrefix("raw/") { files[path] = nil } }
        let said = try verify("e1-r1", without)
        #expect(said.status != 0 && said.output.contains("is not here, NOT checked") && said.output.contains("e1-r1: record is in its pull"), "\(said)")
    }

    @Test func theReferenceHashIsOpensslsHash() throws {
        guard Program.isThere("openssl") else { return }
        for text in ["", "abc", String(repeating: "x", count: 55), String(repeating: "y", count: 64), String(repeating: "z", count: 200)] {
            let theirs = try Program.run(["openssl", "dgst", "-sha256", "-r"], input: text).output.prefix(64)
            #expect(SHA256Reference.hash(Array(text.utf8)).description == theirs)
        }
    }

    @Test func sidesOfAProofAgreeWithTheTreeForEveryIndexOfSmallTrees() {
        for count in 1...20 {
            let leaves = (0..<count).map { SHA256Reference.hash([UInt8($0)]) }
            for index in 0..<count {
                let path = LedgerFixture.path(leaves, index)
                var node = leaves[index]
                for (hash, side) in zip(path, MerklePath.sides(index: index, count: count, steps: path.count)) {
                    node = SHA256Reference.hash([1] + (side == .left ? hash.bytes + node.bytes : node.bytes + hash.bytes))
                }
                #expect(node == LedgerFixture.root(leaves))
            }
        }
    }
}
