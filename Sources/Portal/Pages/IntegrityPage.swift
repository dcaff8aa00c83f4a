import Evidence

/// How to check, with other people's programs, that what is shown is what was sealed.
enum IntegrityPage {
    private static let earlier = Shape("an earlier revision", text: ["period", "revision", "size", "root", "proof", "checkpoint"])
    static let shape = Shape(
        page: "the integrity page",
        text: [
            "origin", "size", "checkpoint", "verifier_key", "public_key", "allowed_signers", "example", "example_page", "example_raw", "example_digest",
            "example_entry", "verify_time", "anchored", "anchor_example", "cosignature_example",
        ], flags: ["revoking"],
        lists: [
            ("keys", Shape("a key", text: ["fingerprint", "entry", "from", "until", "revoked", "reason"])), ("earlier", earlier),
            ("anchors", AnchorRows.anchor), ("runs", AnchorRows.run),
        ])

    static func write<W: PageWriter>(_ shown: ShownArtifacts, _ press: inout Press<W>) throws {
        let seal = press.edition.seal
        try press.file("proof/checkpoint.txt", Array(seal.checkpoint.utf8))
        try press.file("proof/verifier-key.txt", Array((seal.verifierKey + "\n").utf8))
        for file in seal.files { try press.file("keys/" + file.name, file.bytes) }
        let anchors = press.edition.anchors
        for (name, bytes) in anchors.anchors.flatMap(\.files) { try press.file(Paths.anchorFile(name), bytes) }
        let head = PageHead(
            "integrity/index.html", title: "Integrity", heading: "\(Words.count(seal.size, "ledger entry")) under one signed tree head: \(anchors.words)")
        let example = shown.sorted.first
        try press.page(.integrity, head) { values in
            values.set("origin", seal.origin)
            values.set("size", seal.size)
            values.set("checkpoint", seal.checkpoint)
            values.set("verifier_key", seal.verifierKey)
            values.set("public_key", seal.publicKey)
            values.set("allowed_signers", seal.allowedSigners)
            values.set("verify_time", seal.verifyTime)
            values.flag("revoking", seal.keys.contains { $0.revokedSince != nil })
            for key in seal.keys {
                values.add("keys") {
                    $0.set("fingerprint", key.fingerprint)
                    $0.set("entry", key.entry)
                    $0.set("from", key.from.description)
                    $0.set("until", key.until?.description ?? "")
                    $0.set("revoked", key.revokedSince?.description ?? "")
                    $0.set("reason", key.reason ?? "")
                }
            }
            values.set("example", example?.description ?? "")
            values.set("example_page", example.map(Paths.artifact) ?? "")
            values.set("example_raw", "")
            values.set("example_digest", "")
            values.set("anchored", anchors.words)
            values.set("anchor_example", anchors.anchors.last { $0.kind == .timestamp }.map { "e\($0.entry)" } ?? "")
            values.set("cosignature_example", anchors.anchors.last { $0.kind == .cosignature }.map { "e\($0.entry)" } ?? "")
            AnchorRows.add(&values, anchors, size: seal.size)
            values.set("example_entry", example.map { String($0.entry) } ?? "")
            for head in seal.earlier {
                values.add("earlier") {
                    $0.set("period", head.period.text)
                    $0.set("revision", head.revision)
                    $0.set("size", head.size)
                    $0.set("root", head.root.description)
                    $0.set("proof", head.proofPath)
                    $0.set("checkpoint", head.checkpointPath)
                }
            }
        }
    }
}
