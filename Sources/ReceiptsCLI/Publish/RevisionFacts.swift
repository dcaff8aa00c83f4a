import Assessment
import Evidence

/// `revision.json`: what the shelf and a verifier need to know of a revision.
struct RevisionFacts {
    let json: JSON

    init(_ edition: Edition) {
        json = [
            "period": .string(edition.assessment.period.id.text), "label": .string(edition.assessment.period.label),
            "revision": .string(edition.revision), "sealed_at": .instant(edition.seal.sealedAt),
            "signed_at": .instant(edition.seal.signedAt), "root": .string(edition.seal.root.description),
            "size": .int(edition.seal.size), "origin": .string(edition.seal.origin), "simulated": .bool(edition.isSimulated),
            "entity": .string(edition.programme.entity), "system": .string(edition.programme.system), "tool": .string(edition.toolVersion),
            "public_key": .string(edition.seal.publicKey), "earlier": .array(edition.seal.earlier.map(\.json)),
        ]
    }
}
