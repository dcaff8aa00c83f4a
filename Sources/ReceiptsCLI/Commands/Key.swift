import ArgumentParser
import Evidence
import Ledger
import Seal

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Show the ledger's keys, hand it over to another one, revoke a former one, go on where keys/head was lost.",
        discussion: """
            'key:' in receipts.yaml says how to sign: {file: PATH}, {agent: PATH.pub} or {command: [PROGRAM, ...], public: PATH.pub}, or a list \
            of these. Which of them is in force, the ledger says.
            """,
        subcommands: [KeyShow.self, KeyRotate.self, KeyRevoke.self, KeyResume.self])
}

struct KeyShow: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the ledger's keys, since when and until when each signs.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let list = try KeyList(LedgerFile(in: work.folder.ledgerFolder, writing: false))
            world.output(format.format == .json ? list.json.canonical : list.text)
            return .done
        }
    }
}

struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Hand the ledger over to another key.",
        discussion: """
            The new key is listed under 'key:' in receipts.yaml beside the old one, and named here by its path or fingerprint. An entry names it, \
            the old key signs the head with that entry, and the new one signs from the next head on. Both must be at hand. After a crash, the \
            same command again finishes it.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: ArgumentHelp("The new key: its path as in receipts.yaml, or its fingerprint.", valueName: "key"))
    var to: String
    @Option(help: "Why; published with the keys.")
    var reason: String?

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let (result, key) = try KeyChanges(work.folder, world).rotate(to: to, reason: reason)
            world.output(
                result.said(
                    format.format, done: "handed over to \(key.fingerprint), signed by the key before", nothing: "\(key.fingerprint) is the key in force", key))
            return .done
        }
    }
}

struct KeyRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Say that a former key is not to be believed from an instant on.",
        discussion: """
            What it signed before that instant stands where an anchor shows that it was there; everything else that it signed is named by every \
            verification as not trusted. Published from then on: an OpenSSH revocation list, keys/revoked.krl.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Argument(help: "The key, as 'receipts key show' prints it: SHA256:…")
    var fingerprint: String
    @Option(help: "Why; published with the keys.")
    var reason: String
    @Option(help: ArgumentHelp("From when the key was not the organisation's alone (2026-07-01T02:00:00Z).", valueName: "instant"))
    var since: String

    func run() throws {
        try reporting {
            guard let since = Instant(since) else {
                throw CommandError(.usage, "'\(since)' is not an instant", hint: "write it like 2026-07-01T02:00:00Z")
            }
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let result = try KeyChanges(work.folder, world).revoke(fingerprint, since: since, reason: reason)
            world.output(result.said(format.format, done: "revoked \(fingerprint) since \(since)", nothing: "\(fingerprint) is revoked since then or before"))
            return .done
        }
    }
}

struct KeyResume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let the ledger's newest checkpoint count as the last head that was signed, where keys/head was lost.",
        discussion: """
            keys/head is the signer's memory: by it a ledger that was put back to an earlier state is noticed. Without it nothing is signed. On a \
            new machine, bring the file along; where it is lost for good, name a checkpoint of this ledger that somebody kept.
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: ArgumentHelp("A checkpoint that somebody kept, a revision's folder or an archive: the ledger must hold its head.", valueName: "path"))
    var checkpoint: String?

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let resumed = try SignerMemory(work.folder).resume(from: checkpoint)
            world.output(format.format == .json ? resumed.json.canonical : resumed.text)
            return .done
        }
    }
}

extension KeyChanges.Result {
    fileprivate func said(_ format: Format, done: String, nothing: String, _ key: PublicKey? = nil) -> String {
        let (word, entry): (String, Int?) =
            switch self {
            case .done(let entry): ("done", entry)
            case .finished(let entry): ("finished", entry)
            case .nothingToDo: ("unchanged", nil)
            }
        if format == .json { return JSON.object(["result": .string(word), "entry": entry.map { .int($0) } ?? .null]).canonical }
        guard let entry else { return "\(nothing); nothing was changed" }
        return "\(done): entry \(entry)\(word == "finished" ? "; an earlier run had begun it" : "")"
    }
}

/// `key show`: one line a key, oldest first; then what entries say of keys that no signature covers, and so nobody has to believe.
struct KeyList {
    private let history: KeyHistory
    private let unsigned: [(entry: Int, key: PublicKey, says: String)]

    init(_ ledger: LedgerFile) throws {
        let size = try ledger.signedSize()
        history = try KeyHistory(ledger, below: size)
        unsigned = try KeyHistory(ledger).changes.filter { $0 >= size }.compactMap { entry in
            switch try ledger.entryBytes(entry).flatMap({ LedgerEntry($0) }) {
            case .key(let change)?: (entry, change.key, "names it as the next key")
            case .revocation(let revocation)?: (entry, revocation.key, "revokes it since \(revocation.since)")
            default: nil
            }
        }
    }

    var text: String {
        let lines = history.tenures.map { tenure in
            let until = tenure.end.map { "until \($0.at) (entry \($0.entry))" } ?? "in force"
            let revoked = tenure.revocation.map { ", revoked since \($0.since): \($0.reason)" } ?? ""
            return "\(tenure.key.fingerprint) from \(tenure.from) (entry \(tenure.entry)), \(until)\(revoked)"
        }
        let doubtful = unsigned.map { "\($0.key.fingerprint): entry \($0.entry) \($0.says), is not signed and does not count; see 'receipts verify ledger'" }
        return (lines + doubtful).joined(separator: "\n")
    }

    var json: JSON {
        let signed = history.tenures.map { tenure -> JSON in
            [
                "fingerprint": .string(tenure.key.fingerprint), "key": .string(tenure.key.sshLine()), "entry": .int(tenure.entry),
                "from": .instant(tenure.from), "until": .instant(tenure.end?.at), "revoked_since": .instant(tenure.revocation?.since),
                "reason": .text(tenure.revocation?.reason), "signed": .bool(true),
            ]
        }
        let doubtful = unsigned.map { one -> JSON in
            ["fingerprint": .string(one.key.fingerprint), "entry": .int(one.entry), "says": .string(one.says), "signed": .bool(false)]
        }
        return .array(signed + doubtful)
    }
}
