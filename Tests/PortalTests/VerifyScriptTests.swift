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
        let raw = try Program.run(["sh", "-c", "openssl pkey -in \(key) -pubout -outform DER | tail -c 32 | openssl base64 -A"]).output
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
    private func verify(_ what: String, _ folder: TemporaryFolder) throws -> (status: Int32, output: String) {
        try Program.run(["sh", "proof/verify.sh.txt", what], in: folder.url)
    }

    @Test func everyShownArtifactLeadsToTheSignedCheckpoint() throws {
        guard Program.isThere("openssl") else { return }
        let folder = try revision()
        for id in ["e1-r1", "e2-r0", "e2-r2", "e5-r0", "e6-r0"] {
            let entry = id.dropFirst().prefix(1)
            let (status, output) = try verify(id, folder)
            #expect(status == 0)
            #expect(output == "\(id): record is in its pull\n\(id): entry \(entry) is in the ledger\ncheckpoint: signature verified\n")
        }
        #expect(try verify("checkpoint", folder).output == "checkpoint: signature verified\n")
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
        #expect(try verify("e1-r1", without).status == 0)
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
