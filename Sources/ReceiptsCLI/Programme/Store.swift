import Controls
import Crypto
import Evidence
import Ledger
import SQLite
import Seal

/// A programme's ledger and index, opened together.
struct Store {
    let ledger: LedgerFile
    let index: IndexFile
    let mappings: Mappings

    /// Opens both. The index is made anew if the kinds or mappings are not those it was made for.
    init(_ folder: ProgrammeFolder, writing: Bool = true) throws {
        let sources = folder.sources
        mappings = try Mappings(sources: sources, kinds: folder.catalogue.kinds)
        ledger = try LedgerFile(in: folder.ledgerFolder, writing: writing)
        index = try IndexFile(folder: folder.ledgerFolder, kinds: folder.catalogue.kinds, digest: Store.digest(folder, sources))
    }

    /// What `verify ledger` looks at. Nothing is made or changed: no index where it is not one for these kinds and mappings, and a ledger that cannot be
    /// written is read as far as that goes.
    static func verifying(_ folder: ProgrammeFolder) throws -> (ledger: LedgerFile, index: IndexFile?, mappings: Mappings) {
        let sources = folder.sources
        let mappings = try Mappings(sources: sources, kinds: folder.catalogue.kinds)
        let index = try IndexFile.existing(in: folder.ledgerFolder, kinds: folder.catalogue.kinds, digest: digest(folder, sources))
        do { return (try LedgerFile(in: folder.ledgerFolder), index, mappings) } catch let error as LedgerError {
            guard case .unreadable = error else { throw error }
            guard let ledger = try? LedgerFile(in: folder.ledgerFolder, writing: false) else { throw error }
            return (ledger, index, mappings)
        }
    }

    init(_ ledger: LedgerFile, _ index: IndexFile, _ mappings: Mappings) {
        self.ledger = ledger
        self.index = index
        self.mappings = mappings
    }

    /// Of everything that rows depend on besides the ledger's bytes.
    private static func digest(_ folder: ProgrammeFolder, _ sources: [SourceDefinition]) -> String {
        var lines = sources.map { "source \($0.id) \($0.digest)" }.sorted()
        lines += folder.catalogue.kinds.map { kind in
            let fields = kind.fields.map { "\($0.name):\($0.type):\($0.isRequired)" }.joined(separator: ",")
            return "kind \(kind.name) \(fields)" + (kind.byDay.map { " said \($0.expressions.joined(separator: ","))" } ?? "")
        }
        return Hex.encode(SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)))
    }

    func catchUp() throws {
        var decoder = MappingDecoder(mappings)
        try IndexBuilder.catchUp(index, with: ledger, decoder: &decoder)
    }

    /// What cannot be signed in the end is not begun: the key is at hand, the ledger goes on from the last head that was signed, and what a crash left
    /// unsigned is signed.
    func prepareToSign(_ folder: ProgrammeFolder) throws {
        try signer(folder)
        try sealer(folder).check()
        try sealUnsigned(folder)
    }

    /// Signs the end of a run or publication that a crash left unsigned, before anything follows it.
    func sealUnsigned(_ folder: ProgrammeFolder) throws {
        if try ledger.endsUnsigned() { _ = try sealer(folder).seal() }
    }

    /// Of the first so many entries; nil if there are fewer.
    func root(at size: Int) throws -> Digest32? {
        var tree = CompactRange(begin: 0)
        try ledger.forEachEntry { seq, bytes in if seq < size { tree.append(TreeHash.leaf(bytes)) } }
        return tree.end == size ? tree.root() : nil
    }

    func sealer(_ folder: ProgrammeFolder) -> Sealer {
        Sealer(ledger, state: folder.signerState) { try folder.keys.signer(for: $0) }
    }

    /// Whoever signs the next head, at hand and willing as far as can be told without a signature.
    @discardableResult
    func signer(_ folder: ProgrammeFolder) throws -> Signer {
        // An entry that nobody signed names no key: what is wrong with it, the sealer says.
        try folder.keys.signer(for: KeyHistory(ledger, below: ledger.signedSize()).current.key)
    }

    /// The programme's ledger, made on first use.
    static func createLedger(_ folder: ProgrammeFolder, at: Instant, isSimulated: Bool, randomness: Randomness) throws {
        var randomness = randomness.forked("ledger id")
        try Files.makeFolder(folder.ledgerFolder)
        let genesis = LedgerEntry.Genesis(
            at: at, ledgerID: Hex.encode(randomness.bytes(16)), isSimulated: isSimulated,
            publicKey: try folder.keys.first().publicKey.sshLine())
        _ = try LedgerFile.create(in: folder.ledgerFolder, genesis: genesis)
    }
}
