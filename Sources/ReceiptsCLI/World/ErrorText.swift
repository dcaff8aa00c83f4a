import Archive
import Evidence
import Ledger
import Portal
import SQLite
import Seal

/// Every error's words and exit code, in one place.
package struct ErrorText {
    package let outcome: Outcome
    package let diagnostics: [Diagnostic]

    package init(_ error: any Error) {
        switch error {
        case let error as Diagnostics: (outcome, diagnostics) = (.badInput, error.all)
        case let error as LedgerError: (outcome, diagnostics) = ErrorText.ledger(error)
        case let error as FileError: (outcome, diagnostics) = (error.isMissing ? .badInput : .inputOutput, [.error(error.text)])
        case let error as SQLiteError:
            outcome = error.isInputOutput ? .inputOutput : error.isDamage ? .integrityBroken : .inputOutput
            diagnostics = [.error("the database says: \(error.message)", hint: error.isInputOutput ? "is the disk full or read-only?" : nil)]
        case let error as SealError: (outcome, diagnostics) = (.badInput, [.error("a key or signature cannot be used: \(error)")])
        case let error as ArchiveError: (outcome, diagnostics) = (.inputOutput, [.error("\(error)")])
        case let error as PortalError: (outcome, diagnostics) = (.integrityBroken, [.error("a page would state a number that does not tie: \(error)")])
        case let error as CommandError: (outcome, diagnostics) = (error.outcome, [error.diagnostic])
        default: (outcome, diagnostics) = (.inputOutput, [.error("\(error)")])
        }
    }

    private static func ledger(_ error: LedgerError) -> (Outcome, [Diagnostic]) {
        switch error {
        case .locked(let path):
            (.locked, [.error("another run holds the ledger in '\(path)'", hint: "wait for it, or run again with --wait")])
        case .missing(let path): (.badInput, [.error("there is no ledger at '\(path)'", hint: "run 'receipts collect' first")])
        case .alreadyExists(let path): (.badInput, [.error("'\(path)' is already there")])
        case .unreadable(let path, let reason): (.integrityBroken, [.error("'\(path)' cannot be believed: \(reason)")])
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
        case .entryTooLarge(let bytes): (.badInput, [.error("an entry of \(bytes) bytes is too large, the limit is 1024")])
        case .damaged(let id, let reason):
            (
                .integrityBroken,
                [.error("the ledger is damaged\(id.map { " at \($0)" } ?? ""): \(reason)", hint: "run 'receipts verify ledger' for every finding")]
            )
        }
    }
}

/// A refusal of a command itself.
package struct CommandError: Error {
    package let outcome: Outcome
    package let diagnostic: Diagnostic
    package init(_ outcome: Outcome, _ summary: String, hint: String? = nil) {
        self.outcome = outcome
        diagnostic = .error(summary, hint: hint)
    }
}
