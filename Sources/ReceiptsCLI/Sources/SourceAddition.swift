import Controls
import Evidence
import HTTP

/// `source add`: what a person typed becomes an entry of `receipts.yaml` that `check` finds nothing wrong with, or nothing is written.
struct SourceAddition {
    let root: String
    let world: World

    /// What was written, and what the person should know of it.
    struct Result {
        let entry: SourceEntry
        let notes: [String]
    }

    func add(_ name: String, _ words: [String], id: String?, owner: String) throws -> Result {
        try bringShipped(name)
        let folder = try ProgrammeFolder(root)
        guard let mapping = folder.catalogue.readyMade.first(where: { $0.name == name }) else {
            let near = nearest(to: name, among: folder.catalogue.readyMade.map(\.name)).map { "did you mean '\($0)'?" }
            throw CommandError(.badInput, "there is no ready-made mapping '\(name)'", hint: near ?? "'receipts source list' names them all")
        }
        let id = id ?? name
        guard !folder.programme.sources.contains(where: { $0.id.text == id }) else {
            throw CommandError(.badInput, "receipts.yaml has a source '\(id)' already", hint: "give this one another id with --id")
        }
        var notes: [String] = []
        let location = try self.location(mapping, words, &notes)
        var entry = SourceEntry(id: id, mapping: mapping, owner: owner, location: location)
        if mapping.connector == "http" {
            entry.isOwnNetwork = location.first.flatMap(HTTPAddress.init).map(\.isOwnNetwork) ?? false
            notes += SourceAddition.secretNotes(mapping, id)
        }
        try write(entry, beside: folder)
        if let grants = mapping.grants { notes.append("it needs: \(grants)") }
        return Result(entry: entry, notes: notes)
    }

    private static func secretNotes(_ mapping: ReadyMadeMapping, _ id: String) -> [String] {
        guard !mapping.secrets.isEmpty else { return [] }
        return [
            "it asks with \(mapping.secrets.joined(separator: ", ")): fill that, or say in receipts.yaml, with an 'auth:' of '\(id)' of its own, where the secret lies: "
                + "{file: /a/file/of/mode/600}, {command: [/a/program]}, {credential: name} or {environment: NAME}; never the secret itself"
        ]
    }

    /// A programme that an earlier version made lacks what has been shipped since.
    private func bringShipped(_ name: String) throws {
        let place = root + "/controls/sources/" + name + ".yaml"
        guard !name.contains("/"), Files.isFolder(root + "/controls"), !Files.exists(place), let shipped = try? Shipped(world) else { return }
        let from = shipped.root + "/controls/sources/" + name + ".yaml"
        if Files.exists(from) { try Files.write(place, try Files.read(from)) }
    }

    private func location(_ mapping: ReadyMadeMapping, _ words: [String], _ notes: inout [String]) throws -> [String] {
        guard let key = mapping.locationKey else { return [] }
        if key == "command" { return words }
        guard let first = words.first else {
            let example = mapping.example.map { ", such as '\($0)'" } ?? ""
            throw CommandError(.usage, "'source add \(mapping.name)' needs the \(key) of the records\(example)")
        }
        var found = words.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
        if words.count > 1 {
            // A shell has put names in the place of a pattern.
            guard key == "path", let pattern = SourceAddition.pattern(of: found) else {
                throw CommandError(.usage, "several paths were given, and one is needed", hint: "put the pattern in quotes: 'traces/*.jsonl'")
            }
            notes.append("path is '\(pattern)', which the \(found.count) files match")
            found = [pattern]
        } else if key == "path", !first.contains("*"), Files.exists(root + "/" + first) {
            notes.append("only this file is read; for all that will lie beside it give a pattern in quotes, such as '\(Files.parent(of: first))/*'")
        }
        return found
    }

    /// `traces/*.jsonl` for files of one folder that all end so.
    private static func pattern(of names: [String]) -> String? {
        let folders = Set(names.map { Files.parent(of: $0) })
        let endings = Set(names.map { name in name.split(separator: "/").last.map { $0.drop { $0 != "." } } ?? "" })
        guard folders.count == 1, let folder = folders.first, names.allSatisfy({ !$0.contains("*") }) else { return nil }
        let ending = endings.count == 1 ? endings.first.map(String.init) ?? "" : ""
        return (folder == "." ? "" : folder + "/") + "*" + ending
    }

    /// Written beside and renamed into place once it reads as the old programme with one source more.
    private func write(_ entry: SourceEntry, beside folder: ProgrammeFolder) throws {
        let path = root + "/receipts.yaml"
        let byHand = "add it by hand:\n" + entry.text
        guard let bytes = entry.added(to: try Files.read(path)) else {
            throw CommandError(.badInput, "'sources:' of receipts.yaml is not a list with an entry a line", hint: byHand)
        }
        let programme = try folder.programme(reading: bytes)
        guard programme.sources.map(\.id.text) == folder.programme.sources.map(\.id.text) + [entry.id],
            zip(programme.sources, folder.programme.sources).allSatisfy({ $0.digest == $1.digest })
        else { throw CommandError(.badInput, "receipts.yaml is written in a way that a source cannot be added to", hint: byHand) }
        _ = try Mappings(sources: programme.sources, kinds: folder.catalogue.kinds)
        try Files.write(path + ".new", bytes, syncing: true)
        try Files.rename(path + ".new", path)
    }
}

extension HTTPAddress {
    /// As far as the host's own words say: a name may lead anywhere.
    fileprivate var isOwnNetwork: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard bytes.count == 4 else { return false }
        switch AddressClass(bytes) {
        case .loopback, .ownNetwork: return true
        case .open, .refused: return false
        }
    }
}
