import Foundation

/// The small programme with a witness of its own, and the ways in which somebody with its key would cheat.
extension Sandbox {
    /// `w1.pem` and `w1.vkey`, named in receipts.yaml.
    func takeUpAnchoredProgramme() throws {
        try takeUpSmallProgramme()
        try done(
            """
            python3 "$CHECKOUT"/Tests/EndToEndTests/Fixtures/witness.py key witness.example/w1 w1.pem > w1.vkey &&
            printf 'anchors: {witnesses: [w1.vkey]}\\n' >> receipts.yaml
            """)
    }

    func collect(at: String = "2026-01-08T02:00:00Z") throws { try done("receipts collect --at \(at) --randomness seed") }

    /// The newest checkpoint into `<name>.txt`, cosigned at the second into `<name>.cosigned`.
    func cosign(_ name: String, at second: Int) throws {
        try done(
            """
            receipts anchor request --checkpoint \(name).txt &&
            python3 "$CHECKOUT"/Tests/EndToEndTests/Fixtures/witness.py sign witness.example/w1 w1.pem \(name).txt \(second) > \(name).cosigned
            """)
    }

    /// Holds the key: takes the ledger away, changes the evidence, and makes everything anew under the same name, times and key.
    func forge() throws {
        try done(
            """
            rm -r ledger keys/head output && sed -i 's/"approver":"ana"/"approver":"bo"/' evidence/changes/*.jsonl &&
            receipts collect --at 2026-01-08T02:00:00Z --randomness seed
            """)
    }

    /// Runs `edit` in the unpacked bag of the archive, then makes manifests and signatures anew with the programme's key.
    func remake(_ archive: String, _ edit: String) throws {
        let name = archive.split(separator: "/").last.map(String.init)?.replacingOccurrences(of: ".tar.zst", with: "") ?? ""
        try done(
            """
            rm -rf bag && mkdir bag && bsdtar -xf \(archive) -C bag && cd bag/\(name) && { \(edit); } &&
            find data -type f | LC_ALL=C sort | xargs sha256sum > manifest-sha256.txt &&
            sed -i "s/^Payload-Oxum: .*/Payload-Oxum: $(find data -type f -printf '%s\\n' | awk '{b += $1; n++} END {print b "." n}')/" bag-info.txt &&
            sha256sum bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt && rm tagmanifest-sha256.txt.sig &&
            ssh-keygen -q -Y sign -f ../../keys/signing_ed25519 -n receipts-manifest@v1 tagmanifest-sha256.txt && cd ../.. &&
            rm \(archive) \(archive).sig && tar --format=ustar --owner=0 --group=0 -C bag -cf - \(name) | zstd -q -o \(archive) &&
            ssh-keygen -q -Y sign -f keys/signing_ed25519 -n receipts-archive@v1 \(archive)
            """)
    }

    func done(_ command: String) throws {
        let answer = try run(command)
        guard answer.code == 0 || answer.code == 3 else { throw Failure("\(command)\n\(answer.output)\(answer.errors)") }
    }
}
