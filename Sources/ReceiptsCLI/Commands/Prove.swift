import ArgumentParser
import Evidence

struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Show one record as it is kept, and the way from its bytes to the signed head.",
        discussion: """
            Portals hold pages and proofs of what matters most; this makes those of any record. With --out it writes a folder that needs none of \
            this: the bytes, the proof and a script that checks it with openssl alone.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var archived: ArchivedOptions
    @Argument(help: "The record, by the id that pages show, such as e12-r3.")
    var record: String
    @Option(help: ArgumentHelp("Write bytes, proof and the script that checks it into this folder, which is made.", valueName: "folder"))
    var out: String?

    func run() throws {
        try reporting {
            guard let id = ArtifactID(record) else {
                throw CommandError(.usage, "'\(record)' is not a record's id", hint: "pages show it, such as e12-r3")
            }
            if out == "" { throw CommandError(.usage, "--out takes the name of a folder") }
            return try archived.reading(place, waiting, format) { session in
                let proof = try RecordProof(session(nil), id)
                if let out { try proof.write(to: out, script: try Shipped(.live()).verifyScript()) }
                return (proof.text(writtenTo: out), proof.json)
            }
        }
    }
}
