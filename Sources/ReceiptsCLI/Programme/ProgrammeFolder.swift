import Controls
import Crypto
import Evidence
import Ledger
import Portal
import Seal

/// A programme as it lies on disk: `receipts.yaml` and what it points to, read and checked.
package struct ProgrammeFolder {
    package let root: String
    package let programme: Programme
    package let catalogue: Catalogue
    /// Every file of the catalogue, and `receipts.yaml`, by path relative to the root.
    package let catalogueFiles: [CatalogueFile]
    /// Where an agent is, and what a signing program gets. Empty for who signs nothing.
    let environment: [String: String]

    /// Only `check` runs every example; a broken one keeps nobody from collecting.
    package init(_ root: String, environment: [String: String] = [:], examples: ExampleReading = .left) throws {
        self.root = root
        self.environment = environment
        let path = root + "/receipts.yaml"
        guard Files.exists(path) else {
            throw CommandError(
                .badInput, "there is no 'receipts.yaml' in '\(root)'", hint: "run 'receipts init' in an empty folder, or name the programme's folder with -C")
        }
        let main = CatalogueFile(path: "receipts.yaml", bytes: try Files.read(path))
        let controls = try ProgrammeFolder.controlsPath(main)
        guard Files.isFolder(root + "/" + controls) else {
            throw CommandError(.badInput, "there is no folder '\(controls)' in '\(root)'", hint: "run 'receipts init' to get the shipped controls")
        }
        let files = try Files.tree(root + "/" + controls).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            .map { CatalogueFile(path: controls + "/" + $0, bytes: try Files.read(root + "/" + controls + "/" + $0)) }
        catalogue = try loadCatalogue(files: files, root: controls, examples: examples)
        try ProgrammeFolder.requireOwnKind(catalogue, controls)
        programme = try loadProgramme(file: main, catalogue: catalogue) { Hex.encode(SHA256.hash(data: $0)) }
        catalogueFiles = files + [main]
    }

    /// The ledger keeps the control files themselves as evidence of this kind.
    private static func requireOwnKind(_ catalogue: Catalogue, _ controls: String) throws {
        guard catalogue.kind(CatalogueSource.kind) == nil else { return }
        throw Diagnostics(
            .error(
                "the kind '\(CatalogueSource.kind)' is missing", at: Place(file: "\(controls)/kinds/\(CatalogueSource.kind).yaml"),
                hint: "the control files themselves are kept as evidence of this kind; 'receipts init' puts it back"))
    }

    /// The catalogue is needed to read the programme, so the one path that leads to it is looked up first.
    private static func controlsPath(_ file: CatalogueFile) throws -> String {
        for line in String(decoding: file.bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("paths:") {
            guard let at = line.range(of: "controls:") else { continue }
            let rest = line[at.upperBound...].drop { $0 == " " }
            return String(rest.prefix { $0 != "," && $0 != "}" && $0 != " " && $0 != "#" })
        }
        return "controls"
    }

    /// Those that are configured, and the tool's own: the catalogue's files, and what management enters.
    var sources: [SourceDefinition] { programme.sources + [CatalogueSource.definition(self), ManagementSource.definition] }

    package var ledgerFolder: String { root + "/" + programme.paths.ledger }
    package var keysFolder: String { root + "/" + programme.paths.keys }
    package var outputFolder: String { root + "/" + programme.paths.output }

    // MARK: Keys

    package static let signingKeyName = "signing_ed25519"

    var keys: ProgrammeKeys { ProgrammeKeys(self) }

    package var pseudonymKeyPath: String { keysFolder + "/pseudonym" }

    /// 32 bytes, hex, in a file of its own: for pseudonyms and digests of unredacted bytes.
    package func pseudonymKey() throws -> [UInt8] {
        let path = pseudonymKeyPath
        try PrivateFile.require(path)
        let text = String(decoding: try Files.read(path), as: UTF8.self).filter { !$0.isWhitespace }
        guard let key = Hex.decode(text), key.count == 32 else {
            throw Diagnostics(
                .error("not a pseudonym key: expected 64 hexadecimal digits", at: Place(file: path), hint: "restore it from a backup"))
        }
        return key
    }

    package var signerState: SignerState { SignerState(path: keysFolder + "/head") }

    // MARK: Templates

    package func templateFiles() throws -> [(path: String, bytes: [UInt8])] {
        let folder = root + "/" + programme.paths.templates
        guard Files.isFolder(folder) else {
            throw CommandError(
                .badInput, "there is no folder '\(programme.paths.templates)' in '\(root)'", hint: "run 'receipts init' to get the shipped templates")
        }
        return try Files.tree(folder).map { ($0, try Files.read(folder + "/" + $0)) }
    }

    // MARK: Controls

    /// The ids of the controls so named; of all if none is.
    package func controls(named names: [String]) throws -> Set<ControlID> {
        let all = catalogue.controls.map(\.id)
        return names.isEmpty ? Set(all) : try ProgrammeFolder.controls(named: names, among: all)
    }

    static func controls(named names: [String], among all: [ControlID]) throws -> Set<ControlID> {
        Set(
            try names.map { name in
                if let id = all.first(where: { $0.text == name }) { return id }
                let near = nearest(to: name, among: all.map(\.text)).map { "did you mean '\($0)'?" }
                throw CommandError(.badInput, "there is no control '\(name)'", hint: near)
            })
    }

    // MARK: Sources

    package func source(named name: String) throws -> SourceDefinition {
        if let source = programme.sources.first(where: { $0.id.text == name }) { return source }
        let near = nearest(to: name, among: programme.sources.map(\.id.text)).map { "did you mean '\($0)'?" }
        throw CommandError(.badInput, "there is no source '\(name)' in receipts.yaml", hint: near)
    }

    /// The programme that other bytes in place of its `receipts.yaml` would make.
    func programme(reading bytes: [UInt8]) throws -> Programme {
        try loadProgramme(file: CatalogueFile(path: "receipts.yaml", bytes: bytes), catalogue: catalogue) { Hex.encode(SHA256.hash(data: $0)) }
    }

    // MARK: Period

    /// The named period, or the only sensible one: the first Type II that has not ended before `now`, else the last.
    package func period(_ id: String?, now: Instant) throws -> Period {
        if let id {
            guard let period = programme.periods.first(where: { $0.id.text == id }) else {
                let near = nearest(to: id, among: programme.periods.map(\.id.text)).map { "did you mean '\($0)'?" }
                throw CommandError(
                    .badInput, "there is no period '\(id)' in receipts.yaml",
                    hint: near ?? "periods: \(programme.periods.map(\.id.text).joined(separator: ", "))")
            }
            return period
        }
        let typeII = programme.periods.filter { !$0.isTypeI }
        let candidates = (typeII.isEmpty ? programme.periods : typeII).sorted { $0.window.end < $1.window.end }
        guard let period = candidates.first(where: { $0.window.end > now }) ?? candidates.last else {
            throw CommandError(.badInput, "receipts.yaml names no period", hint: "add one under 'periods:'")
        }
        return period
    }
}

extension StringProtocol {
    /// The first occurrence, without Foundation.
    fileprivate func range(of other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
