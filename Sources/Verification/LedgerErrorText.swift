import Evidence
import Ledger

/// A ledger's errors in words, with their exit codes.
package enum LedgerErrorText {
    package static func words(_ error: LedgerError) -> (Outcome, [Diagnostic]) {
        switch error {
        case .locked(let path):
            (.locked, [.error("another run holds the ledger in '\(path)'", hint: "wait for it, or run again with --wait")])
        case .missing(let path): (.badInput, [.error("there is no ledger at '\(path)'", hint: "run 'receipts collect' first")])
        case .alreadyExists(let path): (.badInput, [.error("'\(path)' is already there")])
        case .unreadable(let path, let reason):
            (.integrityBroken, [.error("'\(path)' cannot be believed: \(reason)", hint: "restore it from a backup that 'receipts verify ledger' finds whole")])
        case .inputOutput(let path, let reason): (.inputOutput, [.error("\(path): \(reason)")])
        case .unsafeSetting(let name, let wanted, let found):
            (.inputOutput, [.error("SQLite refuses \(name) = \(wanted) (it says \(found)): the ledger would not be durable")])
        case .rolledBack(let signed, let found):
            (
                .integrityBroken,
                [
                    .error(
                        "the ledger has \(found) entries, and its key last signed \(signed): it was rolled back",
                        hint: "restore the newer ledger; nothing was signed")
                ]
            )
        case .forked(let size):
            (
                .integrityBroken,
                [
                    .error(
                        "the ledger differs from what its key signed at size \(size): it is a fork",
                        hint: "restore the ledger that was signed; nothing was signed")
                ]
            )
        case .notRemembered(let path, let size):
            (
                .integrityBroken,
                [
                    .error(
                        "'\(path)' is missing, and the ledger was signed up to \(size) entries: whether it was rolled back since, nobody here could tell",
                        hint: "restore that file; if it is lost: receipts key resume --checkpoint FILE, with one that somebody kept. Nothing was signed")
                ]
            )
        case .memoryUnreadable(let path):
            (
                .integrityBroken,
                [
                    .error(
                        "'\(path)' cannot be believed: not a checkpoint that this ledger's key signed for it",
                        hint: "restore that file from a backup; if it is lost, move it away, then: receipts key resume --checkpoint FILE, with one that "
                            + "somebody kept. Nothing was signed")
                ]
            )
        case .signedElsewhere(let path, let remembered, let size):
            (
                .integrityBroken,
                [
                    .error(
                        "the ledger is signed up to \(size) entries, and '\(path)' remembers \(remembered): somebody else signed, or that file is an older one",
                        hint: "restore the one that does not belong; if the ledger is right: receipts key resume --checkpoint FILE, with one of more than "
                            + "\(remembered) entries that somebody kept. Nothing was signed")
                ]
            )
        case .signedMeanwhile(let path):
            (
                .integrityBroken,
                [.error("'\(path)' moved on while this run was about to sign: another copy of the ledger is in use", hint: "keep one; nothing was signed")]
            )
        case .unfinished(let entry):
            (
                .integrityBroken,
                [
                    .error(
                        "entry \(entry) changes the keys and is not signed: a 'receipts key' command did not end, or somebody else wrote it",
                        hint: "if it was yours, run the same 'receipts key' command again; else restore the ledger. Nothing was signed")
                ]
            )
        case .unvouched(let entry):
            (
                .integrityBroken,
                [
                    .error(
                        "entry \(entry) changes the keys, and the key in force before did not sign it",
                        hint: "run 'receipts verify ledger', and restore the ledger that was signed; nothing was signed")
                ]
            )
        case .entryTooLarge(let bytes): (.badInput, [.error("an entry of \(bytes) bytes is too large, the limit is 1024")])
        case .damaged(let id, let reason):
            (
                .integrityBroken,
                [.error("the ledger is damaged\(id.map { " at \($0)" } ?? ""): \(reason)", hint: "run 'receipts verify ledger' for every finding")]
            )
        }
    }
}
